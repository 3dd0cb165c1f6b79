"""Rows that are put into a table arrive exactly, long decimals included."""

from __future__ import annotations

from decimal import Decimal

import pytest

from opsengine.errors import EngineError
from opsengine.warehouse import DuckDBEngine

COLUMNS = {"name": "VARCHAR", "value": "DECIMAL(24, 6)"}
VALUES = (Decimal("0.1"), Decimal(-3500), Decimal("999999999999.999999"), Decimal("-123456789012345678.123456"), None)


def test_a_long_decimal_arrives_exactly():
    engine = DuckDBEngine()
    engine.put("raw.told", COLUMNS, [(str(place), value) for place, value in enumerate(VALUES)])

    found = engine.read("select value, typeof(value) as kind from raw.told order by name")

    assert [row["value"] for row in found] == list(VALUES)
    assert {row["kind"] for row in found} == {"DECIMAL(24,6)"}


@pytest.mark.parametrize("value", ["0.0000005", "-0.0000005", "1234567890123.0000005"])
def test_more_digits_than_a_column_keeps_are_rounded_alike_however_long_the_number_is(value):
    engine = DuckDBEngine()
    engine.put("raw.told", COLUMNS, [("a", value)])

    (told,) = engine.read("select value, cast($value as decimal(24, 6)) as expected from raw.told", value=value)
    assert told["value"] == told["expected"]


def test_what_is_too_large_for_its_column_is_an_error():
    with pytest.raises(EngineError):
        DuckDBEngine().put("raw.told", COLUMNS, [("a", "1" + 18 * "0")])
