"""From the day's tables and results to briefs: values in, values out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsengine.goals import previous_cycle
from opsengine.monitor import State
from opsengine.report.brief import (
    Alert,
    Brief,
    Component,
    Coverage,
    Domain,
    Method,
    Notes,
    Period,
    Pillar,
    Point,
    Rank,
    Score,
    Subject,
    Suggestion,
    Tier,
    Tiers,
    Work,
)
from opsengine.report.gathering import gather
from opsengine.report.promises import earned_benefits, goals_of, pace_of_primary, possible_benefits
from opsengine.report.team import GoalAtRisk, Standing, TeamBrief
from opsengine.see import explain_change, see
from opsengine.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opsengine.goals import Cycle, GoalResult
    from opsengine.monitor import Alert as Warned
    from opsengine.report.brief import Label, Reason
    from opsengine.report.due import Job
    from opsengine.report.gathering import Gathered, Row
    from opsengine.rewards import Rule
    from opsengine.see import ComponentView, ScoreView
    from opsengine.sources import Account
    from opsengine.state import Entry, Topic
    from opsengine.strategy import AccountSuggestions
    from opsengine.warehouse import Engine

NAMES: Mapping[str, Label] = {
    "business": {"zh-CN": "经营值", "en": "Business score"},
    "popularity": {"zh-CN": "人气值", "en": "Popularity score"},
}
TITLES: Mapping[str, Label] = {
    "day": {"zh-CN": "经营日报", "en": "Daily recap"},
    "week": {"zh-CN": "经营周报", "en": "Weekly recap"},
    "month": {"zh-CN": "经营月报", "en": "Monthly recap"},
    "quarter": {"zh-CN": "经营季报", "en": "Quarterly recap"},
}
BEST_WORKS, WORST_WORKS = 3, 2
"""A reader remembers so many."""
EFFORTS = {1: "low", 2: "low", 3: "medium", 4: "high", 5: "high"}


@dataclass(frozen=True, slots=True)
class Material:
    """What the rooms before this one say of the last day of the period."""

    engine: Engine
    goals: tuple[GoalResult, ...]
    advice: tuple[AccountSuggestions, ...]
    alerts: tuple[Warned, ...]
    rules: tuple[Rule, ...]
    entries: tuple[Entry, ...]
    """The ledger, and what this run is about to add to it."""
    sources: Mapping[str, Label]
    """Names of sources for readers."""
    zone: str


def compose_briefs(material: Material, jobs: Sequence[Job]) -> dict[Topic, Brief | TeamBrief]:
    """The brief of every job; all of them are about periods that end on the material's day."""
    composed: dict[Topic, Brief | TeamBrief] = {}
    for period in {job.period.id: job.period for job in jobs}.values():
        previous = previous_cycle(period)
        changes = explain_change(material.engine, period.end, previous.end)
        found = gather(material.engine, period, previous, see(material.engine, period.end), changes)
        writer = _Writer(material, found, period)
        composed |= {job.topic: writer.brief(job) for job in jobs if job.period.id == period.id}
    return composed


