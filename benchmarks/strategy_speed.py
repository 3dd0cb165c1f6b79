"""What advice costs: suggestions for 10,000 accounts, with the shipped playbook and a year of records of what plays did.

    python benchmarks/strategy_speed.py [--accounts 10000]

The tables of room one, the goals and the record are made before the clock starts: 365 days of every number that a shipped play
moves, a running goal with a guardrail for each account, and two plays that each account took up within the year. It prints CPU
seconds (user and system time of this process) of the whole and of the steps that cost most, and exits with 1 when the target is missed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsengine.goals import Found, Goal, GoalResult, Measure, Role, Subject, parse_cycle
from opsengine.project import Project
from opsengine.see import read_catalogue
from opsengine.strategy import Past, beliefs, estimate, life, read_playbook, state_names, suggest
from opsengine.strategy.taking_up import Who, accept
from opsengine.warehouse import DuckDBEngine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsengine.strategy import Life, Play

AS_OF, DAYS = date(2026, 6, 21), 365
SUGGESTED_IN = 10.0
TAKEN_UP = 2
"""Plays that each account took up within the year."""
SHOWN = 12


class Stopwatch(DuckDBEngine):
    """An engine that knows what each of its tables cost."""

    def __init__(self) -> None:
        super().__init__(memory_limit="6GB")
        self.spent: Counter[str] = Counter()

    def make(self, model: Any, as_of: date) -> None:
        """As the engine does."""
        with self._timed(model.table):
            super().make(model, as_of)

    def put(self, table: str, columns: Any, rows: Any) -> None:
        """As the engine does."""
        with self._timed(f"rows of {table}"):
            super().put(table, columns, rows)

    def read(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """As the engine does."""
        with self._timed(
            f"reading {sql.partition(' from ')[2].split(maxsplit=1)[0] if ' from ' in sql else sql.split('from', 1)[1].split(maxsplit=1)[0]}"
        ):
            return super().read(sql, **parameters)

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.spent[what] += time.process_time() - began


def main() -> int:
    """Measure, print, and say whether the target is met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=10_000)
    count = parser.parse_known_args()[0].accounts
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        catalogue = read_catalogue(project)
        playbook = read_playbook(project, state_names({name: catalogue[name].unit for name in catalogue.names}))
        engine = Stopwatch()
        furnish(engine, count, catalogue, playbook, Path(folder))
        goals = [result for number in range(count) for result in promised(number)]
        lived = lives(count, playbook)
        engine.spent.clear()
        began = time.process_time()
        segments = estimate(engine, playbook, lived) if "--bare" not in sys.argv else ()
        learned = time.process_time()
        advice = suggest(engine, goals, playbook, AS_OF, Past(lived, beliefs(playbook, segments)))
        spent = time.process_time() - began
    if not all(one.suggestions for one in advice[:100]):
        raise AssertionError
    limit = SUGGESTED_IN * count / 10_000
    print(f"| {count:,} accounts, {len(playbook)} plays, {count * TAKEN_UP:,} records | measured | target |\n|---|---|---|")
    print(
        f"| suggestions | {spent:.1f} s CPU | {limit:.1f} s CPU |\n| of it, learning from the records | {learned - began:.1f} s CPU | |"
    )
    for what, seconds in engine.spent.most_common(SHOWN):
        print(f"| {what} | {seconds:.2f} s CPU | |")
    return int(spent > limit)


def name_of(number: int) -> str:
    """The id of an account."""
    return f"shop-{number:05}"


def promised(number: int) -> list[GoalResult]:
    """A primary promise and a guardrail of one account, and where they stand."""
    measures = (
        (
            Measure(Role.PRIMARY, ("gmv", "new_fans", "plays", "orders")[number % 4], "flow", "count", "up", Decimal(30_000)),
            15_000 + number % 4_000,
        ),
        (Measure(Role.GUARDRAIL, "refund_rate", "ratio", "ratio", "down", Decimal("0.2")), Decimal(number % 30) / 100),
    )
    cycle = parse_cycle("2026-06")
    made = []
    for measure, actual in measures:
        goal = Goal(name_of(number), "", "", Subject(account=name_of(number)), cycle, "", "", (measure,))
        made.append(GoalResult(goal, measure, AS_OF, Found(1, 1, Decimal(actual), Decimal(1), None, 21, 21, AS_OF)))
    return made


def lives(count: int, playbook: tuple[Play, ...]) -> Life:
    """What every account took up within the year."""
    dice = random.Random(7)  # noqa: S311  made-up records guard no secret
    words = []
    for number in range(count):
        for day in sorted(dice.sample(range(50, DAYS), TAKEN_UP)):
            then = life([], AS_OF - timedelta(days=DAYS - day))
            words += accept(then, dice.choice(playbook), name_of(number), {}, Who("Lin"))
    return life(sorted(words, key=lambda word: word.day), AS_OF)


