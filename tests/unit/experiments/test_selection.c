/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#include "experiments/bootstrap.h"
#include "experiments/selection.h"
#include "sim/elementary.h"
#include "sim/random.h"
#include "sim/stats.h"
#include "tests/support/check.h"

static double normal(uint64_t study, uint32_t purpose, uint64_t index)
{
    return sim_normal_inverse(sim_uniform_at(13, study, purpose, index));
}

/* ---- subset ---- */

/* Differences to the first option: mean 1 +- t(2) x 0.577 for the second, far more for the third;
 * with three options t is at 1 - 0.05 / 2. */
static void a_small_case_by_hand(void **state)
{
    const double value[] = {10, 11, 12, /**/ 10, 12, 14, /**/ 15, 16, 17};
    const double short_of_one[] = {10, 11, 12, /**/ 15, NAN, NAN};
    bool is_kept[3];

    (void)state;
    assert_int_equal(exp_subset(value, 3, 3, 0.95, EXP_LESS_IS_BETTER, is_kept), 2);
    assert_true(is_kept[0] && is_kept[1] && !is_kept[2]);
    assert_int_equal(exp_subset(value, 3, 3, 0.95, EXP_MORE_IS_BETTER, is_kept), 1);
    assert_true(!is_kept[0] && !is_kept[1] && is_kept[2]);
    assert_int_equal(exp_subset(value, 1, 3, 0.95, EXP_MORE_IS_BETTER, is_kept), 1);
    assert_int_equal(exp_subset(short_of_one, 2, 3, 0.95, EXP_LESS_IS_BETTER, is_kept), 2);
}

struct screening {
    double best_kept, size; /* share of studies, mean number kept */
};

/* Ten options, twenty replications with correlation 1/2; the first is better than all others, which
 * are equal, by `gap` standard deviations: the slippage configuration. */
static struct screening screen(double gap, int studies)
{
    enum { OPTIONS = 10, COUNT = 20 };
    struct screening out = {0};

    for (int study = 0; study < studies; study++) {
        double value[OPTIONS][COUNT];
        bool is_kept[OPTIONS];

        for (uint32_t k = 0; k < OPTIONS; k++) {
            for (uint64_t r = 0; r < COUNT; r++)
                value[k][r] = (k ? gap : 0) + sqrt(0.5) * normal((uint64_t)study, 0, r) +
                              sqrt(0.5) * normal((uint64_t)study, k + 1, r);
        }
        out.size += (double)exp_subset(value[0], OPTIONS, COUNT, 0.95, EXP_LESS_IS_BETTER, is_kept);
        out.best_kept += is_kept[0];
    }
    out.best_kept /= studies;
    out.size /= studies;
    return out;
}

static void the_best_is_kept_as_often_as_promised(void **state)
{
    enum { STUDIES = 1000 };
    const double gap[] = {0, 0.25, 1, 2};
    struct screening found[4];

    (void)state;
    for (int i = 0; i < 4; i++) {
        found[i] = screen(gap[i], STUDIES);
        print_message("gap %.2f: best kept %.3f, %.2f of 10 kept\n", gap[i], found[i].best_kept,
                      found[i].size);
        assert_true(found[i].best_kept >= 0.95 - 3 * sqrt(0.95 * 0.05 / STUDIES));
        assert_true(i == 0 || found[i].size < found[i - 1].size);
    }
    assert_true(found[0].best_kept < 0.99); /* of ten equal ones: not idle either */
    assert_true(found[3].size < 1.05);
}

/* ---- Pareto ---- */

static void the_front_of_five_options(void **state)
{
    const enum exp_direction less_more[] = {EXP_LESS_IS_BETTER, EXP_MORE_IS_BETTER};
    const double mean[] = {10,  5,   /* cheap */
                           20,  9,   /* good */
                           15,  5,   /* as good as the first, dearer */
                           10,  5,   /* the first again */
                           NAN, 99}; /* without a cost */
    bool is_front[5];

    (void)state;
    assert_int_equal(exp_pareto(mean, 5, 2, less_more, is_front), 3);
    assert_true(is_front[0] && is_front[1] && !is_front[2] && is_front[3] && !is_front[4]);
}

/* The front is what no other dominates, and every other is dominated by one on the front; judged
 * by the sums of all figures, which a dominating option has strictly larger. */
static void random_fronts_hold_what_defines_them(void **state)
{
    enum { OPTIONS = 200 };
    const enum exp_direction more[] = {EXP_MORE_IS_BETTER, EXP_MORE_IS_BETTER, EXP_MORE_IS_BETTER,
                                       EXP_MORE_IS_BETTER};

    (void)state;
    for (size_t figures = 2; figures <= 4; figures++) {
        double mean[OPTIONS * 4];
        bool is_front[OPTIONS];
        size_t front;

        for (size_t i = 0; i < OPTIONS * figures; i++)
            mean[i] = floor(20 * sim_uniform_at(1, figures, 1, i));
        front = exp_pareto(mean, OPTIONS, figures, more, is_front);
        assert_true(front > 0 && front < OPTIONS);
        for (size_t i = 0; i < OPTIONS; i++) {
            bool is_beaten = false;

            for (size_t k = 0; k < OPTIONS; k++) {
                bool is_as_good = true;
                double lead = 0;

                for (size_t f = 0; f < figures; f++) {
                    double by = mean[k * figures + f] - mean[i * figures + f];

                    is_as_good = is_as_good && by >= 0;
                    lead += by;
                }
                is_beaten = is_beaten || (is_front[k] && is_as_good && lead > 0);
            }
            assert_true(is_front[i] == !is_beaten);
        }
    }
}

