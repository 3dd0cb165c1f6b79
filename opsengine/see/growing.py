"""Going on from an earlier build: only the days that something new is told of are made again.

What was made before stands as long as everything that it rests on does: the declared files, the register, the frozen reference,
and every import about the days before. Then the days from the first that changed are made, and all others are taken over. Numbers
are counted on from the last day before, so that windows are differences of two days. The tables of the day itself (ranks) are
always made anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsengine.see.trees import NUMBER
from opsengine.see.windows import LENGTHS
from opsengine.warehouse import Build, Model, Part, read_models

if TYPE_CHECKING:
    from opsengine.see.families import Scope
    from opsengine.warehouse import Engine

GROWN = ("staging.coverage", "metrics.base_day", "metrics.running_day", "scores.placed_day", "scores.score_day")
"""What has a row a day, and is gone on with."""
COUNTED = 2 * max(LENGTHS)
"""Windows of a day are differences of running sums; the oldest of these is so many days before."""
COMPARED = 28
"""The days that a day is compared with are at most so many before it."""
FROZEN = ("metrics.daily_cap", "scores.typical", "scores.reference_days", "scores.reference_range", "scores.blended_grid")
"""What stands as long as the reference does."""
_STEP = "metrics.running_step"
"""What the running sums of one day are made by."""
_LEVELS = ("metrics.window_level", "raw.window_level_before")
"""The levels of stocks over windows, and where what they were before is found."""
_BEFORE = {"metrics.first_day": "earlier.first_day", "scores.applicable": "earlier.applicable"}


@dataclass(frozen=True, slots=True)
class Taken:
    """One import as far as going on depends on it."""

    source: str
    first_day: date


@dataclass(frozen=True, slots=True)
class Footing:
    """What a build may go on from, and what it is made of itself."""

    frame: str
    """Tells projects with other declared files, another register or another version apart."""
    imports: Mapping[str, Taken]
    """Every import that counts, by a name of its own."""
    builds: Sequence[Build] = ()
    """The finished builds."""

    @property
    def grown(self) -> Sequence[Build]:
        """Those that keep their days so that they can be taken over."""
        return [build for build in self.builds if build.grown]

    def spelled_for(self, mark: str) -> Mapping[str, str]:
        """The models as an earlier build spelled them out for the same declarations and the same numbers."""
        same = {"frame": self.frame, "scope": mark}
        found = (build.spelled for build in self.builds if self.frame and same.items() <= build.about.items())
        return next((spelled for spelled in found if spelled), {})


@dataclass(frozen=True, slots=True)
class Growth:
    """An earlier build, and the first day that is not taken over from it."""

    build: Build
    day: date

    @property
    def levels_known_on(self) -> date | None:
        """The day as of which its levels over windows stand; None when something is told otherwise of days within them."""
        as_of = date.fromisoformat(self.build.about["as_of"])
        return as_of if self.day == as_of + timedelta(days=1) else None

    def counts_on(self, as_of: date) -> bool:
        """Whether its running sums reach as far back as windows of this day do, and are gone on with."""
        return (as_of - self.day).days < COUNTED

    def parts(self, table: str) -> list[Part]:
        """What is taken over of a table."""
        return [Part(part.file, min(part.until or self.day, self.day)) for part in self.build.grown[table]]


def about(engine: Engine, scope: Scope, footing: Footing, first: date, as_of: date) -> dict[str, Any]:
    """What a build is made of, as plain values."""
    return {
        "frame": footing.frame,
        "scope": scope.mark,
        "first": first.isoformat(),
        "as_of": as_of.isoformat(),
        "reference": _reference(engine),
        "is_frozen": _is_frozen(engine, scope),
        "imports": {name: [told.source, told.first_day.isoformat()] for name, told in footing.imports.items()},
    }


def growth(engine: Engine, scope: Scope, footing: Footing, first: date, as_of: date) -> Growth | None:
    """The build to go on from, of those that fit the one that leaves the fewest days to make; None when none does."""
    now = about(engine, scope, footing, first, as_of)
    fitting = [build for build in footing.grown if _stands(build.about, now)]
    found = [Growth(build, _first_change(engine, build.about, footing, as_of)) for build in fitting]
    frozen_until = max((date.fromisoformat(end) for _, _, end in now["reference"]), default=as_of)
    usable = [one for one in found if max(first, frozen_until) < one.day <= as_of]
    return max(usable, key=lambda one: (one.day, one.build.folder.name), default=None)


def _stands(old: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    is_same = all(old[key] == now[key] for key in ("frame", "scope", "first", "reference"))
    return bool(is_same and old["is_frozen"] and old["as_of"] <= now["as_of"])


def _is_frozen(engine: Engine, scope: Scope) -> bool:
    """Whether all components with any value are read from the reference that the scorecards name; False while that is not made."""
    return engine.has("scores.reference_days") and all(row["is_frozen"] for row in _references(engine, scope))


def outgrown(engine: Engine, scope: Scope) -> bool:
    """Whether the days that were just measured tell a component that had no value in the reference: then it is to be made anew."""
    unheard_of = [row["component"] for row in _references(engine, scope) if row["first_day"] is None]
    heard = engine.read(scope.spell(Model("earlier.heard", Path(__file__), "", "", _HEARD)).sql)
    return any(row["days"] and row["component"] in unheard_of for row in heard)


_HEARD = """
    select component__id as component, count(component__value) as days from scores.measured_day cross join each.component
