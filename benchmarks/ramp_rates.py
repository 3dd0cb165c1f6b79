"""How often the ramp test errs, against a fixed threshold: simulated hours of spending with a known true return.

    python benchmarks/ramp_rates.py [--trials 4000]

Orders of 80 yuan come by chance and are unlike each other (a variation of 0.5); the target is a return of 2. Four tables: how often
a small test is scaled; how often spending that was scaled is stopped within six large hours; how often more money is said to meet
the limit of supply; and what a trial of four small and six large hours earns against the target. The fixed threshold scales when
the first hour returns at least the target, and stops when an hour returns less.
"""

from __future__ import annotations

import argparse
import math
import random
from datetime import datetime, timedelta

from opsengine.strategy.ramping import Hour, RampFile, marginal, ramp

RULE = RampFile(lag=0)
TARGET, ORDER, VARIATION = 2.0, 80.0, 0.5
SMALL_HOURS, LARGE_HOURS = 4, 6
BEGIN = datetime(2026, 6, 21, 8)  # noqa: DTZ001  an hour of a trial has no zone
PARTS = (0.5, 0.7, 0.85, 1.0, 1.15, 1.3, 1.6)


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=4000)
    trials = parser.parse_args().trials
    print("| true return / target | " + " | ".join(map(str, PARTS)) + " |\n|---|" + "---|" * len(PARTS))
    _line("scaled, fixed threshold", [_share(trials, part, _is_scaled_by_threshold) for part in PARTS])
    _line("scaled, this test", [_share(trials, part, _is_scaled) for part in PARTS])
    _line("stopped within six large hours, fixed threshold", [_share(trials, part, _is_stopped_by_threshold) for part in PARTS])
    _line("stopped within six large hours, this test", [_share(trials, part, _is_stopped) for part in PARTS])
    print("\n| what each further yuan brings / target | " + " | ".join(map(str, PARTS)) + " |\n|---|" + "---|" * len(PARTS))
    _line("said to be at the limit of supply", [_share(trials, part, _is_at_its_limit) for part in PARTS])


def _line(name: str, shares: list[float]) -> None:
    print(f"| {name} | " + " | ".join(f"{100 * share:.0f} %" for share in shares) + " |")


def _share(trials: int, part: float, happens: object) -> float:
    dice = random.Random(11)  # noqa: S311  made-up hours guard no secret
    return sum(happens(TARGET * part, dice) for _ in range(trials)) / trials  # type: ignore[operator]  # one of the four below


def _hours(returns: float, spends: list[float], dice: random.Random) -> list[Hour]:
    made = []
    for at, spend in enumerate(spends):
        orders = _poisson(spend * returns / ORDER, dice)
        made.append(Hour(BEGIN + timedelta(hours=at), spend, _sales(orders, dice), orders))
    return made


def _sales(orders: int, dice: random.Random) -> float:
    spread = math.sqrt(math.log(1 + VARIATION**2))
    return sum(dice.lognormvariate(math.log(ORDER) - spread**2 / 2, spread) for _ in range(orders))


def _poisson(mean: float, dice: random.Random) -> int:
    if mean > 30:  # a product of so many chances takes long; the normal is as good
        return max(0, round(dice.gauss(mean, math.sqrt(mean))))
    left, count, product = math.exp(-mean), 0, dice.random()
    while product > left:
        product, count = product * dice.random(), count + 1
    return count


def _small(returns: float, dice: random.Random) -> list[Hour]:
    return _hours(returns, [dice.uniform(300, 500) for _ in range(SMALL_HOURS)], dice)


def _is_scaled(returns: float, dice: random.Random) -> bool:
    said = (one.verdict for one in ramp(_small(returns, dice), RULE))
    return next((word for word in said if word in ("scale", "pull_back")), "") == "scale"


def _is_scaled_by_threshold(returns: float, dice: random.Random) -> bool:
    first = _small(returns, dice)[0]
    return first.revenue >= TARGET * first.spend


def _large(returns: float, dice: random.Random) -> list[Hour]:
    return _hours(returns, [dice.uniform(2000, 3000) for _ in range(LARGE_HOURS)], dice)


def _is_stopped(returns: float, dice: random.Random) -> bool:
    """After a small hour so good that every rule scales: what counts is what comes then."""
    lucky = Hour(BEGIN - timedelta(hours=1), 400, 2000, 25)
    return any(one.verdict == "pull_back" for one in ramp([lucky, *_large(returns, dice)], RULE)[1:])


def _is_stopped_by_threshold(returns: float, dice: random.Random) -> bool:
    return any(hour.revenue < TARGET * hour.spend for hour in _large(returns, dice))


def _is_at_its_limit(returns: float, dice: random.Random) -> bool:
    """Three hours at 2,000 yuan that return 1.3 times the target, then three at 3,000 of which only the last third does less."""
    base = _hours(TARGET * 1.3, [2000.0] * 3, dice)
    more = _hours((2000 * TARGET * 1.3 + 1000 * returns) / 3000, [3000.0] * 3, dice)
    found = marginal([*base, *more], RULE)
    return found is not None and found.odds_too_little >= RULE.supply_odds


if __name__ == "__main__":
    main()
