"""The register of accounts: reading `accounts.csv`, taking in another one, and finding an account by what an export calls it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache, lru_cache

from opsengine.errors import InvalidFiles, Place, Problem
from opsengine.project import Project, did_you_mean
from opsengine.sources.headers import split_header
from opsengine.sources.moments import parse_calendar_day
from opsengine.sources.names import Names, read_aliases
from opsengine.sources.numbers import Cell
from opsengine.sources.preset import Preset, read_presets
from opsengine.sources.rejection import Refused, Spoilt, quoted
from opsengine.sources.sheet import Sheet, is_blank
from opsengine.sources.tables import read_csv
from opsengine.state import write_atomically

_ACCOUNT_ID = re.compile(r"\w[\w.-]{0,63}")
"""Letters of any script, digits, `_`, `.` and `-`: it names folders and briefs."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a brand."""

    account_id: str
    name: str
    industry: str
    size: str | None = None
    region: str | None = None
    team: str | None = None
    brand: str | None = None
    opened_on: date | None = None
    platform: str | None = None
    aliases: tuple[str, ...] = ()
    """Other ids that exports use for it: those in further columns called `…_id`, `…ID` or `…号`."""


_STANDARD = frozenset(field.name for field in fields(Account)) - {"aliases"}


def read_accounts(project: Project) -> tuple[Account, ...]:
    """The accounts of the register in its order; none when there is no `accounts.csv`.

    Raises InvalidFiles with every problem: a missing column, an id twice, an id that is no name, a bad date.
    """
    if not project.accounts_file.is_file():
        return ()
    return _accounts(project.accounts_file.read_bytes(), project.shown(project.accounts_file))


def find_accounts(project: Project) -> Accounts:
    """The register, ready to be asked, with `aliases.csv` beside it. Raises InvalidFiles."""
    accounts = read_accounts(project)
    return Accounts(accounts, Names(read_aliases(project, [one.account_id for one in accounts])))


@lru_cache(maxsize=4)
def _accounts(content: bytes, shown: str) -> tuple[Account, ...]:
    """The accounts of a register that reads so; a day asks for the same one many times. Raises InvalidFiles."""
    return _checked(_sheet_of(content, shown), _preset(), shown)


def merge_register(project: Project, sheet: Sheet, shown: str) -> bool:
    """Take the accounts of `sheet` into the project's register, newer words winning; whether that changed anything.

    The first row of `sheet` is its header. The register is replaced whole or not at all. Raises InvalidFiles.
    """
    preset = _preset()
    _checked(sheet, preset, shown)
    file = project.accounts_file
    header: list[str] = []
    rows: dict[str, dict[str, str]] = {}
    if file.is_file():
        read_accounts(project)
        header, rows = _as_dicts(_register_sheet(project), preset)
    new_header, new_rows = _as_dicts(sheet, preset)
    for account_id, row in new_rows.items():
        rows.setdefault(account_id, {}).update({name: value for name, value in row.items() if value})
    columns = list(dict.fromkeys([*header, *new_header]))
    content = _as_csv(columns, rows)
    if file.is_file() and content == _as_csv(columns, _as_dicts(_register_sheet(project), preset)[1]):
        return False
    write_atomically(file, content)
    return True


class Accounts:
    """Finds accounts by what exports call them."""

    def __init__(self, accounts: Sequence[Account], names: Names | None = None) -> None:
        self.names = names or Names()
        self._known = {account.account_id: account.account_id for account in accounts}
        owners: dict[str, set[str]] = {}
        for account in accounts:
            for alias in account.aliases:
                owners.setdefault(alias, set()).add(account.account_id)
        for alias, ids in owners.items():
            if len(ids) == 1:
                self._known.setdefault(alias, next(iter(ids)))

    def find(self, name: str) -> str | None:
        """The id of the account that goes by `name`; an alias of two accounts names neither."""
        return self._known.get(name)

    def owner(self, name: str, day: date) -> str | None:
        """The id of the account that went by `name` on a day: `aliases.csv` is asked first, then the register."""
        return self._known.get(self.names.follow(name, day))

    def unknown(self, name: str, column: str | None) -> Spoilt:
        """The complaint about an account that is not in the register."""
        guess = did_you_mean(name, self._known)
        hint = "add it to accounts.csv, then import again"
        if guess:
            hint = "did you mean `{guess}`? If not, add the account to accounts.csv"
        return Spoilt("account `{account}` is not in accounts.csv", code="unknown-account", column=column, hint=hint,
                      account=quoted(name), guess=guess)  # fmt: skip


