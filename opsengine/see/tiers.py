"""Fan tiers: what an interaction weighs, and where devoted and warm begin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from opsengine.project import Declared, read_declared

if TYPE_CHECKING:
    from opsengine.project import Project

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
            raise ValueError("devoted must begin above warm")
        return self


class FanTiers(Declared):
    """Devoted, warm and casual fans by an engagement that fades."""

    kind: Literal["fan_tiers"]
    half_life_days: Annotated[float, Field(gt=0)]
    """Days in which engagement fades by half."""
    weights: dict[str, float]
    """What one interaction of each kind weighs; one a day and kind is counted."""
    cuts: Cuts
    """Where tiers begin."""
    keep: Annotated[float, Field(gt=0, le=1)]
    """A fan stays in a tier down to this share of its cut."""


def read_fan_tiers(project: Project) -> FanTiers:
    """The project's own `fan_tiers.yaml`, or the shipped one. Raises InvalidFiles."""
    own = project.root / "fan_tiers.yaml"
    file = (own, project.shown(own)) if own.is_file() else (_SHIPPED, "opsengine/see/fan_tiers.yaml")
    return read_declared([file], FanTiers)[0][1]
