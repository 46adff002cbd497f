/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/breakeven.h - the value of one input at which an option and the baseline are equal.
 *
 * The mean paired difference, under fixed random numbers, is a function of the input: it is looked
 * at in `points` equidistant places of [low, high], and where its sign changes once Brent's method
 * narrows the place down. Nothing is refined where it never changes sign, does so repeatedly, or is
 * 0 at neighbouring places (medians of waits at low load, options that do not differ): the answer
 * then is that.
 *
 * The interval is the bootstrap's over replications, from the differences that were simulated
 * anyway, joined by straight lines between neighbouring inputs: it asks for no further run.
 * Expanded percentiles (experiments/bootstrap.h), nominal. An end at infinity lies beyond what was
 * searched.
 *
 * Memory   the arena's: evaluations_max * (replications + 7) + resamples doubles.
 * Errors   those of the callback; SIM_EUSAGE when nothing can be searched; SIM_ENOMEM.
 * Threads  one call, one thread; the callback may use more. Same bytes for any number.
 * Cost     points + about 6 evaluations; resamples * evaluations * replications additions.
 * Source   Brent, Algorithms for Minimization without Derivatives (1973), ch. 4 (GSL);
 * retrospective approximation: Chen & Schmeiser, IIE Trans. 33 (2001) 259.
 */
#ifndef EXPERIMENTS_BREAKEVEN_H
#define EXPERIMENTS_BREAKEVEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/arena.h"

struct exp_breakeven {
    /* difference[count]: option - baseline of each replication with the input at x; NaN where it
     * does not exist. Never asked twice for the same x. */
    enum sim_status (*difference)(void *context, double x, double *difference,
                                  struct sim_error *err);
    void *context;
    size_t count;           /* replications, at least 2 */
    double low, high;       /* of the input, in its unit */
    size_t points;          /* of the first look, both ends included; at least 2 */
    size_t evaluations_max; /* at least points */
    double tolerance;       /* of the input: stop when the bracket is this narrow */
    double level;           /* of the interval */
    uint32_t resamples;
    uint64_t seed; /* of the resamples */
};

enum exp_crossing {
    EXP_CROSSES_ONCE,
    EXP_CROSSES_NEVER,
    EXP_CROSSES_OFTEN,
    EXP_EQUAL_ALONG,      /* the difference is 0 from one input to another: no single value */
    EXP_CROSSING_UNKNOWN, /* the difference does not exist at some input */
};

struct exp_bracket {  /* the mean difference changes its sign between (or is 0 from low to high) */
    double low, high; /* input */
    double at_low, at_high; /* mean difference */
};

struct exp_breakeven_point {
    enum exp_crossing crossing;
    double input, low, high;      /* of a single crossing, with its interval; else NaN */
    double along_low, along_high; /* the outermost inputs seen to be equal; NaN unless along */
    double at_low, at_high;       /* mean differences at both ends */
    struct exp_bracket *bracket;  /* [crossings], ascending */
    size_t crossings, evaluations;
    bool is_precise; /* the tolerance was reached within evaluations_max */
};

SIM_NODISCARD enum sim_status exp_breakeven(const struct exp_breakeven *question,
                                            struct sim_arena *arena,
                                            struct exp_breakeven_point *out, struct sim_error *err);

#endif /* EXPERIMENTS_BREAKEVEN_H */
