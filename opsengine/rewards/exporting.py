"""The ledger for others: a table, and a plain-text accounting journal that hledger reads and balances.

In the journal every claim is owed by `equity:rewards:RULE` to `liabilities:rewards:SUBJECT:STATE`, so that the balance of an
account there is what `opsengine rewards balance` says. An amount is in units, not in smallest parts.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from opsengine.rewards.benefit import FEN_IN_YUAN
from opsengine.state import ENDING, GIVING, Kind, Status

if TYPE_CHECKING:
    from opsengine.state import Entry, Written

COLUMNS = (
    "seq", "entry_id", "kind", "cycle", "rule", "rule_version", "rule_revision", "subject", "amount", "unit", "status",
    "target", "by", "why", "data_sha", "run", "created_at", "hash",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would take for a formula."""


def as_table(statement: Iterable[Written]) -> str:
    """Every entry as CSV, oldest first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(written) for written in statement)
    return out.getvalue()


def as_journal(statement: Iterable[Written]) -> str:
    """Every entry as a transaction of an hledger journal, oldest first."""
    return "".join(["; the ledger of rewards, as opsengine exports it\n", *(_transaction(written) for written in statement)])


def account_of(subject: str, status: Status) -> str:
    """The account of the journal in which a subject's benefits of one standing are."""
    return f"liabilities:rewards:{_word(subject)}:{status.value}"


def _cells(written: Written) -> list[str | int]:
    entry, evidence = written.entry, json.loads(written.entry.evidence)
    values = (
        written.seq, entry.entry_id, entry.kind.value, entry.cycle, entry.rule, entry.rule_version, entry.rule_sha, entry.subject,
        amount_in_units(entry.amount, entry.unit), entry.unit, entry.status.value, entry.target or "",
        evidence.get("by") or evidence.get("approved_by") or "", evidence.get("why", ""), evidence.get("data_sha", ""),
        written.run_id, written.created_at, written.row_hash,
    )  # fmt: skip
    amount = COLUMNS.index("amount")
    return [value if at == amount else spreadsheet_safe(value) for at, value in enumerate(values)]


def spreadsheet_safe(value: str | int) -> str | int:
    """A value that no spreadsheet runs as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _transaction(written: Written) -> str:
    """One entry: from where the amount is taken, and to where it goes; credit is negative, as what is owed always is."""
    entry = written.entry
    before, after, amount = sides_of(entry)
    source = account_of(entry.subject, before) if before else f"equity:rewards:{_word(entry.rule)}"
    goal = account_of(entry.subject, after)
    head = f"{written.created_at[:10]} * {entry.kind.value} {_word(entry.rule)} v{entry.rule_version}  ; entry:{written.seq}"
    told = f"    ; id: {_comment(entry.entry_id)}\n    ; hash: {written.row_hash}\n"
    unit = f'"{entry.unit}"'
    given, taken = (amount_in_units(one, entry.unit) for one in (-amount, amount))
    return f"\n{head}\n{told}    {goal}  {given} {unit}\n    {source}  {taken} {unit}\n"


def sides_of(entry: Entry) -> tuple[Status | None, Status, int]:
    """Where the amount stood before, None for what the rule funds; where it stands then; and how much moves."""
    if entry.kind in GIVING or entry.kind in ENDING:
        return None, entry.status, entry.amount
    return (Status.PENDING if entry.kind is Kind.CONFIRMATION else Status.CONFIRMED), entry.status, entry.amount


def amount_in_units(amount: int, unit: str) -> str:
    """In units, exactly: no float is involved."""
    if unit != "yuan":
        return str(amount)
    whole, part = divmod(abs(amount), FEN_IN_YUAN)
    return f"{'-' if amount < 0 else ''}{whole}.{part:02}"


def _word(text: str) -> str:
    """A text as part of an account's name: colons, semicolons and runs of spaces mean something in a journal."""
    quoted = re.sub("[%:;|]", lambda found: f"%{ord(found[0]):02X}", text)
    return re.sub(r"\s+", " ", quoted).strip() or "%20"


def _comment(text: str) -> str:
    return re.sub(r"\s+", " ", text)
