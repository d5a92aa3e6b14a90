# make help lists the verbs. Each does its own set-up, so any of them may be the first.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
TORCH ?= torch==2.13.0
INSTALLED := .venv/.installed
# Programs that are no libraries of ours, each in an environment of its own: sam and checkov want different versions of boto3.
TOOLS := .venv-tools
SAM := aws-sam-cli==1.170.0
CHECKOV := checkov==3.3.30
CLIENT := awslambdaric==4.2.2
CYCLONEDX := cyclonedx-bom==7.5.0
AUDIT := pip-audit==2.10.1
PIP := -m pip install -q --disable-pip-version-check

.PHONY: help install models bench scale torch faults soak rehearse monitor tune heads template kube terraform rie sam-local image-figures sbom audit nix layer images up down setup seed status logs reset shell demo test lint types layers check build docs lock clean

help: ## List the verbs
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 17

install: $(INSTALLED) ## Make .venv with the ticket-processor command and the development tools

$(INSTALLED): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Python 3.11 or newer is needed: apt-get install python3 (or set PYTHON)" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

models: $(INSTALLED) ## Fetch, verify and convert the model weights
	@$(BIN)/ticket-processor models fetch >/dev/null

demo: $(INSTALLED) models ## Run the whole system on a local AWS, on sample tickets
	@$(BIN)/ticket-processor demo

test: $(INSTALLED) models ## Run all tests, the local AWS included
	@$(BIN)/python -m pytest $(ARGS)

up: $(INSTALLED) ## Start the local AWS
	@$(BIN)/ticket-processor local up

down: $(INSTALLED) ## Stop the local AWS
	@$(BIN)/ticket-processor local down

setup: $(INSTALLED) models ## Create buckets, queues, table and function on the local AWS
	@$(BIN)/ticket-processor local setup

seed: $(INSTALLED) ## Put the sample tickets into tickets-raw
	@$(BIN)/ticket-processor local seed

status: $(INSTALLED) ## Show what is in the local AWS
	@$(BIN)/ticket-processor local status

logs: $(INSTALLED) ## Show the local AWS's log
	@$(BIN)/ticket-processor local logs

reset: $(INSTALLED) ## Empty the local AWS
	@$(BIN)/ticket-processor local reset

shell: $(INSTALLED) ## Open Python with the package at hand
	@$(BIN)/python

torch: $(INSTALLED) ## Add the reference backend's libraries to .venv
	@$(BIN)/python -c 'import torch, transformers, sentence_transformers' 2>/dev/null || \
	  $(BIN)/python -m pip install -q --disable-pip-version-check $(TORCH) 'transformers>=5' 'sentence-transformers>=5'

bench: torch models ## Compare with the usual way: ARGS="--profile full --json"
	@$(BIN)/python -m benchmarks $(ARGS)

scale: $(INSTALLED) ## Simulate load on Lambda and on Kubernetes: ARGS="--profile fast --maximum-concurrency 100"
	@$(BIN)/python -m benchmarks.scaling $(ARGS)

faults: $(INSTALLED) ## Search 10,000 simulated runs for a broken promise: ARGS="--seeds 1000"
	@$(BIN)/python -m tests.promise $(or $(ARGS),--seeds 10000)

soak: $(INSTALLED) models ## Run real processes against the local AWS under fire: ARGS="--tickets 500"
	@$(BIN)/python -m tests.soak $(ARGS)

tune: torch models ## Tune MiniLM's first layers anew on training/tickets: 45 minutes
	@$(BIN)/python -m training.tune

heads: $(INSTALLED) models ## Fit the heads of the labels anew on training/tickets
	@$(BIN)/python -m training.fit

template: $(INSTALLED) $(TOOLS)/sam $(TOOLS)/checkov ## Check template.yaml with sam, cfn-lint, checkov and our doctor
	@AWS_DEFAULT_REGION=us-east-1 SAM_CLI_TELEMETRY=0 $(TOOLS)/sam/bin/sam validate --lint --template template.yaml
	@$(TOOLS)/sam/bin/cfn-lint template.yaml
	@$(TOOLS)/checkov/bin/checkov --framework cloudformation --compact --quiet --skip-download -f template.yaml
	@$(BIN)/ticket-processor doctor --template template.yaml

