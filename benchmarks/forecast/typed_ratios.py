"""How good the landing of a ratio is that days tell as it is, without its two parts.

    python benchmarks/forecast/typed_ratios.py

150 made-up accounts with a share that drifts, has a weekly shape in two of three, and noise that lasts; the landing is foreseen a
quarter, a half and three quarters into three months. It prints how many land within the 80 and 50 % intervals, and the mean
absolute error beside that of the mean so far.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from opsengine.goals import Goal, Measure, Role, Subject, measure_goals, parse_cycle
from opsengine.warehouse import DuckDBEngine

ACCOUNTS, FIRST, LAST = 150, date(2025, 1, 1), date(2026, 6, 30)
SEEN = ((date(2026, 4, 8), "2026-04"), (date(2026, 5, 15), "2026-05"), (date(2026, 6, 22), "2026-06"))
WEEK = (0, 0.01, 0.02, 0, -0.01, -0.03, -0.02)
TEXTS = dict.fromkeys(("account_id", "team", "brand", "industry", "size", "region", "platform"), "VARCHAR")


def main() -> None:
    """Print one line."""
    dice = random.Random(5)  # noqa: S311  made-up series guard no secret
    shares = [_shares(dice, number) for number in range(ACCOUNTS)]
    within_80, within_50, errors, errors_so_far = [], [], [], []
    for as_of, month in SEEN:
        cycle = parse_cycle(month)
        first = (cycle.start - FIRST).days
        measure = Measure(Role.PRIMARY, "finish_rate", "ratio", "share", "up", Decimal("0.4"), place=None)
        goals = [Goal(_name(n), "", "", Subject(account=_name(n)), cycle, "", "", (measure,)) for n in range(ACCOUNTS)]
        for series, result in zip(shares, measure_goals(_engine(shares, as_of), goals, as_of), strict=True):
            came = statistics.fmean(series[first : first + cycle.days])
            landing = result.landing
            if landing is None or result.actual is None:
                raise AssertionError
            within_80.append(landing.p10 <= came <= landing.p90)
            within_50.append(landing.p25 <= came <= landing.p75)
            errors.append(abs(landing.p50 - came))
            errors_so_far.append(abs(float(result.actual) - came))
    print(
        f"{len(errors)} landings: {statistics.fmean(within_80):.0%} within 80 %, {statistics.fmean(within_50):.0%} within 50 %;"
        f" mean absolute error {statistics.fmean(errors):.5f}, of the mean so far {statistics.fmean(errors_so_far):.5f}"
    )


def _shares(dice: random.Random, number: int) -> list[float]:
    base, drift, noise, found = dice.uniform(0.2, 0.6), 0.0, 0.0, []
    for age in range((LAST - FIRST).days + 1):
        drift += dice.gauss(0, 0.002)
        noise = 0.5 * noise + dice.gauss(0, 0.02)
        shape = WEEK[(FIRST + timedelta(days=age)).weekday()] * (number % 3)
        found.append(min(max(base + drift + noise + shape, 0.01), 0.99))
    return found


def _name(number: int) -> str:
    return f"shop-{number:03}"


def _engine(shares: Sequence[Sequence[float]], as_of: date) -> DuckDBEngine:
    engine = DuckDBEngine(threads=2)
    accounts = [(_name(n), None, None, f"trade-{n % 3}", None, None, None, None) for n in range(ACCOUNTS)]
    engine.put("raw.accounts", {**TEXTS, "opened_on": "DATE"}, accounts)
    names = dict.fromkeys(("metric", "kind", "numerator", "denominator"), "VARCHAR")
    engine.put("raw.metrics", names, [("finish_rate", "ratio", "finished_plays", "plays")])
    days = [FIRST + timedelta(days=age) for age in range((as_of - FIRST).days + 1)]
    engine.put("raw.calendar", {"day": "DATE", "weekday": "INTEGER"}, [(day, day.isoweekday()) for day in days])
    told = [
        (_name(n), day, "finish_rate", round(share, 6))
        for n, series in enumerate(shares)
        for day, share in zip(days, series, strict=False)
    ]
    columns = {"account_id": "VARCHAR", "day": "DATE", "metric": "VARCHAR", "value": "DECIMAL(24, 6)"}
    engine.put("metrics.account_day", columns, told)
    scored = {"account_id": "VARCHAR", "day": "DATE", "scorecard": "VARCHAR"}
    engine.put("scores.account_score", {**scored, "score": "DOUBLE"}, [])
    engine.put("scores.rank", {**scored, "rank": "INTEGER"}, [])
    return engine


if __name__ == "__main__":
    main()
