"""Which files are read in one sweep: those large enough, with a header that is known and with lines that are alike."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from opsengine.errors import EngineError
from opsengine.sources import parquet
from opsengine.sources.decoding import utf8_of
from opsengine.sources.keys import Context
from opsengine.sources.opening import kind_of
from opsengine.sources.preset import Presets
from opsengine.sources.recognising import HEADER_WITHIN, Match, first_fit, recognise
from opsengine.sources.rejection import Refused, Spoilt
from opsengine.sources.sheet import Row, Sheet
from opsengine.sources.skeletons import Skeleton, plain_lines, skeleton
from opsengine.sources.sweeping import Swept, sweep
from opsengine.sources.swept_cells import number_keys
from opsengine.sources.swept_tables import Rows, SweptText
from opsengine.sources.tables import DELIMITERS
from opsengine.sources.workbooks import WrittenSheet, write_workbooks
from opsengine.warehouse import Writing

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

LEAST_BYTES = 32 << 10
"""A smaller file is read sooner row by row than the engine has made its tables."""
_WRITTEN = ("facts", "series")
"""What is swept; works and people's acts are read row by row."""
_HEAD = 1 << 16
"""The header stands within so many bytes."""
_FEW_NUMBERS = 3
"""With no more columns of numbers, a look at each of their cells costs less than a look at every line."""
_TURNED = 2000
"""A sheet of so few rows might lie on its side."""

SweptFile = tuple[Match, Swept]
F = TypeVar("F")


class _Head(NamedTuple):
    """The first rows of a text."""

    rows: Sequence[Row]
    delimiter: str
    lines: Sequence[int]
    """How many lines have been read when each row has been."""


@dataclass(frozen=True, slots=True)
class Sweeper:
    """What sweeping a file needs beside it. Each of its verbs answers None when the file has to be read row by row."""

    presets: Presets
    context: Context
    engine: Engine

    def text(self, file: Path) -> SweptFile | None:
        """What a text file says."""
        raw = file.read_bytes()
        utf8 = utf8_of(raw)
        if utf8 is None:
            return None
        return self._utf8(utf8, "", file if utf8 == raw else None)

    def workbook(self, sheets: Sequence[WrittenSheet]) -> SweptFile | None:
        """What the only sheet says that is known."""
        known: list[tuple[str, bytes]] = []
        for name, rows, file in sheets:
            utf8 = file.read_bytes()
            is_short = rows <= _TURNED
            head = _head(utf8, most=rows) if is_short else _head(utf8[:_HEAD])
            if head is None:
                return None
            sheet = Sheet(name, head.rows)
            try:
                if first_fit(sheet, self.presets):
                    known.append((name, utf8))
                elif is_short and recognise(sheet, self.presets):
                    return None
            except Refused:
                return None
        return self._utf8(known[0][1], known[0][0], None) if len(known) == 1 else None

    def parquet(self, file: Path) -> SweptFile | None:
        """What a Parquet file says."""
        try:
            columns = parquet.columns_of(self.engine, file)
            match = first_fit(Sheet("", [list(columns)]), self.presets)
            if match is None or not _is_swept(match):
                return None
            parquet.refuse_lost_ids(match, columns)
            numbers = {match.places[key] for key in number_keys(match.preset) if key in match.places}
            text = SweptText(parquet.TEXT, parquet.mount_as_text(self.engine, file, columns, numbers), 1)
        except (EngineError, Refused):
            return None
        return self._sweep(match, text)

    def _utf8(self, utf8: bytes, sheet: str, file: Path | None) -> SweptFile | None:
        """What a text says that is in `file`, or in none as it is."""
        head = _head(utf8[:_HEAD])
        match = head and self._match(head, sheet)
        if head is None or match is None:
            return None
        skipped = head.lines[match.header_row]
        start = _after_lines(utf8, skipped)
        forms = _forms(utf8, start, match, head)
        if forms is None:
            return None
        rows = None if sheet else partial(_rows_at, utf8, start, head.delimiter, forms.lines)
        if file is not None and b'"' not in utf8[:start] and b"\n\n" not in utf8[:start] and b"\n\r\n" not in utf8[:start]:
            return self._lines(match, forms, file, Writing(head.delimiter, skipped), rows)
        with tempfile.TemporaryDirectory(prefix="opsengine-") as folder:
            text = Path(folder) / "rows.csv"
            text.write_bytes(memoryview(utf8)[start:])
            return self._lines(match, forms, text, Writing(head.delimiter, 0), rows)

    def _match(self, head: _Head, sheet: str) -> Match | None:
        try:
            match = first_fit(Sheet(sheet, head.rows), self.presets)
        except Refused:
            return None
        return match if match is not None and _is_swept(match) else None

    def _lines(self, match: Match, forms: Skeleton, file: Path, writing: Writing, rows: Rows | None) -> SweptFile | None:
        """Read the lines of a text of which every line is alike; single ones can be had as `rows`."""
        if len(forms.columns) <= max(match.places.values()):
            return None
        numbers = {match.places[key]: key for key in number_keys(match.preset) if key in match.places}
        words = {word for place in numbers for word in forms.columns[place] if _is_missing(word, match)}
        if words & _names(match, forms):
            return None
        is_number = [place in numbers and forms.columns[place] <= words for place in range(len(forms.columns))]
        types = {f"c{place}": "BIGINT" if is_number[place] else "VARCHAR" for place in range(len(is_number))}
        missing = tuple(sorted(words | {""}))
        self.engine.mount_text(parquet.TEXT, file, types, replace(writing, missing=missing))
        text = SweptText(parquet.TEXT, is_number, match.header_row + 1, forms.lines, has_cut_end=not forms.is_ended, rows=rows)
        return self._sweep(match, text)

    def _sweep(self, match: Match, text: SweptText) -> SweptFile | None:
        swept = sweep(match, text, self.context, self.engine)
        return None if swept is None else (match, swept)