# The oldest Kubernetes whose kubelet sleeps before a stop by itself, and the newest that the validator knows.
KUBERNETES := 1.30 1.37

kube: $(INSTALLED) $(TOOLS)/kube/.installed $(TOOLS)/checkov ## Render deploy/kubernetes, check it by schemas, policies and our tests
	@rm -rf build/kubernetes && mkdir -p build/kubernetes && $(BIN)/python -m tests.deploy.kustomize build/kubernetes
	@for version in $(KUBERNETES); do $(TOOLS)/kube/bin/kubernetes-validate --strict --quiet --no-warn -k $$version build/kubernetes/*.yaml || exit 1; done
	@$(TOOLS)/checkov/bin/checkov --config-file deploy/kubernetes/checkov.yaml -d build/kubernetes
	@$(BIN)/python -m pytest -rs tests/deploy/test_kubernetes.py tests/deploy/test_kustomize.py $(ARGS)

terraform: $(INSTALLED) $(TOOLS)/terraform/.installed $(TOOLS)/checkov ## Hold deploy/terraform to template.yaml, policies and, where terraform is, its format
	@if command -v terraform >/dev/null; then terraform -chdir=deploy/terraform fmt -check -diff; \
	else echo "terraform is not installed: the format is NOT checked" >&2; fi
	@$(TOOLS)/checkov/bin/checkov --framework terraform --compact --quiet --skip-download -d deploy/terraform
	@$(BIN)/python -m pytest -rs -m terraform tests/deploy $(ARGS)

rie: $(INSTALLED) models $(TOOLS)/sam $(TOOLS)/client ## Run the function under Lambda's Runtime Interface Emulator, without containers
	@PYTHONPATH=$(TOOLS)/client $(BIN)/python -m tests.rie $(TOOLS)/sam/lib/python3*/site-packages/samcli/local/rapid

sam-local: $(INSTALLED) models $(TOOLS)/sam ## Build the image and invoke it by sam local; as root it gets Docker itself: ARGS="--base debian"
	@$(BIN)/python -m tests.sam_local $(TOOLS)/sam $(ARGS)

image-figures: $(INSTALLED) models $(TOOLS)/sam ## Measure the images: ARGS="--figures fast" leaves out the full one
	@$(BIN)/python -m tests.sam_local $(TOOLS)/sam --figures fast,full $(ARGS)

rehearse: $(INSTALLED) models ## Rehearse what happens to pods, by Docker as deploy/kubernetes says; ARGS=--processes does without
	@$(BIN)/python -m tests.rehearsal $(ARGS)

sbom: $(INSTALLED) $(TOOLS)/cyclonedx ## Write what is in the image to build/sbom.json (CycloneDX)
	@$(BIN)/python -m layers.inventory sbom $(TOOLS)/cyclonedx

audit: $(INSTALLED) $(TOOLS)/audit ## Look the image's libraries up in PyPI's list of known vulnerabilities
	@$(BIN)/python -m layers.inventory audit $(TOOLS)/audit

$(TOOLS)/cyclonedx:
	@$(PYTHON) -m venv $@ && $@/bin/python $(PIP) $(CYCLONEDX) || { rm -rf $@; exit 1; }

$(TOOLS)/audit:
	@$(PYTHON) -m venv $@ && $@/bin/python $(PIP) $(AUDIT) || { rm -rf $@; exit 1; }

$(TOOLS)/sam:
	@$(PYTHON) -m venv $@ && $@/bin/python $(PIP) $(SAM) || { rm -rf $@; exit 1; }

$(TOOLS)/checkov:
	@$(PYTHON) -m venv $@ && $@/bin/python $(PIP) $(CHECKOV) || { rm -rf $@; exit 1; }

$(TOOLS)/kube/.installed: tests/deploy/kubernetes-tools.txt
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D) && $(@D)/bin/python $(PIP) --require-hashes -r $< && touch $@