"""


def _references(engine: Engine, scope: Scope) -> list[dict[str, Any]]:
    """The reference of each component; one without any value has nothing to freeze."""
    return engine.read(scope.spell(Model("earlier.references", Path(__file__), "", "", _REFERENCES)).sql)


_REFERENCES = """
    select
        component__id as component,
        component__is_frozen or component__first_day is null as is_frozen,
        component__first_day as first_day
    from scores.reference_days
    cross join each.component
"""


def _reference(engine: Engine) -> list[list[str]]:
    rows = engine.read("select scorecard, reference_from, reference_to from raw.scorecards order by scorecard")
    return [[row["scorecard"], row["reference_from"].isoformat(), row["reference_to"].isoformat()] for row in rows]


def _first_change(engine: Engine, old: Mapping[str, Any], footing: Footing, as_of: date) -> date:
    """The first day of which anything may be told otherwise than it was: by a new import, or by one that no longer counts."""
    before = {name: Taken(source, date.fromisoformat(day)) for name, (source, day) in old["imports"].items()}
    changed = {
        name: told for name, told in (before | dict(footing.imports)).items() if (name in before) != (name in footing.imports)
    }
    days = [told.first_day for told in changed.values()]
    days += [day for day in (_silence_since(engine, before, changed),) if day is not None]
    return min([*days, date.fromisoformat(old["as_of"]) + timedelta(days=1), as_of])


def _silence_since(engine: Engine, before: Mapping[str, Taken], changed: Mapping[str, Taken]) -> date | None:
    """The day after what a sparse source told of until then: days of silence there are read otherwise once it goes on."""
    numbers = {kind: sorted(int(name.partition(":")[0]) for name in names) for kind, names in (("old", before), ("new", changed))}
    engine.put("raw.imports_before", {"import_seq": "BIGINT"}, [(number,) for number in numbers["old"]])
    engine.put("raw.imports_changed", {"import_seq": "BIGINT"}, [(number,) for number in numbers["new"]])
    day = engine.read(_ENDS)[0]["day"]
    return None if day is None else day + timedelta(days=1)


_ENDS = """
    with ends as (
        select spans.source, spans.account_id, max(spans.last_day) as last_day
        from raw.spans as spans
        inner join raw.presets as presets on presets.source = spans.source and presets.is_sparse
        where spans.import_seq in (select import_seq from raw.imports_before)
        group by spans.source, spans.account_id
    )

    select min(ends.last_day) as day
    from ends
    inner join raw.spans as spans on spans.source = ends.source and spans.account_id = ends.account_id
    where spans.import_seq in (select import_seq from raw.imports_changed)
