"""From goals, numbers and plays to the three best moves of each account.

The warehouse judges, ranks and picks for all accounts at once; here its answer becomes values, with every number that
made a play fit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from opsengine.strategy.believing import Belief, beliefs
from opsengine.strategy.judging import Question, judgement
from opsengine.strategy.laying_out import put_beliefs, put_life, put_playbook
from opsengine.strategy.life import Life, UnderWay
from opsengine.strategy.saying import Evidence, Label, Locale, Number, Sentence
from opsengine.warehouse import read_models

if TYPE_CHECKING:
    from datetime import date

    from opsengine.goals import GoalResult
    from opsengine.strategy.play import Play
    from opsengine.warehouse import Engine


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One play for one account, and the numbers that made it fit."""

    rank: int
    """1 is the best."""
    play: Play
    evidence: tuple[Evidence, ...]
    why: Sentence
    goal: str | None
    """The goal it serves; None when the account has no goal that it serves."""
    strength: float
    """0 to 1: how far the numbers are from what they are held against."""
    state: Literal["proposed", "declined"] = "proposed"
    """Declined: the account turned it down, and little else fits."""

    @property
    def title(self) -> Label:
        """What to do, in every language."""
        return self.play.declared.title.label

    @property
    def text(self) -> Label:
        """How to do it, in every language."""
        return self.play.declared.text.label

    def as_json(self, locale: Locale = "en") -> dict[str, Any]:
        """The suggestion as `opsengine strategy suggest` prints it, for a reader of one language."""
        declared = self.play.declared
        expected = declared.expected
        return {
            "rank": self.rank,
            "play": self.play.name,
            "title": self.title[locale],
            "text": self.text[locale],
            "family": declared.family,
            "step": declared.step,
            "channel": declared.channel,
            "evidence": [evidence.as_json() for evidence in self.evidence],
            "expected": {
                "metric": expected.metric,
                "low": float(expected.low),
                "mid": float(expected.mid),
                "high": float(expected.high),
                "source": expected.source.label[locale],
            },
            "goal": self.goal,
            "effort": declared.effort,
            "cost": float(declared.cost),
            "strength": self.strength,
            "why": self.why.said(locale),
            "source": declared.source.label[locale],
            "state": self.state,
        }


