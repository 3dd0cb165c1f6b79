from __future__ import annotations

import copy
import json
import pickle
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from opsengine.errors import UserError
from opsengine.report.delivery import CarrierTrouble
from opsengine.report.outbox import Ways, carriers_for
from opsengine.report.secret import Secret, read_password
from opsengine.report.smtp import MailServer
from opsengine.settings import Mail
from opsengine.state import Address, Channel, Message, Stage, Topic, instant

CERTIFICATE = Path(__file__).parent / "tls" / "localhost.pem"
WORD = "correct horse battery staple"
NOW = instant(datetime(2026, 6, 22, tzinfo=UTC))
LI = Address(Channel.MAIL, "li@brand.example")
MESSAGE = Message("k", "b", Topic("weekly", "2026-W25", "s"), 1, LI, "", NOW, NOW, Stage.CONNECTING, 0, NOW, NOW, "", None)


class Inbox:
    def __init__(self) -> None:
        self.logins: list[bytes] = []
        self.arrived: list[bytes] = []

    def authenticate(self, _server, session, _envelope, _mechanism, login) -> AuthResult:
        self.logins.append(login.password)
        assert session.ssl is not None
        return AuthResult(success=login.password == WORD.encode(), handled=False)

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  aiosmtpd's own name
        self.arrived.append(envelope.original_content)
        return "250 accepted"


class Server(Controller):
    """Takes whatever port is free."""

    @property
    def free_port(self) -> int:
        return self.server.sockets[0].getsockname()[1]

    def _trigger_server(self) -> None:
        self.port = self.free_port
        super()._trigger_server()


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def serve(inbox):
    servers = []

    def start(**how) -> int:
        servers.append(Server(inbox, hostname="127.0.0.1", port=0, **how))
        servers[-1].start()
        return servers[-1].free_port

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def port(serve, inbox):
    """A server that speaks STARTTLS and takes mail only after a login."""
    return serve(tls_context=_certified(), require_starttls=True, auth_required=True, authenticator=inbox.authenticate)


def _certified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def carry(mail: Mail, password: Secret | None):
    server = MailServer(mail, password)
    try:
        return server.carry(MESSAGE, b"Subject: x\r\n\r\nhello\r\n", lambda: None)
    finally:
        server.close()


def test_a_known_server_gets_the_password_and_the_mail_encrypted(port, inbox):
    mail = Mail(host="localhost", port=port, user="ops", ca_file=str(CERTIFICATE))

    assert carry(mail, Secret(WORD)).stage is Stage.SENT
    assert inbox.logins == [WORD.encode()]
    assert inbox.arrived == [b"Subject: x\r\n\r\nhello\r\n"]


def test_a_server_that_cannot_prove_who_it_is_gets_nothing(port, inbox):
    with pytest.raises(CarrierTrouble, match=r"(?i)certificate verify failed"):
        carry(Mail(host="localhost", port=port, user="ops"), Secret(WORD))

    assert (inbox.logins, inbox.arrived) == ([], [])


def test_a_wrong_password_stops_the_round_and_is_not_repeated(port, inbox):
    with pytest.raises(CarrierTrouble, match="535") as trouble:
        carry(Mail(host="localhost", port=port, user="ops", ca_file=str(CERTIFICATE)), Secret("wrong " + WORD))

    assert WORD not in str(trouble.value)
    assert inbox.arrived == []


def test_a_server_that_does_not_encrypt_gets_nothing(serve, inbox):
    with pytest.raises(CarrierTrouble, match="STARTTLS"):
        carry(Mail(host="localhost", port=serve()), None)

    assert inbox.arrived == []


def test_a_server_may_be_encrypted_from_the_first_byte(serve, inbox):
    mail = Mail(host="localhost", port=serve(ssl_context=_certified()), security="tls", ca_file=str(CERTIFICATE))

    assert carry(mail, None).stage is Stage.SENT
    with pytest.raises(CarrierTrouble, match="cannot be encrypted"):
        carry(mail.model_copy(update={"ca_file": ""}), None)
    assert len(inbox.arrived) == 1


def test_a_secret_prints_as_stars_whatever_is_done_to_it():
    secret = Secret(WORD)

    assert {str(secret), repr(secret), f"{secret}", f"{secret:>40}", f"{[secret]}"} == {"***", "[***]"}
    assert secret.reveal() == WORD
    with pytest.raises(TypeError):
        json.dumps(secret)
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        copy.copy(secret)


def test_a_password_comes_from_the_variable_that_the_settings_name(tmp_path):
    mail = Mail(host="mail.example", user="ops", password_env="OPS_MAIL")  # noqa: S106  the name of a variable

    password = read_password(mail, tmp_path, {"OPS_MAIL": WORD})
    assert password
    assert password.reveal() == WORD
    with pytest.raises(UserError, match="no password"):
        read_password(mail, tmp_path, {})
    assert read_password(Mail(host="mail.example"), tmp_path, {}) is None


def test_a_password_file_is_read_when_it_is_ours_alone(tmp_path):
    file = tmp_path / "password"
    file.write_text(WORD + "\n")
    mail = Mail(host="mail.example", user="ops", password_file="password")  # noqa: S106  the name of a file

    file.chmod(0o644)
    with pytest.raises(UserError, match="others can read"):
        read_password(mail, tmp_path, {})
    file.chmod(0o600)
    password = read_password(mail, tmp_path, {})
    assert password
    assert password.reveal() == WORD


@pytest.mark.parametrize("name", ["nowhere", "link"])
def test_a_password_file_is_a_file_and_no_link_to_one(tmp_path, name):
    (tmp_path / "password").write_text(WORD)
    (tmp_path / "link").symlink_to(tmp_path / "password")

    with pytest.raises(UserError, match="cannot be opened"):
        read_password(Mail(host="mail.example", user="ops", password_file=name), tmp_path, {})


def test_files_in_the_settings_count_from_the_project(tmp_path):
    carriers = carriers_for(Ways(Mail(host="localhost", ca_file="tls/ca.pem"), tmp_path, tmp_path / "outbox", {}))

    assert set(carriers) == set(Channel)
    assert carriers[Channel.MAIL]._mail.ca_file == str(tmp_path / "tls" / "ca.pem")
