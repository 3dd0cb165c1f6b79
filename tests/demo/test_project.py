"""The files that a person would have written are understood, and promise what the numbers of the demo can judge."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from opsengine.demo import DemoPlan, write_exports, write_project
from opsengine.goals import Known, check_cascade, read_goals
from opsengine.project import Project
from opsengine.report.reports import read_reports
from opsengine.rewards import default_rules, read_rules
from opsengine.see import read_catalogue
from opsengine.settings import read_settings


@pytest.fixture(scope="module")
def project(demo, plan):
    write_project(demo, plan)
    return Project(demo)


def known(project):
    with project.accounts_file.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    accounts, teams, brands = ({row[key] for row in rows} for key in ("account_id", "team", "brand"))
    return Known(read_catalogue(project).metrics, accounts, teams, brands)


def test_every_file_is_understood(project):
    assert read_settings(project, {}).name == "示例项目"
    assert {report.name for report in read_reports(project)} == {"portfolio", "team-weekly", "weekly"}
    assert [f"{rule.name}.yaml" for rule in read_rules(project, known(project))] == [
        name for name in sorted(default_rules()) if "/" not in name
    ]
    assert len(read_goals(project, known(project))) == 18


def test_promises_cover_a_month_that_runs_one_that_is_over_a_week_and_a_campaign(project):
    goals = read_goals(project, known(project))
    cycles = {goal.cycle.id: (goal.cycle.start, goal.cycle.end) for goal in goals}

    assert cycles == {
        "2026-06": (date(2026, 6, 1), date(2026, 6, 30)),
        "2026-05": (date(2026, 5, 1), date(2026, 5, 31)),
        "2026-W25": (date(2026, 6, 15), date(2026, 6, 21)),
        "618-2026": (date(2026, 6, 1), date(2026, 6, 18)),
    }
    assert len({goal.subject.key for goal in goals}) >= 12
    assert {goal.subject.kind for goal in goals} == {"account", "team"}
    assert {measure.role.value for goal in goals for measure in goal.measures} == {"primary", "secondary", "guardrail"}


def test_rewards_are_those_that_every_project_begins_with_and_are_turned_on(project):
    folder = project.folder("rewards")
    written = {
        path.relative_to(folder).as_posix(): _without_status(path.read_text(encoding="utf-8")) for path in folder.rglob("*.yaml")
    }

    assert written == {name: _without_status(text) for name, text in default_rules().items()}


def _without_status(rule: str) -> str:
    return "".join(line for line in rule.splitlines(keepends=True) if not line.startswith("status: "))


@pytest.mark.parametrize(("accounts", "days", "goals"), [(1, 14, 2), (1, 120, 2), (6, 30, 8), (2, 120, 4)])
def test_a_smaller_demo_promises_what_its_days_can_judge(tmp_path, accounts, days, goals):
    plan = DemoPlan(accounts=accounts, days=days)
    write_exports(tmp_path, plan)
    files = write_project(tmp_path, plan)
    project = Project(tmp_path)

    assert len(read_goals(project, known(project))) == goals
    assert all(Path(file).is_file() for file in files)


@pytest.mark.parametrize("accounts", [1, 4, 9, 13])
def test_the_goals_of_a_demo_of_any_size_add_up(tmp_path, accounts):
    plan = DemoPlan(accounts=accounts)
    write_exports(tmp_path, plan)
    write_project(tmp_path, plan)
    project = Project(tmp_path)
    everybody = known(project)

    assert list(check_cascade(read_goals(project, everybody), everybody)) == []


def test_the_same_plan_writes_the_same_project(tmp_path):
    plan = DemoPlan(accounts=8, days=60)
    first = [path.read_bytes() for path in write_project(tmp_path / "first", plan)]
    second = [path.read_bytes() for path in write_project(tmp_path / "second", plan)]

    assert first == second
