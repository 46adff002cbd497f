/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/analysis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/bootstrap.h"
#include "experiments/refuse.h"
#include "experiments/selection.h"
#include "models/figures/expectation.h"
#include "models/figures/selector.h"
#include "sim/stats.h"

enum { ROWS_MAX = EXP_KEYS_MAX };

/* ---- key figures ---- */

/* Judged in this order where a scenario declares nothing: what question 1 asks first. */
static const char *const standard[] = {
    "wait.p50{kind=sme}", "wait.p95{kind=sme}",    "wait.p95",
    "utilisation",        "h100e_hours.allocated", "energy",
    "carbon.location",    "cost.energy",
};

#define REFUSE(errors, status, node, ...)                                                          \
    exp_refuse(errors, status, node, true, "matters: " __VA_ARGS__)

static struct exp_key key_of(const struct mdl_figure *figure, size_t row)
{
    return (struct exp_key){.figure = row,
                            .is_judged = figure[row].better != MDL_BETTER_NEITHER,
                            .direction = figure[row].better == MDL_BETTER_LOW ? EXP_LESS_IS_BETTER
                                                                              : EXP_MORE_IS_BETTER};
}

static void read_matter(const struct scn_node *node, const struct mdl_figure *figure,
                        size_t figure_count, struct exp_key *key, size_t *count,
                        enum sim_status *status, struct scn_errors *errors)
{
    size_t row[ROWS_MAX], rows = 0;
    struct sim_error err;
    double least;

    if (mdl_selector_find(node->key->text, figure, figure_count, row, ROWS_MAX, &rows, &err)) {
        REFUSE(errors, status, node, "%s", err.message);
        return;
    }
    if (rows > EXP_KEYS_MAX - *count) {
        REFUSE(errors, status, node, "more than %d figures; name the few that decide",
               EXP_KEYS_MAX);
        return;
    }
    if (node->kind != SCN_SCALAR || scn_is_empty(node)) {
        REFUSE(errors, status, node,
               "the smallest difference that counts belongs here; write for example '2 h'");
        return;
    }
    if (mdl_figure_parse(node->text, &figure[row[0]], &least, &err)) {
        REFUSE(errors, status, node, "%s", err.message);
        return;
    }
    if (least < 0) {
        REFUSE(errors, status, node, "a difference that counts is not below 0");
        return;
    }
    for (size_t i = 0; i < rows; i++) {
        key[*count] = key_of(figure, row[i]);
        key[*count].is_declared = true;
        key[(*count)++].matters = least;
    }
}

enum sim_status exp_keys_read(const struct scn_node *root, const struct mdl_figure *figure,
                              size_t figure_count, struct exp_key *key, size_t *count,
                              struct scn_errors *errors)
{
    const struct scn_node *section = scn_child(root, "matters");
    enum sim_status status = SIM_OK;

    *count = 0;
    if (section && section->kind != SCN_MAP && !scn_is_empty(section))
        REFUSE(errors, &status, section,
               "a mapping belongs here; write for example {\"wait.p95{kind=sme}\": 2 h}");
    for (const struct scn_node *node = section && section->kind == SCN_MAP ? section->first : NULL;
         node; node = node->next)
        if (!node->refused && !scn_is_reserved(node->key->text))
            read_matter(node, figure, figure_count, key, count, &status, errors);
    for (size_t i = 0; !section && i < sizeof standard / sizeof *standard; i++) {
        size_t row, rows = 0;

        if (mdl_selector_find(standard[i], figure, figure_count, &row, 1, &rows, NULL) == SIM_OK)
            key[(*count)++] = key_of(figure, row);
    }
    return status;
}

/* ---- judging ---- */

struct analyst {
    const struct exp_comparison *comparison;
    struct exp_analysis *analysis;
    struct sim_arena *arena;
    double *column; /* [option][key][replication], as planned */
};

static double *column_of(const struct analyst *analyst, size_t option, size_t key)
{
    return analyst->column +
           (option * analyst->analysis->key_count + key) * analyst->comparison->replication_count;
}

static struct exp_judgement *judgement_of(const struct analyst *analyst, size_t option, size_t key)
{
    return &analyst->analysis->judgement[option * analyst->analysis->key_count + key];
}

static double *cell_of(const struct analyst *analyst, double *table, size_t key, size_t option,
                       size_t world)
{
    const struct exp_analysis *analysis = analyst->analysis;

    return &table[(key * analysis->option_count + option) * analysis->world_count + world];
}

static void fill_columns(struct analyst *analyst)
{
    const struct exp_analysis *analysis = analyst->analysis;

    for (size_t o = 0; o < analysis->option_count; o++)
        for (size_t k = 0; k < analysis->key_count; k++)
            exp_comparison_column(analyst->comparison, o, 0, analysis->key[k].figure,
                                  column_of(analyst, o, k));
}

