"""The ledger of one account on one page: what is pending, confirmed and handed over, by unit."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from opsengine.goals import parse_cycle
from opsengine.report.undertaken import Balance
from opsengine.rewards import claims_of, shown
from opsengine.state import Status
from opsengine.words import LOCALES, Words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from opsengine.rewards import Claim
    from opsengine.state import Entry


def balances_of(entries: Iterable[Entry], subject: str, until: date) -> tuple[Balance, ...]:
    """What stands in the ledger for a subject, of cycles that were over on a day."""
    totals: dict[str, dict[Status, int]] = defaultdict(lambda: dict.fromkeys(Status, 0))
    for claim in claims_of(entries).values():
        if claim.grant.subject == subject and _ended(claim) <= until:
            for status in Status:
                totals[claim.grant.unit][status] += claim.amount_at(status)
    return tuple(
        Balance(
            {locale: Words(locale)(unit) for locale in LOCALES},
            *(float(shown(totals[unit][status], unit)) for status in (Status.PENDING, Status.CONFIRMED, Status.FULFILLED)),
        )
        for unit in sorted(totals)
        if any(totals[unit].values())
    )


def _ended(claim: Claim) -> date:
    return parse_cycle(claim.grant.cycle).end
