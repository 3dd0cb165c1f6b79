"""What really happened to one account, day by day: the truth that its export files tell in their own words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from opsengine.demo.accounts import Account, Role
from opsengine.demo.advertising import FALL_DAYS, Advert, advertise
from opsengine.demo.chance import Range, count, stream, waves, within, wobble
from opsengine.demo.plan import DemoPlan
from opsengine.demo.posting import LEAD_IN, Work, post
from opsengine.demo.seasons import season
from opsengine.demo.streaming import Session, go_live

PLAYS: dict[str, Range] = {"small": (3_000, 11_000), "medium": (20_000, 70_000), "large": (110_000, 320_000)}
"""Plays on an ordinary day, by size, before the industry."""
FANS: dict[str, Range] = {"small": (1_200, 9_000), "medium": (20_000, 90_000), "large": (150_000, 600_000)}
FALL_TO = 0.38
GROWTH_DAYS, GROWTH_A_DAY = 60, 0.012
FROM_OLD_POSTS = 0.35
"""The share of plays that posts older than ten days, and the home page, bring."""


@dataclass(frozen=True, slots=True)
class Character:
    """What an account is like: drawn once, true on every day."""

    plays: float
    fans: int
    drift: float
    """Growth a day."""
    finish: float
    """The share of plays that are watched to the end; so are the next ones shares of plays."""
    likes: float
    comments: float
    shares: float
    favourites: float
    follows: float
    home_visits: float
    churn: float
    """The share of fans that leave on a day."""
    product_clicks: float
    order_rate: float
    """Orders for each click on a product."""
    price: float


@dataclass(frozen=True, slots=True)
class Day:
    """One day of an account, as the platform counted it. Money in yuan."""

    day: date
    plays: int
    finished: int
    likes: int
    comments: int
    shares: int
    favourites: int
    home_visits: int
    new_fans: int
    lost_fans: int
    fans_total: int
    product_clicks: int
    orders: int
    gmv: float


@dataclass(frozen=True, slots=True)
class Life:
    """Everything that happened to an account."""

    account: Account
    audience: dict[date, float]
    """The plays that a day promised; what else happens follows them."""
    days: list[Day]
    works: list[Work]
    sessions: list[Session]
    adverts: list[Advert]


@dataclass(frozen=True, slots=True)
class _Others:
    """What posts, live sessions and advertising add to the numbers of a day."""

    plays_of_works: dict[date, int]
    new_fans: dict[date, int]
    sold: dict[date, tuple[int, float]]
    """Orders and yuan that adverts for products brought."""


def live(plan: DemoPlan, account: Account) -> Life:
    """The life of one account from the first day of the plan (or its opening) to the last."""
    character = _character(account, stream(plan.seed, account.account_id, "character"))
    audience = _audience(plan, account, character)
    first_day = max(plan.first_day, account.opened_on)
    open_days = {day: expected for day, expected in audience.items() if day >= first_day}
    works, plays_of_works = post(plan, account, audience, 1 - FROM_OLD_POSTS)
    on_air = go_live(plan, account, open_days)
    adverts = advertise(plan, account, open_days, character.price, frozenset(start.date() for start, _, _ in on_air.slots))
    sessions = on_air.sessions(adverts, character.price, character.order_rate)
    days = _days(plan, account, character, open_days, _others(plays_of_works, sessions, adverts))
    return Life(account, open_days, days, works, sessions, adverts)


def _character(account: Account, dice: Random) -> Character:
    industry = account.industry
    skill = wobble(dice, 0.20)
    is_new = account.role is Role.BRAND_NEW
    return Character(
        plays=within(dice, PLAYS[account.size]) * industry.plays,
        fans=dice.randrange(15, 60) if is_new else round(within(dice, FANS[account.size]) * industry.plays),
        drift=dice.uniform(-0.0025, 0.0040),
        finish=min(0.095, within(dice, (0.030, 0.080)) * skill),
        likes=within(dice, (0.011, 0.025)) * skill,
        comments=within(dice, (0.0008, 0.0028)) * skill,
        shares=within(dice, (0.0008, 0.0030)) * skill,
        favourites=within(dice, (0.0015, 0.0050)) * skill,
        follows=within(dice, (0.0008, 0.0036)),
        home_visits=within(dice, (0.010, 0.025)),
        churn=within(dice, (0.0004, 0.0014)),
        product_clicks=within(dice, industry.product_clicks),
        order_rate=within(dice, industry.orders),
        price=within(dice, industry.price),
    )


def _audience(plan: DemoPlan, account: Account, character: Character) -> dict[date, float]:
    """The plays that each day promises, from some days before the plan so that the first day has older posts to live on."""
    first_day = max(plan.first_day - timedelta(days=LEAD_IN), account.opened_on)
    length = (plan.as_of - first_day).days + 1
    mood = waves(stream(plan.seed, account.account_id, "mood"), length, 0.13)
    audience = {}
    for index in range(length):
        day = first_day + timedelta(days=index)
        calendar = account.industry.weekdays[day.weekday()] * season(account.industry, day).interest
        audience[day] = character.plays * _fortune(account.role, character.drift, index, length) * calendar * mood[index]
    return audience


def _fortune(role: Role, drift: float, index: int, length: int) -> float:
    """How far an account has come on a day, relative to its first; `index` counts days from 0."""
    days_left = length - 1 - index
    steady = math.exp(drift * min(index, 200) - 0.0005 * max(0, index - 200))
    if role is Role.GROWING:
        return steady * math.exp(GROWTH_A_DAY * max(0, GROWTH_DAYS - days_left))
    if role is Role.FELL and days_left < FALL_DAYS:
        return steady * (0.65 if days_left == FALL_DAYS - 1 else FALL_TO)
    if role is Role.BRAND_NEW:
        return 0.1 + 0.9 * index / max(1, length)
    return steady


def _others(plays_of_works: dict[date, int], sessions: list[Session], adverts: list[Advert]) -> _Others:
    new_fans: dict[date, int] = {}
    for session in sessions:
        new_fans[session.day] = new_fans.get(session.day, 0) + session.crowd.new_fans
    return _Others(
        plays_of_works, new_fans, {advert.day: (advert.orders, advert.amount) for advert in adverts if not advert.is_live}
    )


def _days(plan: DemoPlan, account: Account, character: Character, audience: dict[date, float], others: _Others) -> list[Day]:
    dice = stream(plan.seed, account.account_id, "days")
    fans_total, days = character.fans, []
    for day, expected in audience.items():
        plays = round(expected * FROM_OLD_POSTS * wobble(dice, 0.05)) + others.plays_of_works.get(day, 0)
        new_fans = count(dice, plays * character.follows) + others.new_fans.get(day, 0)
        lost_fans = min(fans_total, count(dice, fans_total * character.churn + 0.06 * new_fans))
        fans_total += new_fans - lost_fans
        sales = season(account.industry, day).sales
        clicks, orders, gmv = _page_sales(dice, character, plays, sales, others.sold.get(day, (0, 0.0)))
        days.append(
            Day(
                day=day,
                plays=plays,
                finished=round(plays * min(0.099, character.finish * wobble(dice, 0.07))),
                likes=count(dice, plays * character.likes * wobble(dice, 0.10)),
                comments=count(dice, plays * character.comments * wobble(dice, 0.15)),
                shares=count(dice, plays * character.shares * wobble(dice, 0.15)),
                favourites=count(dice, plays * character.favourites * wobble(dice, 0.12)),
                home_visits=count(dice, plays * character.home_visits * wobble(dice, 0.08)),
                new_fans=new_fans,
                lost_fans=lost_fans,
                fans_total=fans_total,
                product_clicks=clicks,
                orders=orders,
                gmv=gmv,
            )
        )
    return days


def _page_sales(
    dice: Random, character: Character, plays: int, sales: float, advertised: tuple[int, float]
) -> tuple[int, int, float]:
    """Clicks on products, orders and yuan of one day outside live sessions: what plays bring and what adverts bring."""
    browsing = count(dice, plays * character.product_clicks * wobble(dice, 0.08))
    natural = min(browsing, count(dice, browsing * character.order_rate * sales))
    orders, amount = advertised
    gmv = amount + natural * character.price * wobble(dice, 0.05)
    return browsing + round(orders / character.order_rate * dice.uniform(0.8, 1.1)) + orders, natural + orders, round(gmv, 2)