class _Writer:
    """Composes the briefs of one period."""

    def __init__(self, material: Material, found: Gathered, period: Cycle) -> None:
        self._material, self._found = material, found
        self._cycle = period
        self._period = Period(period.id, period.kind.value, period.start, period.end)  # type: ignore[arg-type]  # the kinds of reports
        self._advice = {one.account_id: one for one in material.advice}

    def brief(self, job: Job) -> Brief | TeamBrief:
        """The brief of one job."""
        return self._team(job) if job.report.report.for_each == "team" else self._account(job, job.accounts[0])

    def _account(self, job: Job, account: Account) -> Brief:
        name, found = account.account_id, self._found
        mine = [result for result in self._material.goals if result.account_id == name]
        works = found.works.get(name, [])
        best = works[:BEST_WORKS]
        goals = goals_of(mine, self._cycle, found.metrics)
        return Brief(
            report=job.report.name,
            title=TITLES[self._period.kind],
            period=self._period,
            subject=Subject(name, account.name, account.industry, account.size, account.region, account.team, account.brand),
            scores=tuple(self._score(name, score) for score in found.views[name].scores.values()),
            notes=self._notes((name,), mine),
            goals=goals,
            pace=pace_of_primary(mine, self._cycle, found),
            tiers=_tiers(found.tiers.get(name)),
            traffic=_traffic(found.traffic.get(name)),
            best_works=tuple(_work(row) for row in best),
            worst_works=tuple(_work(row) for row in works[BEST_WORKS:][-WORST_WORKS:]),
            suggestions=self._suggestions(name),
            alerts=self._alerts(name),
            earned=earned_benefits(self._material.entries, self._material.rules, name, self._cycle, found.metrics),
            possible=possible_benefits(mine, self._material.rules, found.metrics),
        )

    def _team(self, job: Job) -> TeamBrief:
        names = {account.account_id for account in job.accounts}
        goals = [result for result in self._material.goals if result.account_id in names]
        own = [result for result in self._material.goals if result.goal.subject.team == job.subject]
        return TeamBrief(
            report=job.report.name,
            title=TITLES[self._period.kind],
            period=self._period,
            team=job.subject,
            accounts=tuple(self._standing(job, account) for account in job.accounts),
            notes=self._notes(sorted(names), [*own, *goals]),
            goals_at_risk=tuple(self._at_risk(job.accounts, goals)),
            goals=goals_of(own, self._cycle, self._found.metrics),
        )

    def _score(self, account: str, view: ScoreView) -> Score:
        found, card = self._found, view.scorecard
        trend = found.trends.get((account, card), {})
        change = found.changes.get((account, card))
        moved: dict[str, float] = {}
        for cause in change.causes if change else ():
            moved[cause.cause] = round(moved.get(cause.cause, 0.0) + cause.points, 6)
        return Score(
            scorecard=card,  # type: ignore[arg-type]  # one of the two
            label=NAMES[card],
            value=view.score,
            base=view.base,
            previous=trend.get(found.previous_end),
            peer_median=found.medians.get((account, card)),
            percentile_self=view.percentile_self,
            percentile_peers=view.percentile_peers,
            coverage=view.coverage,
            history=tuple(Point(day, trend.get(day)) for day in found.trend_days),
            pillars=tuple(self._pillars(account, view, moved)),
            rank=self._rank(account, view),
            reason="" if view.score is not None else "too_few_days" if view.components else "no_source",
        )

    def _pillars(self, account: str, view: ScoreView, moved: Mapping[str, float]) -> Iterable[Pillar]:
        groups: dict[str, list[ComponentView]] = {}
        for part in view.components:
            groups.setdefault(part.pillar, []).append(part)
        for pillar, parts in groups.items():
            declared = [self._found.components[view.scorecard, part.id] for part in parts]
            components = tuple(self._component(account, view, part, moved) for part in parts)
            weighted = zip((row["weight"] for row in declared), components, strict=True)
            known = [(weight, part.position) for weight, part in weighted if part.position is not None]
            weight = sum(share for share, _ in known)
            label = {"zh-CN": declared[0]["pillar_zh"], "en": declared[0]["pillar_en"]}
            yield Pillar(
                id=pillar,
                label=label,
                components=components,
                position=sum(share * position for share, position in known) / weight if weight else None,
                points=_total(part.points for part in components),
                change=_total(part.change for part in components),
            )

    def _component(self, account: str, view: ScoreView, part: ComponentView, moved: Mapping[str, float]) -> Component:
        metric = self._found.metrics[part.metric]
        declared = self._found.components[view.scorecard, part.id]
        is_growth = declared["statistic"] == "growth"
        said = "growth of {metric} over {days} days" if is_growth else "{metric}, {days} days"
        titles = {"zh-CN": metric["title_zh"], "en": metric["title_en"]}
        label = {locale: Words(locale)(said, metric=title, days=declared["days"]) for locale, title in titles.items()}
        position = self._found.positions.get((account, view.scorecard, part.id))
        return Component(
            id=part.id,
            label=label,
            unit="ratio" if is_growth else metric["unit"],
            value=_told(part.value, metric["unit"], is_growth=is_growth),
            position=position,
            percentile_self=part.percentile_self,
            percentile_peers=part.percentile_peers,
            p25=_told(part.p25, metric["unit"], is_growth=is_growth),
            p50=_told(part.p50, metric["unit"], is_growth=is_growth),
            p75=_told(part.p75, metric["unit"], is_growth=is_growth),
            points=part.contribution,
            change=moved.get(part.id),
            reason=_why_missing(part, position, declared),
        )

    def _rank(self, account: str, view: ScoreView) -> Rank | None:
        group = self._found.views[account].peer_group
        if view.rank is None or view.rank_low is None or view.rank_high is None or group.accounts < 2:
            return None
        previous = self._found.previous_ranks.get((account, view.scorecard))
        return Rank(group.level, group.key, view.rank, view.rank_low, view.rank_high, group.accounts, previous)  # type: ignore[arg-type]  # the levels are the same

    def _suggestions(self, account: str) -> tuple[Suggestion, ...]:
        """What was taken up and goes on, then what is proposed."""
        advice = self._advice.get(account)
        under_way = tuple(
            Suggestion(
                play=one.play,
                title=one.title,
                evidence=one.why,
                family=one.family,
                effort=EFFORTS[one.effort],  # type: ignore[arg-type]  # low, medium or high
                state=one.state,
            )
            for one in (advice.under_way if advice else ())
        )
        return under_way + tuple(
            Suggestion(
                play=one.play.name,
                title=one.title,
                evidence=one.why.label,
                family=one.play.declared.family,
                effort=EFFORTS[one.play.declared.effort],  # type: ignore[arg-type]  # low, medium or high
                state=one.state,
            )
            for one in (advice.suggestions if advice else ())
        )

    def _alerts(self, account: str) -> tuple[Alert, ...]:
        return tuple(
            Alert(
                id=one.rule.name,
                title=one.rule.declared.title.label,
                severity=one.severity,
                since=one.since if one.since < self._found.end else None,
                evidence=one.because.label if one.because else None,
            )
            for one in self._material.alerts
            if one.account_id == account and one.state is State.FIRING
        )

    def _standing(self, job: Job, account: Account) -> Standing:
        brief = self._account(job, account)
        business, popularity = brief.score("business"), brief.score("popularity")
        primary = brief.primary
        return Standing(
            account_id=account.account_id,
            name=account.name,
            verdict=brief.verdict,
            business=business.value if business else None,
            popularity=popularity.value if popularity else None,
            industry=account.industry,
            previous_business=business.previous if business else None,
            previous_popularity=popularity.previous if popularity else None,
            status=primary.status if primary else None,
            progress=primary.progress if primary else None,
            alerts=len(brief.alerts),
        )

    def _at_risk(self, accounts: Sequence[Account], results: Sequence[GoalResult]) -> Iterable[GoalAtRisk]:
        names = {account.account_id: account.name for account in accounts}
        for account_id, name in names.items():
            mine = [result for result in results if result.account_id == account_id]
            for goal in goals_of(mine, self._cycle, self._found.metrics):
                if goal.role == "primary" and goal.status in ("at_risk", "behind", "missed", "no_data"):
                    yield GoalAtRisk(
                        account_id, name, goal.metric, goal.unit, goal.target, goal.status, goal.actual, goal.progress,
                        goal.expected, goal.needed_per_day,
                    )  # fmt: skip

    def _notes(self, accounts: Sequence[str], goals: Sequence[GoalResult]) -> Notes:
        rows: dict[str, list[Row]] = {}
        for account in accounts:
            for row in self._found.coverage.get(account, []):
                rows.setdefault(row["source"], []).append(row)
        revisions = sorted({result.goal.revision[:12] for result in goals if result.cycle.has_begun(self._found.end)})
        return Notes(
            coverage=tuple(
                Coverage(
                    source,
                    self._material.sources.get(source, {"zh-CN": source, "en": source}),
                    sum(row["present"] for row in known),
                    sum(row["expected"] for row in known),
                    max((row["last_day"] for row in known if row["last_day"]), default=None),
                )
                for source, known in sorted(rows.items())
            ),
            zone=self._material.zone,
            methods=tuple(
                Method(card, row["version"], f"{row['reference_from']:%Y-%m-%d}..{row['reference_to']:%Y-%m-%d}")
                for card, row in sorted(self._found.cards.items())
            ),
            goal_revision=" ".join(revisions),
        )


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


def _tiers(row: Row | None) -> Tiers | None:
    if row is None:
        return None
    counts = {tier: row[tier] for tier in ("devoted", "warm", "casual")}
    people = sum(counts.values())
    return Tiers(
        tuple(Tier(tier, count, count / people, row[f"previous_{tier}"]) for tier, count in counts.items()),  # type: ignore[arg-type]  # the tiers are the same
        row["upgraded"],
        row["downgraded"],
    )


def _traffic(row: Row | None) -> tuple[Domain, ...]:
    if row is None:
        return ()
    counts = {name: row[name] for name in ("public", "paid", "owned", "external")}
    total = sum(count for count in counts.values() if count is not None)
    return tuple(
        Domain(
            name,  # type: ignore[arg-type]  # the domains are the same
            count,
            count / total if count is not None and total else None,
            row[f"previous_{name}"],
            "" if count is not None else "no_source",
        )
        for name, count in counts.items()
    )


def _work(row: Row) -> Work:
    names = ("plays", "finish_rate", "interactions", "net_fans")
    numbers = {name: None if row[name] is None else float(row[name]) for name in names}
    return Work(row["work_id"], row["title"], row["published_on"], **numbers)


def _total(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known), 6) if known else None
