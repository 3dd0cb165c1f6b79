"""Make the two fonts that pictures in mails are drawn with, and their table of widths.

For maintainers; users never run it. It needs fontTools and the Noto Sans CJK collections (Debian: fonts-noto-cjk):

    python tools/make_fonts.py /usr/share/fonts/opentype/noto

Writes `BriefSans-Regular.otf`, `BriefSans-Bold.otf` and `widths.json` into `opsengine/report/fonts/`. Each font holds
Latin, the signs that figures need, and the 3,755 characters of GB 2312 level 1. The family is renamed, as the
licence (`OFL.txt`, beside the fonts) asks of modified versions. The same input gives the same bytes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

FONTS = Path(__file__).parent.parent / "opsengine" / "report" / "fonts"
FAMILY = "Brief Sans"
SOURCE = "Noto Sans CJK SC"
WEIGHTS = ("Regular", "Bold")
PUNCTUATION = "–—‘’“”•…‰′″‹›€−≈≤≥×÷±↑↓→▲▼●○■□★☆、。《》「」『』【】〔〕！（），：；？～￥％"


def main(folder: Path) -> None:
    """Make both weights from the collections in `folder`, and the widths of their glyphs."""
    widths = {}
    for weight in WEIGHTS:
        font = _subset(_source(folder / f"NotoSansCJK-{weight}.ttc", weight))
        _rename(font, weight)
        font.save(FONTS / f"BriefSans-{weight}.otf")
        widths[weight.lower()] = _widths(font)
    text = json.dumps(widths, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (FONTS / "widths.json").write_text(text + "\n", encoding="utf-8")


def characters() -> str:
    """Every character a picture may show."""
    latin = (chr(code) for code in [*range(0x20, 0x7F), *range(0xA0, 0x180)])
    level_one = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    chinese = (pair.decode("gb2312", "ignore") for pair in level_one)
    return "".join(latin) + PUNCTUATION + "".join(chinese)


def _source(collection: Path, weight: str) -> TTFont:
    wanted = SOURCE if weight == "Regular" else f"{SOURCE} {weight}"
    return next(font for font in TTCollection(collection).fonts if font["name"].getDebugName(4) == wanted)


def _subset(font: TTFont) -> TTFont:
    options = subset.Options(hinting=False, layout_features=[], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters())
    subsetter.subset(font)
    font.recalcTimestamp = False
    return font


def _rename(font: TTFont, weight: str) -> None:
    names = {1: FAMILY, 2: weight, 3: f"{FAMILY} {weight}", 4: f"{FAMILY} {weight}", 6: f"BriefSans-{weight}"}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    top = font["CFF "].cff
    top.fontNames = [names[6]]
    top[0].FullName, top[0].FamilyName = names[4], FAMILY


def _widths(font: TTFont) -> dict[str, object]:
    """Advances in thousandths of the type size: of each character that is not one em wide, and the ranges covered."""
    scale = 1000 / font["head"].unitsPerEm
    advances = {code: round(font["hmtx"][glyph][0] * scale) for code, glyph in font.getBestCmap().items()}
    narrow = {chr(code): width for code, width in sorted(advances.items()) if width != 1000}
    return {"narrow": narrow, "wide": "".join(chr(code) for code, width in sorted(advances.items()) if width == 1000)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
