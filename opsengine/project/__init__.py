"""Where a project's files are, and how a file that a person wrote is read."""

from opsengine.project.numbers import Amount, parse_amount
from opsengine.project.places import Project, find_project
from opsengine.project.reading import (
    Declared,
    Document,
    Name,
    check,
    did_you_mean,
    misnamed,
    parse_yaml,
    read_declared,
    read_document,
)

__all__ = [
    "Amount",
    "Declared",
    "Document",
    "Name",
    "Project",
    "check",
    "did_you_mean",
    "find_project",
    "misnamed",
    "parse_amount",
    "parse_yaml",
    "read_declared",
    "read_document",
]
