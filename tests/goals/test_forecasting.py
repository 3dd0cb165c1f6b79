"""The landing of a cycle: the worked numbers of the method, and what must hold for any history."""

from __future__ import annotations

import csv
import math
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from opsengine.goals import Goal, Measure, Role, Subject, measure_goals, parse_cycle
from opsengine.goals.forecasting import Forecast, shipped_forecast

VECTORS = Path(__file__).parent / "vectors"
HORIZONS = (5, 10)
LAST = date(2025, 4, 13)
CLOSE = pytest.approx
WORKED = Forecast(
    most_backtests=4, humility=0, unseen=0, lean_doubt=0, short_memory=3, long_memory=56, memory_days=8, ways=("repeat", "last_year"),
    shape_doubt=0, own_measure=0, peer_doubt=0,
)  # fmt: skip
"""The settings that the worked numbers were made with."""
WEEK = (0.8, 0.8, 0.9, 1.0, 1.2, 1.4, 0.9)
"""What each weekday, Monday first, sells of a mean day."""


def vectors(name):
    with (VECTORS / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def goal(name, cycle, measure, **subject):
    return Goal(name, f"goals/{name}.yaml", "0" * 64, Subject(**subject), parse_cycle(cycle), "", "", (measure,))


def promise(metric="y", kind="flow", target=1000, direction="up"):
    return Measure(Role.PRIMARY, metric, kind, "count", direction, Decimal(target))


def calendar(first, last):
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [{"day": day, "weekday": day.isoweekday()} for day in days]


@pytest.fixture(scope="module")
def engine():
    """The worked example, built once: five accounts, 98 days, four backtests, five and ten days ahead."""
    return worked(WORKED)


def worked(settings, like=None):
    """The worked example by these settings; `like` names an account whose days all of them have."""
    from opsengine.warehouse import DuckDBEngine

    rows = vectors("panel.csv")
    told = {(row["sid"], row["ds"]): row["y"] for row in rows}
    engine = DuckDBEngine(threads=1)
    accounts = sorted({row["sid"] for row in rows})
    text = dict.fromkeys(("account_id", "team", "brand", "industry", "size", "region", "platform"), "VARCHAR")
    engine.put("raw.accounts", {**text, "opened_on": "DATE"}, [(account, *[None] * 7) for account in accounts])
    engine.put("raw.metrics", dict.fromkeys(("metric", "kind", "numerator", "denominator"), "VARCHAR"), [("y", "flow", "y", None)])
    days = [tuple(row.values()) for row in calendar(LAST - timedelta(days=97), LAST)]
    engine.put("raw.calendar", {"day": "DATE", "weekday": "INTEGER"}, days)
    facts = {"account_id": "VARCHAR", "day": "DATE", "metric": "VARCHAR", "value": "DECIMAL(24, 6)"}
    engine.put("metrics.account_day", facts, [(row["sid"], row["ds"], "y", told[like or row["sid"], row["ds"]]) for row in rows])
    scores = {"account_id": "VARCHAR", "day": "DATE", "scorecard": "VARCHAR", "score": "DOUBLE"}
    engine.put("scores.account_score", scores, [])
    engine.put("scores.rank", {"account_id": "VARCHAR", "day": "DATE", "scorecard": "VARCHAR", "rank": "INTEGER"}, [])
    goals = [goal(f"a-{ahead}", f"{LAST}..{LAST + timedelta(days=ahead)}", promise(), account="A0") for ahead in HORIZONS]
    measure_goals(engine, goals, LAST, forecast=settings)
    return engine


@pytest.mark.parametrize("row", vectors("state_t90_t98.csv"), ids=lambda row: f"{row['sid']}-{row['t']}")
def test_weekdays_and_levels_are_the_worked_ones(engine, row):
    week, place = divmod(98 - int(row["t"]), 7)
    (found,) = engine.read(
        f"select day_{place} as y, usual_{place} - {f'usual_{place + 1}' if place < 6 else '0'} as m, weight_{place} as w"  # noqa: S608  numbers of our own
        " from goals.week inner join goals.history using (history) where series = 'account:' || $account and week = $week",
        account=row["sid"], week=week,
    )  # fmt: skip
    (known,) = engine.read(
        "select total as cs, level_short as l3, level_middle as l14, level_long as l56"
        " from goals.level inner join goals.history using (history)"
        " where series = 'account:' || $account and days_ago = $ago and days_ahead = 5 and backtest <= 0",
        account=row["sid"], ago=98 - int(row["t"]),
    )  # fmt: skip

    assert found | known == CLOSE({name: float(row[name]) for name in found | known}, rel=1e-9)


@pytest.mark.parametrize("row", vectors("forecast_K4.csv"), ids=lambda row: f"{row['sid']}-{row['h']}-{row['k']}")
def test_the_blend_and_its_backtests_are_the_worked_ones(engine, row):
    (found,) = engine.read(
        "select came, foreseen from goals.outlook inner join goals.history using (history)"
        " where series = 'account:' || $account and days_ahead = $ahead and backtest = $backtest",
        account=row["sid"], ahead=int(row["h"]), backtest=int(row["k"]),
    )  # fmt: skip

    assert found["came"] == (CLOSE(float(row["act"]), rel=1e-9) if row["act"] else None)
    assert found["foreseen"] == CLOSE(float(row["f"]), rel=1e-9)


@pytest.mark.parametrize("row", vectors("pred_K4.csv"), ids=lambda row: f"{row['sid']}-{row['h']}")
def test_the_spread_is_the_worked_one(engine, row):
    (scale,) = engine.read(
        "select scale from goals.scale inner join goals.history using (history) where series = 'account:' || $account and days_ahead = $ahead",
        account=row["sid"], ahead=int(row["h"]),
    )  # fmt: skip
    spread = engine.read(
        "select standard from goals.spread where days_ahead = $ahead and step in (5, 20, 100, 180, 195) order by step",
        ahead=int(row["h"]),
    )

    assert scale["scale"] == CLOSE(float(row["s"]), rel=1e-9)
    assert [one["standard"] for one in spread] == CLOSE([float(row[z]) for z in ("z025", "z10", "z50", "z90", "z975")], rel=1e-9)


@pytest.mark.parametrize("ahead", HORIZONS)
def test_the_landing_is_what_is_there_and_what_is_foreseen(engine, ahead):
    worked = next(row for row in vectors("pred_K4.csv") if (row["sid"], row["h"]) == ("A0", str(ahead)))
    (found,) = engine.read("select p10, p50, p90 from goals.quantile where measure_id = $name", name=f"a-{ahead}/primary/y")

    there, coming, scale = 219.79, float(worked["f"]), float(worked["s"])
    assert list(found.values()) == CLOSE([there + coming * (1 + scale * float(worked[z])) for z in ("z10", "z50", "z90")], abs=1e-4)


@pytest.mark.parametrize(("ahead", "stretches"), [(5, 4), (10, 1 + 7 * 3 / 10)])
def test_that_errors_lean_to_one_side_is_believed_as_far_as_stretches_of_time_tell_it(engine, ahead, stretches):
    query = "select standard from goals.spread where days_ahead = $ahead order by step"
    plain = [row["standard"] for row in engine.read(query, ahead=ahead)]
    doubted = [row["standard"] for row in worked(WORKED.model_copy(update={"lean_doubt": 6.0})).read(query, ahead=ahead)]

    believed = stretches / (stretches + 6)
    even = [(one - other) / 2 for one, other in zip(plain, reversed(plain), strict=True)]
    assert doubted == CLOSE([believed * one + (1 - believed) * other for one, other in zip(plain, even, strict=True)])
    assert doubted == sorted(doubted)


@pytest.mark.parametrize("like", [None, "A0"], ids=["accounts of their own", "all alike"])
def test_a_season_not_lived_yet_widens_the_less_the_more_peers_tell_of_it_on_their_own(engine, like):
    query = "select measure_id, spread from goals.landing where days_ago = 0 order by measure_id"
    unseen = worked(WORKED.model_copy(update={"unseen": 0.8}), like)
    wide, narrow = unseen.read(query), (worked(WORKED, like) if like else engine).read(query)
    told = {row["days_ahead"]: row["alone"] for row in unseen.read("select days_ahead, alone from goals.variety")}
    errors = unseen.read("select days_ahead, backtest, standard from goals.residual where standard is not null")

    for ahead in HORIZONS:
        held = [
            [row["standard"] for row in errors if (row["days_ahead"], row["backtest"]) == (ahead, step)] for step in (1, 2, 3, 4)
        ]
        together = sum(sum(row) ** 2 for row in held) / sum(error**2 for row in held for error in row)
        assert told[ahead] == CLOSE(1 if like else max(1, 5 / max(1, together)))
    assert [row["spread"] for row in wide] == CLOSE(
        [row["spread"] * math.sqrt(1 + 0.8 / told[ahead]) for row, ahead in zip(narrow, sorted(HORIZONS, key=str), strict=True)]
    )


@pytest.fixture
def measure(fill):
    """Results of goals over 120 days of a weekly shape: gmv of three accounts, fans of one, and what they spend."""
    first, last = date(2026, 2, 22), date(2026, 6, 21)

    def sold(account, day):
        wave = 1 + 0.05 * math.sin(day.toordinal() * (3 + len(account)))
        return round(100 * len(account) * WEEK[day.weekday()] * wave, 2)

    def measured(*goals, without=(), typed=(), as_of=last):  # `typed`: whose roi is told as it is, by which rule
        days = calendar(first, last)
        rows = []
        for account in ("tea", "bread", "coffee"):
            for day in (row["day"] for row in days if (account, row["day"]) not in without):
                gmv = sold(account, day)
                told = {"gmv": gmv, "ad_gmv": gmv / 2, "ad_spend": 20 * len(account), "fans_total": 1000 + 10 * (day - first).days}
                rows += [{"account_id": account, "day": day, "metric": metric, "value": value} for metric, value in told.items()]
        rows += [
            {"account_id": account, "day": row["day"], "metric": "roi", "value": round(2 * rule(row["day"]), 4)}
            for account, rule in dict(typed).items()
            for row in days
            if (account, row["day"]) not in without
        ]
        metrics = [
            {"metric": "gmv", "kind": "flow", "numerator": "gmv"},
            {"metric": "fans_total", "kind": "stock", "numerator": "fans_total"},
            {"metric": "roi", "kind": "ratio", "numerator": "ad_gmv", "denominator": "ad_spend"},
        ]
        accounts = [{"account_id": name, "team": "east" if name != "coffee" else None} for name in ("tea", "bread", "coffee")]
        engine = fill(raw_accounts=accounts, raw_metrics=metrics, raw_calendar=days, metrics_account_day=rows)
        return measure_goals(engine, goals, as_of)

    return measured


def test_a_steady_account_lands_where_arithmetic_says(measure):
    (result,) = measure(goal("june", "2026-06", promise("gmv", target=8000), account="tea"))

    assert result.landing.p50 == CLOSE(9000, rel=0.03)
    assert result.landing.p025 <= result.landing.p10 <= result.landing.p50 <= result.landing.p90 <= result.landing.p975
    assert result.landing.backtests >= 4
    assert result.odds > 0.9


def test_the_higher_the_target_the_lower_the_odds(measure):
    targets = (6000, 8500, 8900, 9000, 9100, 9500, 12000)
    results = measure(*(goal(f"june-{target}", "2026-06", promise("gmv", target=target), account="tea") for target in targets))

    assert [result.odds for result in results] == sorted((result.odds for result in results), reverse=True)
    assert results[0].odds == 1
    assert 0 < results[-1].odds < 0.05


def test_an_allowance_has_the_odds_of_not_being_used_up(measure):
    spend = promise("ad_spend", target=2000, direction="down")
    tight = promise("ad_spend", target=1500, direction="down")
    enough, short = measure(goal("a", "2026-06", spend, account="tea"), goal("b", "2026-06", tight, account="tea"))

    assert (enough.odds > 0.9, short.odds < 0.1) == (True, True)


def test_a_team_lands_where_its_accounts_land_together(measure):
    promises = promise("gmv")
    team, tea, bread = measure(
        goal("east", "2026-06", promises, team="east"),
        goal("tea", "2026-06", promises, account="tea"),
        goal("bread", "2026-06", promises, account="bread"),
    )

    assert team.landing.p50 == CLOSE(tea.landing.p50 + bread.landing.p50, rel=0.02)


def test_a_stock_lands_by_its_growth(measure):
    (result,) = measure(goal("june", "2026-06", promise("fans_total", "stock", 2300), account="tea"))

    assert result.landing.p50 == CLOSE(2190 + 90, abs=2)
    assert result.odds < 0.1


def test_a_ratio_lands_by_its_two_flows(measure):
    (result,) = measure(goal("june", "2026-06", promise("roi", "ratio", 2), account="tea"))

    assert result.landing.p50 == CLOSE(2.5, rel=0.03)
    assert result.odds > 0.9


def weekly(day):
    return WEEK[day.weekday()] * (1 + 0.05 * math.sin(3 * day.toordinal()))


def test_a_ratio_told_without_its_parts_lands_by_the_mean_of_its_days(measure):
    june = [date(2026, 6, 1) + timedelta(days=number) for number in range(30)]
    goals = [goal(name, "2026-06", promise("roi", "ratio", 2), account=name) for name in ("tea", "bread")]
    typed, counted = measure(*goals, typed={"tea": weekly})

    assert typed.landing.p50 == CLOSE(2 * sum(map(weekly, june)) / 30, rel=0.01)
    assert typed.landing.p025 < typed.landing.p50 < typed.landing.p975
    assert 0 < typed.odds < 1
    assert counted.landing.p50 == CLOSE(2.5, rel=0.03)


def test_a_ratio_told_without_its_parts_is_forecast_from_its_first_day_and_over_missing_days(measure):
    june = goal("june", "2026-06", promise("roi", "ratio", 2), account="tea")
    early = {("tea", date(2026, 2, 22) + timedelta(days=number)) for number in range(45)}  # until 7 April
    (missing,) = measure(june, typed={"tea": weekly}, without={("tea", date(2026, 6, day)) for day in (3, 4, 11)})
    (young,) = measure(
        goal("spring", "2026-Q2", promise("roi", "ratio", 2), account="tea"), typed={"tea": lambda _: 1}, without=early
    )

    assert missing.landing.p50 == CLOSE(2 * sum(weekly(date(2026, 6, day)) for day in range(1, 31)) / 30, rel=0.02)
    assert young.landing.p50 == CLOSE(2, rel=0.01)


def test_several_accounts_with_a_ratio_told_without_its_parts_are_not_forecast_and_that_is_said(measure):
    (team,) = measure(goal("east", "2026-06", promise("roi", "ratio", 2), team="east"), typed={"tea": weekly})

    assert team.landing is None
    assert "of several accounts, a ratio that is told without its two parts is not forecast" in team.as_json()["note"]


def test_missing_days_are_estimated_in_the_landing_and_said(measure):
    june = goal("june", "2026-06", promise("gmv", target=8000), account="tea")
    (whole,) = measure(june)
    (holed,) = measure(june, without={("tea", date(2026, 6, 10)), ("tea", date(2026, 6, 20))})

    assert holed.actual < whole.actual
    assert holed.landing.p50 == CLOSE(whole.landing.p50, rel=0.02)
    assert "the landing estimates the missing days" in str(holed.as_json()["note"])


def test_a_young_account_has_no_landing_and_says_so(measure):
    june = goal("june", "2026-06", promise("gmv", target=8000), account="tea")
    (result,) = measure(june, without={("tea", date(2026, 5, 24) - timedelta(days=number)) for number in range(200)})

    assert (result.landing, result.odds) == (None, None)
    assert "not enough history for a forecast" in result.as_json()["note"]


def test_a_cycle_that_is_over_lands_where_it_is(measure):
    (result,) = measure(goal("may", "2026-05", promise("gmv", target=8000), account="tea"))

    assert (result.landing.p025, result.landing.p975, result.odds) == (float(result.actual), float(result.actual), 1.0)


def test_a_sum_that_is_there_cannot_be_lost(measure):
    (result,) = measure(goal("june", "2026-06", promise("gmv", target=100), account="tea"))

    assert result.odds == 1


def test_the_settings_that_are_shipped_are_the_defaults():
    assert shipped_forecast() == Forecast()


SCORED = date(2026, 2, 22), date(2026, 6, 21)


@pytest.fixture
def scored(fill):
    """Results of goals on the business score of two accounts that climbs two points a day, on some days three, on some one."""

    def measured(*goals):
        first, as_of = SCORED
        days = calendar(first, as_of)
        scores = [
            {
                "account_id": account,
                "day": row["day"],
                "scorecard": "business",
                "score": 400 + 2 * number + (number % 3) - 1 + extra,
            }
            for account, extra in (("tea", 0), ("bread", 60), ("cake", 360))
            for number, row in enumerate(days)
        ]
        accounts = [{"account_id": name, "team": team} for name, team in (("tea", "east"), ("bread", "east"), ("cake", None))]
        ranks = [{"account_id": "tea", "day": as_of, "scorecard": "business", "rank": 3}]
        engine = fill(raw_accounts=accounts, raw_calendar=days, scores_account_score=scores, scores_rank=ranks)
        return measure_goals(engine, goals, as_of)

    return measured


def test_a_score_lands_by_how_it_moves(scored):
    (result,) = scored(goal("june", "2026-06", promise("business_score", "score", 650), account="tea"))

    assert result.landing.p50 == CLOSE(400 + 2 * 128, abs=4)
    assert result.landing.p10 < result.landing.p50 < result.landing.p90
    assert 0.5 < result.odds < 1
    assert "scores are not forecast" not in result.as_json()["note"]


def test_the_score_of_a_team_lands_where_the_mean_of_its_accounts_does(scored):
    team, tea = scored(
        goal("east", "2026-06", promise("business_score", "score", 650), team="east"),
        goal("tea", "2026-06", promise("business_score", "score", 650), account="tea"),
    )

    assert team.landing.p50 == CLOSE(tea.landing.p50 + 30, abs=2)


def test_a_score_cannot_land_above_its_highest(scored):
    (result,) = scored(goal("june", "2026-06", promise("business_score", "score", 999), account="cake"))

    assert result.landing.p50 == result.landing.p975 == 1000


def test_a_rank_is_not_forecast_and_says_so(scored):
    (result,) = scored(goal("june", "2026-06", promise("business_rank", "score", 2, "down"), account="tea"))

    assert (result.landing, result.as_json()["status_by"]) == (None, "pace")
    assert "it is not forecast" in result.as_json()["note"]


def test_a_level_lands_in_a_cycle_to_come_from_where_it_stands_today(measure):
    (july,) = measure(goal("july", "2026-07", promise("fans_total", "stock", 2600), account="tea"))

    assert july.forecast.landing.p50 == CLOSE(2190 + 400, abs=4)


EVERY_KIND = (
    ("gmv", "flow", 9000, "up"), ("ad_spend", "flow", 2000, "down"), ("fans_total", "stock", 2300, "up"), ("roi", "ratio", 2.4, "up"),
)  # fmt: skip


@pytest.mark.parametrize("subject", [{"account": "tea"}, {"team": "east"}])
@pytest.mark.parametrize("told", EVERY_KIND, ids=lambda told: told[0])
def test_days_after_the_one_looked_at_change_nothing(measure, told, subject):
    june = goal("june", "2026-06", promise(*told), **subject)
    day, last = date(2026, 6, 10), date(2026, 6, 21)
    later = {
        (account, day + timedelta(days=number))
        for account in ("tea", "bread", "coffee")
        for number in range(1, (last - day).days + 1)
    }

    (known,) = measure(june, as_of=day)
    (unknown,) = measure(june, as_of=day, without=later)

    assert known.as_json() == unknown.as_json()


@pytest.mark.parametrize("told", EVERY_KIND, ids=lambda told: told[0])
def test_a_finished_cycle_lands_where_it_ended(measure, told):
    (may,) = measure(goal("may", "2026-05", promise(*told), account="tea"))

    assert {getattr(may.landing, name) for name in ("p025", "p10", "p50", "p90", "p975")} == {float(may.actual)}
    assert may.odds in (0.0, 1.0)


@pytest.mark.parametrize("told", EVERY_KIND, ids=lambda told: told[0])
def test_a_harder_target_is_never_likelier(measure, told):
    metric, kind, target, direction = told
    shares = (0.7, 0.9, 0.97, 1, 1.03, 1.1, 1.3)
    goals = [goal(f"g{share}", "2026-06", promise(metric, kind, target * share, direction), account="tea") for share in shares]

    odds = [result.odds for result in measure(*goals)]

    assert odds == sorted(odds, reverse=direction == "up")


def test_a_way_that_was_never_tried_is_not_trusted(fill):
    first, as_of = date(2025, 5, 10), date(2026, 6, 14)
    days = calendar(first, as_of)
    rows = [
        {
            "account_id": "tea",
            "day": row["day"],
            "metric": "gmv",
            "value": 100 if row["day"] > date(2025, 9, 1) else 90000 + 7 * number % 50,
        }
        for number, row in enumerate(days)
    ]
    engine = fill(
        raw_accounts=[{"account_id": "tea"}], raw_calendar=days, raw_metrics=[{"metric": "gmv", "kind": "flow", "numerator": "gmv"}],
        metrics_account_day=rows,
    )  # fmt: skip

    (result,) = measure_goals(engine, [goal("june", "2026-06", promise("gmv", target=3000), account="tea")], as_of)

    assert (len(days), engine.read("select count(last_year) as tried from goals.candidate where backtest > 0")) == (
        401,
        [{"tried": 0}],
    )
    assert result.landing.p50 == CLOSE(3000, rel=0.05)