@dataclass(frozen=True, slots=True)
class CannotJudge:
    """A play that may fit or not: numbers are missing."""

    play: str
    missing: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"play": self.play, "missing": list(self.missing)}


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier days know: what became of suggestions, and what plays are believed to do."""

    lived: Life
    beliefs: tuple[Belief, ...]


@dataclass(frozen=True, slots=True)
class AccountSuggestions:
    """What one account might do next, best first, and what could not be judged."""

    account_id: str
    suggestions: tuple[Suggestion, ...]
    cannot_judge: tuple[CannotJudge, ...]
    under_way: tuple[UnderWay, ...] = ()
    """What it took up before."""

    def as_json(self, locale: Locale = "en") -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "account_id": self.account_id,
            "suggestions": [suggestion.as_json(locale) for suggestion in self.suggestions],
            "cannot_judge": [play.as_json() for play in self.cannot_judge],
            "under_way": [play.as_json() for play in self.under_way],
        }


def build_state(engine: Engine, goals: Iterable[GoalResult], as_of: date) -> None:
    """Make `strategy.account_state`, every number that plays and alerts speak of, from the rooms before this one."""
    engine.put("raw.promises", _PROMISES, [_promise(result) for result in goals if _is_current(result, as_of)])
    _make(engine, as_of, "promise", "audience_state", "content_state", "spend_state", "account_state")


def suggest(
    engine: Engine, goals: Iterable[GoalResult], playbook: Sequence[Play], as_of: date, past: Past | None = None
) -> tuple[AccountSuggestions, ...]:
    """For each account, in the order of their ids, the plays that fit best and those that could not be judged.

    `past` is what became of earlier suggestions; without it nothing was ever taken up, and every play does what it declares.
    """
    before = past or Past(Life(as_of), beliefs(playbook, ()))
    build_state(engine, goals, as_of)
    put_playbook(engine, playbook)
    put_life(engine, playbook, before.lived)
    put_beliefs(engine, before.beliefs)
    engine.make(judgement("raw.play_judgements", [Question(play.name, play.condition) for play in playbook]), as_of)
    _make(engine, as_of, "suited", "missing_name", "resting", "candidate", "suggestion")
    answers = assemble(
        accounts=[row["account_id"] for row in engine.read("select account_id from raw.accounts order by account_id")],
        suggested=engine.read(_SUGGESTED),
        numbers=engine.read(_NUMBERS),
        missing=engine.read(_MISSING),
        playbook={play.name: play for play in playbook},
    )
    busy = {task.account_id for task in before.lived.tasks}
    return tuple(
        replace(one, under_way=before.lived.of_account(one.account_id)) if one.account_id in busy else one for one in answers
    )


def assemble(
    *,
    accounts: Sequence[str],
    suggested: Iterable[Mapping[str, Any]],
    numbers: Iterable[Mapping[str, Any]],
    missing: Iterable[Mapping[str, Any]],
    playbook: Mapping[str, Play],
) -> tuple[AccountSuggestions, ...]:
    """The warehouse's rows as values: what is suggested, by which numbers, and what is missing."""
    known: dict[tuple[str, str], dict[str, Number]] = defaultdict(dict)
    for row in numbers:
        known[row["account_id"], row["play"]][row["name"]] = Number(row["value"], playbook[row["play"]].units[row["name"]])
    made: dict[str, list[Suggestion]] = defaultdict(list)
    for row in suggested:
        play = playbook[row["play"]]
        made[row["account_id"]].append(_suggestion(row, play, known[row["account_id"], play.name]))
    unjudged: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in missing:
        unjudged[row["account_id"]][row["play"]].append(row["name"])
    return tuple(
        AccountSuggestions(
            account_id,
            tuple(made[account_id]),
            tuple(CannotJudge(play, tuple(lacking)) for play, lacking in unjudged[account_id].items()),
        )
        for account_id in accounts
    )


def _suggestion(row: Mapping[str, Any], play: Play, numbers: Mapping[str, Number]) -> Suggestion:
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
    return Suggestion(row["rank"], play, evidence, why, row["goal"], row["strength"], state)


def _is_current(result: GoalResult, as_of: date) -> bool:
    """Whether the day belongs to the cycle, its last day included."""
    return result.cycle.start <= as_of <= result.cycle.end


def _promise(result: GoalResult) -> tuple[object, ...]:
    """A promise as a row; its gap is the share of what was expected by now that is missing."""
    subject, pace = result.goal.subject, result.pace
    gap = None if pace is None else min(max(1 - pace, 0), 1)
    return (
        result.goal.name, subject.kind, subject.key, result.measure.role.value, result.measure.metric,
        result.cycle.end, result.progress, gap,
    )  # fmt: skip


def _make(engine: Engine, as_of: date, *names: str) -> None:
    models = read_models()
    for name in names:
        engine.make(models[f"strategy.{name}"], as_of)


_PROMISES = dict.fromkeys(("goal", "subject_kind", "subject", "role", "metric"), "VARCHAR") | {
    "ends_on": "DATE",
    "progress": "DOUBLE",
    "gap": "DOUBLE",
}
_SUGGESTED = "select account_id, rank, play, goal, strength, is_dismissed from strategy.suggestion order by account_id, rank"
_NUMBERS = """
select suggestion.account_id, suggestion.play, state.name, state.value
from strategy.suggestion as suggestion
inner join raw.play_names as play_names on play_names.play = suggestion.play
inner join strategy.account_state as state on state.account_id = suggestion.account_id and state.name = play_names.name
order by suggestion.account_id, suggestion.play, state.name
"""
_MISSING = "select account_id, play, name from strategy.missing_name order by account_id, play, name"
