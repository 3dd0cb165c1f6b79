"""How good the landing is: against going on at the pace so far, against last week again, and against AutoETS of statsforecast.

    make bench-forecast

For the last finished months of every series, and a quarter, a half and three quarters of each, the landing is foreseen from
what was known that day. It prints a Markdown table and exits with 1 when a target is missed: the mean absolute error (as a
share of what the series usually brings in a month, so that large series do not drown small ones) is below that of both
simple ways, 75 to 85 of 100 cycles end within p10 and p90, and the Brier score is at most 5 in 100 above that of AutoETS,
in the better of its two readings (errors of days independent, or all alike).
"""

from __future__ import annotations

import math
import statistics
import sys
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from series import SOURCES, Series
from statsforecast.models import AutoETS

from opsengine.goals import Cycle, CycleKind, cycle_containing, previous_cycle
from opsengine.goals.backtesting import STEPS
from opsengine.goals.forecasting import put_forecast, shipped_forecast
from opsengine.goals.measuring import COLUMNS, put_selectors
from opsengine.warehouse import DuckDBEngine, build_models

SHARES = (0.25, 0.5, 0.75)
WINDOWS = 12
QUANTILES = ("p025", "p10", "p50", "p90", "p975")
NAMES = ("landing", "linear", "last week", "AutoETS")


