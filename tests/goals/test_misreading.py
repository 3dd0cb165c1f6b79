"""Files that are no YAML, no text or no files: each is told at its line and column with a way out, and none hides the others."""

from __future__ import annotations

import os

import pytest

from opsengine.errors import InvalidFiles
from opsengine.goals import read_goals
from opsengine.words import Words

HEAD = "kind: goal\nsubject: {account: tea}\ncycle: 2026-06\n"
BLOCKS = "keys of one block begin in the same column; further in with two blanks, never with a tab"
GOOD = HEAD + "primary: {metric: gmv, target: 5}\n"


def told(project, known, locale="en"):
    """Every problem as `place: what. way out`."""
    words = Words(locale)
    with pytest.raises(InvalidFiles) as found:
        read_goals(project, known)
    return [f"{problem.place}: {words.problem(problem)}. {words.hint(problem)}" for problem in found.value.problems]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "kind: goal\nsubject:\n\taccount: tea\n",
            "3:1: this is not YAML: a tab at the beginning of the line. indent with spaces, not with tabs",
        ),
        (
            "kind: goal\nsubject：\n  account: tea\n",
            "2:8: this is not YAML: the colon is a wide one, `：`. write a plain colon and a blank: `key: value`",
        ),
        (
            "kind: goal\nsubject:\n  account: tea\n cycle: 2026-06\n",
            "4:2: this is not YAML: a line that does not fit the ones above. " + BLOCKS,
        ),
        (
            "kind: goal\nsubject: {account: tea\ncycle: 2026-06\n",
            "3:6: this is not YAML: a brace that is not closed. close every brace, bracket and quote that is opened",
        ),
        (
            "kind: goal\nwhy: so: much\n",
            "2:8: this is not YAML: a second `: ` in one line. put a text with signs such as `: `, `#`, `@` or `%` in quotes",
        ),
        (
            "kind: goal\nowner: @lin\n",
            "2:8: this is not YAML: a value cannot begin with this sign. put a text with signs such as `: `, `#`, `@` or `%` in quotes",
        ),
        (
            f"kind: goal\nwhy: {'[' * 500}\n",
            "2:26: this is not YAML: nested too deeply. no file of a project needs more than twenty levels",
        ),
        (
            "kind: goal\r\nwhy: a\x07b\r\n",
            "2:7: this is not YAML: control characters are not allowed. delete it: it cannot be seen in most editors",
        ),
    ],
)
def test_what_is_no_yaml_is_told_where_it_went_wrong(project, known, write_goal, text, says):
    (project.folder("goals") / "a.yaml").write_bytes(text.encode())

    assert told(project, known) == [f"goals/a.yaml:{says}"]
    assert not any(word in told(project, known, "zh-CN")[0] for word in ("found", "expected", "the ", "with"))


def test_text_in_another_encoding_is_told_at_its_first_sign(project, known):
    (project.folder("goals") / "a.yaml").write_bytes((HEAD + "why: 冲量\n").encode("gbk"))

    assert told(project, known) == ["goals/a.yaml:4:6: this file is not UTF-8 text. save it as UTF-8"]


def test_a_folder_and_a_pipe_do_not_hide_other_problems(project, known, write_goal):
    (project.folder("goals") / "a.yaml").mkdir()
    os.mkfifo(project.folder("goals") / "b.yaml")
    write_goal("d", GOOD.replace("gmv", "gmvv"))

    assert told(project, known) == [
        "goals/a.yaml: this file cannot be opened: Is a directory. mend what it points to or who may read it, or take it away",
        "goals/b.yaml: this is no file. take it away, or put a file in its place",
        "goals/d.yaml:4:11: no metric is called `gmvv`. did you mean `gmv`?",
    ]


