"""`opsengine strategy`: the shapes of what its verbs print, and what they refuse."""

from __future__ import annotations

import pytest

HOURS = "hour,spend,revenue,orders\n2026-06-21T10:00,400,1500,19\n2026-06-21T11:00,2500,0,0\n"
CAMPAIGNS = """\
kind: comparison
margin: 30%
values:
  devoted: {orders: [0.5, 1.2, 2], average_order: 120}
campaigns:
  - {name: precise, title: {zh-CN: 精准, en: Precise}, spend: 1000, revenue: 5000, new_fans: {devoted: 20}}
  - {name: broad, title: {zh-CN: 放量, en: Broad}, spend: 10000, revenue: 30000, new_fans: {devoted: 60}}
"""


@pytest.fixture
def ask(opsengine, project):
    def call(*args):
        return opsengine("strategy", *args, "--project-dir", project, "--as-of", "2026-06-21", "--format", "json")

    return call


def test_a_paid_test_is_judged_from_a_file(ask, tmp_path):
    file = tmp_path / "hours.csv"
    file.write_text(HOURS, encoding="utf-8")

    told = ask("ramp", file).json

    assert [hour["verdict"] for hour in told["hours"]] == ["scale", "wait"]
    assert told["next_spend"] == {"from": 2000, "to": 3000, "unit": "yuan"}


def test_thresholds_of_the_project_decide(ask, project, tmp_path):
    file = tmp_path / "hours.csv"
    file.write_text(HOURS, encoding="utf-8")
    (project / "ramp.yaml").write_text("kind: ramp\ntarget: 6\nlag: 0\nstop_loss: 10000\n", encoding="utf-8")

    assert ask("ramp", file).json["hours"][0]["verdict"] != "scale"


def test_a_file_that_is_not_understood_is_refused_with_its_line(ask, tmp_path):
    file = tmp_path / "hours.csv"
    file.write_text("hour,spend,revenue,orders\nten,1,1,1\n", encoding="utf-8")

    said = ask("ramp", file)

    assert said.code == 2
    assert "hours.csv:2" in said.err


def test_campaigns_are_compared_from_a_file(ask, tmp_path):
    file = tmp_path / "campaigns.yaml"
    file.write_text(CAMPAIGNS, encoding="utf-8")

    told = ask("compare", file).json

    assert told["best_today"] == "precise"
    assert [one["profit"] for one in told["campaigns"]] == [500, -1000]


def test_nothing_was_taken_up_and_nothing_is_on_record(ask):
    assert ask("record").json["plays"] == []


def test_a_play_that_nobody_knows_cannot_be_tried(ask, project):
    (project / "accounts.csv").write_text("account_id,name,industry\ntea,Tea,服饰\n", encoding="utf-8")

    assert ask("suggest", "tea", "--what-if", "no-such-play").code == 2
    assert ask("suggest", "tea", "--what-if", "raise-the-basket").json["what_if"][0]["goals"] == []


def test_exploring_with_one_seed_says_the_same_twice(ask):
    assert ask("suggest", "--explore", "7").json == ask("suggest", "--explore", "7").json
