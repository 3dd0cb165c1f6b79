"""The press: what it prints is what is rendered here, and a template that never ends does end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsengine.errors import DataError, EngineError, InvalidFiles, UserError
from opsengine.report.content import Theme
from opsengine.report.message import Letter
from opsengine.report.outbox import Draft, draft
from opsengine.report.press import WORTH_A_PROCESS, Setting, Sheet, printed
from opsengine.report.rendering import Picture, render
from opsengine.report.spool import Spool, packed, unpacked
from opsengine.state import Address, Channel, Topic
from tests.report.samples import BARE, FULL, TEAM

READER = (Address(Channel.FOLDER, "li@brand.example"),)
BRIEFS = (FULL, BARE, TEAM)


def sheets(count: int):
    for number in range(count):
        yield Sheet(Topic("weekly", "2026-W25", f"shop-{number}"), BRIEFS[number % 3], "en", READER)


@pytest.fixture
def own(tmp_path):
    (tmp_path / "templates" / "page").mkdir(parents=True)
    return tmp_path / "templates"


def change(own, text: str) -> Setting:
    shipped = '{% extends "shipped/page/account.html.j2" %}\n'
    (own / "page" / "account.html.j2").write_text(shipped + text, encoding="utf-8")
    return Setting(Theme(), own)


def test_processes_print_what_is_printed_here_in_the_same_order():
    many = list(printed(sheets(WORTH_A_PROCESS + 1), Setting(Theme()), WORTH_A_PROCESS + 1))
    few = list(printed(sheets(3), Setting(Theme()), 3))

    drafts = [unpacked(one) for one in many]
    assert [one.topic.subject for one in drafts] == [f"shop-{number}" for number in range(WORTH_A_PROCESS + 1)]
    assert [unpacked(one) for one in few] == drafts[:3]
    assert drafts[0] == draft(drafts[0].topic, render(FULL, locale="en"), FULL.as_json(), "en", READER)


def test_a_projects_own_templates_are_printed_in_processes(own):
    setting = change(own, "{% block lessons %}<p>nothing learned</p>{% endblock %}")

    (one,) = printed(sheets(1), setting, 1)

    assert b"<p>nothing learned</p>" in unpacked(one).parts["index.html"]


@pytest.mark.parametrize(
    "loop",
    [
        "{% block lessons %}\n{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}{% endblock %}",
        (
            "{% block lessons %}\n{% macro again(n) %}{% for i in range(99999) %}{{ again(n) if n < 0 }}{% endfor %}{% endmacro %}"
            "{% for i in range(99999) %}{{ again(1) }}{% endfor %}{% endblock %}"
        ),
    ],
)
def test_a_template_that_never_ends_is_stopped_and_told_by_its_line(own, loop):
    with pytest.raises(UserError, match="takes more than 1 seconds of processor time") as caught:
        list(printed(sheets(2), replace(change(own, loop), seconds=1), 2))

    assert caught.value.where == "templates/page/account.html.j2:3"


def test_a_template_that_eats_memory_is_stopped(own):
    hog = "{% block lessons %}{% set a = range(99999) | list | string %}{{ a | replace('1', a) | length }}{% endblock %}"

    with pytest.raises(UserError, match="too much memory") as caught:
        list(printed(sheets(1), change(own, hog), 1))

    assert caught.value.where == "templates/page/account.html.j2:2"


def test_a_mistake_in_a_process_is_told_as_it_would_be_here(own):
    with pytest.raises(UserError) as caught:
        list(printed(sheets(1), change(own, "\n{% block lessons %}{{ brief.tilte }}{% endblock %}"), 1))

    assert caught.value.where == "templates/page/account.html.j2:3"


def test_a_block_that_is_not_there_stops_the_run(own):
    with pytest.raises(InvalidFiles) as caught:
        list(printed(sheets(1), change(own, "{% block lesson %}x{% endblock %}"), 1))

    (problem,) = caught.value.problems
    assert (str(problem.place), problem.fields["guess"]) == ("templates/page/account.html.j2:2:1", "lessons")


def test_a_letter_that_no_picture_has_is_told_from_a_process(own):
    (own / "charts").mkdir()
    (own / "charts" / "trend.svg.j2").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>ꙮ</text></svg>', encoding="utf-8"
    )

    with pytest.raises(DataError, match="no character for ꙮ"):
        list(printed(sheets(1), Setting(Theme(), own), 1))


def test_a_spool_keeps_drafts_in_their_order(tmp_path):
    spool = Spool(tmp_path)
    drafts = [unpacked(one) for one in printed(sheets(3), Setting(Theme()), 3)]
    for one in drafts:
        spool.add(packed(one))

    assert list(spool) == drafts
    assert spool[-1] == drafts[2]
    assert spool[1:] == drafts[1:]
    assert len(spool) == 3
    with pytest.raises(IndexError):
        spool[3]


def test_a_draft_that_an_earlier_run_left_is_taken_up_when_it_is_whole(tmp_path):
    whole, torn, _ = drafts = [unpacked(one) for one in printed(sheets(3), Setting(Theme()), 3)]
    earlier = Spool(tmp_path)
    for one in drafts[:2]:
        earlier.add(packed(one))
    file = earlier._file(torn.topic)
    file.write_bytes(file.read_bytes()[:-1])
    spool = Spool(tmp_path)

    assert [spool.take_up(one.topic) for one in drafts] == [True, False, False]
    assert list(spool) == [whole]


@given(st.binary(max_size=300), st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_a_draft_reads_back_as_it_was_whatever_is_in_it(content, text):
    letter = Letter(text, text * 3, f"<p>{text}</p>", (Picture("trend", content), Picture("pace", b"")), "en")
    addresses = (Address(Channel.MAIL, "li@brand.example"), Address(Channel.FOLDER))
    made = Draft(Topic("weekly", "2026-W25", text), {"index.html": content, "brief.md": text.encode()}, letter, addresses)

    assert unpacked(packed(made)) == made


@given(st.integers(0), st.integers(1, 255))
def test_a_damaged_draft_is_never_taken_for_a_whole_one(at, bits):
    draft = bytearray(packed(Draft(Topic("weekly", "2026-W25", "tea"), {"brief.md": b"711"}, Letter("s", "711", "<p>"), ())))
    draft[at % len(draft)] ^= bits

    with pytest.raises(EngineError):
        unpacked(bytes(draft))
