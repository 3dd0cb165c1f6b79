"""The playbook, and what became of its plays, laid out as rows for the warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from opsengine.strategy.names import measured_by

if TYPE_CHECKING:
    from opsengine.strategy.believing import Belief
    from opsengine.strategy.life import Life
    from opsengine.strategy.play import Play
    from opsengine.warehouse import Engine

CHANGES = ("change", "share_change")
"""Units of numbers that are relative already: how far two of them are apart is their plain difference."""


def put_playbook(engine: Engine, playbook: Sequence[Play]) -> None:
    """The playbook as rows of `raw.plays` and the tables beside it."""
    texts = dict.fromkeys(("play", "step", "metric", "measured_by"), "VARCHAR")
    numbers = dict.fromkeys(("direction", "effort", "weekly_cap"), "INTEGER")
    flags = dict.fromkeys(("suits_every_quadrant", "suits_every_stage"), "BOOLEAN")
    engine.put("raw.plays", {**texts, **numbers, **flags}, [_play_row(play) for play in playbook])
    quadrants = [(play.name, *_rhythm(quadrant)) for play in playbook for quadrant in play.declared.quadrants]
    engine.put("raw.play_quadrants", dict.fromkeys(("play", "frequency", "online"), "VARCHAR"), quadrants)
    stages = [(play.name, stage) for play in playbook for stage in play.declared.stages]
    engine.put("raw.play_stages", dict.fromkeys(("play", "stage"), "VARCHAR"), stages)
    goals = [(play.name, metric) for play in playbook for metric in play.declared.goals]
    engine.put("raw.play_goals", dict.fromkeys(("play", "metric"), "VARCHAR"), goals)
    wholes = [(play.name, metric) for play in playbook for metric in play.wholes]
    engine.put("raw.play_wholes", dict.fromkeys(("play", "metric"), "VARCHAR"), wholes)
    engine.put("raw.play_names", dict.fromkeys(("play", "name"), "VARCHAR"), [(p.name, name) for p in playbook for name in p.units])
    held = [
        (play.name, name, held.name or None, held.value, play.units[name] in CHANGES)
        for play in playbook
        for name, held in play.held
    ]
    columns = dict.fromkeys(("play", "name", "benchmark_name"), "VARCHAR") | {"benchmark": "DOUBLE", "is_change": "BOOLEAN"}
    engine.put("raw.play_evidence", columns, held)
    pairs = {pair for play in playbook for other in play.declared.conflicts for pair in ((play.name, other), (other, play.name))}
    engine.put("raw.play_conflicts", dict.fromkeys(("play", "other"), "VARCHAR"), sorted(pairs))


def put_beliefs(engine: Engine, beliefs: Sequence[Belief]) -> None:
    """What each play is believed to bring, everywhere and by industry."""
    columns = {"play": "VARCHAR", "industry": "VARCHAR", "benefit": "DOUBLE", "hoped": "DOUBLE"}
    engine.put("raw.play_beliefs", columns, [(one.play, one.industry, one.benefit, one.hoped) for one in beliefs])


def put_effects(engine: Engine, playbook: Sequence[Play], beliefs: Sequence[Belief]) -> None:
    """What each play does to which metrics, side effects among them: what guardrails are held against."""
    rows: list[tuple[object, ...]] = [
        (one.play, play.declared.expected.metric, one.effect.as_share, one.effect.spread)
        for play in playbook
        for one in beliefs
        if one.play == play.name and one.industry is None
    ]
    rows += [(play.name, one.metric, one.mid, one.spread) for play in playbook for one in play.declared.side_effects]
    columns = dict.fromkeys(("play", "metric"), "VARCHAR") | dict.fromkeys(("change", "spread"), "DOUBLE")
    engine.put("raw.play_effects", columns, rows)


def put_life(engine: Engine, playbook: Sequence[Play], lived: Life) -> None:
    """What accounts have under way, let rest or turned down today, and how often plays were taken up this week."""
    columns = dict.fromkeys(("account_id", "play"), "VARCHAR")
    engine.put("raw.plays_resting", {**columns, "until": "DATE"}, lived.resting(playbook))
    engine.put("raw.plays_under_way", columns, lived.under_way())
    engine.put("raw.plays_turned_down", columns, lived.turned_down())
    engine.put("raw.plays_taken", {"play": "VARCHAR", "accounts": "INTEGER"}, list(lived.taken_this_week().items()))


def _play_row(play: Play) -> tuple[object, ...]:
    declared = play.declared
    moved = declared.expected
    return (
        play.name, declared.step, moved.metric, measured_by(moved.metric), -1 if moved.mid < 0 else 1, declared.effort,
        declared.weekly_cap, not declared.quadrants, not declared.stages,
    )  # fmt: skip


def _rhythm(quadrant: str) -> tuple[str, str]:
    """Frequency and online share in a name such as `high_frequency_low_online`."""
    frequency, _, online, _ = quadrant.split("_")
    return frequency, online
