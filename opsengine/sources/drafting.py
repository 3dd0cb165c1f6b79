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
from opsengine.words import Words

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


@dataclass(frozen=True, slots=True)
class _Place:
    """The row of a sheet that nearly is the header of a preset."""

    preset: str
    sheet: Sheet
    row: int


def draft_preset(project: Project, path: Path, words: Words) -> Draft:
    """Write `sources/NAME.yaml` for a file that no preset fits; its remarks are in the reader's language.

    Raises UserError when a preset fits the file as it is, when there is such a file already, or when no header can be found.
    """
    presets = read_presets(project)
    sheets = list(look_into(path))
    name, text = _draft(sheets, presets, path, words)
    check(parse_yaml(text, f"{OWN}/{name}.yaml"), Preset)
    file = project.root / OWN / f"{name}.yaml"
    if file.exists():
        raise UserError("there is a preset {file} already", hint="finish that one, or move it away", file=project.shown(file))
    write_atomically(file, text.encode())
    mark = "# " + words("guess: {why}", why="").strip()
    guesses = tuple(line.strip() for line in text.splitlines() if mark in line)
    return Draft(name, project.shown(file), name in presets.by_name, guesses)


def _draft(sheets: Sequence[Sheet], presets: Presets, path: Path, words: Words) -> tuple[str, str]:
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
            if (near := _nearest(sheet, row, presets)) and (text := _mended(_Place(near, sheet, row), presets, words)):
                return near, text
    found = [(row, sheet) for sheet in sheets for row in range(min(HEADER_WITHIN, len(sheet.rows))) if _is_header(sheet, row)]
    if not found:
        raise UserError("none of the first ten rows of this file looks like a header", hint="remove the notes above the table")
    row, sheet = found[0]
    joined = with_one_header(sheet, row)
    return _name(path, presets), _new(*((joined, row + 1) if joined else (sheet, row)), presets, words)


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


def _mended(place: _Place, presets: Presets, words: Words) -> str:
    """The shipped preset's text with the file's new names for columns that are missing; empty when none can be guessed."""
    preset = presets.by_name[place.preset]
    file = SHIPPED / f"{place.preset}.yaml"
    headers = [" ".join(str(cell).split()) for cell in place.sheet.rows[place.row] if not is_blank(cell)]
    known = {preset.by_name.get(split_header(header).name) for header in headers}
    new = [one for one in headers if split_header(one).name not in preset.by_name.keys() | preset.known_names]
    guesses: dict[str, str] = {}
    for key in (*preset.signature, *sorted(preset.needed)):
        if key not in known | guesses.keys() and (guess := _guess(preset, key, new)):
            guesses[key] = guess
    if not guesses or not file.is_file():
        return ""
    return "".join(_with_name(line, guesses, words) for line in file.read_text(encoding="utf-8").splitlines(keepends=True))


def _guess(preset: Preset, key: str, new: Sequence[str]) -> str:
    """The new header that looks most like a name of a column."""
    return next((guess for name in preset.columns[key].names if (guess := did_you_mean(name, new))), "")


def _with_name(line: str, guesses: Mapping[str, str], words: Words) -> str:
    match = re.fullmatch(r"(  (\w+): \{names: \[[^\]]*)(\].*)\n", line)
    if match is None or match[2] not in guesses:
        return line
    new = json.dumps(guesses[match[2]], ensure_ascii=False)
    return f"{match[1]}, {new}{match[3]}  {_guess_of(words('{name} is a new name of this column', name=new), words)}\n"


def _name(path: Path, presets: Presets) -> str:
    """A name for a new preset from the name of its file."""
    name = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_")
    name = name if re.match(r"[a-z]", name) else f"preset_{name}".rstrip("_")
    return f"{name}_2" if name in presets.by_name else name


def _new(sheet: Sheet, row: int, presets: Presets, words: Words) -> str:
    """A preset from nothing but a header and its cells."""
    columns = guess_columns(sheet.rows[row], sheet.rows[row + 1 : row + 1 + _LOOK_AT], presets)
    if not any(guess.role == "measure" for guess in columns):
        raise UserError("no column of this file holds numbers", hint="a preset needs a column to count")
    return "".join(f"{line}\n" for line in _lines(columns, words))


def _lines(columns: Sequence[Guess], words: Words) -> Iterator[str]:
    def guess(line: str, why: str) -> str:
        return f"{line}  {_guess_of(words(why), words)}"

    day = next((one for one in columns if one.role == "day"), None)
    yield "# yaml-language-server: $schema=../.opsengine/schema/preset.json"
    yield "# " + words("Drafted from a file. Look at every line that is marked as a guess, mend it, and take the remark away.")
    yield "kind: preset"
    yield "version: 1"
    yield guess("title: {zh-CN: 待命名, en: To be named}", _TEXTS["title"])
    yield guess("priority: 50", _TEXTS["priority"])
    yield guess("replaces: day", _TEXTS["replaces"])
    yield guess("clock: event", _TEXTS["clock"])
    yield guess("domain: all", _TEXTS["domain"])
    yield "day: day" if day else guess("day: day", _TEXTS["no day"])
    items = [one.key for one in columns if one.role == "item"]
    if items:
        yield guess(f"item: [{', '.join(items)}]", _TEXTS["item"])
    signature = [*(["day"] if day else []), *(one.key for one in columns if one.role == "measure")][:5]
    yield guess(f"signature: [{', '.join(signature)}]", _TEXTS["signature"])
    yield "columns:"
    if day is None:
        yield guess("  day: {names: [日期], role: key, unit: date, is_required: true}", _TEXTS["add day"])
    for one in columns:
        if one.role in ("measure", "day", "item", "account"):
            why = words("{why}; give it a name of its own", why=words(one.why)) if one.is_nameless else words(one.why)
            yield f"  {one.key}: {{{one.as_yaml()}}}  {_guess_of(why, words)}"
    for role in ("ignored", "personal"):
        names = [json.dumps(one.header, ensure_ascii=False) for one in columns if one.role == role]
        if names:
            yield guess(f"{role}: [{', '.join(names)}]", _TEXTS[role])


_TEXTS = {
    "title": "say what the export is called",
    "priority": "a lower number wins where two exports bring the same measure",
    "replaces": "a newer file replaces an account's whole day; `item` when it replaces single items",
    "clock": "event, pay, refund, conversion, billing or snapshot",
    "domain": "public, paid, owned, external or all",
    "no day": "no column holds days; the export has to be made by day",
    "item": "the columns that tell the rows of one day apart",
    "signature": "headers that no other export has together",
    "add day": "add the header of the day",
    "ignored": "not read",
    "personal": "never read nor shown",
}


def _guess_of(why: str, words: Words) -> str:
    """A remark behind a line: why it is only a guess."""
    return "# " + words("guess: {why}", why=why)
