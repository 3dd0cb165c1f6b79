"""Whatever is wrong with a file is said, counted and listed; nothing of it is guessed."""

from __future__ import annotations

import json

import pytest
import xlsxwriter

from opsengine.errors import UserError

HEADER = "日期,主页访问量,新增粉丝人数,播放数\n"
LEADS = "clue_id,local_account_id,create_time_detail,flow_type,effective_state,name,telephone\n"
SERIES = "account_id,date,metric,value\n"
DAILY = ["日期", "主页访问量", "新增粉丝人数", "播放数"]


def whole_file(file):
    (rejection,) = file.rejections
    assert (file.status, file.accepted) == ("rejected", 0)
    return rejection


def listed(file):
    return [(rejection.code, rejection.row, rejection.column) for rejection in file.rejections]


def test_an_unknown_file_says_what_is_known(bench):
    rejection = whole_file(*bench.bring(bench.text("x.csv", "苹果,梨\n1,2\n")))

    assert rejection.code == "unknown-file"
    assert "enterprise_daily" in rejection.as_json()["hint"]


def test_a_missing_column_is_named(bench):
    rejection = whole_file(*bench.bring(bench.text("data/tea/a.csv", "日期,主页访问量,新增粉丝人数,点赞数\n2026-06-18,1,1,1\n")))

    assert rejection.code == "missing-column"
    assert "播放数" in rejection.reason


def test_a_renamed_column_that_is_needed_refuses_the_file_with_a_did_you_mean(bench):
    rejection = whole_file(*bench.bring(bench.text("data/tea/a.csv", "日期,主页访问量,新增粉丝人数,播放数量\n2026-06-18,1,1,1\n")))

    assert rejection.as_json()["hint"].startswith("did somebody rename it to 播放数量?")


def test_a_renamed_column_that_is_not_needed_is_drift_and_is_not_read(bench):
    (file,) = bench.bring(bench.text("data/tea/a.csv", HEADER.strip() + ",点赞总数,心情\n2026-06-18,1,1,1,9,好\n"))

    drift = file.as_json()["drift"]
    assert drift["renamed"] == [{"from": "点赞数", "to": "点赞总数"}]
    assert drift["new"] == ["点赞总数", "心情"]
    assert "点赞数" in drift["missing"]
    assert ("tea", "2026-06-18", "", "likes") not in bench.facts()


def test_a_column_that_is_there_twice_refuses_the_file(bench):
    rejection = whole_file(*bench.bring(bench.text("data/tea/a.csv", HEADER.strip() + ",播放数\n2026-06-18,1,1,1,2\n")))

    assert (rejection.code, rejection.fields["column"]) == ("duplicate-column", "播放数")


def test_an_advertising_report_without_a_day_says_how_to_export_it(bench):
    rejection = whole_file(*bench.bring(bench.text("data/tea/q.csv", "推广类型,消耗(元),直接成交金额(元)\n短视频,1,2\n")))

    assert rejection.code == "no-day"
    assert "分天" in rejection.hint


def test_an_account_that_is_not_in_the_register_is_listed_and_the_other_rows_are_kept(bench):
    (file,) = bench.bring(bench.text("s.csv", SERIES + "tea,2026-06-18,plays,1\nteaa,2026-06-18,plays,2\n"))

    assert (file.status, file.rows, file.accepted, file.rejected) == ("imported", 2, 1, 1)
    (rejection,) = file.as_json()["rejections"]
    assert (rejection["row"], rejection["column"], rejection["code"]) == (3, "account_id", "unknown-account")
    assert rejection["reason"] == "account `teaa` is not in accounts.csv"
    assert rejection["hint"].startswith("did you mean `tea`?")


def test_a_file_that_names_no_account_says_how_to_name_one(bench):
    rejection = whole_file(*bench.bring(bench.text("a.csv", HEADER + "2026-06-18,1,1,1\n")))

    assert rejection.code == "no-account"
    assert "data/<account_id>/" in rejection.hint


def test_a_folder_of_an_unknown_account_refuses_its_files(bench):
    rejection = whole_file(*bench.bring(bench.text("data/te/a.csv", HEADER + "2026-06-18,1,1,1\n")))

    assert rejection.reason == "account `te` is not in accounts.csv"


def test_an_unknown_advertising_account_belongs_to_the_folder_it_lies_in(bench):
    bench.bring(bench.text("data/coat/l.csv", LEADS + "1,999,2026-06-18 10:00:00,AD,0,,\n"))

    assert {key[0] for key in bench.facts()} == {"coat"}


def test_single_bad_cells_are_listed_and_the_rest_of_the_row_is_kept(bench):
    (file,) = bench.bring(bench.text("data/tea/a.csv", HEADER + "2026-06-18,many,-1,5.5\n2026-06-19,--,1.2万,\n"))

    assert listed(file) == [("not-a-number", 2, "主页访问量"), ("negative", 2, "新增粉丝人数"), ("not-whole", 2, "播放数")]
    assert (file.accepted, file.rejected, file.rounded) == (2, 0, 1)
    assert bench.facts() == {("tea", "2026-06-19", "", "new_fans"): 12000}


def test_a_bad_day_rejects_its_row(bench):
    (file,) = bench.bring(bench.text("data/tea/a.csv", HEADER + "01/02/2026,1,1,1\n合计,9,9,9\n,9,9,9\n2026-06-18,1,1,1\n"))

    assert listed(file) == [("not-a-day", 2, "日期"), ("totals-row", 3, "日期"), ("totals-row", 4, "日期")]
    assert (file.rows, file.accepted) == (4, 1)


def test_rows_that_say_the_same_twice_count_once(bench):
    (file,) = bench.bring(bench.text("data/tea/a.csv", HEADER + "2026-06-18,1,1,1\n" * 3))

    assert listed(file) == [("duplicate-row", 3, None), ("duplicate-row", 4, None)]
    assert file.accepted == 1


def test_rows_that_contradict_each_other_are_both_left_out(bench):
    (file,) = bench.bring(
        bench.text("data/tea/a.csv", HEADER + "2026-06-18,1,1,1\n2026-06-18,1,1,2\n2026-06-18,1,1,1\n2026-06-19,1,1,1\n")
    )

    assert [rejection.row for rejection in file.rejections] == [2, 3, 4]
    assert {rejection.code for rejection in file.rejections} == {"conflicting-rows"}
    assert (file.accepted, file.rejected) == (1, 3)


def test_a_row_that_was_cut_off_is_listed(bench):
    (file,) = bench.bring(bench.text("data/tea/a.csv", HEADER + "2026-06-18,1,1,1\n2026-06-19,1"))

    assert listed(file) == [("ragged-row", 3, None)]


def test_a_comma_in_a_text_without_quotes_does_not_move_the_numbers(bench):
    text = "日期,推广类型,消耗(元),直接成交金额(元)\n2026-06-18,短视频,1,234,5\n"
    (file,) = bench.bring(bench.text("data/tea/q.csv", text))

    assert listed(file) == [("ragged-row", 2, None)]
    assert file.status == "rejected"


@pytest.mark.parametrize("name", ["7.12346E+18", "7.12e18"])
def test_an_id_in_powers_of_ten_says_how_to_export_again(bench, name):
    (file,) = bench.bring(bench.text("l.csv", LEADS + f"{name},1700000000000001,2026-06-18 10:00:00,AD,0,,\n"))

    assert listed(file) == [("id-lost-digits", 2, "clue_id")]


def test_an_id_of_nineteen_digits_in_a_number_cell_is_refused_and_as_text_is_kept(bench):
    rows = [LEADS.strip().split(",")]
    for number, clue in enumerate((7123456789012345678, "7123456789012345678", "'7123456789012345679")):
        rows.append([clue, "1700000000000001", f"2026-06-18 10:00:0{number}", "AD", 0, "", ""])
    (file,) = bench.bring(bench.xlsx("l.xlsx", 线索=rows))

    assert listed(file) == [("id-lost-digits", 2, "clue_id")]
    assert file.accepted == 2
    assert len({item for _, _, item, _ in bench.facts()}) == 2


