"""The verdict and the three sentences: each says what the brief knows, and no more."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from opsengine.report.brief import Period
from opsengine.report.figures import figures
from opsengine.report.sentences import period_name, staleness, team_sentences, three_sentences
from tests.report.samples import BARE, BUSINESS, FANS, FULL, NOTES, POPULARITY, SALES, TEAM

EN, ZH = figures("en"), figures("zh-CN")


def texts(brief, said=EN):
    return [sentence.text for sentence in three_sentences(brief, said)]


def test_the_three_sentences_of_a_full_brief():
    assert texts(FULL) == [
        "Business score 711.4, +4.8 on the previous period, rank 12 of 48; Popularity score 642.7, −5.3 on the previous period.",
        "Sales value is at 67% of ¥12M, the plan asks for 70% by now; likely to land at ¥11.5–13M.",
        (
            "2 alerts are open, first of all: The sales goal is at risk. "
            "Sales value of the goal june-sales: ¥8.03M, where ¥8.4M was expected by now."
        ),
    ]
    assert texts(FULL, ZH) == [
        "经营值 711.4，较上期 +4.8，在 48 个账号中排第 12；人气值 642.7，较上期 −5.3。",
        "成交额完成 67%，计划此时 70%，目标 ¥1200万；预计期末 ¥1148–1301万。",
        "有 2 条预警未处理，最要紧的是：成交额目标有风险。目标 june-sales 的成交额做到 ¥803.4万，按进度应为 ¥840万。",
    ]


def test_what_is_not_known_is_said_to_be_not_known():
    assert texts(BARE) == [
        "Neither score can be computed yet: too little data.",
        "Sales value: nothing is known about the target of ¥12M yet: no file brings it.",
        "Enterprise daily report has data for 0 of 7 days.",
    ]


def test_one_missing_score_does_not_hide_the_other():
    brief = replace(FULL, scores=(BUSINESS, replace(POPULARITY, value=None, reason="too_few_days")))

    assert texts(brief)[0] == (
        "Business score 711.4, +4.8 on the previous period; Popularity score cannot be computed: too few days with data."
    )


def test_without_rank_or_earlier_period_the_sentence_does_without():
    first = replace(BUSINESS, rank=None, previous=None)
    brief = replace(FULL, scores=(first, replace(POPULARITY, previous=POPULARITY.value)))

    assert texts(brief)[0] == "Business score 711.4, no earlier period to compare; Popularity score 642.7, unchanged."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "reached", "actual": 12_400_000, "progress": 1.033}, "Sales value reached its target: ¥12.4M of ¥12M."),
        ({"status": "missed"}, "Sales value missed its target: ¥8.03M of ¥12M, 67%."),
        (
            {"status": "behind", "landing": None},
            "Sales value is at 67% of ¥12M, the plan asks for 70% by now; ¥440.7K a day are needed until Jun 30.",
        ),
        ({"status": "ahead", "landing": None}, "Sales value is at 67% of ¥12M, the plan asks for 70% by now."),
        ({"status": "on_track", "landing": None, "expected": None}, "Sales value is at ¥8.03M, the target is ¥12M."),
    ],
)
def test_the_goal_sentence_follows_its_status(changes, said):
    assert texts(replace(FULL, goals=(replace(SALES, **changes),)))[1] == said


def test_no_goal_is_not_a_reached_goal():
    assert texts(replace(FULL, goals=()))[1] == "No primary goal is set for this account."


def test_the_third_sentence_takes_the_most_urgent_news():
    quiet = replace(FULL, alerts=(), goals=(SALES,), notes=replace(NOTES, coverage=NOTES.coverage[:2]))

    assert texts(replace(FULL, alerts=()))[2] == "Net new fans, 4,960 of 8,000: Behind."
    assert texts(replace(quiet, notes=NOTES))[2] == "Qianchuan standard report has data for 6 of 7 days."
    assert texts(quiet)[2] == "Sales value gave the scores most, +6.1 points; Net new fans took most, −5.0 points."


def test_every_number_of_a_sentence_is_a_number_of_the_brief():
    plain = str(FULL.as_plain())
    allowed = {"711.4", "4.8", "12", "48", "642.7", "5.3", "67", "70", "11.5", "13", "2", "8.03", "8.4"}

    assert set(re.findall(r"\d+(?:\.\d+)?", " ".join(texts(FULL)))) == allowed
    assert all(
        number in plain for number in ("711.4", "706.6", "642.7", "648.0", "0.6695", "'expected': 0.7", "11480000", "13010000")
    )


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"alerts": (), "goals": (replace(SALES, status="ahead"),)}, "good"),
        ({"alerts": (), "goals": (replace(SALES, status="at_risk"),)}, "watch"),
        ({"alerts": (), "goals": (replace(SALES, status="no_data"),)}, "watch"),
        ({"alerts": (), "goals": (replace(SALES, status="on_track"), FANS)}, "watch"),
        ({"alerts": (), "goals": (replace(SALES, status="behind"),)}, "act"),
        ({"alerts": (replace(FULL.alerts[0], severity="critical"),), "goals": ()}, "act"),
        ({"alerts": (), "goals": (), "scores": (BUSINESS, replace(POPULARITY, value=None))}, "watch"),
    ],
)
def test_the_verdict_is_the_worst_that_is_true(changes, verdict):
    assert replace(FULL, **changes).verdict == verdict


def test_a_team_is_told_its_counts_its_movers_and_its_goals():
    assert [sentence.text for sentence in team_sentences(TEAM, EN)] == [
        "Of 7 accounts: on course 3, worth a look 3, in need of action 1.",
        "半山小馆 rose most, +18.2 points of business score; 青禾酸奶 fell most, −41.3 points.",
        "Goals that need help: 3, of them behind or missed: 2.",
    ]


def test_data_that_does_not_reach_the_end_is_not_final():
    old = replace(NOTES, coverage=tuple(replace(source, last_day=date(2026, 6, 19)) for source in NOTES.coverage))

    assert staleness(NOTES, FULL.period, EN) == ""
    assert staleness(old, FULL.period, EN) == "The newest data is of Jun 19; the period ends on Jun 21. What follows is not final."


@pytest.mark.parametrize(
    ("period", "chinese", "english"),
    [
        (Period("2026-W25", "week", date(2026, 6, 15), date(2026, 6, 21)), "2026 年第 25 周", "Week 25 of 2026"),
        (Period("2026-W01", "week", date(2025, 12, 29), date(2026, 1, 4)), "2026 年第 1 周", "Week 1 of 2026"),
        (Period("2026-06", "month", date(2026, 6, 1), date(2026, 6, 30)), "2026年6月", "June 2026"),
        (Period("2026-Q2", "quarter", date(2026, 4, 1), date(2026, 6, 30)), "2026 年第 2 季度", "Q2 2026"),
        (Period("2026-06-21", "day", date(2026, 6, 21), date(2026, 6, 21)), "2026年6月21日", "Jun 21, 2026"),
        (Period("618", "campaign", date(2026, 6, 1), date(2026, 6, 18)), "618", "618"),
    ],
)
def test_a_period_is_called_what_people_call_it(period, chinese, english):
    assert (period_name(period, ZH), period_name(period, EN)) == (chinese, english)
