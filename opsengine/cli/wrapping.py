"""Text for a terminal of eighty columns: wrapped at blanks, and between Chinese characters, which are two columns wide."""

from __future__ import annotations

from collections.abc import Iterator

from opsengine.cli.tables import columns_wide

WIDTH = 80
"""What every terminal has, and what is still easy to read on a wider one."""
_NEVER_FIRST = "，。；：！？、）》”’%,.;:!?)"
"""Marks that close what stands before them."""


def wrapped(text: str, *, indent: str = "", hanging: str | None = None, width: int = WIDTH) -> str:
    """The text in lines of at most `width` columns, the first behind `indent`, the others behind `hanging`."""
    lines, line, left = [], "", indent
    for piece in _pieces(text):
        if line and columns_wide(left + line + piece.rstrip()) > width:
            lines.append(left + line.rstrip())
            line, left = piece.lstrip(), indent if hanging is None else hanging
        else:
            line += piece
    return "\n".join([*lines, left + line.rstrip()])


def _pieces(text: str) -> Iterator[str]:
    """Parts that stay on one line: a word with the blank behind it, or a wide character with the marks that close it."""
    piece = ""
    for character in " ".join(text.split()):
        is_closed = piece.endswith(" ") or (piece and columns_wide(piece[-1]) == 2) or columns_wide(character) == 2
        if piece and is_closed and character not in _NEVER_FIRST and piece[-1] not in "（《“‘":
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece
