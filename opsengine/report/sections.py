"""The sections of a brief, each of which a report may leave out."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Sections(BaseModel):
    """Which sections a brief shows. Where its numbers come from is always said."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    scores: bool = True
    """Both scores with what they are made of, their weeks and the rank."""
    numbers: bool = True
    """The numbers of the period beside those of the one before, from settling to converting, and the funnel."""
    goals: bool = True
    """Goals with pace and landing."""
    moved: bool = True
    """What moved the scores, and why."""
    alerts: bool = True
    """Alerts that fire."""
    suggestions: bool = True
    """What to do next."""
    tasks: bool = True
    """What was taken up, by whom and until when, and goals whose owner has not checked in."""
    components: bool = True
    """Every component of the scores beside its peers."""
    audience: bool = True
    """Fans by tier, and traffic by domain."""
    works: bool = True
    """The best and the worst works, and what they share."""
    rewards: bool = True
    """Benefits earned and still to be earned, and the balance of the ledger."""
    lessons: bool = True
    """What plays did, measured against what was expected of them."""
    next_goals: bool = True
    """The goals proposed for the next cycle, with their odds."""
    totals: bool = True
    """Of a digest: the numbers of all accounts together."""
    movers: bool = True
    """Of a digest: the accounts that rose and fell most."""
    accounts: bool = True
    """Of a digest: the table of accounts."""

    @property
    def shown(self) -> tuple[str, ...]:
        """The names of those that are shown, in the order above."""
        return tuple(name for name in type(self).model_fields if getattr(self, name))
