# `make demo` and `make test` need Python 3.13 or later with venv, and make; the rest is installed into .venv by hash.
# `make help` lists everything; .ci/run runs the same targets.

BIN    := .venv/bin
PY     := $(BIN)/python
PYTEST := $(PY) -m pytest
AT_ONCE := -n 2 --dist worksteal # two processes; tests of a module stay with one while there are others

# Production's settings as `check --deploy` wants to see them; the key is made up for each run.
DEPLOYED = env -u DJANGO_DEBUG DATABASE_URL=sqlite:///:memory: ALLOWED_HOSTS=asiakkaat.example HSTS_SUBDOMAINS=1 HSTS_PRELOAD=1 \
	DJANGO_SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))')

# Compiled code is kept: without it each process compiles Django anew, and pytest every test module that it rewrites.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-long bench bench-full bench-tools measures check check-migrations check-deploy check-format check-templates check-types \
	check-imports setup setup-demo translations chromium format texts lock vendor clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F '\t' '{printf "make %-17s %s\n", $$1, $$2}'

# --- the two commands ---

demo: setup-demo ## set everything up and serve the demo at http://127.0.0.1:8000/ (PORT=8123 chooses another port)
	@PORT=$(PORT) $(PY) tools/demo.py

test: setup chromium translations ## every test but the long ones, on SQLite and on PostgreSQL, with Chromium; at most 8 minutes
	@status=0; \
	env -u DATABASE_URL $(PYTEST) $(AT_ONCE) || status=1; \
	$(PY) tools/with_postgres.py $(PYTEST) $(AT_ONCE) -m 'not long and not once' || status=1; \
	exit $$status

test-long: setup chromium translations ## the tests that take long, on SQLite and on PostgreSQL; there also what `make test` runs once
	@status=0; \
	env -u DATABASE_URL $(PYTEST) $(AT_ONCE) -m long || status=1; \
	$(PY) tools/with_postgres.py $(PYTEST) $(AT_ONCE) -m 'long or once' || status=1; \
	exit $$status

bench-tools: setup
	@$(PY) -m uv pip install --system-certs --quiet --require-hashes --python $(PY) -r requirements-bench.txt

bench: bench-tools translations ## how fast everything is at a hundredth and a tenth of the full size, on both engines
	$(PY) -m benchmarks.run 10 100

bench-full: bench-tools translations ## the same up to 10 million tasks; keeps figures, plans, table and chart; takes an hour or two
	$(PY) -m benchmarks.run --keep 1 10 100 1000

measures: setup ## how the code reads, in figures: sizes, complexity, names, docstrings, templates
	@$(PY) -m tools.measures

# --- checks without running the tests ---

check: check-migrations check-deploy check-format check-templates check-types check-imports ## all checks below

check-migrations: setup ## no model has changed without a migration
	$(DEPLOYED) $(PY) manage.py makemigrations --check --dry-run

check-deploy: setup ## Django's own check with the settings of a real installation
	$(DEPLOYED) $(PY) manage.py check --deploy --fail-level WARNING

check-format: setup ## ruff: format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

check-templates: setup ## djade: format of the templates
	@find templates */templates -name '*.html' 2>/dev/null | xargs $(BIN)/djade --target-version 6.1 --check

check-types: setup ## mypy, strict
	$(PY) -m mypy

check-imports: setup ## the two import contracts: one way between the apps, interfaces above
	$(PYTEST) -q tests/structure/test_imports.py

# --- set-up; the stamps say which requirements are installed ---

setup: .venv/.dev ## .venv with everything that development needs
setup-demo: .venv/.demo ## .venv with what running needs

.venv/.demo: requirements.txt requirements-uv.txt
	@tools/setup.sh requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt requirements-uv.txt
	@tools/setup.sh requirements-dev.txt
	@touch .venv/.demo $@

translations: setup ## compile the catalogues that have changed
	@$(PY) -m spotilla.translations

chromium:
	@tools/chromium.sh

# --- changing things ---

format: setup ## write the format that check-format and check-templates ask for
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .
	@find templates */templates -name '*.html' 2>/dev/null | xargs $(BIN)/djade --target-version 6.1

texts: setup ## bring new texts of code and templates into the catalogues in locale/, to be translated there
	$(PY) -m tools.texts

LOCK = $(BIN)/uv pip compile -q --universal --python-version 3.13 --generate-hashes --no-header $(UPGRADE)
lock: setup ## pin what pyproject.toml names, with hashes (UPGRADE=--upgrade takes newer versions)
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) -c requirements.txt pyproject.toml --group dev -o requirements-dev.txt
	$(LOCK) -c requirements.txt pyproject.toml --group bench -o requirements-bench.txt
	grep '^uv==' requirements-dev.txt | cut -d' ' -f1 | $(LOCK) --no-annotate - -o requirements-uv.txt

vendor: setup ## renew the browser files from npm by the versions in package.json (needs Node)
	npm ci
	$(PY) tools/vendor.py

clean: ## remove what set-up and tests made, but not the data in var/
	rm -rf .venv node_modules staticfiles .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -prune -exec rm -rf {} + && find locale -name '*.mo' -delete
