"""The commands of the ledger, on a small demo: every entry traces, every word has a name."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime

import pytest

from opsengine.cli.main import run

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def granted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rewards") / "demo"
    assert run(["demo", str(folder), "--accounts", "3", "--days", "120", "--no-report"], {}, NOW) == 0
    assert run(["run", "--project-dir", str(folder), "--as-of", "2026-06-21"], {}, NOW) == 0
    return folder


@pytest.fixture
def ask(granted, tmp_path, capsys):
    """One command on a copy of the demo: its exit code, and what it printed as JSON or as it is."""
    folder = shutil.copytree(granted, tmp_path / "demo")

    def asked(*words):
        capsys.readouterr()
        code = run(["rewards", *words, "--project-dir", str(folder), "--as-of", "2026-06-21"], {"OPSENGINE_FORMAT": "json"}, NOW)
        said = capsys.readouterr().out
        return code, json.loads(said) if said.startswith("{") else said

    return asked


def test_what_is_due_is_granted_once_by_name(ask):
    _, due = ask("due")
    code, rehearsed = ask("grant", "--by", "Li", "--dry-run")
    _, empty = ask("statement")
    _, written = ask("grant", "--by", "Li")
    _, again = ask("grant", "--by", "Li")

    assert code == 0
    assert due["entries"]
    assert rehearsed["entries"] == due["entries"] == written["entries"]
    assert empty["entries"] == again["entries"] == []


def test_every_entry_traces_to_rule_files_data_and_numbers(ask):
    ask("grant", "--by", "Li")
    for line in ask("statement")[1]["entries"]:
        _, told = ask("show", line["entry_id"])

        assert told["entry"]["rule_revision"]
        assert told["rule_file"].startswith("# yaml-language-server")
        assert "primary:" in told["goal_file"]
        assert len(told["entry"]["evidence"]["data_sha"]) == 64
        assert {"actual", "target", "metric", "file", "revision"} <= told["entry"]["evidence"].keys()


def test_a_benefit_walks_through_its_life_by_name(ask):
    ask("grant", "--by", "Li")
    pending = next(line["entry_id"] for line in ask("statement")[1]["entries"] if line["status"] == "pending")

    assert ask("fulfil", pending, "--by", "Wang")[0] == 2
    assert ask("approve", pending, "--by", "Li", "--why", "seen")[1]["entries"][0]["kind"] == "confirmation"
    assert ask("fulfil", pending, "--by", "Wang")[1]["entries"][0]["kind"] == "fulfilment"
    assert ask("reverse", pending, "--by", "Li", "--why", "not theirs")[1]["entries"][0]["kind"] == "reversal"
    code, verified = ask("verify")
    assert (code, verified["ok"], verified["first_difference"]) == (0, True, None)


@pytest.mark.parametrize("words", [("grant",), ("approve", "1"), ("reverse", "1", "--why", "x"), ("fulfil", "1")])
def test_nobody_decides_without_a_name(ask, words):
    assert ask(*words)[0] == 2


def test_orders_leave_as_a_batch_that_can_be_confirmed(ask, tmp_path):
    ask("grant", "--by", "Li")
    batch = tmp_path / "orders.csv"
    _, left = ask("fulfil", "--batch", str(batch), "--by", "Li")
    _, done = ask("fulfil", "--from", str(batch), "--by", "Li")

    assert len(left["orders"]) == len(done["entries"]) > 0
    assert all(order["benefit"]["instructions"]["zh-CN"] for order in left["orders"])
    assert ask("fulfil", "--batch", str(batch), "--by", "Li")[1]["orders"] == []


def test_a_webhook_that_nobody_allowed_is_not_called(ask):
    ask("grant", "--by", "Li")

    assert ask("fulfil", "--webhook", "--by", "Li")[0] == 2


def test_what_can_still_be_earned_is_told_with_what_it_takes(ask):
    chances = ask("next", "anran-wear")[1]["chances"]

    assert [one for one in chances if one["missing"]]
    assert all(one["amount"] > 0 and one["ends"] == "2026-06-30" for one in chances)
    assert ask("next", "nobody")[0] == 2


def test_the_ledger_is_exported_as_table_and_as_journal(ask):
    ask("grant", "--by", "Li")
    count = len(ask("statement")[1]["entries"])

    assert ask("export")[1]["entries"]
    assert ask("export", "--format", "csv")[1].count("\n") == count + 1
    assert ask("export", "--journal", "--format", "csv")[1].count("liabilities:rewards:") == count


def test_nobody_is_on_the_leaderboard_who_has_not_agreed(ask):
    assert ask("leaderboard", "2026-06")[1]["places"] == []
