/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/elementary.h"
#include "sim/random.h"
#include "sim/stats.h"
#include "tests/support/check.h"

static void a_tally_is_exact_far_from_zero(void **state)
{
    const double x[] = {1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0}; /* mean 10, variance 30 */
    struct sim_tally tally = {0};

    (void)state;
    assert_true(isnan(sim_tally_variance(&tally)));
    for (int i = 0; i < 4; i++)
        sim_tally_add(&tally, x[i]);
    assert_true(tally.mean == 1e9 + 10.0 && tally.min == x[0] && tally.max == x[3]);
    assert_true(sim_tally_variance(&tally) == 30.0);
}

static void merged_tallies_are_one_pass(void **state)
{
    (void)state;
    for (uint64_t split = 0; split <= 1000; split += 125) {
        struct sim_tally whole = {0}, left = {0}, right = {0};

        for (uint64_t i = 0; i < 1000; i++) {
            double x = 1e6 + sim_uniform_at(1, 2, 3, i);

            sim_tally_add(&whole, x);
            sim_tally_add(i < split ? &left : &right, x);
        }
        sim_tally_merge(&left, &right);
        assert_true(left.count == 1000 && left.min == whole.min && left.max == whole.max);
        check_near(left.mean, whole.mean, 1e-15);
        check_near(sim_tally_variance(&left), sim_tally_variance(&whole), 1e-8);
        check_near(sim_tally_variance(&left), 1.0 / 12.0, 0.1);
    }
}

static void a_level_integrates_exactly(void **state)
{
    struct sim_level level = {.value = 10000, .since_ns = -5};

    (void)state;
    sim_level_set(&level, 315576000000000000, 3); /* ten years */
    sim_level_set(&level, 315576000000000007, 0);
    assert_true(sim_level_integral_ns(&level, INT64_MAX) ==
                (sim_i128)10000 * 315576000000000005 + 21);
}

/* Values over 12 decades, a heavy and a light law, against the exact order statistic. */
static void quantiles_are_within_one_percent_of_an_exact_sort(void **state)
{
    enum { COUNT = 200000 };
    const double q[] = {0.0, 1e-4, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0};
    double *x = malloc(COUNT * sizeof *x);
    struct sim_sketch *sketch = calloc(1, sizeof *sketch);

    (void)state;
    assert_non_null(x);
    assert_non_null(sketch);
    for (uint32_t law = 0; law < 3; law++) {
        *sketch = (struct sim_sketch){0};
        for (uint64_t i = 0; i < COUNT; i++) {
            double u = sim_uniform_at(1, 2, law, i);

            x[i] = law == 0   ? 1e-3 * sim_pow(1e12, u)
                   : law == 1 ? 3600.0 * sim_exp(sim_normal_inverse(u))
                              : 0.5 + u;
            sim_sketch_add(sketch, x[i]);
        }
        qsort(x, COUNT, sizeof *x, check_compare_doubles);
        for (size_t i = 0; i < sizeof q / sizeof q[0]; i++) {
            size_t rank = (size_t)fmax(1.0, ceil(q[i] * COUNT));

            check_near(sim_sketch_quantile(sketch, q[i]), x[rank - 1], SIM_SKETCH_ERROR);
        }
    }
    free(sketch);
    free(x);
}

/* Every bucket, at both edges: the promise holds for any value, not only for likely ones. */
static void every_value_comes_back_within_the_promised_error(void **state)
{
    struct sim_sketch *sketch = calloc(1, sizeof *sketch);
    double worst = 0.0;

    (void)state;
    assert_non_null(sketch);
    assert_true(SIM_SKETCH_BUCKETS <= 2048);
    for (double octave = 0x1p-10; octave < 1e9; octave *= 2.0) {
        for (int i = 0; i < SIM_SKETCH_OCTAVE; i++) {
            double low = octave * (1.0 + (double)i / SIM_SKETCH_OCTAVE);
            double high = octave * (1.0 + (i + 1.0) / SIM_SKETCH_OCTAVE);
            double edges[] = {low, nextafter(low, INFINITY), nextafter(high, 0.0)};

            for (int j = 0; j < 3; j++) {
                if (edges[j] < 1e-3 || edges[j] > 1e9)
                    continue;
                *sketch = (struct sim_sketch){0};
                sim_sketch_add(sketch, edges[j]);
                worst = fmax(worst, fabs(sim_sketch_quantile(sketch, 0.5) / edges[j] - 1.0));
            }
        }
    }
    print_message("sketch: %.5f relative\n", worst);
    assert_true(worst <= SIM_SKETCH_ERROR);
    free(sketch);
}

