"""The three best moves: what fits, in which order, by which numbers, and what cannot be judged."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from opsengine.goals import Role, Subject
from opsengine.strategy import REASONS, AccountSuggestions, Life, Past, RankingFile, beliefs, read_playbook, suggest
from tests.strategy.world import NAMES, PLAY, TODAY, World, promise, write


def plays(answer: AccountSuggestions) -> list[str]:
    return [suggestion.play.name for suggestion in answer.suggestions]


def unjudged(answer: AccountSuggestions) -> dict[str, tuple[str, ...]]:
    return {play.play: play.missing for play in answer.cannot_judge}


def losing_ads(world: World, account: str) -> None:
    world.number(account, "roi_7d", 0.9, usual=2)
    world.number(account, "ad_spend_7d", 1000, usual=900)


def poor_openings(world: World, account: str) -> None:
    world.number(account, "bounce_rate_2s_28d", 0.5, usual=0.3)


def rare_posts(world: World, account: str) -> None:
    world.number(account, "posts_28d", 3, usual=12)
    world.add("staging.works", account, "w", TODAY, 100, 20)
    world.told(account, "creator_works", 28)


def test_a_play_that_fits_is_suggested_with_its_numbers(world, playbook):
    world.account("tea")
    losing_ads(world, "tea")

    [answer] = suggest(world.build(), [], playbook, TODAY)

    [suggestion] = answer.suggestions
    assert suggestion.play.name == "pull-back-losing-ads"
    evidence = [(one.name, one.value, one.benchmark) for one in suggestion.evidence]
    assert evidence == [("roi_7d", 0.9, 1.2), ("ad_spend_7d", 1000, 500)]
    assert suggestion.why.said("en") == (
        "¥1,000 spent in seven days returned 0.90 times, below the stop-loss of 1.2 (refunds not taken off)."
    )
    assert suggestion.why.said("zh-CN") == "近 7 天投放 ¥1,000，ROI 只有 0.90，低于 1.2 的止损线（退款未扣除）。"
    assert suggestion.goal is None


def test_what_is_shown_as_json_is_what_the_contract_names(world, playbook):
    world.account("tea")
    poor_openings(world, "tea")

    [answer] = suggest(world.build(), [], playbook, TODAY)

    [shown] = answer.as_json("zh-CN")["suggestions"]
    assert {"rank", "play", "family", "step", "evidence", "expected", "goal", "effort", "cost", "why"} <= shown.keys()
    assert shown["evidence"] == [
        {
            "name": "bounce_rate_2s_28d",
            "value": 0.5,
            "unit": "ratio",
            "benchmark": 0.3,
            "benchmark_name": "bounce_rate_2s_28d_p50",
        }
    ]
    assert {"metric", "low", "mid", "high"} <= shown["expected"].keys()
    assert shown["why"].startswith("近 28 天 2 秒跳出率 50.0%，同行中位数 30.0%")


def test_a_number_that_is_missing_makes_a_play_unjudged_and_never_fitting(world, playbook):
    world.account("tea")
    world.number("tea", "roi_7d", 0.9)

    [answer] = suggest(world.build(), [], playbook, TODAY)

    assert plays(answer) == []
    assert unjudged(answer)["pull-back-losing-ads"] == ("ad_spend_7d",)


def test_a_play_that_does_not_fit_whatever_is_missing_is_not_unjudged(world, playbook):
    world.account("tea")
    world.number("tea", "roi_7d", 3)

    [answer] = suggest(world.build(), [], playbook, TODAY)

    assert "pull-back-losing-ads" not in unjudged(answer)


def test_a_week_with_few_days_of_data_is_not_a_small_week(world, playbook):
    world.account("tea")
    world.add("metrics.account_window", "tea", "posts", 28, 2.0, 5, None, 0, None)
    world.add("metrics.benchmark", "tea", "posts", 28, 8.0, 12.0, 16.0)

    [answer] = suggest(world.build(), [], playbook, TODAY)

    assert "posts_28d" in unjudged(answer)["post-as-often-as-peers"]


def test_an_account_without_any_data_gets_no_advice(world, playbook):
    world.account("tea")

    [answer] = suggest(world.build(), [], playbook, TODAY)

    assert answer.suggestions == ()
    assert answer.cannot_judge


def test_a_play_for_another_kind_of_business_is_not_even_judged(world, playbook):
    world.account("tea", kind="low low")
    world.number("tea", "page_order_rate_28d", 0.01, usual=0.05)

    [answer] = suggest(world.build(), [], playbook, TODAY)

    assert "make-the-product-page-sell" not in [*plays(answer), *unjudged(answer)]


def test_an_account_of_no_known_kind_gets_the_plays_that_suit_everyone(world, playbook):
    world.add("raw.accounts", "tea", "Tea", "unknown", None, None)
    world.add("scores.standing", "tea", None, None, None)
    losing_ads(world, "tea")
    world.number("tea", "page_order_rate_28d", 0.01, usual=0.05)

    [answer] = suggest(world.build(), [], playbook, TODAY)

    assert plays(answer) == ["pull-back-losing-ads"]


def test_the_gap_of_the_primary_goal_decides_the_rank(world, playbook):
    world.account("tea")
    losing_ads(world, "tea")
    poor_openings(world, "tea")
    behind = promise("tea", "new_fans", target=3000, actual=300)

    [answer] = suggest(world.build(), [behind], playbook, TODAY)

    assert plays(answer) == ["rewrite-the-first-seconds", "pull-back-losing-ads"]
    assert answer.suggestions[0].goal == "june"


def test_the_strength_of_a_play_is_how_far_its_numbers_are_from_what_they_are_held_against(world, playbook):
    world.account("tea", kind="low low")
    poor_openings(world, "tea")
    world.number("tea", "leads_28d", 30, before=40, usual=40)

    [answer] = suggest(world.build(), [], playbook, TODAY)

    strengths = {suggestion.play.name: suggestion.strength for suggestion in answer.suggestions}
    assert strengths["rewrite-the-first-seconds"] == pytest.approx((0.5 - 0.3) / 0.5)
    assert strengths["open-day-live"] == pytest.approx(((40 - 30) / 40 + 0.25) / 2)


def test_a_secondary_goal_that_is_behind_comes_before_merit(world, playbook):
    world.account("tea")
    losing_ads(world, "tea")
    poor_openings(world, "tea")
    secondary = promise("tea", "plays", target=3000, actual=300, role=Role.SECONDARY)

    [answer] = suggest(world.build(), [secondary], playbook, TODAY)

    assert plays(answer)[0] == "rewrite-the-first-seconds"


def test_a_goal_of_a_cycle_that_is_over_or_yet_to_begin_counts_for_nothing(world, playbook):
    world.account("tea")
    poor_openings(world, "tea")
    ahead = promise("tea", "new_fans", target=3000, actual=3000)

    [answer] = suggest(world.build(), [ahead], playbook, TODAY.replace(month=7, day=21))

    assert [suggestion.goal for suggestion in answer.suggestions] in ([], [None])


def test_no_three_plays_of_one_step_stand_together(world, playbook):
    world.account("tea")
    poor_openings(world, "tea")
    rare_posts(world, "tea")
    world.number("tea", "finish_rate_28d", 0.01, usual=0.1)
    losing_ads(world, "tea")

    [answer] = suggest(world.build(), [promise("tea", "new_fans", target=3000, actual=300)], playbook, TODAY)

    steps = [suggestion.play.declared.step for suggestion in answer.suggestions]
    assert len(steps) == 3
    assert max(steps.count(step) for step in steps) == 2


def test_accounts_come_in_the_order_of_their_ids_whatever_order_the_rows_had(playbook):
    answers = []
    for order in (("tea", "bread"), ("bread", "tea")):
        world = World()
        for account in order:
            world.account(account)
            losing_ads(world, account)
            poor_openings(world, account)
        answers.append([answer.as_json() for answer in suggest(world.build(), [], playbook, TODAY)])

    assert answers[0] == answers[1]
    assert [answer["account_id"] for answer in answers[0]] == ["bread", "tea"]


def test_a_team_goal_counts_for_the_accounts_of_the_team(world, playbook):
    world.account("tea")
    poor_openings(world, "tea")
    result = promise("tea", "new_fans", target=3000, actual=300)
    team = replace(result, goal=replace(result.goal, name="east", subject=Subject(team="east")))

    [answer] = suggest(world.build(), [team], playbook, TODAY)

    assert answer.suggestions[0].goal == "east"


def test_an_empty_playbook_suggests_nothing(world):
    world.account("tea")

    [answer] = suggest(world.build(), [], (), TODAY)

    assert answer == AccountSuggestions("tea", (), ())


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_number_in_a_sentence_is_a_number_of_the_account(world, playbook, locale):
    world.account("tea")
    poor_openings(world, "tea")
    losing_ads(world, "tea")
    rare_posts(world, "tea")

    [answer] = suggest(world.build(), [], playbook, TODAY)

    assert all("{" not in suggestion.why.said(locale) for suggestion in answer.suggestions)
    assert len(answer.suggestions) == 3


def guarded(metric: str, bound: float, actual: float, direction: str = "down"):
    """A guardrail of the account `tea`, as it stands after two thirds of the month."""
    made = promise("tea", metric, target=bound, actual=actual, role=Role.GUARDRAIL)
    return replace(made, measure=replace(made.measure, direction=direction))


def earning_ads(world: World) -> None:
    for days in (7, 28):
        world.number("tea", f"roi_{days}d", 2.4, usual=2)
    world.number("tea", "ad_spend_28d", 1000, usual=4000)
    world.number("tea", "gmv_28d", 9000, usual=8000)


def test_a_play_that_would_break_a_guardrail_is_not_suggested_and_says_so(world, playbook):
    world.account("tea")
    earning_ads(world)
    scale = "scale-what-pays"

    [free] = suggest(world.build(), [], playbook, TODAY)
    [held] = suggest(world.build(), [guarded("roi", 2.35, 2.36, "up")], playbook, TODAY)

    assert scale in plays(free)
    assert scale not in plays(held)
    [lost] = [one for one in held.passed_over if one.play.name == scale]
    assert lost.reason == "guardrail"
    assert lost.numbers["guard_metric"] == "roi"
    assert lost.numbers["odds_before"] < 0.1 < lost.numbers["odds_after"]
    assert lost.why_not.said("en").startswith("pushes the guardrail roi the wrong way: the odds that it breaks go from 0.00% to")


def test_a_guardrail_far_from_its_bound_holds_nothing_back(world, playbook):
    world.account("tea")
    earning_ads(world)

    [answer] = suggest(world.build(), [guarded("roi", 1.2, 2.4, "up")], playbook, TODAY)

    assert "scale-what-pays" in plays(answer)


def test_a_project_says_which_odds_a_guardrail_may_be_given(world, playbook):
    world.account("tea")
    earning_ads(world)
    bold = Past(Life(TODAY), beliefs(playbook, ()), RankingFile(guardrail_odds=1))

    [answer] = suggest(world.build(), [guarded("roi", 2.35, 2.36, "up")], playbook, TODAY, bold)

    assert "scale-what-pays" in plays(answer)


def test_a_guardrail_that_is_not_known_yet_holds_nothing_back(world, playbook):
    world.account("tea")
    earning_ads(world)
    unknown = promise("tea", "roi", target=2.35, actual=None, role=Role.GUARDRAIL)

    [answer] = suggest(world.build(), [unknown], playbook, TODAY)

    assert "scale-what-pays" in plays(answer)


def test_what_lost_says_what_it_lost_by(world, playbook):
    world.account("tea")
    losing_ads(world, "tea")
    poor_openings(world, "tea")
    rare_posts(world, "tea")
    world.number("tea", "finish_rate_28d", 0.01, usual=0.1)
    world.number("tea", "interaction_rate_28d", 0.01, usual=0.1)

    [answer] = suggest(world.build(), [], playbook, TODAY)

    fitting = {*plays(answer), *(one.play.name for one in answer.passed_over)}
    assert len(answer.suggestions) == 3
    assert {"tighten-the-middle", "answer-and-ask", "rewrite-the-first-seconds"} <= fitting
    assert {one.reason for one in answer.passed_over} <= set(REASONS)
    assert [one.position for one in answer.passed_over] == list(range(1, len(answer.passed_over) + 1))


def test_what_a_play_may_close_of_the_gap_can_be_worked_out_by_hand(world, playbook):
    world.account("tea")
    poor_openings(world, "tea")
    world.number("tea", "plays_28d", 1000, usual=5000)
    behind = promise("tea", "plays", target=3000, actual=1400)

    [answer] = suggest(world.build(), [behind], playbook, TODAY)

    [gain] = [one.gain for one in answer.suggestions if one.play.name == "rewrite-the-first-seconds"]
    landing = 1400 / (21 / 30)
    strength = (0.5 - 0.3) / 0.5
    believed, hoped = 0.08, math.expm1(math.log(1.08) + 0.06)
    assert gain.believed == pytest.approx((1 + strength) / 2 * believed * (landing - 1400) / 3000, abs=1e-6)
    assert gain.hoped == pytest.approx((1 + strength) / 2 * hoped * (landing - 1400) / 3000, abs=1e-6)


def test_what_lies_beyond_the_better_quarter_of_the_peers_counts_half(world, playbook):
    world.account("tea")
    poor_openings(world, "tea")
    world.number("tea", "plays_28d", 6000, usual=5000)
    behind = promise("tea", "plays", target=3000, actual=1400)

    [answer] = suggest(world.build(), [behind], playbook, TODAY)

    [gain] = [one.gain for one in answer.suggestions if one.play.name == "rewrite-the-first-seconds"]
    assert gain.believed == pytest.approx(0.7 * (0.08 / 2) * 600 / 3000, abs=1e-6)


def test_of_two_plays_that_close_as_much_the_one_of_less_effort_comes_first(world, project):
    write(project, "one", PLAY.replace("goals: [plays]", "goals: [plays]").replace("effort: 1", "effort: 3"))
    write(project, "two", PLAY)
    both = [play for play in read_playbook(project, NAMES) if play.name in ("one", "two")]
    world.account("tea")
    world.number("tea", "plays_7d", 100)

    [answer] = suggest(world.build(), [promise("tea", "plays", target=3000, actual=1400)], both, TODAY)

    assert plays(answer) == ["two", "one"]
