"""What a row is about: whose it is, which day, which item."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from opsengine.errors import EngineError
from opsengine.sources.cells import TOTALS, Memo, Show, ids, moments, past_moments, texts, total
from opsengine.sources.recognising import Match
from opsengine.sources.register import Accounts
from opsengine.sources.rejection import Refused, Spoilt, quoted
from opsengine.sources.sheet import Row, is_blank
from opsengine.state import make_folder, sync_folder

_KEY_BYTES = 32
_HASH_DIGITS = 32
"""128 bits: two of a billion people never share a name."""
_NUMBER_BYTES = 8


class Pseudonyms:
    """Names for people that only this project can tell: keyed hashes. Deleting the key makes them nobody's."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def name(self, kind: str, person: str) -> str:
        """The same 32 hexadecimal digits for the same person, for ever."""
        return self._digest(kind, person).hex()[:_HASH_DIGITS]

    def number(self, kind: str, person: str) -> int:
        """The same number for the same person, for ever: 63 bits, so that it is a whole number of any engine.

        Of a million people, two share a number in one case of eighteen million.
        """
        return int.from_bytes(self._digest(kind, person)[:_NUMBER_BYTES]) >> 1

    def _digest(self, kind: str, person: str) -> bytes:
        return hmac.digest(self._key, f"{kind}\0{person}".encode(), "sha256")


def read_pseudonyms(file: Path) -> Pseudonyms:
    """Pseudonyms by the key in `file`, which is made, readable by its owner only, when there is none. Raises EngineError."""
    if not file.exists():
        _make_key(file)
    key = file.read_bytes()
    if len(key) != _KEY_BYTES:
        hint = "restore it from a backup: with another key every fan is somebody new"
        raise EngineError("the key file {file} is damaged", file=file.name, hint=hint)
    return Pseudonyms(key)


