"""Reading a sheet in one sweep: the engine reads, converts and checks all of its cells at once.

Python looks at distinct things only: the header, the accounts, the days, the items, and those cells that are no plain numbers. It
reads them by the very rules by which every other file is read row by row. The few rows of a text in which a cell cannot be read are
read once more by themselves, so that each complaint has its place. A sheet about which there is more to say, a row twice, a line
too short, is left alone, and read again row by row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any

from opsengine.errors import EngineError
from opsengine.sources.gathering import complain, remark_on_end
from opsengine.sources.keys import Context
from opsengine.sources.recognising import Match
from opsengine.sources.rejection import Refused, Rejection, Spoilt
from opsengine.sources.swept_keys import Keys, map_keys
from opsengine.sources.swept_measures import Measures, map_measures
from opsengine.sources.swept_tables import MOST_SAID, SweptTables, SweptText

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

_NUMBERS = count(1)
"""Each sweep has tables of its own, until its entries are written."""


_OF = 4
"""A join keeps the order of rows where what they are joined with is a small part of them."""


@dataclass(frozen=True, slots=True)
class Swept:
    """Everything that a file said; its entries are in the engine."""

    table: str
    """Has `account_id`, `day`, `item`, `row_number` and a column for each measure; its rows lie as they are kept."""
    values: Sequence[str]
    """The measures, in the order of the alphabet; of a series the only one is `value`."""
    sheet: str
    rows: int
    accepted: int
    """How many rows were taken in."""
    spans: Mapping[str, tuple[date, date]]
    """The first and the last day of each account."""
    measures: frozenset[str]
    """The columns of numbers that the file has."""
    rounded: int
    remarks: Sequence[Rejection]
    tables: SweptTables
    rejections: Sequence[Rejection] = ()
    unlisted: int = 0
    unknown_accounts: Collection[str] = ()

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day that any row is about."""
        return min(first for first, _ in self.spans.values()), max(last for _, last in self.spans.values())


def sweep(match: Match, text: SweptText, context: Context, engine: Engine) -> Swept | None:
    """What a sheet says; None when it has to be read row by row."""
    tables = SweptTables(engine, next(_NUMBERS))
    try:
        swept = _swept(match, text, context, tables)
    except (Spoilt, Refused, EngineError):
        swept = None
    if swept is None:
        tables.drop()
    return swept


