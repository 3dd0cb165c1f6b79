"""The same inputs give the same bytes: whatever the threads, the order of rows and the zone of the machine."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from opsengine.cli.main import run
from tests.see.facts import TODAY
from tests.see.test_scores import busy

NOW = datetime(2026, 6, 22, 1, 30, tzinfo=UTC)
WAYS = {
    "one thread": (1, "UTC", None),
    "two threads": (2, "Asia/Shanghai", None),
    "eight threads, rows in another order": (8, "America/Los_Angeles", 1),
    "one thread, rows in a third order": (1, "Pacific/Kiritimati", 2),
}


def project(folder: Path, threads: int, shuffled: int | None) -> Path:
    folder.mkdir()
    (folder / "opsengine.yaml").write_text(f"limits: {{threads: {threads}}}\n", encoding="utf-8")
    accounts = [f"a{n},名字{n},{('服饰', '汽车')[n % 2]},{('small', '')[n % 3 == 0]}\n" for n in range(12)]
    rows = [
        f"a{n},{TODAY - timedelta(days=age)},{metric},{value}\n"
        for n in range(12)
        for metric, values in busy(scale=317 * (1 + n // 2), days=70).items()
        for age, value in enumerate(reversed(values))
        if (n + age) % 11
    ]
    if shuffled is not None:
        random.Random(shuffled).shuffle(rows)  # noqa: S311  repeated, not kept secret
        random.Random(shuffled).shuffle(accounts)  # noqa: S311  as above
    (folder / "accounts.csv").write_text("account_id,name,industry,size\n" + "".join(accounts), encoding="utf-8")
    (folder / "series.csv").write_text("account_id,date,metric,value\n" + "".join(rows), encoding="utf-8")
    return folder


@pytest.fixture
def machine_zone(monkeypatch):
    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "asked", [[], ["a3", "--why"], ["--market", "a3"], ["--sensitivity"]], ids=["everybody", "why", "market", "sensitivity"]
)
def test_what_see_prints_does_not_depend_on_threads_rows_or_zones(tmp_path, capsys, machine_zone, asked):
    said = {}
    for name, (threads, zone, shuffled) in WAYS.items():
        machine_zone(zone)
        folder = project(tmp_path / str(len(said)), threads, shuffled)
        place = ["--project-dir", str(folder)]
        assert run(["import", str(folder / "series.csv"), *place], {}, NOW) == 0
        capsys.readouterr()
        assert run(["see", *asked, *place, "--as-of", "2026-06-21", "--format", "json"], {}, NOW) == 0
        said[name] = capsys.readouterr().out

    assert len(said["one thread"]) > 1000
    assert {name for name, text in said.items() if text != said["one thread"]} == set()
