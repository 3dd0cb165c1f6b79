"""What holds for every file, whatever is in it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from opsengine.sources import read_presets
from opsengine.sources.cells import Manner, exactly, numbers
from opsengine.sources.gathering import Gathering, gather
from opsengine.sources.keys import Context, Pseudonyms
from opsengine.sources.numbers import MISSING
from opsengine.sources.opening import open_files
from opsengine.sources.preset import Column
from opsengine.sources.recognising import recognise
from opsengine.sources.register import Account, Accounts
from opsengine.sources.rejection import Refused, Spoilt, quoted
from opsengine.sources.sheet import Sheet

PRESETS = read_presets()
CONTEXT = Context(
    ZoneInfo("Asia/Shanghai"), date(2026, 12, 31), Accounts([Account("tea", "茶", "餐饮")]), Pseudonyms(b"k" * 32), ("tea",)
)
HEADER = ["日期", "主页访问量", "新增粉丝人数", "播放数", "流量来源名称"]

day_cells = st.sampled_from(["2026-06-17", "2026-06-18", "2026/6/18", "合计", "", "soon", 46191.0, None])
number_cells = st.sampled_from(["1", "2", "--", "", "1.2万", "-1", "0.5", "x", 3.0, None, "１"]) | st.text(max_size=8) | st.floats()
tables = st.lists(
    st.tuples(day_cells, number_cells, number_cells, number_cells, st.sampled_from(["", "自然", "全部"])), max_size=12
)


def gathered(rows):
    gathering = Gathering()
    try:
        gather(recognise(Sheet("", [HEADER, *rows]), PRESETS), CONTEXT, gathering)
    except Refused as refused:
        assume(refused.rejection.code != "second-table")
        raise
    return gathering


@given(tables)
def test_every_row_is_taken_in_or_listed(rows):
    gathering = gathered(rows)
    whole_rows = {rejection.row for rejection in gathering.rejections} - {entry.row for entry in gathering.entries.values()}

    assert gathering.rows == gathering.accepted + len(whole_rows)


@given(tables, st.randoms())
def test_the_order_of_rows_changes_nothing(rows, dice):
    shuffled = list(rows)
    dice.shuffle(shuffled)
    one, other = gathered(rows), gathered(shuffled)

    assert {key: entry.content for key, entry in one.entries.items()} == {
        key: entry.content for key, entry in other.entries.items()
    }


@given(tables)
def test_saying_everything_twice_says_nothing_new(rows):
    once, twice = gathered(rows), gathered([*rows, *rows])

    assert {key: entry.content for key, entry in once.entries.items()} == {
        key: entry.content for key, entry in twice.entries.items()
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=300)
    | st.text(max_size=200).map(str.encode)
    | st.text(max_size=99).map(lambda text: text.encode("utf-16"))
)
def test_whatever_bytes_come_are_read_or_refused(bench, content):
    path = bench.raw("noise.csv", content)
    ((_, opened),) = open_files({"noise": path}, PRESETS, bench.engine)

    assert isinstance(opened, Refused) or opened


digits = st.from_regex(r"-?[0-9]{0,13}([.,][0-9]{0,8})?[%元万]?", fullmatch=True)
units = st.sampled_from(
    [("count", "count"), ("yuan", "yuan"), ("fen", "yuan"), ("number", "number"), ("seconds", "seconds"), ("ratio", "ratio")]
)


def outcome(parse, cell):
    try:
        return parse(cell)
    except Spoilt as spoilt:
        return spoilt.code, spoilt.fields


@given(digits | number_cells, units, st.sampled_from([(), ("0",), ("999",)]))
def test_the_quick_way_to_read_a_number_says_what_the_exact_way_says(cell, unit, nulls):
    written, kept = unit
    column = Column(names=("x",), unit=kept)
    manner = Manner("x", written, quoted, MISSING | frozenset(nulls))
    quick, exact = outcome(numbers(column, manner).take, cell), outcome(exactly(column, manner), cell)

    assert repr(quick) == repr(exact)
