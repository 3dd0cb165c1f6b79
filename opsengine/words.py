"""The words we speak: English in the code, other languages in `locales/`.

`Words("zh-CN")("no preset fits {file}", file="a.csv")` looks the sentence up in the gettext catalogue, then fills the
named gaps. A sentence that is missing there is said in English; a test makes sure that none is.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.errors import Field, OpsError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LOCALES = ("zh-CN", "en")
_OURS = ("reason", "state")
"""Gaps that may hold words of ours."""
_HOME = Path(__file__).parent / "locales"


class Words:
    """Says things in one language."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._catalogue = _catalogue(locale)

    def __call__(self, text: str, /, **fields: Field) -> str:
        """The sentence in this language, its gaps filled."""
        said = self._catalogue.get(text, text)
        return said.format(**fields) if fields else said

    def listed(self, names: Iterable[object]) -> str:
        """Names one after another, as this language parts them."""
        return ("、" if self.locale == "zh-CN" else ", ").join(map(str, names))

    def error(self, error: OpsError) -> str:
        """An error, with its place in front."""
        said = self._filled(error.text, error.fields)
        return f"{error.where}: {said}" if error.where else said

    def hint(self, error: OpsError | Problem) -> str:
        """The way out of an error or a problem; empty when there is none."""
        return self._filled(error.hint, error.fields) if error.hint else ""

    def problem(self, problem: Problem) -> str:
        """What is wrong, without its place."""
        return self._filled(problem.text, problem.fields)

    def _filled(self, text: str, fields: Mapping[str, Field]) -> str:
        """The sentence, its gaps filled; a reason or a state that is a word of ours is said in this language too."""
        return self(text).format(**{**fields, **{name: self(str(fields[name])) for name in _OURS if name in fields}})


def nearest_locale(name: str | None) -> str:
    """The locale we have for a name such as `zh_CN.UTF-8`, `en-US`, `C` or None; English where there is none."""
    return "zh-CN" if (name or "").lower().startswith("zh") else "en"


@cache
def _catalogue(locale: str) -> Mapping[str, str]:
    file = _HOME / locale.replace("-", "_") / "LC_MESSAGES" / "opsengine.po"
    if not file.exists():
        return {}
    from babel.messages.pofile import read_po  # noqa: PLC0415  English needs no catalogue and pays nothing for it

    with file.open("rb") as lines:
        messages = read_po(lines, locale=locale.replace("-", "_"))
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}