static void fill_means(struct analyst *analyst, double *scratch)
{
    const struct exp_analysis *analysis = analyst->analysis;
    size_t n = analyst->comparison->replication_count;

    for (size_t k = 0; k < analysis->key_count; k++)
        for (size_t o = 0; o < analysis->option_count; o++)
            for (size_t w = 0; w < analysis->world_count; w++) {
                struct sim_tally tally;

                exp_comparison_column(analyst->comparison, o, w, analysis->key[k].figure, scratch);
                tally = sim_tally_of(scratch, n);
                *cell_of(analyst, analysis->mean, k, o, w) = tally.count ? tally.mean : NAN;
            }
}

/* In which share of the worlds the option differs from the baseline with this sign. */
static double sign_share(const struct analyst *analyst, size_t option, size_t key, double mean,
                         double *scratch)
{
    const struct exp_analysis *analysis = analyst->analysis;
    size_t baseline = analyst->comparison->study->baseline;

    for (size_t w = 0; w < analysis->world_count; w++)
        scratch[w] = *cell_of(analyst, analysis->mean, key, option, w) -
                     *cell_of(analyst, analysis->mean, key, baseline, w);
    return exp_sign_share(mean, scratch, analysis->world_count);
}

/* Mean of values and bounds, where there are bounds among them. */
static double bound_of(const struct analyst *analyst, size_t option, size_t key)
{
    const struct exp_comparison *comparison = analyst->comparison;
    size_t figure = analyst->analysis->key[key].figure;
    const double *item = exp_comparison_item(comparison, option, 0);
    struct sim_tally tally = {0};

    if (exp_comparison_bounds(comparison, option, 0, figure) == 0)
        return NAN;
    for (size_t r = 0; r < comparison->replication_count; r++) {
        double value = item[r * comparison->figure_count + figure];

        if (!isnan(value))
            sim_tally_add(&tally, value);
    }
    return tally.mean;
}

static void compare_with_baseline(struct analyst *analyst, struct exp_difference **family,
                                  double *scratch)
{
    struct exp_analysis *analysis = analyst->analysis;
    size_t n = analyst->comparison->replication_count, count = 0;
    size_t baseline = analyst->comparison->study->baseline;

    for (size_t o = 0; o < analysis->option_count; o++)
        for (size_t k = 0; k < analysis->key_count; k++) {
            struct exp_judgement *judgement = judgement_of(analyst, o, k);
            struct sim_tally tally = sim_tally_of(column_of(analyst, o, k), n);

            judgement->n = tally.count;
            judgement->mean = tally.count ? tally.mean : NAN;
            judgement->bound = bound_of(analyst, o, k);
            judgement->half_width = sim_student(tally.count, EXP_LEVEL) * sim_tally_error(&tally);
            exp_paired(column_of(analyst, o, k), column_of(analyst, baseline, k), n, EXP_LEVEL,
                       &judgement->difference);
            if (o != baseline)
                family[count++] = &judgement->difference;
        }
    analysis->comparisons = exp_holm(family, count, EXP_LEVEL);
    for (size_t o = 0; o < analysis->option_count; o++)
        for (size_t k = 0; k < analysis->key_count; k++) {
            struct exp_judgement *judgement = judgement_of(analyst, o, k);
            const struct exp_key *key = &analysis->key[k];

            judgement->sign_share = sign_share(analyst, o, k, judgement->difference.mean, scratch);
            judgement->verdict = o != baseline && key->is_judged
                                     ? exp_verdict_of(&judgement->difference, key->matters,
                                                      judgement->sign_share, key->direction)
                                     : EXP_OPEN;
        }
}

/* value[option][count] of one key figure, then who is left. */
static void select_subset(struct analyst *analyst, size_t key, double *value, bool *is_kept)
{
    const struct exp_analysis *analysis = analyst->analysis;
    size_t n = analyst->comparison->replication_count;

    for (size_t o = 0; o < analysis->option_count; o++)
        memcpy(value + o * n, column_of(analyst, o, key), n * sizeof *value);
    if (analysis->key[key].is_judged)
        exp_subset(value, analysis->option_count, n, EXP_LEVEL, analysis->key[key].direction,
                   is_kept);
    for (size_t o = 0; o < analysis->option_count; o++)
        judgement_of(analyst, o, key)->is_kept = analysis->key[key].is_judged && is_kept[o];
}

/* Of any option a value or a bound: else nothing can be traded for it. */
static bool is_known(const struct analyst *analyst, size_t key)
{
    bool is_any = false;

    for (size_t o = 0; o < analyst->analysis->option_count; o++) {
        const struct exp_judgement *judgement = judgement_of(analyst, o, key);

        is_any = is_any || !isnan(judgement->mean) || !isnan(judgement->bound);
    }
    return is_any;
}

