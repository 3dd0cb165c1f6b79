from __future__ import annotations

import pytest

from opsengine.sources.headers import split_header


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("商品点击-成交率（人数）", "商品点击-成交率(人数)"),
        ("展示次数", "展现次数"),
        ("直播间\n用户支付金额", "直播间用户支付金额"),
        ("\t播放数 ", "播放数"),
        ("ＲＯＩ", "roi"),
        ("\ufeff日期", "日期"),
        ("消耗（元）", "消耗"),
        ("点击率 (%)", "点击率"),
    ],
)
def test_spellings_of_one_column_are_one_name(one, other):
    assert split_header(one).name == split_header(other).name


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("消耗(元)", "yuan"),
        ("点击率（%）", "percent"),
        ("时长(分钟)", "minutes"),
        ("金额(单位：万元)", "ten_thousand_yuan"),
        ("播放数", ""),
    ],
)
def test_the_unit_of_a_header_is_kept(text, unit):
    assert split_header(text).unit == unit


def test_people_and_times_stay_two_columns():
    assert split_header("观看-成交率(人数)").name != split_header("观看-成交率(次数)").name
    assert split_header("投放消耗(店铺绑定)").name != split_header("投放消耗(店铺被投)").name
