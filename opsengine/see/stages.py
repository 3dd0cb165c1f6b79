"""Stages: from how many days, fans and how much growth an account is beginning, growing or grown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from opsengine.project import Declared, read_declared

if TYPE_CHECKING:
    from opsengine.project import Project

_SHIPPED = Path(__file__).parent / "stages.yaml"


class Stages(Declared):
    """The rules of the three stages; the first that fits counts, so every account is in one of them."""

    kind: Literal["stages"]
    cold_start_days: Annotated[int, Field(ge=0)]
    """An account younger than this is in its cold start."""
    cold_start_fans: Annotated[int, Field(ge=0)]
    """So is one with fewer fans."""
    growth: Annotated[float, Field(gt=-1)]
    """Beyond, one whose fans grew by this share in 28 days is growing; any other is mature."""


def read_stages(project: Project) -> Stages:
    """The project's own `stages.yaml`, or the shipped one. Raises InvalidFiles."""
    own = project.root / "stages.yaml"
    file = (own, project.shown(own)) if own.is_file() else (_SHIPPED, "opsengine/see/stages.yaml")
    return read_declared([file], Stages)[0][1]
