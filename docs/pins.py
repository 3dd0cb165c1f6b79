"""Writes constraints.txt again from what is installed: exact versions, no addresses."""

from __future__ import annotations

import re
from importlib.metadata import distributions
from pathlib import Path

FILE = Path(__file__).parents[1] / "constraints.txt"
_BUILD = re.compile(r"(hatchling|trove-classifiers|tomlkit)==")
"""What builds our own package is not installed beside it; these pins are renewed by hand."""
HEAD = "# Exact versions of everything that is installed, for users and developers alike. Renew with: make pins\n"


def main() -> None:
    """Write the file."""
    installed = {(found.metadata["Name"], found.version) for found in distributions() if found.metadata["Name"] != "opsengine"}
    kept = [line for line in FILE.read_text(encoding="utf-8").splitlines() if _BUILD.match(line)]
    pins = {f"{name}=={version}" for name, version in installed} | set(kept)
    FILE.write_text(HEAD + "\n".join(sorted(pins, key=str.lower)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
