from __future__ import annotations

import email
import re
import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.policy import SMTP

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from opsengine.errors import UserError
from opsengine.report.message import Envelope, Letter, checked_address, cleaned, compose
from opsengine.report.rendering import Picture

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
LETTER = Letter(
    subject="第 25 周复盘 · 茶铺",
    markdown="# 复盘\n\n**经营值** 712\n.\n.. 一行以点开头\n",
    html="<p>经营值 <b>712</b></p>" + "很长的一行" * 400,
    pictures=(Picture("trend@opsengine", PNG), Picture("pace@opsengine", PNG[::-1])),
)
ENVELOPE = Envelope(
    sender="ops@brand.example",
    sender_name="运营周报",
    recipient="li.lei@brand.example",
    key="0123456789abcdef" * 2,
    report="weekly",
    date=datetime(2026, 6, 22, 8, tzinfo=UTC),
    unsubscribe="https://brand.example/unsubscribe?" + "token=" + "a" * 150,
)
HEADERS = [
    "Date", "From", "To", "Subject", "Message-ID", "List-Id", "Auto-Submitted", "X-Auto-Response-Suppress",
    "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type", "Content-Language",
]  # fmt: skip


def parse(raw: bytes):
    return email.message_from_bytes(raw, policy=SMTP)


def test_the_same_message_is_the_same_bytes():
    assert compose(LETTER, ENVELOPE) == compose(LETTER, ENVELOPE)


def test_a_reader_finds_the_markdown_the_page_and_its_pictures():
    message = parse(compose(LETTER, ENVELOPE))

    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "image/png",
    ]  # fmt: skip
    text, html, *pictures = (part for part in message.walk() if not part.is_multipart())
    assert text.get_content().replace("\r\n", "\n") == LETTER.markdown
    assert html.get_content().strip() == LETTER.html
    assert [picture.get_content() for picture in pictures] == [PNG, PNG[::-1]]
    assert [picture["Content-ID"] for picture in pictures] == ["<trend@opsengine>", "<pace@opsengine>"]
    assert [picture.get_filename() for picture in pictures] == ["trend.png", "pace.png"]


def test_a_message_without_pictures_has_two_parts():
    message = parse(compose(replace(LETTER, pictures=()), ENVELOPE))

    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_the_headers_say_who_what_and_that_a_machine_wrote_it():
    message = parse(compose(LETTER, ENVELOPE))

    assert message.keys() == HEADERS
    assert message["From"].addresses[0].display_name == "运营周报"
    assert message["To"] == "li.lei@brand.example"
    assert message["Subject"] == LETTER.subject
    assert message["Date"].datetime == ENVELOPE.date
    assert message["Message-ID"] == f"<{ENVELOPE.key}@brand.example>"
    assert message["List-Id"] == "<weekly.brand.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "zh-CN"


@pytest.mark.parametrize("report", ["月报", "weekly recap", "a>b"])
def test_a_report_of_any_name_has_a_list_of_its_own(report):
    lists = {parse(compose(LETTER, replace(ENVELOPE, report=name)))["List-Id"] for name in (report, report + "2", "weekly")}

    assert len(lists) == 3
    assert all(re.fullmatch(r"<[a-z0-9-]+\.brand\.example>", name) for name in lists)


def test_a_long_unsubscribe_address_stays_whole():
    raw = compose(LETTER, ENVELOPE)

    assert f"List-Unsubscribe: <{ENVELOPE.unsubscribe}>\r\n".encode() in raw


def test_every_line_is_one_that_mail_servers_carry():
    lines = compose(LETTER, ENVELOPE).split(b"\r\n")

    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert max(map(len, lines)) < 998
    assert all(line.isascii() for line in lines)


def test_unsubscribing_by_mail_needs_no_one_click():
    message = parse(compose(LETTER, replace(ENVELOPE, unsubscribe="mailto:stop@brand.example")))

    assert message["List-Unsubscribe"] == "<mailto:stop@brand.example>"
    assert "List-Unsubscribe-Post" not in message


def test_a_message_that_is_only_filed_names_nobody():
    assert "To" not in parse(compose(LETTER, replace(ENVELOPE, recipient="", unsubscribe="")))


