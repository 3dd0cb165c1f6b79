"""The digest over many accounts: how they stand, who moved, whose goals need help, and their numbers together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsengine.report.promises import goals_of
from opsengine.report.team import GoalAtRisk, Standing, TeamBrief

if TYPE_CHECKING:
    from opsengine.goals import Cycle, GoalResult
    from opsengine.report.brief import Brief, Notes, Period
    from opsengine.report.composing import Material
    from opsengine.report.due import Job
    from opsengine.report.gathering import Gathered
    from opsengine.report.labels import Label
    from opsengine.report.numbering import Counting

URGENCY = ("act", "watch", "good")
IN_NEED = ("missed", "behind", "at_risk", "no_data")
"""Statuses of goals that a digest names, the most urgent first."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a digest: its period and title, where its numbers come from, and how they are counted."""

    period: Period
    title: Label
    notes: Notes
    counting: Counting


@dataclass(frozen=True, slots=True)
class Digest:
    """Composes digests of one period."""

    material: Material
    found: Gathered
    cycle: Cycle

    def brief(self, job: Job, accounts: Iterable[Brief], frame: Frame) -> TeamBrief:
        """The digest of one job. The briefs of its accounts are taken one by one and not kept."""
        standings: list[Standing] = []
        at_risk: list[GoalAtRisk] = []
        for brief in accounts:
            standings.append(standing_of(brief))
            at_risk += goals_at_risk(brief)
        report = job.report.report
        return TeamBrief(
            report=job.report.name,
            title=frame.title,
            period=frame.period,
            team=self._name(job),
            accounts=tuple(sorted(standings, key=_most_urgent)),
            notes=frame.notes,
            goals_at_risk=tuple(sorted(at_risk, key=lambda goal: (IN_NEED.index(goal.status), goal.account_id))),
            goals=goals_of(list(self._own_goals(job)), self.cycle, self.found.metrics),
            kind=report.for_each,  # type: ignore[arg-type]  # accounts have briefs of their own
            numbers=frame.counting.numbers([account.account_id for account in job.accounts], self.found.numbers),
            sections=report.sections.shown,
        )

    def _name(self, job: Job) -> str:
        """The team or brand; a portfolio is called like the project, or its report."""
        return job.subject if job.report.report.for_each != "portfolio" else self.material.project or job.report.name

    def _own_goals(self, job: Job) -> Iterator[GoalResult]:
        """What the team or brand promised for its accounts together."""
        kind = job.report.report.for_each
        for result in self.material.goals:
            subject = result.goal.subject
            if (kind == "team" and subject.team == job.subject) or (kind == "brand" and subject.brand == job.subject):
                yield result


def _most_urgent(account: Standing) -> tuple[int, float, str]:
    """Accounts that need action first; among their like the one that fell most."""
    change = account.business_change
    return URGENCY.index(account.verdict), 0.0 if change is None else change, account.account_id


def standing_of(brief: Brief) -> Standing:
    """One account's line in a digest."""
    business, popularity, primary = brief.score("business"), brief.score("popularity"), brief.primary
    return Standing(
        account_id=brief.subject.account_id,
        name=brief.subject.name,
        verdict=brief.verdict,
        business=business.value if business else None,
        popularity=popularity.value if popularity else None,
        industry=brief.subject.industry,
        previous_business=business.previous if business else None,
        previous_popularity=popularity.previous if popularity else None,
        status=primary.status if primary else None,
        progress=primary.progress if primary else None,
        alerts=len(brief.alerts),
        critical_alerts=sum(alert.severity == "critical" for alert in brief.alerts),
        open_tasks=sum(task.is_open for task in brief.tasks),
        overdue_tasks=sum(task.is_overdue for task in brief.tasks),
        team=brief.subject.team,
        brand=brief.subject.brand,
    )


def goals_at_risk(brief: Brief) -> Iterator[GoalAtRisk]:
    """The primary goals of an account that are not on their way."""
    for goal in brief.goals:
        if goal.role == "primary" and goal.status in IN_NEED:
            yield GoalAtRisk(
                brief.subject.account_id, brief.subject.name, goal.metric, goal.unit, goal.target, goal.status, goal.actual,
                goal.progress, goal.expected, goal.needed_per_day,
            )  # fmt: skip
