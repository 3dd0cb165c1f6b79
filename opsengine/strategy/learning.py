"""What plays really did: the warehouse compares adopters with their peers; here few cases lean on what was expected.

The estimate of an industry is pulled towards the play's mean over industries, as far as its noise demands, and that mean
towards the number that the play's file declares. With no case at all, what is declared stands.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from opsengine.warehouse import Member, read_models, widen

if TYPE_CHECKING:
    from opsengine.strategy.life import Life
    from opsengine.strategy.play import Play
    from opsengine.warehouse import Engine

PRIOR_SPREAD = 0.06
"""How far a declared effect may be off, in logs: one standard deviation."""
FEWEST_CASES = 8
"""Below this no hit rate is told and the record says that the cases are too few."""
SETTLED_AFTER = 7
"""Days until refunds and attribution of the last day have arrived."""
BEFORE, RECENT, AFTER = 42, 14, 28
"""Days that are compared: six weeks before, the last two of them, and four weeks from the day on."""
MOST_CASES = 100
"""Of each play, the newest: older ones tell of another market, would narrow what is known but little, and cost time."""
TWO_SIDED_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect on a metric, in logs, and its standard deviation."""

    mean: float
    spread: float

    @property
    def as_share(self) -> float:
        """The effect as a relative change: 0.1 is a tenth more."""
        return math.expm1(self.mean)

    def interval(self, cases: int) -> tuple[float, float]:
        """The relative changes between which the effect lies 95 times of 100; few cases make it wider."""
        freedom, z = max(cases - 1, 1), TWO_SIDED_95
        wide = z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        return math.expm1(self.mean - wide * self.spread), math.expm1(self.mean + wide * self.spread)

    def interval_of_belief(self) -> tuple[float, float]:
        """The same for what is believed after all, where the spread is known and not estimated from cases."""
        return math.expm1(self.mean - TWO_SIDED_95 * self.spread), math.expm1(self.mean + TWO_SIDED_95 * self.spread)


@dataclass(frozen=True, slots=True)
class Segment:
    """What a play did in one industry: the estimate against its peers."""

    play: str
    industry: str
    cases: int
    accounts: int
    peers: int
    moved: float
    """Before and after alone, in logs; for comparison."""
    effect: Effect


@dataclass(frozen=True, slots=True)
class Pooled:
    """The mean over estimates, how unlike they truly are, and each of them pulled towards the mean."""

    mean: Effect
    heterogeneity: float
    """Q: how unlike the estimates are, in units of their noise."""
    variance: float
    """How unlike they truly are: the variance between them that noise does not explain."""
    shrunk: tuple[Effect, ...]


def pool(estimates: Sequence[Effect]) -> Pooled:
    """Empirical Bayes after DerSimonian and Laird. The first mean weighs by noise alone; shrinkage goes towards it."""
    weights = [1 / one.spread**2 for one in estimates]
    total = sum(weights)
    mean = sum(weight * one.mean for weight, one in zip(weights, estimates, strict=True)) / total
    q = sum(weight * (one.mean - mean) ** 2 for weight, one in zip(weights, estimates, strict=True))
    scale = total - sum(weight**2 for weight in weights) / total
    variance = max((q - len(estimates) + 1) / scale, 0.0) if scale > 0 else 0.0
    spread = math.sqrt(1 / sum(1 / (one.spread**2 + variance) for one in estimates))
    shrunk = tuple(combine(one, Effect(mean, math.sqrt(variance))) if variance else Effect(mean, spread) for one in estimates)
    return Pooled(Effect(mean, spread), q, variance, shrunk)


def combine(estimate: Effect, prior: Effect) -> Effect:
    """What is known from both, each weighed by how sure it is."""
    seen, believed = 1 / estimate.spread**2, 1 / prior.spread**2
    return Effect((estimate.mean * seen + prior.mean * believed) / (seen + believed), math.sqrt(1 / (seen + believed)))


def declared(play: Play) -> Effect:
    """What the play's file expects."""
    return Effect(math.log1p(float(play.declared.expected.mid)), PRIOR_SPREAD)


