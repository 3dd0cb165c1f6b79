"""From `rewards/*.yaml` to rules: every problem of every file at once; benefits of the catalogue are put in their place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from opsengine.errors import InvalidFiles, Problem
from opsengine.goals import SCORES
from opsengine.project import check, did_you_mean, parse_yaml, read_declared, read_document
from opsengine.rewards.benefit import BenefitFile
from opsengine.rewards.rule import Rule, RuleFile
from opsengine.strategy import play_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from opsengine.goals import Known
    from opsengine.project import Document, Project

CATALOGUE = "rewards/benefits"
"""The folder of the benefits that rules can name."""
_DEFAULTS = Path(__file__).parent / "defaults"


def read_rules(project: Project, known: Known) -> tuple[Rule, ...]:
    """The rules of a project, by name. Raises InvalidFiles with the problems of all files at once."""
    catalogue, plays = read_benefits(project), play_names(project)
    problems: list[Problem] = []
    rules: list[Rule] = []
    for path in project.files("rewards"):
        try:
            document = read_document(path, project.shown(path))
            rule = _understood(document, catalogue)
            problems += _problems(document, rule.says, known)
            problems += _unknown(document, ("earns", "plays"), rule.says.earns.plays, plays)
            rules.append(replace(rule, text=path.read_bytes().decode("utf-8-sig")))
        except InvalidFiles as error:
            problems += error.problems
    if problems:
        raise InvalidFiles(problems)
    return tuple(rules)


def read_benefits(project: Project) -> Mapping[str, BenefitFile]:
    """The catalogue of benefits, by name. Raises InvalidFiles."""
    read = read_declared([(path, project.shown(path)) for path in project.files(CATALOGUE)], BenefitFile)
    return {PurePath(document.file).stem: benefit for document, benefit in read}


def rule_of(text: str, name: str, catalogue: Mapping[str, BenefitFile]) -> Rule:
    """The rule that a text says, as it was kept. Raises InvalidFiles when nobody understands it any more."""
    return _understood(parse_yaml(text, f"rewards/{name}.yaml"), catalogue)


def default_rules() -> dict[str, str]:
    """The rules and benefits a new project begins with: path within `rewards/` to text."""
    files = sorted(_DEFAULTS.rglob("*.yaml"))
    return {path.relative_to(_DEFAULTS).as_posix(): path.read_text(encoding="utf-8") for path in files}


def _understood(document: Document, catalogue: Mapping[str, BenefitFile]) -> Rule:
    says = check(_completed(document, catalogue), RuleFile)
    return Rule(PurePath(document.file).stem, document.sha256, says)


def _completed(document: Document, catalogue: Mapping[str, BenefitFile]) -> Document:
    """The document with what the catalogue says of its benefit. Raises InvalidFiles when it names one that is not there."""
    data: Any = document.data
    given = data.get("benefit") if isinstance(data, dict) else None
    if not isinstance(given, dict) or not given.get("of"):
        return document
    name = str(given["of"])
    if name not in catalogue:
        guess = did_you_mean(name, catalogue)
        hint = "did you mean `{guess}`?" if guess else "the catalogue is the folder rewards/benefits"
        text = "`{key}`: nothing is called {name}"
        raise InvalidFiles(
            [Problem(document.place(("benefit", "of")), "unknown-name", text, hint, {"key": "of", "name": name, "guess": guess})]
        )
    found = catalogue[name]
    said = {
        "kind": found.benefit.value, "title": dict(found.title), "unit": found.unit, "parts": found.parts,
        "instructions": dict(found.instructions),
    }  # fmt: skip
    return replace(document, data={**data, "benefit": {**said, **given}})


def _problems(document: Document, rule: RuleFile, known: Known) -> Iterator[Problem]:
    metrics = {**known.metrics, **SCORES}
    yield from _unknown(document, ("earns", "metrics"), rule.earns.metrics, metrics)
    yield from _unknown(document, ("subjects", "accounts"), rule.subjects.accounts, known.accounts)
    yield from _unknown(document, ("subjects", "teams"), rule.subjects.teams, known.teams)
    yield from _unknown(document, ("subjects", "brands"), rule.subjects.brands, known.brands)
    yield from _unknowable(document, rule, known)
    for name in ("cap", "cap_subject", "cap_cycle", "budget"):
        limit = getattr(rule, name)
        if limit is not None and limit < rule.benefit.least:
            text = "`{key}` is less than the benefit's amount: nothing could ever be granted"
            yield Problem(document.place((name,)), "out-of-range", text, "it counts in the unit's smallest part", {"key": name})


def _unknowable(document: Document, rule: RuleFile, known: Known) -> Iterator[Problem]:
    """What nobody could tell from the data: improvement of what is no sum."""
    if rule.earns.by == "improvement" and rule.earns.metric:
        metric = known.metrics.get(rule.earns.metric)
        if metric is None:
            yield from _unknown(document, ("earns", "metric"), (rule.earns.metric,), known.metrics)
        elif metric.kind != "flow":
            text = "only a sum over days has a best cycle: {metric} is none"
            fields = {"metric": rule.earns.metric}
            yield Problem(document.place(("earns", "metric")), "wrong-value", text, "name one such as gmv", fields)


def _unknown(document: Document, path: tuple[str, str], names: tuple[str, ...], known: Collection[str]) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name not in known:
            guess = did_you_mean(name, known)
            hint = "did you mean `{guess}`?" if guess else ""
            fields = {"key": path[-1], "name": name, "guess": guess}
            yield Problem(document.place((*path, index)), "unknown-name", "`{key}`: nothing is called {name}", hint, fields)
