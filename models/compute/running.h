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
#include "models/compute/pace.h"
#include "sim/arena.h"
#include "sim/error.h"
#include "sim/timer.h"

enum { MDL_RUNNING_SLOT_BITS = 22 };

struct mdl_running {
    struct sim_arena *arena;
    uint32_t count;
    /* by true end */
    uint32_t capacity;
    struct mdl_winners by_end; /* {end, biased : 64 | order of start : 42 | slot : 22}; of jobs
                                with a pace when they are killed */
    struct mdl_pace *pace;     /* NULL: all work goes on as time does */
    struct mdl_job **job;      /* [slot] */
    uint32_t *free_slot;       /* [capacity - count]: the last is used next */
    uint64_t next_order;
    /* by predicted end */
    bool is_predicted;
    struct mdl_ends ends;
};

/* is_predicted: whether `ends` will be asked. */
SIM_NODISCARD enum sim_status mdl_running_init(struct mdl_running *running, struct sim_arena *arena,
                                               bool is_predicted, struct sim_error *err);

/* From now on jobs may have a pace, 1 + their group: their work goes on at its rate, and at their
 * walltime they end whatever is left. Nothing runs. false: no memory. */
SIM_NODISCARD bool mdl_running_enable_pace(struct mdl_running *running, int64_t now_ns);

/* Of a job with a pace: its work stands still, and goes on; what is left of it. */
void mdl_running_pause(struct mdl_running *running, const struct mdl_job *job, int64_t now_ns);
void mdl_running_resume(struct mdl_running *running, const struct mdl_job *job, int64_t now_ns);
int64_t mdl_running_left_ns(const struct mdl_running *running, const struct mdl_job *job,
                            int64_t now_ns);

/* job->start_ns, walltime_ns, width, run_ns and pace are set; job->place becomes its slot. */
SIM_NODISCARD bool mdl_running_add(struct mdl_running *running, struct mdl_job *job);
void mdl_running_remove(struct mdl_running *running, struct mdl_job *job);

/* SIM_NEVER when nothing runs. */
static inline sim_u128 mdl_running_next(const struct mdl_running *running)
{
    sim_u128 next = mdl_winners_smallest(&running->by_end);

    return running->pace ? sim_u128_min(next, mdl_pace_next(running->pace)) : next;
}

static inline int64_t mdl_running_next_end_ns(const struct mdl_running *running)
{
    return sim_timer_key_time(mdl_running_next(running));
}

/* The job that ends first, of several the one that started first; something must run. */
static inline struct mdl_job *mdl_running_earliest(const struct mdl_running *running)
{
    return running
        ->job[(uint32_t)mdl_running_next(running) & ((UINT32_C(1) << MDL_RUNNING_SLOT_BITS) - 1)];
}

#endif /* MODELS_COMPUTE_RUNNING_H */
