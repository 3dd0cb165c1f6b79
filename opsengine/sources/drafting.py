"""A first preset for a file that none fits: what can be told from its header and cells, every guess marked for its reader.

Where a shipped preset nearly fits, the draft is that preset with the renamed columns named; else it is written from nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from opsengine.errors import UserError
from opsengine.project import Project, check, did_you_mean, parse_yaml
from opsengine.sources.guessing import Guess, guess_columns
from opsengine.sources.headers import split_header
from opsengine.sources.opening import look_into
from opsengine.sources.preset import OWN, SHIPPED, Preset, Presets, read_presets
from opsengine.sources.recognising import HEADER_WITHIN, recognise, with_one_header
from opsengine.sources.rejection import Refused
from opsengine.sources.sheet import Sheet, is_blank
from opsengine.state import write_atomically

_NEAR = 0.5
"""With this share of its signature a shipped preset is mended rather than a new one begun."""
_LOOK_AT = 2000
"""So many rows tell how a column is written."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A preset that was written for a file, to be finished by a person."""

    name: str
    file: str
    """As the user knows it."""
    mends: bool
    """Whether it is a known preset with new names for its columns."""
    guesses: tuple[str, ...]
    """The lines that were guessed."""


def draft_preset(project: Project, path: Path) -> Draft:
    """Write `sources/NAME.yaml` for a file that no preset fits.

    Raises UserError when a preset fits the file as it is, when there is such a file already, or when no header can be found.
    """
    presets = read_presets(project)
    sheets = list(look_into(path))
    name, text = _draft(sheets, presets, path)
    check(parse_yaml(text, f"{OWN}/{name}.yaml"), Preset)
    file = project.root / OWN / f"{name}.yaml"
    if file.exists():
        raise UserError("there is a preset {file} already", hint="finish that one, or move it away", file=project.shown(file))
    write_atomically(file, text.encode())
    guesses = tuple(line.strip() for line in text.splitlines() if "# guess" in line)
    return Draft(name, project.shown(file), name in presets.by_name, guesses)


def _draft(sheets: Sequence[Sheet], presets: Presets, path: Path) -> tuple[str, str]:
    for sheet in sheets:
        try:
            match = recognise(sheet, presets)
        except Refused:
            break
        if match is not None:
            hint = "import it; `--explain` says how each column is read"
            raise UserError("the preset {preset} fits this file", hint=hint, preset=match.name)
    for sheet in sheets:
        for row in range(min(HEADER_WITHIN, len(sheet.rows))):
            if (near := _nearest(sheet, row, presets)) and (text := _mended(near, sheet, row, presets)):
                return near, text
    found = [(row, sheet) for sheet in sheets for row in range(min(HEADER_WITHIN, len(sheet.rows))) if _is_header(sheet, row)]
    if not found:
        raise UserError("none of the first ten rows of this file looks like a header", hint="remove the notes above the table")
    row, sheet = found[0]
    joined = with_one_header(sheet, row)
    return _name(path, presets), _new(*((joined, row + 1) if joined else (sheet, row)), presets)


def _is_header(sheet: Sheet, row: int) -> bool:
    """Whether a row names columns: several texts, no numbers, and something below."""
    cells = [cell for cell in sheet.rows[row] if not is_blank(cell)]
    below = sheet.rows[row + 1] if row + 1 < len(sheet.rows) else ()
    are_texts = all(isinstance(cell, str) and not re.fullmatch(r"[\d.,%:/ -]+", cell) for cell in cells)
    return len(cells) >= 2 and are_texts and sum(not is_blank(cell) for cell in below) * 2 >= len(cells)


def _nearest(sheet: Sheet, row: int, presets: Presets) -> str:
    """The preset of whose signature most columns stand in a row; empty when none is near."""
    names = {split_header(str(cell)).name for cell in sheet.rows[row] if not is_blank(cell)}
    scored = []
    for name, preset in presets.by_name.items():
        found = {preset.by_name[one] for one in names if one in preset.by_name}
        share = len(found & set(preset.signature)) / len(preset.signature)
        if share >= _NEAR and len(found) * 2 >= len(names):
            scored.append((share, len(found), name))
    return max(scored, default=(0, 0, ""))[2]


