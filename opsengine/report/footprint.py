"""The mark of all that a day rests on: where it is the same as before, the day says the same."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from opsengine import __version__
from opsengine.goals import head_of
from opsengine.state import books, canonical

if TYPE_CHECKING:
    from opsengine.project import Project
    from opsengine.settings import Settings
    from opsengine.state import State


def footprint(project: Project, settings: Settings, state: State) -> str:
    """The hash of what people wrote and what git knows of it, of the settings, and of how far the books are."""
    written = project.written(settings.data)
    parts = {
        "version": __version__,
        "files": [(project.shown(file), hashlib.sha256(file.read_bytes()).hexdigest()) for file in written],
        "head": head_of(project.root),
        "settings": settings.model_dump_json(),
        "books": books(state),
    }
    return hashlib.sha256(canonical(parts).encode()).hexdigest()
