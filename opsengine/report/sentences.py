"""The verdict and the three plain sentences at the head of a brief, and the words for its states.

Every sentence is whole, stands in the catalogue as it is, and takes its numbers from fields of the brief. Nothing is
glued together, so that each language can order its words as it likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from opsengine.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsengine.report.brief import Alert, Brief, Component, Goal, Notes, Period, Rank, Score
    from opsengine.report.figures import Figures
    from opsengine.report.labels import Reason, Status, Verdict
    from opsengine.report.team import TeamBrief

Tone = Literal["good", "watch", "act", "plain"]
_TONES: dict[Status, Tone] = {
    "ahead": "good",
    "on_track": "good",
    "reached": "good",
    "at_risk": "watch",
    "no_data": "watch",
    "behind": "act",
    "missed": "act",
}
_SEVERITIES = ("critical", "warning", "info")
LEAST_MOVE = 0.05
"""Points of a score below which nothing moved: they would be printed as ±0.0."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and how urgent it is."""

    text: str
    tone: Tone


def three_sentences(brief: Brief, figures: Figures) -> tuple[Sentence, Sentence, Sentence]:
    """How the scores stand; how the primary goal stands; what else most needs to be known."""
    return _scores(brief, figures), _primary_goal(brief, figures), _next_news(brief, figures)


def team_sentences(brief: TeamBrief, figures: Figures) -> tuple[Sentence, ...]:
    """How many accounts do how well; who moved most; which goals need help."""
    words = Words(figures.locale)
    counts = {verdict: sum(1 for account in brief.accounts if account.verdict == verdict) for verdict in ("good", "watch", "act")}
    said = words(
        "Of {count} accounts: on course {good}, worth a look {watch}, in need of action {act}.", count=len(brief.accounts), **counts
    )
    return Sentence(said, brief.verdict), _team_movement(brief, figures, words), _team_goals(brief, words)


def staleness(notes: Notes, period: Period, figures: Figures) -> str:
    """A warning when no source reaches the end of the period; empty when one does."""
    newest = max((source.last_day for source in notes.coverage if source.last_day), default=None)
    if newest is None or newest >= period.end:
        return ""
    words = Words(figures.locale)
    return words(
        "The newest data is of {day}; the period ends on {end}. What follows is not final.",
        day=figures.day(newest),
        end=figures.day(period.end),
    )


