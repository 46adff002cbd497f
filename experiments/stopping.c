/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/stopping.h"

#include <math.h>

#include "sim/stats.h"

static bool is_narrow(const struct exp_stopping *rule, const struct exp_stop_state *state)
{
    double wanted = rule->half_width * (rule->is_relative ? fabs(state->mean) : 1);

    return state->half_width <= wanted;
}

struct exp_stop_state exp_stopping_next(const struct exp_stopping *rule, const double *value,
                                        size_t count)
{
    struct exp_stop_state state = {.stop = EXP_GO_ON, .next = count};
    size_t next = count < rule->min ? rule->min : count + EXP_BATCH;

    state.half_width = sim_interval_t(value, count, rule->level, &state.mean, &state.used);
    if (count >= rule->min && is_narrow(rule, &state))
        state.stop = EXP_REACHED;
    else if (count >= rule->max)
        state.stop = EXP_CAP_HIT;
    else
        state.next = next < rule->max ? next : rule->max;
    return state;
}

/* False when an instant has no value in any replication. */
static bool mean_series(const double *series, size_t replications, size_t count, double *mean)
{
    for (size_t i = 0; i < count; i++) {
        struct sim_tally tally = {0};

        for (size_t r = 0; r < replications; r++) {
            double x = series[r * count + i];

            if (!isnan(x))
                sim_tally_add(&tally, x);
        }
        if (tally.count == 0)
            return false;
        mean[i] = tally.mean;
    }
    return true;
}

enum sim_status exp_warmup_check(const double *series, size_t replications, size_t count,
                                 struct sim_arena *scratch, enum exp_warmup *answer, size_t *cut,
                                 struct sim_error *err)
{
    double *mean = sim_arena_alloc(scratch, count, sizeof *mean);
    size_t found;

    if (!mean)
        return sim_fail(err, SIM_ENOMEM, "no memory for a series of %zu", count);
    *cut = 0;
    *answer = EXP_WARMUP_TOO_FEW;
    if (replications < EXP_WARMUP_REPLICATIONS)
        return SIM_OK;
    *answer = EXP_WARMUP_REFUSED;
    if (count < SIM_MSER5_LEAST || !mean_series(series, replications, count, mean))
        return SIM_OK;
    found = sim_mser5(mean, count);
    if (found > count / 2)
        return SIM_OK;
    *answer = EXP_WARMUP_OK;
    *cut = found;
    return SIM_OK;
}
