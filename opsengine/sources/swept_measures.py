"""The measures of a swept sheet: numbers, products of two of them, sums, and words that count, each as SQL over its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from opsengine.sources.cells import MOST, words
from opsengine.sources.doubting import mixed_numbers
from opsengine.sources.keys import shower
from opsengine.sources.recognising import Match
from opsengine.sources.rejection import Rejection, Spoilt
from opsengine.sources.swept_cells import NUMBER, SweptCells, Value
from opsengine.sources.swept_tables import SweptTables, SweptText


@dataclass(frozen=True, slots=True)
class Measures:
    """How rows find their measures."""

    rows: int
    values: Mapping[str, str]
    """Each measure, and the SQL of its value."""
    is_computed: bool
    """Whether any of them is multiplied or added, so that the engine may stop at it."""
    joins: str
    rounded: int
    remarks: Sequence[Rejection]
    digest: Match
    """The match with a sheet of few rows that says the same of whole columns."""
    spoilt: Sequence[str]
    """Conditions, each true of rows in which a cell cannot be read."""


def map_measures(match: Match, text: SweptText, tables: SweptTables) -> Measures:
    """Read the cells into a table, and say how its rows find their measures.

    Raises Spoilt when a cell cannot be read or two cannot be put together, EngineError when a line is not like the others.
    """
    cells = SweptCells(match, text, tables)
    remarks = [remark.at(match.sheet.name, match.header_row + 1) for remark in mixed_numbers(cells.digest)]
    if match.preset.writes == "series":
        value = cells.values["value"]
        return Measures(cells.rows, {"value": value.sql}, value.is_computed, " ".join(cells.joins), cells.rounded, remarks,
                        cells.digest, cells.spoilt)  # fmt: skip
    flags, joins = _flags(match, tables)
    found = _measures(match, cells.values)
    values = {name: value.sql for name, value in found.items()}
    is_computed = any(value.is_computed for value in found.values())
    one = {match.preset.row_counts_as: f"cast(1 as {NUMBER})"} if match.preset.row_counts_as else {}
    return Measures(cells.rows, one | values | flags, is_computed, " ".join([*cells.joins, *joins]), cells.rounded, remarks,
                    cells.digest, cells.spoilt)  # fmt: skip


def _measures(match: Match, values: Mapping[str, Value]) -> dict[str, Value]:
    parts: dict[str, list[Value]] = {}
    for key, column in match.preset.columns.items():
        if key not in match.places or column.role != "measure" or column.counts:
            continue
        measure = parts.setdefault(column.measure or key, [])
        if column.times is None:
            measure.append(values[key])
        elif column.times in match.places:
            measure.append(_product(values[key], values[column.times]))
    return {name: found[0] if len(found) == 1 else _total(found) for name, found in parts.items() if found}


def _product(rate: Value, base: Value) -> Value:
    ends = [one * other for one in (rate.lowest, rate.highest) for other in (base.lowest, base.highest)]
    return _composed(f"cast(round({rate.sql} * {base.sql}, 6) as {NUMBER})", min(ends), max(ends), [rate, base])


def _total(parts: Sequence[Value]) -> Value:
    there = f"coalesce({', '.join(part.sql for part in parts)}) is not null"
    added = " + ".join(f"coalesce({part.sql}, 0)" for part in parts)
    lowest, highest = sum((part.lowest for part in parts), Decimal()), sum((part.highest for part in parts), Decimal())
    return _composed(f"case when {there} then cast({added} as {NUMBER}) end", lowest, highest, parts)


def _composed(sql: str, lowest: Decimal, highest: Decimal, parts: Sequence[Value]) -> Value:
    """A value made of others. Raises Spoilt when it may be beyond what is kept, or of what is rounded or cannot be read."""
    if any(part.is_rounded or part.is_spoilt for part in parts) or not -MOST < lowest <= highest < MOST:
        raise Spoilt("these numbers are put together row by row", code="not-plain")
    return Value(sql, lowest, highest, is_computed=True)


def _flags(match: Match, tables: SweptTables) -> tuple[dict[str, str], list[str]]:
    """Measures of words, and the tables of the words: one where the word counts as the measure, zero where another one does."""
    values: dict[str, str] = {}
    joins: list[str] = []
    for key, place in match.places.items():
        column = match.preset.columns[key]
        if column.role != "measure" or not column.counts:
            continue
        memo = words(column.counts, match.header(key), shower(match))
        measures = sorted({measure for named in column.counts.values() for measure in named})
        found = tables.read(f"select distinct c{place} as cell from {tables['cells']} where c{place} is not null")  # noqa: S608  names of ours
        meant = {row["cell"]: memo.take(row["cell"]) for row in found}
        rows = [
            (cell, *(int(measure in column.counts[word]) for measure in measures))
            for cell, word in meant.items()
            if word is not None
        ]
        table = tables.put(f"words{place}", {"cell": "VARCHAR", **dict.fromkeys(measures, NUMBER)}, rows)
        joins.append(f"left join {table} as words{place} on words{place}.cell = cells.c{place}")
        values |= {measure: f'words{place}."{measure}"' for measure in measures}
    return values, joins
