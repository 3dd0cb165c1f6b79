"""Doors that open as far as somebody reaches in: a room's files are loaded when one of their names is asked for.

A command that looks at one thing of a room does not pay for the others. What a door has to offer stands in its `__init__` under
`if TYPE_CHECKING:`, as plain imports that editors, type checkers and people read; `hang(__name__)` below makes them true.
"""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any


def hang(room: str) -> None:
    """Make the imports under `if TYPE_CHECKING:` of a room's `__init__` happen when their names are asked for."""
    sys.modules[room].__class__ = _Door


class _Door(ModuleType):
    """A package whose names are looked up in its files one by one."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in (shelves := self._read()):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}", name=name, obj=self)
        found = getattr(import_module(shelves[name]), name)
        self.__dict__[name] = found
        return found

    def __setattr__(self, name: str, value: object) -> None:
        """Python hands a package each of its files by name once it is loaded; what the door offers by that name goes before."""
        if isinstance(value, ModuleType) and name in self._read():
            return
        super().__setattr__(name, value)

    def _read(self) -> dict[str, str]:
        """Which file has which name."""
        if (known := self.__dict__.get("_shelves")) is None:
            known = self.__dict__["_shelves"] = offered(Path(str(self.__file__)))
        return known


def offered(door: Path) -> dict[str, str]:
    """The names that a room's `__init__` imports under `if TYPE_CHECKING:`, and the module that has each."""
    tree = ast.parse(door.read_text(encoding="utf-8"))
    blocks = [node.body for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    imports = [node for block in blocks for node in block if isinstance(node, ast.ImportFrom) and node.module]
    return {alias.name: str(node.module) for node in imports for alias in node.names}
