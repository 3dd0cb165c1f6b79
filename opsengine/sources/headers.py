"""Headers, tidied: the same column goes by many spellings.

Full and half width, spaces, tabs and line breaks, 展示 and 展现, upper and lower case make no difference. A unit in brackets at the
end is taken off and kept: `消耗（元）` is `消耗` in yuan. Other brackets stay: (人数) and (次数) tell two columns apart.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from opsengine.sources.units import IN_HEADERS

_BLANKS = re.compile(r"[\s\u200b\u200c\u200d\ufeff]+")
_IN_BRACKETS = re.compile(r"(?P<name>.+)\((?:单位[::]?)?(?P<unit>[^()]+)\)")


class Header(NamedTuple):
    """A tidied header."""

    name: str
    unit: str = ""
    """The unit in its brackets, if there was one that we know."""


@lru_cache(maxsize=4096)
def split_header(text: str) -> Header:
    """The header's name and unit."""
    tidy = _BLANKS.sub("", unicodedata.normalize("NFKC", text)).casefold().replace("展示", "展现")
    match = _IN_BRACKETS.fullmatch(tidy)
    if match and match["unit"] in IN_HEADERS:
        return Header(match["name"], IN_HEADERS[match["unit"]])
    return Header(tidy)
