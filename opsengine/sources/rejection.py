"""What could not be taken in: where it stands, why, and never whose it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from opsengine.errors import Field, UserError
from opsengine.sources.numbers import has_marks

_PHONE = re.compile(r"(?:\+?86[- ]?)?(1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)")
_MAIL = re.compile(r"\S+@\S+")
_LONGEST = 24
"""More of a cell says no more about what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """One cell, row or file that was left out."""

    code: str
    """A stable name for the kind of trouble, such as `unknown-account`."""
    text: str
    """An English sentence with named gaps."""
    sheet: str = ""
    row: int | None = None
    """Counted from 1, as a spreadsheet shows it."""
    column: str | None = None
    """The header as the file writes it."""
    hint: str = ""
    """The way out; gaps as in `text`."""
    fields: Mapping[str, Field] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The text in English, filled in."""
        return self.text.format(**self.fields)

    def as_json(self) -> dict[str, Any]:
        """The shape that `opsengine import --format json` prints."""
        hint = self.hint.format(**self.fields)
        return {
            "sheet": self.sheet or None, "row": self.row, "column": self.column, "code": self.code,
            "reason": self.reason, "hint": hint,
        }  # fmt: skip


class Refused(UserError):
    """A whole file cannot be taken in; caught by the importer, which goes on with the next file."""

    def __init__(self, text: str, *, code: str, hint: str = "", sheet: str = "", **fields: Field) -> None:
        super().__init__(text, hint=hint)
        self.fields = fields
        self.rejection = Rejection(code, text, sheet=sheet, hint=hint, fields=fields)


class Spoilt(Exception):
    """A cell or row cannot be taken in; the walk over the sheet notes it and goes on."""

    def __init__(self, text: str, *, code: str, column: str | None = None, hint: str = "", **fields: Field) -> None:
        super().__init__(text)
        self.text, self.code, self.column, self.hint, self.fields = text, code, column, hint, fields

    def about(self, column: str, cell: str) -> Self:
        """The same complaint about one cell."""
        self.column, self.fields = column, {**self.fields, "cell": cell}
        return self

    def as_refusal(self) -> Refused:
        """As the refusal of a whole file."""
        refused = Refused(self.text, code=self.code, hint=self.hint)
        refused.fields = self.fields
        refused.rejection = Rejection(self.code, self.text, hint=self.hint, fields=self.fields)
        return refused

    def at(self, sheet: str, row: int) -> Rejection:
        """As a listed rejection."""
        return Rejection(self.code, self.text, sheet, row, self.column, self.hint, self.fields)


def quoted(cell: object) -> str:
    """A cell as it may be shown: short, on one line, phones and mail addresses masked."""
    plain = " ".join(unicodedata.normalize("NFKC", str(cell)).split())
    text = _MAIL.sub("***", _PHONE.sub(r"\1****\2", plain))
    if text == plain and has_marks(str(cell)):
        text = " ".join(str(cell).split())  # `5²` would be shown as 52, with which nothing is wrong
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
