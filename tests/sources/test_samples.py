"""Every export that has a preset is read whole: each row is taken in, each cell means what its column says."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest

from opsengine.sources.units import is_number
from tests.sources.samples import DAYS, HEADERS, PERSONAL, PRESETS, Sample

FACTS = [export for export in HEADERS if Sample(export).preset.writes == "facts"]


def brought(bench, name):
    rows = bench.engine.read("select day, item, measure, value from raw.facts where source = $name", name=name)
    found = defaultdict(Decimal)
    for row in rows:
        found[row["day"].day, row["measure"]] += row["value"]
    return dict(found)


def imported(bench, export, form):
    sample = Sample(export)
    rows = [sample.header, *sample.rows]
    if form == "xlsx":
        return bench.bring(bench.xlsx("data/tea/sample.xlsx", 说明=[["请勿修改"]], 数据=rows))
    return bench.bring(bench.csv("data/tea/sample.csv", rows, form))


@pytest.mark.parametrize("export", HEADERS)
@pytest.mark.parametrize("form", ["gb18030", "xlsx"])
def test_a_sample_with_the_true_header_is_read_whole(bench, export, form):
    (file,) = imported(bench, export, form)
    lake = str([bench.engine.read(f"select * from raw.{table}") for table in ("facts", "works", "fan_events")])  # noqa: S608  words of the tests

    assert (file.preset, file.status, file.rows, file.accepted) == (Sample(export).name, "imported", len(DAYS), len(DAYS))
    assert (file.rejections, file.drift.new) == ((), ())
    assert PERSONAL not in lake
    assert "somebody" not in lake


@pytest.mark.parametrize("export", FACTS)
def test_every_column_of_a_sample_brings_what_it_says_in_its_unit(bench, export):
    sample = Sample(export)
    imported(bench, export, "utf-8-sig")

    assert brought(bench, sample.name) == {
        (day, measure): value.quantize(Decimal("0.000001"))
        for nth, day in enumerate(DAYS, start=1)
        for measure, value in sample.expected(nth).items()
    }


def test_every_preset_has_a_sample():
    assert PRESETS.by_name.keys() - {Sample(export).name for export in HEADERS} == {"accounts"}


@pytest.mark.parametrize("name", PRESETS.by_name)
def test_a_preset_says_by_which_clock_and_for_whose_traffic(name):
    preset = PRESETS.by_name[name]

    assert preset.model_fields_set >= {"clock", "domain"}
    assert preset.grain[0] == "account"


def test_a_measure_means_the_same_dimension_wherever_it_comes_from():
    kept = defaultdict(set)
    for preset in PRESETS.by_name.values():
        for key, column in preset.columns.items():
            if preset.writes == "facts" and column.role == "measure" and is_number(column.unit):
                unit = column.unit if column.times is None else ("count" if column.unit in {"ratio", "percent"} else column.unit)
                kept[column.measure or key].add("yuan" if unit in {"fen", "milli_fen"} else unit)

    assert {measure: units for measure, units in kept.items() if len(units) > 1} == {}
