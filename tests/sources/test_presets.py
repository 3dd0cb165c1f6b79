"""Every preset reads the header that its export really has."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from opsengine.errors import InvalidFiles
from opsengine.project import Project
from opsengine.sources import measures_of, read_presets
from opsengine.sources.headers import split_header
from opsengine.sources.recognising import recognise
from opsengine.sources.sheet import Sheet

HEADERS = yaml.safe_load((Path(__file__).parent / "data" / "headers.yaml").read_text(encoding="utf-8"))
PRESETS = read_presets()


@pytest.mark.parametrize("export", HEADERS)
def test_the_header_of_an_export_is_known_to_the_last_column(export):
    match = recognise(Sheet("", [HEADERS[export]]), PRESETS)

    assert match.name == export.removesuffix("_api")
    assert match.drift.new == ()
    assert match.drift.renamed == ()


@pytest.mark.parametrize("export", sorted(set(HEADERS) - {"live_flow_source", "live_flow_source_api"}))
def test_nothing_that_could_be_read_is_missing_from_the_header_of_an_export(export):
    match = recognise(Sheet("", [HEADERS[export]]), PRESETS)
    absent = {"creator_daily": {"总分享量"}, "qianchuan_uni": {"智能优惠券金额", "1小时内退款订单数", "1小时内退款金额"}}

    assert set(match.drift.missing) == absent.get(export, set())


def test_the_newer_live_list_with_its_fifty_fifth_column_is_the_same_export():
    header = HEADERS["compass_live"]
    after = header.index("直播间观看次数") + 1
    match = recognise(Sheet("", [[*header[:after], "直播激励观看次数", *header[after:]]]), PRESETS)

    assert match.name == "compass_live"
    assert match.drift.new == ()


@pytest.mark.parametrize("export", HEADERS)
def test_an_export_is_recognised_by_its_signature_whatever_the_order(export):
    assert recognise(Sheet("", [HEADERS[export][::-1]]), PRESETS).name == export.removesuffix("_api")


@pytest.mark.parametrize("name", PRESETS.by_name)
def test_the_words_of_a_preset_are_told_apart(name):
    preset = PRESETS.by_name[name]

    assert not preset.known_names & preset.by_name.keys()
    assert preset.title.zh
    assert preset.title.en


def test_every_source_of_live_traffic_is_a_domain_or_a_total():
    preset = PRESETS.by_name["live_flow_source"]
    domains = {column.measure for column in preset.columns.values() if column.role == "measure"}

    assert domains == {"traffic_public", "traffic_paid", "traffic_owned", "traffic_external"}
    assert all(split_header(name).name in preset.by_name.keys() | preset.known_names for name in HEADERS["live_flow_source_api"])


def test_the_measures_of_a_preset_can_be_listed():
    assert measures_of(PRESETS.by_name["local_leads"])[0] == "leads"
    assert set(measures_of(PRESETS.by_name["local_leads"])) == {"leads", "valid_leads", "won_leads", "paid_leads", "organic_leads"}
    assert "live_watch_minutes" in measures_of(PRESETS.by_name["compass_live"])


def project_with(folder: Path, text: str) -> Project:
    (folder / "sources").mkdir()
    (folder / "sources" / "shop.yaml").write_text(text, encoding="utf-8")
    return Project(folder)


def test_a_project_teaches_a_new_export_with_a_file(tmp_path):
    text = """
kind: preset
title: {zh-CN: 店铺, en: Shop}
day: day
signature: [day, visits]
columns:
  account: {names: [店铺ID], role: account, unit: id}
  day: {names: [日子], role: key, unit: date, is_required: true}
  visits: {names: [进店人数]}
"""
    presets = read_presets(project_with(tmp_path, text))

    assert recognise(Sheet("", [["店铺ID", "日子", "进店人数"]]), presets).name == "shop"
    assert presets.fingerprint != PRESETS.fingerprint


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("visits: {names: [日子]}", "two columns go by the name"),
        ("visits: {names: [进店人数], times: viewers}", "no such column: viewers"),
        ("visits: {names: [进店人数]}\nwrites: works", "no such column: published_at, title"),
        ("visits: {names: [进店人数], unti: yuan}", "`columns.visits.unti` is not known here"),
    ],
)
def test_a_preset_with_a_mistake_says_which(tmp_path, column, said):
    text = f"""
kind: preset
title: {{zh-CN: 店铺, en: Shop}}
day: day
signature: [day]
columns:
  day: {{names: [日子], role: key, unit: date}}
  {column}
"""
    with pytest.raises(InvalidFiles, match=said):
        read_presets(project_with(tmp_path, text))


def test_a_preset_in_the_former_folder_is_an_error_that_says_where_it_belongs(tmp_path):
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "shop.yaml").write_text("kind: preset\n", encoding="utf-8")

    with pytest.raises(InvalidFiles) as error:
        read_presets(Project(tmp_path))

    (problem,) = error.value.problems
    assert (problem.code, problem.place.file) == ("moved-folder", "presets/shop.yaml")
    assert problem.hint.format(**problem.fields) == "move it to sources/shop.yaml"
