"""A feed: a table or a folder of Parquet that grows, from which new rows are pulled as if they were an export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from opsengine.errors import Unfit
from opsengine.project import Declared, Project, read_declared

FEEDS = "feeds"
"""The folder of a project's feeds."""
_NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,62}$"
Column = Annotated[str, Field(pattern=_NAME)]
LOCAL = ("localhost", "127.0.0.1", "::1")


class Feed(Declared):
    """Where rows are pulled from, and which of them are new."""

    kind: Literal["feed"]
    """Always `feed`."""
    reads: Literal["postgresql", "mysql", "parquet"]
    """What is read: a table of a PostgreSQL or MySQL server, or a folder of Parquet files, partitioned by its folders or not."""
    url: str = ""
    """Tables: `postgresql://user@host:5432/database` or `mysql://…`, never with a password. MySQL is read from this machine alone,
    or through a tunnel to it: its driver does not encrypt."""
    password_env: str = ""
    """Name of the environment variable that holds the password."""
    password_file: str = ""
    """Instead: the file that holds it, readable by its owner only."""
    table: Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]{0,62}(\.[A-Za-z_][A-Za-z0-9_]{0,62})?)?$")] = ""
    """Tables: its name, with its schema where it has one."""
    folder: str = ""
    """Parquet: the folder, relative to the project or absolute."""
    columns: Annotated[Mapping[str, Column], Field(min_length=1)]
    """What is pulled: the header by which a preset of `sources/` knows a column, and the column's own name."""
    day: Column
    """The column that says the day. A day of which any row is new is pulled whole, as newer exports replace days."""
    watermark: Column
    """The column that only grows: a moment of the last change, or a number. Rows beyond the highest seen are new."""
    late_hours: Annotated[int, Field(ge=0, le=24 * 90)] = 1
    """Rows may come to be seen this long after their moment: so far the watermark is looked back from."""

    @model_validator(mode="after")
    def _says_where_it_is(self) -> Self:
        if self.reads == "parquet":
            if not self.folder or self.url or self.table:
                raise ValueError("a feed of Parquet has a `folder`, no `url` and no `table`")
            return self
        if self.folder or not (self.url and self.table):
            raise ValueError("a feed of a table has a `url` and a `table`, no `folder`")
        parts = urlsplit(self.url)
        if parts.scheme != self.reads or parts.password or parts.query or not parts.path.strip("/"):
            raise Unfit("write it as {reads}://user@host/database, without a password", reads=self.reads)
        if self.reads == "mysql" and parts.hostname not in LOCAL:
            raise ValueError("MySQL is read from this machine, or through a tunnel to it: its driver does not encrypt")
        return self


def read_feeds(project: Project) -> dict[str, Feed]:
    """The feeds of a project by their names. Raises InvalidFiles with all problems of all of them."""
    files = list(project.files(FEEDS))
    read = read_declared(((file, project.shown(file)) for file in files), Feed)
    return {file.stem: feed for file, (_, feed) in zip(files, read, strict=True)}
