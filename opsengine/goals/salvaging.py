"""What can still be understood of a goal file whose shape is wrong, so that one mistake does not hide the others.

Parts that are sound are kept as they are; of a promise that is not, its metric. What cannot be read at all is left out, or
stands for something harmless that nothing is said about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from opsengine.goals.goal import GoalFile
from opsengine.goals.terms import Guardrail, Promise, SecondaryPromise, Subject

if TYPE_CHECKING:
    from pydantic import BaseModel

    from opsengine.goals.goal import Known

_CALM = "2000"
"""A cycle that is one, where the file has none."""
_LEAST = {Promise: {"target": "1"}, SecondaryPromise: {"target": "1"}, Guardrail: {"must_not_fall_below": "0"}}
"""What a promise needs beside its metric."""


def salvaged(data: Any, known: Known) -> GoalFile | None:
    """The sound parts of a file as a goal, only to be checked; None when there is too little of it."""
    if not isinstance(data, dict):
        return None
    parts: dict[str, Any] = {"kind": "goal", "cycle": data["cycle"] if isinstance(data.get("cycle"), str) else _CALM}
    subject = data.get("subject")
    parts["subject"] = subject if _is_sound(subject, Subject) else {"account": next(iter(known.accounts), "")}
    if (primary := _promise(data.get("primary"), Promise)) is not None:
        parts["primary"] = primary
    for name, schema in (("secondary", SecondaryPromise), ("guardrails", Guardrail)):
        if isinstance(data.get(name), list):
            parts[name] = [_promise(one, schema) or _harmless(parts, schema, known) for one in data[name]]
    if any(one not in data["secondary"] for one in parts.get("secondary", ())):
        parts["secondary"] = [{key: value for key, value in one.items() if key != "weight"} for one in parts["secondary"]]
    try:
        return GoalFile.model_validate(parts)
    except ValidationError:
        return None


def _promise(told: Any, schema: type[BaseModel]) -> dict[str, Any] | None:
    """A promise as it stands, or else its metric with the least that it needs; None without a metric."""
    if _is_sound(told, schema):
        sound: dict[str, Any] = told
        return sound
    metric = told.get("metric") if isinstance(told, dict) else None
    return {"metric": metric, **_LEAST[schema]} if isinstance(metric, str) else None


def _harmless(parts: dict[str, Any], schema: type[BaseModel], known: Known) -> dict[str, Any]:
    """Keeps the place of an entry that says nothing, so that those after it are told at theirs."""
    taken = {one["metric"] for name in ("secondary", "guardrails") for one in parts.get(name, ())}
    free = (metric for metric in known.metrics if metric not in taken and metric != parts.get("primary", {}).get("metric"))
    return {"metric": next(free, ""), **_LEAST[schema]}


def _is_sound(told: Any, schema: type[BaseModel]) -> bool:
    try:
        schema.model_validate(told)
    except ValidationError:
        return False
    return True
