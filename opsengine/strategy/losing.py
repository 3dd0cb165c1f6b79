"""Why a play that fits is not among the three: what it lost by, said with the numbers that decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

from opsengine.strategy.saying import Label, Locale, Number, Sentence

if TYPE_CHECKING:
    from opsengine.strategy.play import Play

Reason = Literal[
    "cooldown",
    "under_way",
    "guardrail",
    "weekly_cap",
    "conflict",
    "same_step",
    "turned_down",
    "effort",
    "not_primary",
    "primary_gap",
    "other_gap",
    "merit",
]
REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A play that fits, and what it lost by."""

    position: int
    """1 came nearest."""
    play: Play
    reason: Reason
    beside: Play | None
    """The play that it does not go together with, or the third suggestion that it came after."""
    told: Mapping[str, Any]
    """What is known of it and of the third suggestion: a row of the warehouse."""

    @property
    def numbers(self) -> dict[str, float | str | None]:
        """What decided, by name: its own, and those of the third suggestion with `third_` before them."""
        told = {name: self.told[name] for name in _TOLD[self.reason]}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}

    @property
    def why_not(self) -> Sentence:
        """What it lost by, in every language."""
        numbers = {
            name: Number(value, _UNITS.get(name, "count")) for name, value in self.numbers.items() if isinstance(value, int | float)
        }
        words: dict[str, Label] = {name: _same(value) for name, value in self.numbers.items() if isinstance(value, str)}
        if self.beside is not None:
            words["beside"] = self.beside.declared.title.label
        return Sentence(_SENTENCES[self.reason], numbers, words)

    def as_json(self, locale: Locale = "en") -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "position": self.position,
            "play": self.play.name,
            "title": self.play.declared.title.label[locale],
            "step": self.play.declared.step,
            "effort": self.play.declared.effort,
            "reason": self.reason,
            "beside": self.beside.name if self.beside else None,
            "why_not": self.why_not.said(locale),
            "numbers": self.numbers,
        }


def passed_over(row: Mapping[str, Any], playbook: Mapping[str, Play]) -> PassedOver:
    """A row of `strategy.passed_over`, beside its candidate and the third suggestion, as a value."""
    reason: Reason = row["reason"]
    beside = row["beside"] if reason in ("conflict", "under_way") else row["third"] if reason in _BY_NUMBERS else None
    return PassedOver(row["position"], playbook[row["play"]], reason, playbook.get(beside) if beside else None, row)


def _same(text: str) -> Label:
    return {"zh-CN": text, "en": text}


_BY_NUMBERS = ("effort", "not_primary", "primary_gap", "other_gap", "merit", "turned_down")
_SHARES = ("odds_before", "odds_after", "primary_hoped", "other_hoped", "strength", "promise")
_UNITS = dict.fromkeys((*_SHARES, *(f"third_{name}" for name in _SHARES)), "ratio")
_EFFORTS = ("effort", "third_effort")
_TOLD: dict[Reason, tuple[str, ...]] = {
    "cooldown": ("rests_until",),
    "under_way": (),
    "guardrail": ("guard_goal", "guard_metric", "guard_bound", "odds_before", "odds_after"),
    "weekly_cap": ("weekly_cap",),
    "conflict": (),
    "same_step": (),
    "turned_down": (),
    "effort": _EFFORTS,
    "not_primary": ("third_primary_hoped", *_EFFORTS),
    "primary_gap": ("primary_hoped", "third_primary_hoped", *_EFFORTS),
    "other_gap": ("other_hoped", "third_other_hoped", *_EFFORTS),
    "merit": ("strength", "third_strength", "promise", "third_promise", *_EFFORTS),
}
_SENTENCES: dict[Reason, Label] = {
    "cooldown": {"zh-CN": "已采纳过，最早 {rests_until} 再推荐", "en": "taken up before; not suggested until {rests_until}"},
    "under_way": {"zh-CN": "与正在进行的“{beside}”冲突", "en": "does not go together with “{beside}”, which is under way"},
    "guardrail": {
        "zh-CN": "会把护栏指标 {guard_metric} 推向界线：越界概率从 {odds_before} 变成 {odds_after}",
        "en": (
            "pushes the guardrail {guard_metric} the wrong way:"
            " the odds that it breaks go from {odds_before} to {odds_after}"
        ),
    },
    "weekly_cap": {
        "zh-CN": "每周最多 {weekly_cap} 个账号采纳，名额给了更需要的账号",
        "en": "only {weekly_cap} accounts a week may take it up, and others need it more",
    },
    "conflict": {"zh-CN": "与排名更前的“{beside}”冲突", "en": "does not go together with “{beside}”, which ranks better"},
    "same_step": {
        "zh-CN": "同一步（沉淀、留存或转化）已有两条推荐",
        "en": "two suggestions of the same step (settle, retain or convert) stand already",
    },
    "turned_down": {"zh-CN": "这个账号暂时不要它", "en": "the account turned it down for the time being"},
    "effort": {
        "zh-CN": "效果不比第三条小，但投入更大：{effort} 比 {third_effort}",
        "en": "brings no less than the third, but costs more effort: {effort} against {third_effort}",
    },
    "not_primary": {"zh-CN": "不服务主目标，第三条服务", "en": "does not serve the primary goal, as the third does"},
    "primary_gap": {
        "zh-CN": "主目标补得更少：目标的 {primary_hoped}（投入 {effort}），第三条 {third_primary_hoped}（投入 {third_effort}）",
        "en": (
            "closes less of the primary goal: {primary_hoped} of the target at effort {effort},"
            " the third {third_primary_hoped} at {third_effort}"
        ),
    },
    "other_gap": {
        "zh-CN": "次目标补得更少：目标的 {other_hoped}（投入 {effort}），第三条 {third_other_hoped}（投入 {third_effort}）",
        "en": (
            "closes less of other goals: {other_hoped} of a target at effort {effort},"
            " the third {third_other_hoped} at {third_effort}"
        ),
    },
    "merit": {
        "zh-CN": "偏离 {strength}，乘以可能的效果得 {promise}（投入 {effort}）；第三条 {third_promise}（投入 {third_effort}）",
        "en": (
            "{strength} off usual times what it may bring gives {promise} at effort {effort};"
            " the third {third_promise} at {third_effort}"
        ),
    },
}  # fmt: skip
