"""The warehouse's rows as values: what is suggested, by which numbers, what lost, and what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from opsengine.strategy.losing import PassedOver, passed_over
from opsengine.strategy.names import measured_by
from opsengine.strategy.saying import Evidence, Number, Sentence
from opsengine.strategy.suggestion import AccountSuggestions, CannotJudge, Gain, Potential, Suggestion

if TYPE_CHECKING:
    from opsengine.strategy.believing import Belief
    from opsengine.strategy.life import Life
    from opsengine.strategy.play import Play

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """What the warehouse answers: rows of a table each, in the order of accounts."""

    accounts: Sequence[tuple[str, str | None]]
    """Each account and its industry."""
    suggested: Iterable[Row]
    numbers: Iterable[Row]
    """Every number that a suggested play speaks of."""
    passed_over: Iterable[Row]
    missing: Iterable[Row]


def assemble(rows: Rows, playbook: Mapping[str, Play], beliefs: Sequence[Belief], lived: Life) -> tuple[AccountSuggestions, ...]:
    """The answer for every account, in the order of `rows.accounts`."""
    believed = {(one.play, one.industry): one for one in beliefs}
    industries = dict(rows.accounts)
    known: dict[tuple[str, str], dict[str, Number]] = defaultdict(dict)
    for row in rows.numbers:
        known[row["account_id"], row["play"]][row["name"]] = Number(row["value"], playbook[row["play"]].units[row["name"]])
    made: dict[str, list[Suggestion]] = defaultdict(list)
    for row in rows.suggested:
        account, play = row["account_id"], playbook[row["play"]]
        belief = believed.get((play.name, industries[account])) or believed[play.name, None]
        made[account].append(_suggestion(row, play, known[account, play.name], belief))
    lost: dict[str, list[PassedOver]] = defaultdict(list)
    for row in rows.passed_over:
        lost[row["account_id"]].append(passed_over(row, playbook))
    unjudged: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.missing:
        unjudged[row["account_id"]][row["play"]].append(row["name"])
    busy = lived.under_way_by_account()
    return tuple(
        AccountSuggestions(
            account,
            tuple(made[account]),
            tuple(CannotJudge(play, tuple(lacking)) for play, lacking in unjudged[account].items()),
            busy.get(account, ()),
            tuple(lost[account]),
        )
        for account in industries
    )


def _suggestion(row: Row, play: Play, numbers: Mapping[str, Number], belief: Belief) -> Suggestion:
    evidence = tuple(
        Evidence(
            name,
            numbers[name].value,
            numbers[name].unit,
            numbers[held.name].value if held.name else held.value,
            held.name,
        )
        for name, held in play.held
    )
    why = Sentence(play.declared.because.label, numbers)
    state: Literal["proposed", "declined"] = "declined" if row["is_dismissed"] else "proposed"
    gain = Gain(row["goal"], row["goal_metric"], row["goal_role"], row["believed"], _hoped(row)) if row["goal"] else None
    moved = play.declared.expected.metric
    potential = Potential(measured_by(moved), play.metric_unit, row["base"], belief)
    return Suggestion(row["rank"], play, evidence, why, row["goal"], row["strength"], state, gain, potential)


def _hoped(row: Row) -> float:
    """Of the goal that it serves first."""
    return float((row["primary_hoped"] if row["goal_role"] == "primary" else row["other_hoped"]) or 0)
