"""Only the front door looks at the clock and the environment: everybody else is told."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2] / "opsengine"
FILES = [file for file in sorted(HOUSE.rglob("*.py")) if file.relative_to(HOUSE).parts[0] != "cli"]
LOOKS = {"os.environ", "os.getenv", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(HOUSE)))
def test_a_room_is_told_the_day_and_the_settings(file):
    attributes = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Attribute)]
    looks = [f"line {node.lineno}: {ast.unparse(node)}" for node in attributes if _looks(node)]

    assert looks == []


def _looks(node: ast.Attribute) -> bool:
    return ".".join(ast.unparse(node).split(".")[-2:]) in LOOKS
