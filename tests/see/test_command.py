"""`opsengine see` and `opsengine metrics` as a person meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from opsengine.cli.main import run
from tests.see.test_same_bytes import NOW, project

SHIPPED = Path(__file__).parents[2] / "opsengine/see/scorecards/business.yaml"


@pytest.fixture
def shop(tmp_path, capsys):
    """A small project with its numbers imported; call it with the words after `opsengine`."""
    folder = project(tmp_path / "shop", 1, None)

    def call(*args: str, code: int = 0, form: str = "json"):
        said = run([*args, "--project-dir", str(folder), "--as-of", "2026-06-21", "--format", form, "--locale", "en"], {}, NOW)
        out, err = capsys.readouterr()
        assert said == code, err
        return json.loads(out) if form == "json" and out else out + err

    call("import", str(folder / "series.csv"))
    call.folder = folder
    return call


def write_card(shop, text: str) -> None:
    (shop.folder / "scorecards").mkdir(exist_ok=True)
    (shop.folder / "scorecards/business.yaml").write_text(text, encoding="utf-8")


def test_a_changed_scorecard_needs_a_new_version_and_then_is_a_cause_of_its_own(shop):
    text = SHIPPED.read_text(encoding="utf-8")
    told = {account["account_id"]: account["scores"]["business"]["score"] for account in shop("see")["accounts"]}
    heavier = text.replace("weight: 0.6,", "weight: 0.3,", 1).replace("weight: 0.4,", "weight: 0.7,", 1)

    write_card(shop, heavier)
    refused = shop("see", code=2, form="table")
    problems = shop("validate", code=1)["problems"]
    assert "scorecards/business.yaml:2" in refused
    assert "`version: 3`" in refused
    assert [(problem["code"], problem["file"]) for problem in problems] == [("version-not-raised", "scorecards/business.yaml")]

    write_card(shop, heavier.replace("version: 2", "version: 3"))
    said = shop("see", "a2", "--why", "--since", "2026-06-14")
    why = said["accounts"][0]["why"]["business"]
    assert said["scorecard"] == {"id": "business", "version": 3}
    assert said["accounts"][0]["scores"]["business"]["score"] != told["a2"]
    assert [cause["kind"] for cause in why["causes"] if cause["cause"] == "method"] == ["method"]
    assert round(sum(cause["points"] for cause in why["causes"]), 6) == why["change"]
    assert round(why["to"] - why["from"], 6) == why["change"]


def test_a_day_that_was_told_keeps_its_version(shop):
    before = shop("see", "a2", "--why", "--since", "2026-06-20")["accounts"][0]["why"]["business"]["from"]
    write_card(
        shop,
        SHIPPED.read_text(encoding="utf-8")
        .replace("version: 2", "version: 3")
        .replace("impute: 0.25", "impute: 0.05")
        .replace("weight: 0.6,", "weight: 0.2,", 1),
    )
    shop("see")

    after = shop("see", "a2", "--why", "--since", "2026-06-20")["accounts"][0]["why"]["business"]["from"]

    assert after == before


@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        (["see", "a2"], "what kind of account it is"),
        (["see", "a2"], "its own audience"),
        (["see", "a2", "--why"], "the field"),
        (["see", "--market"], "12 accounts"),
        (["see", "--sensitivity"], "ranks in nine of ten draws"),
        (["see", "a2", "--sql"], "create or replace table scores.rank as"),
        (["metrics", "list"], "Share of valid leads"),
        (["metrics", "show", "roi"], "ad_gmv / ad_spend"),
    ],
)
def test_a_table_says_what_it_shows(shop, asked, heading):
    assert heading in shop(*asked, form="table")


def test_sql_names_only_the_accounts_that_were_asked_for(shop):
    statements = shop("see", "a2", "--sql")["sql"]

    assert statements[-1]["sql"].endswith("and account_id in ('a2');")
    assert "$as_of" not in json.dumps(statements)


def test_an_unknown_account_or_metric_is_refused_with_a_guess(shop):
    assert "a2" in shop("see", "a22", "--market", code=2, form="table")
    assert "`gmv`" in shop("metrics", "show", "gvm", code=2, form="table")
    assert shop("metrics", "show", "gmv")["metric"]["used_by"][0] == "business"


def test_a_wrong_benchmark_is_found_by_validate(shop):
    (shop.folder / "benchmarks").mkdir()
    (shop.folder / "benchmarks/ours.csv").write_text(
        "industry,size,metric,days,p25,p50,p75,n,source,date\n服饰,,playz,7,1,2,3,9,x,2026-01-01\n", encoding="utf-8"
    )

    (problem,) = shop("validate", code=1)["problems"]

    assert (problem["code"], problem["file"], problem["line"]) == ("unknown-metric", "benchmarks/ours.csv", 2)
