"""A ledger that was damaged on the disk says so, or gives what was written: never anything else."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

from opsengine.errors import OpsError
from opsengine.state import (
    Entry,
    Kind,
    Ledger,
    Runs,
    Status,
    cancellation,
    confirmation,
    expiry,
    fulfilment,
    open_state,
    read_state,
    reversal,
)

FLIPS = 400
NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)


def _fill(file):
    with open_state(file) as state:
        run_id = Runs(state).start("report", date(2026, 6, 21), {}, NOW)
        grants = [
            Entry(Kind.GRANT, "2026-W25", "weekly-gmv", 1, f"shop-{n:02}", 100 + n, "points", evidence=f'{{"gmv":{n}}}')
            for n in range(60)
        ]
        more = [replace(grant, kind=Kind.ADJUSTMENT, occasion="#1", amount=-7) for grant in grants[:10]]
        follow = [
            *(confirmation(grant) for grant in grants[:20]),
            *(fulfilment(grant) for grant in grants[:10]),
            *(reversal(grant, Status.FULFILLED) for grant in grants[:5]),
            *(expiry(grant, Status.CONFIRMED) for grant in grants[10:20]),
            *(expiry(grant, Status.PENDING) for grant in grants[20:30]),
            *(cancellation(grant, '{"by":"Li","why":"不是他们的"}') for grant in grants[30:45]),
            *(reversal(grant, Status.PENDING) for grant in grants[50:]),
        ]
        Ledger(state).append([*grants, *more, *follow, replace(grants[0], cycle="2026-W26")], run_id, NOW)
        assert {written.entry.kind for written in Ledger(state).statement()} == set(Kind)
        return Ledger(state).statement(), Ledger(state).balance()


def test_no_flipped_bit_changes_the_ledger_silently(tmp_path):
    original = tmp_path / "state.db"
    expected = _fill(original)
    content = original.read_bytes()
    flipped = tmp_path / "flipped.db"
    dice = random.Random(7)  # noqa: S311  the same flips every time
    outcomes: Counter[str] = Counter()

    for _ in range(FLIPS):
        damaged = bytearray(content)
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        flipped.write_bytes(damaged)
        outcomes[_read(flipped, expected)] += 1

    assert outcomes["silent"] == 0
    assert outcomes["detected"] > 0
    assert outcomes.total() == FLIPS


def _read(file, expected):
    try:
        with read_state(file) as state:
            ledger = Ledger(state)
            if not ledger.verify().ok:
                return "detected"
            return "harmless" if (ledger.statement(), ledger.balance()) == expected else "silent"
    except OpsError:
        return "detected"
