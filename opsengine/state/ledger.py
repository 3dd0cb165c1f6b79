"""The ledger of benefits: it only grows, writing twice is writing once, and every row vouches for the one before it.

A row's hash covers everything in it and the hash of the row before. Amounts are whole numbers of a unit's smallest part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from json.encoder import encode_basestring
from typing import Any

from opsengine.errors import EngineError, UserError
from opsengine.state.database import Row, State, Value
from opsengine.state.entry import Entry, Kind, Status
from opsengine.state.times import canonical, instant

_GENESIS = bytes(32)
_AT_ONCE = 500
"""Entries that are looked up in one query."""


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it stands in the ledger."""

    seq: int
    entry: Entry
    run_id: str
    created_at: str
    row_hash: str


@dataclass(frozen=True, slots=True)
class Balance:
    """What one subject has of one unit, in its smallest part."""

    subject: str
    unit: str
    pending: int
    confirmed: int
    fulfilled: int


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the ledger is what was written."""

    ok: bool
    entries: int
    head: str
    """The hash of the last entry; print it elsewhere, and nobody can rewrite the past unnoticed."""
    first_difference: str | None
    """The first entry that is not what was written, or what else is wrong; None when all is well."""


class LedgerConflict(UserError):
    """The same entry came again with other parameters."""


class Ledger:
    """The ledger of a project."""

    def __init__(self, state: State) -> None:
        self._state = state

    def append(self, entries: Iterable[Entry], run_id: str, now: datetime) -> list[Entry]:
        """Write the entries that are not in the ledger yet, all or none; those written, in their order.

        Raises LedgerConflict when one is there with other parameters, Refused when one breaks a rule of the ledger.
        """
        with self._state.transaction():
            fresh = list(self._fresh(entries))
            self._state.change_many(_INSERT, self._rows(fresh, run_id, instant(now)))
        return [entry for entry, _, _ in fresh]

    def find(self, entry_id: str) -> Written | None:
        """The entry of that id, if it is in the ledger."""
        row = self._state.first(f"{_SELECT} WHERE entry_id = ?", (entry_id,))
        return _written(row) if row else None

    def statement(self, subject: str | None = None) -> list[Written]:
        """Every entry, oldest first; of one subject, or of all."""
        rows = self._state.read(f"{_SELECT} WHERE CAST(?1 AS TEXT) IS NULL OR subject_id = ?1 ORDER BY seq", (subject,))
        return [_written(row) for row in rows]

    def balance(self) -> list[Balance]:
        """What every subject has of every unit, ordered by both."""
        return [Balance(**dict(row)) for row in self._state.read(_BALANCE)]

    def verify(self) -> Verification:
        """Recompute the whole chain, and compare it with where it should end. Damage is a difference, never an error."""
        return self._verified(lambda _: None)

    def verified_statement(self) -> tuple[Verification, list[Written]]:
        """What `verify` finds, and every entry up to the first difference, oldest first: the book is read once for both."""
        entries: list[Written] = []
        return self._verified(lambda row: entries.append(_written(row))), entries

    def _verified(self, take: Callable[[Row], None]) -> Verification:
        """Walk along the chain; every row that is as it should be is taken."""
        previous, good = _GENESIS, 0
        try:
            for row in self._state.stream(_CHAIN):
                if row[_SEQ] != good + 1 or row[_PREVIOUS] != previous or row[-1] != _hash_of(row[:-1]):
                    named = str(row[_ENTRY_ID]) if row[_SEQ] == good + 1 else f"entry {good + 1}"
                    return Verification(ok=False, entries=good, head=previous.hex(), first_difference=named)
                take(row)
                previous, good = row[-1], good + 1
            trouble = self._trouble_beside(good, previous)
        except (EngineError, LookupError, ValueError) as error:
            trouble = str(error)
        return Verification(ok=not trouble, entries=good, head=previous.hex(), first_difference=trouble or None)

    def _trouble_beside(self, entries: int, head: bytes) -> str:
        """What is wrong beside the chain itself: its end, or the indexes over it; empty when nothing is."""
        expected = tuple(self._state.read("SELECT entries, head FROM ledger_head WHERE only_row = 1")[0])
        if expected != (entries, head):
            return f"{expected[0]} entries were written, {entries} are here"
        return self._state.damage("ledger")

    def _fresh(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, str, str]]:
        """The entries that are not in the ledger yet, each once, with its id and the hash of its parameters."""
        stamped = [(entry, *entry.stamp) for entry in entries]
        known = self._known([entry_id for _, entry_id, _ in stamped])
        for entry, entry_id, params_sha in stamped:
            if known.setdefault(entry_id, "") not in ("", params_sha):
                raise LedgerConflict(
                    "{entry} is in the ledger with other parameters",
                    hint="raise the rule's version for a new promise, or write an adjustment for the difference",
                    entry=entry_id,
                )
            if not known[entry_id]:
                known[entry_id] = params_sha
                yield entry, entry_id, params_sha

    def _known(self, entry_ids: Sequence[str]) -> dict[str, str]:
        """Of those that are in the ledger: the hash of the parameters by the id."""
        known: dict[str, str] = {}
        for begin in range(0, len(entry_ids), _AT_ONCE):
            some = entry_ids[begin : begin + _AT_ONCE]
            known.update((row[0], row[1]) for row in self._state.read(f"{_KNOWN} ({', '.join('?' * len(some))})", some))
        return known

    def _rows(self, fresh: Iterable[tuple[Entry, str, str]], run_id: str, created_at: str) -> Iterator[tuple[Value, ...]]:
        """The rows that go on from the head of the chain, each from the one before."""
        (count, head) = self._state.read("SELECT entries, head FROM ledger_head WHERE only_row = 1")[0]
        for seq, (entry, entry_id, params_sha) in enumerate(fresh, start=count + 1):
            row = (
                entry.amount, created_at, entry.cycle, entry_id, entry.evidence, entry.kind.value, entry.occasion, params_sha, head,
                entry.rule, entry.rule_sha, entry.rule_version, run_id, seq, entry.status.value, entry.subject, entry.target,
                entry.unit,
            )  # fmt: skip
            head = _hash_of(row)
            yield (*row, head)


_HASHED = (
    "amount_minor", "created_at", "cycle_key", "entry_id", "evidence", "kind", "occasion", "params_sha", "prev_hash", "rule_id",
    "rule_sha", "rule_version", "run_id", "seq", "status", "subject_id", "target", "unit",
)  # fmt: skip
"""Everything in a row but its hash, by name: the order in which it is hashed, written and read."""
_SEQ, _ENTRY_ID, _PREVIOUS = (_HASHED.index(name) for name in ("seq", "entry_id", "prev_hash"))
_SELECT = f"SELECT {', '.join(_HASHED)}, row_hash FROM ledger"  # noqa: S608  a constant
_CHAIN = f"{_SELECT} NOT INDEXED ORDER BY seq"
_KNOWN = "SELECT entry_id, params_sha FROM ledger WHERE entry_id IN"
_INSERT = f"INSERT INTO ledger ({', '.join(_HASHED)}, row_hash) VALUES ({', '.join('?' * 19)})"  # noqa: S608  a constant

_BALANCE = """
SELECT
    subject_id AS subject,
    unit,
    CAST(sum(
        CASE WHEN kind = 'confirmation' THEN -amount_minor WHEN status = 'pending' THEN amount_minor ELSE 0 END
    ) AS BIGINT) AS pending,
    CAST(sum(
        CASE WHEN kind = 'fulfilment' THEN -amount_minor WHEN status = 'confirmed' THEN amount_minor ELSE 0 END
    ) AS BIGINT) AS confirmed,
    CAST(sum(CASE WHEN status = 'fulfilled' THEN amount_minor ELSE 0 END) AS BIGINT) AS fulfilled
