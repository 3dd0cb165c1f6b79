"""How each chat platform wants to be spoken to, and what its answers mean.

An HTTP status of 200 says nothing: Feishu, DingTalk and WeCom refuse with a code in the body. Every platform has its own limit of
messages, its own signature, and its own reasons for which trying again later helps.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from opsengine.report.delivery import Reply
from opsengine.report.message import cleaned
from opsengine.state import Stage

if TYPE_CHECKING:
    from opsengine.calling import Answer
    from opsengine.report.note import Note
    from opsengine.settings import ChatKind

_OPEN: Mapping[str, str] = {"zh-CN": "查看全文", "en": "Open the brief"}
_WECOM_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature adds: to the address, or to the body."""

    query: str = ""
    body: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Platform:
    """One kind of chat."""

    hosts: tuple[str, ...]
    """Where its robots live."""
    per_second: float
    """What it bears for one robot."""
    body: Callable[[Note], dict[str, Any]]
    sign: Callable[[str, int], Signed] | None = None
    """From a secret and the seconds since 1970; None where the address is the only secret."""
    code: str = ""
    """The key of the answer in which 0 means yes; empty where a plain `ok` does."""
    later: frozenset[int] = frozenset()
    """Codes with which it says that it may work later, or once a person has mended the robot."""


def judge(platform: Platform, answer: Answer) -> Reply:
    """What an answer means. A gateway that gives up leaves us not knowing; a redirect is not followed, so it is a no."""
    said = _said(answer)
    if answer.status == 200:
        return _judged_body(platform, answer, said)
    if answer.status in (408, 425, 429, 503):
        return Reply(Stage.PENDING, said)
    if 300 <= answer.status < 500:
        return Reply(Stage.FAILED, said)
    return Reply(Stage.UNKNOWN, said)


def _judged_body(platform: Platform, answer: Answer, said: str) -> Reply:
    if not platform.code:
        return Reply(Stage.SENT if answer.body.strip() == b"ok" else Stage.UNKNOWN, said)
    try:
        code = json.loads(answer.body)[platform.code]
    except (ValueError, KeyError, TypeError):
        return Reply(Stage.UNKNOWN, said)
    if code == 0:
        return Reply(Stage.SENT, said)
    return Reply(Stage.PENDING if code in platform.later else Stage.FAILED, said)


def _said(answer: Answer) -> str:
    return cleaned(f"{answer.first_line} {answer.body.decode('utf-8', 'replace')}")


def _feishu(note: Note) -> dict[str, Any]:
    elements: list[dict[str, Any]] = [{"tag": "markdown", "content": _safe(note.text)}]
    if note.link:
        label = {"tag": "plain_text", "content": _OPEN[note.language]}
        button = {"tag": "button", "type": "primary", "text": label, "url": note.link}
        elements.append({"tag": "action", "actions": [button]})
    header = {"title": {"tag": "plain_text", "content": note.title}, "template": "blue"}
    return {"msg_type": "interactive", "card": {"config": {"wide_screen_mode": True}, "header": header, "elements": elements}}


def _dingtalk(note: Note) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"title": note.title, "text": _markdown(note, "###")}}


def _wecom(note: Note) -> dict[str, Any]:
    content = _markdown(note, "##").encode()
    if len(content) > _WECOM_BYTES:
        end = _link(note).encode()
        content = content[: _WECOM_BYTES - len(end) - 3] + "…".encode() + end
    return {"msgtype": "markdown", "markdown": {"content": content.decode("utf-8", "ignore")}}


def _slack(note: Note) -> dict[str, Any]:
    text = "\n".join(_slack_safe(line) for line in (f"*{note.title}*", note.text))
    return {"text": text + (f"\n<{note.link}|{_OPEN[note.language]}>" if note.link else ""), "unfurl_links": False}


def _markdown(note: Note, heading: str) -> str:
    return f"{heading} {_safe(note.title)}\n\n{_safe(note.text)}{_link(note)}"


def _link(note: Note) -> str:
    return f"\n\n[{_OPEN[note.language]}]({note.link})" if note.link else ""


def _safe(text: str) -> str:
    """Other people's text: nobody is called by it, and no tag of the platform is in it."""
    return re.sub(r"[<>]", lambda found: {"<": "＜", ">": "＞"}[found[0]], text).replace("@", "＠")


def _slack_safe(text: str) -> str:
    """As Slack asks for: its three signs escaped, so that `<!channel>` calls nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _signed_by_feishu(secret: str, seconds: int) -> Signed:
    """The key is the time and the secret, and nothing is what is signed: so the platform wants it."""
    digest = hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return Signed(body={"timestamp": str(seconds), "sign": base64.b64encode(digest).decode()})


def _signed_by_dingtalk(secret: str, seconds: int) -> Signed:
    millis = seconds * 1000
    digest = hmac.new(secret.encode(), f"{millis}\n{secret}".encode(), hashlib.sha256).digest()
    return Signed(query=f"timestamp={millis}&sign={quote(base64.b64encode(digest), safe='')}")


PLATFORMS: Mapping[ChatKind, Platform] = {
    "feishu": Platform(
        ("open.feishu.cn", "open.larksuite.com"), 100 / 60, _feishu, _signed_by_feishu, "code",
        frozenset({11232, 11233, 19021, 19022, 19024, 99991400}),
    ),
    "dingtalk": Platform(
        ("oapi.dingtalk.com",), 20 / 60, _dingtalk, _signed_by_dingtalk, "errcode", frozenset({-1, 130101, 310000})
    ),
    "wecom": Platform(("qyapi.weixin.qq.com",), 20 / 60, _wecom, None, "errcode", frozenset({-1, 45009, 45033})),
    "slack": Platform(("hooks.slack.com",), 1, _slack),
}  # fmt: skip
