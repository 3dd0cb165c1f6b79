from __future__ import annotations

import pytest

from opsengine.demo import DemoPlan, write_exports


@pytest.fixture(scope="session")
def plan():
    return DemoPlan()


@pytest.fixture(scope="session")
def demo(plan, tmp_path_factory):
    """The default demo, written once."""
    folder = tmp_path_factory.mktemp("demo")
    write_exports(folder, plan)
    return folder
