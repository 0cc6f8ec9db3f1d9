# `make` lists the targets. The work is done by scripts/ and CMake; see CMakeLists.txt and proto/CMakeLists.txt.

SHELL := /bin/bash
ARGS ?=
SEEDS ?= 3000
FIRST_SEED ?= 1

.PHONY: help setup api build asan run charm test test-long sim mutants pg-cost bench bench-budget bench-curves bench-instructions compat-go compat-python lint format clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-18s %s\n", $$1, $$2 }'

setup: ## install what is missing: Debian packages, node, npm packages
	@scripts/setup

api: ## generate and build the public API, once (part of build)
	@scripts/build-api

build: api ## build the programs into build/bin/
	@scripts/build build programs

asan: api ## build the programs and tests with sanitizers into build/asan/bin/
	@scripts/build build/asan programs sanitised_tests

run: setup ## set up, build, and start a server (ARGS="--db-filename my.db" is passed on)
	@$(MAKE) --no-print-directory build
	@exec build/bin/temporal server start-dev $(ARGS)

charm: setup api ## write both .charm files and the container images into build/charm/
	@scripts/setup images
	@scripts/build build programs charms
	@scripts/pack-charms
	@scripts/pack-images

test: ## set up, build both trees, run every test
	@scripts/run-tests

test-long: ## the same, with the full dose of whatever can run for longer
	@TEST_DOSE=full scripts/run-tests

sim: setup api ## several hosts with all faults, SEEDS=3000 seeds from FIRST_SEED=1 on
	@scripts/build build test_sim_hosts
	@SIM_SEEDS=$(SEEDS) SIM_FIRST_SEED=$(FIRST_SEED) build/bin/test_sim_hosts '[random]'

mutants: setup api ## break the server on purpose; each time the named test must fail
	@scripts/build build/mutants programs $$(tests/mutants/run --targets)
	@source scripts/env && BIN_DIR=$(CURDIR)/build/mutants/bin tests/mutants/run

pg-cost: setup build ## what a workflow costs a PostgreSQL (docs/postgresql-cost.md)
	@bench/postgresql-cost $(ARGS)

bench: setup build ## measure the server beside pgbench: see bench/README.md
	@bench/run table $(ARGS)

bench-budget: setup build ## hold the server against the budget of docs/performance.md
	@bench/run budget $(ARGS)

bench-curves: setup build ## how costs grow, with plots (bench/README.md)
	@bench/run curves $(ARGS)

bench-instructions: setup build ## count the instructions of the hot paths; fails when one has grown
	@scripts/setup instructions
	@bench/instructions/run $(ARGS)

compat-go: setup api ## ten scenarios with the Go SDK (skipped, loudly, without go or a module proxy)
	@scripts/build build programs
	@tests/compat/go/run

compat-python: setup api ## ten scenarios with the Python SDK (skipped, loudly, without python3 or an index)
	@scripts/build build programs
	@tests/compat/python/run

lint: setup api ## check formatting and the house rules
	@scripts/check-format
	@scripts/build build test_tidy
	@build/bin/test_tidy

format: setup ## reformat every C++ file
	@scripts/sources | xargs -0 clang-format-14 -i

clean: ## remove everything that was built (the next build takes minutes)
	rm -rf build
