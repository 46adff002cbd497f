/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/selection.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "experiments/bootstrap.h"
#include "experiments/paired.h"

/* That other beats option beyond doubt; miss is the chance of error granted to this pair. */
static bool is_beaten(const double *option, const double *other, size_t count, double miss,
                      enum exp_direction direction)
{
    struct sim_tally tally = exp_pair_tally(other, option, 1, count);

    return tally.count >= 2 &&
           exp_gain(direction, tally.mean) >
               gsl_cdf_tdist_Qinv(miss, (double)(tally.count - 1)) * sim_tally_error(&tally);
}

size_t exp_subset(const double *value, size_t options, size_t count, double level,
                  enum exp_direction direction, bool *is_kept)
{
    size_t kept = 0;

    for (size_t i = 0; i < options; i++) {
        is_kept[i] = true;
        for (size_t k = 0; k < options && is_kept[i]; k++) {
            double miss = (1 - level) / (double)(options - 1);

            is_kept[i] =
                k == i || !is_beaten(&value[i * count], &value[k * count], count, miss, direction);
        }
        kept += is_kept[i];
    }
    return kept;
}

static bool has_all(const double *mean, size_t figures)
{
    for (size_t f = 0; f < figures; f++) {
        if (isnan(mean[f]))
            return false;
    }
    return true;
}

/* a dominates b; false when a lacks a figure. */
static bool dominates(const double *a, const double *b, size_t figures,
                      const enum exp_direction *direction)
{
    bool is_better = false;

    for (size_t f = 0; f < figures; f++) {
        double lead = exp_gain(direction[f], a[f]) - exp_gain(direction[f], b[f]);

        if (!(lead >= 0))
            return false;
        is_better = is_better || lead > 0;
    }
    return is_better;
}

size_t exp_pareto(const double *mean, size_t options, size_t figures,
                  const enum exp_direction *direction, bool *is_front)
{
    size_t front = 0;

    for (size_t i = 0; i < options; i++) {
        const double *mine = &mean[i * figures];

        is_front[i] = has_all(mine, figures);
        for (size_t k = 0; k < options && is_front[i]; k++)
            is_front[i] = !dominates(&mean[k * figures], mine, figures, direction);
        front += is_front[i];
    }
    return front;
}

enum sim_status exp_pareto_share(const double *value, size_t options, size_t figures, size_t count,
                                 const enum exp_direction *direction, uint64_t seed,
                                 uint32_t resamples, struct sim_arena *scratch, double *share,
                                 struct sim_error *err)
{
    size_t *pick = sim_arena_alloc(scratch, count, sizeof *pick);
    double *mean = sim_arena_alloc(scratch, options * figures, sizeof *mean);
    bool *is_front = sim_arena_alloc(scratch, options, sizeof *is_front);

    if (!pick || !mean || !is_front)
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu options", options);
    for (size_t i = 0; i < options; i++)
        share[i] = 0;
    for (uint32_t b = 0; b < resamples; b++) {
        exp_bootstrap_pick(seed, b, count, pick);
        for (size_t k = 0; k < options * figures; k++)
            mean[k] = exp_bootstrap_mean(&value[k * count], pick, count);
        exp_pareto(mean, options, figures, direction, is_front);
        for (size_t i = 0; i < options; i++)
            share[i] += is_front[i];
    }
    for (size_t i = 0; i < options; i++)
        share[i] /= resamples;
    return SIM_OK;
}