def sweep_files(files: Mapping[F, Path], sweeper: Callable[[F], Sweeper]) -> Iterator[tuple[F, SweptFile]]:
    """Those of these files that can be read in one sweep, and what they say; workbooks last, all in one child process."""
    workbooks: list[F] = []
    for name, file in files.items():
        kind = kind_of(file)
        if kind == "workbook":
            workbooks.append(name)
        elif kind in ("text", "parquet"):
            swept = sweeper(name).text(file) if kind == "text" else sweeper(name).parquet(file)
            if swept is not None:
                yield name, swept
    with closing(write_workbooks([files[name] for name in workbooks])) as written:
        for name, sheets in zip(workbooks, written, strict=True):
            if sheets is not None and (swept := sweeper(name).workbook(sheets)) is not None:
                yield name, swept


def _forms(utf8: bytes, start: int, match: Match, head: _Head) -> Skeleton | None:
    """What the cells of a text look like from `start` on; None when its lines are not alike."""
    width = len(head.rows[match.header_row])
    is_narrow = sum(key in match.places for key in number_keys(match.preset)) <= _FEW_NUMBERS
    if is_narrow and (forms := plain_lines(utf8, start, width)):
        return forms
    return skeleton(utf8[start:], head.delimiter) or plain_lines(utf8, start, width)


def _is_swept(match: Match) -> bool:
    """Whether such files are swept; a missing value that is written as a number can only be told cell by cell."""
    return match.preset.writes in _WRITTEN and not any(character.isdigit() for word in match.preset.nulls for character in word)


def _names(match: Match, forms: Skeleton) -> set[str]:
    """The forms of cells that are names: `--` is one in a column of names, whatever it is in columns of numbers, ids and days."""
    names = [key for key in match.places if match.preset.columns[key].unit == "text" or match.preset.nulls]
    return {form for key in names if key != match.preset.day for form in forms.columns[match.places[key]] if form}


def _is_missing(form: str, match: Match) -> bool:
    """Whether a cell of this form is missing, or all digits, or less than zero in a column of whole numbers."""
    return form.strip().lower() in match.preset.missing


def _head(utf8: bytes, most: int = HEADER_WITHIN + 2) -> _Head | None:
    """The first rows, by the first delimiter that makes more than one cell of any of them."""
    text = utf8.decode(errors="ignore")
    for delimiter in DELIMITERS:
        rows: list[Row] = []
        lines: list[int] = []
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        try:
            for row in islice(reader, most):
                rows.append(row)
                lines.append(reader.line_num)
        except csv.Error:
            return None
        if any(len(row) > 1 for row in rows):
            return _Head(rows, delimiter, lines)
    return None


def _rows_at(utf8: bytes, start: int, delimiter: str, count: int, numbers: Sequence[int]) -> Sequence[Row]:
    """Some of the lines from `start` on as rows, counted from 0. Raises Spoilt when there are not `count` lines."""
    lines = utf8[start:].splitlines()
    if len(lines) != count:
        raise Spoilt("these lines end in more than one way", code="not-plain")
    texts = (lines[number].decode() for number in numbers)
    return [next(csv.reader([text], delimiter=delimiter, strict=True)) for text in texts]


def _after_lines(utf8: bytes, lines: int) -> int:
    """Where the line begins that follows so many lines."""
    place = 0
    for _ in range(lines):
        place = utf8.find(b"\n", place) + 1
        if not place:
            return len(utf8)
    return place
