/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/figures/selector.h - how figures are named: `name.statistic{key=value|value,key=value}`.
 *
 *     wait.p95   utilisation{partition=lumi.lumi_g}   wait.p50{kind=sme|startup}
 *
 * Keys in any order, blanks around them allowed; several values are several rows; no key is all.
 * Values hold no `,`, `|` or `}`. The same grammar wherever a figure is named.
 *
 * Memory   the caller's.
 * Errors   SIM_ESCHEMA with what is wrong and the nearest name that is right.
 */
#ifndef MODELS_FIGURES_SELECTOR_H
#define MODELS_FIGURES_SELECTOR_H

#include "models/figures/figures.h"

enum { MDL_SELECTOR_BYTES = 512, MDL_SELECTOR_KEYS = 6, MDL_SELECTOR_VALUES = 32 };

struct mdl_selector {
    char text[MDL_SELECTOR_BYTES]; /* cut up; what follows points into it */
    const char *figure;            /* "wait.p95" */
    size_t key_count;
    struct mdl_selector_key {
        const char *key;
        size_t value_count;
        const char *value[MDL_SELECTOR_VALUES];
    } key[MDL_SELECTOR_KEYS];
};

SIM_NODISCARD enum sim_status mdl_selector_parse(const char *text, struct mdl_selector *out,
                                                 struct sim_error *err);

/* Is the row one of those that are named? */
bool mdl_selector_matches(const struct mdl_selector *selector, const struct mdl_figure *row);

/* The rows that text names, in their order: *count > 0 of them, at most `most` into index[].
 * SIM_ESCHEMA also when one of its values has no row. */
SIM_NODISCARD enum sim_status mdl_selector_find(const char *text, const struct mdl_figure *row,
                                                size_t row_count, size_t *index, size_t most,
                                                size_t *count, struct sim_error *err);

/* "wait.p95{kind=sme}" of a row into buffer, cut at its size. Returns buffer. */
const char *mdl_figure_text(const char *name, const char *statistic, const char *selector,
                            char *buffer, size_t bytes);

#endif /* MODELS_FIGURES_SELECTOR_H */
