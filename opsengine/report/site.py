"""The archive as a static site, which any web server can host and a browser can open from disk.

    index.html             search over all briefs; without scripts, links to every run and period
    runs/RUN.html          one page a run: what it wrote, and what became of its messages
    periods/REPORT_PERIOD.html
    briefs/…               every brief's newest revision: page, Markdown, JSON
    search.js              the list that is searched

Long lists go over several pages. Files that are there and right are left alone; nothing is removed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from opsengine.report.content import Theme
from opsengine.report.figures import figures
from opsengine.report.folder import safe_name
from opsengine.report.listing import Listed, counts_of, in_order, listed
from opsengine.report.templating import paper
from opsengine.state import Briefs, Outbox, Run, Runs, Stage, State, write_copy
from opsengine.words import Words

if TYPE_CHECKING:
    from datetime import date

    from opsengine.project import Project
    from opsengine.report.templating import Paper
    from opsengine.settings import Settings

ROWS = 1000
"""Rows of a table on one page; a browser shows so many at once without effort."""
RUNS = 200
"""Runs that the archive links to, the newest."""
KEPT = "kept"
STAGES: dict[str, tuple[Stage, ...]] = {
    "delivered": (Stage.SENT,),
    "waiting": (Stage.PENDING, Stage.HELD, Stage.CONNECTING, Stage.IN_DATA),
    "failed": (Stage.FAILED,),
    "unknown": (Stage.UNKNOWN,),
}
"""How messages are told of, by where they stand."""


@dataclass(frozen=True, slots=True)
class Site:
    """What was built."""

    index: Path
    briefs: int
    runs: int
    written: int
    """Files that were new or came out differently."""


BRIEF = "brief.json"
"""The part that makes a record a brief."""


@dataclass(frozen=True, slots=True)
class Press:
    """How pages of lists are made."""

    sheets: Paper
    locale: str
    theme: Theme
    name: str
    """What the project is called."""
    zone: str
    """The time zone that moments are told in."""

    @classmethod
    def of(cls, settings: Settings, templates: Path | None) -> Press:
        """With the project's language, colours, name and templates. Raises InvalidFiles."""
        own = templates if templates is not None and templates.is_dir() else None
        return cls(paper(own), settings.locale, Theme(settings.theme.up), settings.name, settings.time_zone)

    def page(self, template: str, **site: Any) -> str:
        """One page of lists."""
        content = {"locale": self.locale, "theme": self.theme.colours(), "site": {"name": self.name, "made_of": ""} | site}
        return self.sheets.fill(f"site/{template}.html.j2", content)


def build_site(state: State, folder: Path, press: Press, tell: Callable[[int, int], None]) -> Site:
    """Write the site of everything in the archive. Raises OSError when the disk refuses, EngineError on a damaged archive."""
    writer = _Writer(folder)
    found: list[Listed] = []
    records = Briefs(state).newest()
    for done, record in enumerate(records, start=1):
        parts = Briefs(state).parts(record.brief_id)
        if BRIEF not in parts:  # a notice: of alerts, or to an owner
            continue
        one = listed(record, parts[BRIEF], figures(press.locale))
        for name, content in parts.items():
            writer.write(Path("briefs", *one.path.split("/")[:-1], name), content)
        found.append(one)
        tell(done, len(records))
    briefs = in_order(found)
    runs = [run for run in Runs(state).latest(RUNS) if run.command == "report"]
    told = [told for run in runs if (told := _run_pages(state, run, briefs, press, writer))]
    periods = list(_period_pages(briefs, press, writer))
    _index(briefs, told, periods, press, writer)
    return Site(folder / "index.html", len(briefs), len(told), writer.written)


def index_run(state: State, project: Project, settings: Settings, brief_ids: Iterable[str], as_of: date) -> None:
    """The page over the briefs of a run; one that is about the same briefs already is left as it is. Raises OSError."""
    ids, file = list(brief_ids), project.briefs / "index.html"
    if ids and not (file.is_file() and _name_of_run(ids, as_of).encode() in file.read_bytes()):
        write_run_index(state, project.briefs, ids, Press.of(settings, project.templates), as_of)


def write_run_index(state: State, folder: Path, brief_ids: Iterable[str], press: Press, as_of: date) -> Path:
    """The page over the briefs of one run, beside them in the folder of briefs. Raises OSError when the disk refuses."""
    ids = list(brief_ids)
    records = [record for brief_id in ids if (record := Briefs(state).find(brief_id))]
    told = ((record, Briefs(state).parts(record.brief_id, BRIEF)) for record in records)
    said = figures(press.locale)
    found = in_order(listed(record, parts[BRIEF], said) for record, parts in told if BRIEF in parts)
    page = press.page(
        "list", title=Words(press.locale)("Briefs up to {day}", day=said.full_day(as_of)), note="", counts=counts_of(found),
        rows=_rows(found[:ROWS], ""), up="", pages=[], messages={}, left_out=max(len(found) - ROWS, 0),
        made_of=_name_of_run(ids, as_of),
    )  # fmt: skip
    _Writer(folder).write(Path("index.html"), page.encode())
    return folder / "index.html"


