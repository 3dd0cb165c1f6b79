"""What a demo found, in ten lines, and the page to open."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opsengine.cli.frame import Session
    from opsengine.pipeline import Day
    from opsengine.report import ReportRun
    from opsengine.see import AccountView


def sum_up(session: Session, run: ReportRun, day: Day) -> Iterator[str]:
    """The lines, top to bottom, in the reader's language."""
    from opsengine.see import see

    views = see(day.engine, day.as_of)
    folder = str(session.project.root)
    yield session.words("{accounts} accounts up to {day}, in {folder}", accounts=len(views), day=str(day.as_of), folder=folder)
    yield from _imported(session, run)
    for scorecard in ("business", "popularity"):
        yield from _scores(session, views, scorecard)
    yield from _goals(session, day)
    yield from _advice(session, day)
    yield session.words("Rewards: {count} benefits granted for reached goals", count=run.granted)
    yield from _alerts(session, day)
    yield session.words("Briefs: {written} written, {sent} messages in {folder}",
                        written=run.rendered, sent=run.tally.delivered, folder=str(session.project.outbox))  # fmt: skip


def page_to_open(run: ReportRun, day: Day) -> str | None:
    """The page of an account that has promised something; else the first page there is."""
    pages = {line.subject: line.paths["html"] for line in run.briefs if line.paths.get("html")}
    promised = [result.account_id for result in day.goals if result.is_running and result.account_id in pages]
    chosen = pages.get(promised[0]) if promised else next(iter(pages.values()), None)
    return str(chosen) if chosen else None


def _imported(session: Session, run: ReportRun) -> Iterator[str]:
    files = run.imported.files if run.imported else ()
    read = [file for file in files if file.status != "rejected"]
    yield session.words(
        "Files: {files} read, {rows} rows taken in, {left} left out",
        files=len(read),
        rows=sum(file.accepted for file in read),
        left=sum(file.rejected for file in files),
    )


def _scores(session: Session, views: Sequence[AccountView], scorecard: str) -> Iterator[str]:
    scored = sorted((view.scores[scorecard].score or 0.0, view.name) for view in views if _has_score(view, scorecard))
    if not scored:
        return
    text = "Business score: middle {middle}, from {low} ({last}) to {high} ({first}); {none} accounts without one"
    if scorecard == "popularity":
        text = "Popularity score: middle {middle}, from {low} ({last}) to {high} ({first}); {none} accounts without one"
    yield session.words(
        text,
        middle=round(median(score for score, _ in scored)),
        low=round(scored[0][0]),
        last=scored[0][1],
        high=round(scored[-1][0]),
        first=scored[-1][1],
        none=len(views) - len(scored),
    )


def _has_score(view: AccountView, scorecard: str) -> bool:
    return scorecard in view.scores and view.scores[scorecard].score is not None


def _goals(session: Session, day: Day) -> Iterator[str]:
    statuses = Counter(result.status.value for result in day.goals)
    good = sum(statuses[name] for name in ("ahead", "on_track", "reached"))
    yield session.words(
        "Goals: {count} measures; {good} on course or reached, {watch} at risk, {bad} behind or missed, {none} without enough data",
        count=len(day.goals),
        good=good,
        watch=statuses["at_risk"],
        bad=statuses["behind"] + statuses["missed"],
        none=statuses["no_data"],
    )


def _advice(session: Session, day: Day) -> Iterator[str]:
    titles = Counter(one.title[session.locale] for account in day.advice for one in account.suggestions)
    if titles:
        (title, accounts), = titles.most_common(1)
        yield session.words(
            "Strategy: {count} suggestions; most often “{title}”, for {accounts} accounts",
            count=titles.total(), title=title, accounts=accounts,
        )  # fmt: skip


def _alerts(session: Session, day: Day) -> Iterator[str]:
    firing = [alert for alert in day.alerts if alert.state == "firing"]
    critical = [alert for alert in firing if alert.severity == "critical"]
    yield session.words("Alerts: {count} fire, {critical} of them critical", count=len(firing), critical=len(critical))
    for alert in critical[:1]:
        sentence = alert.because.said(session.locale) if alert.because else alert.title[session.locale]
        yield session.words("First of them: {subject}: {sentence}", subject=alert.subject, sentence=sentence)
