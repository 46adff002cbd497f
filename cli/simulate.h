/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli/simulate.h - what `run` and `replay` share: replications, result folder, figures, last
 * lines.
 *
 *   DIR/result.h5 summary.csv summary.json plots/ run.log
 *
 * Errors   those of the models and of output/. Interrupted: the replications before the first
 *          one that was not finished are kept as DIR/result.partial.h5 and summary.partial.*,
 *          without plots, and the status is SIM_EINTERRUPTED; DIR/result.h5 stays what it was. A
 * broken invariant leaves DIR/result.h5.broken. An expectation of the scenario that is missed:
 *          SIM_ECHECK, when all else went well. A gnuplot that is missing or fails costs no
 *          results: SIM_ETOOL.
 */
#ifndef CLI_SIMULATE_H
#define CLI_SIMULATE_H

#include <stddef.h>

#include "cli/options.h"
#include "experiments/until.h"
#include "models/figures/expectation.h"
#include "models/plan.h"
#include "scenarios/load.h"
#include "sim/error.h"

struct cli_work {
    const struct cli_options *options;
    const struct mdl_plan *plan;
    const struct scn_scenario *scenario;
    const struct mdl_expectation *expect;
    size_t expect_count;
    struct sim_arena *arena;
    const char *dir; /* made with its parents when missing */
    const char *name;
    size_t replication_count;      /* of a rule: the most there may be */
    const struct exp_until *until; /* NULL: as many as that */
    enum out_trace_level level;
};

SIM_NODISCARD enum sim_status cli_simulate(const struct cli_work *work, struct sim_error *err);

/* DIR and the folders above it that are missing. */
SIM_NODISCARD enum sim_status cli_make_dirs(const char *dir, struct sim_error *err);

#endif /* CLI_SIMULATE_H */
