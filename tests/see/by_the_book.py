"""The score once more, in plain Python: sums as fractions, one account after the other, from nothing but days and the scorecard files.

Written from `docs/methodology.md`, not from the models, to disagree with them where they are wrong.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SEE = Path(__file__).parents[2] / "opsengine/see"
BINS = 256
Days = dict[date, Fraction]


@cache
def metrics() -> dict[str, dict[str, Any]]:
    files = (SEE / "catalogue").glob("*.yaml")
    return {one["metric"]: one for file in files for one in yaml.safe_load(file.read_text(encoding="utf-8"))["metrics"]}


@cache
def cards() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted((SEE / "scorecards").glob("*.yaml")))


@cache
def rhythms() -> dict[str, tuple[str, str]]:
    file = yaml.safe_load((SEE / "industries.yaml").read_text(encoding="utf-8"))
    return {name.lower(): (one["frequency"], one["online"]) for one in file["industries"] for name in one["names"]}


@dataclass
class Account:
    industry: str
    days: dict[str, Days]
    doubted: dict[str, set[date]] = field(default_factory=dict)

    @property
    def first(self) -> date:
        return min(day for days in self.days.values() for day in days)

    def known(self, metric: str, beside: str) -> Days:
        """The days that have data, are believed, and have the other part of the ratio too."""
        days, other = self.days.get(metric, {}), self.days.get(beside, {})
        bad = self.doubted.get(metric, set()) | self.doubted.get(beside, set())
        return {day: value for day, value in days.items() if day in other and day not in bad}

    def window(self, metric: str, last: date, length: int, beside: str | None = None) -> tuple[Fraction | None, int]:
        """The sum of the known days, and how many those are."""
        days = self.known(metric, beside or metric)
        found = [days[day] for day in (last - timedelta(days=n) for n in range(length)) if day in days]
        return (sum(found, Fraction(0)) if found else None), len(found)

    def newest(self, metric: str, day: date, beside: str) -> date | None:
        return max((each for each in self.known(metric, beside) if each <= day), default=None)


@dataclass
class Reading:
    value: float | None
    upper: Fraction | None = None
    lower: Fraction | None = None


def account(industry: str, series: dict[str, list[float | None]], today: date) -> Account:
    days = {
        name: {today - timedelta(days=age): Fraction(value) for age, value in enumerate(reversed(values)) if value is not None}
        for name, values in series.items()
    }
    days = {name: found for name, found in days.items() if found}
    one = Account(industry, {**days, **_sums(days, today)})
    for doubt in (doubt for card in cards() for doubt in card.get("doubts", ())):
        _set_aside(one, doubt["metric"], doubt["of"])
    return one


def _sums(days: dict[str, Days], today: date) -> dict[str, Days]:
    made = {}
    for name, metric in metrics().items():
        signs = {**dict.fromkeys(metric.get("sum_of", ()), 1), **dict.fromkeys(metric.get("less", ()), -1)}
        begun = {part: min(days[part]) for part in signs if part in days}
        if not begun:
            continue
        found = dict(days.get(name, {}))
        for day in (min(begun.values()) + timedelta(days=n) for n in range((today - min(begun.values())).days + 1)):
            parts = [part for part, first in begun.items() if first <= day]
            if day not in found and all(day in days[part] for part in parts):
                found[day] = sum((signs[part] * days[part][day] for part in parts), Fraction(0))
        made[name] = found
    return {name: found for name, found in made.items() if found}


def _set_aside(one: Account, metric: str, of: str) -> None:
    above, below = one.days.get(metric, {}), one.days.get(of, {})
    bad = {day for day in above if day in below and above[day] >= 100 and above[day] > below[day]}
    for name, declared in metrics().items():
        if name in {metric, of} or {metric, of} & {*declared.get("sum_of", ()), *declared.get("less", ())}:
            one.doubted.setdefault(name, set()).update(bad)


def _parts(component: dict[str, Any]) -> tuple[str, str | None]:
    metric = metrics()[component["metric"]]
    return (metric["numerator"], metric["denominator"]) if metric["kind"] == "ratio" else (component["metric"], None)


def first_reported(one: Account, component: dict[str, Any]) -> date | None:
    names = {component["metric"], _parts(component)[0]}
    return min((day for name in names for day in one.days.get(name, ())), default=None)


def applies(one: Account, component: dict[str, Any]) -> bool:
    known = rhythms().get(one.industry.lower())
    reported = first_reported(one, component) is not None
    wanted = component.get("applies_to", {})
    fits = all(
        key not in wanted or (known[at] == wanted[key] if known else reported) for at, key in enumerate(("frequency", "online"))
    )
    return fits and (reported or not component.get("only_if_reported"))


def read(one: Account, card: dict[str, Any], component: dict[str, Any], day: date) -> tuple[Reading, bool]:
    """The value of a day, and whether it is that of an earlier one."""
    upper, lower = _parts(component)
    length = component["days"]
    needed = card["missing"]["min_days"] * length
    late = {
        name: last
        for name, beside in ((upper, lower or upper), (lower, upper))
        if name and (last := one.newest(name, day, beside)) and 0 < (day - last).days <= card["missing"]["carry_days"]
    }
    is_thin = late and min(one.window(name, day, length, lower if name == upper else upper)[1] for name in late) < needed
    read_on = min(late.values()) if is_thin else day
    return _measure(one, component, read_on, needed), read_on < day


def _measure(one: Account, component: dict[str, Any], day: date, needed: float) -> Reading:
    upper, lower = _parts(component)
    length = component["days"]
    total, count = one.window(upper, day, length, lower)
    if count < needed or not count:
        return Reading(None)
    if component.get("statistic") == "growth":
        before, days_before = one.window(upper, day - timedelta(days=28), 28)
        if days_before < 0.5 * 28 or not before:
            return Reading(None)
        return Reading((float(total) / count) / (float(before) / days_before))
    if lower is None:
        return Reading(float(total) * length / count)
    below, count_below = one.window(lower, day, length, upper)
    if count_below < needed or not below:
        return Reading(None)
    return Reading(float(total) / float(below), total, below)


def scores(accounts: dict[str, Account], today: date) -> dict[tuple[str, str], dict[str, Any]]:
    """Score, coverage and places of every account and scorecard on one day; the reference is every day until then."""
    found = {}
    for card in cards():
        components = [(pillar, component) for pillar in card["pillars"] for component in pillar["components"]]
        places = {component["id"]: _places(accounts, card, component, today) for _, component in components}
        for name, one in accounts.items():
            found[name, card["id"]] = _score(one, card, {key: place[name] for key, place in places.items() if name in place}, today)
    return found


def _places(
    accounts: dict[str, Account], card: dict[str, Any], component: dict[str, Any], today: date
) -> dict[str, tuple[float | None, bool]]:
    """Of each account that the component applies to: its place on the day (None for too young), and whether that is assumed."""
    members = {name: one for name, one in accounts.items() if applies(one, component)}
    readings = {
        name: {
            day: read(one, card, component, day)[0]
            for day in (one.first + timedelta(days=n) for n in range((today - one.first).days + 1))
        }
        for name, one in members.items()
    }
    logs = _logs(members, readings, component)
    known = [log for days in logs.values() for log in days.values()]
    low, high = min((log for log in known if log > 0), default=None), max(known, default=None)
    grid = {key: _grid([logs[name] for name in names if logs[name]], low, high) for key, names in _groups(members).items()}
    found = {}
    for name, one in members.items():
        first = first_reported(one, component)
        if readings[name][today].value is None:
            is_young = component.get("statistic") == "growth" and (first is None or (today - first).days < 55)
            found[name] = (None if is_young else 0.01 + 0.99 * card["missing"]["impute"], True)
            continue
        share = _shrunk(logs[name][today], one, grid, (low, high))
        is_down = metrics()[component["metric"]].get("direction") == "down"
        found[name] = (0.01 + 0.99 * (1 - share if is_down else share), False)
    return found


def _logs(
    members: dict[str, Account], readings: dict[str, dict[date, Reading]], component: dict[str, Any]
) -> dict[str, dict[date, float]]:
    scale = component.get("scale", 1)
    typical: dict[str, tuple[float, float]] = {}
    for industry in {one.industry for one in members.values()}:
        ratios = [
            each
            for name, one in members.items()
            if one.industry == industry
            for each in readings[name].values()
            if each.lower is not None
        ]
        if ratios:
            upper, lower = float(sum(each.upper for each in ratios)), float(sum(each.lower for each in ratios))
            typical[industry] = (upper / lower, lower / len(ratios) / 10)
    found: dict[str, dict[date, float]] = {}
    for name, one in members.items():
        found[name] = {}
        for day, each in readings[name].items():
            if each.value is not None:
                value = each.value
                if each.lower is not None:
                    rate, weight = typical[one.industry]
                    value = (float(each.upper) + weight * rate) / (float(each.lower) + weight)
                found[name][day] = math.log(max(1 + value / scale, 1))
    return found


def _groups(members: dict[str, Account]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {"": list(members)}
    for name, one in members.items():
        groups.setdefault(one.industry, []).append(name)
    return groups


def _bin(log: float, low: float | None, high: float) -> tuple[int, float]:
    """The bin and the share of it that lies below."""
    if log <= 0:
        return -1, 0.5
    if low is None or high == low:
        return 0, 0.5 if low is not None else 0.0
    at = (log - low) / (high - low) * BINS
    number = min(max(math.floor(round(at, 9)), 0), BINS - 1)
    return number, min(max(at - number, 0), 1)


def _grid(observed: list[dict[date, float]], low: float | None, high: float | None) -> tuple[int, list[Fraction]]:
    """How many accounts, and the share up to each bin from -1 on; every account has the same weight."""
    weights = [Fraction(0)] * (BINS + 1)
    for days in observed:
        for log in days.values():
            weights[_bin(log, low, high or 0)[0] + 1] += Fraction(1, len(days))
    total = sum(weights)
    up_to, shares = Fraction(0), []
    for weight in weights:
        up_to += weight
        shares.append(up_to / total if total else Fraction(0))
    return len(observed), shares


def _shrunk(
    log: float, one: Account, grid: dict[str, tuple[int, list[Fraction]]], ends: tuple[float | None, float | None]
) -> float:
    number, inside = _bin(log, ends[0], ends[1] or 0)

    def share(key: str) -> float:
        shares = grid[key][1]
        below = float(shares[number]) if number >= 0 else 0.0
        return below + inside * (float(shares[number + 1]) - below)

    accounts = grid[one.industry][0]
    trust = accounts / (accounts + 10) if accounts >= 5 else 0
    everybody = grid[""][0]
    wide = 1 if everybody >= 5 else everybody / (everybody + 10)
    return trust * share(one.industry) + (1 - trust) * (wide * share("") + (1 - wide) * 0.5)


def _score(one: Account, card: dict[str, Any], places: dict[str, tuple[float | None, bool]], today: date) -> dict[str, Any]:
    logs = available = observed = whole = Fraction(0)
    for pillar in card["pillars"]:
        parts = [(Fraction(str(each["weight"])), *places[each["id"]]) for each in pillar["components"] if each["id"] in places]
        if not parts:
            continue
        weight, total = Fraction(str(pillar["weight"])), sum(part for part, _, _ in parts)
        there = [(part, place) for part, place, _ in parts if place is not None]
        known = sum(part for part, place, is_assumed in parts if not is_assumed)
        whole += weight
        if there:
            has = sum(part for part, _ in there)
            observed += weight * known / has
            if has >= Fraction(str(card["missing"]["min_pillar"])) * total:
                available += weight
                logs += weight * Fraction(math.log(sum(float(part) * place for part, place in there) / float(has)))
    is_enough = whole and available and observed >= Fraction(str(card["missing"]["min_score"])) * whole
    before = round(1000 * math.exp(float(logs) / float(available)), 6) if is_enough else None
    factor = math.prod(_factor(one, risk, today) for risk in card.get("risks", ()))
    return {
        "score": None if before is None else 10 + (before - 10) * factor,
        "coverage": float(observed / whole) if whole else 0.0,
        "places": {key: place for key, (place, _) in places.items()},
    }


def _factor(one: Account, risk: dict[str, Any], today: date) -> float:
    metric = metrics()[risk["metric"]]
    above, below = metric["numerator"], metric["denominator"]
    upper, lower = one.window(above, today, risk["days"], below)[0], one.window(below, today, risk["days"], above)[0]
    if upper is None or not lower:
        return 1
    depth = (float(upper) / float(lower) - risk["begins"]) / (risk["full_at"] - risk["begins"])
    return 1 - (1 - risk["lowest"]) * max(0, min(1, depth))


def ranks(found: dict[str, float], industries: dict[str, str]) -> dict[str, int]:
    """The rank within the industry if eight have a score there, else among all; equal scores share one."""
    told = {}
    for name, score in found.items():
        peers = [other for key, other in found.items() if industries[key] == industries[name]]
        group = peers if len(peers) >= 8 else list(found.values())
        told[name] = 1 + sum(other > score for other in group)
    return told