def test_an_account_of_nineteen_digits_that_parquet_keeps_as_a_double_is_refused(bench):
    columns = {"account_id": "DOUBLE", "date": "DATE", "metric": "VARCHAR", "value": "DOUBLE"}
    bench.engine.put("test.series", columns, [[7123456789012345678.0, "2026-06-18", "plays", 1]])
    bench.engine.save("test.series", bench.root / "s.parquet")

    assert whole_file(*bench.bring(bench.root / "s.parquet")).code == "id-lost-digits"


def test_a_share_that_is_a_percentage_is_noticed(bench):
    header = "作品名称,发布时间,播放量,完播率,5s完播率,2s跳出率\n"
    (file,) = bench.bring(bench.text("data/tea/w.csv", header + "早茶,2026-06-18 08:00:00,5,6.78,6.78%,0.5\n"))

    assert listed(file) == [("not-a-share", 2, "完播率")]
    (work,) = bench.engine.read("select finish_rate, finish_rate_5s from raw.works")
    assert (work["finish_rate"], float(work["finish_rate_5s"])) == (None, 0.0678)


def test_a_word_that_the_preset_does_not_know_is_listed(bench):
    (file,) = bench.bring(bench.text("data/tea/f.csv", "account_id,fan_id,at,action,value\ntea,1,2026-06-18,likes,\n"))

    (rejection,) = file.as_json()["rejections"]
    assert (rejection["code"], rejection["hint"]) == (
        "unknown-word",
        "did you mean `like`? Known here: view, like, comment, share, favourite, follow, unfollow, message, group, live, order, refund",
    )


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("cut.csv", '日期,主页访问量,新增粉丝人数,播放数\n2026-06-18,"1,1,1\n'.encode(), "damaged-csv"),
        ("cut-utf8.csv", (HEADER + "备注").encode()[:-1], "undecodable"),
        ("empty.csv", b"", "empty-file"),
        ("blank.csv", b" \n\n", "empty-file"),
        ("noise.csv", bytes(range(256)) * 9, "undecodable"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old-workbook"),
        ("broken.xlsx", b"PK\x03\x04 and then nothing", "damaged-workbook"),
        ("broken.parquet", b"PAR1 and then nothing", "damaged-parquet"),
    ],
)
def test_a_damaged_file_is_refused_whole(bench, name, content, code):
    assert whole_file(*bench.bring(bench.raw(name, content))).code == code


def test_a_path_that_does_not_exist_is_the_callers_mistake(bench):
    with pytest.raises(UserError, match="there is no file or folder"):
        bench.bring(bench.root / "nothing.csv")


def test_one_bad_file_does_not_keep_the_others_out(bench):
    bench.text("data/tea/bad.csv", "苹果,梨\n1,2\n")
    bench.text("data/tea/good.csv", HEADER + "2026-06-18,1,1,1\n")

    assert [file.status for file in bench.bring(bench.root / "data")] == ["rejected", "imported"]
    assert len(bench.facts()) == 3


def test_no_complaint_ever_repeats_a_phone_a_name_or_a_mail_address(bench):
    secrets = ["13912345678", "１３９１２３４５６７８", "+86 139 1234 5678", "li.si@example.com", "李四"]
    leads = [LEADS.strip().split(",")]
    for number, secret in enumerate(secrets):
        for column in range(5):
            cells = [f"{number}{column}", "1700000000000001", "2026-06-18 10:00:00", "AD", "0", "", secret]
            cells[column] = secret
            leads.append(cells)
    series = [
        ["account_id", "date", "metric", "value"],
        *(["tea", "2026-06-18", f"m{n}", secret] for n, secret in enumerate(secrets[:4])),
    ]
    series += [[secret, "2026-06-18", "plays", 1] for secret in secrets[:4]]
    files = bench.bring(bench.csv("data/tea/leads.csv", leads), bench.csv("series.csv", series))

    said = json.dumps([file.as_json() for file in files], ensure_ascii=False) + "".join(bench.log.texts)
    assert sum(len(file.rejections) for file in files) > 20
    assert not any(secret in said or secret[-8:] in said for secret in secrets[:4])
    assert "李四" not in said


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!"])
def test_a_formula_that_failed_is_an_error_and_not_a_missing_value(bench, error):
    path = bench.root / "data/tea/a.xlsx"
    path.parent.mkdir(parents=True)
    with xlsxwriter.Workbook(str(path)) as workbook:
        notes, sheet = workbook.add_worksheet("说明 & <注>"), workbook.add_worksheet("数据")
        notes.write_formula(0, 0, "=1/0", value="#DIV/0!")
        sheet.write_row(0, 0, HEADER.strip().split(","))
        sheet.write_row(1, 0, ["2026-06-18", 1, 2])
        sheet.write_formula(1, 3, "=A9/0", value=error)
    (file,) = bench.bring(path)

    assert listed(file) == [("error-cell", 2, "播放数")]
    assert error in file.rejections[0].reason
    assert bench.facts() == {("tea", "2026-06-18", "", "home_visits"): 1, ("tea", "2026-06-18", "", "new_fans"): 2}


