"""What git tells of targets, check-ins beside them, and proposals that keep what a person wrote."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from opsengine.errors import DataError, UserError
from opsengine.goals import Note, add_note, changed_since, check_goals, propose, read_goals, read_history, read_notes
from opsengine.goals.editing import with_value

JUNE = """\
# our summer
kind: goal
subject: {account: tea}
cycle: 2026-06   # the month
owner: Lin
primary: {metric: gmv, target: 3000, levels: {floor: 2000, stretch: 4000}}  # agreed in May
"""


@pytest.fixture
def commit(project):
    def git(*words, **environment):
        words = [shutil.which("git"), *words]
        done = subprocess.run(words, cwd=project.root, check=True, capture_output=True, env=environment)
        return done.stdout.decode()

    def committed(on):
        git("init", "-q")
        git("add", "-A")
        git("-c", "user.name=Lin", "-c", "user.email=lin@example.org", "commit", "-qm", "x", GIT_AUTHOR_DATE=f"{on}T09:00:00+08:00", GIT_COMMITTER_DATE=f"{on}T09:00:00+08:00")

    return committed


@pytest.fixture
def engine(fill):
    days = [date(2026, 2, 1) + timedelta(days=number) for number in range(141)]
    rows = [{"account_id": "tea", "day": day, "metric": "gmv", "value": 100 + day.toordinal() % 11} for day in days]
    engine = fill(
        raw_accounts=[{"account_id": "tea"}],
        raw_metrics=[{"metric": "gmv", "kind": "flow", "numerator": "gmv"}],
        raw_calendar=[{"day": day, "weekday": day.isoweekday()} for day in days],
        metrics_account_day=rows,
    )
    numbers = dict.fromkeys(("value", "previous_value"), "DOUBLE")
    engine.put("metrics.account_window", {"account_id": "VARCHAR", "metric": "VARCHAR", "days": "INTEGER", **numbers}, [("tea", "gmv", 28, 110, 100)])
    engine.put("metrics.benchmark", {"account_id": "VARCHAR", "metric": "VARCHAR", "days": "INTEGER", "p50": "DOUBLE", "p75": "DOUBLE"}, [])
    engine.put("scores.standing", dict.fromkeys(("account_id", "frequency", "online"), "VARCHAR"), [("tea", "high", "high")])
    return engine


def test_the_log_says_who_changed_which_target_when(project, write_goal, commit):
    write_goal("june", JUNE)
    commit("2026-05-20")
    write_goal("june", JUNE.replace("target: 3000", "target: 2500"))
    commit("2026-06-10")
    newest, first = read_history(project).changes

    assert (newest.what, newest.before, newest.after, newest.touch.author, str(newest.touch.at.date())) == ("changed", "3000", "2500", "Lin", "2026-06-10")
    assert (first.what, first.before, first.after) == ("promised", None, "3000")


@pytest.fixture
def lowered(project, write_goal, commit):
    """A target of 3000 from May that became 2500 on a day."""

    def written(on):
        write_goal("june", JUNE)
        commit("2026-05-20")
        write_goal("june", JUNE.replace("target: 3000", "target: 2500"))
        commit(on)
        return project

    return written


@pytest.mark.parametrize(("on", "is_told"), [("2026-05-30", False), ("2026-06-10", True), ("2026-06-25", False)])
def test_a_target_that_was_lowered_while_the_cycle_ran_is_told(lowered, known, engine, on, is_told):
    (result,) = check_goals(engine, lowered(on), date(2026, 6, 21), known)

    assert ("the target was lowered while the cycle ran: 3000 became 2500" in result.as_json()["note"]) is is_told
    assert len(result.commit) == 40


@pytest.fixture
def promised(write_goal, commit):
    """Commits the goal of June with a promise, on a day."""

    def promise(on, text):
        write_goal("june", f"kind: goal\nsubject: {{account: tea}}\ncycle: 2026-06\nprimary: {{metric: gmv, {text}}}\n")
        commit(on)

    return promise


@pytest.mark.parametrize(("zone", "is_told"), [("Asia/Shanghai", True), ("America/New_York", False)])
def test_the_day_of_a_change_is_that_of_the_projects_zone(lowered, known, engine, zone, is_told):
    (result,) = check_goals(engine, lowered("2026-06-01"), date(2026, 6, 21), known, ZoneInfo(zone))

    assert (result.lowered is not None) is is_told


@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [
        ("growth: {by: 20%, over: 2026-05}", "growth: {by: 10%, over: 2026-05}", True),
        ("growth: {by: 20%, over: 2026-05}", "growth: {by: 30%, over: 2026-05}", False),
        ("growth: {by: 20%, over: 2026-05}", "growth: {by: 10%, over: 2026-04}", False),
        ("benchmark: p75", "benchmark: p50", True),
        ("target: 3000", "benchmark: p50", False),
    ],
)
def test_a_target_that_rests_on_data_is_seen_lowered_too(promised, told, before, after, is_told):
    promised("2026-05-20", before)
    promised("2026-06-10", after)

    assert (told().lowered is not None) is is_told


@pytest.fixture
def told(project, known, engine):
    """The one result of the project on a day."""

    def tell():
        (result,) = check_goals(engine, project, date(2026, 6, 21), known)
        return result

    return tell


@pytest.mark.parametrize("steps", [("lower and rename",), ("lower", "rename"), ("rename", "lower"), ("take away", "come back lower")])
def test_another_name_for_the_file_hides_no_lowered_target(write_goal, commit, told, steps):
    easier = JUNE.replace("target: 3000", "target: 2500")
    old = write_goal("june", JUNE)
    commit("2026-05-20")
    for number, step in enumerate(steps):
        if step != "lower":
            old.unlink(missing_ok=True)
        if step != "take away":
            write_goal("june" if step == "lower" and number == 0 else "summer", JUNE if step == "rename" and number == 0 else easier)
        commit(f"2026-06-1{number}")
    result = told()

    assert result.goal.name == "summer"
    assert "the target was lowered while the cycle ran: 3000 became 2500" in result.as_json()["note"]
    assert (result.lowered.role, result.lowered.metric) == ("primary", "gmv")


def test_a_goal_of_the_next_cycle_is_no_lowered_target(write_goal, commit, told):
    old = write_goal("june", JUNE)
    commit("2026-05-20")
    old.unlink()
    write_goal("summer", JUNE.replace("target: 3000", "target: 2500").replace("cycle: 2026-06 ", "cycle: 2026-W25 "))
    commit("2026-06-16")

    assert told().lowered is None


def test_everything_works_without_git(project, known, write_goal, engine):
    write_goal("june", JUNE)

    (result,) = check_goals(engine, project, date(2026, 6, 21), known)

    assert (result.commit, result.lowered, read_history(project).is_kept) == ("", None, False)
    with pytest.raises(UserError, match="git knows no main here"):
        changed_since(project.root, "main")


@pytest.mark.parametrize("ref", ["--output=x", "nowhere", "a b", "$(x)"])
def test_a_revision_that_is_none_is_refused(project, write_goal, commit, ref):
    write_goal("june", JUNE)
    commit("2026-05-20")

    with pytest.raises(UserError):
        changed_since(project.root, ref)


def test_a_check_in_is_kept_and_told_with_the_goal(project, known, write_goal, engine):
    write_goal("june", JUNE)
    add_note(project, "june", Note(on=date(2026, 6, 5), by="Lin", note='a "good" start: really'), {"june"})
    add_note(project, "june", Note(on=date(2026, 6, 12), by="Lin", note="快了"), {"june"})

    (result,) = check_goals(engine, project, date(2026, 6, 21), known)

    assert [note.note for note in read_notes(project)["june"]] == ['a "good" start: really', "快了"]
    assert "Lin on 2026-06-12: 快了" in result.as_json()["note"]


def test_a_check_in_on_no_goal_is_refused(project):
    with pytest.raises(UserError, match="no goal is called jun"):
        add_note(project, "jun", Note(on=date(2026, 6, 5), note="x"), {"june"})


def test_a_proposal_carries_the_last_goal_on_with_its_comments(project, known, write_goal, engine):
    write_goal("june", JUNE)
    made = propose(engine, project, known, ("tea", "next", date(2026, 6, 21)), read_goals(project, known))
    made.file.write_text(made.text, encoding="utf-8")
    _, goal = sorted(read_goals(project, known), key=lambda goal: goal.cycle.end)

    assert (goal.cycle.id, goal.owner, goal.primary.target) == ("2026-07", "Lin", made.levels["target"])
    assert float(goal.primary.target) == pytest.approx(105 * 31, rel=0.05)
    assert made.levels["floor"] <= made.levels["target"] <= made.levels["stretch"]
    assert all(comment in made.text for comment in ("# our summer", "# the month", "# agreed in May", "# proposed: the last finished cycle came to "))


def test_proposing_twice_says_the_same(project, known, write_goal, engine):
    write_goal("june", JUNE)
    ask = ("tea", "2026-07", date(2026, 6, 21))
    first = propose(engine, project, known, ask, read_goals(project, known))
    first.file.write_text(first.text, encoding="utf-8")

    assert propose(engine, project, known, ask, read_goals(project, known)).text == first.text


def test_an_account_without_a_goal_gets_the_pattern_of_its_business(project, known, engine):
    made = propose(engine, project, known, ("tea", "next", date(2026, 6, 21)), ())
    made.file.parent.mkdir(exist_ok=True)
    made.file.write_text(made.text, encoding="utf-8")

    assert [goal.primary.metric for goal in read_goals(project, known)] == ["gmv"]


def test_nothing_is_proposed_from_nothing(project, known, engine):
    with pytest.raises(DataError, match="there is not enough data"):
        propose(engine, project, known, ("bread", "next", date(2026, 6, 21)), ())


@given(st.integers(1, 10**9))
def test_changing_one_value_changes_nothing_else(number):
    changed = with_value(JUNE, ("primary", "target"), str(number))

    assert changed.replace(f"target: {number},", "target: 3000,") == JUNE
    assert yaml.safe_load(changed)["primary"]["target"] == number
