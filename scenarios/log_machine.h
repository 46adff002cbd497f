/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/log_machine.h - a log as a scenario: one machine, and its jobs one by one (`replay`).
 *
 * Memory   jobs live in the arena.
 * Errors   SIM_ENOMEM.
 */
#ifndef SCN_LOG_MACHINE_H
#define SCN_LOG_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/demand/log.h"
#include "models/plan.h"
#include "sim/arena.h"
#include "sim/error.h"

/* The machine of a replay: a scenario like any other, with nodes and policy set on it. */
extern const char scn_log_machine_text[];

/* Nodes, policy and dates of the machine as `--set` takes them. */
struct scn_log_machine_sets {
    size_t count;
    char text[5][96];
};

/* The clock starts with the first job, at midnight of the day it was submitted, where the log
 * tells. seed: NULL leaves the scenario's. */
void scn_log_machine(const struct mdl_log *log, int64_t nodes, const char *policy,
                     const uint64_t *seed, struct scn_log_machine_sets *out);

SIM_NODISCARD enum sim_status scn_log_jobs(const struct mdl_log *log, struct sim_arena *arena,
                                           struct mdl_replay_plan *replay, struct sim_error *err);

#endif /* SCN_LOG_MACHINE_H */
