from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsengine.sources.numbers import parse_number, to_micro

WRITTEN = {
    "0": "0", "12": "12", "-3": "-3", "4,933.32": "4933.32", "¥1,741.24": "1741.24", "￥1，741．24": "1741.24", "-¥5": "-5", "¥-5": "-5",
    "1.2万": "12000", "1.16万": "11600", "3亿": "300000000", "2.5w": "25000", "2.5W": "25000", "10万+": "100000", "999+": "999",
    "１２３": "123", " 7 ": "7", "\t8": "8", "12次": "12", "+4": "4", "0.0421": "0.0421", "−6": "-6", "1.5k": "1500",
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), WRITTEN.items())
def test_a_number_is_read_as_it_is_written(text, value):
    assert parse_number(text).value == Decimal(value)


@pytest.mark.parametrize("text", ["", "-", "--", "—", "——", "暂无", "－－", " ", "N/A", "null"])
def test_what_stands_for_nothing_is_missing_and_not_zero(text):
    assert parse_number(text) is None


@pytest.mark.parametrize(
    "text",
    ["nan", "inf", "1,23", "1.2.3", "abc", "12 34", "1e5", "--5", "0x10", "1,741,24", "NaN%", "万", "5万亿万", "１.２.３", "=1+1", "5²", "1,741¹", "①", "(5)"],
)
def test_whatever_else_is_no_number(text):
    with pytest.raises(ValueError):
        parse_number(text)


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), True, object()])
def test_a_cell_without_a_finite_number_is_no_number(cell):
    with pytest.raises(ValueError):
        parse_number(cell)


@pytest.mark.parametrize("text", ["1.2万", "10万+", "3亿", "2.5w"])
def test_a_number_in_ten_thousands_is_known_to_be_rounded(text):
    assert parse_number(text).is_rounded


@pytest.mark.parametrize(
    ("text", "unit"), [("6.78%", "percent"), ("3元", "yuan"), ("2.5分钟", "minutes"), ("90秒", "seconds"), ("3次", "count")]
)
def test_the_unit_behind_a_number_is_kept(text, unit):
    assert parse_number(text).unit == unit


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [("01:23:45", 5025), ("1小时2分3秒", 3723), ("3分12秒", 192), (timedelta(minutes=2), 120), (time(1, 0, 5), 3605)],
)
def test_a_length_of_time_is_seconds(cell, seconds):
    assert parse_number(cell) == (Decimal(seconds), False, "seconds", False)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=6))
def test_every_plain_number_comes_back_exactly(value):
    assert parse_number(f"{value:f}").value == value


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_thousands_commas_change_nothing(value):
    assert parse_number(f"{value:,}").value == value


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from([("万", 10**4), ("亿", 10**8), ("w", 10**4)]))
def test_ten_thousands_are_ten_thousands(number, scale):
    name, size = scale

    assert parse_number(f"{number}{name}").value == number * size


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_a_number_cell_is_what_it_shows(number):
    assert float(parse_number(number).value) == number


@given(st.text(max_size=50))
def test_no_text_surprises_the_reader(text):
    try:
        number = parse_number(text)
    except ValueError:
        return
    assert number is None or number.value.is_finite()


def test_the_seventh_decimal_is_rounded_half_up():
    assert to_micro(Decimal("0.0000005")) == Decimal("0.000001")
    assert to_micro(Decimal("12.299999999999999")) == Decimal("12.3")
