"""Audience accuracy (精准度): of the fans that a source brought, how many came back or bought, and what they spent since.

Sources are told by what a fan did last before following (live room, order, message or group, video), and by whether ads spent
more on that day than on the account's usual one. Cheap followers are seen for what they are by both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from opsengine.strategy.audience import HORIZONS
from opsengine.strategy.learning import TWO_SIDED_95
from opsengine.warehouse import read_models

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from opsengine.warehouse import Engine

FEWEST_FANS = 20
"""Fans of a source, followed for at least thirty days, below which no share is told."""
Split = Literal["all", "touch", "ads"]


@dataclass(frozen=True, slots=True)
class SourceOfFans:
    """New fans of one source, over a year."""

    account_id: str
    split: Split
    source: str
    fans: int
    settled: int
    """Those who followed at least thirty days ago: the share is told of them."""
    active: int
    """Of these, who came back or bought within thirty days."""
    bought: int
    worth: Mapping[int, float | None]
    """Yuan that one fan spent within 30, 90 and 180 days, refunds taken off; None where nobody has been there so long."""

    @property
    def accuracy(self) -> float | None:
        """The share that came back or bought; None where the fans are too few to tell."""
        return self.active / self.settled if self.settled >= FEWEST_FANS else None

    @property
    def between(self) -> tuple[float, float] | None:
        """Where the true share lies 95 times of 100."""
        return _wilson(self.active, self.settled) if self.settled >= FEWEST_FANS else None

    def as_json(self, whole: SourceOfFans | None) -> dict[str, Any]:
        """As plain JSON values; `whole` are all fans of the account."""
        low, high = self.between or (None, None)
        return {
            "split": self.split, "source": self.source, "fans": self.fans, "settled": self.settled, "active": self.active,
            "bought": self.bought, "accuracy": self.accuracy, "low": low, "high": high, "note": self.compared_with(whole),
            "worth": {str(days): value for days, value in self.worth.items()}, "unit": "yuan",
        }  # fmt: skip

    def compared_with(self, whole: SourceOfFans | None) -> str:
        """`too_few`, or whether it is surely `better` or `worse` than all fans of the account; else `alike`; `whole` of all."""
        if self.split == "all" and self.between is not None:
            return "whole"
        if self.between is None or whole is None or whole.accuracy is None:
            return "too_few"
        low, high = self.between
        return "better" if low > whole.accuracy else "worse" if high < whole.accuracy else "alike"


def sources_of_fans(engine: Engine, as_of: date, accounts: Collection[str]) -> tuple[SourceOfFans, ...]:
    """What each source brought to these accounts, all sources together first. Needs `raw.fan_events`, `metrics.account_day`."""
    models = read_models()
    for name in ("new_fan", "fan_source"):
        engine.make(models[f"strategy.{name}"], as_of)
    return tuple(_source(row) for row in engine.read(_SOURCES) if row["account_id"] in accounts)


def _source(row: Mapping[str, Any]) -> SourceOfFans:
    worth = {days: row[f"paid{days}"] / row[f"fans{days}"] if row[f"fans{days}"] else None for days in HORIZONS}
    return SourceOfFans(
        row["account_id"], row["split"], row["source"], row["fans"], row["fans30"], row["active"], row["bought"], worth
    )


def _wilson(hits: int, cases: int) -> tuple[float, float]:
    """Wilson's interval of a share: it stays between 0 and 1 and is honest about few cases."""
    z, share = TWO_SIDED_95, hits / cases
    middle = (share + z**2 / (2 * cases)) / (1 + z**2 / cases)
    wide = z / (1 + z**2 / cases) * math.sqrt(share * (1 - share) / cases + z**2 / (4 * cases**2))
    return max(middle - wide, 0.0), min(middle + wide, 1.0)


_SOURCES = """
select account_id, split, source, fans, fans30, fans90, fans180, active, bought, paid30, paid90, paid180
from strategy.fan_source
order by account_id, case split when 'all' then 0 when 'touch' then 1 else 2 end, source
"""
