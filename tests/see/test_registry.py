"""The registry of metrics: each says what it is and what it must not be added to; people add their own, safely."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsengine.errors import InvalidFiles
from opsengine.project import Project
from opsengine.see import read_catalogue
from tests.see.facts import TODAY, seen

SHIPPED = read_catalogue(Project(Path("/nowhere")))


def test_at_least_sixty_metrics_are_shipped():
    assert len(SHIPPED.names) >= 60


@pytest.mark.parametrize("name", SHIPPED.names)
def test_a_shipped_metric_says_what_it_is_and_what_to_mind(name):
    metric = SHIPPED[name]

    assert metric.domain != "own"
    assert metric.note is not None
    assert metric.title.zh != metric.title.en
    assert all(part in SHIPPED for part in metric.made_of)
    assert not metric.expression


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("gmv", "whole-site"),
        ("ad_gmv", "refunds not taken off"),
        ("roi", "refunds"),
        ("plays", "paid"),
        ("refund_rate", "15"),
    ],
)
def test_double_counting_refunds_and_paid_traffic_are_told(metric, said):
    note = SHIPPED[metric].note

    assert said.lower() in note.en.lower()


def project_with(folder: Path, text: str) -> Project:
    (folder / "metrics").mkdir()
    (folder / "metrics/ours.yaml").write_text("kind: metrics\nmetrics:\n" + text, encoding="utf-8")
    return Project(folder)


OURS = """\
  - {metric: margin, kind: flow, unit: yuan, title: {zh-CN: 毛利, en: Margin}, expression: 0.3 * gmv - ad_spend}
  - {metric: margin_rate, kind: ratio, title: {zh-CN: 毛利率, en: Margin rate}, numerator: margin, denominator: gmv}
"""


def test_a_metric_of_ones_own_is_worked_out_day_by_day_and_adds_up(tmp_path):
    days = {"page_gmv": [100, 200, None, 400], "ad_spend": [10, None, 30, 40]}

    engine = seen({"tea": ("服饰", days)}, project=project_with(tmp_path, OURS).root)

    made = engine.read("select day, value from metrics.account_day where metric = 'margin' order by day")
    assert [(TODAY.toordinal() - row["day"].toordinal(), float(row["value"])) for row in made] == [(3, 20), (0, 80)]
    window = {row["metric"]: row["value"] for row in engine.read("select metric, value from metrics.account_window where days = 7")}
    assert window["margin"] == 100
    assert window["margin_rate"] == pytest.approx(100 / 700)


def test_a_typed_in_number_wins_over_its_expression(tmp_path):
    days = {"page_gmv": [100, 200], "ad_spend": [10, 20], "margin": [None, 7]}

    engine = seen({"tea": ("服饰", days)}, project=project_with(tmp_path, OURS).root)

    made = engine.read("select value from metrics.account_day where metric = 'margin' order by day")
    assert [float(row["value"]) for row in made] == [20, 7]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("kind: flow, expression: gvm - ad_spend", "unknown-name"),
        ("kind: flow, expression: gmv / roi", "unknown-name"),
        ("kind: flow, expression: gmv; drop table x", "not-a-condition"),
        ("kind: flow, expression: gmv > 3", "not-allowed"),
        ("kind: flow, expression: read_text(gmv)", "not-allowed"),
        ("kind: ratio, numerator: roi, denominator: gmv", "not-a-flow"),
        ("kind: ratio, numerator: nothing_known, denominator: gmv", "unknown-metric"),
        ("kind: ratio, numerator: gmv", "wrong-value"),
        ("kind: stock, expression: gmv - ad_spend", "wrong-value"),
    ],
)
def test_what_cannot_be_worked_out_is_refused_with_its_place(tmp_path, line, code):
    project = project_with(tmp_path, f"  - {{metric: ours, title: {{zh-CN: 我们, en: Ours}}, {line}}}\n")

    with pytest.raises(InvalidFiles) as refused:
        read_catalogue(project)

    assert {(problem.code, problem.place.file, problem.place.line) for problem in refused.value.problems} == {
        (code, "metrics/ours.yaml", 3)
    }
