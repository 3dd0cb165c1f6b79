"""Whole papers: against golden files, and against names that want to break them."""

from __future__ import annotations

import html
import json
import math
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from opsengine.errors import DataError, UserError
from opsengine.report.content import Theme
from opsengine.report.rendering import MAX_MAIL, render
from tests.report.samples import (
    BARE,
    BRAND,
    CAMPAIGN,
    DAILY,
    FULL,
    HOSTILE,
    HOSTILE_NAME,
    MONTHLY,
    PORTFOLIO,
    SALES,
    TEAM,
)

BRIEFS = {
    "full": FULL, "bare": BARE, "daily": DAILY, "monthly": MONTHLY, "campaign": CAMPAIGN, "team": TEAM, "brand": BRAND,
    "portfolio": PORTFOLIO,
}  # fmt: skip
LOCALES = ("zh-CN", "en")


class Text(HTMLParser):
    """The words of a page, one block a line."""

    def __init__(self):
        super().__init__()
        self.lines, self.tags, self._hidden = [""], set(), 0

    def handle_starttag(self, tag, attrs):  # noqa: ARG002  the parser hands them over
        self.tags.add(tag)
        self._hidden += tag in ("style", "title")
        if tag not in ("span", "strong", "small", "i", "b", "br", "a", "text", "tspan"):
            self.lines.append("")

    def handle_endtag(self, tag):
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data):
        if not self._hidden:
            self.lines[-1] += data.replace("\n", " ")


def words_of(page: str) -> str:
    reader = Text()
    reader.feed(page)
    lines = (re.sub(r"\s+", " ", line).strip() for line in reader.lines)
    return "\n".join(line for line in lines if line) + "\n"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", BRIEFS)
def test_the_papers_say_what_they_said(name, locale, golden):
    rendered = render(BRIEFS[name], locale=locale)

    golden(rendered.markdown, f"{name}.{locale}.md")
    golden(words_of(rendered.page_html), f"{name}.{locale}.page.txt")
    golden(words_of(rendered.mail_html), f"{name}.{locale}.mail.txt")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", BRIEFS)
def test_rendering_twice_gives_the_same_bytes(name, locale):
    assert render(BRIEFS[name], locale=locale) == render(BRIEFS[name], locale=locale)


@pytest.mark.parametrize("brief", [FULL, HOSTILE, TEAM])
@pytest.mark.parametrize("locale", LOCALES)
def test_a_mail_stays_below_what_readers_cut(brief, locale):
    mail = render(brief, locale=locale, link="https://example.com/briefs/1").mail_html

    assert len(mail.encode()) < MAX_MAIL
    assert len(re.search(r"<style>(.*?)</style>", mail, re.DOTALL)[1].encode()) < 16 * 1024
    assert mail.index("charset") < 1024
    assert "data:" not in mail


def test_a_mail_that_is_too_long_is_refused():
    goals = tuple(replace(SALES, id=str(number), note={"en": "because " * 2000}) for number in range(6))

    with pytest.raises(UserError, match="KB"):
        render(replace(FULL, goals=goals), locale="en")


def test_long_lists_are_cut_in_a_mail_and_the_rest_is_counted():
    brief = replace(FULL, alerts=FULL.alerts * 20, goals=(SALES,) * 30)

    mail = render(brief, locale="en").mail_html

    assert "and 24 more on the page" in mail
    assert "and 35 more on the page" in mail


@pytest.mark.parametrize("locale", LOCALES)
def test_a_hostile_name_is_only_text(locale):
    rendered = render(HOSTILE, locale=locale)

    for paper in (rendered.page_html, rendered.mail_html):
        reader = Text()
        reader.feed(paper)
        assert "script" not in reader.tags
        assert "onerror" not in re.sub(r">[^<]*<", "><", paper)
        assert html.escape('<script>alert("茶")</script>', quote=False) in paper.replace("&#34;", '"').replace("&quot;", '"')
        assert not set("\u202e\u2066") & set(paper)
    assert "\n" not in rendered.subject
    assert rendered.subject.isprintable()
    assert len(rendered.subject) <= 120
    assert HOSTILE_NAME[:20] in rendered.subject
    assert "\\<script\\>" in rendered.markdown


def test_a_name_with_braces_is_not_a_gap():
    brief = replace(FULL, subject=replace(FULL.subject, name="{0.__class__} {{ 7 * 7 }} %s"))

    rendered = render(brief, locale="en")

    assert "{0.__class__} {{ 7 * 7 }} %s" in rendered.page_html
    assert "{0.__class__} {{ 7 * 7 }} %s" in rendered.subject


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_missing_is_said_and_never_zero(locale):
    rendered = render(BARE, locale=locale)

    missing = {"zh-CN": "没有数据", "en": "no data"}[locale]
    for paper in (rendered.markdown, rendered.page_html, rendered.mail_html):
        assert missing in paper
    assert not re.search(r"(?<![\d.,\-#])0(?:\.0)?%", words_of(rendered.page_html))
    assert "None" not in rendered.markdown + words_of(rendered.page_html) + words_of(rendered.mail_html)
    assert "nan" not in words_of(rendered.page_html).lower().split()


def test_the_colours_of_rising_and_falling_are_a_matter_of_taste():
    red, green = (render(FULL, locale="zh-CN", theme=Theme(up)).page_html for up in ("red", "green"))

    assert "--rise: #B8142E" in red
    assert "--rise: #0A6B45" in green
    assert "▲" in red
    assert "▼" in red


def test_every_picture_of_a_mail_is_there_and_described():
    rendered = render(FULL, locale="zh-CN")

    assert set(re.findall(r'src="cid:([^"]+)"', rendered.mail_html)) == {picture.cid for picture in rendered.pictures}
    assert all(picture.png.startswith(b"\x89PNG") for picture in rendered.pictures)
    assert all(re.search(r"\d", alt) for alt in re.findall(r'<img[^>]* alt="([^"]*)"', rendered.mail_html))
    assert render(BARE, locale="en").pictures == ()


def test_a_page_stands_alone():
    page = render(FULL, locale="en").page_html

    assert "<script" not in page
    assert not re.search(r"""(?:src|href)\s*=|url\(|@import""", page)


def test_the_archive_keeps_a_brief_as_the_same_json():
    text = FULL.as_json()
    data = json.loads(text)

    assert FULL.as_json() == text
    assert data["scores"][0]["value"] == 711.4
    assert data["traffic"][3] == {"count": None, "id": "external", "previous": None, "reason": "no_source", "share": None}
    assert data["verdict"] == "watch"
    assert data["period"] == {"end": "2026-06-21", "id": "2026-W25", "kind": "week", "label": None, "start": "2026-06-15"}
    assert list(data) == sorted(data)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_never_printed(number):
    with pytest.raises(DataError):
        render(replace(FULL, goals=(replace(SALES, actual=number),)), locale="en")
