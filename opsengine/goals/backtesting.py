"""How good the forecast is on the user's own history: past cycles are foreseen from what was known then, and compared.

For each finished cycle and each share of it that had passed, the models of this room are built as of that day, for every
account that has data on each day of the cycle; only then is the end looked at. The odds are tried on three targets that
could be known beforehand: 0.9, 1 and 1.1 times what the account would have brought at its pace of the 28 days before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opsengine.goals.cycle import cycle_containing, previous_cycle
from opsengine.goals.forecasting import put_forecast, shipped_forecast
from opsengine.goals.measuring import COLUMNS, put_selectors
from opsengine.warehouse import build_models

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from opsengine.goals.campaigns import CampaignFile
    from opsengine.goals.cycle import Cycle, CycleKind
    from opsengine.goals.goal import KnownMetric
    from opsengine.warehouse import Engine

SHARES = (Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal("0.75"))
"""How much of the cycle had passed when it was foreseen."""
STEPS = (Decimal("0.9"), Decimal(1), Decimal("1.1"))
"""The targets that the odds are tried on, as shares of the pace before the cycle."""
MOST_WINDOWS = 6
"""Half a year of months; older ones tell of another time."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What shall be foreseen once more."""

    name: str
    """The metric's name."""
    metric: KnownMetric
    kind: CycleKind
    """A calendar kind."""
    most: int = MOST_WINDOWS
    """How many cycles at the most."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How good the forecasts were that were made at one share of the cycle. Shares are 0 to 1, None where nothing was foreseen."""

    elapsed: Decimal
    n: int
    """Forecasts compared: accounts times cycles."""
    mape: float | None
    """The mean of how far the middle of the landing was off, as a share of what came."""
    linear_mape: float | None
    """The same, had one gone on at the pace of the cycle so far."""
    coverage50: float | None
    coverage80: float | None
    """How often what came lay between p10 and p90: 0.8 is right."""
    coverage95: float | None
    brier: float | None
    """The mean square of what the odds were off; 0 is perfect, 0.25 is a coin."""
    ece: float | None
    """How far odds of p come true other than p of the time, on average over ten bins."""

    def as_json(self) -> dict[str, Any]:
        """As `opsengine goals backtest` prints it."""
        return {name: getattr(self, name) for name in self.__slots__} | {"elapsed": float(self.elapsed)}


@dataclass(frozen=True, slots=True)
class Backtest:
    """The forecasts of several past cycles, compared with what came."""

    windows: tuple[Cycle, ...]
    """The cycles, the newest first."""
    table: tuple[Accuracy, ...]


def backtest(engine: Engine, trial: Trial, as_of: date, campaigns: Mapping[str, CampaignFile] | None = None) -> Backtest:
    """Foresee the finished cycles that the data reaches back to, with the campaigns that are declared."""
    put_forecast(engine, shipped_forecast(), campaigns)
    put_selectors(engine, [])
    windows = tuple(_windows(engine, trial, as_of))
    sums = {share: _Sums() for share in SHARES}
    for cycle in windows:
        for share in SHARES:
            sums[share].add(_try(engine, trial, cycle, share))
    return Backtest(windows, tuple(total.accuracy(share) for share, total in sums.items()))


class _Sums:
    """Adds up the rows of several cycles."""

    def __init__(self) -> None:
        self._rows: list[dict[str, Any]] = []

    def add(self, rows: list[dict[str, Any]]) -> None:
        self._rows += rows

    def accuracy(self, share: Decimal) -> Accuracy:
        landings = [row for row in self._rows if row["odds_bin"] is None]
        odds = [row for row in self._rows if row["odds_bin"] is not None]
        count = _sum(landings, "n")
        asked = _sum(odds, "n")
        held = [[row for row in odds if row["odds_bin"] == one] for one in sorted({row["odds_bin"] for row in odds})]
        gaps = [abs(_sum(rows, "odds") - _sum(rows, "hits")) for rows in held]
        told = {name: _mean(_sum(landings, name), count) for name in ("error", "within50", "within80", "within95")}
        has_pace = any(row["linear_error"] is not None for row in landings)
        linear = _mean(_sum(landings, "linear_error"), count) if has_pace else None
        return Accuracy(
            share, int(count), told["error"], linear, told["within50"], told["within80"], told["within95"],
            _mean(_sum(odds, "square"), asked), _mean(sum(gaps), asked),
        )  # fmt: skip


def _sum(rows: list[dict[str, Any]], name: str) -> float:
    return sum(float(row[name]) for row in rows if row[name] is not None)


def _mean(total: float, count: float) -> float | None:
    return round(total / count, 6) if count else None


def _windows(engine: Engine, trial: Trial, as_of: date) -> Iterator[Cycle]:
    """Finished cycles with five weeks of data before them, the newest first."""
    (row,) = engine.read(_FIRST_DAY, metric=trial.name)
    cycle = cycle_containing(as_of, trial.kind)
    if not cycle.is_over(as_of):
        cycle = previous_cycle(cycle)
    for _ in range(trial.most):
        if row["first_day"] is None or (cycle.start - row["first_day"]).days < shipped_forecast().least_days:
            return
        yield cycle
        cycle = previous_cycle(cycle)


