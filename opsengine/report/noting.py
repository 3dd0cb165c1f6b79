"""Where the numbers of a brief come from: coverage, zone, exact periods, methods, and the revisions of goal files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsengine.report.brief import Coverage, Method, Notes, Period
from opsengine.report.periods import counted_against, held_against

if TYPE_CHECKING:
    from opsengine.goals import Cycle, GoalResult
    from opsengine.report.composing import Material
    from opsengine.report.gathering import Gathered, Row
    from opsengine.see import Method as Told

REVISION = 12
"""Signs of a hash that tell revisions apart."""
REVISIONS = 8
"""So many are printed; a digest over many accounts has more."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What one brief is about."""

    cycle: Cycle
    accounts: Sequence[str]
    goals: Sequence[GoalResult]
    methods: Mapping[str, Told]
    """By which the scores of the period before were told."""


def notes_of(material: Material, found: Gathered, ground: Ground) -> Notes:
    """The notes of a brief about some accounts and their goals."""
    cycle = ground.cycle
    begun = [goal for goal in ground.goals if goal.cycle.has_begun(found.end) and goal.cycle.end >= cycle.start]
    return Notes(
        coverage=tuple(_coverage(material, found, ground.accounts)),
        zone=material.zone,
        methods=tuple(_methods(found, ground.methods)),
        goal_revision=_few(result.goal.revision for result in begun),
        goal_commit=_few(result.told_revision for result in begun if result.commit),
        compared=_period(held_against(cycle)),
        counted=_period(counted_against(cycle)),
    )


def _coverage(material: Material, found: Gathered, accounts: Sequence[str]) -> Iterable[Coverage]:
    rows: dict[str, list[Row]] = {}
    for account in accounts:
        for row in found.coverage.get(account, []):
            rows.setdefault(row["source"], []).append(row)
    for source, known in sorted(rows.items()):
        label = material.sources.get(source, {"zh-CN": source, "en": source})
        present, expected = sum(row["present"] for row in known), sum(row["expected"] for row in known)
        yield Coverage(source, label, present, expected, max((row["last_day"] for row in known if row["last_day"]), default=None))


def _methods(found: Gathered, before: Mapping[str, Told]) -> Iterable[Method]:
    for card, row in sorted(found.cards.items()):
        reference = f"{row['reference_from']:%Y-%m-%d}..{row['reference_to']:%Y-%m-%d}"
        told = before.get(card)
        yield Method(card, row["version"], reference, told.version if told and told.version != row["version"] else None)


def _period(cycle: Cycle) -> Period:
    return Period(cycle.id, cycle.kind.value, cycle.start, cycle.end)  # type: ignore[arg-type]  # the kinds of reports


def _few(hashes: Iterable[str]) -> str:
    """The first signs of each, in their order; what is left out is counted."""
    known = sorted({text[:REVISION] for text in hashes})
    return " ".join([*known[:REVISIONS], *([f"+{len(known) - REVISIONS}"] if len(known) > REVISIONS else [])])
