/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/bootstrap.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "sim/random.h"
#include "sim/stats.h"

void exp_bootstrap_pick(uint64_t seed, uint32_t resample, size_t count, size_t *pick)
{
    struct sim_draws draws;

    sim_draws_init(&draws, sim_draw_key(seed, resample), sim_hash_text("bootstrap"), 0,
                   SIM_DRAW_UNIFORM);
    for (size_t i = 0; i < count; i++)
        pick[i] = (size_t)(sim_draws_next(&draws) * (double)count);
}

double exp_bootstrap_mean(const double *value, const size_t *pick, size_t count)
{
    double sum = 0;
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        double x = value[pick[i]];

        if (!isnan(x)) {
            sum += x;
            used++;
        }
    }
    return used ? sum / (double)used : NAN;
}

double exp_bootstrap_tail(size_t count, double level)
{
    double n = (double)count;

    return count < 2 ? NAN : gsl_cdf_ugaussian_P(-sqrt(n / (n - 1)) * sim_student(count, level));
}
