"""When an account was live, who came, and what they bought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

from opsengine.demo.accounts import Account, Role
from opsengine.demo.advertising import Advert
from opsengine.demo.chance import count, stream, within, wobble
from opsengine.demo.plan import DemoPlan
from opsengine.demo.seasons import season

EVENING, MORNING = (18, 19, 19, 20), (9, 10)
VIEWS_A_VIEWER = 1.28
YUAN_A_VIEW = 0.85
"""What a view from advertising costs."""

Slot = tuple[datetime, int, float]
"""When a session begins, how many minutes it lasts, and how many views nature promises it."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who came to a session and what they did there."""

    shown_people: int
    shown_times: int
    viewers: int
    views: int
    paid_views: int
    most_online: int
    watch_minutes: float
    """Minutes for each viewer."""
    comments: int
    club_joins: int
    new_fans: int
    lost_fans: int
    old_fans: float
    """The share of viewers who were fans before."""


@dataclass(frozen=True, slots=True)
class Sales:
    """What was sold in a session. Money in yuan."""

    product_shown_people: int
    product_shown_times: int
    product_click_people: int
    product_clicks: int
    orders: int
    paid: float
    """What customers paid."""
    subsidy: float
    """What the platform added."""
    items: int
    buyers: int
    refunds: int
    refunded: float
    quick_refunds: int
    """Within an hour; part of the refunds."""
    quick_refunded: float

    @property
    def amount(self) -> float:
        """成交金额: what customers paid and what the platform added."""
        return round(self.paid + self.subsidy, 2)


@dataclass(frozen=True, slots=True)
class Session:
    """One live session."""

    start: datetime
    minutes: int
    products: int
    spend: float
    """Yuan of advertising that led into it."""
    crowd: Crowd
    sales: Sales

    @property
    def day(self) -> date:
        """The day it began."""
        return self.start.date()

    @property
    def end(self) -> datetime:
        """When it was over."""
        return self.start + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class OnAir:
    """The sessions of an account as they were planned."""

    plan: DemoPlan
    account: Account
    slots: list[Slot]

    def sessions(self, adverts: list[Advert], price: float, order_rate: float) -> list[Session]:
        """The sessions as they went, with the views and orders that advertising brought on top."""
        of_a_day: dict[date, int] = {}
        for start, _, _ in self.slots:
            of_a_day[start.date()] = of_a_day.get(start.date(), 0) + 1
        paid = {advert.day: advert for advert in adverts if advert.is_live}
        dice = stream(self.plan.seed, self.account.account_id, "sessions")
        room = _room(self.account, dice, price, order_rate)
        done: dict[date, int] = {}
        sessions = []
        for slot in self.slots:
            day = slot[0].date()
            done[day] = done.get(day, 0) + 1
            sessions.append(_session(dice, self.account, room, slot, _part(paid.get(day), done[day], of_a_day[day])))
        return sessions


@dataclass(frozen=True, slots=True)
class _Room:
    """What a live room is like on average."""

    price: float
    order_rate: float
    refund_rate: float
    watch_minutes: float
    enter_rate: float
    click_rate: float
    old_fans: float


class _Advertised(NamedTuple):
    """What advertising cost and sold in one session: yuan, orders, yuan."""

    spend: float
    orders: int
    amount: float


def go_live(plan: DemoPlan, account: Account, audience: dict[date, float]) -> OnAir:
    """When an account is live, always on the last day, so that its list reaches it. The brand new one is not live yet."""
    if account.role is Role.BRAND_NEW:
        return OnAir(plan, account, [])
    dice = stream(plan.seed, account.account_id, "on air")
    industry = account.industry
    often, length = within(dice, industry.sessions) / 7, within(dice, industry.minutes)
    reach = within(dice, industry.live_views)
    slots: list[Slot] = []
    for day, expected in audience.items():
        calendar = season(industry, day)
        chance = min(1.0, often * industry.weekdays[day.weekday()] * (1.2 if calendar.sales > 1 else 1.0))
        hours = [dice.choice(EVENING)] if dice.random() < chance or day == plan.as_of else []
        if hours and calendar.sales > 1.5:
            hours.insert(0, dice.choice(MORNING))
        for hour in hours:
            start = datetime.combine(day, time(hour, dice.randrange(60), dice.randrange(60)))
            minutes = max(30, round(length * wobble(dice, 0.15)))
            slots.append((start, minutes, expected * reach * wobble(dice, 0.18) * (calendar.sales**0.5)))
    return OnAir(plan, account, slots)


