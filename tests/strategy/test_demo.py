"""The demo's forty accounts: which plays they are told and which lost, reviewed by hand; and every number worked out again."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime

import pytest

from opsengine.cli.main import run
from opsengine.cli.tables import columns_wide
from opsengine.pipeline import Desk, run_day
from opsengine.project import Project
from opsengine.settings import read_settings
from opsengine.strategy import names, suggest, what_if
from opsengine.strategy.what_if import Beliefs

AS_OF, NOW = date(2026, 6, 21), datetime(2026, 6, 22, 1, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The demo, its files imported."""
    made = tmp_path_factory.mktemp("demo") / "shop"
    assert run(["demo", str(made), "--no-report"], {}, NOW) == 0
    assert run(["import", str(made / "data"), "--project-dir", str(made)], {}, NOW) == 0
    return made


@pytest.fixture(scope="module")
def day(folder):
    """The demo, looked at as of its last day."""
    project = Project(folder)
    return run_day(Desk(project, read_settings(project, {}), {}, NOW), AS_OF)


@pytest.fixture
def told(folder, capsys):
    def ask(*words):
        capsys.readouterr()
        code = run(["strategy", *words, "--project-dir", str(folder), "--as-of", "2026-06-21"], {}, NOW)
        said = capsys.readouterr()
        assert code == 0, said.err
        return said.out

    return ask


def test_the_plays_of_the_demo_are_those_that_were_read_for_sense(day, golden):
    lines = []
    for one in day.advice:
        lines.append(f"{one.account_id}")
        lines += [f"  {play.rank} {play.play.name}{f' for {play.gain.metric}' if play.gain else ''}" for play in one.suggestions]
        lines += [f"  - {play.play.name}: {play.reason}" for play in one.passed_over]

    golden("\n".join(lines) + "\n", "demo.txt")


def test_every_account_of_the_demo_is_told_something(day):
    assert len(day.advice) == 40
    assert [one.account_id for one in day.advice if not one.suggestions] == []


def test_no_account_is_told_two_plays_that_do_not_go_together_or_three_of_one_step(day):
    for one in day.advice:
        told = [suggestion.play for suggestion in one.suggestions]
        pairs = {(play.name, other) for play in told for other in play.declared.conflicts}
        steps = [play.declared.step for play in told]

        assert not any((a.name, b.name) in pairs for a in told for b in told)
        assert all(steps.count(step) <= 2 for step in steps)


def test_no_account_is_told_to_do_what_it_has_nothing_to_do_it_with(day):
    known = {(row["account_id"], row["metric"]): row["value"] for row in day.engine.read(_WINDOWS)}
    for one in day.advice:
        for suggestion in one.suggestions:
            channel, moved = suggestion.play.declared.channel, suggestion.play.declared.expected.metric
            if channel == "live" and suggestion.play.name != "open-day-live":
                assert known[one.account_id, "live_sessions"] > 0
            if channel == "qianchuan":
                assert known[one.account_id, "ad_spend"] > 0
            if "lead" in moved:
                assert known[one.account_id, "leads"] > 0


def test_every_number_that_speaks_for_a_play_can_be_worked_out_from_the_days(day):
    """Of the value of each metric over its window: from the days themselves, not from the tables that led to the play."""
    kinds = {row["metric"]: row for row in day.engine.read("select metric, kind, numerator, denominator from raw.metrics")}
    spelled = {name: (metric, days) for name, metric, days, part in names.asked_for(kinds) if part == "value"}
    checked = 0
    for one in day.advice:
        for suggestion in one.suggestions:
            for evidence in suggestion.evidence:
                metric, days = spelled.get(evidence.name, (None, 0))
                if metric is None or kinds[metric]["kind"] == "stock":
                    continue
                checked += 1
                assert evidence.value == pytest.approx(by_hand(day.engine, one.account_id, kinds[metric], days), rel=1e-6)
    assert checked > 60


def by_hand(engine, account_id, metric, days):
    """The sum over the days with data; of a ratio, one sum over the other."""
    rows = engine.read(
        "select metric, value from metrics.account_day where account_id = $account_id and value is not null"
        " and date_diff('day', day, $as_of) >= 0 and date_diff('day', day, $as_of) < $days and metric in ($above, $below)",
        account_id=account_id, as_of=AS_OF, days=days, above=metric["numerator"], below=metric["denominator"] or "",
    )  # fmt: skip
    above, below = (
        sum(row["value"] for row in rows if row["metric"] == name) for name in (metric["numerator"], metric["denominator"])
    )
    return float(above) if metric["kind"] == "flow" else float(above) / float(below)