def furnish(engine: DuckDBEngine, count: int, catalogue: Any, playbook: tuple[Play, ...], folder: Path) -> None:
    """The tables that room one leaves behind."""
    metrics = [
        (one.metric, one.kind, one.numerator, one.denominator, one.direction, one.unit) for one in catalogue.metrics.values()
    ]
    texts = dict.fromkeys(("metric", "kind", "numerator", "denominator", "direction", "unit"), "VARCHAR")
    engine.put("raw.metrics", texts, [(m, k, n or m, d, r, u) for m, k, n, d, r, u in metrics])
    texts = dict.fromkeys(("account_id", "name", "industry", "size", "team", "brand"), "VARCHAR")
    engine.put("raw.accounts", texts, [(name_of(n), name_of(n), f"trade-{n % 20}", "medium", None, None) for n in range(count)])
    days = [(AS_OF - timedelta(days=back),) for back in range(DAYS - 1, -1, -1)]
    engine.put("raw.calendar", {"day": "DATE"}, days)
    kinds = {metric: (kind, numerator, denominator) for metric, kind, numerator, denominator, _, _ in metrics}
    moved = {play.declared.expected.metric for play in playbook} | {"ad_gmv", "ad_spend"}
    measures = sorted({part for metric in moved for part in (kinds[metric][1] or metric, kinds[metric][2]) if part})
    engine.put("raw.made_measures", {"measure": "VARCHAR", "place": "INTEGER"}, [(one, at) for at, one in enumerate(measures)])
    engine.put("raw.made_metrics", {"metric": "VARCHAR", "place": "INTEGER"}, [(one, at) for at, one in enumerate(sorted(kinds))])
    engine._run("set preserve_insertion_order = false", {})  # noqa: SLF001  so that a year of days fits into memory
    for table, sql, columns in TABLES:
        file = folder / f"{table}.parquet"
        engine._run(f"copy ({sql.format(as_of=AS_OF, days=DAYS)}) to '{file}' (format parquet)", {})  # noqa: SLF001  numbers of our own
        engine.mount(table, [file], columns)
    engine._run("set preserve_insertion_order = true", {})  # noqa: SLF001  as before


_SHOPS = "(select account_id, hash(account_id) % 1000 as shop from raw.accounts)"
_WOBBLE = "(hash({of}) % 1000) / 1000.0"
_VALUE = "1 + place + 9 * " + _WOBBLE.format(of="account_id || metric || days")
TABLES: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "metrics.account_window",
        f"select account_id, metric, days, {_VALUE} as value, days as days_with_data, 1 + place + shop / 200.0 as previous_value,"  # noqa: S608  as below
        f" days as previous_days_with_data from {_SHOPS} cross join raw.made_metrics cross join (values (7), (28)) as windows(days)",
        {
            "account_id": "VARCHAR",
            "metric": "VARCHAR",
            "days": "INTEGER",
            "value": "DOUBLE",
            "days_with_data": "INTEGER",
            "previous_value": "DOUBLE",
            "previous_days_with_data": "INTEGER",
        },
    ),
    (
        "metrics.benchmark",
        "select account_id, metric, days, 3.0 + place as p25, 5.0 + place as p50, 8.0 + place as p75"
        " from raw.accounts cross join raw.made_metrics cross join (values (7), (28)) as windows(days)",
        {"account_id": "VARCHAR", "metric": "VARCHAR", "days": "INTEGER", "p25": "DOUBLE", "p50": "DOUBLE", "p75": "DOUBLE"},
    ),
    (
        "metrics.account_day",
        "select account_id, day, measure as metric, cast(100 * (1 + place) * (1 + "
        + _WOBBLE.format(of="shop * 1000 + dayofyear(day)")
        + f") as decimal(24, 6)) as value from {_SHOPS} cross join raw.made_measures cross join raw.calendar",
        {"account_id": "VARCHAR", "day": "DATE", "metric": "VARCHAR", "value": "DECIMAL(24, 6)"},
    ),
    (
        "scores.account_score",
        f"select account_id, day, scorecard, 100.0 + shop % 800 as score from {_SHOPS} cross join raw.calendar"  # noqa: S608  as above
        " cross join (values ('business'), ('popularity')) as cards(scorecard)",
        {"account_id": "VARCHAR", "day": "DATE", "scorecard": "VARCHAR", "score": "DOUBLE"},
    ),
    (
        "scores.fan_tier",
        f"select account_id, shop as devoted, 2000 as warm, 9000 as casual, 40 as previous_devoted, 2000 as previous_warm,"  # noqa: S608  as above
        f" 9000 as previous_casual from {_SHOPS}",
        dict.fromkeys(("devoted", "warm", "casual", "previous_devoted", "previous_warm", "previous_casual"), "INTEGER")
        | {"account_id": "VARCHAR"},
    ),
    (
        "scores.traffic",
        f"select account_id, 1000.0 as public, shop as paid, 300.0 as owned, 20.0 as external from {_SHOPS}",  # noqa: S608  as above
        dict.fromkeys(("public", "paid", "owned", "external"), "DOUBLE") | {"account_id": "VARCHAR"},
    ),
    (
        "scores.standing",
        f"select account_id, if(shop % 2 = 0, 'high', 'low') as frequency, if(shop % 3 = 0, 'low', 'high') as online,"  # noqa: S608  as above
        f" if(shop % 5 = 0, 'mature', 'growth') as stage from {_SHOPS}",
        dict.fromkeys(("account_id", "frequency", "online", "stage"), "VARCHAR"),
    ),
    (
        "staging.coverage",
        "select 'enterprise_daily' as source, account_id, day, 'present' as status from raw.accounts cross join raw.calendar",
        {"source": "VARCHAR", "account_id": "VARCHAR", "day": "DATE", "status": "VARCHAR"},
    ),
    (
        "staging.works",
        f"select account_id, cast(number as varchar) as work_id, cast(date '{{as_of}}' - cast(number * 5 + shop % 9 as integer) as date)"  # noqa: S608  as above
        f" as published_on, 100.0 + number as plays, number % 30 as likes from {_SHOPS} cross join range(60) as works(number)",
        {"account_id": "VARCHAR", "work_id": "VARCHAR", "published_on": "DATE", "plays": "DOUBLE", "likes": "DOUBLE"},
    ),
)


if __name__ == "__main__":
    sys.exit(main())
