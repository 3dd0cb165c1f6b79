"""Benchmarks that are brought along stand in where peers are too few, and say where they are from."""

from __future__ import annotations

import pytest

from opsengine.errors import InvalidFiles
from opsengine.project import Project
from opsengine.see import read_benchmarks, read_catalogue, see
from tests.see.facts import TODAY, seen
from tests.see.test_scores import busy

HEADER = "industry,size,metric,days,p25,p50,p75,n,source,date\n"
PLAYS = "服饰,,plays,7,1000,2000,3000,40,协会年报,{date}\n"


def brought(folder, *lines: str) -> Project:
    (folder / "benchmarks").mkdir()
    (folder / "benchmarks/ours.csv").write_text(HEADER + "".join(lines), encoding="utf-8")
    return Project(folder)


def plays_of(project: Project, accounts: int):
    field = {f"a{n}": ("服饰", busy(scale=500 * (n + 1))) for n in range(accounts)}
    field |= {f"b{n}": ("汽车", busy(scale=700 * (n + 1))) for n in range(6)}
    score = see(seen(field, project=project.root), TODAY, ["a1"])[0].scores["popularity"]
    return next(part for part in score.components if part.id == "plays")


@pytest.mark.parametrize(("date", "is_old"), [("2026-01-31", False), ("2024-12-31", True)])
def test_where_an_industry_has_too_few_accounts_a_benchmark_stands_in_with_its_provenance(tmp_path, date, is_old):
    plays = plays_of(brought(tmp_path, PLAYS.format(date=date)), accounts=3)

    assert (plays.p25, plays.p50, plays.p75) == (1000, 2000, 3000)
    assert (plays.peers.n, plays.peers.source, plays.peers.date, plays.peers.is_old) == (40, "协会年报", date, is_old)


@pytest.mark.parametrize(
    ("line", "accounts"),
    [
        (PLAYS.format(date="2026-01-31"), 8),
        (PLAYS.format(date="2026-01-31").replace(",40,", ",4,"), 3),
        (PLAYS.format(date="2026-07-31"), 3),
        (PLAYS.format(date="2026-01-31").replace("服饰,,", "服饰,large,"), 3),
    ],
    ids=["the own peers are enough", "it is from too few accounts", "nobody knew it on that day", "it is of another size"],
)
def test_otherwise_the_own_peers_are_told(tmp_path, line, accounts):
    plays = plays_of(brought(tmp_path, line), accounts)

    assert plays.peers.source is None
    assert plays.p50 != 2000


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("服饰,,playz,7,1,2,3,40,x,2026-01-31\n", "unknown-metric"),
        ("服饰,,plays,7,1,zwei,3,40,x,2026-01-31\n", "wrong-value"),
        ("服饰,,plays,9,1,2,3,40,x,2026-01-31\n", "wrong-value"),
        ("服饰,,plays,7,3,2,1,40,x,2026-01-31\n", "wrong-value"),
        ("服饰,,plays,7,1,2,nan,40,x,2026-01-31\n", "wrong-value"),
        ("服饰,,plays,7,1,2,3,40,x,31.1.2026\n", "wrong-value"),
        ("服饰,,plays,7,1,2,3,40,,2026-01-31\n", "missing-value"),
    ],
)
def test_a_line_that_is_not_understood_is_refused_with_its_place(tmp_path, line, code):
    project = brought(tmp_path, PLAYS.format(date="2026-01-31"), line)

    with pytest.raises(InvalidFiles) as refused:
        read_benchmarks(project, read_catalogue(project))

    assert [(one.code, one.place.file, one.place.line) for one in refused.value.problems] == [(code, "benchmarks/ours.csv", 3)]


def test_a_file_without_provenance_is_refused(tmp_path):
    project = brought(tmp_path)
    (tmp_path / "benchmarks/ours.csv").write_text("industry,metric,days,p25,p50,p75\n", encoding="utf-8")

    with pytest.raises(InvalidFiles) as refused:
        read_benchmarks(project, read_catalogue(project))

    assert refused.value.problems[0].fields["columns"] == "n, source, date"
