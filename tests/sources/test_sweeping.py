"""A clean file read in one sweep says exactly what it says row by row; about any other file the sweep says nothing."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from opsengine.project import Project
from opsengine.sources import reading, swept_files, swept_keys, swept_measures
from opsengine.warehouse import DuckDBEngine
from tests.sources.conftest import REGISTER, Bench
from tests.sources.samples import HEADERS, Sample
from tests.sources.test_damage import DAMAGES, ENCODINGS

NOTHING_IS_SMALL, NOTHING_IS_SWEPT = 0, 1 << 40
_NUMBERS = count()
TABLES = ("entries", "series", "spans", "facts")


@pytest.fixture
def benches(tmp_path_factory, engine):
    """Makes two empty projects: one that sweeps every file, and one that sweeps none."""

    def make():
        folder = tmp_path_factory.mktemp(f"swept{next(_NUMBERS)}")
        made = []
        for name in ("swept", "by-row"):
            (folder / name).mkdir()
            (folder / name / "opsengine.yaml").write_text("kind: settings\n", encoding="utf-8")
            (folder / name / "accounts.csv").write_text(REGISTER, encoding="utf-8")
            (folder / name / ".opsengine").mkdir()
            (folder / name / ".opsengine" / "key").write_bytes(b"k" * 32)
            made.append(Bench(Project(folder / name), engine))
        return made

    return make


def told(bench, files, least):
    """What an import said and kept: its records, and every row of the lake."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(swept_files, "LEAST_BYTES", least)
        records = bench.bring(*files)
    kept = {table: sorted(map(str, bench.engine.read(f"select * from raw.{table}"))) for table in TABLES}  # noqa: S608  words of the tests
    return [record.as_json() for record in records], kept, [(record.accounts, record.columns) for record in records]


def both(benches, write):
    """What a sweep and a reading row by row say of the same files."""
    swept, by_row = benches()
    return told(swept, write(swept), NOTHING_IS_SMALL), told(by_row, write(by_row), NOTHING_IS_SWEPT)


def was_swept(bench, path):
    """Whether this file is read in one sweep."""
    swept = []

    def sweep_files(*parts):
        for name, told in swept_files.sweep_files(*parts):
            swept.append(name)
            yield name, told

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(swept_files, "LEAST_BYTES", NOTHING_IS_SMALL)
        patch.setattr(reading, "sweep_files", sweep_files)
        bench.bring(path)
    return len(swept) == 1


def text_of(rows, line_end="\n", delimiter=","):
    lines = io.StringIO()
    csv.writer(lines, lineterminator=line_end, delimiter=delimiter).writerows(rows)
    return lines.getvalue()


digits = st.integers(0, 10**11).map(str)
decimals = st.decimals(0, 10**9, places=2).map(str) | st.decimals(0, 1000, places=6).map(str) | digits
missing = st.sampled_from(["", "--", "-", "暂无", " ", "N/A"])
spoken = st.sampled_from(["1.2万", "12次", "1,741", "３５", "+5", "10万+", "007", " 8 "])
money = decimals | missing | st.sampled_from(["¥1,741.24", "88元", "1.5万", "0.1234567", "1234567.1234565", "-0"])
signed = money | st.decimals(-1000, 1000, places=3).map(str)
shares = st.decimals(0, 1, places=4).map(str) | missing
seconds = st.integers(0, 9999).map(str) | missing
LIVE = ["直播开始时间", "直播时长(分钟)", "直播间观看人数", "直播间用户支付金额", "人均观看时长(分钟)", "净成交金额"]
DAILY = ["日期", "主页访问量", "播放数", "新增粉丝人数", "商品订单金额", "流量来源名称", "备注"]


