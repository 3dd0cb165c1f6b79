"""What `opsengine report` does when something is in the way: readers get nothing, the owner is told once, and how to go on is said."""

from __future__ import annotations

import json
import shutil
import socket
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
import yaml

from opsengine.calling import Line
from opsengine.cli.main import run
from opsengine.report.beating import Outside, Pulse, beat
from opsengine.settings import Heartbeat
from tests.report.test_delivery_chat import Platform
from tests.report.test_delivery_mail import PEOPLE, Scripted

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
REPORT = "kind: report\nowner: {owner}\nmax_age: {max_age}\nrecipients:\n{recipients}"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("delivery") / "demo"
    assert run(["demo", str(folder), "--accounts", "2", "--days", "60", "--no-report"], {}, NOW) == 0
    assert run(["run", "--project-dir", str(folder), "--as-of", "2026-06-21"], {}, NOW) == 0
    return folder


class Project:
    """A copy of a small demo with one report of its own."""

    def __init__(self, folder, capsys) -> None:
        self.folder, self.capsys, self.now = folder, capsys, NOW
        for old in (folder / "reports").glob("*.yaml"):
            old.unlink()
        accounts = (folder / "accounts.csv").read_text(encoding="utf-8").splitlines()[1:]
        self.accounts = [line.split(",")[0] for line in accounts]
        self.settings = {"kind": "project"}
        self.report()

    def report(self, *recipients, owner="folder:notices", max_age=2):
        text = "".join(f"  - to: {one}\n" for one in recipients or PEOPLE[:2])
        (self.folder / "reports" / "weekly.yaml").write_text(REPORT.format(owner=owner, max_age=max_age, recipients=text), encoding="utf-8")

    def set(self, **settings):
        self.settings |= settings
        (self.folder / "opsengine.yaml").write_text(yaml.safe_dump(self.settings), encoding="utf-8")

    def mail(self, server):
        self.set(mail={"host": "127.0.0.1", "port": server.server_address[1], "security": "none", "connections": 1})

    def ask(self, *words, as_of="2026-06-21", **environment):
        self.capsys.readouterr()
        told = {"OPSENGINE_FORMAT": "json", "OPSENGINE_LOCALE": "en", **environment}
        code = run([*words, "--project-dir", str(self.folder), "--as-of", as_of], told, self.now)
        self.now += timedelta(hours=1)
        said = self.capsys.readouterr()
        return code, json.loads(said.out) if said.out.startswith("{") else said.out, said.err

    @property
    def notices(self):
        return sorted((self.folder / "notices").glob("*.html"))


@pytest.fixture
def project(made, tmp_path, capsys):
    return Project(shutil.copytree(made, tmp_path / "demo"), capsys)


@pytest.fixture
def server():
    servers = []

    def serve(*script):
        servers.append(Scripted(*script))
        servers[-1].size = 10_000_000
        return servers[-1]

    yield serve
    for one in servers:
        one.shutdown()
        one.server_close()


def test_a_brief_that_is_held_is_told_to_its_owner_once(project):
    project.report(max_age=0)
    first = project.ask("report", as_of="2026-06-28")
    second = project.ask("report", as_of="2026-06-28")
    (notice,) = project.notices
    text = notice.read_text(encoding="utf-8")

    assert (first[0], second[0]) == (3, 3)
    assert (first[1]["told"], second[1]["told"]) == (["folder:notices"], [])
    assert all(word in text for word in ("weekly, 2026-W26: 2 briefs are held", "the newest data is too old", "opsengine report --report weekly"))
    assert not (project.folder / "outbox").exists()


def test_a_server_that_is_down_is_told_to_the_owner_by_another_way(project):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        project.set(mail={"host": "127.0.0.1", "port": unused.getsockname()[1], "security": "none"})
        code, told, said = project.ask("report")
    text = project.notices[0].read_text(encoding="utf-8")

    assert (code, told["waiting"], told["told"]) == (4, 4, ["folder:notices"])
    assert "4 messages cannot leave" in text
    assert "the mail server 127.0.0.1 cannot be reached" in text
    assert "opsengine doctor --network" in text
    assert "told folder:notices of it" in said


def test_who_was_refused_is_tried_again_alone(project, server):
    refusing = server("rcpt", "550 nobody here", 2)
    project.mail(refusing)
    first = project.ask("report")
    again = project.ask("report")
    retried = project.ask("report", "--retry")
    last = project.ask("report", "--retry")

    assert [one[0] for one in (first, again, retried, last)] == [4, 4, 0, 0]
    assert (first[1]["delivered"], first[1]["failed"]) == (2, 2)
    assert "2 messages failed" in project.notices[0].read_text(encoding="utf-8")
    assert "550 nobody here" in project.notices[0].read_text(encoding="utf-8")
    assert len(project.notices) == 1
    assert [recipient for recipient, _ in refusing.accepted].count(PEOPLE[0]) == 2
    assert [recipient for recipient, _ in refusing.accepted].count(PEOPLE[1]) == 2
    assert (retried[1]["delivered"], last[1]["delivered"]) == (2, 0)


