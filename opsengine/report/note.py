"""A brief as a note for a chat: what it is about, its verdict and first sentences, and where the whole of it can be read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from opsengine.report.folder import safe_name
from opsengine.state import canonical

if TYPE_CHECKING:
    from opsengine.report.message import Letter
    from opsengine.state import Topic

MOST_LETTERS = 1200
"""Of the text. The strictest chat takes 4,096 bytes, and a Chinese character has three."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a chat is told."""

    title: str
    text: str
    """A few lines of plain text, at most a list."""
    link: str = ""
    """Where the page is; empty when pages are not served."""
    language: str = "zh-CN"

    def as_bytes(self) -> bytes:
        """As it is kept in the outbox."""
        return canonical(asdict(self)).encode()


def note_of(letter: Letter, topic: Topic, site: str) -> Note:
    """The note for a letter; `site` is the address under which the folder of briefs is served, or empty."""
    if letter.note:
        return Note(letter.subject, _cut(letter.note), "", letter.language)
    head = letter.markdown.partition("\n## ")[0]
    lines = [line for line in head.splitlines() if line.strip() and not line.startswith("# ")]
    return Note(letter.subject, _cut("\n".join(lines)), link_to(topic, site), letter.language)


def read_note(content: bytes) -> Note:
    """A note out of the outbox."""
    return Note(**json.loads(content))


def link_to(topic: Topic, site: str) -> str:
    """The address of a topic's page on the site; empty without a site."""
    if not site:
        return ""
    parts = (topic.report, topic.period, topic.subject)
    return "/".join([site.rstrip("/"), *(quote(safe_name(part)) for part in parts), "index.html"])


def _cut(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1].rstrip() + "…"
