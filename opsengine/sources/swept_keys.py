"""What the rows of a swept sheet are about: each distinct account, day and item, worked out once by the rules for single rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from opsengine.sources.keys import Context, When, Which, WhichMetric, Whose, shower
from opsengine.sources.recognising import Match
from opsengine.sources.rejection import Spoilt
from opsengine.sources.sheet import Row
from opsengine.sources.swept_tables import MOST_SAID, SweptTables, one_of

_MOST = 2**62
"""More combinations do not fit into one number."""
MOST_NAMES = 10_000
"""So many names are told to the engine beforehand; more of them are texts like any other."""
_JOIN = "inner join"
_IS = {False: "=", True: "is not distinct from"}

T = TypeVar("T", str, date)
_Cells = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """How rows find what they are about."""

    joins: str
    """Of the tables `account`, `day` and `item`, each with a `name`, to the cells; rows that lack any of them are left out."""
    loose: str
    """The same joins, which leave out none."""
    lacking: Sequence[str]
    """Conditions for the loose joins, each true of rows that lack one of the three."""
    by_account: str
    """One number for all three: it tells rows apart, and sorts them by account, then by day."""
    by_day: str
    """The same by day, then by account."""
    accounts: Sequence[str]
    """By their numbers, `account.nth`."""
    days: Sequence[date]
    most: int
    """How many different cells, or combinations of them, tell one of the three."""


def map_keys(match: Match, context: Context, tables: SweptTables) -> Keys:
    """Tables of the accounts, days and items. Raises Spoilt or Refused when any of them cannot be told."""
    show = shower(match)
    whose, when = Whose(match, context), When(match, context, show)
    which = WhichMetric(match) if match.preset.writes == "series" else Which(match, context, show)
    mapping = _Mapping(match, tables)
    if whose.needs_to_hear:
        whose.hear(mapping.rows(whose.places))
    accounts = mapping.add("account", "VARCHAR", whose.places, whose.account)
    days = mapping.add("day", "DATE", when.places, lambda row: when.moment(row).date())
    items = mapping.add("item", "VARCHAR", which.places, which.item)
    if len(accounts) * len(days) * len(items) > _MOST:
        raise Spoilt("there are too many things that these rows are about", code="not-plain")
    by_account = f"(cast(account.nth as bigint) * {len(days)} + day.nth) * {len(items)} + item.nth"
    by_day = f"(cast(day.nth as bigint) * {len(accounts)} + account.nth) * {len(items)} + item.nth"
    joins = " ".join(mapping.joins)
    return Keys(joins, joins.replace(_JOIN, "left join"), mapping.lacking, by_account, by_day, accounts, days, mapping.most)


class _Mapping:
    """Joins from cells to what they mean."""

    def __init__(self, match: Match, tables: SweptTables) -> None:
        self._width = max(match.places.values(), default=0) + 1
        self._tables = tables
        self.joins: list[str] = []
        self.lacking: list[str] = []
        self.most = 0

    def add(self, name: str, kind: str, places: Sequence[int], read: Callable[[Row], T]) -> list[T]:
        """Work out every distinct combination of the cells at these places; what they mean, each once, in order. Raises Spoilt."""
        found = self._distinct(places)
        self.most = max(self.most, len(found))
        values = self._read(places, found, read)
        if len(values) < len(found):
            self.lacking.append(f"{name}.nth is null")
        order = {value: nth for nth, value in enumerate(sorted(set(values.values())))}
        kind = one_of(order) if kind == "VARCHAR" and len(order) <= MOST_NAMES else kind
        columns = {**{f"c{place}": "VARCHAR" for place in places}, "name": kind, "nth": "INTEGER"}
        rows: list[list[object]] = [list(cells) for cells in values]
        for row, value in zip(rows, values.values(), strict=True):
            row += [value, order[value]]
        table = self._tables.put(name, columns, rows)
        if len(found) == 1:  # all rows say the same: nothing has to be compared
            places = ()
        gapped = {place: any(cells[nth] is None for cells in found) for nth, place in enumerate(places)}
        terms = [f"{name}.c{place} {_IS[gapped[place]]} cells.c{place}" for place in places]
        self.joins.append(f"{_JOIN} {table} as {name} on {' and '.join(terms)}" if terms else f"cross join {table} as {name}")
        return list(order)

    def rows(self, places: Sequence[int]) -> Iterator[Row]:
        """Every distinct combination of the cells at these places, each as a row."""
        return (self._row(places, cells) for cells in self._distinct(places))

    def _read(self, places: Sequence[int], found: Sequence[_Cells], read: Callable[[Row], T]) -> dict[_Cells, T]:
        """What combinations of cells mean; those that mean nothing are left out. Raises Spoilt when these are many, or all."""
        values: dict[_Cells, T] = {}
        for number, cells in enumerate(found, start=1):
            try:
                values[cells] = read(self._row(places, cells))
            except Spoilt:
                if number - len(values) > MOST_SAID:
                    raise
        if not values:
            raise Spoilt("no row says what it is about", code="not-plain")
        return values

    def _distinct(self, places: Sequence[int]) -> list[tuple[str | None, ...]]:
        if not places:
            return [()]
        names = ", ".join(f"c{place}" for place in places)
        rows = self._tables.read(f"select distinct {names} from {self._tables['cells']} order by {names}")  # noqa: S608  names of ours
        return [tuple(row.values()) for row in rows]

    def _row(self, places: Sequence[int], cells: Sequence[str | None]) -> Row:
        row: list[str | None] = [None] * self._width
        for place, cell in zip(places, cells, strict=True):
            row[place] = cell
        return row
