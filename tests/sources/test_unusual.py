"""Numbers far outside of what an export ever told are taken in and remarked; so is an export that may have been cut off."""

from __future__ import annotations

from datetime import date, timedelta

from opsengine.sources import importing

HEADER = ["日期", "主页访问量", "播放数", "新增粉丝人数"]


def history(bench, days=1100):
    """A history of an account, three years of it."""
    first = date(2023, 1, 1)
    rows = [[first + timedelta(days=day), 100 + day % 50, 1000 + day % 500, 5 + day % 9] for day in range(days)]
    return bench.bring(bench.csv("data/tea/history.csv", [HEADER, *rows]))


def remarks(files):
    return [(one.code, one.row, one.column) for file in files for one in file.remarks]


def test_a_number_far_above_all_others_is_taken_in_and_remarked(bench):
    history(bench)
    files = bench.bring(bench.csv("data/coat/new.csv", [HEADER, ["2026-06-17", 120, 1400, 9], ["2026-06-18", 120, 14_990_000, 9]]))

    assert remarks(files) == [("unusual", 3, "播放数")]
    assert (
        files[0].remarks[0].reason
        == "14990000 is far outside of what 998 of a thousand of 1100 earlier numbers were: 1000 to 1498.9"
    )
    assert bench.facts()[("coat", "2026-06-18", "", "plays")] == 14_990_000


def test_a_number_far_below_all_others_is_remarked_and_none_is_where_zero_is_usual(bench):
    history(bench)
    files = bench.bring(bench.csv("data/coat/new.csv", [HEADER, ["2026-06-17", 120, 7, 0]]))

    assert sorted(remarks(files)) == [("unusual", 2, "播放数"), ("unusual", 2, "新增粉丝人数")]


def test_a_short_history_judges_nothing(bench):
    history(bench, days=900)
    files = bench.bring(bench.csv("data/coat/new.csv", [HEADER, ["2026-06-18", 120, 14_990_000, 9]]))

    assert remarks(files) == []


def test_a_good_day_is_nothing_unusual(bench):
    history(bench)
    files = bench.bring(bench.csv("data/coat/new.csv", [HEADER, ["2026-06-18", 400, 6000, 40]]))

    assert remarks(files) == []


def test_an_export_of_exactly_as_many_rows_as_the_platforms_hand_out_is_remarked(bench, monkeypatch):
    monkeypatch.setattr(importing, "MOST_ROWS", 2)
    files = bench.bring(bench.csv("data/tea/a.csv", [HEADER, ["2026-06-17", 1, 2, 3], ["2026-06-18", 1, 2, 3]]))

    assert remarks(files) == [("row-cap", None, None)]
    assert files[0].accepted == 2