@st.composite
def daily_tables(draw):
    days = draw(st.lists(st.integers(0, 400), min_size=1, max_size=12, unique=True))
    form = draw(st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"]))
    counts = digits | missing | spoken
    rows = [
        [(date(2025, 1, 1) + timedelta(days=day)).strftime(form), draw(counts), draw(counts), draw(digits), draw(money),
         draw(st.sampled_from(["自然", "付费", "--", ""])), draw(st.text(st.sampled_from("好 ,\"'1;\t"), max_size=5))]
        for day in days
    ]  # fmt: skip
    return [DAILY, *rows]


@st.composite
def live_tables(draw):
    minutes = draw(st.lists(st.integers(0, 10**6), min_size=1, max_size=12, unique=True))
    rows = [
        [str(minute_of(minute)), draw(seconds), draw(digits), draw(money), draw(shares | spoken), draw(signed)]
        for minute in minutes
    ]
    return [LIVE, *rows]


def minute_of(minute):
    day = date(2025, 1, 1) + timedelta(days=minute // 1440)
    return f"{day} {minute // 60 % 24:02}:{minute % 60:02}:00"


@st.composite
def series_tables(draw):
    keys = draw(st.lists(st.tuples(st.sampled_from(["tea", "noodles", "coat"]), st.integers(0, 30), st.sampled_from(["reach", "1", "留资"])),
                         min_size=1, max_size=15, unique=True))  # fmt: skip
    rows = [
        [account, date(2026, 6, 1) + timedelta(days=day), metric, draw(signed | st.sampled_from(["5%"]))]
        for account, day, metric in keys
    ]
    return [["account_id", "date", "metric", "value"], *rows]


forms = st.tuples(st.sampled_from(ENCODINGS), st.sampled_from(["\n", "\r\n"]), st.sampled_from([",", "\t", ";"]), st.booleans())
CAREFULLY = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=20
)


@CAREFULLY
@given(table=daily_tables() | live_tables() | series_tables(), form=forms)
def test_any_table_says_in_one_sweep_what_it_says_row_by_row(benches, table, form):
    encoding, line_end, delimiter, has_end = form
    text = text_of(table, line_end, delimiter)
    content = (text if has_end else text.rstrip("\r\n")).encode(encoding)
    assume(content.strip())

    swept, by_row = both(benches, lambda bench: [bench.raw("data/tea/file.csv", content)])

    assert swept == by_row


@CAREFULLY
@given(tables=st.lists(daily_tables(), min_size=2, max_size=3))
def test_files_that_cover_each_other_are_told_apart_alike(benches, tables):
    def write(bench):
        return [bench.csv(f"data/tea/{nth}.csv", table) for nth, table in enumerate(tables)]

    swept, by_row = both(benches, write)

    assert swept == by_row


@CAREFULLY
@given(table=live_tables() | series_tables())
def test_a_workbook_says_in_one_sweep_what_it_says_row_by_row(benches, table):
    rows = [table[0], *([number(cell) for cell in row] for row in table[1:])]

    swept, by_row = both(benches, lambda bench: [bench.xlsx("data/tea/book.xlsx", 说明=[["请勿修改"]], 数据=rows)])

    assert without_hashes(swept) == without_hashes(by_row)


def number(cell):
    """A cell as a spreadsheet keeps it."""
    try:
        return float(str(cell)) if str(cell).strip() == str(cell) else cell
    except ValueError:
        return str(cell)


def without_hashes(said):
    """Workbooks of the same cells differ by the moment they were made."""
    return [part if not isinstance(part, dict) else {} for part in said][1:], [
        {key: value for key, value in record.items() if key != "sha256"} for record in said[0]
    ]  # fmt: skip


@pytest.mark.parametrize("export", [name for name in HEADERS if Sample(name).preset.writes in ("facts", "series")])
@pytest.mark.parametrize("form", ["utf-8-sig", "gb18030", "utf-16", "xlsx"])
def test_every_sample_says_in_one_sweep_what_it_says_row_by_row(benches, export, form):
    rows = Sample(export).all_rows

    def write(bench):
        return [bench.xlsx("data/tea/a.xlsx", 数据=rows) if form == "xlsx" else bench.csv("data/tea/a.csv", rows, form)]

    swept, by_row = both(benches, write)

    assert without_hashes(swept) == without_hashes(by_row)
    assert form == "xlsx" or swept == by_row


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_every_damage_is_told_alike(benches, damage):
    differing = []
    for seed in range(20):
        dice = random.Random(f"{damage.__name__}/{seed}")  # noqa: S311  dice for a test, not for secrets
        export, encoding = dice.choice(sorted(HEADERS)), dice.choice(ENCODINGS)
        content = damage(dice, Sample(export), encoding)
        swept, by_row = both(benches, lambda bench, content=content: [bench.raw("data/tea/file.csv", content)])
        differing += [(export, seed)] if swept != by_row else []

    assert differing == []


@pytest.mark.parametrize("export", ["enterprise_daily", "compass_live", "local_leads", "qianchuan_standard", "series"])
def test_an_ordinary_export_is_swept(bench, export):
    rows = [[cell.replace(",", "") for cell in row] for row in Sample(export).all_rows]

    assert was_swept(bench, bench.csv("data/tea/a.csv", rows))
    assert was_swept(bench, bench.csv("data/tea/b.csv", rows, "gb18030"))


def test_cells_that_are_no_plain_numbers_do_not_hinder_a_sweep(bench):
    rows = [DAILY[:5], ["2026-06-17", "1.2万", "--", "5", "¥1,741.24"], ["2026-06-18", "7", "12次", "", "6.5"]]

    assert was_swept(bench, bench.csv("data/tea/a.csv", rows))


@pytest.mark.parametrize(
    "rows",
    [
        [DAILY[:4], ["2026-06-18", "1", "2", "3"], ["2026-06-18", "1", "2", "3"]],
        [DAILY[:4], ["2026-06-18", "1", "2"]],
        [DAILY[:4], ["合计", "1", "2", "3"]],
        [DAILY[:4], ["2026-06-18", "-1", "2", "3"]],
        [LIVE, ["2026-06-18 10:00:00", "x", "2", "3", "4", "5"], ["2026-06-18 12:00:00", "1", "x", "3", "4", "5"]],
        [DAILY[:4], ["2026-06-17", "1", "2", "3"], [], ["2026-06-18", "1", "2", "3"]],
    ],
)
def test_a_sheet_about_which_there_is_more_to_say_than_of_single_rows_is_read_row_by_row(bench, rows):
    assert not was_swept(bench, bench.csv("data/tea/a.csv", rows))


GOOD = [["tea", f"2026-06-{day:02}", str(day), "2", "3.5", "7"] for day in range(1, 9)]
BY_DAY_AND_ACCOUNT = ["抖音号", "日期", "主页访问量", "播放数", "商品订单金额", "新增粉丝人数"]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (["tea", "2026-06-18", "1", "2", "x"], ["not-a-number"]),
        (["tea", "2026-06-18", "1,5", "2.5", "¥3"], ["not-a-number", "not-whole"]),
        (["tea", "2026-06-18", "-1", "2", "-3.50"], ["negative", "negative"]),
        (["nobody", "2026-06-18", "x", "2", "3"], ["unknown-account"]),
        (["tea", "2026-13-18", "x", "2", "3"], ["not-a-day"]),
        (["tea", "2027-06-18", "1", "2", "3"], ["future-day"]),
        (["合计", "", "1", "2", "3"], ["totals-row"]),
        (["全部", "全部", "100", "2000", "30000"], ["totals-row"]),
        (["", " ", "", "", ""], []),
        (["tea", "2026-06-18", "", "--", "x'y"], ["not-a-number"]),
    ],
    ids="-".join,
)
def test_only_the_rows_of_which_something_is_wrong_are_read_by_themselves(benches, bench, bad, said):
    rows = [BY_DAY_AND_ACCOUNT, *GOOD[:5], [*bad, ""], *GOOD[5:]]
    swept, by_row = both(benches, lambda bench: [bench.csv("a.csv", rows)])
    assert swept == by_row
    file = bench.csv("a.csv", rows)
    assert was_swept(bench, file)
    assert [one.code for one in bench.bring(file)[0].rejections] == said
    assert swept[0][0]["accepted"] >= len(GOOD)


