"""What is due: for each report and its newest period that is over, one brief an account, team or brand, or one over all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsengine.errors import UserError
from opsengine.project import did_you_mean
from opsengine.report.targets import address_of
from opsengine.state import Address, Channel, Topic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opsengine.goals import Cycle
    from opsengine.report.periods import Today
    from opsengine.report.reports import NamedReport
    from opsengine.sources import Account


PORTFOLIO = "all"
"""The subject of a digest over all accounts that a report is about."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which briefs somebody asked for; all that are due when empty."""

    reports: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One brief that is due."""

    report: NamedReport
    period: Cycle
    subject: str
    """The account's id, the team's or brand's name, or `all` for a portfolio."""
    accounts: tuple[Account, ...]
    """The account, or all accounts of the digest."""
    addresses: tuple[Address, ...]

    @property
    def topic(self) -> Topic:
        """What the brief is about."""
        return Topic(self.report.name, self.period.id, self.subject)


def jobs_due(
    reports: Sequence[NamedReport], accounts: Sequence[Account], today: Today, channel: Channel, wanted: Wanted
) -> tuple[Job, ...]:
    """Every brief that is due, in the order of reports and subjects.

    Raises UserError when somebody asked for a report or an account that there is not.
    """
    _check_names("there is no report {name}", wanted.reports, [report.name for report in reports])
    _check_names("there is no account {name}", wanted.accounts, [account.account_id for account in accounts])
    chosen = [report for report in reports if not wanted.reports or report.name in wanted.reports]
    return tuple(job for report in chosen for job in _jobs(report, accounts, today, channel, wanted))


def _jobs(named: NamedReport, accounts: Sequence[Account], today: Today, channel: Channel, wanted: Wanted) -> Iterator[Job]:
    period = named.period_due(today)
    if period is None:
        return
    open_then = [account for account in accounts if account.opened_on is None or account.opened_on <= period.end]
    meant = [account for account in open_then if named.report.where.fits(_row(account))]
    for subject, members in _subjects(named, meant):
        if wanted.accounts and not any(account.account_id in wanted.accounts for account in members):
            continue
        people = named.report.recipients_of(tuple(_row(account) for account in members))
        addresses = tuple(address_of(person, channel) for person in people) or _only_kept(named, channel)
        yield Job(named, period, subject, members, addresses)


def _subjects(named: NamedReport, accounts: Sequence[Account]) -> Iterator[tuple[str, tuple[Account, ...]]]:
    by_id = sorted(accounts, key=lambda account: account.account_id)
    if named.report.for_each == "account":
        yield from ((account.account_id, (account,)) for account in by_id)
    elif named.report.for_each == "portfolio":
        yield from [(PORTFOLIO, tuple(by_id))] if by_id else []
    else:
        groups: dict[str, list[Account]] = {}
        for account in by_id:
            groups.setdefault(getattr(account, named.report.for_each) or "", []).append(account)
        yield from ((name, tuple(groups[name])) for name in sorted(groups) if name)


def _only_kept(named: NamedReport, channel: Channel) -> tuple[Address, ...]:
    """With nobody to send it to, the brief is still left in the outbox folder where that is how messages travel."""
    return (Address(channel),) if channel is Channel.FOLDER and not named.report.recipients else ()


def _row(account: Account) -> dict[str, object]:
    return {"account_id": account.account_id, "team": account.team, "brand": account.brand, "industry": account.industry}


def _check_names(text: str, asked: Sequence[str], known: Sequence[str]) -> None:
    for name in asked:
        if name not in known:
            guess = did_you_mean(name, known)
            raise UserError(text, name=name, hint="did you mean `{guess}`?" if guess else "", guess=guess)
