# Everything happens in .venv; `make help` lists what there is.
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
AZORA := $(PYTHON) -m gateway
INSTALLED := .venv/installed
INSTALLED_DEV := .venv/installed-dev
GRAPHIQL := ui/graphiql/node_modules/.built
FALLBACK := ui/graphiql/fallback/node_modules/.installed
FALLBACK_IF_NPM := $(if $(shell command -v npm),$(FALLBACK))
PEERS := bench/peers/node_modules/.installed
PEERS_IF_NPM := $(if $(shell command -v npm),$(PEERS))
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make lock'

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

.PHONY: run
run: $(INSTALLED) ## install, start the database, migrate, seed, serve
	@$(MAKE) --no-print-directory graphiql \
		|| echo "GraphiQL could not be built; its page loads it from a CDN instead"
	@exec $(AZORA) serve

.PHONY: test
test: check graphiql $(FALLBACK_IF_NPM) ## check, and run all tests
	@exec tools/test.sh $(ARGS)

.PHONY: nightly
nightly: $(INSTALLED_DEV) ## what takes too long for each change: many runs of the money machine
	MACHINE_RUNS=2500 $(PYTHON) -m pytest -n 2 tests/money/test_machine.py
	$(PYTHON) -m tests.money.mutants

.PHONY: check
check: $(INSTALLED_DEV) ## the fast half: format, lint, types, walls
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy .
	.venv/bin/lint-imports

.PHONY: schema
schema: $(INSTALLED) ## write schema.graphql
	$(AZORA) schema > schema.graphql.new
	mv schema.graphql.new schema.graphql

.PHONY: docs
docs: $(INSTALLED) ## write the domains' pages in docs/domains
	$(AZORA) docs

.PHONY: migration
migration: $(INSTALLED_DEV) ## write a migration: make migration m="add a column"
	@test -n "$(m)" || { echo 'Say what it does: make migration m="…"'; exit 1; }
	$(AZORA) db revision "$(m)"

.PHONY: plans
plans: $(INSTALLED_DEV) ## write anew how Postgres runs the workloads
	$(PYTHON) -m tests.explained

.PHONY: bench
bench: $(INSTALLED_DEV) $(PEERS_IF_NPM) ## measure
	$(PYTHON) -m bench $(ARGS)

.PHONY: graphiql
graphiql: ## build GraphiQL's static files, where there is npm
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(GRAPHIQL); \
	else echo "GraphiQL is not built: no Node.js with npm found"; fi

.PHONY: lock
lock: ## resolve the dependencies anew (needs uv)
	@command -v uv >/dev/null || { echo "uv is not installed"; exit 1; }
	$(COMPILE) --extra build pyproject.toml -o requirements.lock
	$(COMPILE) --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

$(INSTALLED): requirements.lock pyproject.toml tools/install.sh
	@tools/install.sh run
	@touch $@

$(INSTALLED_DEV): $(INSTALLED) requirements-dev.lock
	@tools/install.sh dev
	@touch $@

$(GRAPHIQL): ui/graphiql/package-lock.json $(wildcard ui/graphiql/*.* ui/graphiql/src/* gateway/examples/*)
	npm ci --prefix ui/graphiql
	npm run build --prefix ui/graphiql
	@touch $@

$(FALLBACK): ui/graphiql/fallback/package-lock.json
	npm ci --prefix ui/graphiql/fallback
	@touch $@

# The servers bring their own Node.js, so what npm says of this machine's is of no account.
$(PEERS): bench/peers/package-lock.json
	npm ci --prefix bench/peers --loglevel=error
	@touch $@