@pytest.mark.parametrize("bad", [["tea", "2026-06-18", "reach", "x"], ["tea", "2026-06-18", "", "5"], ["you", "--", "reach", "1e400"]])
def test_a_row_of_a_series_is_left_out_whole_and_the_others_are_swept(benches, bench, bad):
    good = [[account, day, "reach", number] for account, day, number, *_ in GOOD]
    rows = [["account_id", "date", "metric", "value"], *good[:5], bad, bad, *good[5:]]
    swept, by_row = both(benches, lambda bench: [bench.csv("a.csv", rows)])
    assert swept == by_row
    assert was_swept(bench, bench.csv("a.csv", rows))
    assert (swept[0][0]["rows"], swept[0][0]["accepted"], swept[0][0]["rejected"]) == (10, 8, 2)


@pytest.mark.parametrize("named", ["tea_house", "coat", "nobody"])
def test_a_row_without_an_account_is_the_folders_or_nobodys_alike(benches, named):
    rows = [BY_DAY_AND_ACCOUNT, [named, *GOOD[0][1:]], *(["", *row[1:]] for row in GOOD[1:])]
    swept, by_row = both(benches, lambda bench: [bench.csv("data/tea/a.csv", rows)])
    assert swept == by_row
    assert (swept[0][0]["accepted"], swept[0][0]["rejected"]) == {"tea_house": (8, 0), "coat": (1, 7), "nobody": (0, 8)}[named]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_total_that_is_named_in_a_column_that_is_not_read_is_no_fact(benches, form):
    rows = [["备注", *BY_DAY_AND_ACCOUNT], *(["全部", *row] for row in GOOD), ["合计", "", "2026-06-18", "9", "9", "9", "9"]]

    def write(bench):
        if form == "csv":
            return [bench.csv("data/tea/a.csv", rows)]
        source, file = bench.csv("a.csv", rows), bench.root / "data/tea/a.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        bench.engine.read(f"copy (select * from read_csv('{source}', all_varchar = true, header = true)) to '{file}' (format parquet)")  # noqa: S608  names of the test
        return [file]

    swept, by_row = both(benches, write)
    assert swept == by_row
    assert (swept[0][0]["accepted"], [one["code"] for one in swept[0][0]["rejections"]]) == (8, ["totals-row"])