def _name_of_run(brief_ids: Iterable[str], as_of: date) -> str:
    """The same for the same revisions and day."""
    return hashlib.sha256("\n".join([as_of.isoformat(), *sorted(brief_ids)]).encode()).hexdigest()[:24]


class _Writer:
    """Writes what is new or different, and counts it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.written = 0

    def write(self, name: Path, content: bytes) -> None:
        file = self._folder / name
        if not file.is_file() or file.read_bytes() != content:
            write_copy(file, content)
            self.written += 1


def _index(briefs: Sequence[Listed], runs: Sequence[Any], periods: Sequence[Any], press: Press, writer: _Writer) -> None:
    rows = json.dumps([one.as_row for one in briefs], ensure_ascii=True, separators=(",", ":"))
    reports = sorted({(one.report, one.title) for one in briefs})
    page = press.page("index", counts=counts_of(briefs), count=len(briefs), runs=runs, periods=periods, reports=reports,
                      newest=_rows(briefs[:20], "briefs/"))  # fmt: skip
    script = press.sheets.fill("site/search.js.j2", {"locale": press.locale, "theme": {}, "site": {}})
    writer.write(Path("search.js"), f"window.BRIEFS={rows};\n{script}".encode())
    writer.write(Path("index.html"), page.encode())


def _run_pages(state: State, run: Run, briefs: Iterable[Listed], press: Press, writer: _Writer) -> dict[str, Any] | None:
    """The pages of one run; None when it wrote no brief that still stands."""
    mine = [one for one in briefs if one.run_id == run.run_id]
    if not mine:
        return None
    words, said = Words(press.locale), figures(press.locale)
    title = words("Run of {day}", day=said.full_day(run.as_of))
    note = words("{run}, begun {at}", run=run.run_id, at=_moment(run.started_at, press.zone))
    _list_pages(mine, Path("runs", safe_name(run.run_id)), (title, note, _messages(state, mine)), press, writer)
    path = f"runs/{safe_name(run.run_id)}.html"
    return {"title": title, "note": note, "path": path, "count": len(mine), "counts": counts_of(mine)}


def _moment(at: str, zone: str) -> str:
    """A moment as the clock of the project showed it: `2026-06-22 16:00`."""
    return f"{datetime.fromisoformat(at).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def _period_pages(briefs: Sequence[Listed], press: Press, writer: _Writer) -> Iterator[dict[str, Any]]:
    groups: dict[tuple[str, str], list[Listed]] = {}
    for one in briefs:
        groups.setdefault((one.report, one.period_id), []).append(one)
    for (report, period), mine in groups.items():
        name = Path("periods", f"{safe_name(report)}_{safe_name(period)}")
        _list_pages(mine, name, (f"{mine[0].title} · {mine[0].period}", "", {}), press, writer)
        path = f"{name.as_posix()}.html"
        yield {"title": mine[0].title, "period": mine[0].period, "path": path, "count": len(mine), "counts": counts_of(mine)}


def _list_pages(briefs: Sequence[Listed], name: Path, head: tuple[str, str, dict[str, int]], press: Press, writer: _Writer) -> None:
    """A list over as many pages as it takes."""
    title, note, messages = head
    starts = range(0, len(briefs), ROWS)
    names = [name.name if not start else f"{name.name}-{start // ROWS + 1}" for start in starts]
    for start, own in zip(starts, names, strict=True):
        pages = [{"path": f"{other}.html", "is_here": other == own, "number": at} for at, other in enumerate(names, start=1)]
        rows = _rows(briefs[start : start + ROWS], "../briefs/")
        page = press.page(
            "list", title=title, note=note, counts=counts_of(briefs), rows=rows, up="../index.html", pages=pages[1:] and pages,
            messages=messages, left_out=0,
        )  # fmt: skip
        writer.write(name.with_name(f"{own}.html"), page.encode())


def _rows(briefs: Iterable[Listed], prefix: str) -> list[dict[str, Any]]:
    return [asdict(one) | {"path": prefix + one.path} for one in briefs]


def _messages(state: State, briefs: Iterable[Listed]) -> dict[str, int]:
    """How many messages about these revisions stand where."""
    wanted = {one.brief_id for one in briefs}
    records = [record for record in Briefs(state).newest() if record.brief_id in wanted]
    stages = Counter(
        message.stage for record in records for message in Outbox(state).of(record.topic) if message.brief_id == record.brief_id
    )
    return {name: total for name, kinds in STAGES.items() if (total := sum(stages[stage] for stage in kinds))}
