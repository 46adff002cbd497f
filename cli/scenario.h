/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli/scenario.h - a scenario file made ready to run: config and plan.
 *
 * Memory   all in one arena; cli_scenario_release frees it, also after a failure.
 * Errors   mistakes of a scenario are printed here, all of them, and err stays untouched; the
 *          status tells (SIM_ESCHEMA, SIM_EIO ...). Others are in err as usual.
 */
#ifndef CLI_SCENARIO_H
#define CLI_SCENARIO_H

#include "cli/options.h"
#include "experiments/analysis.h"
#include "experiments/crossings.h"
#include "experiments/study.h"
#include "experiments/until.h"
#include "models/figures/expectation.h"
#include "models/plan.h"
#include "scenarios/community_logs.h"
#include "scenarios/load.h"

struct cli_scenario {
    struct mdl_config config; /* first: the check of the loader finds the rest by it */
    struct scn_scenario scenario;
    struct mdl_plan *plan;
    struct sim_arena *arena;
    struct mdl_expectation *expect;
    size_t expect_count;
    struct scn_community_logs logs;
    const char *data; /* while it is loaded */
    struct exp_until until;
    struct scn_request request; /* as it was asked for, without the patches of an option */
    struct exp_study study;     /* options, futures and uncertain inputs of the scenario */
    size_t option;              /* of the study: which one this is */
    struct scn_errors *errors;  /* while it is loaded */
    struct sim_error trouble;   /* not a mistake of the scenario: no memory for its plan */
};

/* path with --set, --seed, --option and --data of options. */
SIM_NODISCARD enum sim_status cli_scenario_load(const char *path, const struct cli_options *options,
                                                struct cli_scenario *out, struct sim_error *err);

/* The machine of a replay: text with sets, and a plan that runs the log. */
SIM_NODISCARD enum sim_status cli_scenario_of_replay(const char *text, const char *const *sets,
                                                     size_t set_count,
                                                     const struct mdl_replay_plan *replay,
                                                     struct cli_scenario *out,
                                                     struct sim_error *err);
/* A comparison that is ready to run. */
struct cli_prepared {
    struct exp_comparison *comparison; /* NULL: there is none */
    struct exp_key key[EXP_KEYS_MAX];
    size_t key_count;
    struct exp_crossing_of *crossing;
    size_t crossing_count;
};

/* Every option in every world, bound and checked, the figures that they are judged in and what is
 * asked about break-even: into the scenario's arena. Threads, tick, its context and stop of work
 * are the caller's; the rest is filled in here. */
SIM_NODISCARD enum sim_status cli_scenario_prepare(struct cli_scenario *scenario,
                                                   struct exp_compare *work,
                                                   struct cli_prepared *out, struct sim_error *err);
void cli_scenario_release(struct cli_scenario *scenario);

/* "results/seven-2026" of "scenarios/europe/seven-2026.yaml", in the scenario's arena. */
const char *cli_default_dir(const struct cli_scenario *scenario, const char *path);

#endif /* CLI_SCENARIO_H */