def test_a_formula_that_failed_in_a_csv_file_is_an_error_too(bench):
    (file,) = bench.bring(bench.text("data/tea/a.csv", HEADER + "2026-06-18,1,1,#DIV/0!\n#REF!,1,1,1\n"))

    assert listed(file) == [("error-cell", 2, "播放数"), ("error-cell", 3, "日期")]


@pytest.mark.parametrize("cells", [("0.5", "0.5%"), ("6.78%", "0.3"), ("0.4", "40"), ("0.9", "0.2", "6.78")])
def test_shares_of_which_some_lost_their_sign_are_all_refused(bench, cells):
    rows = "".join(f"w{nth},2026-06-1{nth},1,{cell},0.1\n" for nth, cell in enumerate(cells))
    (file,) = bench.bring(bench.text("data/tea/w.csv", "作品名称,发布时间,播放量,5s完播率,2s跳出率\n" + rows))

    assert {rejection.code for rejection in file.rejections} <= {"mixed-signs", "not-a-share"}
    assert len(file.rejections) == len(cells)
    assert bench.engine.read("select count(finish_rate_5s) as n from raw.works") == [{"n": 0}]


def test_money_of_another_country_is_not_taken_for_yuan(bench):
    (file,) = bench.bring(bench.text("data/tea/a.csv", HEADER.strip() + ",商品订单金额\n2026-06-18,1,1,1,$9.50\n"))

    assert listed(file) == [("not-a-number", 2, "商品订单金额")]


def test_a_preset_says_what_else_stands_for_a_missing_value(bench):
    shop = "kind: preset\ntitle: {zh-CN: 店铺, en: Shop}\nday: day\nsignature: [day, visits]\nnulls: [未统计]\ncolumns:\n"
    shop += "  day: {names: [日子], role: key, unit: date}\n  visits: {names: [进店人数]}\n"
    bench.text("sources/shop.yaml", shop)
    (file,) = bench.bring(bench.text("data/tea/a.csv", "日子,进店人数\n2026-06-17,未统计\n2026-06-18,3\n"))

    assert file.rejections == ()
    assert bench.facts() == {("tea", "2026-06-18", "", "visits"): 3}


def test_a_file_that_ends_without_a_line_break_is_read_with_a_remark_on_its_last_cell(bench):
    (file,) = bench.bring(bench.text("data/tea/a.csv", HEADER + "2026-06-17,1,1,10\n2026-06-18,1,1,12"))

    assert (file.status, file.accepted, file.rejections) == ("imported", 2, ())
    assert [(one.code, one.row, one.column) for one in file.remarks] == [("no-line-end", 3, "播放数")]


def test_text_that_was_once_read_as_latin_is_refused(bench):
    garbled = (HEADER + "2026-06-18,1,1,1\n").encode().decode("latin-1")

    assert whole_file(*bench.bring(bench.text("data/tea/a.csv", garbled))).code == "undecodable"


@pytest.mark.parametrize("week", ["2026-W25", "2026年第25周", "2026-06-15~2026-06-21", "2026-06"])
def test_a_week_or_a_month_is_never_taken_for_one_of_its_days(bench, week):
    (file,) = bench.bring(bench.csv("data/tea/a.csv", [DAILY, [week, 7, 7, 7], ["2026-06-18", 1, 2, 3]]))

    assert [(rejection.code, rejection.row) for rejection in file.rejections] == [("not-a-day", 2)]
    assert {key[1] for key in bench.facts()} == {"2026-06-18"}


