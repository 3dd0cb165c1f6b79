"""Takes the pictures of the README anew: the demo's first brief with a promise, in both languages, in Chromium.

python tools/make_pictures.py
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURES = Path(__file__).parents[1] / "docs/pictures"
SIZE = "1200,1080"
_OPSENGINE = [sys.executable, "-c", "from opsengine.cli import main; main()"]
_CHROMIUM = ["chromium", "--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={SIZE}"]


def take(locale: str, picture: Path) -> None:
    """One picture."""
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | {"OPSENGINE_LOCALE": locale}
        command = [*_OPSENGINE, "demo", f"{folder}/demo", "--format", "json"]
        said = subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE, cwd=PICTURES.parents[1])
        page = Path(json.loads(said.stdout)["open"])
        subprocess.run([*_CHROMIUM, f"--screenshot={picture}", page.as_uri()], check=True, capture_output=True)


def main() -> None:
    """Both pictures."""
    PICTURES.mkdir(exist_ok=True)
    for locale, name in (("en", "brief.png"), ("zh-CN", "brief-zh.png")):
        take(locale, PICTURES / name)
        print(f"docs/pictures/{name}")


if __name__ == "__main__":
    main()
