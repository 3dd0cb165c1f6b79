from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from opsengine import faults
from opsengine.errors import EngineError, Exit, UserError
from opsengine.report.archive import publish, sent_bytes, show
from opsengine.report.delivery import deliver
from opsengine.report.message import Letter
from opsengine.report.outbox import Batch, Draft, Occasion, Repeat, Ways, carriers_for, channel_of, plan, tally
from opsengine.settings import Mail
from opsengine.state import Address, Briefs, Channel, Entry, Kind, Ledger, LedgerConflict, Outbox, Runs, Stage, Topic, open_state

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
FOLDER = Mail()
TOPIC = Topic("weekly", "2026-W25", "shop-01")
LI, HAN = (Address(Channel.FOLDER, f"{name}@brand.example") for name in ("li", "han"))
DRAFT = Draft(
    TOPIC,
    {"index.html": b"<p>712</p>", "brief.md": b"712", "brief.json": b"{}"},
    Letter("第 25 周", "712", "<p>712</p>"),
    (LI, HAN),
)
RESTATED = replace(DRAFT, parts=DRAFT.parts | {"brief.md": b"713"}, letter=Letter("第 25 周", "713", "<p>713</p>"))
GRANT = Entry(Kind.GRANT, "2026-W25", "weekly-gmv", 1, "shop-01", 100, "points")


class Project:
    """A project folder with a state, and one day in it."""

    def __init__(self, folder, state) -> None:
        self.folder, self.state, self.outbox = folder, state, Outbox(state)
        self.now = NOW

    def plan(self, *drafts, entries=(), repeat=Repeat.NEVER, mail=FOLDER):
        run_id = Runs(self.state).start("report", date(2026, 6, 21), {}, self.now)
        return plan(self.state, Batch(drafts, entries, repeat), mail, Occasion(run_id, self.now))

    def deliver(self):
        return deliver(self.state, carriers_for(Ways(FOLDER, self.folder, self.folder / "outbox", {})), self.now)

    def stages(self):
        return [message.stage for message in self.outbox.of(TOPIC)]

    def files(self):
        return {path.name: path.read_bytes() for path in (self.folder / "outbox").glob("*")}


@pytest.fixture
def project(tmp_path) -> Iterator[Project]:
    with open_state(tmp_path / "state.db") as state:
        yield Project(tmp_path, state)
    faults.arm("")


def test_a_run_sends_what_it_planned_and_the_next_says_so(project):
    first = project.plan(DRAFT)
    counted_first = tally(project.state, first, (), project.deliver())
    files = project.files()
    second = project.plan(DRAFT)
    counted_second = tally(project.state, second, (), project.deliver())

    assert (counted_first.planned, counted_first.delivered, counted_first.already_delivered) == (2, 2, 0)
    assert (counted_second.planned, counted_second.delivered, counted_second.already_delivered) == (0, 0, 2)
    assert (counted_first.exit, counted_second.exit) == (Exit.SUCCESS, Exit.SUCCESS)
    assert len(files) == 2
    assert project.files() == files
    assert first[0].message_keys == second[0].message_keys


def test_what_is_in_the_folder_is_what_the_archive_shows(project):
    (planned,) = project.plan(DRAFT)
    project.deliver()

    shown = show(project.state, planned.message_keys[0])
    assert shown.parts == DRAFT.parts
    assert shown.brief.brief_id == planned.brief_id == "weekly/2026-W25/shop-01/r1"
    assert {message.address for message in shown.messages} == {LI, HAN}
    assert sorted(project.files().values()) == sorted(sent_bytes(project.state, key) for key in planned.message_keys)
    assert show(project.state, "weekly/2026-W25/shop-01") == shown


@pytest.mark.parametrize("key", ["weekly/2026-W25", "nobody", ""])
def test_a_key_that_names_nothing_is_said_so(project, key):
    with pytest.raises(UserError, match="no brief"):
        show(project.state, key)
    with pytest.raises(UserError, match="no message"):
        sent_bytes(project.state, key)


def test_a_brief_that_came_out_differently_is_not_sent_again(project):
    project.plan(DRAFT)
    project.deliver()
    files = project.files()

    (planned,) = project.plan(RESTATED)
    project.deliver()

    assert planned.differs
    assert (planned.brief_id, planned.new_keys) == ("weekly/2026-W25/shop-01/r1", frozenset())
    assert project.files() == files


def test_forcing_sends_a_further_revision(project):
    project.plan(DRAFT)
    project.deliver()

    (planned,) = project.plan(RESTATED, repeat=Repeat.FORCED)
    counted = tally(project.state, [planned], (), project.deliver())

    assert (planned.brief_id, counted.delivered) == ("weekly/2026-W25/shop-01/r2", 2)
    assert len(project.files()) == 4
    assert show(project.state, "weekly/2026-W25/shop-01/r1").parts == DRAFT.parts
    assert show(project.state, "weekly/2026-W25/shop-01").parts == RESTATED.parts


def test_forcing_the_same_brief_makes_a_revision_too(project):
    project.plan(DRAFT)
    project.deliver()
    (planned,) = project.plan(DRAFT, repeat=Repeat.FORCED)
    project.deliver()

    assert planned.brief_id.endswith("/r2")
    assert project.stages() == [Stage.SENT] * 4


def test_forcing_what_still_waits_does_not_send_it_twice(project):
    project.plan(DRAFT)
    project.plan(DRAFT, repeat=Repeat.FORCED)
    project.deliver()

    assert project.stages() == [Stage.SENT] * 2


