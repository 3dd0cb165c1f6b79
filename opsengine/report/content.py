"""What a template gets to see: the brief as plain values, and beside them everything that had to be worked out.

Percentages of bars, the words of states, the charts' places and the sentences are computed here, so that templates
lay out and compute nothing. `templates/README.md` describes the result for those who write templates.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from opsengine.report.bars import goal_bar, rank_strip, share_bar
from opsengine.report.brief import Brief
from opsengine.report.charts import draw, sparkline
from opsengine.report.figures import figures
from opsengine.report.sections import Sections
from opsengine.report.sentences import (
    group_words,
    held_words,
    period_name,
    reason_words,
    size_words,
    staleness,
    status_tone,
    status_words,
    team_sentences,
    three_sentences,
    verdict_words,
)
from opsengine.report.stacks import domain_name, tier_name
from opsengine.report.telling import (
    number_notes,
    told_check_ins,
    told_funnel,
    told_lessons,
    told_moves,
    told_next_goals,
    told_notes,
    told_steps,
    told_tasks,
    told_traits,
)
from opsengine.words import Words

if TYPE_CHECKING:
    from opsengine.report.brief import Goal, Score
    from opsengine.report.figures import Figures
    from opsengine.report.team import TeamBrief

Content = dict[str, Any]
ACCOUNTS = 500
"""A digest on paper lists so many accounts, those that need action first; `brief.json` has them all."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Characters that turn or break a line; nobody's name needs them and they can make a page lie."""


@dataclass(frozen=True, slots=True)
class Theme:
    """How a paper looks where taste and custom differ."""

    up: Literal["red", "green"] = "red"
    """The colour of what rises: red in China, green elsewhere. Arrows and signs say the same without colour."""

    def colours(self) -> dict[str, str]:
        """The colours of rising and falling, on light and on dark paper."""
        red, green = ("#B8142E", "#FF9B9B"), ("#0A6B45", "#6FDCAB")
        rise, fall = (red, green) if self.up == "red" else (green, red)
        return {"rise": rise[0], "rise_dark": rise[1], "fall": fall[0], "fall_dark": fall[1]}


def account_content(brief: Brief, locale: str, theme: Theme, link: str) -> Content:
    """The content of the templates `*/account.*`."""
    said = figures(locale)
    words = Words(locale)
    plain = brief.as_plain()
    plain["scores"] = [_score(score, item, said) for score, item in zip(brief.scores, plain["scores"], strict=True)]
    plain["goals"] = [_goal(goal, item, words) for goal, item in zip(brief.goals, plain["goals"], strict=True)]
    plain["subject"]["size"] = size_words(brief.subject.size, words)
    for tier in (plain["tiers"] or {"tiers": []})["tiers"]:
        tier["name"] = tier_name(tier["id"], words)
    counts = [domain.count or 0.0 for domain in brief.traffic]
    for domain in plain["traffic"]:
        domain |= {
            "name": domain_name(domain["id"], words),
            "reason_text": reason_words(domain["reason"], words),
            "bar": share_bar(domain["count"], max(counts)),
        }
    plain["lessons"] = told_lessons(brief.lessons, said)
    plain["tasks"] = told_tasks(brief.tasks, said)
    plain["check_ins"] = told_check_ins(brief.check_ins, said)
    plain["next_goals"] = told_next_goals(brief.next_goals, said)
    plain["traits"] = told_traits(brief.traits, said)
    plain["funnel"] = told_funnel(brief.funnel, said)
    worked_out = {
        "sentences": [asdict(sentence) for sentence in three_sentences(brief, said)],
        "moved": told_moves(brief.scores, said),
        "charts": draw(brief, said),
        "pictures": {"trend": cid("trend"), "pace": cid("pace")},
    }
    return dict(readable(_frame(brief, plain, locale, theme, link) | worked_out))


def team_content(brief: TeamBrief, locale: str, theme: Theme, link: str) -> Content:
    """The content of the templates `*/team.*`."""
    words = Words(locale)
    plain = brief.as_plain()
    for account in (*plain["accounts"], *plain["risen"], *plain["fallen"]):
        account |= {"verdict_text": verdict_words(account["verdict"], words)}
        account |= {"status_text": status_words(account["status"], words), "tone": status_tone(account["status"])}
    plain["goals"] = [_goal(goal, item, words) for goal, item in zip(brief.goals, plain["goals"], strict=True)]
    for goal in plain["goals_at_risk"]:
        goal |= {"status_text": status_words(goal["status"], words), "tone": status_tone(goal["status"])}
    verdicts = [account.verdict for account in brief.accounts]
    plain["more_accounts"] = max(len(plain["accounts"]) - ACCOUNTS, 0)
    plain["accounts"] = plain["accounts"][:ACCOUNTS]
    plain["more_goals"] = max(len(plain["goals_at_risk"]) - ACCOUNTS, 0)
    plain["goals_at_risk"] = plain["goals_at_risk"][:ACCOUNTS]
    worked_out = {
        "sentences": [asdict(sentence) for sentence in team_sentences(brief, figures(locale))],
        "counts": {verdict: verdicts.count(verdict) for verdict in ("good", "watch", "act")},
    }
    return dict(readable(_frame(brief, plain, locale, theme, link) | worked_out))


def cid(chart: str) -> str:
    """The name under which a mail carries the picture of a chart."""
    return f"{chart}@opsengine"


def readable(value: Any) -> Any:
    """The same plain value without characters that turn or break a line."""
    if isinstance(value, str):
        return _CONTROLS.sub("", value)
    if isinstance(value, dict):
        return {key: readable(item) for key, item in value.items()}
    return [readable(item) for item in value] if isinstance(value, list) else value


def _frame(brief: Brief | TeamBrief, plain: Content, locale: str, theme: Theme, link: str) -> Content:
    words, said = Words(locale), figures(locale)
    plain["notes"] |= told_notes(brief.notes, brief.period, said)
    return {
        "locale": locale,
        "theme": theme.colours(),
        "link": link,
        "brief": plain,
        "shown": {name: name in brief.sections for name in Sections.model_fields},
        "steps": told_steps(brief.numbers, said),
        "number_notes": number_notes(brief.numbers, brief.notes, said),
        "banner": staleness(brief.notes, brief.period, figures(locale)),
        "period": period_name(brief.period, figures(locale)),
        "dates": said.days(brief.period.start, brief.period.end) if brief.period.kind != "day" else "",
        "against": held_words(brief.period, words),
        "verdict": {"id": brief.verdict, "text": verdict_words(brief.verdict, words)},
    }


def _score(score: Score, plain: Content, said: Figures) -> Content:
    words = Words(said.locale)
    text = said.number(score.value, 1)
    whole, point, rest = text.partition(".")
    for pillar in plain["pillars"]:
        for component in pillar["components"]:
            component["reason_text"] = reason_words(component["reason"], words)
    if score.rank:
        plain["rank"]["group"] = group_words(score.rank, words)
    spark = sparkline(score)
    return plain | {
        "whole": whole,
        "rest": point + rest,
        "reason_text": reason_words(score.reason, words),
        "spark": spark,
        "strip": rank_strip(score.rank) if score.rank else None,
    }


def _goal(goal: Goal, plain: Content, words: Words) -> Content:
    return plain | {
        "status_text": status_words(goal.status, words),
        "tone": status_tone(goal.status),
        "reason_text": reason_words(goal.reason, words),
        "bar": goal_bar(goal),
    }
