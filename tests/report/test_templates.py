"""What a template may do, what it may not, and what its mistakes look like."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from opsengine.errors import UserError
from opsengine.project import Project
from opsengine.report.content import Theme, account_content, team_content
from opsengine.report.rendering import render
from opsengine.report.templating import KNOWN, MAX_OUTPUT, SHIPPED, Paper, template_problems
from tests.report.samples import FULL, HOSTILE, TEAM

CONTENT = account_content(FULL, "en", Theme(), "") | {"subject": "s", "preheader": "p"}


@pytest.fixture
def own(tmp_path):
    (tmp_path / "templates" / "page").mkdir(parents=True)
    return tmp_path / "templates"


def fill(own: Path, text: str, name: str = "page/mine.html.j2") -> str:
    (own / name).parent.mkdir(exist_ok=True)
    (own / name).write_text(text, encoding="utf-8")
    return Paper(own).fill(name, CONTENT)


def test_one_block_of_a_shipped_template_can_be_replaced(own):
    changed = (
        '{% extends "shipped/page/account.html.j2" %}'
        "{% block lessons %}{% endblock %}{% block rewards %}<p>none of these</p>{% endblock %}"
    )
    (own / "page" / "account.html.j2").write_text(changed, encoding="utf-8")

    page = render(FULL, locale="en", templates=own).page_html

    assert "<p>none of these</p>" in page
    assert "Business score" in page


def test_a_typo_in_a_name_is_an_error_with_its_line(own):
    with pytest.raises(UserError) as caught:
        fill(own, "one\ntwo\n{{ brief.tilte }}\n")

    assert caught.value.where == "templates/page/mine.html.j2:3"
    assert "tilte" in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\n{% if x %}\n", 2),
        ("\n\n{{ brief.title | amuont }}", 3),
        ("{{ 1 / 0 }}", 1),
        ("\n{{ brief.title + 1 }}", 2),
        ("{% for a in 5 %}{% endfor %}", 1),
        ('{% include "page/none.html.j2" %}', None),
        ("{{ brief.goals[0].target | day }}", 1),
    ],
)
def test_a_template_that_does_not_work_says_where(own, text, line):
    with pytest.raises(UserError) as caught:
        fill(own, text)

    if line:
        assert caught.value.where == f"templates/page/mine.html.j2:{line}"


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ brief.__init__.__globals__ }}",
        "{{ _.__globals__ }}",
        "{{ brief.goals.append(1) }}",
        "{{ brief.update({'a': 1}) }}",
        "{{ brief.pop('goals') }}",
        "{{ brief | attr('__class__') }}",
        "{{ '<b>' | safe }}",
        "{{ '%s' | format(1) }}",
        "{{ ['a'] | map('upper') | list }}",
        "{{ {'a': 1} | xmlattr }}",
        "{{ lipsum() }}",
        "{{ cycler('a') }}",
        "{{ joiner() }}",
        "{{ namespace() }}",
        "{{ 'a' * 10000000000 }}",
        "{{ 10 ** 10000000 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ ('{0.__class__}' | string).format(brief) }}",
        "{{ 'a' | center(1000000000) }}",
        "{% autoescape false %}{{ brief.title }}{% endautoescape %}",
        "{% for i in range(1000000000) %}{% endfor %}",
        "{% include brief.report %}",
        "{% extends brief.report %}",
        "{% from brief.report import x %}",
        '{% include "../../secret.j2" %}',
        '{% include "/etc/passwd" %}',
    ],
)
def test_the_sandbox_holds(own, text):
    with pytest.raises(UserError):
        fill(own, text)


def test_a_template_that_writes_for_ever_is_stopped(own):
    with pytest.raises(UserError, match="1 MiB"):
        fill(own, "{% for i in range(99999) %}{% for j in range(99999) %}0123456789{% endfor %}{% endfor %}")
    assert MAX_OUTPUT == 2**20


@pytest.mark.parametrize("name", ["page/x.html.j2", "page/x.j2", "mail/x.txt.j2", "charts/x.svg.j2", "x.j2", "other/x.md.j2"])
def test_every_template_is_escaped_whatever_it_is_called(own, name):
    content = account_content(HOSTILE, "en", Theme(), "")
    (own / name).parent.mkdir(exist_ok=True)
    (own / name).write_text("{{ brief.subject.name }}", encoding="utf-8")

    assert "<" not in Paper(own).fill(name, content)


def test_only_markdown_is_not_escaped_as_html(own):
    content = account_content(HOSTILE, "en", Theme(), "")
    (own / "md").mkdir()
    (own / "md" / "x.md.j2").write_text("{{ brief.subject.name | md }}", encoding="utf-8")

    said = Paper(own).fill("md/x.md.j2", content)

    assert said.startswith('\\<script\\>alert("茶")\\</script\\> & \\*\\*bold\\*\\*')
    assert "\u202e" not in said


def test_typos_are_found_before_there_is_a_brief(own):
    (own / "page" / "a.html.j2").write_text("{{ breif.title }}\n{{ weather }}", encoding="utf-8")
    (own / "page" / "b.html.j2").write_text("\n{{ brief.title | amuont }}", encoding="utf-8")
    (own / "page" / "c.html.j2").write_text('{% include "page/nowhere.j2" %}', encoding="utf-8")
    (own / "page" / "d.html.j2").write_bytes("经营".encode("gbk"))
    (own / "README.md").write_text("{{ not a template", encoding="utf-8")

    found = {
        (str(problem.place), problem.message, problem.hint.format(**problem.fields))
        for problem in template_problems(Project(own.parent))
    }

    assert ("templates/page/a.html.j2:1:1", "`breif` is not known here", "did you mean `brief`?") in found
    assert {(place, message) for place, message, _ in found} >= {
        ("templates/page/a.html.j2:2:1", "`weather` is not known here"),
        ("templates/page/b.html.j2:2:1", "this template does not work: No filter named 'amuont'."),
        ("templates/page/c.html.j2", "there is no template page/nowhere.j2"),
        ("templates/page/d.html.j2:1:1", "this file is not UTF-8 text"),
    }
    assert len(found) == 5


def test_the_shipped_templates_have_no_problem():
    assert template_problems(Project(SHIPPED.parent)) == []


def test_a_project_without_templates_has_no_problem(tmp_path):
    assert template_problems(Project(tmp_path)) == []


def test_the_names_that_are_known_are_the_names_that_are_given_and_described():
    given = (
        set(account_content(FULL, "en", Theme(), ""))
        | set(team_content(TEAM, "en", Theme(), ""))
        | {"subject", "preheader", "chart", "score", "site", "is_cut", "digest", "notice"}
    )
    described = set(re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", (SHIPPED / "README.md").read_text(encoding="utf-8"), re.MULTILINE))

    assert given == KNOWN
    assert {name for group in described for name in re.findall(r"\w+", group)} == KNOWN
