/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/fit.h - a community of a scenario, fitted to the log of a real machine.
 *
 *   classes    jobs by width (1, 2 to 8, 9 to 64, 65 to 512, more processors) and, of one width, by
 *              run time (up to 10 min, to 3 h, more), where at least 2 % of the jobs or of the
 *              processor time are such; the rest goes with its neighbour
 *   run time   the best of five laws, cut at the class's ends and the longest requested time, with
 *              the mean that gives the log's processor time (experiments/fit_law.h); beside it the
 *              five laws of all jobs
 *   width      the values that 1 % of the class have, the others by the nearest power of two
 *   request    lognormal overestimate from 1 on: the one that comes nearest to median and ninth
 *              decile of the requests and to the mean of run over requested time; `round` when half
 *              of the requests are usual values. As classes are of a length, short jobs
 *              overestimate by more
 *   batch      jobs of one user, class and width with gaps of at most ten minutes, and at most a
 *              tenth of the mean gap of such jobs: a table of sizes; gaps are zero or lognormal
 *   rhythm     batches by hour of the week (of a day in short logs), by the log's own clock, or by
 *              hours since its first job; by month in logs that have seen each
 *   variation  of the batches of a day and, in common, of the days of a week about the rhythm,
 *              beyond what independent arrivals have
 *   users      exponent of Zipf's law by maximum likelihood over the ranks
 *   gaps       of the model, from one draw of its arrivals
 *
 * Memory   the arena; some 50 bytes a job.
 * Errors   SIM_ESCHEMA when the log has too few jobs; SIM_ENOMEM.
 * Source   rhythms and batches: Feitelson, Workload Modeling (2015), chapters 6 and 9; Zipf:
 *          Clauset, Shalizi and Newman (2009), doi:10.1137/070710111, on a bounded range.
 */
#ifndef EXPERIMENTS_FIT_H
#define EXPERIMENTS_FIT_H

#include <stdbool.h>

#include "experiments/fit_law.h"
#include "models/demand/log.h"

enum {
    EXP_FIT_WIDTHS = 5,
    EXP_FIT_LENGTHS = 3,
    EXP_FIT_CLASSES = EXP_FIT_WIDTHS * EXP_FIT_LENGTHS,
    EXP_FIT_VALUES = 64,
    EXP_FIT_POINTS = 240,
    EXP_FIT_JOBS_MIN = 50,
};

struct exp_moments {
    double mean, p50, p90;
};

struct exp_comparison { /* of one attribute */
    struct exp_moments log, model;
    double ks; /* NaN: not told */
};

struct exp_values { /* ascending, and the share of each */
    size_t count;
    double value[EXP_FIT_VALUES], share[EXP_FIT_VALUES];
};

struct exp_fit_class {
    uint32_t width_low, width_high; /* of the class; UINT32_MAX: no end */
    uint32_t run_low, run_high;     /* s; the same */
    size_t count;
    double share;      /* of the jobs */
    double work_share; /* of the processor time */
    double limit_s;    /* the longest requested time, or run time where nobody asks */
    bool has_request;
    struct exp_law law[EXP_LAWS];
    size_t best;
    struct exp_values width;
    size_t batch_count;
    struct exp_values batch;                   /* jobs of one submission */
    double zero_share;                         /* of the gaps inside batches */
    double gap_median_s, gap_sigma, gap_max_s; /* of the others; no gaps: 0 */
    double over_median, over_sigma, round_share;
    double failed, cancelled, timeout;                        /* shares */
    struct exp_comparison run, wide, request, accuracy, work; /* accuracy: run / requested */
};

struct exp_curve { /* share of at most x; of the rhythm: weight of hour x */
    size_t count;
    double x[EXP_FIT_POINTS], log[EXP_FIT_POINTS], model[EXP_FIT_POINTS];
};

struct exp_fit {
    size_t count;
    double span_s, rate_per_s;
    struct exp_law law[EXP_LAWS]; /* of the run times of all jobs */
    size_t best;
    double batch_mean; /* jobs of one submission */
    double zero_gaps, model_zero_gaps;
    double gap_cv, model_gap_cv; /* standard deviation over mean */
    size_t users;
    double zipf;
    size_t hour_count; /* 0: flat, 24 or 168 */
    double hour[168];
    bool has_season;
    double month[12];                     /* from January */
    double day_variation, week_variation; /* standard deviation over mean, beside the rhythm */
    int64_t start_unix_s;                 /* of the first job; -1: the log does not tell */
    uint32_t width_max;
    size_t class_count;
    struct exp_fit_class of[EXP_FIT_CLASSES];
    struct exp_comparison gap;
    struct exp_curve run_curve, width_curve, gap_curve, hour_curve;
};

/* *out lives in the arena. */
SIM_NODISCARD enum sim_status exp_fit_log(const struct mdl_log *log, struct sim_arena *arena,
                                          struct exp_fit **out, struct sim_error *err);

/* Exponent s of P(rank k) ~ k^-s, k = 1 .. count, for counts in falling order. */
double exp_fit_zipf(const double *jobs, size_t count);

#endif /* EXPERIMENTS_FIT_H */
