"""What files declare, as rows: metrics, scorecards, tiers and industries as the models read them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from opsengine.see.reference import reference_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from opsengine.see.catalogue import Catalogue
    from opsengine.see.scorecard import Scorecard
    from opsengine.see.stages import Stages
    from opsengine.see.tiers import FanTiers
    from opsengine.warehouse import Engine


_METRIC = ("metric", "kind", "numerator", "denominator", "unit", "direction", "domain")


def put_catalogue(engine: Engine, catalogue: Catalogue) -> None:
    """Metrics, and the parts of those that are sums."""
    metrics = [catalogue[name] for name in catalogue.names]
    engine.put(
        "raw.metrics",
        dict.fromkeys((*_METRIC, "title_zh", "title_en"), "VARCHAR"),
        [
            (
                m.metric, m.kind, m.numerator or m.metric, m.denominator or None, m.unit, m.direction, m.domain,
                m.title.zh, m.title.en,
            )
            for m in metrics
        ],
    )
    parts = [(m.metric, part, sign) for m in metrics for sign, names in ((1, m.sum_of), (-1, m.less)) for part in names]
    engine.put("raw.metric_parts", {"metric": "VARCHAR", "part": "VARCHAR", "sign": "INTEGER"}, parts)


def put_calendar(engine: Engine, first: date, as_of: date) -> None:
    """Every day from the first with data."""
    days = [first + timedelta(days=n) for n in range((as_of - first).days + 1)]
    engine.put(
        "raw.calendar",
        {"day": "DATE", "weekday": "INTEGER", "iso_year": "INTEGER", "iso_week": "INTEGER"},
        [(day, day.isoweekday(), day.isocalendar().year, day.isocalendar().week) for day in days],
    )


def put_scorecards(engine: Engine, cards: Sequence[Scorecard], catalogue: Catalogue, first: date, as_of: date) -> None:
    """The scorecards with their components and risks; `first` is the first day with data."""
    settings = [(*_method(card, first, as_of), *_settings(card)) for card in cards]
    engine.put(
        "raw.scorecards",
        {
            "scorecard": "VARCHAR", "version": "INTEGER", "reference_from": "DATE", "reference_to": "DATE", "kappa": "DOUBLE",
            "min_accounts": "INTEGER", "rank_min_accounts": "INTEGER", "weight_noise": "DOUBLE", "min_pillar": "DOUBLE",
            "min_score": "DOUBLE", "impute": "DOUBLE", "min_days": "DOUBLE", "carry_days": "INTEGER",
            "winsorise": "DOUBLE",
        },
        settings,
    )
    _put_components(engine, cards, catalogue)
    _put_risks(engine, cards)


def _method(card: Scorecard, first: date, as_of: date) -> tuple[Any, ...]:
    return card.id, card.version, *reference_days(card, as_of, first), card.reference.kappa, card.reference.min_accounts


def _settings(card: Scorecard) -> tuple[Any, ...]:
    rank, missing = card.rank, card.missing
    noise = (rank.min_accounts, rank.weight_noise)
    return *noise, missing.min_pillar, missing.min_score, missing.impute, missing.min_days, missing.carry_days, card.winsorise


def _put_components(engine: Engine, cards: Sequence[Scorecard], catalogue: Catalogue) -> None:
    rows: list[tuple[Any, ...]] = []
    for card in cards:
        for order, (pillar, component) in enumerate(card.components):
            metric = catalogue[component.metric]
            rows.append((
                card.id, component.id, pillar.id, component.metric, component.statistic, component.days, component.scale,
                metric.direction, pillar.weight, component.weight, component.applies_to.frequency, component.applies_to.online,
                component.only_if_reported, order, pillar.title.zh, pillar.title.en,
            ))
    engine.put(
        "raw.components",
        {
            "scorecard": "VARCHAR", "component": "VARCHAR", "pillar": "VARCHAR", "metric": "VARCHAR", "statistic": "VARCHAR",
            "days": "INTEGER", "scale": "DOUBLE", "direction": "VARCHAR", "pillar_weight": "DOUBLE", "weight": "DOUBLE",
            "frequency": "VARCHAR", "online": "VARCHAR", "only_if_reported": "BOOLEAN", "place": "INTEGER",
            "pillar_zh": "VARCHAR", "pillar_en": "VARCHAR",
        },
        rows,
    )
    engine.put("raw.bins", {"bin": "INTEGER"}, _singles(range(-1, 256)))


def _put_risks(engine: Engine, cards: Sequence[Scorecard]) -> None:
    """What lowers a score."""
    engine.put(
        "raw.risks",
        {
            "scorecard": "VARCHAR", "risk": "VARCHAR", "metric": "VARCHAR", "days": "INTEGER", "begins": "DOUBLE",
            "full_at": "DOUBLE", "lowest": "DOUBLE", "title_zh": "VARCHAR", "title_en": "VARCHAR",
        },
        [
            (card.id, risk.id, risk.metric, risk.days, risk.begins, risk.full_at, risk.lowest, risk.title.zh, risk.title.en)
            for card in cards
            for risk in card.risks
        ],
    )  # fmt: skip


def put_tiers(engine: Engine, tiers: FanTiers) -> None:
    """What an interaction weighs, and where tiers begin."""
    engine.put("raw.fan_weights", {"action": "VARCHAR", "weight": "DOUBLE"}, sorted(tiers.weights.items()))
    engine.put(
        "raw.fan_tiers",
        {"half_life_days": "DOUBLE", "warm": "DOUBLE", "devoted": "DOUBLE", "keep": "DOUBLE"},
        [(tiers.half_life_days, tiers.cuts.warm, tiers.cuts.devoted, tiers.keep)],
    )
    levels = {"warm": 2, "devoted": 3}
    engine.put(
        "raw.fan_rules",
        {"place": "INTEGER", "level": "INTEGER", "action": "VARCHAR", "times": "INTEGER", "days": "INTEGER"},
        [(place, levels[rule.tier], rule.action, rule.times, rule.days) for place, rule in enumerate(tiers.rules)],
    )


def put_stages(engine: Engine, stages: Stages) -> None:
    """The rules of the stages: one row."""
    columns = {"cold_start_days": "INTEGER", "cold_start_fans": "INTEGER", "growth": "DOUBLE"}
    engine.put("raw.stages", columns, [(stages.cold_start_days, stages.cold_start_fans, stages.growth)])


def put_industries(engine: Engine, industries: Mapping[str, tuple[str, str]]) -> None:
    """How often people buy in each industry, and how much of it online."""
    engine.put(
        "raw.industries",
        {"industry": "VARCHAR", "frequency": "VARCHAR", "online": "VARCHAR"},
        [(name, *rhythm) for name, rhythm in sorted(industries.items())],
    )


def _singles(values: Iterable[object]) -> list[tuple[object]]:
    return [(value,) for value in values]
