/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/distribution.h - distributions by name, drawn by inversion.
 *
 * Every variate is a monotone function of one uniform, so common random numbers carry over from
 * the uniform to the variate. A distribution may be truncated to [min, max]: the uniform is
 * squeezed into [P(X < min), P(X <= max)], not rejected; at least 1e-6 must be left.
 *
 * Units    values in the unit of the scenario key that holds the distribution, SI.
 * Memory   tables are borrowed (they live in the scenario's arena); gamma, beta and mixture make
 *          one on `arena` (10 to 100 KiB).
 * Errors   sim_dist_prepare: SIM_ESCHEMA and which parameter is wrong, SIM_ENOMEM; the rest
 *          cannot fail.
 * Threads  a prepared distribution is only read.
 * Cost     constant and uniform 3 ns, exponential 10 ns, lognormal 35 ns, weibull and pareto 60 ns,
 *          erlang and hyperexponential 300 ns and more; gamma, beta and mixture 150 ns and 1 to 20
 *          ms to prepare; tables by bisection.
 * Error    gamma, beta and mixture are drawn with a relative error of at most 5e-6 (beta: of its
 *          width), the outermost 1.3e-12 of a tail as its edge; their means are those of the law.
 * Source   sim/elementary, so the bits are the same everywhere.
 */
#ifndef SIM_DISTRIBUTION_H
#define SIM_DISTRIBUTION_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/error.h"

enum sim_dist_kind {
    SIM_DIST_CONSTANT,         /* value */
    SIM_DIST_UNIFORM,          /* lowest, highest */
    SIM_DIST_EXPONENTIAL,      /* mean */
    SIM_DIST_LOGNORMAL,        /* median, sigma (of the logarithm), at most 10 */
    SIM_DIST_WEIBULL,          /* shape 0.05 to 1000, scale */
    SIM_DIST_PARETO,           /* alpha, lowest, highest: bounded */
    SIM_DIST_ERLANG,           /* stages 1 to 100, mean */
    SIM_DIST_HYPEREXPONENTIAL, /* mean, cv2 > 1: two phases, balanced means */
    SIM_DIST_EMPIRICAL,        /* quantile table, linear in between */
    SIM_DIST_CHOICE,           /* values with weights */
    SIM_DIST_GAMMA,            /* shape 0.1 to 1000, mean */
    SIM_DIST_TRIANGULAR,       /* low, mode, high */
    SIM_DIST_BETA,             /* alpha and beta 0.1 to 1000, on [low, high] */
    SIM_DIST_MIXTURE,          /* parts with weights; inverse of the sum of their cdfs */
};

struct sim_arena;
struct sim_quantile_table;

struct sim_dist {
    enum sim_dist_kind kind;
    double a, b, c, d;           /* parameters in the order named above */
    double min, max;             /* truncation; -inf, +inf when there is none */
    size_t count;                /* of the table, or of the parts */
    const double *value;         /* [count], ascending; equal neighbours are an atom */
    const double *cumulated;     /* [count]: P(X <= value[i]), last 1 */
    const struct sim_dist *part; /* [count], prepared, no mixtures themselves */
    const double *weight;        /* [count], of the parts, sum 1 */
    struct sim_arena *arena;     /* for the table of gamma, beta, mixture; else NULL will do */
    double p_min, p_max;         /* P(X < min), P(X <= max): set by sim_dist_prepare, */
    double derived[3];           /* and so are these constants of the law */
    const struct sim_quantile_table *table;
};

/* Checks the parameters and fills what drawing needs. Call once after the fields are set. */
SIM_NODISCARD enum sim_status sim_dist_prepare(struct sim_dist *dist, struct sim_error *err);

/* Truncates a prepared distribution further, to what lies in [lowest, highest] too. SIM_ESCHEMA
 * when less than 1e-6 of it does. */
SIM_NODISCARD enum sim_status sim_dist_narrow(struct sim_dist *dist, double lowest, double highest,
                                              struct sim_error *err);

/* The value at uniform u in (0, 1): non-decreasing in u (laws found by Newton's rule: up to
 * 1e-13 of their mean). */
double sim_dist_at(const struct sim_dist *dist, double u);

/* Means after truncation, by formula, relative 1e-9. */
double sim_dist_mean(const struct sim_dist *dist);
double sim_dist_mean_capped(const struct sim_dist *dist, double cap); /* E[min(X, cap)] */

/* P(X <= x) before truncation. */
double sim_dist_cdf(const struct sim_dist *dist, double x);

#endif /* SIM_DISTRIBUTION_H */
