"""`opsengine.yaml` and the environment, read once, frozen, handed out in pieces.

A flag beats an `OPSENGINE_…` variable, which beats the file, which beats the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from opsengine.errors import Unfit, UserError
from opsengine.project import Declared, check, read_document

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

    from opsengine.project import Project

Locale = Literal["zh-CN", "en"]


_DOMAIN = r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$"


class _Piece(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Theme(_Piece):
    """How a brief looks."""

    up: Literal["red", "green"] = "red"
    """The colour of a rise; red is usual in China. Arrows and signs carry the meaning without colour."""


class Mail(_Piece):
    """The mail server that delivers briefs. Without a host they are left as `.eml` files in the outbox folder."""

    host: str = ""
    """Name of the server; empty means the outbox folder."""
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    """587 for STARTTLS, 465 for TLS from the start."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`none` is allowed to this machine only."""
    user: str = ""
    """Name to log in with; empty means no login."""
    password_env: str = ""
    """Name of the environment variable that holds the password."""
    password_file: str = ""
    """File that holds the password, readable by its owner only."""
    ca_file: str = ""
    """Certificates to trust instead of the machine's own."""
    sender: str = "opsengine@localhost"
    """Address in From."""
    sender_name: str = "opsengine"
    """Name in From."""
    connections: Annotated[int, Field(ge=1, le=16)] = 4
    """Messages sent side by side at the most."""
    per_second: Annotated[Decimal, Field(ge=0, le=1000)] = Decimal(0)
    """Messages a second at the most, over all connections; 0 for as many as the server takes."""
    domains: tuple[Annotated[str, Field(pattern=_DOMAIN)], ...] = ()
    """Mail goes to addresses in these domains only, and those below them; to any address when empty."""
    unsubscribe: str = ""
    """A `mailto:` or `https:` address for List-Unsubscribe."""


ChatKind = Literal["feishu", "dingtalk", "wecom", "slack"]


class Chat(_Piece):
    """A group chat that is told the verdict of a brief, with a link. The address of its robot is a secret: it is never here."""

    kind: ChatKind
    """Which platform it is on."""
    url_env: str = ""
    """Name of the environment variable that holds the address of the robot."""
    url_file: str = ""
    """File that holds the address, readable by its owner only."""
    secret_env: str = ""
    """Feishu and DingTalk: name of the variable that holds the secret that calls are signed with."""
    secret_file: str = ""
    """Instead: the file that holds it."""
    hosts: tuple[str, ...] = ()
    """Further hosts that may be called, where the platform is an installation of one's own."""

    @model_validator(mode="after")
    def _has_an_address(self) -> Chat:
        if bool(self.url_env) == bool(self.url_file):
            raise ValueError("say either `url_env` or `url_file`")
        return self


class Heartbeat(_Piece):
    """Who is told after every run that all is delivered; silence means that somebody should look."""

    file: str = ""
    """A file that says what was delivered last and when, for another machine to look at."""
    url_env: str = ""
    """Name of the environment variable that holds the address to call."""
    hosts: tuple[str, ...] = ()
    """The hosts that may be called, each spelled out."""


class Limits(_Piece):
    """What the engine may use of this machine."""

    threads: Annotated[int, Field(ge=1, le=256)] = 2
    """Threads of a query at the most; a project of few accounts uses one. Results do not depend on it."""
    memory: Annotated[str, Field(pattern=r"^\d+(MB|GB)$")] = "2GB"
    """Beyond this the engine spills to disk."""


