"""Names that change hands and accounts that are taken over: whose a number is depends on the day it is about."""

from __future__ import annotations

from datetime import date

import pytest

from opsengine.errors import InvalidFiles
from opsengine.sources import read_accounts, read_aliases
from opsengine.sources.names import Alias, Names

HEADER = "抖音号,日期,主页访问量,新增粉丝人数,播放数\n"
JUNE = [date(2026, 6, day) for day in range(1, 31)]


def aliases(bench, lines):
    return bench.text("aliases.csv", "alias,account_id,from,until\n" + lines)


def export(bench, name, *rows):
    return bench.text(name, HEADER + "".join(f"{who},2026-06-{day:02},{visits},1,1\n" for who, day, visits in rows))


def visits(bench):
    return {(key[0], int(key[1][-2:])): int(value) for key, value in bench.facts().items() if key[3] == "home_visits"}


def problems_of(bench, lines):
    aliases(bench, lines)
    with pytest.raises(InvalidFiles) as refused:
        read_aliases(bench.project, [one.account_id for one in read_accounts(bench.project)])
    return [(problem.place.line, problem.code) for problem in refused.value.problems]


def test_a_name_that_changes_hands_in_mid_month_is_each_owners_on_its_days(bench):
    aliases(bench, "shop,tea,,2026-06-17\nshop,coat,2026-06-18,\n")
    (file,) = bench.bring(export(bench, "a.csv", ("shop", 17, 5), ("shop", 18, 7)))

    assert (file.accepted, file.rejections) == (2, ())
    assert visits(bench) == {("tea", 17): 5, ("coat", 18): 7}


def test_two_accounts_that_swap_their_names(bench):
    aliases(bench, "tea_house,noodles,2026-06-18,\nnoodles88,tea,2026-06-18,\n")
    bench.bring(export(bench, "a.csv", ("tea_house", 17, 1), ("noodles88", 17, 2), ("tea_house", 18, 3), ("noodles88", 18, 4)))

    assert visits(bench) == {("tea", 17): 1, ("noodles", 17): 2, ("noodles", 18): 3, ("tea", 18): 4}


def test_an_account_that_another_takes_over_counts_for_it_from_that_day_on(bench):
    aliases(bench, "coat,noodles,2026-06-10,\nnoodles,tea,2026-06-20,\n")
    bench.bring(export(bench, "a.csv", ("coat", 9, 1), ("coat", 10, 2), ("coat", 19, 3), ("coat", 20, 4)))

    assert visits(bench) == {("coat", 9): 1, ("noodles", 10): 2, ("noodles", 19): 3, ("tea", 20): 4}


def test_numbers_of_both_accounts_of_a_merge_on_one_day_are_listed_and_not_mixed(bench):
    aliases(bench, "coat,tea,2026-06-10,\n")
    (file,) = bench.bring(export(bench, "a.csv", ("coat", 10, 1), ("tea", 10, 2), ("tea", 11, 3)))

    assert [(one.code, one.row) for one in file.rejections] == [("conflicting-rows", 2), ("conflicting-rows", 3)]
    assert visits(bench) == {("tea", 11): 3}


def test_a_name_on_a_day_on_which_it_was_nobodys_is_listed(bench):
    aliases(bench, "shop,tea,2026-06-18,2026-06-18\n")
    (file,) = bench.bring(export(bench, "a.csv", ("shop", 17, 5), ("shop", 18, 7), ("shop", 19, 9)))

    assert [(one.code, one.row) for one in file.rejections] == [("unknown-account", 2), ("unknown-account", 4)]
    assert visits(bench) == {("tea", 18): 7}


def test_the_folder_of_a_file_may_be_called_by_a_name_that_changes_hands(bench):
    aliases(bench, "shop,tea,,2026-06-17\nshop,coat,2026-06-18,\n")
    bench.bring(bench.text("data/shop/a.csv", "日期,主页访问量,新增粉丝人数,播放数\n2026-06-17,5,1,1\n2026-06-18,7,1,1\n"))

    assert visits(bench) == {("tea", 17): 5, ("coat", 18): 7}


def test_what_was_imported_before_is_read_again_once_a_name_means_another_account(bench):
    bench.bring(export(bench, "a.csv", ("tea_house", 17, 5), ("tea_house", 18, 7)))
    assert visits(bench) == {("tea", 17): 5, ("tea", 18): 7}

    aliases(bench, "tea_house,coat,2026-06-18,\n")
    bench.bring(export(bench, "b.csv", ("noodles88", 18, 1)))
    assert visits(bench) == {("tea", 17): 5, ("coat", 18): 7, ("noodles", 18): 1}

    bench.project.aliases_file.unlink()
    bench.bring(bench.root / "b.csv")
    assert visits(bench) == {("tea", 17): 5, ("tea", 18): 7, ("noodles", 18): 1}


def test_large_files_are_read_by_the_same_names(bench):
    aliases(bench, "shop,tea,,2022-12-31\nshop,coat,2023-01-01,\n")
    rows = [["account_id", "date", "metric", "value"]]
    rows += [["shop", date.fromordinal(date(2020, 1, 1).toordinal() + day), "calls", day] for day in range(2000)]
    (file,) = bench.bring(bench.csv("s.csv", rows))

    assert file.accepted == 2000
    told = bench.engine.read("select account_id, min(day) as first, max(day) as last from raw.series group by 1 order by 1")
    assert [tuple(row.values()) for row in told] == [
        ("coat", date(2023, 1, 1), date(2025, 6, 22)), ("tea", date(2020, 1, 1), date(2022, 12, 31)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ("shop,nobody,,\n", [(2, "unknown-account")]),
        ("shop,tea,2026-13-01,\n", [(2, "bad-date")]),
        ("shop,tea,2026-06-02,2026-06-01\n", [(2, "bad-date")]),
        ("shop,,,\n", [(2, "missing-value")]),
        ("shop,tea,,2026-06-10\nshop,coat,2026-06-10,\n", [(3, "two-owners")]),
        ("tea,tea,,\n", [(2, "circle")]),
        ("tea,coat,,\ncoat,tea,,\n", [(2, "circle"), (3, "circle")]),
        ("tea,coat,2026-06-01,\ncoat,noodles,,\nnoodles,tea,,2026-06-01\n", [(2, "circle"), (3, "circle"), (4, "circle")]),
    ],
)
def test_names_that_contradict_each_other_are_refused_with_their_lines(bench, lines, codes):
    assert problems_of(bench, lines) == codes


def test_a_name_may_come_back_once_the_days_do_not_meet():
    names = Names([Alias("a", "b", last=date(2026, 5, 31)), Alias("b", "a", first=date(2026, 6, 1))])

    assert list(names.circles()) == []
    assert {names.follow("b", day) for day in JUNE} == {"a"}
    assert (names.follow("a", date(2026, 5, 1)), names.follow("b", date(2026, 5, 1))) == ("b", "b")
