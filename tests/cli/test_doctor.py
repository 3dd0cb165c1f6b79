"""The doctor says what is not well, and touches nothing."""

from __future__ import annotations

import socket
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from opsengine.cli import doctor
from opsengine.errors import Exit

NOW = datetime(2026, 6, 22, 1, 30, tzinfo=UTC)


class Version(NamedTuple):
    major: int
    minor: int
    micro: int


@pytest.fixture
def checks(opsengine, project):
    """What `doctor` says in a new project: verdict by check, and the exit code."""

    def ask(*args):
        said = opsengine("doctor", "--project-dir", project, "--format", "json", *args)
        assert said.json["ok"] is (said.code == Exit.SUCCESS)
        return {one["check"]: one for one in said.json["checks"]}

    return ask


def test_a_new_project_is_well(checks):
    assert [name for name, one in checks().items() if one["verdict"] == "trouble"] == []


@pytest.mark.parametrize(("version", "verdict"), [((3, 11, 7), "warning"), ((3, 11, 15), "good"), ((3, 14, 2), "warning"), ((3, 15, 0), "good")])
def test_an_old_python_is_warned_of_and_never_refused(checks, monkeypatch, version, verdict):
    monkeypatch.setattr(doctor.sys, "version_info", Version(*version))

    assert checks()["python"]["verdict"] == verdict


def test_a_wrong_file_is_trouble(checks, project):
    (project / "goals/tea.yaml").write_text("kind: poem\n")

    assert checks()["files"]["verdict"] == "trouble"
    assert "opsengine validate" in checks()["files"]["hint"]


def test_outside_a_project_the_machine_is_looked_at(opsengine):
    said = opsengine("doctor", "--format", "json")

    assert said.code == Exit.SUCCESS
    assert "python" in {one["check"] for one in said.json["checks"]}


def test_the_mail_server_is_knocked_at_only_when_asked_to(checks, project):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        mail = f"mail: {{host: 127.0.0.1, port: {port}, security: none}}\n"
        (project / "opsengine.yaml").write_text("kind: project\n" + mail)

        assert "mail" not in checks()
        assert checks("--network")["mail"]["verdict"] == "trouble"


def test_a_clock_that_was_set_back_is_trouble_and_a_long_silence_a_warning(opsengine, project):
    def clock(now):
        said = opsengine("doctor", "--project-dir", project, "--format", "json", now=now)
        return next(one["verdict"] for one in said.json["checks"] if one["check"] == "clock")

    opsengine("report", "--project-dir", project, now=NOW)

    assert clock(NOW + timedelta(minutes=1)) == "good"
    assert clock(NOW - timedelta(minutes=11)) == "trouble"
    assert clock(NOW + timedelta(days=36)) == "warning"


def test_a_ledger_that_was_tampered_with_is_trouble(opsengine, checks, project):
    opsengine("report", "--project-dir", project)
    assert checks()["ledger"]["verdict"] == "good"
    with sqlite3.connect(project / ".opsengine" / "state.db") as state:
        state.execute("UPDATE ledger_head SET entries = 7")

    assert checks()["ledger"]["verdict"] == "trouble"


def test_what_delivery_needs_is_looked_at_without_calling_anybody(opsengine, project):
    def delivery(settings, **environ):
        (project / "opsengine.yaml").write_text(f"kind: project\n{settings}\n", encoding="utf-8")
        said = opsengine("doctor", "--project-dir", project, "--format", "json", **environ)
        found = {one["check"]: one for one in said.json["checks"]}
        return [(name, found[name]["verdict"]) for name in ("delivery", "chats", "heartbeat") if name in found]

    assert delivery("") == [("delivery", "good")]
    assert delivery("mail: {host: mail.brand.example}") == [("delivery", "warning")]
    assert delivery("mail: {host: mail.brand.example, domains: [brand.example]}") == [("delivery", "good")]
    assert delivery("mail: {host: mail.brand.example, security: none}") == [("delivery", "trouble")]
    assert delivery("mail: {host: mail.brand.example, user: ops, password_env: PW, domains: [a.example]}") == [("delivery", "trouble")]
    chat = "chats: {ops: {kind: feishu, url_env: ROBOT}}"
    assert delivery(chat) == [("delivery", "good"), ("chats", "trouble")]
    assert delivery(chat, ROBOT="https://evil.example/x") == [("delivery", "good"), ("chats", "trouble")]
    assert delivery(chat, ROBOT="https://open.feishu.cn/open-apis/bot/v2/hook/x") == [("delivery", "good"), ("chats", "good")]
    beat = "heartbeat: {url_env: BEAT, hosts: [hc.example]}"
    assert delivery(beat, BEAT="https://hc.example/x") == [("delivery", "good"), ("heartbeat", "good")]
    assert delivery(beat) == [("delivery", "good"), ("heartbeat", "trouble")]
