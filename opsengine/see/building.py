"""From facts to scores: what is declared becomes rows, then the models run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from opsengine.see.catalogue import Catalogue, read_catalogue, read_industries
from opsengine.see.scorecard import Scorecard, read_scorecards
from opsengine.see.tiers import FanTiers, read_fan_tiers
from opsengine.warehouse import build_models

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opsengine.project import Project
    from opsengine.warehouse import Engine

SEE_TABLES = (
    "raw.accounts",
    "raw.calendar",
    "raw.metrics",
    "raw.scorecards",
    "raw.components",
    "raw.compared_with",
    "staging.coverage",
    "staging.works",
    "metrics.account_day",
    "metrics.account_window",
    "metrics.benchmark",
    "scores.component",
    "scores.pillar",
    "scores.account_score",
    "scores.contribution",
    "scores.change",
    "scores.rank",
    "scores.score_peers",
    "scores.own_history",
    "scores.component_peers",
    "scores.fan_tier",
    "scores.traffic",
    "scores.standing",
)
"""What later rooms read; a build keeps these."""

WEEK = timedelta(days=7)
MIN_REFERENCE_DAYS = 28
"""A distribution over fewer days than four weeks would freeze a mood, not a market."""
_DECIMAL = "DECIMAL(18,6)"


@dataclass(frozen=True, slots=True)
class Declarations:
    """Everything that files declare about metrics and scores."""

    catalogue: Catalogue
    scorecards: tuple[Scorecard, ...]
    tiers: FanTiers
    industries: Mapping[str, tuple[str, str]]


def read_declarations(project: Project) -> Declarations:
    """The catalogue, the scorecards, the tiers and the industries of a project. Raises InvalidFiles."""
    catalogue = read_catalogue(project)
    return Declarations(catalogue, read_scorecards(project, catalogue), read_fan_tiers(project), read_industries(project))


def build_see(engine: Engine, project: Project, as_of: date, *, compared_with: date | None = None) -> None:
    """Make every table of this room as of a day.

    `raw.facts`, `raw.works`, `raw.spans`, `raw.fan_events`, `raw.presets` and `raw.accounts` are there already.
    Changes are told since `compared_with`, a week before `as_of` unless said otherwise.
    """
    declared = read_declarations(project)
    typed = engine.read("select distinct measure from raw.facts where source = 'series' order by measure")
    catalogue = declared.catalogue.with_series(row["measure"] for row in typed)
    _put_catalogue(engine, catalogue)
    _put_calendar(engine, as_of)
    _put_scorecards(engine, declared.scorecards, catalogue, as_of)
    _put_tiers(engine, declared)
    put_compared_days(engine, as_of, compared_with or as_of - WEEK)
    build_models(engine, as_of, "staging", "metrics", "scores")


def put_compared_days(engine: Engine, as_of: date, compared_with: date) -> None:
    """Say which days are taken apart: the day itself, the one it is compared with, a week and four weeks before."""
    days = sorted({as_of, compared_with, as_of - WEEK, as_of - 4 * WEEK})
    engine.put("raw.compared_days", {"day": "DATE"}, [(day,) for day in days])
    engine.put("raw.compared_with", {"day": "DATE"}, [(compared_with,)])


def reference_period(as_of: date, first_day: date) -> tuple[date, date]:
    """First and last day of the frozen reference that `auto` means.

    The calendar quarter before the one of `as_of`, or what is there of it, if that is at least 28 days; otherwise all
    days from the first to `as_of`.
    """
    this_quarter = date(as_of.year, 3 * ((as_of.month - 1) // 3) + 1, 1)
    last_day = this_quarter - timedelta(days=1)
    begin = max(date(last_day.year, 3 * ((last_day.month - 1) // 3) + 1, 1), first_day)
    if (last_day - begin).days + 1 >= MIN_REFERENCE_DAYS:
        return begin, last_day
    return first_day, as_of


def _first_day(engine: Engine, as_of: date) -> date:
    rows = engine.read(
        "select least((select min(day) from raw.facts where day <= $as_of), (select min(published_on) from raw.works"
        " where published_on <= $as_of)) as works_too, (select min(day) from raw.facts where day <= $as_of) as day",
        as_of=as_of,
    )
    return rows[0]["day"] or rows[0]["works_too"] or as_of


def _put_catalogue(engine: Engine, catalogue: Catalogue) -> None:
    metrics = [catalogue[name] for name in catalogue.names]
    engine.put(
        "raw.metrics",
        dict.fromkeys(("metric", "kind", "numerator", "denominator", "unit", "direction", "title_zh", "title_en"), "VARCHAR"),
        [
            (m.metric, m.kind, m.numerator or m.metric, m.denominator or None, m.unit, m.direction, m.title.zh, m.title.en)
            for m in metrics
        ],
    )
    parts = [(m.metric, part, sign) for m in metrics for sign, names in ((1, m.sum_of), (-1, m.less)) for part in names]
    engine.put("raw.metric_parts", {"metric": "VARCHAR", "part": "VARCHAR", "sign": "INTEGER"}, parts)


def _put_calendar(engine: Engine, as_of: date) -> None:
    first = _first_day(engine, as_of)
    days = [first + timedelta(days=n) for n in range((as_of - first).days + 1)]
    engine.put(
        "raw.calendar",
        {"day": "DATE", "weekday": "INTEGER", "iso_year": "INTEGER", "iso_week": "INTEGER"},
        [(day, day.isoweekday(), day.isocalendar().year, day.isocalendar().week) for day in days],
    )


def _put_scorecards(engine: Engine, cards: Sequence[Scorecard], catalogue: Catalogue, as_of: date) -> None:
    first = _first_day(engine, as_of)
    settings = []
    for card in cards:
        period = reference_period(as_of, first) if card.reference.period == "auto" else card.reference.period
        settings.append(
            (
                card.id,
                card.version,
                *period,
                card.reference.kappa,
                card.reference.min_accounts,
                card.rank.min_accounts,
                card.rank.weight_noise,
                card.missing.min_pillar,
                card.missing.min_score,
                card.missing.impute,
                card.missing.min_days,
            )
        )
    engine.put(
        "raw.scorecards",
        {
            "scorecard": "VARCHAR",
            "version": "INTEGER",
            "reference_from": "DATE",
            "reference_to": "DATE",
            "kappa": "DOUBLE",
            "min_accounts": "INTEGER",
            "rank_min_accounts": "INTEGER",
            "weight_noise": "DOUBLE",
            "min_pillar": "DOUBLE",
            "min_score": "DOUBLE",
            "impute": "DOUBLE",
            "min_days": "DOUBLE",
        },
        settings,
    )
    _put_components(engine, cards, catalogue)


def _put_components(engine: Engine, cards: Sequence[Scorecard], catalogue: Catalogue) -> None:
    rows: list[tuple[Any, ...]] = []
    scored: set[str] = set()
    for card in cards:
        for order, (pillar, component) in enumerate(card.components):
            metric = catalogue[component.metric]
            scored |= {metric.numerator, metric.denominator} if metric.kind == "ratio" else {metric.metric}
            rows.append(
                (
                    card.id,
                    component.id,
                    pillar.id,
                    component.metric,
                    component.statistic,
                    component.days,
                    component.scale,
                    metric.direction,
                    pillar.weight,
                    component.weight,
                    component.applies_to.frequency,
                    component.applies_to.online,
                    component.only_if_reported,
                    order,
                    pillar.title.zh,
                    pillar.title.en,
                )
            )
    engine.put(
        "raw.components",
        {
            "scorecard": "VARCHAR",
            "component": "VARCHAR",
            "pillar": "VARCHAR",
            "metric": "VARCHAR",
            "statistic": "VARCHAR",
            "days": "INTEGER",
            "scale": "DOUBLE",
            "direction": "VARCHAR",
            "pillar_weight": "DOUBLE",
            "weight": "DOUBLE",
            "frequency": "VARCHAR",
            "online": "VARCHAR",
            "only_if_reported": "BOOLEAN",
            "place": "INTEGER",
            "pillar_zh": "VARCHAR",
            "pillar_en": "VARCHAR",
        },
        rows,
    )
    engine.put("raw.scored_metrics", {"metric": "VARCHAR"}, _singles(sorted(scored)))
    engine.put("raw.bins", {"bin": "INTEGER"}, _singles(range(-1, 256)))


def _put_tiers(engine: Engine, declared: Declarations) -> None:
    tiers = declared.tiers
    engine.put("raw.fan_weights", {"action": "VARCHAR", "weight": "DOUBLE"}, sorted(tiers.weights.items()))
    engine.put(
        "raw.fan_tiers",
        {"half_life_days": "DOUBLE", "warm": "DOUBLE", "devoted": "DOUBLE", "keep": "DOUBLE"},
        [(tiers.half_life_days, tiers.cuts.warm, tiers.cuts.devoted, tiers.keep)],
    )
    engine.put(
        "raw.industries",
        {"industry": "VARCHAR", "frequency": "VARCHAR", "online": "VARCHAR"},
        [(name, *rhythm) for name, rhythm in sorted(declared.industries.items())],
    )


def _singles(values: Iterable[object]) -> list[tuple[object]]:
    return [(value,) for value in values]
