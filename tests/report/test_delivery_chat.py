"""Chats are told a summary and a link, by a local stand-in of each platform that answers as the platform does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import json
import socket
import threading
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from opsengine.calling import Line
from opsengine.report.chat import Chats, Outside
from opsengine.report.delivery import deliver
from opsengine.report.message import Letter
from opsengine.report.note import MOST_LETTERS, Note, link_to, note_of
from opsengine.report.outbox import Batch, Draft, Occasion, plan
from opsengine.report.platforms import PLATFORMS
from opsengine.settings import Chat, Mail
from opsengine.state import Address, Channel, Outbox, Runs, Stage, Topic, open_state

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
SECONDS = 1782115200
TOPIC = Topic("weekly", "2026-W25", "tea")
MARKDOWN = "# 茶铺 · 周报\n\n第 25 周 · 需要留意\n\n- 经营值 711，较上期 +4.8。\n- 有人喊 @所有人 <at id=all></at>\n\n## 两项总分\n\n| 很长 |"
SECRET = "a secret of the robot"  # noqa: S105  of a robot that there is not
PATHS = {"feishu": "/open-apis/bot/v2/hook/abc", "dingtalk": "/robot/send?access_token=abc", "wecom": "/cgi-bin/webhook/send?key=abc", "slack": "/services/T/B/x"}
YES = {"feishu": '{"code":0,"msg":"success"}', "dingtalk": '{"errcode":0,"errmsg":"ok"}', "wecom": '{"errcode":0,"errmsg":"ok"}', "slack": "ok"}
SENT, PENDING, FAILED, UNKNOWN = Stage.SENT, Stage.PENDING, Stage.FAILED, Stage.UNKNOWN
ANSWERS = {
    "feishu too fast": ("feishu", 200, '{"code":11232,"msg":"frequency limited"}', PENDING),
    "feishu wrong signature": ("feishu", 200, '{"code":19021,"msg":"sign match fail"}', PENDING),
    "feishu bad request": ("feishu", 200, '{"code":9499,"msg":"Bad Request"}', FAILED),
    "dingtalk too fast": ("dingtalk", 200, '{"errcode":130101,"errmsg":"send too fast"}', PENDING),
    "dingtalk busy": ("dingtalk", 200, '{"errcode":-1,"errmsg":"system busy"}', PENDING),
    "dingtalk no such robot": ("dingtalk", 200, '{"errcode":300005,"errmsg":"token is not exist"}', FAILED),
    "wecom too fast": ("wecom", 200, '{"errcode":45009,"errmsg":"api freq out of limit"}', PENDING),
    "wecom no such robot": ("wecom", 200, '{"errcode":93000,"errmsg":"invalid webhook url"}', FAILED),
    "wecom says nothing": ("wecom", 200, "", UNKNOWN),
    "wecom says a page": ("wecom", 200, "<html>log in</html>", UNKNOWN),
    "slack too fast": ("slack", 429, "rate_limited", PENDING),
    "slack no such hook": ("slack", 404, "no_service", FAILED),
    "slack bad request": ("slack", 400, "invalid_payload", FAILED),
    "slack says something else": ("slack", 200, "hm", UNKNOWN),
    "a redirect": ("feishu", 302, "", FAILED),
    "a gateway that gave up": ("dingtalk", 504, "", UNKNOWN),
    "an answer that never comes": ("wecom", 0, "", UNKNOWN),
}


class Platform(http.server.ThreadingHTTPServer):
    """A chat platform on this machine: it remembers what it was told and answers as it was asked to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.answer = 200, ""
        self.heard: list[tuple[str, dict, dict]] = []
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Platform

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append((self.path, body, dict(self.headers)))
        if self.server.status:
            self.send_response(self.server.status)
            self.send_header("Location", "http://127.0.0.1/elsewhere")
            self.end_headers()
            self.wfile.write(self.server.answer.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def platform():
    with Platform() as listening:
        yield listening
        listening.shutdown()


@pytest.fixture
def tell(platform, tmp_path):
    """A brief for one chat, planned and carried out; what stands in the outbox afterwards."""
    line = Line(lambda _host, _port: ["8.8.8.8"], lambda _host, _address, _port: socket.create_connection(platform.server_address[:2], 5))
    state = open_state(tmp_path / "state.db")
    state.read("PRAGMA synchronous = OFF")

    def told(kind, answer=None, status=200, environment=None, **settings):
        platform.status, platform.answer = status, YES[kind] if answer is None else answer
        run_id = Runs(state).start("report", date(2026, 6, 21), {}, NOW)
        draft = Draft(TOPIC, {"index.html": b"<p>"}, Letter("茶铺周报", MARKDOWN, "<p>"), (Address(Channel.CHAT, "ops"),))
        plan(state, Batch([draft]), Mail(), Occasion(run_id, NOW, "https://briefs.example/"))
        chat = Chat(kind=kind, url_env="ROBOT", **settings)
        known = {"ROBOT": f"https://{PLATFORMS[kind].hosts[0]}{PATHS[kind]}", "SECRET": SECRET} | (environment or {})
        deliver(state, {Channel.CHAT: Chats({"ops": chat}, tmp_path, known, Outside(lambda: SECONDS, line))}, NOW)
        (message,) = Outbox(state).of(TOPIC)
        return message

    yield told
    state.close()


@pytest.mark.parametrize("kind", PATHS)
def test_a_chat_is_told_the_verdict_and_where_to_read_on(tell, platform, kind):
    message = tell(kind)
    ((path, body, headers),) = platform.heard
    said = json.dumps(body, ensure_ascii=False)

    assert message.stage is SENT
    assert path == PATHS[kind]
    assert headers["Idempotency-Key"] == message.key
    assert all(part in said for part in ("茶铺周报", "经营值 711", "https://briefs.example/weekly/2026-W25/tea/index.html"))
    assert "两项总分" not in said


@pytest.mark.parametrize("kind", PATHS)
def test_nobody_is_called_by_a_name_in_the_data(tell, platform, kind):
    tell(kind)
    said = json.dumps(platform.heard[0][1], ensure_ascii=False)

    assert "<at" not in said
    assert kind == "slack" or "@所有人" not in said


@pytest.mark.parametrize("case", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_means_what_the_platform_means_by_it(tell, platform, case):
    kind, status, answer, stage = case
    message = tell(kind, answer, status)

    assert message.stage is stage
    assert len(platform.heard) == 1
    assert not answer or stage is not FAILED or answer[:20] in message.last_reply


def test_what_may_have_reached_a_chat_is_not_said_again(tell, platform, tmp_path):
    """The platform took it and the answer was lost: the next runs leave it to a person."""
    tell("wecom", "", 0)
    with open_state(tmp_path / "state.db") as state:
        line = Line(lambda *_: ["8.8.8.8"], lambda *_: socket.create_connection(platform.server_address[:2], 5))
        chats = Chats({"ops": Chat(kind="wecom", url_env="ROBOT")}, tmp_path, {}, Outside(lambda: SECONDS, line))
        rounds = [deliver(state, {Channel.CHAT: chats}, NOW + timedelta(hours=hour)) for hour in range(20)]

        assert [one.stage for one in Outbox(state).of(TOPIC)] == [UNKNOWN]
    assert [one.touched for one in rounds] == [()] * 20
    assert len(platform.heard) == 1


def test_feishu_is_signed_as_it_wants(tell, platform):
    tell("feishu", secret_env="SECRET")  # noqa: S106  the name of a variable
    body = platform.heard[0][1]
    expected = hmac.new(f"{SECONDS}\n{SECRET}".encode(), b"", hashlib.sha256).digest()

    assert (body["timestamp"], body["sign"]) == (str(SECONDS), base64.b64encode(expected).decode())


def test_dingtalk_is_signed_as_it_wants(tell, platform):
    tell("dingtalk", secret_env="SECRET")  # noqa: S106  the name of a variable
    asked = parse_qs(urlsplit(platform.heard[0][0]).query)
    expected = hmac.new(SECRET.encode(), f"{SECONDS}000\n{SECRET}".encode(), hashlib.sha256).digest()

    assert asked == {"access_token": ["abc"], "timestamp": [f"{SECONDS}000"], "sign": [base64.b64encode(expected).decode()]}


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"ROBOT": ""}, "the address of the chat is missing: nothing is in ROBOT"),
        ({"ROBOT": "http://open.feishu.cn/x"}, "the webhook is no plain https address"),
        ({"ROBOT": "https://evil.example/x?token=hush"}, "the host evil.example is not allowed to be called"),
    ],
)
def test_an_address_that_may_not_be_called_is_not_and_its_secret_is_not_told(tell, platform, environment, says):
    message = tell("feishu", environment=environment)

    assert (message.stage, message.last_reply) == (PENDING, says)
    assert platform.heard == []


