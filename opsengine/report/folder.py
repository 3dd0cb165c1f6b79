"""Messages left as files in a folder: for projects without a mail server, for tests, and for the nervous."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from opsengine.report.delivery import CarrierTrouble, Reply
from opsengine.state import Message, Stage, write_atomically

_PLAIN = re.compile(r"\w[\w.-]{0,63}")


class OutboxFolder:
    """The carrier that writes each message to a file of its own. Writing one twice gives the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def carry(self, message: Message, content: bytes, enter_data: Callable[[], None]) -> Reply:  # noqa: ARG002  a file can be written again
        """Write one message. Raises CarrierTrouble when the folder takes no files."""
        file = message_file(self._folder, message)
        try:
            write_atomically(file, content)
        except OSError as error:
            raise CarrierTrouble(
                "no message can be left in {folder}: {reason}",
                hint="the messages wait; make room and run again",
                folder=str(self._folder),
                reason=error.strerror or str(error),
            ) from error
        return Reply(Stage.SENT, file.name)

    def team(self) -> Sequence[OutboxFolder]:
        """Alone: a disk is not faster for two."""
        return (self,)

    def close(self) -> None:
        """Nothing to say goodbye to."""


class PageFolder:
    """The carrier that leaves a brief's page in a folder where people look for it, one file a brief; a newer one replaces it."""

    def __init__(self, project: Path) -> None:
        self._project = project

    def carry(self, message: Message, content: bytes, enter_data: Callable[[], None]) -> Reply:  # noqa: ARG002  as above
        """Write one page. A folder that takes no files keeps only its own pages waiting."""
        topic = message.topic
        name = "_".join(safe_name(part) for part in (topic.report, topic.period, topic.subject))
        file = self._project / message.address.recipient / f"{name}.html"
        try:
            write_atomically(file, content)
        except OSError as error:
            return Reply(Stage.PENDING, error.strerror or str(error))
        return Reply(Stage.SENT, file.name)

    def team(self) -> Sequence[PageFolder]:
        """Alone, as the outbox folder."""
        return (self,)

    def close(self) -> None:
        """Nothing to say goodbye to."""


def message_file(folder: Path, message: Message) -> Path:
    """Where a message is left: `report_period_subject_r1_1a2b3c4d.eml`."""
    topic = message.topic
    names = "_".join(safe_name(part) for part in (topic.report, topic.period, topic.subject))
    return folder / f"{names}_r{message.revision}_{message.key[:8]}.eml"


def safe_name(text: str) -> str:
    """A text as one part of a path: itself when it is plain, else its plain letters and a piece of its hash."""
    if _PLAIN.fullmatch(text):
        return text
    plain = re.sub(r"[^\w-]+", "-", text)[:48].strip("-")
    return f"{plain}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
