"""From facts to scores: what is declared becomes rows, then the models run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from opsengine.see.benchmarks import Benchmark, put_benchmarks, read_benchmarks
from opsengine.see.catalogue import Catalogue, read_catalogue, read_industries
from opsengine.see.declaring import put_calendar, put_catalogue, put_industries, put_scorecards, put_stages, put_tiers
from opsengine.see.making import made_metrics
from opsengine.see.scorecard import Scorecard, read_scorecards
from opsengine.see.stages import Stages, read_stages
from opsengine.see.tiers import FanTiers, read_fan_tiers
from opsengine.warehouse import build_models

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opsengine.project import Project
    from opsengine.warehouse import Engine

SEE_TABLES = (
    "raw.accounts",
    "raw.calendar",
    "raw.metrics",
    "raw.metric_parts",
    "raw.scorecards",
    "raw.components",
    "raw.risks",
    "raw.compared_with",
    "staging.coverage",
    "staging.peer_group",
    "staging.works",
    "metrics.doubted_day",
    "metrics.account_day",
    "metrics.account_window",
    "metrics.benchmark",
    "scores.component",
    "scores.pillar",
    "scores.risk",
    "scores.account_score",
    "scores.contribution",
    "scores.change",
    "scores.rank",
    "scores.score_peers",
    "scores.own_history",
    "scores.component_peers",
    "raw.fan_tiers",
    "scores.fan_tier",
    "scores.fan_movement",
    "scores.fan_estimate",
    "scores.funnel",
    "scores.return_flow",
    "scores.traffic",
    "scores.standing",
    "scores.market",
)
"""What later rooms read; a build keeps these."""

WEEK = timedelta(days=7)


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


def build_see(
    engine: Engine, project: Project, as_of: date, *, compared_with: date | None = None, versions: Mapping[str, int] | None = None
) -> None:
    """Make every table of this room as of a day.

    `raw.facts`, `raw.works`, `raw.spans`, `raw.fan_events`, `raw.presets` and `raw.accounts` are there already.
    Changes are told since `compared_with`, a week before `as_of` unless said otherwise; `versions` asks for scorecards
    that were used before.
    """
    declared = read_declarations(project, versions)
    typed = engine.read("select distinct measure from raw.facts where source = 'series' order by measure")
    catalogue = declared.catalogue.with_series(row["measure"] for row in typed)
    first = _first_day(engine, as_of)
    put_catalogue(engine, catalogue)
    put_calendar(engine, first, as_of)
    put_scorecards(engine, declared.scorecards, catalogue, first, as_of)
    put_tiers(engine, declared.tiers)
    put_industries(engine, declared.industries)
    put_stages(engine, declared.stages)
    put_benchmarks(engine, declared.benchmarks)
    put_compared_days(engine, as_of, compared_with or as_of - WEEK)
    build_models(engine, as_of, "staging", "metrics", "scores", instead=made_metrics(catalogue))


def put_compared_days(engine: Engine, as_of: date, compared_with: date) -> None:
    """Say which days are taken apart: the day itself, the one it is compared with, a week and four weeks before."""
    days = sorted({as_of, compared_with, as_of - WEEK, as_of - 4 * WEEK})
    engine.put("raw.compared_days", {"day": "DATE"}, [(day,) for day in days])
    engine.put("raw.compared_with", {"day": "DATE"}, [(compared_with,)])


def _first_day(engine: Engine, as_of: date) -> date:
    rows = engine.read(
        "select least((select min(day) from raw.facts where day <= $as_of), (select min(published_on) from raw.works"
        " where published_on <= $as_of)) as works_too, (select min(day) from raw.facts where day <= $as_of) as day",
        as_of=as_of,
    )
    return rows[0]["day"] or rows[0]["works_too"] or as_of
