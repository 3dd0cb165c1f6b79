"""The ledger for others: a table for spreadsheets, and a journal that accounting agrees with."""

from __future__ import annotations

import csv
import importlib.util
import io
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from opsengine.rewards import (
    Word,
    account_in_beancount,
    account_of,
    approval,
    as_batch,
    as_beancount,
    as_journal,
    as_table,
    commodity_of,
    entries_in_batch,
    grant,
    handing_over,
    orders_of,
    owed,
    taking_back,
)
from opsengine.state import Entry, Kind, Ledger, Status

HLEDGER = shutil.which("hledger")
AS_OF = date(2026, 7, 2)
WORD = Word("Li", "checked; twice")
STRANGE = ("tea", "team:东区; 一组", "=cmd|' /C calc'!A0", "a  b")


@pytest.fixture
def written(state, run_id, now):
    """A ledger in which every kind of entry happens, to strange names and in several units."""
    money = [Entry(Kind.GRANT, "2026-06", "money", 1, name, 12345 + n, "yuan") for n, name in enumerate(STRANGE)]
    hours = [Entry(Kind.GRANT, "2026-06", "hours", 1, name, 8, "小时", Status.CONFIRMED) for name in STRANGE]
    grant(state, [*money, *hours], run_id, now)
    grant(state, [one for entry in money[:3] for one in approval(state, entry.entry_id, WORD)], run_id, now)
    grant(state, handing_over(state, [money[0].entry_id, money[1].entry_id], WORD, AS_OF), run_id, now)
    grant(state, [replace(money[2], kind=Kind.ADJUSTMENT, amount=-45, occasion="#1", status=Status.CONFIRMED)], run_id, now)
    for entry in (money[1], money[3], hours[0]):
        grant(state, taking_back(state, entry.entry_id, WORD), run_id, now)
    return Ledger(state)


def test_the_table_has_a_line_for_every_entry_and_nothing_runs_as_a_formula(written):
    rows = list(csv.DictReader(io.StringIO(as_table(written.statement()))))

    assert len(rows) == len(written.statement())
    assert rows[0]["amount"] == "123.45"
    assert rows[0]["hash"] == written.statement()[0].row_hash
    assert {row["by"] for row in rows} == {"", "Li"}
    assert not [cell for row in rows for key, cell in row.items() if cell.startswith("=")]


def test_every_transaction_of_the_journal_balances(written):
    lines = as_journal(written.statement()).splitlines()
    postings = [line.split("  ")[-1].split(" ") for line in lines if line.startswith(("    l", "    e"))]

    assert len(postings) == 2 * len(written.statement())
    for (taken, unit), (given, same) in zip(postings[::2], postings[1::2], strict=True):
        assert (Decimal(taken) + Decimal(given), unit) == (0, same)


@pytest.mark.skipif(HLEDGER is None, reason="hledger is not installed: apt-get install hledger")
def test_hledger_accepts_the_journal_and_agrees_on_every_balance(written, tmp_path):
    journal = tmp_path / "rewards.journal"
    journal.write_text(as_journal(written.statement()), encoding="utf-8")
    environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    ask = [HLEDGER, "-f", str(journal)]
    subprocess.run([*ask, "check"], check=True, env=environment)
    said = subprocess.run(
        [*ask, "balance", "--flat", "--empty", "--no-total", "--layout=bare", "-O", "csv", "liabilities"],
        check=True, capture_output=True, text=True, env=environment,
    ).stdout  # fmt: skip
    found = {(row["account"], row["commodity"].strip('"')): Decimal(row["balance"]) for row in csv.DictReader(io.StringIO(said)) if Decimal(row["balance"])}

    expected = {}
    for row in written.balance():
        for status in Status:
            amount = Decimal(getattr(row, status.value)) / (100 if row.unit == "yuan" else 1)
            if amount:
                expected[account_of(row.subject, status), row.unit] = -amount
    assert found == expected


@pytest.mark.skipif(importlib.util.find_spec("beancount") is None, reason="beancount is not installed: pip install beancount")
def test_beancount_accepts_its_journal_and_agrees_on_every_balance(written):
    from beancount import loader
    from beancount.core.realization import iter_children, realize

    transactions, errors, _ = loader.load_string(as_beancount(written.statement()))
    found = {
        (account.account, position.units.currency): position.units.number
        for account in iter_children(realize(transactions), leaf_only=True)
        for position in account.balance
        if account.account.startswith("Liabilities")
    }
    expected = {
        (account_in_beancount(row.subject, status), commodity_of(row.unit)): -Decimal(amount) / (100 if row.unit == "yuan" else 1)
        for row in written.balance()
        for status in Status
        if (amount := getattr(row, status.value))
    }

    assert errors == []
    assert found == expected


def test_an_empty_ledger_is_an_empty_journal(state):
    assert "open" not in as_beancount(Ledger(state).statement())


def test_a_batch_names_what_is_owed_and_can_be_read_back(state, written, make_rule):
    del written
    claims = owed(state, AS_OF)
    orders = orders_of(claims, [make_rule(name="hours")])
    batch = as_batch(orders, "en")

    assert entries_in_batch(batch) == [claim.grant.entry_id for claim in claims]
    assert len({order.key for order in orders}) == len(orders) == 4
    assert [order.amount for order in orders if order.unit == "yuan"] == [123.02]