FROM ledger
GROUP BY subject_id, unit
ORDER BY subject_id, unit
"""


def _hash_of(values: Sequence[Value]) -> bytes:
    """The hash of everything in a row but the hash itself: of the row as canonical JSON, put together by hand.

    It covers the row before through `prev_hash`.
    """
    said = tuple([_SAID[value.__class__](value) for value in values])
    return hashlib.sha256((_AS_JSON % said).encode()).digest()


class _Said(dict[type, "Callable[[Any], str]"]):
    """How JSON says each kind of value; a canonical encoder for every row would take twice as long."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        return canonical


_AS_JSON = "{" + ",".join(f'"{name}":%s' for name in _HASHED) + "}"
_SAID = _Said({str: encode_basestring, int: str, bytes: lambda value: f'"{value.hex()}"', type(None): lambda _: "null"})


def _written(row: Row) -> Written:
    (
        amount, created_at, cycle, _, evidence, kind, occasion, _, _, rule, rule_sha, version, run_id, seq, status, subject,
        target, unit, row_hash,
    ) = row  # fmt: skip
    if kind not in _KINDS or status not in _STATUSES:
        raise EngineError("entry {seq} of the ledger is damaged", hint="restore state.db from a backup", seq=seq)
    entry = Entry(
        _KINDS[kind], cycle, rule, version, subject, amount, unit, _STATUSES[status], target, occasion, rule_sha, evidence
    )
    return Written(seq, entry, run_id, created_at, row_hash.hex())


_KINDS = {kind.value: kind for kind in Kind}
_STATUSES = {status.value: status for status in Status}