@pytest.mark.parametrize("bad", [1000, 1001])
def test_a_file_with_very_many_bad_rows_is_read_row_by_row(benches, bench, bad):
    rows = [["account_id", "date", "metric", "value"], *(["tea", "2026-06-18", f"m{number}", "5"] for number in range(3000))]
    for number in range(bad):
        rows[3 * number % 3000 + 1 + number * 3 // 3000][3] = f"x{number}"
    swept, by_row = both(benches, lambda bench: [bench.csv("a.csv", rows)])
    assert swept == by_row
    assert was_swept(bench, bench.csv("a.csv", rows)) == (bad == 1000)


@CAREFULLY
@given(dice=st.randoms(use_true_random=False), form=forms)
def test_any_few_spoilt_cells_are_told_in_one_sweep_as_row_by_row(benches, dice, form):
    spoil = ["x", "-1", "-0.50", "1.5", "合计", "全部", "", "--", "nobody", "2026-02-30", "2027-01-01", "5%", "1.2万", "a'b", "9" * 20]
    rows = [[*row] for row in GOOD]
    for _ in range(dice.randrange(1, 6)):
        rows[dice.randrange(len(rows))][dice.randrange(5)] = dice.choice(spoil)
    encoding, line_end, delimiter, is_ended = form
    text = text_of([BY_DAY_AND_ACCOUNT, *rows], line_end, delimiter)
    content = (text if is_ended else text.removesuffix(line_end)).encode(encoding)
    swept, by_row = both(benches, lambda bench: [bench.raw("a.csv", content)])
    assert swept == by_row


@pytest.mark.parametrize("number", ["999999999999.9999994", "999999999999.9999995", "999999999999.9999996", "1000000000000", "9" * 25])
def test_a_number_that_is_too_large_by_a_hair_is_rejected_alike(benches, number):
    rows = [["account_id", "date", "metric", "value"], *(["tea", f"2026-06-{day:02}", "reach", number] for day in range(1, 9))]
    swept, by_row = both(benches, lambda bench: [bench.csv("s.csv", rows)])
    assert swept == by_row
    assert {one["reason"].split("`")[-1].strip() for one in swept[0][0]["rejections"]} <= {"is larger than any such number can be"}
    assert swept[0][0]["accepted"] == (8 if number == "999999999999.9999994" else 0)


def test_a_product_that_the_engine_stops_at_is_read_row_by_row(benches, monkeypatch):
    monkeypatch.setattr(swept_measures, "MOST", 10**15)
    rows = [LIVE, *([minute_of(minute), "10", "99999999999", "1", "61", "1"] for minute in range(8))]
    swept, by_row = both(benches, lambda bench: [bench.csv("data/tea/l.csv", rows)])
    assert swept == by_row
    assert {one["column"] for one in swept[0][0]["rejections"]} == {"人均观看时长(分钟)"}


def test_whole_tables_in_parquet_say_what_they_say_in_csv(benches):
    swept, by_row = benches()
    rows = "select * from (values ('2026-06-17', 5, 1.25::double, 7::bigint), ('2026-06-18', null, 100.0, 8)) as t"

    def write(bench):
        names = '("日期", "播放数", "商品订单金额", "主页访问量")'
        bench.engine.read(  # the rows and the folder are the test's own
            f"copy (select *, 1 as 新增粉丝人数 from ({rows}{names})) to '{bench.root / 'a.parquet'}' (format parquet)"  # noqa: S608  words of the tests
        )
        return [bench.root / "a.parquet"]

    said = [told(bench, write(bench), least)[:2] for bench, least in ((swept, NOTHING_IS_SMALL), (by_row, NOTHING_IS_SWEPT))]

    assert said[0] == said[1]
    assert said[0][0][0]["status"] == "rejected"


@pytest.mark.parametrize("threads", [1, 2])
def test_many_rows_lie_in_the_order_of_accounts_and_days(tmp_path, threads):
    (tmp_path / "opsengine.yaml").write_text("kind: settings\n", encoding="utf-8")
    (tmp_path / "accounts.csv").write_text(REGISTER, encoding="utf-8")
    bench = Bench(Project(tmp_path), DuckDBEngine(threads=threads))
    first = date(2002, 1, 1)
    rows = [
        [account, first + timedelta(days=day), f"metric{metric}", day * metric]
        for day in range(2500) for account in ("tea", "coat", "noodles") for metric in range(20)
    ]  # fmt: skip
    (file,) = bench.bring(bench.csv("s.csv", [["account_id", "date", "metric", "value"], *rows]))
    (name,) = (name for name in file.lake if name.startswith("series-"))

    keys = bench.engine.read("select account_id, day, metric from read_parquet($file)", file=str(bench.project.lake / name))
    said = [tuple(key.values()) for key in keys]
    assert (file.accepted, len(said)) == (len(rows), len(rows))
    assert said == sorted(said)


BY_ACCOUNT, BY_DAY = (lambda row: (row[0], row[1], row[2])), (lambda row: (row[1], row[0], row[2]))


@pytest.mark.parametrize(("lies", "kept"), [(BY_DAY, BY_DAY), (BY_ACCOUNT, BY_ACCOUNT), (lambda row: (row[3] % 7, *row), BY_ACCOUNT)])
def test_a_file_in_order_is_kept_as_it_lies_and_any_other_is_sorted(tmp_path, lies, kept):
    (tmp_path / "opsengine.yaml").write_text("kind: settings\n", encoding="utf-8")
    (tmp_path / "accounts.csv").write_text(REGISTER, encoding="utf-8")
    bench = Bench(Project(tmp_path), DuckDBEngine(threads=2))
    rows = [
        [account, date(2026, 1, 1) + timedelta(days=day), metric, day * 3 + place]
        for day in range(300) for account in ("coat", "noodles", "tea") for place, metric in enumerate(("calls", "visits"))
    ]  # fmt: skip
    (file,) = bench.bring(bench.csv("s.csv", [["account_id", "date", "metric", "value"], *sorted(rows, key=lies)]))
    (name,) = (name for name in file.lake if name.startswith("series-"))

    found = bench.engine.read("select account_id, day, metric, value from read_parquet($file)", file=str(bench.project.lake / name))
    assert [list(row.values()) for row in found] == sorted(rows, key=kept)


def test_more_names_than_are_told_to_the_engine_beforehand_are_read_alike(tmp_path, monkeypatch):
    (tmp_path / "opsengine.yaml").write_text("kind: settings\n", encoding="utf-8")
    (tmp_path / "accounts.csv").write_text(REGISTER, encoding="utf-8")
    told = []
    for most in (swept_keys.MOST_NAMES, 1):
        monkeypatch.setattr(swept_keys, "MOST_NAMES", most)
        bench = Bench(Project(tmp_path), DuckDBEngine(threads=1))
        rows = [["tea", date(2019, 1, 1) + timedelta(days=day), f"metric{day % 5}", day] for day in range(2000)]
        (file,) = bench.bring(bench.csv(f"{most}.csv", [["account_id", "date", "metric", "value"], *rows]))
        told.append(bench.engine.read("select account_id, day, metric, value from raw.series order by day"))
        assert file.accepted == len(rows)
    assert told[0] == told[1]