def _try(engine: Engine, trial: Trial, cycle: Cycle, share: Decimal) -> list[dict[str, Any]]:
    """One cycle foreseen at one share of it: sums over its accounts, all of them and by the odds told."""
    elapsed, name, metric = int(cycle.days * share), trial.name, trial.metric
    if share and elapsed == 0:
        return []
    day = cycle.start + timedelta(days=elapsed - 1)
    earlier = {"first": cycle.start - timedelta(days=28), "last": cycle.start - timedelta(days=1)}
    before = engine.read(_DAYS + _USUAL, metric=name, kind=metric.kind, days=cycle.days, **earlier)
    engine.put("raw.goals", COLUMNS, [
        (
            f"{row['account_id']}/{step}", "secondary", name, metric.kind, "account", row["account_id"], cycle.start, cycle.end,
            metric.direction, Decimal(str(round(row["usual"] * float(step), 6))), None, None,
        )
        for row in before if row["usual"] is not None
        for step in STEPS
    ])  # fmt: skip
    build_models(engine, day, "goals")
    return engine.read(_DAYS + _COMPARED, metric=name, first=cycle.start, last=cycle.end, days=cycle.days, elapsed=elapsed)


_FIRST_DAY = """
select min(day) as first_day from metrics.account_day
where metric = $metric or metric in (select numerator from raw.metrics where metric = $metric)
"""
_DAYS = """
with days as (
    select account_day.account_id, account_day.day,
        max(case when account_day.metric = coalesce(metrics.numerator, $metric) then account_day.value end) as above,
        max(case when account_day.metric = metrics.denominator then account_day.value end) as below
    from metrics.account_day
    left join raw.metrics as metrics on metrics.metric = $metric
    where (account_day.metric = coalesce(metrics.numerator, $metric) or account_day.metric = metrics.denominator)
        and account_day.day between $first and $last
    group by account_day.account_id, account_day.day
)"""
"""What each account brought on the days from the first to the last, both included; of a ratio what is above and below the line."""
_USUAL = """
select account_id, case $kind
    when 'flow' then cast(sum(above) as double) / 28 * $days
    when 'stock' then cast(max(above) as double) + cast(max(above) - min(above) as double) / 28 * $days
    else cast(sum(above) as double) / nullif(cast(sum(below) as double), 0)
end as usual
from days
group by account_id
order by account_id
"""
_COMPARED = """,

came as (
    select days.account_id, case goals.kind
        when 'flow' then cast(sum(days.above) as double)
        when 'stock' then max(case when days.day = $last then cast(days.above as double) end)
        else cast(sum(days.above) as double) / nullif(cast(sum(days.below) as double), 0)
    end as value
    from days
    inner join (select distinct subject, kind from raw.goals) as goals on goals.subject = days.account_id
    where days.above is not null
    group by days.account_id, goals.kind
    having count(*) = $days
),

landings as (
    select abs(quantile.p50 - came.value) / nullif(abs(came.value), 0) as error,
        case when goals.kind = 'flow' and $elapsed > 0
            then abs(landing.there / $elapsed * $days - came.value) / nullif(abs(came.value), 0) end as linear_error,
        case when came.value between quantile.p25 and quantile.p75 then 1 else 0 end as within50,
        case when came.value between quantile.p10 and quantile.p90 then 1 else 0 end as within80,
        case when came.value between quantile.p025 and quantile.p975 then 1 else 0 end as within95
    from raw.goals as goals
    inner join came on came.account_id = goals.subject
    inner join goals.quantile as quantile on quantile.measure_id = goals.measure_id
    inner join goals.landing as landing on landing.measure_id = goals.measure_id and landing.days_ago = 0
    where goals.measure_id = goals.subject || '/1' and came.value <> 0
),

odds as (
    select least(9, cast(floor(odds.odds * 10) as integer)) as odds_bin, odds.odds,
        case
            when goals.direction = 'up' and came.value >= goals.target then 1
            when goals.direction = 'down' and came.value <= goals.target then 1
            else 0
        end as hit
    from raw.goals as goals
    inner join came on came.account_id = goals.subject
    inner join goals.odds as odds on odds.measure_id = goals.measure_id and odds.days_ago = 0 and odds.level = 'target'
)

select null as odds_bin, count(*) as n, sum(error) as error, sum(linear_error) as linear_error,
    sum(within50) as within50, sum(within80) as within80, sum(within95) as within95,
    null as odds, null as hits, null as square
from landings
union all
select odds_bin, count(*) as n, null as error, null as linear_error, null as within50, null as within80, null as within95,
    sum(odds) as odds, sum(hit) as hits, sum((odds - hit) * (odds - hit)) as square
from odds
group by odds_bin
order by odds_bin nulls first
"""
