/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/patience.h - until when the waiting jobs of a partition wait, earliest first.
 *
 * A job that starts is not taken out; its deadline is passed over when it comes up, and is thrown
 * away when there are more of those than of others.
 *
 * Memory   the simulation's arena; at most about twice the jobs that wait. Jobs are borrowed, and
 *          are looked at after they have left: their memory must stay that of jobs.
 * Errors   add returns false without memory.
 * Cost     add and pop O(log n).
 */
#ifndef MODELS_COMPUTE_PATIENCE_H
#define MODELS_COMPUTE_PATIENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/compute/job.h"
#include "sim/arena.h"

struct mdl_deadline {
    int64_t time_ns;
    uint64_t order; /* of the job in its queue, which no other one has had */
    int64_t eligible_ns;
    uint32_t partition;
    struct mdl_job *job;
};

struct mdl_patience {
    struct sim_arena *arena;
    struct mdl_deadline *heap; /* [count] */
    size_t count, capacity;
};

void mdl_patience_init(struct mdl_patience *patience, struct sim_arena *arena);

/* The job waits, and will until time_ns. */
SIM_NODISCARD bool mdl_patience_add(struct mdl_patience *patience, struct mdl_job *job,
                                    int64_t time_ns);

/* The earliest deadline of a job that waits; SIM_NEVER: there is none. */
int64_t mdl_patience_next_ns(struct mdl_patience *patience);

/* The job whose deadline that is. */
struct mdl_job *mdl_patience_pop(struct mdl_patience *patience);

#endif /* MODELS_COMPUTE_PATIENCE_H */
