"""A file's rows to entries: each row is about one thing, says it once, and is either taken in or listed with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from decimal import Decimal
from typing import Any, Protocol

from opsengine.sources.cells import SUMS, Memo, Rounded, Show, ids, numbers, past_moments, total, word, words
from opsengine.sources.doubting import manner_of, mixed_numbers
from opsengine.sources.keys import Context, When, Which, WhichMetric, Whose, is_blank_row, shower, work_id
from opsengine.sources.measuring import plan
from opsengine.sources.recognising import Match
from opsengine.sources.rejection import Refused, Rejection, Spoilt
from opsengine.sources.sheet import Row, column_name, is_blank
from opsengine.sources.units import is_number

Key = tuple[Any, ...]
"""What a row is about: the account, the local day, and what tells it apart on that day."""
Content = tuple[Any, ...]
"""What it says about that."""

_FEWEST_NAMES = 2
_NAME = re.compile(r"[^\W\d_]{2}")
"""A name of a column begins with two letters, or more."""
_MOST_LISTED = 1000
"""More rejections of one file are counted and not listed."""


@dataclass(slots=True)
class Entry:
    """One accepted row."""

    sheet: str
    row: int
    content: Content


@dataclass(slots=True)
class Gathering:
    """Everything that a file said."""

    entries: dict[Key, Entry] = field(default_factory=dict)
    rows: int = 0
    rounded: int = 0
    """Cells such as `1.2万`, whose last digits nobody knows."""
    rejections: list[Rejection] = field(default_factory=list)
    remarks: list[Rejection] = field(default_factory=list)
    """What was taken in and should be looked at."""
    unlisted: int = 0
    unknown_accounts: set[str] = field(default_factory=set)
    measures: set[str] = field(default_factory=set)
    """The columns of numbers that the file has."""
    values: set[str] = field(default_factory=set)
    """The measures that they bring."""
    other_header: int = 0
    """The row in which another table seems to begin; zero where none does."""
    _conflicts: dict[Key, int] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """How many rows were taken in."""
        return len(self.entries)

    @property
    def spans(self) -> dict[str, tuple[date, date]]:
        """The first and the last day of each account that any row is about."""
        spans: dict[str, tuple[date, date]] = {}
        for account, day, *_ in self.entries:
            first, last = spans.get(account, (day, day))
            spans[account] = (min(first, day), max(last, day))
        return spans

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day that any row is about."""
        days = {key[1] for key in self.entries}
        return (min(days), max(days)) if days else None

    def reject(self, rejection: Rejection) -> None:
        """List a cell or row that was left out."""
        if rejection.code == "unknown-account":
            self.unknown_accounts.add(str(rejection.fields["account"]))
        if len(self.rejections) < _MOST_LISTED:
            self.rejections.append(rejection)
        else:
            self.unlisted += 1

    def add(self, key: Key, entry: Entry) -> None:
        """Take a row in, unless another row is about the same: the same words count once, different words not at all."""
        first = self.entries.get(key)
        if first is None and key not in self._conflicts:
            self.entries[key] = entry
        elif first is not None and first.content == entry.content:
            text = "row {first} says the same already: counted once"
            self.reject(Spoilt(text, code="duplicate-row", first=first.row).at(entry.sheet, entry.row))
        else:
            self._conflict(key, first, entry)

    def _conflict(self, key: Key, first: Entry | None, entry: Entry) -> None:
        text, hint = "row {other} is about the same and says otherwise: neither is taken", "remove the wrong one and import again"
        if first is not None:
            del self.entries[key]
            self._conflicts[key] = first.row
            self.reject(Spoilt(text, code="conflicting-rows", hint=hint, other=entry.row).at(first.sheet, first.row))
        self.reject(Spoilt(text, code="conflicting-rows", hint=hint, other=self._conflicts[key]).at(entry.sheet, entry.row))


class Reader(Protocol):
    """Reads rows of one kind."""

    values: frozenset[str]
    """The measures that its rows can bring."""

    def read(self, row: Row) -> tuple[Key, Content, Iterable[Spoilt]]:
        """What the row is about, what it says, and cells of it that say nothing usable. Raises Spoilt."""


def gather(match: Match, context: Context, gathering: Gathering) -> None:
    """Add the rows of one sheet. Raises Refused when nothing says whose they are, or cells of several rows are one."""
    _refuse_merged(match)
    reader = _READERS[match.preset.writes](match, context)
    sheet, rows = match.sheet.name, match.sheet.rows
    numbered = ((index + 1, rows[index]) for index in range(match.header_row + 1, len(rows)))
    for key, entry in _entries(match, reader, numbered, gathering):
        gathering.rounded += _rounded(entry.content)
        gathering.add(key, entry)
    if match.sheet.has_cut_end and not match.sheet.is_turned:
        gathering.remarks += remark_on_end(match, len(rows), len(rows[-1]) - 1 if rows else -1)
    gathering.remarks += [remark.at(sheet, match.header_row + 1) for remark in mixed_numbers(match)]
    gathering.values |= reader.values
    gathering.measures.update(key for key in match.places if match.preset.columns[key].role == "measure")


