"""Whether the goals of accounts add up to those of their team or brand."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from opsengine.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opsengine.goals.goal import Goal, Known, Measure, Registered

CLOSE_ENOUGH = Decimal("0.005")
"""Half a per cent is rounding."""


def check_cascade(goals: Sequence[Goal], known: Known) -> Iterator[Problem]:
    """A problem for every sum that a team, a brand or selected accounts promise and their accounts' goals do not add up to.

    Only what is summed can be cascaded: flows with a number as a target, for the same cycle and role. Where no account has
    such a goal, nothing was cascaded and nothing is wrong; where some have one, they must not add up to more.
    """
    parts: dict[tuple[object, ...], dict[str, Decimal]] = defaultdict(dict)
    for goal, measure in _summed(goals):
        if goal.subject.account is not None:
            parts[_key(goal, measure)][goal.subject.account] = measure.target
    for goal, measure in _summed(goals):
        if goal.subject.account is None and goal.plan.cascade != "off" and measure.place is not None:
            told = parts[_key(goal, measure)]
            members = [account.account_id for account in known.register if _belongs(goal, account)]
            mine = [told[account] for account in members if account in told]
            how = goal.plan.cascade if len(mine) == len(members) else "at_most"
            if mine and _differs(sum(mine, Decimal(0)), measure.target, how):
                yield Problem(
                    measure.place, "cascade", "the goals of {count} accounts for `{metric}` add up to {sum}, not to {target}",
                    "change one of them, or write `cascade: at_least` or `cascade: off`",
                    {
                        "count": len(mine), "metric": measure.metric, "sum": f"{sum(mine, Decimal(0)):f}",
                        "target": f"{measure.target:f}",
                    },
                )  # fmt: skip


def _summed(goals: Sequence[Goal]) -> Iterator[tuple[Goal, Measure]]:
    for goal in goals:
        yield from ((goal, one) for one in goal.measures if one.kind == "flow" and one.role != "guardrail" and one.rests_on is None)


def _key(goal: Goal, measure: Measure) -> tuple[object, ...]:
    return goal.cycle.start, goal.cycle.end, measure.role, measure.metric


def _belongs(goal: Goal, account: Registered) -> bool:
    subject = goal.subject
    if subject.accounts is not None:
        return subject.accounts.fits(account)
    return account.team == subject.team if subject.team is not None else account.brand == subject.brand


def _differs(total: Decimal, target: Decimal, how: str) -> bool:
    if how == "at_least":
        return total < target * (1 - CLOSE_ENOUGH)
    if how == "at_most":
        return total > target * (1 + CLOSE_ENOUGH)
    return abs(total - target) > target * CLOSE_ENOUGH
