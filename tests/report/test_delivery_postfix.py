"""A brief that a real Postfix took and put into a mailbox is the brief that was kept."""

from __future__ import annotations

import re
import tempfile
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from opsengine.report.delivery import deliver
from opsengine.report.outbox import Batch, Occasion, Ways, carriers_for, draft, plan, tally
from opsengine.report.rendering import MAX_MAIL, render
from opsengine.settings import Mail
from opsengine.state import Address, Channel, Outbox, Runs, Stage, Topic, open_state
from tests.report.postfix import DOMAIN, Postfix, why_not
from tests.report.samples import FULL

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
TOPIC = Topic("weekly", "2026-W25", "tea")
CERTIFICATE = Path(__file__).parent / "tls" / "localhost.pem"
PEOPLE = tuple(f"reader-{number}@{DOMAIN}" for number in range(6))
WHOLE = 400_000
"""Bytes of a whole message with its pictures: what every mail server takes, and a phone loads at once."""

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "it can be")


@pytest.fixture(scope="module")
def server():
    with tempfile.TemporaryDirectory(prefix="postfix-") as folder, Postfix(Path(folder), CERTIFICATE) as running:
        yield running


@pytest.fixture(scope="module")
def sent(server, tmp_path_factory):
    """One brief for six people, and one for somebody whom the server does not know; the messages as they were kept."""
    folder = tmp_path_factory.mktemp("post")
    mail = Mail(host="localhost", port=server.port, security="starttls", ca_file=str(CERTIFICATE), sender=f"ops@{DOMAIN}")
    with open_state(folder / "state.db") as state:
        run_id = Runs(state).start("report", date(2026, 6, 21), {}, NOW)
        people = (*PEOPLE, "li@elsewhere.example")
        addresses = [Address(Channel.MAIL, person) for person in people]
        made = draft(TOPIC, render(FULL, locale="zh-CN"), "{}", "zh-CN", addresses)
        planned = plan(state, Batch([made]), mail, Occasion(run_id, NOW))
        delivery = deliver(state, carriers_for(Ways(mail, folder, folder / "outbox", {})), NOW)
        messages = Outbox(state).of(TOPIC)
        kept = {f"<{one.key}@{DOMAIN}>": Outbox(state).payload(one) for one in messages}
        yield messages, kept, tally(state, planned, (), delivery), delivery


@pytest.fixture(scope="module")
def arrived(server, sent):
    del sent
    found = server.arrived(len(PEOPLE))
    assert len(found) == len(PEOPLE), server.log()
    return [message_from_bytes(content, policy=policy.default) for content in found]


def test_every_reader_gets_one_and_a_stranger_is_refused_for_good(sent, arrived):
    messages, _, counted, delivery = sent
    stages = {message.address.recipient: message.stage for message in messages}

    assert stages == dict.fromkeys(PEOPLE, Stage.SENT) | {"li@elsewhere.example": Stage.FAILED}
    assert sorted(message["To"] for message in arrived) == sorted(PEOPLE)
    assert (counted.delivered, counted.failed, delivery.troubles) == (6, 1, ())
    assert "Relay access denied" in next(one.last_reply for one in messages if one.stage is Stage.FAILED)


def test_what_lies_in_the_mailbox_is_what_was_kept(sent, arrived):
    _, kept, _, _ = sent
    for message in arrived:
        written = message_from_bytes(kept[message["Message-ID"]], policy=policy.default)
        ours = [part.get_payload(decode=True) for part in written.walk() if not part.is_multipart()]

        assert [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()] == ours
        assert [message[name] for name in written if name != "Content-Type"] == [written[name] for name in written if name != "Content-Type"]


def test_the_subject_the_text_and_the_pictures_are_there(arrived):
    for message in arrived:
        pictures = {part["Content-ID"].strip("<>"): part.get_content() for part in message.walk() if part.get_content_type() == "image/png"}
        page = message.get_body(("html",)).get_content()

        assert message["Subject"] == render(FULL, locale="zh-CN").subject
        assert re.search("[一-鿿]", message["Subject"])
        assert "经营值" in message.get_body(("plain",)).get_content()
        assert set(re.findall(r"cid:([^\"']+)", page)) == set(pictures)
        assert len(pictures) >= 1
        assert all(content.startswith(b"\x89PNG") for content in pictures.values())


def test_it_is_small_enough_for_every_mailbox(arrived):
    for message in arrived:
        assert len(message.get_body(("html",)).get_content().encode()) <= MAX_MAIL
        assert len(message.as_bytes()) <= WHOLE
