# daily30: two commands do everything: `make demo` and `make test`.
PYTHON ?= python3.11
BIN := .venv/bin
# % of lines that the fast suite runs in its own processes: 93.9 on 2026-11-30; whole commands and nights are in the long part
COVERED := 93
# PEP 517: pip before 23.1 (Debian 12) else installs what has no wheel in a way that leaves no list of its files.
# Not compiled: of what lies in the environment a run imports a part, which Python compiles as it meets it.
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check --no-compile --use-pep517
TORCH = $$(grep -o '^torch==[^ ]*' requirements.lock)
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
HOME_DIR ?= home
export DAILY30_HOME ?= $(HOME_DIR)
# Packages lie uncompiled (PIP above): where this is set, every process compiles all it imports anew, and a
# tiny night takes 82 CPU-seconds instead of 57.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup peers demo test test-fast coverage test-long lint format types bench bench-copy wheel docs lock lock-peers clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: .venv/.installed ## the environment: .venv with everything pinned and hashed

# Spark comes as its source, half a gigabyte of jars: packing them once more on the way in took 12 of its 37 seconds.
# torch first and alone, CPU build, from where pip is told to look or else from its own index: a resolver
# that looks elsewhere brings gigabytes of CUDA.
.venv/.installed: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || python3 -m venv .venv
	@$(BIN)/python -c 'import sys; assert sys.version_info[:2] == (3, 11), "daily30 needs Python 3.11, this is " + sys.version'
	$(PIP) --no-deps $(TORCH) 2>/dev/null || $(PIP) --no-deps $(TORCH) --extra-index-url $(TORCH_INDEX)
	@printf '[bdist_wheel]\ncompression = stored\n' > .venv/stored.cfg
	DIST_EXTRA_CONFIG=$(CURDIR)/.venv/stored.cfg $(PIP) --no-deps --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

peers: .peers/.installed ## servers others wrote, in .peers, for the tests marked peers

.peers/.installed: requirements-peers.lock requirements-beside.lock
	@test -x .peers/bin/python || $(PYTHON) -m venv .peers || python3 -m venv .peers
	.peers/bin/python -m pip install -q --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements-peers.lock
	@rm -rf .peers/beside
	.peers/bin/python -m pip install -q --disable-pip-version-check --no-compile --no-deps --require-hashes \
		--target .peers/beside -r requirements-beside.lock
	@touch $@

demo: setup ## sample catalogue, one full night, what to open next
	$(BIN)/daily30 sample
	$(BIN)/daily30 nightly

# The long part from a recipe: beside other targets (make -j) it still waits for the fast suite.
test: test-fast ## every test: the fast suite, then the long part
	@$(MAKE) test-long

# Several processes on two cores, and small tables: threads of BLAS and polars in each would mostly wait for each other.
# Commands that the long part starts have theirs on, as where a person starts them (tests/e2e/command.py).
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 POLARS_MAX_THREADS=1

# Files in the order of their folders, not those of many tests first: a file may hold one test of minutes.
test-fast: setup ## about four minutes on two cores (COVERAGE=1: with the share of lines it runs)
	$(ONE_THREAD) $(BIN)/python $(if $(COVERAGE),-m slipcover --json --out .coverage.json) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow and not spark and not airflow"
	$(if $(COVERAGE),$(BIN)/python -m slipcover --merge .coverage.json --out .coverage.json --fail-under $(COVERED))

coverage: ## the fast suite with its coverage, no less than COVERED
	@$(MAKE) test-fast COVERAGE=1

# Only files that have such tests: to read all takes each process twice as long.
LONG = $$(grep -rlE 'mark\.(slow|spark|airflow)' --include='test_*.py' tests | sort)

# Three processes: what they start waits now and then (servers, Spark, kills). Of two cores two used 1.4 and three 1.7;
# four took as long as three (19 minutes).
test-long: setup ## whole commands and nights, Spark, Airflow, acceptance data where present
	$(ONE_THREAD) $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "slow or spark or airflow" --timeout 1200 $(LONG)

lint: setup ## ruff and the import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup ## mypy, strict
	$(BIN)/mypy

bench: setup ## speed and memory, as ratios in one run
	@set -e; for name in retrieval collaborative assembly writing asking; do echo "== $$name"; $(BIN)/python -m bench.$$name; done
	@set -e; if [ -d "$(DAILY30_HOME)/landing/audio" ]; then \
		echo "== audio"; $(BIN)/python -m bench.audio "$(DAILY30_HOME)/landing/audio"; \
		echo "== incremental"; $(BIN)/python -m bench.incremental "$(DAILY30_HOME)"; \
	else echo "make demo first: the benches of sound hear its songs"; fi

bench-copy: setup ## the words: groundedness, coverage, diversity, readability, and the checker (COPY_ARGS="--home home --json")
	@$(BIN)/python -m bench.copy $(COPY_ARGS)

wheel: setup ## dist/daily30-….whl, to be installed elsewhere
	@rm -rf build dist
	$(BIN)/python -m pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation -w dist .

docs: setup ## the generated pages and pictures of the guide
	$(BIN)/python -m jobs.commands.docs

lock: ## what pyproject.toml declares -> requirements.lock (needs uv; PIP_FIND_LINKS: folder with the CPU build of torch)
	uv pip compile --quiet --prerelease=if-necessary-or-explicit --generate-hashes --python-version 3.11 \
		$(if $(PIP_FIND_LINKS),--find-links $(PIP_FIND_LINKS)) --no-emit-package pyaudio --all-extras \
		--group test --group bench --group dev --custom-compile-command 'make lock' pyproject.toml -o requirements.lock

lock-peers: ## the same for requirements-peers.in and requirements-beside.in
	uv pip compile --quiet --generate-hashes --python-version 3.11 --custom-compile-command 'make lock-peers' \
		requirements-peers.in -o requirements-peers.lock
	uv pip compile --quiet --generate-hashes --no-deps --python-version 3.11 --custom-compile-command 'make lock-peers' \
		requirements-beside.in -o requirements-beside.lock

clean: ## everything that can be made again, not home/
	rm -rf .venv .peers build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* airflow
