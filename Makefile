# make till | make test | make check | make fix | make bench | make lock | make clean
# Needs Python 3.11+, git and make; nothing else. Another Python: make test PYTHON=python3.13
.DEFAULT_GOAL := help
.PHONY: help till test check fix bench lock clean
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET PIP_PREFIX VIRTUAL_ENV
PYTHON ?= $(shell for p in python3 python python3.14 python3.13 python3.12 python3.11; do \
  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin
LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-config -q
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input
DEMO := demo-till

help: ; @sed -n '1,2s/^# //p' Makefile

# The demonstration till: made once in $(DEMO), opened ever after with what it holds.
till: .venv/.till $(DEMO)/till.toml ; @$(BIN)/python -m posframe run --till $(DEMO) $(ARGS)

$(DEMO)/till.toml: | .venv/.till ; @$(BIN)/python -m posframe new till $(DEMO) --demo

# What CI runs. pytest comes last, so that its closing line is the last one.
test: check ; @$(BIN)/python -m pytest $(ARGS)

check: .venv/.dev
	@$(BIN)/python -m ruff format --check --quiet . && $(BIN)/python -m ruff check --quiet .
	@$(BIN)/python -m mypy && $(BIN)/lint-imports --no-cache

fix: .venv/.dev ; @$(BIN)/python -m ruff check --fix . ; $(BIN)/python -m ruff format .

bench: .venv/.dev ; @$(BIN)/python -m benchmarks $(ARGS)

# One stamp a dependency set: reinstalled only when its lock or pyproject.toml changes.
.venv/.%: requirements/%.txt pyproject.toml | $(BIN)/python
	@echo "posframe: installing requirements/$*.txt into .venv (once, about a minute)"
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/$*.txt
	@$(PIP) install --no-deps --no-build-isolation --editable . && touch $@

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "posframe needs Python 3.11 or newer; found: $$(python3 --version 2>&1)." \
	  "Install one, then: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11) and "posframe needs Python 3.11 or newer, not " + sys.version.split()[0])'
	@"$(PYTHON)" -m venv --clear .venv || { rm -rf .venv; echo "posframe: no venv module." \
	  "Debian, Ubuntu: apt install python3-venv" >&2; exit 1; }

lock: .venv/.dev # writes no index address, whatever pip is configured with
	@$(BIN)/python -m uv pip compile pyproject.toml --extra dev $(LOCK) -o requirements/dev.txt
	@$(BIN)/python -m uv pip compile pyproject.toml --extra till --extra build $(LOCK) -c requirements/dev.txt -o requirements/till.txt

clean: ; rm -rf .venv .*_cache .coverage
