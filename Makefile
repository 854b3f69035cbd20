# The two commands a newcomer needs are `make run` and `make test`; everything else is a step of one of them.
SHELL := /bin/bash
PREFIX ?= /usr/local
BIN := artifacts/bin
SOURCES := $(shell find src -name bin -prune -o -name obj -prune -o -type f -print) Directory.Build.props Directory.Packages.props

.PHONY: run build test bench install uninstall format clean

run: ## From nothing to a running container: packages, build, daemon, image, container
	@scripts/check-host.sh
	@scripts/packages.sh build run
	@$(MAKE) --no-print-directory build
	@scripts/run.sh

build: $(BIN)/.stamp ## Publish wharfd, wharf and wharf-runtime into artifacts/bin
	@:

$(BIN)/.stamp: $(SOURCES)
	@scripts/build.sh

test: ## Format check, build with warnings as errors, and every test
	@scripts/check-host.sh
	@scripts/packages.sh build run test
	@$(MAKE) --no-print-directory build
	@scripts/test.sh

bench: build ## Paired benchmarks against the peers that are installed (see bench/README.md)
	@scripts/packages.sh run bench
	@scripts/bench.sh

format: ## Rewrite the sources as CI wants them
	dotnet format Wharf.slnx

install: build ## Programs, completions and the systemd unit, below PREFIX
	@PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) scripts/install.sh

uninstall:
	@PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) scripts/install.sh --remove

clean:
	rm -rf artifacts
