"""What was made, exactly as it was made: in the state for ever, and as files for whoever opens the folder.

The files are a copy: they are written from what was committed, and written again when they are missing or not whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from opsengine.errors import UserError
from opsengine.report.folder import safe_name
from opsengine.state import BriefRecord, Briefs, Message, Outbox, State, Topic, write_copy


@dataclass(frozen=True, slots=True)
class Shown:
    """A brief out of the archive."""

    brief: BriefRecord
    parts: dict[str, bytes]
    """Its files by name."""
    messages: tuple[Message, ...]
    """To whom this revision was to go, and what became of it."""


def publish(state: State, folder: Path, brief_ids: Iterable[str]) -> dict[str, tuple[Path, ...]]:
    """Put the parts of these briefs where people open them; the files of each brief, in the order of their names.

    A file that is there with as many bytes is left alone. Raises OSError when the disk refuses.
    """
    return {brief_id: _publish_one(state, folder, brief_id) for brief_id in brief_ids}


def brief_folder(folder: Path, topic: Topic) -> Path:
    """Where a topic's newest revision lies: `<report>/<period>/<subject>`."""
    return folder / safe_name(topic.report) / safe_name(topic.period) / safe_name(topic.subject)


def show(state: State, key: str) -> Shown:
    """The brief of a key as `opsengine report` prints it: `report/period/subject`, with `/r2` for a revision, or a message's key.

    Raises UserError when there is none, EngineError when the archive is damaged.
    """
    message = Outbox(state).find(key)
    brief = Briefs(state).find(message.brief_id if message else key)
    if brief is None:
        raise UserError("there is no brief {key}", hint="`opsengine outbox list` shows the keys", key=key)
    messages = tuple(one for one in Outbox(state).of(brief.topic) if one.brief_id == brief.brief_id)
    return Shown(brief, Briefs(state).parts(brief.brief_id), messages)


def sent_bytes(state: State, key: str) -> bytes:
    """The message of a key, byte for byte as it was or will be sent. Raises UserError, EngineError as `show` does."""
    message = Outbox(state).find(key)
    if message is None:
        raise UserError("there is no message {key}", hint="`opsengine outbox list` shows the keys", key=key)
    return Outbox(state).payload(message)


def _publish_one(state: State, folder: Path, brief_id: str) -> tuple[Path, ...]:
    brief = Briefs(state).find(brief_id)
    if brief is None:
        raise UserError("there is no brief {key}", hint="`opsengine outbox list` shows the keys", key=brief_id)
    place = brief_folder(folder, brief.topic)
    sizes = Briefs(state).sizes(brief_id)
    if any(_size(place / name) != size for name, size in sizes.items()):
        for name, content in Briefs(state).parts(brief_id).items():
            write_copy(place / name, content)
    return tuple(place / name for name in sizes)


def _size(file: Path) -> int | None:
    return file.stat().st_size if file.is_file() else None