def _mended(name: str, sheet: Sheet, row: int, presets: Presets) -> str:
    """The shipped preset's text with the file's new names for columns that are missing; empty when none can be guessed."""
    preset = presets.by_name[name]
    file = SHIPPED / f"{name}.yaml"
    headers = [" ".join(str(cell).split()) for cell in sheet.rows[row] if not is_blank(cell)]
    known = {preset.by_name.get(split_header(header).name) for header in headers}
    new = [one for one in headers if split_header(one).name not in preset.by_name.keys() | preset.known_names]
    guesses: dict[str, str] = {}
    for key in (*preset.signature, *sorted(preset.needed)):
        if key not in known | guesses.keys() and (guess := _guess(preset, key, new)):
            guesses[key] = guess
    if not guesses or not file.is_file():
        return ""
    return "".join(_with_name(line, guesses) for line in file.read_text(encoding="utf-8").splitlines(keepends=True))


def _guess(preset: Preset, key: str, new: Sequence[str]) -> str:
    """The new header that looks most like a name of a column."""
    return next((guess for name in preset.columns[key].names if (guess := did_you_mean(name, new))), "")


def _with_name(line: str, guesses: Mapping[str, str]) -> str:
    match = re.fullmatch(r"(  (\w+): \{names: \[[^\]]*)(\].*)\n", line)
    if match is None or match[2] not in guesses:
        return line
    new = json.dumps(guesses[match[2]], ensure_ascii=False)
    return f"{match[1]}, {new}{match[3]}  # guess: {new} is a new name of this column\n"


def _name(path: Path, presets: Presets) -> str:
    """A name for a new preset from the name of its file."""
    name = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_")
    name = name if re.match(r"[a-z]", name) else f"preset_{name}".rstrip("_")
    return f"{name}_2" if name in presets.by_name else name


def _new(sheet: Sheet, row: int, presets: Presets) -> str:
    """A preset from nothing but a header and its cells."""
    columns = guess_columns(sheet.rows[row], sheet.rows[row + 1 : row + 1 + _LOOK_AT], presets)
    if not any(guess.role == "measure" for guess in columns):
        raise UserError("no column of this file holds numbers", hint="a preset needs a column to count")
    return "".join(f"{line}\n" for line in _lines(columns))


def _lines(columns: Sequence[Guess]) -> Iterator[str]:
    day = next((guess for guess in columns if guess.role == "day"), None)
    yield "# yaml-language-server: $schema=../.opsengine/schema/preset.json"
    yield "# Drafted from a file. Look at every line that says `guess`, mend it, and take the remark away."
    yield "kind: preset"
    yield "version: 1"
    yield "title: {zh-CN: 待命名, en: To be named}  # guess: say what the export is called"
    yield "priority: 50  # guess: a lower number wins where two exports bring the same measure"
    yield "replaces: day  # guess: a newer file replaces an account's whole day; `item` when it replaces single items"
    yield "clock: event  # guess: event, pay, refund, conversion, billing or snapshot"
    yield "domain: all  # guess: public, paid, owned, external or all"
    yield "day: day" if day else "day: day  # guess: no column holds days; the export has to be made by day"
    items = [guess.key for guess in columns if guess.role == "item"]
    if items:
        yield f"item: [{', '.join(items)}]  # guess: the columns that tell the rows of one day apart"
    signature = [*(["day"] if day else []), *(guess.key for guess in columns if guess.role == "measure")][:5]
    yield f"signature: [{', '.join(signature)}]  # guess: headers that no other export has together"
    yield "columns:"
    if day is None:
        yield "  day: {names: [日期], role: key, unit: date, is_required: true}  # guess: add the header of the day"
    for guess in columns:
        if guess.role in ("measure", "day", "item", "account"):
            yield f"  {guess.key}: {{{guess.as_yaml()}}}  # guess: {guess.why}"
    for role, why in (("ignored", "not read"), ("personal", "never read nor shown")):
        names = [json.dumps(guess.header, ensure_ascii=False) for guess in columns if guess.role == role]
        if names:
            yield f"{role}: [{', '.join(names)}]  # guess: {why}"
