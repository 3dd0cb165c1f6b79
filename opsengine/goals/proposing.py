"""Proposing the next goal of an account: what it rests on, and a file that a person reviews, edits and merges.

The file of the account's last goal is carried on, comments and all, with the numbers of its primary measure made new; an
account without one gets the pattern that suits its kind of business. Floor, target and stretch are where the landing is
expected with three, two and one chances in four.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opsengine.errors import DataError, UserError
from opsengine.goals.campaigns import read_declared
from opsengine.goals.checking import measure_goals
from opsengine.goals.cycle import CycleKind, cycle_containing, next_cycle, parse_cycle, previous_cycle
from opsengine.goals.editing import with_value
from opsengine.goals.goal import RANKS, Goal, Measure, Role
from opsengine.goals.presets import preset_names, read_campaigns, read_preset
from opsengine.goals.reading import definition_of
from opsengine.goals.terms import Subject
from opsengine.goals.writing import SCHEMA_LINE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from opsengine.goals.campaigns import CampaignFile
    from opsengine.goals.cycle import Cycle
    from opsengine.goals.goal import Known
    from opsengine.project import Project
    from opsengine.warehouse import Engine

MARK = "# proposed: "
"""Begins each line that a proposal writes above a file; the next proposal replaces them."""
LEVELS = {"floor": "p25", "target": "p50", "stretch": "p75"}
"""Where each level is put in the landing, when more is better; the other way round when less is."""
_ODD = re.compile(r"[^\w.-]+")
FIGURES = 2
"""Targets are round: two figures that count."""
_EVIDENCE = {
    "last_cycle": "the last finished cycle came to {:,}",
    "cycle_before": "the one before it came to {:,}",
    "same_last_year": "the same cycle a year before came to {:,}",
    "trend": "the last 28 days against the 28 before: {:+.0%}",
    "p50": "half of the peers are at or above {:,} in as many days",
    "p75": "a quarter of the peers are at or above {:,} in as many days",
}
"""What a proposal says in its file of the numbers that it rests on."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A goal file for a cycle to come, and what its numbers rest on."""

    file: Path
    text: str
    cycle: Cycle
    metric: str
    levels: dict[str, Decimal]
    odds: dict[str, float]
    evidence: dict[str, float | None]
    """`last_cycle`, `cycle_before`, `same_last_year`, `trend` (28 days against those before), `p50` and `p75` of the peers."""


def propose(engine: Engine, project: Project, known: Known, ask: tuple[str, str, date], goals: Sequence[Goal]) -> Proposal:
    """The next goal of an account; `ask` is the account, the cycle (`next` or as in a goal file) and the day looked at.

    Raises UserError when there is no such account or cycle, DataError when nothing can be foreseen.
    """
    account, word, as_of = ask
    if account not in known.accounts:
        raise UserError("no account {key} in accounts.csv", key=account, hint="see `opsengine see`")
    last = _last_goal(goals, account)
    cycle = _cycle(project, word, last, as_of)
    measure = _measure(engine, project, known, account, last)
    goal = Goal("proposal", "", "", Subject(account=account), cycle, "", "", (measure,))
    declared = read_declared(project)
    levels = _levels(engine, goal, as_of, declared)
    odds = _odds(engine, goal, levels, (as_of, declared))
    evidence = _evidence(engine, goal, as_of)
    file = project.folder("goals") / (account + "-" + _ODD.sub("-", cycle.id) + ".yaml")
    text = _carried_on(project, file, last, goal, levels) or _fresh(known, goal, levels)
    return Proposal(file, _with_reasons(text, levels, odds, evidence), cycle, measure.metric, levels, odds, evidence)


def _last_goal(goals: Sequence[Goal], account: str) -> Goal | None:
    mine = [goal for goal in goals if goal.subject.account == account and goal.primary and goal.primary.metric not in RANKS]
    return max(mine, key=lambda goal: (goal.cycle.end, goal.name), default=None)


def _cycle(project: Project, word: str, last: Goal | None, as_of: date) -> Cycle:
    campaigns = read_campaigns(project)
    if word != "next":
        return parse_cycle(word, campaigns)
    if last is None:
        return next_cycle(cycle_containing(as_of, CycleKind.MONTH))
    cycle = last.cycle
    while cycle.start <= as_of or cycle == last.cycle:
        cycle = next_cycle(cycle, campaigns)
    return cycle


def _measure(engine: Engine, project: Project, known: Known, account: str, last: Goal | None) -> Measure:
    if last is not None and last.primary is not None:
        return replace(last.primary, target=Decimal(1), floor=None, stretch=None, steps=(), rests_on=None)
    rows = engine.read("select frequency, online from scores.standing where account_id = $account", account=account)
    name = f"{rows[0]['frequency']}-frequency-{rows[0]['online']}-online" if rows else ""
    metric = read_preset(name, project).primary.metric if name in preset_names(project) else "gmv"
    meant = known.metrics[metric]
    return Measure(Role.PRIMARY, metric, meant.kind, meant.unit, "down" if meant.direction == "down" else "up", Decimal(1))


def _levels(engine: Engine, goal: Goal, as_of: date, declared: Mapping[str, CampaignFile]) -> dict[str, Decimal]:
    (result,) = measure_goals(engine, [goal], as_of, declared)
    if result.forecast is None:
        raise DataError(
            "there is not enough data to propose a goal for {account}", account=goal.subject.key,
            hint="a few weeks of daily data are needed; until then write one with `opsengine goals new`",
        )  # fmt: skip
    is_up = goal.measures[0].direction == "up"
    quantiles = LEVELS.values() if is_up else reversed(LEVELS.values())
    landing = result.forecast.landing
    return {level: round_target(getattr(landing, quantile)) for level, quantile in zip(LEVELS, quantiles, strict=True)}


