"""What numbers are called in the reader's language: a table says `完播率 8.64%` where JSON keeps `finish_rate` and `0.0864`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from opsengine.cli.tables import Share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opsengine.see import Catalogue, ComponentView, Scorecard
    from opsengine.words import Words

_SCORES = {
    "business": "business score", "popularity": "popularity score", "business_score": "business score",
    "popularity_score": "popularity score", "business_rank": "business rank", "popularity_rank": "popularity rank",
}  # fmt: skip


class Names:
    """The names of metrics, scores and their parts; what nobody declared keeps the name it has."""

    def __init__(self, words: Words, catalogue: Catalogue, cards: Sequence[Scorecard] = ()) -> None:
        self._words = words
        self._catalogue = catalogue
        self._cards: dict[str, Scorecard] = {card.id: card for card in cards}

    def metric(self, name: str) -> str:
        """A metric's or a score's title."""
        if name in self._catalogue:
            return self._catalogue[name].title.say(self._words.locale)
        return score_name(self._words, name) if name in _SCORES else name

    def metrics(self, names: Sequence[str]) -> Mapping[str, str]:
        """Titles by name."""
        return {name: self.metric(name) for name in names}

    def spoken(self, name: str) -> str:
        """A name as conditions know it: `ad_cvr_28d` is a metric over 28 days."""
        metric, _, days = name.rpartition("_")
        if not (match := re.fullmatch(r"(\d+)d", days)) or metric not in self._catalogue:
            return self.metric(name)
        return self._words("{metric}, {days} days", metric=self.metric(metric), days=match[1])

    def told(self, value: Any) -> Any:
        """What a program is told, for people: the same with its metrics by their names."""
        match value:
            case dict():
                return {key: self._part(key, one) for key, one in value.items()}
            case list() | tuple():
                return [self.told(one) for one in value]
        return value

    def _part(self, key: str, value: Any) -> Any:
        match key, value:
            case "metric", str():
                return self.spoken(value)
            case "potential", {"name": str(name)}:
                return {**value, "name": self.spoken(name)}
        return self.told(value)

    def written(self, name: str, value: float | None) -> float | Share | None:
        """A metric's value as it is read: a share as a percentage."""
        is_share = name in self._catalogue and self._catalogue[name].unit == "ratio"
        return Share(value) if is_share and value is not None else value

    def parts(self, scorecard: str) -> Mapping[str, str]:
        """The titles of a score's pillars, components and risks, by id."""
        card = self._cards[scorecard]
        titles = {pillar.id: pillar.title.say(self._words.locale) for pillar in card.pillars}
        titles |= {risk.id: risk.title.say(self._words.locale) for risk in card.risks}
        return titles | {
            part.id: self._words(
                "Growth of {metric}, {days} days" if part.statistic == "growth" else "{metric}, {days} days",
                metric=self.metric(part.metric),
                days=part.days,
            )
            for _, part in card.components
        }

    def of_part(self, scorecard: str, part: ComponentView, value: float | None) -> float | Share | None:
        """The value of a part of a score: growth from 0 on, as the briefs tell it."""
        growing = {one.id for _, one in self._cards[scorecard].components if one.statistic == "growth"}
        if value is None or part.id not in growing:
            return self.written(part.metric, value)
        return Share(value, nothing=1)


def score_name(words: Words, scorecard: str) -> str:
    """A score by its name."""
    return words(_SCORES[scorecard])
