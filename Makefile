# `make` alone lists what there is. Everything runs in .venv, which is made from the lock file on first use.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
NODE := $(VENV)/node
CLIENT := $(VENV)/python-client
# Processes that share the tests: each has a database of its own, and two keep a small machine busy.
n ?= 2
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links
# Compiled once and kept: without its bytecode the service takes three times as long to start.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_WARN_SCRIPT_LOCATION := 1
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help
help: ## List the targets
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: $(INSTALLED) ## Run everything for development: PostgreSQL, demonstration data, API and worker (ECOSYSTEM_PORT=8000)
	@exec $(BIN)/ecosystem-api run

.PHONY: test
test: $(INSTALLED) ## Run the tests (on DATABASE_URL if set; a=... adds arguments of pytest, n=0 runs them one by one)
	@exec $(BIN)/python -m pytest -n $(n) --dist worksteal $(a)

.PHONY: contract
contract: $(INSTALLED) $(NODE)/.installed $(CLIENT)/.installed ## Check the contract by others' tools: lint, breaking changes, clients, questions, a sign-in (needs Node)
	@exec $(BIN)/python -m pytest tests/contract/outside $(a)

.PHONY: fuzz
fuzz: $(INSTALLED) ## Question the service longer than make contract does: make fuzz t=300 seed=7
	@FUZZ_SECONDS=$(or $(t),300) FUZZ_SEED=$(or $(seed),1) $(BIN)/python -m pytest tests/contract/outside/test_fuzz.py -s $(a)

.PHONY: bench
bench: $(INSTALLED) ## Measure speed against a bare server and the usual way (a="--scale 0.05" for less data)
	@exec $(BIN)/python -m benchmarks $(a)

.PHONY: sure
sure: check $(NODE)/.installed test contract ## Run all that CI runs, the cheapest refusal first

.PHONY: check
check: $(INSTALLED) ## Check format, lint, import directions and types
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted: run make tidy" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-logo > $(VENV)/imports.txt || { cat $(VENV)/imports.txt >&2; exit 1; }
	@$(BIN)/mypy --strict --no-error-summary

.PHONY: tidy
tidy: $(INSTALLED) ## Format, and repair what lint can repair
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

.PHONY: docs
docs: $(INSTALLED) ## Write the generated documentation and openapi/openapi.json
	@$(BIN)/python -m ecosystem_api.reference

.PHONY: room
room: $(INSTALLED) ## Lay out a new room: make room w=network r=personas
	@test -n "$(w)" -a -n "$(r)" || { echo "Name the wing and the room: make room w=network r=personas" >&2; exit 2; }
	@$(BIN)/python -m ecosystem_api.reference.room "$(w)" "$(r)"

.PHONY: step
step: $(INSTALLED) ## Write the migration step from the tables in code: make step n="remember merged partners"
	@test -n "$(n)" || { echo "Say what the step does: make step n=\"remember merged partners\"" >&2; exit 2; }
	@$(BIN)/python -m ecosystem_api.reference.step "$(n)"

.PHONY: lock
lock: ## Pin every dependency again, with hashes (needs uv)
	@command -v uv > /dev/null || { echo "uv is needed to resolve: https://docs.astral.sh/uv/" >&2; exit 1; }
	@$(LOCK) pyproject.toml --output-file requirements.lock
	@$(LOCK) --extra dev --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock
	@$(LOCK) openapi/tools/python-client.in --output-file openapi/tools/python-client.lock

# As root the server's files may lie outside the checkout, where its unprivileged account can reach them.
define DELETE_DATA
import pathlib, shutil
from ecosystem_api.runtime.postgres import suitable_data_dir
data = suitable_data_dir(pathlib.Path(".local/postgres"))
for path in data.parent.glob(data.name + "*"):
    shutil.rmtree(path) if path.is_dir() else path.unlink()
endef
export DELETE_DATA

.PHONY: clean
clean: ## Delete the environment, the caches and the development data
	@if test -e .local/running.json; then echo "Stop \`make run\` first (or delete .local/running.json if it was killed)." >&2; exit 1; fi
	@test ! -x $(BIN)/python || $(BIN)/python -c "$$DELETE_DATA"
	@rm -rf $(VENV) .local .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist src/*.egg-info
	@find src tests migrations -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is the last thing written: an installation that was interrupted starts again.
$(INSTALLED): requirements-dev.lock pyproject.toml
	@command -v $(PYTHON) > /dev/null || { echo "Python 3.11 or later is needed; $(PYTHON) was not found. Name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1 | head -n 1). Name another: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Making $(VENV) from requirements-dev.lock" >&2
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || $(PYTHON) -m venv --clear $(VENV) || { echo "This Python cannot make environments: install its venv module (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@$(BIN)/pip install --quiet --require-hashes --only-binary :all: -r requirements-dev.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# Scripts of packages are not run: none of these needs one.
$(NODE)/.installed: openapi/tools/package.json openapi/tools/package-lock.json openapi/tools/.npmrc $(INSTALLED)
	@command -v npm > /dev/null || { echo "Node 20.19 or later with npm is needed to check the contract: https://nodejs.org. All else works without: make check test" >&2; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' || { echo "Node 20.19 or later is needed to check the contract; this is $$(node --version)." >&2; exit 1; }
	@echo "Installing the contract's tools into $(NODE)" >&2
	@mkdir -p $(NODE)
	@cp openapi/tools/package.json openapi/tools/package-lock.json openapi/tools/.npmrc $(NODE)
	@npm ci --prefix $(NODE) --ignore-scripts --loglevel=error
	@touch $@

$(CLIENT)/.installed: openapi/tools/python-client.lock $(INSTALLED)
	@echo "Making $(CLIENT) from openapi/tools/python-client.lock" >&2
	@$(BIN)/python -m venv --clear $(CLIENT)
	@$(CLIENT)/bin/pip install --quiet --require-hashes --only-binary :all: -r openapi/tools/python-client.lock
	@touch $@
