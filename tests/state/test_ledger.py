from __future__ import annotations

from dataclasses import replace

import pytest

from opsengine.errors import EngineError
from opsengine.state import Balance, Entry, Kind, Ledger, LedgerConflict, Refused, Status, confirmation, fulfilment, reversal
from opsengine.state.ledger import _HASHED, _INSERT
from tests.state.tampering import unguard

GRANT = Entry(Kind.GRANT, "2026-W25", "weekly-gmv", 1, "shop-01", 100, "points", evidence='{"gmv":120000}')


@pytest.fixture
def ledger(state):
    return Ledger(state)


def test_an_entry_is_named_by_what_it_means():
    assert GRANT.entry_id == "grant|2026-W25|weekly-gmv|v1|shop-01|points"
    assert replace(GRANT, subject="a|b%").entry_id == "grant|2026-W25|weekly-gmv|v1|a%7Cb%25|points"
    assert reversal(GRANT, Status.PENDING).entry_id == "reversal|grant|2026-W25|weekly-gmv|v1|shop-01|points"


def test_writing_twice_is_writing_once(ledger, run_id, now):
    first = ledger.append([GRANT, GRANT], run_id, now)
    second = ledger.append([GRANT], run_id, now)

    assert (first, second) == ([GRANT], [])
    assert ledger.balance() == [Balance("shop-01", "points", pending=100, confirmed=0, fulfilled=0)]


def test_new_evidence_for_the_same_grant_changes_nothing(ledger, run_id, now):
    ledger.append([GRANT], run_id, now)
    ledger.append([replace(GRANT, evidence='{"gmv":130000}')], run_id, now)

    assert [written.entry for written in ledger.statement()] == [GRANT]


@pytest.mark.parametrize("other", [{"amount": 200}, {"status": Status.CONFIRMED}])
def test_the_same_entry_with_other_parameters_is_an_error_and_nothing_is_written(ledger, run_id, now, other):
    ledger.append([GRANT], run_id, now)

    with pytest.raises(LedgerConflict, match="other parameters"):
        ledger.append([replace(GRANT, subject="shop-02"), replace(GRANT, **other)], run_id, now)

    assert [written.entry for written in ledger.statement()] == [GRANT]


def test_an_amount_walks_from_pending_over_confirmed_to_fulfilled(ledger, run_id, now):
    def standing() -> tuple[int, int, int]:
        (balance,) = ledger.balance()
        return balance.pending, balance.confirmed, balance.fulfilled

    ledger.append([GRANT], run_id, now)
    assert standing() == (100, 0, 0)
    ledger.append([confirmation(GRANT)], run_id, now)
    assert standing() == (0, 100, 0)
    ledger.append([fulfilment(GRANT)], run_id, now)
    assert standing() == (0, 0, 100)
    ledger.append([reversal(GRANT, Status.FULFILLED)], run_id, now)
    assert standing() == (0, 0, 0)


def test_a_statement_is_of_one_subject_or_of_all(ledger, run_id, now):
    ledger.append([GRANT, replace(GRANT, subject="shop-02")], run_id, now)

    assert [written.entry.subject for written in ledger.statement()] == ["shop-01", "shop-02"]
    assert [written.seq for written in ledger.statement("shop-02")] == [2]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param([GRANT, reversal(GRANT, Status.PENDING)], [confirmation(GRANT)], id="confirm what was reversed"),
        pytest.param([GRANT], [fulfilment(GRANT)], id="fulfil what is not confirmed"),
        pytest.param([GRANT], [reversal(GRANT, Status.CONFIRMED)], id="reverse from where it does not stand"),
        pytest.param([GRANT], [replace(confirmation(GRANT), amount=1)], id="confirm another amount"),
        pytest.param([GRANT], [replace(confirmation(GRANT), subject="shop-02")], id="confirm for somebody else"),
        pytest.param([GRANT, confirmation(GRANT)], [reversal(confirmation(GRANT), Status.CONFIRMED)], id="reverse a confirmation"),
        pytest.param([], [confirmation(GRANT)], id="confirm what is not there"),
    ],
)
def test_a_step_that_does_not_follow_is_refused(ledger, run_id, now, first, then):
    ledger.append(first, run_id, now)

    with pytest.raises(Refused):
        ledger.append(then, run_id, now)

    assert len(ledger.statement()) == len(first)


