"""Pages, mails and the archive in Chromium: nothing overflows, nothing is loaded, and axe-core finds no WCAG A or AA violation.

It needs Chromium, Node and two packages beside the project:

    npm install --prefix .browser playwright-core axe-core
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from opsengine.report.outbox import Batch, Occasion, draft, plan
from opsengine.report.rendering import Rendered, render
from opsengine.report.site import Press, build_site
from opsengine.report.writing import silent
from opsengine.settings import Mail, Settings
from opsengine.state import Runs, Topic, open_state
from tests.report.samples import BARE, FULL, HOSTILE, TEAM

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
SEARCH = Path(__file__).parent / "browser" / "search.mjs"
CHECK = Path(__file__).parent / "browser" / "check.mjs"
MODULES = Path(__file__).parents[2] / ".browser" / "node_modules"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NODE = shutil.which("node")


def needs_a_browser():
    if CHROMIUM is None or NODE is None:
        pytest.skip("Chromium or Node is not installed")
    if not (MODULES / "playwright-core").is_dir() or not (MODULES / "axe-core").is_dir():
        pytest.skip("run `npm install --prefix .browser playwright-core axe-core` to test in a browser")


def findings(*files: Path) -> list[dict]:
    run = subprocess.run([NODE, CHECK, CHROMIUM, MODULES, *files], capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


PAPERS = [
    ("full", FULL, "zh-CN", "page mail"),
    ("full", FULL, "en", "page mail"),
    ("team", TEAM, "zh-CN", "page"),
    ("team", TEAM, "en", "mail"),
    ("bare", BARE, "zh-CN", "page mail"),
    ("hostile", HOSTILE, "en", "page mail"),
]


def test_a_reader_finds_nothing_to_complain_about(tmp_path):
    needs_a_browser()
    files = [
        file
        for name, brief, locale, kinds in PAPERS
        for file in written(tmp_path, f"{name}-{locale}", render(brief, locale=locale), kinds)
    ]

    assert findings(*files) == []


def test_a_reader_of_the_archive_finds_nothing_to_complain_about(tmp_path):
    needs_a_browser()
    for locale in ("zh-CN", "en"):
        site = archive(tmp_path / locale, locale)
        files = [site / "index.html", *(site / "runs").iterdir(), *(site / "periods").iterdir()]

        found = [one for one in findings(*files) if not (one["rule"] == "script" and one["file"] == "index.html")]

        assert found == []


def test_the_archive_is_searched_in_the_browser(tmp_path):
    needs_a_browser()
    site = archive(tmp_path, "en")

    run = subprocess.run([NODE, SEARCH, CHROMIUM, MODULES, site / "index.html"], capture_output=True, text=True, timeout=120, check=False)

    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["errors"] == []
    assert told["initially"] == {"shown": 0, "newest": True, "said": ""}
    assert told["tea"] == {"shown": 2, "newest": False, "said": "2 found"}
    assert told["two words"]["shown"] == 1
    assert told["act"]["shown"] == 1
    assert told["nonsense"] == {"shown": 0, "newest": False, "said": "Nothing was found."}
    assert told["hostile"]["shown"] == 1
    assert told["hostile"]["tags"] == 0
    assert told["opened"].startswith("云岚茶事")
    assert told["without scripts"] >= 4


def archive(folder: Path, locale: str) -> Path:
    folder.mkdir(exist_ok=True)
    with open_state(folder / "state.db") as state:
        run_id = Runs(state).start("report", date(2026, 6, 21), {}, NOW)
        acting = replace(BARE, alerts=(replace(FULL.alerts[0], severity="critical"),))
        briefs = {"yunlan-tea": FULL, "new-tea": acting, "华东一组": TEAM, "hostile": HOSTILE}
        drafts = [
            draft(Topic("weekly", "2026-W25", name), render(brief, locale=locale), brief.as_json(), locale, ())
            for name, brief in briefs.items()
        ]
        plan(state, Batch(drafts), Mail(), Occasion(run_id, NOW))
        build_site(state, folder / "site", Press.of(Settings(locale=locale, name="茶"), None), silent)
    return folder / "site"


def written(folder: Path, name: str, rendered: Rendered, kinds: str) -> list[Path]:
    mail = rendered.mail_html
    for picture in rendered.pictures:
        (folder / f"{name}-{picture.cid}.png").write_bytes(picture.png)
        mail = mail.replace(f"cid:{picture.cid}", f"{name}-{picture.cid}.png")
    texts = {"page": rendered.page_html, "mail": mail}
    for kind in kinds.split():
        (folder / f"{name}-{kind}.html").write_text(texts[kind], encoding="utf-8")
    return [folder / f"{name}-{kind}.html" for kind in kinds.split()]


def test_the_check_itself_finds_what_is_wrong(tmp_path):
    needs_a_browser()
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<html><p style="color:#ccc;width:2000px">pale</p><img src="none.png"><script>1</script></html>', encoding="utf-8"
    )

    rules = {finding["rule"] for finding in findings(bad)}

    assert {"color-contrast", "wider than the window", "script", "broken picture", "html-has-lang"} <= rules
