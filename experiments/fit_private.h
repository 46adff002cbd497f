/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/fit_private.h - what the parts of a fit share: classes and requests (fit.c),
 * arrivals (fit_arrivals.c).
 */
#ifndef EXPERIMENTS_FIT_PRIVATE_H
#define EXPERIMENTS_FIT_PRIVATE_H

#include "experiments/fit.h"

struct fitter {
    const struct mdl_log *log;
    struct sim_arena *arena;
    struct exp_fit *fit;
    struct sim_error *err;
    double *scratch; /* [count] */
};

bool exp_fit_is_in(const struct exp_fit_class *group, const struct mdl_log_job *job);

/* Of ascending values. */
struct exp_moments exp_moments_of(const double *sorted, size_t count);

/* Adds a share of a value; the table stays in the order of the values. */
void exp_fit_add_value(struct exp_values *values, double value, double share);

/* Value whose share, with those before it, first reaches u. */
double exp_fit_value_at(const struct exp_values *values, double u);

/* Share of the log, data in scratch, and of the model up to points with equal steps of the
 * logarithm. */
void exp_fit_draw_cdf(const struct fitter *f, size_t count,
                      double (*cdf)(const void *model, double x), const void *model,
                      struct exp_curve *curve);

/* Batches, rhythm, season and gaps of the whole; classes are known. */
SIM_NODISCARD enum sim_status exp_fit_arrivals(const struct fitter *f);

#endif /* EXPERIMENTS_FIT_PRIVATE_H */
