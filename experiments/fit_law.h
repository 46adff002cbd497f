/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/fit_law.h - the law of positive data between limits, by maximum likelihood.
 *
 * Lognormal, Weibull, gamma and mixtures of two and three lognormals, each cut at the limits
 * (density f(x) / (F(limit) - F(low))), are fitted by Nelder and Mead's simplex on at most 1024
 * quantiles of the data (mixtures from where expectation and maximisation lead); the one with the
 * least AIC is the best. The log-likelihood and Kolmogorov's distance that are told are of all
 * data. Where the mean is to be kept, 5 n log^2(mean / mean of the data) is taken off the
 * likelihood.
 *
 * Units    those of the data.
 * Memory   the arena for the mixture's parts; the rest is freed.
 * Errors   SIM_ENOMEM; SIM_ESCHEMA for fewer than two data.
 * Cost     10 to 150 ms a law, plus O(n) at the end.
 * Source   Akaike (1974), doi:10.1109/TAC.1974.1100705; Nelder and Mead (1965),
 *          doi:10.1093/comjnl/7.4.308, as gsl_multimin_fminimizer_nmsimplex2.
 */
#ifndef EXPERIMENTS_FIT_LAW_H
#define EXPERIMENTS_FIT_LAW_H

#include <stddef.h>

#include <gsl/gsl_multimin.h>

#include "sim/arena.h"
#include "sim/distribution.h"
#include "sim/error.h"

enum { EXP_LAWS = 5 };

struct exp_law {
    const char *name;     /* "lognormal" */
    struct sim_dist dist; /* prepared; max = the limit */
    size_t parameter_count;
    double log_likelihood, aic, ks; /* without what the mean costs */
};

struct exp_law_data {
    const double *sorted; /* ascending, in (low, limit] */
    size_t count;
    double low, limit;
    double mean; /* what the law's mean is to be; 0: what the likelihood makes of it */
};

/* *best = the index of the law to take. */
SIM_NODISCARD enum sim_status exp_laws_fit(const struct exp_law_data *data, struct sim_arena *arena,
                                           struct exp_law law[EXP_LAWS], size_t *best,
                                           struct sim_error *err);

/* P(X <= x) of a struct sim_dist, with its limit. */
double exp_law_cdf(const void *dist, double x);

/* Kolmogorov's distance of sorted data from a law. */
double exp_ks(const double *sorted, size_t count, double (*cdf)(const void *law, double x),
              const void *law);

/* The least of a function from p[n] on, which becomes where it is; steps of 0.3 at first. */
SIM_NODISCARD enum sim_status exp_minimise(double (*value)(const gsl_vector *at, void *context),
                                           void *context, double *p, size_t n,
                                           struct sim_error *err);

#endif /* EXPERIMENTS_FIT_LAW_H */