static enum sim_status find_front(struct analyst *analyst, double *value, struct sim_error *err)
{
    struct exp_analysis *analysis = analyst->analysis;
    size_t n = analyst->comparison->replication_count, options = analysis->option_count;
    enum exp_direction direction[EXP_PARETO_FIGURES_MAX];
    double *mean = sim_arena_alloc(analyst->arena, options * EXP_PARETO_FIGURES_MAX, sizeof *mean);

    if (!mean)
        return sim_fail(err, SIM_ENOMEM, "no memory for a comparison");
    for (size_t k = 0; k < analysis->key_count; k++)
        if (analysis->key[k].is_judged && analysis->pareto_count < EXP_PARETO_FIGURES_MAX &&
            is_known(analyst, k)) {
            direction[analysis->pareto_count] = analysis->key[k].direction;
            analysis->pareto_key[analysis->pareto_count++] = k;
        }
    for (size_t o = 0; o < options; o++)
        for (size_t p = 0; p < analysis->pareto_count; p++) {
            mean[o * analysis->pareto_count + p] =
                judgement_of(analyst, o, analysis->pareto_key[p])->mean;
            memcpy(value + (o * analysis->pareto_count + p) * n,
                   column_of(analyst, o, analysis->pareto_key[p]), n * sizeof *value);
        }
    if (!analysis->pareto_count)
        return SIM_OK;
    exp_pareto(mean, options, analysis->pareto_count, direction, analysis->is_front);
    return exp_pareto_share(value, options, analysis->pareto_count, n, direction,
                            analyst->comparison->seed, EXP_RESAMPLES, analyst->arena,
                            analysis->front_share, err);
}

static enum sim_status find_regret(struct analyst *analyst, struct sim_error *err)
{
    struct exp_analysis *analysis = analyst->analysis;
    enum sim_status status = SIM_OK;

    for (size_t k = 0; k < analysis->key_count && !status; k++) {
        struct exp_regret_table table = {.value = cell_of(analyst, analysis->mean, k, 0, 0),
                                         .options = analysis->option_count,
                                         .futures = analysis->world_count,
                                         .direction = analysis->key[k].direction,
                                         .optimism = 0.5,
                                         .good_enough = NAN};

        if (analysis->key[k].is_judged)
            status = exp_regret(&table, analyst->arena, cell_of(analyst, analysis->regret, k, 0, 0),
                                &analysis->robustness[k * analysis->option_count], err);
    }
    return status;
}

/* ---- prices ---- */

static int order_of_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Percentiles of the resampled ratio; none where the gain may be nothing or a loss, nor where both
 * cost the same (as where nothing has a price). */
static struct exp_price price_of(const struct analyst *analyst, size_t option, size_t key,
                                 const double *cost, double *ratio, size_t *pick)
{
    const struct exp_comparison *comparison = analyst->comparison;
    size_t n = comparison->replication_count, base = comparison->study->baseline;
    const double *own = column_of(analyst, option, key), *other = column_of(analyst, base, key);
    double gain_sign = analyst->analysis->key[key].direction == EXP_LESS_IS_BETTER ? -1 : 1;
    double tail = exp_bootstrap_tail(n, EXP_LEVEL);
    struct exp_difference gain = judgement_of(analyst, option, key)->difference;
    struct exp_price none = {NAN, NAN, NAN};
    size_t lowest;

    if (!(gain_sign * gain.mean - gain.half_width > 0) || !(tail > 0) ||
        memcmp(cost + option * n, cost + base * n, n * sizeof *cost) == 0)
        return none;
    for (uint32_t r = 0; r < EXP_RESAMPLES; r++) {
        double spent, gained;

        exp_bootstrap_pick(comparison->seed, r, n, pick);
        spent = exp_bootstrap_mean(cost + option * n, pick, n) -
                exp_bootstrap_mean(cost + base * n, pick, n);
        gained =
            gain_sign * (exp_bootstrap_mean(own, pick, n) - exp_bootstrap_mean(other, pick, n));
        ratio[r] = gained > 0 ? spent / gained : INFINITY;
    }
    qsort(ratio, EXP_RESAMPLES, sizeof *ratio, order_of_doubles);
    lowest = (size_t)(tail * EXP_RESAMPLES);
    for (size_t i = 0; i < n; i++)
        pick[i] = i;
    return (struct exp_price){(exp_bootstrap_mean(cost + option * n, pick, n) -
                               exp_bootstrap_mean(cost + base * n, pick, n)) /
                                  (gain_sign * gain.mean),
                              ratio[lowest], ratio[EXP_RESAMPLES - 1 - lowest]};
}

