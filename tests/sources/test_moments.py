from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsengine.sources.moments import parse_calendar_day, parse_day, parse_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")

WRITTEN = {
    "2026-06-18": "2026-06-18 00:00:00", "2026/09/07 08:55:37": "2026-09-07 08:55:37", "2026-07-26 03:33:18": "2026-07-26 03:33:18",
    "20260726": "2026-07-26 00:00:00", "2026/9/7": "2026-09-07 00:00:00", "2026年7月26日": "2026-07-26 00:00:00",
    "2026年7月26日 08:01": "2026-07-26 08:01:00", "1781712000": "2026-06-18 00:00:00", "1781712000123": "2026-06-18 00:00:00",
    "2026-06-17T16:00:00Z": "2026-06-18 00:00:00", "2026-06-18T00:30:00+08:00": "2026-06-18 00:30:00", "46191": "2026-06-18 00:00:00",
    "46191.5": "2026-06-18 12:00:00", "２０２６－０６－１８": "2026-06-18 00:00:00", "２０２６年６月１８日": "2026-06-18 00:00:00",
}  # fmt: skip


@pytest.mark.parametrize(("text", "moment"), WRITTEN.items())
def test_a_moment_is_read_as_it_is_written(text, moment):
    assert f"{parse_moment(text, SHANGHAI):%Y-%m-%d %H:%M:%S}" == moment


@pytest.mark.parametrize(
    "cell",
    [46191, 46191.0, datetime(2026, 6, 18, 9), date(2026, 6, 18), 20260618.0, 1781712000.0, datetime(2026, 6, 17, 23, tzinfo=UTC)],
)
def test_a_cell_of_a_spreadsheet_is_the_same_day(cell):
    assert parse_day(cell, SHANGHAI) == date(2026, 6, 18)


@pytest.mark.parametrize(
    "text",
    [
        "01/02/2026",
        "2026-13-01",
        "2026-02-30",
        "06-18",
        "18.6.26",
        "2026-06-01~2026-06-30",
        "2026-W25",
        "2026-W25-4",
        "2026w25",
        "2026-06",
        "2026年6月",
        "2026-06-18 周四",
        "2026-06-1①",
        "yesterday",
        "12",
        "1999-01-01",
        "2100-01-01",
        "9" * 30,
    ],
)
def test_a_day_that_cannot_be_told_for_certain_is_refused(text):
    with pytest.raises((ValueError, OverflowError)):
        parse_moment(text, SHANGHAI)


def test_an_empty_cell_is_no_day():
    assert parse_day("  ", SHANGHAI) is None
    assert parse_calendar_day(None) is None


def test_half_past_eleven_at_night_stays_on_its_own_day():
    assert parse_day("2026-06-17 23:30:00", SHANGHAI) == date(2026, 6, 17)
    assert parse_day("2026-06-17T23:30:00Z", SHANGHAI) == date(2026, 6, 18)


@given(st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(2099, 12, 30)))
def test_seconds_and_text_name_the_same_moment(moment):
    local = moment.replace(microsecond=0, tzinfo=SHANGHAI)
    seconds = str(int((local - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1)))

    assert parse_moment(f"{local:%Y/%m/%d %H:%M:%S}", SHANGHAI) == local
    assert len(seconds) != 10 or parse_moment(seconds, SHANGHAI) == local


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Asia/Shanghai", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_no_day_moves_where_the_clock_does(zone):
    days = [date(2026, 1, 1) + timedelta(days=nth) for nth in range(365)]
    for hour in ("", " 00:00:00", " 01:30:00", " 02:30:00", " 23:59:59"):
        assert [parse_day(f"{day}{hour}", ZoneInfo(zone)) for day in days] == days
    assert [parse_day(f"{day:%Y/%m/%d} 02:15", ZoneInfo(zone)) for day in days] == days