def main() -> int:
    """Print the table and say whether every target is met."""
    rows = [line for name, source in SOURCES.items() for line in tried(name, source())]
    print("| series | elapsed | n | landing | linear | last week | AutoETS | within 80 % | within 95 % | Brier | Brier AutoETS |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    missed = []
    groups = [(f"{name}", share) for name in SOURCES for share in SHARES] + [("all", share) for share in SHARES]
    groups += [(name, None) for name in [*SOURCES, "all"]]
    for name, share in groups:
        held = [row for row in rows if name in ("all", row["name"]) and share in (None, row["share"])]
        error = {way: statistics.fmean(row[way] for row in held) for way in NAMES}
        inside = statistics.fmean(row["within80"] for row in held)
        brier = statistics.fmean(row["brier"] for row in held)
        other = min(statistics.fmean(row[way] for row in held) for way in ("brier_independent", "brier_alike"))
        print(
            f"| {name} | {'all' if share is None else f'{share:.0%}'} | {len(held)} | "
            + " | ".join(f"{error[way]:.2%}" for way in NAMES)
            + f" | {inside:.1%} | {statistics.fmean(row['within95'] for row in held):.1%} | {brier:.4f} | {other:.4f} |"
        )
        if share is not None and error["landing"] >= min(error["linear"], error["last week"]):
            missed.append(f"{name} at {share:.0%}: not better than the simple ways")
        if share is None and not 0.75 <= inside <= 0.85:
            missed.append(f"{name}: {inside:.1%} within the 80 % interval")
        if share is None and brier > 1.05 * other:
            missed.append(f"{name}: Brier {brier:.4f} against {other:.4f}")
    print("\n".join(["", *missed]) if missed else "\nevery target is met")
    return 1 if missed else 0


def tried(name: str, series: Series, *, has_rival: bool = True) -> list[dict[str, Any]]:
    """Every forecast of the last finished months that the series cover: errors, whether what came was inside, and Brier scores."""
    engine, rows = filled(series), []
    first, last = min(map(min, series.values())), max(map(max, series.values()))
    cycle = cycle_containing(last, CycleKind.MONTH)
    cycle = cycle if cycle.is_over(last) else previous_cycle(cycle)
    for _ in range(WINDOWS):
        if cycle.start <= first:
            break
        for share in SHARES:
            elapsed = int(cycle.days * share)
            day = cycle.start + timedelta(days=elapsed - 1)
            covering = {one: days for one, days in series.items() if min(days) <= cycle.start and cycle.end <= max(days)}
            told = landings(engine, covering, cycle, day)
            others = by_ets({one: series[one] for one in told}, day, cycle.days - elapsed) if has_rival else {}
            for one in told:
                days = series[one]
                here = [days[cycle.start + timedelta(days=number)] for number in range(cycle.days)]
                if sum(here) > 0:
                    week = [days[day - timedelta(days=6 - number)] for number in range(7)]
                    so_far = sum(here[:elapsed])
                    ends = sum(here), sum(days.values()) / len(days) * cycle.days
                    rows.append(compared(name, share, ends, told[one], {
                        "linear": so_far / elapsed * cycle.days, "so_far": so_far, "ets": others.get(one, (0.0, 1.0, 1.0)),
                        "last week": so_far + sum(week[number % 7] for number in range(cycle.days - elapsed)),
                    }))  # fmt: skip
        cycle = previous_cycle(cycle)
    return rows


def compared(
    name: str, share: float, ends: tuple[float, float], told: dict[str, float], others: dict[str, Any]
) -> dict[str, Any]:
    """One forecast and its rivals."""
    mean, independent, alike = others["ets"]
    came, usual = ends
    so_far = others["so_far"]
    asked = [(told[f"target {step}"], told[f"odds {step}"]) for step in STEPS]
    hits = [1.0 if came >= target else 0.0 for target, _ in asked]
    chances = {
        "brier": [odds for _, odds in asked],
        "brier_independent": [above(target, so_far + mean, independent) for target, _ in asked],
        "brier_alike": [above(target, so_far + mean, alike) for target, _ in asked],
    }
    return {
        "name": name, "share": share,
        "landing": abs(told["p50"] - came) / usual,
        "linear": abs(others["linear"] - came) / usual,
        "last week": abs(others["last week"] - came) / usual,
        "AutoETS": abs(so_far + mean - came) / usual,
        "within80": told["p10"] <= came <= told["p90"],
        "within95": told["p025"] <= came <= told["p975"],
        **{way: brier(given, hits) for way, given in chances.items()},
    }  # fmt: skip


def brier(odds: list[float], hits: list[float]) -> float:
    """The mean square of how far the odds were off."""
    return statistics.fmean((chance - hit) ** 2 for chance, hit in zip(odds, hits, strict=True))


def above(target: float, mean: float, deviation: float) -> float:
    """The probability that a normal number reaches a target."""
    return 0.5 * math.erfc((target - mean) / max(deviation, 1e-9) / math.sqrt(2))


def filled(series: Series) -> DuckDBEngine:
    """An engine that knows these series as accounts."""
    engine = DuckDBEngine()
    texts = dict.fromkeys(("account_id", "team", "brand", "industry", "size", "region", "platform"), "VARCHAR")
    engine.put("raw.accounts", {**texts, "opened_on": "DATE"}, [(name, *[None] * 7) for name in series])
    names = dict.fromkeys(("metric", "kind", "numerator", "denominator"), "VARCHAR")
    engine.put("raw.metrics", names, [("y", "flow", "y", None)])
    every = sorted({day for days in series.values() for day in days})
    engine.put("raw.calendar", {"day": "DATE", "weekday": "INTEGER"}, [(day, day.isoweekday()) for day in every])
    rows = [(name, day, "y", f"{value:.6f}") for name, days in series.items() for day, value in days.items()]
    facts = {"account_id": "VARCHAR", "day": "DATE", "metric": "VARCHAR", "value": "DECIMAL(24, 6)"}
    engine.put("metrics.account_day", facts, rows)
    scores = {"account_id": "VARCHAR", "day": "DATE", "scorecard": "VARCHAR", "score": "DOUBLE"}
    engine.put("scores.account_score", scores, [])
    engine.put("scores.rank", {"account_id": "VARCHAR", "day": "DATE", "scorecard": "VARCHAR", "rank": "INTEGER"}, [])
    put_selectors(engine, [])
    put_forecast(engine, shipped_forecast())
    return engine


def landings(engine: DuckDBEngine, series: Series, cycle: Cycle, day: date) -> dict[str, dict[str, float]]:
    """What is foreseen of each series on that day; the targets are known before the cycle begins."""
    goals, told = [], defaultdict(dict)
    for name, days in series.items():
        usual = sum(days.get(cycle.start - timedelta(days=number + 1), 0.0) for number in range(28)) / 28 * cycle.days
        for step in STEPS:
            target = Decimal(f"{max(usual, 0.01) * float(step):.6f}")
            told[name][f"target {step}"] = float(target)
            ends = (cycle.start, cycle.end)
            goals.append((f"{name}/{step}", "secondary", "y", "flow", "account", name, *ends, "up", target, None, None))
    engine.put("raw.goals", COLUMNS, goals)
    build_models(engine, day, "goals")
    for row in engine.read("select * from goals.quantile inner join goals.odds using (measure_id) where days_ago = 0"):
        name, _, step = row["measure_id"].rpartition("/")
        told[name] |= {"odds " + step: row["odds"]} | {quantile: row[quantile] for quantile in QUANTILES}
    return {name: values for name, values in told.items() if "p50" in values}


def by_ets(series: Series, day: date, ahead: int) -> dict[str, tuple[float, float, float]]:
    """By AutoETS with a weekly season: the sum ahead, its deviation with independent days, and with all days alike."""
    found = {}
    for name, days in series.items():
        known = np.array([value for when, value in sorted(days.items()) if when <= day][-365:])
        told = AutoETS(season_length=7).forecast(known, ahead, level=[80])
        spread = (told["hi-80"] - told["mean"]) / 1.2815515655
        found[name] = (float(told["mean"].sum()), float(math.sqrt((spread**2).sum())), float(abs(spread).sum()))
    return found


if __name__ == "__main__":
    sys.exit(main())
