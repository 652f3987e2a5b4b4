# Everything a person does with this project; each target sets up what it needs.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PINS   := constraints/airflow-3.3.txt

.DEFAULT_GOAL := help
.PHONY: help demo ui pictures test unit endtoend test-deploy test-stores again fuzz corpus lines lowest bench check lint types docs wheel constraints clean

help: ## show this
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# uv and not pip: pip needs many minutes to work out Airflow's dependencies.
$(VENV)/.uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11) and "This needs Python 3.11 or later; name one: make PYTHON=python3.12 ...")'
	@echo "Setting up $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv 2>&1 | grep -v WARNING || true
	@touch $@

$(VENV)/.demo: $(VENV)/.uv pyproject.toml $(PINS)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -c $(PINS) -e '.[parquet,zstd,sandbox]'
	@touch $@

$(VENV)/.dev: $(VENV)/.uv pyproject.toml $(PINS)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -c $(PINS) -e '.[amazon,parquet,zstd,openlineage,sandbox]' --group dev
	@touch $@ $(VENV)/.demo

.venv-peers/.ready: $(VENV)/.uv pyproject.toml constraints/peers.txt
	@echo "Setting up .venv-peers (once) ..."
	@$(PYTHON) -m venv .venv-peers
	@$(BIN)/uv pip install --quiet --python .venv-peers/bin/python -c constraints/peers.txt --group peers
	@touch $@

.venv-deploy/.ready: $(VENV)/.uv pyproject.toml constraints/deploy.txt
	@echo "Setting up .venv-deploy (once) ..."
	@$(PYTHON) -m venv .venv-deploy
	@$(BIN)/uv pip install --quiet --python .venv-deploy/bin/python -c constraints/deploy.txt -e '.[amazon,parquet,zstd,openlineage,sandbox]' --group deploy
	@touch $@

.venv-stores/.ready: $(VENV)/.uv pyproject.toml constraints/stores.txt tests/stores/package.json
	@echo "Setting up .venv-stores (once; 2 GB) ..."
	@$(PYTHON) -m venv .venv-stores
	@$(BIN)/uv pip install --quiet --python .venv-stores/bin/python -c constraints/stores.txt -e '.[amazon,azure,google,parquet,zstd,openlineage,sandbox]' --group test --group stores
	@cp tests/stores/package.json .venv-stores/ && npm install --prefix .venv-stores --no-audit --no-fund --no-package-lock --loglevel=error > /dev/null
	@touch $@

demo: $(VENV)/.demo ## list all five vendors and their calls from the sandbox into files, through Airflow
	@$(BIN)/python scripts/demo.py

ui: $(VENV)/.demo ## the same in a running Airflow, to click through
	@$(BIN)/python scripts/ui.py

pictures: $(VENV)/.demo ## take the documentation's pictures of the terminal and of a running make ui, with Chromium
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --group pictures
	@$(BIN)/python scripts/terminal_pictures.py
	@$(BIN)/python scripts/screenshots.py

test: unit endtoend ## run all tests

unit: $(VENV)/.dev ## run the tests that need no running Airflow
	$(BIN)/python -m pytest $(ARGS) -m "not end_to_end and not deployment"

endtoend: $(VENV)/.dev ## run the tests that start a whole Airflow
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m end_to_end tests/end_to_end

test-deploy: .venv-deploy/.ready ## run the tests of whole deployments: PostgreSQL, Celery with Redis, kills (an hour; ARGS="-m short" for some)
	.venv-deploy/bin/python -m pytest tests/deployment $(ARGS)

again: $(VENV)/.dev ## run the tests that failed in the last run once more
	$(BIN)/python -m pytest -q --last-failed --last-failed-no-failures=none

test-stores: .venv-stores/.ready ## run the tests with S3, Azure and Google stores, each in a server of others (needs npm)
	ALL_STORES=1 .venv-stores/bin/python -m pytest -q $(ARGS) tests/stores tests/records/store

fuzz: $(VENV)/.dev ## look for new cases that break a property (many times as many as make test tries)
	FUZZ=$(or $(FUZZ),20) $(BIN)/python -m pytest -m hypothesis $(ARGS)

corpus: $(VENV)/.dev ## print recall and precision of redaction by class (ARGS="--misses prose" shows what is missed)
	@$(BIN)/python -m tests.redaction_corpus $(ARGS)

lines: $(VENV)/.uv ## run the tests that meet Airflow on 3.1, 3.2 and 3.3, each with the packages of the day it came out (LINES="3.2" for one, WITH=python3.13 for another Python)
	@$(BIN)/python scripts/older_airflows.py $(or $(LINES),3.1 3.2 3.3) $(if $(WITH),with=$(WITH)) -- $(ARGS)

lowest: $(VENV)/.uv ## the same on the oldest Airflow with the lowest versions that pyproject.toml allows
	@$(BIN)/python scripts/older_airflows.py lowest -- $(ARGS)

bench: $(VENV)/.dev .venv-peers/.ready ## compare with what one would take instead (most of an hour; PARTS="latency" for a part)
	@$(BIN)/python -m tests.benchmarks $(PARTS)

check: lint types docs wheel ## lint, types, docs, wheel

lint: $(VENV)/.dev ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev ## mypy, strict
	$(BIN)/mypy

docs: $(VENV)/.dev ## build the documentation into docs/_build
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build

wheel: $(VENV)/.dev ## build sdist and wheel into dist, and look into the wheel
	@rm -rf dist
	$(BIN)/python -m build --installer uv --outdir dist . > /dev/null
	$(BIN)/python scripts/check_wheel.py dist

constraints: $(VENV)/.uv ## pin anew what tests and CI install
	$(BIN)/python scripts/pin.py

clean: ## remove what was made here
	rm -rf $(VENV) .venv-3.* .venv-lowest .venv-deploy .venv-stores .venv-peers .demo .ui dist build docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis
