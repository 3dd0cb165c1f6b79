"""The live page in Chromium: live, cut off and back, hostile names, both languages, readable by everybody.

It needs Chromium, Node and two packages beside the project:

    npm install --prefix .browser playwright-core axe-core
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from opsengine.cli.main import run as opsengine
from tests.cli.conftest import NOW

WATCH = Path(__file__).parent / "browser" / "watch.mjs"
MODULES = Path(__file__).parents[2] / ".browser" / "node_modules"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NODE = shutil.which("node")
NAME = '<img src=x onerror="document.title=1">Tea & "co"'
DAY = date(2026, 4, 30)


@pytest.fixture
def shop(tmp_path, capsys):
    """Three accounts, one of them with a name that would like to be more than text."""
    project = tmp_path / "shop"
    opsengine(["init", str(project)], {}, NOW)
    capsys.readouterr()
    quoted = '"' + NAME.replace('"', '""') + '"'
    (project / "accounts.csv").write_text(
        f"account_id,name,industry\ntea,{quoted},food\nwine,Wine,food\nrice,Rice,food\n", encoding="utf-8"
    )
    write(project, "first", tea=900, wine=950, rice=980)
    return project


def write(project, name, **daily):
    rows = [f"{account},{DAY - timedelta(days=age)},{metric},{value + age}"
            for account, value in daily.items() for age in range(40) for metric in ("gmv", "plays", "new_fans", "lost_fans")]  # fmt: skip
    file = project / "data" / f"{name}.csv"
    file.with_suffix(".part").write_text("account_id,date,metric,value\n" + "\n".join(rows) + "\n", encoding="utf-8")
    file.with_suffix(".part").rename(file)


def serving(project, port=0):
    """The page as a process of its own, and its address."""
    args = [
        "monitor",
        "--serve",
        "--port",
        str(port),
        "--every",
        "0.2",
        "--project-dir",
        str(project),
        "--as-of",
        str(DAY),
        "--locale",
        "en",
    ]
    code = "import sys; from opsengine.cli import main; sys.argv = ['opsengine', *sys.argv[1:]]; main()"
    process = subprocess.Popen([sys.executable, "-c", code, *args], stderr=subprocess.PIPE, text=True, env={**os.environ})
    said = process.stderr.readline()
    assert said.startswith("http://127.0.0.1:"), said
    return process, said.split()[0]


def stop(process):
    process.send_signal(signal.SIGINT)
    return process.wait(timeout=180)


def port_of(url):
    return int(url.rstrip("/").rpartition(":")[2])


def test_the_page_listens_on_loopback_alone_and_stops_with_open_streams(shop):
    process, url = serving(shop)
    with socket.create_connection(("127.0.0.1", port_of(url)), timeout=30) as stream:
        stream.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert stream.recv(200).startswith(b"HTTP/1.1 200")
        with pytest.raises(OSError), socket.create_connection((other_address(), port_of(url)), timeout=2):
            pass
        assert stop(process) == 0


def other_address() -> str:
    """An address of this machine that others can reach; one that nobody has where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "192.0.2.1"
        found = probe.getsockname()[0]
    return "192.0.2.1" if found.startswith("127.") else found


def test_a_reader_sees_what_is_new_and_is_not_fooled(shop, tmp_path):
    if CHROMIUM is None or NODE is None:
        pytest.skip("Chromium or Node is not installed")
    if not (MODULES / "playwright-core").is_dir() or not (MODULES / "axe-core").is_dir():
        pytest.skip("run `npm install --prefix .browser playwright-core axe-core` to test in a browser")
    process, url = serving(shop)
    pictures = os.environ.get("OPSENGINE_PICTURES", "")
    reader = subprocess.Popen([NODE, WATCH, CHROMIUM, MODULES, url, pictures], stdout=subprocess.PIPE, text=True)
    try:
        for said in iter(reader.stdout.readline, ""):
            match said.strip():
                case "loaded":
                    rules = "kind: alert\nversion: 1\ntitle: {zh-CN: 少, en: few}\nwatch: metric\nseverity: critical\nthreshold: 99999\n"
                    because = "because: {zh-CN: 少, en: few}\n"
                    (shop / "alerts" / "few.yaml").write_text(
                        rules + "when: plays_7d < threshold\nvalue: plays_7d\n" + because, encoding="utf-8"
                    )
                    write(shop, "second", tea=1)
                case "updated":
                    assert stop(process) == 0
                case "lost":
                    process, _ = serving(shop, port_of(url))
                case "back":
                    continue
                case findings:
                    assert json.loads(findings) == []
                    assert reader.wait(timeout=30) == 0
                    return
        pytest.fail("the reader went away without a word")
    finally:
        reader.kill()
        process.kill()
