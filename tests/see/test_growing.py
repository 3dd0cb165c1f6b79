"""A build that goes on from an earlier one says what a build from nothing says, whatever arrived, was restated or went."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from opsengine.cli.main import run
from opsengine.project import Project
from opsengine.see import Footing, Taken, build_see, building, see
from opsengine.warehouse import DuckDBEngine, Engine, finished_builds, keep_build, open_build
from tests.see.facts import ACCOUNTS, ENTRIES, FANS, SERIES, WORKS

FIRST, THEN, NOW = date(2026, 1, 1), date(2026, 6, 10), date(2026, 6, 12)
CLOCK = datetime(2026, 6, 22, 1, 30, tzinfo=UTC)
FLOWS = (
    "plays",
    "interactions",
    "home_visits",
    "new_fans",
    "lost_fans",
    "finished_plays",
    "posts",
    "page_gmv",
    "page_orders",
    "product_clicks",
)
COMPARED = (
    "staging.coverage", "metrics.base_day", "metrics.account_day", "scores.placed_day", "scores.component", "scores.account_score",
    "scores.rank", "metrics.account_window",
)  # fmt: skip


HISTORIES = int(os.environ.get("OPSENGINE_TEST_HISTORIES", "3"))
"""How many random histories; every night 100."""


@dataclass(frozen=True)
class Import:
    """One file: a series of all flows, or leads (which are told only on days that have any)."""

    seq: int
    source: str
    rows: tuple[tuple[object, ...], ...]
    days: tuple[date, date]


def daily(seq: int, chance: random.Random, days: Iterable[date], accounts: Sequence[str]) -> Import:
    days = list(days)
    rows = tuple(
        ("series", account, day, flow, chance.randint(0, 500), "sha", "", 1, seq)
        for day in days
        for account in accounts
        for flow in FLOWS
        if chance.random() < 0.97
    )
    return Import(seq, "series", rows, (days[0], days[-1]))


def leads(seq: int, chance: random.Random, days: Iterable[date], accounts: Sequence[str]) -> Import:
    days = list(days)
    rows = tuple(
        ("leads", account, day, f"{seq}-{account}", 1, chance.randint(0, 1), "sha", "", 1, seq)
        for day in days
        for account in accounts
        if chance.random() < 0.3
    )
    return Import(seq, "leads", rows, (days[0], days[-1]))


def span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def engine_with(imports: Sequence[Import], accounts: Sequence[str], engine: Engine | None = None) -> Engine:
    """An engine with these imports mounted; an embedded one unless given."""
    engine = engine or DuckDBEngine(threads=1, is_telling=True)
    engine.put("raw.series", SERIES, [row for one in imports if one.source == "series" for row in one.rows])
    trace = {name: kind for name, kind in ENTRIES.items() if name not in {"source", "account_id", "day", "item"}}
    columns = {
        **{name: ENTRIES[name] for name in ("source", "account_id", "day", "item")},
        "leads": "DECIMAL(18,6)",
        "valid_leads": "DECIMAL(18,6)",
    }
    engine.put("raw.entries", {**columns, **trace}, [row for one in imports if one.source == "leads" for row in one.rows])
    engine.put("raw.measures_told", {"source": "VARCHAR", "measure": "VARCHAR"}, [("leads", "leads"), ("leads", "valid_leads")])
    engine.put("raw.accounts", ACCOUNTS, [(name, name, ("服饰", "汽车")[at % 2], *[None] * 6) for at, name in enumerate(accounts)])
    presets = {"source": "VARCHAR", "priority": "INTEGER", "replaces": "VARCHAR", "is_sparse": "BOOLEAN"}
    engine.put("raw.presets", presets, [("series", 0, "item", False), ("leads", 10, "item", True)])
    spans = {"source": "VARCHAR", "account_id": "VARCHAR", "first_day": "DATE", "last_day": "DATE", "import_seq": "BIGINT"}
    engine.put(
        "raw.spans",
        spans,
        [(one.source, account, *one.days, one.seq) for one in imports for account in sorted({row[1] for row in one.rows})],
    )
    engine.put("raw.works", WORKS, [])
    engine.put("raw.fan_events", FANS, [])
    return engine


def footing(imports: Sequence[Import], builds: Path) -> Footing:
    taken = {f"{one.seq}:sha": Taken(one.source, min(row[2] for row in one.rows)) for one in imports if one.rows}
    return Footing("the same frame", taken, finished_builds(builds))


def history(chance: random.Random, accounts: Sequence[str]) -> tuple[list[Import], list[Import]]:
    """The imports of the first build, and those that count two days later: new days, restated ones, a file less."""
    begin = [
        daily(1, chance, span(FIRST, THEN), accounts),
        leads(2, chance, span(FIRST, THEN - timedelta(days=chance.randint(0, 6))), accounts),
    ]
    begin.append(daily(3, chance, span(THEN - timedelta(days=9), THEN - timedelta(days=4)), accounts[:2]))
    later = [daily(4, chance, span(THEN + timedelta(days=1), NOW), accounts)]
    if chance.random() < 0.5:
        later.append(daily(5, chance, span(THEN - timedelta(days=chance.randint(0, 20)), THEN), accounts[1:]))
    if chance.random() < 0.6:
        later.append(leads(6, chance, span(NOW - timedelta(days=chance.randint(0, 3)), NOW), accounts))
    stays = begin if chance.random() < 0.6 else begin[:2]
    return begin, [*stays, *later]


def told(engine: Engine, table: str) -> list[tuple[object, ...]]:
    return sorted((tuple(sorted(row.items(), key=lambda pair: pair[0])) for row in engine.read(f"select * from {table}")), key=str)  # noqa: S608  tables of ours


@pytest.fixture
def nothing_is_small(monkeypatch):
    monkeypatch.setattr(building, "SMALL", 0)
    monkeypatch.setattr(building, "MOST_AT_ONCE", 200)


@pytest.mark.usefixtures("nothing_is_small")
@pytest.mark.parametrize("seed", range(HISTORIES))
def test_going_on_says_what_starting_anew_says(tmp_path, monkeypatch, seed):
    monkeypatch.setattr(building, "MANY", 1 if seed == 1 else 100)
    chance = random.Random(seed)  # noqa: S311  histories are repeated, not kept secret
    accounts = [f"a{n}" for n in range(chance.choice([3, 6, 9]))]
    begin, later = history(chance, accounts)
    first = engine_with(begin, accounts)
    keep_build(first, tmp_path, "then", build_see(first, Project(Path("/nowhere")), THEN, footing=footing(begin, tmp_path)))

    grown, anew = engine_with(later, accounts), engine_with(later, accounts)
    kept = build_see(grown, Project(Path("/nowhere")), NOW, footing=footing(later, tmp_path))
    build_see(anew, Project(Path("/nowhere")), NOW)

    assert kept.grown["metrics.base_day"], "nothing was taken over"
    assert {table for table in COMPARED if told(grown, table) != told(anew, table)} == set()
    everybody = [view.as_json() for view in see(grown, NOW)]
    assert json.dumps(everybody) == json.dumps([view.as_json() for view in see(anew, NOW)])
    assert [view.as_json() for view in see(grown, NOW, accounts[1:2])] == everybody[1:2]
    keep_build(grown, tmp_path, "now", kept)
    again = DuckDBEngine(threads=1)
    assert open_build(again, tmp_path, "now")
    assert told(again, "scores.account_score") == told(anew, "scores.account_score")
    assert told(again, "metrics.account_day") == told(anew, "metrics.account_day")


def sliding(seq: int, days: Iterable[date], silent: dict[str, set[date]]) -> Import:
    """Flows, a level and a ratio typed in, of accounts of which each is silent on some days."""
    days = list(days)
    rows = tuple(
        ("series", account, day, name, (day.toordinal() * 7 + at * 13 + len(name)) % 97, "sha", "", 1, seq)
        for at, account in enumerate(silent)
        for day in days
        for name in (*FLOWS, "fans_total", "finish_rate")
        if day not in silent[account] and not (name == "fans_total" and day.toordinal() % 9)
    )
    return Import(seq, "series", rows, (days[0], days[-1]))


SLID = (*COMPARED, "metrics.quartile", "metrics.benchmark", "scores.contribution")


@pytest.mark.usefixtures("nothing_is_small")
@pytest.mark.parametrize("steps", [[1, 1], [1, 3, 1], [9, 1], [0, 1], [40, 1]], ids=str)
def test_windows_that_slide_on_are_those_of_a_build_from_nothing(tmp_path, steps):
    day = THEN - timedelta(days=sum(steps))
    silent = {
        "a0": set(),
        "a1": set(span(day - timedelta(days=6), day + timedelta(days=1))),
        "a2": set(span(FIRST, day)),
        "a3": set(span(day - timedelta(days=30), THEN)),
        "a4": {one for one in span(FIRST, THEN) if one.toordinal() % 5 == 0},
        "a5": set(),
    }
    imports = [sliding(1, span(FIRST, day), silent)]
    first = engine_with(imports, list(silent))
    keep_build(first, tmp_path, "0", build_see(first, Project(Path("/nowhere")), day, footing=footing(imports, tmp_path)))
    for nth, days in enumerate(steps, start=2):
        imports.append(sliding(nth, span(day + timedelta(days=1 if days else 0), day + timedelta(days=days)), silent))
        day += timedelta(days=days)
        grown = engine_with(imports, list(silent))
        kept = build_see(grown, Project(Path("/nowhere")), day, footing=footing(imports, tmp_path))
        keep_build(grown, tmp_path, str(nth), kept)
        assert kept.grown["metrics.base_day"], "nothing was taken over"

    anew = engine_with(imports, list(silent))
    build_see(anew, Project(Path("/nowhere")), THEN)
    assert {table for table in SLID if told(grown, table) != told(anew, table)} == set()
    assert json.dumps([view.as_json() for view in see(grown, NOW)]) == json.dumps([view.as_json() for view in see(anew, NOW)])


@pytest.mark.usefixtures("nothing_is_small")
@pytest.mark.parametrize("change", ["another frame", "a restated reference", "a day before"])
def test_what_does_not_fit_is_started_anew(tmp_path, change):
    chance = random.Random(7)  # noqa: S311  as above
    accounts = ["a0", "a1", "a2"]
    begin = [daily(1, chance, span(FIRST, THEN), accounts)]
    later = [*begin, daily(2, chance, span(THEN + timedelta(days=1), NOW), accounts)]
    later += [daily(3, chance, span(date(2026, 2, 1), date(2026, 2, 3)), accounts)] if change == "a restated reference" else []
    first = engine_with(begin, accounts)
    keep_build(first, tmp_path, "then", build_see(first, Project(Path("/nowhere")), THEN, footing=footing(begin, tmp_path)))

    offered = footing(later, tmp_path)
    frame = Footing("another frame", offered.imports, offered.builds) if change == "another frame" else offered
    day = THEN - timedelta(days=1) if change == "a day before" else NOW
    kept = build_see(engine_with(later, accounts), Project(Path("/nowhere")), day, footing=frame)

    assert not kept.grown["metrics.base_day"]


@pytest.mark.usefixtures("nothing_is_small")
def test_a_project_that_goes_on_from_day_to_day_prints_what_a_new_one_prints(tmp_path, capsys):
    chance = random.Random(11)  # noqa: S311  as above
    days = {
        day: [f"a{n},{day},{flow},{chance.randint(0, 500)}\n" for n in range(4) for flow in FLOWS]
        for day in span(FIRST, NOW + timedelta(days=1))
    }
    last = max(days)
    files = {"until.csv": [day for day in days if day < last], "last.csv": [last], "again.csv": span(NOW - timedelta(days=3), NOW)}

    def put(folder: Path, name: str, factor: int) -> list[str]:
        lines = [line.rpartition(",") for day in files[name] for line in days[day]]
        text = "account_id,date,metric,value\n" + "".join(f"{head},{int(value) * factor}\n" for head, _, value in lines)
        (folder / name).write_text(text, encoding="utf-8")
        return ["import", str(folder / name), "--project-dir", str(folder)]

    def looked(folder: Path, day: date) -> str:
        capsys.readouterr()
        assert run(["see", "--why", "--project-dir", str(folder), "--as-of", day.isoformat(), "--format", "json"], {}, CLOCK) == 0
        return capsys.readouterr().out

    for name in ("grown", "anew"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "opsengine.yaml").write_text("", encoding="utf-8")
        (folder / "accounts.csv").write_text(
            "account_id,name,industry\n" + "".join(f"a{n},a{n},服饰\n" for n in range(4)), encoding="utf-8"
        )
    grown, anew = tmp_path / "grown", tmp_path / "anew"
    assert run(put(grown, "until.csv", 1), {}, CLOCK) == 0
    looked(grown, last - timedelta(days=1))
    for folder, names in ((grown, ("again.csv", "last.csv")), (anew, ("until.csv", "again.csv", "last.csv"))):
        assert [run(put(folder, name, 2 if name == "again.csv" else 1), {}, CLOCK) for name in names] == [0] * len(names)

    assert looked(grown, last) == looked(anew, last)
    assert max(len(build.grown["metrics.base_day"]) for build in finished_builds(grown / ".opsengine" / "builds")) == 2
