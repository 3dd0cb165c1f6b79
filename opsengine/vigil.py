"""One round of watching: bring in what is new, look at the day, remember what stands how, and tell people, once.

What is remembered, what is to be told and the digests that tell it are kept in one transaction: a round that is killed has either
happened or not, and nobody is told twice or never.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from opsengine import __version__, report
from opsengine.errors import Exit, Locked, OpsError, UserError
from opsengine.monitor import (
    Board,
    House,
    Moment,
    Records,
    State,
    about_house,
    account_page,
    blind,
    count_portfolio,
    digests,
    early_board,
    in_order,
    look_at,
    make_board,
    notices_for,
    open_alerts,
    read_monitor,
    special_days,
    unseen,
)
from opsengine.pipeline import alert_rules, bring_in, drop_folders, run_day
from opsengine.project import did_you_mean
from opsengine.report import Batch, Bulletin, Called, Occasion
from opsengine.rewards import balance, claims_of, entries_of
from opsengine.see import read_catalogue
from opsengine.sources import ImportReport, read_accounts, read_presets
from opsengine.state import (
    Address,
    Alerts,
    Channel,
    Ledger,
    Notices,
    Outbox,
    Runs,
    Stage,
    Status,
    instant,
    lock,
    open_state,
    read_state,
)
from opsengine.strategy import OPEN, Names, read_playbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from opsengine.desk import Desk
    from opsengine.goals import GoalResult
    from opsengine.monitor import Alert, Detail, Digest, Look, MonitorFile, Rule, Sight, Site
    from opsengine.pipeline import Day
    from opsengine.report import Planned
    from opsengine.state import AlertRecord
    from opsengine.state import State as Database
    from opsengine.strategy import Label, Locale
    from opsengine.warehouse import Engine

RECENTLY = timedelta(hours=48)
"""A message that failed longer ago is no news."""


class Post(StrEnum):
    """What becomes of the messages of a round."""

    SENT = "sent"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of watching found and did."""

    as_of: date
    day: Day | None
    """The day that was looked at; None when it could not be."""
    imported: ImportReport
    alerts: tuple[Alert, ...]
    records: tuple[AlertRecord, ...]
    """What is remembered of every alert now."""
    told: int = 0
    """Digests that were planned."""
    waiting: int = 0
    """Notices that wait for the end of quiet hours, or for tomorrow."""
    trouble: OpsError | None = None
    """Why the day could not be looked at."""

    @property
    def is_calm(self) -> bool:
        """Whether nothing fires."""
        return not any(record.shown == "firing" for record in self.records)

    @property
    def exit(self) -> Exit:
        """1 when something fires."""
        return Exit.SUCCESS if self.is_calm else Exit.FINDINGS

    def as_json(self) -> dict[str, Any]:
        """What the round did, as plain JSON values."""
        counts = {"imported": sum(file.status == "imported" for file in self.imported.files), "told": self.told}
        states = sorted({record.shown for record in self.records})
        return counts | {"waiting": self.waiting, "states": {one: sum(r.shown == one for r in self.records) for one in states}}


def house_of(desk: Desk, imported: ImportReport | None = None, reason: str = "") -> House:
    """How the program's own work goes: messages, the ledger, files."""
    with closing(read_state(desk.where)) as state:
        since = instant(desk.now - RECENTLY)
        failed = sum(message.changed_at >= since for message in Outbox(state).at(Stage.FAILED))
        verified = Ledger(state).verify()
        return House(
            failed, len(Outbox(state).at(Stage.UNKNOWN)), "" if verified.ok else verified.first_difference or "?",
            tuple(file.path for file in imported.files if file.status == "rejected") if imported else (), _held(state), reason,
        )  # fmt: skip


def _held(state: Database) -> tuple[str, ...]:
    """The grants that wait for a person's review of their data: for whom, and by which rule."""
    grants = [one.grant for one in claims_of(entries_of(state)).values() if one.at(Status.PENDING) and "review" in one.evidence]
    return tuple(f"{grant.subject} ({grant.rule}, {grant.cycle})" for grant in grants)


