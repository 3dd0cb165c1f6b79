"""A group of accounts, as files that a person writes name one: by ids, teams, brands, industries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Mapping


class Group(BaseModel):
    """Which accounts; an account must fit everything that is said here."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    account: tuple[str, ...] = ()
    """Account ids."""
    team: tuple[str, ...] = ()
    """Teams."""
    brand: tuple[str, ...] = ()
    """Brands."""
    industry: tuple[str, ...] = ()
    """Industries."""

    def fits(self, account: Mapping[str, object]) -> bool:
        """Whether an account, a row with `account_id`, `team`, `brand` and `industry`, is meant."""
        asked = {"account_id": self.account, "team": self.team, "brand": self.brand, "industry": self.industry}
        return all(not values or account.get(key) in values for key, values in asked.items())
