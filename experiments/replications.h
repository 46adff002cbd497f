/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/replications.h - one scenario, many replications, on threads.
 *
 * Memory   a world per running replication, bounded by limit_bytes each.
 * Errors   those of mdl_world_run; SIM_EINTERRUPTED when *stop was raised.
 * Threads  the calling thread waits and calls tick; traces are used by one worker each.
 */
#ifndef EXPERIMENTS_REPLICATIONS_H
#define EXPERIMENTS_REPLICATIONS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "models/plan.h"
#include "sim/sim.h"

struct exp_replications {
    const struct mdl_plan *plan;
    uint64_t seed;
    size_t first;          /* the replications are first, first + 1 ... */
    size_t count, threads; /* threads 0: one per processor */
    size_t limit_bytes;    /* of one replication's memory; 0 = none */
    struct sim_trace *(*trace_of)(void *context, size_t replication); /* may be NULL */
    /* The replication is through, on its thread: its trace may give its buffers back. */
    enum sim_status (*trace_end)(void *context, size_t replication,
                                 struct sim_error *err); /* may be NULL */
    void (*tick)(void *context);                         /* may be NULL */
    void *context;
    /* [count][plan->figure_count], zeroed before: 1 where a value is a bound from below (a quantile
     * beyond the last observation). NULL: such values are NaN. */
    uint8_t *beyond;
    const atomic_int *stop;        /* may be NULL */
    struct sim_progress *progress; /* [first + count], or NULL */
};

/* One of them, on this thread: value[plan->figure_count]. */
SIM_NODISCARD enum sim_status exp_replication_run(const struct exp_replications *work,
                                                  size_t replication, double *value,
                                                  struct sim_error *err);

/* value[count][plan->figure_count], filled by replication, that of `first` in front. */
SIM_NODISCARD enum sim_status exp_replications_run(const struct exp_replications *work,
                                                   double *value, struct sim_error *err);

#endif /* EXPERIMENTS_REPLICATIONS_H */
