"""What a brief is made of: numbers, lessons, tasks, balances, works, causes and bands, worked out from known values."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from opsengine.goals import Cycle, CycleKind, parse_cycle
from opsengine.project import Project
from opsengine.report.balancing import balances_of
from opsengine.report.duties import tasks_of
from opsengine.report.figures import figures
from opsengine.report.lessons import lessons_of
from opsengine.report.measured import Number
from opsengine.report.numbering import Counting, read_numbers
from opsengine.report.outlooks import FEWEST_CHANGES, look_ahead
from opsengine.report.rendering import render
from opsengine.report.scoring import _causes
from opsengine.report.sentences import period_name
from opsengine.report.telling import number_notes, told_steps
from opsengine.report.works import FEWEST_WORKS, best_and_worst, traits_of
from opsengine.see import ScoreChange, read_catalogue
from opsengine.see.why import Cause as Told
from opsengine.state import Entry, Kind, confirmation
from opsengine.strategy import PlayRecord, Segment, Task, read_playbook, state_names
from opsengine.strategy.learning import Effect
from opsengine.warehouse import DuckDBEngine
from tests.report.samples import BRAND, CAMPAIGN, FULL, said

WEEK, BEFORE = parse_cycle("2026-W25"), parse_cycle("2026-W24")
METRICS = {
    "gmv": ("flow", "gmv", None, "yuan", "up"),
    "order_rate": ("ratio", "orders", "product_clicks", "ratio", "up"),
    "fans_total": ("stock", "fans_total", None, "count", "up"),
    "orders": ("flow", "orders", None, "count", "up"),
    "refunds": ("flow", "refunds", None, "count", "down"),
}


def told(days: dict[str, dict[str, dict[date, int]]], also=()):
    """Numbers of both weeks out of values by account, metric and day."""
    engine = DuckDBEngine()
    columns = dict.fromkeys(("metric", "kind", "numerator", "denominator", "unit", "direction", "title_zh", "title_en"), "VARCHAR")
    rows = [(name, kind, above, below, unit, way, name, name) for name, (kind, above, below, unit, way) in METRICS.items()]
    engine.put("raw.metrics", columns, rows)
    values = [
        (account, day, metric, Decimal(value))
        for account, metrics in days.items()
        for metric, known in metrics.items()
        for day, value in known.items()
    ]
    columns = {"account_id": "VARCHAR", "day": "DATE", "metric": "VARCHAR", "value": "DECIMAL(24, 6)"}
    engine.put("metrics.account_day", columns, values)
    metrics = {row["metric"]: row for row in engine.read("select * from raw.metrics")}
    return read_numbers(engine, WEEK, BEFORE, also), Counting(WEEK, BEFORE, metrics, {"gmv": 15}, 1)


def each_day(cycle: Cycle, value: int, days: int = 7) -> dict[date, int]:
    return {cycle.start + timedelta(days=number): value for number in range(days)}


def numbers_of(days, accounts=("tea",)) -> dict[str, Number]:
    found, counting = told(days)
    return {number.metric: number for number in counting.numbers(accounts, found)}


def test_a_report_chooses_what_it_shows_beside_the_numbers_of_every_brief():
    found, counting = told({"tea": {"gmv": each_day(WEEK, 120), "refunds": each_day(WEEK, 6)}}, also=("refunds",))

    numbers = replace(counting, also=("refunds",), without=("gmv",)).numbers(["tea"], found)

    assert [(number.metric, number.step, number.value) for number in numbers] == [("refunds", "chosen", 42.0)]


def test_a_sum_is_held_against_the_week_before():
    number = numbers_of({"tea": {"gmv": each_day(WEEK, 120) | each_day(BEFORE, 100)}})["gmv"]

    assert (number.value, number.previous, number.change) == (840.0, 700.0, pytest.approx(0.2))
    assert number.is_whole
    assert number.settles_on == date(2026, 7, 6)


def test_where_days_are_missing_means_of_days_are_compared_and_it_is_marked():
    number = numbers_of({"tea": {"gmv": each_day(WEEK, 120, days=4) | each_day(BEFORE, 100)}})["gmv"]

    assert (number.value, number.days, number.of_days) == (480.0, 4, 7)
    assert number.change == pytest.approx(0.2)
    assert not number.is_whole
    (step,) = told_steps([number], figures("en"))
    assert step["numbers"][0]["marks"] == "°*"
    assert step["numbers"][0]["days"] == "4 of 7 days"
    assert any("means of the days with data" in note for note in number_notes([number], FULL.notes, figures("en")))


def test_a_ratio_is_recomputed_from_sums_on_the_days_that_know_both():
    orders = {date(2026, 6, 15): 1, date(2026, 6, 16): 90, date(2026, 6, 17): 500}
    clicks = {date(2026, 6, 15): 10, date(2026, 6, 16): 100}

    number = numbers_of({"tea": {"orders": orders, "product_clicks": clicks}})["order_rate"]

    assert number.value == pytest.approx(91 / 110)
    assert (number.days, number.previous, number.change) == (2, None, None)


def test_a_ratio_of_many_accounts_is_that_of_their_sums_and_no_mean():
    number = numbers_of(
        {
            "tea": {"orders": each_day(WEEK, 1), "product_clicks": each_day(WEEK, 2)},
            "bread": {"orders": each_day(WEEK, 1), "product_clicks": each_day(WEEK, 98)},
        },
        accounts=("tea", "bread"),
    )["order_rate"]

    assert number.value == pytest.approx(14 / 700)


def test_a_level_is_the_last_that_is_known():
    number = numbers_of({"tea": {"fans_total": {date(2026, 6, 8): 90, date(2026, 6, 14): 100, date(2026, 6, 18): 110}}})[
        "fans_total"
    ]

    assert (number.value, number.previous, number.change) == (110.0, 100.0, pytest.approx(0.1))
    assert number.is_whole


def test_what_nothing_tells_is_left_out_and_never_zero():
    found = numbers_of({"tea": {"gmv": each_day(WEEK, 5)}})

    assert set(found) == {"gmv"}
    assert found["gmv"].change is None


def test_months_of_different_lengths_are_compared_by_day():
    long, short = Number("gmv", said("额", "Sales"), "yuan", "up", "convert", 310.0, 280.0, 31, 31, 28, 28), parse_cycle("2026-02")

    assert long.change == pytest.approx(0.0)
    assert short.days == 28


def test_causes_add_up_and_a_change_of_method_is_none_of_them():
    parts = (Told("gmv", "own", 5.0), Told("gmv", "field", -2.0), Told("roi", "coverage", 1.5), Told("method", "method", -40.0))
    change = ScoreChange("tea", "business", 540.0, 504.5, parts)
    found = SimpleNamespace(changes={("tea", "business"): change}, risks={}, components={})

    causes, rebased = _causes(found, "tea", "business", {})

    assert sum(cause.points for cause in causes) == pytest.approx(4.5)
    assert rebased == -40.0
    assert [(cause.id, cause.own, cause.field, cause.coverage) for cause in causes] == [
        ("gmv", 5.0, -2.0, 0.0),
        ("roi", 0.0, 0.0, 1.5),
    ]


def test_another_method_is_told_and_not_shown_as_a_change():
    page = render(FULL, locale="en").markdown

    assert "The previous period was told as 698.1 by another method; by today's it is 706.6, and that is compared." in page
    assert "the period before was told by version 1" in page
    assert "+4.8 on the previous period" in page


@pytest.fixture(scope="module")
def playbook(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("project")
    project = Project(folder)
    catalogue = read_catalogue(project)
    return read_playbook(project, state_names({name: catalogue[name].unit for name in catalogue.names}))


def record(playbook, cases: int, mean: float, spread: float, hits: int = 0) -> PlayRecord:
    play = next(one for one in playbook if one.name == "rewrite-the-first-seconds")
    return PlayRecord(play, (Segment(play.name, "服饰", cases, cases, 40, mean, Effect(mean, spread)),), hits, cases)


@pytest.mark.parametrize(
    ("cases", "mean", "spread", "verdict"),
    [
        (20, 0.30, 0.01, "worked"),
        (20, 0.02, 0.004, "fell_short"),
        (20, -0.2, 0.02, "hurt"),
        (20, 0.01, 0.05, "unclear"),
        (3, 0.30, 0.01, "too_few"),
    ],
)
def test_a_lesson_sets_what_was_measured_beside_what_was_expected(playbook, cases, mean, spread, verdict):
    (lesson,) = lessons_of([record(playbook, cases, mean, spread)], [], "服饰", {})

    assert lesson.verdict == verdict
    assert lesson.realised_low < lesson.realised < lesson.realised_high
    assert not lesson.is_own


def test_lessons_of_other_industries_are_not_ours_and_own_ones_come_first(playbook):
    assert lessons_of([record(playbook, 20, 0.1, 0.01)], [], "餐饮", {}) == ()
    own = lessons_of([record(playbook, 20, 0.1, 0.01)], [task("done", 1)], "餐饮", {})
    assert own[0].is_own


def task(state: str, due_in: int, moved: date = WEEK.end) -> Task:
    return Task(
        "t", "tea", "rewrite-the-first-seconds", "one", said("改", "Rewrite"), state, "Li", WEEK.start, WEEK.end + timedelta(days=due_in),
        moved, moved if state in ("done", "verified") else None, None, {"title": said("前三秒", "First seconds")},
    )  # fmt: skip


def test_tasks_are_told_while_open_and_when_they_ended_in_the_period():
    taken = [
        task("accepted", 3), task("started", -1), task("verified", 0), task("dismissed", 0),
        task("verified", 0, moved=BEFORE.start), replace(task("accepted", 9), accepted_on=WEEK.end + timedelta(days=1)),
    ]  # fmt: skip

    found = tasks_of(taken, WEEK)

    assert [(one.state, one.is_overdue) for one in found] == [("started", True), ("accepted", False), ("verified", False)]
    assert found[2].verified is True


def test_the_balance_counts_what_stands_by_unit_of_cycles_that_are_over():
    first = Entry(Kind.GRANT, "2026-W24", "weekly", 1, "tea", 100, "points")
    entries = [
        first, confirmation(first), Entry(Kind.GRANT, "2026-W25", "weekly", 1, "tea", 50_050, "yuan"),
        Entry(Kind.GRANT, "2026-W26", "weekly", 1, "tea", 7, "points"), Entry(Kind.GRANT, "2026-W25", "weekly", 1, "bread", 9, "points"),
    ]  # fmt: skip

    found = {one.unit["en"]: (one.pending, one.confirmed, one.fulfilled) for one in balances_of(entries, "tea", WEEK.end)}

    assert found == {"points": (0.0, 100.0, 0.0), "yuan": (500.5, 0.0, 0.0)}


def work(number: int, plays: int, **other):
    row = {
        "work_id": f"w{number}", "title": "茶", "form": "video", "published_on": date(2026, 6, 15), "plays": plays, "finish_rate": 0.1,
        "finish_rate_5s": 0.4, "bounce_rate_2s": 0.3, "interactions": plays // 20, "net_fans": None,
    }  # fmt: skip
    return row | other


def test_what_the_best_works_share_and_the_worst_do_not():
    best = [work(n, 1000 - n, title="为什么这么贵？", bounce_rate_2s=0.2) for n in range(3)]
    rest = [work(n, 500 - n) for n in range(3, 6)]
    worst = [work(n, 100 - n, bounce_rate_2s=0.4, published_on=date(2026, 6, 20)) for n in range(6, 9)]

    traits = traits_of([*best, *rest, *worst])

    assert {trait.id: (trait.best, trait.worst) for trait in traits} == {
        "question": (1.0, 0.0), "weekend": (0.0, 1.0), "bounce_rate_2s": (0.2, 0.4),
    }  # fmt: skip
    assert traits_of([*best, *worst]) == ()
    assert len(best) + len(worst) < FEWEST_WORKS
    assert [len(group) for group in best_and_worst([*best, *rest])] == [3, 2]


def test_a_band_holds_four_of_five_changes_and_widens():
    days = [date(2026, 6, 21) - timedelta(weeks=age) for age in range(13)]
    dice = random.Random(7)  # noqa: S311  dice, not secrets
    trends = {(f"shop-{n}", "business"): {day: 500.0 + dice.gauss(0, 20) for day in days} for n in range(20)}

    bands = look_ahead(trends).of("business", days[0], 500.0)

    assert [one.day for one in bands] == [days[0] + timedelta(weeks=week) for week in (1, 2, 3)]
    for narrow, wide in pairwise(bands):
        assert wide.low <= narrow.low <= 500.0 <= narrow.high <= wide.high
    changes = [history[day] - history[day - timedelta(weeks=1)] for history in trends.values() for day in days[:-1]]
    inside = sum(bands[0].low - 500 <= change <= bands[0].high - 500 for change in changes) / len(changes)
    assert 0.75 <= inside <= 0.95


def test_of_few_changes_no_band_is_drawn():
    few = {("tea", "business"): {date(2026, 6, 21) - timedelta(weeks=age): 500.0 for age in range(13)}}

    assert FEWEST_CHANGES > 12
    assert look_ahead(few).of("business", date(2026, 6, 21), 500.0) == ()


def test_a_campaign_goes_by_its_name():
    assert period_name(CAMPAIGN.period, figures("zh-CN")) == "618 大促 2026"
    assert parse_cycle("2026-06").kind is CycleKind.MONTH
    assert "Goals of the brand" in render(BRAND, locale="en").markdown
