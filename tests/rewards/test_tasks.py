"""Tasks earn what the data proved: not what somebody said was done, and never what was turned down."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest

from opsengine.project import Project
from opsengine.report.promises import benefits_of_tasks
from opsengine.rewards import Before, Way, award, grant, judge, keep_ground, survey, task_chances, trace
from opsengine.state import Runs, TaskEvent
from opsengine.strategy import life
from opsengine.warehouse import DuckDBEngine

AS_OF = date(2026, 7, 2)
EARNS = "earns: {by: task, plays: [evening-live]}"
TAKEN = {"title": {"zh-CN": "晚间开播", "en": "Evening live"}, "revision": "ab" * 32, "metric": "live_gmv", "family": "business"}
DAYS = {"account_id": "VARCHAR", "day": "DATE", "metric": "VARCHAR", "value": "DECIMAL(18, 6)"}
EVENTS = {
    "account_id": "VARCHAR",
    "fan_id": "VARCHAR",
    "day": "DATE",
    "at": "TIMESTAMP",
    "action": "VARCHAR",
    "value": "DECIMAL(18, 6)",
}


@pytest.fixture
def engine():
    made = DuckDBEngine()
    made.put("raw.accounts", {"account_id": "VARCHAR", "team": "VARCHAR", "brand": "VARCHAR"}, [("tea", "east", None)])
    made.put("metrics.account_day", DAYS, [])
    made.put("raw.fan_events", EVENTS, [])
    return made


def words(
    *events,
    account="tea",
    play="evening-live",
    name="plan",
    taken=TAKEN,
    days=(date(2026, 5, 4), date(2026, 5, 20), date(2026, 6, 9)),
):
    """What was said of one task, each word on its day: taken up, done, proved."""
    task = f"{account}/{play}/{days[0].isoformat()}/{name}"
    on = {"accepted": days[0], "dismissed": days[1], "done": days[1], "expired": days[2], "verified": days[2]}
    details = {
        "accepted": {
            "taken": taken,
            "task": name,
            "task_title": TAKEN["title"],
            "owner": "Li",
            "due": "2026-06-01",
            "baseline": 1000.0,
        },
        "dismissed": {"reason": "no time", "until": "2026-08-01"},
        "verified": {"test": "live_gmv", "baseline": 1000.0, "value": 1300.0},
    }
    return [TaskEvent(task, account, play, event, on[event], "Li", details.get(event, {})) for event in events]


PROVEN = ("accepted", "done", "verified")
PROVED = words(*PROVEN)


def ground(engine, rules, said, as_of=AS_OF, results=()):
    return survey(engine, list(results), tuple(rules), as_of, Before(lambda _: engine, said))


def test_a_task_earns_once_the_data_proved_it(engine, make_rule):
    (entry,) = award(ground(engine, [make_rule(EARNS)], PROVED))

    assert (entry.subject, entry.cycle, entry.amount) == ("tea", "2026-06", 100)
    assert entry.occasion == "evening-live/2026-05-04/plan"


@pytest.mark.parametrize(
    "events", [("accepted",), ("accepted", "done"), ("accepted", "done", "expired"), ("accepted", "dismissed")]
)
def test_what_is_only_said_earns_nothing(engine, make_rule, events):
    assert judge(ground(engine, [make_rule(EARNS)], words(*events))) == []


def test_other_plays_earn_nothing(engine, make_rule):
    assert award(ground(engine, [make_rule("earns: {by: task, plays: [morning-live]}")], PROVED)) == []


def test_the_month_must_be_over(engine, make_rule):
    assert award(ground(engine, [make_rule(EARNS)], PROVED, date(2026, 6, 29))) == []
    (one,) = judge(ground(engine, [make_rule(EARNS)], PROVED, date(2026, 6, 30)))
    assert str(one.reason) == "its numbers settle until 2026-07-02"


def test_the_same_task_earns_once_and_another_by_itself(engine, make_rule):
    rule = make_rule(EARNS)
    written = award(ground(engine, [rule], PROVED))
    more = [*PROVED, *words("accepted", "done", "verified", name="review")]

    assert award(ground(engine, [rule], PROVED), written) == []
    assert [entry.occasion for entry in award(ground(engine, [rule], more), written)] == ["evening-live/2026-05-04/review"]


def test_a_cap_ends_the_harvest(engine, make_rule):
    said = [word for name in ("a", "b", "c") for word in words("accepted", "done", "verified", name=name)]
    found = judge(ground(engine, [make_rule(f"{EARNS}\ncap: 200")], said))

    assert [one.way for one in found] == [Way.DUE, Way.DUE, Way.WITHHELD]
    assert str(found[2].reason) == "the cap for one subject and cycle is used up"


def test_a_broken_guardrail_of_the_month_voids_it(engine, make_result, make_rule):
    broken = make_result(role="guardrail", actual=90, target=100)
    (one,) = judge(ground(engine, [make_rule(EARNS)], PROVED, results=[broken]))

    assert (one.way, str(one.reason)) == (Way.WITHHELD, "the guardrail on gmv was broken")


def test_it_rests_on_who_did_it_and_on_the_numbers_that_proved_it(engine, make_rule):
    evidence = json.loads(award(ground(engine, [make_rule(EARNS)], PROVED))[0].evidence)

    assert evidence | {"data_sha": ""} == {
        "task": "tea/evening-live/2026-05-04/plan", "play": "evening-live", "revision": "ab" * 32, "cycle": "2026-06",
        "taken_up": "2026-05-04 Li", "done": "2026-05-20 Li", "verified": "2026-06-09", "test": "live_gmv", "baseline": "1000.0",
        "actual": "1300.0", "metric": "live_gmv", "level": "target", "data_sha": "",
    }  # fmt: skip
    assert len(evidence["data_sha"]) == 64


def test_what_looks_made_is_held(engine, make_rule):
    sold = [("tea", date(2026, 6, day), "gmv", 100) for day in range(1, 31)]
    engine.put("metrics.account_day", DAYS, [*sold, ("tea", date(2026, 7, 1), "live_refund_gmv", 2000)])
    (entry,) = award(ground(engine, [make_rule(EARNS)], PROVED))

    assert entry.status == "pending"
    assert [one["says"] for one in json.loads(entry.evidence)["review"]] == [
        "tea: 2000 yuan of 3000 were refunded after the cycle had ended"
    ]


def test_an_open_task_says_what_it_can_earn(make_rule):
    open_ones = life(
        [*words("accepted", name="plan"), *words("accepted", "done", name="review"), *words(*PROVEN, name="old")], AS_OF
    )
    found = task_chances(open_ones.tasks, [make_rule(EARNS), make_rule(f"{EARNS}\nstatus: draft", "draft")], AS_OF)

    assert [(one.as_json()["task"], one.as_json()["state"], one.as_json()["amount"]) for one in found] == [
        ("tea/evening-live/2026-05-04/plan", "accepted", 100),
        ("tea/evening-live/2026-05-04/review", "done", 100),
    ]


def test_a_brief_tells_what_open_tasks_can_earn_and_what_proves_them(make_rule):
    open_ones = life([*words("accepted", name="plan"), *words(*PROVEN, name="old")], AS_OF)

    (told,) = benefits_of_tasks(open_ones.tasks, [make_rule(EARNS)], AS_OF)

    assert (told.amount, told.state) == (100, "open")
    assert told.because["en"].endswith("and proved by the data")
    due = open_ones.tasks[0].due
    assert f"{due.month}月{due.day}日" in told.because["zh-CN"]


def test_it_traces_to_the_rule_and_the_play_as_they_were(engine, make_rule, state, now, tmp_path):
    play = tmp_path / "playbook" / "evening-live.yaml"
    play.parent.mkdir()
    play.write_text("kind: play\n", encoding="utf-8")
    taken = {**TAKEN, "revision": hashlib.sha256(play.read_bytes()).hexdigest()}
    rule, run_id = make_rule(EARNS), Runs(state).start("rewards grant", AS_OF, {}, now)
    found = ground(engine, [rule], words("accepted", "done", "verified", taken=taken))
    keep_ground(state, Project(tmp_path), found, run_id)
    grant(state, award(found), run_id, now)
    play.unlink()
    told = trace(state, "1").as_json()

    assert (told["rule_file"], told["goal_file"]) == (rule.text, "kind: play\n")
