"""A model explains itself: a sentence, a grain, and a comment beside every column."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from opsengine.warehouse import read_models

MODELS = read_models()

every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())


@every_model
def test_a_model_begins_with_a_sentence_for_a_reader_without_sql(model):
    assert model.sentence[0].isupper()
    assert model.sentence.endswith(".")


@every_model
def test_what_one_row_is_can_be_read_off_its_columns(model):
    grain = [column.strip() for column in model.grain.split(",")]

    assert [column for column in grain if column not in model.columns] == []


@every_model
def test_every_column_has_its_sentence_beside_it(model):
    assert [column for column, sentence in model.columns.items() if len(sentence) < 3] == []


@every_model
def test_no_model_selects_a_star(model):
    assert [star for star in model.tree.find_all(exp.Star) if not isinstance(star.parent, exp.Count)] == []


@every_model
def test_a_model_is_one_select(model):
    assert len([statement for statement in sqlglot.parse(model.sql, dialect="duckdb") if statement]) == 1


def test_every_table_that_a_model_reads_is_raw_or_another_model():
    unknown = {
        f"{model.table} reads {table}"
        for model in MODELS.values()
        for table in model.reads
        if not table.startswith("raw.") and table not in MODELS
    }

    assert unknown == set()
