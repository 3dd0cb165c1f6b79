"""Blocks of templates: one that changes a block which its parent does not have would change nothing, and say so to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import TemplateError, nodes

from opsengine.errors import Place, Problem
from opsengine.project import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jinja2.environment import Environment


def block_problems(environment: Environment, file: Path, name: str, shown: str) -> Iterator[Problem]:
    """What is wrong with the blocks of a template: names that none above it has, and a template that extends itself.

    A template that cannot be read is passed over: its own mistake is told where it is compiled.
    """
    try:
        tree = environment.parse(file.read_text(encoding="utf-8"), name, str(file))
        above = _above(environment, tree, (name,))
    except _ExtendsItself as error:
        hint = 'write `{{% extends "shipped/{name}" %}}` to change a part of ours'
        yield Problem(Place(shown, error.line, 1), "extends-itself", "this template extends itself", hint, {"name": name})
        return
    except (TemplateError, UnicodeDecodeError, OSError):
        return
    if above is None:
        return
    own = {block.name for block in tree.find_all(nodes.Block)}
    inner = {block.name for outer in tree.find_all(nodes.Block) for block in outer.find_all(nodes.Block)}
    lines = {block.name: block.lineno for block in tree.find_all(nodes.Block)}
    for block in sorted(own - inner - above, key=lambda one: lines[one]):
        guess = did_you_mean(block, above)
        hint = "did you mean `{guess}`?" if guess else "the blocks there are: {known}"
        fields = {"block": block, "guess": guess, "known": ", ".join(sorted(above))}
        yield Problem(Place(shown, lines[block], 1), "unknown-block", "there is no block `{block}` to change", hint, fields)


class _ExtendsItself(Exception):
    """A template is its own parent; carries the line that says so."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def _above(environment: Environment, tree: nodes.Template, names: tuple[str, ...]) -> set[str] | None:
    """The blocks of all templates that this one extends; None when it extends none."""
    extends = next(tree.find_all(nodes.Extends), None)
    if extends is None or not isinstance(extends.template, nodes.Const):
        return None
    parent = str(extends.template.value)
    if parent in names:
        raise _ExtendsItself(extends.lineno)
    assert environment.loader is not None  # noqa: S101  ours always has one
    source, filename, _ = environment.loader.get_source(environment, parent)
    found = environment.parse(source, parent, filename)
    blocks = {block.name for block in found.find_all(nodes.Block)}
    return blocks | (_above(environment, found, (*names, parent)) or set())