static void values_outside_the_range_count_at_its_ends(void **state)
{
    struct sim_sketch *sketch = calloc(1, sizeof *sketch);

    (void)state;
    assert_non_null(sketch);
    assert_true(isnan(sim_sketch_quantile(sketch, 0.5)));
    sim_sketch_add(sketch, 0.0);
    sim_sketch_add(sketch, -5.0);
    sim_sketch_add(sketch, 9.99e-4);
    sim_sketch_add(sketch, 1e300);
    assert_true(sim_sketch_quantile(sketch, 0.0) == 0.0);
    assert_true(sim_sketch_quantile(sketch, 0.75) == 0.0);
    check_near(sim_sketch_quantile(sketch, 0.76), 1e9, SIM_SKETCH_ERROR);
    check_near(sim_sketch_quantile(sketch, 1.0), 1e9, SIM_SKETCH_ERROR);
    free(sketch);
}

static void merged_sketches_are_exactly_one_pass(void **state)
{
    struct sim_sketch *sketch = calloc(3, sizeof *sketch);

    (void)state;
    assert_non_null(sketch);
    for (uint64_t i = 0; i < 5000; i++) {
        double x = 1e-4 * sim_pow(1e14, sim_uniform_at(1, 2, 3, i));

        sim_sketch_add(&sketch[0], x);
        sim_sketch_add(&sketch[1 + i % 2], x);
    }
    sim_sketch_merge(&sketch[1], &sketch[2]);
    assert_memory_equal(&sketch[0], &sketch[1], sizeof *sketch);
    for (int i = 0; i < 7; i++)
        sim_sketch_add(&sketch[0], 2.385);
    sim_sketch_add_many(&sketch[1], 2.385, 7);
    assert_memory_equal(&sketch[0], &sketch[1], sizeof *sketch);
    free(sketch);
}

/* Student 1908, the sleep data: differences of two drugs, mean 1.58, 95 % interval 0.70 to 2.46. */
static void the_t_interval_of_the_sleep_data_is_the_published_one(void **state)
{
    const double x[] = {1.2, 2.4, 1.3, 1.3, NAN, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4};
    double mean, half = 0.0;
    size_t used;

    (void)state;
    half = sim_interval_t(x, 11, 0.95, &mean, &used);
    assert_int_equal(used, 10);
    check_near(mean, 1.58, 1e-14);
    check_near(half, 0.8798, 1e-4);
}

static void an_interval_that_does_not_exist_is_nan(void **state)
{
    const double x[] = {NAN, 3.0, NAN, 3.0};
    double mean;
    size_t used;

    (void)state;
    assert_true(isnan(sim_interval_t(x, 1, 0.95, &mean, &used)) && used == 0 && isnan(mean));
    assert_true(isnan(sim_interval_t(x, 3, 0.95, &mean, &used)) && used == 1 && mean == 3.0);
    assert_true(sim_interval_t(x, 4, 0.95, &mean, &used) == 0.0 && used == 2);
    assert_true(isnan(sim_interval_t(x, 4, 1.0, &mean, &used)));
    assert_true(isnan(sim_interval_t(x, 4, NAN, &mean, &used)));
}

