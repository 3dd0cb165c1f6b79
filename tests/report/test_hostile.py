"""Other people's text wherever it may stand: on the page, in the mail, in Markdown and in the subject it stays text."""

from __future__ import annotations

import email
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from email.policy import SMTP
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from opsengine.report.message import Envelope, Letter, compose
from opsengine.report.rendering import render
from tests.report.samples import FULL, TEAM

NAMES = {
    "script": "</td></style><script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "image": "<img src=x onerror=alert(1)><svg onload=alert(1)>",
    "line breaks": "first\r\nBcc: evil@x.example\r\n\r\n<p>second</p>\x00\x0b\x85\u2028third",
    "right to left": "abc\u202egnp.exe\u2066\u200f\u061c",
    "formula": "=cmd|'/c calc'!A1",
    "signs of formulas": "+1+1 -2 @SUM(A1) \t=1",
    "long": "很长的名字" * 100,
    "one long word": "x" * 500,
    "emoji": "🍵👩‍👩‍👧🇨🇳👍🏽",
    "markdown": "[click](javascript:alert(1)) **bold** `code` | cell | # head\n- item\n> quote",
    "template": "{{ 7 * 7 }} {% raw %} {0.__class__} %s ${x}",
    "entities": "&lt;b&gt; &amp; &#60;",
    "invisible": "a\u200bb\u2060c\ufeffd",
    "nothing": "",
}
ALLOWED_TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "main",
    "footer",
    "div",
    "section",
    "p",
    "span",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "strong",
    "small",
    "i",
    "b",
    "br",
    "a",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "caption",
    "svg",
    "path",
    "circle",
    "rect",
    "text",
    "figure",
    "dl",
    "dt",
    "dd",
    "code",
    "img",
}
TEXTS = {"name", "industry", "region", "team", "brand", "owner", "goal", "work_id"}
"""Fields that hold other people's text; everything that is a `Label` does too."""


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text, self.addresses = set(), set(), [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value for name, value in attrs if name in ("href", "src", "action", "background")]

    def handle_data(self, data):
        self.text.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def poisoned(value, text: str, field: str = ""):
    """The same brief with a hostile text in every place that other people fill."""
    if isinstance(value, str):
        return text if field in TEXTS else value
    if isinstance(value, Mapping):
        return dict.fromkeys(value, text[:40])
    if isinstance(value, tuple):
        return tuple(poisoned(item, text) for item in value)
    if is_dataclass(value):
        return replace(value, **{one.name: poisoned(getattr(value, one.name), text, one.name) for one in fields(value)})
    return value


def papers(text: str):
    for brief in (FULL, TEAM):
        yield render(named(brief, text), locale="zh-CN", link="https://example.com/briefs/1")


def named(brief, text: str):
    """All names hostile; the labels of what is drawn into pictures stay, for pictures hold only words of ours."""
    hostile = poisoned(brief, text)
    if brief is TEAM:
        return hostile
    kept = [replace(score, label=old.label) for score, old in zip(hostile.scores, brief.scores, strict=True)]
    return replace(hostile, scores=tuple(kept), pace=brief.pace)


@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_it_is_text_on_the_page_and_in_the_mail(text):
    for rendered in papers(text):
        for page in (rendered.page_html, rendered.mail_html):
            reader = read(page)

            assert reader.tags <= ALLOWED_TAGS
            assert not {name for name in reader.attributes if name.startswith("on")}
            assert {address for address in reader.addresses if not address.startswith("cid:")} <= {"https://example.com/briefs/1"}
            assert not re.search(
                "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]", page
            )


@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_it_begins_no_line_and_no_cell_of_the_markdown(text):
    clean, hostile = (render(named(FULL, name), locale="en").markdown for name in ("Tea", text))

    assert len(hostile.splitlines()) == len(clean.splitlines())
    for one, other in zip(hostile.splitlines(), clean.splitlines(), strict=True):
        assert len(re.findall(r"(?<!\\)\|", one)) == len(re.findall(r"(?<!\\)\|", other))
        assert one[:2] == other[:2] or (other[:2] == "Te" and not re.match(r"[#>+\-=~`]|\d+[.)]", one))
    assert not re.search(r"(?<!\\)(\]\(javascript|<script)", hostile)


@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_it_adds_no_header_to_a_message_and_fits_the_subject(text):
    for rendered in papers(text):
        letter = Letter(rendered.subject, rendered.markdown, rendered.mail_html, rendered.pictures, "zh-CN")
        envelope = Envelope("ops@brand.example", "ops", "li@brand.example", "ab" * 16, "weekly", datetime(2026, 6, 22, tzinfo=UTC))
        message = email.message_from_bytes(compose(letter, envelope), policy=SMTP)

        assert message["Subject"].replace(" ", "") == rendered.subject.replace(" ", "")
        assert rendered.subject.isprintable()
        assert len(rendered.subject) <= 120
        assert "Bcc" not in message
        assert [str(address) for address in message["To"].addresses] == ["li@brand.example"]


@hypothesis_settings(max_examples=60)
@given(st.text(max_size=60))
def test_whatever_it_is_the_page_keeps_its_shape(text):
    for rendered in papers(text):
        for page in (rendered.page_html, rendered.mail_html):
            reader = read(page)
            assert reader.tags <= ALLOWED_TAGS
            assert not {name for name in reader.attributes if name.startswith("on")}
        assert rendered.subject.isprintable()
