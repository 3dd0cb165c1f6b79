"""A small project, a real engine, and a catalogue in memory that behaves like the one on disk."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from opsengine.project import Project
from opsengine.sources import ImportRecord, import_paths, mount_facts
from opsengine.warehouse import DuckDBEngine

SHANGHAI = ZoneInfo("Asia/Shanghai")
REGISTER = """account_id,name,industry,size,opened_on,抖音号,advertiser_id
tea,青萝茶饮,餐饮,中型,2025-03-01,tea_house,1700000000000001
noodles,青萝面馆,餐饮,小型,,noodles88,
coat,北川服饰,服饰,大型,,,
"""


class Catalogue:
    """An import log that keeps JSON texts in a list."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def add(self, records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        new = [json.dumps({**record, "seq": len(self.texts) + nth}) for nth, record in enumerate(records, start=1)]
        keys = [json.loads(text)["sha256"] for text in (*self.texts, *new)]
        assert len(set(keys)) == len(keys)
        self.texts += new
        return [json.loads(text) for text in new]

    is_shared = False

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.texts]


@dataclass
class Bench:
    """A project to import into, and quick ways to make files for it."""

    project: Project
    engine: DuckDBEngine
    log: Catalogue = field(default_factory=Catalogue)
    today: date = date(2026, 12, 31)

    @property
    def root(self) -> Path:
        return self.project.root

    def bring(self, *paths: Path, account: str | None = None) -> list[ImportRecord]:
        """Import and mount; what became of each file."""
        report = import_paths(self.project, self.engine, self.log, paths, time_zone=SHANGHAI, today=self.today, account=account)
        mount_facts(self.engine, self.log, self.project)
        assert "{" not in str([one["reason"] + one["hint"] for file in report.as_json()["files"] for one in file["rejections"]])
        return list(report.files)

    def text(self, name: str, content: str, encoding: str = "utf-8") -> Path:
        return self.raw(name, content.encode(encoding))

    def raw(self, name: str, content: bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def csv(self, name: str, rows: Sequence[Sequence[object]], encoding: str = "utf-8-sig") -> Path:
        lines = io.StringIO()
        csv.writer(lines).writerows(rows)
        return self.text(name, lines.getvalue(), encoding)

    def xlsx(self, name: str, **sheets: Sequence[Sequence[object]]) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(path)) as workbook:
            for title, rows in sheets.items():
                sheet = workbook.add_worksheet(title)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
        return path

    def facts(self, where: str = "true") -> dict[tuple[str, str, str, str], float | None]:
        """The newest value of each fact: (account, day, item, measure) to value."""
        rows = self.engine.read(f"select * from raw.facts where {where} order by import_seq")  # noqa: S608  words of the tests
        values = [None if row["value"] is None else float(row["value"]) for row in rows]
        keys = [(row["account_id"], str(row["day"]), row["item"], row["measure"]) for row in rows]
        return dict(zip(keys, values, strict=True))

    def count(self, table: str) -> int:
        return int(self.engine.read(f"select count(*) as n from {table}")[0]["n"])  # noqa: S608  words of the tests


@pytest.fixture(scope="session")
def engine() -> DuckDBEngine:
    """One for all: every import and every mount replaces its tables."""
    return DuckDBEngine(threads=1)


@pytest.fixture
def bench(tmp_path: Path, engine: DuckDBEngine) -> Bench:
    (tmp_path / "opsengine.yaml").write_text("kind: settings\n", encoding="utf-8")
    (tmp_path / "accounts.csv").write_text(REGISTER, encoding="utf-8")
    return Bench(Project(tmp_path), engine)
