/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli/warnings.h - what is valid in a scenario, but hardly meant.
 */
#ifndef CLI_WARNINGS_H
#define CLI_WARNINGS_H

#include "experiments/compare.h"
#include "models/plan.h"

/* A line on standard error for each; path is the scenario's, offered [partition]. */
void cli_warn_of_plan(const char *path, const struct mdl_plan *plan,
                      const struct mdl_offered *offered, struct sim_arena *arena);

/* Options that, beside what they change, get other jobs or another demand than the baseline. */
void cli_warn_of_options(const char *path, const struct exp_comparison *comparison);

#endif /* CLI_WARNINGS_H */
