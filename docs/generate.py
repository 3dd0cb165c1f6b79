"""Writes the two pages that are made from the code: `docs/cli.md` from the commands, `docs/files.md` from the schemas.

    python docs/generate.py

A test compares the pages with what this writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from opsengine.cli.frame import Front
from opsengine.cli.kinds import KINDS, Kind
from opsengine.cli.main import SECTIONS, front_door
from opsengine.cli.speaking import paragraphs
from opsengine.errors import Exit
from opsengine.words import Words

DOCS = Path(__file__).parent
_EXITS = {
    Exit.SUCCESS: "all is well",
    Exit.FINDINGS: "something was found: goals behind with `--fail-on`, problems in files, alerts firing",
    Exit.USAGE: "a wrong word on the command line, or a wrong file",
    Exit.DATA: "data is missing or stale: held, not guessed",
    Exit.DELIVERY_FAILED: "a message was refused for good",
    Exit.DELIVERY_UNKNOWN: "nobody can tell whether a message arrived: `opsengine outbox resolve`",
    Exit.LOCKED: "another run is at work in this project",
    Exit.BUG: "the machine failed, or we did",
    Exit.DISK: "the disk is full or broken; nothing is half-published, run it again once there is room",
}


def pages() -> dict[str, str]:
    """The text of each page by its file name."""
    return {"cli.md": command_page(), "files.md": file_page()}


def command_page() -> str:
    """Every command with its options, and what the exit codes mean."""
    door = front_door()
    lines = [
        "# Commands",
        "",
        "Written by `make docs` from the commands themselves.",
        "",
        "Data is printed on stdout, everything else on stderr. A flag beats an environment variable, which beats `opsengine.yaml`.",
        "The project is found by walking up from the current folder.",
        "",
        "## Options of every command",
        "",
        *_options(door, front_door().make_context("opsengine", ["x"], obj=_front(), resilient_parsing=True)),
        "",
        "Environment: `OPSENGINE_PROJECT_DIR`, `OPSENGINE_AS_OF`, `OPSENGINE_FORMAT`, `OPSENGINE_LOCALE`, `OPSENGINE_TIME_ZONE`,",
        "and `NO_COLOR`.",
        "",
        "## Exit codes",
        "",
        "| code | meaning |",
        "|---:|---|",
        *(f"| {code.value} | {meaning} |" for code, meaning in _EXITS.items()),
        "",
    ]
    for title, names in SECTIONS.items():
        lines += [f"## {title}", ""]
        for name in names:
            lines += _command(door, name)
    return "\n".join(lines).rstrip() + "\n"


def file_page() -> str:
    """Every kind of file with its keys."""
    lines = [
        "# Files",
        "",
        "Written by `make docs` from the schemas that read them. Unknown keys and duplicate keys are refused. Numbers may be",
        "written `1200000`, `1,200,000`, `120万`, `1.2亿` or `35%`. `opsengine validate` checks every file;",
        "`opsengine schema KIND` prints the JSON Schema for an editor.",
        "",
    ]
    for kind in KINDS.values():
        lines += _kind(kind)
    return "\n".join(lines).rstrip() + "\n"


def _front() -> Front:
    return Front(Words("en"), {}, datetime(2026, 6, 22, tzinfo=UTC))


def _command(door: click.Group, name: str) -> list[str]:
    parent = click.Context(door, info_name="opsengine", obj=_front())
    command = door.get_command(parent, name)
    if command is None:
        raise LookupError(name)
    return _described(command, click.Context(command, parent, info_name=name, obj=_front()), "###")


def _described(command: click.Command, ctx: click.Context, level: str) -> list[str]:
    pieces = " ".join(command.collect_usage_pieces(ctx))
    lines = [f"{level} {ctx.command_path}", "", f"`{ctx.command_path} {pieces}`", ""]
    for paragraph in paragraphs(command.help):
        lines += [paragraph, ""]
    lines += [*_options(command, ctx), ""] if _options(command, ctx) else []
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            child = command.get_command(ctx, name)
            if child is not None:
                lines += _described(child, click.Context(child, ctx, info_name=name, obj=_front()), level + "#")
    return lines


def _options(command: click.Command, ctx: click.Context) -> list[str]:
    """The options of a command; those that every command takes stand once, at the top."""
    shared = {param.name for param in front_door().params}
    is_top = ctx.parent is None
    options = [param for param in command.params if isinstance(param, click.Option)]
    params = [param for param in options if is_top or param.name not in shared]
    records = [record for param in params if (record := param.get_help_record(ctx))]
    if not records:
        return []
    return ["| option | meaning |", "|---|---|", *(f"| `{_cell(names)}` | {_cell(said)} |" for names, said in records)]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _kind(kind: Kind) -> list[str]:
    schema = kind.json_schema()
    lines = [f"## {kind.name}", "", f"`{kind.place}` {kind.sentence}", ""]
    lines += ["| key | may be | default | meaning |", "|---|---|---|---|"]
    return [*lines, *(_row(schema, *found) for found in _keys(schema, schema, "", ())), ""]


def _row(root: Mapping[str, Any], key: str, node: Mapping[str, Any], default: str) -> str:
    told = [node, *_branches(root, node), {"description": "What this file is." if key == "kind" else ""}]
    meaning = next(str(one["description"]) for one in told if one.get("description") is not None)
    return f"| `{key}` | {_shape(root, node)} | {default} | {_cell(meaning)} |"


def _keys(
    root: Mapping[str, Any], schema: Mapping[str, Any], prefix: str, above: tuple[str, ...]
) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Every key below a schema: its dotted name, its node, and its default."""
    required = schema.get("required", ())
    for name, node in schema.get("properties", {}).items():
        key = prefix + name
        yield key, node, "required" if name in required else _default(node)
        for child, mark in _children(root, node):
            title = str(child.get("title"))
            if title not in above:
                yield from _keys(root, child, key + mark, (*above, title))


