"""The goals of the demo: promises of some accounts, set so that some are kept, some are at risk and some are not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from opsengine.demo.accounts import Account
from opsengine.demo.measuring import RATIOS, Daily, Stretch, measure
from opsengine.demo.plan import DemoPlan

SCHEMA_LINE = "# yaml-language-server: $schema=../.opsengine/schema/goal.json"
MONTH, LAST_MONTH, WEEK, CAMPAIGN = "month", "last month", "week", "618"
FLOOR, STRETCH = 0.9, 1.15
"""Levels around a target, as shares of it."""
TEAM_SPARE = 1.02
"""A team promises at least so much more than those of its accounts that promise for themselves."""


@dataclass(frozen=True, slots=True)
class Aim:
    """A metric and how well it goes: 1 is just on the pace that the days gone ask for, more is better."""

    metric: str
    pace: float


@dataclass(frozen=True, slots=True)
class Limit:
    """A ratio that must not rise, and how much room it has: 1.2 is a fifth above where it stands."""

    metric: str
    room: float


@dataclass(frozen=True, slots=True)
class Promise:
    """One goal file before its numbers are known."""

    account: int
    """Whose promise: the place of an account in the register."""
    cycle: str
    why: str
    primary: Aim
    secondary: tuple[Aim, ...] = ()
    guardrails: tuple[Limit, ...] = ()
    is_of_team: bool = False
    """Whether the account's whole team promises together."""


PROMISES = (
    Promise(0, MONTH, "六月是上半年最大的销售月，日常销售和 618 一起算", Aim("gmv", 1.02),
            (Aim("new_fans", 0.88), Aim("roi", 1.00)), (Limit("refund_rate", 1.20),)),
    Promise(0, CAMPAIGN, "618 备了三个月的货，活动期间要卖完", Aim("gmv", 1.06), (Aim("orders", 1.03),)),
    Promise(1, MONTH, "新菜单上线，趁势把线上订单做起来", Aim("gmv", 1.22), (Aim("new_fans", 1.10),)),
    Promise(1, LAST_MONTH, "五一假期客流翻倍，全月要比四月高一截", Aim("gmv", 1.20), (Aim("orders", 1.04),)),
    Promise(2, MONTH, "展厅七月到新车，六月要攒够有效线索", Aim("leads", 0.66), (), (Limit("cost_per_lead", 0.95),)),
    Promise(2, LAST_MONTH, "五月车展后跟进线索", Aim("leads", 1.05)),
    Promise(3, MONTH, "暑期班招生前先把账号的粉丝做起来", Aim("new_fans", 1.00), (Aim("leads", 0.97),)),
    Promise(4, MONTH, "新号第一个月，先有人看", Aim("plays", 1.10)),
    Promise(5, MONTH, "夏天是淡季，守住每天的订单", Aim("orders", 0.86)),
    Promise(6, MONTH, "保住现有的播放", Aim("plays", 0.70)),
    Promise(8, CAMPAIGN, "618 大促主推夏装", Aim("gmv", 0.93), (Aim("roi", 0.97),), (Limit("refund_rate", 1.10),)),
    Promise(8, MONTH, "大促之外的日子也要有稳定销售", Aim("gmv", 0.98), (Aim("new_fans", 1.03),)),
    Promise(9, MONTH, "周年庆的全部套餐在月底前卖完", Aim("gmv", 1.50)),
    Promise(10, MONTH, "自然线索为主，保持每天都有", Aim("leads", 1.01), (Aim("interaction_rate", 1.02),)),
    Promise(11, WEEK, "公开课周，集中收报名意向", Aim("leads", 0.91)),
    Promise(12, CAMPAIGN, "第一次参加 618，先看能卖多少", Aim("gmv", 1.03)),
    Promise(16, LAST_MONTH, "换季清仓", Aim("gmv", 0.94)),
    Promise(0, CAMPAIGN, "全组 618 总目标", Aim("gmv", 1.01), is_of_team=True),
)  # fmt: skip
"""Every promise of the demo; those of accounts or days that a smaller demo does not have are left out."""