def _swept(match: Match, text: SweptText, context: Context, tables: SweptTables) -> Swept | None:
    """The entries as one table; None when two rows are about the same, or none is taken in. Raises Spoilt, Refused, EngineError."""
    measures = map_measures(match, text, tables)
    if not measures.rows or measures.rows != (text.lines or measures.rows):
        return None
    keys = map_keys(match, context, tables)
    said = _said(text, context, tables, measures, keys)
    accepted = measures.rows - said.dropped
    if not accepted:
        return None
    names = "account.name as account_id, day.name as day, item.name as item"
    row = f"cast(cells.rowid + {text.offset + 1} as integer) as row_number"
    values = ", ".join(f'{sql} as "{name}"' for name, sql in measures.values.items())
    rows = f"from {tables['cells']} as cells {keys.joins}"
    taken = f"where {_none_of(measures.spoilt)}" if match.preset.writes == "series" and measures.spoilt else ""
    lie = _how_rows_lie(keys, f"{rows} {taken}", tables)
    if sum(one["rows"] for one in lie) != accepted or not _are_different(lie, keys, f"{rows} {taken}", tables):
        return None
    select = f"select {names}, {row}, {values} {rows} {measures.joins} {taken}"
    stay = _are_in_order(lie) and keys.most * _OF <= measures.rows
    if stay and not measures.is_computed:
        table = tables.name("entries", select)
    else:
        table = tables.make("entries", select if stay else f"{select} order by {keys.by_account}")
        tables.drop("cells")
    remarks = list(measures.remarks)
    if text.has_cut_end:
        remarks = [*remark_on_end(match, text.offset + measures.rows, len(text.columns) - 1), *remarks]
    return Swept(
        table=table,
        values=sorted(measures.values),
        sheet=match.sheet.name,
        rows=measures.rows - said.blank,
        accepted=accepted,
        spans={keys.accounts[one["account"]]: (keys.days[one["first_day"]], keys.days[one["last_day"]]) for one in lie},
        measures=frozenset(key for key in match.places if match.preset.columns[key].role == "measure"),
        rounded=measures.rounded,
        remarks=remarks,
        tables=tables,
        rejections=said.rejections,
        unlisted=said.unlisted,
        unknown_accounts=said.unknown_accounts,
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """What there is to say about single rows."""

    dropped: int = 0
    """How many rows bring no entry."""
    blank: int = 0
    """How many of these have nothing in them."""
    rejections: Sequence[Rejection] = ()
    unlisted: int = 0
    unknown_accounts: Collection[str] = ()


def _said(text: SweptText, context: Context, tables: SweptTables, measures: Measures, keys: Keys) -> _Said:
    """Read the rows of which a cell cannot be read once more, one by one. Raises Spoilt when that is not possible."""
    if not (measures.spoilt or keys.lacking):
        return _Said()
    odd = f"select cells.rowid as nth from {tables['cells']} as cells {keys.loose}"  # noqa: S608  names of ours
    conditions = " or ".join(f"({condition})" for condition in (*measures.spoilt, *keys.lacking))
    places = [row["nth"] for row in tables.read(f"{odd} where {conditions} order by nth limit {MOST_SAID + 1}")]
    if text.rows is None or len(places) > MOST_SAID:
        raise Spoilt("there is too much to say about this sheet", code="not-plain")
    rows = zip(places, text.rows(places), strict=True)
    told, brought = complain(measures.digest, context, ((text.offset + 1 + place, row) for place, row in rows))
    dropped = len(places) - brought
    if dropped and measures.rounded:
        raise Spoilt("some of the rounded numbers stand in rows that are left out", code="not-plain")
    return _Said(dropped, len(places) - told.rows, told.rejections, told.unlisted, told.unknown_accounts)


def _none_of(conditions: Sequence[str]) -> str:
    """A condition that is true where none of these is."""
    return " and ".join(f"({condition}) is not true" for condition in conditions)


def _how_rows_lie(keys: Keys, rows: str, tables: SweptTables) -> list[dict[str, Any]]:
    """Of each account its days, its rows, and how many of them do not come after the row before them; all by numbers."""
    ways = {"by_account": keys.by_account, "by_day": keys.by_day}
    told = ", ".join(f"{key} as {way}" for way, key in ways.items())
    before = ", ".join(f"lag({way}) over () as before_{way}" for way in ways)
    backwards = ", ".join(f"count(*) filter ({way} <= before_{way}) as {way}" for way in ways)
    each = f"select account.nth as account, day.nth as day, {told} {rows}"
    days = "min(day) as first_day, max(day) as last_day, count(*) as rows"
    told = f"select account, {days}, {backwards} from (select *, {before} from ({each}) as told) as lie"  # noqa: S608  names of ours
    return tables.read(f"{told} group by account order by account")


def _are_in_order(lie: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the rows lie account by account, or day by day: then they are kept as they are.

    Whoever reads what is kept asks for days, and skips those parts of a file that are about other ones.
    """
    return any(not sum(one[way] for one in lie) for way in ("by_account", "by_day"))


def _are_different(lie: Sequence[Mapping[str, Any]], keys: Keys, rows: str, tables: SweptTables) -> bool:
    """Whether no two rows are about the same; keys that only ever grow all differ, so that nothing else has to be compared."""
    if _are_in_order(lie):
        return True
    (different,) = tables.read(f"select count(distinct {keys.by_account}) as n {rows}")
    return bool(different["n"] == sum(one["rows"] for one in lie))