def complain(match: Match, context: Context, rows: Iterable[tuple[int, Row]]) -> tuple[Gathering, int]:
    """What there is to say about some rows of a sheet, each with its number, and how many of them bring an entry all the same.

    Of `match` only the header and what it says of whole columns are looked at. Raises Refused, Spoilt.
    """
    gathering = Gathering()
    brought = sum(1 for _ in _entries(match, _READERS[match.preset.writes](match, context), rows, gathering))
    if gathering.other_header:
        raise Spoilt("whether rows follow this header can only be told row by row", code="not-plain")
    return gathering, brought


def _entries(match: Match, reader: Reader, rows: Iterable[tuple[int, Row]], gathering: Gathering) -> Iterator[tuple[Key, Entry]]:
    """What rows are about and say; what is wrong with them is listed. Raises Refused when another table begins among them."""
    sheet, header = match.sheet.name, match.sheet.rows[match.header_row]
    width = max(index for index, cell in enumerate(header) if not is_blank(cell)) + 1
    is_read = 0 in match.places.values()
    for number, row in rows:
        if not row or is_blank_row(row):
            continue
        gathering.rows += 1
        try:
            _check_width(row, width)
            if not is_read and word(row[0]).lower() in SUMS:
                raise total(word(header[0]))
            key, content, spoilt = reader.read(row)
        except Spoilt as whole_row:
            gathering.reject(whole_row.at(sheet, number))
            if whole_row.code == "not-a-day" and _is_other_header(match, row):
                gathering.other_header = gathering.other_header or number
            continue
        if gathering.other_header:
            text = "row {row} looks like the header of another table, and rows follow it"
            hint = "save each table as a file of its own"
            raise Refused(text, code="second-table", sheet=sheet, hint=hint, row=gathering.other_header)
        for cell in spoilt:
            gathering.reject(cell.at(sheet, number))
        yield key, Entry(sheet, number, content)


def remark_on_end(match: Match, row: int, last: int) -> list[Rejection]:
    """A file that ends in the middle of a line may be whole, or a download that broke off inside its last number.

    `row` is its last row, counted from 1; `last` the place of that row's last cell.
    """
    key = next((key for key, place in match.places.items() if place == last), None)
    if key is None or row <= match.header_row + 1:
        return []
    text = "the file ends without a line break: if its download broke off, this last cell has lost its end"
    hint = "compare it with the platform; a file that is whole may be given a line break at its end"
    return [Spoilt(text, code="no-line-end", column=match.header(key), hint=hint).at(match.sheet.name, row)]


def _is_other_header(match: Match, row: Row) -> bool:
    """Whether a row names columns, and not as the header does: in each column of numbers, two or more, stands a word of its own."""
    places = [place for key, place in match.places.items() if is_number(match.preset.columns[key].unit)]
    names = {str(row[place]).strip() for place in places if place < len(row) and _NAME.match(str(row[place]).strip())}
    header = {str(match.sheet.rows[match.header_row][place]).strip() for place in places}
    return _FEWEST_NAMES <= len(places) == len(names) and names != header


def _refuse_merged(match: Match) -> None:
    """Raises Refused when a cell below the header is one with cells of other rows: its value stands in the first of them only."""
    for top, left, bottom, right in match.sheet.merged:
        if bottom > top > match.header_row and any(left <= place <= right for place in match.places.values()):
            corners = ((top, left), (bottom, right)) if not match.sheet.is_turned else ((left, top), (right, bottom))
            raise Refused("the cells {cells} are merged: nobody can say of which of them their value is", code="merged-cells",
                          hint="unmerge them, write the value into each cell where it is true, and import again",
                          cells=":".join(f"{column_name(column)}{row + 1}" for row, column in corners))  # fmt: skip


def _check_width(row: Row, width: int) -> None:
    if len(row) < width or not all(is_blank(cell) for cell in row[width:]):
        raise Spoilt("this row has {found} cells under a header of {expected}", code="ragged-row", found=len(row), expected=width,
                     hint="export the file again; it may have been cut off, or a comma in a text is not quoted")  # fmt: skip


def _rounded(content: Content) -> int:
    return sum(1 for part in content if type(part) is Rounded or (type(part) is tuple and type(part[1]) is Rounded))


