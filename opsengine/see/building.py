"""From facts to scores: what is declared becomes rows, then the models run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from opsengine.see.benchmarks import Benchmark, put_benchmarks, read_benchmarks
from opsengine.see.catalogue import Catalogue, read_catalogue, read_industries
from opsengine.see.declaring import put_calendar, put_catalogue, put_industries, put_scorecards, put_stages, put_tiers
from opsengine.see.families import PUBLISHED, WORKS, Scope, Source
from opsengine.see.fans import OWN as OF_FANS
from opsengine.see.fans import make_fans
from opsengine.see.growing import (
    COMPARED,
    COUNTED,
    FROZEN,
    GROWN,
    Footing,
    about,
    count_on,
    counted_days,
    go_on,
    growth,
    mount_before,
    outgrown,
    put_counted_days,
    put_nothing_before,
    put_summed_days,
    spell_ahead,
)
from opsengine.see.scorecard import Scorecard, read_scorecards
from opsengine.see.stages import Stages, read_stages
from opsengine.see.tiers import FanTiers, read_fan_tiers
from opsengine.see.windows import put_windows
from opsengine.warehouse import Kept, in_order, read_models

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opsengine.project import Project
    from opsengine.warehouse import Engine, Model

SEE_TABLES = (
    "raw.accounts",
    "raw.calendar",
    "raw.metrics",
    "raw.metric_parts",
    "raw.scorecards",
    "raw.components",
    "raw.risks",
    "raw.compared_with",
    "raw.industries",
    "raw.stages",
    "raw.benchmarks",
    "staging.peer_group",
    "staging.works",
    "metrics.number",
    "metrics.window_level",
    "scores.cell",
    "scores.apart_day",
    "scores.rank",
    "scores.score_peers",
    "raw.fan_tiers",
    "scores.fan_tier",
    "scores.fan_movement",
)
"""What later rooms read, beside what has a row for each number and day; a build keeps these."""

LONG = frozenset((
    "metrics.number_day", "metrics.account_day", "metrics.doubted_day", "metrics.window_sum", "metrics.account_window",
    "metrics.quartile", "metrics.group_benchmark", "metrics.benchmark", "scores.component", "scores.component_peers",
    "scores.pillar", "scores.risk", "scores.account_score", "scores.contribution_day", "scores.contribution", "scores.change",
    "scores.own_history", "scores.standing", "scores.traffic", "scores.funnel", "scores.fan_estimate", "scores.return_flow",
    "scores.market",
))  # fmt: skip
"""What one account or one panel asks for: worked out by whoever reads it, unless there is little of it."""
CARRIED = ("metrics.first_day", "scores.applicable")
"""What it is worked out from, beside what grows day by day."""
WHEN_ASKED = frozenset((
    "scores.change_cause", "metrics.running_step", "metrics.window_added", "scores.fan_acted", "scores.fan_change",
))  # fmt: skip
"""What has no table of its own: causes are told when somebody asks why; steps make the sums and the fans of the next day."""
TAKEN_OVER = frozenset((*FROZEN, "scores.reference_grid"))
"""What is not made again when a build goes on from an earlier one."""
SMALL = 50_000
"""So many account-days are little."""
LITTLE = 20_000
"""So many account-days are made by one thread: one day of 10,000 accounts takes two of them as long, and a quarter more work."""
MANY = 2_500
"""From so many accounts on, running sums are made a day at a time: each statement has its price, but sums over days cost more."""
VIEWS = LONG | {"scores.pillar_day"}
"""What is worked out from it, and how."""
MOST_AT_ONCE = 400_000
"""So many account-days are made at a time: some 600 MB of windows."""
OF_FILES = "metrics.base_day"
"""What is read from files, which lie by day, and made some days at a time; everything else some accounts at a time."""
OF_RUNNING = "metrics.running_day"
"""What each day has from the day before, and of many accounts is made a day at a time."""
OF_FEW = "metrics.window_added"
"""What windows of few accounts are made by."""
OF_WINDOWS = "scores.measured_day"
"""What looks back over windows; it takes much room, and nobody reads it once places are made."""
WEEK = timedelta(days=7)
LONGEST = 55
"""So many days before a day its windows begin."""


@dataclass(frozen=True, slots=True)
class Declarations:
    """Everything that files declare about metrics and scores."""

    catalogue: Catalogue
    scorecards: tuple[Scorecard, ...]
    tiers: FanTiers
    industries: Mapping[str, tuple[str, str]]
    stages: Stages
    benchmarks: tuple[Benchmark, ...]


def read_declarations(project: Project, versions: Mapping[str, int] | None = None) -> Declarations:
    """The catalogue, the scorecards (in these versions), the tiers and the industries of a project. Raises InvalidFiles."""
    catalogue = read_catalogue(project)
    cards = read_scorecards(project, catalogue, versions)
    own = read_fan_tiers(project), read_industries(project), read_stages(project)
    return Declarations(catalogue, cards, *own, read_benchmarks(project, catalogue))


def build_see(  # noqa: PLR0913  the day, what it is compared with, by which versions, and from where to go on
    engine: Engine,
    project: Project,
    as_of: date,
    *,
    compared_with: date | None = None,
    versions: Mapping[str, int] | None = None,
    footing: Footing | None = None,
) -> Kept:
    """Make every table of this room as of a day; what a build keeps of them.

    `raw.entries`, `raw.series`, `raw.measures_told`, `raw.works`, `raw.spans`, `raw.fan_events`, `raw.presets` and `raw.accounts`
    are there already.
    Changes are told since `compared_with`, a week before `as_of` unless said otherwise; `versions` asks for scorecards
    that were used before; `footing` offers builds to go on from.
    """
    declared = read_declarations(project, versions)
    first, scope = _first_day(engine, as_of), scope_of(engine, declared, as_of)
    catalogue = scope.catalogue
    put_catalogue(engine, catalogue)
    put_calendar(engine, first, as_of)
    put_scorecards(engine, declared.scorecards, catalogue, first, as_of)
    put_tiers(engine, declared.tiers)
    put_industries(engine, declared.industries)
    put_stages(engine, declared.stages)
    put_benchmarks(engine, declared.benchmarks)
    put_compared_days(engine, as_of, compared_with or as_of - WEEK)
    earlier = footing or Footing("", {})
    scope.spelled.update(earlier.spelled_for(scope.mark))
    fans = make_fans(engine, declared.tiers, as_of, earlier.frame, earlier.builds)
    kept = _make(engine, scope, earlier, first, as_of)
    engine.expect(little=False)
    return replace(kept, tables=(*kept.tables, *fans.tables), about={**kept.about, **fans.about})


def put_compared_days(engine: Engine, as_of: date, compared_with: date) -> None:
    """Say which days are taken apart: the day itself, the one it is compared with, a week and four weeks before."""
    days = sorted({as_of, compared_with, as_of - WEEK, as_of - 4 * WEEK})
    engine.put("raw.compared_days", {"day": "DATE"}, [(day,) for day in days])
    engine.put("raw.compared_with", {"day": "DATE"}, [(compared_with,)])


def _make(engine: Engine, scope: Scope, footing: Footing, first: date, as_of: date) -> Kept:
    """Make every model, going on from an earlier build where there is one that fits."""
    accounts = [row["account_id"] for row in engine.read("select account_id from raw.accounts order by account_id")]
    is_small = len(accounts) * ((as_of - first).days + 1) <= SMALL
    from_ = None if is_small else growth(engine, scope, footing, first, as_of)
    made_from = from_.day if from_ else first
    days = [made_from + timedelta(days=n) for n in range((as_of - made_from).days + 1)]
    engine.expect(little=len(accounts) * len(days) <= LITTLE)
    put_piece(engine, scope.cards, Piece(accounts, days))
    put_summed_days(engine, days if len(days) == 1 and not is_small else [])
    put_windows(engine, as_of, from_.levels_known_on if from_ else None)
    counted = counted_days(from_, as_of)
    put_counted_days(engine, counted)
    if from_ is None:
        put_nothing_before(engine, scope)
    else:
        mount_before(engine, scope, from_, as_of)
    views = []
    left_out = WHEN_ASKED | OF_FANS | ({OF_RUNNING} if is_small else frozenset())
    for model in in_order("staging", "metrics", "scores"):
        if model.table in left_out:
            continue
        if model.table == OF_RUNNING and engine.wants_pieces and (len(accounts) >= MANY or len(counted) == 1):
            count_on(engine, scope, counted, is_gone_on=from_ is not None)
            continue
        spelled = _kept_as(scope.spell(_added_up(model) if is_small else model), as_of, LONG if is_small else frozenset())
        views += [spelled] if spelled.is_view and model.table in VIEWS else []
        if from_ is not None and model.table in GROWN:
            go_on(engine, spelled, as_of)
        elif from_ is None or model.table not in TAKEN_OVER:
            _make_one(engine, scope, spelled, Piece(accounts, days), as_of)
        if from_ is not None and model.table == OF_WINDOWS and outgrown(engine, scope):
            return _make(engine, scope, replace(footing, builds=()), first, as_of)
        if model.table == "scores.placed_day" and not is_small:
            engine.drop(OF_WINDOWS)
    if is_small:
        made_of = {"frame": footing.frame, "scope": scope.mark} if footing.frame else {}
        return Kept((*SEE_TABLES, "staging.coverage", *sorted(LONG)), about=made_of, spelled=scope.spelled)
    spell_ahead(scope)
    grown = {table: from_.parts(table) if from_ else () for table in GROWN}
    made_of = about(engine, scope, footing, first, as_of) if footing.frame else {}
    return Kept((*SEE_TABLES, *CARRIED, *FROZEN), views, grown, made_of, scope.spelled, _read_by_day(len(accounts), as_of))


def _read_by_day(accounts: int, as_of: date) -> dict[str, date | None]:
    """From which day on a table is kept day by day: the next builds read single days of it."""
    tables = ("staging.coverage", "scores.placed_day", "scores.score_day")
    compared = dict.fromkeys(tables, as_of - timedelta(days=COMPARED - 1))
    return {**compared, OF_RUNNING: None if accounts >= MANY else as_of - timedelta(days=COUNTED)}


def _added_up(model: Model) -> Model:
    """The model for few accounts: their windows are added up from days."""
    return replace(read_models()[OF_FEW], table=model.table) if model.table == "metrics.window_sum" else model


def _kept_as(model: Model, as_of: date, tables: frozenset[str]) -> Model:
    """The model as it is kept: of a few accounts everything as a table; a view is about one day."""
    if model.table in tables:
        return replace(model, is_view=False, is_in_pieces=False)
    return model.on(as_of) if model.is_view and model.needs_as_of else model


def _make_one(engine: Engine, scope: Scope, model: Model, whole: Piece, as_of: date) -> None:
    """Make a model, some accounts or days at a time where it is made in pieces and there is much of it."""
    by_accounts = _pieces(whole)
    if not (model.is_in_pieces and engine.wants_pieces) or len(by_accounts) == 1:
        engine.make(model, as_of)
        return
    engine.drop(model.table)
    for at, piece in enumerate(_by_days(whole, len(by_accounts)) if model.table == OF_FILES else by_accounts):
        put_piece(engine, scope.cards, piece)
        (engine.add if at else engine.make)(model, as_of)
    put_piece(engine, scope.cards, whole)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some accounts and days, the days without gaps."""

    accounts: Sequence[str]
    days: Sequence[date]


