"""A room is entered by its door, and the door says what it does."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2] / "opsengine"
ROOMS = ("see", "goals", "strategy", "rewards", "monitor", "report")
PACKAGES = sorted(folder.name for folder in HOUSE.iterdir() if (folder / "__init__.py").is_file())
FILES = sorted(HOUSE.rglob("*.py"))


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("word", ["In:", "Out:", "Not:"])
def test_a_room_says_what_comes_in_what_goes_out_and_what_it_will_not_do(room, word):
    door = ast.get_docstring(ast.parse((HOUSE / room / "__init__.py").read_text(encoding="utf-8"))) or ""

    assert any(line.startswith(word) for line in door.splitlines())


@pytest.mark.parametrize("package", PACKAGES)
def test_a_door_lists_what_it_exports(package):
    tree = ast.parse((HOUSE / package / "__init__.py").read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"opsengine.{package}.")
        for alias in node.names
    }
    listed = [ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign) and "__all__" in ast.unparse(node)]

    assert not imported or imported == set(listed[0])


@pytest.mark.parametrize("package", PACKAGES)
def test_what_a_door_lists_is_there(package):
    door = importlib.import_module(f"opsengine.{package}")

    assert all(getattr(door, name) is not None for name in getattr(door, "__all__", ()))


@pytest.mark.parametrize("room", ROOMS)
def test_a_name_that_a_door_does_not_offer_is_refused_as_python_does(room):
    door = importlib.import_module(f"opsengine.{room}")

    with pytest.raises(AttributeError, match=f"module 'opsengine.{room}' has no attribute 'nothing_of_the_kind'"):
        _ = door.nothing_of_the_kind


def test_a_name_that_is_also_a_files_stays_the_doors():
    importlib.import_module("opsengine.strategy.life")
    door = importlib.import_module("opsengine.strategy")

    assert callable(door.life)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(HOUSE)))
def test_nobody_climbs_in_by_the_window(file):
    own = file.relative_to(HOUSE).parts[0]
    windows = [
        f"line {line}: {module}"
        for line, module in _imports(file)
        if module.startswith("opsengine.") and module.count(".") > 1 and module.split(".")[1] != own
    ]

    assert windows == []


def _imports(file: Path):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
