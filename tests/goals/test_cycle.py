"""Cycles tile the calendar, and every instant lies in exactly one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsengine.errors import UserError
from opsengine.goals import CycleKind, cycle_containing, day_at, next_cycle, parse_cycle, previous_cycle, read_campaigns
from opsengine.goals.cycle import day_begins, week_containing

TILING = [kind for kind in CycleKind if kind not in (CycleKind.CAMPAIGN, CycleKind.CUSTOM)]
ZONES = [
    "Asia/Shanghai", "UTC", "America/New_York", "Europe/Berlin",
    "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca",
]  # fmt: skip
CAMPAIGNS = read_campaigns()

days = st.dates(date(2015, 1, 1), date(2034, 12, 31))
kinds = st.sampled_from(TILING)
zones = st.sampled_from(ZONES).map(ZoneInfo)
cut_offs = st.sampled_from([time(0), time(4), time(23, 30)])
instants = st.datetimes(datetime(2015, 1, 1), datetime(2034, 12, 31), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("text", "start", "end", "kind"),
    [
        ("2026-06-18", "2026-06-18", "2026-06-18", "day"),
        ("2026-W24", "2026-06-08", "2026-06-14", "week"),
        ("2026-W53", "2026-12-28", "2027-01-03", "week"),
        ("2026-02", "2026-02-01", "2026-02-28", "month"),
        ("2028-02", "2028-02-01", "2028-02-29", "month"),
        ("2026-Q2", "2026-04-01", "2026-06-30", "quarter"),
        ("2026-Q4", "2026-10-01", "2026-12-31", "quarter"),
        ("2026-H1", "2026-01-01", "2026-06-30", "half_year"),
        ("2026", "2026-01-01", "2026-12-31", "year"),
        ("2026-06-01..2026-06-18", "2026-06-01", "2026-06-18", "custom"),
        ("618-2026", "2026-06-01", "2026-06-18", "campaign"),
        ("launch-30d-2026-06-01", "2026-06-01", "2026-06-30", "custom"),
        ("2026-06-06+7d", "2026-06-06", "2026-06-12", "custom"),
        ("双11-2026", "2026-11-01", "2026-11-11", "campaign"),
        ("new-year-goods-2027", "2027-01-05", "2027-01-31", "campaign"),
    ],
)
def test_a_cycle_is_written_as_people_write_it(text, start, end, kind):
    cycle = parse_cycle(text, CAMPAIGNS)

    assert (cycle.id, str(cycle.start), str(cycle.end), cycle.kind) == (text, start, end, kind)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-13", "there is no 2026-13 in the calendar"),
        ("2027-W53", "there is no 2027-W53 in the calendar"),
        ("2026-02-30", "there is no 2026-02-30 in the calendar"),
        ("2026-06-18..2026-06-01", "the cycle 2026-06-18..2026-06-01 ends before it begins"),
        ("618", "the campaign 618 needs its year"),
        ("launch-30d", "the campaign launch-30d needs its first day"),
        ("819-2026", "819-2026 is not a cycle"),
        ("new-year-goods-2019", "the dates of the campaign new-year-goods-2019 are not known"),
        ("June", "June is not a cycle"),
        ("", " is not a cycle"),
    ],
)
def test_what_is_no_cycle_is_refused_with_a_way_out(text, says):
    with pytest.raises(UserError) as refused:
        parse_cycle(text, CAMPAIGNS)

    assert str(refused.value) == says
    assert refused.value.hint


@given(days, kinds)
def test_a_day_lies_in_the_cycle_that_contains_it(day, kind):
    cycle = cycle_containing(day, kind)

    assert cycle.start <= day <= cycle.end
    assert parse_cycle(cycle.id) == cycle


@given(days, kinds)
def test_cycles_of_a_kind_tile_the_calendar(day, kind):
    cycle = cycle_containing(day, kind)

    assert next_cycle(cycle).start == cycle.end + timedelta(days=1)
    assert previous_cycle(next_cycle(cycle)) == cycle


@given(days, st.integers(0, 400))
def test_custom_days_are_followed_by_as_many(day, more):
    cycle = parse_cycle(f"{day}..{day + timedelta(days=more)}")

    assert next_cycle(cycle).days == cycle.days
    assert next_cycle(cycle).start == cycle.end + timedelta(days=1)
    assert previous_cycle(next_cycle(cycle)) == cycle


@given(days, st.integers(1, 7))
def test_weeks_that_begin_on_another_day_tile_the_calendar_too(day, first_weekday):
    week = week_containing(day, first_weekday)

    assert week.start <= day <= week.end
    assert (week.start.isoweekday(), week.days) == (first_weekday, 7)
    assert parse_cycle(week.id) == week
    assert previous_cycle(next_cycle(week)) == week == week_containing(week.end, first_weekday)


def test_the_next_of_a_campaign_is_next_years():
    assert next_cycle(parse_cycle("618-2026", CAMPAIGNS), CAMPAIGNS).id == "618-2027"
    assert previous_cycle(parse_cycle("618-2026", CAMPAIGNS), CAMPAIGNS).id == "618-2025"


@given(instants, kinds, zones, cut_offs)
def test_every_instant_lies_in_exactly_one_cycle(instant, kind, zone, cut_off):
    cycle = cycle_containing(day_at(instant, zone, cut_off), kind)
    begins, ends = cycle.instants(zone, cut_off)

    assert begins <= instant < ends
    assert next_cycle(cycle).instants(zone, cut_off)[0] == ends
    assert previous_cycle(cycle).instants(zone, cut_off)[1] == begins


@given(days, zones, cut_offs)
def test_a_day_never_begins_before_the_day_before(day, zone, cut_off):
    assert day_begins(day, zone, cut_off) < day_begins(day + timedelta(days=1), zone, cut_off)


def test_a_day_cut_off_moves_the_night_to_the_day_before():
    night = datetime(2026, 6, 18, 17, 30, tzinfo=UTC)  # 01:30 on the 19th in Shanghai

    assert day_at(night, ZoneInfo("Asia/Shanghai")) == date(2026, 6, 19)
    assert day_at(night, ZoneInfo("Asia/Shanghai"), time(4)) == date(2026, 6, 18)


@given(days, st.integers(0, 60), st.integers(-10, 80))
def test_elapsed_days_run_from_none_to_all(day, more, later):
    cycle = parse_cycle(f"{day}..{day + timedelta(days=more)}")
    elapsed = cycle.days_elapsed(day + timedelta(days=later))

    assert elapsed == min(max(later + 1, 0), cycle.days)
    assert cycle.is_over(day + timedelta(days=later)) is (elapsed == cycle.days)
