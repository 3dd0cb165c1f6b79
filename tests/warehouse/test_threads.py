"""Little is worked out by one thread, and then there are as many as before."""

from __future__ import annotations

from opsengine.warehouse import DuckDBEngine


def threads(engine):
    return engine.read("select current_setting('threads') as threads")[0]["threads"]


def test_little_is_worked_out_by_one_thread_and_more_by_all():
    engine = DuckDBEngine(threads=2)
    engine.expect(little=True)
    alone = threads(engine)
    engine.expect(little=False)

    assert (alone, threads(engine)) == (1, 2)