def test_an_unknown_outcome_is_told_with_what_a_person_can_do(project, server):
    project.mail(server("dot", "drop", 1))
    code, told, _ = project.ask("report")

    assert (code, told["unknown"]) == (5, 1)
    assert "opsengine outbox resolve KEY --sent --by NAME" in project.notices[0].read_text(encoding="utf-8")


def test_an_owner_outside_of_the_domains_is_told_nothing(project):
    project.set(mail={"domains": ["brand.example"]}, owner="folder:elsewhere")
    project.report(owner="boss@evil.example", max_age=0)
    _, told, _ = project.ask("report", as_of="2026-06-28")

    assert told["told"] == []
    assert not (project.folder / "outbox").exists()


def test_the_owner_of_the_project_stands_in(project):
    project.set(owner="folder:elsewhere")
    project.report(owner="Ms Li", max_age=0)
    project.ask("report", as_of="2026-06-28")

    assert len(list((project.folder / "elsewhere").iterdir())) == 1


def test_a_mail_server_without_its_password_stops_the_run_before_anything_is_kept(project):
    project.set(mail={"host": "mail.brand.example", "user": "ops", "password_env": "NOT_SET"})
    code, _, said = project.ask("report")

    assert (code, "no password for ops" in said) == (2, True)
    assert project.ask("outbox", "list", "--all")[1]["messages"] == []


def test_a_heartbeat_says_which_period_is_delivered_and_is_silent_while_one_is_not(project, server):
    project.set(heartbeat={"file": "state/heartbeat.json"})
    project.mail(server("rcpt", "450 later", 1))
    project.ask("report")
    before = json.loads((project.folder / "state" / "heartbeat.json").read_text(encoding="utf-8"))
    _, told, _ = project.ask("report")
    after = json.loads((project.folder / "state" / "heartbeat.json").read_text(encoding="utf-8"))

    assert (before["all_delivered"], before["open"]) == (False, [{"report": "weekly", "period": "2026-W25", "missing": 1}])
    assert after["delivered"] == [{"report": "weekly", "period": "2026-W25", "messages": 4}]
    assert (after["all_delivered"], after["open"], told["periods"]["all_delivered"]) == (True, [], True)


@pytest.mark.parametrize(("is_whole", "status", "said", "calls"), [(True, 200, "", 1), (False, 200, "", 0), (True, 500, "HTTP/1.0 500", 1)])
def test_an_address_is_called_when_all_is_delivered(tmp_path, is_whole, status, said, calls):
    with Platform() as listening:
        listening.status, listening.answer = status, "ok"
        line = Line(lambda *_: ["8.8.8.8"], lambda *_: socket.create_connection(listening.server_address[:2], 5))
        pulse = Pulse((("weekly", "2026-W25", 4),), () if is_whole else (("daily", "2026-06-21", 1),))
        settings = Heartbeat(url_env="BEAT", hosts=("hc.example",))
        trouble = beat(pulse, settings, tmp_path, {"BEAT": "https://hc.example/secret-id"}, Outside(NOW, line))
        listening.shutdown()

    assert trouble.startswith(said)
    assert bool(trouble) is bool(said)
    assert len(listening.heard) == calls
    assert all(body["delivered"] == [{"report": "weekly", "period": "2026-W25", "messages": 4}] for _, body, _ in listening.heard)


def test_a_heartbeat_that_cannot_be_told_is_no_failure_of_the_reports(project):
    project.set(heartbeat={"url_env": "BEAT", "hosts": ["hc.example"]})
    code, _, said = project.ask("report", BEAT="https://elsewhere.example/x")

    assert code == 0
    assert "the heartbeat could not be told: the host elsewhere.example is not allowed to be called" in said


def test_a_trial_goes_to_one_reader_and_leaves_no_trace(project):
    code, told, said = project.ask("report", "--to", "me@brand.example", "--test", as_of="2026-06-21")
    files = list((project.folder / "outbox").iterdir())
    message = message_from_bytes(files[0].read_bytes(), policy=policy.default)

    assert (code, len(told["tried"]), len(files)) == (0, 2, 2)
    assert message["To"] == "me@brand.example"
    assert message["Subject"].startswith("[")
    assert "a trial" in said
    assert project.ask("outbox", "list", "--all")[1]["messages"] == []
    assert project.ask("report")[1]["delivered"] == 4


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--test",), "do not go together"),
        (("--to", "me@brand.example"), "do not go together"),
        (("--to", "me@brand.example", "--test", "--dry-run"), "do not go together"),
        (("--force", "--retry"), "do not go together"),
        (("--to", "me, you@brand.example", "--test"), "is not a mail address"),
        (("--to", "me@evil.example", "--test"), "outside of the domains"),
    ],
)
def test_a_trial_that_makes_no_sense_is_refused(project, words, says):
    project.set(mail={"domains": ["brand.example"]})
    code, _, said = project.ask("report", *words)

    assert (code, says in said) == (2, True)


