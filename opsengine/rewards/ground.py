"""The ground that a day's awards stand on: what was done, by whom, and what stands in its way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opsengine.goals import CycleKind, GoalResult, Remark, cycle_containing, parse_cycle, previous_cycle
from opsengine.rewards.feat import (
    Feat,
    cycle_key,
    data_sha,
    feats_of_goals,
    feats_of_streaks,
    feats_of_teams,
    guardrails_of,
)
from opsengine.rewards.proved import feats_of_tasks
from opsengine.rewards.suspecting import Traces
from opsengine.state import Promised
from opsengine.warehouse import build_models

if TYPE_CHECKING:
    from opsengine.goals import Cycle
    from opsengine.rewards.rule import Rule
    from opsengine.state import TaskEvent
    from opsengine.warehouse import Engine

MODELS = "rewards"
"""The folder of the models that are built here."""
BEST_OF = 400
"""Days before a cycle in which an account's own best is looked for: a year and a month."""
LOOKED_BACK = 3
"""Settled cycles in which ranks, tiers and improvements are looked at each time: a month without a run is made good, and late
files are noticed, without building the tables of a whole year every day. What was granted for older ones stands."""


@dataclass(frozen=True, slots=True)
class Before:
    """What was before the day."""

    look: Callable[[date], Engine]
    """The tables of an earlier day: ranks and tiers count as they stood at the end of a cycle."""
    said: Sequence[TaskEvent] = ()
    """All words about tasks up to the day, the oldest first."""


@dataclass(frozen=True)
class Ground:
    """All that the awards of one day rest on; only what the state holds is added later."""

    as_of: date
    rules: tuple[Rule, ...]
    feats: tuple[Feat, ...] = ()
    guardrails: Mapping[tuple[str, str], Remark] = field(default_factory=dict)
    """For each subject and cycle where one is broken or unknown: what to say."""
    traces: Mapping[tuple[str, str], Mapping[str, Traces]] = field(default_factory=dict)
    """For each subject and cycle: what is known of the accounts behind it."""
    promised: Sequence[Promised] = ()
    """Every form in which a promise was seen by a run before, the oldest first."""
    committed: Sequence[Promised] = ()
    """Every form in which git has it, the oldest first."""

    def with_committed(self, committed: Sequence[Promised]) -> Ground:
        """The same ground, with what git knows of the promises."""
        return replace(self, committed=committed)

    def with_promised(self, promised: Sequence[Promised]) -> Ground:
        """The same ground, with what the state has seen of the promises."""
        return replace(self, promised=promised)


def ground_of_goals(results: Iterable[GoalResult], rules: Iterable[Rule], as_of: date) -> Ground:
    """The ground of what needs no other data than goals: goals and streaks of them. Drafts of rules are no ground."""
    known = list(results)
    made, goals = tuple(rule for rule in rules if rule.is_active), feats_of_goals(known)
    return Ground(as_of, made, (*goals, *feats_of_streaks(goals, made)), guardrails_of(known))


def survey(engine: Engine, results: Sequence[GoalResult], rules: tuple[Rule, ...], as_of: date, before: Before) -> Ground:
    """The whole ground of a day."""
    ground = ground_of_goals(results, rules, as_of)
    accounts = engine.read("select account_id, team, brand from raw.accounts order by account_id")
    team_of = {row["account_id"]: row["team"] for row in accounts if row["team"]}
    feats = [*ground.feats, *feats_of_teams(ground.feats, ground.rules, team_of), *feats_of_tasks(before.said, ground.rules, as_of)]
    for rule in ground.rules:
        for cycle in _settled(rule, as_of) if rule.says.earns.by in _STANDING else ():
            feats += _STANDING[rule.says.earns.by](engine, rule, cycle, before.look)
    members = _members(accounts)
    feats = [feat if feat.accounts else replace(feat, accounts=members.get((feat.kind, feat.key), ())) for feat in feats]
    return replace(ground, feats=tuple(feats), traces=_traces(engine, feats, as_of))


def _members(accounts: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], tuple[str, ...]]:
    """The accounts behind every subject."""
    found: defaultdict[tuple[str, str], tuple[str, ...]] = defaultdict(tuple)
    for row in accounts:
        for kind, key in (("account", row["account_id"]), ("team", row["team"]), ("brand", row["brand"])):
            if key:
                found[kind, key] += (row["account_id"],)
    return dict(found)


def _traces(engine: Engine, feats: Iterable[Feat], as_of: date) -> dict[tuple[str, str], dict[str, Traces]]:
    """What is known of everybody who reached something in a cycle that is over."""
    reached = [feat for feat in feats if feat.level is not None and feat.is_over]
    wanted = {(account, feat.cycle.start, feat.cycle.end) for feat in reached for account in feat.accounts}
    engine.put("raw.earning", {"account_id": "VARCHAR", "start_day": "DATE", "end_day": "DATE"}, sorted(wanted))
    build_models(engine, as_of, MODELS)
    rows = engine.read(_FAIR_PLAY) if wanted else []
    known = {(row.pop("account_id"), row.pop("start_day"), row.pop("end_day")): Traces(**row) for row in rows}
    return {
        feat.whose: {account: known[account, feat.cycle.start, feat.cycle.end] for account in feat.accounts} for feat in reached
    }


