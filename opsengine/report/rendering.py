"""From a brief to paper: Markdown, the page, the mail and its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import css_inline

from opsengine.errors import UserError
from opsengine.report.brief import Brief
from opsengine.report.charts import framed
from opsengine.report.content import Theme, account_content, cid, team_content
from opsengine.report.rasterising import png
from opsengine.report.templating import paper

if TYPE_CHECKING:
    from pathlib import Path

    from opsengine.report.charts import Chart
    from opsengine.report.content import Content
    from opsengine.report.team import TeamBrief
    from opsengine.report.templating import Paper

MAX_MAIL = 80 * 1024
"""Bytes of HTML in a mail: readers cut at about 102 KB, and leave our last lines out."""
MAX_SUBJECT = 120
"""Characters of a subject line."""
LEFT_OUT_FIRST = (
    "works", "lessons", "audience", "rewards", "tasks", "moved", "next_goals", "numbers", "totals", "movers", "suggestions",
)  # fmt: skip
"""The sections that a mail can do without, the least urgent first."""
MOST_OF_A_PART = 30
"""Characters of each part of a subject beside the name."""
IN_MAIL = ("trend", "pace")
"""The charts that are pictures in a mail; everything else there is a table, which shows with images off too."""
_PLAIN_THEME = Theme()


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, and the name under which the mail refers to it."""

    cid: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """One brief on paper, in one language."""

    markdown: str
    page_html: str
    mail_html: str
    pictures: tuple[Picture, ...]
    subject: str
    preheader: str
    """What a list of mails shows after the subject."""


def render(
    brief: Brief | TeamBrief, *, locale: str, theme: Theme = _PLAIN_THEME, templates: Path | None = None, link: str = ""
) -> Rendered:
    """The brief on paper. `templates` is the project's own folder, `link` where the page will be found.

    Raises UserError on a template that does not work, DataError on a number or letter that cannot be printed.
    """
    sheets = paper(templates)
    if isinstance(brief, Brief):
        kind, name, content = "account", brief.subject.name, account_content(brief, locale, theme, link)
    else:
        kind, name, content = "team", brief.team, team_content(brief, locale, theme, link)
    content["subject"] = _subject(content, name, brief.title.get(locale, brief.title.get("en", "")))
    content["preheader"] = " ".join(sentence["text"] for sentence in content["sentences"][:2])
    return Rendered(
        markdown=sheets.fill(f"md/{kind}.md.j2", content),
        page_html=sheets.fill(f"page/{kind}.html.j2", content),
        mail_html=_mail(sheets, f"mail/{kind}.html.j2", content),
        pictures=_pictures(sheets, content),
        subject=content["subject"],
        preheader=content["preheader"],
    )


def _pictures(sheets: Paper, content: Content) -> tuple[Picture, ...]:
    charts = content.get("charts", {})
    names = [name for name in IN_MAIL if charts.get(name)]
    return tuple(Picture(cid(name), _picture(sheets, f"charts/{name}.svg.j2", content, charts[name])) for name in names)


def _picture(sheets: Paper, template: str, content: Content, chart: Chart) -> bytes:
    return png(sheets.fill(template, content | {"chart": framed(chart)}), template)


def _mail(sheets: Paper, template: str, content: Content) -> str:
    """The mail. One that would be cut by readers leaves sections out, the least urgent first, and says so: the page has them."""
    shown = dict(content["shown"])
    for section in LEFT_OUT_FIRST:
        mail = inlined(sheets.fill(template, content | {"shown": shown, "is_cut": shown != content["shown"]}))
        if len(mail.encode()) <= MAX_MAIL:
            return mail
        shown[section] = False
    return in_cells(sheets.fill(template, content | {"shown": shown, "is_cut": True}))


def in_cells(html: str) -> str:
    """The mail with its rules written into each cell, as mail readers want them. Raises UserError when it is too long."""
    mail = inlined(html)
    size = len(mail.encode())
    if size > MAX_MAIL:
        raise UserError(
            "the mail is {size} KB long; at most {limit} KB reach every reader whole",
            hint="leave sections out of mail/*.html.j2, or shorten the names and notes in your files",
            size=size // 1024,
            limit=MAX_MAIL // 1024,
        )
    return mail


def inlined(html: str) -> str:
    """A page with its rules written into each element, but for those that are marked to be kept."""
    return _inliner().inline(html)


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=False, load_remote_stylesheets=False, minify_css=True)


def _subject(content: Content, name: str, title: str) -> str:
    """`Weekly recap · Tea · Week 25 of 2026 · On course`, printable and not too long; a long name gives way."""
    ends = [_printable(text)[:MOST_OF_A_PART] for text in (title, content["period"], content["verdict"]["text"])]
    room = MAX_SUBJECT - sum(len(end) for end in ends) - 3 * len(" · ")
    shown = _printable(name)
    first, *rest = ends
    return " · ".join(filter(None, [first, shown if len(shown) <= room else shown[: room - 1] + "…", *rest]))


def _printable(text: str) -> str:
    """Text for a header: no character that breaks, turns or hides."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()