def test_forcing_another_content_stops_what_still_waits(project):
    project.plan(DRAFT)
    project.plan(RESTATED, repeat=Repeat.FORCED)
    project.deliver()

    assert project.stages() == [Stage.SUPPRESSED] * 2 + [Stage.SENT] * 2
    assert len(project.files()) == 2


def test_a_new_recipient_gets_the_brief_and_the_others_nothing(project):
    project.plan(replace(DRAFT, addresses=(LI,)))
    project.deliver()
    (planned,) = project.plan(DRAFT)
    counted = tally(project.state, [planned], (), project.deliver())

    assert (counted.delivered, counted.already_delivered) == (1, 1)
    assert planned.brief_id.endswith("/r1")


def test_a_recipient_named_twice_gets_one(project):
    (planned,) = project.plan(replace(DRAFT, addresses=(LI, LI)))

    assert len(planned.message_keys) == 1


def test_a_brief_for_nobody_is_kept_and_kept_up_to_date(project):
    project.plan(replace(DRAFT, addresses=()))
    project.plan(replace(DRAFT, addresses=()))
    project.plan(replace(RESTATED, addresses=()))

    assert Briefs(project.state).find("weekly/2026-W25/shop-01/r2")
    assert Briefs(project.state).find("weekly/2026-W25/shop-01/r3") is None


def test_a_plan_is_kept_in_full_or_not_at_all(project):
    Ledger(project.state).append([GRANT], Runs(project.state).start("report", date(2026, 6, 21), {}, NOW), NOW)
    bad = replace(
        DRAFT, topic=replace(TOPIC, subject="shop-02"), addresses=(Address(Channel.FOLDER, "li@x.example, han@x.example"),)
    )

    with pytest.raises(UserError):
        project.plan(DRAFT, bad, entries=[replace(GRANT, cycle="2026-W26")])
    with pytest.raises(LedgerConflict):
        project.plan(DRAFT, entries=[replace(GRANT, amount=1)])

    assert Briefs(project.state).newest() == []
    assert project.outbox.at(*Stage) == []
    assert len(Ledger(project.state).statement()) == 1


def test_nothing_is_granted_or_sent_on_a_ledger_that_was_tampered_with(project):
    project.plan(entries=[GRANT])
    with project.state.transaction():
        project.state.change("DROP TRIGGER ledger_is_frozen")
        project.state.change("UPDATE ledger SET amount_minor = 100000")

    with pytest.raises(EngineError, match=r"not what was written: grant\|2026-W25"):
        project.plan(DRAFT)

    assert project.outbox.at(*Stage) == []


@pytest.mark.parametrize("fault", ["enospc@fs.write", "enospc@fs.fsync", "eio@fs.rename", "eio@fs.fsync_dir#2"])
def test_a_folder_that_is_full_keeps_the_messages_waiting(project, fault):
    planned = project.plan(DRAFT)
    (project.folder / "outbox").mkdir()
    faults.arm(fault)
    broken = project.deliver()
    counted = tally(project.state, planned, (), broken)
    faults.arm("")

    assert (counted.delivered + counted.waiting, counted.exit) == (2, Exit.DELIVERY_FAILED)
    assert len(broken.troubles) == 1
    assert "outbox" in str(broken.troubles[0])

    tally_after = tally(project.state, planned, (), project.deliver())
    assert tally_after.exit is Exit.SUCCESS
    assert len(project.files()) == 2


def test_news_that_is_two_days_late_is_given_up(project):
    planned = project.plan(DRAFT)
    project.now += timedelta(hours=48, seconds=1)
    counted = tally(project.state, planned, (), project.deliver())

    assert (counted.failed, counted.exit) == (2, Exit.DELIVERY_FAILED)
    assert project.files() == {}
    assert {message.last_reply for message in project.outbox.of(TOPIC)} == {"the deadline has passed"}


def test_messages_wait_for_a_way_that_is_not_open(project):
    planned = project.plan(replace(DRAFT, addresses=(Address(Channel.MAIL, "li@brand.example"),)))
    counted = tally(project.state, planned, (), project.deliver())

    assert (counted.waiting, counted.exit) == (1, Exit.DELIVERY_FAILED)


def test_the_settings_say_how_messages_travel():
    assert channel_of(FOLDER) is Channel.FOLDER
    assert channel_of(Mail(host="mail.example")) is Channel.MAIL


def test_published_files_are_what_was_kept_and_come_back_when_they_are_gone(project):
    (planned,) = project.plan(DRAFT)
    briefs = project.folder / "briefs"
    files = publish(project.state, briefs, [planned.brief_id])[planned.brief_id]
    files[0].unlink()
    files[1].write_bytes(b"scribbled")
    again = publish(project.state, briefs, [planned.brief_id])[planned.brief_id]

    assert again == files
    assert [file.relative_to(briefs).as_posix() for file in files] == [
        f"weekly/2026-W25/shop-01/{name}" for name in ("brief.json", "brief.md", "index.html")
    ]
    assert {file.name: file.read_bytes() for file in files} == DRAFT.parts


@pytest.mark.parametrize("subject", ["../../etc", "a/b", "..", ".hidden", "x" * 300, "茶 铺", "nul\0", ""])
def test_whatever_a_subject_is_called_its_files_stay_in_the_folder(project, subject):
    topic = replace(TOPIC, subject=subject)
    (planned,) = project.plan(replace(DRAFT, topic=topic))
    project.deliver()
    (files,) = publish(project.state, project.folder / "briefs", [planned.brief_id]).values()

    assert all(file.resolve().is_relative_to((project.folder / "briefs" / "weekly" / "2026-W25").resolve()) for file in files)
    assert all(len(file.relative_to(project.folder / "briefs").parts) == 4 for file in files)
    assert len(project.files()) == 2
