"""What single fans did: CSV, a line an action. Few fans do much, many do little, and most of them fade."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import accumulate
from random import Random

from opsengine.demo.accounts import Account
from opsengine.demo.chance import stream
from opsengine.demo.life import Life
from opsengine.demo.plan import DemoPlan
from opsengine.demo.writing import Cell

NAME = "粉丝互动"
HEADER = ("account_id", "fan_id", "at", "action", "value")

FANS = {"small": (420, 800), "medium": (650, 1_150), "large": (1_000, 1_600)}
"""How many fans of an account the file knows."""
MOST_EVENTS = 90
CASUAL = {"view": 46, "like": 28, "comment": 5, "share": 2, "favourite": 6, "follow": 8, "live": 3, "message": 1, "unfollow": 1}
DEVOTED = {"view": 26, "like": 26, "comment": 13, "share": 6, "favourite": 7, "live": 14, "message": 3, "group": 1, "order": 4}
"""What casual and devoted fans do, as weights."""
REFUND_CHANCE, REFUND_DAYS = 0.08, 3
HOURS = (7, 8, 9, 11, 12, 12, 13, 15, 17, 18, 18, 19, 19, 20, 20, 20, 21, 21, 22, 22, 23)


def lines(plan: DemoPlan, life: Life, days: list[date]) -> list[tuple[Cell, ...]]:
    """The actions of one account's fans under `HEADER`, in the order of time."""
    account = life.account
    dice = stream(plan.seed, account.account_id, "fans")
    pulse = _pulse(life, days)
    fans = round(dice.randrange(*FANS[account.size]) * (0.5 + 0.5 * len(days) / 120 if len(days) < 120 else 1.0))
    price = dice.uniform(*account.industry.price)
    stamps = [day.isoformat() for day in days]
    events: list[tuple[Cell, ...]] = []
    for _ in range(fans):
        events += _fan(dice, account, pulse, stamps, price)
    events.sort(key=lambda event: event[2])
    return events


def _pulse(life: Life, days: list[date]) -> list[float]:
    """How lively each day is, from 0 to 1: fans follow the audience, two weeks smoothed."""
    audience = [life.audience.get(day, 0.0) for day in days]
    sums = [0.0, *accumulate(audience)]
    smooth = [(sums[i + 1] - sums[max(0, i - 13)]) / (i + 1 - max(0, i - 13)) for i in range(len(days))]
    top = max(smooth)
    return [value / top for value in smooth]


def _fan(dice: Random, account: Account, pulse: list[float], stamps: list[str], price: float) -> list[tuple[Cell, ...]]:
    """The actions of one fan: a first day, gaps that grow longer, and an end."""
    length = len(stamps)
    is_devoted = dice.random() < 0.12
    gap = dice.lognormvariate(1.0, 0.7) if is_devoted else dice.lognormvariate(3.0, 0.9)
    stay = 0.97 if is_devoted else 0.72
    actions, weights = _DEVOTED if is_devoted else _CASUAL
    name = f"u{dice.getrandbits(40):010x}"
    moment = dice.random() ** 1.3 * length
    events: list[tuple[Cell, ...]] = []
    while moment < length and len(events) < MOST_EVENTS:
        day = int(moment)
        if dice.random() < pulse[day]:
            action = dice.choices(actions, cum_weights=weights)[0]
            at = f"{stamps[day]}T{dice.choice(HOURS):02}:{dice.randrange(60):02}:{dice.randrange(60):02}+08:00"
            events.append((account.account_id, name, at, action, _value(dice, action, price)))
            if action == "order" and dice.random() < REFUND_CHANCE and day + REFUND_DAYS < length:
                at = f"{stamps[day + REFUND_DAYS]}T10:{dice.randrange(60):02}:00+08:00"
                events.append((account.account_id, name, at, "refund", events[-1][-1]))
        if dice.random() > stay:
            break
        moment += dice.expovariate(1 / gap)
        gap *= 1.03
    return events


def _value(dice: Random, action: str, price: float) -> Cell:
    """Minutes watched for a live session, yuan for an order, nothing for the rest."""
    if action == "live":
        return dice.randrange(1, 45)
    if action == "order":
        return f"{price * dice.uniform(0.7, 1.6):.2f}"
    return ""


def days_of(plan: DemoPlan, life: Life) -> list[date]:
    """The days that the file covers: those of the account."""
    first_day = next(iter(life.audience))
    return [first_day + timedelta(days=number) for number in range((plan.as_of - first_day).days + 1)]


_CASUAL = (list(CASUAL), list(accumulate(CASUAL.values())))
_DEVOTED = (list(DEVOTED), list(accumulate(DEVOTED.values())))
