"""The playbook as files: what is shipped holds up, and what a person writes wrongly is said with its place."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from opsengine.errors import InvalidFiles
from opsengine.strategy import gaps, read_playbook
from opsengine.strategy.reading import SHIPPED
from tests.strategy.world import NAMES

MINE = (SHIPPED / "resume-posting.yaml").read_text(encoding="utf-8")


def write(project, name, text):
    folder = project.folder("playbook")
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def problems(project):
    with pytest.raises(InvalidFiles) as refused:
        read_playbook(project, NAMES)
    return [(problem.place.line, problem.code, problem.fields.get("guess", "")) for problem in refused.value.problems]


def test_the_shipped_playbook_is_broad(playbook):
    families = Counter(play.declared.family for play in playbook)

    assert len(playbook) >= 16
    assert min(families["popularity"], families["business"], families["efficiency"]) >= 3
    assert {play.declared.step for play in playbook} == {"settle", "retain", "convert"}


@pytest.mark.parametrize(("frequency", "online"), list(product(("high", "low"), repeat=2)))
def test_every_kind_of_business_finds_plays_for_every_step(playbook, frequency, online):
    kind = f"{frequency}_frequency_{online}_online"
    steps = Counter(play.declared.step for play in playbook if not play.declared.quadrants or kind in play.declared.quadrants)

    assert min(steps[step] for step in ("settle", "retain", "convert")) >= 3


def test_every_play_speaks_of_its_numbers_in_both_languages(playbook):
    for play in playbook:
        because = play.declared.because.label
        assert gaps({"en": because["en"]}) == gaps({"zh-CN": because["zh-CN"]}), play.name
        assert gaps(because) & set(play.condition.names), play.name
        assert play.declared.source.zh, play.name


def test_a_file_of_the_project_replaces_the_shipped_one_of_its_name(project, playbook):
    write(project, "resume-posting", MINE.replace("effort: 1", "effort: 5"))
    write(project, "our-own", MINE)

    mine = {play.name: play for play in read_playbook(project, NAMES)}

    assert len(mine) == len(playbook) + 1
    assert mine["resume-posting"].declared.effort == 5
    assert mine["resume-posting"].file == "playbook/resume-posting.yaml"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("days_since_post >= 5", "days_since_pots >= 5", (11, "unknown-name", "days_since_post")),
        ("days_since_post >= 5", "days_since_post >= 5; drop table x", (11, "not-a-condition", "")),
        ("days_since_post >= 5", "days_since_post", (11, "not-allowed", "")),
        ("[plays, posts", "[playz, posts", (10, "unknown-metric", "plays")),
        ("{name: days_since_post", "{name: days_since_poste", (13, "unknown-name", "days_since_post")),
        ('benchmark: "3"', "benchmark: three", (13, "unknown-name", "")),
        ("{days_since_post} days old", "{days_since_pos} days old", (14, "unknown-name", "days_since_post")),
        ("family: popularity", "family: fame", (7, "wrong-value", "")),
        ("family: popularity", "famly: popularity", (7, "unknown-key", "family")),
        ("low: 0.05", "low: 0.5", (17, "wrong-value", "")),
        ("metric: plays,", "metric: plas,", (17, "unknown-metric", "plays")),
        ("effort: 1", "effort: 9", (18, "out-of-range", "")),
    ],
)
def test_a_mistake_is_told_with_its_line_and_a_guess(project, old, new, told):
    assert old in MINE
    write(project, "mine", MINE.replace(old, new))

    assert told in problems(project)


def test_the_mistakes_of_all_files_are_told_at_once(project):
    write(project, "one", MINE.replace("effort: 1", "effort: 9"))
    write(project, "two", MINE.replace("days_since_post >= 5", "sum(plays_7d) > 1"))

    assert {code for _, code, _ in problems(project)} == {"out-of-range", "not-allowed"}
