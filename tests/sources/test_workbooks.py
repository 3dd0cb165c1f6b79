"""Workbooks that are not what they seem."""

from __future__ import annotations

import zipfile

import pytest

from opsengine.sources import workbooks
from opsengine.sources.rejection import Refused
from opsengine.sources.workbooks import check_archive, read_workbooks

SHEET = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
HEADER = ["日期", "主页访问量", "新增粉丝人数", "播放数"]


def workbook_with(bench, name, xml):
    """A good workbook whose sheet is replaced."""
    good = bench.xlsx("good.xlsx", 数据=[HEADER, ["2026-06-18", 1, 2, 3]])
    path = bench.root / name
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            target.writestr(member, xml if member == "xl/worksheets/sheet1.xml" else source.read(member))
    return path


def far_corner(bench, name="bomb.xlsx"):
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return workbook_with(bench, name, SHEET.format(cells))


def test_five_kilobytes_that_claim_seventeen_billion_cells_are_not_opened(bench):
    path = far_corner(bench)

    assert path.stat().st_size < 8192
    with pytest.raises(Refused, match="beyond column 256"):
        check_archive(path)


def test_a_bomb_that_passes_the_check_kills_only_its_own_child(bench, monkeypatch):
    bomb = far_corner(bench)
    monkeypatch.setattr(workbooks, "check_archive", lambda _: None)
    before, dead, after = read_workbooks([bench.root / "good.xlsx", bomb, bench.root / "good.xlsx"])

    assert isinstance(dead, Refused)
    assert dead.rejection.code == "unreadable-workbook"
    assert before[0].rows == after[0].rows


def test_one_bad_workbook_does_not_hurt_the_others(bench):
    bench.raw("data/tea/bomb.xlsx", far_corner(bench).read_bytes())
    bench.raw("data/tea/broken.xlsx", b"PK\x03\x04rubbish")
    bench.xlsx("data/tea/fine.xlsx", 数据=[HEADER, ["2026-06-18", 1, 2, 3]])

    assert [(file.path, file.status) for file in bench.bring(bench.root / "data")] == [
        ("data/tea/bomb.xlsx", "rejected"),
        ("data/tea/broken.xlsx", "rejected"),
        ("data/tea/fine.xlsx", "imported"),
    ]


def test_a_sheet_that_inflates_out_of_all_proportion_is_not_opened(bench):
    path = workbook_with(bench, "ratio.xlsx", SHEET.format(" " * (4 << 20)))

    with pytest.raises(Refused, match="more than 100 times its size"):
        check_archive(path)


def test_a_sheet_that_inflates_beyond_the_limit_is_not_opened(bench, monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_INFLATED", 1000)

    with pytest.raises(Refused, match="inflates to more than"):
        check_archive(bench.xlsx("a.xlsx", 数据=[HEADER]))


def test_an_archive_of_too_many_parts_is_not_opened(bench):
    path = bench.root / "parts.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(201):
            archive.writestr(f"xl/{number}.xml", "")

    with pytest.raises(Refused, match="more than 200 parts"):
        check_archive(path)


@pytest.mark.parametrize("reference", ["ref='A1:XFD1048576'", 'ref = "A1:ZZ20000000"', 'r="IV90000"'])
def test_what_a_sheet_says_about_its_size_is_believed_when_it_is_too_large(bench, reference):
    with pytest.raises(Refused):
        check_archive(workbook_with(bench, "claim.xlsx", SHEET.format(f"<dimension {reference}/>")))


def test_a_reference_is_found_across_two_pieces_of_a_sheet(bench, monkeypatch):
    monkeypatch.setattr(workbooks, "_CHUNK", 7)

    with pytest.raises(Refused, match="beyond column"):
        check_archive(far_corner(bench))


def test_a_child_that_keeps_silent_is_ended(bench, monkeypatch):
    monkeypatch.setattr(workbooks, "DEADLINE_SECONDS", 0.0)
    (answer,) = read_workbooks([bench.xlsx("a.xlsx", 数据=[HEADER])])

    assert isinstance(answer, Refused)


def test_formulas_are_not_worked_out(bench):
    bench.bring(bench.xlsx("data/tea/a.xlsx", 数据=[HEADER, ["2026-06-18", "=1+1", 2, 3]]))

    assert ("tea", "2026-06-18", "", "plays") in bench.facts()
