"""`opsengine monitor` from end to end: looked at, remembered, told once, silenced, taken on, tried."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from rich.console import Console

from opsengine.cli.monitor_watch import dashboard
from opsengine.errors import Exit
from opsengine.monitor import Board
from opsengine.words import Words

DAY = date(2026, 4, 30)
NOON = datetime(2026, 5, 1, 4, tzinfo=UTC)
RULE = """kind: alert
version: 1
title: {zh-CN: 播放太少, en: Few plays}
watch: metric
severity: critical
threshold: 1000
when: plays_7d < threshold
value: plays_7d
because: {zh-CN: "近 7 天播放 {plays_7d}。", en: "{plays_7d} plays in seven days."}
play: resume-posting
"""


@pytest.fixture
def shop(project):
    """A project of two accounts, one of which is hardly seen."""
    (project / "accounts.csv").write_text("account_id,name,industry\ntea,<b>Tea</b>,food\nwine,Wine,food\n", encoding="utf-8")
    (project / "alerts" / "few-plays.yaml").write_text(RULE, encoding="utf-8")
    write(project, tea=20, wine=900)
    return project


def write(project, until=DAY, **plays):
    rows = [f"{name},{until - timedelta(days=age)},plays,{many}" for name, many in plays.items() for age in range(40)]
    (project / "data" / f"series-{until}-{'-'.join(map(str, plays.values()))}.csv").write_text(
        "account_id,date,metric,value\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )


@pytest.fixture
def monitor(opsengine, shop):
    def call(*args, now=NOON):
        return opsengine("monitor", *args, "--project-dir", shop, "--as-of", DAY, "--format", "json", "--locale", "en", now=now)

    return call


def letters(shop):
    return sorted((shop / "outbox").glob("monitor*.eml"))


def mine(outcome):
    return [alert for alert in outcome.json["alerts"] if alert["alert"] == "few-plays"]


def test_a_round_tells_once_and_remembers(monitor, shop):
    first, second = monitor("--once"), monitor("--once", now=NOON + timedelta(hours=1))

    assert (first.code, second.code) == (Exit.FINDINGS, Exit.FINDINGS)
    assert [(alert["subject"], alert["state"], alert["play"]) for alert in mine(first)] == [("tea", "firing", "resume-posting")]
    assert (first.json["round"]["told"], second.json["round"]["told"]) == (1, 0)
    [letter] = letters(shop)
    assert b"Auto-Submitted: auto-generated" in letter.read_bytes()
    assert [(one["alert"], one["state"]) for one in mine(monitor("list"))] == [("few-plays", "firing")]


LOSING = "hour,spend,revenue,orders\n" + "".join(f"2026-04-30T{hour}:00,400,0,0\n" for hour in range(10, 14))


def test_broken_hours_of_a_paid_test_stop_no_round_and_end_no_alert(monitor, shop):
    file = shop / "ramps" / "tea.csv"
    file.parent.mkdir()

    def stands(text, later):
        file.write_text(text, encoding="utf-8")
        outcome = monitor("--once", now=NOON + timedelta(hours=later))
        assert outcome.code == Exit.FINDINGS
        return {one["alert"]: one["state"] for one in monitor("list").json["alerts"]}

    found = stands(LOSING, 0)
    broken = stands(LOSING + "soon,1,2,3\n", 3)
    mended = stands(LOSING, 6)

    assert {**found, "paid-test-to-pull-back": "firing", "few-plays": "firing"} == found
    assert {**found, "paid-test-to-pull-back": "error", "paid-test-cannot-be-read": "firing"} == broken
    assert mended == found


def test_looking_neither_imports_nor_remembers_nor_tells(monitor, shop):
    monitor()

    assert letters(shop) == []
    assert monitor("list").json["alerts"] == []


def test_a_rehearsal_says_what_would_be_told_and_keeps_nothing(monitor, shop):
    rehearsed = monitor("--once", "--dry-run")

    assert (rehearsed.code, rehearsed.json["round"]["told"]) == (Exit.FINDINGS, 1)
    assert "a rehearsal: 1 digests" in rehearsed.err
    assert letters(shop) == []
    assert monitor("list").json["alerts"] == []
    assert monitor("--dry-run").code == Exit.USAGE


def test_each_round_of_watching_is_a_line_of_json(shop):
    code = "import sys; from opsengine.cli import main; sys.argv = ['opsengine', *sys.argv[1:]]; main()"
    args = ["monitor", "--watch", "--every", "0.1", "--project-dir", str(shop), "--as-of", str(DAY), "--locale", "en"]
    watch = subprocess.Popen([sys.executable, "-c", code, *args], stdout=subprocess.PIPE, text=True)
    try:
        first = json.loads(watch.stdout.readline())
        write(shop, tea=900, wine=901)
        second = json.loads(watch.stdout.readline())
        watch.send_signal(signal.SIGTERM)

        assert [alert["subject"] for alert in first["alerts"] if alert["alert"] == "few-plays"] == ["tea"]
        assert [alert for alert in second["alerts"] if alert["alert"] == "few-plays"] == []
        assert (first["round"], second["round"], second["told"]) == (1, 2, 1)
        assert watch.wait(timeout=60) == 0
    finally:
        watch.kill()


def test_the_dashboard_says_which_account_and_why():
    said = {"zh-CN": "少", "en": "20 plays in seven days."}
    numbers = dict.fromkeys(("business", "popularity", "sales", "leads", "fans_growth"), 12345.6)
    row = {"account_id": "tea", "name": "[red]Tea[/]", "alerts": 1, "severity": "critical", "why": said, **numbers}
    board = Board(DAY, NOON, 1, (row,), ({"account_id": None, "because": said},))
    console = Console(width=160, record=True, file=io.StringIO())

    console.print(dashboard(board, Words("en"), "en"))

    shown = console.export_text()
    assert all(text in shown for text in ("1 of 1 accounts", "[red]Tea[/]", "12,346", "20 plays in seven days.", "critical"))


def test_what_is_over_is_told_and_history_says_all_of_it(monitor, shop):
    monitor("--once")
    write(shop, tea=900, wine=901)
    monitor("--once", now=NOON + timedelta(hours=2))

    events = [(line["event"], line["subject"]) for line in monitor("history", "--alert", "few-plays").json["history"]]
    assert sorted(events) == sorted([("ok", "tea"), ("over", "tea"), ("firing", "tea"), ("fired", "tea")])
    assert len(letters(shop)) == 2


def test_history_is_read_by_the_clock_on_the_wall_and_in_the_language_of_the_reader(monitor, opsengine, shop):
    monitor("--once")

    told = opsengine("monitor", "history", "--alert", "few-plays", "--project-dir", shop, "--locale", "zh-CN", now=NOON).out
    assert "2026-05-01 12:00" in told
    assert "近 7 天播放 140。" in told


def test_the_command_that_shows_more_can_be_run_as_it_stands(monitor, opsengine, shop):
    commands = {one["look_further"] for one in monitor("--once").json["alerts"]}

    assert "opsengine see tea --why --since 2026-04-23 --as-of 2026-04-30" in commands
    for command in commands:
        outcome = opsengine(*command.split()[1:], "--project-dir", shop, now=NOON)
        assert outcome.code in {Exit.SUCCESS, Exit.FINDINGS}, (command, outcome.err)


def test_a_snoozed_alert_is_listed_and_silent(monitor, shop):
    monitor("--once")
    snoozed = monitor("snooze", "few-plays", "tea", "--for", "12h", "--by", "ann")
    until = monitor("snooze", "few-plays", "tea", "--until", "2026-05-04", "--by", "ann")

    assert (snoozed.code, snoozed.json["state"]) == (0, "snoozed")
    assert until.json["snoozed_until"] == "2026-05-04T00:00+08:00"
    assert [one["state"] for one in mine(monitor("list"))] == ["snoozed"]
    assert [one["state"] for one in mine(monitor("list", now=NOON + timedelta(days=4)))] == ["firing"]


def test_somebody_takes_an_alert_on(monitor):
    monitor("--once")

    assert monitor("ack", "few-plays", "tea", "--by", "ann").json["acknowledged_by"] == "ann"
    assert [one["acknowledged_by"] for one in mine(monitor("list"))] == ["ann"]


@pytest.mark.parametrize(
    "args",
    [("snooze", "few-plays", "wine", "--for", "1h", "--by", "ann"), ("snooze", "few-plays", "tea", "--by", "ann"),
     ("snooze", "few-plays", "tea", "--for", "soon", "--by", "ann"), ("ack", "nothing", "tea", "--by", "ann"), ("test", "few-play")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_way_out(monitor, args):
    monitor("--once")
    refused = monitor(*args)

    assert refused.code == Exit.USAGE
    assert "hint" in refused.err


def test_a_rule_is_tried_on_past_days(monitor):
    monitor("--once")
    tried = monitor("test", "few-plays", "--days", "2")

    assert tried.code == Exit.FINDINGS
    assert {alert["day"] for alert in tried.json["alerts"] if alert["state"] == "firing"} == {"2026-04-30", "2026-04-29"}


def test_a_refused_file_is_an_alert_of_the_house(monitor, shop):
    (shop / "data" / "nonsense.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    house = [alert for alert in monitor("--once").json["alerts"] if alert["alert"] == "files-refused"]

    assert [(alert["state"], alert["account_id"]) for alert in house] == [("firing", None)]
    assert "nonsense.csv" in house[0]["because"]


def test_a_mistake_in_monitor_yaml_is_told_with_its_place(monitor, opsengine, shop):
    (shop / "monitor.yaml").write_text("kind: monitor\nnotices: {most_per_dey: 3}\n", encoding="utf-8")

    problems = json.loads(opsengine("validate", "--project-dir", shop, "--format", "json").out)["problems"]

    assert [(problem["file"], problem["line"]) for problem in problems] == [("monitor.yaml", 2)]
    assert monitor("--once").code == Exit.USAGE


def test_a_chat_that_nobody_knows_is_refused_before_anything_is_done(monitor, shop):
    (shop / "monitor.yaml").write_text('kind: monitor\npeople:\n  - {name: ann, to: "chat:eest"}\n', encoding="utf-8")
    with (shop / "opsengine.yaml").open("a", encoding="utf-8") as settings:
        settings.write("chats: {east: {kind: slack, url_env: SLACK_EAST}}\n")

    refused = monitor("--once")

    assert refused.code == Exit.USAGE
    assert "chat:eest" in refused.err
    assert "chat:east" in refused.err


def test_nobody_is_told_what_is_meant_for_others(monitor, shop):
    people = """kind: monitor
people:
  - {name: ann, to: ann@example.com, where: {account: [wine]}}
  - {name: bob, to: bob@example.com, where: {account: [tea]}, least: critical, locale: en}
"""
    (shop / "monitor.yaml").write_text(people, encoding="utf-8")
    monitor("--once")

    [letter] = letters(shop)
    assert b"To: bob@example.com" in letter.read_bytes()


@pytest.mark.parametrize("args", [("--host", "0.0.0.0"), ("--host", "192.0.2.1")], ids=str)  # noqa: S104  that it is refused is the point
def test_the_page_is_for_this_machine_alone_without_a_token(monitor, args):
    refused = monitor("--serve", "--port", "0", *args)

    assert refused.code == Exit.USAGE
