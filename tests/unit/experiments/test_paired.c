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

#include "experiments/paired.h"
#include "sim/elementary.h"
#include "sim/random.h"
#include "tests/support/check.h"

/* Student 1908: hours of sleep gained by ten patients under two drugs (R's `sleep`); published
 * t 4.0621 on 9 degrees, p 0.002833, mean 1.58, 95 % interval 0.7001 to 2.4599. The first pair is
 * one that lacks its baseline. */
static const double second[] = {9, 1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
static const double first[] = {NAN, 0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};

static void the_sleep_data_come_out_as_published(void **state)
{
    struct exp_difference difference;

    (void)state;
    exp_paired(second, first, 11, 0.95, &difference);
    assert_int_equal(difference.pairs, 10);
    check_near(difference.mean, 1.58, 1e-14);
    check_near(difference.half_width, 0.87992, 1e-4);
    check_near(difference.mean / difference.error, 4.0621, 1e-5);
    check_near(difference.p, 0.002833, 1e-3);
    assert_true(difference.adjusted_p == difference.p);
    assert_true(difference.adjusted_half_width == difference.half_width);
    check_near(difference.variance_ratio, 1.512889 / (3.200556 + 4.009000), 1e-5);
}

static void what_is_not_there_is_nan(void **state)
{
    const double none[] = {NAN, NAN, 1}, some[] = {1, 2, NAN};
    struct exp_difference difference;

    (void)state;
    exp_paired(none, some, 3, 0.95, &difference);
    assert_true(difference.pairs == 0 && isnan(difference.mean) && isnan(difference.half_width));
    assert_true(isnan(difference.p) && isnan(difference.relative));
    exp_paired(some, some, 1, 0.95, &difference);
    assert_true(difference.pairs == 1 && difference.mean == 0 && isnan(difference.half_width));
    assert_int_equal(exp_verdict_of(&difference, 0, 1, EXP_LESS_IS_BETTER), EXP_OPEN);
}

static void a_cost_that_does_not_vary_is_certain(void **state)
{
    const double plan[] = {100, 100, 100}, more[] = {120, 120, 120};
    struct exp_difference difference;

    (void)state;
    exp_paired(more, plan, 3, 0.95, &difference);
    assert_true(difference.mean == 20 && difference.half_width == 0 && difference.p == 0);
    assert_true(difference.relative == 0.2 && difference.relative_half_width == 0);
    assert_true(isnan(difference.variance_ratio));
    assert_int_equal(exp_verdict_of(&difference, 0, 1, EXP_LESS_IS_BETTER), EXP_WORSE);
    exp_paired(plan, plan, 3, 0.95, &difference);
    assert_true(difference.mean == 0 && difference.p == 1);
    assert_int_equal(exp_verdict_of(&difference, 0, 1, EXP_LESS_IS_BETTER), EXP_OPEN);
}

/* By hand: means 12 and 10, ratio 1.2; residuals option - 1.2 x baseline = 0.2, -0.4, 0.2 with
 * variance 0.12; standard error 0.2 / 10; t(2) = 4.302653. */
static void a_relative_difference_is_a_ratio_of_means(void **state)
{
    const double option[] = {11, 11.6, 13.4}, baseline[] = {9, 10, 11};
    const double around_zero[] = {-1, 0.5, 1};
    struct exp_difference difference;

    (void)state;
    exp_paired(option, baseline, 3, 0.95, &difference);
    check_near(difference.relative, 0.2, 1e-12);
    check_near(difference.relative_half_width, 4.302653 * 0.02, 1e-6);
    exp_paired(option, around_zero, 3, 0.95, &difference);
    assert_true(isnan(difference.relative) && isnan(difference.relative_half_width));
}

/* ---- Holm ---- */

enum { FAMILY_MAX = 16 };

struct family {
    struct exp_difference member[FAMILY_MAX], *list[FAMILY_MAX];
};

/* Differences with these p over 20 pairs and a standard error of 1. */
static void make_family(const double *p, size_t count, struct family *family)
{
    for (size_t i = 0; i < count; i++) {
        double mean = isnan(p[i]) ? NAN : gsl_cdf_tdist_Qinv(p[i] / 2, 19);

        family->member[i] = (struct exp_difference){
            .mean = i % 2 ? -mean : mean, .error = 1, .p = p[i], .pairs = 20};
        family->list[i] = &family->member[i];
    }
}

static bool excludes_zero(const struct exp_difference *difference)
{
    return fabs(difference->mean) > difference->adjusted_half_width;
}

/* Fifteen endpoints of a trial of thrombolysis (Neuhaus et al. 1992) as in Benjamini & Hochberg,
 * J. R. Stat. Soc. B 57 (1995) 289, section 4: at 5 % three are rejected. Shuffled here. */
static void holm_rejects_three_of_the_fifteen_endpoints(void **state)
{
    const double p[] = {.0459, .0001, .3240, .0004, .4262, .0019, .5719, .0095,
                        .6528, .0201, .7590, .0278, 1.000, .0298, .0344};
    const double adjusted[] = {.3213, .0015, 1, .0056, 1, .0247, 1,    .1140,
                               1,     .2211, 1, .2780, 1, .2780, .2780};
    struct family family;

    (void)state;
    make_family(p, 15, &family);
    assert_int_equal(exp_holm(family.list, 15, 0.95), 15);
    for (size_t i = 0; i < 15; i++) {
        check_near(family.member[i].adjusted_p, adjusted[i], 1e-12);
        assert_int_equal(excludes_zero(&family.member[i]), adjusted[i] <= 0.05);
        assert_true(i == 0 || family.list[i - 1]->p <= family.list[i]->p);
    }
    /* the first at Bonferroni's level, the fourth and all after it at 5 % / 12 */
    check_near(family.list[0]->adjusted_half_width, gsl_cdf_tdist_Qinv(0.025 / 15, 19), 1e-9);
    check_near(family.list[3]->adjusted_half_width, gsl_cdf_tdist_Qinv(0.025 / 12, 19), 1e-9);
    check_near(family.list[14]->adjusted_half_width, gsl_cdf_tdist_Qinv(0.025 / 12, 19), 1e-9);
}

static void ties_share_a_step_and_what_has_no_p_does_not_count(void **state)
{
    const double p[] = {.01, NAN, .01, .04, NAN};
    struct family family;

    (void)state;
    make_family(p, 5, &family);
    assert_int_equal(exp_holm(family.list, 5, 0.95), 3);
    check_near(family.member[0].adjusted_p, 0.03, 1e-12);
    check_near(family.member[2].adjusted_p, 0.03, 1e-12);
    check_near(family.member[3].adjusted_p, 0.04, 1e-12);
    assert_true(family.member[0].adjusted_half_width == family.member[2].adjusted_half_width);
    assert_true(family.list[3] == &family.member[1] || family.list[3] == &family.member[4]);
    assert_int_equal(exp_holm(family.list, 0, 0.95), 0);
}

/* ---- many studies of a model whose answer is known ---- */

static double normal(uint64_t study, uint32_t purpose, uint64_t index)
{
    return sim_normal_inverse(sim_uniform_at(11, study, purpose, index));
}

/* Option k is replication noise that all share, weight sqrt(share), and its own, plus mean. */
static void fill_option(uint64_t study, uint32_t k, double share, double mean, double *value,
                        size_t count)
{
    for (size_t r = 0; r < count; r++)
        value[r] = mean + sqrt(share) * normal(study, 0, r) + sqrt(1 - share) * normal(study, k, r);
}

/* Known means, correlation 0.8: the interval holds the true difference in 95 % of 2000 studies
 * (three standard errors: 1.5 %). */
static void paired_intervals_cover_the_true_difference(void **state)
{
    enum { STUDIES = 2000, COUNT = 10 };
    int covered = 0, relative = 0;

    (void)state;
    for (uint64_t study = 0; study < STUDIES; study++) {
        double option[COUNT], baseline[COUNT];
        struct exp_difference difference;

        fill_option(study, 1, 0.8, 20, baseline, COUNT);
        fill_option(study, 2, 0.8, 21, option, COUNT);
        exp_paired(option, baseline, COUNT, 0.95, &difference);
        covered += fabs(difference.mean - 1) <= difference.half_width;
        relative += fabs(difference.relative - 0.05) <= difference.relative_half_width;
    }
    print_message("coverage %.4f, relative %.4f\n", covered / 2000.0, relative / 2000.0);
    assert_true(fabs(covered / 2000.0 - 0.95) < 0.015);
    assert_true(fabs(relative / 2000.0 - 0.95) < 0.015);
}

/* With correlation c the variance of the difference is (1 - c) of both variances. */
static void the_variance_ratio_tells_what_was_shared(void **state)
{
    enum { COUNT = 20000 };
    const double share[] = {0, 0.5, 0.8};
    double *value = calloc(2 * COUNT, sizeof *value);

    (void)state;
    assert_non_null(value);
    for (uint64_t i = 0; i < 3; i++) {
        struct exp_difference difference;

        fill_option(i, 1, share[i], 20, value, COUNT);
        fill_option(i, 2, share[i], 21, value + COUNT, COUNT);
        exp_paired(value, value + COUNT, COUNT, 0.95, &difference);
        check_near(difference.variance_ratio, 1 - share[i], 0.04);
    }
    free(value);
}

/* Five options that equal their baseline: some one is called different in 5 % of studies at most.
 */
static void holm_keeps_the_error_of_a_family(void **state)
{
    enum { STUDIES = 4000, COUNT = 10, OPTIONS = 5 };
    int wrong = 0, wrong_alone = 0;

    (void)state;
    for (uint64_t study = 0; study < STUDIES; study++) {
        double option[COUNT], baseline[COUNT];
        struct family family;
        bool is_alone = false;

        fill_option(study, 100, 0.5, 0, baseline, COUNT);
        for (uint32_t k = 0; k < OPTIONS; k++) {
            fill_option(study, k + 1, 0.5, 0, option, COUNT);
            family.list[k] = &family.member[k];
            exp_paired(option, baseline, COUNT, 0.95, family.list[k]);
            is_alone = is_alone || excludes_zero(family.list[k]);
        }
        exp_holm(family.list, OPTIONS, 0.95);
        wrong += excludes_zero(family.list[0]);
        wrong_alone += is_alone;
    }
    print_message("wrong in a family of five: %.4f, without Holm %.4f\n", wrong / 4000.0,
                  wrong_alone / 4000.0);
    assert_true(wrong <= 0.05 * STUDIES + 3 * sqrt(0.05 * 0.95 * STUDIES));
    assert_true(wrong_alone > 0.12 * STUDIES);
}

/* ---- verdicts ---- */

static void a_sign_is_kept_where_the_difference_has_it(void **state)
{
    const double difference[] = {1, 2, -1, 0, NAN, 3};

    (void)state;
    assert_true(exp_sign_share(0.5, difference, 6) == 0.5);
    assert_true(exp_sign_share(-0.5, difference, 6) == 1.0 / 6);
    assert_true(exp_sign_share(0, difference, 6) == 0);
    assert_true(exp_sign_share(-0.5, NULL, 0) == 1);
}

static void verdicts_follow_the_rule(void **state)
{
    static const struct {
        double mean, half_width, matters, share;
        enum exp_direction direction;
        enum exp_verdict verdict;
    } rule[] = {
        {-6, 5, 5, 1, EXP_LESS_IS_BETTER, EXP_BETTER},
        {-6, 5, 5, 1, EXP_MORE_IS_BETTER, EXP_WORSE},
        {6, 5, 5, 1, EXP_LESS_IS_BETTER, EXP_WORSE},
        {6, 5, 6, 9.0 / 10, EXP_MORE_IS_BETTER, EXP_BETTER},
        {6, 5, 5, 8.0 / 9, EXP_MORE_IS_BETTER, EXP_LEANS_BETTER},
        {6, 5, 5, 2.0 / 3, EXP_LESS_IS_BETTER, EXP_LEANS_WORSE},
        {6, 5, 5, 13.0 / 20, EXP_MORE_IS_BETTER, EXP_OPEN},
        {6, 5, 6.1, 1, EXP_MORE_IS_BETTER, EXP_OPEN}, /* more than noise, but it does not matter */
        {6, 6, 5, 1, EXP_MORE_IS_BETTER, EXP_OPEN},   /* the interval ends at 0 */
        {6, NAN, 5, 1, EXP_MORE_IS_BETTER, EXP_OPEN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rule / sizeof *rule; i++) {
        struct exp_difference difference = {
            .mean = rule[i].mean, .half_width = 1, .adjusted_half_width = rule[i].half_width};

        assert_int_equal(
            exp_verdict_of(&difference, rule[i].matters, rule[i].share, rule[i].direction),
            rule[i].verdict);
    }
    assert_string_equal(exp_verdict_text(EXP_LEANS_WORSE), "leans worse");
    assert_string_equal(exp_verdict_text(EXP_OPEN), "open");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sleep_data_come_out_as_published),
        cmocka_unit_test(what_is_not_there_is_nan),
        cmocka_unit_test(a_cost_that_does_not_vary_is_certain),
        cmocka_unit_test(a_relative_difference_is_a_ratio_of_means),
        cmocka_unit_test(holm_rejects_three_of_the_fifteen_endpoints),
        cmocka_unit_test(ties_share_a_step_and_what_has_no_p_does_not_count),
        cmocka_unit_test(paired_intervals_cover_the_true_difference),
        cmocka_unit_test(the_variance_ratio_tells_what_was_shared),
        cmocka_unit_test(holm_keeps_the_error_of_a_family),
        cmocka_unit_test(a_sign_is_kept_where_the_difference_has_it),
        cmocka_unit_test(verdicts_follow_the_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
