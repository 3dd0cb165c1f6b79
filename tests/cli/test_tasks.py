"""`opsengine tasks`: a play is taken up, done and proved from the command line, and every word has a speaker."""

from __future__ import annotations

import pytest

TASK = {"id", "account_id", "play", "state", "owner", "due", "verified"}


@pytest.fixture
def shop(project):
    (project / "accounts.csv").write_text("account_id,name,industry\ntea,Tea,服饰\n", encoding="utf-8")
    return project


@pytest.fixture
def ask(opsengine, shop):
    def call(*args, day="2026-06-21"):
        return opsengine("tasks", *args, "--project-dir", shop, "--as-of", day, "--format", "json")

    return call


def test_nothing_was_taken_up_in_a_new_project(ask):
    assert ask("list").json["tasks"] == []


def test_a_play_is_taken_up_begun_done_and_listed(ask):
    taken = ask("accept", "tea", "rewrite-the-first-seconds", "--by", "Li", "--owner", "Wang")
    [task] = [one for one in taken.json["tasks"] if one["task"] == taken.json["tasks"][0]["task"]]
    begun = ask("start", task["id"], "--by", "Wang")
    noted = ask("note", task["id"], "five works chosen", "--by", "Wang")
    done = ask("done", task["id"], "--by", "Wang", day="2026-06-23")

    assert taken.code == begun.code == noted.code == done.code == 0
    assert task.keys() >= TASK
    assert (task["state"], task["owner"], task["verified"]) == ("accepted", "Wang", None)
    listed = {one["id"]: one for one in ask("list", "tea", day="2026-06-23").json["tasks"]}
    assert listed[task["id"]]["state"] == "done"
    assert listed[task["id"]]["notes"] == ["Wang: five works chosen"]


def test_a_play_is_taken_up_once(ask):
    ask("accept", "tea", "rewrite-the-first-seconds", "--by", "Li")

    assert ask("accept", "tea", "rewrite-the-first-seconds", "--by", "Li").code == 2


def test_a_play_is_turned_down_with_a_reason(ask):
    said = ask("dismiss", "tea", "raise-the-basket", "--reason", "no bundles", "--until", "2026-07-31", "--by", "Li")

    assert said.json["dismissed"] == [
        {"account_id": "tea", "play": "raise-the-basket", "until": "2026-07-31", "reason": "no bundles", "by": "Li"}
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["accept", "tea", "raise-the-baskets", "--by", "Li"],
        ["accept", "te", "raise-the-basket", "--by", "Li"],
        ["accept", "tea", "raise-the-basket"],
        ["dismiss", "tea", "raise-the-basket", "--by", "Li"],
        ["done", "tea/raise-the-basket/2026-06-21/raise-the-basket", "--by", "Li"],
    ],
)
def test_what_nobody_knows_or_nobody_says_is_refused(ask, words):
    assert ask(*words).code == 2


def test_what_is_overdue_expires_when_the_data_is_asked(ask):
    ask("accept", "tea", "raise-the-basket", "--by", "Li")

    checked = ask("check", day="2026-09-30").json["tasks"]

    assert {one["state"] for one in checked} == {"expired"}
