"""Which accounts a question is about, as a condition that every table it reads is narrowed by: many accounts, the price of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MOST = 20
"""So many accounts are worth looking up one by one; more are found sooner among all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Some accounts; none mean all."""

    accounts: tuple[str, ...] = ()

    @classmethod
    def about(cls, accounts: Iterable[str]) -> Asked:
        """A question about these accounts, or about all of them where that is cheaper."""
        names = tuple(sorted(set(accounts)))
        return cls(names if len(names) <= MOST else ())

    def of(self, column: str = "account_id") -> str:
        """What holds of a row of theirs, in the words of a query."""
        names = [f"${name}" for name in self.parameters]
        if not names:
            return "true"
        return f"{column} = {names[0]}" if len(names) == 1 else f"{column} in ({', '.join(names)})"

    @property
    def parameters(self) -> Mapping[str, str]:
        """What the names in `of` stand for."""
        return {f"asked_{at}": account for at, account in enumerate(self.accounts)}
