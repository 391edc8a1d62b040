# Each target makes the environment that it needs. All that has to be there: Python 3.11+ and make.
# A Python of your choice: make PYTHON=/path/to/python3 test

VENV := .venv
PY := $(VENV)/bin/python
PIP := -m pip --disable-pip-version-check --no-input
READY := $(VENV)/.project-installed
LOCK := .venv-lock

# Where Java 17 is, so are the tests of markets in Parquet, and what they need is installed for them.
JAVA := $(shell "$${JAVA_HOME:+$$JAVA_HOME/bin/}java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
SPARK := $(if $(shell test "0$(JAVA)" -ge 17 2>/dev/null && echo yes),$(VENV)/.spark-installed)

# A test file is run by one worker, so that what it sets up is set up once; in the order of their names, as
# those with the fewest tests, which would come last else, are among the longest.
PYTEST := $(PY) -m pytest
WORKERS := -n auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

.DELETE_ON_ERROR:
.PHONY: help demo test test-slow check bench bench-full docs wheel test-wheel lock clean

help: ## Print this list.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F '|' '{ printf "%-18s %s\n", $$1, $$2 }'

demo: $(READY) ## Make a synthetic market, assess it and show what to look at.
	@$(VENV)/bin/goodstanding demo $(ARGS)

test: $(READY) $(SPARK) ## Run the tests; ARGS="-k name" picks some.
	$(PYTEST) $(WORKERS) $(ARGS)

test-slow: $(READY) $(SPARK) ## Run the tests marked slow.
	@$(call pytest_or_none,-m slow --hypothesis-profile=new $(ARGS))

docs: $(READY) ## Run the commands that README.md and docs/ show.
	@$(call pytest_or_none,-m docs $(ARGS))

check: $(READY) ## Lint, format, types, layers, spelling: all of them, whatever fails.
	@failed=; \
	run() { name=$$1; shift; echo "== $$name"; "$$@" || failed="$$failed $$name"; }; \
	run ruff-check $(PY) -m ruff check .; \
	run ruff-format $(PY) -m ruff format --check .; \
	run mypy $(PY) -m mypy src tests $(wildcard bench); \
	run lint-imports $(VENV)/bin/lint-imports --no-cache --no-logo; \
	run codespell $(PY) -m codespell_lib; \
	if [ -n "$$failed" ]; then echo "make check failed:$$failed" >&2; exit 1; fi; \
	echo "make check: all passed"

bench: $(READY) ## Measure, beside the floor of the same run.
	@$(PY) -m bench $(ARGS)

bench-full: $(READY) ## Measure beside SQL, Polars and pandas too; ARGS="--in postgres,spark" beside these.
	@$(PY) -m bench.full $(ARGS)

wheel: $(READY) ## Build the wheel into dist/.
	@rm -rf dist
	$(PY) -m build --wheel --no-isolation --outdir dist .

test-wheel: wheel ## Run the tests on the built wheel, without the sources.
	@bash .ci/wheel-test $(PY) dist/*.whl $(ARGS)

# Keeps the pins that still fit; `make lock ARGS=--upgrade` takes the newest.
lock: $(LOCK)/.made ## Pin the dependencies of pyproject.toml in requirements/.
	$(call compile,runtime,)
	$(call compile,dev,--extra postgres --group dev --constraints requirements/runtime.txt)
	$(call compile,spark,--extra spark --constraints requirements/runtime.txt)
	$(call compile,lock,--group lock)

clean: ## Remove everything that these targets make.
	rm -rf $(VENV) $(LOCK) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests $(wildcard bench) -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml $(VENV)/.requirements-installed
	@$(PY) $(PIP) install --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.requirements-installed: requirements/dev.txt
	@$(call make_venv,$(VENV),$<)
	@touch $@

$(VENV)/.spark-installed: requirements/spark.txt $(VENV)/.requirements-installed
	@echo "Java $(JAVA) is here: installing PySpark (half a gigabyte) for the tests of markets in Parquet, once."
	@$(PY) $(PIP) install --quiet --require-hashes --requirement $<
	@touch $@

$(LOCK)/.made: requirements/lock.txt
	@$(call make_venv,$(LOCK),$<)
	@touch $@

# The first Python that is new enough and can make an environment.
define make_venv
	old=; bare=; found=; \
	for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python); do \
	  command -v "$$python" >/dev/null 2>&1 || continue; \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { old="$$old $$python"; continue; }; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || { bare="$$bare $$python"; continue; }; \
	  found=$$python; break; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Goodstanding needs Python 3.11 or newer, and found none." >&2; \
	  if [ -n "$$old" ]; then echo "Too old, or broken:$$old" >&2; fi; \
	  if [ -n "$$bare" ]; then echo "Cannot make an environment (on Debian and Ubuntu, install python3-venv):$$bare" >&2; fi; \
	  echo "Install one, or name it: make PYTHON=/path/to/python3" >&2; \
	  exit 1; \
	fi; \
	echo "Making $(1) with $$($$found --version) from $(2), once; this takes up to a minute."; \
	"$$found" -m venv $(1) && $(1)/bin/python $(PIP) install --quiet --require-hashes --requirement $(2)
endef

# Exit status 5 is pytest's for "no test was selected".
define pytest_or_none
	$(PYTEST) $(1) || { status=$$?; if [ $$status -eq 5 ]; then echo "There is no such test yet."; else exit $$status; fi; }
endef

define compile
	$(LOCK)/bin/uv pip compile --quiet --no-config --system-certs --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command "make lock" $(2) $(ARGS) --output-file requirements/$(1).txt $(if $(filter lock,$(1)),,pyproject.toml)
endef
