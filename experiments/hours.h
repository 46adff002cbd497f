/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/hours.h - jobs waiting, hour by hour, of the first replications of a run: what the
 * check of its start (experiments/stopping.h) looks at.
 *
 * A trace that hands everything on to another one and keeps the sum of a series over its items.
 *
 * Memory   8 bytes an hour of the window and replication, of at most EXP_HOURS_REPLICATIONS; freed
 *          by exp_hours_release.
 * Errors   SIM_ENOMEM.
 * Threads  one trace per replication.
 */
#ifndef EXPERIMENTS_HOURS_H
#define EXPERIMENTS_HOURS_H

#include "experiments/stopping.h"
#include "models/plan.h"
#include "sim/trace.h"

enum { EXP_HOURS_REPLICATIONS = 20 };

struct exp_hours_trace; /* one a replication */

struct exp_hours {
    const struct mdl_plan *plan;
    size_t replications, hours;    /* replications 0: nothing is kept */
    double *waiting;               /* [replications][hours], NaN where the run did not come to */
    struct exp_hours_trace *trace; /* [replications] */
};

/* Of a run of so many replications; of fewer than the check takes, and of a replay, whose window
 * is not known before it ends, nothing is kept. */
SIM_NODISCARD enum sim_status exp_hours_create(struct exp_hours *hours, const struct mdl_plan *plan,
                                               size_t replications, struct sim_error *err);
void exp_hours_release(struct exp_hours *hours);

/* To hand to the replication in place of next, which may be NULL; next where nothing is kept. */
struct sim_trace *exp_hours_trace_of(struct exp_hours *hours, size_t replication,
                                     struct sim_trace *next);

struct exp_start {
    enum exp_warmup answer;
    size_t cut;        /* hours from the front that MSER-5 would leave out */
    double head, tail; /* jobs waiting in them and after them, means over replications */
    bool is_clear;     /* the paired 95 % interval of the difference leaves out 0; without that, a
                          slow queue is as good a reason for the cut */
};

/* Of the first `done` replications. */
SIM_NODISCARD enum sim_status exp_hours_check(const struct exp_hours *hours, size_t done,
                                              struct exp_start *out, struct sim_error *err);

#endif /* EXPERIMENTS_HOURS_H */