def cycles(plan: DemoPlan) -> dict[str, tuple[str, Stretch]]:
    """The cycles that a demo's days tell of: how a goal file writes them, and which days they are."""
    as_of = plan.as_of
    first_of_month = as_of.replace(day=1)
    last_of_month = (first_of_month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    last_of_before = first_of_month - timedelta(days=1)
    monday = as_of - timedelta(days=as_of.weekday())
    year, week, _ = as_of.isocalendar()
    known = {
        MONTH: (f"{as_of:%Y-%m}", Stretch(first_of_month, last_of_month)),
        LAST_MONTH: (f"{last_of_before:%Y-%m}", Stretch(last_of_before.replace(day=1), last_of_before)),
        WEEK: (f"{year}-W{week:02}", Stretch(monday, monday + timedelta(days=6))),
        CAMPAIGN: (f"618-{as_of.year}", Stretch(date(as_of.year, 6, 1), date(as_of.year, 6, 18))),
    }
    return {name: (text, days) for name, (text, days) in known.items() if _is_told(plan, days)}


def _is_told(plan: DemoPlan, days: Stretch) -> bool:
    """Whether at least half of the days gone lie in the demo; a promise over fewer cannot be judged."""
    last = min(days.last, plan.as_of)
    gone = (last - days.first).days + 1
    return gone > 0 and 2 * ((last - max(days.first, plan.first_day)).days + 1) >= gone


def goal_files(plan: DemoPlan, everybody: Sequence[Account], told: Mapping[str, Daily]) -> Iterator[tuple[str, str]]:
    """The name and the text of every goal file. `told` is what is known of each account that promises."""
    known = cycles(plan)
    for promise in promises(plan, everybody):
        account = everybody[promise.account]
        text, days = known[promise.cycle]
        members = [told[member.account_id] for member in members_of(promise, everybody)]
        subject = ("team", account.team) if promise.is_of_team else ("account", account.account_id)
        name = f"{account.account_id}{'-team' if promise.is_of_team else ''}-{text}"
        least = sum(_promised_alone(plan, promise, everybody, told, days)) * TEAM_SPARE
        yield name, "\n".join(_lines(plan, promise, subject, (text, days), members, least)) + "\n"


def _promised_alone(
    plan: DemoPlan, whole: Promise, everybody: Sequence[Account], told: Mapping[str, Daily], days: Stretch
) -> Iterator[float]:
    """What accounts of a team promise for themselves of what it promises; together they must not promise more."""
    ids = {member.account_id for member in members_of(whole, everybody)} if whole.is_of_team else set()
    for promise in promises(plan, everybody):
        account = everybody[promise.account].account_id
        is_part = not promise.is_of_team and promise.cycle == whole.cycle and promise.primary.metric == whole.primary.metric
        if is_part and account in ids:
            yield _target(promise.primary, [told[account]], *_gone(plan, days))


def promises(plan: DemoPlan, everybody: Sequence[Account]) -> list[Promise]:
    """The promises that a demo of this size can make."""
    known = cycles(plan)
    made = [promise for promise in PROMISES if promise.account < len(everybody) and promise.cycle in known]
    alone = {(everybody[promise.account].account_id, promise.cycle) for promise in made if not promise.is_of_team}
    return [promise for promise in made if not promise.is_of_team or _has_others(promise, everybody, alone)]


def _has_others(promise: Promise, everybody: Sequence[Account], alone: Collection[tuple[str, str]]) -> bool:
    """Whether a team has accounts that do not promise for themselves; else its own promise is only their sum."""
    return any((member.account_id, promise.cycle) not in alone for member in members_of(promise, everybody))


def members_of(promise: Promise, everybody: Sequence[Account]) -> list[Account]:
    """The accounts behind a promise."""
    account = everybody[promise.account]
    return [member for member in everybody if member.team == account.team] if promise.is_of_team else [account]


def _lines(
    plan: DemoPlan, promise: Promise, subject: tuple[str, str], cycle: tuple[str, Stretch], members: list[Daily], least: float
) -> Iterator[str]:
    text, days = cycle
    gone, elapsed = _gone(plan, days)
    yield from (SCHEMA_LINE, "kind: goal", "version: 1", f"subject: {{{subject[0]}: {subject[1]}}}", f"cycle: {text}")
    yield from (f"why: {promise.why}", "primary:")
    target = max(_target(promise.primary, members, gone, elapsed), least)
    yield from (f"  metric: {promise.primary.metric}", f"  target: {_amount(target)}")
    if promise.primary.metric not in RATIOS:
        yield f"  levels: {{floor: {_amount(target * FLOOR)}, stretch: {_amount(target * STRETCH)}}}"
    if promise.secondary:
        yield "secondary:"
    for aim in promise.secondary:
        yield f"  - {{metric: {aim.metric}, target: {_amount(_target(aim, members, gone, elapsed))}}}"
    if promise.guardrails:
        yield "guardrails:"
    for limit in promise.guardrails:
        room = measure(limit.metric, members, gone) * limit.room
        yield f"  - {{metric: {limit.metric}, must_not_rise_above: {_amount(room)}}}"


def _gone(plan: DemoPlan, days: Stretch) -> tuple[Stretch, float]:
    """The days of a cycle that have gone by, and their share of it."""
    gone = Stretch(days.first, min(days.last, plan.as_of))
    return gone, ((gone.last - gone.first).days + 1) / ((days.last - days.first).days + 1)


def _target(aim: Aim, members: list[Daily], gone: Stretch, elapsed: float) -> float:
    """What must be promised so that the days gone are at the aim's pace."""
    reached = measure(aim.metric, members, gone)
    return max(reached, 0.01) / aim.pace / (1 if aim.metric in RATIOS else elapsed)


def _amount(value: float) -> str:
    """A number as people write targets: three digits that count, 万 from ten thousand on."""
    if value >= 10_000:
        return f"{float(f'{value / 10_000:.3g}'):g}万"
    return f"{float(f'{value:.3g}'):g}"
