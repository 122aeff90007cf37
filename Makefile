PYTHON ?= python3
PORT ?= 8000
SCALE ?= 0.1
RUNS ?= 1
RUN = .venv/bin/python
PYTEST = -n 2 --dist worksteal --durations=25
# Programs that tests start would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-sqlite test-postgresql check sdk drill cluster-drill format bench lock release-contract clean

run: .venv/.run ## SQLite, reference data, the sample record, and the server
	@$(RUN) manage.py quickstart --port $(PORT)

test: .venv/.test ## the whole suite, on SQLite and on PostgreSQL at once, so that one works while the other waits
	@echo "On SQLite and PostgreSQL at once; PostgreSQL's run is printed after SQLite's."
	@log=$$(mktemp); { $(MAKE) --no-print-directory test-postgresql > $$log 2>&1 & }; other=$$!; \
	$(MAKE) --no-print-directory test-sqlite; sqlite=$$?; wait $$other; postgresql=$$?; \
	cat $$log; rm $$log; exit $$((sqlite || postgresql))

test-sqlite: .venv/.test ## the suite on SQLite, and which lines it ran
	env -u DATABASE_URL $(RUN) -m slipcover --source actors,config,events --skip-covered -m pytest $(PYTEST)

test-postgresql: .venv/.test ## the suite on PostgreSQL
	$(RUN) -m tests.postgresql pytest $(PYTEST) -m "not lint and not any_database and not drill and not cluster"

check: .venv/.test ## style, types, layers, migrations
	$(RUN) -m pytest -n 2 -m lint

sdk: .venv/.run ## generate clients in four languages, compile them, run them against the sample (docs/sdk/README.md)
	docs/sdk/check

release-contract: ## take today's OpenAPI document as what clients rely on (docs/api-evolution.md)
	cp config/api/openapi.yaml config/api/released.yaml

drill: .venv/.test ## attacks and faults on a running server, and an upgrade from the commit before (UPGRADE_FROM=…)
	$(RUN) -m pytest -m drill tests/drills

cluster-drill: .venv/.test ## kill the primary of three database nodes under load: RUNS=5 does it five times (docs/scaling.md)
	RUNS=$(RUNS) $(RUN) -m pytest -s -m cluster tests/cluster

format: .venv/.test ## rewrite the code in the house's style
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

bench: .venv/.test ## how fast it answers, beside a floor: SCALE=1 has 300,000 statements
	$(RUN) -m benchmarks --scale $(SCALE)

lock: ## write the lock files anew, with hashes and without the address of a registry
	$(RUN) -m pip install --disable-pip-version-check uv
	$(RUN) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -o requirements.txt pyproject.toml
	$(RUN) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --group dev -o requirements-dev.txt pyproject.toml
	$(RUN) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -o docs/sdk/requirements.txt docs/sdk/requirements.in
	cd docs/sdk && npm install --package-lock-only
	$(RUN) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --group pyproject.toml:audit -o requirements-audit.txt

clean: ## remove the environment and the database
	rm -rf .venv chancery.sqlite3*

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "Python's venv is needed (on Debian: apt-get install python3-venv)."; exit 1; }
	@echo "Making .venv"
	@$(PYTHON) -m venv .venv

.venv/.run: .venv/bin/python requirements.txt
	@echo "Installing what requirements.txt locks"
	@$(RUN) -m pip install --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.test: .venv/bin/python requirements-dev.txt
	@echo "Installing what requirements-dev.txt locks"
	@$(RUN) -m pip install --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/.run
