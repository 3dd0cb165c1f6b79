"""Conditions: what people may write, what is refused, and what is handed to the engine."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsengine.errors import InvalidFiles, Place
from opsengine.warehouse import Condition, DuckDBEngine, parse_condition

NAMES = ("fans", "plays", "posts", "roi", "spend")
PLACE = Place("alerts/roi.yaml", 7, 7)
TODAY = date(2026, 6, 21)
CORPUS = Path(__file__).parent / "expressions"


def lines(name: str) -> list[str]:
    """The texts of a corpus file; a line that begins with `# ` is a remark."""
    return [line for line in (CORPUS / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("# ")]


def read(text: str) -> Condition:
    return parse_condition(text, NAMES, PLACE)


def truth(text: str, **values: float | None) -> bool | None:
    """What the engine makes of a condition, with these values and the rest missing."""
    engine = DuckDBEngine(threads=1)
    engine.put("strategy.state", dict.fromkeys(NAMES, "double"), [[values.get(name) for name in NAMES]])
    [row] = engine.read(f"select {read(text).sql()} as truth from strategy.state")  # noqa: S608  the text under test
    answer: bool | None = row["truth"]
    return answer


@pytest.mark.parametrize("text", lines("good.txt"))
def test_a_good_condition_runs_on_the_engine(text: str) -> None:
    assert truth(text, fans=1000, plays=0, posts=3, roi=1.1, spend=600) in (True, False, None)


@pytest.mark.parametrize("text", lines("good.txt"))
def test_what_is_written_anew_reads_the_same_again(text: str) -> None:
    once = read(text)

    assert "SELECT" not in once.sql()
    assert once.sql("spark").replace("`", '"').count('"') == once.sql().count('"')
    assert set(once.names) <= set(NAMES)


@pytest.mark.parametrize("text", lines("hostile.txt"))
def test_a_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidFiles) as refused:
        read(text)

    assert all(problem.place == PLACE and problem.message for problem in refused.value.problems)


def test_the_hostile_corpus_is_large() -> None:
    assert len(lines("hostile.txt")) >= 150


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "roi > 1" + " and roi > 1" * 200,
        "roi > 1" + " " * 2_000,
        "(" * 31 + "roi > 1" + ")" * 31,
        "not " * 400 + "roi > 1",
        "- " * 900 + "roi > 1",
        "roi in (" + ", ".join(["1"] * 400) + ")",
        "case when roi > 1 then " * 80 + "1" + " end" * 80 + " > 1",
        "roi > 1\x00",
        "roi > 1\n; select 1",
    ],
)
def test_what_is_too_large_or_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidFiles):
        read(text)


def test_an_unknown_name_is_answered_with_the_nearest_known_one() -> None:
    with pytest.raises(InvalidFiles) as refused:
        read("spendd > 1 and playz < 2")

    assert [(problem.code, problem.fields["guess"]) for problem in refused.value.problems] == [
        ("unknown-name", "spend"),
        ("unknown-name", "plays"),
    ]


def test_a_division_by_nothing_is_missing_and_not_infinite() -> None:
    assert truth("spend / plays > 1", spend=5, plays=0) is None
    assert truth("spend / plays is null", spend=5, plays=0) is True
    assert truth("1 / 2 = 0.5") is True


def test_the_logarithm_of_nothing_is_missing() -> None:
    assert truth("ln(plays) is null", plays=0) is True
    assert truth("ln(plays) is null", plays=-1) is True
    assert truth("ln(plays) is null") is True
    assert truth("ln(plays) = 0", plays=1) is True


def test_a_condition_over_something_missing_is_neither_true_nor_false() -> None:
    assert truth("roi < 1") is None
    assert truth("roi < 1 and spend > 1", spend=0) is False
    assert truth("roi < 1 or spend > 1", spend=2) is True


def test_a_condition_knows_the_names_it_looks_at() -> None:
    assert read("spend / plays > 0.1 and roi < 1 or spend > 3").names == ("plays", "roi", "spend")


def test_a_name_that_is_a_word_of_sql_is_only_a_name() -> None:
    condition = parse_condition("fans_total > 1", ("fans_total", "drop table x"), PLACE)

    assert condition.sql() == '"fans_total" > 1e0'


WORDS = """
( ) + - * / < >= = , ; -- 1 0.5 1e9 'x' abs ln sum coalesce over select from fans.phone
and or not is null in between case when then else end fans plays posts roi spend
"""
_words = st.sampled_from(sorted(set(WORDS.split())))


@settings(max_examples=400, deadline=None)
@given(st.lists(_words, max_size=14).map(" ".join))
def test_whatever_is_accepted_runs_and_looks_only_at_declared_names(text: str) -> None:
    try:
        condition = read(text)
    except InvalidFiles:
        return
    assert set(condition.names) <= set(NAMES)
    assert truth(text, fans=1, plays=2, posts=3, roi=4, spend=5) in (True, False, None)
