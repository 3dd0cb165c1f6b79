"""Rules as files: what is shipped holds up, and what a person writes wrongly is said with its place."""

from __future__ import annotations

import pytest

from opsengine.errors import InvalidFiles
from opsengine.monitor import read_alerts, watch
from opsengine.monitor.reading import SHIPPED
from opsengine.strategy import gaps
from tests.strategy.world import NAMES, TODAY

NUMBERS = (SHIPPED / "no-posts.yaml").read_text(encoding="utf-8")
SCORE = (SHIPPED / "business-score-fell.yaml").read_text(encoding="utf-8")
GOAL = (SHIPPED / "goal-at-risk.yaml").read_text(encoding="utf-8")


def write(project, name, text):
    folder = project.folder("alerts")
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "old", "new", "code"),
    [
        (NUMBERS, "days_since_post >= threshold", "days_since >= threshold", "unknown-name"),
        (NUMBERS, "days_since_post >= threshold", "select 1", "not-a-condition"),
        (NUMBERS, "value: days_since_post", "value: nothing", "unknown-name"),
        (NUMBERS, "when: days_since_post >= threshold\n", "", "missing-key"),
        (NUMBERS, "play: resume-posting", "play: resume-postin", "unknown-play"),
        (NUMBERS, "severity: warning", "severity: loud", "wrong-value"),
        (NUMBERS, "watch: metric", "watch: metrics", "wrong-value"),
        (NUMBERS, "threshold: 7", "threshold: a week", "wrong-value"),
        (NUMBERS, "threshold: 7", "treshold: 7", "unknown-key"),
        (SCORE, "scorecard: business\n", "", "missing-key"),
        (SCORE, "scorecard: business", "scorecard: fame", "wrong-value"),
        (SCORE, "{component}", "{somebody}", "unknown-name"),
        (GOAL, "{metric}", "{meltric}", "unknown-name"),
        (GOAL, "statuses: [at_risk]", "statuses: []", "too-short"),
        (GOAL, "statuses: [at_risk]", "statuses: [behind]\nwhen: roi_7d < 1", "unknown-key"),
    ],
)
def test_a_mistake_is_told_with_its_file(project, text, old, new, code):
    assert old in text
    write(project, "mine", text.replace(old, new))

    with pytest.raises(InvalidFiles) as refused:
        read_alerts(project, NAMES)

    assert {(problem.place.file, problem.code) for problem in refused.value.problems} == {("alerts/mine.yaml", code)}


def test_one_number_in_a_file_of_the_project_changes_the_rule(project, rules, world):
    write(project, "business-score-fell", SCORE.replace("threshold: 100", "threshold: 150"))
    world.account("tea")
    world.score("tea", "business", *[600] * 7, 480)
    mine = read_alerts(project, NAMES)
    engine = world.build()

    assert any(alert.state == "firing" for alert in watch(engine, [], rules, TODAY))
    assert not any(alert.state == "firing" for alert in watch(engine, [], mine, TODAY))


def test_every_shipped_rule_speaks_of_the_same_numbers_in_both_languages(rules):
    for rule in rules:
        because = rule.declared.because.label
        assert gaps({"en": because["en"]}) == gaps({"zh-CN": because["zh-CN"]}), rule.name
