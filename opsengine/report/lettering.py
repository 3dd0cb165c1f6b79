"""How wide our letters are, and which of them we have: the bundled fonts, measured when they were made."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from opsengine.errors import DataError

HOME = Path(__file__).parent / "fonts"
FONT_FILES = (HOME / "BriefSans-Regular.otf", HOME / "BriefSans-Bold.otf")
Weight = Literal["regular", "bold"]
WIDTH = 460
"""All charts are so wide: mail shows them at about 584 pixels, a phone at about 330, and both can be read."""
LABEL = 12.5
"""Type size of axes and labels."""
STRONG = 14
"""Type size of the values a chart is about."""


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, weight: Weight = "regular") -> float:
    """The width of a line of text at a type size, in the unit of the size."""
    widths = _widths(weight)
    return sum(widths.get(character, 1000) for character in text) * size / 1000


def require_letters(text: str) -> None:
    """Raises DataError when the bundled fonts lack a character of the text: a picture never shows an empty box."""
    lacking = sorted(set(text) - _widths("regular").keys() - {"\n"})
    if lacking:
        raise DataError(
            "the font of the pictures has no character for {characters}",
            hint="use other words in the labels and templates of charts; names of accounts belong beside a picture, not in it",
            characters=" ".join(f"{character} (U+{ord(character):04X})" for character in lacking[:5]),
        )


@cache
def _widths(weight: Weight) -> dict[str, int]:
    """Each character we have, and its width in thousandths of the type size."""
    table: dict[str, Any] = json.loads((HOME / "widths.json").read_text(encoding="utf-8"))[weight]
    narrow: dict[str, int] = table["narrow"]
    return dict.fromkeys(table["wide"], 1000) | narrow
