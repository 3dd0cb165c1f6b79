"""The machine-readable face: scripts and schedulers rely on these shapes."""

from __future__ import annotations

import io
import json
import socket
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, date, datetime

import pytest

from opsengine.cli.main import SECTIONS, run
from opsengine.errors import Exit
from opsengine.state import lock

NOW = datetime(2026, 6, 22, 1, 30, tzinfo=UTC)

AS_OF = "2026-06-21"
SCORE = {
    *("score", "base", "rank", "rank_low", "rank_high", "percentile_self", "percentile_peers", "coverage", "components"),
}
COMPONENT = {
    *("id", "pillar", "metric", "value", "percentile_self", "percentile_peers", "p25", "p50", "p75", "contribution", "missing"),
}
GOAL = {
    *("goal", "file", "revision", "account_id", "cycle", "role", "metric", "direction", "target", "levels", "actual", "progress"),
    *("elapsed", "expected", "needed_per_day", "landing", "odds", "status", "note"),
}
SUGGESTION = {"rank", "play", "family", "step", "evidence", "expected", "goal", "effort", "cost", "why"}
ALERT = {"alert", "subject", "state", "since", "severity", "value", "threshold", "evidence", "cause", "play"}
RUN = {"run", "as_of", "planned", "rendered", "delivered", "already_delivered", "held", "failed", "unknown", "briefs"}
BRIEF = {"key", "report", "period", "subject", "recipient", "channel", "state", "paths"}
FILE = {
    *("path", "sha256", "preset", "status", "rows", "accepted", "rejected", "first_day", "last_day", "rejections", "drift"),
}