def test_what_is_told_of_the_potential_is_the_number_with_the_change(day):
    for one in day.advice:
        for suggestion in one.suggestions:
            told = suggestion.potential.as_json()
            if told["base"] is not None:
                assert told["potential"] == pytest.approx(told["base"] * (1 + told["believed"]["mid"]))
            assert told["believed"]["low"] < told["believed"]["mid"] < told["believed"]["high"]


def test_everything_that_is_told_is_plain_json_in_both_languages(day):
    for locale in ("zh-CN", "en"):
        text = json.dumps([one.as_json(locale) for one in day.advice], allow_nan=False)
        assert "{" not in "".join(line["why_not"] for one in json.loads(text) for line in one["passed_over"])


def test_asking_twice_says_the_same(day):
    again = suggest(day.engine, day.goals, day.playbook, AS_OF, day.past)

    assert [one.as_json() for one in again] == [one.as_json() for one in day.advice]


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize(
    "words",
    [
        ("suggest",),
        ("suggest", "anran-wear", "feiniao-kids"),
        ("suggest", "anran-wear", "--what-if", "tidy-the-home-page", "--what-if", "raise-the-basket"),
        ("audience", "anran-wear"),
    ],
)
def test_what_a_person_reads_fits_into_eighty_columns(told, words, locale):
    lines = told(*words, "--locale", locale).splitlines()

    assert len(lines) > 5
    assert [line for line in lines if columns_wide(line) > 80] == []


def test_a_person_who_asks_for_an_account_reads_why(told, golden):
    golden(told("suggest", "anran-wear", "--locale", "en"), "anran-wear.txt")


def tried(day, account_id, *plays):
    industry = {row["account_id"]: row["industry"] for row in day.engine.read("select account_id, industry from raw.accounts")}
    book = {play.name: play for play in day.playbook}
    believed = Beliefs.of([book[name] for name in plays], industry[account_id], day.past.beliefs, day.past.ranking)
    return what_if(day.engine, account_id, believed, day.goals, AS_OF)


def test_plays_that_are_tried_move_scores_by_the_arithmetic_of_the_scores(day):
    told = tried(day, "anran-wear", "tidy-the-home-page", "mend-what-follows-the-click")
    scores = {row["scorecard"]: row["score"] for row in day.engine.read(_SCORES, day=AS_OF)}

    assert {one.scorecard: one.score for one in told.scores} == scores
    for one in told.scores:
        assert one.then["low"] <= one.then["mid"] <= one.then["high"]
        assert one.then["mid"] > one.score
        assert 1 <= one.rank_then["high"] <= one.rank_then["mid"] <= one.rank <= one.accounts
        assert one.then["mid"] == pytest.approx(scored_anew(day.engine, one), abs=1e-4)


def scored_anew(engine, then):
    """A thousand times the weighted geometric mean of the pillars, each the weighted mean of its components; no risk in the demo."""
    rows = engine.read(_COMPONENTS, day=AS_OF, card=then.scorecard)
    moved = {one.component: one.position_then for one in then.moved}
    logs, weights = 0.0, 0.0
    for pillar in {row["pillar"] for row in rows}:
        own = [row for row in rows if row["pillar"] == pillar and row["position"] is not None]
        position = sum(row["weight"] * moved.get(row["component"], row["position"]) for row in own) / sum(row["weight"] for row in own)
        logs += own[0]["pillar_weight"] * math.log(position)
        weights += own[0]["pillar_weight"]
    return 1000 * math.exp(logs / weights)


def test_more_plays_never_promise_less_of_a_goal(day):
    one = {goal.metric: goal.then["p50"] for goal in tried(day, "anran-wear", "tidy-the-home-page").landed}
    two = {
        goal.metric: goal.then["p50"]
        for goal in tried(day, "anran-wear", "tidy-the-home-page", "ask-live-viewers-to-follow").landed
    }

    assert two["new_fans"] > one["new_fans"]


_COMPONENTS = """
select component, pillar, pillar_weight, weight, position from scores.component
where account_id = 'anran-wear' and day = $day and scorecard = $card
"""
_WINDOWS = "select account_id, metric, value from metrics.account_window where days = 28"
_SCORES = "select scorecard, score from scores.account_score where account_id = 'anran-wear' and day = $day"