class _Facts:
    """Rows of measures by account, day and item."""

    def __init__(self, match: Match, context: Context) -> None:
        show = shower(match)
        self._whose, self._when, self._which = Whose(match, context), When(match, context, show), Which(match, context, show)
        self._plan = plan(match, show)
        one = (match.preset.row_counts_as,) if match.preset.row_counts_as else ()
        self.values = frozenset((*one, *(name for part in self._plan for name in part.names)))
        self._always = ((match.preset.row_counts_as, Decimal(1)),) if match.preset.row_counts_as else ()

    def read(self, row: Row) -> tuple[Key, Content, Sequence[Spoilt]]:
        day = self._when.moment(row).date()
        key = (self._whose.account(row, day), day, self._which.item(row))
        found: list[tuple[str, Decimal]] = list(self._always)
        spoilt: list[Spoilt] = []
        for part in self._plan:
            try:
                found.extend(part.values(row))
            except Spoilt as cell:
                spoilt.append(cell)
        return key, tuple(found), spoilt


class _Series:
    """Rows of one metric's value each."""

    values: frozenset[str] = frozenset()

    def __init__(self, match: Match, context: Context) -> None:
        show = shower(match)
        self._whose, self._when = Whose(match, context), When(match, context, show)
        self._which = WhichMetric(match)
        self._value = _number(match, "value", show)

    def read(self, row: Row) -> tuple[Key, Content, Sequence[Spoilt]]:
        metric = self._which.item(row)
        day = self._when.moment(row).date()
        key = (self._whose.account(row, day), day, metric)
        value = self._value[1].take(row[self._value[0]]) if self._value else None
        return key, ((metric, value),), ()


class _Works:
    """Rows of one published work each."""

    values: frozenset[str] = frozenset()

    def __init__(self, match: Match, context: Context) -> None:
        show = shower(match)
        self._whose = Whose(match, context)
        self._title, self._form = (match.places.get(key) for key in ("title", "form"))
        self._number = (match.places["work"], ids(match.header("work"))) if "work" in match.places else None
        self._when = match.header("published_at")
        self._published = (
            match.places["published_at"],
            past_moments(context.zone, match.header("published_at"), show, context.today),
        )
        found = ((name, _number(match, name, show)) for name in WORK_MEASURES)
        self._measures = {name: number for name, number in found if number is not None}

    def read(self, row: Row) -> tuple[Key, Content, Sequence[Spoilt]]:
        index, memo = self._published
        published_at = memo.take(row[index])
        if published_at is None:
            raise total(self._when)
        title = _text(row, self._title) or ""
        number = self._number[1].take(row[self._number[0]]) if self._number else None
        values: dict[str, Decimal | None] = dict.fromkeys(WORK_MEASURES)
        spoilt: list[Spoilt] = []
        for name, (place, parsed) in self._measures.items():
            try:
                values[name] = parsed.take(row[place])
            except Spoilt as cell:
                spoilt.append(cell)
        key = (self._whose.account(row, published_at.date()), published_at.date(), number or work_id(title, published_at))
        return key, (title, _text(row, self._form), published_at.replace(tzinfo=None), *values.values()), spoilt


class _FanEvents:
    """Rows of one act of one fan each."""

    values: frozenset[str] = frozenset()

    def __init__(self, match: Match, context: Context) -> None:
        show = shower(match)
        self._whose, self._when = Whose(match, context), When(match, context, show)
        plain = ids(match.header("fan"))
        self._fan: tuple[int, Memo[int]] = (match.places["fan"], Memo(
            lambda cell: None if (person := plain.take(cell)) is None else context.pseudonyms.number("fan", person)))  # fmt: skip
        action = match.preset.columns["action"]
        self._action = (match.places["action"], words(action.counts, match.header("action"), show))
        self._value = _number(match, "value", show)

    def read(self, row: Row) -> tuple[Key, Content, Sequence[Spoilt]]:
        moment = self._when.moment(row)
        fan, action = (memo.take(row[index]) for index, memo in (self._fan, self._action))
        if fan is None or action is None:
            raise Spoilt("this row names no fan or no action", code="incomplete-row", column="fan_id" if fan is None else "action")
        value = self._value[1].take(row[self._value[0]]) if self._value else None
        at = moment.astimezone(UTC).replace(tzinfo=None)
        return (self._whose.account(row, moment.date()), moment.date(), fan, at, action), (value,), ()


WORK_MEASURES = (
    "plays", "finish_rate", "finish_rate_5s", "bounce_rate_2s", "cover_click_rate", "watch_seconds",
    "likes", "shares", "comments", "favourites", "home_visits", "net_fans",
)  # fmt: skip
"""The numbers of a work, in the order of `raw.works`."""

_READERS: Mapping[str, Callable[[Match, Context], Reader]] = {
    "facts": _Facts,
    "series": _Series,
    "works": _Works,
    "fan_events": _FanEvents,
}


def _number(match: Match, key: str, show: Show) -> tuple[int, Memo[Decimal]] | None:
    """Where a column of numbers stands and what its cells mean; None when the file has no such column."""
    place = match.places.get(key)
    return None if place is None else (place, numbers(match.preset.columns[key], manner_of(match, key, show)))


def _text(row: Row, index: int | None) -> str | None:
    return None if index is None or is_blank(row[index]) else str(row[index]).strip()
