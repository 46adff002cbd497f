/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/paired.h"

#include <math.h>
#include <stdbool.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_heapsort.h>

struct sim_tally exp_pair_tally(const double *x, const double *y, double factor, size_t count)
{
    struct sim_tally tally = {0};

    for (size_t i = 0; i < count; i++) {
        if (!isnan(x[i]) && !isnan(y[i]))
            sim_tally_add(&tally, x[i] - factor * y[i]);
    }
    return tally;
}

/* Costs and capacities may differ without varying: then there is nothing to doubt. */
static double p_of(double mean, double error, size_t pairs)
{
    if (isnan(error))
        return NAN;
    if (error == 0)
        return mean == 0 ? 1 : 0;
    return 2 * gsl_cdf_tdist_Q(fabs(mean) / error, (double)(pairs - 1));
}

static void add_relative(struct exp_difference *difference, const double *option,
                         const double *baseline, size_t count, double factor)
{
    struct sim_tally base = exp_pair_tally(baseline, option, 0, count), residual;
    double relative = difference->mean / base.mean;

    difference->relative = difference->relative_half_width = NAN;
    if (base.count < 2 || fabs(base.mean) <= factor * sim_tally_error(&base))
        return;
    residual = exp_pair_tally(option, baseline, 1 + relative, count);
    difference->relative = relative;
    difference->relative_half_width = factor * sim_tally_error(&residual) / fabs(base.mean);
}

void exp_paired(const double *option, const double *baseline, size_t count, double level,
                struct exp_difference *out)
{
    struct sim_tally tally = exp_pair_tally(option, baseline, 1, count);
    struct sim_tally mine = exp_pair_tally(option, baseline, 0, count);
    struct sim_tally base = exp_pair_tally(baseline, option, 0, count);
    double apart = sim_tally_variance(&mine) + sim_tally_variance(&base);
    double factor = sim_student((size_t)tally.count, level);

    out->pairs = (size_t)tally.count;
    out->mean = tally.count ? tally.mean : NAN;
    out->error = sim_tally_error(&tally);
    out->half_width = out->adjusted_half_width = factor * out->error;
    out->p = out->adjusted_p = p_of(out->mean, out->error, out->pairs);
    out->variance_ratio = sim_tally_variance(&tally) / apart;
    add_relative(out, option, baseline, count, factor);
}

static int by_p(const void *a, const void *b)
{
    const struct exp_difference *x = *(const struct exp_difference *const *)a;
    const struct exp_difference *y = *(const struct exp_difference *const *)b;

    if (isnan(x->p) || isnan(y->p))
        return isnan(x->p) - isnan(y->p);
    return (x->p > y->p) - (x->p < y->p);
}

size_t exp_holm(struct exp_difference **family, size_t count, double level)
{
    double alpha = 1 - level, adjusted = 0;
    size_t m = 0, step = 0;

    gsl_heapsort(family, count, sizeof *family, by_p);
    while (m < count && !isnan(family[m]->p))
        m++;
    for (size_t i = 0; i < m; i++) {
        struct exp_difference *difference = family[i];
        bool is_tie = i > 0 && difference->p == family[i - 1]->p;

        if (adjusted <= alpha && !is_tie)
            step = i;
        adjusted = fmax(adjusted, fmin(1, (double)(m - i) * difference->p));
        difference->adjusted_p = adjusted;
        difference->adjusted_half_width =
            difference->error * sim_student(difference->pairs, 1 - alpha / (double)(m - step));
    }
    return m;
}

double exp_sign_share(double mean, const double *difference, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        kept += (mean > 0 && difference[i] > 0) || (mean < 0 && difference[i] < 0);
    return count ? (double)kept / (double)count : 1;
}

enum exp_verdict exp_verdict_of(const struct exp_difference *difference, double matters,
                                double sign_share, enum exp_direction direction)
{
    double size = fabs(difference->mean);
    bool is_better = exp_gain(direction, difference->mean) > 0;

    if (!(size > difference->adjusted_half_width && size >= matters))
        return EXP_OPEN;
    if (sign_share >= EXP_SIGN_HOLDS)
        return is_better ? EXP_BETTER : EXP_WORSE;
    if (sign_share >= EXP_SIGN_LEANS)
        return is_better ? EXP_LEANS_BETTER : EXP_LEANS_WORSE;
    return EXP_OPEN;
}

const char *exp_verdict_text(enum exp_verdict verdict)
{
    static const char *const text[] = {
        [EXP_OPEN] = "open",
        [EXP_LEANS_BETTER] = "leans better",
        [EXP_LEANS_WORSE] = "leans worse",
        [EXP_BETTER] = "better",
        [EXP_WORSE] = "worse",
    };

    return text[verdict];
}
