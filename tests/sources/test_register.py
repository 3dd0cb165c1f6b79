from __future__ import annotations

from datetime import date

import pytest

from opsengine.errors import InvalidFiles
from opsengine.sources import read_accounts
from opsengine.sources.register import Account, Accounts


def problems_of(bench, text, encoding="utf-8"):
    bench.text("accounts.csv", text, encoding)
    with pytest.raises(InvalidFiles) as refused:
        read_accounts(bench.project)
    return [(str(problem.place), problem.code) for problem in refused.value.problems]


def test_the_register_is_read_in_its_order_with_what_else_exports_call_an_account(bench):
    tea, noodles, coat = read_accounts(bench.project)

    assert tea == Account(
        "tea", "青萝茶饮", "餐饮", size="中型", opened_on=date(2025, 3, 1), aliases=("tea_house", "1700000000000001")
    )
    assert (noodles.opened_on, coat.aliases) == (None, ())


def test_a_project_without_a_register_has_no_accounts(bench):
    bench.project.accounts_file.unlink()

    assert read_accounts(bench.project) == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "utf-16"])
def test_a_register_saved_by_a_spreadsheet_is_read(bench, encoding):
    bench.text("accounts.csv", "账号ID,账号名称,行业,开通日期\ntea,茶饮,餐饮,2025/3/1\n", encoding)

    assert read_accounts(bench.project) == (Account("tea", "茶饮", "餐饮", opened_on=date(2025, 3, 1)),)


def test_all_problems_of_a_register_are_named_at_once_with_their_lines(bench):
    text = "account_id,name,industry,opened_on\ntea,a,b,2025-13-01\ntea,a,b,\n../x,a,b,\n,a,b,\n"

    assert problems_of(bench, text) == [
        ("accounts.csv:2:4", "bad-date"),
        ("accounts.csv:3:1", "duplicate-account"),
        ("accounts.csv:4:1", "bad-account-id"),
        ("accounts.csv:5:1", "bad-account-id"),
    ]


def test_a_register_without_its_columns_says_which_it_needs(bench):
    assert problems_of(bench, "account_id,industry\ntea,b\n") == [("accounts.csv:1:1", "missing-column")]


def test_a_name_of_two_accounts_names_neither():
    accounts = Accounts([Account("a", "A", "x", aliases=("same", "only")), Account("b", "B", "x", aliases=("same", "a"))])

    assert (accounts.find("same"), accounts.find("only"), accounts.find("a")) == (None, "a", "a")


def test_notes_beside_an_account_are_no_names_of_it(bench):
    bench.text("accounts.csv", "account_id,name,industry,备注\ntea,茶,餐饮,noodles\n")

    assert read_accounts(bench.project)[0].aliases == ()


def test_a_merged_register_keeps_the_columns_and_words_it_had(bench):
    bench.bring(bench.text("more.csv", "account_id,name,industry,team\nnoodles,面馆二店,,一组\n"))

    lines = bench.project.accounts_file.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "account_id,name,industry,size,opened_on,抖音号,advertiser_id,team"
    assert lines[2] == "noodles,面馆二店,餐饮,小型,,noodles88,,一组"


def test_a_register_with_a_mistake_changes_nothing(bench):
    before = bench.project.accounts_file.read_bytes()
    (file,) = bench.bring(bench.text("more.csv", "account_id,name,industry\nnew,n,i\nnew,m,i\n"))

    assert (file.status, file.rejections[0].code, file.rejections[0].row) == ("rejected", "duplicate-account", 3)
    assert bench.project.accounts_file.read_bytes() == before


def test_accounts_that_exchange_their_names_keep_what_was_told_of_them(bench):
    day = "抖音号,日期,主页访问量,新增粉丝人数,播放数\n{},2026-06-{},{},1,1\n"
    bench.bring(bench.text("before.csv", day.format("tea_house", 18, 5)))
    register = bench.project.accounts_file.read_text(encoding="utf-8")
    swapped = register.replace("tea_house", "-").replace("noodles88", "tea_house").replace("-,1700", "noodles88,1700")
    bench.text("accounts.csv", swapped)
    bench.bring(bench.text("after.csv", day.format("tea_house", 19, 7)))

    assert bench.facts()["tea", "2026-06-18", "", "home_visits"] == 5
    assert bench.facts()["noodles", "2026-06-19", "", "home_visits"] == 7


def test_a_new_name_for_an_account_changes_how_it_is_shown_and_nothing_else(bench):
    bench.bring(bench.text("data/tea/a.csv", "日期,主页访问量,新增粉丝人数,播放数\n2026-06-18,5,1,1\n"))
    before = bench.facts()
    bench.text("accounts.csv", bench.project.accounts_file.read_text(encoding="utf-8").replace("青萝茶饮", "青萝新茶"))
    bench.bring(bench.text("data/tea/b.csv", "日期,主页访问量,新增粉丝人数,播放数\n2026-06-19,6,1,1\n"))

    assert read_accounts(bench.project)[0].name == "青萝新茶"
    assert {key: value for key, value in bench.facts().items() if key[1] == "2026-06-18"} == before
    assert {key[0] for key in bench.facts()} == {"tea"}


def test_names_that_point_at_each_other_in_a_chain_or_a_circle_name_nobody_else():
    chain = Accounts([Account("a", "A", "x", aliases=("b",)), Account("b", "B", "x", aliases=("c",)), Account("c", "C", "x")])
    circle = Accounts([Account("a", "A", "x", aliases=("b",)), Account("b", "B", "x", aliases=("a",))])

    assert [chain.find(name) for name in "abc"] == ["a", "b", "c"]
    assert [circle.find(name) for name in "ab"] == ["a", "b"]
