"""Drafts on disk: as many as there are briefs, and no more memory than one of them.

    digest of all that follows, in hex
    one line of JSON: what it is about, to whom it goes, how many bytes each piece has
    the pieces

A run that was killed leaves its drafts behind, and the next one takes up those that are whole. They are read as data and nothing
else: whoever hands us a project cannot make us run anything by them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, overload

from opsengine import faults
from opsengine.errors import EngineError
from opsengine.report.message import Letter
from opsengine.report.outbox import Draft
from opsengine.report.rendering import Picture
from opsengine.state import Address, Channel, Topic, canonical

if TYPE_CHECKING:
    from pathlib import Path

_DIGEST = 16
"""Bytes."""


class Spool(Sequence["Draft"]):
    """The drafts of one run, in the order in which they came, each in a file of its own until it is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: list[Path] = []

    def add(self, draft: bytes) -> None:
        """Keep one more draft, as `packed` makes it. Raises OSError when the disk is full."""
        file = self._file(_topic(_head(draft)))
        faults.point("draft.write")
        file.write_bytes(draft)
        faults.point("draft.written")
        self._files.append(file)

    def take_up(self, topic: Topic) -> bool:
        """Go on with the draft that an earlier run left about a topic; whether there is one, and it is whole."""
        file = self._file(topic)
        if not (file.is_file() and _is_whole(file.read_bytes())):
            return False
        self._files.append(file)
        return True

    def __len__(self) -> int:
        return len(self._files)

    @overload
    def __getitem__(self, index: int) -> Draft: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Draft]: ...

    def __getitem__(self, index: int | slice) -> Draft | Sequence[Draft]:
        if isinstance(index, slice):
            return [unpacked(file.read_bytes()) for file in self._files[index]]
        return unpacked(self._files[index].read_bytes())

    def __iter__(self) -> Iterator[Draft]:
        return (unpacked(file.read_bytes()) for file in self._files)

    def _file(self, topic: Topic) -> Path:
        return self._folder / f"{blake2b(str(topic).encode(), digest_size=_DIGEST).hexdigest()}.draft"


def packed(draft: Draft) -> bytes:
    """A draft as bytes."""
    letter, topic = draft.letter, draft.topic
    pieces = [letter.markdown.encode(), letter.html.encode(), *draft.parts.values(), *(picture.png for picture in letter.pictures)]
    head = {
        "topic": [topic.report, topic.period, topic.subject],
        "subject": letter.subject,
        "language": letter.language,
        "addresses": [[address.channel.value, address.recipient] for address in draft.addresses],
        "parts": list(draft.parts),
        "pictures": [picture.cid for picture in letter.pictures],
        "sizes": [len(piece) for piece in pieces],
    }
    content = b"".join([canonical(head).encode(), b"\n", *pieces])
    return b"%s\n%s" % (_digest(content), content)


def unpacked(draft: bytes) -> Draft:
    """A draft out of the bytes that `packed` made of it. Raises EngineError when they are not."""
    if not _is_whole(draft):
        raise EngineError("a draft on disk is not what was written", hint="look at the disk, then run again")
    head, pieces = _head(draft), list(_pieces(draft))
    count = 2 + len(head["parts"])
    pictures = tuple(Picture(cid, png) for cid, png in zip(head["pictures"], pieces[count:], strict=True))
    letter = Letter(head["subject"], pieces[0].decode(), pieces[1].decode(), pictures, head["language"])
    addresses = tuple(Address(Channel(channel), recipient) for channel, recipient in head["addresses"])
    return Draft(_topic(head), dict(zip(head["parts"], pieces[2:count], strict=True)), letter, addresses)


def _head(draft: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(draft.split(b"\n", 2)[1])
    return found


def _topic(head: dict[str, Any]) -> Topic:
    return Topic(*head["topic"])


def _pieces(draft: bytes) -> Iterator[bytes]:
    at = draft.index(b"\n", draft.index(b"\n") + 1) + 1
    for size in _head(draft)["sizes"]:
        yield draft[at : at + size]
        at += size


def _is_whole(draft: bytes) -> bool:
    digest, _, content = draft.partition(b"\n")
    return digest == _digest(content)


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=_DIGEST).hexdigest().encode()