def test_the_date_is_the_moment_it_was_planned_in_its_own_zone():
    shanghai = timezone(timedelta(hours=8))
    message = parse(compose(LETTER, replace(ENVELOPE, date=datetime(2026, 6, 22, 16, tzinfo=shanghai))))

    assert message["Date"] == "Mon, 22 Jun 2026 16:00:00 +0800"


@pytest.mark.parametrize("text", ["ops@example.com", "a.b+c@mail.example.co", "root@localhost", "x_1@sub-domain.example"])
def test_one_address_is_accepted(text):
    assert checked_address(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "nobody", "a@", "@b", "good@x.example, evil@y.example", "good@x.example,evil@y.example",
        "good@x.example;evil@y.example", "Li <li@x.example>", "<li@x.example>", "a b@x.example", "a@x.example\n",
        "a@x.example\r\nBcc: b@y.example", "a@x..example",
        "a..b@x.example", ".a@x.example", "a@-x.example", '"a,b"@x.example', "李@x.example", "a@例.example", "a@x.example\u2028",
        "a" * 250 + "@x.example", "a@[127.0.0.1]",
    ],
)  # fmt: skip
def test_anything_but_one_address_is_refused(text):
    with pytest.raises(UserError, match="not a mail address"):
        checked_address(text)


@pytest.mark.parametrize("field", ["sender", "recipient"])
def test_an_address_that_is_two_sends_nothing(field):
    with pytest.raises(UserError):
        compose(LETTER, replace(ENVELOPE, **{field: "good@x.example, evil@y.example"}))


@pytest.mark.parametrize(
    "text", ["http://x.example", "javascript:alert(1)", "https://x.example/>, <https://y.example", "https://x.example/a b"]
)
def test_an_unsubscribe_address_is_safe_to_click(text):
    with pytest.raises(UserError):
        compose(LETTER, replace(ENVELOPE, unsubscribe=text))


HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from("\r\n\t\0\u2028\u2029\u0085\u202e\u200b,;:<>@=?")), max_size=300)


@given(subject=HOSTILE, name=HOSTILE)
def test_no_text_of_others_makes_a_header_or_a_recipient(subject, name):
    raw = compose(Letter(subject, "x", "<p>x</p>"), replace(ENVELOPE, sender_name=name))
    message = parse(raw)

    assert message.keys() == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == [ENVELOPE.recipient]
    assert [address.addr_spec for address in message["From"].addresses] == [ENVELOPE.sender]
    assert len(str(message["Subject"])) <= 120


SPOKEN = st.text(st.sampled_from("aZ09 .,-_()·=?第周复盘茶🍵👩‍👩‍👧é"), max_size=160)


@given(SPOKEN)
@example("Weekly 第 25 周 recap of 茶铺 tea-house")
@example("a" * 119)
@example("=?utf-8?b?5LuK?= is not decoded")
def test_a_subject_reads_back_as_it_was_written_in_lines_of_decent_length(subject):
    raw = compose(Letter(subject, "x", "<p>x</p>"), ENVELOPE)
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    lines = re.search(r"^Subject:(?:.*\r\n[ \t])*.*", head, re.MULTILINE)[0].split("\r\n")

    assert str(parse(raw)["Subject"]) == cleaned(subject)
    assert str(make_header(decode_header(email.message_from_bytes(raw)["Subject"] or ""))).replace("\n", "") == cleaned(subject)
    assert all(len(line) <= 76 or " " not in line.strip().removeprefix("Subject: ") for line in lines)


@given(SPOKEN)
def test_a_senders_name_reads_back_as_it_was_written(name):
    raw = compose(LETTER, replace(ENVELOPE, sender_name=name))
    phrase, _, address = email.message_from_bytes(raw)["From"].rpartition("<")

    assert address == f"{ENVELOPE.sender}>" or (not cleaned(name) and address == ENVELOPE.sender)
    assert str(make_header(decode_header(phrase.strip().strip('"')))).strip() == cleaned(name)


@given(st.text(string.ascii_letters + " \t\n.#*|。，茶", max_size=2000))
def test_the_markdown_arrives_as_it_was_written(markdown):
    message = parse(compose(Letter("s", markdown, "<p>x</p>"), ENVELOPE))

    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n").removesuffix("\n") == markdown.removesuffix("\n")
