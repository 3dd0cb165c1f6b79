"""One run of reports: what was planned before, what may be written, and how it all ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsengine.errors import Exit
from opsengine.report.folder import message_file
from opsengine.report.outbox import Draft, Planned, Repeat, Tally
from opsengine.state import Address, Briefs, Channel, Message, Outbox, Stage, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from opsengine.report.beating import Pulse
    from opsengine.report.delivery import CarrierTrouble
    from opsengine.report.due import Job
    from opsengine.sources import ImportReport
    from opsengine.warehouse import Engine


@dataclass(frozen=True, slots=True)
class SortedOut:
    """The briefs that are due: those still to be written, and those that stand since an earlier run."""

    to_write: tuple[Job, ...]
    standing: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Late:
    """A brief that is not written because its data is not there."""

    job: Job
    last_day: date | None
    """The newest day with data; None when there is none at all."""
    because: str = ""
    """Why it is not written, where that is not the age of its data."""

    @property
    def reason(self) -> str:
        """Why it is late, as a sentence."""
        if self.because:
            return self.because
        return "there is no data at all" if self.last_day is None else "the newest data is too old"

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "report": self.job.report.name,
            "period": self.job.period.id,
            "subject": self.job.subject,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Sifted:
    """What the age of the data leaves of the briefs to write."""

    fresh: tuple[Job, ...] = ()
    held: tuple[Late, ...] = ()
    skipped: tuple[Late, ...] = ()

    def __add__(self, other: Sifted) -> Sifted:
        """Both together."""
        return Sifted(self.fresh + other.fresh, self.held + other.held, self.skipped + other.skipped)


@dataclass(frozen=True, slots=True)
class BriefLine:
    """One brief and recipient in the summary of a run."""

    key: str
    report: str
    period: str
    subject: str
    recipient: str
    channel: str
    state: str
    paths: Mapping[str, str | None]

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {name: getattr(self, name) for name in self.__slots__} | {"paths": dict(self.paths)}


@dataclass(frozen=True, slots=True)
class ReportRun:
    """How a run of `opsengine report` ended."""

    run: str
    as_of: date
    imported: ImportReport
    tally: Tally
    sifted: Sifted
    rendered: int
    """Briefs that were put on paper."""
    granted: int
    """Entries that were added to the ledger."""
    briefs: tuple[BriefLine, ...]
    troubles: tuple[CarrierTrouble, ...] = ()
    """Why a way for messages is blocked."""
    corrected: int = 0
    """Briefs that became a further revision by data that came later; nobody was sent them."""
    told: tuple[str, ...] = ()
    """Owners who were told of a trouble."""
    pulse: Pulse | None = None
    """Which periods are delivered."""
    heartbeat: str = ""
    """Why the heartbeat could not be told; empty when it could, or need not."""
    backup: str = ""
    """Why the state could not be copied; empty when it could, or need not."""

    @property
    def exit(self) -> Exit:
        """Good only when nothing is held, waits, failed or needs a person."""
        return self.tally.exit or (Exit.DATA if self.sifted.held else Exit.SUCCESS)

    @property
    def outcome(self) -> str:
        """How it ended, in one word."""
        return self.exit.name.lower()

    def as_json(self) -> dict[str, Any]:
        """As `opsengine report` prints it."""
        tally = self.tally
        return {
            "run": self.run,
            "as_of": self.as_of.isoformat(),
            "planned": tally.planned,
            "rendered": self.rendered,
            "delivered": tally.delivered,
            "already_delivered": tally.already_delivered,
            "held": len(self.sifted.held),
            "skipped": len(self.sifted.skipped),
            "waiting": tally.waiting,
            "failed": tally.failed,
            "unknown": tally.unknown,
            "granted": self.granted,
            "holds": [late.as_json() for late in self.sifted.held],
            "skips": [late.as_json() for late in self.sifted.skipped],
            "briefs": [line.as_json() for line in self.briefs],
            "corrected": self.corrected,
            "told": list(self.told),
            "periods": self.pulse.as_json() if self.pulse else None,
        }


def sort_out(state: State, jobs: Iterable[Job], repeat: Repeat) -> SortedOut:
    """Tell the briefs that stand already, for all of their recipients, from those to be written."""
    to_write: list[Job] = []
    standing: list[Job] = []
    for job in jobs:
        stands = Briefs(state).latest(job.topic) is not None and _is_planned(state, job)
        stands = stands and (repeat is Repeat.NEVER or (repeat is Repeat.FAILED and not _has_failed(state, job)))
        (standing if stands else to_write).append(job)
    return SortedOut(tuple(to_write), tuple(standing))


def sift(engine: Engine, jobs: Sequence[Job]) -> Sifted:
    """Hold or skip the briefs whose data is older than their report allows. The tables are those of the period's last day.

    An account is as old as the oldest number that its scores cannot do without; a team is as old as its oldest account.
    """
    newest = {row["account_id"]: row["last_day"] for row in engine.read(_NEWEST, end=jobs[0].period.end)} if jobs else {}
    fresh: list[Job] = []
    late: dict[str, list[Late]] = {"hold": [], "skip": []}
    for job in jobs:
        report = job.report.report
        last_day = min((day for account in job.accounts if (day := newest.get(account.account_id))), default=None)
        is_old = last_day is None or (job.period.end - last_day).days > report.max_age
        if is_old and (report.on_stale != "banner" or last_day is None):
            late["skip" if report.on_stale == "skip" else "hold"].append(Late(job, last_day))
        else:
            fresh.append(job)
    return Sifted(tuple(fresh), tuple(late["hold"]), tuple(late["skip"]))


_NEWEST = """
with needed as (
    select distinct coalesce(metrics.numerator, metrics.metric) as metric
    from raw.components as components
    inner join raw.metrics as metrics on metrics.metric = components.metric
    where not components.only_if_reported
    union
    select distinct metrics.denominator as metric
    from raw.components as components
    inner join raw.metrics as metrics on metrics.metric = components.metric
    where not components.only_if_reported and metrics.denominator is not null
),

