"""A goal that was made easier in mid-cycle is noticed in git, also where no run ever saw it as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import date, timedelta
from decimal import Decimal

import pytest

from opsengine.project import Project
from opsengine.rewards import Way, award, committed, ground_of_goals, judge
from opsengine.state import Promised

AS_OF = date(2026, 7, 2)
GOAL = "kind: goal\nsubject: {{account: tea}}\ncycle: 2026-06\nprimary: {{metric: gmv, {target}, levels: {{floor: 80, stretch: 150}}}}\n"
NOTHING_OF_OURS = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "PATH": os.environ["PATH"]}

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repository(tmp_path):
    """A project in git; `commit(day, target)` writes the goal and commits it on that day."""

    def git(*words, day="2026-05-01"):
        when = {"GIT_AUTHOR_DATE": f"{day}T12:00:00+08:00", "GIT_COMMITTER_DATE": f"{day}T12:00:00+08:00"}
        who = ["-c", "user.name=Li", "-c", "user.email=li@example.com"]
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True, env=NOTHING_OF_OURS | when)  # noqa: S607  the git of this machine

    class Repository:
        project = Project(tmp_path)
        run = staticmethod(git)

        @staticmethod
        def write(target, file="tea-june"):
            (tmp_path / "goals").mkdir(exist_ok=True)
            (tmp_path / "goals" / f"{file}.yaml").write_text(GOAL.format(target=target), encoding="utf-8")

        def commit(self, day, target, file="tea-june"):
            self.write(target, file)
            git("add", "goals")
            git("commit", "-qm", f"{target} on {day}", day=day)

    git("init", "-q", "-b", "main")
    return Repository()


@pytest.fixture
def judged(repository, make_result, make_rule):
    """What becomes of the benefit for a goal that is now at `target` and reached 100."""

    def judgement(target, rule="", **given):
        results = [make_result(**{"actual": 100, "target": target} | given)]
        ground = ground_of_goals(results, [make_rule(rule)], AS_OF)
        return judge(ground.with_committed(committed(repository.project, ground.feats)))

    return judgement


def test_a_goal_that_was_lowered_in_mid_cycle_waits_for_a_persons_word(repository, judged):
    repository.commit("2026-05-20", "target: 120")
    repository.commit("2026-06-20", "target: 90")
    (one,) = judged(90)

    assert one.way is Way.NEEDS_APPROVAL
    assert str(one.reason) == "the goal was made easier while its cycle ran: from 120 to 90"


def test_what_reaches_the_harder_form_too_is_paid_by_itself(repository, judged):
    repository.commit("2026-05-20", "target: 95")
    repository.commit("2026-06-20", "target: 90")

    assert [one.way for one in judged(90)] == [Way.DUE]


def test_a_goal_that_was_lowered_before_its_cycle_began_is_paid(repository, judged):
    repository.commit("2026-05-20", "target: 120")
    repository.commit("2026-05-31", "target: 90")

    assert [one.way for one in judged(90)] == [Way.DUE]


def test_a_change_that_was_not_committed_is_noticed(repository, judged):
    repository.commit("2026-05-20", "target: 120")
    repository.write("target: 90")

    assert [one.way for one in judged(90)] == [Way.NEEDS_APPROVAL]


def test_another_file_in_its_place_is_noticed(repository, judged):
    repository.commit("2026-05-20", "target: 120")
    repository.run("rm", "-q", "goals/tea-june.yaml")
    repository.run("commit", "-qm", "away", day="2026-06-10")
    repository.commit("2026-06-11", "target: 90", file="tea-again")

    assert [one.way for one in judged(90)] == [Way.NEEDS_APPROVAL]


def test_a_change_counts_from_the_day_on_which_it_came_into_the_branch(repository, judged):
    repository.commit("2026-05-20", "target: 120")
    repository.run("checkout", "-qb", "easier")
    repository.commit("2026-05-21", "target: 90")
    repository.run("checkout", "-q", "main")
    repository.run("merge", "-q", "--no-ff", "-m", "in mid-cycle", "easier", day="2026-06-15")

    assert [one.way for one in judged(90)] == [Way.NEEDS_APPROVAL]


def test_a_goal_that_was_first_promised_in_its_cycle_counts_as_it_was_first(repository, judged):
    repository.commit("2026-06-05", "target: 120")
    repository.commit("2026-06-20", "target: 90")

    assert [one.way for one in judged(90)] == [Way.NEEDS_APPROVAL]


def test_a_target_that_was_a_number_of_data_and_is_a_low_one_now_waits(repository, judged):
    repository.commit("2026-05-20", "growth: {by: 10%, over: 2026-05}")
    repository.commit("2026-06-20", "target: 90")

    assert [one.way for one in judged(90)] == [Way.NEEDS_APPROVAL]


def test_a_target_that_rests_on_data_and_was_not_touched_is_paid(repository, judged):
    repository.commit("2026-05-20", "growth: {by: 10%, over: 2026-05}")
    with (repository.project.root / "goals" / "tea-june.yaml").open("a", encoding="utf-8") as file:
        file.write("why: said later\n")

    assert [one.way for one in judged(90)] == [Way.DUE]


def test_a_rule_may_allow_it(repository, judged):
    repository.commit("2026-05-20", "target: 120")
    repository.commit("2026-06-20", "target: 90")

    assert [one.way for one in judged(90, "lowered: allow")] == [Way.DUE]


def test_git_never_makes_easier_what_a_run_has_seen_harder(repository, make_result, make_rule):
    """A commit can be given any date; what was seen stays seen."""
    repository.commit("2026-05-31", "target: 90")
    ground = ground_of_goals([make_result(actual=100, target=90)], [make_rule()], AS_OF)
    seen = Promised("tea", "2026-06", "primary", "gmv", "up", {"target": "120"}, "", date(2026, 6, 1) - timedelta(days=9))
    ground = ground.with_committed(committed(repository.project, ground.feats)).with_promised([seen])

    assert [one.way for one in judge(ground)] == [Way.NEEDS_APPROVAL]


def test_it_works_without_git(tmp_path, make_result, make_rule):
    ground = ground_of_goals([make_result()], [make_rule()], AS_OF)

    assert committed(Project(tmp_path), ground.feats) == ()
    assert [entry.amount for entry in award(ground)] == [100]


def test_the_same_number_written_otherwise_is_no_change(repository, judged):
    repository.commit("2026-05-20", "target: 100")
    repository.commit("2026-06-20", "target: '100.00'")

    assert [one.way for one in judged(Decimal("100.00"))] == [Way.DUE]
