/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/breakeven.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <gsl/gsl_sort.h>

#include "experiments/bootstrap.h"
#include "sim/stats.h"

/* What was simulated so far, ascending in x. */
struct curve {
    const struct exp_breakeven *question;
    double *x, *mean;            /* [size of evaluations_max] */
    double **difference;         /* same; [count] each */
    struct exp_bracket *bracket; /* [crossings] */
    size_t size, crossings;
    bool is_unknown;        /* a mean does not exist */
    enum sim_status status; /* of the evaluation that failed */
    struct sim_error *err;
};

static enum sim_status curve_create(const struct exp_breakeven *question, struct sim_arena *arena,
                                    struct curve *curve, struct sim_error *err)
{
    size_t most = question->evaluations_max, count = question->count;
    double *row = sim_arena_alloc(arena, most * count, sizeof *row);

    *curve = (struct curve){.question = question, .err = err};
    curve->x = sim_arena_alloc(arena, most, sizeof *curve->x);
    curve->mean = sim_arena_alloc(arena, most, sizeof *curve->mean);
    curve->difference = sim_arena_alloc(arena, most, sizeof *curve->difference);
    curve->bracket = sim_arena_alloc(arena, most, sizeof *curve->bracket);
    if (!row || !curve->x || !curve->mean || !curve->difference || !curve->bracket)
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu runs of %zu replications", most, count);
    for (size_t i = 0; i < most; i++)
        curve->difference[i] = row + i * count;
    return SIM_OK;
}

/* Signs and zeros from left to right. A zero between two signs is the crossing itself, one between
 * equal signs is none, and one at an end of the curve is. */
static size_t find_crossings(const double *x, const double *mean, size_t size,
                             struct exp_bracket *bracket)
{
    size_t found = 0, last = 0, zero = 0; /* index of the last sign, of the first zero after it */
    int sign = 0;
    bool is_zero = false;

    for (size_t i = 0; i < size; i++) {
        int here = (mean[i] > 0) - (mean[i] < 0);

        if (isnan(mean[i]))
            continue;
        if (here == 0) {
            zero = is_zero ? zero : i;
            is_zero = true;
            last = i;
            continue;
        }
        if (sign != here && (is_zero || sign))
            bracket[found++] = is_zero ? (struct exp_bracket){x[zero], x[last], 0, 0}
                                       : (struct exp_bracket){x[last], x[i], mean[last], mean[i]};
        sign = here;
        last = i;
        is_zero = false;
    }
    if (is_zero && sign)
        bracket[found++] = (struct exp_bracket){x[zero], x[last], 0, 0};
    return found;
}

/* The curve is a straight line inside a bracket. */
static double crossing_of(const struct exp_bracket *bracket)
{
    double rise = bracket->at_high - bracket->at_low;
    double part = rise == 0 ? 0.5 : -bracket->at_low / rise;

    return bracket->low + part * (bracket->high - bracket->low);
}

static void curve_insert(struct curve *curve, double x, double mean, double *difference)
{
    size_t at = curve->size++;

    for (; at > 0 && curve->x[at - 1] > x; at--) {
        curve->x[at] = curve->x[at - 1];
        curve->mean[at] = curve->mean[at - 1];
        curve->difference[at] = curve->difference[at - 1];
    }
    curve->x[at] = x;
    curve->mean[at] = mean;
    curve->difference[at] = difference;
    curve->crossings = find_crossings(curve->x, curve->mean, curve->size, curve->bracket);
}

static bool can_go_on(const struct curve *curve)
{
    return !curve->status && !curve->is_unknown && curve->size < curve->question->evaluations_max;
}

/* The mean difference at x. Where there is none the answer is 0, so that a solver stops. */
static double evaluate(double x, void *context)
{
    struct curve *curve = context;
    const struct exp_breakeven *question = curve->question;
    struct sim_tally tally;
    double *difference;

    for (size_t i = 0; i < curve->size; i++) {
        if (curve->x[i] == x)
            return curve->mean[i];
    }
    if (!can_go_on(curve))
        return 0;
    difference = curve->difference[curve->size];
    curve->status = question->difference(question->context, x, difference, curve->err);
    if (curve->status)
        return 0;
    tally = sim_tally_of(difference, question->count);
    curve->is_unknown = tally.count == 0;
    if (curve->is_unknown)
        tally.mean = NAN;
    curve_insert(curve, x, tally.mean, difference);
    return curve->is_unknown ? 0 : tally.mean;
}

static void look_around(struct curve *curve)
{
    const struct exp_breakeven *question = curve->question;
    size_t steps = question->points - 1;

    for (size_t i = 0; i <= steps && can_go_on(curve); i++) {
        double part = (double)i / (double)steps;

        evaluate(i == steps ? question->high
                            : question->low + part * (question->high - question->low),
                 curve);
    }
}

static bool is_narrow(const struct curve *curve)
{
    return curve->bracket->high - curve->bracket->low <= curve->question->tolerance;
}

/* One crossing, too wide, and room for another look. */
static bool is_open(const struct curve *curve)
{
    return can_go_on(curve) && curve->crossings == 1 && !is_narrow(curve);
}

