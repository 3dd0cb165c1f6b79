"""Which files of an import say nothing that later ones do not say again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import TYPE_CHECKING

from opsengine.sources.gathering import Gathering
from opsengine.sources.reading import Fresh, Gathered
from opsengine.sources.sweeping import Swept

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

_KEYS = {"account_id": "VARCHAR", "day": "DATE", "item": "VARCHAR"}


def covered_files(files: Sequence[Gathered], engine: Engine) -> set[Fresh]:
    """The files of which every row is about something that later files of the same export, with all its columns, are about too."""
    covered: set[Fresh] = set()
    later: dict[str, list[Gathered]] = {}
    for file in reversed(files):
        rivals = [rival for rival in later.get(file.name, ()) if rival.columns >= file.columns]
        if file.gathering.accepted and _could_cover(rivals, file) and _cover(rivals, file, engine):
            covered.add(file.fresh)
        later.setdefault(file.name, []).append(file)
    return covered


def _could_cover(rivals: Sequence[Gathered], file: Gathered) -> bool:
    """Whether each of the file's accounts, on its first and its last day, is within what these are about."""
    spans = [rival.gathering.spans for rival in rivals]
    return bool(rivals) and all(
        any(account in span and span[account][0] <= day <= span[account][1] for span in spans)
        for account, days in file.gathering.spans.items()
        for day in days
    )


def _cover(rivals: Sequence[Gathered], file: Gathered, engine: Engine) -> bool:
    """Whether they say something about everything that the file is about."""
    told = [rival.gathering for rival in rivals]
    gathered = [one for one in told if isinstance(one, Gathering)]
    if isinstance(file.gathering, Gathering) and len(gathered) == len(told):
        return all(any(key in one.entries for one in gathered) for key in file.gathering.entries)
    number = count()
    tables = [_keys(one, engine, next(number)) for one in (file.gathering, *told)]
    others = " union all ".join(f"select account_id, day, item from {table}" for table in tables[1:])  # noqa: S608  names of ours
    (left,) = engine.read(
        f"select count(*) as n from {tables[0]} as mine anti join ({others}) as others using (account_id, day, item)"  # noqa: S608  as above
    )
    _forget(engine, next(number))
    return bool(left["n"] == 0)


def _keys(told: Gathering | Swept, engine: Engine, number: int) -> str:
    """A table of what a file is about."""
    if isinstance(told, Swept):
        return told.table
    engine.put(f"incoming.keys{number}", _KEYS, (key[:3] for key in told.entries))
    return f"incoming.keys{number}"


def _forget(engine: Engine, numbers: int) -> None:
    tables: Iterable[str] = (f"incoming.keys{number}" for number in range(numbers))
    for table in tables:
        engine.drop(table)
