"""Two hosts, each with the project's files and a home of its own, share one PostgreSQL: `opsengine report` says everything once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

DAY = "2026-06-21"
RUN = (sys.executable, "-c", "from opsengine.cli import main; main()")


@pytest.fixture(scope="module")
def untouched(tmp_path_factory) -> Path:
    """A small project with its exports, before anything was imported."""
    folder = tmp_path_factory.mktemp("demo") / "project"
    opsengine(folder.parent, "demo", str(folder), "--accounts", "4", "--days", "45", "--no-report")
    return folder


@pytest.fixture
def hosts(untouched, postgres, tmp_path) -> tuple[Path, Path]:
    place = postgres.server()
    found = []
    for name in "ab":
        project = Path(shutil.copytree(untouched, tmp_path / name))
        settings = project / "opsengine.yaml"
        url = f"postgresql://{place.user}@{place.host}:{place.port}/{place.database}"
        with settings.open("a", encoding="utf-8") as file:
            file.write(f"\nstate:\n  url: {url}\n  namespace: {place.namespace}\n")
        found.append(project)
    return found[0], found[1]


def test_the_second_host_finds_everything_done_and_has_the_same_facts(hosts):
    first, second = hosts
    done = opsengine(first, "report", "--as-of", DAY, "--format", "json")
    assert done.returncode == 0, done.stderr
    stranger = opsengine(second, "report", "--as-of", DAY, "--locale", "en")
    assert (stranger.returncode, ".opsengine/key" in stranger.stderr) == (3, True), stranger.stderr
    shutil.copy2(first / ".opsengine" / "key", second / ".opsengine" / "key")

    again = opsengine(second, "report", "--as-of", DAY, "--format", "json")

    assert again.returncode == 0, again.stderr
    assert not list((second / "outbox").glob("*.eml"))
    assert len(list((first / "outbox").glob("*.eml"))) == len(_messages(second))
    assert _lake(second) == _lake(first)
    assert not (second / ".opsengine" / "state.db").exists()
    assert see(second) == see(first)
    assert {run["command"] for run in json.loads(opsengine(first, "runs", "list", "--format", "json").stdout)["runs"]} == {"report"}


def test_both_at_once_send_one_copy_of_each(hosts):
    _share_key(hosts)
    with ThreadPoolExecutor() as pool:
        ends = list(pool.map(lambda host: opsengine(host, "report", "--as-of", DAY), hosts))

    assert sorted(end.returncode for end in ends) in ([0, 6], [0, 0]), [end.stderr for end in ends]
    left = Counter(file.name for host in hosts for file in (host / "outbox").glob("*.eml"))
    assert set(left.values()) == {1}
    assert left.total() == len(_messages(hosts[0]))


def test_a_rehearsal_leaves_the_shared_state_alone(hosts):
    first, _ = hosts
    opsengine(first, "import", "data")
    before = opsengine(first, "state", "show", "--format", "json").stdout

    done = opsengine(first, "run", "--dry-run", "--as-of", DAY)

    assert done.returncode == 0, done.stderr
    assert opsengine(first, "state", "show", "--format", "json").stdout == before
    checks = json.loads(opsengine(first, "doctor", "--format", "json").stdout)["checks"]
    assert {check["check"]: check["verdict"] for check in checks}.items() >= {"shared state": "good", "lock": "good", "ledger": "good"}.items()


def test_a_host_moves_what_it_kept_for_itself(hosts):
    first, second = hosts
    _share_key(hosts)
    settings = first / "opsengine.yaml"
    shared = settings.read_text(encoding="utf-8")
    settings.write_text(shared[: shared.index("\nstate:")], encoding="utf-8")
    assert opsengine(first, "report", "--as-of", DAY).returncode == 0
    sent = len(list((first / "outbox").glob("*.eml")))
    settings.write_text(shared, encoding="utf-8")
    assert opsengine(first, "report", "--as-of", DAY, "--locale", "en").returncode == 2

    moved = opsengine(first, "state", "move", "--format", "json")

    assert moved.returncode == 0, moved.stderr
    assert opsengine(first, "report", "--as-of", DAY).returncode == 0
    assert opsengine(second, "report", "--as-of", DAY).returncode == 0
    assert len(list((first / "outbox").glob("*.eml"))) == sent == len(_messages(second))
    assert not list((second / "outbox").glob("*.eml"))


def opsengine(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(project), "LC_ALL": "C.UTF-8", "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    return subprocess.run([*RUN, *words], cwd=project, env=environment, capture_output=True, text=True, check=False)


def _share_key(hosts: tuple[Path, Path]) -> None:
    """What an administrator does: one key for the pseudonyms of fans, on every host."""
    for host in hosts:
        (host / ".opsengine").mkdir(exist_ok=True)
        (host / ".opsengine" / "key").write_bytes(b"k" * 32)
        (host / ".opsengine" / "key").chmod(0o600)


def see(project: Path) -> str:
    return opsengine(project, "see", "--as-of", DAY, "--format", "json").stdout


def _messages(project: Path) -> list[dict[str, object]]:
    told = json.loads(opsengine(project, "outbox", "list", "--all", "--format", "json").stdout)["messages"]
    assert {message["state"] for message in told} == {"sent"}
    return list(told)


def _lake(project: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (project / ".opsengine" / "lake").iterdir()}
