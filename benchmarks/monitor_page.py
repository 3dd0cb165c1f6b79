"""The live page: how long a new file takes to be seen, what a search costs, and what a hundred readers cost.

    python benchmarks/monitor_page.py                       all of it but `many`, over ./demo
    python benchmarks/monitor_page.py fresh PROJECT DAY     a project that is there, such as ./demo 2026-06-21
    python benchmarks/monitor_page.py many ACCOUNTS [DAYS]  a project of so many accounts and 60 days, made for this
    python benchmarks/monitor_page.py prepare ACCOUNTS DAYS FOLDER   such a project, looked at once; then `fresh FOLDER 2026-04-30`
    python benchmarks/monitor_page.py search                10,000 accounts searched, sorted and paged
    python benchmarks/monitor_page.py readers               100 open pages, a new board every second

Times on the clock are told beside CPU seconds and the load of the machine: on a busy one only the CPU seconds mean something.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
METRICS = ("gmv", "leads", "plays", "new_fans")
NEW_DAY = date(2026, 4, 30)
QUARTER = 91
"""Days in a file: one of a year would be larger than what is taken."""
READERS = 100
SECONDS = 20
OPSENGINE = "import sys; from opsengine.cli import main; sys.argv = ['opsengine', *sys.argv[1:]]; main()"


def main() -> None:
    """Measure what was asked for."""
    match sys.argv[1:]:
        case []:
            search()
            readers()
            fresh(ROOT / "demo", date(2026, 6, 21))
        case ["fresh", project, day]:
            fresh(Path(project), date.fromisoformat(day))
        case ["many", accounts, *days]:
            many(int(accounts), int(days[0]) if days else 60)
        case ["prepare", accounts, days, folder]:
            prepare(int(accounts), int(days), Path(folder))
        case ["search"]:
            search()
        case ["readers"]:
            readers()
        case ["--serve"]:
            serve_made_up()
        case _:
            sys.exit(__doc__)


def fresh(project: Path, day: date) -> None:
    """A file of one day is dropped into a copy of the project; how long until the page has it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(project, copy)
        names = [line.split(",")[0] for line in (copy / "accounts.csv").read_text(encoding="utf-8").splitlines()[1:] if line]
        _drop_and_wait(copy, day, {name: 100 + at % 50 for at, name in enumerate(names)})