static enum sim_status find_prices(struct analyst *analyst, struct sim_error *err)
{
    static const char *const costs[] = {"cost.total", "cost.energy"};
    struct exp_analysis *analysis = analyst->analysis;
    const struct exp_comparison *comparison = analyst->comparison;
    size_t n = comparison->replication_count, row = 0, rows = 0;
    double *cost = sim_arena_alloc(analyst->arena, analysis->option_count * n, sizeof *cost);
    double *ratio = sim_arena_alloc(analyst->arena, EXP_RESAMPLES, sizeof *ratio);
    size_t *pick = sim_arena_alloc(analyst->arena, n, sizeof *pick);

    analysis->cost_figure = SIZE_MAX;
    for (size_t i = 0; i < sizeof costs / sizeof *costs && !rows; i++)
        if (mdl_selector_find(costs[i], comparison->figure, comparison->figure_count, &row, 1,
                              &rows, NULL))
            rows = 0;
    if (!rows)
        return SIM_OK;
    analysis->price = sim_arena_alloc(analyst->arena, analysis->option_count * analysis->key_count,
                                      sizeof *analysis->price);
    if (!cost || !ratio || !pick || !analysis->price)
        return sim_fail(err, SIM_ENOMEM, "no memory for a comparison");
    analysis->cost_figure = row;
    for (size_t o = 0; o < analysis->option_count; o++)
        exp_comparison_column(comparison, o, 0, row, cost + o * n);
    for (size_t o = 0; o < analysis->option_count; o++)
        for (size_t k = 0; k < analysis->key_count; k++)
            analysis->price[o * analysis->key_count + k] =
                o == comparison->study->baseline || analysis->key[k].figure == row ||
                        !analysis->key[k].is_judged
                    ? (struct exp_price){NAN, NAN, NAN}
                    : price_of(analyst, o, k, cost, ratio, pick);
    return SIM_OK;
}

/* ---- over time ---- */

static void fill_tracks(struct analyst *analyst, double *scratch)
{
    const struct exp_comparison *comparison = analyst->comparison;
    size_t n = comparison->replication_count, cells = comparison->periods.count * EXP_TRACKS;

    for (size_t i = 0; i < analyst->analysis->option_count * cells; i++) {
        const double *track = comparison->track + i / cells * n * cells + i % cells;
        struct sim_tally tally;

        for (size_t r = 0; r < n; r++)
            scratch[r] = track[r * cells];
        tally = sim_tally_of(scratch, n);
        analyst->analysis->track[i] =
            (struct exp_track_mean){tally.count ? tally.mean : NAN,
                                    sim_student(tally.count, EXP_LEVEL) * sim_tally_error(&tally)};
    }
}

/* ---- for everybody ---- */

#define ALLOC(pointer, count) ((pointer) = sim_arena_alloc(arena, (count), sizeof *(pointer)))

enum sim_status exp_analyse(const struct exp_comparison *comparison, const struct exp_key *key,
                            size_t key_count, struct sim_arena *arena, struct exp_analysis **out,
                            struct sim_error *err)
{
    size_t options = comparison->study->option_count, worlds = comparison->world_count;
    size_t n = comparison->replication_count, cells = key_count * options * worlds;
    struct exp_analysis *analysis;
    struct analyst analyst = {.comparison = comparison, .arena = arena};
    struct exp_difference **family;
    double *scratch, *value;
    bool *is_kept;
    enum sim_status status;

    if (!ALLOC(analysis, 1) || !ALLOC(analysis->judgement, options * key_count) ||
        !ALLOC(analysis->is_front, options) || !ALLOC(analysis->front_share, options) ||
        !ALLOC(analysis->mean, cells) || !ALLOC(analyst.column, options * key_count * n) ||
        !ALLOC(family, options * key_count) || !ALLOC(scratch, n > worlds ? n : worlds) ||
        !ALLOC(value, options * EXP_PARETO_FIGURES_MAX * n) || !ALLOC(is_kept, options) ||
        !ALLOC(analysis->track, options * comparison->periods.count * EXP_TRACKS))
        return sim_fail(err, SIM_ENOMEM, "no memory for a comparison");
    analysis->option_count = options;
    analysis->world_count = worlds;
    analysis->key_count = key_count;
    analysis->key = key;
    analyst.analysis = analysis;
    fill_columns(&analyst);
    fill_means(&analyst, scratch);
    fill_tracks(&analyst, scratch);
    compare_with_baseline(&analyst, family, scratch);
    for (size_t k = 0; k < key_count; k++)
        select_subset(&analyst, k, value, is_kept);
    status = find_front(&analyst, value, err);
    if (!status && worlds > 1) {
        if (!ALLOC(analysis->regret, cells) || !ALLOC(analysis->robustness, key_count * options))
            return sim_fail(err, SIM_ENOMEM, "no memory for a comparison");
        status = find_regret(&analyst, err);
    }
    if (!status)
        status = find_prices(&analyst, err);
    *out = analysis;
    return status;
}
