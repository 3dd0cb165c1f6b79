"""Pictures for mail: an SVG becomes a PNG, drawn with the bundled fonts and nothing else of the machine."""

from __future__ import annotations

import html
import re
from functools import lru_cache

import resvg_py

from opsengine.report.lettering import FONT_FILES, require_letters

ZOOM = 2
"""Twice the drawn size: sharp on a phone, and still about 28 KB."""
_TEXT = re.compile(r">([^<]+)<")


@lru_cache(maxsize=128)
def png(svg: str) -> bytes:
    """The picture on a white plate. The same SVG is drawn once a process.

    Raises DataError when the SVG holds a character that the bundled fonts lack.
    """
    require_letters(html.unescape("".join(_TEXT.findall(svg))))
    drawn = resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=ZOOM,
        background="#ffffff",
        skip_system_fonts=True,
        font_files=[str(file) for file in FONT_FILES],
    )
    return bytes(drawn)
