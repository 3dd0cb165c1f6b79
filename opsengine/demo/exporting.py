"""Turning lives into the files that operators would have downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta, timezone
from itertools import groupby
from pathlib import Path

from opsengine.demo import compass, enterprise_daily, fans, leads, live_traffic, qianchuan, works_list
from opsengine.demo.accounts import HEADER, Account, Role, accounts
from opsengine.demo.life import Life, live
from opsengine.demo.plan import DemoPlan
from opsengine.demo.writing import CHINESE, UTF8, UTF8_WITH_MARK, Cell, stamp, write_csv, write_xlsx

CHINA = timezone(timedelta(hours=8))
EXPORTED_AT = time(10, 5)
"""Operators export in the morning, when yesterday is complete."""
FIRST_EXPORT_DAYS = 4
"""How long before the second export the first one was made."""
MISSING_DAYS = (11, 12, 13, 38, 39)
"""The days without data of one account, counted back from the last day."""


def write_exports(folder: Path, plan: DemoPlan) -> tuple[Path, ...]:
    """`accounts.csv` and the export files of all its accounts under `data/`; the same plan writes the same bytes.

    Returns the files in the order in which they were written. Raises OSError when the folder cannot be written.
    """
    everybody = accounts(plan)
    files = [write_csv(folder / "accounts.csv", UTF8, HEADER, (account.line for account in everybody))]
    for team, members in groupby(sorted(everybody, key=lambda account: account.team), key=lambda account: account.team):
        files += _team(folder / "data", plan, team, list(members))
    return tuple(files)


def _team(data: Path, plan: DemoPlan, team: str, members: list[Account]) -> Iterator[Path]:
    """The files of a team: each member's own, and those that tell of all of them."""
    made_at = _morning_after(plan, 0)
    sessions: list[tuple[Cell, ...]] = []
    traffic: list[tuple[Cell, ...]] = []
    clues: list[tuple[Cell, ...]] = []
    actions: list[tuple[Cell, ...]] = []
    for account in members:
        life = live(plan, account)
        yield from _own_files(data / account.account_id, plan, life)
        sessions += (compass.line(account, session) for session in reversed(life.sessions))
        traffic += live_traffic.lines(plan, account, life.sessions)
        clues += leads.lines(plan, life)
        actions += fans.lines(plan, life, fans.days_of(plan, life))
    shared = [write_csv(data / "fans" / f"{fans.NAME}_{team}.csv", UTF8, fans.HEADER, actions)]
    if sessions:
        file = data / "compass" / f"{compass.NAME}_{team}.xlsx"
        shared.append(write_xlsx(file, compass.SHEET, made_at, [compass.HEADER, *sessions]))
        shared.append(write_csv(data / "traffic" / f"{live_traffic.NAME}_{team}.csv", UTF8, live_traffic.HEADER, traffic))
    if clues:
        shared.append(write_csv(data / "leads" / f"{leads.NAME}_{team}.csv", UTF8, leads.HEADER, clues))
    for path in shared:
        stamp(path, made_at)
        yield path


def _own_files(folder: Path, plan: DemoPlan, life: Life) -> Iterator[Path]:
    """The files that tell of one account only."""
    account_id, role = life.account.account_id, life.account.role
    made_at = _morning_after(plan, 0)
    report = enterprise_daily.lines(plan, account_id, life.days)
    if role is Role.MISSING_DAYS:
        gaps = {(plan.as_of - timedelta(days=back)).isoformat() for back in MISSING_DAYS}
        report = [line for line in report if line[0] not in gaps]
    name = enterprise_daily.NAME
    if role is Role.EXPORTED_TWICE:
        early = enterprise_daily.unsettled(plan, account_id, report[:-FIRST_EXPORT_DAYS])
        first = write_csv(folder / f"{name}.csv", UTF8_WITH_MARK, enterprise_daily.HEADER, early)
        stamp(first, _morning_after(plan, FIRST_EXPORT_DAYS))
        yield first
        name = f"{name}(1)"
    files = [write_csv(folder / f"{name}.csv", UTF8_WITH_MARK, enterprise_daily.HEADER, report)]
    if life.works:
        works = works_list.lines(life.works)
        files.append(write_xlsx(folder / f"{works_list.NAME}.xlsx", works_list.SHEET, made_at, [works_list.HEADER, *works]))
    if life.adverts:
        files.append(write_csv(folder / f"{qianchuan.NAME}.csv", CHINESE, qianchuan.HEADER, qianchuan.lines(life.adverts)))
    for path in files:
        stamp(path, made_at)
        yield path


def _morning_after(plan: DemoPlan, days_back: int) -> datetime:
    return datetime.combine(plan.as_of + timedelta(days=1 - days_back), EXPORTED_AT, CHINA)
