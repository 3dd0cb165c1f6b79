"""Tables line up, whatever the script, and lie to nobody."""

from __future__ import annotations

from decimal import Decimal

import pytest

from opsengine.cli.tables import Ink, Share, Table, as_csv, as_markdown, as_text, columns_wide
from opsengine.words import Words

ENGLISH = Words("en")


@pytest.mark.parametrize(
    ("text", "wide"),
    [("gmv", 3), ("经营值", 6), ("é", 1), ("e\u0301", 1), ("Ａ", 2), ("真爱fan", 7), ("", 0)],
)
def test_a_chinese_character_takes_two_columns(text, wide):
    assert columns_wide(text) == wide


def test_columns_line_up_under_chinese_names():
    table = Table({"name": "name", "score": "score"}, [["茶小满", 512.25], ["tea", 7.5]])

    assert as_text(table, ENGLISH) == "name    score\n茶小满  512.2\ntea      7.50\n"


def test_a_missing_value_is_neither_zero_nor_empty():
    table = Table({"account": "account", "gmv": "gmv"}, [["a", None], ["b", 0]])

    assert as_text(table, ENGLISH).splitlines() == ["account  gmv", "a          –", "b          0"]
    assert as_csv(table) == "account,gmv\na,\nb,0\n"


def test_people_read_words_where_a_spreadsheet_keeps_the_codes():
    table = Table({"state": "state"}, [["in_data"], ["new"]], said={"state": {"in_data": "being handed over"}})

    assert as_text(table, ENGLISH) == "state\nbeing handed over\nnew\n"
    assert as_text(table, Words("zh-CN")) == "状态\n传送中\nnew\n"
    assert as_csv(table) == "state\nin_data\nnew\n"


def test_shares_and_growth_are_read_as_percentages_where_a_spreadsheet_keeps_the_number():
    table = Table({"value": "value"}, [[Share(0.0864)], [Share(0.7607, nothing=1)], [None]])

    assert as_text(table, ENGLISH) == "  value\n  8.64%\n-23.93%\n      –\n"
    assert as_csv(table) == "value\n0.0864\n0.7607\n\"\"\n"


def test_an_empty_table_says_so():
    assert as_text(Table({"a": "a"}, [], empty="nothing here"), ENGLISH) == "nothing here\n"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "@sum(a1)", "\tx"])
def test_a_text_never_runs_as_a_formula_in_a_spreadsheet(text):
    (_, line) = as_csv(Table({"name": "name"}, [[text]])).splitlines()

    assert line.strip('"').startswith("'")


def test_a_negative_number_stays_a_number_in_a_spreadsheet():
    assert as_csv(Table({"change": "change"}, [[Decimal("-1.5")]])) == "change\n-1.5\n"


def test_other_peoples_text_does_not_break_a_markdown_table():
    written = as_markdown(Table({"name": "name"}, [["a|b\nc"]]), ENGLISH)

    assert written.splitlines()[-1] == "| a\\|b c |"


def test_colours_are_only_for_terminals():
    table = Table({"name": "name"}, [["a"]])

    assert "\x1b" not in as_text(table, ENGLISH, Ink.PLAIN)
    assert "\x1b" in as_text(table, ENGLISH, Ink.COLOUR)


def test_control_characters_do_not_reach_the_terminal():
    assert "\x1b" not in as_text(Table({"name": "name"}, [["a\x1b[31mb"]]), ENGLISH)
