"""Reports as files: what they may say, when they are due, and what their mistakes look like."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from opsengine.errors import InvalidFiles, UserError
from opsengine.goals import parse_cycle, read_campaigns
from opsengine.project import Project
from opsengine.report.beginning import new_report, report_presets
from opsengine.report.choosing import check_choice, choice_problems
from opsengine.report.due import Wanted, jobs_due
from opsengine.report.periods import Today, counted_against, held_against
from opsengine.report.reports import read_reports
from opsengine.report.schedule import Schedule
from opsengine.sources import Account
from opsengine.state import Channel

SHANGHAI = ZoneInfo("Asia/Shanghai")
SUNDAY = date(2026, 6, 21)
MONDAY_AT_NINE = datetime(2026, 6, 22, 1, tzinfo=UTC)


def project(folder: Path, **reports: str) -> Project:
    (folder / "opsengine.yaml").write_text("kind: project\n", encoding="utf-8")
    (folder / "reports").mkdir(exist_ok=True)
    for name, text in reports.items():
        (folder / "reports" / f"{name}.yaml").write_text("kind: report\n" + text, encoding="utf-8")
    return Project(folder)


def report(folder: Path, text: str):
    (found,) = read_reports(project(folder, mine=text))
    return found


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(InvalidFiles) as caught:
        report(folder, text)
    return [f"{problem} | {problem.hint.format(**problem.fields)}" for problem in caught.value.problems]


def account(name: str, team: str = "", brand: str = "") -> Account:
    return Account(account_id=name, name=name, industry="食品", team=team or None, brand=brand or None)


def due(found, as_of: date = SUNDAY, now: datetime = MONDAY_AT_NINE):
    period = found.period_due(Today(as_of, now, SHANGHAI))
    return period.id if period else None


@pytest.mark.parametrize("name", report_presets())
def test_every_shipped_report_can_be_copied_and_is_understood(tmp_path, name):
    place = project(tmp_path)
    new_report(place, f"my-{name}", name)

    (found,) = read_reports(place)

    assert found.name == f"my-{name}"
    assert found.report.title


def test_a_report_is_copied_once_and_from_one_that_there_is(tmp_path):
    place = project(tmp_path)
    new_report(place, "mine", "weekly")

    with pytest.raises(UserError, match="exists already"):
        new_report(place, "mine", "daily")
    with pytest.raises(UserError) as caught:
        new_report(place, "other", "dayly")
    assert caught.value.fields["guess"] == "daily"
    with pytest.raises(UserError, match="cannot be the name"):
        new_report(place, "../x", "daily")


def test_a_project_without_reports_gets_the_weekly_one(tmp_path):
    (tmp_path / "opsengine.yaml").write_text("kind: project\n", encoding="utf-8")

    assert [found.name for found in read_reports(Project(tmp_path))] == ["weekly"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("skip_when: alerst = 0\n", "reports/mine.yaml:2:1: nothing is known by the name `alerst` | did you mean `alerts`?"),
        ("skip_when: alerts = \n", "reports/mine.yaml:2:1: this is not a condition | "),
        ("skip_when: drop table brief\n", "reports/mine.yaml:2:1: this is not a condition | "),
        (
            "campaigns: [doubel11]\nperiod: campaign\n",
            "reports/mine.yaml:2:13: there is no campaign doubel11 | did you mean `double11`?",
        ),
        ("sections:\n  lesons: off\n", "reports/mine.yaml:3:3: `sections.lesons` is not known here | did you mean `lessons`?"),
        ("schedule: {at: 8:30}\n", "reports/mine.yaml:2:12: `schedule.at`: `8:30` does not fit"),
        ("schedule:\n  time_zone: Mars/Olympus\n", "reports/mine.yaml:3:3: there is no time zone Mars/Olympus"),
        ("for_each: region\n", "reports/mine.yaml:2:1: `for_each` must be one of account, team, brand, portfolio, not `region`"),
        ("numbers: {also: [gmv]}\n", "reports/mine.yaml:2:18: gmv is shown anyway | take it out of `also`"),
        ("numbers: {also: [leads_x, leads_x]}\n", "leads_x is named twice"),
        ("numbers:\n  without: [refund_rat]\n", "reports/mine.yaml:3:13: refund_rat is no number that every brief shows | did you mean"),
        ("campaigns: [double11]\n", "`campaigns` belongs to `period: campaign`"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_way_out(tmp_path, text, said):
    assert any(said in problem for problem in problems(tmp_path, text)), problems(tmp_path, text)


def test_a_chosen_metric_that_nobody_knows_is_told_with_its_place(tmp_path):
    found = report(tmp_path, "numbers:\n  also: [live_minutes, live_sesions]\n")

    (problem,) = choice_problems([found], {"live_minutes", "live_sessions"})

    assert str(problem) == "reports/mine.yaml:3:24: there is no metric `live_sesions`"
    assert problem.fields["guess"] == "live_sessions"
    with pytest.raises(InvalidFiles):
        check_choice([found], {"live_minutes"})


def test_the_problems_of_all_reports_come_at_once(tmp_path):
    with pytest.raises(InvalidFiles) as caught:
        read_reports(project(tmp_path, one="skip_when: a = 1\n", two="skip_when: b = 1\n"))

    assert [problem.place.file for problem in caught.value.problems] == ["reports/one.yaml", "reports/two.yaml"]


@pytest.mark.parametrize(
    ("period", "expected"), [("day", "2026-06-21"), ("week", "2026-W25"), ("month", "2026-05"), ("quarter", "2026-Q1")]
)
def test_the_newest_period_that_is_over_is_due(tmp_path, period, expected):
    assert due(report(tmp_path, f"period: {period}\n")) == expected


def test_a_recap_is_due_once_its_campaign_is_over_and_not_for_ever(tmp_path):
    recap = report(tmp_path, 'period: campaign\ncampaigns: ["618", double11]\n')

    assert due(recap) == "618-2026"
    assert due(recap, date(2026, 6, 17)) is None
    assert due(recap, date(2026, 8, 1), datetime(2026, 8, 2, tzinfo=UTC)) is None
    assert due(recap, date(2026, 11, 11), datetime(2026, 11, 12, tzinfo=UTC)) == "double11-2026"


def test_a_campaign_that_goes_by_several_names_is_looked_back_on_once(tmp_path):
    assert due(report(tmp_path, "period: campaign\n")) == "618-2026"


def test_before_its_hour_the_period_before_stands(tmp_path):
    weekly = report(tmp_path, 'period: week\nschedule: {at: "08:30"}\n')

    assert due(weekly, now=datetime(2026, 6, 22, 0, 29, tzinfo=UTC)) == "2026-W24"
    assert due(weekly, now=datetime(2026, 6, 22, 0, 30, tzinfo=UTC)) == "2026-W25"


@pytest.mark.parametrize(
    ("end", "after", "expected"),
    [
        ("2026-06-18", 1, "2026-06-22T00:30"),  # the Dragon Boat Festival and its weekend lie between
        ("2026-09-30", 1, "2026-10-08T00:30"),  # the first week of October is off
        ("2026-09-19", 1, "2026-09-20T00:30"),  # a Sunday that is worked instead
        ("2026-06-22", 3, "2026-06-25T00:30"),
    ],
)
def test_a_brief_for_workdays_waits_for_one(end, after, expected):
    schedule = Schedule(at="08:30", days="workdays", after=after)

    assert schedule.due_at(parse_cycle(end), SHANGHAI) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2026-03-06", "2026-03-07T13:30"),  # winter
        ("2026-03-08", "2026-03-09T12:30"),  # the morning after the clock went forward: still half past eight on the wall
        ("2026-10-31", "2026-11-01T13:30"),  # the day on which the clock goes back
    ],
)
def test_the_hour_is_that_of_the_clock_on_the_wall(end, expected):
    schedule = Schedule(at="08:30", time_zone="America/New_York")

    assert schedule.due_at(parse_cycle(end), SHANGHAI) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_time_that_the_clock_skips_or_shows_twice_comes_once():
    early = Schedule(at="02:30", time_zone="America/New_York")
    late = Schedule(at="01:30", time_zone="America/New_York")

    assert early.due_at(parse_cycle("2026-03-07"), SHANGHAI) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert late.due_at(parse_cycle("2026-10-31"), SHANGHAI) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_what_a_period_is_held_against():
    campaign = parse_cycle("618-2026", read_campaigns())

    assert held_against(campaign).id == "2026-05-14..2026-05-31"
    assert held_against(parse_cycle("2026-06-21")).id == "2026-06-20"
    assert counted_against(parse_cycle("2026-06-21")).id == "2026-06-14"
    assert counted_against(parse_cycle("2026-W25")).id == "2026-W24"
    assert counted_against(parse_cycle("2026-03")).id == "2026-02"


@pytest.mark.parametrize(
    ("for_each", "subjects"),
    [("account", ["a", "b", "c"]), ("team", ["east", "west"]), ("brand", ["leaf"]), ("portfolio", ["all"])],
)
def test_there_is_a_brief_for_each_account_team_or_brand_or_one_over_all(tmp_path, for_each, subjects):
    everybody = [account("b", "east", "leaf"), account("a", "west", "leaf"), account("c", "east")]
    found = report(tmp_path, f"for_each: {for_each}\n")

    jobs = jobs_due([found], everybody, Today(SUNDAY, MONDAY_AT_NINE, SHANGHAI), Channel.FOLDER, Wanted())

    assert [job.subject for job in jobs] == subjects
    assert [one.account_id for one in jobs[0].accounts] == {"account": ["a"], "team": ["b", "c"], "brand": ["a", "b"]}.get(
        for_each, ["a", "b", "c"]
    )


def test_sections_are_on_until_they_are_switched_off(tmp_path):
    found = report(tmp_path, "sections: {works: off, lessons: no}\n").report.sections

    assert "works" not in found.shown
    assert "lessons" not in found.shown
    assert {"scores", "goals", "numbers"} <= set(found.shown)