def look_around(desk: Desk, as_of: date) -> tuple[Alert, ...]:
    """What needs a person now, of the day and of the house; nothing is imported, remembered or told."""
    day = run_day(desk, as_of)
    return in_order((*day.alerts, *about_house(house_of(desk), alert_rules(desk, day.engine), as_of)))


def keep_watch(desk: Desk, as_of: date, post: Post = Post.SENT, sight: Sight = unseen) -> Round:
    """One round; `sight` is shown new numbers before they are judged.

    Raises Locked when another run is at work, InvalidFiles when `monitor.yaml` or an alert file is wrong, and UserError, before
    anything is done, when the mail server cannot be used safely.
    """
    carriers = report.carriers_for(report.ways_of(desk.project, desk.settings, desk.environment, desk.now))
    file = read_monitor(desk.project)
    _check_chats(file, desk)
    imported = bring_in(desk, drop_folders(desk))
    with lock(desk.project.home, desk.now), closing(open_state(desk.where)) as state:
        run_id = Runs(state).start("monitor", as_of, {"opsengine": __version__}, desk.now)
        known = Alerts(state).current()
        day, trouble = _day(desk, as_of, known, sight)
        rules = alert_rules(desk, day.engine if day else None)
        seen = (*(day.alerts if day else ()), *about_house(house_of(desk, imported, str(trouble or "")), rules, as_of))
        moment = Moment(desk.now, run_id, as_of in special_days(desk.project, file, as_of))
        look = _looked(known, seen, rules, moment) if day is None else look_at(known, seen, rules, moment)
        with state.transaction():
            planned = _tell(desk, state, look, file, run_id)
        if post is Post.SENT:
            report.deliver(state, carriers, desk.now)
        Runs(state).finish(run_id, "success" if trouble is None else "engine", desk.now)
        waiting = len(Notices(state).waiting())
    told = tuple(alert for alert in seen if alert.state in (State.FIRING, State.NO_DATA))
    return Round(as_of, day, imported, in_order(told), look.records, len(planned), waiting, trouble)


def _day(
    desk: Desk, as_of: date, known: Sequence[AlertRecord], sight: Sight
) -> tuple[Day | None, OpsError | None]:
    """The day, or why there is none."""
    asked = frozenset((record.alert, record.subject) for record in known)
    try:
        return run_day(desk, as_of, asked=asked, sight=sight), None
    except Locked:
        raise
    except OpsError as trouble:
        return None, trouble


def _looked(known: Sequence[AlertRecord], seen: Sequence[Alert], rules: Sequence[Rule], moment: Moment) -> Look:
    """A look on a day that could not be seen: the house speaks, of everything else nobody can tell."""
    names = {alert.rule.name for alert in seen}
    house = look_at([record for record in known if record.alert in names], seen, rules, moment)
    rest = blind([record for record in known if record.alert not in names], moment)
    return replace(house, records=(*house.records, *rest.records), moves=(*house.moves, *rest.moves))


def _tell(desk: Desk, state: Database, look: Look, file: MonitorFile, run_id: str) -> list[Planned]:
    """Keep what was seen, and plan the digests of what is to be told now."""
    accounts = {one.account_id: one for one in read_accounts(desk.project)}
    rows = {
        name: {"account_id": name, "team": one.team, "brand": one.brand, "industry": one.industry} for name, one in accounts.items()
    }
    Alerts(state).keep(look.records, look.moves, desk.now)
    Notices(state).add(notices_for(look.said, file, rows), run_id, desk.now)
    due = digests(state, file, desk.now, desk.settings.zone)
    if not due:
        return []
    called = Called({name: one.name for name, one in accounts.items()}, _plays(desk))
    templates = desk.project.templates if desk.project.templates.is_dir() else None
    drafts = [report.digest_draft(_bulletin(desk, file, one), called, templates) for one in due]
    planned = report.plan(state, Batch(drafts), desk.settings.mail, Occasion(run_id, desk.now))
    for digest, plan in zip(due, planned, strict=True):
        Notices(state).tell(digest.notices, plan.brief_id, desk.now)
    return planned


