"""Every sentence that the program shows exists in Chinese, with the same gaps, and none is glued together."""

from __future__ import annotations

import io
import re

from babel.messages.pofile import read_po

from tools.sentences import CATALOGUE, all_sentences, known_sentences

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



def test_a_translation_keeps_what_is_typed_as_it_is():
    typed = re.compile(r"`[^`]*`|--[a-z][a-z-]+")
    wrong = [text for text, said in known_sentences().items() if sorted(typed.findall(text)) != sorted(typed.findall(said))]

    assert wrong == []


def test_the_catalogue_is_well_formed_and_says_each_sentence_once():
    catalogue = read_po(io.BytesIO(CATALOGUE.read_bytes()), locale="zh_CN", abort_invalid=True)
    written = re.findall(r"^msgid (.+)$", CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE)

    assert len(written) == len(set(written)) == len(catalogue) + 1


def test_chinese_sentences_are_punctuated_in_chinese():
    half_width = re.compile(r"[\u4e00-\u9fff] ?[,;:?!]|[\u4e00-\u9fff]\.(?:\s|$)")

    assert [said for said in known_sentences().values() if half_width.search(said)] == []
