# SPDX-License-Identifier: GPL-3.0-or-later
# Tests and benchmarks. A unit test links its own layer and those below, nothing else.

SUPPORT := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c))
top     := $(foreach l,$(USES_cli),$(call lib,$(l)))

unit_tests := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*/test_*.c))
big_tests  := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/oracle/test_*.c tests/property/test_*.c tests/anomaly/test_*.c))
benches    := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/bench_*.c))

define unit_rule
$(BUILD)/tests/unit/$(1)/%: $(BUILD)/tests/unit/$(1)/%.o $(BUILD)/tests/support/check.o $(call libs_of,$(1))
	$(CC) $(CFLAGS) $(INSTRUMENT) $(LDFLAGS) -o $$@ $$^ $(CMOCKA) $(PKG_LIBS)
endef
$(foreach l,$(LAYERS),$(eval $(call unit_rule,$(l))))

$(big_tests): %: %.o $(SUPPORT) $(top)
	$(CC) $(CFLAGS) $(INSTRUMENT) $(LDFLAGS) -o $@ $^ $(CMOCKA) $(PKG_LIBS)
$(benches): %: %.o $(SUPPORT) $(top)
	$(CC) $(CFLAGS) $(INSTRUMENT) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# A case of flows from the command line, beside another simulator.
.PHONY: flow-case
flow-case: $(BUILD)/flow_case  ## build build/release/flow_case: `flow_case FILE` prints when each flow ends
$(BUILD)/flow_case: $(BUILD)/tests/oracle/flow_case.o $(BUILD)/tests/support/flow_case.o $(call libs_of,models)
	$(CC) $(CFLAGS) $(INSTRUMENT) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# These run the program itself.
$(BUILD)/tests/property/test_determinism $(BUILD)/tests/bench/bench_scenario $(BUILD)/tests/bench/bench_compare: | $(BUILD)/aifsim

# Scripts that take the program and end with "N passed, N failed, N skipped".
scripts := $(patsubst %,'% $(BUILD)/aifsim',$(wildcard tests/script/test_*))

.SECONDARY: $(unit_tests:%=%.o) $(big_tests:%=%.o) $(benches:%=%.o)

# pages whose commands are tests too
golden := tests/golden/*.t README.md docs/tutorial.md docs/output.md

.PHONY: check unit big golden oracle-long bench bench-table asan ubsan tsan
check: $(unit_tests) $(big_tests) all  ## all tests, with the release build
	@tests/support/run-all 'tests/support/run-tests $(unit_tests) $(big_tests)' \
	    'tests/support/run-golden $(BUILD)/aifsim $(golden)' $(scripts)

unit: $(unit_tests)
	@tests/support/run-tests $^
big: $(big_tests)
	@tests/support/run-tests $^
golden: all
	@tests/support/run-golden $(BUILD)/aifsim $(golden)

long_tests := $(addprefix $(BUILD)/tests/oracle/,test_queueing test_coverage)
oracle-long: $(long_tests)  ## the rest of queueing theory, to 10 %, and coverage over longer windows (6 min)
	@for t in $^; do AIFSIM_ORACLE=long $$t || exit 1; done

asan ubsan tsan:  ## unit and property tests under a sanitizer
	AIFSIM_ORACLE=brief $(MAKE) VARIANT=$@ CFLAGS="-O1 -g" unit big

.PHONY: scripts
scripts: all
	@tests/support/run-all $(scripts)

BENCH ?= *
bench: $(benches)  ## measure: `make bench BENCH=PATTERN` prints `name value unit`
	@for b in $^; do $$b '$(BENCH)' || exit 1; done

bench-table: $(benches)  ## the same as a Markdown table, with what is to be reached (tests/bench/targets)
	@for b in $^; do $$b '$(BENCH)' || exit 1; done | tools/bench-table tests/bench/targets