def learned(play: Play, segments: Iterable[Segment]) -> tuple[Effect, dict[str, Effect]]:
    """What is believed of a play today: everywhere, and in each industry that has cases."""
    told = [one for one in segments if one.play == play.name and one.effect.spread > 0]
    if not told:
        return declared(play), {}
    pooled = pool([one.effect for one in told])
    everywhere = combine(pooled.mean, declared(play))
    between = math.sqrt(pooled.variance + everywhere.spread**2)
    return everywhere, {one.industry: combine(one.effect, Effect(everywhere.mean, between)) for one in told}


def estimate(engine: Engine, playbook: Sequence[Play], lived: Life) -> tuple[Segment, ...]:
    """What every play did in every industry, from all adoptions whose four weeks are over and settled.

    Needs the tables of room one. Raises nothing for plays without cases: they are simply not there.
    """
    if not _put_adoptions(engine, playbook, lived):
        return ()
    models, moved = read_models(), _moved(engine)
    for name in ("compared", "window_sum", "window_change", "comparison", "peer_change", "adoption_effect", "play_effect"):
        engine.make(widen(models[f"strategy.{name}"], {"moved": moved}), lived.as_of)
    rows = engine.read(_EFFECTS)
    return tuple(_segment(row) for row in rows)


def adoptions(playbook: Sequence[Play], lived: Life) -> list[tuple[str, str, str, date]]:
    """Account, play, metric and day of everything that was taken up and not given up, and is old enough to be judged."""
    metrics = {play.name: play.declared.expected.metric for play in playbook}
    last = lived.as_of - timedelta(days=AFTER - 1 + SETTLED_AFTER)
    found = {
        (task.account_id, task.play, metrics[task.play], task.accepted_on)
        for task in lived.tasks
        if task.play in metrics and task.state != "dismissed" and task.accepted_on <= last
    }
    return sorted(found)


def _moved(engine: Engine) -> list[Member]:
    """The numbers that plays were to move, as a family of columns of `metrics.number_day`."""
    return [Member(row["measure"], {"id": exp.Literal.string(row["measure"])}) for row in engine.read(_MOVED)]


def _put_adoptions(engine: Engine, playbook: Sequence[Play], lived: Life) -> bool:
    """Adoptions and the days around them as rows; whether there are any."""
    kinds = {row["metric"]: row for row in engine.read(_METRICS)}
    mature = newest([one for one in adoptions(playbook, lived) if one[2] in kinds])
    days = sorted({day for _, _, _, day in mature})
    metrics = [kinds[metric] for metric in sorted({metric for _, _, metric, _ in mature})]
    text = dict.fromkeys(("account_id", "play", "metric"), "VARCHAR")
    engine.put("raw.adoptions", {**text, "adopted_on": "DATE"}, mature)
    events = sorted({(task.account_id, task.play, task.accepted_on) for task in lived.tasks})
    engine.put("raw.adoption_events", {"account_id": "VARCHAR", "play": "VARCHAR", "adopted_on": "DATE"}, events)
    measures = sorted({(one["metric"], str(one[key]), one["kind"]) for one in metrics for key in _PARTS if one[key]})
    engine.put("raw.adoption_measures", dict.fromkeys(("metric", "measure", "kind"), "VARCHAR"), measures)
    around = [(day, day - timedelta(days=BEFORE), day + timedelta(days=AFTER - 1)) for day in days]
    engine.put("raw.adoption_windows", dict.fromkeys(("adopted_on", "window_start", "window_end"), "DATE"), around)
    return bool(mature)


def newest(cases: Sequence[tuple[str, str, str, date]]) -> list[tuple[str, str, str, date]]:
    """The newest cases of each play: so many that older ones, of another market, would hardly change what is believed."""
    latest = sorted(cases, key=lambda case: (case[1], -case[3].toordinal(), case[0]))
    return sorted(case for _, own in groupby(latest, key=lambda case: case[1]) for case in islice(own, MOST_CASES))


def _segment(row: Mapping[str, Any]) -> Segment:
    effect = Effect(row["effect"], row["standard_error"])
    return Segment(row["play"], row["industry"], row["cases"], row["accounts"], row["peers"], row["moved"], effect)


_PARTS = ("numerator", "denominator")
_METRICS = "select metric, kind, numerator, denominator from raw.metrics order by metric"
_MOVED = """
select distinct measures.measure
from raw.adoption_measures as measures inner join metrics.number as numbers on numbers.metric = measures.measure
order by measures.measure
"""
_EFFECTS = """
select play, industry, cases, accounts, peers, moved, effect, standard_error
from strategy.play_effect where standard_error is not null order by play, industry
"""
