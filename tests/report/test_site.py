"""The archive as a site: every brief, every run and period, safe names, and a search that finds."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from opsengine.report.figures import figures
from opsengine.report.listing import listed
from opsengine.report.outbox import Batch, Occasion, draft, plan
from opsengine.report.rendering import render
from opsengine.report.site import ROWS, Press, build_site, write_run_index
from opsengine.report.writing import silent
from opsengine.settings import Mail, Settings
from opsengine.state import Address, Briefs, Channel, Runs, Topic, open_state
from tests.report.samples import BARE, FULL, HOSTILE, TEAM

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
SUNDAY = date(2026, 6, 21)
READER = (Address(Channel.FOLDER, "li@brand.example"),)
ACTING = replace(FULL, alerts=(replace(FULL.alerts[0], severity="critical"),))
BRIEFS = {"yunlan-tea": FULL, "acting": ACTING, "new-tea": BARE, "华东一组": TEAM, "hostile": HOSTILE}
PRESS = Press.of(Settings(locale="en", name="茶 & co"), None)


@pytest.fixture
def state(tmp_path):
    with open_state(tmp_path / "state.db") as opened:
        run_id = Runs(opened).start("report", SUNDAY, {}, NOW)
        drafts = [
            draft(Topic("weekly", "2026-W25", name), render(brief, locale="en"), brief.as_json(), "en", READER)
            for name, brief in BRIEFS.items()
        ]
        plan(opened, Batch(drafts), Mail(), Occasion(run_id, NOW))
        yield opened


def build(state, folder):
    return build_site(state, folder, PRESS, silent)


def rows(folder) -> list[list[str]]:
    return json.loads(re.match(r"window\.BRIEFS=(.*);\n", (folder / "search.js").read_text(encoding="utf-8"))[1])


def test_every_brief_is_there_as_it_was_made(state, tmp_path):
    site = build(state, tmp_path / "site")

    assert (site.briefs, site.runs) == (5, 1)
    for record in Briefs(state).newest():
        one = listed(record, Briefs(state).parts(record.brief_id)["brief.json"], figures("en"))
        page = tmp_path / "site" / "briefs" / one.path
        assert page.read_bytes() == Briefs(state).parts(record.brief_id)["index.html"]
        assert (page.parent / "brief.md").is_file()


def test_every_link_leads_somewhere(state, tmp_path):
    build(state, tmp_path / "site")

    for page in (tmp_path / "site").rglob("*.html"):
        for link in re.findall(r'<a href="([^"]+)"', page.read_text(encoding="utf-8")):
            assert (page.parent / link).is_file(), (page, link)


def test_the_most_urgent_comes_first_and_all_can_be_searched(state, tmp_path):
    build(state, tmp_path / "site")

    found = rows(tmp_path / "site")
    assert [row[5] for row in found] == ["act", "watch", "watch", "watch", "watch"]
    assert {row[1] for row in found} >= {"云岚茶事", "初茶", "华东一组"}


def test_building_twice_writes_nothing_the_second_time(state, tmp_path):
    assert build(state, tmp_path / "site").written > 0
    assert build(state, tmp_path / "site").written == 0


def test_hostile_names_are_text_on_every_page_and_in_the_search(state, tmp_path):
    build(state, tmp_path / "site")

    for page in (*(tmp_path / "site" / "runs").iterdir(), *(tmp_path / "site" / "periods").iterdir(), tmp_path / "site" / "index.html"):
        text = page.read_text(encoding="utf-8")
        assert text.count("<script") == (1 if page.name == "index.html" else 0)
        assert "onerror=alert(1)>" not in text
        assert "\u202e" not in text


def test_long_lists_go_over_several_pages(tmp_path):
    with open_state(tmp_path / "state.db") as state:
        run_id = Runs(state).start("report", SUNDAY, {}, NOW)
        paper = render(BARE, locale="en")
        many = [
            draft(Topic("weekly", "2026-W25", f"shop-{n:04}"), paper, replace(BARE, report=f"{n}").as_json(), "en", ())
            for n in range(ROWS + 1)
        ]
        plan(state, Batch(many), Mail(), Occasion(run_id, NOW))
        site = build(state, tmp_path / "site")

    pages = sorted(file.name for file in (tmp_path / "site" / "periods").iterdir())
    assert pages == ["weekly_2026-W25-2.html", "weekly_2026-W25.html"]
    assert site.briefs == ROWS + 1
    assert (tmp_path / "site" / "periods" / pages[0]).read_text(encoding="utf-8").count("<tr>") == 2


def test_a_run_has_an_index_beside_its_briefs(state, tmp_path):
    ids = [record.brief_id for record in Briefs(state).newest()]

    page = write_run_index(state, tmp_path / "briefs", ids, PRESS, SUNDAY).read_text(encoding="utf-8")

    assert "Briefs up to Jun 21, 2026" in page
    assert 'href="weekly/2026-W25/yunlan-tea/index.html"' in page
    assert "茶 &amp; co" in page


def test_no_address_of_a_reader_is_on_the_site(state, tmp_path):
    build(state, tmp_path / "site")

    assert not any(b"li@brand.example" in file.read_bytes() for file in (tmp_path / "site").rglob("*.*"))


def test_a_notice_in_the_archive_is_no_brief_of_the_site(state, tmp_path):
    run_id = Runs(state).start("monitor", SUNDAY, {}, NOW)
    notice = Briefs(state).add(Topic("monitor", "2026-06-22T08", "everybody"), {"digest.md": b"# Two alerts"}, run_id, NOW)
    ids = [record.brief_id for record in Briefs(state).newest()]

    assert notice.brief_id in ids
    assert build(state, tmp_path / "site").briefs == 5
    assert "everybody" not in write_run_index(state, tmp_path / "briefs", ids, PRESS, SUNDAY).read_text(encoding="utf-8")
