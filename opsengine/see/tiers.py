"""Fan tiers: what an interaction weighs, and where devoted and warm begin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from opsengine.errors import Unfit
from opsengine.project import Declared, read_declared

if TYPE_CHECKING:
    from opsengine.project import Project

ANY = "any"
"""Interactions of all kinds together."""
_SHIPPED = Path(__file__).parent / "fan_tiers.yaml"


class Cuts(BaseModel):
    """Where a tier begins."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    warm: Annotated[float, Field(gt=0)]
    """Engagement from which a fan is warm."""
    devoted: Annotated[float, Field(gt=0)]
    """Engagement from which a fan is devoted."""

    @model_validator(mode="after")
    def _in_order(self) -> Cuts:
        if self.devoted <= self.warm:
            raise Unfit("devoted must begin above warm")
        return self


class TierRule(BaseModel):
    """An act that lifts a fan into a tier whatever the engagement."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    tier: Literal["devoted", "warm"]
    """The tier it lifts into."""
    action: str
    """The kind of interaction; one a day is counted."""
    times: Annotated[int, Field(ge=1)] = 1
    """On how many days."""
    days: Annotated[int, Field(ge=1)] = 30
    """Within how many days."""

    def settles(self, other: TierRule) -> bool:
        """Whether whoever fits the other fits this one too, and is lifted as high."""
        is_wider = self.action == other.action and self.times <= other.times and self.days >= other.days
        return is_wider and self.tier in {"devoted", other.tier}

    def outdoes(self, other: TierRule) -> bool:
        """Whether it settles the other, and the other does not settle it."""
        return self.settles(other) and not other.settles(self)


class FanTiers(Declared):
    """Devoted, warm and casual fans by an engagement that fades."""

    kind: Literal["fan_tiers"]
    half_life_days: Annotated[float, Field(gt=0)]
    """Days in which engagement fades by half."""
    weights: Annotated[dict[str, float], Field(max_length=30)]
    """What one interaction of each kind weighs; one a day and kind is counted."""
    cuts: Cuts
    """Where tiers begin."""
    keep: Annotated[float, Field(gt=0, le=1)]
    """A fan stays in a tier down to this share of its cut."""
    rules: tuple[TierRule, ...] = ()
    """Acts that lift into a tier. The highest tier wins and casual is everybody else, so every fan is in exactly one."""

    @model_validator(mode="after")
    def _each_decides(self) -> FanTiers:
        if ANY in self.weights:
            raise Unfit("`any` stands for interactions of all kinds and has no weight of its own")
        for at, rule in enumerate(self.rules):
            if rule.action not in self.weights:
                raise Unfit("rule {number} speaks of {action}, which has no weight", number=at + 1, action=rule.action)
            if any(other.settles(rule) for other in self.rules[:at]) or any(other.outdoes(rule) for other in self.rules[at + 1 :]):
                raise Unfit("rule {number} never decides: whoever fits it is lifted as high by another", number=at + 1)
        return self


def read_fan_tiers(project: Project) -> FanTiers:
    """The project's own `fan_tiers.yaml`, or the shipped one. Raises InvalidFiles."""
    own = project.root / "fan_tiers.yaml"
    file = (own, project.shown(own)) if own.is_file() else (_SHIPPED, "opsengine/see/fan_tiers.yaml")
    return read_declared([file], FanTiers)[0][1]
