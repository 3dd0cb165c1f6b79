"""Reading a YAML file that a person wrote: strictly, and with a place for every complaint.

Every scalar is text until a schema says otherwise, so `no`, `010` and `1:30` mean what is written. Duplicate keys,
anchors, aliases, tags and further documents are refused. All problems of a file are found in one go.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from opsengine.errors import InvalidFiles, Place, Problem, Unfit
from opsengine.project.misreading import bytes_of, not_utf8, not_yaml, too_large

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from opsengine.project.places import Project

MAX_BYTES = 64 * 1024
"""No file that a person writes is larger."""
MAX_DEPTH = 20
"""Deeper nesting is a mistake or an attack."""

Path_ = tuple[str | int, ...]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


class Declared(BaseModel):
    """What every file of a project has in common: it says its kind and its version, and nothing we do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: str
    """What the file declares."""
    version: Annotated[int, Field(ge=1)] = 1
    """Raised by its author whenever its meaning changes."""


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain dicts, lists and texts, and where each of them stands."""

    file: str
    data: Any
    places: Mapping[Path_, Place]
    sha256: str
    flaws: Sequence[Problem] = ()
    """What it says that it must not, such as a key twice; what else it says can still be looked at, and `check` tells both."""

    def place(self, path: Path_) -> Place:
        """Where a value stands, or the nearest thing around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return Place(self.file, 1, 1)

    def written(self, path: Path_) -> Any:
        """What stands at a path; None where nothing does."""
        data = self.data
        for part in path:
            if isinstance(data, dict):
                data = data.get(part)
            elif isinstance(data, list) and isinstance(part, int) and part < len(data):
                data = data[part]
            else:
                return None
        return data


D = TypeVar("D", bound=BaseModel)


def read_document(path: Path, shown: str) -> Document:
    """The file at `path`, called `shown` in complaints. Raises InvalidFiles when it cannot be opened or is no YAML."""
    return _read(bytes_of(path, shown, MAX_BYTES), shown)


def _read(raw: bytes, shown: str) -> Document:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidFiles([not_utf8(error, shown)]) from None
    return parse_yaml(text, shown)


@lru_cache(maxsize=1024)
def parse_yaml(text: str, shown: str) -> Document:
    """Text as a document, flaws included. Raises InvalidFiles when it is no YAML.

    The same text is parsed once a process: nobody changes what they are handed.
    """
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    if len(text.encode()) > MAX_BYTES:
        raise InvalidFiles([too_large(shown)])
    composer = _Composer(shown)
    try:
        data = composer.compose(text)
    except yaml.YAMLError as error:
        raise InvalidFiles([*composer.problems, not_yaml(error, text, shown)]) from None
    return Document(shown, data, composer.places, sha256, tuple(composer.problems))


def check(document: Document, schema: type[D]) -> D:
    """The document as a value of `schema`. Raises InvalidFiles with every problem and flaw, each at its line and column."""
    if not isinstance(document.data, dict):
        raise InvalidFiles([*document.flaws, Problem(document.place(()), "not-a-mapping", "expected `key: value` lines here")])
    try:
        value = schema.model_validate(document.data)
    except ValidationError as error:
        problems = [_problem(document, schema, detail) for detail in _innermost(error.errors())]
        raise InvalidFiles([*document.flaws, *problems]) from None
    if document.flaws:
        raise InvalidFiles(document.flaws)
    return value


def read_declared(files: Iterable[tuple[Path, str]], schema: type[D]) -> list[tuple[Document, D]]:
    """Each `(path, shown name)` as its document and value. Raises InvalidFiles with the problems of all of them."""
    read: list[tuple[Document, D]] = []
    problems: list[Problem] = []
    for path, shown in files:
        try:
            read.append(_declared(bytes_of(path, shown, MAX_BYTES), shown, schema))
        except InvalidFiles as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidFiles(problems)
    return read


