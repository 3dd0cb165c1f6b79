"""The tables of a day, read once for all accounts that a brief is due for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from opsengine.report.numbering import Numbers, read_numbers
from opsengine.report.outlooks import Outlooks, look_ahead
from opsengine.report.periods import counted_against, held_against

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opsengine.goals import Cycle
    from opsengine.see import AccountView, ScoreChange
    from opsengine.warehouse import Engine

Row = dict[str, Any]

WEEKS_OF_TREND = 13
"""A quarter of a year: long enough for a direction, short enough for a phone."""
DAYS_OF_WORKS = 28
"""Works are compared within four weeks; older ones have had longer to be seen."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What briefs are made of, by account."""

    end: date
    previous_end: date
    views: Mapping[str, AccountView]
    changes: Mapping[tuple[str, str], ScoreChange]
    positions: Mapping[tuple[str, str, str], float]
    """Place of a component by account, scorecard and component."""
    trends: Mapping[tuple[str, str], dict[date, float]]
    """Scores a week apart by account and scorecard, and the one at the end of the previous period."""
    medians: Mapping[tuple[str, str], float]
    previous_ranks: Mapping[tuple[str, str], int]
    tiers: Mapping[str, Row]
    traffic: Mapping[str, Row]
    works: Mapping[str, list[Row]]
    coverage: Mapping[str, list[Row]]
    paces: Mapping[str, list[Row]]
    """Days of a primary goal by the id of its measure."""
    metrics: Mapping[str, Row]
    components: Mapping[tuple[str, str], Row]
    cards: Mapping[str, Row]
    risks: Mapping[tuple[str, str], Row]
    """What may lower a score, by scorecard and risk."""
    outlooks: Outlooks
    """Where scores may be in the coming weeks."""
    numbers: Numbers
    """What days say of the metrics that every reader asks for, over this period and the one it is held against."""

    @property
    def trend_days(self) -> tuple[date, ...]:
        """The days of the trend, oldest first, the last is the end of the period."""
        return tuple(self.end - timedelta(weeks=age) for age in reversed(range(WEEKS_OF_TREND)))


def read_paces(engine: Engine) -> dict[str, list[Row]]:
    """The days of every primary goal by the id of its measure."""
    return _lists(engine.read("select measure_id, day, actual from goals.daily order by measure_id, day"), "measure_id")


def gather(  # noqa: PLR0913, PLR0917  a period is made of all of these
    engine: Engine, period: Cycle, views: Iterable[AccountView], changes: Iterable[ScoreChange],
    paces: Mapping[str, list[Row]], chosen: Iterable[str] = (),
) -> Gathered:  # fmt: skip
    """Read what the briefs of a period are made of, with the metrics that reports chose. The tables are of its last day."""
    end, previous_end = period.end, held_against(period).end
    trends = _trends(engine, end, previous_end)
    return Gathered(
        end=end,
        previous_end=previous_end,
        views={view.account_id: view for view in views},
        changes={(change.account_id, change.scorecard): change for change in changes},
        positions={
            (row["account_id"], row["scorecard"], row["component"]): row["position"] for row in engine.read(_POSITIONS, end=end)
        },
        trends=trends,
        medians=_values(
            engine.read("select account_id, scorecard, p50 as value from scores.score_peers where day = $end", end=end)
        ),
        previous_ranks=_values(
            engine.read("select account_id, scorecard, rank as value from scores.rank where day = $day", day=previous_end)
        ),
        tiers=_by_account(engine.read("select * from scores.fan_tier")),
        traffic=_by_account(engine.read("select * from scores.traffic")),
        works=_lists(engine.read(_WORKS, start=end - timedelta(days=DAYS_OF_WORKS - 1), end=end), "account_id"),
        coverage=_lists(engine.read(_COVERAGE, start=period.start, end=end), "account_id"),
        paces=paces,
        metrics={row["metric"]: row for row in engine.read("select * from raw.metrics")},
        components={(row["scorecard"], row["component"]): row for row in engine.read("select * from raw.components")},
        cards={row["scorecard"]: row for row in engine.read("select * from raw.scorecards")},
        risks={(row["scorecard"], row["risk"]): row for row in engine.read("select * from raw.risks")},
        outlooks=look_ahead(trends),
        numbers=read_numbers(engine, period, counted_against(period), chosen),
    )


_POSITIONS = "select account_id, scorecard, component, round(position, 9) as position from scores.component where day = $end"
_WORKS = """
select account_id, work_id, title, form, published_on, plays, finish_rate, finish_rate_5s, bounce_rate_2s, net_fans,
    likes + comments + shares + favourites as interactions
from staging.works
where published_on between $start and $end and plays is not null
order by account_id, plays desc, work_id
"""
_COVERAGE = """
select account_id, source,
    count(*) filter (where status <> 'missing' and day >= $start) as present,
    count(*) filter (where day >= $start) as expected,
    max(day) filter (where status = 'present') as last_day
from staging.coverage
where day <= $end
group by account_id, source
having count(*) filter (where day >= $start) > 0
order by account_id, source
"""


def _trends(engine: Engine, end: date, previous_end: date) -> dict[tuple[str, str], dict[date, float]]:
    rows = engine.read(
        "select account_id, scorecard, day, score from scores.account_score where score is not null"
        " and (day = $previous_end or (day > $first and day <= $end and date_diff('day', day, $end) % 7 = 0))",
        end=end,
        previous_end=previous_end,
        first=end - timedelta(weeks=WEEKS_OF_TREND),
    )
    found: dict[tuple[str, str], dict[date, float]] = defaultdict(dict)
    for row in rows:
        found[row["account_id"], row["scorecard"]][row["day"]] = row["score"]
    return found


def _values(rows: Iterable[Row]) -> dict[tuple[str, str], Any]:
    return {(row["account_id"], row["scorecard"]): row["value"] for row in rows}


def _by_account(rows: Iterable[Row]) -> dict[str, Row]:
    return {row["account_id"]: row for row in rows}


def _lists(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found