told as (
    select account_day.account_id, account_day.metric, max(account_day.day) as last_day
    from metrics.account_day as account_day
    inner join needed on needed.metric = account_day.metric
    where account_day.day <= $end
    group by account_day.account_id, account_day.metric
),

lately as (
    select account_id, min(last_day) as last_day
    from told
    where date_diff('day', last_day, $end) < 28
    group by account_id
)

select standing.account_id, coalesce(lately.last_day, standing.last_day) as last_day
from scores.standing as standing
left join lately on lately.account_id = standing.account_id
"""
"""The newest day of each account; a number that has not been told for four weeks is not waited for."""


def lines(state: State, jobs: Iterable[Job], published: Mapping[str, tuple[Path, ...]], outbox: Path) -> Iterator[BriefLine]:
    """Every brief of these jobs and every recipient, with where it stands and where it lies."""
    for job in jobs:
        latest = Briefs(state).latest(job.topic)
        files = {path.name: str(path) for path in published.get(latest.brief_id, ())} if latest else {}
        paths = {"html": files.get("index.html"), "md": files.get("brief.md"), "json": files.get("brief.json")}
        messages = _newest(Outbox(state).of(job.topic))
        for address in job.addresses:
            message = messages.get(address)
            if message:
                yield _line(message.key, job, address, message.stage.value, paths | {"eml": _filed(message, outbox)})
        if not job.addresses and latest:
            yield _line(latest.brief_id, job, None, "kept", paths | {"eml": None})


def lines_of_drafts(drafts: Iterable[Draft]) -> Iterator[BriefLine]:
    """What would be planned, for a rehearsal: nothing has a key or a path yet."""
    nowhere = dict.fromkeys(("html", "md", "json", "eml"))
    for one in drafts:
        for address in one.addresses:
            topic, channel = one.topic, address.channel.value
            yield BriefLine(str(topic), topic.report, topic.period, topic.subject, address.recipient, channel, "rehearsed", nowhere)


def brief_ids(state: State, jobs: Iterable[Job], planned: Iterable[Planned]) -> list[str]:
    """The revisions that stand: those just planned, and those of earlier runs."""
    ids = {one.topic: one.brief_id for one in planned}
    for job in jobs:
        if job.topic not in ids and (latest := Briefs(state).latest(job.topic)):
            ids[job.topic] = latest.brief_id
    return list(ids.values())


def _line(key: str, job: Job, address: Address | None, state: str, paths: Mapping[str, str | None]) -> BriefLine:
    recipient, channel = (address.recipient, address.channel.value) if address else ("", "")
    return BriefLine(key, job.report.name, job.period.id, job.subject, recipient, channel, state, paths)


def _filed(message: Message, outbox: Path) -> str | None:
    """Where a message that travels by folder was left."""
    is_there = message.address.channel is Channel.FOLDER and message.stage is Stage.SENT
    return str(message_file(outbox, message)) if is_there else None


def _newest(messages: Iterable[Message]) -> dict[Address, Message]:
    return {message.address: message for message in messages}


def _has_failed(state: State, job: Job) -> bool:
    newest = _newest(Outbox(state).of(job.topic))
    return any(message.stage is Stage.FAILED for address, message in newest.items() if address in job.addresses)


def _is_planned(state: State, job: Job) -> bool:
    planned = {message.address for message in Outbox(state).of(job.topic)}
    return all(address in planned for address in job.addresses)