def many(accounts: int, days: int) -> None:
    """The same for a project of many accounts with four metrics; the new day is like those before."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        levels = _write_project(accounts, days, project)
        _drop_and_wait(project, NEW_DAY, {name: round(level) for name, level in levels.items()})


def prepare(accounts: int, days: int, project: Path) -> None:
    """Such a project whose last day was looked at, as it is in the morning before the new file comes."""
    _write_project(accounts, days, project)
    for words in (["import", str(project / "data")], ["see", "--as-of", str(NEW_DAY - timedelta(days=1)), "--format", "json"]):
        began = time.monotonic()
        args = [sys.executable, "-c", OPSENGINE, *words, "--project-dir", str(project)]
        subprocess.run(args, check=True, stdout=subprocess.DEVNULL)
        print(f"{words[0]}: {time.monotonic() - began:.0f} s on the clock")


def _write_project(accounts: int, days: int, project: Path) -> dict[str, float]:
    """A register and files of a quarter each; what each account brings on a usual day."""
    dice = random.Random(1)  # noqa: S311  made-up accounts guard no secret
    subprocess.run([sys.executable, "-c", OPSENGINE, "init", str(project)], check=True, capture_output=True)
    names = [f"shop-{number:05}" for number in range(accounts)]
    fields = ("clothes", "food", "cars", "schools")
    lines = [f"{name},{name.title()},{fields[at % 4]}\n" for at, name in enumerate(names)]
    (project / "accounts.csv").write_text("account_id,name,industry\n" + "".join(lines), encoding="utf-8")
    levels = {name: dice.lognormvariate(6, 1) for name in names}
    noise = itertools.cycle([dice.lognormvariate(0, 0.2) for _ in range(9973)])
    for first in range(1, days + 1, QUARTER):
        ages = range(first, min(first + QUARTER, days + 1))
        whens = [str(NEW_DAY - timedelta(days=age)) for age in ages]
        with (project / "data" / f"history-{first:03}.csv").open("w", encoding="utf-8") as file:
            file.write("account_id,date,metric,value\n")
            for name, level in levels.items():
                pairs = itertools.product(whens, METRICS)
                file.writelines(f"{name},{when},{metric},{round(level * next(noise))}\n" for when, metric in pairs)
    return levels


def _drop_and_wait(project: Path, day: date, values: dict[str, int]) -> None:
    args = ["monitor", "--serve", "--port", "0", "--project-dir", str(project), "--as-of", str(day)]
    server = subprocess.Popen([sys.executable, "-c", OPSENGINE, *args], stderr=subprocess.PIPE, text=True)
    try:
        url = server.stderr.readline().split()[0]  # type: ignore[union-attr]
        began, cpu = time.monotonic(), _cpu(server.pid)
        shown = _version_after(url, -1, is_judged=True)
        print(f"first board: {_since(began, cpu, server.pid)}")
        for at, what in enumerate(("a first file of its kind", "another of the same kind")):
            _drop(project / "data", f"today-{at}", [(name, day, value + at) for name, value in values.items()])
            began, cpu = time.monotonic(), _cpu(server.pid)
            _version_after(url, shown)
            print(f"{len(values)} accounts, {what}, its numbers on the page: {_since(began, cpu, server.pid)}")
            shown = _version_after(url, shown, is_judged=True)
            print(f"{len(values)} accounts, {what}, alerts judged by it: {_since(began, cpu, server.pid)}")
        print(f"largest memory of the server: {_memory(server.pid):.0f} MB")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=600)


def _drop(folder: Path, name: str, rows: list[tuple[str, date, int]]) -> None:
    part = folder / f"{name}.part"
    lines = (f"{account},{day},{metric},{value}\n" for account, day, value in rows for metric in METRICS)
    part.write_text("account_id,date,metric,value\n" + "".join(lines), encoding="utf-8")
    part.rename(part.with_suffix(".csv"))


def _since(began: float, cpu: float, process: int) -> str:
    took, used, load = time.monotonic() - began, _cpu(process) - cpu, os.getloadavg()[0]
    return f"{took:.1f} s on the clock, {used:.1f} CPU s; load {load:.1f} on {os.cpu_count()} cores"


def search() -> None:
    """What a page of the table costs, in CPU time of this process, without the network."""
    from opsengine.monitor.board import Asked, page_of  # noqa: PLC0415  measured here alone

    board = _board(10_000, 1)
    wanted = itertools.product(("", "shop", "food 77", "nobody"), ("urgency", "sales", "name"), (1, 9))
    asked = [Asked(text=text, sort=sort, page=page) for text, sort, page in wanted]
    costs = []
    for one in asked:
        began = time.process_time()
        json.dumps(page_of(board, one, "zh-CN"), ensure_ascii=False)
        costs.append(1000 * (time.process_time() - began))
    middle, most = statistics.median(costs), max(costs)
    print(f"10,000 accounts, one page: {middle:.1f} ms CPU in the middle, {most:.1f} ms at most, of {len(costs)}")


def readers() -> None:
    """A hundred pages are open; every second there is a new board, and every page asks for its table."""
    server = subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().strip()  # type: ignore[union-attr]
        _version_after(url, -1)
        alone = _memory(server.pid)
        stopped, news = threading.Event(), [0]
        pages = [threading.Thread(target=_read, args=(url, stopped, news), daemon=True) for _ in range(READERS)]
        for page in pages:
            page.start()
        time.sleep(3)
        began, cpu, told = time.monotonic(), _cpu(server.pid), news[0]
        time.sleep(SECONDS)
        took, used = time.monotonic() - began, _cpu(server.pid) - cpu
        stopped.set()
        print(f"{READERS} readers, {(news[0] - told) / took:.0f} tables a second: {100 * used / took:.0f} % of a core; "
              f"{alone:.0f} MB alone, {_memory(server.pid):.0f} MB with them")  # fmt: skip
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def serve_made_up() -> None:
    """A page over accounts that are made up, with a new board every second."""
    from opsengine.monitor import Place, Site, serve  # noqa: PLC0415  as above

    site = Site()

    def make() -> None:
        made = _board(40, 1)
        number = 1
        while not site.is_closed:
            site.show(replace(made, made_at=datetime.now(UTC), version=number), lambda *_: None, {})
            number += 1
            time.sleep(1)

    threading.Thread(target=make, daemon=True).start()
    serve(site, Place(port=0), lambda: datetime.now(UTC), lambda url: print(url, flush=True))


def _board(accounts: int, version: int):  # noqa: ANN202  of a package that is loaded late
    from opsengine.monitor import Board  # noqa: PLC0415  as above

    dice = random.Random(2)  # noqa: S311  as above
    rows = tuple(
        {
            "account_id": f"shop-{at:05}", "name": f"Shop {at}", "industry": ("food", "cars")[at % 2], "team": f"team {at % 30}",
            **{name: dice.lognormvariate(5, 1) for name in ("business", "popularity", "sales", "leads", "fans_growth", "fans")},
            **{name: dice.gauss(0, 0.2) for name in ("business_change", "popularity_change", "sales_change", "leads_change")},
            "last_day": date(2026, 4, 30), "days_behind": 0, "goal": None, "alerts": int(at < 300), "stake": None,
            "severity": "warning" if at < 300 else None, "urgency": 10.1 if at < 300 else 0,
            "title": {"zh-CN": "跌", "en": "fell"}, "why": {"zh-CN": "跌了", "en": "It fell"},
        }
        for at in range(accounts)
    )  # fmt: skip
    found = {row["account_id"]: f"{row['account_id']} {row['name']} {row['industry']} {row['team']}".casefold() for row in rows}
    return Board(date(2026, 4, 30), datetime.now(UTC), version, rows, (), found=found)


def _read(url: str, stopped: threading.Event, news: list[int]) -> None:
    """One page: a stream, and a table for each word of it."""
    host, port = re.fullmatch(r"http://([^:/]+):(\d+)/", url).groups()  # type: ignore[union-attr]
    with suppress(OSError), socket.create_connection((host, int(port)), timeout=60) as stream:  # the page ends before its readers
        stream.sendall(f"GET /events HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        while not stopped.is_set():
            if b"event: board" in stream.recv(4096):
                urllib.request.urlopen(url + "api/board?lang=en", timeout=60).read()  # noqa: S310  our own server
                news[0] += 1


def _version_after(url: str, version: int, *, is_judged: bool = False) -> int:
    """The next version of the board, as soon as there is one; with `is_judged`, the next whose alerts are its own."""
    while True:
        try:
            with urllib.request.urlopen(url + "api/board?size=1", timeout=60) as answer:  # noqa: S310  our own server
                told = json.load(answer)
        except OSError:
            told = {"version": version}
        if told["version"] > version and not (is_judged and told["looking"]):
            return int(told["version"])
        time.sleep(0.1)


def _cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: int) -> float:
    """Megabytes: the largest resident set so far."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    main()
