"""Declared campaigns: their days are not learnt as ordinary ones, and not foreseen as ordinary ones."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from opsengine.errors import InvalidFiles
from opsengine.goals import (
    CampaignFile,
    Goal,
    Measure,
    Role,
    Subject,
    measure_goals,
    parse_cycle,
    read_campaigns,
    read_declared,
    read_goals,
)

FIRST, AS_OF = date(2026, 2, 1), date(2026, 6, 10)
WEEK = (0.8, 0.8, 0.9, 1.0, 1.2, 1.4, 0.9)
SPRING = (date(2026, 4, 1), date(2026, 4, 10))
SUMMER = (date(2026, 6, 15), date(2026, 6, 24))
CLOSE = pytest.approx


def held(*times, **more):
    return CampaignFile(kind="campaign", times=[{"start": start, "end": end} for start, end in times], **more)


def ordinary(day):
    return 100 * WEEK[day.weekday()] * (1 + 0.02 * (day.toordinal() % 5 - 2))


@pytest.fixture
def june(fill):
    """Where June lands for tea: on days of a lived campaign it sells three times as much."""

    def landing(campaigns, lived=(SPRING,), accounts=("tea", "bread")):
        days = [FIRST + timedelta(days=number) for number in range((AS_OF - FIRST).days + 1)]
        rows = [
            {"account_id": account, "day": day, "metric": "gmv", "value": round(
                ordinary(day) * (3 if account == "tea" and any(start <= day <= end for start, end in lived) else 1), 2
            )}
            for account in accounts for day in days
        ]  # fmt: skip
        engine = fill(
            raw_accounts=[{"account_id": name, "industry": name, "team": "east"} for name in accounts],
            raw_calendar=[{"day": day, "weekday": day.isoweekday()} for day in days],
            raw_metrics=[{"metric": "gmv", "kind": "flow", "numerator": "gmv"}],
            metrics_account_day=rows,
        )
        measure = Measure(Role.PRIMARY, "gmv", "flow", "yuan", "up", Decimal(5000))
        goals = [
            Goal("june", "goals/june.yaml", "", Subject(account="tea"), parse_cycle("2026-06"), "", "", (measure,)),
            Goal("east", "goals/east.yaml", "", Subject(team="east"), parse_cycle("2026-06"), "", "", (measure,)),
        ]
        june, team = measure_goals(engine, goals, AS_OF, campaigns)
        return june.landing.p50, team.landing.p50

    return landing


def plain(first=date(2026, 6, 1), last=date(2026, 6, 30)):
    return sum(ordinary(first + timedelta(days=number)) for number in range((last - first).days + 1))


def test_a_campaign_to_come_brings_what_it_brought_last_time(june):
    lands, _ = june({"sale": held(SPRING, SUMMER, accounts={"industry": ["tea"]})})

    assert lands == CLOSE(plain() + 2 * plain(*SUMMER), rel=0.06)


def test_what_it_did_for_others_counts_as_a_week_of_it(june):
    lands, _ = june({"sale": held(SPRING, SUMMER)})
    lift = (10 * 3 + 7 * (3 + 1) / 2) / 17

    assert lands == CLOSE(plain() + (lift - 1) * plain(*SUMMER), rel=0.03)


def test_the_team_feels_it_by_as_much_as_its_accounts_do(june):
    _, team = june({"sale": held(SPRING, SUMMER, accounts={"industry": ["tea"]})})

    assert team == CLOSE(2 * plain() + 2 * plain(*SUMMER), rel=0.08)


def test_a_campaign_that_is_over_leaves_the_ordinary_days_as_they_were(june):
    lately = (date(2026, 5, 28), date(2026, 6, 6))
    declared, _ = june({"sale": held(lately)}, lived=(lately,))
    silent, _ = june({}, lived=(lately,))
    there = plain(date(2026, 6, 1), AS_OF) + 2 * plain(date(2026, 6, 1), date(2026, 6, 6))

    assert declared == CLOSE(there + plain(date(2026, 6, 11)), rel=0.02)
    assert silent > declared * 1.02


def test_what_nobody_lived_through_brings_what_its_file_expects(june):
    unknown, _ = june({"sale": held(SUMMER)}, lived=())
    expected, _ = june({"sale": held(SUMMER, expected_lift=2)}, lived=())

    assert unknown == CLOSE(plain(), rel=0.02)
    assert expected == CLOSE(plain() + plain(*SUMMER), rel=0.03)


def test_a_campaign_of_others_changes_nothing(june):
    theirs, _ = june({"sale": held(SUMMER, accounts={"industry": ["bread"]}, expected_lift=3)}, lived=())

    assert theirs == CLOSE(plain(), rel=0.02)


@pytest.fixture
def write_campaign(project):
    def write(name, text):
        project.folder("campaigns").mkdir(exist_ok=True)
        (project.folder("campaigns") / f"{name}.yaml").write_text(text, encoding="utf-8")

    return write


def test_a_declared_campaign_is_a_cycle_that_a_goal_may_have(project, write_campaign):
    write_campaign("tea-week", "kind: campaign\ntimes:\n  - {start: 2026-04-01, end: 2026-04-07}\n")

    cycle = parse_cycle("tea-week-2026", read_campaigns(project))

    assert (cycle.start, cycle.end) == (date(2026, 4, 1), date(2026, 4, 7))


def test_every_problem_of_campaign_files_is_told_with_its_place(project, write_campaign):
    write_campaign("a", "kind: campaign\ntimes:\n  - {start: 2026-04-07, end: 2026-04-01}\n")
    write_campaign(
        "b", "kind: campaign\ntimes:\n  - {start: 2026-01-01, end: 2026-04-30}\n  - {start: 2026-04-02, end: 2026-04-03}\n"
    )
    write_campaign("c", "kind: campaign\ntime: []\n")

    with pytest.raises(InvalidFiles) as caught:
        read_declared(project)

    told = [(problem.place.file, problem.place.line, problem.place.column, problem.code) for problem in caught.value.problems]
    assert told == [
        ("campaigns/a.yaml", 3, 5, "wrong-value"),
        ("campaigns/b.yaml", 3, 25, "long-campaign"),
        ("campaigns/b.yaml", 4, 6, "campaign-order"),
        ("campaigns/c.yaml", 1, 1, "missing-key"),
        ("campaigns/c.yaml", 2, 1, "unknown-key"),
    ]


def test_a_wrong_campaign_file_hides_no_problem_of_goal_files(project, known, write_campaign, write_goal):
    write_campaign("a", "kind: campaign\ntimes: []\n")
    write_goal("june", "kind: goal\nsubject: {account: tea}\ncycle: 2026-06\nprimary: {metric: gmw, target: 1}\n")

    with pytest.raises(InvalidFiles) as caught:
        read_goals(project, known)

    assert [str(problem.place) for problem in caught.value.problems] == ["campaigns/a.yaml:2:1", "goals/june.yaml:4:11"]
