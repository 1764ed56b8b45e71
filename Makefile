# The commands of this repository. `make` alone lists them.
#
# CARGO        the Cargo to use, e.g. `make test CARGO='cargo +1.95'`
# CARGO_FLAGS  options for every compiling command, e.g. `CARGO_FLAGS='-j 1'` where memory is short
# FUZZ_SECONDS how long `make fuzz` runs each target
# BENCH_HUGE   0 leaves the lists of millions of names out of `make bench`, which take gigabytes of memory
# BENCH_ARGS   parts of `make bench` and their options, e.g. `BENCH_ARGS='accuracy perturbed --quick --dump out/failed.jsonl'`
# DRILLS       parts of `make drills`, e.g. `DRILLS='overload one_port'`
# PYTHON       the Python that makes the environment of `make bench`, in which other programs are measured

CARGO ?= cargo
CARGO_FLAGS ?=
FUZZ_SECONDS ?= 30
BENCH_HUGE ?= 1
BENCH_ARGS ?=
DRILLS ?=
PYTHON ?= python3

# The lock file is part of the sources: a check or a demonstration must not change it.
LOCKED = --locked $(CARGO_FLAGS)
INTERDICT = $(CARGO) run $(LOCKED) --quiet --release --package interdict-cli --bin interdict --
DEMO = out/demo.snapshot
BENCH_VENV = target/bench-venv
BENCH_PACKAGES = benches/python/requirements.txt
FUZZ = cargo +nightly fuzz
FUZZ_TARGETS = \
	australia bis bods bundle canada csl dates eu extract ftm_delta ftm_line gleif identifiers names_only ofac_advanced \
	ofac_csv ofac_delta ofac_enhanced ofac_legacy owners parse_name payments pdf_text people_feed people_import \
	people_parquet people_table seco snapshot_open table uk_companies uk_csv uk_xml un_xml
# Inputs to begin from, beside what earlier runs found: a folder a target, or the small files of a crate's own tests.
FUZZ_SEEDS = $(wildcard fuzz/seeds/$(1) $(addsuffix /tests/data,$(FUZZ_SEEDS_$(1))))
FUZZ_SEEDS_australia = crates/sources
FUZZ_SEEDS_bis = crates/sources
FUZZ_SEEDS_bods = crates/sources
FUZZ_SEEDS_canada = crates/sources
FUZZ_SEEDS_csl = crates/sources
FUZZ_SEEDS_eu = crates/sources
FUZZ_SEEDS_ftm_delta = crates/sources
FUZZ_SEEDS_gleif = crates/sources
FUZZ_SEEDS_names_only = crates/sources
FUZZ_SEEDS_ofac_advanced = crates/sources
FUZZ_SEEDS_ofac_csv = crates/sources
FUZZ_SEEDS_ofac_delta = crates/sources
FUZZ_SEEDS_ofac_enhanced = crates/sources
FUZZ_SEEDS_ofac_legacy = crates/sources
FUZZ_SEEDS_owners = crates/sources
FUZZ_SEEDS_payments = crates/payments
FUZZ_SEEDS_seco = crates/sources
FUZZ_SEEDS_snapshot_open = crates/snapshot
FUZZ_SEEDS_table = crates/sources
FUZZ_SEEDS_uk_companies = crates/sources
FUZZ_SEEDS_uk_csv = crates/sources
FUZZ_SEEDS_uk_xml = crates/sources
FUZZ_SEEDS_un_xml = crates/sources

.PHONY: help demo test fmt lint unit doctest licences advisories bench drills fuzz clean

help:
	@echo 'make demo      build, screen the examples against the built-in dataset, show why each hit is a hit, and the network around some,'
	@echo '               scan an article, screen payments, and look at the people of a platform'
	@echo 'make test      everything that must pass: format, lints, tests, documentation tests, licences'
	@echo 'make advisories  known weaknesses of dependencies; needs cargo-deny or cargo-audit, and the network'
	@echo 'make fuzz      run each fuzz target for FUZZ_SECONDS=$(FUZZ_SECONDS); needs nightly Rust and cargo-fuzz'
	@echo 'make bench     run the benchmarks and print their table'
	@echo 'make drills    break things around a running server, and see that it holds; DRILLS names some of them'
	@echo 'make fmt       format the sources'
	@echo 'make lint      check format and lints only'
	@echo 'make clean     remove what was built'

