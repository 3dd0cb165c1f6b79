"""Workbooks that are not what they seem."""

from __future__ import annotations

import zipfile

import pytest
import xlsxwriter

from opsengine.sources import workbooks
from opsengine.sources.rejection import Refused
from opsengine.sources.workbooks import check_archive, read_workbooks

SHEET = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
HEADER = ["日期", "主页访问量", "新增粉丝人数", "播放数"]


def workbook_with(bench, name, xml):
    """A good workbook whose sheet is replaced."""
    good = bench.xlsx("good.xlsx", 数据=[HEADER, ["2026-06-18", 1, 2, 3]])
    path = bench.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
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


@pytest.mark.parametrize("value", ["", "<v></v>", "<v/>"])
def test_a_formula_whose_result_was_not_saved_is_an_error_and_not_a_missing_value(bench, value):
    names = "".join(f'<c r="{"ABCD"[at]}1" t="inlineStr"><is><t>{name}</t></is></c>' for at, name in enumerate(HEADER))
    day = '<c r="A2" t="inlineStr"><is><t>2026-06-18</t></is></c>'
    cells = f'{day}<c r="B2"><f>1+1</f>{value}</c><c r="C2"><f>2+2</f><v>4</v></c><c r="D2" s="1"><f t="shared" si="0"/>{value}</c>'
    path = workbook_with(bench, "data/tea/a.xlsx", SHEET.format(f'<row r="1">{names}</row><row r="2">{cells}</row>'))
    (file,) = bench.bring(path)

    assert [(one.code, one.row, one.column) for one in file.rejections] == [
        ("error-cell", 2, "主页访问量"), ("error-cell", 2, "播放数"),
    ]  # fmt: skip
    assert bench.facts() == {("tea", "2026-06-18", "", "new_fans"): 4}


def merged(bench, cells):
    path = bench.root / "data/tea/m.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:D1", "企业号日报")
        for row, said in enumerate([HEADER, ["2026-06-17", 1, 2, 3], ["2026-06-18", 4, 5, 6]], start=1):
            sheet.write_row(row, 0, said)
        if cells:
            sheet.merge_range(cells, 7)
    return bench.bring(path)[0]


@pytest.mark.parametrize("cells", ["A3:A4", "C3:C4", "C3:D4"])
def test_cells_that_are_merged_over_rows_refuse_the_workbook(bench, cells):
    (refused,) = merged(bench, cells).rejections

    assert (refused.code, refused.fields["cells"]) == ("merged-cells", cells)
    assert bench.facts() == {}


def test_a_merged_title_above_the_header_is_no_trouble(bench):
    assert (merged(bench, "").accepted, len(bench.facts())) == (2, 6)


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY e0 "aaaaaaaaaa">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9)),
        '<!ENTITY e8 SYSTEM "file:///etc/hosts">',
    ],
    ids=["ten to the ninth letters", "another file"],
)
def test_a_sheet_that_declares_entities_is_refused(bench, entities):
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e8;</t></is></c></row>'
    xml = SHEET.format(cell).replace("?>", f"?><!DOCTYPE worksheet [{entities}]>", 1)
    (file,) = bench.bring(workbook_with(bench, "data/tea/a.xlsx", xml))

    assert [one.code for one in file.rejections] == ["unreadable-workbook"]


def test_a_header_of_two_levels_with_merged_cells_is_read_as_one(bench):
    path = bench.root / "data/tea/m.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for column, name in enumerate(["日期", "账号", "主播名称", "开播时长", "直播间用户支付金额"]):
            sheet.merge_range(0, column, 1, column, name)
        sheet.merge_range("F1:H1", "吸粉能力")
        sheet.write_row("F2", ["新增粉丝数", "观看-关注率", "新加团人数"])
        sheet.write_row("A3", ["2026-06-17", "tea_house", "小李", "2小时3分", "1,741.24", "30", "12%", "4"])
    (file,) = bench.bring(path)

    assert (file.preset, file.accepted, file.rejections) == ("anchor_analysis", 1, ())
    assert {(key[3], value) for key, value in bench.facts().items()} >= {("host_minutes", 123), ("host_gmv", 1741.24)}
