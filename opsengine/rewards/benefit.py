"""A benefit: what can be earned, what it is counted in, and how it is handed over.

Written in a rule, or once in `rewards/benefits/NAME.yaml` for all the rules that name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from opsengine.project import Declared

Labels = Mapping[Literal["zh-CN", "en"], str]
FEN_IN_YUAN = 100
"""Money is kept as whole fen, and shown in yuan."""
_ORDER = ("floor", "target", "stretch")


class BenefitKind(StrEnum):
    """What a benefit is."""

    TRAFFIC_SUPPORT = "traffic_support"
    """Advertising budget or placements that the operator pays for."""
    SERVICE = "service"
    FEATURE_PRIORITY = "feature_priority"
    BUDGET = "budget"
    POINTS = "points"
    BADGE = "badge"


def _need_no_more_than_a_name(schema: dict[str, Any]) -> None:
    """For editors: what the catalogue says need not be said again."""
    schema.pop("required", None)


Unit = Annotated[str, Field(pattern=r"^[^\s|\"]{1,20}$")]
"""A word without spaces, bars and quotes, so that keys and journals can carry it."""


class Levels(BaseModel):
    """How much each level earns, in smallest parts."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    floor: Annotated[int, Field(ge=0)] | None = None
    """When only the floor is reached."""
    target: Annotated[int, Field(ge=0)] | None = None
    """When the target is reached."""
    stretch: Annotated[int, Field(ge=0)] | None = None
    """When the stretch level is reached."""

    @model_validator(mode="after")
    def _rises(self) -> Levels:
        said = [amount for amount in (self.floor, self.target, self.stretch) if amount is not None]
        if not said or said != sorted(said):
            raise ValueError("a harder level cannot earn less than an easier one")
        return self


class Benefit(BaseModel):
    """What is earned."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, json_schema_extra=_need_no_more_than_a_name
    )

    of: str = ""
    """A benefit of the catalogue, by the name of its file in `rewards/benefits`; it says all that is not said here."""
    kind: BenefitKind
    """What it is; all of it is funded by the operator."""
    title: Labels
    """What it is called, in each language."""
    unit: Unit
    """What it is counted in: yuan, points, hours, …"""
    amount: Annotated[int, Field(gt=0)] | None = None
    """How much, as a whole number of the unit's smallest part."""
    amounts: Levels | None = None
    """Instead of `amount`: how much at each level that is reached."""
    parts: Annotated[int, Field(ge=1)] = 1
    """How many smallest parts make one unit: 100 for yuan counted in fen."""
    instructions: Labels = {}
    """How it is handed over, for the person who does it."""

    @model_validator(mode="after")
    def _is_counted(self) -> Benefit:
        _check_fen(self.unit, self.parts)
        if (self.amount is None) == (self.amounts is None):
            raise ValueError("say either `amount` or `amounts`")
        return self

    def amount_at(self, level: str) -> int:
        """How much a level earns, in smallest parts: what the hardest level up to it says; 0 for none."""
        if self.amounts is None:
            return self.amount or 0
        reached = _ORDER[: _ORDER.index(level) + 1]
        said = [amount for name in reached if (amount := getattr(self.amounts, name)) is not None]
        return said[-1] if said else 0

    @property
    def least(self) -> int:
        """The smallest amount that is ever granted, in smallest parts."""
        return min(amount for level in _ORDER if (amount := self.amount_at(level)))

    @property
    def units(self) -> Decimal:
        """The amount of the target in units, for people; of the hardest level where the target earns nothing."""
        return Decimal(self.amount_at("target") or self.amount_at("stretch")) / self.parts


class BenefitFile(Declared):
    """A benefit of the catalogue, as it stands in `rewards/benefits/NAME.yaml`."""

    kind: Literal["benefit"]
    benefit: BenefitKind
    """What it is; all of it is funded by the operator."""
    title: Labels
    """What it is called, in each language."""
    unit: Unit
    """What it is counted in: yuan, points, hours, …"""
    parts: Annotated[int, Field(ge=1)] = 1
    """How many smallest parts make one unit: 100 for yuan counted in fen."""
    instructions: Labels
    """How it is handed over, for the person who does it."""

    @model_validator(mode="after")
    def _is_counted(self) -> BenefitFile:
        _check_fen(self.unit, self.parts)
        return self


def _check_fen(unit: str, parts: int) -> None:
    if unit == "yuan" and parts != FEN_IN_YUAN:
        raise ValueError("yuan are counted in fen: say `parts: 100` and give the amount in fen")
