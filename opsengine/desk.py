"""A project on the table: what every act of the pipeline is handed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from opsengine.state import where_is_state

if TYPE_CHECKING:
    from opsengine.project import Project
    from opsengine.settings import Settings
    from opsengine.state import Where
    from opsengine.warehouse import Notice


@dataclass(frozen=True, slots=True)
class Desk:
    """A project on the table: its files, its settings, the environment that holds its secrets, and the moment."""

    project: Project
    settings: Settings
    environment: Mapping[str, str]
    now: datetime
    notice: Notice | None = None
    """Who is told of each model that is made."""

    @property
    def where(self) -> Where:
        """Where the state is: this host's own file, or a server that several share. Raises UserError without its password."""
        return where_is_state(self.settings, self.project, self.environment)
