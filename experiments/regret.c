/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/regret.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "sim/stats.h"

static void fill_regret(const struct exp_regret_table *table, double *regret)
{
    for (size_t f = 0; f < table->futures; f++) {
        double best = NAN;

        for (size_t i = 0; i < table->options; i++)
            best = fmax(best, exp_gain(table->direction, table->value[i * table->futures + f]));
        for (size_t i = 0; i < table->options; i++) {
            size_t at = i * table->futures + f;

            regret[at] = best - exp_gain(table->direction, table->value[at]);
        }
    }
}

static double satisfied_share(const struct exp_regret_table *table, const double *value)
{
    double wanted = exp_gain(table->direction, table->good_enough);
    size_t satisfied = 0;

    for (size_t f = 0; f < table->futures; f++)
        satisfied += exp_gain(table->direction, value[f]) >= wanted;
    return isnan(wanted) ? NAN : (double)satisfied / (double)table->futures;
}

static struct exp_robustness judge(const struct exp_regret_table *table, const double *value,
                                   const double *regret, double *sorted)
{
    size_t futures = table->futures;
    bool is_less = table->direction == EXP_LESS_IS_BETTER;
    struct exp_robustness out;
    double low, high, worst, best;

    for (size_t rule = 0; rule < EXP_RULES; rule++)
        out.measure[rule] = NAN;
    if (futures == 0)
        return out;
    out.measure[EXP_SATISFICING] = satisfied_share(table, value);
    gsl_stats_minmax(&low, &high, value, 1, futures); /* both NaN as soon as one is */
    if (isnan(low))
        return out;
    worst = is_less ? high : low;
    best = is_less ? low : high;
    memcpy(sorted, regret, futures * sizeof *sorted);
    gsl_sort(sorted, 1, futures);
    out.measure[EXP_MAXIMIN] = worst;
    out.measure[EXP_MINIMAX_REGRET] = sorted[futures - 1];
    out.measure[EXP_HURWICZ] = table->optimism * best + (1 - table->optimism) * worst;
    out.measure[EXP_P90_REGRET] = sim_sorted_quantile(sorted, futures, 0.9);
    return out;
}

enum sim_status exp_regret(const struct exp_regret_table *table, struct sim_arena *scratch,
                           double *regret, struct exp_robustness *robustness, struct sim_error *err)
{
    double *sorted = sim_arena_alloc(scratch, table->futures, sizeof *sorted);

    if (!sorted)
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu futures", table->futures);
    fill_regret(table, regret);
    for (size_t i = 0; i < table->options; i++) {
        size_t at = i * table->futures;

        robustness[i] = judge(table, &table->value[at], &regret[at], sorted);
    }
    return SIM_OK;
}

size_t exp_choose(const struct exp_robustness *robustness, size_t options, enum exp_rule rule,
                  enum exp_direction direction)
{
    static const enum exp_direction of_rule[EXP_RULES] = {
        [EXP_MINIMAX_REGRET] = EXP_LESS_IS_BETTER,
        [EXP_SATISFICING] = EXP_MORE_IS_BETTER,
        [EXP_P90_REGRET] = EXP_LESS_IS_BETTER,
    };
    bool is_value = rule == EXP_MAXIMIN || rule == EXP_HURWICZ;
    size_t chosen = options;
    double best = NAN;

    for (size_t i = 0; i < options; i++) {
        double gain = exp_gain(is_value ? direction : of_rule[rule], robustness[i].measure[rule]);

        if (gain > best || (isnan(best) && !isnan(gain))) {
            best = gain;
            chosen = i;
        }
    }
    return chosen;
}
