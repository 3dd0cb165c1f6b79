"""The audience of an account: fans by tier, the funnel, traffic by domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsengine.report.brief import Domain, Tier, Tiers

if TYPE_CHECKING:
    from opsengine.report.gathering import Row
    from opsengine.see import AccountView, Funnel

TIERS = ("devoted", "warm", "casual")
DOMAINS = ("public", "paid", "owned", "external")


def tiers_of(view: AccountView, row: Row | None) -> Tiers | None:
    """The tiers: counted one by one where a file tells of fans, else estimated from the platform's shares."""
    counts = {tier: getattr(view.tiers, tier) for tier in TIERS}
    if any(count is None for count in counts.values()):
        return None
    people = sum(counts.values())
    before = {tier: row[f"previous_{tier}"] if row else None for tier in TIERS}
    return Tiers(
        tuple(Tier(tier, count, count / people if people else 0.0, before[tier]) for tier, count in counts.items()),  # type: ignore[arg-type]  # the tiers are the same
        row["upgraded"] if row else None,
        row["downgraded"] if row else None,
        "events" if row else "estimated",
    )


def funnel_of(view: AccountView) -> Funnel | None:
    """The funnel of 28 days; None when nothing is known of it."""
    seen = view.audience.funnel
    return None if seen is None or (seen.settled is None and seen.known_fans is None) else seen


def domains_of(row: Row | None) -> tuple[Domain, ...]:
    """Traffic by domain; empty when no file tells of any."""
    if row is None:
        return ()
    counts = {name: row[name] for name in DOMAINS}
    total = sum(count for count in counts.values() if count is not None)
    return tuple(
        Domain(
            name,  # type: ignore[arg-type]  # the domains are the same
            count,
            count / total if count is not None and total else None,
            row[f"previous_{name}"],
            "" if count is not None else "no_source",
        )
        for name, count in counts.items()
    )
