"""The track record: what each play was said to do against what it did. An estimate, told with its number of cases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsengine.strategy.learning import FEWEST_CASES, Effect, Segment, learned, pool

if TYPE_CHECKING:
    from opsengine.strategy.play import Play
    from opsengine.strategy.saying import Label, Locale
    from opsengine.warehouse import Engine


@dataclass(frozen=True, slots=True)
class PlayRecord:
    """Predicted against realised, for one play."""

    play: Play
    segments: tuple[Segment, ...]
    """By industry; empty when nothing can be told yet."""
    hits: int
    """Cases that moved at least by the cautious guess, beyond their peers."""
    taken_up: int
    """Times it was taken up at all, cases that are too young or disturbed included."""

    @property
    def cases(self) -> int:
        """Times it was taken up with data on both sides, nothing else taken up around it, and peers to hold it against."""
        return sum(one.cases for one in self.segments)

    @property
    def is_too_few(self) -> bool:
        """Whether the cases are too few to be told as a rate."""
        return self.cases < FEWEST_CASES

    @property
    def realised(self) -> Effect | None:
        """The mean over industries; None without cases."""
        told = [one.effect for one in self.segments if one.effect.spread > 0]
        return pool(told).mean if told else None

    @property
    def believed(self) -> Effect:
        """What ranks it today."""
        return learned(self.play, self.segments)[0]

    @property
    def note(self) -> Label:
        """What to make of it."""
        return _NOTES["none" if not self.cases else "few" if self.is_too_few else "estimate"]

    def as_json(self, locale: Locale) -> dict[str, Any]:
        """As plain JSON values; effects are relative changes."""
        expected, realised = self.play.declared.expected, self.realised
        low, high = realised.interval(self.cases) if realised else (None, None)
        return {
            "play": self.play.name,
            "title": self.play.declared.title.label[locale],
            "metric": expected.metric,
            "predicted": {"low": float(expected.low), "mid": float(expected.mid), "high": float(expected.high)},
            "taken_up": self.taken_up,
            "cases": self.cases,
            "realised": {"mid": realised.as_share, "low": low, "high": high} if realised else None,
            "believed": self.believed.as_share,
            "hit_rate": None if self.is_too_few else self.hits / self.cases,
            "is_too_few": self.is_too_few,
            "industries": [_industry(one) for one in self.segments],
            "note": self.note[locale],
        }


def records(engine: Engine, playbook: Sequence[Play], segments: Sequence[Segment]) -> tuple[PlayRecord, ...]:
    """The record of every play that was taken up, in the order of their names. Needs what `estimate` made."""
    if not engine.has("raw.adoption_events"):
        return ()
    taken = {row["play"]: row["times"] for row in engine.read(_TAKEN)}
    hits = _hits(engine, playbook) if segments else {}
    return tuple(
        PlayRecord(play, tuple(one for one in segments if one.play == play.name), hits.get(play.name, 0), taken[play.name])
        for play in playbook
        if play.name in taken
    )


def _hits(engine: Engine, playbook: Sequence[Play]) -> dict[str, int]:
    """For each play, the cases that moved at least by its cautious guess, and in its direction."""
    bars = [
        (play.name, math.log1p(float(play.declared.expected.low)), -1 if play.declared.expected.mid < 0 else 1) for play in playbook
    ]
    engine.put("raw.play_bars", {"play": "VARCHAR", "bar": "DOUBLE", "direction": "INTEGER"}, bars)
    return {row["play"]: row["hits"] for row in engine.read(_HITS)}


def _industry(one: Segment) -> dict[str, Any]:
    low, high = one.effect.interval(one.cases)
    return {
        "industry": one.industry, "cases": one.cases, "accounts": one.accounts, "peers": one.peers,
        "realised": {"mid": one.effect.as_share, "low": low, "high": high}, "before_and_after": math.expm1(one.moved),
    }  # fmt: skip


_TAKEN = "select play, count(*) as times from raw.adoption_events group by play order by play"
_HITS = """
select effects.play, count(*) as hits
from strategy.adoption_effect as effects
inner join raw.play_bars as bars on bars.play = effects.play
where effects.effect * bars.direction >= bars.bar * bars.direction and effects.effect * bars.direction > 0
group by effects.play
"""
_NOTES: dict[str, Label] = {
    "none": {"zh-CN": "还没有可以判断的案例", "en": "no case can be judged yet"},
    "few": {"zh-CN": "案例太少，只作参考", "en": "too few cases to rely on"},
    "estimate": {"zh-CN": "与同行对比的估计值", "en": "an estimate against peers"},
}
