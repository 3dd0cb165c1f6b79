"""The state of fans that goes on from an earlier day says what one made of all interactions says, whatever arrived, was restated or went."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from opsengine.see import FanTiers, fans
from opsengine.see.declaring import put_tiers
from opsengine.see.fans import make_fans
from opsengine.warehouse import DuckDBEngine, Kept, finished_builds, keep_build, open_build
from tests.see.facts import ACCOUNTS, FANS

HISTORIES = int(os.environ.get("OPSENGINE_TEST_HISTORIES", "4"))
"""How many random histories; every night 100."""
FIRST, ENDS = date(2026, 1, 1), (date(2026, 3, 20), date(2026, 3, 21), date(2026, 3, 25), date(2026, 5, 2), date(2026, 5, 2))
KINDS = ("view", "like", "comment", "order", "group", "refund", "unheard_of")
Act = tuple[object, ...]


@dataclass(frozen=True)
class File:
    """The interactions of one import."""

    rows: tuple[Act, ...]


def tiers(chance: random.Random) -> FanTiers:
    weights = {"view": 1, "like": 2, "comment": 4, "order": 20, "group": 8, "refund": -10}
    if chance.random() < 0.2:
        del weights["order"]
    rules = [{"tier": "warm", "action": "group", "times": 2, "days": 30}] if chance.random() < 0.5 else []
    half_life = chance.choice([2, 7, 60])
    return FanTiers(
        kind="fan_tiers", version=1, half_life_days=half_life, weights=weights, cuts={"warm": 6, "devoted": 24},
        keep=0.75, rules=rules,
    )  # fmt: skip


def file_of(chance: random.Random, seq: int, first: date, last: date, accounts: Sequence[str]) -> File:
    """Acts of a few fans, some of them told twice."""
    rows: list[Act] = []
    for _ in range(chance.randint(0, 60)):
        day = first + timedelta(days=chance.randint(0, (last - first).days))
        kind = chance.choice(KINDS)
        value = chance.choice([None, 0, 10, 10, 88.5, 299]) if kind == "order" else None
        fan = (chance.choice(accounts), chance.randint(1, 12), day)
        rows += [(*fan, None, kind, value, f"sha{seq}", 1, seq)] * chance.choice([1, 1, 2])
    return File(tuple(rows))


def histories(chance: random.Random) -> list[list[File]]:
    """The files that count on each of the days: new ones come, some of them late, and some go."""
    accounts = [f"a{n}" for n in range(chance.choice([1, 3, 6]))]
    files = [file_of(chance, seq, FIRST, ENDS[0], accounts) for seq in range(1, 4)]
    told = [list(files)]
    for at, (before, end) in enumerate(pairwise(ENDS)):
        if chance.random() < 0.9 and before < end:
            files = [*files, file_of(chance, 10 * at + 10, before + timedelta(days=1), end, accounts)]
        if chance.random() < 0.4:
            files = [*files, file_of(chance, 10 * at + 11, FIRST, end, accounts[:2])]
        if chance.random() < 0.3:
            files = [file for file in files if file is not chance.choice(files)]
        told.append(list(files))
    return told


def engine_with(files: Sequence[File], settings: FanTiers, chance: random.Random) -> DuckDBEngine:
    engine = DuckDBEngine(threads=chance.choice([1, 2]), is_telling=True)
    rows = [row for file in files for row in file.rows]
    chance.shuffle(rows)
    engine.put("raw.fan_events", FANS, rows)
    engine.put("raw.accounts", ACCOUNTS, [(f"a{n}", f"a{n}", *[None] * 7) for n in range(6)])
    put_tiers(engine, settings)
    return engine


def told(engine: DuckDBEngine, table: str) -> list[tuple[object, ...]]:
    return sorted((tuple(row.values()) for row in engine.read(f"select * from {table}")), key=str)  # noqa: S608  tables of ours


@pytest.fixture
def nothing_is_few(monkeypatch):
    monkeypatch.setattr(fans, "FEW", -1)
    monkeypatch.setattr(fans, "MOST_AT_ONCE", 50)


@pytest.mark.usefixtures("nothing_is_few")
@pytest.mark.parametrize("seed", range(HISTORIES))
def test_going_on_says_what_starting_anew_says(tmp_path: Path, seed):
    chance = random.Random(seed)  # noqa: S311  histories are repeated, not kept secret
    settings = tiers(chance)
    for step, (as_of, files) in enumerate(zip(ENDS, histories(chance), strict=True)):
        grown, anew = engine_with(files, settings, chance), engine_with(files, settings, chance)
        made = make_fans(grown, settings, as_of, "the same frame", finished_builds(tmp_path))
        make_fans(anew, settings, as_of)
        keep_build(grown, tmp_path, f"step{step}", Kept(("scores.fan_group", *made.tables), about=made.about))
        for table in ("scores.fan_sum", "scores.fan_day", "scores.fan_order", "scores.fan_state", "scores.fan_group"):
            assert told(grown, table) == told(anew, table), (as_of, table)
        opened = DuckDBEngine(threads=1, is_telling=True)
        assert open_build(opened, tmp_path, f"step{step}")
        assert told(opened, "scores.fan_sum") == told(anew, "scores.fan_sum")


def test_the_next_day_reads_no_interaction_that_was_summed(tmp_path, monkeypatch):
    monkeypatch.setattr(fans, "FEW", -1)
    chance = random.Random(7)  # noqa: S311  as above
    settings = tiers(chance)
    old = file_of(chance, 1, FIRST, ENDS[0], ["a1"])
    first = engine_with([old], settings, chance)
    made = make_fans(first, settings, ENDS[0], "a frame", ())
    keep_build(first, tmp_path, "then", Kept(("scores.fan_group", *made.tables), about=made.about))

    second = engine_with([old, file_of(chance, 2, ENDS[1], ENDS[1], ["a1"])], settings, chance)
    make_fans(second, settings, ENDS[1], "a frame", finished_builds(tmp_path))

    days = {row["day"] for row in second.read("select distinct day from raw.fan_days")}
    assert days == {ENDS[1], ENDS[1] - timedelta(days=7)}


def test_a_point_is_a_point_whatever_day_it_is(monkeypatch):
    chance = random.Random(3)  # noqa: S311  as above
    settings = tiers(chance)
    for as_of in (date(2026, 3, 20), date(2027, 1, 31), fans.anchor(settings, date(2027, 1, 31))):
        acts = [("a1", 1, as_of, None, "comment", None, "sha", 1, 1), ("a1", 1, as_of, None, "like", None, "sha", 1, 1)]
        engine = engine_with([File(tuple(acts))], settings, chance)
        make_fans(engine, settings, as_of)
        assert [row["engagement"] for row in engine.read("select engagement from scores.fan_state")] == [6.0]
        assert [row["tier"] for row in engine.read("select tier from scores.fan_state")] == [2]
