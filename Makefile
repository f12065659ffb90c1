# Everything runs in .venv, which the first target that needs it makes; only Python 3.11 or newer and make
# have to be there. `make` alone lists the targets.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/ready

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Of the theme: that it will not follow MkDocs to version 2. pyproject.toml keeps version 1.
export NO_MKDOCS_2_WARNING := 1

.PHONY: help demo test coverage lint check docs theory bench fuzz clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

demo: $(READY)  ## simulate scenarios/baseline.yaml, 20 replications
	@$(BIN)/simulator run scenarios/baseline.yaml
	@echo
	@echo "There: report.html, a page to look at; metrics.csv, every figure with its interval, and"
	@echo "metrics_by_product.parquet the same by product; orders.parquet, every customer of the first replication;"
	@echo "manifest.json, all it takes to do it again. Now change something:"
	@echo "    $(BIN)/simulator run scenarios/baseline.yaml --set policies.backorders=reject"

test: lint check  ## lint, types, the figures of all scenarios, and all tests but the slow ones
	$(BIN)/pytest -n 2 --dist worksteal -m "not slow"

coverage: $(READY)  ## the same tests with their coverage, which takes two thirds longer
	$(BIN)/pytest -n 2 --dist worksteal -m "not slow" --cov --cov-report=term

lint: $(READY)  ## style, import rules and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

check: $(READY)  ## hold every scenario against its baseline in results/baselines
	$(BIN)/simulator check

docs: $(READY)  ## build the documentation into site/, to be opened from there; strict, and nothing is fetched
	@$(BIN)/python -m mkdocs build --strict
	@echo "Open site/index.html."

theory: $(READY)  ## hold the simulator against exact and published figures, long runs included
	$(BIN)/pytest -n 2 --dist worksteal tests/theory

bench: $(READY)  ## speed, as a ratio to an empty SimPy loop, and that of other simulators; some minutes
	$(BIN)/python -m tests.benchmarks.bench --growth --peers

fuzz: $(READY)  ## 20,000 scenario and data files at random, wrong ones too: none may fail; half an hour
	$(BIN)/python -m tests.fuzz

clean:  ## remove .venv and everything that tools have left; results stay
	rm -rf $(VENV) *.egg-info build dist site htmlcov .coverage* .mypy_cache .ruff_cache .pytest_cache \
	       .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# setuptools comes first and by itself, so that the build, too, uses the version in constraints.txt.
$(READY): pyproject.toml constraints.txt
	@python=; for candidate in $(PYTHON) python3.13 python3.12 python3.11; do \
	    if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	    then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "Python 3.11 or newer is needed, but '$(PYTHON)' is $$($(PYTHON) --version 2>/dev/null || echo missing)." >&2; \
	    echo "Name another one: make PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$($$python --version); a minute or two, once."; \
	$$python -m venv $(VENV)
	@$(BIN)/python -m pip install -qq -c constraints.txt setuptools
	@$(BIN)/python -m pip install -qq -c constraints.txt --no-build-isolation -e '.[test]'
	@touch $@
