"""From goals, numbers and plays to the three best moves of each account.

The warehouse judges, ranks and picks for all accounts at once; here its answer becomes values, with every number that
made a play fit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsengine.strategy.assembling import Rows, assemble
from opsengine.strategy.believing import Belief, beliefs
from opsengine.strategy.judging import Question, judgement
from opsengine.strategy.laying_out import put_beliefs, put_effects, put_life, put_playbook
from opsengine.strategy.life import Life
from opsengine.strategy.names import asked_for
from opsengine.strategy.promising import put_promises
from opsengine.strategy.ranking import RankingFile, put_ranking
from opsengine.warehouse import read_models

if TYPE_CHECKING:
    from datetime import date

    from opsengine.goals import GoalResult
    from opsengine.strategy.play import Play
    from opsengine.strategy.suggestion import AccountSuggestions
    from opsengine.warehouse import Engine

_STATE = ("promise", "audience_state", "content_state", "spend_state", "account_state")
_RANKED = (
    "suited", "missing_name", "resting", "fitting", "strength", "headroom", "gain", "guarded", "candidate", "in_line", "suggestion",
    "passed_over",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Past:
    """What a ranking rests on beside the day's numbers: what became of suggestions, and what plays are believed to do."""

    lived: Life
    beliefs: tuple[Belief, ...]
    ranking: RankingFile = field(default_factory=RankingFile)
    """The constants of the order."""
    also: frozenset[str] = frozenset()
    """Names of numbers that somebody after this room will ask `strategy.account_state` for."""


def build_state(engine: Engine, goals: Iterable[GoalResult], as_of: date, names: Collection[str] | None = None) -> None:
    """Make `strategy.account_state`, the numbers that plays and alerts speak of, from the rooms before this one.

    `names` are those that somebody asks for; every number of every metric when left out, which costs several times as much.
    """
    put_promises(engine, goals, as_of)
    if not engine.has("goals.promised"):  # new numbers are looked at before any goal is
        engine.put("goals.promised", dict.fromkeys(("account_id", "subject_kind", "subject"), "VARCHAR"), [])
    metrics = [row["metric"] for row in engine.read("select metric from raw.metrics order by metric")]
    columns = {"name": "VARCHAR", "metric": "VARCHAR", "days": "INTEGER", "part": "VARCHAR"}
    engine.put("raw.names_asked", columns, asked_for(metrics, names))
    engine.settle("metrics.window_sum")
    _make(engine, as_of, *_STATE)


def suggest(
    engine: Engine, goals: Iterable[GoalResult], playbook: Sequence[Play], as_of: date, past: Past | None = None
) -> tuple[AccountSuggestions, ...]:
    """For each account, in the order of their ids, the plays that fit best, those that lost and those that could not be judged.

    `past` is what became of earlier suggestions; without it nothing was ever taken up, and every play does what it declares.
    """
    before = past or Past(Life(as_of), beliefs(playbook, ()))
    engine.settle("metrics.group_benchmark")
    build_state(engine, goals, as_of, before.also.union(*(play.asked for play in playbook)))
    put_playbook(engine, playbook)
    put_life(engine, playbook, before.lived)
    put_beliefs(engine, before.beliefs)
    put_effects(engine, playbook, before.beliefs)
    put_ranking(engine, before.ranking)
    engine.make(judgement("raw.play_judgements", [Question(play.name, play.condition) for play in playbook]), as_of)
    _make(engine, as_of, *_RANKED)
    return assemble(_rows(engine), {play.name: play for play in playbook}, before.beliefs, before.lived)


def _rows(engine: Engine) -> Rows:
    """What the warehouse answers, as rows."""
    return Rows(
        accounts=[(row["account_id"], row["industry"]) for row in engine.read(_ACCOUNTS)],
        suggested=engine.read(_SUGGESTED),
        numbers=engine.read(_NUMBERS),
        passed_over=engine.read(_PASSED_OVER),
        missing=engine.read(_MISSING),
    )


def _make(engine: Engine, as_of: date, *names: str) -> None:
    models = read_models()
    for name in names:
        engine.make(models[f"strategy.{name}"], as_of)


_ACCOUNTS = "select account_id, industry from raw.accounts order by account_id"
_SUGGESTED = """
select
    suggestion.account_id, suggestion.rank, suggestion.play, suggestion.goal, suggestion.goal_metric, suggestion.goal_role,
    suggestion.believed, suggestion.primary_hoped, suggestion.other_hoped, suggestion.strength, suggestion.is_dismissed,
    base.value as base
from strategy.suggestion as suggestion
inner join raw.plays as plays on plays.play = suggestion.play
left join strategy.account_state as base on base.account_id = suggestion.account_id and base.name = plays.measured_by
order by suggestion.account_id, suggestion.rank
"""
_NUMBERS = """
select suggestion.account_id, suggestion.play, state.name, state.value
from strategy.suggestion as suggestion
inner join raw.play_names as play_names on play_names.play = suggestion.play
inner join strategy.account_state as state on state.account_id = suggestion.account_id and state.name = play_names.name
order by suggestion.account_id, suggestion.play, state.name
"""
_PASSED_OVER = """
select
    passed.account_id, passed.position, passed.play, passed.reason, passed.beside, passed.third, candidate.rests_until,
    candidate.guard_goal, candidate.guard_metric, candidate.guard_bound, candidate.odds_before, candidate.odds_after,
    candidate.effort, candidate.primary_hoped, candidate.other_hoped, candidate.strength, candidate.promise, plays.weekly_cap,
    third_plays.effort as third_effort, third.primary_hoped as third_primary_hoped, third.other_hoped as third_other_hoped,
    third.strength as third_strength, third.promise as third_promise
from strategy.passed_over as passed
inner join strategy.candidate as candidate on candidate.account_id = passed.account_id and candidate.play = passed.play
inner join raw.plays as plays on plays.play = passed.play
left join strategy.suggestion as third on third.account_id = passed.account_id and third.rank = 3
left join raw.plays as third_plays on third_plays.play = third.play
order by passed.account_id, passed.position
"""
_MISSING = "select account_id, play, name from strategy.missing_name order by account_id, play, name"
