"""What the rows of a swept sheet are about: each distinct account, day and item, worked out once by the rules for single rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from opsengine.sources.keys import Context, When, Which, WhichMetric, Whose, shower
from opsengine.sources.recognising import Match
from opsengine.sources.sheet import Row
from opsengine.sources.swept_tables import SweptTables


@dataclass(frozen=True, slots=True)
class Keys:
    """How rows find what they are about."""

    joins: str
    columns: str
    """`account_id`, `day`, `item`, and `account_nth` and `item_nth`, which sort as these do."""
    identity: str
    """What tells two rows apart."""


def map_keys(match: Match, context: Context, tables: SweptTables) -> Keys:
    """Tables of the accounts, days and items. Raises Spoilt or Refused when any of them cannot be told."""
    show = shower(match)
    whose, when = Whose(match, context), When(match, context, show)
    which = WhichMetric(match) if match.preset.writes == "series" else Which(match, context, show)
    mapping = _Mapping(match, tables)
    mapping.add("accounts", "account_id", "VARCHAR", whose.places, whose.account)
    mapping.add("days", "day", "DATE", when.places, lambda row: when.moment(row).date())
    mapping.add("items", "item", "VARCHAR", which.places, which.item)
    return Keys(
        " ".join(mapping.joins),
        "accounts.account_id, days.day, items.item, accounts.nth as account_nth, items.nth as item_nth",
        "accounts.nth, days.day, items.nth",
    )


class _Mapping:
    """Joins from cells to what they mean."""

    def __init__(self, match: Match, tables: SweptTables) -> None:
        self._width = max(match.places.values(), default=0) + 1
        self._tables = tables
        self.joins: list[str] = []

    def add(self, name: str, column: str, kind: str, places: Sequence[int], read: Callable[[Row], Any]) -> None:
        """Work out every distinct combination of the cells at these places. Raises Spoilt."""
        found = self._distinct(places)
        values = [read(self._row(cells)) for cells in found]
        order = {value: nth for nth, value in enumerate(sorted(set(values)))}
        columns = {**{f"c{place}": "VARCHAR" for place in places}, column: kind, "nth": "INTEGER"}
        rows = ((*cells.values(), value, order[value]) for cells, value in zip(found, values, strict=True))
        table = self._tables.put(name, columns, rows)
        has_gaps = {place: any(cells[place] is None for cells in found) for place in places}
        terms = [
            f"{name}.c{place} {'is not distinct from' if has_gaps[place] else '='} cells.c{place}" for place in places
        ]  # fmt: skip
        self.joins.append(f"inner join {table} as {name} on {' and '.join(terms)}" if terms else f"cross join {table} as {name}")

    def _distinct(self, places: Sequence[int]) -> list[dict[int, str | None]]:
        if not places:
            return [{}]
        names = ", ".join(f"c{place}" for place in places)
        rows = self._tables.read(f"select distinct {names} from {self._tables['cells']}")  # noqa: S608  names of ours
        return [dict(zip(places, row.values(), strict=True)) for row in rows]

    def _row(self, cells: dict[int, str | None]) -> Row:
        row: list[str | None] = [None] * self._width
        for place, cell in cells.items():
            row[place] = cell
        return row
