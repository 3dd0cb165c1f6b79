"""Daily series to try surprise on: generated accounts whose law is known, and public series that packages bring with them."""

from __future__ import annotations

import importlib
import math
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

Series = dict[str, dict[date, float]]
"""By name: what was counted on each day."""
LAST = date(2026, 4, 30)
DAYS = 240


@dataclass(frozen=True)
class Panel:
    """Series that are measured together, and the group that each belongs to."""

    name: str
    series: Series
    groups: dict[str, str]


def accounts(noise: float, *, count: int = 48, seed: int = 5) -> tuple[Series, dict[str, str]]:
    """Accounts of four industries: a week, growth, noise that lasts, busy and idle days, and shocks that the industry shares."""
    dice = random.Random(seed)  # noqa: S311  made-up accounts guard no secret
    first = LAST - timedelta(days=DAYS - 1)
    fields = {name: _field(dice) for name in ("clothes", "food", "cars", "schools")}
    series: Series = {}
    groups: dict[str, str] = {}
    for number in range(count):
        group = list(fields)[number % len(fields)]
        week, shocks = fields[group]
        level, growth, own = math.exp(dice.uniform(4, 10)), dice.gauss(0, 0.2), [math.exp(dice.gauss(0, 0.1)) for _ in range(7)]
        drift, days = 0.0, {}
        for at in range(DAYS):
            day = first + timedelta(days=at)
            drift = 0.5 * drift + dice.gauss(0, noise) * math.sqrt(0.75)
            hit = dice.gauss(0, 3 * noise) if dice.random() < 0.01 else 0.0
            shape = week[day.weekday()] * own[day.weekday()]
            days[day] = float(round(level * shape * math.exp(growth * at / 365 + shocks[at] + drift + hit)))
        series[f"{group}-{number:02}"] = days
        groups[f"{group}-{number:02}"] = group
    return series, groups


def _field(dice: random.Random) -> tuple[list[float], list[float]]:
    """The week of an industry, and its movement that every account shares: a slow wave, and the weather of single days."""
    week = [math.exp(dice.gauss(0, 0.25)) for _ in range(7)]
    lasting, shocks = 0.0, []
    for _ in range(DAYS):
        lasting = 0.7 * lasting + dice.gauss(0, 0.08)
        shocks.append(lasting + dice.gauss(0, 0.08))
    return week, shocks


def weather() -> Series:
    """Wind and temperatures of Seattle over four years, and the mean temperature of two cities in 2010 (vega_datasets)."""
    data = importlib.import_module("vega_datasets").local_data
    frame = data.seattle_weather()
    found = {
        f"seattle {name}": {day.date(): max(float(value), 0.0) for day, value in zip(frame["date"], frame[name], strict=True)}
        for name in ("wind", "temp_max")
    }
    for name in ("seattle_temps", "sf_temps"):
        hours: dict[date, list[float]] = defaultdict(list)
        told = getattr(data, name)()
        for moment, value in zip(told["date"], told["temp"], strict=True):
            hours[moment.date()].append(float(value))
        found[name] = {day: sum(values) / len(values) for day, values in hours.items()}
    return found


def carbon() -> Series:
    """Carbon dioxide over Mauna Loa, taken for daily: the file has one number a week and no weekday (statsmodels)."""
    data = importlib.import_module("statsmodels.datasets").co2.load_pandas().data
    values = [float(value) for value in data["co2"].interpolate()][-700:]
    return {"co2": {LAST - timedelta(days=len(values) - 1 - at): value for at, value in enumerate(values)}}


def sunspots() -> Series:
    """Sunspots a year, taken for daily: another series without a weekday (statsmodels)."""
    data = importlib.import_module("statsmodels.datasets").sunspots.load_pandas().data
    values = [float(value) for value in data["SUNACTIVITY"]]
    return {"sunspots": {LAST - timedelta(days=len(values) - 1 - at): value for at, value in enumerate(values)}}


def panels() -> tuple[Panel, ...]:
    """Everything that is tried."""
    quiet, noisy = accounts(0.12), accounts(0.3, seed=6)
    public = [
        Panel(f"public: {name}", {name: days}, {name: name})
        for source in (weather, carbon, sunspots)
        for name, days in source().items()
    ]
    return (Panel("accounts, quiet", *quiet), Panel("accounts, noisy", *noisy), *public)
