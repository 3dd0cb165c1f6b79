"""Briefs as they were made: every revision, every part, byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from opsengine.state.blobs import fetch, keep
from opsengine.state.database import Row, State
from opsengine.state.times import canonical, instant


@dataclass(frozen=True, slots=True)
class Topic:
    """What a brief is about; each topic has revisions."""

    report: str
    """The name of the report's file."""
    period: str
    """The period's key, such as `2026-W25`."""
    subject: str
    """The account or the team."""

    def __str__(self) -> str:
        return f"{self.report}/{self.period}/{self.subject}"


@dataclass(frozen=True, slots=True)
class BriefRecord:
    """One revision of a brief."""

    brief_id: str
    """`report/period/subject/r1`."""
    topic: Topic
    revision: int
    content_sha: str
    run_id: str
    created_at: str


class Briefs:
    """All briefs of a project."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, topic: Topic, parts: Mapping[str, bytes], run_id: str, now: datetime) -> BriefRecord:
        """Keep a further revision of a topic: its parts by file name."""
        with self._state.transaction():
            latest = self.latest(topic)
            revision = latest.revision + 1 if latest else 1
            record = BriefRecord(f"{topic}/r{revision}", topic, revision, content_sha(parts), run_id, instant(now))
            names = (record.brief_id, topic.report, topic.period, topic.subject)
            self._state.change(
                "INSERT INTO brief (brief_id, report, period, subject_id, revision, content_sha, run_id, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*names, revision, record.content_sha, run_id, record.created_at),
            )
            for part, content in sorted(parts.items()):
                values = (record.brief_id, part, keep(self._state, content))
                self._state.change("INSERT INTO brief_part (brief_id, part, sha256) VALUES (?, ?, ?)", values)
        return record

    def note_inputs(self, brief_id: str, inputs_sha: str) -> None:
        """Keep that a revision came out as it is under these inputs."""
        with self._state.transaction():
            self._state.change(
                "INSERT INTO brief_inputs (brief_id, inputs_sha) VALUES (?, ?) ON CONFLICT (brief_id, inputs_sha) DO NOTHING",
                (brief_id, inputs_sha),
            )

    def inputs(self, brief_id: str) -> frozenset[str]:
        """Under which inputs a revision is known to have come out as it is."""
        rows = self._state.read("SELECT inputs_sha FROM brief_inputs WHERE brief_id = ?", (brief_id,))
        return frozenset(row["inputs_sha"] for row in rows)

    def latest(self, topic: Topic) -> BriefRecord | None:
        """The newest revision of a topic, if there is one."""
        row = self._state.first(
            "SELECT * FROM brief WHERE report = ? AND period = ? AND subject_id = ? ORDER BY revision DESC LIMIT 1",
            (topic.report, topic.period, topic.subject),
        )
        return _record(row) if row else None

    def find(self, key: str) -> BriefRecord | None:
        """A brief by its id, or the newest revision of the topic written `report/period/subject`."""
        row = self._state.first("SELECT * FROM brief WHERE brief_id = ?", (key,))
        if row is None:  # a search through all of them, for what a person typed
            named = "report || '/' || period || '/' || subject_id = ?"
            row = self._state.first(f"SELECT * FROM brief WHERE {named} ORDER BY revision DESC LIMIT 1", (key,))  # noqa: S608  as above
        return _record(row) if row else None

    def newest(self) -> list[BriefRecord]:
        """The newest revision of every topic, in the order of their names; notices to owners are no briefs."""
        rows = self._state.read(
            "SELECT * FROM brief WHERE report NOT LIKE '!%' AND (report, period, subject_id, revision) IN"
            " (SELECT report, period, subject_id, max(revision) FROM brief GROUP BY report, period, subject_id)"
            " ORDER BY report, period, subject_id"
        )
        return [_record(row) for row in rows]

    def parts(self, brief_id: str, *names: str) -> dict[str, bytes]:
        """A brief's parts by file name; those of these names alone where any are given.

        Raises EngineError when one is not what was kept.
        """
        rows = self._state.read("SELECT part, sha256 FROM brief_part WHERE brief_id = ? ORDER BY part", (brief_id,))
        return {row["part"]: fetch(self._state, row["sha256"]) for row in rows if not names or row["part"] in names}


    def sizes(self, brief_id: str) -> dict[str, int]:
        """How many bytes each part of a brief has, by file name."""
        rows = self._state.read(
            "SELECT part, length(content) AS size FROM brief_part INNER JOIN blob ON blob.sha256 = brief_part.sha256"
            " WHERE brief_id = ? ORDER BY part",
            (brief_id,),
        )
        return {row["part"]: row["size"] for row in rows}


def content_sha(parts: Mapping[str, bytes]) -> str:
    """The hash of all parts of a brief, with their names."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    return hashlib.sha256(canonical(hashes).encode()).hexdigest()


def _record(row: Row) -> BriefRecord:
    topic = Topic(row["report"], row["period"], row["subject_id"])
    return BriefRecord(row["brief_id"], topic, row["revision"], row["content_sha"], row["run_id"], row["created_at"])
