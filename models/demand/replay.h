/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/replay.h - a logged workload, fed into a partition job by job.
 *
 * One timer stands for the whole log: it waits for the next submit, and all jobs of one instant
 * enter in the order of the array. A job is eligible when it is submitted (its input is there).
 *
 * A run to the last end is sim_run(sim, SIM_NEVER - 1, err), when nothing else waits for a moment.
 *
 * Units    seconds of a log become nanoseconds exactly (mdl_replay_ns).
 * Memory   the simulation's arena for the replay; jobs[count] is borrowed and written to (stamps).
 * Errors   create: SIM_ENOMEM; SIM_ESCHEMA when submits fall or lie before the present.
 * Cost     O(1) a job beside mdl_partition_enqueue.
 */
#ifndef MODELS_DEMAND_REPLAY_H
#define MODELS_DEMAND_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/compute/job.h"
#include "models/compute/partition.h"
#include "sim/sim.h"

struct mdl_replay;

/* A whole number of seconds, |seconds| <= 9.2e9, as simulation time. */
static inline int64_t mdl_replay_ns(int64_t seconds)
{
    return seconds * INT64_C(1000000000);
}

/* jobs[count]: id, submit_ns (not falling), run_ns, walltime_ns and width are set. */
SIM_NODISCARD enum sim_status mdl_replay_create(struct sim *sim, struct mdl_partition *partition,
                                                struct mdl_job *jobs, size_t count,
                                                struct mdl_replay **out, struct sim_error *err);

/* Every job has been submitted. */
bool mdl_replay_is_done(const struct mdl_replay *replay);

#endif /* MODELS_DEMAND_REPLAY_H */
