"""What a demo is made of: how many accounts, how many days, which throw of the dice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from opsengine.errors import UserError

MOST_ACCOUNTS = 9_999
FEWEST_DAYS = 14
"""Less than two weeks shows neither a weekday nor a change."""
MOST_DAYS = 800


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """The size and the dice of a demo. The same plan always writes the same bytes."""

    accounts: int = 40
    days: int = 120
    seed: int = 7
    as_of: date = date(2026, 6, 21)
    """The last day of every file."""

    def __post_init__(self) -> None:
        if not 1 <= self.accounts <= MOST_ACCOUNTS:
            raise UserError(
                "a demo has 1 to {most} accounts, not {accounts}",
                hint="choose another --accounts",
                most=MOST_ACCOUNTS,
                accounts=self.accounts,
            )
        if not FEWEST_DAYS <= self.days <= MOST_DAYS:
            raise UserError(
                "a demo has {fewest} to {most} days, not {days}",
                hint="choose another --days",
                fewest=FEWEST_DAYS,
                most=MOST_DAYS,
                days=self.days,
            )

    @property
    def first_day(self) -> date:
        """The first day of every file."""
        return self.as_of - timedelta(days=self.days - 1)
