"""Going on from an earlier build: only the days that something new is told of are made again.

What was made before stands as long as everything that it rests on does: the declared files, the register, the frozen reference,
and every import about the days before. Then the days from the first that changed are made, and all others are taken over. Windows
slide on: days that enter them are added, days that leave them are taken off. The tables of the day itself (ranks, quartiles) are
always made anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsengine.see.trees import NUMBER
from opsengine.warehouse import Build, Model, Part, read_models

if TYPE_CHECKING:
    from opsengine.see.families import Scope
    from opsengine.warehouse import Engine

GROWN = ("staging.coverage", "metrics.base_day", "scores.placed_day", "scores.score_day")
"""What has a row a day, and is gone on with."""
FROZEN = ("metrics.daily_cap", "scores.typical", "scores.reference_days", "scores.reference_range", "scores.blended_grid")
"""What stands as long as the reference does."""
WINDOWS = {"metrics.window_sum": "raw.window_sum_before", "metrics.window_level": "raw.window_level_before"}
"""What slides from day to day, and where what it was before is found."""
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
        """Those that say of what their days were made; others keep the sums of fans alone."""
        return [build for build in self.builds if "scope" in build.about]


@dataclass(frozen=True, slots=True)
class Growth:
    """An earlier build, and the first day that is not taken over from it."""

    build: Build
    day: date

    @property
    def windows_known_on(self) -> date | None:
        """The day as of which its windows stand; None when something is told otherwise of days within them."""
        as_of = date.fromisoformat(self.build.about["as_of"])
        return as_of if self.day == as_of + timedelta(days=1) else None

    def is_next_day(self, as_of: date) -> bool:
        """Whether its windows stand, and those of the day after them are wanted."""
        return self.windows_known_on == as_of - timedelta(days=1)

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
    """Say that nothing was made before."""
    firsts = {f"{part.name}__first_day": "DATE" for part in scope.families["part"]}
    engine.put("raw.first_day_before", {"account_id": "VARCHAR", "first_day": "DATE", **firsts}, [])
    firsts = {f"{component.name}__first_day": "DATE" for component in scope.families["component"]}
    engine.put("raw.applicable_before", {"account_id": "VARCHAR", **firsts}, [])
    engine.put("raw.start_before", {"source": "VARCHAR", "account_id": "VARCHAR", "first_day": "DATE"}, [])
    _put_no_windows(engine, scope)


def _put_no_windows(engine: Engine, scope: Scope) -> None:
    """Say that no window is known."""
    kinds = dict.fromkeys(("total", "first", "second"), "DECIMAL(24,6)") | dict.fromkeys(("days", "first_days"), "INTEGER")
    window = {"account_id": "VARCHAR", "days": "INTEGER"}
    parts = {"number": ("total", "days"), "reading": ("first", "second", "first_days")}
    sums = {
        f"{member.name}__{when}{part}": kinds[part]
        for family, names in parts.items()
        for member in scope.families[family]
        for when in ("", "previous_")
        for part in names
    }
    engine.put("raw.window_sum_before", window | sums, [])
    levels = {"level": NUMBER, "known_on": "DATE", "previous_level": NUMBER, "previously_known_on": "DATE"}
    stocks = {f"{member.name}__{part}": kind for member in scope.families["stock"] for part, kind in levels.items()}
    engine.put("raw.window_level_before", window | stocks, [])


def mount_before(engine: Engine, scope: Scope, from_: Growth) -> None:
    """Mount what is taken over of an earlier build: days before, first days before, and what is frozen."""
    build = from_.build
    for table in GROWN:
        engine.mount_parts(f"{table}_before", [(part.file, part.until) for part in from_.parts(table)], build.columns[table])
    for table, name in (*((table, table) for table in FROZEN), *_BEFORE.items()):
        engine.mount(name, [build.file(table)], dict.fromkeys(build.columns[table], ""))
    if from_.windows_known_on is None:
        _put_no_windows(engine, scope)
    else:
        for table, name in WINDOWS.items():
            engine.mount(name, [build.file(table)], dict.fromkeys(build.columns[table], ""))
    for table, sql in _TAKEN_OVER.items():
        engine.name(scope.spell(Model(table, build.folder, "", "", sql, is_view=True)))


_TAKEN_OVER = {
    "raw.start_before": "select source, account_id, min(day) as first_day from staging.coverage_before group by source, account_id",
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


def step_of(model: Model) -> Model:
    """The model, or what makes the same windows from those of the day before at less cost."""
    if model.table != "metrics.window_sum":
        return model
    return replace(read_models()["metrics.window_step"], table=model.table)


def go_on(engine: Engine, model: Model, as_of: date) -> None:
    """Make the new days of a table that has grown, and the whole of it out of both."""
    since = replace(model, table=f"{model.table}_since")
    engine.make(since, as_of)
    names = ", ".join(f'"{name}"' for name in engine.columns(since.table))
    sql = f"select {names} from {model.table}_before union all select {names} from {model.table}_since"  # noqa: S608  tables of our own
    engine.name(Model(model.table, model.file, model.sentence, model.grain, sql, is_view=True))
