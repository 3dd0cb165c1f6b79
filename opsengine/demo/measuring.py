"""What a life adds up to: the sums and ratios that a goal may promise, known before any file is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from opsengine.demo import leads
from opsengine.demo.life import Life
from opsengine.demo.plan import DemoPlan

RATIOS = {
    "roi": ("ad_gmv", "ad_spend"),
    "cost_per_lead": ("ad_spend", "leads"),
    "refund_rate": ("live_refund_gmv", "live_gmv"),
    "interaction_rate": ("interactions", "plays"),
}
"""What is above and below the line."""
Daily = Mapping[str, Mapping[date, float]]
"""Values by metric and day; a day without any has none."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def total(self, days: Mapping[date, float]) -> float:
        """What these days bring together."""
        return sum(value for day, value in days.items() if self.first <= day <= self.last)


def measure(metric: str, everybody: Iterable[Daily], stretch: Stretch) -> float:
    """A metric of some accounts together over some days: a sum, or a ratio of sums (0 when there is nothing to divide by)."""
    members = list(everybody)
    if metric not in RATIOS:
        return sum(stretch.total(daily[metric]) for daily in members)
    above, below = (measure(part, members, stretch) for part in RATIOS[metric])
    return above / below if below else 0.0


def daily(plan: DemoPlan, life: Life) -> Daily:
    """The life of one account as values by metric and day."""
    values: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for day in life.days:
        values["plays"][day.day] = day.plays
        values["interactions"][day.day] = day.likes + day.comments + day.shares + day.favourites
        values["new_fans"][day.day] = day.new_fans
        values["orders"][day.day] = day.orders
        values["gmv"][day.day] = day.gmv
    for session in life.sessions:
        values["orders"][session.day] += session.sales.orders
        values["gmv"][session.day] += session.sales.paid
        values["live_gmv"][session.day] += session.sales.paid
        values["live_refund_gmv"][session.day] += session.sales.refunded
    for advert in life.adverts:
        values["ad_spend"][advert.day] += advert.spend
        values["ad_gmv"][advert.day] += advert.amount
    created = leads.HEADER.index("create_time_detail")
    for line in leads.lines(plan, life):
        values["leads"][date.fromisoformat(str(line[created])[:10])] += 1
    return values