def _pieces(whole: Piece) -> list[Piece]:
    """All days of some accounts at a time: windows reach back, so that few days at a time would be read again and again."""
    most = max(1, MOST_AT_ONCE // len(whole.days))
    starts = range(0, len(whole.accounts), most)
    return [Piece(whole.accounts[at : at + most], whole.days) for at in starts] or [whole]


def _by_days(whole: Piece, pieces: int) -> list[Piece]:
    """Some days of all accounts at a time."""
    most = -(-len(whole.days) // pieces)
    return [Piece(whole.accounts, whole.days[at : at + most]) for at in range(0, len(whole.days), most)]


def put_piece(engine: Engine, cards: Iterable[Scorecard], piece: Piece) -> None:
    """Say which accounts and days are made, and which days are looked at and read for that.

    Late data is read off up to some days before a day, and windows reach further back.
    """
    first, last = piece.days[0], piece.days[-1]
    carry = max((card.missing.carry_days for card in cards), default=0)
    engine.put("raw.accounts_made", {"account_id": "VARCHAR"}, [(account,) for account in piece.accounts])
    for table, days_before in (("raw.days_made", 0), ("raw.days_looked_at", carry), ("raw.days_read", carry + LONGEST)):
        length = (last - first).days + 1 + days_before
        engine.put(table, {"day": "DATE"}, [(last - timedelta(days=n),) for n in range(length)])
    between = [(day, day - timedelta(days=n)) for day in piece.days for n in range(1, carry + 1)]
    engine.put("raw.days_between", {"day": "DATE", "earlier_day": "DATE"}, between)


def scope_of(engine: Engine, declared: Declarations, as_of: date) -> Scope:
    """What models are spelled out for: what is declared, and what the files that are mounted bring until a day."""
    typed = engine.read("select metric, min(day) <= $as_of as is_told from raw.series group by metric order by metric", as_of=as_of)
    told = _by_source(engine.read("select source, measure from raw.measures_told"))
    presets = {row["source"]: row for row in engine.read("select source, priority, is_sparse from raw.presets")}
    sources = [
        Source(name, (presets[name]["priority"], name), presets[name]["is_sparse"], tuple(sorted(told[name])))
        for name in sorted(told)
    ]
    published = engine.read(_PUBLISHED, as_of=as_of)[0]
    if published["posts"]:
        is_sparse = bool(presets.get(WORKS, {}).get("is_sparse"))
        measures = tuple(name for name, column in PUBLISHED.items() if published[column])
        sources.append(Source(WORKS, (_RANK_OF_WORKS, WORKS), is_sparse, measures))
    return Scope(
        declared.catalogue.with_series(row["metric"] for row in typed),
        declared.scorecards,
        sources,
        frozenset(row["metric"] for row in typed if row["is_told"]),
    )


def _by_source(rows: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """The measures of each source, from rows of both."""
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["source"], set()).add(row["measure"])
    return found


_RANK_OF_WORKS = 100
"""Works are believed after every file that tells of days."""
_PUBLISHED = """
    select
        count(*) as posts,
        count(case when finish_rate_5s is not null then plays end) as plays_with_rates,
        count(case when finish_rate_5s is not null then plays end) as plays_5s,
        count(case when bounce_rate_2s is not null then plays end) as bounces_2s
    from raw.works
    where published_on <= $as_of
"""
"""How many works say what they may say, by the columns of `PUBLISHED`."""


def _first_day(engine: Engine, as_of: date) -> date:
    """The first day of which a file tells; of works alone the first published, and `as_of` when there is nothing."""
    rows = engine.read(
        "select (select min(day) from raw.entries where day <= $as_of) as entries,"
        " (select min(day) from raw.series where day <= $as_of) as series,"
        " (select min(published_on) from raw.works where published_on <= $as_of) as works",
        as_of=as_of,
    )
    told = [day for day in (rows[0]["entries"], rows[0]["series"]) if day is not None]
    return min(told, default=rows[0]["works"] or as_of)