$(TOOLS)/terraform/.installed: tests/deploy/terraform-tools.txt
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D) && $(@D)/bin/python $(PIP) --require-hashes -r $< && touch $@

$(TOOLS)/client: $(INSTALLED)
	@$(BIN)/python $(PIP) --target $@ $(CLIENT) || { rm -rf $@; exit 1; }

lint: $(INSTALLED) ## Check format and lint
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(INSTALLED) ## Check types
	@$(BIN)/mypy

layers: $(INSTALLED) ## Check that imports point down
	@$(BIN)/lint-imports

check: lint types layers ## Format, lint, types and layers

build: $(INSTALLED) ## Build the wheel into dist/
	@$(BIN)/python -m hatchling build -t wheel

docs: $(INSTALLED) ## Write the generated pages of the documentation, and of deploy/monitoring
	@$(BIN)/python docs/reference.py
	@$(BIN)/python deploy/monitoring/render.py

lock: $(INSTALLED) ## Resolve the dependencies anew and pin them with hashes
	@for extra in runtime dev lambda; do \
	  $(BIN)/pip-compile -q --generate-hashes --no-header --strip-extras --allow-unsafe --no-emit-index-url \
	    --no-emit-find-links --no-emit-trusted-host $$([ $$extra = runtime ] || echo --extra $$extra -c requirements/runtime.txt) \
	    -o requirements/$$extra.txt pyproject.toml || exit 1; done

# Debian and Ubuntu; elsewhere the tests say what is missing.
PACKAGING_TOOLS := nix:nix-bin shellcheck:shellcheck guile:guile-3.0 strip:binutils
PACKAGING := .venv-packaging

nix: $(INSTALLED) models $(PACKAGING)/.installed ## Test the packaging: Nix, Flox, Guix, layers, workflows
	@missing=; for tool in $(PACKAGING_TOOLS); do command -v "$${tool%%:*}" >/dev/null || missing="$$missing $${tool##*:}"; done; \
	if [ -n "$$missing" ]; then \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null || { echo "Missing:$$missing. As root: apt-get install --no-install-recommends$$missing" >&2; exit 2; }; \
	  apt-get update -q && apt-get install -y -q --no-install-recommends $$missing; fi
	@$(BIN)/python -m pytest -rs -m nix tests/nix tests/deploy $(ARGS)

# RUNLEVEL=1: Debian's package is not to start a server of its own.
monitor: $(INSTALLED) models ## Test alerts and dashboard on a real Prometheus: each alert is made to ring
	@if ! command -v promtool >/dev/null || ! command -v prometheus >/dev/null; then \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null || { echo "Missing: prometheus. As root: apt-get install --no-install-recommends prometheus" >&2; exit 2; }; \
	  apt-get update -q && RUNLEVEL=1 apt-get install -y -q --no-install-recommends prometheus; fi
	@mkdir -p build && rm -f build/rehearsal.json
	@REHEARSAL=build/rehearsal.json $(BIN)/python -m pytest -rs -m "monitor or not monitor" tests/monitor tests/test_runbook.py $(ARGS)
	@cat build/rehearsal.json

$(PACKAGING)/.installed: $(INSTALLED) tests/nix/runtime-client.txt tests/deploy/tools.txt
	@rm -rf $(PACKAGING)
	@$(PYTHON) -m venv $(PACKAGING)
	$(PACKAGING)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r tests/deploy/tools.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --target $(PACKAGING)/awslambdaric -r tests/nix/runtime-client.txt
	@touch $@

layer: $(INSTALLED) models ## Build the Lambda layers of a function without an image: ARGS="--python-version 3.13"
	@$(BIN)/python -m layers.archive $(ARGS)

images: ## Build an image of each variant by Flox: CATALOG=yours ARGS="avx2 --dry-run"
	@deploy/images.sh $(ARGS)

clean: ## Remove the environments and what builds and tests leave behind
	@rm -rf .venv $(PACKAGING) $(TOOLS) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
