"""Profit now or audience: two campaigns by what they earn today and by the followers they leave.

A campaign that returns five to one on a thousand may earn less than one that returns three to one on ten thousand, or more;
it depends on the margin, and on what the followers it leaves buy later. Values in, values out; money in yuan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from opsengine.project import Amount, Declared, Name
from opsengine.strategy.play import Text, _Part

Tier = Literal["devoted", "warm", "casual"]
TIERS: tuple[Tier, ...] = ("devoted", "warm", "casual")
HORIZONS = (30, 90, 180)
"""Days over which followers are valued."""
SWINGS = (Decimal("0.5"), Decimal(1), Decimal("1.5"))
"""How the answer changes when followers buy half as much, as said, and half as much again."""

Share = Annotated[Amount, Field(ge=0, le=1)]
Money = Annotated[Amount, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]


class TierValue(_Part):
    """What one follower of a tier buys."""

    orders: tuple[Money, Money, Money]
    """Orders of one such follower within 30, 90 and 180 days; each includes the ones before."""
    average_order: Money
    """Yuan of such an order."""


class Campaign(_Part):
    """What one campaign cost, sold and left."""

    name: Name
    """Its name."""
    title: Text
    """What people call it."""
    spend: Annotated[Amount, Field(gt=0)]
    """Yuan spent."""
    revenue: Money
    """Yuan sold by it, refunds taken off."""
    new_fans: Mapping[Tier, Count] = {}
    """Followers it brought, by the tier they are in now."""
    active_fans: Count | None = None
    """How many of them reacted or bought later; leave it out where nobody knows."""


class ComparisonFile(Declared):
    """Campaigns to be compared by profit today and by the audience they leave."""

    kind: Literal["comparison"]
    margin: Share
    """Share of sales that is left after goods, delivery and fees, before advertising."""
    values: Mapping[Tier, TierValue]
    """What followers buy, by tier, from your own orders."""
    campaigns: Annotated[tuple[Campaign, ...], Field(min_length=2)]
    """What is compared."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One campaign on the scales."""

    campaign: Campaign
    profit: Decimal
    """Margin of its sales less what it cost."""
    audience: tuple[Decimal | None, ...]
    """Margin that its followers leave within each horizon; None where a tier it brought has no value."""

    @property
    def fans(self) -> int:
        """Followers it brought."""
        return sum(self.campaign.new_fans.values())

    @property
    def accuracy(self) -> float | None:
        """Share of them who reacted or bought later; None where nobody knows."""
        active = self.campaign.active_fans
        return None if active is None or not self.fans else active / self.fans

    def total(self, horizon: int, swing: Decimal = Decimal(1)) -> Decimal | None:
        """Profit today and what the audience leaves by the horizon, when followers buy `swing` times what is said."""
        value = self.audience[HORIZONS.index(horizon)]
        return None if value is None else self.profit + swing * value

    def as_json(self, locale: Literal["zh-CN", "en"]) -> dict[str, Any]:
        """As plain JSON values; yuan."""
        spend = self.campaign.spend
        return {
            "campaign": self.campaign.name,
            "title": self.campaign.title.label[locale],
            "spend": float(spend),
            "revenue": float(self.campaign.revenue),
            "roi": float(self.campaign.revenue / spend),
            "profit": float(self.profit),
            "new_fans": self.fans,
            "accuracy": self.accuracy,
            "cost_per_fan": float(spend / self.fans) if self.fans else None,
            "audience": {str(days): _plain(value) for days, value in zip(HORIZONS, self.audience, strict=True)},
            "total": {str(days): _plain(self.total(days)) for days in HORIZONS},
            "unit": "yuan",
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """All campaigns, and which is ahead."""

    weighed: tuple[Weighed, ...]

    def best(self, horizon: int | None, swing: Decimal = Decimal(1)) -> str | None:
        """The campaign that leaves most: today when no horizon is given. None where it cannot be told, or two are level."""
        totals = [(one.profit if horizon is None else one.total(horizon, swing), one.campaign.name) for one in self.weighed]
        known = [(total, name) for total, name in totals if total is not None]
        if len(known) < len(totals):
            return None
        most = max(total for total, _ in known)
        first = [name for total, name in known if total == most]
        return first[0] if len(first) == 1 else None

    def break_even(self, horizon: int) -> float | None:
        """How many times what is said followers must buy for the best of today to be overtaken by the best of the horizon.

        None when it never is: the best of today also leaves the better audience.
        """
        today, later = self.best(None), self.best(horizon, Decimal(10**9))
        ahead = next((one for one in self.weighed if one.campaign.name == today), None)
        behind = next((one for one in self.weighed if one.campaign.name == later), None)
        if ahead is None or behind is None or ahead is behind:
            return None
        more = (behind.audience[HORIZONS.index(horizon)] or Decimal()) - (ahead.audience[HORIZONS.index(horizon)] or Decimal())
        return float((ahead.profit - behind.profit) / more) if more > 0 else None

    def as_json(self, locale: Literal["zh-CN", "en"]) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "campaigns": [one.as_json(locale) for one in self.weighed],
            "best_today": self.best(None),
            "best": {str(days): self.best(days) for days in HORIZONS},
            "break_even": {str(days): self.break_even(days) for days in HORIZONS},
            "sensitivity": [
                {"followers_buy": float(swing), **{str(days): self.best(days, swing) for days in HORIZONS}} for swing in SWINGS
            ],
        }


def weigh(file: ComparisonFile) -> Comparison:
    """Every campaign by profit today and by the audience it leaves, in the order of the file."""
    return Comparison(tuple(_weighed(campaign, file) for campaign in file.campaigns))


def _weighed(campaign: Campaign, file: ComparisonFile) -> Weighed:
    profit = campaign.revenue * file.margin - campaign.spend
    is_known = all(tier in file.values for tier, fans in campaign.new_fans.items() if fans)
    audience = tuple(
        sum((_bought(campaign, file.values, tier, at) for tier in TIERS), Decimal()) * file.margin if is_known else None
        for at in range(len(HORIZONS))
    )
    return Weighed(campaign, profit, audience)


def _bought(campaign: Campaign, values: Mapping[Tier, TierValue], tier: Tier, at: int) -> Decimal:
    """Yuan that the followers of one tier spend within one horizon."""
    fans = campaign.new_fans.get(tier, 0)
    return fans * values[tier].orders[at] * values[tier].average_order if fans else Decimal()


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
