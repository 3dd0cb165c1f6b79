"""The ledger as a journal that Beancount reads: the accounts and amounts of the hledger journal, in Beancount's stricter spelling.

Every account is opened there, every part of its name begins with a capital letter, and commodities are Latin capitals.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from opsengine.rewards.exporting import amount_in_units, sides_of
from opsengine.state import Status

if TYPE_CHECKING:
    from opsengine.state import Entry, Written

_MONEY = {"yuan": "CNY"}
_PLAIN_UNIT = re.compile(r"[a-z][a-z]{1,18}")
HEAD = '; the ledger of rewards, as opsengine exports it\noption "title" "opsengine rewards"\n'


def as_beancount(statement: Iterable[Written]) -> str:
    """Every entry as a transaction, oldest first, after the accounts and units that they name."""
    written = list(statement)
    if not written:
        return HEAD
    first = written[0].created_at[:10]
    units = sorted({one.entry.unit for one in written})
    accounts = sorted({account for one in written for account in _accounts(one.entry)})
    declared = [f'{first} commodity {commodity_of(unit)}\n  name: "{_text(unit)}"\n' for unit in units]
    opened = [f"{first} open {account}\n" for account in accounts]
    return "".join([HEAD, "\n", *declared, "\n", *opened, *(_transaction(one) for one in written)])


def account_in_beancount(subject: str, status: Status) -> str:
    """The account in which a subject's benefits of one standing are."""
    return f"Liabilities:Rewards:S-{_word(subject)}:{status.value.capitalize()}"


def commodity_of(unit: str) -> str:
    """How a unit is called: money by its code, a plain word in capitals, anything else by its hash."""
    if unit in _MONEY:
        return _MONEY[unit]
    is_plain = _PLAIN_UNIT.fullmatch(unit) and unit.upper() not in _MONEY.values()
    return unit.upper() if is_plain else f"U{hashlib.sha256(unit.encode()).hexdigest()[:12].upper()}"


def _accounts(entry: Entry) -> tuple[str, str]:
    """From where the amount is taken, and to where it goes."""
    before, after, _ = sides_of(entry)
    funded = f"Equity:Rewards:R-{_word(entry.rule)}"
    return (account_in_beancount(entry.subject, before) if before else funded), account_in_beancount(entry.subject, after)


def _transaction(written: Written) -> str:
    entry = written.entry
    amount, unit = entry.amount, commodity_of(entry.unit)
    source, goal = _accounts(entry)
    head = f'{written.created_at[:10]} * "{_text(entry.subject)}" "{entry.kind.value} {_text(entry.rule)} v{entry.rule_version}"'
    told = f'  entry: "{written.seq}"\n  id: "{_text(entry.entry_id)}"\n  hash: "{written.row_hash}"\n'
    lines = (
        f"  {goal}  {amount_in_units(-amount, entry.unit)} {unit}\n",
        f"  {source}  {amount_in_units(amount, entry.unit)} {unit}\n",
    )
    return f"\n{head}\n{told}{''.join(lines)}"


def _word(text: str) -> str:
    """A text as part of an account's name: two texts never become one."""
    return "".join(sign if sign.isalnum() else "--" if sign == "-" else f"-{ord(sign):x}-" for sign in text)


def _text(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\\", "\\\\").replace('"', '\\"'))
