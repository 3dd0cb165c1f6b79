"""Where briefs may go: addresses in listed domains, chats that the settings name, and folders."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from opsengine.errors import UserError
from opsengine.project import Project
from opsengine.report import read_reports, target_problems
from opsengine.report.delivery import deliver
from opsengine.report.message import Letter
from opsengine.report.outbox import Batch, Draft, Occasion, Ways, carriers_for, plan
from opsengine.report.targets import address_of, is_inside, is_target
from opsengine.settings import Chat, Mail, Settings
from opsengine.state import Address, Briefs, Channel, Outbox, Runs, Stage, Topic, open_state

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
TOPIC = Topic("weekly", "2026-W25", "tea")


@pytest.mark.parametrize("text", ["li@brand.example", "chat:ops", "chat:east-1", "folder:/srv/briefs", "folder:shared/周报"])
def test_one_target_is_accepted(text):
    assert is_target(text)


@pytest.mark.parametrize(
    "text",
    ["", "li", "chat:", "chat:Ops", "chat:a b", "folder:", "folder: ", "folder:../x", "folder:a/../b", "folder:a\nb", "li@a.b, mo@a.b", "fax:1"],
)
def test_anything_else_is_refused(text):
    assert not is_target(text)


def test_a_target_says_how_it_is_reached():
    assert address_of("chat:ops", Channel.MAIL) == Address(Channel.CHAT, "ops")
    assert address_of("folder:/srv/b", Channel.MAIL) == Address(Channel.FILES, "/srv/b")
    assert address_of("li@brand.example", Channel.FOLDER) == Address(Channel.FOLDER, "li@brand.example")


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("li@brand.example", True),
        ("li@shop.brand.example", True),
        ("li@BRAND.example", True),
        ("li@notbrand.example", False),
        ("li@brand.example.evil.example", False),
        ("li@example", False),
    ],
)
def test_mail_goes_to_listed_domains_and_those_below_them(address, allowed):
    assert is_inside(address, ["brand.example"]) is allowed
    assert is_inside(address, [])


@pytest.fixture
def planned(tmp_path):
    """Plans a brief for some addresses and delivers it; the state."""
    with open_state(tmp_path / "state.db") as state:
        state.read("PRAGMA synchronous = OFF")
        run_id = Runs(state).start("report", date(2026, 6, 21), {}, NOW)

        def made(*addresses, mail=None, page=b"<p>page</p>", topic=TOPIC):
            draft = Draft(topic, {"index.html": page, "brief.md": b"712"}, Letter("s", "m", "<p>"), addresses)
            plan(state, Batch([draft]), mail or Mail(), Occasion(run_id, NOW))
            deliver(state, carriers_for(Ways(Mail(), tmp_path, tmp_path / "outbox", {})), NOW)
            return state

        yield made


@pytest.mark.parametrize("channel", [Channel.MAIL, Channel.FOLDER])
def test_one_reader_outside_of_the_domains_stops_the_whole_plan(planned, tmp_path, channel):
    addresses = Address(channel, "li@brand.example"), Address(channel, "mo@evil.example")
    with pytest.raises(UserError, match="outside of the domains"):
        planned(*addresses, mail=Mail(domains=("brand.example",)))

    assert not (tmp_path / "outbox").exists()


def test_a_folder_gets_the_page_itself(planned, tmp_path):
    state = planned(Address(Channel.FILES, "shared"))
    file = tmp_path / "shared" / "weekly_2026-W25_tea.html"

    assert file.read_bytes() == b"<p>page</p>"
    assert [one.stage for one in Outbox(state).of(TOPIC)] == [Stage.SENT]


def test_a_folder_that_takes_nothing_keeps_only_its_own_waiting(planned, tmp_path):
    (tmp_path / "full").write_text("a file, where a folder should be")
    state = planned(Address(Channel.FILES, "full"), Address(Channel.FILES, "shared"))

    assert [(one.address.recipient, one.stage) for one in Outbox(state).of(TOPIC)] == [("full", Stage.PENDING), ("shared", Stage.SENT)]
    assert Briefs(state).latest(TOPIC) is not None


def test_recipients_that_the_settings_do_not_know_are_problems_with_a_place(tmp_path):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "weekly.yaml").write_text(
        "kind: report\nrecipients:\n  - to: li@brand.example\n  - to: mo@evil.example\n  - to: chat:opps\n  - to: folder:shared\n", encoding="utf-8"
    )
    settings = Settings(mail=Mail(domains=("brand.example",)), chats={"ops": Chat(kind="slack", url_env="ROBOT")})
    problems = list(target_problems(read_reports(Project(tmp_path)), settings))

    assert [str(problem) for problem in problems] == [
        "reports/weekly.yaml:4:5: mo@evil.example is outside of the domains that mail may go to",
        "reports/weekly.yaml:5:5: there is no chat chat:opps",
    ]
