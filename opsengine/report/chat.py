"""Notes to group chats: Feishu, DingTalk, WeCom and Slack, each over the address of its robot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from opsengine.calling import PUBLIC_LINE, Line, Place, allowed, connect, exchange, request
from opsengine.errors import OpsError
from opsengine.report.delivery import Reply
from opsengine.report.message import cleaned
from opsengine.report.note import read_note
from opsengine.report.pacing import Pace
from opsengine.report.platforms import PLATFORMS, Signed, judge
from opsengine.secret import Secret, read_secret
from opsengine.state import Message, Stage, canonical

if TYPE_CHECKING:
    from pathlib import Path

    from opsengine.settings import Chat

_NO_ADDRESS = "the address of the chat is missing: nothing is in {variable}"
_UNSIGNED = "the secret of the chat is missing: nothing is in {variable}"
_HINT = "list it under `hosts` of the chat in opsengine.yaml"


@dataclass(frozen=True, slots=True)
class Outside:
    """The time, in seconds since 1970, for signatures; and how the world is reached."""

    seconds: Callable[[], int]
    line: Line = PUBLIC_LINE


class Chats:
    """The carrier for all chats of a project. One robot that does not work keeps no other from being told."""

    def __init__(self, chats: Mapping[str, Chat], folder: Path, environment: Mapping[str, str], outside: Outside) -> None:
        """`folder` is the project's, from which files with secrets count."""
        self._chats, self._folder, self._environment, self._outside = chats, folder, environment, outside
        self._paces = {name: Pace(PLATFORMS[chat.kind].per_second) for name, chat in chats.items()}

    def carry(self, message: Message, content: bytes, enter_data: Callable[[], None]) -> Reply:
        """Tell one chat. Whatever is wrong with it stands in the reply; the secret address never does."""
        name = message.address.recipient
        if name not in self._chats:
            return Reply(Stage.FAILED, f"no chat is called {name}")
        self._paces[name].wait()
        try:
            place, body = self._prepared(self._chats[name], content)
            line = connect(place, self._outside.line)
        except OpsError as error:
            return Reply(Stage.PENDING, cleaned(str(error)))
        except OSError as error:
            return Reply(Stage.PENDING, type(error).__name__)
        try:
            enter_data()
            answer = exchange(line, request(place, {"Idempotency-Key": message.key}, body))
        except OSError as error:
            return Reply(Stage.UNKNOWN, type(error).__name__)
        finally:
            line.close()
        return judge(PLATFORMS[self._chats[name].kind], answer)

    def team(self) -> Sequence[Chats]:
        """Alone: the platforms bear less than one hand can do."""
        return (self,)

    def close(self) -> None:
        """Every call hangs up by itself."""

    def _prepared(self, chat: Chat, content: bytes) -> tuple[Place, bytes]:
        """Where it goes, and the signed body."""
        platform = PLATFORMS[chat.kind]
        place, secret = _secrets(chat, self._folder, self._environment)
        signed = platform.sign(secret.reveal(), self._outside.seconds()) if platform.sign and secret else Signed()
        body = platform.body(read_note(content)) | dict(signed.body or {})
        return _with_query(place, signed.query), canonical(body).encode()


def chat_troubles(chats: Mapping[str, Chat], folder: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, OpsError]]:
    """The chats that could not be told, and why; nothing is called."""
    for name, chat in chats.items():
        try:
            _secrets(chat, folder, environment)
        except OpsError as error:
            yield name, error


def _secrets(chat: Chat, folder: Path, environment: Mapping[str, str]) -> tuple[Place, Secret | None]:
    """Where a chat's robot lives, and what its calls are signed with. Raises UserError."""
    url = read_secret(_NO_ADDRESS, chat.url_env, chat.url_file, folder, environment).reveal()
    place = allowed(url, (*PLATFORMS[chat.kind].hosts, *chat.hosts), _HINT)
    if not (chat.secret_env or chat.secret_file):
        return place, None
    return place, read_secret(_UNSIGNED, chat.secret_env, chat.secret_file, folder, environment)


def _with_query(place: Place, query: str) -> Place:
    if not query:
        return place
    return replace(place, path=f"{place.path}{'&' if urlsplit(place.path).query else '?'}{query}")
