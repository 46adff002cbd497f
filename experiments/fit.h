/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/fit.h - a community of a scenario, fitted to the log of a real machine.
 *
 *   classes    jobs by width (1, 2 to 8, more processors), where at least 2 % of the jobs or of
 *              the processor time are so wide; the rest goes with its neighbour
 *   run time   the best of five laws, cut at the longest requested time (experiments/fit_law.h)
 *   width      the values that 1 % of the class have, the others by the nearest power of two
 *   request    lognormal overestimate from 1 on, which does not depend on the run time: the one
 * that comes nearest to median and ninth decile of the requests and to the mean of run over
 *              requested time; `round` when half of the requests are usual values
 *   rhythm     batches by hour of the week (of a day in short logs), by the log's own clock
 *   batch      jobs of one user and width with gaps of at most a minute, geometric
 *   users      exponent of Zipf's law by maximum likelihood over the ranks
 *
 * Memory   the arena; 8 bytes a job and attribute.
 * Errors   SIM_ESCHEMA when the log has too few jobs; SIM_ENOMEM.
 * Source   rhythms and batches: Feitelson, Workload Modeling (2015), chapters 6 and 9; Zipf:
 *          Clauset, Shalizi and Newman (2009), doi:10.1137/070710111, on a bounded range.
 */
#ifndef EXPERIMENTS_FIT_H
#define EXPERIMENTS_FIT_H

#include <stdbool.h>

#include "experiments/fit_law.h"
#include "models/demand/log.h"

enum { EXP_FIT_CLASSES = 3, EXP_FIT_WIDTHS = 64, EXP_FIT_POINTS = 240, EXP_FIT_JOBS_MIN = 50 };

struct exp_moments {
    double mean, p50, p90;
};

struct exp_comparison { /* of one attribute */
    struct exp_moments log, model;
    double ks; /* NaN: not told */
};

struct exp_width {
    double width, share;
};

struct exp_fit_class {
    uint32_t width_low, width_high; /* of the group; UINT32_MAX: no end */
    size_t count;
    double share;      /* of the jobs */
    double work_share; /* of the processor time */
    double limit_s;    /* the longest requested time, or run time where nobody asks */
    bool has_request;
    struct exp_law law[EXP_LAWS];
    size_t best;
    size_t width_count;
    struct exp_width width[EXP_FIT_WIDTHS];
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
    double batch_mean, zero_gaps; /* share of jobs that come with the one before */
    size_t users;
    double zipf;
    size_t hour_count; /* 0: flat, 24 or 168 */
    double hour[168];
    int64_t start_unix_s; /* -1: the log does not tell */
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