def _room(account: Account, dice: Random, price: float, order_rate: float) -> _Room:
    return _Room(
        price=price * dice.uniform(0.85, 1.05),
        order_rate=order_rate * dice.uniform(0.8, 1.2),
        refund_rate=within(dice, account.industry.refunds),
        watch_minutes=dice.uniform(0.8, 2.4),
        enter_rate=dice.uniform(0.12, 0.30),
        click_rate=dice.uniform(0.12, 0.24),
        old_fans=dice.uniform(0.12, 0.40),
    )


def _part(advert: Advert | None, number: int, sessions: int) -> _Advertised:
    """What advertising brought to one of a day's sessions; the last one takes what division leaves."""
    if advert is None:
        return _Advertised(0.0, 0, 0.0)
    part = _Advertised(round(advert.spend / sessions, 2), advert.orders // sessions, round(advert.amount / sessions, 2))
    if number < sessions:
        return part
    before = sessions - 1
    return _Advertised(
        round(advert.spend - before * part.spend, 2),
        advert.orders - before * part.orders,
        round(advert.amount - before * part.amount, 2),
    )


def _session(dice: Random, account: Account, room: _Room, slot: Slot, advertised: _Advertised) -> Session:
    start, minutes, nature = slot
    crowd = _crowd(dice, room, minutes, nature, count(dice, advertised.spend / YUAN_A_VIEW))
    lift = season(account.industry, start.date()).sales
    sales = _sales(dice, room, crowd.viewers, lift, advertised)
    return Session(start, minutes, dice.randrange(8, 46), advertised.spend, crowd, sales)


def _crowd(dice: Random, room: _Room, minutes: int, nature: float, paid_views: int) -> Crowd:
    views = max(1, count(dice, nature)) + paid_views
    viewers = max(1, round(views / VIEWS_A_VIEWER))
    shown_people = max(viewers, round(viewers / (room.enter_rate * wobble(dice, 0.08))))
    watch_minutes = round(room.watch_minutes * wobble(dice, 0.10), 2)
    return Crowd(
        shown_people=shown_people,
        shown_times=round(shown_people * dice.uniform(1.25, 1.55)),
        viewers=viewers,
        views=views,
        paid_views=paid_views,
        most_online=max(1, round(viewers * watch_minutes / minutes * dice.uniform(1.8, 3.2))),
        watch_minutes=watch_minutes,
        comments=count(dice, views * dice.uniform(0.02, 0.05)),
        club_joins=count(dice, viewers * 0.002),
        new_fans=count(dice, viewers * dice.uniform(0.004, 0.012)),
        lost_fans=count(dice, viewers * 0.0006),
        old_fans=min(0.9, room.old_fans * wobble(dice, 0.1)),
    )


def _sales(dice: Random, room: _Room, viewers: int, lift: float, advertised: _Advertised) -> Sales:
    shown_people = round(viewers * dice.uniform(0.62, 0.78))
    click_people = round(shown_people * min(0.6, room.click_rate * wobble(dice, 0.10)))
    natural = count(dice, click_people * 1.35 * room.order_rate * lift)
    orders = natural + advertised.orders
    buyers = min(orders, max(1, round(orders * dice.uniform(0.86, 0.97))), viewers)
    click_people = min(viewers, max(click_people, orders))
    shown_people = max(shown_people, click_people)
    clicks = max(orders, round(click_people * dice.uniform(1.25, 1.45)))
    paid = round(natural * room.price * wobble(dice, 0.05) + advertised.amount, 2)
    refunds = min(orders, count(dice, orders * room.refund_rate * wobble(dice, 0.1)))
    quick = min(refunds, count(dice, refunds * 0.2))
    return Sales(
        product_shown_people=shown_people,
        product_shown_times=round(shown_people * dice.uniform(2.2, 3.4)) + clicks,
        product_click_people=click_people,
        product_clicks=clicks,
        orders=orders,
        paid=paid,
        subsidy=round(paid * dice.uniform(0.0, 0.04), 2),
        items=round(orders * dice.uniform(1.02, 1.18)),
        buyers=buyers,
        refunds=refunds,
        refunded=round(paid * refunds / orders, 2) if orders else 0.0,
        quick_refunds=quick,
        quick_refunded=round(paid * quick / orders, 2) if orders else 0.0,
    )
