/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/running.h - the running jobs of a partition, twice: by true end (what happens
 * next) and by predicted end, start + walltime (what policies look at).
 *
 * True ends: a tree of winners over slots, as in sim/timer.h, ties in order of start. Predicted
 * ends: ends.h.
 *
 * Memory   the simulation's arena; jobs are borrowed.
 * Errors   add returns false without memory, and has changed nothing.
 * Cost     add and remove O(log n); earliest O(1).
 */
#ifndef MODELS_COMPUTE_RUNNING_H
#define MODELS_COMPUTE_RUNNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/compute/ends.h"
#include "models/compute/job.h"
#include "sim/arena.h"
#include "sim/error.h"
#include "sim/timer.h"

enum { MDL_RUNNING_SLOT_BITS = 22 };

struct mdl_running {
    struct sim_arena *arena;
    uint32_t count;
    /* by true end */
    uint32_t capacity, first_leaf;
    sim_u128 *tree; /* {end, biased : 64 | order of start : 42 | slot : 22}; free: SIM_NEVER */
    void *memory;   /* what tree points into */
    struct mdl_job **job; /* [slot] */
    uint32_t *free_slot;  /* [capacity - count]: the last is used next */
    uint64_t next_order;
    /* by predicted end */
    bool is_predicted;
    struct mdl_ends ends;
};

/* is_predicted: whether `ends` will be asked. */
SIM_NODISCARD enum sim_status mdl_running_init(struct mdl_running *running, struct sim_arena *arena,
                                               bool is_predicted, struct sim_error *err);

/* job->start_ns, walltime_ns, width and run_ns are set; job->place becomes its slot. */
SIM_NODISCARD bool mdl_running_add(struct mdl_running *running, struct mdl_job *job);
void mdl_running_remove(struct mdl_running *running, struct mdl_job *job);

/* SIM_NEVER when nothing runs. */
static inline int64_t mdl_running_next_end_ns(const struct mdl_running *running)
{
    return sim_timer_key_time(running->tree[0]);
}

/* The job that ends first, of several the one that started first; something must run. */
static inline struct mdl_job *mdl_running_earliest(const struct mdl_running *running)
{
    return running->job[(uint32_t)running->tree[0] & ((UINT32_C(1) << MDL_RUNNING_SLOT_BITS) - 1)];
}

#endif /* MODELS_COMPUTE_RUNNING_H */
