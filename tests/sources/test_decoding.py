from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsengine.sources.decoding import decodings

HEADER = "日期,主页访问量,播放数\n"
CHINESE = st.text(
    alphabet=st.sampled_from(
        "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    )
)
ENCODINGS = {
    "utf-8": b"",
    "utf-8-sig": b"",
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "gb18030": b"",
    "gbk": b"",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=CHINESE)
def test_what_was_written_comes_back_or_is_refused(encoding, text):
    raw = ENCODINGS[encoding] + (HEADER + text).encode(encoding)

    assert [decoded.text for decoded in decodings(raw)][:1] == [HEADER + text]


NO_TEXT = "\0" + "".join(map(chr, range(0x80, 0xA0)))
"""NUL, and what only text that was once read as Latin holds."""


@given(st.text(alphabet=st.characters(blacklist_characters=NO_TEXT, blacklist_categories=("Cs",))))
def test_any_utf8_text_comes_back(text):
    assert next(iter(decodings(codecs.BOM_UTF8 + text.encode()))).text == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_known_by_its_nul_bytes(encoding):
    raw = "account_id,date,metric,value\ntea,2026-06-18,plays,12\n".encode(encoding)

    assert next(iter(decodings(raw))).encoding == encoding


def test_gbk_is_never_read_as_something_else():
    assert [decoded.encoding for decoded in decodings(HEADER.encode("gbk"))] == ["gb18030"]


def test_a_file_cut_off_inside_a_character_is_refused():
    raw = ("日期,播放数\n2026-06-18,备注" * 20).encode()

    assert not list(decodings(raw[:-1]))


def test_text_in_a_western_encoding_is_refused():
    assert not list(decodings("account_id,date\ncafé du marché,naïve façade, déjà vu\n".encode("latin-1")))


@pytest.mark.parametrize(
    "raw", [bytes(range(256)) * 4, "日期,播放数\n2026-06-18,5\n".encode("utf-32"), "日期,新增粉絲,主頁訪問量\n".encode("big5")]
)
def test_bytes_that_are_no_text_that_we_know_are_refused(raw):
    assert not list(decodings(raw))
