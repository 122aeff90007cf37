PYTHON ?= python3
PORT ?= 8000
SCALE ?= 0.1
RUN = .venv/bin/python

.PHONY: run test check format bench lock clean

run: .venv/.run ## SQLite, reference data, the sample record, and the server
	@$(RUN) manage.py up --port $(PORT)

test: .venv/.test ## the whole suite, on SQLite and on PostgreSQL
	$(RUN) -m pytest -n 2
	$(RUN) -m tests.postgresql pytest -n 2 -m "not workshop"

check: .venv/.test ## style, types, layers, migrations
	$(RUN) -m pytest -n 2 -m workshop

format: .venv/.test ## rewrite the code in the house's style
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

bench: .venv/.test ## how fast it answers, beside a floor: SCALE=1 has 300,000 statements
	$(RUN) -m benchmarks --scale $(SCALE)

lock: ## write the lock files anew, with hashes and without the address of a registry
	$(RUN) -m pip install --disable-pip-version-check uv
	$(RUN) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -o requirements.txt pyproject.toml
	$(RUN) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --group dev -o requirements-dev.txt pyproject.toml

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