# Hits are what a demonstration is for, so nothing here asks for an exit code that reports them.
demo:
	$(CARGO) build $(LOCKED) --release --package interdict-cli
	@mkdir -p out
	$(INTERDICT) build --source dprk_it_workers=data/dprk_it_workers.ftm.jsonl --out $(DEMO)
	$(INTERDICT) screen --snapshot $(DEMO) --input examples/contractors.csv --explain
	$(INTERDICT) screen --snapshot $(DEMO) --input examples/vendors.csv --explain
	$(INTERDICT) screen --snapshot $(DEMO) --input examples/wallets.txt --explain
	$(INTERDICT) network path "Liaoning China Trade" "Korea Osong Shipping" --snapshot $(DEMO)
	$(INTERDICT) network fronts --input examples/vendors_fronts.csv --snapshot $(DEMO)
	$(INTERDICT) scan examples/article.txt --snapshot $(DEMO)
	$(INTERDICT) pay examples/payments/pacs008.xml --policy examples/payments/policy.toml --date 2025-02-03 --snapshot $(DEMO)
	$(INTERDICT) people assess examples/platform --as-of 2026-11-01 --snapshot $(DEMO)
	$(INTERDICT) build --source example=examples/network.ftm.jsonl --out out/network.snapshot
	$(INTERDICT) network verdict "Cedar Logistics" --snapshot out/network.snapshot

test: lint unit doctest licences

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(LOCKED) --workspace --all-targets -- -D warnings

# The repository's own rules (`cargo xtask tidy`) run among these, as a test of xtask.
unit:
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		echo '$(CARGO) nextest run'; \
		$(CARGO) nextest run $(LOCKED) --workspace; \
	else \
		echo '$(CARGO) test'; \
		$(CARGO) test $(LOCKED) --workspace --all-targets -- --show-output; \
	fi

# Neither `nextest` nor `--all-targets` runs the examples in the documentation.
doctest:
	$(CARGO) test $(LOCKED) --workspace --doc

licences:
	@if $(CARGO) deny --version >/dev/null 2>&1; then \
		echo '$(CARGO) deny check licenses bans'; \
		$(CARGO) deny --locked check licenses bans; \
	else \
		echo 'cargo-deny is not installed: bans were not checked; the licences were, by the tidy test'; \
	fi

# Known weaknesses of what comes from others, by the database of RustSec. It lies on the network: where it cannot be had, that is said, and
# nothing is held against the code; a finding is. Not part of `test`, which must not change by itself from one day to the next.
advisories:
	@found=$$(mktemp); trap 'rm -f "$$found"' EXIT; \
	if $(CARGO) deny --version >/dev/null 2>&1; then \
		check='$(CARGO) deny --locked check advisories'; \
		$(CARGO) deny fetch db >"$$found" 2>&1 || unreached=1; \
	elif $(CARGO) audit --version >/dev/null 2>&1; then \
		check='$(CARGO) audit --deny unsound --deny yanked'; \
		$(CARGO) audit >"$$found" 2>&1 || { grep -qi 'fetch advisory database' "$$found" && unreached=1; }; \
	else \
		echo 'skipped: neither cargo-deny nor cargo-audit is installed; no advisories were checked'; \
		exit 0; \
	fi; \
	if [ -n "$$unreached" ]; then \
		echo 'skipped: the database of advisories cannot be reached; no advisories were checked'; \
		exit 0; \
	fi; \
	echo "$$check"; \
	$$check

# What cannot be installed is skipped with a word: our own figures do not depend on other programs. The program itself is built, as it
# is measured, too.
bench:
	@if ! cmp -s $(BENCH_PACKAGES) $(BENCH_VENV)/installed.txt; then \
		echo 'installing what $(BENCH_PACKAGES) names' >&2; \
		if $(PYTHON) -m venv $(BENCH_VENV); then \
			complete=1; \
			for package in $$(grep -v '^#' $(BENCH_PACKAGES)); do \
				$(BENCH_VENV)/bin/python -m pip install --quiet --disable-pip-version-check $$package >&2 || \
					{ complete=0; echo "skipped: $$package cannot be installed" >&2; }; \
			done; \
			if [ $$complete = 1 ]; then cp $(BENCH_PACKAGES) $(BENCH_VENV)/installed.txt; fi; \
		else \
			echo 'skipped: other programs and perturbed names, because there is no Python with venv' >&2; \
		fi; \
	fi
	$(CARGO) build $(LOCKED) --release --package interdict-cli
	$(CARGO) run $(LOCKED) --release --package interdict-benches -- $(if $(filter 1,$(BENCH_HUGE)),--huge) $(BENCH_ARGS)

drills:
	$(CARGO) build $(LOCKED) --release --package interdict-cli
	drills/run $(DRILLS)

fuzz:
	@if ! $(FUZZ) --version >/dev/null 2>&1; then \
		echo 'nothing was fuzzed: first `rustup toolchain install nightly` and `cargo install cargo-fuzz`' >&2; \
		exit 1; \
	fi
	@mkdir -p $(FUZZ_TARGETS:%=fuzz/corpus/%)
	$(foreach target,$(FUZZ_TARGETS),$(FUZZ) run $(target) fuzz/corpus/$(target) $(call FUZZ_SEEDS,$(target)) \
		-- -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 &&) true

fmt:
	$(CARGO) fmt --all

clean:
	$(CARGO) clean
	rm -rf out
