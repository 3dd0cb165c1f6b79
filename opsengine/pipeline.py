"""One day, top to bottom: look, compare, suggest, watch, reward, report. The only file that knows the order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine import __version__, goals, making, monitor, report, rewards, see, sources, strategy
from opsengine.desk import Desk
from opsengine.state import Imports, Ledger, Runs, Tasks, back_up, lock, open_state, read_state

if TYPE_CHECKING:
    from opsengine.goals import GoalResult
    from opsengine.monitor import Alert, Sight
    from opsengine.monitor import Rule as AlertRule
    from opsengine.report import Brief, Job, Planned, Sifted, SortedOut, TeamBrief
    from opsengine.rewards import Ground, Rule
    from opsengine.see import Method, ScoreChange
    from opsengine.sources import FileReading, Said
    from opsengine.state import Entry, State
    from opsengine.strategy import AccountSuggestions, Life, Luck, Play, Segment
    from opsengine.warehouse import Engine


@dataclass(frozen=True, slots=True)
class Day:
    """One day looked at: the tables, and what the rooms say of them."""

    as_of: date
    engine: Engine
    goals: tuple[GoalResult, ...]
    advice: tuple[AccountSuggestions, ...]
    alerts: tuple[Alert, ...]
    rules: tuple[Rule, ...]
    playbook: tuple[Play, ...]
    lived: Life
    segments: tuple[Segment, ...]
    """What plays did so far, by industry."""
    past: strategy.Past
    """What suggestions were ranked by."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What `opsengine report` was asked to do."""

    as_of: date
    wanted: report.Wanted = field(default_factory=report.Wanted)
    repeat: report.Repeat = report.Repeat.NEVER
    progress: report.Progress = report.silent
    """Told after each brief that is written."""
    clock: report.Clock = report.Clock.CHECKED


def run_day(
    desk: Desk, as_of: date, luck: Luck | None = None, asked: frozenset[tuple[str, str]] = frozenset(),
    sight: Sight = monitor.unseen,
) -> Day:  # fmt: skip
    """Look, compare, suggest, watch; hand back what there is to say. Raises InvalidFiles when a file is wrong.

    With `luck`, plays are ranked by what they might do instead of what they are believed to do. `asked` are alerts, by rule and
    subject, that are handed back whatever their state. `sight` is shown the tables of room one.
    """
    engine = look(desk, as_of, sight)
    catalogue = _catalogue(desk, engine)
    known, names = _known(desk, catalogue), strategy.Names.of(catalogue.metrics)
    results = goals.check_goals(engine, desk.project, as_of, known, desk.settings.zone)
    playbook = strategy.read_playbook(desk.project, names)
    lived = lived_until(desk, as_of)
    segments = strategy.estimate(engine, playbook, lived)
    ranking, watched = strategy.read_ranking(desk.project), alert_rules(desk, engine)
    also = monitor.ON_THE_PAGE.union(*(rule.units for rule in watched))
    past = strategy.Past(lived, strategy.beliefs(playbook, segments, luck, ranking), ranking, also)
    advice = strategy.suggest(engine, results, playbook, as_of, past)
    alerts = monitor.watch(engine, results, watched, as_of, monitor.around_of(desk.project, desk.where, as_of, asked))
    rules = rewards.read_rules(desk.project, known)
    return Day(as_of, engine, results, advice, alerts, rules, playbook, lived, segments, past)


def alert_rules(desk: Desk, engine: Engine | None = None) -> tuple[AlertRule, ...]:
    """Every rule for alerts. Raises InvalidFiles. `engine` holds the tables of some day; without it the facts are asked."""
    known = known_to_goals(desk).metrics if engine is None else _catalogue(desk, engine).metrics
    return monitor.read_alerts(desk.project, strategy.Names.of(known))


