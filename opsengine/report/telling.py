"""Numbers, causes, tasks, lessons and next goals in the words of one language, for templates to lay out.

Each function takes parts of a brief with their plain values and hands back the plain values with texts beside them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from opsengine.words import Words

if TYPE_CHECKING:
    from opsengine.report.brief import Coverage, Notes, Period, Score
    from opsengine.report.figures import Figures
    from opsengine.report.measured import Number, Trait
    from opsengine.report.undertaken import CheckIn, Lesson, NextGoal, Task
    from opsengine.see import Funnel

Content = dict[str, Any]
USUAL = 4
"""So many numbers that lack the same days say it together."""
CAUSES = 5
"""So many causes of each score are named; the rest are told together."""


def told_steps(numbers: Sequence[Number], said: Figures) -> list[Content]:
    """The numbers of the period by the step of the funnel they belong to."""
    words = Words(said.locale)
    titles = {"settle": words("Settle"), "keep": words("Keep"), "convert": words("Convert")}
    titles["chosen"] = words("Chosen by this report")
    often = _usual_gap(numbers, words)
    steps = [
        {"id": step, "title": title, "numbers": [_number(number, said, often) for number in numbers if number.step == step]}
        for step, title in titles.items()
    ]
    return [step for step in steps if step["numbers"]]


def told_notes(notes: Notes, period: Period, said: Figures) -> Content:
    """Of which days a brief tells, and what is the newest of each source; a quiet source is no gap."""
    words, days = Words(said.locale), said.days(period.start, period.end)
    is_long = period.start != period.end
    return {
        "period_text": words("Period {days}, both days included", days=days) if is_long else words("Day {day}", day=days),
        "newest": [_newest(source, period, said) for source in notes.coverage],
    }


def _newest(source: Coverage, period: Period, said: Figures) -> str:
    if source.last_day is None:
        return ""
    is_quiet = source.present == source.expected and source.last_day < period.end
    text = "nothing new since {day}" if is_quiet else "last day {day}"
    return Words(said.locale)(text, day=said.full_day(source.last_day))


def number_notes(numbers: Sequence[Number], notes: Notes, said: Figures) -> list[str]:
    """What must be known to read the numbers rightly: what they are held against, and what is not final."""
    words = Words(said.locale)
    told = []
    if notes.counted is not None:
        told.append(words("Held against {days}.", days=said.days(notes.counted.start, notes.counted.end)))
    until = [number.settles_on for number in numbers if number.settles_on]
    if until:
        told.append(words("° The platform still corrects this number, until {day} at the latest.", day=said.full_day(max(until))))
    if any(not number.is_whole for number in numbers):
        told.append(words("* Days are missing; the change compares means of the days with data."))
        if often := _usual_gap(numbers, words):
            told.append(words("Where nothing else is said of a number with *: {days}.", days=often))
    elif any(number.is_by_day for number in numbers):
        told.append(words("The periods differ in length; the change compares means of a day."))
    return told


def told_moves(scores: Iterable[Score], said: Figures) -> list[Content]:
    """What moved each score: the account's own part, its field's, and data that came or went; they add up to the change."""
    return [_move(score, said) for score in scores if score.causes and score.change is not None]


def told_lessons(lessons: Iterable[Lesson], said: Figures) -> list[Content]:
    """Each lesson as a sentence with its numbers, and how it ended in a word."""
    return [_lesson(lesson, said) for lesson in lessons]


def told_tasks(tasks: Iterable[Task], said: Figures) -> list[Content]:
    """Each task with the word for its state."""
    words = Words(said.locale)
    states = {
        "accepted": words("accepted"),
        "started": words("under way"),
        "done": words("done"),
        "verified": words("proved by the data"),
        "expired": words("run out of time"),
    }
    return [
        {
            "title": said.said(task.title),
            "play": said.said(task.play),
            "owner": task.owner,
            "due": task.due.isoformat(),
            "is_overdue": task.is_overdue,
            "state_text": words("overdue") if task.is_overdue else states[task.state],
            "tone": "act" if task.is_overdue else {"verified": "good", "done": "good", "expired": "watch"}.get(task.state, ""),
        }
        for task in tasks
    ]


def told_check_ins(check_ins: Iterable[CheckIn], said: Figures) -> list[str]:
    """A sentence for each check-in that is overdue."""
    words = Words(said.locale)
    return [_check_in(one, said, words) for one in check_ins]


def told_next_goals(goals: Iterable[NextGoal], said: Figures) -> list[Content]:
    """Each proposed goal with its levels and odds, and what it rests on."""
    return [_next_goal(goal, said) for goal in goals]


def told_traits(traits: Iterable[Trait], said: Figures) -> list[str]:
    """A sentence for each trait that the best works share."""
    words = Words(said.locale)
    return [_trait(trait, said, words) for trait in traits]


def told_funnel(funnel: Funnel | None, said: Figures) -> list[Content]:
    """The three steps of the funnel, each with its count and its share of the step before; empty where nothing is known."""
    if funnel is None:
        return []
    words = Words(said.locale)
    steps = [
        (words("Settled"), words("fans won in 28 days"), funnel.settled, None),
        (words("Kept"), words("of them stayed"), funnel.kept, funnel.kept_rate),
        (words("Converted"), words("of the known fans ordered"), funnel.buyers, funnel.converted_rate),
    ]
    return [
        {"name": name, "means": means, "count": said.amount(count), "rate": None if rate is None else said.percent(rate)}
        for name, means, count, rate in steps
    ]


def _number(number: Number, said: Figures, often: str) -> Content:
    words = Words(said.locale)
    gap = _days(number, words)
    change = number.change
    text = "" if change is None else said.delta(change, "ratio") if number.unit == "ratio" else said.relative(change)
    marks = ("°" if number.settles_on else "") + ("" if number.is_whole else "*")
    return {
        "metric": number.metric,
        "label": said.said(number.label),
        "value": said.amount(number.value, number.unit),
        "previous": said.amount(number.previous, number.unit),
        "change": text,
        "no_change": words("it was 0 before") if number.previous == 0 else words("no earlier period"),
        "way": "" if not text else "flat" if text[0] == "±" else "up" if (change or 0) > 0 else "down",
        "is_good": None if change is None or text[0] == "±" else (change > 0) == (number.direction == "up"),
        "marks": marks,
        "days": gap if gap != often else "",
    }


def _usual_gap(numbers: Iterable[Number], words: Words) -> str:
    """What is missing from so many numbers that it is said once, below them; empty when each has its own."""
    counts = Counter(gap for number in numbers if (gap := _days(number, words)))
    return next((gap for gap, count in counts.most_common(1) if count >= USUAL), "")


def _days(number: Number, words: Words) -> str:
    """How many days are known where some are missing, now or before."""
    if number.days < number.of_days:
        return words("{days} of {of} days", days=number.days, of=number.of_days)
    if 0 < number.previous_days < number.previous_of_days:
        return words("before: {days} of {of} days", days=number.previous_days, of=number.previous_of_days)
    return ""


def _move(score: Score, said: Figures) -> Content:
    words = Words(said.locale)
    told = ""
    if score.told_before is not None:
        told = words(
            "The previous period was told as {told} by another method; by today's it is {previous}, and that is compared.",
            told=said.number(score.told_before, 1),
            previous=said.number(score.previous, 1),
        )
    rest = score.causes[CAUSES:]
    rows = [_cause(said.said(cause.label), cause.own, cause.field, cause.coverage) for cause in score.causes[:CAUSES]]
    if rest:
        text = words("{count} more", count=len(rest))
        rows.append(_cause(text, *(sum(getattr(cause, kind) for cause in rest) for kind in ("own", "field", "coverage"))))
    totals = {kind: sum(getattr(cause, kind) for cause in score.causes) for kind in ("own", "field", "coverage")}
    return {
        "id": score.scorecard,
        "label": said.said(score.label),
        "change": score.change,
        "rows": rows,
        "has_coverage": any(row["coverage"] for row in rows),
        "told": told,
        "sentence": words(
            "Own movement {own}, the field {field}, data that came or went {coverage}: {change} together.",
            change=said.delta(score.change, "score"), **{kind: said.delta(value, "score") for kind, value in totals.items()},
        ),
    } | totals  # fmt: skip


def _cause(label: str, own: float, field: float, coverage: float) -> Content:
    return {"label": label, "own": own, "field": field, "coverage": coverage, "points": round(own + field + coverage, 6)}


def _lesson(lesson: Lesson, said: Figures) -> Content:
    words = Words(said.locale)
    badge, tone = {
        "worked": (words("worked"), "good"),
        "fell_short": (words("less than expected"), "watch"),
        "hurt": (words("did harm"), "act"),
        "unclear": (words("no clear effect"), ""),
        "too_few": (words("too few cases"), ""),
        "": ("", ""),
    }[lesson.verdict]
    return {"text": said.said(lesson.text) if lesson.text else _lesson_sentence(lesson, said), "badge": badge, "tone": tone}


def _lesson_sentence(lesson: Lesson, said: Figures) -> str:
    words = Words(said.locale)
    fields: dict[str, str | int] = {
        "play": said.said(lesson.play),
        "metric": said.said(lesson.metric),
        "low": said.relative(lesson.expected_low),
        "high": said.relative(lesson.expected_high),
        "cases": lesson.cases,
        "mid": said.relative(lesson.realised),
        "from_": said.relative(lesson.realised_low),
        "to": said.relative(lesson.realised_high),
    }
    if lesson.realised is None:
        return words("{play}: {metric} was to move by {low} to {high}; nothing can be told from {cases} cases yet.", **fields)
    return words(
        "{play}: {metric} was to move by {low} to {high}; against peers it moved by {mid} ({from_} to {to}, {cases} cases).",
        **fields,
    )


def _check_in(one: CheckIn, said: Figures, words: Words) -> str:
    every = {"day": words("every day"), "week": words("every week"), "month": words("every month")}[one.every]
    fields = {"metric": said.said(one.metric), "goal": one.goal, "owner": one.owner or words("nobody named"), "every": every}
    if one.last is None:
        return words("{metric} ({goal}): a check-in {every} was agreed with {owner}, none came in this cycle.", **fields)
    return words(
        "{metric} ({goal}): a check-in {every} was agreed with {owner}, the last came on {day}.", day=said.day(one.last), **fields
    )


def _next_goal(goal: NextGoal, said: Figures) -> Content:
    words = Words(said.locale)
    rests = []
    if goal.last is not None:
        rests.append(words("the last finished cycle came to {value}", value=said.amount(goal.last, goal.unit)))
    if goal.same_last_year is not None:
        rests.append(words("the same a year ago to {value}", value=said.amount(goal.same_last_year, goal.unit)))
    return {
        "metric": said.said(goal.metric),
        "days": said.days(goal.start, goal.end),
        "target": said.amount(goal.target.value, goal.unit) if goal.target else said.missing,
        "levels": [
            {
                "id": level.id,
                "label": said.said(level.label),
                "value": said.amount(level.value, goal.unit),
                "odds": said.percent(level.odds, 0),
                "share": level.odds,
            }
            for level in goal.levels
        ],
        "rests": words("; ").join(rests),
    }


def _trait(trait: Trait, said: Figures, words: Words) -> str:
    is_share = not _is_rate(trait)
    digits = 0 if is_share else 1
    fields: dict[str, str | int] = {
        "trait": said.said(trait.label),
        "best": said.percent(trait.best, digits),
        "worst": said.percent(trait.worst, digits),
        "works": trait.works,
    }
    if is_share:
        return words("{trait}: {best} of the best third, {worst} of the worst (of {works} works)", **fields)
    return words("{trait}: {best} in the best third, {worst} in the worst (medians of {works} works)", **fields)


def _is_rate(trait: Trait) -> bool:
    return trait.id in ("bounce_rate_2s", "finish_rate_5s", "finish_rate", "interaction_rate")
