"""How many one-day changes are noticed, at one false alarm in a hundred days: our surprise beside two plain rules.

One real day is multiplied by each factor in turn, everything else as it was. Each rule's limits are quantiles of its own score
over the untouched days of the data set, so that all of them are wrong equally often: the plain rules have one limit for both
directions, as everybody writes them; surprise has one above and one below. What the plain rules would gain by that is told too.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from series import Panel, panels  # type: ignore[import-not-found]  # noqa: E402  the script's own folder

from tests.monitor.series import surprised  # noqa: E402  the same warehouse that the tests use

FACTORS = (0, 0.3, 0.5, 0.7, 1.4, 2, 3)
TRIED_DAYS = 91
FALSE_ALARMS = 0.01
TWO_LIMITS = ("surprise", "28-day mean/SD, two limits", "weekday z, two limits")
RULES = ("28-day mean/SD", "weekday z", *TWO_LIMITS[1:], "surprise")
Score = Callable[[float], float]
"""How surprising a day would be with this value; below zero is less than usual."""


@dataclass(frozen=True)
class Day:
    """One untouched day, and what each rule would say of any value in its place."""

    value: float
    scores: dict[str, Score]


def main() -> int:
    """Print the table; 1 when the target is missed."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    recalls: dict[str, list[float]] = defaultdict(list)
    sizes: list[int] = []
    print("| data | rule | " + " | ".join(f"x{factor:g}" for factor in FACTORS) + " | mean |")
    print("|---|---|" + "---:|" * (len(FACTORS) + 1))
    for panel in panels():
        days = list(_days(panel))
        sizes.append(len(days))
        for rule in RULES:
            found = _recall(days, rule)
            recalls[rule].append(statistics.fmean(found))
            cells = " | ".join(f"{share:.2f}" for share in (*found, recalls[rule][-1]))
            print(f"| {panel.name} ({len(days)} days) | {rule} | {cells} |")
    for rule in RULES:
        alike, by_days = statistics.fmean(recalls[rule]), _weighed(recalls[rule], sizes)
        print(f"| all, each data set alike; each day alike | {rule} |" + " |" * len(FACTORS) + f" {alike:.3f}; {by_days:.3f} |")
    ours, plain = (_weighed(recalls[rule], sizes) for rule in ("surprise", "28-day mean/SD"))
    alike = statistics.fmean(recalls["surprise"]) / statistics.fmean(recalls["28-day mean/SD"])
    print(f"\nsurprise finds {ours / plain:.2f} times what 28-day mean/SD finds over all days; {alike:.2f} times each set alike")
    return int(ours / plain < 1.6)


def _weighed(recalls: list[float], sizes: list[int]) -> float:
    return sum(recall * size for recall, size in zip(recalls, sizes, strict=True)) / sum(sizes)


def _recall(days: list[Day], rule: str) -> list[float]:
    score, has_two_limits = rule.partition(",")[0], rule in TWO_LIMITS
    clean = sorted(day.scores[score](day.value) for day in days)
    if has_two_limits:
        place = min(math.ceil(len(clean) * (1 - FALSE_ALARMS / 2)), len(clean)) - 1
        upper, lower = clean[place], clean[-1 - place]
    else:
        sizes = sorted(abs(value) for value in clean)
        upper = sizes[min(math.ceil(len(clean) * (1 - FALSE_ALARMS)), len(clean)) - 1]
        lower = -upper
    return [statistics.fmean(not lower <= day.scores[score](day.value * factor) <= upper for day in days) for factor in FACTORS]


def _days(panel: Panel) -> Iterator[Day]:
    """Every day of the last quarter on which something happened and every rule has a say."""
    last = max(day for days in panel.series.values() for day in days)
    engine = surprised(panel.series, last, groups=panel.groups)
    peers = _residuals(panel, engine)
    for row in engine.read(_KNOWN, since=last - timedelta(days=TRIED_DAYS)):
        before = _before(panel.series[row["subject"]], row["day"])
        group = peers[panel.groups[row["subject"]], row["day"]]
        yield Day(row["value"], {"surprise": _surprise(row, group), **_plain(before)})


_KNOWN = """
select day.subject, day.day, day.residual, day.field_residual, day.surprise, day.spread, told.value, told.expected, told.damping
from surprise.day as day
inner join surprise.expected_day as told on told.account_id = day.subject and told.day = day.day
where day.subject_kind = 'account' and day.day > $since and told.value > 0
order by day.subject, day.day
"""


def _residuals(panel: Panel, engine: object) -> dict[tuple[str, date], list[tuple[str, float]]]:
    found: dict[tuple[str, date], list[tuple[str, float]]] = defaultdict(list)
    rows = engine.read("select account_id, day, residual from surprise.expected_day where residual is not null")  # type: ignore[attr-defined]
    for row in rows:
        found[panel.groups[row["account_id"]], row["day"]].append((row["account_id"], row["residual"]))
    return found


def _surprise(row: dict[str, float], group: list[tuple[str, float]]) -> Score:
    """The model's own arithmetic with another value: the median of the peers is taken again too."""
    field = row["field_residual"]
    middle = row["residual"] - (field or 0.0) - row["surprise"] * row["spread"]
    others = sorted(residual for name, residual in group if name != row["subject"])

    def score(value: float) -> float:
        residual = math.log(max(value + row["damping"], 1e-9) / max(row["expected"] + row["damping"], 1e-9))
        everybody = list(others)
        insort(everybody, residual)
        taken_off = statistics.median(everybody) if field is not None else 0.0
        return (residual - taken_off - middle) / row["spread"]

    return score


def _before(days: dict[date, float], today: date) -> list[float]:
    return [days[day] for day in (today - timedelta(days=age) for age in range(1, 57)) if day in days]


def _plain(before: list[float]) -> dict[str, Score]:
    """The two rules that everybody writes first."""
    month, same = before[:28], before[6::7]

    def against(values: list[float]) -> Score:
        mean, spread = statistics.fmean(values), max(statistics.stdev(values), 1e-9)
        return lambda value: (value - mean) / spread

    return {"28-day mean/SD": against(month), "weekday z": against(same)}


if __name__ == "__main__":
    sys.exit(main())
