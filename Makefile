PYTHON ?= python3
PORT ?= 8000

.PHONY: run test

run: .venv/.run ## SQLite, reference data, the sample record, and the server
	@.venv/bin/python manage.py up --port $(PORT)

test: .venv/.test ## the whole suite, on SQLite and on PostgreSQL
	.venv/bin/python -m pytest
	.venv/bin/python -m tests.postgresql pytest

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "Python's venv is needed (on Debian: apt-get install python3-venv)."; exit 1; }
	@echo "Making .venv"
	@$(PYTHON) -m venv .venv

.venv/.run: .venv/bin/python requirements.txt
	@echo "Installing what requirements.txt locks"
	@.venv/bin/python -m pip install --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.test: .venv/bin/python requirements-dev.txt
	@echo "Installing what requirements-dev.txt locks"
	@.venv/bin/python -m pip install --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/.run
