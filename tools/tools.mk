# SPDX-License-Identifier: GPL-3.0-or-later
# The house: install, lint, format, coverage, fuzzing, golden files.

bindir  := $(DESTDIR)$(PREFIX)/bin
mandir  := $(DESTDIR)$(PREFIX)/share/man/man1
datadir := $(DESTDIR)$(PREFIX)/share/aifsim
bashdir := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
zshdir  := $(DESTDIR)$(PREFIX)/share/zsh/site-functions

.PHONY: install uninstall lint format coverage fuzz golden-update reference gallery deb try-deb
install: all  ## program, manual page, completion and scenarios below PREFIX (/usr/local), DESTDIR for packagers
	install -d '$(bindir)' '$(mandir)' '$(bashdir)' '$(zshdir)'
	install -m 755 $(BUILD)/aifsim '$(bindir)/aifsim'
	install -m 644 docs/aifsim.1 '$(mandir)/aifsim.1'
	$(BUILD)/aifsim completion bash >'$(bashdir)/aifsim' && chmod 644 '$(bashdir)/aifsim'
	$(BUILD)/aifsim completion zsh >'$(zshdir)/_aifsim' && chmod 644 '$(zshdir)/_aifsim'
	cd scenarios && find . -name '*.yaml' -exec install -D -m 644 '{}' '$(datadir)/scenarios/{}' ';'

# Debian's own flags, in a variant of its own; what is made depends on the changelog's date alone.
DEB_CFLAGS = $(shell dpkg-buildflags --get CFLAGS) $(shell dpkg-buildflags --get CPPFLAGS)
DEB        = build/aifsim_$(VERSION)_$(shell dpkg --print-architecture).deb

deb:  ## a Debian package, build/aifsim_VERSION_ARCH.deb (needs dpkg-dev)
	rm -rf build/deb-root
	$(MAKE) VARIANT=deb CFLAGS='$(DEB_CFLAGS)' LDFLAGS='-Wl,-z,relro -Wl,-z,now' \
	    DESTDIR='$(CURDIR)/build/deb-root' PREFIX=/usr \
	    zshdir='$(CURDIR)/build/deb-root/usr/share/zsh/vendor-completions' install
	tools/make-deb build/deb-root $(VERSION) build

try-deb: deb  ## unpack the package elsewhere, run it there, ask lintian
	tools/try-deb $(DEB)

uninstall:  ## remove what install put there
	rm -f '$(bindir)/aifsim' '$(mandir)/aifsim.1' '$(bashdir)/aifsim' '$(zshdir)/_aifsim'
	rm -rf '$(datadir)'

c_files := $(foreach l,$(LAYERS) tests,$(shell find $(l) -name '*.[ch]' | sort))

lint:  ## layers, doors, licences, debts, format
	@tools/lint-layers
	@clang-format --version >/dev/null || { echo 'lint: please install clang-format'; exit 1; }
	@clang-format --dry-run -Werror $(c_files)

format:  ## lay out all C files by .clang-format
	clang-format -i $(c_files)

coverage:  ## lines run by the tests, by layer
	find build/coverage -name '*.gcda' -delete 2>/dev/null || :
	$(MAKE) VARIANT=coverage CFLAGS='-O0 -g' check
	@tools/coverage build/coverage

reference: all  ## rewrite scenarios/README.md, the reference of all keys
	$(BUILD)/aifsim schema --markdown >$(BUILD)/reference.md
	mv $(BUILD)/reference.md scenarios/README.md

golden-update: all  ## rewrite what tests/golden and the README expect; review the diff like code
	tests/support/run-golden --update $(BUILD)/aifsim $(golden)

gallery: all  ## draw every plot in every format into build/gallery, to be looked at
	tools/gallery $(BUILD)/aifsim build/gallery

# Each tests/fuzz/fuzz_NAME.c under libFuzzer (clang), from the seeds in tests/fuzz/NAME/. What it
# finds lands in build/fuzz; a crash becomes a file in tests/fuzz/NAME.
FUZZ_S  ?= 60
fuzzers := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
$(fuzzers): %: %.o $(top)
	$(CC) $(CFLAGS) $(INSTRUMENT) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

.PHONY: run-fuzzers
run-fuzzers: $(fuzzers)
	@for f in $^; do \
	    name=$${f##*/fuzz_}; mkdir -p $(BUILD)/corpus/$$name; \
	    $$f -max_total_time=$(FUZZ_S) -timeout=5 -rss_limit_mb=512 -print_final_stats=1 \
	        -artifact_prefix=$(BUILD)/corpus/$$name- $(BUILD)/corpus/$$name \
	        $$(ls -d tests/fuzz/$$name 2>/dev/null) || exit 1; \
	done

fuzz:  ## fuzz every reader for FUZZ_S (60) seconds, with clang
	$(MAKE) VARIANT=fuzz CC=clang CFLAGS='-O1 -g' \
	    INSTRUMENT='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' run-fuzzers
