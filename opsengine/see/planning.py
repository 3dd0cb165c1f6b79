"""What a build would make, and why: the same look at earlier builds as building takes, and nothing made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from opsengine.see import building
from opsengine.see.building import TAKEN_OVER, WHEN_ASKED, _first_day, read_declarations, scope_of
from opsengine.see.declaring import put_catalogue, put_scorecards
from opsengine.see.fans import GROWING, known_until
from opsengine.see.growing import GROWN, Footing, Taken, about, growth
from opsengine.sources import live_imports
from opsengine.warehouse import finished_builds, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opsengine.project import Project
    from opsengine.sources import ImportLog
    from opsengine.warehouse import Build, Engine


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is made: a sentence with gaps, and what fills them."""

    text: str
    fields: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableToMake:
    """One table of a build, and what happens to it: `taken over`, `some days` or `made anew`."""

    table: str
    what: str
    days: int
    """How many days of it are made; 0 for what is taken over."""


@dataclass(frozen=True, slots=True)
class Rebuild:
    """What the next build of a day would do."""

    accounts: int
    first: date
    """The first day that is told of."""
    made_from: date
    """The first day that is made."""
    going_on_from: str
    """The build whose days are taken over; empty when there is none."""
    reasons: tuple[Reason, ...]
    tables: tuple[TableToMake, ...]


_DIFFERS = {
    "frame": "declared files, the register, presets, the time zone or the version differ from every earlier build",
    "scope": "files bring other metrics than in any earlier build",
    "first": "the facts begin on another day than in any earlier build",
    "reference": "the reference of the scores has moved since every earlier build",
    "is_frozen": "the reference of the scores is not frozen: each new day moves all others",
    "as_of": "every earlier build is of a later day",
}
"""Why no earlier build can be gone on from, the first that holds of the newest."""


def footing_of(project: Project, log: ImportLog, frame: str) -> Footing:
    """What a build may go on from: what was built before, and which imports count by now."""
    imports = {
        f"{record.import_seq}:{record.content}": Taken(record.preset, record.first_day)
        for record in live_imports(log)
        if record.first_day is not None
    }
    return Footing(frame, imports, finished_builds(project.builds))


def plan_see(engine: Engine, project: Project, as_of: date, versions: Mapping[str, int], footing: Footing) -> Rebuild:
    """What a build of this day would make, over facts that are mounted. Raises InvalidFiles."""
    declared = read_declarations(project, versions)
    first, scope = _first_day(engine, as_of), scope_of(engine, declared, as_of)
    put_catalogue(engine, scope.catalogue)
    put_scorecards(engine, declared.scorecards, scope.catalogue, first, as_of)
    accounts = int(engine.read("select count(*) as accounts from raw.accounts")[0]["accounts"])
    days = (as_of - first).days + 1
    is_small = accounts * days <= building.SMALL
    from_ = None if is_small else growth(engine, scope, footing, first, as_of)
    made_from = from_.day if from_ else first
    now = about(engine, scope, footing, first, as_of)
    reasons = (
        (_few(accounts * days),) if is_small
        else tuple(_changes(from_.build.about, now, made_from)) if from_
        else (_unfit(footing.grown, now),)
    )  # fmt: skip
    fans_known = known_until(engine, declared.tiers, as_of, footing.frame, footing.builds)
    of_fans = dict.fromkeys(GROWING, (as_of - fans_known).days) if fans_known else {}
    tables = tuple(_tables(is_gone_on=from_ is not None, days=days, new=(as_of - made_from).days + 1, added=of_fans))
    return Rebuild(accounts, first, made_from, from_.build.folder.name if from_ else "", reasons, tables)


def _few(account_days: int) -> Reason:
    return Reason("{count} account-days are few: all of them are made sooner than sorted out", {"count": account_days})


def _tables(*, is_gone_on: bool, days: int, new: int, added: Mapping[str, int]) -> Iterator[TableToMake]:
    """What becomes of each table; `added` are those that only so many days are added to, whatever becomes of the others."""
    for model in in_order("staging", "metrics", "scores"):
        if model.is_view or model.table in WHEN_ASKED:
            continue
        if (count := added.get(model.table)) is not None:
            yield TableToMake(model.table, "some days" if count else "taken over", count)
        elif not is_gone_on:
            yield TableToMake(model.table, "made anew", days)
        elif model.table in TAKEN_OVER:
            yield TableToMake(model.table, "taken over", 0)
        else:
            yield TableToMake(model.table, "some days" if model.table in GROWN else "made anew", new)


_CAME = "{count} imports came since, of {sources}; the first tells of {day}"
_WENT = "{count} imports no longer count, of {sources}; the first told of {day}"


def _changes(old: Mapping[str, Any], now: Mapping[str, Any], made_from: date) -> Iterator[Reason]:
    """What happened since the build that is gone on from."""
    ended = date.fromisoformat(old["as_of"])
    if ended < date.fromisoformat(now["as_of"]):
        fields = {"first": (ended + timedelta(days=1)).isoformat(), "last": str(now["as_of"])}
        yield Reason("the days from {first} to {last} have not been made yet", fields)
    for names, text in (
        (now["imports"].keys() - old["imports"].keys(), _CAME),
        (old["imports"].keys() - now["imports"].keys(), _WENT),
    ):
        told = [(now["imports"] | old["imports"])[name] for name in names]
        if told:
            sources = ", ".join(sorted({source for source, _ in told}))
            yield Reason(text, {"count": len(told), "sources": sources, "day": min(day for _, day in told)})
    if made_from <= ended:
        yield Reason("so the days since {day} are made again", {"day": made_from.isoformat()})


def _unfit(builds: Sequence[Build], now: Mapping[str, Any]) -> Reason:
    """Why there is nothing to go on from."""
    if not builds:
        return Reason("there is no earlier build that could be gone on from")
    newest = max(builds, key=lambda build: build.folder.stat().st_mtime).about
    for key, text in _DIFFERS.items():
        differs = not newest[key] if key == "is_frozen" else newest[key] > now[key] if key == "as_of" else newest[key] != now[key]
        if differs:
            return Reason(text)
    return Reason("what came since tells of days within the reference of the scores")
