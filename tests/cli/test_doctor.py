"""The doctor says what is not well, and touches nothing."""

from __future__ import annotations

import socket
from typing import NamedTuple

import pytest

from opsengine.cli import doctor
from opsengine.errors import Exit


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
