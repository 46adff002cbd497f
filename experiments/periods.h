/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/periods.h - a replication over time: machines in use and jobs waiting, by month.
 *
 * A trace that keeps no record: it adds up the hourly series of a world into calendar months of the
 * window, or into weeks where the window is of half a year or less. The first and the last period
 * may be cut by the window.
 *
 * Units    use: accelerator time in use over that available, as the figure `utilisation` (node time
 *          where no partition has accelerators), NaN where nothing is available; jobs: mean number
 *          of jobs waiting on all partitions.
 * Memory   exp_periods_make: the arena's. A trace: one block, freed by exp_period_trace_release.
 * Errors   SIM_ENOMEM.
 * Threads  one trace per replication.
 */
#ifndef EXPERIMENTS_PERIODS_H
#define EXPERIMENTS_PERIODS_H

#include "models/plan.h"
#include "sim/arena.h"
#include "sim/trace.h"

enum exp_track { EXP_TRACK_USE, EXP_TRACK_WAITING, EXP_TRACKS };

struct exp_periods {
    size_t count;
    const int64_t *start_days; /* [count + 1]: since 1970-01-01; the last is the window's end */
    bool is_weekly;
};

SIM_NODISCARD enum sim_status exp_periods_make(int64_t start_days, int64_t end_days,
                                               struct sim_arena *arena, struct exp_periods *out,
                                               struct sim_error *err);

struct exp_period_trace {
    struct sim_trace trace; /* first: hand it to the world */
    const struct exp_periods *periods;
    const struct mdl_plan *plan;
    int64_t hour; /* of the window, from 0 */
    size_t period;
    double *busy, *offered, *waiting, *hours; /* [periods->count] sums; busy owns all four */
};

SIM_NODISCARD enum sim_status exp_period_trace_init(struct exp_period_trace *trace,
                                                    const struct exp_periods *periods,
                                                    const struct mdl_plan *plan,
                                                    struct sim_error *err);

/* value[periods->count][EXP_TRACKS]; NaN where the plan's own window does not reach. */
void exp_period_trace_read(const struct exp_period_trace *trace, double *value);
void exp_period_trace_release(struct exp_period_trace *trace);

#endif /* EXPERIMENTS_PERIODS_H */
