"""Pictures for mail: an SVG becomes a PNG, drawn with the bundled fonts and nothing else of the machine."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING
from xml.parsers import expat

from opsengine.errors import UserError
from opsengine.report.lettering import FONT_FILES, require_letters

if TYPE_CHECKING:
    from resvg import usvg

ZOOM = 2
"""Twice the drawn size: sharp on a phone, and still about 28 KB."""
LARGEST = 2000
"""Pixels of a side, as drawn; ours are 480 wide."""
_WHITE = (255, 255, 255, 255)


@lru_cache(maxsize=128)
def png(svg: str, template: str = "") -> bytes:
    """The picture on a white plate. The same SVG is drawn once a process.

    Raises UserError when a template made no picture that can be drawn, DataError on a character that the bundled fonts lack.
    """
    from resvg import render, usvg  # noqa: PLC0415  a run that draws nothing does not load the painter

    require_letters(_Reading(svg, template).words)
    tree = usvg.Tree.from_str(svg, _fonts())
    width, height = tree.int_size()
    drawn: bytes = render(tree, (ZOOM, 0, 0, 0, ZOOM, 0), bg_size=(width * ZOOM, height * ZOOM), bg_color=_WHITE)
    return drawn


@cache
def _fonts() -> usvg.Options:
    """Our own letters; those of the machine are never asked for."""
    from resvg import usvg  # noqa: PLC0415  as above

    options = usvg.Options.default()
    for file in FONT_FILES:
        options.load_font_file(str(file))
    return options


class _Reading:
    """An SVG that is read before it is drawn: the painter ends the process on what it does not understand."""

    def __init__(self, svg: str, template: str) -> None:
        self.words = ""
        """All that stands between its marks."""
        self._template, self._is_inside = template, False
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.CharacterDataHandler = self._element, self._text
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(svg, True)  # noqa: FBT003  the standard library's own signature
        except expat.ExpatError as error:
            raise self._unfit(f"{expat.ErrorString(error.code)}, line {error.lineno}") from error

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        if not self._is_inside:
            self._is_inside = True
            if name != "svg" or attributes.get("xmlns") != "http://www.w3.org/2000/svg":
                raise self._unfit('<svg xmlns="http://www.w3.org/2000/svg">?')
            for side, length in zip(("width", "height"), _sides(attributes), strict=True):
                if not 1 <= length <= LARGEST:
                    raise self._unfit(f'{side}="1…{LARGEST}"?')
        for attribute, value in attributes.items():
            if attribute.endswith("href") and not value.startswith(("#", "data:")):
                raise self._unfit(f'{attribute}="{value[:80]}"')

    def _text(self, text: str) -> None:
        self.words += text

    def _doctype(self, *_: object) -> None:
        raise self._unfit("<!DOCTYPE>")

    def _unfit(self, reason: str) -> UserError:
        return UserError(
            "what {template} makes cannot be drawn: {reason}",
            hint="a picture is an SVG with a width and a height in pixels, and refers to nothing outside of it",
            template=self._template or "svg",
            reason=reason,
        )


def _sides(attributes: dict[str, str]) -> tuple[float, float]:
    """Width and height in pixels: as they are written, else those of the view box."""
    box = (attributes.get("viewBox", "").replace(",", " ").split() + [""] * 4)[2:4]
    return _pixels(attributes.get("width", box[0])), _pixels(attributes.get("height", box[1]))


def _pixels(text: str) -> float:
    """A length without a unit; zero for everything else."""
    return float(text) if text.isascii() and text.replace(".", "", 1).isdecimal() else 0
