"""The front door as a person meets it: words in; what is printed, and the exit code, out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from opsengine.cli.main import run

NOW = datetime(2026, 6, 22, 1, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def opsengine(capsys, monkeypatch, tmp_path):
    """Runs one command line in an empty folder, with an empty environment, on 22 June 2026."""
    monkeypatch.chdir(tmp_path)

    def call(*args, now=NOW, **environ):
        code = run([str(arg) for arg in args], environ, now)
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return call


@pytest.fixture
def project(opsengine, tmp_path):
    """A project as `init` makes it."""
    opsengine("init", tmp_path / "shop")
    return tmp_path / "shop"
