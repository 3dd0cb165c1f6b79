"""Benchmarks that a project brings along: what is usual in an industry, by somebody who says when and from how many accounts.

A file in `benchmarks/` is CSV (UTF-8) with the header `industry,size,metric,days,p25,p50,p75,n,source,date`; an empty `size`
means the whole industry. They stand in where the project's own peers are too few.
"""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, dataclass
from datetime import date
from typing import TYPE_CHECKING

from opsengine.errors import InvalidFiles, Place, Problem
from opsengine.project import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from opsengine.errors import Field
    from opsengine.project import Project
    from opsengine.see.catalogue import Catalogue
    from opsengine.warehouse import Engine

HEADER = ("industry", "size", "metric", "days", "p25", "p50", "p75", "n", "source", "date")
FEWEST = 5
"""A benchmark from fewer accounts would tell of single ones, and is not used."""
OLD_AFTER_DAYS = 365
"""An older one is still shown, and said to be old: a year sees every season once."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What is usual in an industry (and size) for one metric over so many days."""

    industry: str
    size: str | None
    metric: str
    days: int
    p25: float
    p50: float
    p75: float
    accounts: int
    source: str
    dated_on: date


def read_benchmarks(project: Project, catalogue: Catalogue) -> tuple[Benchmark, ...]:
    """Every line of `benchmarks/*.csv`. Raises InvalidFiles with the problems of all of them."""
    found: dict[tuple[str, str | None, str, int], Benchmark] = {}
    problems: list[Problem] = []
    for path in benchmark_files(project):
        reader = _Reader(project.shown(path), catalogue, problems)
        for benchmark in reader.read(path):
            key = (benchmark.industry, benchmark.size, benchmark.metric, benchmark.days)
            found[key] = max(found.get(key, benchmark), benchmark, key=lambda one: one.dated_on)
    if problems:
        raise InvalidFiles(problems)
    return tuple(found[key] for key in sorted(found, key=str))


def benchmark_files(project: Project) -> list[Path]:
    """The files of benchmarks, in the order of their names."""
    return sorted(project.folder("benchmarks").glob("*.csv"))


def put_benchmarks(engine: Engine, benchmarks: tuple[Benchmark, ...]) -> None:
    """The benchmarks that may be used, as rows."""
    engine.put(
        "raw.benchmarks",
        {
            "industry": "VARCHAR", "size": "VARCHAR", "metric": "VARCHAR", "days": "INTEGER", "p25": "DOUBLE", "p50": "DOUBLE",
            "p75": "DOUBLE", "accounts": "INTEGER", "source": "VARCHAR", "dated_on": "DATE",
        },
        [astuple(one) for one in benchmarks if one.accounts >= FEWEST],
    )  # fmt: skip


class _Reader:
    """Reads one file and keeps its problems."""

    def __init__(self, shown: str, catalogue: Catalogue, problems: list[Problem]) -> None:
        self._shown = shown
        self._catalogue = catalogue
        self._problems = problems

    def read(self, path: Path) -> Iterator[Benchmark]:
        """Its benchmarks; what is wrong is noted."""
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            self._complain(1, "not-utf-8", "this file is not UTF-8 text", "save it as UTF-8")
            return
        lines = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        missing = [name for name in HEADER if name != "size" and name not in (lines.fieldnames or ())]
        if missing:
            said = "the header lacks {columns}"
            self._complain(1, "missing-column", said, "write {header}", columns=", ".join(missing), header=",".join(HEADER))
            return
        for row in lines:
            benchmark = self._benchmark(lines.line_num, {key: (value or "").strip() for key, value in row.items() if key})
            if benchmark is not None:
                yield benchmark

    def _benchmark(self, line: int, row: Mapping[str, str]) -> Benchmark | None:
        """The benchmark of a line; None after a complaint."""
        metric = row["metric"]
        if metric not in self._catalogue:
            guess = did_you_mean(metric, self._catalogue.names)
            hint = "did you mean `{guess}`?" if guess else "`opsengine metrics list` lists them"
            self._complain(line, "unknown-metric", "there is no metric `{metric}`", hint, metric=metric, guess=guess)
            return None
        if not row["industry"] or not row["source"]:
            self._complain(line, "missing-value", "a benchmark says its industry and its source")
            return None
        try:
            p25, p50, p75 = (float(row[name]) for name in ("p25", "p50", "p75"))
            days, accounts, dated_on = int(row["days"]), int(row["n"]), date.fromisoformat(row["date"])
        except ValueError:
            said = "days and n are whole numbers, p25, p50 and p75 numbers, date a day such as 2026-06-18"
            self._complain(line, "wrong-value", said)
            return None
        if days not in {7, 28} or not -float("inf") < p25 <= p50 <= p75 < float("inf"):
            self._complain(line, "wrong-value", "days is 7 or 28, and p25 ≤ p50 ≤ p75")
            return None
        return Benchmark(row["industry"], row.get("size") or None, metric, days, p25, p50, p75, accounts, row["source"], dated_on)

    def _complain(self, line: int, code: str, text: str, hint: str = "", **fields: Field) -> None:
        self._problems.append(Problem(Place(self._shown, line, 1), code, text, hint, fields))