def run_reports(desk: Desk, errand: Errand) -> report.ReportRun:
    """Bring in what is new, grant what is earned, write every brief that is due, and send each of them once.

    Raises Locked when another run is at work, InvalidFiles when a file is wrong, UserError when the clock went back; then nothing
    is sent.
    """
    project, settings = desk.project, desk.settings
    carriers = report.carriers_for(report.ways_of(project, settings, desk.environment, desk.now))
    with lock(project.home, desk.now), closing(open_state(desk.where)) as state:
        report.check_clock(state, desk.now, errand.clock)
        run_id = Runs(state).start("report", errand.as_of, {"opsengine": __version__}, desk.now)
        imported = _bring_in(desk, state, [*drop_folders(desk), *_pulled(desk, state)], errand.as_of + timedelta(days=1))
        jobs = report.sort_out(state, _jobs(desk, errand), errand.repeat)
        occasion = report.Occasion(run_id, desk.now, settings.site)
        rests_on = report.footprint(project, settings, state)
        is_quiet = not jobs.to_write and Runs(state).has_read("report", errand.as_of, rests_on)
        left = _Made(report.plan(state, report.Batch(()), settings.mail, occasion)) if is_quiet else None
        made = left or _make(desk, state, errand, jobs, occasion)
        delivery = report.deliver(state, carriers, desk.now)
        everything = (*jobs.to_write, *jobs.standing)
        told = report.tell_owners(state, report.Ending(everything, made.sifted.held, delivery), settings, occasion, carriers)
        corrected = _correct(desk, state, made.day, jobs, made.planned, occasion) if made.day else 0
        pulse = report.pulse_of(state, everything, made.sifted.held)
        standing = report.brief_ids(state, everything, made.planned)
        published = report.publish(state, project.briefs, standing)
        report.index_run(state, project, settings, standing, errand.as_of)
        run = report.ReportRun(
            run_id, errand.as_of, imported, report.tally(state, made.planned, [job.topic for job in jobs.standing], delivery),
            made.sifted, rendered=made.rendered, granted=made.granted,
            briefs=tuple(report.lines(state, everything, published, project.outbox)), troubles=delivery.troubles,
            corrected=corrected, told=told, pulse=pulse,
            heartbeat=report.beat(pulse, settings.heartbeat, project.root, desk.environment, report.Outside(desk.now)),
        )  # fmt: skip
        read = report.footprint(project, settings, state) if errand.wanted == report.Wanted() else ""
        Runs(state).finish(run_id, run.outcome, desk.now, read)
        return run if is_quiet and not delivery.touched else replace(run, backup=back_up(desk.where, desk.now))


@dataclass(frozen=True, slots=True)
class _Made:
    """What a run wrote and planned before anything was sent."""

    planned: list[Planned]
    sifted: Sifted = field(default_factory=report.Sifted)
    day: Day | None = None
    """The day that was looked at; None when there was no need: then only what was left on its way is picked up."""
    rendered: int = 0
    granted: int = 0


def _make(desk: Desk, state: State, errand: Errand, jobs: SortedOut, occasion: report.Occasion) -> _Made:
    """Look at the day, write what is due, and plan it together with what was earned."""
    today = run_day(desk, errand.as_of)
    Tasks(state).say(strategy.prove(today.engine, today.lived, today.playbook), desk.now)
    ground = ground_of(desk, today)
    earned = rewards.due(state, ground)
    with report.kept_desktop(desk.project, desk.settings, errand.progress, state, errand.as_of) as desktop:
        writing = replace(desktop, amend=report.since_sent(state)) if errand.repeat is report.Repeat.FORCED else desktop
        sifted = _write(desk, today, jobs.to_write, [*_entries(state), *earned], writing)
        rewards.keep_ground(state, desk.project, ground, occasion.run_id)
        planned = report.plan(state, report.Batch(desktop.spool, earned, errand.repeat), desk.settings.mail, occasion)
        return _Made(planned, sifted, today, len(desktop.spool), len(earned))


def rehearse(desk: Desk, errand: Errand) -> report.ReportRun:
    """Write every brief that is due as it would be sent; nothing is imported, kept, granted or sent."""
    with closing(read_state(desk.where)) as state:
        jobs = report.sort_out(state, _jobs(desk, errand), errand.repeat)
        today = run_day(desk, errand.as_of)
        earned = rewards.due(state, ground_of(desk, today))
        with report.desktop(desk.project, desk.settings, errand.progress) as desktop:
            sifted = _write(desk, today, jobs.to_write, [*_entries(state), *earned], desktop)
            planned, rendered = tuple(report.lines_of_drafts(desktop.spool)), len(desktop.spool)
        tally = replace(report.tally(state, (), [job.topic for job in jobs.standing], report.Delivery(())), planned=len(planned))
        return report.ReportRun("", errand.as_of, sources.ImportReport(()), tally, sifted, rendered, len(earned), planned)


def try_reports(desk: Desk, errand: Errand, target: str) -> list[report.Tried]:
    """Send a few of the briefs that are due, or were, to one reader; nothing is kept. Raises UserError, CarrierTrouble."""
    ways = report.ways_of(desk.project, desk.settings, desk.environment, desk.now)
    address = report.check_reader(target, ways)
    jobs, today = _jobs(desk, errand)[: report.MOST_TRIED], run_day(desk, errand.as_of)
    opened = closing(read_state(desk.where))
    with opened as state, report.desktop(desk.project, desk.settings, errand.progress) as desktop:
        earned = rewards.due(state, ground_of(desk, today))
        _write(desk, today, jobs, [*_entries(state), *earned], desktop)
        return list(report.try_out(desktop.spool, address, ways, report.Occasion("", desk.now, desk.settings.site)))


