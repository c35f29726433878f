# Everything in one place: a virtual environment of its own, no network after installing.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: help install demo test lint types floors check clean

help:
	@echo "make demo    install, place Maldon's packages, build a day's rounds, write out/demo/"
	@echo "make test    install, run the tests"
	@echo "make check   lint, types, import floors and tests, as CI does"

$(BIN)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(BIN)/.developing: $(BIN)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@

install: $(BIN)/.installed

demo: $(BIN)/.installed
	$(BIN)/carerounds demo --out out/demo

test: $(BIN)/.developing
	$(BIN)/python -m pytest

lint: $(BIN)/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(BIN)/.developing
	$(BIN)/mypy

floors: $(BIN)/.developing
	$(BIN)/lint-imports

check: lint types floors test

clean:
	rm -rf $(VENV) out build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
