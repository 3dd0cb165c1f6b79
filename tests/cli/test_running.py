"""`opsengine run`: it says beforehand what it would do, and afterwards what took how long."""

from __future__ import annotations

import pytest


@pytest.fixture
def run(opsengine, project):
    (project / "accounts.csv").write_text("account_id,name,industry\ntea,Tea,餐饮\n")
    (project / "data/series.csv").write_text("account_id,date,metric,value\ntea,2026-06-01,plays,12\n")

    def call(*words):
        return opsengine("run", *words, "--project-dir", project, "--as-of", "2026-06-01", "--format", "json", "--locale", "en")

    return call


def test_a_plan_names_what_would_be_imported_and_changes_nothing(run, project):
    plan = run("--plan").json

    assert plan["new_files"] == ["data/series.csv"]
    assert not (project / ".opsengine/state.db").exists()


def test_a_plan_says_why_and_after_the_run_that_everything_stands(run, project):
    run()
    (project / "accounts.csv").write_text("account_id,name,industry\ntea,Tea,餐饮\nbun,Bun,餐饮\n")

    plan = run("--plan").json
    assert (plan["stands"], plan["new_files"], plan["rebuild"]["accounts"]) == (False, [], 2)
    assert "are few" in plan["rebuild"]["reasons"][0]
    assert {line["what"] for line in plan["rebuild"]["tables"]} == {"made anew"}
    run()
    assert run("--plan").json | {"as_of": ""} == {"schema_version": 1, "as_of": "", "new_files": [], "stands": True, "rebuild": None}


def test_a_profile_tells_time_and_rows_of_each_model_and_no_scores_when_the_tables_stand(run):
    profile = {line["model"]: line for line in run("--profile").json["profile"]}

    assert profile["scores.score_day"]["rows"] >= 1
    assert all(line["seconds"] >= 0 for line in profile.values())
    assert not [line for line in run("--profile").json["profile"] if line["model"].startswith("scores.")]
