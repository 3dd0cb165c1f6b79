"""What to say of a file that is no YAML or cannot be read at all: where, in plain words, and the way out."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

import yaml

from opsengine.errors import InvalidFiles, Place, Problem
from opsengine.project.places import MARK

if TYPE_CHECKING:
    from pathlib import Path

_QUOTE = "put a text with signs such as `: `, `#`, `@` or `%` in quotes"
_INDENT = "keys of one block begin in the same column; further in with two blanks, never with a tab"
_CLOSE = "close every brace, bracket and quote that is opened"
_REASONS = {
    "found character that cannot start any token": ("a value cannot begin with this sign", _QUOTE),
    "could not find expected ':'": ("a key without `: `", "write `key: value`, with a blank after the colon"),
    "mapping values are not allowed in this context": ("a second `: ` in one line", _QUOTE),
    "did not find expected key": ("a line that does not fit the ones above", _INDENT),
    "did not find expected '-' indicator": (
        "a line that does not fit the list above",
        "begin each entry with `- `, in its column",
    ),
    "did not find expected ',' or '}'": ("a brace that is not closed", _CLOSE),
    "did not find expected ',' or ']'": ("a bracket that is not closed", _CLOSE),
    "did not find expected node content": ("a bracket or a value that is not finished", _CLOSE),
    "found unexpected end of stream": ("a quote that is not closed", _CLOSE),
    "found unexpected document indicator": ("a quote that is not closed", _CLOSE),
    "nested too deeply": ("nested too deeply", "no file of a project needs more than twenty levels"),
    "did not find expected <document start>": ("a line that belongs to nothing above it", _INDENT),
}
"""Words of our own, and the way out, for what the parser says."""
_WIDE_COLON = re.compile(r"^\s*(?:- )?[\w.-]+(?P<colon>：)", re.MULTILINE)
_BREAK = re.compile(r"\r\n|\r|\n")
_NO_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ufeff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML allows nowhere."""


def bytes_of(path: Path, shown: str, most: int) -> bytes:
    """The bytes of a file. Raises InvalidFiles when it is none, cannot be opened, lies elsewhere or has more than `most`."""
    try:
        kind = path.stat()
        if path.is_symlink() and _leads_out(path, shown):
            raise InvalidFiles(
                [Problem(Place(shown), "link-outside", "this link leads out of the project", "put the file itself here")]
            )
        if not (stat.S_ISREG(kind.st_mode) or stat.S_ISDIR(kind.st_mode)):
            raise InvalidFiles([Problem(Place(shown), "no-file", "this is no file", "take it away, or put a file in its place")])
        if stat.S_ISREG(kind.st_mode) and kind.st_size > most:
            raise InvalidFiles([too_large(shown)])
        return path.read_bytes()
    except OSError as error:
        text, hint = "this file cannot be opened: {reason}", "mend what it points to or who may read it, or take it away"
        reason = {"reason": error.strerror or str(error)}
        raise InvalidFiles([Problem(Place(shown), "cannot-be-opened", text, hint, reason)]) from None


def _leads_out(path: Path, shown: str) -> bool:
    """Whether a link in a project leads elsewhere: what lies there is not shown, and not there for others."""
    root = path.absolute().parents[shown.count("/")]
    return "/" in shown and (root / MARK).is_file() and not path.resolve().is_relative_to(root.resolve())


def too_large(shown: str) -> Problem:
    """More than a person writes."""
    return Problem(Place(shown, 1, 1), "too-large", "this file is larger than 64 KiB", "split it")


def not_utf8(error: UnicodeDecodeError, shown: str) -> Problem:
    """At the first sign that is not UTF-8."""
    before = error.object[: error.start].decode("utf-8", "replace")
    return Problem(_place(before, shown), "not-utf-8", "this file is not UTF-8 text", "save it as UTF-8")


def not_yaml(error: yaml.YAMLError, text: str, shown: str) -> Problem:
    """At the place where the mistake is seen, or at the wide colon that it comes from."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        if forbidden := _NO_TEXT.search(text):
            place = _place(text[: forbidden.start()], shown)
            return _unread(place, "control characters are not allowed", "delete it: it cannot be seen in most editors")
        return _unread(Place(shown, 1, 1), str(error), "")
    lines = _BREAK.split(text)
    if wide := _WIDE_COLON.search("\n".join(lines[: mark.line + 1])):
        place = _place("\n".join(lines)[: wide.start("colon")], shown)
        return _unread(place, "the colon is a wide one, `：`", "write a plain colon and a blank: `key: value`")
    place = Place(shown, mark.line + 1, mark.column + 1)
    if mark.line < len(lines) and "\t" in lines[mark.line][: mark.column + 1].lstrip(" ")[:1]:
        return _unread(place, "a tab at the beginning of the line", "indent with spaces, not with tabs")
    told = str(getattr(error, "problem", None) or getattr(error, "context", ""))
    reason, hint = _REASONS.get(told, (told, ""))
    return _unread(place, reason, hint)


def _unread(place: Place, reason: str, hint: str) -> Problem:
    return Problem(place, "not-yaml", "this is not YAML: {reason}", hint, {"reason": reason})


def _place(before: str, shown: str) -> Place:
    """The place after a text."""
    lines = _BREAK.split(before)
    return Place(shown, len(lines), len(lines[-1]) + 1)
