# `make` or `make help` lists what there is.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
BACKENDS ?= tensorflow jax torch
export KERAS_BACKEND ?= jax

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-kernels docs serve docs-test bench format

help:  ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: $(VENV)/.demo  ## Train a VAE on handwritten digits, pictures in runs/vae/
	$(BIN)/python examples/autoencoders/vae.py

test: $(VENV)/.all  ## Run the tests on each backend, but the slow ones
	$(BIN)/python tools/run_tests.py $(BACKENDS)

test-slow: $(VENV)/.all  ## Run the slow tests, examples among them
	$(BIN)/python tools/run_tests.py $(BACKENDS) -- --slow -m slow

test-kernels: $(VENV)/.all  ## Run the tests of equality as on older processors
	$(BIN)/python tools/run_tests.py --kernels $(BACKENDS)

docs: $(VENV)/.all  ## Build the site, with the examples and figures that changed
	$(BIN)/python tools/build_examples.py
	$(BIN)/python tools/build_figures.py
	$(BIN)/python tools/build_comparison.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --site-dir site

serve: docs  ## Build the site and show it at http://127.0.0.1:8000
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory site 8000

docs-test: $(VENV)/.all  ## Check every page of the site in Chromium
	$(BIN)/python tools/build_examples.py --check
	$(BIN)/python tools/build_figures.py --check
	$(BIN)/python tools/build_comparison.py --check
	$(BIN)/python -m pytest --confcutdir=tests/site tests/site -q -n 2 --dist worksteal

bench: $(VENV)/.all  ## Compare fit with hand-written training loops
	$(BIN)/python benchmarks/train_step.py

format: $(VENV)/.all  ## Format and lint
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e ".[jax]"
	touch $@

$(VENV)/.all: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e ".[all]"
	touch $@ $(VENV)/.demo
