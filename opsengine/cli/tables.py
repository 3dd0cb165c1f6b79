"""Tables for a terminal, for a spreadsheet and for Markdown. A Chinese character is two columns wide."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opsengine.words import Words

GAP = "  "
NOTHING = "–"
"""What stands for a missing value: never 0, never an empty cell that could be an empty text."""

_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_DIGITS = ((1000, 0), (100, 1), (1, 2))
"""From which size on how many digits are shown; four below one."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would take for a formula."""


class Ink(Enum):
    """Whether the terminal wants colours."""

    PLAIN = "plain"
    COLOUR = "colour"


@dataclass(frozen=True, slots=True)
class Share:
    """A share, for people as a percentage; CSV keeps the share."""

    value: float
    nothing: float = 0
    """What is shown as 0%: of a factor of growth, 1."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns. `columns` maps the key of CSV to the English title that people see."""

    columns: Mapping[str, str]
    rows: Sequence[Sequence[Any]]
    title: str = ""
    empty: str = "nothing to show"
    digits: Mapping[str, int] = field(default_factory=dict)
    """Of a column, where every number shall have as many."""
    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Of a column, the English words for its codes, for people; CSV keeps the codes."""


def as_text(table: Table, words: Words, ink: Ink = Ink.PLAIN) -> str:
    """For a terminal: columns aligned, numbers to the right."""
    title = f"{_inked(table.title, _BOLD, ink)}\n" if table.title else ""
    if not table.rows:
        return f"{title}{words(table.empty)}\n"
    heads = [words(head) for head in table.columns.values()]
    cells = _cells(table, words)
    widths = [max(columns_wide(row[at]) for row in [heads, *cells]) for at in range(len(heads))]
    sides = [Side.LEFT if all(_is_number(row[at]) for row in table.rows) else Side.RIGHT for at in range(len(heads))]

    def line(row: Sequence[str]) -> str:
        return GAP.join(pad(*cell) for cell in zip(row, widths, sides, strict=True)).rstrip()

    return title + "\n".join([_inked(line(heads), _DIM, ink), *(line(row) for row in cells)]) + "\n"


def as_csv(table: Table) -> str:
    """For a spreadsheet: keys as heads, missing as empty, nothing that would run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_csv_cell(value) for value in row] for row in table.rows)
    return out.getvalue()


def as_markdown(table: Table, words: Words) -> str:
    """For a page."""
    title = f"**{table.title}**\n\n" if table.title else ""
    if not table.rows:
        return f"{title}{words(table.empty)}\n"
    heads = [words(head) for head in table.columns.values()]
    rules = ["---:" if all(_is_number(row[at]) for row in table.rows) else "---" for at in range(len(heads))]
    rows = [heads, rules, *([cell.replace("|", "\\|") for cell in row] for row in _cells(table, words))]
    return title + "".join(f"| {' | '.join(row)} |\n" for row in rows)


class Side(Enum):
    """The side of a cell on which blanks are added."""

    LEFT = "left"
    RIGHT = "right"


def pad(text: str, width: int, side: Side) -> str:
    """The text with blanks up to a width in columns."""
    blanks = " " * (width - columns_wide(text))
    return blanks + text if side is Side.LEFT else text + blanks


def columns_wide(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(_wide(character) for character in text)


def _wide(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cells(table: Table, words: Words) -> list[list[str]]:
    digits = [table.digits.get(key) for key in table.columns]
    codes = [table.said.get(key, {}) for key in table.columns]

    def cells(row: Sequence[Any]) -> list[str]:
        said = [_said(value, code, words) for value, code in zip(row, codes, strict=True)]
        return [_cell(value, places) for value, places in zip(said, digits, strict=True)]

    return [cells(row) for row in table.rows]


def _said(value: Any, codes: Mapping[str, str], words: Words) -> Any:
    return words(codes[value]) if isinstance(value, str) and value in codes else value


def _cell(value: Any, digits: int | None) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Share):
        return f"{_decimal(round(100 * (value.value - value.nothing), 6))}%"
    if isinstance(value, float | Decimal):
        return _decimal(value) if digits is None else f"{value:,.{digits}f}"
    return "".join(character if character.isprintable() else " " for character in str(value))


def _decimal(value: float | Decimal) -> str:
    """As many digits as a reader compares by."""
    size = abs(float(value))
    digits = next((digits for least, digits in _DIGITS if size >= least), 4)
    return f"{value:,.{digits}f}" if value else "0"


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float | Decimal | Share) and not isinstance(value, bool))


def _csv_cell(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Share):
        return value.value
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value


def _inked(text: str, ink: str, chosen: Ink) -> str:
    return f"{ink}{text}{_PLAIN}" if chosen is Ink.COLOUR else text