def test_two_briefs_are_compared(project):
    project.ask("report")
    one, other = (f"weekly/2026-W25/{account}" for account in project.accounts)
    same = project.ask("report", "diff", one, one)
    code, told, _ = project.ask("report", "diff", one, other)
    _, text, _ = project.ask("report", "diff", one, other, "--format", "table")

    assert (same[0], same[1]["same"], same[1]["changes"]) == (0, True, [])
    assert (code, told["first"], told["second"]) == (1, f"{one}/r1", f"{other}/r1")
    assert [change for change in told["changes"] if change["path"] == "account.name" or "name" in change["path"]]
    assert text.startswith(f"--- {one}/r1\n+++ {other}/r1\n@@")
    assert project.ask("report", "diff", one, "weekly/2026-W25/nobody")[0] == 2


def test_chats_and_folders_get_theirs_beside_the_mail(project):
    project.set(chats={"ops": {"kind": "slack", "url_env": "ROBOT"}})
    project.report(PEOPLE[0], "chat:ops", "folder:shared")
    code, told, _ = project.ask("report", ROBOT="https://evil.example/hook")
    states = {line["channel"]: line["state"] for line in told["briefs"]}

    assert (code, states) == (4, {"folder": "sent", "chat": "pending", "files": "sent"})
    assert len(list((project.folder / "shared").glob("weekly_2026-W25_*.html"))) == 2


def test_data_that_come_later_make_a_revision_with_corrections_and_no_second_message(project):
    first = project.ask("report")
    account = project.accounts[0]
    quiet = project.ask("report")
    (project.folder / "data" / "late.csv").write_text(f"account_id,date,metric,value\n{account},2026-06-18,gmv,9999999\n", encoding="utf-8")
    again = project.ask("report")
    last = project.ask("report")
    key = f"weekly/2026-W25/{account}"
    text = project.ask("report", "show", key, "--format", "table")[1]
    sent = project.ask("report", "show", f"{key}/r1", "--format", "table")[1]
    code, told, _ = project.ask("report", "diff", f"{key}/r1", f"{key}/r2")
    messages = project.ask("outbox", "list", "--all")[1]["messages"]
    page = (project.folder / "briefs" / "weekly" / "2026-W25" / account / "index.html").read_text(encoding="utf-8")

    assert [one[1]["corrected"] for one in (first, quiet, again, last)] == [0, 0, 1, 0]
    assert [one[1]["delivered"] for one in (first, quiet, again, last)] == [4, 0, 0, 0]
    assert "nobody is sent them again" in again[2]
    assert [message["revision"] for message in messages] == [1, 1, 1, 1]
    assert "## 更正" in text or "## Corrections" in text
    assert "Corrections" not in sent
    assert "更正" not in sent
    assert "→" in page
    assert code == 1
    assert [change for change in told["changes"] if change["path"].startswith("numbers.gmv")]


def test_a_brief_that_is_sent_again_tells_its_readers_what_they_were_told_otherwise(project):
    project.ask("report")
    account = project.accounts[0]
    (project.folder / "data" / "late.csv").write_text(f"account_id,date,metric,value\n{account},2026-06-18,gmv,9999999\n", encoding="utf-8")
    project.ask("report")
    project.ask("report", "--force", "--account", account)
    newest = max((project.folder / "outbox").glob(f"weekly_2026-W25_{account}_*.eml"), key=lambda file: file.name)
    text, html = (message_from_bytes(newest.read_bytes(), policy=policy.SMTP).get_body((kind,)).get_content() for kind in ("plain", "html"))

    assert "_r3_" in newest.name
    assert "## Corrections" in text
    assert "Corrections</h2>" in html
    assert "→" in html.partition("Corrections</h2>")[2]


def test_data_that_come_later_and_change_nothing_are_looked_at_once(project):
    project.ask("report")
    (project.folder / "data" / "late.csv").write_text(f"account_id,date,metric,value\n{project.accounts[0]},2026-05-02,something_else,1\n", encoding="utf-8")
    again = project.ask("report")[1]

    assert (again["corrected"], again["delivered"]) == (0, 0)
    assert project.ask("report", "show", f"weekly/2026-W25/{project.accounts[0]}")[1]["brief"]["key"].endswith("/r1")
