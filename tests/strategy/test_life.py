"""From a suggestion to a proved task: who said what, when it is shown again, and what the data says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from opsengine.errors import UserError
from opsengine.state import TaskEvent
from opsengine.strategy import Life, Past, Refusal, Who, accept, beliefs, dismiss, life, move, note, numbers_of, prove, suggest
from tests.strategy.test_suggesting import losing_ads, plays, poor_openings
from tests.strategy.world import TODAY, World

ADS, OPENINGS = "pull-back-losing-ads", "rewrite-the-first-seconds"


def day(after: int):
    return TODAY + timedelta(days=after)


def lived(words, after=0) -> Life:
    return life([word for word in words if word.day <= day(after)], day(after))


def past(words, playbook) -> Past:
    return Past(lived(words), beliefs(playbook, ()))


def tea() -> World:
    world = World()
    world.account("tea")
    losing_ads(world, "tea")
    poor_openings(world, "tea")
    return world


@pytest.fixture
def book(playbook):
    return {play.name: play for play in playbook}


@pytest.fixture
def accepted(book):
    return accept(Life(TODAY), book[ADS], "tea", {"roi_7d": 0.9, "ad_spend_7d": 1000, "roi_28d": 1.0}, Who("Li", "Wang"))


def test_taking_a_play_up_makes_a_task_that_says_who_what_until_when_and_from_where(accepted, book):
    [task] = lived(accepted).tasks

    assert task.id == f"tea/{ADS}/2026-06-21/{book[ADS].works[0].name}"
    assert (task.state, task.owner, task.baseline, task.is_verified) == ("accepted", "Wang", 1.0, None)
    assert task.due == day(book[ADS].works[0].days)
    assert task.taken["why"]["en"].startswith("¥1,000 spent in seven days returned 0.90 times")


def test_the_same_words_make_the_same_task(accepted, book):
    again = accept(Life(TODAY), book[ADS], "tea", {"roi_7d": 0.9, "ad_spend_7d": 1000, "roi_28d": 1.0}, Who("Li", "Wang"))

    assert again == accepted


def test_a_play_that_is_under_way_is_not_taken_up_twice(accepted, book):
    with pytest.raises(UserError, match="already"):
        accept(lived(accepted), book[ADS], "tea", {}, Who("Li"))


def test_a_play_that_was_taken_up_is_not_suggested_again_until_it_has_cooled_down(accepted, playbook, book):
    done = [*accepted, move(lived(accepted), lived(accepted).tasks[0].id, "done", "Wang", playbook)]
    verified = [*done, replace(done[-1], event="verified", by="opsengine")]
    cooled = book[ADS].declared.cooldown

    [today] = suggest(tea().build(), [], playbook, TODAY, past(accepted, playbook))
    still = lived(verified, cooled - 1).resting(playbook)
    over = lived(verified, cooled).resting(playbook)

    assert plays(today) == [OPENINGS]
    assert [(one.play, one.state) for one in today.under_way] == [(ADS, "accepted")]
    assert [(account, play) for account, play, _ in still] == [("tea", ADS)]
    assert over == []


def test_a_play_that_was_dismissed_comes_last_and_says_so_until_its_day(playbook):
    words = dismiss(Life(TODAY), "tea", ADS, Refusal("Li", "no budget", day(3)))
    [before] = suggest(tea().build(), [], playbook, TODAY)
    [after] = suggest(tea().build(), [], playbook, TODAY, past(words, playbook))

    assert plays(before) == [ADS, OPENINGS]
    assert [(one.play.name, one.state) for one in after.suggestions] == [(OPENINGS, "proposed"), (ADS, "declined")]
    assert lived(words, 3).turned_down() == [("tea", ADS)]
    assert lived(words, 4).turned_down() == []


def test_dismissing_a_play_that_is_under_way_ends_its_tasks_and_proves_nothing(accepted):
    words = [*accepted, *dismiss(lived(accepted), "tea", ADS, Refusal("Li", "no budget"))]

    [task] = lived(words).tasks
    assert (task.state, task.is_verified) == ("dismissed", None)
    assert lived(words).of_account("tea") == ()


def test_a_task_waits_for_the_one_before_it(book, playbook):
    first, second = (
        replace(book[ADS].works[0], name="first", after=()),
        replace(book[ADS].works[0], name="second", after=("first",)),
    )
    play = replace(book[ADS], works=(first, second))
    words = accept(Life(TODAY), play, "tea", {}, Who("Li"))
    ids = [word.task_id for word in words]

    with pytest.raises(UserError, match="comes after first"):
        move(lived(words), ids[1], "done", "Li", [play])

    words.append(move(lived(words), ids[0], "done", "Li", [play]))
    assert move(lived(words), ids[1], "done", "Li", [play]).event == "done"


def test_a_task_that_is_over_or_unknown_cannot_be_moved(accepted, playbook):
    words = [*accepted, move(lived(accepted), accepted[0].task_id, "done", "Wang", playbook)]

    with pytest.raises(UserError, match="done already"):
        move(lived(words), accepted[0].task_id, "done", "Wang", playbook)
    with pytest.raises(UserError, match="no task"):
        move(lived(words), "tea/nothing", "done", "Wang", playbook)


def test_a_note_is_kept_with_its_author(accepted):
    words = [*accepted, note(lived(accepted), accepted[0].task_id, "paused four plans", "Wang")]

    assert lived(words).tasks[0].notes == ("Wang: paused four plans",)


def judged(roi: float | None, words: list[TaskEvent], after: int, playbook) -> list[tuple[str, object]]:
    """What the data says when the return of 28 days is this."""
    world = World()
    world.account("tea")
    if roi is not None:
        world.number("tea", "roi_28d", roi)
    engine = world.build()
    suggest(engine, [], playbook, TODAY)
    return [(word.event, word.by) for word in prove(engine, lived(words, after), playbook)]


def test_what_is_done_is_proved_by_its_metric_a_week_later(accepted, playbook, book):
    plain = [replace(book[ADS], works=(replace(book[ADS].works[0], stages=()),))]
    words = [*accepted, replace(accepted[0], event="done", detail={}, by="Wang")]

    assert judged(1.5, words, 6, plain) == []
    assert judged(1.5, words, 7, plain) == [("verified", "opsengine")]
    assert judged(1.01, words, 7, plain) == []
    assert judged(None, words, 7, plain) == []
    assert judged(1.01, words, 36, plain) == [("expired", "opsengine")]


def test_what_has_stages_is_proved_by_the_last_of_them(book, playbook):
    from opsengine.errors import Place
    from opsengine.warehouse import parse_condition

    stages = tuple(parse_condition(text, ["roi_28d"], Place("x")) for text in ("roi_28d > 1.2", "roi_28d > 2"))
    play = replace(book[ADS], works=(replace(book[ADS].works[0], stages=stages),))
    words = accept(Life(TODAY), play, "tea", {"roi_28d": 1.0}, Who("Li"))
    words.append(replace(words[0], event="done", detail={}))

    assert judged(1.5, words, 7, [play]) == []
    assert judged(2.5, words, 7, [play]) == [("verified", "opsengine")]


def test_what_is_not_done_in_time_expires(accepted, playbook, book):
    days = book[ADS].works[0].days

    assert judged(1.5, accepted, days, playbook) == []
    assert judged(1.5, accepted, days + 1, playbook) == [("expired", "opsengine")]


def test_the_numbers_of_an_account_are_those_of_the_table():
    engine = tea().build()
    suggest(engine, [], (), TODAY, Past(Life(TODAY), (), also=frozenset({"roi_7d"})))

    assert numbers_of(engine, "tea")["roi_7d"] == 0.9
