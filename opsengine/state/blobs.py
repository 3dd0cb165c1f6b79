"""Bytes kept under their own SHA-256, and looked at again whenever they are used."""

from __future__ import annotations

import hashlib

from opsengine.errors import EngineError
from opsengine.state.database import State


def keep(state: State, content: bytes) -> str:
    """Keep bytes inside a transaction; their SHA-256. The same bytes are kept once."""
    sha256 = hashlib.sha256(content).hexdigest()
    state.change("INSERT INTO blob (sha256, content) VALUES (?, ?) ON CONFLICT (sha256) DO NOTHING", (sha256, content))
    return sha256


def fetch(state: State, sha256: str) -> bytes:
    """The bytes of that SHA-256. Raises EngineError when they are gone or are not what was kept."""
    row = state.first("SELECT content FROM blob WHERE sha256 = ?", (sha256,))
    content: bytes = row["content"] if row else b""
    if row is None or hashlib.sha256(content).hexdigest() != sha256:
        raise EngineError("the state database lost the content {sha256}", hint="restore state.db from a backup", sha256=sha256)
    return content
