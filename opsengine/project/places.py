"""Where a project's files are."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

MARK = "opsengine.yaml"
"""The file that makes a folder a project."""


WRITTEN = (".yaml", ".csv", ".j2", ".css")
"""How the files of a project end that a person writes."""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with an `opsengine.yaml`, and the places in it."""

    root: Path
    rehearsal: Path | None = None
    """Where everything that would be kept goes when nothing shall be: a copy of what is kept here."""

    @property
    def settings_file(self) -> Path:
        """The project's settings."""
        return self.root / MARK

    @property
    def accounts_file(self) -> Path:
        """The register of accounts."""
        return (self.rehearsal or self.root) / "accounts.csv"

    @property
    def aliases_file(self) -> Path:
        """Further names of accounts, and the days on which they hold."""
        return self.accounts_file.with_name("aliases.csv")

    @property
    def home(self) -> Path:
        """What opsengine keeps for itself: state, inputs, lake, builds, archive."""
        return (self.rehearsal or self.root) / ".opsengine"

    @property
    def state_file(self) -> Path:
        """The database of what must never be lost."""
        return self.home / "state.db"

    @property
    def inputs(self) -> Path:
        """Copies of every imported file, named by their SHA-256."""
        return self.home / "inputs"

    @property
    def lake(self) -> Path:
        """Facts as Parquet, one file an import."""
        return self.home / "lake"

    @property
    def builds(self) -> Path:
        """Computed tables; all of it can be deleted and is made again."""
        return self.home / "builds"

    @property
    def outbox(self) -> Path:
        """Where messages are left as `.eml` when no mail server is configured."""
        return self.root / "outbox"

    @property
    def briefs(self) -> Path:
        """Where the rendered briefs can be opened."""
        return self.root / "briefs"

    @property
    def templates(self) -> Path:
        """Templates of the user's own, which win over the shipped ones."""
        return self.root / "templates"

    def folder(self, kind: str) -> Path:
        """The folder of one kind of file, such as `goals` or `playbook`."""
        return self.root / kind

    def files(self, kind: str) -> Iterator[Path]:
        """The YAML files directly in that folder, in the order of their names; not the hidden ones that editors leave."""
        yield from sorted(path for path in self.folder(kind).glob("*.yaml") if not path.name.startswith("."))

    def written(self, besides: Collection[str] = ()) -> Iterator[Path]:
        """Every YAML, CSV and template file that a person wrote, at any depth, in the order of their paths.

        Not those in folders `besides`, such as the one of exports, in hidden folders, or in those where we write ourselves.
        """
        left_out = {self.root / name for name in besides} | {self.outbox, self.briefs}
        for folder, below, files in os.walk(self.root):
            here = Path(folder)
            below[:] = sorted(name for name in below if not name.startswith(".") and here / name not in left_out)
            yield from (here / name for name in sorted(files) if name.endswith(WRITTEN))

    def shown(self, path: Path) -> str:
        """A path as the user would write it: relative to the project where that is possible."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)


def find_project(start: Path) -> Project:
    """The project that holds `start`: it or the nearest folder above with an `opsengine.yaml`.

    Raises UserError when there is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / MARK).is_file():
            return Project(folder)
    raise UserError(
        "no opsengine.yaml in {folder} or above it",
        folder=str(start),
        hint="run `opsengine init {folder}` to begin a project, or name one with --project-dir",
    )
