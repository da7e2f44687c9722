# Everything here needs only make and Python 3.11 or newer; `make` alone lists what there is.
# ARGS goes through to the program: make demo ARGS="--port 9000", make test ARGS="tests/study -x".

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

VENV := .venv
PYTHON := $(VENV)/bin/python
# Compiled once, the program starts two seconds sooner, the first time too.
BYTECODE := $(PYTHON) -m compileall -q -j 0 bot actions storage study sandbox
PIP := $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes
# One file a set of packages: older than its list, or missing, means that the list has to be installed (again).
MADE := $(VENV)/made
RUNTIME := $(VENV)/installed-runtime
DEV := $(VENV)/installed-dev
# Two processes share the tests; every test has ports, files and databases of its own.
WORKERS ?= 2
PYTEST := $(PYTHON) -m pytest -n $(WORKERS) --dist worksteal
CHROMIUM ?= $(firstword $(foreach name,chromium chromium-browser google-chrome,$(shell command -v $(name) 2>/dev/null)))
COMPILE := $(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header pyproject.toml

# An environment whose Python went away (an upgrade, a moved folder) is made anew.
ifneq ($(shell $(PYTHON) -c 'print("well")' 2>/dev/null),well)
.PHONY: $(MADE)
endif

.PHONY: help
help: ## list these targets
	@echo "make TARGET, where TARGET is one of:"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name line; \
		do printf '  %-10s %s\n' "$$name" "$$line"; done

.PHONY: setup
setup: $(DEV) ## make .venv with everything for running, testing and checking
	@echo "Ready: $(PYTHON) -m bot --help"

.PHONY: demo
demo: $(RUNTIME) ## try everything in the browser with a fictional hospital; needs no token
	@$(PYTHON) -m bot demo $(ARGS)

.PHONY: run
run: $(RUNTIME) ## serve Telegram; needs BOT_TOKEN, see .env.example
	@$(PYTHON) -m bot run $(ARGS)

.PHONY: doctor
doctor: $(RUNTIME) ## check settings, database, token, time zone, fonts and content
	@$(PYTHON) -m bot doctor $(ARGS)

.PHONY: test
ifeq ($(CI),true)
test: test-all ## run the tests; with CI=true the same as test-all
else
test: $(DEV)
ifeq ($(CHROMIUM),)
	@echo "Note: there is no Chromium here, so the browser tests are left out (Debian: apt install chromium fonts-noto-cjk)."
endif
ifeq ($(BOT_TEST_POSTGRES),)
	@echo "Note: BOT_TEST_POSTGRES is not set, so the tests use SQLite alone (postgresql://user@host/postgres adds PostgreSQL)."
endif
	@$(PYTEST) $(if $(CHROMIUM),,-m "not browser") $(ARGS)
endif

.PHONY: test-all
test-all: $(DEV) ## run every test, with PostgreSQL and Chromium, nothing skipped, branches counted
ifeq ($(CHROMIUM),)
	@echo "test-all needs Chromium (Debian: apt install chromium fonts-noto-cjk), or its path in CHROMIUM." >&2; exit 1
endif
ifeq ($(BOT_TEST_POSTGRES),)
	@echo "test-all needs BOT_TEST_POSTGRES, such as postgresql://postgres@127.0.0.1:5432/postgres." >&2; exit 1
endif
	@$(PYTEST) -p tests.no_skips --cov --cov-report= $(ARGS)
	@$(PYTHON) -m tests.branches

.PHONY: lint
lint: $(DEV) ## check format, style, types and the import rules
	@failed=0; \
	echo "ruff format";   $(PYTHON) -m ruff format --check --quiet . || failed=1; \
	echo "ruff check";    $(PYTHON) -m ruff check --quiet . || failed=1; \
	echo "mypy --strict"; $(PYTHON) -m mypy || failed=1; \
	echo "import rules";  $(PYTHON) -c 'from importlinter.cli import lint_imports_command as run; run()' || failed=1; \
	exit $$failed

.PHONY: format
format: $(DEV) ## put the code into shape
	@$(PYTHON) -m ruff format . && $(PYTHON) -m ruff check --fix .

.PHONY: lock
lock: $(DEV) ## write requirements*.txt anew from pyproject.toml
	@$(COMPILE) -o requirements.txt
	@$(COMPILE) --group dev -o requirements-dev.txt
	@if grep -n '://' requirements.txt requirements-dev.txt; then \
		echo "The lock files must not name addresses." >&2; exit 1; fi

.PHONY: bench
bench: $(DEV) ## measure: make bench ARGS="answers --json"
	@$(PYTHON) -m bench $(ARGS)

.PHONY: clean
clean: ## remove .venv and everything that can be made anew; data/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Clean."

$(MADE):
	@found=; bare=; for name in python3.13 python3.12 python3.11 python3 python; do \
		if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			if "$$name" -c 'import ensurepip, venv' 2>/dev/null; then found="$$name"; break; fi; bare="$$name"; \
		fi; \
	done; \
	if $(PYTHON) -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Using $(VENV) as it is ($$($(PYTHON) --version))."; \
	elif [ -n "$$found" ]; then \
		echo "Making $(VENV) with $$("$$found" --version) ..."; "$$found" -m venv --clear $(VENV); \
	elif [ -n "$$bare" ]; then \
		echo "$$bare cannot make virtual environments: its modules venv and ensurepip are missing" >&2; \
		echo "(Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; \
	else \
		echo "Python 3.11 or newer is needed, and none is on the PATH." >&2; exit 1; \
	fi
	@touch $@

$(RUNTIME): requirements.txt $(MADE)
	@echo "Installing what the program needs (requirements.txt) ..."
	@$(PIP) -r requirements.txt
	@$(BYTECODE)
	@touch $@

$(DEV): requirements-dev.txt $(MADE)
	@echo "Installing what the program and its tests need (requirements-dev.txt) ..."
	@$(PIP) -r requirements-dev.txt
	@$(BYTECODE)
	@touch $(RUNTIME) $@