def test_an_installation_of_ones_own_is_called_where_it_is_listed(tell, platform):
    message = tell("slack", environment={"ROBOT": "https://chat.brand.example/hook"}, hosts=("chat.brand.example",))

    assert (message.stage, platform.heard[0][0]) == (SENT, "/hook")


def test_a_chat_that_nobody_names_any_more_fails_and_says_so(tmp_path):
    with open_state(tmp_path / "state.db") as state:
        run_id = Runs(state).start("report", date(2026, 6, 21), {}, NOW)
        draft = Draft(TOPIC, {"index.html": b"<p>"}, Letter("茶铺周报", MARKDOWN, "<p>"), (Address(Channel.CHAT, "ops"),))
        plan(state, Batch([draft]), Mail(), Occasion(run_id, NOW))
        deliver(state, {Channel.CHAT: Chats({}, tmp_path, {}, Outside(lambda: SECONDS))}, NOW)

        assert [(one.stage, one.last_reply) for one in Outbox(state).of(TOPIC)] == [(FAILED, "no chat is called ops")]


def test_the_strictest_platform_still_gets_the_link():
    note = Note("标题", "很" * MOST_LETTERS, "https://briefs.example/a/b/c/index.html")
    content = PLATFORMS["wecom"].body(Note(note.title, "很" * 2000, note.link))["markdown"]["content"]

    assert len(content.encode()) <= 4096
    assert content.endswith(f"({note.link})")


def test_a_long_brief_is_cut_for_a_chat():
    assert len(note_of(Letter("s", "字" * 5000, ""), TOPIC, "").text) == MOST_LETTERS


@pytest.mark.parametrize(
    ("topic", "site", "link"),
    [
        (TOPIC, "", ""),
        (TOPIC, "https://b.example/x/", "https://b.example/x/weekly/2026-W25/tea/index.html"),
        (Topic("weekly", "2026-W25", "华东"), "https://b.example", "https://b.example/weekly/2026-W25/%E5%8D%8E%E4%B8%9C/index.html"),
    ],
)
def test_a_link_leads_to_where_the_page_lies(topic, site, link):
    assert link_to(topic, site) == link
