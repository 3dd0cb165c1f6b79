"""Further names of accounts, each for some days: reading `aliases.csv`, and whose a name was on a day.

An account keeps its id for ever. A name that changes hands, or an account that another one took over, is one more line of the file:

    alias,account_id,from,until
    tea_house,tea,,2026-05-31
    tea_house,coat,2026-06-01,
    old_tea,tea,2026-06-01,

The last line is a merge when `old_tea` is an account of its own: from that day on, what is told of it counts for `tea`. What was
told of days before stays where it is, so that no result of the past changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from opsengine.errors import InvalidFiles, Place, Problem
from opsengine.project import Project
from opsengine.sources.moments import parse_calendar_day
from opsengine.sources.rejection import Refused, quoted
from opsengine.sources.tables import read_csv

COLUMNS = ("alias", "account_id", "from", "until")
_NEEDED = COLUMNS[:2]


@dataclass(frozen=True, slots=True)
class Alias:
    """A name, and whose it is from one day to another, both included."""

    alias: str
    account_id: str
    first: date = date.min
    last: date = date.max
    line: int = 0

    def meets(self, first: date, last: date) -> bool:
        """Whether it holds on any of these days."""
        return self.first <= last and first <= self.last


class Names:
    """Follows names to accounts."""

    def __init__(self, aliases: Sequence[Alias] = ()) -> None:
        self._by_name: dict[str, list[Alias]] = {}
        for alias in aliases:
            self._by_name.setdefault(alias.alias, []).append(alias)

    def is_dated(self, name: str) -> bool:
        """Whether the day decides whose name it is."""
        return name in self._by_name

    def follow(self, name: str, day: date) -> str:
        """What a name stands for on a day: itself where nothing else is said, the end of the chain where names point at names."""
        while found := next((one for one in self._by_name.get(name, ()) if one.meets(day, day)), None):
            name = found.account_id
        return name

    def circles(self) -> Iterator[Alias]:
        """The aliases from which, on some day, one comes back to where one was."""
        for aliases in self._by_name.values():
            yield from (one for one in aliases if self._comes_back(one.account_id, one.first, one.last, {one.alias}))

    def _comes_back(self, name: str, first: date, last: date, seen: set[str]) -> bool:
        if name in seen:
            return True
        ways = [one for one in self._by_name.get(name, ()) if one.meets(first, last)]
        return any(self._comes_back(one.account_id, max(first, one.first), min(last, one.last), {*seen, name}) for one in ways)


def read_aliases(project: Project, accounts: Collection[str] | None) -> tuple[Alias, ...]:
    """The lines of `aliases.csv`; none when there is no such file. `accounts` are the ids of the register.

    They are None where the register cannot be read: then no account is called unknown.
    Raises InvalidFiles with every problem: a missing column, a bad day, an unknown account, two owners on one day, a circle.
    """
    file = project.aliases_file
    if not file.is_file():
        return ()
    return _aliases(file.read_bytes(), project.shown(file), None if accounts is None else frozenset(accounts))


@lru_cache(maxsize=4)
def _aliases(content: bytes, shown: str, accounts: frozenset[str] | None) -> tuple[Alias, ...]:
    """The lines of a file that reads so; one import asks for them more than once. Raises InvalidFiles."""
    problems: list[Problem] = []
    aliases: list[Alias] = []
    for line, row in _rows(content, shown):
        try:
            aliases.append(_alias(row, line, shown))
        except InvalidFiles as error:
            problems += error.problems
    problems += _contradictions(aliases, accounts, shown)
    if problems:
        raise InvalidFiles(problems)
    return tuple(aliases)


def digest_of(project: Project) -> str:
    """A name for what the file says; empty when there is none."""
    file = project.aliases_file
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else ""


def _rows(content: bytes, shown: str) -> list[tuple[int, Mapping[str, str]]]:
    try:
        for sheet in read_csv(content):
            header = ["" if cell is None else str(cell).strip() for cell in sheet.rows[0]] if sheet.rows else []
            if set(_NEEDED) <= set(header):
                cells = [["" if cell is None else str(cell).strip() for cell in row] for row in sheet.rows[1:]]
                rows = [(line, dict(zip(header, row, strict=False))) for line, row in enumerate(cells, start=2)]
                return [(line, row) for line, row in rows if any(row.values())]
    except Refused as error:
        raise InvalidFiles([Problem(Place(shown, 1, 1), error.rejection.code, error.text, error.hint)]) from None
    text = "the first line must name the columns {columns}"
    raise InvalidFiles([Problem(Place(shown, 1, 1), "missing-column", text, fields={"columns": ", ".join(_NEEDED)})])


def _alias(row: Mapping[str, str], line: int, shown: str) -> Alias:
    place = Place(shown, line, 1)
    days: list[date | None] = []
    problems: list[Problem] = []
    for key in COLUMNS[2:]:
        try:
            days.append(parse_calendar_day(row.get(key, "")))
        except (ValueError, OverflowError):
            text = "`{value}` is no date such as 2026-06-18"
            problems.append(Problem(place, "bad-date", text, fields={"value": quoted(row[key])}))
    if not row.get("alias") or not row.get("account_id"):
        problems.append(Problem(place, "missing-value", "a line names an alias and the account whose it is"))
    if problems:
        raise InvalidFiles(problems)
    first, last = days[0] or date.min, days[1] or date.max
    if last < first:
        raise InvalidFiles([Problem(place, "bad-date", "`until` is before `from`")])
    return Alias(row["alias"], row["account_id"], first, last, line)


def _contradictions(aliases: Sequence[Alias], accounts: frozenset[str] | None, shown: str) -> Iterator[Problem]:
    known = None if accounts is None else accounts | {one.alias for one in aliases}
    before: dict[str, list[Alias]] = {}
    for one in aliases:
        place = Place(shown, one.line, 1)
        if known is not None and one.account_id not in known:
            text = "account `{account}` is not in accounts.csv"
            yield Problem(place, "unknown-account", text, fields={"account": quoted(one.account_id)})
        namesakes = before.setdefault(one.alias, [])
        other = next((other for other in namesakes if other.meets(one.first, one.last)), None)
        namesakes.append(one)
        if other:
            text = "`{alias}` has another owner on some of these days, in line {line}"
            hint = "let one of them end before the other begins"
            yield Problem(place, "two-owners", text, hint, {"alias": quoted(one.alias), "line": other.line})
    for one in Names(aliases).circles():
        text = "`{alias}` leads back to itself"
        yield Problem(Place(shown, one.line, 1), "circle", text, "take out one line of the circle", {"alias": quoted(one.alias)})