"""


def put_nothing_before(engine: Engine, scope: Scope) -> None:
    """Say that nothing was made or counted before."""
    firsts = {f"{part.name}__first_day": "DATE" for part in scope.families["part"]}
    engine.put("raw.first_day_before", {"account_id": "VARCHAR", "first_day": "DATE", **firsts}, [])
    firsts = {f"{component.name}__first_day": "DATE" for component in scope.families["component"]}
    engine.put("raw.applicable_before", {"account_id": "VARCHAR", **firsts}, [])
    engine.put("raw.start_before", {"source": "VARCHAR", "account_id": "VARCHAR", "first_day": "DATE"}, [])
    for table in ("raw.running_before", "metrics.running_day"):
        _put_no_sums(engine, scope, table)
    _put_no_levels(engine, scope)


def counted_days(from_: Growth | None, as_of: date) -> list[date]:
    """The days of which running sums are made: those that windows need, or of them those from the first that is made."""
    first = from_.day if from_ and from_.counts_on(as_of) else as_of - timedelta(days=COUNTED)
    return [first + timedelta(days=n) for n in range((as_of - first).days + 1)]


def put_counted_days(engine: Engine, days: Sequence[date]) -> None:
    """Say of which days running sums are made."""
    engine.put("raw.days_counted", {"day": "DATE"}, [(day,) for day in days])


def put_summed_days(engine: Engine, days: Sequence[date]) -> None:
    """Say of which day the windows are differences of running sums, if of any."""
    engine.put("raw.days_summed", {"day": "DATE"}, [(day,) for day in days])


def _put_no_sums(engine: Engine, scope: Scope, table: str) -> None:
    """Make a table of running sums without rows."""
    sums = {"number": {"total": _SUM, "days": "INTEGER"}, "reading": {"first": _SUM, "second": _SUM, "first_days": "INTEGER"}}
    columns = {
        f"{member.name}__{part}": kind
        for family, parts in sums.items()
        for member in scope.families[family]
        for part, kind in parts.items()
    }
    engine.put(table, {"account_id": "VARCHAR", "day": "DATE", **columns}, [])


_SUM = "DECIMAL(24,6)"


def _put_no_levels(engine: Engine, scope: Scope) -> None:
    """Say that no level is known."""
    levels = {"level": NUMBER, "known_on": "DATE", "previous_level": NUMBER, "previously_known_on": "DATE"}
    stocks = {f"{member.name}__{part}": kind for member in scope.families["stock"] for part, kind in levels.items()}
    engine.put("raw.window_level_before", {"account_id": "VARCHAR", "days": "INTEGER"} | stocks, [])


def mount_before(engine: Engine, scope: Scope, from_: Growth, as_of: date) -> None:
    """Mount what is taken over of an earlier build: days before, first days before, and what is frozen."""
    build = from_.build
    for table in GROWN:
        engine.mount_parts(f"{table}_before", [(part.file, part.until) for part in from_.parts(table)], build.columns[table])
    for table, name in (*((table, table) for table in FROZEN), *_BEFORE.items()):
        engine.mount(name, [build.file(table)], dict.fromkeys(build.columns[table], ""))
    if from_.levels_known_on is None:
        _put_no_levels(engine, scope)
    else:
        table, name = _LEVELS
        engine.mount(name, [build.file(table)], dict.fromkeys(build.columns[table], ""))
    for table, sql in _TAKEN_OVER.items():
        engine.name(scope.spell(Model(table, build.folder, "", "", sql, is_view=True)))
    for table, sql in _LAST_BEFORE.items():
        engine.name(scope.spell(Model(table, build.folder, "", "", sql, is_view=True)).on(from_.day - timedelta(days=1)))
    if not from_.counts_on(as_of):
        _put_no_sums(engine, scope, "raw.running_before")


def _running(table: str) -> str:
    """What was counted up until a day."""
    counted = "number__total, number__days, reading__first, reading__second, reading__first_days"
    return f"select account_id, {counted} from {table} where day = $as_of"  # noqa: S608  tables of our own


_LAST_BEFORE = {
    "raw.start_before": "select source, account_id, day as first_day from staging.coverage_before where day = $as_of",
    "raw.running_before": _running("metrics.running_day_before"),
}
"""What the last day before the first that is made says: every source that had begun has a row of it."""
_TAKEN_OVER = {
    "raw.first_day_before": """
        select
            earlier.account_id,
            earlier.first_day,
            case when earlier.part__first_day < made.day then earlier.part__first_day end as part__first_day
        from earlier.first_day as earlier
        cross join (select min(day) as day from raw.days_made) as made
        where earlier.first_day < made.day
    """,
    "raw.applicable_before": """
        select
            earlier.account_id,
            case when earlier.component__first_day < made.day then earlier.component__first_day end as component__first_day
        from earlier.applicable as earlier
        cross join (select min(day) as day from raw.days_made) as made
    """,
}
"""What was known before the first day that is made; a first day after it is looked for again."""


def spell_ahead(scope: Scope) -> None:
    """Spell out what only the next day asks for, so that it need not."""
    asked = {**_TAKEN_OVER, **_LAST_BEFORE, "earlier.heard": _HEARD, "earlier.references": _REFERENCES}
    for table, sql in asked.items():
        scope.spell(Model(table, Path(__file__), "", "", sql))
    scope.spell(read_models()[_STEP])


def go_on(engine: Engine, model: Model, as_of: date) -> None:
    """Make the new days of a table that has grown, and the whole of it out of both."""
    since = replace(model, table=f"{model.table}_since")
    engine.make(since, as_of)
    _put_together(engine, model)


def count_on(engine: Engine, scope: Scope, days: Sequence[date], *, is_gone_on: bool) -> None:
    """Make running sums a day at a time, each from the day before: of many accounts that is cheaper than sums over all days."""
    models = read_models()
    whole = models["metrics.running_day"]
    step = replace(scope.spell(models[_STEP]), table=f"{whole.table}_since" if is_gone_on else whole.table)
    before = Model("raw.running_before", whole.file, "", "", _running(step.table), is_view=True)
    first, *later = days
    engine.make(step, first)
    for day in later:
        engine.name(scope.spell(before).on(day - timedelta(days=1)))
        engine.add(step, day)
    if is_gone_on:
        _put_together(engine, whole)


def _put_together(engine: Engine, model: Model) -> None:
    """The whole of a table out of the days before and those since."""
    since = engine.columns(f"{model.table}_since")
    names = ", ".join(f'"{name}"' for name in since)
    sql = f"select {names} from {model.table}_before union all select {names} from {model.table}_since"  # noqa: S608  tables of our own
    engine.name(Model(model.table, model.file, model.sentence, model.grain, sql, is_view=True))