def _check_chats(file: MonitorFile, desk: Desk) -> None:
    """Raises UserError when somebody is to be told in a chat that the settings do not know."""
    for person in file.people:
        name = person.to.removeprefix("chat:")
        if name != person.to and name not in desk.settings.chats:
            guess = did_you_mean(name, desk.settings.chats)
            hint = "did you mean `chat:{guess}`?" if guess else "name it under `chats:` in opsengine.yaml"
            raise UserError("there is no chat {target}", where="monitor.yaml", hint=hint, target=person.to, guess=guess or "")


def _bulletin(desk: Desk, file: MonitorFile, digest: Digest) -> Bulletin:
    person = next((one for one in file.people if one.name == digest.person), None)
    channel = report.channel_of(desk.settings.mail)
    locale = person.locale if person and person.locale else desk.settings.locale
    everywhere = (Address(channel),) if channel is Channel.FOLDER else ()
    addresses = (report.address_of(person.to, channel),) if person else everywhere
    return Bulletin(digest.person, digest.lines, addresses, locale, desk.now)


def _plays(desk: Desk) -> dict[str, Any]:
    names = Names.of(read_catalogue(desk.project).metrics)
    return {play.name: play.declared.title.label for play in read_playbook(desk.project, names)}


def board_of(done: Round, desk: Desk, version: int) -> Board:
    """The board of a round whose day could be looked at."""
    if done.day is None:
        raise ValueError("a round without a day has no board of its own")
    return make_board(done.day.engine, done.day.goals, done.records, (done.as_of, desk.now), version)


def early_sight(site: Site, desk: Desk, as_of: date, version: int) -> Sight:
    """Puts new numbers on the page as soon as they are counted, beside the alerts and goals of the last round."""

    def seen(engine: Engine) -> None:
        count_portfolio(engine, as_of)
        with closing(read_state(desk.where)) as state:
            records = Alerts(state).current()
        last = site.board if site.board and site.board.as_of == as_of else None
        site.update(early_board(engine, last, records, (as_of, desk.now), version), site.gauges)

    return seen


def show(site: Site, desk: Desk, done: Round, version: int, cpu_seconds: float) -> None:
    """Put a round on the page. Where its day could not be looked at, the last board stays, and says so."""
    gauges = {"opsengine_round_seconds": cpu_seconds, "opsengine_notices_waiting": float(done.waiting)}
    if done.day is not None:
        site.show(board_of(done, desk, version), _details(desk, done.day), gauges)
        return
    trouble, alerts = str(done.trouble or ""), tuple(open_alerts(done.records, desk.now))
    last = site.board or Board(done.as_of, desk.now, version, (), ())
    site.update(replace(last, version=version, trouble=trouble, alerts=alerts), gauges)


def _details(desk: Desk, day: Day) -> Detail:
    """How one account of a day is read."""
    goals: dict[str, list[GoalResult]] = {}
    for result in day.goals:
        if result.account_id and result.cycle.start <= day.as_of <= result.cycle.end:
            goals.setdefault(result.account_id, []).append(result)
    advice = {one.account_id: one for one in day.advice}
    named = read_presets(desk.project).by_name
    presets: dict[str, Label] = {name: {"zh-CN": one.title.zh, "en": one.title.en} for name, one in named.items()}

    def detail(account: str, locale: Locale) -> dict[str, Any] | None:
        with closing(read_state(desk.where)) as state:
            benefits = balance(state, account)["subjects"]
        tasks = [task for task in day.lived.tasks if task.account_id == account and task.state in OPEN]
        records = Records(goals.get(account, ()), advice.get(account), tasks, benefits)
        found = account_page(day.engine, account, day.as_of, records, locale)
        if found is None:
            return None
        plays = {play.name: play.declared.title.label[locale] for play in day.playbook}
        fresh = [{**row, "title": presets[row["source"]][locale] if row["source"] in presets else ""} for row in found["freshness"]]
        return found | {"plays": plays, "freshness": fresh}

    return detail
