"""Writing a goal file for a person to go on with: valid at once, commented, and never over one that is there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsengine.errors import InvalidFiles, UserError
from opsengine.goals.cycle import parse_cycle
from opsengine.goals.goal import Role
from opsengine.goals.presets import read_campaigns, read_preset
from opsengine.goals.reading import check_beside, understand
from opsengine.project import parse_amount, parse_yaml, read_document

if TYPE_CHECKING:
    from pathlib import Path

    from opsengine.goals.goal import Goal, Known
    from opsengine.goals.presets import GoalPreset, Suggested
    from opsengine.goals.terms import Subject
    from opsengine.project import Project

SCHEMA_LINE = "# yaml-language-server: $schema=../.opsengine/schema/goal.json"
"""Editors that know the YAML language server complete and check the file by this schema."""
_NAME = re.compile(r"[^\W_][\w-]{0,63}")
_CJK_OR_WORD = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff]*")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new goal file shall promise."""

    subject: Subject
    cycle: str
    """As in a goal file, or a campaign without its year."""
    target: str
    """A number as people write it, such as `120万`."""
    metric: str | None = None
    """Left out, it is the preset's primary metric."""
    role: Role = Role.PRIMARY
    beside: tuple[tuple[str, str], ...] = ()
    """Secondary measures of a primary goal, each with its target."""
    preset: str | None = None
    """A pattern from `goals/presets/`; its other metrics come as comments to fill in."""


def new_goal(project: Project, name: str, draft: Draft, year: int, known: Known) -> Path:
    """Write `goals/NAME.yaml` and return where it is. Raises UserError as `draft_goal` does."""
    file, text = draft_goal(project, name, draft, year, known)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8") as lines:
        lines.write(text)
    return file


def draft_goal(project: Project, name: str, draft: Draft, year: int, known: Known) -> tuple[Path, str]:
    """Where `goals/NAME.yaml` would be and what it would say; `year` is for a campaign named without one.

    Raises UserError when the file exists, when there is no such cycle or preset, or when the target is no number above zero,
    and InvalidFiles with what `validate` would say of the new file: nothing is written that is wrong.
    """
    if not _NAME.fullmatch(name):
        raise UserError("{name} cannot be the name of a file", name=name, hint="use letters, digits, - and _")
    file = project.folder("goals") / f"{name}.yaml"
    if file.exists():
        raise UserError("{file} exists already", file=project.shown(file), hint="choose another name, or edit the file")
    preset = read_preset(draft.preset, project) if draft.preset else None
    text = _text(project, draft, preset, year)
    _refuse_wrong(project, file, text, known)
    return file, text


def _refuse_wrong(project: Project, file: Path, text: str, known: Known) -> None:
    """Read the new file as it will be read, beside those that are there. Raises InvalidFiles with its problems."""
    goal, problems = understand(parse_yaml(text, project.shown(file)), known, read_campaigns(project))
    if goal is not None and not problems:
        problems = check_beside(goal, _understood(project, known))
    if problems:
        raise InvalidFiles(problems)


def _understood(project: Project, known: Known) -> list[Goal]:
    """The goals that are there; files that are wrong are for `validate` to tell."""
    goals, campaigns = [], read_campaigns(project)
    for path in project.files("goals"):
        try:
            goal, _ = understand(read_document(path, project.shown(path)), known, campaigns)
        except InvalidFiles:
            continue
        goals += [goal] if goal is not None else []
    return goals


def _text(project: Project, draft: Draft, preset: GoalPreset | None, year: int) -> str:
    metric = draft.metric or (preset.primary.metric if preset else None)
    if metric is None:
        raise UserError("a goal needs a metric", hint="name one with --metric, or a pattern with --preset")
    cycle = _cycle(project, draft.cycle, year)
    lines = [
        SCHEMA_LINE,
        "kind: goal",
        "version: 1",
        "subject:                       # exactly one of account, team, brand",
        f"  {draft.subject.kind}: {_quoted(draft.subject.key)}",
        f"cycle: {_quoted(cycle)}",
        'why: ""                        # a sentence for someone who was not in the room',
        'owner: ""                      # who answers for it',
        *_measure(draft, metric),
        *(_suggested(preset, draft, metric) if preset else ()),
    ]
    return "\n".join(lines) + "\n"


def _cycle(project: Project, text: str, year: int) -> str:
    """The cycle as it is written into the file. Raises UserError when it is none."""
    campaigns = read_campaigns(project)
    return parse_cycle(f"{text}-{year}" if text in campaigns else text, campaigns).id


def _measure(draft: Draft, metric: str) -> list[str]:
    """The promise itself."""
    target = _target(draft.target, draft.role)
    if draft.role is Role.SECONDARY:
        return ["secondary:", f"  - metric: {_quoted(metric)}", f"    target: {target}"]
    if draft.role is Role.GUARDRAIL:
        limit = [f"    must_not_fall_below: {target}", "    # must_not_rise_above: a limit from above instead"]
        return ["guardrails:", f"  - metric: {_quoted(metric)}", *limit]
    return [
        "primary:",
        f"  metric: {_quoted(metric)}",
        f"  target: {target}",
        "  # direction: up              # the catalogue knows it; `down` when less is better",
        "  # levels: {floor: …, stretch: …}",
        *_beside(draft),
    ]


def _beside(draft: Draft) -> list[str]:
    """Secondary measures, or, where no pattern proposes any, how one would be written."""
    if not draft.beside:
        return (
            []
            if draft.preset
            else ["# secondary:                   # promises beside it, for example", "#   - {metric: …, target: …}"]
        )
    lines = ["secondary:                     # give all of them a `weight` that add up to 1, or none"]
    for metric, target in draft.beside:
        lines += [f"  - metric: {_quoted(metric)}", f"    target: {_target(target, Role.SECONDARY)}"]
    return lines


def _suggested(preset: GoalPreset, draft: Draft, metric: str) -> list[str]:
    """What else the pattern proposes, as comments: targets are for the user to set."""
    role, taken = draft.role, {metric, *(name for name, _ in draft.beside)}
    secondary = [one for one in (preset.primary, *preset.secondary) if one.metric not in taken]
    lines: list[str] = []
    if role is Role.PRIMARY and secondary and not draft.beside:
        lines += ["# secondary:                   # set a target for each, then remove the leading `# `"]
        lines += [line for one in secondary for line in _commented(one, "target: …")]
    if role is not Role.GUARDRAIL and preset.guardrails:
        lines += ["# guardrails:                  # one limit each: must_not_fall_below or must_not_rise_above"]
        lines += [line for one in preset.guardrails for line in _commented(one, "must_not_rise_above: …")]
    return lines


def _commented(one: Suggested, last: str) -> list[str]:
    return [f"#   - metric: {one.metric:<20} # {one.note.get('zh-CN', '')} / {one.note.get('en', '')}", f"#     {last}"]


def _target(text: str, role: Role) -> str:
    try:
        amount = parse_amount(text)
    except ValueError:
        raise UserError("the target {target} is not a number", target=text, hint="write 1200000, 1,200,000, 120万 or 35%") from None
    if amount < 0 or (amount == 0 and role is not Role.GUARDRAIL):
        raise UserError("the target {target} is not above zero", target=text, hint="a target is more than zero")
    return _quoted(text.strip()) if "," in text else text.strip()


def _quoted(text: str) -> str:
    """A text as a YAML scalar that means exactly this text."""
    if _CJK_OR_WORD.fullmatch(text) or re.fullmatch(r"[\w.-]+", text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
