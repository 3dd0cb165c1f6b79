"""The digest of alerts on paper: both languages, other people's names as text, and never longer than a mail can be."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from opsengine.report import Batch, Bulletin, Called, Occasion, Repeat, digest_draft, plan
from opsengine.report.note import read_note
from opsengine.report.rendering import MAX_MAIL
from opsengine.settings import Mail
from opsengine.state import Address, Channel, Outbox, Runs, Stage, open_state

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> **Tea** `x`"
CALLED = Called({"tea": HOSTILE, "wine": "Wine"}, {"resume-posting": {"zh-CN": "恢复更新", "en": "Publish again"}})


def line(number=0, *, account="tea", word="fired", severity="critical"):
    return {
        "alert": "no-posts", "subject": f"{account}/{number}", "word": word, "severity": severity, "account_id": account,
        "title": {"zh-CN": "超过一周没有更新", "en": "Nothing published for a week"}, "since": "2026-06-20", "stake": 12000.0,
        "because": {"zh-CN": "已经 9 天没有更新。", "en": "The newest work is nine days old."}, "cause": None,
        "play": "resume-posting", "look_further": f"opsengine see {account} --why --since 2026-06-20",
    }  # fmt: skip


def draft(lines, locale="en"):
    return digest_draft(Bulletin("ann", lines, (Address(Channel.FOLDER, "ann@example.com"),), locale, NOW), CALLED, None)


def test_it_says_what_why_what_to_do_and_where_to_look():
    letter = draft([line(), line(1, account="wine", word="over")]).letter

    for text in ("critical", "Nothing published for a week", "nine days old", "Publish again", "--since 2026-06-20", "¥12K"):
        assert text in letter.markdown, text
        assert text in letter.html, text
    assert "Over" in letter.markdown


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_names_of_other_people_are_text(locale):
    letter = draft([line()], locale).letter

    assert "<script>" not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert "**Tea**" not in letter.markdown


def test_a_thousand_alerts_are_a_mail_that_arrives_whole():
    made = draft([line(number, account=f"shop-{number}") for number in range(900)] + [line(n, word="over") for n in range(100)])

    assert len(made.letter.html.encode()) < MAX_MAIL
    assert "950 more: see `opsengine monitor list`." in made.letter.markdown
    assert made.parts["digest.json"].count(b'"alert":') == 1000


def test_what_is_only_over_is_said_so():
    assert draft([line(word="over"), line(1, word="over")]).letter.subject == "2 alerts are over"


def test_it_leaves_by_the_outbox_once(tmp_path):
    with open_state(tmp_path / "state.db") as state:
        run_id = Runs(state).start("monitor", NOW.date(), {}, NOW)
        for _ in range(2):
            [planned] = plan(state, Batch([draft([line()])], (), Repeat.NEVER), Mail(), Occasion(run_id, NOW))
        [message] = Outbox(state).of(planned.topic)
        letter = message_from_bytes(Outbox(state).payload(message), policy=policy.default)

    assert (letter["To"], letter["Auto-Submitted"]) == ("ann@example.com", "auto-generated")
    assert "Nothing published for a week" in letter["Subject"]


def test_a_chat_is_told_the_first_few_and_how_many_more_there_are(tmp_path):
    lines = [line(number, account=f"shop-{number}") for number in range(20)]
    bulletin = Bulletin("ann", lines, (Address(Channel.CHAT, "east"),), "en", NOW)
    with open_state(tmp_path / "state.db") as state:
        run_id = Runs(state).start("monitor", NOW.date(), {}, NOW)
        plan(state, Batch([digest_draft(bulletin, CALLED, None)]), Mail(), Occasion(run_id, NOW, "https://briefs.example.com"))
        [message] = Outbox(state).at(Stage.PENDING)
        note = read_note(Outbox(state).payload(message))

    assert note.text.count("shop-") == 8
    assert "12 more" in note.text
    assert note.link == "", "a digest has no page"