@cache
def _preset() -> Preset:
    """The shipped preset of registers; it does not change while we run."""
    return read_presets().by_name["accounts"]


def _register_sheet(project: Project) -> Sheet:
    """The project's register as a sheet whose first row is the header. Raises InvalidFiles."""
    return _sheet_of(project.accounts_file.read_bytes(), project.shown(project.accounts_file))


def _sheet_of(content: bytes, shown: str) -> Sheet:
    """A register's sheet. Raises InvalidFiles."""
    preset = _preset()
    wanted = {"account_id" if key == "account" else key for key in preset.signature}
    try:
        for sheet in read_csv(content):
            if sheet.rows and wanted <= set(_keys(sheet.rows[0], preset).values()):
                return sheet
    except Refused as error:
        raise InvalidFiles([Problem(Place(shown, 1, 1), error.rejection.code, error.text, error.hint)]) from None
    text = "the first line must name the columns {columns}"
    raise InvalidFiles([Problem(Place(shown, 1, 1), "missing-column", text, fields={"columns": ", ".join(sorted(wanted))})])


def _keys(header: Sequence[Cell], preset: Preset) -> dict[int, str]:
    """What each column of the register is called by us: a standard name, or its own."""
    names = {index: str(cell).strip() for index, cell in enumerate(header) if not is_blank(cell)}
    keys = {index: preset.by_name.get(split_header(name).name, name) for index, name in names.items()}
    return {index: "account_id" if key == "account" else key for index, key in keys.items()}


def _as_dicts(sheet: Sheet, preset: Preset) -> tuple[list[str], dict[str, dict[str, str]]]:
    keys = _keys(sheet.rows[0], preset)
    rows = ({key: _text(cells[index]) for index, key in keys.items() if index < len(cells)} for cells in sheet.rows[1:])
    return list(keys.values()), {row["account_id"]: row for row in rows if row.get("account_id")}


def _as_csv(header: Sequence[str], rows: Mapping[str, Mapping[str, str]]) -> bytes:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows.values())
    return lines.getvalue().encode("utf-8")


def _checked(sheet: Sheet, preset: Preset, shown: str) -> tuple[Account, ...]:
    """The accounts of a sheet. Raises InvalidFiles with every problem of it."""
    keys = _keys(sheet.rows[0], preset)
    accounts: list[Account] = []
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    columns = {key: index + 1 for index, key in keys.items()}
    for number, cells in enumerate(sheet.rows[1:], start=2):
        values = {key: _text(cells[index]) for index, key in keys.items() if index < len(cells)}
        if any(values.values()):
            problems += _trouble(values, lines, Place(shown, number, columns["account_id"]))
            opened_on, trouble = _opened_on(values.get("opened_on", ""), Place(shown, number, columns.get("opened_on")))
            problems += trouble
            accounts.append(_account(values, opened_on))
    if problems:
        raise InvalidFiles(problems)
    return tuple(accounts)


def _trouble(values: Mapping[str, str], lines: dict[str, int], place: Place) -> list[Problem]:
    account_id = values.get("account_id", "")
    first = lines.setdefault(account_id, place.line or 0)
    if not _ACCOUNT_ID.fullmatch(account_id):
        text = "`{account}` is no account id: letters, digits, `_`, `.` and `-`, at most 64 of them"
        return [Problem(place, "bad-account-id", text, fields={"account": quoted(account_id)})]
    if first != place.line:
        text = "account `{account}` is written twice; the first is in line {line}"
        return [Problem(place, "duplicate-account", text, "keep one of them", {"account": account_id, "line": first})]
    return []


def _opened_on(text: str, place: Place) -> tuple[date | None, list[Problem]]:
    try:
        return parse_calendar_day(text), []
    except (ValueError, OverflowError):
        return None, [Problem(place, "bad-date", "`{value}` is no date such as 2026-06-18", fields={"value": quoted(text)})]


def _account(values: Mapping[str, str], opened_on: date | None) -> Account:
    plain = {key: values.get(key) or None for key in ("size", "region", "team", "brand", "platform")}
    further = {key: text for key, text in values.items() if key not in _STANDARD and text}
    aliases = tuple(dict.fromkeys(text for key, text in further.items() if key.casefold().endswith(("id", "号"))))
    account_id = values.get("account_id", "")
    name, industry = values.get("name") or account_id, values.get("industry", "")
    return Account(account_id, name, industry, opened_on=opened_on, aliases=aliases, **plain)


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
