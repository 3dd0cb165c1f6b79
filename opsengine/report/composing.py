"""From the day's tables and results to briefs: values in, values out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from opsengine.goals import CycleKind
from opsengine.monitor import State
from opsengine.report.ahead import next_goals_of
from opsengine.report.audience import domains_of, funnel_of, tiers_of
from opsengine.report.balancing import balances_of
from opsengine.report.brief import Alert, Brief, Period, Subject, Suggestion
from opsengine.report.choosing import check_choice
from opsengine.report.digesting import Digest, Frame
from opsengine.report.duties import overdue_check_ins, tasks_of
from opsengine.report.gathering import gather, read_paces
from opsengine.report.lessons import lessons_of
from opsengine.report.noting import Ground, notes_of
from opsengine.report.numbering import Counting
from opsengine.report.periods import counted_against, held_against
from opsengine.report.promises import benefits_of_tasks, earned_benefits, goals_of, metric_of, pace_of_primary, possible_benefits
from opsengine.report.scoring import scores_of
from opsengine.report.works import best_and_worst, traits_of
from opsengine.see import see

if TYPE_CHECKING:
    from opsengine.goals import Ahead, Cycle, GoalResult
    from opsengine.monitor import Alert as Warned
    from opsengine.report.brief import Notes
    from opsengine.report.due import Job
    from opsengine.report.gathering import Gathered
    from opsengine.report.labels import Label
    from opsengine.report.reports import Report
    from opsengine.report.team import TeamBrief
    from opsengine.rewards import Rule
    from opsengine.see import Method, ScoreChange
    from opsengine.sources import Account
    from opsengine.state import Entry
    from opsengine.strategy import AccountSuggestions, Life, PlayRecord
    from opsengine.warehouse import Engine

TITLES: Mapping[str, Label] = {
    "day": {"zh-CN": "经营日报", "en": "Daily flash"},
    "week": {"zh-CN": "经营周报", "en": "Weekly recap"},
    "month": {"zh-CN": "经营月报", "en": "Monthly recap"},
    "quarter": {"zh-CN": "经营季报", "en": "Quarterly recap"},
    "campaign": {"zh-CN": "活动复盘", "en": "Campaign recap"},
}
T = TypeVar("T")
DIGESTS: Mapping[str, Label] = {
    "team": {"zh-CN": "团队{title}", "en": "Team digest"},
    "brand": {"zh-CN": "品牌{title}", "en": "Brand digest"},
    "portfolio": {"zh-CN": "全部账号{title}", "en": "Portfolio digest"},
}
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
    lived: Life
    """What became of earlier suggestions."""
    records: tuple[PlayRecord, ...]
    """What plays did, against what was expected of them."""
    explain: Callable[[date], tuple[ScoreChange, ...]]
    """Why scores moved since a day."""
    methods: Callable[[date], Mapping[str, Method]]
    """By which method scores were told on a day."""
    matures: Mapping[str, int] = field(default_factory=dict)
    """Days until the platform corrects a metric no more."""
    project: str = ""
    """What the project is called."""
    look_ahead: Callable[[Sequence[str]], Iterable[Ahead]] = lambda _: ()
    """What would be proposed for the next cycle of these accounts; afterwards the tables of goals are of the proposals."""


def compose_briefs(material: Material, jobs: Sequence[Job]) -> Iterator[tuple[Job, Brief | TeamBrief]]:
    """The brief of every job, one after another; all of them are about periods that end on the material's day.

    What was composed is not kept: ten thousand briefs take no more memory than one.
    """
    if not jobs:
        return
    paces, views = read_paces(material.engine), see(material.engine, jobs[0].period.end)
    for period in {job.period.id: job.period for job in jobs}.values():
        mine = [job for job in jobs if job.period.id == period.id]
        changes = material.explain(held_against(period).end)
        found = gather(material.engine, period, views, changes, paces, _chosen(mine))
        check_choice({job.report.name: job.report for job in mine}.values(), found.metrics)
        writer = _Writer(material, found, period, mine)
        yield from ((job, writer.brief(job)) for job in mine)


class _Writer:
    """Composes the briefs of one period."""

    def __init__(self, material: Material, found: Gathered, cycle: Cycle, jobs: Sequence[Job]) -> None:
        self._material, self._found, self._cycle = material, found, cycle
        self._advice = {one.account_id: one for one in material.advice}
        self._goals = _grouped(material.goals, lambda result: result.account_id or "")
        self._alerts = _grouped(material.alerts, lambda alert: alert.account_id or "")
        self._tasks = _grouped(material.lived.tasks, lambda task: task.account_id)
        self._earning = {entry.subject for entry in material.entries}
        self._next = next_goals_of(material.look_ahead(_accounts_that_look_ahead(jobs)), found.metrics)
        self._methods = material.methods(held_against(cycle).end)

    def brief(self, job: Job) -> Brief | TeamBrief:
        """The brief of one job."""
        report = job.report.report
        if report.for_each == "account":
            return self._account(report, job.report.name, job.accounts[0], self._period(job))
        digest = Digest(self._material, self._found, self._cycle)
        accounts = (self._account(report, job.report.name, account, self._period(job)) for account in job.accounts)
        notes = self._notes([account.account_id for account in job.accounts], self._goals_of(job))
        return digest.brief(job, accounts, Frame(self._period(job), _title(report), notes, self._counting(report)))

    def _account(self, report: Report, name: str, account: Account, period: Period) -> Brief:
        key, found, material = account.account_id, self._found, self._material
        mine, shown, tasks = self._goals.get(key, []), report.sections, self._tasks.get(key, [])
        works = found.works.get(key, [])
        best, worst = best_and_worst(works)
        entries = material.entries if key in self._earning else ()
        return Brief(
            report=name,
            title=_title(report),
            period=period,
            subject=Subject(key, account.name, account.industry, account.size, account.region, account.team, account.brand),
            scores=scores_of(found, key),
            notes=self._notes((key,), mine),
            goals=goals_of(mine, self._cycle, found.metrics),
            pace=pace_of_primary(mine, self._cycle, found),
            tiers=tiers_of(found.views[key], found.tiers.get(key)),
            traffic=domains_of(found.traffic.get(key)),
            best_works=best,
            worst_works=worst,
            traits=traits_of(works) if shown.works else (),
            suggestions=self._suggestions(key),
            alerts=self._firing(key),
            earned=earned_benefits(entries, material.rules, key, self._cycle, found.metrics),
            possible=(
                *possible_benefits(mine, material.rules, found.metrics),
                *benefits_of_tasks(tasks, material.rules, self._cycle.end),
            ),
            balances=balances_of(entries, key, self._cycle.end) if shown.rewards else (),
            numbers=self._counting(report).numbers([key], found.numbers),
            funnel=funnel_of(found.views[key]),
            tasks=tasks_of(tasks, self._cycle),
            check_ins=overdue_check_ins(mine, self._metric_names(mine)),
            lessons=lessons_of(material.records, tasks, account.industry, found.metrics) if shown.lessons else (),
            next_goals=self._next.get(key, ()) if shown.next_goals else (),
            sections=shown.shown,
        )  # fmt: skip

    def _period(self, job: Job) -> Period:
        cycle = self._cycle
        name, _, year = cycle.id.rpartition("-")
        campaign = job.report.campaigns.get(name) if cycle.kind is CycleKind.CAMPAIGN else None
        label = {locale: f"{title} {year}" for locale, title in campaign.title.items()} if campaign else None
        return Period(cycle.id, cycle.kind.value, cycle.start, cycle.end, label)  # type: ignore[arg-type]  # the kinds of reports

    def _counting(self, report: Report) -> Counting:
        before = counted_against(self._cycle)
        chosen = report.numbers
        return Counting(
            self._cycle, before, self._found.metrics, self._material.matures, report.schedule.after, chosen.also, chosen.without
        )

    def _notes(self, accounts: Sequence[str], goals: Sequence[GoalResult]) -> Notes:
        return notes_of(self._material, self._found, Ground(self._cycle, accounts, goals, self._methods))

    def _goals_of(self, job: Job) -> list[GoalResult]:
        own = [goal for goal in self._material.goals if goal.account_id is None]
        return [*own, *(goal for account in job.accounts for goal in self._goals.get(account.account_id, []))]

    def _metric_names(self, results: Sequence[GoalResult]) -> dict[str, Label]:
        return {result.measure_id: metric_of(result.measure.metric, self._found.metrics) for result in results}

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

    def _firing(self, account: str) -> tuple[Alert, ...]:
        return tuple(
            Alert(
                id=one.rule.name,
                title=one.rule.declared.title.label,
                severity=one.severity,
                since=one.since if one.since < self._found.end else None,
                evidence=one.because.label if one.because else None,
            )
            for one in self._alerts.get(account, [])
            if one.state is State.FIRING
        )


def _title(report: Report) -> Label:
    title = TITLES[report.period]
    if report.for_each != "account":
        title = {locale: text.format(title=title[locale]) for locale, text in DIGESTS[report.for_each].items()}
    return {**title, **report.title}


def _chosen(jobs: Sequence[Job]) -> list[str]:
    """The metrics that these reports show as well."""
    return sorted({metric for job in jobs for metric in job.report.report.numbers.also})


def _accounts_that_look_ahead(jobs: Sequence[Job]) -> list[str]:
    """The accounts with a brief of their own that shows the next goal."""
    asking = (job for job in jobs if job.report.report.for_each == "account" and job.report.report.sections.next_goals)
    return sorted({job.accounts[0].account_id for job in asking})


def _grouped(values: Sequence[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = {}
    for value in values:
        groups.setdefault(key(value), []).append(value)
    return groups