class Counting(_Piece):
    """Which engine makes the tables of metrics and scores; `engine: spark` alone is short for `kind`."""

    kind: Literal["duckdb", "spark"] = "duckdb"
    """`duckdb` counts on this machine; `spark` on Apache Spark, with the extra `spark`."""
    master: Annotated[str, Field(pattern=r"^((local(\[\d+\])?|yarn)|(spark|sc|k8s)://\S+)?$")] = ""
    """Which Spark: `spark://HOST:7077` is a cluster, `sc://HOST:15002` Spark Connect; `local[2]` or nothing is this machine."""
    options: Mapping[str, str] = {}
    """Settings of Spark, such as `spark.executor.memory: 8g`."""

    @model_validator(mode="before")
    @classmethod
    def _in_short(cls, given: object) -> object:
        return {"kind": given} if isinstance(given, str) else given

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Editors are told of the short form too."""
        whole = handler.resolve_ref_schema(handler(core))
        return {"description": whole.get("description", ""), "anyOf": [whole, {"type": "string", "enum": ["duckdb", "spark"]}]}


class Webhook(_Piece):
    """Where orders to hand over benefits are sent, signed; without an address none is."""

    url: Annotated[str, Field(pattern=r"^(https://.*)?$")] = ""
    """The address, by https only."""
    hosts: tuple[str, ...] = ()
    """The hosts that may be called, each spelled out; the address must lead to one of them."""
    secret_env: str = "OPSENGINE_WEBHOOK_SECRET"  # noqa: S105  the name of a variable, not a secret
    """Name of the environment variable that holds the secret orders are signed with."""


class Shared(_Piece):
    """Where the state is kept: in a file of this host, or on a PostgreSQL server that several hosts share."""

    url: Annotated[str, Field(pattern=r"^(postgresql://([^\s:@/]+@)?[^\s@/?#]*/[^\s@/?#]+)?$")] = ""
    """`postgresql://user@host:5432/database`, never with a password; empty for the file `.opsengine/state.db`."""
    namespace: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,62}$")] = "opsengine"
    """The schema within the database: each project has one of its own."""
    password_env: str = ""
    """Name of the environment variable that holds the password."""
    password_file: str = ""
    """Instead: the file that holds it, readable by its owner only."""
    ca_file: str = ""
    """Certificates to trust instead of the machine's own. To another machine the connection is always encrypted."""


class Rewards(_Piece):
    """What happens to benefits beside the rules."""

    webhook: Webhook = Webhook()
    """Where orders to hand over go."""
    leaderboard: tuple[str, ...] = ()
    """Who has agreed to appear on the leaderboard: accounts by id, teams as `team:NAME`, or `*` for everybody."""


class Settings(Declared):
    """Everything that is set for a whole project."""

    kind: Literal["project"] = "project"
    name: Annotated[str, Field(max_length=100)] = ""
    """What this project is called in briefs."""
    locale: Locale = "zh-CN"
    """Language of briefs and messages."""
    time_zone: str = "Asia/Shanghai"
    """The zone in which a day begins and ends."""
    data: tuple[str, ...] = ("data",)
    """Folders that `opsengine report` looks into for new exports, relative to the project."""
    theme: Theme = Theme()
    """How briefs look."""
    mail: Mail = Mail()
    """How briefs are delivered."""
    site: Annotated[str, Field(pattern=r"^(https?://[^\s<>\"]+)?$")] = ""
    """The address under which the folder `briefs` is served; chats link there."""
    owner: str = ""
    """Who is told when a report whose file names nobody cannot be delivered: a mail address, or `chat:NAME`."""
    chats: Mapping[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")], Chat] = {}
    """Group chats, by the name with which reports speak of them: `to: chat:NAME`."""
    heartbeat: Heartbeat = Heartbeat()
    """Who is told that all is delivered."""
    rewards: Rewards = Rewards()
    """Orders to hand over, and the leaderboard."""
    engine: Counting = Counting()
    """Which engine makes the tables of metrics and scores: `duckdb` or `spark`, or keys."""
    limits: Limits = Limits()
    """What the engine may use of this machine."""
    state: Shared = Shared()
    """Where the state is kept: ledger, outbox, alerts, tasks, runs and the catalogue of imports."""

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise Unfit("there is no time zone {zone}", hint="write one such as Asia/Shanghai", zone=name)
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)


_FROM_ENVIRONMENT = {"OPSENGINE_LOCALE": "locale", "OPSENGINE_TIME_ZONE": "time_zone"}
"""What the environment may change; secrets are read where they are used, by the name the file gives."""


def read_settings(project: Project, environment: Mapping[str, str]) -> Settings:
    """The project's settings with what the environment changes. Raises InvalidFiles, UserError for a wrong variable."""
    document = read_document(project.settings_file, project.shown(project.settings_file))
    settings = check(document, Settings)
    for name, key in _FROM_ENVIRONMENT.items():
        if environment.get(name):
            settings = _changed(settings, key, name, environment[name])
    return settings


def _changed(settings: Settings, key: str, name: str, value: str) -> Settings:
    try:
        return Settings.model_validate(settings.model_dump() | {key: value})
    except ValidationError:
        hint = "unset it, or write what `{key}` may be in opsengine.yaml"
        raise UserError("{name} in the environment cannot be {value}", hint=hint, name=name, value=value, key=key) from None
