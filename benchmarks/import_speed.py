"""What reading an export costs, beside DuckDB's own `read_csv` of the same UTF-8 file.

    python benchmarks/import_speed.py [ROWS ...]

Each form of the same rows is imported into an empty project by a process of its own, after one that imports a single row: what
is told is the difference, so that starting Python and opening the project are left out. CPU is user and system time of the process
and its children, one thread. It prints a Markdown table: rows and cells per CPU second, and how many times the CPU of
`create table … as select * from read_csv(…)` that is. Two shapes: a wide daily report, and a series of one number a row.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import xlsxwriter

ROWS = (50_000, 500_000)
"""What the platforms' own exports hold at most, and ten of them in one file."""
MOST_OF_A_WORKBOOK = 100_000
"""Larger workbooks are refused: they take more than 50 MB."""
ACCOUNTS = 250
TARGET = 3.0
WIDE = (
    "抖音号", "日期", "主页访问量", "主页访问人数", "总粉丝数", "新增粉丝人数", "流失粉丝人数",
    "评论提交数", "点赞数", "分享数", "保存数", "收藏数", "转发数", "播放完成数", "播放数",
    "不感兴趣数", "视频私信分享数", "查看购物车数", "商品点击数", "去购买点击数", "商品下单数",
    "商品订单数", "商品订单金额",
)  # fmt: skip
SERIES = ("account_id", "date", "metric", "value")
_IMPORT = """
import sys
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo
from opsengine.project import Project
from opsengine.sources import import_paths
from opsengine.warehouse import DuckDBEngine
class Log:
    def add(self, records): return list(records)
    is_shared = False

    def records(self): return []
project, paths, zone = Project(Path(sys.argv[1])), [Path(sys.argv[2])], ZoneInfo("Asia/Shanghai")
report = import_paths(project, DuckDBEngine(threads=1), Log(), paths, time_zone=zone, today=date(2100, 1, 1))
assert all(not file.rejections and file.accepted == int(sys.argv[3]) for file in report.files), report.as_json()
"""
_BARE = """
import sys
import duckdb
engine = duckdb.connect()
engine.execute("set threads = 1")
engine.execute("create table t as select * from read_csv(?)", [sys.argv[1]])
assert engine.execute("select count(*) from t").fetchone()[0] == int(sys.argv[2])
"""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write the same rows."""

    name: str
    file: Path
    one: Path
    """The same with a single row."""
    cells: int


def main(rows: int) -> int:
    """Measure and print."""
    print(f"{rows:,} rows\n\n| shape | form | CPU s | rows / CPU s | cells / CPU s | beside read_csv |\n|---|---|---|---|---|---|")
    is_met = True
    with tempfile.TemporaryDirectory(prefix="import-speed-") as folder:
        for shape, header in (("wide daily report", WIDE), ("series", SERIES)):
            forms = list(_forms(Path(folder) / shape.split()[0], header, rows))
            bare = _cpu(_BARE, forms[0].file, rows) - _cpu(_BARE, forms[0].one, 1)
            print(_line(shape, "DuckDB read_csv", bare, bare, rows, forms[0].cells))
            for form in forms:
                cost = _imported(form.file, rows) - _imported(form.one, 1)
                print(_line(shape, form.name, cost, bare, rows, form.cells))
                is_met = is_met and (form.name != "UTF-8 CSV" or cost <= TARGET * bare)
    print(f"\nUTF-8 CSV at most {TARGET:g} times the CPU of read_csv: {'yes' if is_met else '**no**'}")
    return 0 if is_met else 1


def _forms(folder: Path, header: Sequence[str], count: int) -> Iterator[Form]:
    folder.mkdir()
    table = list(_rows(header, count))
    cells = count * len(header)
    for name, encoding in (("UTF-8 CSV", "utf-8"), ("GBK CSV", "gbk")):
        files = [folder / f"{encoding}-{size}.csv" for size in (count, 1)]
        for file, size in zip(files, (count, 1), strict=True):
            with file.open("w", encoding=encoding, newline="") as lines:
                csv.writer(lines).writerows([header, *table[:size]])
        yield Form(name, files[0], files[1], cells)
    if count <= MOST_OF_A_WORKBOOK:
        books = [folder / f"{size}.xlsx" for size in (count, 1)]
        for file, size in zip(books, (count, 1), strict=True):
            with xlsxwriter.Workbook(str(file), {"constant_memory": True}) as book:
                sheet = book.add_worksheet()
                for number, row in enumerate([header, *table[:size]]):
                    sheet.write_row(number, 0, row)
        yield Form("xlsx", books[0], books[1], cells)
    parquets = [folder / f"{size}.parquet" for size in (count, 1)]
    for file, source in zip(parquets, (folder / f"utf-8-{count}.csv", folder / "utf-8-1.csv"), strict=True):
        duckdb.sql(f"copy (select * from read_csv('{source}')) to '{file}' (format parquet)")  # noqa: S608  names of our own
    yield Form("Parquet", parquets[0], parquets[1], cells)


def _rows(header: Sequence[str], count: int) -> Iterator[list[object]]:
    for number in range(count):
        account, day = f"account{number % ACCOUNTS:03}", date(2026, 1, 1) + timedelta(days=number // ACCOUNTS)
        if header is SERIES:
            yield [account, day.isoformat(), "reach", f"{number * 7 % 100_003}.{number % 100:02}"]
        else:
            numbers = [number * (place + 3) % 100_003 for place in range(len(header) - 3)]
            yield [account, day.isoformat(), *numbers, f"{number * 7 % 100_003}.{number % 100:02}"]


def _imported(file: Path, rows: int) -> float:
    """CPU seconds of one import into an empty project."""
    with tempfile.TemporaryDirectory(prefix="project-") as folder:
        (Path(folder) / "opsengine.yaml").write_text("kind: project\n", encoding="utf-8")
        accounts = "".join(f"account{number:03},Name {number},餐饮\n" for number in range(ACCOUNTS))
        (Path(folder) / "accounts.csv").write_text("account_id,name,industry\n" + accounts, encoding="utf-8")
        return _cpu(_IMPORT, folder, file, rows)


def _cpu(program: str, *words: object) -> float:
    before = os.times()
    subprocess.run([sys.executable, "-c", program, *map(str, words)], check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _line(shape: str, form: str, cost: float, bare: float, rows: int, cells: int) -> str:  # noqa: PLR0913, PLR0917  a line of a table
    return f"| {shape} | {form} | {cost:.2f} | {rows / cost:,.0f} | {cells / cost:,.0f} | {cost / bare:.1f} x |"


if __name__ == "__main__":
    sys.exit(max(main(rows) for rows in (map(int, sys.argv[1:]) if len(sys.argv) > 1 else ROWS)))