def _make_key(file: Path) -> None:
    make_folder(file.parent)
    draft = file.with_name(f".{file.name}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(secrets.token_bytes(_KEY_BYTES))
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
    sync_folder(file.parent)


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a file needs to know beside the file."""

    zone: ZoneInfo
    today: date
    """The day of the import; later days have not come."""
    accounts: Accounts
    pseudonyms: Pseudonyms
    named: tuple[str, ...] = ()
    """The account as the folder calls it, then as the command does; the first that is in the register counts."""


def shower(match: Match) -> Show:
    """How cells of this file may be shown: not at all where they can be somebody's phone or name."""
    return (lambda _: "…") if match.preset.is_personal else quoted


@dataclass(frozen=True, slots=True)
class Dated:
    """A name whose owner depends on the day."""

    name: str


Owner = str | Dated
"""An account's id, or a name that becomes one with a day."""


class Whose:
    """Says to which account a row belongs."""

    def __init__(self, match: Match, context: Context) -> None:
        self._context = context
        self._columns, self._weak = (
            {match.places[key]: match.header(key) for key in match.preset.keys_of(role) if key in match.places}
            for role in ("account", "advertiser")
        )
        named = self._columns | self._weak
        self._memos: Mapping[int, Memo[Owner]] = {index: self._memo(header) for index, header in named.items()}
        self._given = next((whose for name in context.named if (whose := self._owner(name))), None)
        if not self._memos and self._given is None:
            raise self._nobody()
        self.hear(match.sheet.rows[match.header_row + 1 :])

    def hear(self, rows: Iterable[Row]) -> None:
        """Look at all rows: where some name another account than the folder does, a row that names none is not the folder's."""
        if self._given is not None and any(self._is_other(index, row) for row in rows for index in self._columns):
            self._given = None

    @property
    def needs_to_hear(self) -> bool:
        """Whether it depends on the other rows whose a row is that names no account."""
        return self._given is not None and bool(self._columns)

    @property
    def places(self) -> list[int]:
        """The columns that it looks at."""
        return list(self._memos)

    def account(self, row: Row, day: date | None = None) -> str:
        """The account's id on a day. Raises Spoilt when it is unknown, or when only a day that is not given could tell it."""
        for index in self._columns:
            if (owner := self._memos[index].take(row[index])) is not None:
                return self._settled(owner, day, self._columns[index])
        if self._given is not None:
            return self._settled(self._given, day, None)
        for index in self._weak:
            if (owner := self._memos[index].take(row[index])) is not None:
                return self._settled(owner, day, self._weak[index])
        header = next(iter((self._columns | self._weak).values()), "")
        raise Spoilt(
            "this row does not say whose it is", code="no-account", column=header, hint="put the file into data/<account_id>/"
        )

    def _is_other(self, index: int, row: Row) -> bool:
        """Whether a row names an account that is not the folder's, or is unknown."""
        try:
            owner = self._memos[index].take(row[index]) if index < len(row) else None
        except Spoilt as spoilt:
            return spoilt.code == "unknown-account"
        return owner is not None and owner != self._given

    def _owner(self, name: str) -> Owner | None:
        accounts = self._context.accounts
        return Dated(name) if accounts.names.is_dated(name) else accounts.find(name)

    def _settled(self, owner: Owner, day: date | None, column: str | None) -> str:
        if not isinstance(owner, Dated):
            return owner
        if day is None:
            raise Spoilt("whose this name is depends on the day", code="not-plain")
        account = self._context.accounts.owner(owner.name, day)
        if account is None:
            raise self._context.accounts.unknown(owner.name, column)
        return account

    def _memo(self, header: str) -> Memo[Owner]:
        plain = ids(header)

        def parse(cell: object) -> Owner | None:
            name = plain.take(cell)
            if name is None:
                return None
            if name.lower() in TOTALS:
                raise total(header)
            account = self._owner(name)
            if account is None:
                raise self._context.accounts.unknown(name, header)
            return account

        return Memo(parse)

    def _nobody(self) -> Refused:
        if self._context.named:
            unknown = self._context.accounts.unknown(self._context.named[-1], None)
            return unknown.as_refusal()
        return Refused("nothing says whose numbers these are: no column names the account", code="no-account",
                       hint="put the file into data/<account_id>/, or name the account with --account")  # fmt: skip


class When:
    """Says on which day a row's facts happened."""

    def __init__(self, match: Match, context: Context, show: Show) -> None:
        key = match.preset.day or ""
        self._header = match.header(key)
        self._index = match.places.get(key)
        self._memo = past_moments(context.zone, self._header, show, context.today)
        self._whole_sheet = match.day

    @property
    def places(self) -> list[int]:
        """The column that it looks at; none where the whole sheet is about one day."""
        return [] if self._index is None else [self._index]

    def moment(self, row: Row) -> datetime:
        """The moment, local to the project. Raises Spoilt."""
        moment = self._memo.take(self._whole_sheet if self._index is None else row[self._index])
        if moment is None:
            raise total(self._header)
        return moment


class Which:
    """Says which of a day's items a row is about."""

    def __init__(self, match: Match, context: Context, show: Show) -> None:
        columns = match.preset.columns
        self._parts = [
            (match.places[key], self._memo(match, context, key, show), columns[key].is_required, match.header(key))
            for key in match.preset.item
            if key in match.places
        ]

    @property
    def places(self) -> list[int]:
        """The columns that it looks at."""
        return list(dict.fromkeys(index for index, *_ in self._parts))

    def item(self, row: Row) -> str:
        """The item's name, empty when the export tells none apart. Raises Spoilt."""
        names = []
        for index, memo, is_required, header in self._parts:
            name = memo.take(row[index])
            if name is None and is_required:
                raise total(header)
            names.append(name or "")
        return "/".join(names).strip("/")

    @staticmethod
    def _memo(match: Match, context: Context, key: str, show: Show) -> Memo[str]:
        header, unit = match.header(key), match.preset.columns[key].unit
        if unit == "hashed_id":
            plain = ids(header)
            return Memo(lambda cell: None if (person := plain.take(cell)) is None else context.pseudonyms.name(key, person))
        if unit == "id":
            return ids(header)
        if unit == "datetime":
            when = moments(context.zone, header, show)
            return Memo(lambda cell: None if (moment := when.take(cell)) is None else moment.strftime("%Y-%m-%d %H:%M:%S"))
        return texts(TOTALS | frozenset(word.lower() for word in match.preset.totals), header)


class WhichMetric:
    """Says which metric a row of a series is about."""

    def __init__(self, match: Match) -> None:
        self._index, self._memo = match.places["metric"], texts(frozenset(), match.header("metric"))

    @property
    def places(self) -> list[int]:
        """The column that it looks at."""
        return [self._index]

    def item(self, row: Row) -> str:
        """The metric's name. Raises Spoilt."""
        metric = self._memo.take(row[self._index])
        if metric is None:
            raise Spoilt("this row names no metric", code="no-metric", column="metric")
        return metric


def work_id(title: str, published_at: datetime) -> str:
    """A name for a work that has no number: its title and the moment it was published stand in for one."""
    told = f"{' '.join(title.split())}\0{published_at:%Y-%m-%d %H:%M:%S}"
    return hashlib.sha256(told.encode()).hexdigest()[:_HASH_DIGITS]


def is_blank_row(row: Row) -> bool:
    """Whether a row has nothing in it."""
    return all(is_blank(cell) for cell in row)
