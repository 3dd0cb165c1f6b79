"""Briefs in lists: what an index says of each of them, out of what the archive keeps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from opsengine.report.brief import Period
from opsengine.report.content import readable
from opsengine.report.folder import safe_name
from opsengine.report.sentences import period_name, verdict_words
from opsengine.words import Words

if TYPE_CHECKING:
    from opsengine.report.figures import Figures
    from opsengine.state import BriefRecord

URGENCY = ("act", "watch", "good")


@dataclass(frozen=True, slots=True)
class Listed:
    """One brief in a list; all texts are in the reader's language, names are other people's text."""

    brief_id: str
    report: str
    title: str
    name: str
    """The account, team, brand or portfolio."""
    about: str
    """Industry, team, brand: what else a reader might search by."""
    period: str
    period_id: str
    end: str
    verdict: str
    verdict_text: str
    business: str
    popularity: str
    path: str
    """Its page, from the folder of briefs on."""
    revision: int
    run_id: str

    @property
    def as_row(self) -> list[str | int]:
        """What the search of the archive knows of it."""
        return [self.title, self.name, self.about, self.period, self.end, self.verdict, self.verdict_text, self.path, self.report]


def listed(record: BriefRecord, data: bytes, figures: Figures) -> Listed:
    """A brief of the archive; `data` is its `brief.json`."""
    brief: dict[str, Any] = readable(json.loads(data))
    words, topic = Words(figures.locale), record.topic
    subject = brief.get("subject") or {"name": brief.get("team", topic.subject)}
    about = [subject.get(key) for key in ("industry", "team", "brand", "account_id")]
    scores = {score["scorecard"]: score["value"] for score in brief.get("scores", ())}
    return Listed(
        brief_id=record.brief_id,
        report=topic.report,
        title=figures.said(brief["title"]),
        name=subject["name"],
        about=" · ".join(text for text in about if text),
        period=period_name(_period(brief["period"]), figures),
        period_id=topic.period,
        end=brief["period"]["end"],
        verdict=brief["verdict"],
        verdict_text=verdict_words(brief["verdict"], words),
        business=figures.number(scores.get("business"), 1) if scores else "",
        popularity=figures.number(scores.get("popularity"), 1) if scores else "",
        path="/".join([*(safe_name(part) for part in (topic.report, topic.period, topic.subject)), "index.html"]),
        revision=record.revision,
        run_id=record.run_id,
    )


def in_order(briefs: Iterable[Listed]) -> list[Listed]:
    """The newest period first, within it the most urgent, then by report and name."""
    return sorted(
        sorted(briefs, key=lambda one: (URGENCY.index(one.verdict), one.report, one.name, one.brief_id)),
        key=lambda one: one.end,
        reverse=True,
    )


def counts_of(briefs: Iterable[Listed]) -> dict[str, int]:
    """How many need action, are worth a look and are on course."""
    verdicts = [one.verdict for one in briefs]
    return {verdict: verdicts.count(verdict) for verdict in URGENCY}


def _period(plain: Mapping[str, Any]) -> Period:
    start, end = (date.fromisoformat(plain[name]) for name in ("start", "end"))
    return Period(plain["id"], plain["kind"], start, end, plain.get("label"))
