/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/until.h - `replications.until`: run until the interval of one figure is narrow
 * enough.
 *
 *     replications: {min: 20, max: 200, until: {figure: "wait.p95{kind=sme}", half_width: 10 %}}
 *
 * Per cent are of the mean; anything else is in the figure's unit. How the rule stops, and what
 * looking again and again costs, says experiments/stopping.h.
 *
 * Errors   SIM_ESCHEMA with what is wrong; *key is then the key it is about ("figure").
 */
#ifndef EXPERIMENTS_UNTIL_H
#define EXPERIMENTS_UNTIL_H

#include "experiments/stopping.h"
#include "models/config.h"
#include "models/figures/figures.h"

struct exp_until {
    bool is_given;
    size_t figure; /* row */
    struct exp_stopping rule;
};

SIM_NODISCARD enum sim_status exp_until_read(const struct mdl_config *config,
                                             const struct mdl_figure *figure, size_t figure_count,
                                             struct exp_until *out, const char **key,
                                             struct sim_error *err);

/* After count replications, value[count][figure_count]. Without a rule: those of replications.min
 * and no more. column[count] is scratch. */
struct exp_stop_state exp_until_next(const struct exp_until *until, const double *value,
                                     size_t count, size_t figure_count, double *column);

#endif /* EXPERIMENTS_UNTIL_H */
