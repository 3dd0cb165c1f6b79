"""What advice costs: suggestions for 10,000 accounts, with the shipped playbook and a year of records of what plays did.

    python benchmarks/strategy_speed.py [--accounts 10000]

The tables of room one, the goals and the record are made before the clock starts: 365 days of every number that a shipped play
moves, a running goal with a guardrail for each account, and two plays that each account took up within the year. It prints CPU
seconds (user and system time of this process) of the whole and of what cost most, and exits with 1 when the target is missed.
"""

# ruff: noqa: S608  the statements are of our own making; nothing of them is typed by anybody

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from opsengine.goals import Found, Goal, GoalResult, Measure, Role, Subject, parse_cycle
from opsengine.project import Project
from opsengine.see import read_catalogue
from opsengine.strategy import Names, Past, beliefs, estimate, life, read_playbook, suggest
from opsengine.strategy.taking_up import Who, accept
from opsengine.warehouse import DuckDBEngine, Member, read_models, widen

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
        super().__init__(memory_limit="6GB", is_telling=True)
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
        with self._timed("reading"):
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
        playbook = read_playbook(project, Names.of(catalogue.metrics))
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
    print(f"| {count:,} accounts, {len(playbook)} plays, {count * TAKEN_UP:,} records | measured | target |")
    print("|---|---|---|")
    print(f"| suggestions | {spent:.1f} s CPU | {limit:.1f} s CPU |")
    print(f"| of it, learning from the records | {learned - began:.1f} s CPU | |")
    for what, seconds in engine.spent.most_common(SHOWN):
        print(f"| {what} | {seconds:.2f} s CPU | |")
    return int(spent > limit)


def name_of(number: int) -> str:
    """The id of an account."""
    return f"shop-{number:05}"


def promised(number: int) -> list[GoalResult]:
    """A primary promise and a guardrail of one account, and where they stand."""
    metric = ("gmv", "new_fans", "plays", "orders")[number % 4]
    measures = (
        (Measure(Role.PRIMARY, metric, "flow", "count", "up", Decimal(30_000)), Decimal(15_000 + number % 4_000)),
        (Measure(Role.GUARDRAIL, "refund_rate", "ratio", "ratio", "down", Decimal("0.2")), Decimal(number % 30) / 100),
    )
    cycle = parse_cycle("2026-06")
    made = []
    for measure, actual in measures:
        goal = Goal(name_of(number), "", "", Subject(account=name_of(number)), cycle, "", "", (measure,))
        made.append(GoalResult(goal, measure, AS_OF, Found(1, 1, actual, Decimal(1), None, 21, 21, AS_OF)))
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
    engine.put("metrics.number", {"metric": "VARCHAR"}, [(measure,) for measure in measures])
    engine.put("raw.made_metrics", {"metric": "VARCHAR", "place": "INTEGER"}, [(one, at) for at, one in enumerate(sorted(kinds))])
    engine._run("set preserve_insertion_order = false", {})  # noqa: SLF001  so that a year of days fits into memory
    for table, sql in {**TABLES, "metrics.number_day": _wide(measures)}.items():
        file = folder / f"{table}.parquet"
        engine._run(f"copy ({sql}) to '{file}' (format parquet)", {})  # noqa: SLF001  statements of our own
        names = [row["column_name"] for row in engine.read(f"select * from (describe select * from read_parquet('{file}'))")]
        engine.mount(table, [file], {name: _TYPES.get(name, "VARCHAR") for name in names})
    long = widen(read_models()["metrics.account_day"], {"number": [_member(measure) for measure in measures]})
    engine.name(replace(long, is_view=True))
    engine._run("set preserve_insertion_order = true", {})  # noqa: SLF001  as before


def _wide(measures: list[str]) -> str:
    """A year of every number, a row a day with a column for each, in parts of five weeks as room one makes them."""
    columns = (f'cast(100 * {1 + at} * noise as decimal(18, 6)) as "{measure}__value"' for at, measure in enumerate(measures))
    noise = "1 + (hash(shop * 1000 + dayofyear(day)) % 1000) / 1000.0 as noise"
    days = f"select account_id, day, {noise} from {_SHOPS} cross join raw.calendar"
    return f"select account_id, day, {', '.join(columns)} from ({days}) as days order by year(day), floor(dayofyear(day) / 36.0)"


def _member(measure: str) -> Member:
    return Member(measure, {"id": exp.Literal.string(measure)})


_SHOPS = "(select account_id, hash(account_id) % 1000 as shop from raw.accounts)"
_WINDOWS = "raw.made_metrics cross join (values (7), (28)) as windows(days)"
_NUMBERS = ("value", "previous_value", "p25", "p50", "p75", "score", "coverage", "public", "paid", "owned", "external", "plays")
_COUNTS = ("days", "days_with_data", "previous_days_with_data", "likes", "devoted", "warm", "casual", "rank")
_TYPES = (
    dict.fromkeys(_NUMBERS, "DOUBLE")
    | dict.fromkeys((*_COUNTS, "previous_devoted", "previous_warm", "previous_casual"), "INTEGER")
    | {"day": "DATE", "published_on": "DATE"}
)
"""Every other column is a text."""
TABLES: dict[str, str] = {
    "metrics.account_window": f"""
        select account_id, metric, days, 1 + place + 9 * (hash(account_id || metric || days) % 1000) / 1000.0 as value,
            days as days_with_data, 1 + place + shop / 200.0 as previous_value, days as previous_days_with_data
        from {_SHOPS} cross join {_WINDOWS}""",
    "metrics.benchmark": f"""
        select account_id, metric, days, 3.0 + place as p25, 5.0 + place as p50, 8.0 + place as p75
        from raw.accounts cross join {_WINDOWS}""",
    "scores.account_score": f"""
        select account_id, day, scorecard, 100.0 + shop % 800 as score, 1.0 as coverage
        from {_SHOPS} cross join raw.calendar cross join (values ('business'), ('popularity')) as cards(scorecard)""",
    "metrics.doubted_day": "select account_id, day from raw.accounts cross join raw.calendar where false",
    "scores.rank": f"""
        select account_id, date '{AS_OF}' as day, scorecard, 1 + shop as rank
        from {_SHOPS} cross join (values ('business'), ('popularity')) as cards(scorecard)""",
    "scores.fan_tier": f"""
        select account_id, shop as devoted, 2000 as warm, 9000 as casual, 40 as previous_devoted, 2000 as previous_warm,
            9000 as previous_casual
        from {_SHOPS}""",
    "scores.traffic": f"select account_id, 1000.0 as public, shop as paid, 300.0 as owned, 20.0 as external from {_SHOPS}",
    "scores.standing": f"""
        select account_id, if(shop % 2 = 0, 'high', 'low') as frequency, if(shop % 3 = 0, 'low', 'high') as online,
            if(shop % 5 = 0, 'mature', 'growth') as stage
        from {_SHOPS}""",
    "staging.coverage": """
        select 'enterprise_daily' as source, account_id, day, 'present' as status from raw.accounts cross join raw.calendar""",
    "staging.works": f"""
        select account_id, cast(number as varchar) as work_id, 100.0 + number as plays, number % 30 as likes,
            cast(date '{AS_OF}' - cast(number * 5 + shop % 9 as integer) as date) as published_on
        from {_SHOPS} cross join range(60) as works(number)""",
}
"""What room one leaves behind, for every account of `raw.accounts`; the numbers are drawn from the names of accounts."""


if __name__ == "__main__":
    sys.exit(main())
