# Everything that people and CI run. `make help` lists it.
# Tools come from node_modules, Node 24 too: the machine needs git, make and Node 20 or newer with npm.
.DEFAULT_GOAL := help
SHELL := /bin/sh
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
.PHONY: bench-operator help need install build demo cluster test control-plane check lint bench chaos gen verify-gen e2e clean

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## /  make \1\t/p' $(MAKEFILE_LIST)

need:
	@command -v git >/dev/null 2>&1 || { echo "git is missing: install it (on Debian: apt-get install git), then run make again." >&2; exit 1; }
	@command -v node >/dev/null 2>&1 || { echo "node is missing: install Node 20 or newer with npm, then run make again." >&2; exit 1; }
	@command -v npm >/dev/null 2>&1 || { echo "npm is missing: install Node 20 or newer with npm, then run make again." >&2; exit 1; }
	@node -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)' || { echo "node is older than 20: install Node 20 or newer with npm, then run make again." >&2; exit 1; }

install: need
	@node tools/install.mjs

build: install ## compile the server and the web app
	@node tools/build.mjs

demo: build ## two servers on this machine, with people and rooms: follow what it prints
	@node apps/cli/dist/main.js demo

cluster: build ## a Kubernetes of your own with everything installed, until Ctrl-C. BARE=1 without the installation
	@node tools/cluster/main.mjs

test: build control-plane ## every test; the last line is "N passed, N failed". TESTS=<path> runs some
	@node tools/ensure-chromium.mjs
	@node tools/run-tests.mjs --again-alone $(TESTS)

control-plane: need ## build the Kubernetes control plane of the tests, once (8 to 15 minutes; needs Go 1.26)
	@node tools/control-plane/ensure.mjs >/dev/null || true

e2e: build ## only whole servers: between servers, and in a browser
	@node tools/ensure-chromium.mjs
	@node tools/run-tests.mjs test/federation test/browser

lint: install
	@oxlint --type-aware --deny-warnings apps libs test tools
	@node tools/check-paths.mjs
	@node tools/check-imports.mjs

check: build ## types, budgets, import table, file names, generated files
	@tsc -p apps/web/tsconfig.json
	@tsc -p tsconfig.tests.json
	@$(MAKE) --no-print-directory lint verify-gen

chaos: build ## break everything at random and compare afterwards. SEED=<n> CHAOS_SIZE=<short|long> repeats, CHAOS_MINUTES=<n> bounds it (5)
	@CHAOS=1 node tools/run-tests.mjs test/chaos

bench: build ## measure latency and throughput on this machine
	@node test/bench/bench.mjs

gen: install ## make again everything that is derived: types of the resources, Prisma client, API client, settings, the chart's schema and CRDs
	@node tools/generate.mjs --sources
	@node tools/build.mjs
	@node tools/generate.mjs

bench-operator: build control-plane ## measure the operator in a cluster of 1,000 Tenants, 5,000 Peers and 20,000 Secrets of others
	@node test/bench/operator.mjs

verify-gen: build ## fail when something derived is not what `make gen` would make
	@node tools/generate.mjs --verify

clean: need ## remove what was built, and the demo's data
	@node tools/clean.mjs
