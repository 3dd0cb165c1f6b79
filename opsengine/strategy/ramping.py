"""Testing paid traffic hour by hour: spend little, scale when the return very probably holds, pull back when it hardly can.

    small ──scale──▶ large ──hold / continue──▶ large
      │                │
      └──pull back─────┴──▶ cooling ──after some hours──▶ small

The odds are those that the true return is at least the target, after the orders seen so far and a few orders' worth of
what the account returned before. While spending is large two limits are watched: that of supply, where more money brings less
than the target on top of what came before, and that of the host, who cannot be on air for ever. Values in, values out; in yuan.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from opsengine.project import Amount, Declared

Stage = Literal["small", "large", "cooling"]
Verdict = Literal["wait", "continue", "scale", "hold", "pull_back"]
Chance = Annotated[float, Field(gt=0, lt=1)]
Yuan = Annotated[Amount, Field(gt=0)]


class RampFile(Declared):
    """When a paid test is scaled, held or pulled back."""

    kind: Literal["ramp"] = "ramp"
    target: Yuan = Decimal(2)
    """The return on ad spend that must hold, refunds taken off."""
    past: Yuan | None = None
    """What ads returned before, refunds taken off; the target when left out."""
    average_order: Yuan = Decimal(80)
    """Yuan of a usual order."""
    prior_orders: Annotated[float, Field(gt=0)] = 4
    """Orders that the past is worth: the more, the slower the test believes what it sees."""
    order_variation: Annotated[float, Field(ge=0)] = 0.5
    """How unlike orders are: their standard deviation as a part of their mean."""
    small: tuple[Yuan, Yuan] = (Decimal(300), Decimal(500))
    """Yuan an hour while testing."""
    large: tuple[Yuan, Yuan] = (Decimal(2000), Decimal(3000))
    """Yuan an hour once it holds."""
    small_hours: Annotated[int, Field(ge=1, le=24)] = 4
    """Hours of testing at the most, the first and three more; what has not been decided by then is pulled back."""
    scale_at: Chance = 0.7
    """Odds from which on it is scaled."""
    pull_back_at: Chance = 0.15
    """Odds up to which a small test is pulled back."""
    stop_at: Chance = 0.2
    """Odds below which large spending is pulled back."""
    cool_down: Annotated[int, Field(ge=0, le=48)] = 2
    """Hours of rest after pulling back."""
    stop_loss: Yuan = Decimal(1500)
    """Yuan that may be lost against the target before it is pulled back whatever the odds."""
    lag: Annotated[int, Field(ge=0, le=48)] = 1
    """Hours until most orders are attributed: the newest hours are not judged yet."""
    refund_rate: Annotated[Amount, Field(ge=0, lt=1)] = Decimal(0)
    """Share of sales to be refunded later, where the file has no refunds."""
    supply_hours: Annotated[int, Field(ge=2, le=12)] = 3
    """Hours, and as many before them, that are held against each other to see whether more money still brings more."""
    supply_odds: Chance = 0.8
    """Odds from which on more money is believed to bring less than the target, on top of what came before: the limit of supply."""
    host_hours: Annotated[int, Field(ge=1, le=24)] = 4
    """Hours on air in a row that a host holds out; then no more is spent, whatever the odds."""

    @model_validator(mode="after")
    def _is_in_order(self) -> RampFile:
        if not self.small[0] <= self.small[1] <= self.large[0] <= self.large[1]:
            raise ValueError("`small` and `large` must go from little to much")
        if not self.pull_back_at < self.scale_at or not self.stop_at < self.scale_at:
            raise ValueError("`pull_back_at` and `stop_at` must be below `scale_at`")
        return self


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of spending."""

    begins: datetime
    spend: float
    revenue: float
    orders: int
    refunds: float | None = None
    """Yuan given back so far; None when the file does not say."""
    on_air: float | None = None
    """Minutes on air within the hour; None when the file does not say."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One hour, and what the rule said after it."""

    hour: Hour
    stage: Stage
    roi: float | None
    """Return of the stage so far, refunds taken off; None before any spending."""
    odds: float | None
    """Odds that the true return is at least the target; None while cooling or waiting for attribution."""
    verdict: Verdict
    reason: str
    """`odds`, `time`, `stop_loss`, `rest`, `lag`, `supply` or `host`."""
    marginal: float | None = None
    """What each further yuan brought, refunds taken off, when spending rose in large hours; None where it did not rise."""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "hour": self.hour.begins.isoformat(),
            "stage": self.stage,
            "spend": self.hour.spend,
            "revenue": self.hour.revenue,
            "orders": self.hour.orders,
            "roi": self.roi,
            "odds": self.odds,
            "verdict": self.verdict,
            "reason": self.reason,
            "marginal_roi": self.marginal,
        }


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a stage has seen so far, refunds taken off."""

    spend: float = 0
    revenue: float = 0
    orders: int = 0

    def after(self, hour: Hour, rule: RampFile) -> Evidence:
        """With one hour more."""
        return Evidence(self.spend + hour.spend, self.revenue + _kept(hour, rule), self.orders + hour.orders)

    @property
    def roi(self) -> float | None:
        """Return on ad spend."""
        return self.revenue / self.spend if self.spend else None


@dataclass(frozen=True, slots=True)
class Marginal:
    """What more money brought: the newest hours against as many before them."""

    roi: float
    """Yuan that came with each further yuan, refunds taken off."""
    odds_too_little: float
    """Odds that the true figure is below the target."""


def marginal(hours: Sequence[Hour], rule: RampFile) -> Marginal | None:
    """None while too few hours are there, or spending did not rise by a tenth between the two halves.

    The noise of sales is that of orders that come by chance and are unlike each other.
    """
    span = rule.supply_hours
    if len(hours) < 2 * span:
        return None
    before, after = hours[-2 * span : -span], hours[-span:]
    spent = [sum(hour.spend for hour in part) for part in (before, after)]
    more = spent[1] - spent[0]
    if more <= 0.1 * spent[0]:
        return None
    came = [sum(_kept(hour, rule) for hour in part) for part in (before, after)]
    orders = [sum(hour.orders for hour in part) for part in (before, after)]
    usual = sum(came) / sum(orders) if sum(orders) else float(rule.average_order)
    noise = usual * math.sqrt((1 + rule.order_variation**2) * max(sum(orders), 1))
    distance = (float(rule.target) * more - (came[1] - came[0])) / noise
    return Marginal((came[1] - came[0]) / more, 0.5 * math.erfc(-distance / math.sqrt(2)))


def _kept(hour: Hour, rule: RampFile) -> float:
    """Sales of an hour, refunds taken off."""
    return hour.revenue - (hour.refunds if hour.refunds is not None else hour.revenue * float(rule.refund_rate))


def odds(seen: Evidence, past: float, rule: RampFile) -> tuple[float, float]:
    """The odds that the true return is at least the target, and the return that is believed."""
    usual, prior = float(rule.average_order), rule.prior_orders
    weight = prior + seen.orders
    order = (prior * usual + max(seen.revenue, 0)) / weight
    believed = weight / (prior * usual / past + seen.spend) * order
    spread = math.sqrt((1 + rule.order_variation**2) / weight)
    distance = (math.log(float(rule.target)) - math.log(believed) + spread**2 / 2) / spread
    return 0.5 * math.erfc(distance / math.sqrt(2)), believed


def ramp(hours: Iterable[Hour], rule: RampFile) -> list[Judged]:
    """What the rule said after each hour, oldest first."""
    ordered = sorted(hours, key=lambda hour: hour.begins)
    machine = _Machine(rule)
    settled = len(ordered) - rule.lag
    return [machine.wait(hour) if at >= settled else machine.step(hour) for at, hour in enumerate(ordered)]


def next_spend(judged: Sequence[Judged], rule: RampFile) -> tuple[float, float]:
    """Yuan to spend in the next hour, from and to."""
    low, high = rule.small
    if judged:
        last = judged[-1]
        if last.verdict == "pull_back" or last.stage == "cooling":
            return 0.0, 0.0
        if last.reason == "supply":
            settled = [one.hour.spend for one in judged if one.stage == "large"][-rule.supply_hours * 2 : -rule.supply_hours]
            return float(rule.small[1]), max(float(rule.small[1]), sum(settled) / len(settled))
        if last.verdict == "scale" or last.stage == "large":
            low, high = rule.large
    return float(low), float(high)


class _Machine:
    """The state of a test between two hours."""

    def __init__(self, rule: RampFile) -> None:
        self._rule = rule
        self._stage: Stage = "small"
        self._past = float(rule.past or rule.target)
        self._seen = Evidence()
        self._hours = 0
        self._rest = 0
        self._large: list[Hour] = []
        self._air = 0

    def step(self, hour: Hour) -> Judged:
        """Move on by one hour that is settled."""
        self._air = self._air + 1 if hour.on_air is None or hour.on_air > 0 else 0
        if self._rest:
            self._rest -= 1
            return Judged(hour, "cooling", None, None, "wait", "rest")
        stage = self._stage
        self._seen = self._seen.after(hour, self._rule)
        self._large = [*self._large, hour] if stage == "large" else []
        self._hours += 1
        chance, believed = odds(self._seen, self._past, self._rule)
        more = marginal(self._large, self._rule)
        verdict, reason = self._within_limits(hour, *self._decide(chance), more)
        judged = Judged(hour, stage, self._seen.roi, chance, verdict, reason, more.roi if more else None)
        if verdict == "scale":
            self._begin("large", believed)
        elif verdict == "pull_back":
            self._begin("small", believed)
            self._rest = self._rule.cool_down
        return judged

    def wait(self, hour: Hour) -> Judged:
        """An hour whose orders are not all attributed yet: nothing is concluded from it."""
        stage: Stage = "cooling" if self._rest else self._stage
        return Judged(hour, stage, self._seen.roi, None, "wait", "lag")

    def _begin(self, stage: Stage, past: float) -> None:
        self._stage = stage
        self._past = past
        self._seen = Evidence()
        self._hours = 0

    def _within_limits(self, hour: Hour, verdict: Verdict, reason: str, more: Marginal | None) -> tuple[Verdict, str]:
        """What is left of a verdict at the limit of the host, and of supply: there no more is spent than now, or nothing."""
        if hour.on_air is not None and self._air >= self._rule.host_hours and verdict != "pull_back":
            return "pull_back", "host"
        if more is not None and more.odds_too_little >= self._rule.supply_odds and verdict in ("scale", "continue"):
            return "hold", "supply"
        return verdict, reason

    def _decide(self, chance: float) -> tuple[Verdict, str]:
        rule = self._rule
        if self._seen.spend - self._seen.revenue / float(rule.target) >= float(rule.stop_loss):
            return "pull_back", "stop_loss"
        if self._stage == "large":
            return ("pull_back" if chance < rule.stop_at else "continue" if chance >= rule.scale_at else "hold"), "odds"
        if chance >= rule.scale_at:
            return "scale", "odds"
        if chance <= rule.pull_back_at:
            return "pull_back", "odds"
        return ("pull_back", "time") if self._hours >= rule.small_hours else ("continue", "odds")
