.DEFAULT_GOAL := help
.PHONY: help setup run test bench lint lock clean

help:  ## these lines
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup:  ## system packages, .venv, fonts; only what is missing
	@tools/setup

run: setup  ## the counter, or the whole job headless where there is no display; ARGS="…" passes on
	@tools/pcscd start
	@.venv/bin/desk-app run --card good $(ARGS)

test: setup  ## every check; PYTEST_ADDOPTS="…" passes on
	@tools/test

bench: setup  ## benchmarks, each beside its floor; ARGS="…" passes on
	@tools/pcscd start
	@.venv/bin/python -m benchmarks $(ARGS)

lint: setup  ## the static checks alone
	@tools/lint

lock:  ## requirements.lock from pyproject.toml, newest versions with UPGRADE=1
	@tools/lock $(if $(UPGRADE),--upgrade)

clean:  ## what was built, and .venv
	@tools/pcscd stop
	rm -rf build .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.*
	find desk_app tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