def _odds(
    engine: Engine, goal: Goal, levels: dict[str, Decimal], when: tuple[date, Mapping[str, CampaignFile]]
) -> dict[str, float]:
    measure = replace(goal.measures[0], target=levels["target"], floor=levels["floor"], stretch=levels["stretch"])
    (result,) = measure_goals(engine, [replace(goal, measures=(measure,))], *when)
    return dict(result.forecast.levels) if result.forecast else {}


def _evidence(engine: Engine, goal: Goal, as_of: date) -> dict[str, float | None]:
    last = previous_cycle(goal.cycle) if goal.cycle.kind is not CycleKind.CAMPAIGN else goal.cycle
    while last.end > as_of and last.kind is not CycleKind.CAMPAIGN:
        last = previous_cycle(last)
    year = last.start.year - 1
    cycles = {"last_cycle": last}
    if last.kind is not CycleKind.CAMPAIGN:
        cycles["cycle_before"] = previous_cycle(last)
    told = {name: _came(engine, goal, cycle, as_of) for name, cycle in cycles.items()}
    same = goal.cycle.start.replace(year=goal.cycle.start.year - 1, day=min(goal.cycle.start.day, 28))
    if goal.cycle.kind in (CycleKind.MONTH, CycleKind.QUARTER, CycleKind.HALF_YEAR, CycleKind.YEAR) and year:
        told["same_last_year"] = _came(engine, goal, cycle_containing(same, goal.cycle.kind), as_of)
    return told | _peers(engine, goal)


def _came(engine: Engine, goal: Goal, cycle: Cycle, as_of: date) -> float | None:
    if cycle.end > as_of:
        return None
    (result,) = measure_goals(engine, [replace(goal, cycle=cycle)], as_of)
    return float(result.actual) if result.actual is not None and result.has_complete_data else None


def _peers(engine: Engine, goal: Goal) -> dict[str, float | None]:
    measure, account = goal.measures[0], goal.subject.key
    stretch = goal.cycle.days / 28 if measure.kind == "flow" else 1
    windows = engine.read(_WINDOW, account=account, metric=measure.metric)
    peers = engine.read(_BENCHMARK, account=account, metric=measure.metric)
    trend = windows[0]["value"] / windows[0]["previous_value"] - 1 if windows and windows[0]["previous_value"] else None
    return {
        "trend": None if trend is None else round(trend, 4),
        **{name: round(peers[0][name] * stretch, 4) if peers and peers[0][name] is not None else None for name in ("p50", "p75")},
    }


_WINDOW = "select value, previous_value from metrics.account_window where account_id = $account and metric = $metric and days = 28"
_BENCHMARK = "select p50, p75 from metrics.benchmark where account_id = $account and metric = $metric and days = 28"


def _carried_on(project: Project, file: Path, last: Goal | None, goal: Goal, levels: dict[str, Decimal]) -> str | None:
    """The proposal's own file, or else the last goal's, with new numbers; None when there is neither, or no number as a target."""
    old = file if file.is_file() else project.root / last.file if last else None
    if old is None or not old.is_file():
        return None
    text = old.read_text(encoding="utf-8")
    try:
        text = with_value(text, ("cycle",), f'"{goal.cycle.id}"' if ".." in goal.cycle.id else goal.cycle.id)
        text = with_value(text, ("primary", "target"), f"{levels['target']:f}")
    except KeyError:
        return None
    for level in ("floor", "stretch", "target"):
        try:
            text = with_value(text, ("primary", "levels", level), f"{levels[level]:f}")
        except KeyError:
            continue
    return text


def _fresh(known: Known, goal: Goal, levels: dict[str, Decimal]) -> str:
    measure = goal.measures[0]
    meant = known.metrics.get(measure.metric)
    lines = [
        SCHEMA_LINE, "kind: goal", "version: 1", "subject:", f"  account: {goal.subject.key}", f"cycle: {goal.cycle.id}",
        'why: ""                        # a sentence for someone who was not in the room',
        'owner: ""                      # who answers for it',
        "primary:", f"  metric: {measure.metric}", f"  target: {levels['target']:f}",
        *([f'  definition: "{definition_of(measure.metric, meant)}"  # what the metric means today'] if meant else []),
        f"  levels: {{floor: {levels['floor']:f}, stretch: {levels['stretch']:f}}}",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _with_reasons(text: str, levels: dict[str, Decimal], odds: dict[str, float], evidence: dict[str, Any]) -> str:
    """The text with what its numbers rest on, as comments below its first comment; those of an earlier proposal are replaced."""
    lines = [line for line in text.splitlines() if not line.startswith(MARK)]
    told = [f"{name} {levels[name]:f} ({odds.get(name, 0):.0%})" for name in levels]
    reasons = [MARK + ", ".join(told)]
    reasons += [f"{MARK}{_EVIDENCE[name].format(value)}" for name, value in evidence.items() if value is not None]
    at = 1 if lines and lines[0].startswith("#") else 0
    return "\n".join([*lines[:at], *reasons, *lines[at:]]) + "\n"


def round_target(value: float) -> Decimal:
    """A number as round as a target should be; nothing below zero."""
    number = Decimal(str(value))
    if number <= 0:
        return Decimal(0)
    step = Decimal(1).scaleb(number.adjusted() - FIGURES + 1)
    rounded = (number / step).to_integral_value() * step
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded
