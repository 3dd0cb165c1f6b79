"""The schema knows the whole life of a benefit, and brings older databases along."""

from __future__ import annotations

from dataclasses import replace

import pytest

from opsengine.state import (
    Entry,
    Kind,
    Ledger,
    Refused,
    Runs,
    Status,
    cancellation,
    confirmation,
    expiry,
    fulfilment,
    open_state,
    read_state,
    reversal,
    sqlite,
)

GRANT = Entry(Kind.GRANT, "2026-W25", "weekly-gmv", 1, "shop-01", 100, "points")


@pytest.mark.parametrize(
    ("first", "end"),
    [
        ([GRANT], cancellation(GRANT)),
        ([GRANT], expiry(GRANT, Status.PENDING)),
        ([GRANT, confirmation(GRANT)], expiry(GRANT, Status.CONFIRMED)),
        ([GRANT, confirmation(GRANT), fulfilment(GRANT)], reversal(GRANT, Status.FULFILLED)),
    ],
)
def test_an_entry_ends_once_in_whichever_way(state, run_id, now, first, end):
    ledger = Ledger(state)
    ledger.append([*first, end], run_id, now)
    (balance,) = ledger.balance()

    assert (balance.pending, balance.confirmed, balance.fulfilled) == (0, 0, 0)
    for another in (cancellation(GRANT), expiry(GRANT, end.status), reversal(GRANT, end.status)):
        if another.kind is not end.kind:
            with pytest.raises(Refused):
                ledger.append([another], run_id, now)


@pytest.mark.parametrize(
    "end",
    [
        cancellation(GRANT),
        replace(cancellation(GRANT), status=Status.CONFIRMED),
        replace(expiry(GRANT, Status.CONFIRMED), status=Status.FULFILLED),
        replace(reversal(GRANT, Status.CONFIRMED), rule="another"),
    ],
)
def test_an_end_that_does_not_fit_is_refused(state, run_id, now, end):
    Ledger(state).append([GRANT, confirmation(GRANT)], run_id, now)

    with pytest.raises(Refused):
        Ledger(state).append([end], run_id, now)


def test_a_database_of_an_older_version_keeps_its_chain(tmp_path, monkeypatch, now):
    file = tmp_path / "state.db"
    with monkeypatch.context() as older:
        older.setattr(sqlite, "_MIGRATIONS", ("schema.sql",))
        with open_state(file) as state:
            run_id = Runs(state).start("report", now.date(), {}, now)
            Ledger(state).append([GRANT, confirmation(GRANT)], run_id, now)
            before = Ledger(state).statement()

    with read_state(file) as state:
        read = (Ledger(state).statement(), Ledger(state).verify().ok)
    with open_state(file) as state:
        opened = (Ledger(state).statement(), Ledger(state).verify().ok)
        Ledger(state).append([fulfilment(GRANT)], run_id, now)

    assert read == opened == (before, True)


@pytest.mark.parametrize("table", ["promise", "handover"])
@pytest.mark.parametrize("statement", ["UPDATE {table} SET run_id = 'x'", "DELETE FROM {table}"])
def test_what_was_seen_and_handed_over_stays(state, run_id, now, table, statement):
    Ledger(state).append([GRANT], run_id, now)
    with state.transaction():
        state.change(
            "INSERT INTO promise (subject_id, cycle_key, role, metric, direction, levels, revision, seen_on, run_id)"
            " VALUES ('tea', '2026-06', 'primary', 'gmv', 'up', '{}', '', '2026-06-01', ?)", (run_id,),
        )
        state.change(
            "INSERT INTO handover (entry_id, channel, outcome, reply, by_whom, at, run_id) VALUES (?, 'csv', 'written', '', 'Li', '', ?)",
            (GRANT.entry_id, run_id),
        )

    with pytest.raises(Refused), state.transaction():
        state.change(statement.format(table=table))
