"""The files that a person would have written: settings, reports, rewards, and goals that fit the numbers of the demo."""

from __future__ import annotations

from pathlib import Path

from opsengine.demo.accounts import accounts
from opsengine.demo.life import live
from opsengine.demo.measuring import daily
from opsengine.demo.plan import DemoPlan
from opsengine.demo.promising import goal_files, members_of, promises

WRITTEN = Path(__file__).with_name("project")
"""Files that are the same in every demo."""


def write_project(folder: Path, plan: DemoPlan) -> tuple[Path, ...]:
    """`opsengine.yaml`, `reports/`, `rewards/` and `goals/` of a demo whose exports `write_exports` writes.

    Files that are there are written anew. Returns all of them. Raises OSError when the folder cannot be written.
    """
    texts = {path.relative_to(WRITTEN).as_posix(): path.read_text(encoding="utf-8") for path in sorted(WRITTEN.rglob("*.yaml"))}
    everybody = accounts(plan)
    promising = {member.account_id for promise in promises(plan, everybody) for member in members_of(promise, everybody)}
    told = {account.account_id: daily(plan, live(plan, account)) for account in everybody if account.account_id in promising}
    texts |= {f"goals/{name}.yaml": text for name, text in goal_files(plan, everybody, told)}
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tuple(folder / name for name in texts)
