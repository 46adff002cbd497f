/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "experiments/stopping.h"
#include "sim/elementary.h"
#include "sim/random.h"

enum { MOST = 400 };

/* Mean 100, standard deviation 1, exactly, for even counts. */
static void fill_even(double *value)
{
    for (int i = 0; i < MOST; i++)
        value[i] = 100 + (i % 2 ? 1 : -1);
}

static void the_minimum_comes_first_then_batches_then_the_cap(void **state)
{
    const struct exp_stopping rule = {.min = 20, .max = 45, .half_width = 0.01, .level = 0.95};
    const size_t asked[] = {0, 5, 20, 30, 40, 45}, next[] = {20, 20, 30, 40, 45, 45};
    double value[MOST];

    (void)state;
    fill_even(value);
    for (int i = 0; i < 6; i++) {
        struct exp_stop_state at = exp_stopping_next(&rule, value, asked[i]);

        assert_int_equal(at.stop, asked[i] == 45 ? EXP_CAP_HIT : EXP_GO_ON);
        assert_int_equal(at.next, next[i]);
    }
}

/* t(39) s / sqrt(40) = 2.0227 x 1.01274 / 6.3246 = 0.3239; at 30: 0.3799; at 20: 0.4802 */
static void it_stops_where_the_interval_is_narrow_enough(void **state)
{
    struct exp_stopping rule = {.min = 20, .max = 200, .half_width = 0.33, .level = 0.95};
    double value[MOST];
    struct exp_stop_state at;

    (void)state;
    fill_even(value);
    assert_int_equal(exp_stopping_next(&rule, value, 30).stop, EXP_GO_ON);
    at = exp_stopping_next(&rule, value, 40);
    assert_int_equal(at.stop, EXP_REACHED);
    assert_true(at.next == 40 && at.used == 40 && at.mean == 100);
    assert_true(fabs(at.half_width - 0.3239) < 1e-4);
    rule.is_relative = true;
    rule.half_width = 0.0033; /* of 100 */
    assert_int_equal(exp_stopping_next(&rule, value, 30).stop, EXP_GO_ON);
    assert_int_equal(exp_stopping_next(&rule, value, 40).stop, EXP_REACHED);
    rule.min = 50; /* a narrow interval of too few is not asked */
    assert_int_equal(exp_stopping_next(&rule, value, 40).stop, EXP_GO_ON);
    assert_int_equal(exp_stopping_next(&rule, value, 40).next, 50);
}

static void a_figure_that_is_not_there_never_is_precise(void **state)
{
    const struct exp_stopping rule = {.min = 3, .max = 20, .half_width = 1e9, .level = 0.95};
    double value[MOST];
    struct exp_stop_state at;

    (void)state;
    for (int i = 0; i < MOST; i++)
        value[i] = i ? NAN : 1;
    at = exp_stopping_next(&rule, value, 10);
    assert_true(at.stop == EXP_GO_ON && at.next == 20 && at.used == 1 && isnan(at.half_width));
    assert_int_equal(exp_stopping_next(&rule, value, 20).stop, EXP_CAP_HIT);
}

/* Whole studies of an exponential figure, stopped at 20 % of the mean. Stopping looks for a small
 * variance, so it covers a little less than the level says; the bound is what is promised. */
static void stopped_intervals_cover_nearly_as_often_as_they_say(void **state)
{
    enum { STUDIES = 1000 };
    const struct exp_stopping rule = {.min = EXP_REPLICATIONS_MIN,
                                      .max = MOST,
                                      .half_width = 0.2,
                                      .is_relative = true,
                                      .level = 0.95};
    double value[MOST], replications = 0;
    int covered = 0;

    (void)state;
    for (uint64_t study = 0; study < STUDIES; study++) {
        struct exp_stop_state at = {.stop = EXP_GO_ON};

        for (uint64_t i = 0; i < MOST; i++)
            value[i] = -sim_log(sim_uniform_at(1, study, 1, i));
        while (at.stop == EXP_GO_ON)
            at = exp_stopping_next(&rule, value, at.next);
        assert_true(at.stop == EXP_REACHED);
        covered += fabs(at.mean - 1) <= at.half_width;
        replications += (double)at.next;
    }
    print_message("stopped at 20 %%: coverage %.3f, %.0f replications\n", covered / 1000.0,
                  replications / STUDIES);
    assert_true(covered >= 0.90 * STUDIES && covered <= 0.965 * STUDIES);
}

/* ---- warm-up ---- */

enum { HOURS = 1000, RUNS = 12 };

/* An autoregressive series from empty: it forgets with a time constant of `memory` hours. */
static void fill_series(double *series, double memory)
{
    double keep = sim_exp(-1 / memory);

    for (uint64_t run = 0; run < RUNS; run++) {
        double above = -10;

        for (uint64_t i = 0; i < HOURS; i++) {
            above = keep * above +
                    sqrt(1 - keep * keep) * sim_normal_inverse(sim_uniform_at(2, run, 1, i));
            series[run * HOURS + i] = 10 + above;
        }
    }
}

static enum exp_warmup check(const double *series, size_t runs, size_t count, size_t *cut)
{
    struct sim_arena *scratch = sim_arena_create(0);
    enum exp_warmup answer;

    assert_int_equal(exp_warmup_check(series, runs, count, scratch, &answer, cut, NULL), SIM_OK);
    sim_arena_destroy(scratch);
    return answer;
}

static void an_empty_start_shows_in_the_mean_of_many_runs(void **state)
{
    static double series[RUNS * HOURS];
    size_t cut = 99;

    (void)state;
    fill_series(series, 20);
    assert_int_equal(check(series, RUNS, HOURS, &cut), EXP_WARMUP_OK);
    print_message("time constant 20 h: cut %zu h\n", cut);
    assert_true(cut >= 40 && cut <= 160); /* 2 to 8 time constants */
    series[500] = NAN;                    /* in one run */
    assert_int_equal(check(series, RUNS, HOURS, &cut), EXP_WARMUP_OK);
    assert_true(cut >= 40 && cut <= 160);
    for (int run = 0; run < RUNS; run++) /* in all */
        series[run * HOURS + 500] = NAN;
    assert_int_equal(check(series, RUNS, HOURS, &cut), EXP_WARMUP_REFUSED);
}

static void one_run_and_a_run_too_short_are_refused(void **state)
{
    static double series[RUNS * HOURS];
    struct sim_arena *small = sim_arena_create(1024);
    enum exp_warmup answer;
    size_t cut = 99;

    (void)state;
    fill_series(series, 2000);
    assert_int_equal(check(series, RUNS, HOURS, &cut), EXP_WARMUP_REFUSED);
    assert_int_equal(cut, 0);
    assert_int_equal(check(series, EXP_WARMUP_REPLICATIONS - 1, HOURS, &cut), EXP_WARMUP_TOO_FEW);
    assert_int_equal(check(series, RUNS, 49, &cut), EXP_WARMUP_REFUSED);
    assert_int_equal(exp_warmup_check(series, RUNS, HOURS, small, &answer, &cut, NULL), SIM_ENOMEM);
    sim_arena_destroy(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_minimum_comes_first_then_batches_then_the_cap),
        cmocka_unit_test(it_stops_where_the_interval_is_narrow_enough),
        cmocka_unit_test(a_figure_that_is_not_there_never_is_precise),
        cmocka_unit_test(stopped_intervals_cover_nearly_as_often_as_they_say),
        cmocka_unit_test(an_empty_start_shows_in_the_mean_of_many_runs),
        cmocka_unit_test(one_run_and_a_run_too_short_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