def _row(ledger: Ledger, **other: object) -> tuple[object, ...]:
    """The values of a row that would go on from the head, but for what is said."""
    (entries, head) = ledger._state.read("SELECT entries, head FROM ledger_head")[0]
    row = {
        "seq": entries + 1, "entry_id": "grant|x", "kind": "grant", "cycle_key": "c", "rule_id": "r", "rule_version": 1,
        "rule_sha": "", "subject_id": "shop-01", "amount_minor": 100, "unit": "points", "status": "pending", "target": None,
        "occasion": "", "params_sha": "", "evidence": "{}", "run_id": "20260622T080003Z-1", "created_at": "",
        "prev_hash": head, "row_hash": b"\1" * 32,
    }  # fmt: skip
    return tuple((row | other)[name] for name in (*_HASHED, "row_hash"))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"entry_id": GRANT.entry_id}, id="the same key again"),
        pytest.param({"kind": "reversal", "target": GRANT.entry_id, "amount_minor": -100}, id="a second reversal"),
        pytest.param({"kind": "reversal", "amount_minor": -100}, id="a reversal of nothing"),
        pytest.param({"target": GRANT.entry_id}, id="a grant that names another"),
        pytest.param({"amount_minor": 0}, id="nothing at all"),
        pytest.param({"prev_hash": bytes(32)}, id="a fork of the chain"),
        pytest.param({"seq": 99}, id="a gap in the chain"),
        pytest.param({"amount_minor": 1.5}, id="half a point"),
        pytest.param({"run_id": "nobody"}, id="a run that never was"),
        pytest.param({"subject_id": None}, id="nobody"),
        pytest.param({"kind": "gift"}, id="a kind we do not know"),
    ],
)
def test_the_schema_refuses_what_must_never_be(ledger, run_id, now, other):
    ledger.append([GRANT, reversal(GRANT, Status.PENDING)], run_id, now)

    with pytest.raises(Refused), ledger._state.transaction():
        ledger._state.change(_INSERT, _row(ledger, **other))

    assert ledger.verify().ok


def test_the_row_that_the_refusals_vary_would_be_accepted(ledger, run_id, now):
    ledger.append([GRANT, reversal(GRANT, Status.PENDING)], run_id, now)

    with ledger._state.transaction():
        assert ledger._state.change(_INSERT, _row(ledger)) == 1


@pytest.mark.parametrize("statement", ["UPDATE ledger SET amount_minor = 1", "DELETE FROM ledger", "UPDATE run SET run_id = 'x'"])
def test_what_is_written_stays_written(ledger, run_id, now, statement):
    ledger.append([GRANT], run_id, now)

    with pytest.raises(Refused), ledger._state.transaction():
        ledger._state.change(statement)


def test_a_row_hashes_as_it_always_did(ledger, run_id, now):
    """A book that an earlier opsengine wrote is verified by a later one."""
    ledger.append([replace(GRANT, subject='茶 "1"', evidence='{"为什么":"因为"}')], run_id, now)

    assert ledger.verify().head == "525cc3b2a78ef7dd79a61118dc3517fed002f03462765cba36ca8336361d6fbd"


def test_a_statement_is_verified_as_it_is_read(ledger, run_id, now):
    ledger.append([GRANT, reversal(GRANT, Status.PENDING)], run_id, now)

    assert ledger.verified_statement() == (ledger.verify(), ledger.statement())


def test_an_untouched_ledger_verifies(ledger, run_id, now):
    empty = ledger.verify()
    ledger.append([GRANT, confirmation(GRANT)], run_id, now)
    written = ledger.verify()

    assert (empty.ok, empty.entries, empty.head) == (True, 0, "0" * 64)
    assert (written.ok, written.entries, written.first_difference) == (True, 2, None)
    assert written.head == ledger.statement()[-1].row_hash


@pytest.mark.parametrize(
    ("tampering", "first_difference"),
    [
        ("UPDATE ledger SET amount_minor = 101 WHERE seq = 2", "grant|2026-W25|weekly-gmv|v1|b|points"),
        ("DELETE FROM ledger WHERE seq = 2", "entry 2"),
        ("DELETE FROM ledger WHERE seq = 3", "3 entries were written, 2 are here"),
        ("UPDATE ledger SET created_at = '' WHERE seq = 1", "grant|2026-W25|weekly-gmv|v1|a|points"),
    ],
)
def test_verifying_names_the_first_difference(ledger, run_id, now, tampering, first_difference):
    ledger.append([replace(GRANT, subject=subject) for subject in "abc"], run_id, now)
    with ledger._state.transaction():
        unguard(ledger._state, "ledger", "ledger_is_frozen", "ledger_stays")
        ledger._state.change(tampering)

    verification = ledger.verify()

    assert not verification.ok
    assert verification.first_difference == first_difference


def test_a_damaged_entry_is_not_passed_on(ledger, run_id, now):
    ledger.append([GRANT], run_id, now)
    with ledger._state.transaction():
        unguard(ledger._state, "ledger", "ledger_is_frozen")
        ledger._state.change("UPDATE ledger SET kind = 'grand'")

    with pytest.raises(EngineError, match="entry 1"):
        ledger.statement()
