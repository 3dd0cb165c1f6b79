"""Whatever is done to the ledger, in whatever order, it agrees with a few lines of arithmetic."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from opsengine import faults
from opsengine.state import (
    Entry,
    Kind,
    Ledger,
    LedgerConflict,
    Refused,
    Runs,
    Status,
    confirmation,
    fulfilment,
    open_state,
    reversal,
)

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
SUBJECTS = st.sampled_from(["shop-01", "shop-02", "茶|铺"])
CYCLES = st.sampled_from(["2026-W25", "2026-W26"])
AMOUNTS = st.sampled_from([-50, 1, 100, 10**15])
NEXT = {Status.PENDING: confirmation, Status.CONFIRMED: fulfilment}


class LedgerAgainstArithmetic(RuleBasedStateMachine):
    """The model: where each granted entry stands, `None` once it is reversed."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.state = open_state(Path(self.folder.name) / "state.db")
        self.state.read("PRAGMA synchronous = OFF")  # the disk is not what is tested here
        self.ledger = Ledger(self.state)
        self.standing: dict[Entry, Status | None] = {}

    @initialize()
    def begin(self) -> None:
        self.run_id = Runs(self.state).start("report", date(2026, 6, 21), {}, NOW)

    @rule(subject=SUBJECTS, cycle=CYCLES, amount=AMOUNTS, status=st.sampled_from([Status.PENDING, Status.CONFIRMED]))
    def grant(self, subject: str, cycle: str, amount: int, status: Status) -> None:
        entry = Entry(Kind.GRANT, cycle, "rule", 1, subject, amount, "points", status)
        twin = next((known for known in self.standing if known.entry_id == entry.entry_id), None)
        if twin in (None, entry):
            assert self.ledger.append([entry], self.run_id, NOW) == ([] if twin else [entry])
            self.standing.setdefault(entry, status)
        else:
            self._is_refused(entry, LedgerConflict)

    @rule(pick=st.randoms(use_true_random=False))
    def move_on(self, pick) -> None:
        if not self.standing:
            return
        entry = pick.choice(list(self.standing))
        stands = self.standing[entry]
        if stands in NEXT:
            following = NEXT[stands](entry)
            assert self.ledger.append([following, following], self.run_id, NOW) == [following]
            self.standing[entry] = following.status
        elif stands is None and self.ledger.find(fulfilment(entry).entry_id) is None:
            self._is_refused(fulfilment(entry), Refused)

    @rule(pick=st.randoms(use_true_random=False), claimed=st.sampled_from(list(Status)))
    def take_back(self, pick, claimed: Status) -> None:
        if not self.standing:
            return
        entry = pick.choice(list(self.standing))
        stands = self.standing[entry]
        if stands is None:
            return
        if claimed is stands:
            self.ledger.append([reversal(entry, claimed)], self.run_id, NOW)
            self.standing[entry] = None
        else:
            self._is_refused(reversal(entry, claimed), Refused)

    @rule(subject=SUBJECTS)
    def fail_at_the_commit(self, subject: str) -> None:
        faults.arm("eio@state.commit")
        try:
            self.ledger.append([Entry(Kind.GRANT, "never", "rule", 1, subject, 1, "points")], self.run_id, NOW)
        except OSError:
            pass
        finally:
            faults.arm("")

    @invariant()
    def the_balance_is_the_sum(self) -> None:
        sums: Counter[tuple[str, Status]] = Counter()
        for entry, stands in self.standing.items():
            if stands is not None:
                sums[entry.subject, stands] += entry.amount
        for balance in self.ledger.balance():
            parts = (balance.pending, balance.confirmed, balance.fulfilled)
            assert parts == tuple(sums[balance.subject, status] for status in Status)

    @invariant()
    def the_chain_holds(self) -> None:
        assert self.ledger.verify().ok

    def _is_refused(self, entry: Entry, error: type[Exception]) -> None:
        before = self.ledger.statement()
        try:
            self.ledger.append([replace(entry, occasion=entry.occasion)], self.run_id, NOW)
        except error:
            assert self.ledger.statement() == before
        else:
            raise AssertionError(entry)

    def teardown(self) -> None:
        self.state.close()
        self.folder.cleanup()


TestLedgerAgainstArithmetic = LedgerAgainstArithmetic.TestCase
TestLedgerAgainstArithmetic.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