static enum sim_status narrow_down(struct curve *curve)
{
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    gsl_function function = {.function = evaluate, .params = curve};

    if (!solver)
        return sim_fail(curve->err, SIM_ENOMEM, "no memory for a root");
    if (is_open(curve))
        gsl_root_fsolver_set(solver, &function, curve->bracket->low, curve->bracket->high);
    while (is_open(curve)) {
        size_t size = curve->size;

        gsl_root_fsolver_iterate(solver);
        if (curve->size == size) /* equal from end to end, or no number left in between */
            break;
    }
    gsl_root_fsolver_free(solver);
    return curve->status;
}

/* Of the resampled curve, the crossing nearest to the one found; beyond the ends where it stays on
 * one side. */
static double resampled_crossing(const struct curve *curve, const double *mean,
                                 struct exp_bracket *bracket, double input)
{
    size_t crossings = find_crossings(curve->x, mean, curve->size, bracket);
    double rise = curve->mean[curve->size - 1] - curve->mean[0], nearest = INFINITY;

    if (crossings == 0)
        return (mean[0] < 0) == (rise > 0) ? INFINITY : -INFINITY;
    for (size_t i = 0; i < crossings; i++) {
        double x = crossing_of(&bracket[i]);

        if (fabs(x - input) < fabs(nearest - input))
            nearest = x;
    }
    return nearest;
}

static enum sim_status add_interval(const struct curve *curve, struct sim_arena *arena,
                                    struct exp_breakeven_point *out, struct sim_error *err)
{
    const struct exp_breakeven *question = curve->question;
    size_t count = question->count, resamples = question->resamples;
    double tail = exp_bootstrap_tail(count, question->level);
    size_t *pick = sim_arena_alloc(arena, count, sizeof *pick);
    double *mean = sim_arena_alloc(arena, curve->size, sizeof *mean);
    double *input = sim_arena_alloc(arena, resamples, sizeof *input);
    struct exp_bracket *bracket = sim_arena_alloc(arena, curve->size, sizeof *bracket);

    if (!pick || !mean || !input || !bracket)
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu resamples", resamples);
    for (uint32_t b = 0; b < resamples; b++) {
        exp_bootstrap_pick(question->seed, b, count, pick);
        for (size_t i = 0; i < curve->size; i++)
            mean[i] = exp_bootstrap_mean(curve->difference[i], pick, count);
        input[b] = resampled_crossing(curve, mean, bracket, out->input);
    }
    gsl_sort(input, 1, resamples);
    out->low = sim_sorted_quantile(input, resamples, tail);
    out->high = sim_sorted_quantile(input, resamples, 1 - tail);
    return SIM_OK;
}

/* Equal from one input to another: at all of them, or where the only crossing is. */
static bool is_stretch(const struct curve *curve)
{
    for (size_t i = 0; i < curve->size && curve->crossings == 0; i++) {
        if (curve->mean[i] != 0)
            return false;
    }
    return curve->crossings == 0 ||
           (curve->crossings == 1 && curve->bracket->at_low == 0 && curve->bracket->at_high == 0 &&
            curve->bracket->low < curve->bracket->high);
}

static enum exp_crossing answer_of(const struct curve *curve)
{
    if (curve->is_unknown)
        return EXP_CROSSING_UNKNOWN;
    if (is_stretch(curve))
        return EXP_EQUAL_ALONG;
    return curve->crossings == 0   ? EXP_CROSSES_NEVER
           : curve->crossings == 1 ? EXP_CROSSES_ONCE
                                   : EXP_CROSSES_OFTEN;
}

static void fill(const struct curve *curve, struct exp_breakeven_point *out)
{
    out->crossing = answer_of(curve);
    out->input = out->low = out->high = out->along_low = out->along_high = NAN;
    if (out->crossing == EXP_EQUAL_ALONG) {
        out->along_low = curve->crossings ? curve->bracket->low : curve->x[0];
        out->along_high = curve->crossings ? curve->bracket->high : curve->x[curve->size - 1];
    }
    out->at_low = curve->mean[0];
    out->at_high = curve->mean[curve->size - 1];
    out->bracket = curve->bracket;
    out->crossings = curve->crossings;
    out->evaluations = curve->size;
    out->is_precise = out->crossing == EXP_CROSSES_ONCE && is_narrow(curve);
}

enum sim_status exp_breakeven(const struct exp_breakeven *question, struct sim_arena *arena,
                              struct exp_breakeven_point *out, struct sim_error *err)
{
    struct curve curve;
    enum sim_status status;

    if (question->count < 2 || question->points < 2 ||
        question->evaluations_max < question->points || !(question->low < question->high) ||
        !(question->tolerance > 0))
        return sim_fail(err, SIM_EUSAGE,
                        "a break-even takes two replications, low < high, two points of at most as "
                        "many evaluations, and a tolerance above 0");
    status = curve_create(question, arena, &curve, err);
    if (status)
        return status;
    look_around(&curve);
    status = curve.status ? curve.status : narrow_down(&curve);
    if (status)
        return status;
    fill(&curve, out);
    if (out->crossing != EXP_CROSSES_ONCE)
        return SIM_OK;
    out->input = crossing_of(curve.bracket);
    return add_interval(&curve, arena, out, err);
}
