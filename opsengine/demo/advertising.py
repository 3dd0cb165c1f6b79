"""What an account spent on advertising, and what that brought."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from random import Random

from opsengine.demo.accounts import Account, Role
from opsengine.demo.chance import count, stream, waves, within, wobble
from opsengine.demo.plan import DemoPlan
from opsengine.demo.seasons import season

FOR_PRODUCTS, FOR_LIVE = "推商品", "推直播间"
LIVE_SHARE = 0.55
"""The part of a day's money that goes to the live room on a day with a session."""
FALL_DAYS = 10
"""How long ago the account that fell began to fall."""
OFF_DAYS = 0.04
"""The share of days without any advertising."""


@dataclass(frozen=True, slots=True)
class _Terms:
    """On what terms an account advertises. Money in yuan."""

    dice: Random
    price: float
    """For an order."""
    roi: float
    cost_per_mille: float
    click_rate: float
    cost_per_lead: float
    """Infinite where nobody collects leads."""


@dataclass(frozen=True, slots=True)
class Advert:
    """One day of one kind of advertising. Money in yuan."""

    day: date
    kind: str
    spend: float
    shows: int
    clicks: int
    leads: int
    orders: int
    amount: float
    orders_created: int
    amount_created: float
    amount_later: float
    """Sold within seven days to people who came back."""
    plays: int
    plays_3s: int
    plays_finished: int
    coupons: float

    @property
    def is_live(self) -> bool:
        """Whether it led into the live room."""
        return self.kind == FOR_LIVE

    @property
    def conversions(self) -> int:
        """Orders and leads."""
        return self.orders + self.leads


def advertise(
    plan: DemoPlan, account: Account, audience: dict[date, float], price: float, live_days: frozenset[date]
) -> list[Advert]:
    """The advertising of an account, day by day; empty when it does not advertise. `price` is yuan for an order."""
    if not account.is_advertising:
        return []
    dice = stream(plan.seed, account.account_id, "adverts")
    budget = within(dice, account.industry.spend[account.size])
    terms = _terms(dice, account, price)
    budgets = waves(dice, len(audience), 0.16)
    returns = waves(dice, len(audience), 0.14)
    first = next(iter(audience))
    adverts = []
    for index, day in enumerate(audience):
        if dice.random() < OFF_DAYS:
            continue
        calendar = season(account.industry, day)
        growth = 1 + 0.004 * (day - first).days if account.role is Role.GROWING else 1.0
        fallen = 0.6 if account.role is Role.FELL and (plan.as_of - day).days < FALL_DAYS else 1.0
        money = budget * budgets[index] * growth * calendar.interest
        success = returns[index] * fallen * (1 + 0.25 * (calendar.sales - 1))
        shares = {FOR_LIVE: LIVE_SHARE, FOR_PRODUCTS: 1 - LIVE_SHARE} if day in live_days else {FOR_PRODUCTS: 1.0}
        adverts += [_advert(terms, day, kind, money * share, success) for kind, share in shares.items()]
    return adverts


def _terms(dice: Random, account: Account, price: float) -> _Terms:
    collects = account.industry.cost_per_lead if account.has_leads else None
    return _Terms(
        dice=dice,
        price=price,
        roi=within(dice, account.industry.roi),
        cost_per_mille=dice.uniform(26, 55),
        click_rate=dice.uniform(0.012, 0.032),
        cost_per_lead=within(dice, collects) if collects else math.inf,
    )


def _advert(terms: _Terms, day: date, kind: str, money: float, success: float) -> Advert:
    """One line of advertising; `success` is how well it went, 1 on an ordinary day."""
    dice, price = terms.dice, terms.price
    spend = round(money * wobble(dice, 0.06), 2)
    orders = count(dice, spend * terms.roi * success / price)
    leads = count(dice, spend / terms.cost_per_lead * min(1.0, success))
    amount = round(orders * price * wobble(dice, 0.05), 2)
    unpaid = count(dice, orders * 0.14)
    shows = round(spend / (terms.cost_per_mille * wobble(dice, 0.06)) * 1000)
    plays = round(shows * dice.uniform(0.90, 0.99))
    return Advert(
        day=day,
        kind=kind,
        spend=spend,
        shows=shows,
        clicks=max(orders + unpaid + leads, count(dice, shows * terms.click_rate)),
        leads=leads,
        orders=orders,
        amount=amount,
        orders_created=orders + unpaid,
        amount_created=round(amount + unpaid * price, 2),
        amount_later=round(amount * dice.uniform(0.06, 0.22), 2),
        plays=plays,
        plays_3s=round(plays * dice.uniform(0.34, 0.52)),
        plays_finished=round(plays * dice.uniform(0.03, 0.09)),
        coupons=round(amount * dice.uniform(0.0, 0.05), 2),
    )
