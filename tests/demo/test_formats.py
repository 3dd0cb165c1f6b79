"""Every file looks as the platform's export button makes it: names of columns, encodings, signs for missing, totals."""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
from pathlib import Path

import pytest

from tests.demo.files import rows_of_csv, rows_of_xlsx

HEADERS = Path(__file__).parent / "headers"
"""The columns of every export, one a line, as the platforms print them."""


@pytest.mark.parametrize(
    ("pattern", "name", "columns"),
    [
        ("data/*/企业号日报*.csv", "enterprise_daily", 22),
        ("data/*/作品列表.xlsx", "works_list", 16),
        ("data/*/千川标准推广.csv", "qianchuan", 22),
        ("data/compass/*.xlsx", "compass", 54),
        ("data/leads/*.csv", "leads", 34),
        ("data/traffic/*.csv", "live_traffic", 40),
        ("data/fans/*.csv", "fans", 5),
    ],
)
def test_headers_are_those_of_the_platform_word_for_word(demo, pattern, name, columns):
    header = (HEADERS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    files = sorted(demo.glob(pattern))

    assert len(header) == columns
    assert files
    for path in files:
        rows = rows_of_xlsx(path) if path.suffix == ".xlsx" else rows_of_csv(path)
        assert list(rows[0]) == header


def test_the_enterprise_report_begins_with_a_byte_order_mark(demo):
    assert all(path.read_bytes().startswith(codecs.BOM_UTF8) for path in demo.glob("data/*/企业号日报*.csv"))


def test_the_qianchuan_report_is_chinese_in_gbk_and_no_utf8(demo):
    for path in demo.glob("data/*/千川标准推广.csv"):
        raw = path.read_bytes()
        assert raw.decode("gbk") == raw.decode("gb18030")
        with pytest.raises(UnicodeDecodeError):
            raw.decode("utf-8")


def test_the_qianchuan_report_ends_with_a_total_without_a_key(demo):
    for path in demo.glob("data/*/千川标准推广.csv"):
        *days, total = rows_of_csv(path)
        assert total["日期"] == total["推广类型"] == ""
        assert all(row["日期"] and row["推广类型"] in ("推商品", "推直播间") for row in days)
        assert int(total["展示次数"]) == sum(int(row["展示次数"]) for row in days)


def test_money_has_thousands_commas_and_a_ratio_over_nothing_a_dash(demo):
    lines = [row for path in demo.glob("data/*/千川标准推广.csv") for row in rows_of_csv(path)]

    assert any(re.fullmatch(r"\d{1,3},\d{3}\.\d\d", row["消耗(元)"]) for row in lines)
    assert {row["成交订单成本"] for row in lines if row["直接成交订单数"] == "0"} == {"-"}


def test_titles_hold_title_and_body_and_rates_are_decimal_text(demo):
    for row in rows_of_xlsx(next(iter(sorted(demo.glob("data/*/作品列表.xlsx"))))):
        assert str(row["作品名称"]).count("\n") == 2
        assert re.fullmatch(r"0\.\d{4}|-", str(row["完播率"]))
        assert isinstance(row["完播率"], str)
        assert isinstance(row["播放量"], int)


def test_ids_of_leads_have_nineteen_digits_and_phones_that_nobody_has(demo):
    leads = [row for path in demo.glob("data/leads/*.csv") for row in rows_of_csv(path)]

    assert all(re.fullmatch(r"\d{19}", row["clue_id"]) for row in leads)
    assert len({row["clue_id"] for row in leads}) == len(leads)
    assert all(re.fullmatch(r"199-0000-\d{4}", row["telephone"]) for row in leads)
    assert {row["flow_type"] for row in leads} == {"AD", "NATURE"}
    assert {row["effective_state"] for row in leads} == {"0", "1", "2", "3", "6", "7", "204"}


def test_fans_do_only_what_the_contract_knows(demo):
    known = {"view", "like", "comment", "share", "favourite", "follow", "unfollow", "message", "group", "live", "order", "refund"}
    lines = [row for path in demo.glob("data/fans/*.csv") for row in rows_of_csv(path)]

    assert {row["action"] for row in lines} == known
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", row["at"]) for row in lines)


def test_the_register_has_the_columns_of_the_contract(demo):
    with (demo / "accounts.csv").open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)

    assert header == ["account_id", "name", "industry", "size", "region", "team", "brand", "opened_on", "platform"]
    assert all(re.fullmatch(r"[a-z0-9-]+", line[0]) for line in lines)
    assert {line[2] for line in lines} == {"服饰", "餐饮", "汽车", "教育"}
    assert {line[3] for line in lines} == {"small", "medium", "large"}


def test_workbooks_do_not_say_when_they_were_really_made(demo):
    with zipfile.ZipFile(next(iter(sorted(demo.glob("data/compass/*.xlsx"))))) as book:
        assert b"2026-06-22T02:05:00Z" in book.read("docProps/core.xml")
        assert {entry.date_time[0] for entry in book.infolist()} == {1980}
