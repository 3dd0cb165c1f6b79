"""A warehouse, a project, and the shipped rules."""

from __future__ import annotations

import pytest

from opsengine.monitor import read_alerts
from opsengine.project import Project
from tests.strategy.world import NAMES, World


@pytest.fixture
def world():
    return World()


@pytest.fixture
def project(tmp_path):
    (tmp_path / "opsengine.yaml").write_text("kind: project\n", encoding="utf-8")
    return Project(tmp_path)


@pytest.fixture
def rules(project):
    return read_alerts(project, NAMES)
