"""One thing that the doctor looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opsengine.errors import Field
    from opsengine.words import Words


class Verdict(StrEnum):
    """What a check found."""

    GOOD = "good"
    WARNING = "warning"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; text and hint are sentences with named gaps."""

    name: str
    verdict: Verdict
    text: str
    hint: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict)

    def as_json(self, words: Words) -> dict[str, str]:
        """What was looked at, how it stands, what to do, in the reader's words."""
        hint = words(self.hint, **self.fields) if self.hint else ""
        return {"check": self.name, "verdict": self.verdict, "message": words(self.text, **self.fields), "hint": hint}