@lru_cache(maxsize=4096)
def _declared(raw: bytes, shown: str, schema: type[D]) -> tuple[Document, D]:
    """A document and its value, worked out once for the same bytes: a run asks for the same files in several rooms."""
    document = _read(raw, shown)
    return document, check(document, schema)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known word nearest to this one, whether it is written large or small; or an empty text."""
    names = list(known)
    small = {name.lower(): name for name in names}
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return near[0] if near else small.get(next(iter(difflib.get_close_matches(word.lower(), list(small), n=1, cutoff=0.6)), ""), "")


def misnamed(project: Project, place: str) -> list[Problem]:
    """The files in a folder such as `goals/`, or for a file such as `ramp.yaml`, that nobody reads for how their names end."""
    folder, _, name = place.rpartition("/")
    found = sorted(file for file in project.folder(folder).glob("*.*") if file.suffix.lower() in (".yml", ".yaml"))
    wrong = [file for file in found if file.suffix != ".yaml" and f"{file.stem}.yaml" == (name or f"{file.stem}.yaml")]
    text, hint = "this file is not read: files here end in .yaml", "call it {name}"
    return [Problem(Place(project.shown(file)), "misnamed", text, hint, {"name": f"{file.stem}.yaml"}) for file in wrong]


class _Composer:
    """Builds plain values from YAML events, noting places and collecting problems."""

    def __init__(self, shown: str) -> None:
        self.problems: list[Problem] = []
        self.places: dict[Path_, Place] = {}
        self._shown = shown
        self._events: Any = iter(())

    def compose(self, text: str) -> Any:
        self._events = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        documents = 0
        data: Any = {}
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._complain(event, "second-document", "a second document (`---`) in one file", "one object per file")
                value = self._value(next(self._events), ())
                data = value if documents == 1 else data
        return data

    def _value(self, event: yaml.Event, path: Path_) -> Any:
        self.places.setdefault(path, self._place(event))
        if len(path) > MAX_DEPTH:
            here: Any = event.start_mark
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=here)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._complain(event, "anchor", "anchors and aliases (`&`, `*`) are not understood here", "write the value out")
        if getattr(event, "tag", None) and not isinstance(event, yaml.AliasEvent):
            self._complain(event, "tag", "tags (`!…`) are not understood here", "write the plain value")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        if isinstance(event, yaml.ScalarEvent):
            is_plain = event.implicit[0]
            return None if is_plain and event.value in ("", "~", "null") else str(event.value)
        return None

    def _mapping(self, path: Path_) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = str(event.value) if isinstance(event, yaml.ScalarEvent) else "?"
            if not isinstance(event, yaml.ScalarEvent):
                self._complain(event, "complex-key", "a key must be one word")
                self._value(event, (*path, key))
            if key == "<<":
                self._complain(event, "merge-key", "merge keys (`<<`) are not understood here", "write the keys out")
            if key in values:
                first = self.places[(*path, key)]
                self._complain(
                    event, "duplicate-key", "`{key}` is written twice; the first is in line {line}", "keep one of them",
                    key=key, line=first.line or 0,
                )
            else:
                self.places[*path, key] = self._place(event)
            value = self._value(next(self._events), (*path, key))
            values.setdefault(key, value)
        return values

    def _sequence(self, path: Path_) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self._shown, mark.line + 1, mark.column + 1) if mark else Place(self._shown)

    def _complain(self, event: yaml.Event, code: str, text: str, hint: str = "", **fields: str | int) -> None:
        self.problems.append(Problem(self._place(event), code, text, hint, fields))


_SAID: Mapping[str, tuple[str, str]] = {
    "missing": ("missing-key", "`{key}` is missing"),
    "bool_parsing": ("wrong-value", "`{key}` must be true or false, not `{value}`"),
    "int_parsing": ("wrong-value", "`{key}` must be a whole number, not `{value}`"),
    "int_type": ("wrong-value", "`{key}` must be a whole number, not `{value}`"),
    "float_parsing": ("wrong-value", "`{key}` must be a number, not `{value}`"),
    "float_type": ("wrong-value", "`{key}` must be a number, not `{value}`"),
    "decimal_parsing": ("wrong-value", "`{key}` must be a number, not `{value}`"),
    "decimal_type": ("wrong-value", "`{key}` must be a number, not `{value}`"),
    "string_type": ("wrong-value", "`{key}` must be a text"),
    "list_type": ("wrong-value", "`{key}` must be a list"),
    "tuple_type": ("wrong-value", "`{key}` must be a list"),
    "dict_type": ("wrong-value", "`{key}` must be `key: value` lines"),
    "model_type": ("wrong-value", "`{key}` must be `key: value` lines"),
    "model_attributes_type": ("wrong-value", "`{key}` must be `key: value` lines"),
    "date_from_datetime_parsing": ("wrong-value", "`{key}` must be a date such as 2026-06-18, not `{value}`"),
    "date_type": ("wrong-value", "`{key}` must be a date such as 2026-06-18, not `{value}`"),
    "date_from_datetime_inexact": ("wrong-value", "`{key}` must be a date such as 2026-06-18, not `{value}`"),
    "date_parsing": ("wrong-value", "`{key}` must be a date such as 2026-06-18, not `{value}`"),
    "literal_error": ("wrong-value", "`{key}` must be one of {expected}, not `{value}`"),
    "enum": ("wrong-value", "`{key}` must be one of {expected}, not `{value}`"),
    "string_pattern_mismatch": ("wrong-value", "`{key}`: `{value}` does not fit the pattern {pattern}"),
    "string_too_short": ("too-short", "`{key}` is too short: at least {min_length} characters"),
    "too_short": ("too-short", "`{key}` needs at least {min_length} entries"),
    "greater_than": ("out-of-range", "`{key}` must be more than {gt}, not {value}"),
    "greater_than_equal": ("out-of-range", "`{key}` must be at least {ge}, not {value}"),
    "less_than": ("out-of-range", "`{key}` must be less than {lt}, not {value}"),
    "less_than_equal": ("out-of-range", "`{key}` must be at most {le}, not {value}"),
}
"""Our own sentence for each kind of complaint the schemas make; the rest come through as they are."""


_REST_OF_NUMBER = re.compile(r"\d{3}(\.\d+)?")
"""What braces make of a number after its comma: a key with nothing behind it."""


def _innermost(details: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """The complaints without those about a whole list that only repeat what is wrong inside it."""
    paths = {tuple(detail["loc"]) for detail in details}
    return [
        detail
        for detail in details
        if detail["type"] != "too_short" or not any(_is_inside(path, detail["loc"]) for path in paths)
    ]


def _is_inside(path: Path_, outer: Path_) -> bool:
    return len(path) > len(outer) and path[: len(outer)] == outer


def _problem(document: Document, schema: type[BaseModel], detail: ErrorDetails) -> Problem:
    path = tuple(detail["loc"])
    key = ".".join(str(part) for part in path) or "?"
    place = document.place(path)
    if detail["type"] == "extra_forbidden":
        known = _known_keys(schema, path[:-1])
        guess = did_you_mean(str(path[-1]), known)
        hint = "did you mean `{guess}`?" if guess else "known here: {known}"
        if detail.get("input") is None and _REST_OF_NUMBER.fullmatch(str(path[-1])):
            hint = 'within braces write a number without commas, or in quotes: `"1,200,000"`'
        fields: dict[str, str | int | float] = {"key": key, "guess": guess, "known": ", ".join(sorted(known))}
        return Problem(place, "unknown-key", "`{key}` is not known here", hint, fields)
    if detail.get("input") is None and detail["type"].endswith("_type"):
        hint = "write one after the colon, or leave the key out"
        return Problem(place, "wrong-value", "`{key}` has no value", hint, {"key": key})
    fields = {"key": key, "value": _short(detail.get("input"))}
    fields |= {name: _short(_listed(value) if name == "expected" else value) for name, value in detail.get("ctx", {}).items()}
    if detail["type"] in _SAID:
        code, text = _SAID[detail["type"]]
        choices = _listed(str(detail.get("ctx", {}).get("expected", ""))).split(", ")
        guess = did_you_mean(str(detail.get("input")), choices)
        return Problem(place, code, text, "did you mean `{guess}`?" if guess else "", fields | ({"guess": guess} if guess else {}))
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, Unfit):
        return Problem(place, "wrong-value", cause.text, cause.hint, cause.fields)
    reason = str(detail["msg"]).removeprefix("Value error, ")
    text = "`{key}`: {reason}" if path else "{reason}"
    return Problem(place, "wrong-value", text, "", fields | {"reason": reason})


def _known_keys(schema: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The keys that the schema knows at a path; empty where it cannot be said."""
    here: Any = schema.model_json_schema()
    root = here
    for part in path:
        here = _resolve(root, here)
        branches = [_resolve(root, branch) for branch in (here, *here.get("anyOf", ()), *here.get("oneOf", ()))]
        found = [branch["items"] for branch in branches if isinstance(part, int) and "items" in branch]
        found += [branch["properties"][part] for branch in branches if part in branch.get("properties", {})]
        found += [branch["additionalProperties"] for branch in branches if isinstance(branch.get("additionalProperties"), dict)]
        if not found:
            return []
        here = found[0]
    here = _resolve(root, here)
    options = [_resolve(root, branch) for branch in (here, *here.get("anyOf", ()), *here.get("oneOf", ()))]
    return [name for option in options for name in option.get("properties", {})]


def _resolve(root: Any, node: Any) -> Any:
    return root["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node


def _listed(choices: str) -> str:
    """Choices such as `'day', 'week' or 'month'`, without the English word."""
    return choices.replace(" or ", ", ").replace("'", "")


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"
