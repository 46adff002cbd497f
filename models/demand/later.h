/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/later.h - jobs that are drawn and will be submitted later, the earliest first.
 *
 * A binary heap in the order of (time, id), so the same jobs always come out in the same order.
 *
 * Units    ns of the simulation's clock.
 * Memory   16 bytes a job, in the simulation's arena; jobs are borrowed. All zero is an empty one.
 * Cost     O(log n).
 */
#ifndef MODELS_DEMAND_LATER_H
#define MODELS_DEMAND_LATER_H

#include <stdbool.h>

#include "models/compute/job.h"
#include "sim/arena.h"

struct mdl_later_job {
    int64_t time_ns;
    struct mdl_job *job;
};

struct mdl_later {
    struct mdl_later_job *heap;
    size_t count, capacity;
};

/* False: no memory. */
bool mdl_later_push(struct mdl_later *later, struct sim_arena *arena, int64_t time_ns,
                    struct mdl_job *job);

/* When the first one is due; SIM_NEVER when there is none. */
int64_t mdl_later_next_ns(const struct mdl_later *later);

/* The first one; there must be one. */
struct mdl_job *mdl_later_pop(struct mdl_later *later);

#endif /* MODELS_DEMAND_LATER_H */
