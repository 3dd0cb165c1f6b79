"""Every sentence that the program shows exists in Chinese, with the same gaps, and none is glued together."""

from __future__ import annotations

import re

from tools.sentences import all_sentences, known_sentences

SENTENCES, GLUED = all_sentences()
GAP = re.compile(r"\{(\w+)\}")


def test_every_sentence_exists_in_chinese():
    known = known_sentences()

    assert [f"{sentence.place}: {sentence.text}" for sentence in SENTENCES if sentence.text not in known] == []


def test_a_translation_has_the_gaps_of_its_sentence():
    known = known_sentences()
    wrong = [text for text, said in known.items() if set(GAP.findall(text)) != set(GAP.findall(said))]

    assert wrong == []


def test_no_sentence_is_glued_together():
    assert [f"{one.place}: {one.code}" for one in GLUED] == []