@contextmanager
def without_a_network():
    """Nobody gets out of this machine, or even to another program on it."""

    def refuse(*_):
        raise AssertionError("somebody wants to reach the network")

    with pytest.MonkeyPatch.context() as patch:
        for way in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, way, refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        yield


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What `demo` says of a small demo, made without a network; the report has run once."""
    folder = tmp_path_factory.mktemp("corridor") / "demo"
    with redirect_stdout(io.StringIO()) as out, without_a_network():
        code = run(["demo", str(folder), *["--accounts", "8", "--days", "60", "--format", "json"]], {}, NOW)
    assert code == Exit.SUCCESS
    return json.loads(out.getvalue())


@pytest.fixture
def ask(opsengine, told):
    """A command in the demo, as JSON."""

    def call(*args, code=Exit.SUCCESS):
        said = opsengine(*args, "--project-dir", told["project_dir"], "--as-of", AS_OF, "--format", "json")
        assert said.code in (code if isinstance(code, tuple) else (code,)), said.err
        document = said.json
        assert document["schema_version"] == 1
        return document

    return call


def test_demo_says_where_it_is_and_what_it_wrote(told):
    assert told["accounts"] == 8
    assert told["as_of"] == AS_OF
    assert told["briefs"]
    for file in (*told["files"], *told["briefs"]):
        with open(file, "rb") as content:  # noqa: PTH123  the path is a text on purpose
            assert content.read(1)


def test_demo_can_stop_before_the_report(opsengine, tmp_path):
    said = opsengine("demo", tmp_path / "demo", "--accounts", "1", "--days", "14", "--no-report", "--format", "json").json

    assert said["briefs"] == []
    assert not (tmp_path / "demo/.opsengine/state.db").exists()


def test_a_folder_that_is_no_demo_is_never_replaced(opsengine, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("years of work")

    said = opsengine("demo", tmp_path / "mine", "--replace")

    assert said.code == Exit.USAGE
    assert (tmp_path / "mine/thesis.txt").read_text() == "years of work"


def test_import_says_what_became_of_each_file(ask, told, tmp_path):
    files = ask("import", f"{told['project_dir']}/data")["files"]

    assert files
    for file in files:
        assert set(file) >= FILE
        assert file["status"] in ("imported", "unchanged", "superseded", "rejected")
        assert set(file["drift"]) >= {"missing", "new", "renamed"}
        for rejection in file["rejections"]:
            assert set(rejection) >= {"sheet", "row", "column", "reason"}


def test_an_unknown_file_is_refused_with_a_reason(ask, tmp_path):
    (tmp_path / "notes.csv").write_text("dear,diary\n1,2\n")

    (file,) = ask("import", tmp_path / "notes.csv", code=Exit.FINDINGS)["files"]

    assert (file["status"], file["accepted"]) == ("rejected", 0)
    assert file["rejections"][0]["reason"]


def test_see_adds_up(ask):
    said = ask("see")

    assert said["as_of"] == AS_OF
    assert set(said["scorecard"]) == {"id", "version"}
    assert len(said["accounts"]) == 8
    for account in said["accounts"]:
        assert set(account) >= {"account_id", "name", "peer_group", "scores", "tiers", "traffic"}
        assert set(account["peer_group"]) == {"level", "key", "accounts"}
        assert set(account["tiers"]) >= {"devoted", "warm", "casual", "mode"}
        assert set(account["traffic"]) >= {"public", "paid", "owned", "external"}
        for score in (account["scores"]["business"], account["scores"]["popularity"]):
            assert set(score) >= SCORE
            assert all(set(component) >= COMPONENT for component in score["components"])
            if score["score"] is not None:
                points = sum(component["contribution"] or 0 for component in score["components"])
                assert score["base"] + points == pytest.approx(score["score"], abs=1e-6)


def test_see_why_adds_up(ask, told):
    account = ask("see")["accounts"][0]["account_id"]

    (said,) = ask("see", account, "--why", "--since", "2026-06-14")["accounts"]

    why = said["why"]["business"]
    assert why["to"] - why["from"] == pytest.approx(why["change"], abs=1e-6)
    assert sum(cause["points"] for cause in why["causes"]) == pytest.approx(why["change"], abs=1e-6)
    assert {cause["kind"] for cause in why["causes"]} <= {"own", "field", "method", "coverage"}


def test_see_answers_a_mistyped_account_by_the_nearest_one(opsengine, ask, told):
    account = ask("see")["accounts"][0]["account_id"]

    said = opsengine("see", account + "x", "--project-dir", told["project_dir"], "--as-of", AS_OF)

    assert said.code == Exit.USAGE
    assert f"did you mean `{account}`?" in said.err


def test_goals_status(ask):
    goals = ask("goals", "status")["goals"]

    assert goals
    for goal in goals:
        assert set(goal) >= GOAL
        assert set(goal["cycle"]) == {"id", "start", "end"}
        assert date.fromisoformat(goal["cycle"]["start"]) <= date.fromisoformat(goal["cycle"]["end"])
        assert goal["role"] in ("primary", "secondary", "guardrail")
        assert goal["status"] in ("ahead", "on_track", "at_risk", "behind", "reached", "missed", "no_data")
        assert set(goal["landing"]) >= {"p10", "p50", "p90", "p025", "p975"}


def test_goals_behind_can_fail_a_schedule(ask):
    statuses = {goal["status"] for goal in ask("goals", "status")["goals"]}

    expected = Exit.FINDINGS if statuses & {"behind", "missed"} else Exit.SUCCESS

    assert ask("goals", "status", "--fail-on", "behind", code=expected)["goals"]


def test_goals_backtest(ask):
    said = ask("goals", "backtest", "--metric", "gmv", "--cycle", "week", "--windows", "1")

    assert [window["id"] for window in said["windows"]] == ["2026-W25"]
    for line in said["table"]:
        assert set(line) >= {"elapsed", "n", "mape", "coverage80", "coverage95", "brier", "ece"}
    assert [line["elapsed"] for line in said["table"]] == [0, 0.25, 0.5, 0.75]


def test_goals_show_tells_one_goal_in_full(ask):
    name = ask("goals", "status")["goals"][0]["goal"]
    said = ask("goals", "show", name)

    assert set(said) >= {"goal", "why", "owner", "composite", "measures", "notes", "log"}
    assert all(set(measure) >= GOAL for measure in said["measures"])


def test_goals_show_tells_a_person_where_it_lands_and_what_to_know_of_it(opsengine, ask, told):
    goal = next(goal for goal in ask("goals", "status")["goals"] if goal["landing"]["backtests"])
    said = opsengine("goals", "show", goal["goal"], "--project-dir", told["project_dir"]).out

    assert all(head in said for head in ("lands at", "of the target", "50 %: from", "80 %: to", "95 %: to"))
    assert f"{goal['landing']['p50'] / goal['target']:.0%}" in said


def test_goals_propose_can_be_rehearsed(ask):
    account = next(goal["account_id"] for goal in ask("goals", "status")["goals"] if goal["landing"]["backtests"])
    before = ask("goals", "list")["goals"]
    said = ask("goals", "propose", account, "--cycle", "2026-W26", "--dry-run")

    assert set(said) >= {"file", "written", "metric", "cycle", "levels", "odds", "evidence", "diff", "text"}
    assert set(said["levels"]) == {"floor", "target", "stretch"}
    assert ask("goals", "list")["goals"] == before


def test_what_git_could_tell_is_nothing_without_git(opsengine, ask, told):
    assert ask("goals", "log") == {"schema_version": 1, "is_in_git": False, "entries": []}
    assert opsengine("plan", "--against", "main", "--project-dir", told["project_dir"]).code == Exit.USAGE


def test_problems_are_told_to_scanners_and_to_pull_requests(opsengine, project):
    (project / "goals").mkdir(exist_ok=True)
    (project / "goals" / "june.yaml").write_text("kind: goal\nsubject: {account: x}\ncycle: 2026-06\nprimry: 1\n", encoding="utf-8")
    sarif = opsengine("validate", "--report", "sarif", "--project-dir", project)
    github = opsengine("validate", "--report", "github", "--project-dir", project)

    (result,) = sarif.json["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (sarif.code, github.code, result["ruleId"]) == (Exit.FINDINGS, Exit.FINDINGS, "unknown-key")
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("goals/june.yaml", 4)
    assert github.out.startswith("::error file=goals/june.yaml,line=4,col=1,title=unknown-key::")


def test_goals_new_writes_a_valid_file(opsengine, ask, told):
    account = ask("see")["accounts"][0]["account_id"]
    promise = ("--account", account, "--metric", "gmv", "--target", "120万", "--cycle", "2026-07")

    said = ask("goals", "new", "july", *promise)

    assert said["file"] == "goals/july.yaml"
    assert ask("validate")["ok"]
    again = opsengine("goals", "new", "july", *promise, "--project-dir", told["project_dir"])
    assert again.code == Exit.USAGE
    assert "exists already" in again.err


@pytest.mark.parametrize(("subject", "metric"), [("nobody", "gmv"), (None, "gvm")])
def test_goals_new_refuses_what_nobody_knows(opsengine, ask, told, subject, metric):
    account = subject or ask("see")["accounts"][0]["account_id"]
    promise = ("--account", account, "--metric", metric, "--target", "1", "--cycle", "2026-07")

    said = opsengine("goals", "new", "august", *promise, "--project-dir", told["project_dir"])

    assert said.code == Exit.USAGE
    assert "nothing is known by the name" in said.err


def test_goals_list_needs_no_data(ask):
    assert {"goal", "file", "subject", "cycle", "start", "end", "primary", "owner"} <= set(ask("goals", "list")["goals"][0])


def test_strategy_suggest(ask):
    accounts = ask("strategy", "suggest")["accounts"]

    assert any(account["suggestions"] for account in accounts)
    for account in accounts:
        assert [one["rank"] for one in account["suggestions"]] == list(range(1, len(account["suggestions"]) + 1))
        for one in account["suggestions"]:
            assert set(one) >= SUGGESTION
            assert set(one["expected"]) >= {"metric", "low", "mid", "high"}
            assert all(set(evidence) >= {"name", "value", "benchmark"} for evidence in one["evidence"])
        assert all(set(one) >= {"play", "missing"} for one in account["cannot_judge"])


def test_tasks_list(ask):
    assert ask("tasks", "list")["tasks"] == []


def test_monitor_ends_with_one_when_something_fires(ask):
    alerts = ask("monitor", code=(Exit.FINDINGS, Exit.SUCCESS))["alerts"]

    assert all(set(alert) >= ALERT for alert in alerts)
    is_firing = any(alert["state"] == "firing" for alert in alerts)
    ask("monitor", code=Exit.FINDINGS if is_firing else Exit.SUCCESS)


def test_report_twice_sends_once(ask, told):
    said = ask("report")

    assert set(said) >= RUN
    assert all(set(brief) >= BRIEF for brief in said["briefs"])
    assert (said["delivered"], said["rendered"]) == (0, 0)
    assert said["already_delivered"] == len(said["briefs"]) > 0
    assert set(told["briefs"]) == {brief["paths"]["html"] for brief in said["briefs"]}


def test_a_brief_waits_for_its_data(opsengine, tmp_path):
    opsengine("demo", tmp_path / "demo", "--accounts", "1", "--days", "14", "--no-report")

    ask = ("--project-dir", tmp_path / "demo", "--as-of", "2026-07-12", "--format", "json")

    said = opsengine("report", "--report", "weekly", *ask)

    assert said.code == Exit.DATA
    assert said.json["held"] > 0
    assert (said.json["delivered"], said.json["briefs"]) == (0, [])
    assert "held: " in said.err


def test_two_runs_at_once_are_one_too_many(opsengine, project):
    with lock(project / ".opsengine", NOW):
        said = opsengine("report", "--project-dir", project)

    assert said.code == Exit.LOCKED
    assert "another run is at work here" in said.err


def test_a_rehearsal_leaves_nothing_behind(ask):
    before = ask("runs", "list")["runs"]

    said = ask("report", "--dry-run", "--force")

    assert said["briefs"]
    assert said["delivered"] == 0
    assert ask("runs", "list")["runs"] == before


def test_a_rehearsed_import_keeps_nothing(opsengine, project):
    (project / "accounts.csv").write_text("account_id,name,industry\ntea,Tea,餐饮\n")
    (project / "data/series.csv").write_text("account_id,date,metric,value\ntea,2026-06-01,plays,12\n")
    ask = ("--project-dir", project, "--format", "json")

    for _ in range(2):
        (file,) = opsengine("import", project / "data", "--dry-run", *ask).json["files"]
        assert (file["status"], file["accepted"]) == ("imported", 1)
    assert opsengine("run", "--dry-run", "--as-of", "2026-06-01", *ask).json["accounts"] == 1
    assert not list((project / ".opsengine").glob("rehearsal-*"))
    assert not (project / ".opsengine/state.db").exists()


def test_a_rehearsed_beginning_writes_nothing(opsengine, tmp_path):
    said = opsengine("init", tmp_path / "shop", "--dry-run", "--format", "json")

    assert "opsengine.yaml" in said.json["files"]
    assert not (tmp_path / "shop").exists()


def test_report_show_gives_exactly_what_was_sent(ask, opsengine, told):
    key = ask("report")["briefs"][0]["key"]

    shown = ask("report", "show", key)
    raw = opsengine("report", "show", key, "--raw", "--project-dir", told["project_dir"])

    assert set(shown["files"]) >= {"index.html", "brief.md", "brief.json"}
    assert shown["messages"][0]["state"] == "sent"
    assert "Message-ID:" in raw.out


def test_the_ledger_verifies(ask):
    balance = ask("rewards", "balance")["subjects"]
    entries = ask("rewards", "statement")["entries"]
    verified = ask("rewards", "verify")

    assert all(set(one) == {"subject", "unit", "pending", "confirmed", "fulfilled"} for one in balance)
    assert verified["ok"] is True
    assert verified["entries"] == len(entries)
    assert verified["first_difference"] is None


def test_the_log_of_runs_says_how_each_ended(ask):
    runs = ask("runs", "list")["runs"]

    assert runs[0]["command"] == "report"
    assert {run["outcome"] for run in runs} == {"success"}


def test_outbox_list(ask):
    assert ask("outbox", "list")["messages"] == []
    everything = ask("outbox", "list", "--all")["messages"]
    assert {message["state"] for message in everything} == {"sent"}


def test_validate_reports_all_problems_with_place_and_way_out(opsengine, project):
    (project / "goals/tea.yaml").write_text("kind: goal\ncycle: 2026-13\nshere: 1\nsubject: {account: nobody}\nprimary: {metric: gvm, target: x}\n")
    (project / "opsengine.yaml").write_text("kind: project\nkind: project\n")

    said = opsengine("validate", "--project-dir", project, "--format", "json")

    assert said.code == Exit.FINDINGS
    assert said.json["ok"] is False
    assert {problem["file"] for problem in said.json["problems"]} == {"opsengine.yaml", "goals/tea.yaml"}
    for problem in said.json["problems"]:
        assert set(problem) == {"file", "line", "column", "code", "message", "hint"}


def test_validate_tells_files_of_every_kind_that_are_not_read_and_all_that_is_wrong_with_one(opsengine, project):
    (project / "reports").mkdir(exist_ok=True)
    (project / "reports/weekly.yml").write_text("kind: report\n")
    (project / "ramp.yml").write_text("kind: ramp\n")
    (project / "docker-compose.yml").write_text("services: {}\n")
    (project / "monitor.yaml").write_text("kind: monitor\nkind: monitor\nnotises: 1\n")

    said = opsengine("validate", "--project-dir", project, "--format", "json")

    assert [(problem["file"], problem["code"]) for problem in said.json["problems"]] == [
        ("monitor.yaml", "duplicate-key"), ("monitor.yaml", "unknown-key"), ("ramp.yml", "misnamed"),
        ("reports/weekly.yml", "misnamed"),
    ]  # fmt: skip


def test_a_note_without_words_is_refused_with_a_way_out(opsengine, told):
    said = opsengine("goals", "note", "anything", " ", "--project-dir", told["project_dir"])

    assert (said.code, "a note needs words" in said.err, "hint" in said.err) == (Exit.USAGE, True, True)


def test_every_command_that_prints_data_prints_it_in_every_format(opsengine, told):
    for command in (["see"], ["goals", "list"], ["outbox", "list", "--all"], ["runs", "list"], ["rewards", "balance"]):
        for form in ("table", "csv", "md"):
            said = opsengine(*command, "--project-dir", told["project_dir"], "--as-of", AS_OF, "--format", form)
            assert (said.code, bool(said.out)) == (Exit.SUCCESS, True), (command, form)


def test_the_six_rooms_have_their_verbs():
    assert list(SECTIONS["The loop"]) == ["see", "goals", "strategy", "tasks", "rewards", "monitor", "report"]


def test_a_register_that_cannot_be_read_is_told_once_and_not_by_each_alias(opsengine, project):
    (project / "accounts.csv").write_text("account_id,name,industry\ntea,Tea,food\ntea,Tea,food\n", encoding="utf-8")
    (project / "aliases.csv").write_text("alias,account_id,from,until\nshop,tea,,\nshop,tea,,\nstall,nobody,,\n", encoding="utf-8")

    said = opsengine("validate", "--project-dir", project, "--format", "json")
    assert [(problem["file"], problem["code"]) for problem in said.json["problems"]] == [
        ("accounts.csv", "duplicate-account"), ("aliases.csv", "two-owners"),
    ]  # fmt: skip
