# `make demo` and `make test` set up everything they need. `make` alone lists all targets.
PYTHON ?= python3
VENV ?= .venv
OLDEST ?= .venv-oldest
TOOLS ?= .venv-tools
ASYNC ?= .venv-async
DEMO ?= .venv-demo
DOCS ?= .venv-docs
# The oldest releases that setup.cfg admits, and the last pytest 8.
OLDEST_PINS = moto==5.2.0 boto3==1.42.97 botocore==1.42.97 pytest==8.*
# The demo: number of samples in its large batch, and its speed (0: without pauses).
SAMPLES ?= 2504
SPEED ?= 1
# Test processes: one for each core.
WORKERS ?= -n auto
PIP = -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test lint types tests tests-oldest bench docs site clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

$(VENV)/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python $(PIP) --upgrade pip
	$(VENV)/bin/python $(PIP) --editable '.[demo,server,test,lint]'
	@touch $@

$(OLDEST)/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(OLDEST)
	$(OLDEST)/bin/python $(PIP) --upgrade pip
	$(OLDEST)/bin/python $(PIP) --editable '.[server,test]' $(OLDEST_PINS)
	@touch $@

# Public tools that read what runs leave. Where they cannot be installed, their test is skipped.
$(TOOLS)/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(TOOLS)
	-$(TOOLS)/bin/python $(PIP) --editable '.[wdl]' 'moto[s3,logs,events]' pytest \
		aws-healthomics-tools && touch $@

# aiomoto admits older releases of moto only. Without it, its test is skipped.
$(ASYNC)/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(ASYNC)
	-$(ASYNC)/bin/python $(PIP) --editable . aiomoto pytest && touch $@

$(DOCS)/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(DOCS)
	$(DOCS)/bin/python $(PIP) --upgrade pip
	$(DOCS)/bin/python $(PIP) --editable '.[docs]'
	@touch $@

# Only what the demo needs. Modules that it does not import are not compiled, which saves time.
$(DEMO)/ready: setup.cfg pyproject.toml
	@echo "Installing moto, boto3 and rich in $(DEMO): needed once, takes up to half a minute"
	$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/python -m pip install --disable-pip-version-check --no-compile --editable '.[demo]'
	@touch $@

demo: $(DEMO)/ready ## batches of samples in your terminal (SAMPLES=2504, SPEED=1)
	$(DEMO)/bin/python -m moto_omics_batch --samples $(SAMPLES) --speed $(SPEED)

test: lint types tests tests-oldest ## lint, types, and all tests on the newest and the oldest moto

lint: $(VENV)/ready ## ruff, rules and format
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(VENV)/ready ## mypy, strict; the examples of README and docs with mypy and pyright
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m tests.typed_examples

tests: $(VENV)/ready $(TOOLS)/ready $(ASYNC)/ready ## pytest on the newest moto, with coverage, then against the server
	$(VENV)/bin/python -m pytest $(WORKERS) --cov --cov-report=term --cov-fail-under=100
	$(VENV)/bin/python -m pytest $(WORKERS) --against-server tests/omics

tests-oldest: $(OLDEST)/ready ## pytest on the oldest moto and botocore that setup.cfg admits
	$(OLDEST)/bin/python -m pytest $(WORKERS)

bench: $(VENV)/ready ## measure speed as ratios within one run
	$(VENV)/bin/python -m benchmarks

docs: $(VENV)/ready ## generate the generated parts of README and docs
	$(VENV)/bin/python -m docs.generate

site: $(DOCS)/ready ## build the documentation as a site in site/; warnings are errors
	NO_MKDOCS_2_WARNING=1 PYTHONDONTWRITEBYTECODE=1 $(DOCS)/bin/mkdocs build --strict

clean: ## remove everything that the other targets created
	rm -rf $(VENV) $(OLDEST) $(TOOLS) $(ASYNC) $(DEMO) $(DOCS) site build *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
