# SPDX-License-Identifier: GPL-3.0-or-later
# aifsim - build, check and install. `make help` lists the targets.

VERSION    := 0.1.0
PREFIX     ?= /usr/local
DESTDIR    ?=
CC         ?= cc
CFLAGS     ?= -O2 -g
LDFLAGS    ?=
PKG_CONFIG ?= pkg-config
PYTHON     ?= python3
VARIANT    ?= release
BUILD      := build/$(VARIANT)

# ---- layers: who may include and link whom (read by tools/lint-layers too) ----
LAYERS           := sim models scenarios experiments output cli
USES_sim         :=
USES_models      := sim
USES_scenarios   := models sim
USES_experiments := scenarios models sim
USES_output      := models sim
USES_cli         := output experiments scenarios models sim
# folders inside a layer, lowest first: each may include those before it, files beside them all
INSIDE_models    := transport money compute access demand figures

# ---- libraries: each has one door (docs/design.md) ----
# Debian's hdf5.pc may belong to the MPI build: ask for the serial one first.
HDF5      := $(shell $(PKG_CONFIG) --exists hdf5-serial && echo hdf5-serial || echo hdf5)
PKGS      := gsl yaml-0.1 $(HDF5) libcrypto libseccomp zlib
PKG_FLAGS := $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags $(PKGS)))
PKG_LIBS  := $(shell $(PKG_CONFIG) --libs $(PKGS)) -lm -lpthread
CMOCKA    := $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null || echo -lcmocka)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wundef -Wformat=2
# No -march and no contraction: the same bits on every machine (DESIGN: same input, same bytes).
ALL_CFLAGS := -std=c11 -D_GNU_SOURCE -DAIFSIM_VERSION='"$(VERSION)"' -I. -I$(BUILD) \
              -ffp-contract=off -fno-math-errno $(WARNINGS) $(PKG_FLAGS) $(CFLAGS)

INSTRUMENT_release  :=
INSTRUMENT_asan     := -fsanitize=address -fno-omit-frame-pointer
INSTRUMENT_ubsan    := -fsanitize=undefined -fno-sanitize-recover=all
INSTRUMENT_tsan     := -fsanitize=thread
INSTRUMENT_coverage := --coverage -O0
INSTRUMENT          := $(INSTRUMENT_$(VARIANT))

sources = $(wildcard $(1)/*.c $(1)/*/*.c)
objects = $(patsubst %.c,$(BUILD)/%.o,$(call sources,$(1)))
lib     = $(BUILD)/lib$(1).a
libs_of = $(foreach l,$(1) $(USES_$(1)),$(call lib,$(l)))

.DEFAULT_GOAL := all
.PHONY: all
all: $(BUILD)/aifsim  ## build build/release/aifsim

$(BUILD)/aifsim: $(call objects,cli) $(foreach l,$(USES_cli),$(call lib,$(l)))
	$(CC) $(CFLAGS) $(INSTRUMENT) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

define layer_rule
$(call lib,$(1)): $(call objects,$(1))
	@rm -f $$@
	$(AR) rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rule,$(l))))

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(INSTRUMENT) -MMD -MP -c -o $@ $<

# ---- scenarios that are compiled in ----
shipped := $(sort $(wildcard $(addprefix scenarios/,europe/*.yaml europe/parts/*.yaml textbook/*.yaml)))
$(BUILD)/scenarios/builtin_table.inc: tools/make-builtin $(shipped)
	@mkdir -p $(@D)
	tools/make-builtin $(shipped) >$@.tmp && mv $@.tmp $@
$(BUILD)/scenarios/builtin.o: $(BUILD)/scenarios/builtin_table.inc

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
include tests/tests.mk
include tools/tools.mk

.PHONY: help clean
help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | sort | awk -F'|' '{printf "  make %-15s %s\n", $$1, $$2}'

clean:  ## remove what was built
	rm -rf build