def test_an_amount_of_money_is_no_count_wherever_its_sign_stands(bench):
    (file,) = bench.bring(bench.csv("data/tea/a.csv", [DAILY, ["2026-06-18", "¥5", "5元", 3]]))

    assert [rejection.code for rejection in file.rejections] == ["wrong-unit", "wrong-unit"]
    assert {key[3] for key in bench.facts()} == {"plays"}


def test_a_digit_that_marks_a_footnote_does_not_become_part_of_a_number(bench):
    (file,) = bench.bring(bench.csv("data/tea/a.csv", [DAILY, ["2026-06-18", "1741¹", "②", 3]]))

    assert [rejection.reason for rejection in file.rejections] == ["`1741¹` is not a number", "`②` is not a number"]
    assert [rejection.code for rejection in file.rejections] == ["not-a-number", "not-a-number"]


@pytest.mark.parametrize("nothing", ["--", "-", "—", "暂无", ""])
def test_a_row_that_does_not_say_its_day_is_one_of_totals(bench, nothing):
    (file,) = bench.bring(bench.csv("data/tea/a.csv", [DAILY, [nothing, 9, 9, 9], ["2026-06-18", 1, 2, 3]]))

    assert [rejection.code for rejection in file.rejections] == ["totals-row"]
    assert {key[1] for key in bench.facts()} == {"2026-06-18"}


LIVE = ["直播开始时间", "直播时长(分钟)", "直播间观看人数", "直播间用户支付金额"]


def test_another_table_below_the_first_refuses_the_file(bench):
    rows = [DAILY, ["2026-06-17", 1, 2, 3], [], LIVE, ["2026-06-18 10:00:00", 90, 800, 12.5]]
    refused = whole_file(bench.bring(bench.csv("data/tea/a.csv", rows))[0])

    assert (refused.code, refused.fields["row"]) == ("second-table", 4)
    assert bench.facts() == {}


@pytest.mark.parametrize(
    ("below", "codes"),
    [
        ([DAILY, ["2026-06-18", 4, 5, 6]], ["not-a-day"]),
        ([["制表", "张三", "审核", "李四"]], ["not-a-day"]),
        ([["注：次日更新", "", "", ""], ["2026-06-18", 4, 5, 6]], ["not-a-day"]),
        ([["合计", "x", 9, 9], ["2026-06-18", 4, 5, 6]], ["totals-row"]),
    ],
)
def test_a_header_again_a_footer_or_a_note_is_listed_and_refuses_nothing(bench, below, codes):
    (file,) = bench.bring(bench.csv("data/tea/a.csv", [DAILY, ["2026-06-17", 1, 2, 3], *below]))

    assert [rejection.code for rejection in file.rejections] == codes
    assert len(bench.facts()) == 3 * (1 + (below[-1][0] == "2026-06-18"))


def test_a_header_without_rows_is_remarked(bench):
    (file,) = bench.bring(bench.csv("data/tea/a.csv", [DAILY]))

    assert (file.rows, [remark.code for remark in file.remarks]) == (0, ["no-rows"])


def test_a_row_that_names_no_account_is_the_folders_only_while_no_other_row_names_another(bench):
    named = ["抖音号", *DAILY]
    own = bench.csv("data/tea/a.csv", [named, ["tea_house", "2026-06-17", 1, 2, 3], ["", "2026-06-18", 4, 5, 6]])
    mixed = bench.csv("data/tea/b.csv", [named, ["coat", "2026-06-19", 1, 2, 3], ["", "2026-06-20", 4, 5, 6]])
    strange = bench.csv("data/tea/c.csv", [named, ["who", "2026-06-21", 1, 2, 3], ["", "2026-06-22", 4, 5, 6]])
    files = bench.bring(own, mixed, strange)

    assert [[one.code for one in file.rejections] for file in files] == [[], ["no-account"], ["unknown-account", "no-account"]]
    assert {key[:2] for key in bench.facts()} == {("tea", "2026-06-17"), ("tea", "2026-06-18"), ("coat", "2026-06-19")}
