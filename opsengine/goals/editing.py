"""Changing one value of a YAML text and nothing else: comments, order and spacing stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Sequence


def with_value(text: str, path: Sequence[str | int], value: str) -> str:
    """The text with the scalar at `path` written as `value`. Raises KeyError when there is no scalar at that path."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for part in path:
        node = _child(node, part)
    if not isinstance(node, yaml.ScalarNode):
        raise KeyError(tuple(path))
    return text[: node.start_mark.index] + value + text[node.end_mark.index :]


def _child(node: yaml.Node | None, part: str | int) -> yaml.Node:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == part:
                found: yaml.Node = value
                return found
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        entry: yaml.Node = node.value[part]
        return entry
    raise KeyError(part)