def ground_of(desk: Desk, day: Day) -> Ground:
    """What the awards of a day rest on: its goals, and the tables of that day and of the ends of cycles before it."""
    with closing(read_state(desk.where)) as state:
        if not day.engine.has("raw.fan_events"):
            sources.mount_facts(day.engine, Imports(state), desk.project)
        said = Tasks(state).said(day.as_of)
    before = rewards.Before(lambda end: day.engine if end == day.as_of else look(desk, end), said)
    ground = rewards.survey(day.engine, day.goals, day.rules, day.as_of, before)
    return ground.with_committed(rewards.committed(desk.project, ground.feats))


def bring_in(desk: Desk, paths: Sequence[Path], account: str | None = None) -> sources.ImportReport:
    """Import files and folders into the project. Raises Locked, UserError when a path does not exist, InvalidFiles."""
    with lock(desk.project.home, desk.now), closing(open_state(desk.where)) as state:
        return _bring_in(desk, state, paths, _today(desk), account)


def bring_in_all(desk: Desk) -> sources.ImportReport:
    """Import what is new in the drop folders and in the feeds. Raises as `bring_in`, and DataError when a feed cannot be read."""
    with lock(desk.project.home, desk.now), closing(open_state(desk.where)) as state:
        return _bring_in(desk, state, [*drop_folders(desk), *_pulled(desk, state)], _today(desk))


def _pulled(desk: Desk, state: State) -> list[Path]:
    """Files with what is new in the feeds."""
    return sources.pull_feeds(desk.project, Imports(state), desk.environment, desk.settings.time_zone)


def explain_reading(desk: Desk, paths: Sequence[Path], account: str | None = None) -> tuple[FileReading, ...]:
    """How each of these files is read, nothing taken in. Raises UserError when a path does not exist, InvalidFiles."""
    return tuple(sources.explain_files(desk.project, making.embedded(desk), paths, account))


def remember(desk: Desk, account: str, day: date) -> list[Said]:
    """What imported files ever said about an account's day. Raises UserError when nobody knows the account."""
    with closing(read_state(desk.where)) as state:
        return sources.recall(desk.project, making.embedded(desk), Imports(state), account, day)


def look(desk: Desk, as_of: date, sight: Sight = monitor.unseen) -> Engine:
    """The tables of room one as of a day: found again when nothing that goes into them has changed, made otherwise."""
    engine = making.find_or_make(desk, as_of, {}, sight)
    see.keep_scorecards(desk.project, _catalogue(desk, engine), as_of)
    return engine


def explain(desk: Desk, engine: Engine, as_of: date, since: date) -> tuple[ScoreChange, ...]:
    """Why scores moved between two days. Where the first was told by another method, its tables are made by that one too."""
    is_same = _methods_on(desk, engine, since) == see.methods_of(engine)
    told = None if is_same else see.told_on(making.find_or_make(desk, since, see.versions_on(desk.project, since)), since)
    return see.explain_change(engine, as_of, since, told)


def _methods_on(desk: Desk, engine: Engine, day: date) -> dict[str, Method]:
    """By what the scores of a day were told on that day."""
    return see.methods_on(
        engine, see.read_scorecards(desk.project, _catalogue(desk, engine), see.versions_on(desk.project, day)), day
    )


def lived_until(desk: Desk, as_of: date) -> Life:
    """What became of earlier suggestions, up to a day."""
    with closing(read_state(desk.where)) as state:
        return strategy.life(Tasks(state).said(as_of), as_of)


def promises(desk: Desk, as_of: date) -> tuple[GoalResult, ...]:
    """Where every goal stands, without asking what to do about it."""
    engine = look(desk, as_of)
    return goals.check_goals(engine, desk.project, as_of, _known(desk, _catalogue(desk, engine)), desk.settings.zone)


def known_to_goals(desk: Desk) -> goals.Known:
    """What a goal may speak of: the metrics of the catalogue and of imported series, the accounts, teams and brands."""
    engine = making.embedded(desk)
    with closing(read_state(desk.where)) as state:
        sources.mount_facts(engine, Imports(state), desk.project)
    typed = engine.read("select distinct metric from raw.series order by metric")
    return _known(desk, see.read_catalogue(desk.project).with_series(row["metric"] for row in typed))