/* 4000 intervals of normal samples: 95 % of them hold the mean (standard error 0.34 %). */
static void t_intervals_cover_as_often_as_they_say(void **state)
{
    int covered = 0;

    (void)state;
    for (uint64_t run = 0; run < 4000; run++) {
        double x[5], mean, half;
        size_t used;

        for (uint64_t i = 0; i < 5; i++)
            x[i] = 7.0 + sim_normal_inverse(sim_uniform_at(3, run, 1, i));
        half = sim_interval_t(x, 5, 0.95, &mean, &used);
        covered += fabs(mean - 7.0) <= half;
    }
    print_message("coverage %.4f\n", covered / 4000.0);
    assert_true(fabs(covered / 4000.0 - 0.95) < 0.0138);
}

static void a_sorted_quantile_is_the_first_value_with_enough_below(void **state)
{
    const double x[] = {1.0, 2.0, 3.0, 4.0};

    (void)state;
    assert_true(sim_sorted_quantile(x, 4, 0.0) == 1.0 && sim_sorted_quantile(x, 4, 0.25) == 1.0);
    assert_true(sim_sorted_quantile(x, 4, 0.26) == 2.0 && sim_sorted_quantile(x, 4, 0.5) == 2.0);
    assert_true(sim_sorted_quantile(x, 4, 0.76) == 4.0 && sim_sorted_quantile(x, 4, 1.0) == 4.0);
    assert_true(isnan(sim_sorted_quantile(x, 0, 0.5)));
}

/* Ranks of the usual tables (Conover, Practical Nonparametric Statistics, table A3): the median of
 * ten lies between the 2nd and the 9th with 97.9 %; of five, no two ranks reach 95 %. A 95th
 * percentile needs 0.95^n <= 0.025 for its upper end: 72 values. */
static void order_statistics_bound_a_quantile_at_the_tabled_ranks(void **state)
{
    double x[72], low, high;

    (void)state;
    for (int i = 0; i < 72; i++)
        x[i] = i + 1;
    assert_true(sim_interval_quantile(x, 10, 0.5, 0.95, &low, &high) && low == 2 && high == 9);
    assert_true(sim_interval_quantile(x, 20, 0.5, 0.95, &low, &high) && low == 6 && high == 15);
    assert_false(sim_interval_quantile(x, 5, 0.5, 0.95, &low, &high));
    assert_true(isnan(low) && isnan(high));
    assert_true(sim_interval_quantile(x, 72, 0.95, 0.95, &low, &high) && high == 72);
    assert_false(sim_interval_quantile(x, 71, 0.95, 0.95, &low, &high));
    assert_true(low > 0 && isnan(high));
    assert_false(sim_interval_quantile(x, 72, 1.0, 0.95, &low, &high));
}

enum { COVERAGE_RUNS = 2000 };

static double draw(bool is_lognormal, uint64_t run, uint64_t i)
{
    double u = sim_uniform_at(5, run, is_lognormal, i);

    return is_lognormal ? sim_exp(sim_normal_inverse(u)) : -sim_log(u);
}

/* Pooled independent values: at least as often as promised, for a light and a heavy law. */
static void order_statistics_cover_the_quantile(void **state)
{
    enum { COUNT = 200 };
    const double p95[] = {2.995732273553991, 5.180251602233015}; /* -ln 0.05, exp(1.6449) */

    (void)state;
    for (int law = 0; law < 2; law++) {
        int covered = 0;

        for (uint64_t run = 0; run < COVERAGE_RUNS; run++) {
            double x[COUNT], low, high;

            for (uint64_t i = 0; i < COUNT; i++)
                x[i] = draw(law, run, i);
            qsort(x, COUNT, sizeof *x, check_compare_doubles);
            assert_true(sim_interval_quantile(x, COUNT, 0.95, 0.95, &low, &high));
            covered += low <= p95[law] && p95[law] <= high;
        }
        print_message("order statistics, %s: coverage %.4f\n", law ? "lognormal" : "exponential",
                      (double)covered / COVERAGE_RUNS);
        assert_true(covered >= 0.935 * COVERAGE_RUNS && covered <= 0.985 * COVERAGE_RUNS);
    }
}

