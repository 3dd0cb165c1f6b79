"""A sentence beside a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opsengine.errors import Field


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say beside a number: an English sentence with named gaps, and what fills them."""

    text: str
    fields: Mapping[str, Field]

    def __str__(self) -> str:
        return self.text.format(**self.fields)