def test_a_link_stays_in_the_project(project, known, write_goal, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "secret.yaml"
    elsewhere.write_text("password: tiger\n", encoding="utf-8")
    (project.folder("goals") / "a.yaml").symlink_to(elsewhere)

    assert told(project, known) == ["goals/a.yaml: this link leads out of the project. put the file itself here"]

    (project.folder("goals") / "a.yaml").unlink()
    (project.root / "kept.yaml").write_text(GOOD, encoding="utf-8")
    (project.folder("goals") / "a.yaml").symlink_to("../kept.yaml")

    assert [goal.name for goal in read_goals(project, known)] == ["a"]


def test_what_editors_leave_behind_is_no_goal(project, known, write_goal):
    write_goal("june", GOOD)
    (project.folder("goals") / ".#june.yaml").symlink_to("someone@machine.1234")
    (project.folder("goals") / "._june.yaml").write_bytes(b"\x00\x05\x16\x07")

    assert [goal.name for goal in read_goals(project, known)] == ["june"]


@pytest.mark.parametrize(
    ("promise", "says"),
    [
        ("gmv, target: 0.00000001", "0.00000001 is too small to be told from nothing. write at least 0.000001"),
        ("business_score, target: 5000", "no score is more than 1000. write a score that can be reached"),
        ("business_rank, target: 0.5", "the best rank is 1. write a place among the peers, such as 3"),
        (
            "gmv, steps: [{by: 2026-06-10, reach: 100}, {by: 2026-06-30, reach: 20}]",
            "a later step asks for less than one before it. write how much shall be there in all by each day",
        ),
        (
            "refund_rate, steps: [{by: 2026-06-10, reach: 10%}, {by: 2026-06-30, reach: 20%}]",
            "a later step asks for less than one before it. write how much shall be there in all by each day",
        ),
    ],
)
def test_what_cannot_be_reached_or_told_is_no_target(project, known, write_goal, promise, says):
    write_goal("a", f"{HEAD}primary: {{metric: {promise}}}\n")

    assert [one.partition(": ")[2] for one in told(project, known)] == [says]


def test_steps_of_an_allowance_grow_and_those_of_a_rate_that_shall_fall_do_not(project, known, write_goal):
    steps = "[{{by: 2026-06-10, reach: {}}}, {{by: 2026-06-30, reach: {}}}]"
    write_goal("a", f"{HEAD}primary: {{metric: ad_spend, steps: {steps.format(1, 2)}}}\n")
    write_goal("b", f"{HEAD}secondary:\n  - {{metric: refund_rate, steps: {steps.format('20%', '10%')}}}\n")

    assert [goal.name for goal in read_goals(project, known)] == ["a", "b"]


@pytest.mark.parametrize(
    "cycle",
    ["0001-01-01..0001-01-05", "0001-01-01..9999-12-31", "9999-12-30..9999-12-31", "9999-12-30+7d", "1899-12-31..1900-01-05"],
)
def test_a_cycle_far_from_our_time_is_none(project, known, write_goal, cycle):
    write_goal("a", GOOD.replace("2026-06", cycle))

    assert told(project, known)[0].startswith(f"goals/a.yaml:3:1: {cycle} is not a cycle. write a cycle such as ")


def test_the_same_accounts_in_another_order_promise_one_thing_once(project, known, write_goal):
    for name, industries in (("a", "[tea, bread]"), ("b", "[bread, tea]")):
        write_goal(name, GOOD.replace("{account: tea}", f"{{accounts: {{industry: {industries}}}}}"))

    assert [one.partition(". ")[0] for one in told(project, known)] == [
        "goals/b.yaml:4:11: this subject already has a primary goal in this cycle, in goals/a.yaml:4:11"
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("primary: {metric: GMV, target: 5}", "no metric is called `GMV`. did you mean `gmv`?"),
        ("Why: x", "`Why` is not known here. did you mean `why`?"),
        ("why:", "`why` has no value. write one after the colon, or leave the key out"),
        (
            "primary: {metric: gmv, target: 1,200}",
            '`primary.200` is not known here. within braces write a number without commas, or in quotes: `"1,200,000"`',
        ),
        (
            "primary: {metric: gmv, steps: [{by: 2026-06-30T10:00:00, reach: 5}]}",
            "`primary.steps.0.by` must be a date such as 2026-06-18, not `2026-06-30T10:00:00`. ",
        ),
        (
            "primary: {metric: gmv, steps: [{by: , reach: 5}]}",
            "`primary.steps.0.by` has no value. write one after the colon, or leave the key out",
        ),
    ],
)
def test_what_is_nearly_right_is_told_with_what_was_meant(project, known, write_goal, line, says):
    write_goal("a", HEAD + line + "\n")

    assert any(one.endswith(says) for one in told(project, known)), told(project, known)
