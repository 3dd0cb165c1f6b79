"""The numbers that plays and alerts may speak of, by name.

For every metric of the catalogue, over the last 7 and 28 days (`N` stands for either):

    <metric>_Nd            its value
    <metric>_Nd_change     against the window just before: -0.2 is a fifth less
    <metric>_Nd_p25        a quarter of the account's peers are below this; likewise _p50 and _p75

and the names in `OF_AN_ACCOUNT`. The table `strategy.account_state` holds their values; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from opsengine.goals import SCORES

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

    @property
    def promised(self) -> frozenset[str]:
        """What a goal can be about."""
        return frozenset((*self.metrics, *SCORES))


def measured_by(metric: str) -> str:
    """The name of the number that tells how a metric or a score stands: over 28 days, so that weekdays weigh the same."""
    return metric if metric in SCORES else f"{metric}_28d"


def state_names(metrics: Mapping[str, str]) -> Names:
    """The names that these metrics (and their units) give."""
    units = dict(OF_AN_ACCOUNT)
    for metric, unit in metrics.items():
        for days in WINDOWS:
            units |= {f"{metric}_{days}d{part}": unit for part in ("", "_p25", "_p50", "_p75")}
            units[f"{metric}_{days}d_change"] = "change"
    return Names(dict(metrics), units)
