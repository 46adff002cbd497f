/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/figures/expectation.h - what a scenario says that a figure should come to (`expect:`).
 *
 * Units    those of the figure's row.
 * Errors   SIM_ESCHEMA: a value that is none, or in another unit.
 */
#ifndef MODELS_FIGURES_EXPECTATION_H
#define MODELS_FIGURES_EXPECTATION_H

#include "models/figures/figures.h"

struct mdl_expectation {
    size_t figure;            /* row */
    double at_least, at_most; /* NaN: no bound */
    bool is_open;             /* not judged: the window is too short for it */
};

/* OPEN: the figure has no value (a machine that is not there yet, too few records) or only a bound
 * from below that tells nothing, or the window is too short for what is expected. */
enum mdl_verdict { MDL_VERDICT_OPEN = -1, MDL_VERDICT_MISSED, MDL_VERDICT_MET };

enum mdl_verdict mdl_expectation_verdict(const struct mdl_expectation *expectation, double value,
                                         bool is_lower_bound);

/* "24 h", "82 %", "5000 GPU-h" in the unit of the row. */
SIM_NODISCARD enum sim_status mdl_figure_parse(const char *text, const struct mdl_figure *row,
                                               double *out, struct sim_error *err);

#endif /* MODELS_FIGURES_EXPECTATION_H */
