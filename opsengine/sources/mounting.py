"""The raw tables: facts from the lake, accounts from the register, presets from their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsengine.project import Project
from opsengine.sources.catalogue import History, ImportLog, ImportRecord
from opsengine.sources.lake import mount_lake
from opsengine.sources.preset import read_presets
from opsengine.sources.register import read_accounts

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

_ACCOUNTS = {
    "account_id": "VARCHAR", "name": "VARCHAR", "industry": "VARCHAR", "size": "VARCHAR", "region": "VARCHAR", "team": "VARCHAR",
    "brand": "VARCHAR", "opened_on": "DATE", "platform": "VARCHAR",
}  # fmt: skip
_PRESETS = {"source": "VARCHAR", "priority": "INTEGER", "replaces": "VARCHAR", "is_sparse": "BOOLEAN"}


def live_imports(log: ImportLog) -> list[ImportRecord]:
    """The imports whose entries count: of each file the newest from which anything was taken."""
    return History(log).live()


def mount_facts(engine: Engine, log: ImportLog, project: Project) -> None:
    """Make the tables of the lake (see `mount_lake`), `raw.presets` and `raw.accounts`.

    Raises DataError when the lake is damaged, InvalidFiles when the register or a preset is not understood.
    """
    mount_lake(engine, project.lake, History(log).live())
    presets = read_presets(project).by_name
    sources = {name: preset for name, preset in presets.items() if preset.writes != "accounts"}
    rows = ((name, preset.priority, preset.replaces, preset.is_sparse) for name, preset in sources.items())
    engine.put("raw.presets", _PRESETS, rows)
    accounts = read_accounts(project)
    engine.put("raw.accounts", _ACCOUNTS, ([getattr(account, name) for name in _ACCOUNTS] for account in accounts))
