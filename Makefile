# Underpass. `make demo` and `make test` are all a new clone needs: each installs what it lacks first.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Node 26, tsc and biome come from node_modules, whatever Node the machine has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH):/usr/local/sbin:/usr/sbin:/sbin

# command=package: what the program itself runs, what only its end-to-end tests run, what only the benchmark compares with.
tools := nft=nftables ip=iproute2 conntrack=conntrack nsenter=util-linux unshare=util-linux mount=mount
test_tools := curl=curl dig=bind9-dnsutils haproxy=haproxy nginx=nginx
peers := haproxy=haproxy nginx=nginx /usr/lib/nginx/modules/ngx_stream_module.so=libnginx-mod-stream iperf3=iperf3 wrk=wrk

.PHONY: help install demo test unit e2e check conformance bench clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: ## npm packages and system tools, when something is missing
	@scripts/install-packages.sh
	@scripts/install-tools.sh $(tools)

demo: install ## the whole story on this machine: two accounts, equal CIDRs, one private link
	@./underpass demo

test: ## unit tests, then end-to-end tests in real namespaces
	@$(MAKE) unit
	@$(MAKE) e2e

unit: install ## tests beside the code: no root, no network, seconds
	@node --test --test-isolation=none 'src/**/*.test.ts' 'test/*.test.ts' 'test/support/**/*.test.ts'

e2e: install ## real namespaces, nft and sockets
	@scripts/install-tools.sh --no-services $(test_tools)
	@node --test --test-concurrency=3 'test/e2e/**/*.ts'

check: install ## types, format and lint, the rooms, generated files
	tsc -p .
	biome check --error-on-warnings .
	node --test test/rooms.test.ts
	node src/api/coverage.ts --check

conformance: install ## AWS's own clients side by side, where they are installed; minutes
	@node --test --test-concurrency=2 'test/conformance/*.conformance.ts'

bench: install ## the promised numbers, beside haproxy and nginx stream (installed first)
	@scripts/install-tools.sh --no-services $(peers)
	@node bench/run.ts

clean: ## remove node_modules
	rm -rf node_modules