def _ranks(engine: Engine, rule: Rule, cycle: Cycle, past: Callable[[date], Engine]) -> list[Feat]:
    del engine
    earns = rule.says.earns
    rows = past(cycle.end).read(_RANK, day=cycle.end, scorecard=earns.scorecard)
    top = earns.top or 0
    return [
        _standing(
            rule, row["account_id"], f"{earns.scorecard}_score", Decimal(top) / row["rank"],
            {"cycle": cycle.id, "of": row["accounts"], "peers": row["key"], "actual": row["rank"], "target": top},
        )
        for row in rows
    ]  # fmt: skip


def _tiers(engine: Engine, rule: Rule, cycle: Cycle, past: Callable[[date], Engine]) -> list[Feat]:
    del engine
    earns = rule.says.earns
    found: list[Feat] = []
    for row in past(cycle.end).read("select account_id, devoted, warm from scores.fan_tier order by account_id"):
        fans = int(row["devoted"] or 0) + (int(row["warm"] or 0) if earns.tier == "warm" else 0)
        least = earns.at_least or 1
        numbers = {"cycle": cycle.id, "tier": earns.tier, "actual": fans, "target": least}
        found.append(_standing(rule, row["account_id"], "new_fans", Decimal(fans) / least, numbers))
    return found


def _improvements(engine: Engine, rule: Rule, cycle: Cycle, past: Callable[[date], Engine]) -> list[Feat]:
    """A cycle with every day known, against the best one before it; who has none before has nothing to improve on."""
    del past
    earns = rule.says.earns
    sums: defaultdict[str, dict[date, tuple[Decimal, int]]] = defaultdict(dict)
    before = cycle
    while (cycle.start - before.start).days <= BEST_OF:
        for row in engine.read(_SUMS, metric=earns.metric, first=before.start, last=before.end):
            sums[row["account_id"]][before.start] = (Decimal(row["total"]), row["days"])
        before = previous_cycle(before)
    found: list[Feat] = []
    for account in sorted(sums):
        now, days = sums[account].pop(cycle.start, (Decimal(0), 0))
        best = max((total for total, _ in sums[account].values()), default=Decimal(0))
        if best > 0 and days:
            target = best * (1 + earns.more_by)
            numbers = {"cycle": cycle.id, "metric": earns.metric, "actual": now, "best": best, "target": target}
            feat = _standing(rule, account, earns.metric, now / target, numbers)
            found.append(replace(feat, known_days=days, expected_days=cycle.days))
    return found


_STANDING: Mapping[str, Callable[[Any, Any, Any, Callable[[date], Any]], list[Feat]]] = {
    "rank": _ranks,
    "tier": _tiers,
    "improvement": _improvements,
}


def _settled(rule: Rule, as_of: date) -> Iterator[Cycle]:
    """The latest cycles of a rule's calendar that are over and settled on a day, and that it counts."""
    cycle = cycle_containing(as_of + timedelta(days=1 - rule.says.settle_days), CycleKind(rule.says.earns.cycle))
    for _ in range(LOOKED_BACK):
        cycle = previous_cycle(cycle)
        if rule.says.valid.includes(cycle.end):
            yield cycle


def _standing(rule: Rule, account: str, metric: str, progress: Decimal, numbers: Mapping[str, object]) -> Feat:
    """A feat of the cycle in the numbers, that is reached when its progress is 1."""
    cycle = parse_cycle(str(numbers["cycle"]))
    says = {name: str(value) for name, value in numbers.items()}
    evidence = {**says, "data_sha": data_sha(account, rule.says.earns.by, *sorted(says.items()))}
    return Feat(
        by=f"{rule.says.earns.by}:{rule.name}", subject=account, kind="account", key=account, cycle=cycle,
        cycle_key=cycle_key(cycle), level="target" if progress >= 1 else None, progress=progress, evidence=evidence,
        metric=metric,
    )  # fmt: skip


_RANK = """
select account_id, rank, accounts, key from scores.rank where day = $day and scorecard = $scorecard order by account_id
"""
_SUMS = """
select account_id, cast(sum(value) as decimal(24, 6)) as total, count(*) as days
from metrics.account_day
where metric = $metric and day >= $first and day <= $last
group by account_id
order by account_id
"""
_FAIR_PLAY = """
select
    account_id, start_day, end_day, fans_most, fans_usual, hour_most, interactions, buyer_most, orders, sold, refunded_after
from rewards.fair_play
"""
