"""The numbers of a period beside those of another: sums over their days, ratios from those sums, levels as last known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from opsengine.report.measured import Number

if TYPE_CHECKING:
    from opsengine.goals import Cycle
    from opsengine.report.gathering import Row
    from opsengine.warehouse import Engine

Step = Literal["settle", "keep", "convert", "chosen"]
STEPS: Mapping[Step, tuple[str, ...]] = {
    "settle": ("plays", "live_viewers", "home_visits", "new_fans", "fans_total"),
    "keep": ("interaction_rate", "finish_rate", "lost_fan_rate", "net_fans"),
    "convert": ("gmv", "orders", "order_rate", "ad_spend", "roi", "refund_rate", "leads", "cost_per_lead"),
}
"""What a reader asks for first, by the step of the funnel (沉淀, 留存, 转化); a number that nothing tells is left out."""
Span = Literal["now", "before"]


@dataclass(frozen=True, slots=True)
class Told:
    """What one account's days say of one metric over one stretch of days; the denominator is 1 but for ratios."""

    numerator: Decimal
    denominator: Decimal
    days: int


Numbers = Mapping[str, Mapping[tuple[str, Span], Told]]
"""By account: what is told of each metric and span."""


def read_numbers(engine: Engine, now: Cycle, before: Cycle, chosen: Iterable[str] = ()) -> Numbers:
    """What every account's days say over both periods, of the metrics of every brief and of chosen ones.

    Only days on which a ratio knows both of its parts count for it.
    """
    columns = {"span": "VARCHAR", "first_day": "DATE", "last_day": "DATE"}
    engine.put("raw.report_spans", columns, [("now", now.start, now.end), ("before", before.start, before.end)])
    wanted = dict.fromkeys([*(metric for metrics in STEPS.values() for metric in metrics), *chosen])
    engine.put("raw.report_metrics", {"metric": "VARCHAR"}, [(metric,) for metric in wanted])
    found: dict[str, dict[tuple[str, Span], Told]] = defaultdict(dict)
    for row in (*engine.read(_SUMS), *engine.read(_LEVELS)):
        told = Told(Decimal(row["numerator"]), Decimal(row["denominator"]), row["days"])
        found[row["account_id"]][row["metric"], row["span"]] = told
    return found


@dataclass(frozen=True, slots=True)
class Counting:
    """How told numbers become those of a brief."""

    now: Cycle
    before: Cycle
    metrics: Mapping[str, Row]
    """The catalogue's rows by metric."""
    matures: Mapping[str, int]
    """Days until the platform corrects a metric no more."""
    written_after: int
    """Days after the end of the period on which the brief is written at the earliest."""
    also: tuple[str, ...] = ()
    """Metrics that a report chose to show as well."""
    without: tuple[str, ...] = ()
    """Numbers of every brief that it does not show."""

    def numbers(self, accounts: Sequence[str], told: Numbers) -> tuple[Number, ...]:
        """The numbers of these accounts together, in the order of the funnel, then what was chosen."""
        steps: Mapping[Step, tuple[str, ...]] = {**STEPS, "chosen": self.also}
        found = [
            self._number(step, metric, [told.get(account, {}) for account in accounts])
            for step, metrics in steps.items()
            for metric in metrics
            if metric in self.metrics and metric not in self.without
        ]
        return tuple(number for number in found if number is not None)

    def _number(self, step: Step, metric: str, told: Iterable[Mapping[tuple[str, Span], Told]]) -> Number | None:
        known = [one for one in told if (metric, "now") in one or (metric, "before") in one]
        now, before = (_together(one.get((metric, span)) for one in known) for span in ("now", "before"))
        if now is None:
            return None
        row = self.metrics[metric]
        is_sum = row["kind"] == "flow"
        return Number(
            metric=metric,
            label={"zh-CN": row["title_zh"], "en": row["title_en"]},
            unit=row["unit"],
            direction=row["direction"],
            step=step,
            value=_value(now),
            previous=_value(before),
            days=now.days,
            of_days=(self.now.days if row["kind"] != "stock" else 1) * len(known),
            previous_days=before.days if before else 0,
            previous_of_days=(self.before.days if row["kind"] != "stock" else 1) * len(known),
            settles_on=self._settles_on(row),
            is_sum=is_sum,
        )

    def _settles_on(self, row: Row) -> date | None:
        days = max(self.matures.get(name, 0) for name in (row["metric"], row["numerator"], row["denominator"]) if name)
        return self.now.end + timedelta(days=days) if days > self.written_after else None


def _together(told: Iterable[Told | None]) -> Told | None:
    known = [one for one in told if one is not None]
    if not known:
        return None
    return Told(sum((one.numerator for one in known), Decimal(0)), _divisor(known), sum(one.days for one in known))


def _divisor(known: Sequence[Told]) -> Decimal:
    """The sum of denominators of a ratio; 1 for sums and levels, which say 1 for each account."""
    total = sum((one.denominator for one in known), Decimal(0))
    return Decimal(1) if all(one.denominator == 1 for one in known) else total


def _value(told: Told | None) -> float | None:
    return float(told.numerator / told.denominator) if told is not None and told.denominator else None


_SUMS = """
select days.account_id, wanted.metric, spans.span, sum(days.value) as numerator,
    case when metrics.kind = 'ratio' then sum(below.value) else 1 end as denominator, count(*) as days
from raw.report_metrics as wanted
inner join raw.metrics as metrics on metrics.metric = wanted.metric and metrics.kind in ('flow', 'ratio')
inner join metrics.account_day as days on days.metric = metrics.numerator
inner join raw.report_spans as spans on days.day between spans.first_day and spans.last_day
left join metrics.account_day as below
    on below.account_id = days.account_id and below.day = days.day and below.metric = metrics.denominator
where metrics.kind = 'flow' or below.value is not null
group by days.account_id, wanted.metric, spans.span, metrics.kind
order by days.account_id, wanted.metric, spans.span
"""
_LEVELS = """
select days.account_id, wanted.metric, spans.span, days.value as numerator, 1 as denominator, 1 as days
from raw.report_metrics as wanted
inner join raw.metrics as metrics on metrics.metric = wanted.metric and metrics.kind = 'stock'
inner join metrics.account_day as days on days.metric = metrics.numerator
inner join raw.report_spans as spans on days.day between spans.first_day and spans.last_day
qualify row_number() over (partition by days.account_id, wanted.metric, spans.span order by days.day desc) = 1
"""
