"""The words of the live page: the same in both languages, and those of briefs wherever briefs say the same."""

from __future__ import annotations

import json
import re

from opsengine.monitor.page.app import ASSETS
from opsengine.words import Words

WORDS = json.loads((ASSETS / "words.json").read_text(encoding="utf-8"))
GAP = re.compile(r"{(\w+)}")


def test_both_languages_have_every_word_and_speak_of_the_same_things():
    assert WORDS["zh-CN"].keys() == WORDS["en"].keys()
    for key, english in WORDS["en"].items():
        assert sorted(GAP.findall(english)) == sorted(GAP.findall(WORDS["zh-CN"][key])), key


def test_the_page_says_what_briefs_and_commands_say_for_the_same_english():
    def by_catalogue(english):
        return Words("zh-CN")(english, **{name: "{" + name + "}" for name in GAP.findall(english)})

    differing = {
        english: (WORDS["zh-CN"][key], by_catalogue(english))
        for key, english in WORDS["en"].items()
        if by_catalogue(english) not in (english, WORDS["zh-CN"][key])
    }

    assert differing == {}


def test_every_word_that_the_page_asks_for_is_there():
    asked = {
        word
        for script in sorted(ASSETS.glob("*.js"))
        for word in re.findall(r"""said\("(\w+)"[,)]""", script.read_text(encoding="utf-8"))
    }

    assert asked <= WORDS["en"].keys()
