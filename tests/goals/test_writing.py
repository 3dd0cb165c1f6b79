"""A new goal file is valid at once, and never written over another."""

from __future__ import annotations

import pytest

from opsengine.errors import UserError
from opsengine.goals import Draft, Role, Subject, new_goal, preset_names, read_goals, read_preset
from opsengine.see import read_catalogue

TEA = Subject(account="tea")
STAGES, SIZES = ("cold_start", "growth", "mature"), ("small", "medium", "large")


@pytest.mark.parametrize("role", Role)
def test_what_is_written_is_valid(project, known, role):
    new_goal(project, "june", Draft(TEA, "2026-06", "120万", "gmv", role), 2026, known)

    (goal,) = read_goals(project, known)

    assert [(measure.role, measure.metric, measure.target) for measure in goal.measures] == [(role, "gmv", 1_200_000)]


def test_the_first_line_tells_editors_where_the_schema_is(project, known):
    file = new_goal(project, "june", Draft(TEA, "2026-06", "1", "gmv"), 2026, known)

    assert file.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=")


def test_a_campaign_is_written_with_its_year(project, known):
    new_goal(project, "大促", Draft(TEA, "双11", "1,200,000", "gmv"), 2026, known)

    assert read_goals(project, known)[0].cycle.id == "双11-2026"


def test_a_preset_names_the_metric_and_leaves_the_rest_as_comments(project, known):
    file = new_goal(project, "june", Draft(TEA, "2026-06", "120万", preset="high-frequency-high-online"), 2026, known)

    assert [measure.metric for measure in read_goals(project, known)[0].measures] == ["gmv"]
    assert "#   - metric: new_fans" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("preset", [None, "high-frequency-high-online"])
def test_both_goals_of_a_dual_goal_are_written_at_once(project, known, preset):
    beside = (("new_fans", "5,000"), ("roi", "2.5"))
    file = new_goal(project, "june", Draft(TEA, "2026-06", "120万", "gmv", beside=beside, preset=preset), 2026, known)

    (goal,) = read_goals(project, known)

    assert [(measure.role, measure.metric, float(measure.target)) for measure in goal.measures] == [
        (Role.PRIMARY, "gmv", 1_200_000), (Role.SECONDARY, "new_fans", 5000), (Role.SECONDARY, "roi", 2.5),
    ]  # fmt: skip
    assert "# secondary:" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", preset_names())
def test_every_shipped_preset_can_be_read(name):
    assert read_preset(name).primary.metric


def test_a_project_may_bring_its_own_presets(project):
    own = project.folder("goals") / "presets"
    own.mkdir()
    (own / "ours.yaml").write_text(
        "kind: goal_preset\ntitle: {en: Ours}\nprimary: {metric: gmv, note: {en: all we need}}\n", encoding="utf-8"
    )

    assert "ours" in preset_names(project)
    assert read_preset("ours", project).primary.metric == "gmv"


def test_every_variant_of_every_preset_promises_metrics_that_exist(project):
    catalogue = read_catalogue(project)
    variants = [f"{name}.{stage}.{size}" for name in preset_names() for stage in STAGES for size in SIZES]
    patterns = [read_preset(name) for name in variants]

    assert len(variants) == 4 * 3 * 3
    assert [
        one.metric for each in patterns for one in (each.primary, *each.secondary, *each.guardrails) if one.metric not in catalogue
    ] == []


def test_a_file_that_is_there_is_not_overwritten(project, known):
    first = new_goal(project, "june", Draft(TEA, "2026-06", "1", "gmv"), 2026, known)
    before = first.read_bytes()

    with pytest.raises(UserError, match=r"exists already"):
        new_goal(project, "june", Draft(TEA, "2026-07", "2", "gmv"), 2026, known)

    assert first.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "draft"),
    [
        ("../june", Draft(TEA, "2026-06", "1", "gmv")),
        ("", Draft(TEA, "2026-06", "1", "gmv")),
        ("june", Draft(TEA, "2026-13", "1", "gmv")),
        ("june", Draft(TEA, "2026-06", "many", "gmv")),
        ("june", Draft(TEA, "2026-06", "-1", "gmv")),
        ("june", Draft(TEA, "2026-06", "1")),
        ("june", Draft(TEA, "2026-06", "0", "gmv")),
        ("june", Draft(TEA, "2026-06", "0.0", "gmv", Role.SECONDARY)),
        ("june", Draft(TEA, "2026-06", "1", "gmw")),
        ("june", Draft(Subject(account="teo"), "2026-06", "1", "gmv")),
        ("june", Draft(TEA, "2026-06", "1", preset="high-frequency")),
    ],
)
def test_what_cannot_be_written_leaves_nothing_behind(project, known, name, draft):
    with pytest.raises(UserError):
        new_goal(project, name, draft, 2026, known)

    assert list(project.folder("goals").glob("*.yaml")) == []


def test_a_name_with_odd_letters_is_quoted(project, known):
    known = type(known)(known.metrics, {'the "tea": shop #1'})
    new_goal(project, "june", Draft(Subject(account='the "tea": shop #1'), "2026-06", "1", "gmv"), 2026, known)

    assert read_goals(project, known)[0].subject.account == 'the "tea": shop #1'


@pytest.mark.parametrize(
    ("draft", "says"),
    [
        (Draft(TEA, "2026-06-01..2026-06-30", "1", "roi"), "already has a primary goal in this cycle, in goals/june.yaml"),
        (Draft(TEA, "2026-06", "1", "new_fans", Role.SECONDARY), "`new_fans` is already promised for this subject and cycle"),
    ],
)
def test_what_another_file_promises_already_is_not_written(project, known, write_goal, draft, says):
    promises = "primary: {metric: gmv, target: 1}\nsecondary: [{metric: new_fans, target: 1}]\n"
    write_goal("june", f"kind: goal\nsubject: {{account: tea}}\ncycle: 2026-06\n{promises}")

    with pytest.raises(UserError) as refused:
        new_goal(project, "again", draft, 2026, known)

    assert says in str(refused.value)
    assert [file.name for file in project.files("goals")] == ["june.yaml"]


def test_a_new_goal_is_written_beside_a_file_that_is_wrong(project, known, write_goal):
    write_goal("wrong", "kind: goal\n")

    assert new_goal(project, "june", Draft(TEA, "2026-06", "1", "gmv"), 2026, known).is_file()


def test_a_guardrail_may_be_nothing_at_all(project, known):
    new_goal(project, "june", Draft(TEA, "2026-06", "0", "gmv", Role.GUARDRAIL), 2026, known)

    assert read_goals(project, known)[0].measures[0].target == 0
