"""Fair play: numbers that look made rather than earned, as evidence for a person who decides. Nothing is accused here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsengine.goals import Remark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opsengine.rewards.feat import Feat
    from opsengine.rewards.rule import FairPlay

FEWEST_FANS = 100
"""A day with fewer new fans proves nothing, however quiet the others were."""
FEWEST_INTERACTIONS = 50
"""As many single interactions must be known before an hour of them says anything."""
FEWEST_ORDERS = 10
"""As many single orders must be known before one buyer says anything."""

_FANS = {"new_fans", "net_fans", "fans_total", "follow_rate", "popularity_score"}
_INTERACTIONS = {"likes", "comments", "shares", "favourites", "interactions", "interaction_rate", "popularity_score"}
_SALES = {"gmv", "live_gmv", "page_gmv", "roi", "average_order", "live_gmv_per_thousand_views", "business_score"}
_ORDERS = {"orders", "live_orders", "page_orders", "order_rate", "gmv", "live_gmv", "page_gmv", "business_score"}


@dataclass(frozen=True, slots=True)
class Traces:
    """What is known of one account and cycle; None where nothing is."""

    fans_most: float | None = None
    fans_usual: float | None = None
    hour_most: int | None = None
    interactions: int | None = None
    buyer_most: int | None = None
    orders: int | None = None
    sold: float | None = None
    refunded_after: float | None = None


def suspicions(feat: Feat, traces: Mapping[str, Traces], limits: FairPlay) -> list[Remark]:
    """What a person should look at before a feat is paid; `traces` are those of the accounts behind it."""
    return [remark for account in sorted(traces) for remark in _of_account(feat.metric, account, traces[account], limits)]


def as_evidence(remarks: list[Remark]) -> list[dict[str, Any]]:
    """Suspicions as the ledger keeps them."""
    return [{"says": str(remark), "numbers": {key: str(value) for key, value in remark.fields.items()}} for remark in remarks]


def _of_account(metric: str, account: str, found: Traces, limits: FairPlay) -> list[Remark]:
    """The remarks about one account; without a metric everything is looked at."""
    hour, buyer, refunds = limits.interactions_in_one_hour, limits.orders_of_one_buyer, limits.refunds_after
    said: list[tuple[str, float | None, float | None]] = []
    if _speaks_of(metric, _FANS) and _is_sudden(found, float(limits.fans_in_one_day)):
        said.append(("{account}: {most} new fans came on one day, {all} on the others", found.fans_most, found.fans_usual))
    if _speaks_of(metric, _INTERACTIONS) and _is_much(found.hour_most, found.interactions, FEWEST_INTERACTIONS, float(hour)):
        said.append(("{account}: {most} of {all} interactions came within one hour", found.hour_most, found.interactions))
    if _speaks_of(metric, _ORDERS) and _is_much(found.buyer_most, found.orders, FEWEST_ORDERS, float(buyer)):
        said.append(("{account}: {most} of {all} orders are of one buyer", found.buyer_most, found.orders))
    if _speaks_of(metric, _SALES) and _is_much(found.refunded_after, found.sold, 1, float(refunds)):
        text = "{account}: {most} yuan of {all} were refunded after the cycle had ended"
        said.append((text, found.refunded_after, found.sold))
    return [
        Remark(text, {"account": account, "most": round(most or 0), "all": round(everything or 0)})
        for text, most, everything in said
    ]


def _is_sudden(found: Traces, times: float) -> bool:
    if found.fans_most is None or found.fans_usual is None or found.fans_most < FEWEST_FANS:
        return False
    return found.fans_most >= times * max(found.fans_usual, 1)


def _speaks_of(metric: str, metrics: set[str]) -> bool:
    return not metric or metric in metrics


def _is_much(most: float | None, everything: float | None, fewest: int, share: float) -> bool:
    return most is not None and everything is not None and everything >= fewest and most >= share * everything