/* Student's interval over the p95 of 20 replications of 1000 values each. */
static void student_over_quantiles_of_replications_covers(void **state)
{
    enum { REPLICATIONS = 20, COUNT = 1000, RUNS = 500 };
    int covered = 0;

    (void)state;
    for (uint64_t run = 0; run < RUNS; run++) {
        double p95[REPLICATIONS], x[COUNT], mean, half;
        size_t used;

        for (uint64_t r = 0; r < REPLICATIONS; r++) {
            for (uint64_t i = 0; i < COUNT; i++)
                x[i] = draw(false, run * REPLICATIONS + r, i);
            qsort(x, COUNT, sizeof *x, check_compare_doubles);
            p95[r] = sim_sorted_quantile(x, COUNT, 0.95);
        }
        half = sim_interval_t(p95, REPLICATIONS, 0.95, &mean, &used);
        covered += fabs(mean - 2.995732273553991) <= half;
    }
    print_message("t over quantiles: coverage %.4f\n", (double)covered / RUNS);
    assert_true(covered >= 0.92 * RUNS && covered <= 0.98 * RUNS); /* 3 standard errors */
}

/* The definition, by its two loops. */
static size_t mser5_by_definition(const double *series, size_t count)
{
    size_t batches = count / 5, best = 0;
    double least = INFINITY;

    for (size_t d = 0; d + 5 < batches; d++) {
        double mean = 0.0, squares = 0.0, left = (double)(batches - d);

        for (size_t i = 5 * d; i < 5 * batches; i++)
            mean += series[i] / (5.0 * left);
        for (size_t i = d; i < batches; i++) {
            double batch = 0.0;

            for (size_t k = 0; k < 5; k++)
                batch += series[5 * i + k] / 5.0;
            squares += (batch - mean) * (batch - mean);
        }
        if (squares / (left * left) < least) {
            least = squares / (left * left);
            best = 5 * d;
        }
    }
    return best;
}

static void mser5_cuts_where_its_definition_says(void **state)
{
    double series[403];

    (void)state;
    for (uint64_t run = 0; run < 50; run++) {
        for (uint64_t i = 0; i < 403; i++)
            series[i] = sim_normal_inverse(sim_uniform_at(6, run, 1, i)) -
                        8.0 * sim_exp(-(double)i / (10.0 + (double)run));
        assert_int_equal(sim_mser5(series, 403), mser5_by_definition(series, 403));
        assert_true(sim_mser5(series, 403) >= 10);
    }
}

static void mser5_shows_a_series_that_never_settles_and_one_too_short(void **state)
{
    double series[400];

    (void)state;
    for (int i = 0; i < 400; i++)
        series[i] = i;
    assert_true(sim_mser5(series, 400) > 200);
    assert_int_equal(sim_mser5(series, SIM_MSER5_LEAST - 1), 0);
    for (int i = 0; i < 400; i++)
        series[i] = 7.0;
    assert_int_equal(sim_mser5(series, 400), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tally_is_exact_far_from_zero),
        cmocka_unit_test(merged_tallies_are_one_pass),
        cmocka_unit_test(a_level_integrates_exactly),
        cmocka_unit_test(quantiles_are_within_one_percent_of_an_exact_sort),
        cmocka_unit_test(every_value_comes_back_within_the_promised_error),
        cmocka_unit_test(values_outside_the_range_count_at_its_ends),
        cmocka_unit_test(merged_sketches_are_exactly_one_pass),
        cmocka_unit_test(the_t_interval_of_the_sleep_data_is_the_published_one),
        cmocka_unit_test(an_interval_that_does_not_exist_is_nan),
        cmocka_unit_test(t_intervals_cover_as_often_as_they_say),
        cmocka_unit_test(a_sorted_quantile_is_the_first_value_with_enough_below),
        cmocka_unit_test(order_statistics_bound_a_quantile_at_the_tabled_ranks),
        cmocka_unit_test(order_statistics_cover_the_quantile),
        cmocka_unit_test(student_over_quantiles_of_replications_covers),
        cmocka_unit_test(mser5_cuts_where_its_definition_says),
        cmocka_unit_test(mser5_shows_a_series_that_never_settles_and_one_too_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