def _children(root: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The mappings in a node, and what stands between their keys and ours."""
    for one in _branches(root, node):
        if "properties" in one:
            yield one, "."
        if isinstance(one.get("items"), dict):
            yield from ((child, "[]" + mark) for child, mark in _children(root, one["items"]))
        if isinstance(one.get("additionalProperties"), dict):
            yield from ((child, ".NAME" + mark) for child, mark in _children(root, one["additionalProperties"]))


def _branches(root: Mapping[str, Any], node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The node itself, or what it refers to, or its alternatives."""
    if "$ref" in node:
        return _branches(root, root["$defs"][node["$ref"].rpartition("/")[2]])
    alternatives = [*node.get("anyOf", ()), *node.get("oneOf", ()), *node.get("allOf", ())]
    return [branch for one in alternatives for branch in _branches(root, one)] if alternatives else [node]


def _shape(root: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    """In a few words, what a value may be."""
    shapes = [_simple(root, one) for one in _branches(root, node)]
    return " or ".join(dict.fromkeys(shape for shape in shapes if shape != "nothing")) or "anything"


_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "keys",
    "null": "nothing",
}


def _simple(root: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"])
    if node.get("type") == "array":
        items = node.get("items")
        return "list of " + _shape(root, items) if isinstance(items, dict) else "list"
    if node.get("format") == "date":
        return "date"
    return _TYPES.get(str(node.get("type")), "anything") + _bounds(node)


def _bounds(node: Mapping[str, Any]) -> str:
    signs = {"exclusiveMinimum": ">", "minimum": "≥", "exclusiveMaximum": "<", "maximum": "≤"}
    return "".join(f" {sign} {node[key]:g}" for key, sign in signs.items() if key in node)


def _default(node: Mapping[str, Any]) -> str:
    value = node.get("default")
    if value is None or value == "" or isinstance(value, dict) or value == []:
        return ""
    return f"`{value}`".replace("True", "true").replace("False", "false")


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
