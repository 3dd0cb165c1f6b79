"""Tables and folders of Parquet are pulled like exports: what is new once, what was restated anew, exactly as it is written there."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from opsengine.cli.main import run
from opsengine.errors import DataError, InvalidFiles
from opsengine.project import Project
from opsengine.sources import mount_facts, read_feeds
from opsengine.sources.pulling import looked_back
from opsengine.state import Imports, read_state
from opsengine.warehouse import DuckDBEngine
from tests.mariadb import INSTALL, PASSWORD, SERVER, USER, Mariadb

NOW = datetime(2026, 6, 22, 1, 30, tzinfo=UTC)
SHAPE = "(told_on DATE, shop VARCHAR(64), what VARCHAR(64), amount DECIMAL(18,6), changed_at TIMESTAMP)"
FIRST = """
('2026-06-01', 'tea', 'plays', 12.345678, '2026-06-02 01:00:00'),
('2026-06-01', 'bun', 'plays', 5, '2026-06-02 01:00:00'),
('2026-06-02', 'tea', 'plays', 123456789012.123456, '2026-06-03 01:00:00')
"""
COLUMNS = "{date: told_on, account_id: shop, metric: what, value: amount}"


@pytest.fixture(scope="module")
def mariadb():
    pytest.importorskip("connectorx", reason="connectorx is not installed")
    if not (SERVER and INSTALL):
        pytest.skip("no MariaDB server on this machine (Debian: apt-get install mariadb-server)")
    with Mariadb() as server:
        yield server


class _Tables:
    """A table with daily numbers on one of the servers."""

    def __init__(self, ask, feed: str, environment: dict[str, str]) -> None:
        self.ask, self.feed, self.environment = ask, feed, environment


@pytest.fixture(params=["postgresql", "mysql"])
def tables(request) -> _Tables:
    pytest.importorskip("adbc_driver_postgresql", reason="adbc-driver-postgresql is not installed")
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        place = server.server()
        server.ask(f"CREATE SCHEMA {place.namespace}")
        name, url = f"{place.namespace}.numbers", f"postgresql://{place.user}@127.0.0.1:{place.port}/{place.database}"
        found = _Tables(server.ask, f"reads: postgresql\nurl: {url}\ntable: {name}\n", {})
    else:
        server = request.getfixturevalue("mariadb")
        server.ask("DROP TABLE IF EXISTS shop.numbers")
        name, url = "shop.numbers", f"mysql://{USER}@127.0.0.1:{server.port}/shop"
        found = _Tables(server.ask, f"reads: mysql\nurl: {url}\npassword_env: SHOP\ntable: {name}\n", {"SHOP": PASSWORD})
    found.name = name
    found.ask(f"CREATE TABLE {name} {SHAPE}")
    found.ask(f"INSERT INTO {name} VALUES {FIRST}")  # noqa: S608  the test's own
    return found


@pytest.fixture
def project(tmp_path) -> Path:
    (tmp_path / "opsengine.yaml").write_text("kind: project\nversion: 1\n")
    (tmp_path / "accounts.csv").write_text("account_id,name,industry\ntea,Tea,餐饮\nbun,Bun,餐饮\n")
    (tmp_path / "feeds").mkdir()
    return tmp_path


def _declare(project: Path, feed: str) -> None:
    (project / "feeds/numbers.yaml").write_text(
        f"kind: feed\nversion: 1\n{feed}columns: {COLUMNS}\nday: told_on\nwatermark: changed_at\n", encoding="utf-8"
    )


def _import(project: Path, capsys, environment: dict[str, str]) -> tuple[int, str]:
    code = run(["import", "--project-dir", str(project), "--locale", "en"], environment, NOW)
    return code, capsys.readouterr().err


def _counted(project: Path, account: str, day: str) -> Decimal:
    """What the newest import says about the plays of a day, with every digit."""
    engine = DuckDBEngine()
    with read_state(Project(project).state_file) as state:
        mount_facts(engine, Imports(state), Project(project))
    wanted = "select value from raw.series where account_id = $account and day = $day order by import_seq desc limit 1"
    return engine.read(wanted, account=account, day=day)[0]["value"]


def _records(project: Path) -> list[dict[str, object]]:
    with read_state(Project(project).state_file) as state:
        return Imports(state).records()


def test_a_table_is_pulled_once_and_exactly(tables, project, capsys):
    _declare(project, tables.feed)

    assert _import(project, capsys, tables.environment)[0] == 0
    before = _records(project)
    assert _import(project, capsys, tables.environment)[0] == 0

    assert _records(project) == before
    assert [(one["preset"], one["accepted"]) for one in before] == [("series", 3)]
    assert _counted(project, "tea", "2026-06-02") == Decimal("123456789012.123456")
    assert _counted(project, "tea", "2026-06-01") == Decimal("12.345678")


def test_new_rows_are_pulled_with_their_whole_day_and_restated_ones_win(tables, project, capsys):
    _declare(project, tables.feed)
    _import(project, capsys, tables.environment)
    tables.ask(f"INSERT INTO {tables.name} VALUES ('2026-06-03', 'tea', 'plays', 7, '2026-06-04 01:00:00')")  # noqa: S608  as above
    restated = "SET amount = 13, changed_at = '2026-06-04 02:00:00' WHERE shop = 'tea' AND told_on = '2026-06-01'"
    tables.ask(f"UPDATE {tables.name} {restated}")

    assert _import(project, capsys, tables.environment)[0] == 0

    *_, last = _records(project)
    assert (last["accepted"], last["first_day"], last["last_day"]) == (4, "2026-06-01", "2026-06-03")
    assert _counted(project, "tea", "2026-06-01") == 13
    assert _counted(project, "bun", "2026-06-01") == 5
    assert _counted(project, "tea", "2026-06-03") == 7


def test_a_table_that_cannot_be_read_stops_the_import_without_its_rows_in_the_words(tables, project, capsys):
    _declare(project, tables.feed)
    tables.ask(f"DROP TABLE {tables.name}")

    code, said = _import(project, capsys, tables.environment)

    assert code == 3
    assert "cannot be read" in said
    assert PASSWORD not in said


@pytest.fixture
def dataset(project) -> Path:
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from pyarrow import dataset

    def write(rows):
        table = pa.table({
            "told_on": [row[0] for row in rows], "shop": [row[1] for row in rows], "what": ["plays"] * len(rows),
            "amount": pa.array([Decimal(row[2]) for row in rows], pa.decimal128(18, 4)),
            "changed_at": pa.array([datetime.fromisoformat(row[3]) for row in rows], pa.timestamp("us")),
        })  # fmt: skip
        dataset.write_dataset(
            table, project / "lake", format="parquet", partitioning=["told_on"], partitioning_flavor="hive",
            basename_template=f"{len(list((project / 'lake').rglob('*.parquet')))}-{{i}}.parquet", existing_data_behavior="overwrite_or_ignore",
        )  # fmt: skip

    _declare(project, "reads: parquet\nfolder: lake\n")
    write([("2026-06-01", "tea", "12.3456", "2026-06-02T01:00:00"), ("2026-06-02", "bun", "5", "2026-06-03T01:00:00")])
    return write


def test_a_partitioned_folder_is_pulled_and_then_what_is_new_in_it(dataset, project, capsys):
    assert _import(project, capsys, {})[0] == 0
    dataset([("2026-06-03", "tea", "7", "2026-06-04T01:00:00")])
    assert _import(project, capsys, {})[0] == 0

    assert [(one["accepted"], one["first_day"], one["last_day"]) for one in _records(project)] == [
        (2, "2026-06-01", "2026-06-02"), (2, "2026-06-02", "2026-06-03"),
    ]  # fmt: skip  # the day with the highest watermark is looked at again
    assert _counted(project, "tea", "2026-06-01") == Decimal("12.3456")


def test_large_feeds_are_pulled_in_parts_that_keep_days_whole(dataset, project, capsys, monkeypatch):
    monkeypatch.setattr("opsengine.sources.pulling.ROWS_AT_ONCE", 1)

    assert _import(project, capsys, {})[0] == 0

    assert [one["accepted"] for one in _records(project)] == [1, 1]
    assert _import(project, capsys, {})[0] == 0
    assert len(_records(project)) == 2


def test_a_watermark_is_looked_back_from_when_it_is_a_moment():
    assert looked_back("2026-06-04 01:00:00", 2) == "2026-06-03 23:00:00"
    assert looked_back("4711", 2) == "4711"
    assert looked_back("", 2) == ""


@pytest.mark.parametrize(
    "feed",
    [
        "reads: postgresql\nurl: postgresql://ops:secret@db/shop\ntable: numbers\n",
        "reads: mysql\nurl: mysql://ops@db.example/shop\ntable: numbers\n",
        "reads: postgresql\nurl: postgresql://ops@db/shop\ntable: 'numbers; drop table numbers'\n",
        "reads: parquet\ntable: numbers\n",
        "reads: parquet\nfolder: lake\nquery: select 1\n",
    ],
)
def test_a_feed_that_makes_no_sense_or_hides_a_password_is_refused(project, feed):
    _declare(project, feed)

    with pytest.raises(InvalidFiles):
        read_feeds(Project(project))


def test_a_watermark_that_would_end_a_text_is_no_watermark():
    from opsengine.sources.shelves import _checked

    with pytest.raises(DataError):
        _checked("1' OR '1'='1")
