"""Pages and mails in Chromium: nothing overflows, nothing is loaded, and axe-core finds no WCAG A or AA violation.

It needs Chromium, Node and two packages beside the project:

    npm install --prefix .browser playwright-core axe-core
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from opsengine.report.rendering import Rendered, render
from tests.report.samples import BARE, FULL, HOSTILE, TEAM

CHECK = Path(__file__).parent / "browser" / "check.mjs"
MODULES = Path(__file__).parents[2] / ".browser" / "node_modules"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NODE = shutil.which("node")


def needs_a_browser():
    if CHROMIUM is None or NODE is None:
        pytest.skip("Chromium or Node is not installed")
    if not (MODULES / "playwright-core").is_dir() or not (MODULES / "axe-core").is_dir():
        pytest.skip("run `npm install --prefix .browser playwright-core axe-core` to test in a browser")


def findings(*files: Path) -> list[dict]:
    run = subprocess.run([NODE, CHECK, CHROMIUM, MODULES, *files], capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


PAPERS = [
    ("full", FULL, "zh-CN", "page mail"),
    ("full", FULL, "en", "page mail"),
    ("team", TEAM, "zh-CN", "page"),
    ("team", TEAM, "en", "mail"),
    ("bare", BARE, "zh-CN", "page mail"),
    ("hostile", HOSTILE, "en", "page mail"),
]


def test_a_reader_finds_nothing_to_complain_about(tmp_path):
    needs_a_browser()
    files = [
        file
        for name, brief, locale, kinds in PAPERS
        for file in written(tmp_path, f"{name}-{locale}", render(brief, locale=locale), kinds)
    ]

    assert findings(*files) == []


def written(folder: Path, name: str, rendered: Rendered, kinds: str) -> list[Path]:
    mail = rendered.mail_html
    for picture in rendered.pictures:
        (folder / f"{name}-{picture.cid}.png").write_bytes(picture.png)
        mail = mail.replace(f"cid:{picture.cid}", f"{name}-{picture.cid}.png")
    texts = {"page": rendered.page_html, "mail": mail}
    for kind in kinds.split():
        (folder / f"{name}-{kind}.html").write_text(texts[kind], encoding="utf-8")
    return [folder / f"{name}-{kind}.html" for kind in kinds.split()]


def test_the_check_itself_finds_what_is_wrong(tmp_path):
    needs_a_browser()
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<html><p style="color:#ccc;width:2000px">pale</p><img src="none.png"><script>1</script></html>', encoding="utf-8"
    )

    rules = {finding["rule"] for finding in findings(bad)}

    assert {"color-contrast", "wider than the window", "script", "broken picture", "html-has-lang"} <= rules
