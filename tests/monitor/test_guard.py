"""Who is turned away: strange names, other sites, other methods, strange paths, readers without the token."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, date, datetime

import pytest

from opsengine.errors import EngineError, UserError
from opsengine.monitor import Board, Place, Site, read_token, serve
from opsengine.monitor.page.app import make_app
from opsengine.monitor.page.guard import Gate, Guarded
from opsengine.pipeline import Desk
from opsengine.project import Project
from opsengine.settings import Settings
from opsengine.sources import ImportReport
from opsengine.vigil import Round, show

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
TOKEN = "0123456789abcdef0123"  # noqa: S105  a stand-in, it opens nothing


@pytest.fixture
def site():
    site = Site()
    site.show(Board(date(2026, 6, 21), NOW, 1, (), ()), lambda _account, _locale: None, {"opsengine_round_seconds": 1.5})
    return site


def ask(  # noqa: PLR0913  a request has as many parts as it has
    site, path="/", *, method="GET", host="127.0.0.1:8787", gate=None, query="", **headers
):  # fmt: skip
    """The status and the headers of one answer, and its body."""
    app = Guarded(make_app(site, lambda: NOW), gate or Gate())
    sent = []
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    hosts = [host] if isinstance(host, str) else host
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [*((b"host", one.encode()) for one in hosts), *named], "http_version": "1.1", "scheme": "http",
        "server": ("127.0.0.1", 8787), "client": ("127.0.0.1", 5000), "asgi": {"version": "3.0"},
    }  # fmt: skip

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    start = sent[0]
    return (
        start["status"],
        {name.decode().lower(): value.decode() for name, value in start["headers"]},
        b"".join(m.get("body", b"") for m in sent[1:]),
    )


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200), ("127.0.0.1:8787", 200), ("localhost", 200), ("LOCALHOST:80", 200), ("[::1]:8787", 200),
        ("evil.test", 400), ("127.0.0.1.evil.test", 400), ("localhost.", 400), ("", 400), ("127.0.0.1:8787@evil.test", 400),
        ("localhost:port", 400), ("127.0.0.1, evil.test", 400), ("0.0.0.0", 400), ([], 400), (["127.0.0.1", "evil.test"], 400),  # noqa: S104  a name that is refused
    ],
)  # fmt: skip
def test_only_our_own_names_are_answered(site, host, status):
    assert ask(site, host=host)[0] == status


def test_a_name_that_was_allowed_is_answered(site):
    gate = Gate(hosts=("127.0.0.1", "ops.example.com"))

    assert ask(site, host="ops.example.com", gate=gate)[0] == 200
    assert ask(site, host="ops.example.com.evil.test", gate=gate)[0] == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_nothing_but_reading_is_possible(site, method):
    status, headers, _ = ask(site, method=method)

    assert (status, headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(("site_said", "status"), [("cross-site", 403), ("same-origin", 200), ("none", 200), ("same-site", 200)])
def test_other_sites_are_turned_away(site, site_said, status):
    assert ask(site, "/api/board", sec_fetch_site=site_said)[0] == status


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/assets/page.js",
        "/page.html",
        "/api",
        "/api/accounts/",
        "/api/accounts/../board",
        "/%2e%2e/state.db",
        "//evil",
        "/.env",
    ],
)
def test_paths_that_are_not_ours_lead_nowhere(site, path):
    assert ask(site, path)[0] in (404, 307)


def test_a_query_without_end_is_refused(site):
    assert ask(site, "/api/board", query="q=" + "x" * 3000)[0] == 414


@pytest.mark.parametrize(
    "query", ["page=-1", "page=x", "size=999999999", "sort=__class__", "order=%00", "q=%F0%9F%8D%B5%3Cb%3E", "page=" + "9" * 99]
)
def test_a_strange_question_gets_a_plain_answer(site, query):
    assert ask(site, "/api/board", query=query)[0] == 200


@pytest.mark.parametrize("path", ["/", "/page.js", "/api/board", "/healthz", "/metrics", "/nowhere"])
def test_every_answer_is_strict(site, path):
    headers = ask(site, path)[1]

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


def test_a_token_is_asked_for_and_is_kept_in_a_cookie_of_this_page_alone(site):
    gate = Gate(token=TOKEN, base_path="/ops/")

    assert ask(site, gate=gate)[0] == 401
    assert ask(site, gate=gate, authorization=f"Bearer {TOKEN}x")[0] == 401
    assert ask(site, gate=gate, query="token=wrong")[0] == 401
    assert ask(site, gate=gate, authorization=f"Bearer {TOKEN}")[0] == 200
    status, headers, _ = ask(site, "/ops/", gate=gate, query=f"token={TOKEN}")
    assert (status, headers["location"]) == (303, "/ops/")
    assert {"HttpOnly", "SameSite=Strict", "Path=/ops/"} <= set(headers["set-cookie"].split("; "))
    assert ask(site, gate=gate, cookie=f"other=1; opsengine={TOKEN}")[0] == 200


@pytest.mark.parametrize("path", ["/ops/api/board", "/api/board"])
def test_a_proxy_may_take_its_path_off_or_leave_it(site, path):
    assert ask(site, path, gate=Gate(base_path="/ops/"))[0] == 200


def test_the_folder_of_a_proxy_is_found_without_its_slash(site):
    status, headers, _ = ask(site, "/ops", gate=Gate(base_path="/ops/"))

    assert (status, headers["location"]) == (308, "/ops/")


def test_health_says_when_the_watch_is_not_well(site):
    assert ask(site, "/healthz")[0] == 200
    assert ask(Site(), "/healthz")[0] == 503
    old = Site()
    old.show(Board(date(2026, 6, 21), NOW.replace(hour=1), 1, (), ()), lambda *_: None, {})
    assert ask(old, "/healthz")[0] == 503
    trouble = Site()
    trouble.show(Board(date(2026, 6, 21), NOW, 1, (), (), trouble="the disk is full"), lambda *_: None, {})
    assert ask(trouble, "/healthz")[0] == 503


def test_metrics_are_as_prometheus_reads_them(site):
    _, headers, body = ask(site, "/metrics")

    lines = body.decode().splitlines()
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "opsengine_accounts 0" in lines
    assert "opsengine_round_seconds 1.5" in lines
    assert all(line.startswith("#") or len(line.split()) == 2 for line in lines)


def test_an_address_that_others_reach_needs_a_token(site):
    with pytest.raises(UserError):
        serve(site, Place(host="0.0.0.0", port=0), lambda: NOW, lambda _url: None)  # noqa: S104  that it is refused is the point


def test_a_token_is_read_from_a_file_of_its_owner_alone(tmp_path):
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n", encoding="utf-8")
    file.chmod(0o644)
    with pytest.raises(UserError):
        read_token(file)
    file.chmod(0o600)
    assert read_token(file) == TOKEN
    file.write_text("short", encoding="utf-8")
    with pytest.raises(UserError):
        read_token(file)


def test_the_page_ends_when_the_watch_behind_it_does(site):
    ready = threading.Event()
    page = threading.Thread(target=serve, args=(site, Place(port=0), lambda: NOW, lambda _url: ready.set()), daemon=True)
    page.start()
    assert ready.wait(timeout=30)

    site.close()

    page.join(timeout=30)
    assert not page.is_alive()


def test_a_first_day_that_cannot_be_looked_at_is_said_and_not_waited_for(tmp_path):
    site, desk = Site(), Desk(Project(tmp_path), Settings(), {}, NOW)
    day = date(2026, 6, 21)

    show(site, desk, Round(day, None, ImportReport(()), (), (), trouble=EngineError("the disk is full")), 1, 0.5)

    assert "the disk is full" in ask(site, "/api/board")[2].decode()
    assert ask(site, "/healthz")[0] == 503
