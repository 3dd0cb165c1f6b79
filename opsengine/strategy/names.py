"""The numbers that plays and alerts may speak of, by name.

For every metric of the catalogue, over the last 7 and 28 days (`N` stands for either):

    <metric>_Nd            its value
    <metric>_Nd_change     against the window just before: -0.2 is a fifth less
    <metric>_Nd_p25        a quarter of the account's peers are below this; likewise _p50 and _p75

and the names in `OF_AN_ACCOUNT`. The table `strategy.account_state` holds their values; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsengine.goals import SCORES
from opsengine.see import Metric

if TYPE_CHECKING:
    from opsengine.goals import KnownMetric

PARTS = ("change", "p25", "p50", "p75")
"""What is told of a metric beside its value."""
WINDOWS = (7, 28)
"""Days: a week, and four of them so that each holds the same weekdays."""

OF_AN_ACCOUNT: Mapping[str, str] = {
    "business_score": "points",
    "business_change_7d": "points",
    "popularity_score": "points",
    "popularity_change_7d": "points",
    "business_rank": "count",
    "popularity_rank": "count",
    "business_coverage": "ratio",
    "popularity_coverage": "ratio",
    "doubted_days_28d": "days",
    "primary_progress": "ratio",
    "primary_gap": "ratio",
    "fans_total": "count",
    "devoted_share": "ratio",
    "devoted_share_change": "share_change",
    "warm_share": "ratio",
    "casual_share": "ratio",
    "public_share": "ratio",
    "paid_share": "ratio",
    "owned_share": "ratio",
    "external_share": "ratio",
    "days_since_post": "days",
    "works_28d": "count",
    "top_work_share_28d": "ratio",
    "zero_interaction_share_28d": "ratio",
    "roi_3w_to_peak": "ratio",
}
"""Numbers of the account as a whole and their units.

`days_since_post` counts from the newest work that any list tells of, while some file still tells of the account; a list
that was not exported again looks like silence, so a sentence about it should say where the number is from.
A rank of 1 is the best of the group; coverage is the share of a score's weight that rests on data. `doubted_days_28d` counts
days of the last 28 of which scores leave a number out, because another of the same day cannot bear it.
`primary_gap` is the share of the primary goal's expected progress that is missing; `top_work_share_28d` the share of
plays that one work of the last 28 days has; `zero_interaction_share_28d` the share of these works with fewer than ten
likes; `roi_3w_to_peak` the best weekly return on ad spend of the last three weeks, as a part of the best of the last six.
"""


@dataclass(frozen=True, slots=True)
class Names:
    """What a play or an alert may speak of."""

    metrics: Mapping[str, str]
    """Every metric of the catalogue and its unit: `count`, `yuan`, `ratio`, `times`, `seconds` or `minutes`."""
    units: Mapping[str, str]
    """Every name of a number and its unit: those of metrics, and `points`, `days`, `change`, `share_change`."""
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Metrics that are sums of others, and the ones that are added."""

    @staticmethod
    def of(metrics: Mapping[str, KnownMetric]) -> Names:
        """What a project's metrics give; sums are known of those that the catalogue spells out."""
        sums = {name: one.sum_of for name, one in metrics.items() if isinstance(one, Metric) and not one.less}
        return state_names({name: metric.unit for name, metric in metrics.items()}, sums)

    def wholes(self, metric: str) -> tuple[str, ...]:
        """The sums of which this metric is a part."""
        return tuple(sorted(whole for whole, parts in self.sums.items() if metric in parts))

    @property
    def promised(self) -> frozenset[str]:
        """What a goal can be about."""
        return frozenset((*self.metrics, *SCORES))


def measured_by(metric: str) -> str:
    """The name of the number that tells how a metric or a score stands: over 28 days, so that weekdays weigh the same."""
    return metric if metric in SCORES else f"{metric}_28d"


def value_of(name: str) -> str:
    """The number itself, of a name that tells its change or what is usual among peers."""
    return next((name.removesuffix(f"_{part}") for part in PARTS if name.endswith(f"_{part}")), name)


def state_names(metrics: Mapping[str, str], sums: Mapping[str, tuple[str, ...]] | None = None) -> Names:
    """The names that these metrics (and their units) give; `sums` tells which of them are added up from others."""
    units = dict(OF_AN_ACCOUNT)
    for name, metric, _, part in _spelled(metrics):
        units[name] = "change" if part == "change" else metrics[metric]
    return Names(dict(metrics), units, dict(sums or {}))


def asked_for(metrics: Iterable[str], names: Iterable[str] | None = None) -> list[tuple[str, str, int, str]]:
    """Rows of `raw.names_asked`: of these names, or of all, those about a metric: name, metric, days, which part of it."""
    wanted = None if names is None else frozenset(names)
    return [row for row in _spelled(metrics) if wanted is None or row[0] in wanted]


def _spelled(metrics: Iterable[str]) -> Iterator[tuple[str, str, int, str]]:
    for metric in metrics:
        for days in WINDOWS:
            yield f"{metric}_{days}d", metric, days, "value"
            for part in PARTS:
                yield f"{metric}_{days}d_{part}", metric, days, part
