/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli/study.h - a comparison and what it says, as output/ writes it.
 *
 * Memory   the arrays in the scenario's arena; values are borrowed from the comparison.
 * Errors   SIM_ENOMEM.
 */
#ifndef CLI_STUDY_H
#define CLI_STUDY_H

#include "cli/scenario.h"
#include "experiments/analysis.h"
#include "output/study.h"

SIM_NODISCARD enum sim_status cli_study_of(const struct cli_scenario *scenario,
                                           const struct cli_options *options,
                                           const struct cli_prepared *prepared,
                                           const struct exp_analysis *analysis,
                                           struct out_study *out, struct sim_error *err);

#endif /* CLI_STUDY_H */