def sql_behind(desk: Desk, as_of: date, accounts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The statements that make the scores of these accounts: what each makes, and its SQL. Raises InvalidFiles."""
    engine = making.embedded(desk)
    with closing(read_state(desk.where)) as state:
        sources.mount_facts(engine, Imports(state), desk.project)
    return see.sql_of_scores(engine, desk.project, as_of, accounts)


def composed(desk: Desk, errand: Errand) -> Iterator[Brief | TeamBrief]:
    """Every brief that is due, as values; nothing is printed, kept or sent."""
    for end, group in groupby(sorted(_jobs(desk, errand), key=lambda job: job.period.end), key=lambda job: job.period.end):
        day = run_day(desk, end)
        yield from (brief for _, brief in report.compose_briefs(_material(desk, day, ()), list(group)))


def _correct(  # noqa: PLR0913, PLR0917  what was made, and what it is held against
    desk: Desk, state: State, today: Day, jobs: SortedOut, planned: list[Planned], occasion: report.Occasion
) -> int:
    """Look again at the briefs that stand where files came later; how many tell something else now."""
    inputs = report.inputs_of((*jobs.to_write, *jobs.standing), Imports(state).records())
    report.note_inputs(state, planned, inputs)
    corrector = report.Corrector(state, inputs)
    with report.desktop(desk.project, desk.settings, amend=corrector.amend) as desktop:
        _write(desk, today, report.restated(state, jobs.standing, inputs), _entries(state), desktop)
        return corrector.keep(desktop.spool, occasion)


def _write(desk: Desk, today: Day, jobs: Sequence[Job], entries: Sequence[Entry], desktop: report.Desktop) -> Sifted:
    """Compose and print what is due into the spool, each brief from the tables of its period's last day."""
    sifted = report.Sifted()
    for end, group in groupby(sorted(jobs, key=lambda job: job.period.end), key=lambda job: job.period.end):
        day = today if end == today.as_of else run_day(desk, end)
        found = report.sift(day.engine, list(group))
        left = report.write_briefs(_material(desk, day, entries), found.fresh, desktop)
        topics = {late.job.topic for late in left}
        written = tuple(job for job in found.fresh if job.topic not in topics)
        sifted = sifted + replace(found, fresh=written, skipped=(*found.skipped, *left))
    return sifted


def _material(desk: Desk, day: Day, entries: Sequence[Entry]) -> report.Material:
    presets, catalogue = sources.read_presets(desk.project).by_name, _catalogue(desk, day.engine)
    return report.Material(
        engine=day.engine, goals=day.goals, advice=day.advice, alerts=day.alerts, rules=day.rules, entries=tuple(entries),
        sources={name: {"zh-CN": preset.title.zh, "en": preset.title.en} for name, preset in presets.items()},
        zone=desk.settings.time_zone,
        lived=day.lived,
        records=strategy.records(day.engine, day.playbook, day.segments),
        explain=lambda since: explain(desk, day.engine, day.as_of, since),
        methods=lambda since: _methods_on(desk, day.engine, since),
        matures={name: catalogue[name].matures_in_days for name in catalogue.names},
        project=desk.settings.name,
        look_ahead=lambda accounts: goals.look_ahead(
            day.engine, desk.project, goals.read_goals(desk.project, _known(desk, catalogue)), frozenset(accounts), day.as_of
        ),
    )  # fmt: skip


def _jobs(desk: Desk, errand: Errand) -> tuple[Job, ...]:
    reports, accounts = report.read_reports(desk.project), sources.read_accounts(desk.project)
    today = report.Today(errand.as_of, desk.now, desk.settings.zone)
    return report.jobs_due(reports, accounts, today, report.channel_of(desk.settings.mail), errand.wanted)


def _bring_in(desk: Desk, state: State, paths: Sequence[Path], today: date, account: str | None = None) -> sources.ImportReport:
    """Import files; `today` counts when it is after the clock's own day, as where a later day is asked for."""
    today, zone = max(today, _today(desk)), desk.settings.zone
    engine = making.embedded(desk)
    return sources.import_paths(desk.project, engine, Imports(state), paths, time_zone=zone, today=today, account=account)


def _today(desk: Desk) -> date:
    return desk.now.astimezone(desk.settings.zone).date()


def drop_folders(desk: Desk) -> list[Path]:
    """The folders in which new exports are looked for."""
    folders = (desk.project.root / name for name in desk.settings.data)
    return [folder for folder in folders if folder.is_dir()]


def _entries(state: State) -> list[Entry]:
    return [written.entry for written in Ledger(state).statement()]


def _catalogue(desk: Desk, engine: Engine) -> see.Catalogue:
    """The catalogue, and the series that were typed in."""
    return see.read_catalogue(desk.project).with_series(row["metric"] for row in engine.read("select metric from raw.metrics"))


def _known(desk: Desk, catalogue: see.Catalogue) -> goals.Known:
    return goals.Known.of(catalogue.metrics, sources.read_accounts(desk.project))
