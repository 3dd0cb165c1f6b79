"""What files ever said about one account and one day: the rows that count, and those that later files superseded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opsengine.project import Project
from opsengine.sources.catalogue import History, ImportLog
from opsengine.sources.mounting import mount_facts
from opsengine.sources.register import find_accounts

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

_SAID = """
    select
        facts.source, facts.item, facts.measure, facts.value, facts.file_sha, facts.sheet, facts.row_number, facts.import_seq,
        facts.import_seq = max(facts.import_seq) over (
            partition by facts.source, case when presets.replaces = 'day' then '' else facts.item end
        ) as is_counted
    from raw.facts as facts
    inner join raw.presets as presets on presets.source = facts.source
    where facts.account_id = $account and facts.day = $day
    order by facts.source, facts.item, facts.measure, facts.import_seq, facts.row_number
"""


@dataclass(frozen=True, slots=True)
class Said:
    """One number that a file once said."""

    source: str
    item: str
    measure: str
    value: Decimal | None
    file: str
    """As the user knows it."""
    sheet: str
    row: int
    import_seq: int
    is_counted: bool
    """Whether it stands; else a later file says otherwise."""

    def as_json(self) -> dict[str, Any]:
        """The shape that `opsengine import --history --format json` prints."""
        value = None if self.value is None else float(self.value)
        return {name: getattr(self, name) for name in self.__slots__} | {"value": value}


def recall(project: Project, engine: Engine, log: ImportLog, account: str, day: date) -> list[Said]:
    """Everything that imported files said about an account's day, oldest first within a measure.

    Raises UserError when the account is not in the register, DataError when the lake is damaged.
    """
    accounts = find_accounts(project)
    found = accounts.find(account)
    if found is None:
        raise accounts.unknown(account, None).as_refusal()
    mount_facts(engine, log, project)
    files = {record.import_seq: record.path for record in History(log).records()}
    return [
        Said(
            row["source"], row["item"], row["measure"], row["value"], files.get(row["import_seq"], row["file_sha"][:12]),
            row["sheet"] or "", row["row_number"], row["import_seq"], row["is_counted"],
        )
        for row in engine.read(_SAID, account=found, day=day)
    ]  # fmt: skip
