# Every target runs in .venv, which the first one creates from requirements.lock.
# Another interpreter: make lab PYTHON=python3.12    Options: make lab ARGS="--port 9000"
PYTHON ?= python3
RUN = $(PYTHON) tools/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help setup lab test unit lint notebooks counts claims mutants bench screenshots site handouts dist binder kernels sizes versions lock clean

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

setup:  ## create .venv and install the locked packages
	@$(RUN) setup

lab:  ## open the course in JupyterLab
	@$(RUN) lab $(ARGS)

test:  ## run all tests: unit, browser, and every notebook
	@$(RUN) test

unit:  ## run the tests that need no browser and no notebook run
	@$(RUN) unit

lint:  ## check style, types, layers, spelling and the quizzes
	@$(RUN) lint

notebooks:  ## run all notebooks and store their outputs
	@$(RUN) notebooks

counts:  ## show words, pictures, numbers and minutes of each lesson beside three peers
	@$(RUN) counts $(ARGS)

claims:  ## measure again what the lessons claim, over seeds, splits and resamples
	@$(RUN) claims $(ARGS)

bench:  ## time metrics, record, notebooks, quiz and explorer, each beside its bound or its peers
	@$(RUN) bench

mutants:  ## change the exercises' solutions in every small way, and see that the checks refuse each
	@$(RUN) mutants $(ARGS)

screenshots:  ## take pictures of the widgets, into screenshots/ (ARGS=--readme renews the README's)
	@$(RUN) screenshots $(ARGS)

site:  ## build the course as a web site that works without a server
	@$(RUN) site $(ARGS)

handouts:  ## print the quizzes without and with answers, as PDF
	@$(RUN) handouts $(ARGS)

dist:  ## build the wheel that carries the whole course, into dist/
	@$(RUN) dist

binder:  ## install what Binder installs, into a fresh environment, and run lessons in it (needs the network)
	@$(RUN) binder $(ARGS)

kernels:  ## measure memory and processor time of each lesson, for hubs
	@$(RUN) kernels $(ARGS)

sizes:  ## print what an installation takes on the disk, without and with extras
	@$(RUN) sizes

versions:  ## run the lessons on other versions (ARGS=lowest or ARGS=colab; needs uv and the network)
	@$(RUN) versions $(ARGS)

lock:  ## resolve the dependencies again (needs uv)
	uv pip compile --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --extra lab --extra cpu --extra class --extra postgresql --extra site --extra handouts --group dev --upgrade \
	  pyproject.toml --output-file requirements.lock

clean:  ## remove .venv and caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
