"""Bytes to text, strictly: a wrong guess must fail rather than turn names into other names."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LOOK_AT = 4096
"""So many bytes show whether every second one is NUL, as in UTF-16 text with digits and commas."""
_PIECE = 1 << 16
_CONTROLS = re.compile(rb"\xc2[\x80-\x9f]")
"""U+0080 to U+009F in UTF-8."""
_ASCII = bytes(range(128))
_CUT = 4
"""A character takes at most so many bytes: damage nearer to the end than that is a cut, not another encoding."""


class Decoded(NamedTuple):
    """One reading of the bytes."""

    text: str
    encoding: str


def decodings(raw: bytes) -> Iterator[Decoded]:
    """Every strict reading of the bytes, likeliest first; none when there is no such reading.

    A mark at the beginning decides. Without one: UTF-8, UTF-16 where the NUL bytes show it, then GB18030. The caller accepts
    the first in which it finds a header that it knows.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            yield from _decoded(raw[len(mark) :], encoding)
            return
    for encoding in _without_mark(raw):
        yield from _decoded(raw, encoding)


def utf8_of(raw: bytes) -> bytes | None:
    """The likeliest reading of the bytes, as UTF-8 without a mark; None when there is no reading.

    Says the same as the first of `decodings`, but files that are UTF-8 already, the largest ones mostly, are only looked through.
    """
    body = raw.removeprefix(codecs.BOM_UTF8)
    is_marked = len(body) < len(raw)
    if is_marked or not (raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in raw[:_LOOK_AT]):
        beyond = body.find(b"\n", _LOOK_AT) + 1
        head = body[:beyond] if beyond and _is_ascii(body, beyond) else body
        try:
            head.decode()
        except UnicodeDecodeError:
            pass
        else:
            return body if b"\0" not in body and _is_text(head) else None
    first = next(decodings(raw), None)
    return None if first is None else first.text.encode()


def _is_ascii(body: bytes, start: int) -> bool:
    """Whether everything from `start` on is ASCII; looked at in pieces, so that a large file is not copied."""
    return all(body[at : at + _PIECE].isascii() for at in range(start, len(body), _PIECE))


def _without_mark(raw: bytes) -> tuple[str, ...]:
    head = raw[:_LOOK_AT]
    if b"\0" in head:
        return ("utf-16-le", "utf-16-be") if head[1::2].count(0) >= head[::2].count(0) else ("utf-16-be", "utf-16-le")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return () if error.start >= len(raw) - _CUT and not raw.isascii() and _has_utf8(raw[: error.start]) else ("gb18030",)
    return ("utf-8",)


def _has_utf8(raw: bytes) -> bool:
    """Whether these bytes, known to be UTF-8, hold any character beyond ASCII: then the file is UTF-8 and was cut off."""
    return not raw.isascii()


def _decoded(raw: bytes, encoding: str) -> Iterator[Decoded]:
    try:
        text = raw.decode(encoding)
        utf8 = text.encode()
    except UnicodeError:
        return
    if _is_text(utf8) and (encoding != "gb18030" or _is_plausible(utf8)):
        yield Decoded(text, encoding)


def _is_text(utf8: bytes) -> bool:
    """Whether no character is one that no text holds. Chinese text that was once read as Latin has U+0080 to U+009F all over."""
    return b"\0" not in utf8 and not _CONTROLS.search(utf8)


def _is_plausible(utf8: bytes) -> bool:
    """Whether this is how GBK text looks: mostly the 6,763 characters of everyday Chinese.

    UTF-8 or Latin text read as GB18030 lands on rare characters almost everywhere.
    """
    foreign = utf8.translate(None, _ASCII).decode()
    common = len(foreign.encode("gb2312", "ignore")) // 2
    return common * 10 >= len(foreign) * 9
