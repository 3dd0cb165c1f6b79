"""Numbers that lie far outside of what the same export ever told: taken in, and remarked, so that somebody looks at them.

A damaged file, a wrong unit or a tampered sheet often shows in nothing else. The limits are taken from the newest files of the same
export, all accounts together, and from no fewer numbers than can have a thousandth part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsengine.sources.catalogue import ImportRecord
from opsengine.sources.lake import ENTRY, TRACE
from opsengine.sources.preset import Preset, Presets
from opsengine.sources.rejection import Rejection, Spoilt

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

HIGH, LOW = 0.999, 0.001
"""Of a thousand numbers the largest and the smallest are out of the ordinary, and may be."""
TIMES = 10
"""So many times beyond those is for a person to judge: a good campaign makes three or four."""
LEAST = 1000
"""With fewer numbers nobody knows what a thousandth of them is."""
_FILES = 12
"""The newest files of an export that are looked at."""
_SAMPLE = 100_000
"""Of more rows every second, third … one is looked at: limits need no more, and memory has an end."""
_CENT = Decimal("0.01")
_LISTED = 5
"""Of one measure of an import."""

Remarks = dict[int, list[Rejection]]
"""By the number of the import."""


def find_unusual(engine: Engine, lake: Path, presets: Presets, before: Iterable[ImportRecord], written: Iterable[str]) -> Remarks:
    """Remarks about numbers in these files of the lake, compared with what was imported before."""
    earlier = sorted({name for record in before for name in record.lake})
    found: Remarks = {}
    for name, preset in presets.by_name.items():
        new, old = (_of(name, files) for files in (written, earlier))
        if new and old:
            files = [lake / file for file in new], [lake / file for file in old[-_FILES:]]
            for seq, remark in _compared(engine, preset, *files):
                found.setdefault(seq, []).append(remark)
    return found


def _of(preset: str, files: Iterable[str]) -> list[str]:
    """The files of entries of one preset: `entries-<preset>-<first import>-<part>.parquet`."""
    return [file for file in files if file.rsplit("-", 2)[0] == f"entries-{preset}"]


def _compared(engine: Engine, preset: Preset, new: Sequence[Path], old: Sequence[Path]) -> Iterable[tuple[int, Rejection]]:
    known = {name for name in engine.columns_of(old) if name not in ENTRY and name not in TRACE}
    measures = [name for name in engine.columns_of(new) if name in known]
    if not measures:
        return
    engine.mount("incoming.before", old, dict.fromkeys([*measures, "row_number"], ""))
    engine.mount("incoming.new", new, dict.fromkeys([*measures, "sheet", "row_number", "import_seq"], ""))
    parts = [
        f'count("{name}") as n{nth}, quantile_cont("{name}", {HIGH}) as h{nth}, quantile_cont("{name}", {LOW}) as l{nth}'
        for nth, name in enumerate(measures)
    ]
    (told,) = engine.read("select count(*) as rows from incoming.before")
    each = told["rows"] // _SAMPLE + 1
    (limits,) = engine.read(f"select {', '.join(parts)} from incoming.before where row_number % $each = 0", each=each)  # noqa: S608  names of ours
    for nth, name in enumerate(measures):
        if limits[f"n{nth}"] >= LEAST:
            for row in _beyond(engine, name, limits[f"l{nth}"], limits[f"h{nth}"]):
                yield row["import_seq"], _remark(preset, name, row, (limits[f"l{nth}"], limits[f"h{nth}"]), limits[f"n{nth}"])


def _beyond(engine: Engine, name: str, low: Decimal, high: Decimal) -> list[dict[str, Any]]:
    """The rows whose number is far above the highest, or far below the lowest where that is above zero."""
    return engine.read(
        f'select import_seq, sheet, row_number, "{name}" as value from incoming.new'  # noqa: S608  as above
        f' where ("{name}" > $most and $most > 0) or ("{name}" < $least and $least > 0)'
        f" order by import_seq, row_number limit {_LISTED}",
        most=high * TIMES,
        least=low / TIMES,
    )


def _remark(preset: Preset, name: str, row: Mapping[str, Any], limits: tuple[Decimal, Decimal], count: int) -> Rejection:
    header = next((column.names[0] for key, column in preset.columns.items() if name in (column.measure or key, key)), name)
    text = "{value} is far outside of what 998 of a thousand of {count} earlier numbers were: {low} to {high}"
    low, high, value = (f"{Decimal(number).quantize(_CENT).normalize():f}" for number in (*limits, row["value"]))
    spoilt = Spoilt(text, code="unusual", column=header, hint="it was taken in: compare it with the platform",
                    value=value, low=low, high=high, count=count)  # fmt: skip
    return spoilt.at(row["sheet"] or "", row["row_number"])
