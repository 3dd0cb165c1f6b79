"""Problems as other programs like them: SARIF for code scanners, annotations for GitHub."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from opsengine import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def as_sarif(problems: Sequence[Mapping[str, Any]]) -> str:
    """Problems as a SARIF 2.1.0 document."""
    rules = sorted({problem["code"] for problem in problems})
    driver = {"name": "opsengine", "version": __version__, "rules": [{"id": rule} for rule in rules]}
    run = {"tool": {"driver": driver}, "results": [_result(problem) for problem in problems]}
    return json.dumps({"version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def as_annotations(problems: Sequence[Mapping[str, Any]]) -> str:
    """Problems as workflow commands of GitHub, one a line."""
    return "".join(_annotation(problem) for problem in problems)


def _result(problem: Mapping[str, Any]) -> dict[str, Any]:
    region = {"startLine": problem["line"] or 1, "startColumn": problem["column"] or 1}
    place = {"artifactLocation": {"uri": problem["file"]}, "region": region}
    return {
        "ruleId": problem["code"],
        "level": "error",
        "message": {"text": _said(problem)},
        "locations": [{"physicalLocation": place}],
    }


def _annotation(problem: Mapping[str, Any]) -> str:
    place = f"file={_property(problem['file'])},line={problem['line'] or 1},col={problem['column'] or 1},title={problem['code']}"
    return f"::error {place}::{_escaped(_said(problem))}\n"


def _said(problem: Mapping[str, Any]) -> str:
    return f"{problem['message']} ({problem['hint']})" if problem["hint"] else str(problem["message"])


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
