"""The scores of one account as a brief tells them: what they are made of, what moved them, where they stand and may go."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from opsengine.report.brief import Component, Pillar, Point, Rank, Score
from opsengine.report.measured import Cause, Risk
from opsengine.words import Words

if TYPE_CHECKING:
    from opsengine.report.gathering import Gathered, Row
    from opsengine.report.labels import Label, Reason
    from opsengine.see import ComponentView, ScoreView

NAMES: Mapping[str, Label] = {
    "business": {"zh-CN": "经营值", "en": "Business score"},
    "popularity": {"zh-CN": "人气值", "en": "Popularity score"},
}
LEAST_POINTS = 0.005
"""Causes below this are not listed one by one."""


def scores_of(found: Gathered, account: str) -> tuple[Score, ...]:
    """Both scores of an account."""
    return tuple(_score(found, account, view) for view in found.views[account].scores.values())


def _score(found: Gathered, account: str, view: ScoreView) -> Score:
    card = view.scorecard
    trend = found.trends.get((account, card), {})
    labels = {part.id: _label(found, card, part.id, part.metric) for part in view.components}
    causes, rebased = _causes(found, account, card, labels)
    moved = {cause.id: cause.points for cause in causes}
    previous = trend.get(found.previous_end)
    return Score(
        scorecard=card,  # type: ignore[arg-type]  # one of the two
        label=NAMES[card],
        value=view.score,
        base=view.base,
        previous=previous,
        peer_median=found.medians.get((account, card)),
        percentile_self=view.percentile_self,
        percentile_peers=view.percentile_peers,
        coverage=view.coverage,
        history=tuple(Point(day, trend.get(day)) for day in found.trend_days),
        pillars=tuple(_pillars(found, account, view, moved)),
        rank=_rank(found, account, view),
        reason="" if view.score is not None else "too_few_days" if view.components else "no_source",
        risks=tuple(_risk(found, card, part) for part in view.risks),
        causes=tuple(cause for cause in causes if abs(cause.points) >= LEAST_POINTS or cause.own or cause.field),
        told_before=None if previous is None or not rebased else round(previous - rebased, 6),
        outlook=found.outlooks.of(card, found.end, view.score),
    )


def _causes(found: Gathered, account: str, card: str, labels: Mapping[str, Label]) -> tuple[list[Cause], float]:
    """What moved the score, the largest part first, and the points that a change of method alone would have made."""
    change = found.changes.get((account, card))
    points: dict[str, dict[str, float]] = {}
    rebased = 0.0
    for cause in change.causes if change else ():
        if cause.kind == "method":
            rebased += cause.points
        else:
            kinds = points.setdefault(cause.cause, {"own": 0.0, "field": 0.0, "coverage": 0.0})
            kinds[cause.kind] = round(kinds[cause.kind] + cause.points, 6)
    causes = [Cause(name, labels.get(name) or _other_label(found, card, name), **kinds) for name, kinds in points.items()]
    return sorted(causes, key=lambda cause: (-abs(cause.points), cause.id)), rebased


def _other_label(found: Gathered, card: str, name: str) -> Label:
    """The name of what is no component of today: a risk, or one that is gone."""
    if risk := found.risks.get((card, name)):
        return {"zh-CN": risk["title_zh"], "en": risk["title_en"]}
    declared = found.components.get((card, name))
    return _label(found, card, name, declared["metric"]) if declared else {"zh-CN": name, "en": name}


def _risk(found: Gathered, card: str, part: ComponentView) -> Risk:
    label = _other_label(found, card, part.id)
    return Risk(part.id, label, found.metrics[part.metric]["unit"], part.value, part.contribution or 0.0)


def _label(found: Gathered, card: str, component: str, metric_name: str) -> Label:
    metric, declared = found.metrics[metric_name], found.components[card, component]
    said = "Growth of {metric}, {days} days" if declared["statistic"] == "growth" else "{metric}, {days} days"
    titles = {"zh-CN": metric["title_zh"], "en": metric["title_en"]}
    return {locale: Words(locale)(said, metric=title, days=declared["days"]) for locale, title in titles.items()}


def _pillars(found: Gathered, account: str, view: ScoreView, moved: Mapping[str, float]) -> Iterable[Pillar]:
    groups: dict[str, list[ComponentView]] = {}
    for part in view.components:
        groups.setdefault(part.pillar, []).append(part)
    for pillar, parts in groups.items():
        declared = [found.components[view.scorecard, part.id] for part in parts]
        components = tuple(_component(found, account, view, part, moved) for part in parts)
        weighted = zip((row["weight"] for row in declared), components, strict=True)
        known = [(weight, part.position) for weight, part in weighted if part.position is not None]
        weight = sum(share for share, _ in known)
        yield Pillar(
            id=pillar,
            label={"zh-CN": declared[0]["pillar_zh"], "en": declared[0]["pillar_en"]},
            components=components,
            position=sum(share * position for share, position in known) / weight if weight else None,
            points=_total(part.points for part in components),
            change=_total(part.change for part in components),
        )


def _component(found: Gathered, account: str, view: ScoreView, part: ComponentView, moved: Mapping[str, float]) -> Component:
    unit = found.metrics[part.metric]["unit"]
    declared = found.components[view.scorecard, part.id]
    is_growth = declared["statistic"] == "growth"
    position = found.positions.get((account, view.scorecard, part.id))
    return Component(
        id=part.id,
        label=_label(found, view.scorecard, part.id, part.metric),
        unit="ratio" if is_growth else unit,
        value=_told(part.value, unit, is_growth=is_growth),
        position=position,
        percentile_self=part.percentile_self,
        percentile_peers=part.percentile_peers,
        p25=_told(part.p25, unit, is_growth=is_growth),
        p50=_told(part.p50, unit, is_growth=is_growth),
        p75=_told(part.p75, unit, is_growth=is_growth),
        points=part.contribution,
        change=moved.get(part.id),
        reason=_why_missing(part, position, declared),
    )


def _rank(found: Gathered, account: str, view: ScoreView) -> Rank | None:
    group = found.views[account].peer_group
    if view.rank is None or view.rank_low is None or view.rank_high is None or group.accounts < 2:
        return None
    previous = found.previous_ranks.get((account, view.scorecard))
    return Rank(group.level, group.key, view.rank, view.rank_low, view.rank_high, group.accounts, previous)  # type: ignore[arg-type]  # the levels are the same


def _told(value: float | None, unit: str, *, is_growth: bool) -> float | None:
    """A component's value as people speak of it: growth from 0 on, and no half works or orders.

    A window in which days are missing is scaled up, so that its count may come out as a fraction.
    """
    if value is None or is_growth:
        return None if value is None else round(value - 1, 6)
    return float(math.floor(value + 0.5)) if unit == "count" else value


def _why_missing(part: ComponentView, position: float | None, declared: Row) -> Reason:
    if not part.missing:
        return ""
    if declared["statistic"] == "growth" and position is None:
        return "new_account"
    return "too_few_days"


def _total(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known), 6) if known else None
