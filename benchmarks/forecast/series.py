"""Daily series to try the forecast on: generated ones whose law is known, and public ones that Python packages bring with them."""

from __future__ import annotations

import importlib
import math
import random
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

Series = dict[str, dict[date, float]]
"""By name: what was counted on each day."""
FIRST = date(2023, 1, 1)
DAYS = 900


def generated(count: int = 40, seed: int = 11) -> Series:
    """Shops with a week, a slow year, growth or decline, noise that lasts some days, and now and then a promotion."""
    dice = random.Random(seed)  # noqa: S311  made-up shops guard no secret
    return {f"shop-{number:02}": _shop(dice) for number in range(count)}


def _shop(dice: random.Random) -> dict[date, float]:
    level, growth = math.exp(dice.uniform(3, 9)), dice.gauss(0, 0.25)
    week = [math.exp(dice.gauss(0, 0.3)) for _ in range(7)]
    noise, lasting, year = dice.uniform(0.05, 0.35), dice.uniform(0, 0.8), dice.uniform(0, 0.3)
    phase, drift, promotion = dice.uniform(0, 6.28), 0.0, 0
    days: dict[date, float] = {}
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        drift = lasting * drift + dice.gauss(0, noise) * math.sqrt(1 - lasting**2)
        promotion = promotion - 1 if promotion > 0 else (dice.randint(3, 10) if dice.random() < 0.008 else 0)
        season = year * math.sin(number / 365 * 6.28 + phase)
        lift = 0.5 if promotion else 0.0
        days[day] = round(level * week[day.weekday()] * math.exp(growth * number / 365 + season + drift + lift), 2)
    return days


def traded_shares() -> Series:
    """Shares traded a day, four companies, in thousands; none on days without trading (bokeh_sampledata)."""
    stocks = importlib.import_module("bokeh_sampledata.stocks")
    return {
        name.lower(): _whole({_day(day): volume / 1000 for day, volume in zip(told["date"], told["volume"], strict=True)}, 900)
        for name, told in ((name, getattr(stocks, name)) for name in ("AAPL", "GOOG", "IBM", "MSFT"))
    }


def weather() -> Series:
    """Wind, rain and temperatures of Seattle, four years (vega_datasets)."""
    frame = importlib.import_module("vega_datasets").local_data.seattle_weather()
    names = ("wind", "precipitation", "temp_max")
    return {
        name: {day.date(): max(float(value), 0.0) for day, value in zip(frame["date"], frame[name], strict=True)} for name in names
    }


def commits() -> Series:
    """Commits to a public repository by the author's hour of the day, counted by day (bokeh_sampledata)."""
    data = importlib.import_module("bokeh_sampledata.commits").data
    parts: dict[str, Counter[date]] = {"all": Counter(), "morning": Counter(), "afternoon": Counter()}
    for moment in data.index:
        parts["all"][moment.date()] += 1
        parts["morning" if moment.hour < 13 else "afternoon"][moment.date()] += 1
    last = max(parts["all"])
    return {name: _whole(dict(counted) | {last: counted.get(last, 0)}, 700) for name, counted in parts.items()}


def _whole(told: dict[date, float], days: int) -> dict[date, float]:
    """The last so many days, with nothing on those that are not told of."""
    last = max(told)
    return {day: float(told.get(day, 0)) for day in (last - timedelta(days=number) for number in range(days - 1, -1, -1))}


def _day(text: str) -> date:
    return datetime.fromisoformat(text).date()  # a day without a zone, as the file tells it


SOURCES = {"generated": generated, "traded shares": traded_shares, "weather": weather, "commits": commits}
HERE = Path(__file__).parent