def period_name(period: Period, figures: Figures) -> str:
    """What people call a period: `2026 年第 25 周`, `June 2026`, `Q2 2026`, a campaign's name."""
    if period.label is not None:
        return figures.said(period.label)
    words = Words(figures.locale)
    year, month = period.end.year, period.end.month
    if period.kind == "week":
        iso = period.end.isocalendar()
        return words("Week {week} of {year}", week=iso.week, year=iso.year)
    if period.kind == "month":
        return figures.month(period.end)
    if period.kind == "quarter":
        return words("Q{quarter} {year}", quarter=(month + 2) // 3, year=year)
    return figures.full_day(period.end) if period.kind == "day" else period.id


def held_words(period: Period, words: Words) -> dict[str, str]:
    """What scores and numbers are held against: of a day the scores of the day before, and the numbers of a week ago."""
    if period.kind == "day":
        return {"scores": words("against the day before"), "numbers": words("against the same weekday a week ago")}
    return {"scores": words("against the previous period"), "numbers": words("against the period before")}


def verdict_words(verdict: Verdict, words: Words) -> str:
    """The verdict as a badge."""
    return {"good": words("On course"), "watch": words("Worth a look"), "act": words("Needs action")}[verdict]


def status_words(status: Status | None, words: Words) -> str:
    """The status of a goal as a badge."""
    if status is None:
        return words("no goal")
    return {
        "ahead": words("Ahead"),
        "on_track": words("On track"),
        "at_risk": words("At risk"),
        "behind": words("Behind"),
        "reached": words("Reached"),
        "missed": words("Missed"),
        "no_data": words("No data"),
    }[status]


def status_tone(status: Status | None) -> Tone:
    """How urgent a status is."""
    return "plain" if status is None else _TONES[status]


def reason_words(reason: Reason, words: Words) -> str:
    """Why a value is missing."""
    return {
        "": "",
        "no_source": words("no file brings it"),
        "too_few_days": words("too few days with data"),
        "too_few_peers": words("fewer than 5 peers"),
        "no_earlier_period": words("no earlier period"),
        "new_account": words("the account is new"),
        "not_applicable": words("does not apply"),
    }[reason]


def size_words(size: str | None, words: Words) -> str | None:
    """The size of an account; one that is not ours is said as it was written."""
    return {"small": words("small account"), "medium": words("medium account"), "large": words("large account")}.get(
        size or "", size
    )


def group_words(rank: Rank, words: Words) -> str:
    """The peer group of a rank, as a reader knows it."""
    if rank.level == "all":
        return words("all accounts")
    industry, _, size = rank.key.partition(" / ")
    return f"{industry} · {size_words(size, words)}" if size else industry


def _scores(brief: Brief, figures: Figures) -> Sentence:
    words = Words(figures.locale)
    business, popularity = brief.score("business"), brief.score("popularity")
    missing = [score for score in (business, popularity) if score is None or score.value is None]
    if business is None or popularity is None or len(missing) == 2:
        return Sentence(words("Neither score can be computed yet: too little data."), "watch")
    if missing and missing[0] is not None:
        there = popularity if missing[0] is business else business
        text = words(
            "{score} {value}, {change}; {other} cannot be computed: {reason}.",
            score=figures.said(there.label),
            value=figures.number(there.value, 1),
            change=_change(there, brief.period.kind, figures, words),
            other=figures.said(missing[0].label),
            reason=reason_words(missing[0].reason or "too_few_days", words),
        )
        return Sentence(text, "watch")
    fields = {
        "business": figures.said(business.label),
        "value": figures.number(business.value, 1),
        "change": _change(business, brief.period.kind, figures, words),
        "popularity": figures.said(popularity.label),
        "other_value": figures.number(popularity.value, 1),
        "other_change": _change(popularity, brief.period.kind, figures, words),
    }
    tone: Tone = "watch" if min(business.change or 0, popularity.change or 0) <= -10 else "good"
    if business.rank is None:
        return Sentence(
            words("{business} {value}, {change}; {popularity} {other_value}, {other_change}.", **fields),
            tone,
        )
    text = words(
        "{business} {value}, {change}, rank {rank} of {accounts}; {popularity} {other_value}, {other_change}.",
        rank=business.rank.rank,
        accounts=business.rank.accounts,
        **fields,
    )
    return Sentence(text, tone)


def _change(score: Score, kind: str, figures: Figures, words: Words) -> str:
    if score.change is None:
        return words("no earlier period to compare")
    if abs(score.change) < LEAST_MOVE:
        return words("unchanged")
    delta = figures.delta(score.change, "score")
    if kind == "day":
        return words("{delta} on the day before", delta=delta)
    return words("{delta} on the previous period", delta=delta)


def _primary_goal(brief: Brief, figures: Figures) -> Sentence:
    words, goal = Words(figures.locale), brief.primary
    if goal is None:
        return Sentence(words("No primary goal is set for this account."), "plain")
    fields = {
        "metric": figures.said(goal.metric),
        "actual": figures.amount(goal.actual, goal.unit),
        "target": figures.amount(goal.target, goal.unit),
        "progress": figures.percent(goal.progress, 0),
        "expected": figures.percent(goal.expected, 0),
        "needed": figures.amount(goal.needed_per_day, goal.unit),
        "day": figures.day(goal.end),
    }
    if goal.status == "no_data" or goal.actual is None:
        text = words(
            "{metric}: nothing is known about the target of {target} yet: {reason}.",
            reason=reason_words(goal.reason or "no_source", words),
            **fields,
        )
    elif goal.status == "reached":
        text = words("{metric} reached its target: {actual} of {target}.", **fields)
    elif goal.status == "missed":
        text = words("{metric} missed its target: {actual} of {target}, {progress}.", **fields)
    elif goal.landing is not None:
        likely = figures.span(goal.landing.low, goal.landing.high, goal.unit)
        text = words(
            "{metric} is at {progress} of {target}, the plan asks for {expected} by now; likely to land at {likely}.",
            likely=likely,
            **fields,
        )
    elif goal.status in ("behind", "at_risk") and goal.needed_per_day is not None:
        text = words(
            "{metric} is at {progress} of {target}, the plan asks for {expected} by now; {needed} a day are needed until {day}.",
            **fields,
        )
    elif goal.expected is None:
        text = words("{metric} is at {actual}, the target is {target}.", **fields)
    else:
        text = words("{metric} is at {progress} of {target}, the plan asks for {expected} by now.", **fields)
    return Sentence(text, status_tone(goal.status))


def _next_news(brief: Brief, figures: Figures) -> Sentence:
    """The most urgent of: alerts, another goal in trouble, missing data, what moved the score."""
    words = Words(figures.locale)
    if brief.alerts:
        return _alerts(brief.alerts, figures, words)
    lagging = next(
        (goal for goal in brief.goals if goal.role != "primary" and goal.status in ("behind", "missed", "at_risk")), None
    )
    if lagging is not None:
        return _lagging(lagging, figures, words)
    gap = next((source for source in brief.notes.coverage if source.present < source.expected), None)
    if gap is not None:
        text = words(
            "{source} has data for {present} of {expected} days.",
            source=figures.said(gap.label),
            present=gap.present,
            expected=gap.expected,
        )
        return Sentence(text, "watch")
    return _movement(brief, figures, words)


def _alerts(alerts: Sequence[Alert], figures: Figures, words: Words) -> Sentence:
    """How many are open, and what the most severe of them says."""
    worst = min(alerts, key=lambda alert: (_SEVERITIES.index(alert.severity), alert.since or date.max))
    tone: Tone = {"critical": "act", "warning": "watch", "info": "plain"}[worst.severity]  # type: ignore[assignment]
    fields: dict[str, str | int] = {
        "count": len(alerts),
        "title": figures.said(worst.title),
        "evidence": figures.said(worst.evidence),
    }
    if worst.evidence is None:
        one, many = (
            words("One alert is open: {title}.", **fields),
            words("{count} alerts are open, first of all: {title}.", **fields),
        )
    else:
        one = words("One alert is open: {title}. {evidence}", **fields)
        many = words("{count} alerts are open, first of all: {title}. {evidence}", **fields)
    return Sentence(one if len(alerts) == 1 else many, tone)


def _lagging(goal: Goal, figures: Figures, words: Words) -> Sentence:
    text = words(
        "{metric}, {actual} of {target}: {status}.",
        metric=figures.said(goal.metric),
        actual=figures.amount(goal.actual, goal.unit),
        target=figures.amount(goal.target, goal.unit),
        status=status_words(goal.status, words),
    )
    return Sentence(text, status_tone(goal.status))


def _movement(brief: Brief, figures: Figures, words: Words) -> Sentence:
    """The component that gave most and the one that took most since the previous period."""
    moved = [part for part in _components(brief) if part.change is not None and abs(part.change) >= LEAST_MOVE]
    if not moved:
        return Sentence(words("Nothing moved the scores against the previous period."), "plain")
    best, worst = max(moved, key=lambda part: part.change or 0), min(moved, key=lambda part: part.change or 0)
    fields = {
        "best": figures.said(best.label),
        "gain": figures.delta(best.change, "score"),
        "worst": figures.said(worst.label),
        "loss": figures.delta(worst.change, "score"),
    }
    if (worst.change or 0) > 0:
        return Sentence(words("{best} moved the scores most: {gain} points.", **fields), "good")
    if (best.change or 0) < 0:
        return Sentence(words("{worst} moved the scores most: {loss} points.", **fields), "watch")
    return Sentence(words("{best} gave the scores most, {gain} points; {worst} took most, {loss} points.", **fields), "plain")


def _team_movement(brief: TeamBrief, figures: Figures, words: Words) -> Sentence:
    if not brief.risen and not brief.fallen:
        return Sentence(words("No business score moved against the previous period."), "plain")
    if not brief.fallen:
        first = brief.risen[0]
        return Sentence(
            words(
                "{name} rose most: {gain} points of business score.",
                name=first.name,
                gain=figures.delta(first.business_change, "score"),
            ),
            "good",
        )
    last = brief.fallen[0]
    if not brief.risen:
        text = words(
            "{name} fell most: {loss} points of business score.", name=last.name, loss=figures.delta(last.business_change, "score")
        )
        return Sentence(text, "watch")
    first = brief.risen[0]
    fields = {
        "risen": first.name,
        "gain": figures.delta(first.business_change, "score"),
        "fallen": last.name,
        "loss": figures.delta(last.business_change, "score"),
    }
    return Sentence(
        words("{risen} rose most, {gain} points of business score; {fallen} fell most, {loss} points.", **fields), "plain"
    )


def _team_goals(brief: TeamBrief, words: Words) -> Sentence:
    if not brief.goals_at_risk:
        return Sentence(words("No goal is at risk."), "good")
    acting = sum(1 for goal in brief.goals_at_risk if goal.status in ("behind", "missed"))
    text = words(
        "Goals that need help: {count}, of them behind or missed: {behind}.", count=len(brief.goals_at_risk), behind=acting
    )
    return Sentence(text, "act" if acting else "watch")


def _components(brief: Brief) -> list[Component]:
    return [component for score in brief.scores for pillar in score.pillars for component in pillar.components]