/* ---- shares by bootstrap ---- */

enum { COUNT = 20, RESAMPLES = 4000 };

static void shares(const double *value, size_t options, size_t figures, double *share)
{
    const enum exp_direction direction[] = {EXP_LESS_IS_BETTER, EXP_MORE_IS_BETTER};
    struct sim_arena *scratch = sim_arena_create(0);

    assert_int_equal(exp_pareto_share(value, options, figures, COUNT, direction, 3, RESAMPLES,
                                      scratch, share, NULL),
                     SIM_OK);
    sim_arena_destroy(scratch);
}

/* Of two options, the first is better in the share Phi(mean / standard error) of the resamples, as
 * their mean difference is nearly normal with the resamples' variance, (n - 1) / n of s^2. */
static void of_two_options_the_share_is_the_normal_one(void **state)
{
    double value[2][COUNT], share[2], expected;
    struct sim_tally difference = {0};

    (void)state;
    for (uint64_t r = 0; r < COUNT; r++) {
        value[0][r] = normal(1, 1, r);
        value[1][r] = value[0][r] + 0.2 + normal(1, 2, r);
        sim_tally_add(&difference, value[1][r] - value[0][r]);
    }
    shares(value[0], 2, 1, share);
    expected = gsl_cdf_ugaussian_P(difference.mean /
                                   (sim_tally_error(&difference) * sqrt((COUNT - 1.0) / COUNT)));
    print_message("share %.4f, normal %.4f\n", share[0], expected);
    assert_true(fabs(share[0] - expected) < 0.025);
    check_near(share[0] + share[1], 1, 1e-12);
}

/* A share belongs to the option, not to its place in the list, and is the same bytes every time. */
static void shares_do_not_depend_on_the_order_of_options(void **state)
{
    double value[3][2][COUNT], turned[3][2][COUNT], share[3], again[3], other[3];

    (void)state;
    for (uint32_t k = 0; k < 3; k++) {
        for (uint64_t r = 0; r < COUNT; r++) {
            value[k][0][r] = turned[2 - k][0][r] = 0.1 * k + normal(2, k, r);
            value[k][1][r] = turned[2 - k][1][r] = 0.2 * k + normal(3, k, r);
        }
    }
    value[1][0][4] = turned[1][0][4] = NAN;
    shares(value[0][0], 3, 2, share);
    shares(value[0][0], 3, 2, again);
    shares(turned[0][0], 3, 2, other);
    assert_memory_equal(share, again, sizeof share);
    for (int k = 0; k < 3; k++)
        assert_true(share[k] == other[2 - k] && share[k] > 0 && share[k] < 1);
}

static void a_resample_draws_replications_evenly_by_its_number(void **state)
{
    size_t pick[COUNT], again[COUNT], drawn[COUNT] = {0};

    (void)state;
    for (uint32_t b = 0; b < RESAMPLES; b++) {
        exp_bootstrap_pick(3, b, COUNT, pick);
        for (size_t i = 0; i < COUNT; i++) {
            assert_true(pick[i] < COUNT);
            drawn[pick[i]]++;
        }
    }
    for (size_t i = 0; i < COUNT; i++) /* 4000 +- 5 standard deviations */
        assert_true(fabs((double)drawn[i] - RESAMPLES) < 5 * sqrt(RESAMPLES));
    exp_bootstrap_pick(3, RESAMPLES - 1, COUNT, again);
    assert_memory_equal(pick, again, sizeof pick);
    exp_bootstrap_pick(4, RESAMPLES - 1, COUNT, again);
    assert_memory_not_equal(pick, again, sizeof pick);
}

static void memory_that_ends_is_said(void **state)
{
    double value[2 * 1000] = {0}, share[2];
    const enum exp_direction direction = EXP_LESS_IS_BETTER;
    struct sim_arena *scratch = sim_arena_create(4096);
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(exp_pareto_share(value, 2, 1, 1000, &direction, 3, 10, scratch, share, &err),
                     SIM_ENOMEM);
    sim_arena_destroy(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_case_by_hand),
        cmocka_unit_test(the_best_is_kept_as_often_as_promised),
        cmocka_unit_test(the_front_of_five_options),
        cmocka_unit_test(random_fronts_hold_what_defines_them),
        cmocka_unit_test(of_two_options_the_share_is_the_normal_one),
        cmocka_unit_test(shares_do_not_depend_on_the_order_of_options),
        cmocka_unit_test(a_resample_draws_replications_evenly_by_its_number),
        cmocka_unit_test(memory_that_ends_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
