"""Why a score moved: causes by kind, and versions of scorecards that never mix."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from opsengine.errors import InvalidFiles
from opsengine.project import Project
from opsengine.see import (
    Told,
    build_see,
    explain_change,
    keep_scorecards,
    methods_of,
    read_catalogue,
    read_scorecards,
    told_on,
    versions_on,
)
from tests.see.facts import TODAY, seen
from tests.see.test_scores import busy

SINCE = TODAY - timedelta(days=7)
SHIPPED = Path(__file__).parents[2] / "opsengine/see/scorecards/business.yaml"
NAMES = [f"a{n}" for n in range(8)]


def better(days: dict, factor: float) -> dict:
    """The newest week is so many times the usual."""
    return {name: [*values[:-7], *(factor * value for value in values[-7:])] for name, values in days.items()}


def field(*risers: str) -> dict:
    days = {name: busy(scale=500 * (n + 1), days=120) for n, name in enumerate(NAMES)}
    return {name: ("服饰", better(each, 1.3) if name in risers else each) for name, each in days.items()}


def causes(changes, account: str) -> dict[str, float]:
    """Points of the business score by kind."""
    change = next(each for each in changes if each.account_id == account and each.scorecard == "business")
    assert round(sum(cause.points for cause in change.causes), 6) == change.change
    kinds = {cause.kind for cause in change.causes}
    return {kind: sum(cause.points for cause in change.causes if cause.kind == kind) for kind in kinds}


def test_what_one_account_does_alone_is_its_own():
    points = causes(explain_change(seen(field("a3")), TODAY, SINCE), "a3")

    assert points["own"] > 1
    assert points.get("field", 0) == 0


def test_what_everybody_does_is_the_field():
    points = causes(explain_change(seen(field(*NAMES)), TODAY, SINCE), "a3")

    assert points["field"] > 1


def test_who_stands_still_while_the_field_rises_has_lost_what_the_field_won():
    points = causes(explain_change(seen(field(*(name for name in NAMES if name != "a3"))), TODAY, SINCE), "a3")

    assert points["field"] > 1
    assert points["own"] == pytest.approx(-points["field"], abs=1e-6)


def test_data_that_stops_coming_is_coverage():
    silent = field()
    silent["a3"] = ("服饰", {**silent["a3"][1], "gmv": [*silent["a3"][1]["gmv"][:-7], *[None] * 7]})

    change = next(
        each for each in explain_change(seen(silent), TODAY, SINCE) if each.account_id == "a3" and each.scorecard == "business"
    )

    assert "coverage" in {cause.kind for cause in change.causes if cause.cause == "gmv"}
    assert round(sum(cause.points for cause in change.causes), 6) == change.change


def project_with(folder: Path, text: str) -> Project:
    (folder / "scorecards").mkdir(exist_ok=True)
    (folder / "scorecards/business.yaml").write_text(text, encoding="utf-8")
    return Project(folder)


def test_a_new_version_is_a_cause_of_its_own_and_the_old_score_stays_as_it_was_told(tmp_path):
    old, new = seen(field(), as_of=SINCE), seen(field("a3"))
    heavier = (
        SHIPPED.read_text(encoding="utf-8")
        .replace("version: 2", "version: 3")
        .replace("weight: 0.35", "weight: 0.45")
        .replace("weight: 0.4\n", "weight: 0.3\n")
    )
    build_see(new, project_with(tmp_path, heavier), TODAY)
    told = told_on(old, SINCE)

    changes = explain_change(new, TODAY, SINCE, told)

    assert methods_of(new)["business"].version == 3
    assert causes(changes, "a3")["method"] != 0
    assert (
        next(each for each in changes if each.account_id == "a3" and each.scorecard == "business").before
        == told.scores["a3", "business"]
    )


def test_the_same_method_is_no_cause():
    engine = seen(field("a3"))

    assert "method" not in causes(
        explain_change(engine, TODAY, SINCE, Told(methods_of(engine), told_on(engine, SINCE).scores)), "a3"
    )


def test_a_scorecard_that_was_used_cannot_be_changed_without_a_new_version(tmp_path):
    text = SHIPPED.read_text(encoding="utf-8")
    project = project_with(tmp_path, text)
    catalogue = read_catalogue(project)
    keep_scorecards(project, catalogue, SINCE)
    project_with(tmp_path, "# a comment changes nothing\n" + text)
    read_scorecards(project, catalogue)

    changed = text.replace("weight: 0.6", "weight: 0.7", 1)
    project_with(tmp_path, changed)
    with pytest.raises(InvalidFiles) as refused:
        read_scorecards(project, catalogue)
    (problem,) = refused.value.problems
    assert (problem.code, problem.place.file, problem.place.line, problem.fields["next"]) == (
        "version-not-raised",
        "scorecards/business.yaml",
        2,
        3,
    )

    project_with(tmp_path, changed.replace("version: 2", "version: 3"))
    keep_scorecards(project, catalogue, TODAY)
    assert versions_on(project, TODAY)["business"] == 3
    assert versions_on(project, SINCE)["business"] == 2
    kept = {
        version: read_scorecards(project, catalogue, {"business": version})[0].pillars[0].components[0].weight for version in (2, 3)
    }
    assert kept == {2: 0.6, 3: 0.7}
