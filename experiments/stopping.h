/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/stopping.h - how many replications: until the interval of one figure is narrow
 * enough, and whether a run's start was cut off long enough.
 *
 * The rule is asked after every batch: at least `min` replications, then batches of EXP_BATCH, at
 * most `max`. Looking again and again costs coverage: of nominal 95 % intervals of skewed waits,
 * stopped at a half-width of 20 % of the mean, 91 to 92 % cover after a minimum of 3 to 20, 94.6 %
 * after one of 50; at 10 %, 93.4 to 95 %. The level is nominal, and the minimum 20 unless the user
 * says otherwise.
 *
 * Memory   exp_warmup_check: one double per value of the series in the scratch arena.
 * Errors   SIM_ENOMEM.
 * Threads  pure functions: the count that is reached does not depend on threads.
 * Source   Chow & Robbins, Ann. Math. Stat. 36 (1965) 457; Hoad, Robinson & Davies, J. Oper. Res.
 *          Soc. 61 (2010) 1632; White, Simulation 69 (1997) 323.
 */
#ifndef EXPERIMENTS_STOPPING_H
#define EXPERIMENTS_STOPPING_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/arena.h"

enum { EXP_REPLICATIONS_MIN = 20, EXP_BATCH = 10, EXP_WARMUP_REPLICATIONS = 10 };

struct exp_stopping {
    size_t min, max;   /* replications; max >= min */
    double half_width; /* wanted: in the figure's unit, or as a share of its mean */
    bool is_relative;
    double level; /* nominal */
};

enum exp_stop {
    EXP_GO_ON,
    EXP_REACHED,
    EXP_CAP_HIT, /* max are through and the interval is still too wide: say so */
};

struct exp_stop_state {
    enum exp_stop stop;
    size_t next;       /* replications to have before asking again; when stopped: those there are */
    double mean;       /* of the replications that have the figure */
    double half_width; /* reached, in the figure's unit; NaN below two */
    size_t used;
};

/* value[count]: the figure of each replication so far, in order; NaN where it does not exist. */
struct exp_stop_state exp_stopping_next(const struct exp_stopping *rule, const double *value,
                                        size_t count);

enum exp_warmup {
    EXP_WARMUP_OK,      /* nothing of the start shows, or cut says how much does */
    EXP_WARMUP_TOO_FEW, /* fewer than EXP_WARMUP_REPLICATIONS: one run tells nothing */
    EXP_WARMUP_REFUSED, /* the cut would take more than half: the series is too short to tell */
};

/* A check, never a silent correction: MSER-5 on the mean of series[replications][count] (one
 * equidistant value after the other; NaN left out of its mean, an instant without any value is a
 * refusal). *cut: values from the front that would better be left out, 0 unless OK. */
SIM_NODISCARD enum sim_status exp_warmup_check(const double *series, size_t replications,
                                               size_t count, struct sim_arena *scratch,
                                               enum exp_warmup *answer, size_t *cut,
                                               struct sim_error *err);

#endif /* EXPERIMENTS_STOPPING_H */
