# What people type. "make help" lists it.
SHELL := /bin/sh
GO ?= go
TOOL := $(GO) tool -modfile=tools/go.mod
POSTGRES := $(GO) run ./internal/store/pgtest/run --
# Rooms where goroutines meet; the race detector watches them.
CONCURRENT := ./internal/holder ./internal/work ./internal/store/... ./internal/vault ./internal/notify ./internal/web/... ./cmd/...
FUZZTIME ?= 60s
PACKS := $(wildcard policies/mega24/*)

.DEFAULT_GOAL := help
.PHONY: help build demo check test check-all fuzz bench lint verify generate ci

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

build: bin/kupuya ## build the program into bin/

bin/kupuya: FORCE
	@CGO_ENABLED=0 $(GO) build -trimpath -o bin/kupuya ./cmd/kupuya
FORCE:

demo: build ## run everything on SQLite with 1,000 made-up subscribers
	@bin/kupuya demo --data demo-data --ready-file demo-data/ready.json

check: ## before every commit: format, vet, the house's own rules, short tests
	@test -z "$$(gofmt -l client cmd internal policies)" || { gofmt -l client cmd internal policies; echo "run gofmt -w on these"; exit 1; }
	$(GO) vet ./...
	$(GO) test -short ./internal/archtest ./internal/privacy ./internal/law ./internal/policy/... ./internal/policyfile/... \
		./internal/format ./internal/evidence ./internal/ledger ./internal/i18n ./internal/vault ./internal/web/...

test: ## every test, on SQLite and on a PostgreSQL of its own; installs what it needs where it may
	@scripts/setup.sh
	$(POSTGRES) $(GO) test -timeout 20m ./...
	$(POSTGRES) $(GO) test -timeout 20m -race -short $(CONCURRENT)

check-all: ## the long loops: kill -9, faults, a million events, two hundred restarts
	@scripts/setup.sh
	KUPUYA_LONG=1 $(POSTGRES) $(GO) test -timeout 90m ./internal/ledger ./internal/holder ./internal/store/... ./cmd/kupuya
	$(MAKE) fuzz

fuzz: ## fuzz every parser for FUZZTIME (60s) each
	@GO="$(GO)" scripts/fuzz.sh $(FUZZTIME)

bench: ## measure the hot paths
	$(GO) test -run '^$$' -bench . -benchmem ./internal/privacy ./internal/policy/... ./internal/ledger ./internal/vault
	$(POSTGRES) $(GO) test -run '^$$' -bench . -benchmem ./internal/store/sqlstore ./internal/web/api
	$(POSTGRES) $(GO) test -run '^$$' -bench . -benchtime 1x ./internal/holder # KUPUYA_SUBJECTS=4000000 for a nation

lint: ## staticcheck and gofumpt, built from tools/go.mod
	$(TOOL) staticcheck ./...
	@test -z "$$($(TOOL) gofumpt -l client cmd internal policies)" || { $(TOOL) gofumpt -l client cmd internal policies; echo "run gofumpt -w on these"; exit 1; }

generate: ## write what is generated: OpenAPI, clause trace
	$(GO) test ./internal/web/api -run OpenAPI -update
	$(GO) test ./internal/archtest -run Trace -update

verify: ## what is generated is what is committed; every pack is what it says
	$(GO) test -count=1 ./internal/web/api -run OpenAPI
	$(GO) test -count=1 ./internal/archtest -run Trace
	@for pack in $(PACKS); do $(GO) run ./cmd/kupuya policy check $$pack || exit 1; done
	$(GO) mod verify

ci: check lint verify test ## what runs on every submission
	$(MAKE) fuzz FUZZTIME=5s
