/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>

#include "sim/arena.h"
#include "sim/distribution.h"
#include "sim/random.h"
#include "tests/support/check.h"

#define OPEN .min = -INFINITY, .max = INFINITY

static const double table_value[] = {1.0, 2.0, 2.0, 5.0, 9.0};
static const double table_p[] = {0.1, 0.3, 0.5, 0.8, 1.0};
static const double choice_value[] = {1.0, 4.0, 8.0, 32.0};
static const double choice_p[] = {0.5, 0.6, 0.9, 1.0};

/* Parameters are odd numbers, so that a lost factor shows. */
static const struct sim_dist open_laws[] = {
    {.kind = SIM_DIST_CONSTANT, .a = 2.385, OPEN},
    {.kind = SIM_DIST_UNIFORM, .a = -1.7, .b = 2.385, OPEN},
    {.kind = SIM_DIST_EXPONENTIAL, .a = 2.385, OPEN},
    {.kind = SIM_DIST_LOGNORMAL, .a = 2.385, .b = 1.6, OPEN},
    {.kind = SIM_DIST_LOGNORMAL, .a = 10800.0, .b = 0.13, OPEN},
    {.kind = SIM_DIST_WEIBULL, .a = 0.63, .b = 2.385, OPEN},
    {.kind = SIM_DIST_WEIBULL, .a = 3.7, .b = 2.385, OPEN},
    {.kind = SIM_DIST_PARETO, .a = 1.3, .b = 0.7, .c = 900.0, OPEN},
    {.kind = SIM_DIST_PARETO, .a = 1.0, .b = 0.7, .c = 900.0, OPEN},
    {.kind = SIM_DIST_ERLANG, .a = 1.0, .b = 2.385, OPEN},
    {.kind = SIM_DIST_ERLANG, .a = 4.0, .b = 2.385, OPEN},
    {.kind = SIM_DIST_ERLANG, .a = 100.0, .b = 2.385, OPEN},
    {.kind = SIM_DIST_HYPEREXPONENTIAL, .a = 2.385, .b = 1.01, OPEN},
    {.kind = SIM_DIST_HYPEREXPONENTIAL, .a = 2.385, .b = 17.0, OPEN},
    {.kind = SIM_DIST_EMPIRICAL, .count = 5, .value = table_value, .cumulated = table_p, OPEN},
    {.kind = SIM_DIST_CHOICE, .count = 4, .value = choice_value, .cumulated = choice_p, OPEN},
};
enum { LAWS = sizeof open_laws / sizeof open_laws[0] };

static struct sim_dist prepared(struct sim_dist dist)
{
    struct sim_error err = {0};

    if (sim_dist_prepare(&dist, &err) != SIM_OK)
        print_error("%s\n", err.message);
    assert_int_equal(err.status, SIM_OK);
    return dist;
}

/* Each law again with both ends cut off at its 10 % and 85 % points. */
static struct sim_dist cut(struct sim_dist dist)
{
    struct sim_dist whole = prepared(dist);

    dist.min = sim_dist_at(&whole, 0.1);
    dist.max = sim_dist_at(&whole, 0.85);
    return prepared(dist);
}

static bool is_discrete(const struct sim_dist *dist)
{
    return dist->kind == SIM_DIST_CONSTANT || dist->kind == SIM_DIST_EMPIRICAL ||
           dist->kind == SIM_DIST_CHOICE;
}

/* ---- independent cdfs ---- */

static double hyper_reference(const struct sim_dist *dist, double x)
{
    double p = 0.5 * (1.0 + sqrt((dist->b - 1.0) / (dist->b + 1.0)));

    return 1.0 - p * exp(-2.0 * p * x / dist->a) - (1.0 - p) * exp(-2.0 * (1.0 - p) * x / dist->a);
}

static double reference_cdf(const struct sim_dist *dist, double x)
{
    switch (dist->kind) {
    case SIM_DIST_UNIFORM:
        return gsl_cdf_flat_P(x, dist->a, dist->b);
    case SIM_DIST_EXPONENTIAL:
        return gsl_cdf_exponential_P(x, dist->a);
    case SIM_DIST_LOGNORMAL:
        return gsl_cdf_lognormal_P(x, log(dist->a), dist->b);
    case SIM_DIST_WEIBULL:
        return gsl_cdf_weibull_P(x, dist->b, dist->a);
    case SIM_DIST_PARETO:
        return (1.0 - pow(dist->b / x, dist->a)) / (1.0 - pow(dist->b / dist->c, dist->a));
    case SIM_DIST_ERLANG:
        return gsl_cdf_gamma_P(x, dist->a, dist->b / dist->a);
    default:
        return hyper_reference(dist, x);
    }
}

static void cdf_and_inverse_agree_with_gsl(void **state)
{
    (void)state;
    for (int k = 0; k < LAWS; k++) {
        struct sim_dist dist = prepared(open_laws[k]);

        for (int i = 1; !is_discrete(&dist) && i < 1000; i++) {
            double u = i / 1000.0, x = sim_dist_at(&dist, u);

            check_near(reference_cdf(&dist, x), u, 1e-11);
            check_near(sim_dist_cdf(&dist, x), u, 1e-11);
        }
    }
}

static void far_tails_are_right(void **state)
{
    const double far[] = {1e-15, 1e-12, 1e-9, 1e-6, 1e-3};

    (void)state;
    for (int k = 0; k < LAWS; k++) {
        struct sim_dist dist = prepared(open_laws[k]);

        for (int i = 0; !is_discrete(&dist) && i < 5; i++) {
            double low = sim_dist_at(&dist, far[i]), high = sim_dist_at(&dist, 1.0 - far[i]);

            assert_true(fabs(reference_cdf(&dist, low) - far[i]) < 1e-15 + 1e-9 * far[i]);
            assert_true(fabs(1.0 - reference_cdf(&dist, high) - far[i]) < 1e-15 + 1e-2 * far[i]);
        }
        assert_true(isfinite(sim_dist_at(&dist, 0x1p-53)));
        assert_true(isfinite(sim_dist_at(&dist, 1.0 - 0x1p-53)));
    }
    for (int stages = 2; stages <= 100; stages += 7) { /* relative digits near 0 */
        struct sim_dist dist =
            prepared((struct sim_dist){.kind = SIM_DIST_ERLANG, .a = stages, .b = 2.385, OPEN});

        check_near(gsl_cdf_gamma_P(sim_dist_at(&dist, 1e-15), stages, 2.385 / stages), 1e-15, 1e-9);
        check_near(gsl_cdf_gamma_Q(sim_dist_at(&dist, 1.0 - 0x1p-40), stages, 2.385 / stages),
                   0x1p-40, 1e-9);
    }
}

/* ---- samples ---- */

static double truncated_cdf(const void *law, double x)
{
    const struct sim_dist *dist = law;

    return (sim_dist_cdf(dist, x) - dist->p_min) / (dist->p_max - dist->p_min);
}

static void judge_sample(const struct sim_dist *dist, uint32_t purpose)
{
    enum { COUNT = 40000 };
    double *sample = malloc(COUNT * sizeof *sample), sum = 0.0, squares = 0.0, capped = 0.0;
    double mean = sim_dist_mean(dist), cap = sim_dist_at(dist, 0.6), deviation;

    assert_non_null(sample);
    for (uint64_t i = 0; i < COUNT; i++) {
        sample[i] = sim_dist_at(dist, sim_uniform_at(20241210, 5, purpose, i));
        assert_true(sample[i] >= dist->min && sample[i] <= dist->max);
        sum += sample[i];
        squares += (sample[i] - mean) * (sample[i] - mean);
        capped += fmin(sample[i], cap);
    }
    deviation = sqrt(squares / COUNT);
    assert_true(fabs(sum / COUNT - mean) <= 4.0 * deviation / sqrt(COUNT) + 1e-12 * fabs(mean));
    assert_true(fabs(capped / COUNT - sim_dist_mean_capped(dist, cap)) <=
                4.0 * deviation / sqrt(COUNT) + 1e-12 * fabs(mean));
    if (!is_discrete(dist))
        assert_true(check_ks(sample, COUNT, truncated_cdf, dist) < 1.95);
    free(sample);
}

static void samples_follow_every_law_whole_and_cut(void **state)
{
    (void)state;
    for (uint32_t k = 0; k < LAWS; k++) {
        struct sim_dist whole = prepared(open_laws[k]), part = cut(open_laws[k]);

        judge_sample(&whole, 2 * k);
        judge_sample(&part, 2 * k + 1);
    }
}

/* ---- means ---- */

static void means_of_whole_laws_are_the_known_formulas(void **state)
{
    const double expected[LAWS] = {
        2.385,
        0.5 * (2.385 - 1.7),
        2.385,
        2.385 * exp(0.5 * 1.6 * 1.6),
        10800.0 * exp(0.5 * 0.13 * 0.13),
        2.385 * gsl_sf_gamma(1.0 + 1.0 / 0.63),
        2.385 * gsl_sf_gamma(1.0 + 1.0 / 3.7),
        1.3 / 0.3 * pow(0.7, 1.3) * (pow(0.7, -0.3) - pow(900.0, -0.3)) /
            (1.0 - pow(0.7 / 900.0, 1.3)),
        0.7 * log(900.0 / 0.7) / (1.0 - 0.7 / 900.0),
        2.385,
        2.385,
        2.385,
        2.385,
        2.385,
        0.1 * 1.0 + 0.2 * 1.5 + 0.2 * 2.0 + 0.3 * 3.5 + 0.2 * 7.0,
        0.5 * 1.0 + 0.1 * 4.0 + 0.3 * 8.0 + 0.1 * 32.0,
    };

    (void)state;
    for (int k = 0; k < LAWS; k++) {
        struct sim_dist dist = prepared(open_laws[k]);

        check_near(sim_dist_mean(&dist), expected[k], 1e-12);
    }
}

/* The formula has a hole at alpha = 1, which a series bridges. */
static void the_pareto_mean_is_smooth_where_alpha_passes_1(void **state)
{
    const double alpha[] = {1.0 - 1.3e-5, 1.0 + 1.3e-5, 1.0 - 1e-4, 1.0 + 1e-9};

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct sim_dist dist = prepared(
            (struct sim_dist){.kind = SIM_DIST_PARETO, .a = alpha[i], .b = 0.7, .c = 900.0, OPEN});
        long double a = alpha[i], ratio = 900.0L / 0.7L;
        long double integral = expm1l((1.0L - a) * logl(ratio)) / (1.0L - a);

        check_near(sim_dist_mean(&dist), (double)(a * 0.7L * integral / (1.0L - powl(ratio, -a))),
                   3e-12);
    }
}

/* Midpoint rule on the inverse: another way to the same number. */
static double mean_by_midpoints(const struct sim_dist *dist, double cap)
{
    enum { POINTS = 20000 };
    double sum = 0.0;

    for (int i = 0; i < POINTS; i++)
        sum += fmin(sim_dist_at(dist, (i + 0.5) / POINTS), cap);
    return sum / POINTS;
}

static void means_with_cuts_and_caps_agree_with_quadrature(void **state)
{
    (void)state;
    for (int k = 0; k < LAWS; k++) {
        struct sim_dist whole = prepared(open_laws[k]), part = cut(open_laws[k]);

        for (int i = 1; i < 10; i++) {
            double cap = sim_dist_at(&whole, i / 10.0) + 0.01;

            check_near(sim_dist_mean_capped(&whole, cap), mean_by_midpoints(&whole, cap), 2e-4);
            check_near(sim_dist_mean_capped(&part, cap), mean_by_midpoints(&part, cap), 2e-4);
        }
        check_near(sim_dist_mean(&part), mean_by_midpoints(&part, INFINITY), 2e-4);
        assert_true(sim_dist_mean_capped(&part, part.min - 3.0) == part.min - 3.0);
    }
}

static void a_mean_capped_far_out_is_the_mean(void **state)
{
    (void)state;
    for (int k = 0; k < LAWS; k++) {
        struct sim_dist dist = prepared(open_laws[k]);

        check_near(sim_dist_mean_capped(&dist, 1e15), sim_dist_mean(&dist), 1e-9);
    }
}

/* ---- monotone ---- */

static void variates_never_fall_when_the_uniform_rises(void **state)
{
    (void)state;
    for (int k = 0; k < LAWS; k++) {
        struct sim_dist law[2] = {prepared(open_laws[k]), cut(open_laws[k])};

        for (int cuts = 0; cuts < 2; cuts++) {
            double last = -INFINITY, x;

            for (double u = 1e-12; u < 1.0; u = u < 0.5 ? u * 1.003 : 1.0 - (1.0 - u) / 1.003) {
                if (1.0 - u < 1e-12)
                    break;
                x = sim_dist_at(&law[cuts], u);
                assert_true(x >= last);
                last = x;
            }
        }
    }
}

static void the_finest_steps_of_the_uniform_never_lower_closed_laws(void **state)
{
    (void)state;
    for (int k = 0; k < LAWS; k++) {
        struct sim_dist dist = prepared(open_laws[k]);
        double scale = fabs(sim_dist_mean(&dist));

        for (int i = 1; i < 20; i++) {
            double last = -INFINITY;

            for (int step = 0; step < 300; step++) {
                double x = sim_dist_at(&dist, i / 20.0 + step * 0x1p-52);

                assert_true(x >= last - 1e-13 * scale);
                last = fmax(x, last);
            }
        }
    }
}

/* ---- truncation ---- */

static void truncation_squeezes_and_does_not_reject(void **state)
{
    struct sim_dist dist = {.kind = SIM_DIST_EXPONENTIAL, .a = 1.0, .min = 0.5, .max = 3.0};

    (void)state;
    dist = prepared(dist);
    check_near(dist.p_min, 1.0 - exp(-0.5), 1e-15);
    check_near(dist.p_max, 1.0 - exp(-3.0), 1e-15);
    check_near(sim_dist_at(&dist, 0.25),
               -log(1.0 - (dist.p_min + 0.25 * (dist.p_max - dist.p_min))), 1e-14);
    assert_true(sim_dist_at(&dist, 0x1p-53) == 0.5);
    assert_true(sim_dist_at(&dist, 1.0 - 0x1p-53) <= 3.0);
    dist = prepared(
        (struct sim_dist){.kind = SIM_DIST_EXPONENTIAL, .a = 1.0, .min = 10.0, .max = INFINITY});
    assert_true(isfinite(sim_dist_at(&dist, 1.0 - 0x1p-53)));
    check_near(sim_dist_mean(&dist), 11.0, 1e-9); /* no memory */
}

static void a_cut_choice_keeps_only_values_inside(void **state)
{
    struct sim_dist dist = open_laws[LAWS - 1];
    int seen[4] = {0};

    (void)state;
    dist.min = 4.0;
    dist.max = 20.0;
    dist = prepared(dist);
    for (int i = 0; i < 4000; i++) {
        double x = sim_dist_at(&dist, (i + 0.5) / 4000);

        for (int j = 0; j < 4; j++)
            seen[j] += x == choice_value[j];
    }
    assert_int_equal(seen[0], 0);
    assert_int_equal(seen[1], 1000);
    assert_int_equal(seen[2], 3000);
    assert_true(sim_dist_at(&dist, 0x1p-53) == 4.0);
    check_near(sim_dist_mean(&dist), 7.0, 1e-14);
    check_near(sim_dist_mean_capped(&dist, 6.0), 5.5, 1e-14);
}

static void tables_keep_their_atoms(void **state)
{
    struct sim_dist dist = prepared(open_laws[LAWS - 2]);

    (void)state;
    assert_true(sim_dist_at(&dist, 0.05) == 1.0);
    check_near(sim_dist_at(&dist, 0.2), 1.5, 1e-14);
    assert_true(sim_dist_at(&dist, 0.4) == 2.0);
    check_near(sim_dist_at(&dist, 0.65), 3.5, 1e-14);
    check_near(sim_dist_cdf(&dist, 2.0), 0.5, 1e-15);
    check_near(sim_dist_cdf(&dist, 1.5), 0.2, 1e-15);
    assert_true(sim_dist_cdf(&dist, 0.9) == 0.0 && sim_dist_cdf(&dist, 9.0) == 1.0);
    dist.min = dist.max = 2.0; /* nothing but the atom */
    dist = prepared(dist);
    assert_true(sim_dist_at(&dist, 0.01) == 2.0 && sim_dist_at(&dist, 0.99) == 2.0);
    check_near(sim_dist_mean(&dist), 2.0, 1e-14);
}

/* ---- common random numbers ---- */

static void two_options_meet_the_same_random_numbers(void **state)
{
    enum { COUNT = 20000 };
    struct sim_dist slow = prepared(open_laws[3]), fast = slow;
    double both = 0.0, paired = 0.0, apart = 0.0, mean_paired = 0.0, mean_apart = 0.0;

    (void)state;
    fast.a *= 0.9;
    fast = prepared(fast);
    for (uint64_t i = 0; i < COUNT; i++) {
        double x = sim_dist_at(&slow, sim_uniform_at(1, 2, 3, i));
        double same = x - sim_dist_at(&fast, sim_uniform_at(1, 2, 3, i));
        double other = x - sim_dist_at(&fast, sim_uniform_at(1, 2, 4, i));

        assert_true(same > 0.0);
        both += x;
        mean_paired += same / COUNT;
        mean_apart += other / COUNT;
        paired += same * same;
        apart += other * other;
    }
    check_near(mean_paired, 0.1 * both / COUNT, 1e-12);
    paired = paired / COUNT - mean_paired * mean_paired;
    apart = apart / COUNT - mean_apart * mean_apart;
    assert_true(paired < 0.05 * apart);
}

/* ---- errors ---- */

static void expect_error(struct sim_dist dist, const char *words)
{
    struct sim_error err = {0};

    assert_int_equal(sim_dist_prepare(&dist, &err), SIM_ESCHEMA);
    if (!strstr(err.message, words))
        print_error("'%s' does not say '%s'\n", err.message, words);
    assert_non_null(strstr(err.message, words));
    assert_int_equal(sim_dist_prepare(&dist, NULL), SIM_ESCHEMA);
}

static void wrong_parameters_are_named(void **state)
{
    static const double falling[] = {3.0, 2.0}, half[] = {0.2, 0.5}, back[] = {0.5, 0.2};
    static const double fine[] = {1.0, 2.0}, whole[] = {0.5, 1.0};

    (void)state;
    expect_error((struct sim_dist){.kind = SIM_DIST_CONSTANT, .a = NAN, OPEN},
                 "constant: value must be a finite number");
    expect_error((struct sim_dist){.kind = SIM_DIST_EXPONENTIAL, .a = -3.0, OPEN},
                 "exponential: mean must be above 0, not -3");
    expect_error((struct sim_dist){.kind = SIM_DIST_UNIFORM, .a = 2.0, .b = 2.0, OPEN},
                 "uniform: highest (2) must be above lowest (2)");
    expect_error((struct sim_dist){.kind = SIM_DIST_LOGNORMAL, .a = 1.0, .b = 0.0, OPEN},
                 "lognormal: sigma must be above 0, not 0");
    expect_error((struct sim_dist){.kind = SIM_DIST_LOGNORMAL, .a = 1.0, .b = 11.0, OPEN},
                 "sigma must be at most 10");
    expect_error((struct sim_dist){.kind = SIM_DIST_WEIBULL, .a = 0.01, .b = 1.0, OPEN},
                 "weibull: shape must be from 0.05 to 1000");
    expect_error((struct sim_dist){.kind = SIM_DIST_PARETO, .a = 1.0, .b = 2.0, .c = 1.0, OPEN},
                 "pareto: highest (1) must be above lowest (2)");
    expect_error((struct sim_dist){.kind = SIM_DIST_PARETO, .a = 1e-3, .b = 1.0, .c = 2.0, OPEN},
                 "pareto: alpha");
    expect_error((struct sim_dist){.kind = SIM_DIST_ERLANG, .a = 2.5, .b = 1.0, OPEN},
                 "erlang: stages must be a whole number from 1 to 100, not 2.5");
    expect_error((struct sim_dist){.kind = SIM_DIST_ERLANG, .a = 101.0, .b = 1.0, OPEN}, "stages");
    expect_error((struct sim_dist){.kind = SIM_DIST_HYPEREXPONENTIAL, .a = 1.0, .b = 1.0, OPEN},
                 "cv2 must be above 1");
    expect_error((struct sim_dist){.kind = SIM_DIST_CHOICE, OPEN}, "choice: the table is empty");
    expect_error(
        (struct sim_dist){
            .kind = SIM_DIST_EMPIRICAL, .count = 2, .value = falling, .cumulated = whole, OPEN},
        "empirical: values must ascend, but 2 follows 3");
    expect_error(
        (struct sim_dist){
            .kind = SIM_DIST_CHOICE, .count = 2, .value = fine, .cumulated = half, OPEN},
        "choice: the last probability must be 1, not 0.5");
    expect_error(
        (struct sim_dist){
            .kind = SIM_DIST_CHOICE, .count = 2, .value = fine, .cumulated = back, OPEN},
        "but 0.2 follows 0.5");
}

static void a_range_without_the_law_in_it_is_refused(void **state)
{
    (void)state;
    expect_error((struct sim_dist){.kind = SIM_DIST_EXPONENTIAL, .a = 1.0, .min = 2.0, .max = 1.0},
                 "max (1) must not be below min (2)");
    expect_error(
        (struct sim_dist){.kind = SIM_DIST_EXPONENTIAL, .a = 1.0, .min = 20.0, .max = INFINITY},
        "lies between min (20) and max (inf)");
    expect_error((struct sim_dist){.kind = SIM_DIST_CONSTANT, .a = 5.0, .min = 0.0, .max = 4.0},
                 "lies between");
    expect_error((struct sim_dist){.kind = SIM_DIST_EXPONENTIAL, .a = 1.0, .min = NAN, .max = 1.0},
                 "must not be below");
}

/* ---- triangular, and the laws whose inverse is a table ---- */

static struct sim_arena *arena;

static int make_arena(void **state)
{
    (void)state;
    arena = sim_arena_create(0);
    return arena ? 0 : -1;
}

static int free_arena(void **state)
{
    (void)state;
    sim_arena_destroy(arena);
    return 0;
}

static const struct sim_dist more_laws[] = {
    {.kind = SIM_DIST_TRIANGULAR, .a = -1.7, .b = 2.385, .c = 9.1, OPEN},
    {.kind = SIM_DIST_TRIANGULAR, .a = 2.0, .b = 2.0, .c = 9.1, OPEN},
    {.kind = SIM_DIST_TRIANGULAR, .a = 2.0, .b = 9.1, .c = 9.1, OPEN},
    {.kind = SIM_DIST_GAMMA, .a = 0.1, .b = 2.385, OPEN},
    {.kind = SIM_DIST_GAMMA, .a = 0.63, .b = 2.385, OPEN},
    {.kind = SIM_DIST_GAMMA, .a = 3.7, .b = 10800.0, OPEN},
    {.kind = SIM_DIST_GAMMA, .a = 1000.0, .b = 2.385, OPEN},
    {.kind = SIM_DIST_BETA, .a = 2.385, .b = 1.7, .c = -1.0, .d = 3.0, OPEN},
    {.kind = SIM_DIST_BETA, .a = 0.5, .b = 0.5, .c = 0.0, .d = 1.0, OPEN},
    {.kind = SIM_DIST_BETA, .a = 0.1, .b = 17.0, .c = 0.0, .d = 60.0, OPEN},
    {.kind = SIM_DIST_BETA, .a = 700.0, .b = 30.0, .c = 5.0, .d = 60.0, OPEN},
};
enum { MORE_LAWS = sizeof more_laws / sizeof more_laws[0] };

static struct sim_dist tabled(struct sim_dist dist)
{
    dist.arena = arena;
    return prepared(dist);
}

static struct sim_dist tabled_cut(struct sim_dist dist)
{
    struct sim_dist whole = tabled(dist);

    dist.min = sim_dist_at(&whole, 0.1);
    dist.max = sim_dist_at(&whole, 0.85);
    return tabled(dist);
}

static double triangular_reference(const struct sim_dist *dist, double x)
{
    if (x < dist->b)
        return (x - dist->a) * (x - dist->a) / ((dist->c - dist->a) * (dist->b - dist->a));
    if (x >= dist->c)
        return 1.0;
    return 1.0 - (dist->c - x) * (dist->c - x) / ((dist->c - dist->a) * (dist->c - dist->b));
}

/* P(X <= x), or P(X > x). */
static double more_reference(const struct sim_dist *dist, double x, bool is_upper)
{
    double at = (x - dist->c) / (dist->d - dist->c);

    switch (dist->kind) {
    case SIM_DIST_GAMMA:
        return is_upper ? gsl_cdf_gamma_Q(x, dist->a, dist->b / dist->a)
                        : gsl_cdf_gamma_P(x, dist->a, dist->b / dist->a);
    case SIM_DIST_BETA:
        return is_upper ? gsl_cdf_beta_Q(at, dist->a, dist->b)
                        : gsl_cdf_beta_P(at, dist->a, dist->b);
    default:
        return is_upper ? 1.0 - triangular_reference(dist, x) : triangular_reference(dist, x);
    }
}

/* The error that sim/quantile_table.h states, over the whole of the law and both tails. */
static void table_error_is_as_stated(void **state)
{
    (void)state;
    for (int k = 0; k < MORE_LAWS; k++) {
        struct sim_dist dist = tabled(more_laws[k]);
        double worst = 0.0;

        for (double u = 2e-12; u < 0.5; u *= 1.01) {
            for (int is_upper = 0; is_upper < 2; is_upper++) {
                double p = is_upper ? 1.0 - u : u, x = sim_dist_at(&dist, p);
                double tail = is_upper ? 1.0 - p : p, low = 1.0 - 5e-6, high = 1.0 + 5e-6;
                double from = x, to = x;

                if (dist.kind == SIM_DIST_BETA || dist.kind == SIM_DIST_TRIANGULAR) {
                    double width = dist.kind == SIM_DIST_BETA ? dist.d - dist.c : dist.c - dist.a;

                    from = fmax(x - 5e-6 * width, dist.kind == SIM_DIST_BETA ? dist.c : dist.a);
                    to = fmin(x + 5e-6 * width, dist.kind == SIM_DIST_BETA ? dist.d : dist.c);
                } else {
                    from = x * low;
                    to = x * high;
                }
                /* 1 - u has a step of 1e-16 */
                if (is_upper) {
                    assert_true(more_reference(&dist, from, true) >= tail * (1 - 1e-9) - 1e-15);
                    assert_true(more_reference(&dist, to, true) <= tail * (1 + 1e-9) + 1e-15);
                } else {
                    assert_true(more_reference(&dist, from, false) <= tail * (1 + 1e-9));
                    assert_true(more_reference(&dist, to, false) >= tail * (1 - 1e-9));
                }
                worst = fmax(worst, fabs(sim_dist_cdf(&dist, x) - p));
            }
        }
        assert_true(worst < (dist.kind == SIM_DIST_TRIANGULAR ? 1e-14 : 5e-6));
    }
}

static void cdfs_of_gamma_beta_and_triangular_agree_with_gsl(void **state)
{
    (void)state;
    for (int k = 0; k < MORE_LAWS; k++) {
        struct sim_dist dist = tabled(more_laws[k]);

        for (int i = 1; i < 400; i++) {
            double x = sim_dist_at(&dist, i / 400.0);

            check_near(sim_dist_cdf(&dist, x), more_reference(&dist, x, false), 2e-11);
        }
        assert_true(sim_dist_cdf(&dist, -1e9) == 0.0 && sim_dist_cdf(&dist, 1e9) == 1.0);
    }
}

static void more_samples_follow_every_law_whole_and_cut(void **state)
{
    (void)state;
    for (uint32_t k = 0; k < MORE_LAWS; k++) {
        struct sim_dist whole = tabled(more_laws[k]), part = tabled_cut(more_laws[k]);

        judge_sample(&whole, 100 + 2 * k);
        judge_sample(&part, 101 + 2 * k);
    }
}

static void more_means_are_the_known_formulas(void **state)
{
    (void)state;
    for (int k = 0; k < MORE_LAWS; k++) {
        struct sim_dist dist = tabled(more_laws[k]), part = tabled_cut(more_laws[k]);
        double mean = dist.kind == SIM_DIST_GAMMA ? dist.b
                      : dist.kind == SIM_DIST_BETA
                          ? dist.c + (dist.d - dist.c) * dist.a / (dist.a + dist.b)
                          : (dist.a + dist.b + dist.c) / 3.0;

        check_near(sim_dist_mean(&dist), mean, 1e-11);
        check_near(sim_dist_mean(&part), mean_by_midpoints(&part, INFINITY), 2e-4);
        for (int i = 1; i < 10; i++) {
            double cap = sim_dist_at(&dist, i / 10.0) + 0.01;

            assert_true(fabs(sim_dist_mean_capped(&dist, cap) - mean_by_midpoints(&dist, cap)) <
                        2e-4 * fabs(mean));
            assert_true(fabs(sim_dist_mean_capped(&part, cap) - mean_by_midpoints(&part, cap)) <
                        2e-4 * fabs(mean));
        }
    }
}

static void assert_monotone(const struct sim_dist *dist)
{
    double last = -INFINITY;

    for (double u = 1e-13; u < 1.0; u = u < 0.5 ? u * 1.0007 : 1.0 - (1.0 - u) / 1.0007) {
        double x = sim_dist_at(dist, u);

        if (1.0 - u < 1e-13)
            break;
        assert_true(x >= last - 1e-13 * fabs(x) && x >= dist->min && x <= dist->max);
        last = x;
    }
    for (int i = 1; i < 200; i++) {
        last = -INFINITY;
        for (int step = 0; step < 50; step++) {
            double x = sim_dist_at(dist, i / 200.0 + step * 0x1p-52);

            assert_true(x >= last - 1e-13 * fabs(x));
            last = fmax(last, x);
        }
    }
}

static void more_variates_never_fall_and_stay_inside(void **state)
{
    (void)state;
    for (int k = 0; k < MORE_LAWS; k++) {
        struct sim_dist whole = tabled(more_laws[k]), part = tabled_cut(more_laws[k]);

        assert_monotone(&whole);
        assert_monotone(&part);
        assert_true(isfinite(sim_dist_at(&whole, 0x1p-53)));
        assert_true(isfinite(sim_dist_at(&whole, 1.0 - 0x1p-53)));
    }
}

/* ---- mixtures ---- */

enum { PARTS = 3 };

struct mix {
    struct sim_dist part[PARTS];
    double weight[PARTS];
};

/* Short jobs, long jobs and an atom; parts that leave a gap; parts of bounded laws. */
static const struct mix mixes[] = {
    {{{.kind = SIM_DIST_LOGNORMAL, .a = 60.0, .b = 0.7, OPEN},
      {.kind = SIM_DIST_LOGNORMAL, .a = 10800.0, .b = 1.6, .min = 30.0, .max = 259200.0},
      {.kind = SIM_DIST_CONSTANT, .a = 600.0, OPEN}},
     {0.6, 0.3, 0.1}},
    {{{.kind = SIM_DIST_CONSTANT, .a = 0.0, OPEN},
      {.kind = SIM_DIST_EXPONENTIAL, .a = 2.385, OPEN},
      {.kind = SIM_DIST_GAMMA, .a = 3.7, .b = 100.0, OPEN}},
     {0.7, 0.2, 0.1}},
    {{{.kind = SIM_DIST_UNIFORM, .a = -2.0, .b = -1.0, OPEN},
      {.kind = SIM_DIST_TRIANGULAR, .a = 1.0, .b = 2.0, .c = 5.0, OPEN},
      {.kind = SIM_DIST_CHOICE, .count = 4, .value = choice_value, .cumulated = choice_p, OPEN}},
     {0.25, 0.5, 0.25}},
    {{{.kind = SIM_DIST_LOGNORMAL, .a = 1.0, .b = 0.05, OPEN},
      {.kind = SIM_DIST_LOGNORMAL, .a = 1e6, .b = 0.05, OPEN},
      {.kind = SIM_DIST_EMPIRICAL, .count = 5, .value = table_value, .cumulated = table_p, OPEN}},
     {0.3, 0.5, 0.2}},
};
enum { MIXES = sizeof mixes / sizeof mixes[0] };

static struct sim_dist mixed(const struct mix *mix, double min, double max)
{
    struct sim_dist *part = sim_arena_alloc(arena, PARTS, sizeof *part);

    assert_non_null(part);
    for (int i = 0; i < PARTS; i++)
        part[i] = tabled(mix->part[i]);
    return tabled((struct sim_dist){.kind = SIM_DIST_MIXTURE,
                                    .count = PARTS,
                                    .part = part,
                                    .weight = mix->weight,
                                    .min = min,
                                    .max = max});
}

static double parts_cdf(const struct sim_dist *mix, double x)
{
    double sum = 0.0;

    for (size_t i = 0; i < PARTS; i++)
        sum += mix->weight[i] * fmin(fmax(truncated_cdf(&mix->part[i], x), 0.0), 1.0);
    return sum;
}

static void a_mixture_is_the_sum_of_its_parts(void **state)
{
    (void)state;
    for (int k = 0; k < MIXES; k++) {
        struct sim_dist mix = mixed(&mixes[k], -INFINITY, INFINITY);
        double mean = 0.0;

        for (int i = 0; i < PARTS; i++)
            mean += mix.weight[i] * sim_dist_mean(&mix.part[i]);
        check_near(sim_dist_mean(&mix), mean, 1e-12);
        for (int i = 1; i < 500; i++) { /* F(x-) <= u <= F(x), within the table's error */
            double u = i / 500.0, x = sim_dist_at(&mix, u), slack = 2e-5 * fabs(x);

            assert_true(parts_cdf(&mix, x + slack) >= u - 1e-6);
            assert_true(parts_cdf(&mix, x - slack - 1e-9) <= u + 1e-6);
            check_near(sim_dist_cdf(&mix, x), parts_cdf(&mix, x), 1e-12);
        }
        assert_monotone(&mix);
    }
}

static void a_mixture_keeps_its_atoms_and_its_gaps(void **state)
{
    struct sim_dist mix = mixed(&mixes[1], -INFINITY, INFINITY);
    double x;

    (void)state;
    assert_true(sim_dist_at(&mix, 0.01) == 0.0 && sim_dist_at(&mix, 0.699) == 0.0);
    assert_true(sim_dist_at(&mix, 0.701) > 0.0);
    mix = mixed(&mixes[2], -INFINITY, INFINITY);
    for (int i = 1; i < 10000; i++) {
        x = sim_dist_at(&mix, i / 10000.0);
        assert_true((x >= -2.0 && x <= -1.0) || (x >= 1.0 && x <= 5.0) || x == 8.0 || x == 32.0);
    }
    mix = mixed(&mixes[3], -INFINITY, INFINITY);
    for (int i = 1; i < 20000; i++) { /* between the modes lies next to nothing */
        x = sim_dist_at(&mix, i / 20000.0);
        assert_true(x < 9.1 || x > 7e5);
    }
}

static void mixtures_are_cut_and_capped_like_any_other_law(void **state)
{
    static const double cut_at[MIXES][2] = {
        {20.0, 7200.0}, {0.0, 150.0}, {-1.5, 8.0}, {1.01, 1.04e6}};

    (void)state;
    for (int k = 0; k < MIXES; k++) {
        struct sim_dist whole = mixed(&mixes[k], -INFINITY, INFINITY);
        struct sim_dist part = mixed(&mixes[k], cut_at[k][0], cut_at[k][1]);
        double scale = fabs(sim_dist_mean(&whole)) + 1.0, kept = part.p_max - part.p_min;
        enum { COUNT = 40000 };
        double *sample = malloc(COUNT * sizeof *sample);

        check_near(sim_dist_mean(&part), mean_by_midpoints(&part, INFINITY), 5e-4);
        for (int i = 1; i < 10; i++) {
            double cap = sim_dist_at(&whole, i / 10.0) + 0.01;

            assert_true(fabs(sim_dist_mean_capped(&whole, cap) - mean_by_midpoints(&whole, cap)) <
                        2e-4 * scale);
            assert_true(fabs(sim_dist_mean_capped(&part, cap) - mean_by_midpoints(&part, cap)) <
                        2e-4 * scale);
        }
        assert_non_null(sample);
        assert_true(kept > 0.1 && kept < 1.0);
        for (uint64_t i = 0; i < COUNT; i++) {
            sample[i] = sim_dist_at(&part, sim_uniform_at(20241210, 6, (uint32_t)k, i));
            assert_true(sample[i] >= part.min && sample[i] <= part.max);
        }
        free(sample);
    }
}

static void a_smooth_mixture_passes_kolmogorov(void **state)
{
    static const struct mix smooth = {{{.kind = SIM_DIST_LOGNORMAL, .a = 60.0, .b = 0.7, OPEN},
                                       {.kind = SIM_DIST_LOGNORMAL, .a = 10800.0, .b = 1.6, OPEN},
                                       {.kind = SIM_DIST_WEIBULL, .a = 0.63, .b = 600.0, OPEN}},
                                      {0.6, 0.3, 0.1}};
    struct sim_dist whole = mixed(&smooth, -INFINITY, INFINITY), part;

    (void)state;
    judge_sample(&whole, 300);
    part = mixed(&smooth, 30.0, 86400.0);
    judge_sample(&part, 301);
}

static void mistakes_in_the_new_laws_are_named(void **state)
{
    struct sim_dist part[2] = {prepared(open_laws[1]), prepared(open_laws[2])};
    const double half[2] = {0.5, 0.4}, fine[2] = {0.5, 0.5}, below[2] = {-0.5, 1.5};
    struct sim_dist inner = {
        .kind = SIM_DIST_MIXTURE, .count = 2, .part = part, .weight = fine, OPEN};

    (void)state;
    expect_error((struct sim_dist){.kind = SIM_DIST_GAMMA, .a = 0.01, .b = 1.0, OPEN},
                 "gamma: shape must be from 0.1 to 1000, not 0.01");
    expect_error((struct sim_dist){.kind = SIM_DIST_GAMMA, .a = 1.0, .b = 0.0, OPEN},
                 "gamma: mean must be above 0, not 0");
    expect_error((struct sim_dist){.kind = SIM_DIST_TRIANGULAR, .a = 3, .b = 2, .c = 4, OPEN},
                 "triangular: low (3), mode (2) and high (4) must ascend");
    expect_error((struct sim_dist){.kind = SIM_DIST_TRIANGULAR, .a = 3, .b = 3, .c = 3, OPEN},
                 "must ascend");
    expect_error((struct sim_dist){.kind = SIM_DIST_BETA, .a = 3, .b = 3, .c = 3, .d = 3, OPEN},
                 "beta: high (3) must be above low (3)");
    expect_error((struct sim_dist){.kind = SIM_DIST_BETA, .a = 3, .b = 0, .c = 3, .d = 4, OPEN},
                 "beta: alpha and beta must be from 0.1 to 1000");
    expect_error((struct sim_dist){.kind = SIM_DIST_MIXTURE, OPEN}, "mixture: it has no parts");
    inner.weight = half;
    expect_error(inner, "mixture: the weights sum to 0.9, not to 1");
    inner.weight = below;
    expect_error(inner, "mixture: weight 1 must not be below 0, but is -0.5");
    inner.weight = fine;
    part[1].kind = SIM_DIST_MIXTURE;
    expect_error(inner, "mixture: part 2 is a mixture itself");
}

static void more_bits_are_as_written_down(void **state)
{
    uint64_t digest = UINT64_C(0xcbf29ce484222325), bits;

    (void)state;
    for (int k = 0; k < MORE_LAWS + MIXES; k++) {
        struct sim_dist law = k < MORE_LAWS ? tabled(more_laws[k])
                                            : mixed(&mixes[k - MORE_LAWS], -INFINITY, INFINITY);

        for (uint64_t i = 0; i < 2000; i++) {
            double x = sim_dist_at(&law, sim_uniform_at(1, 2, 3, i));

            memcpy(&bits, &x, sizeof bits);
            digest = (digest ^ bits) * UINT64_C(0x100000001b3);
        }
    }
    print_message("digest %016llx\n", (unsigned long long)digest);
    assert_true(digest == UINT64_C(0x1d77efe5bb029719));
}

/* Written down with gcc 12 -O2 on x86-64; any compiler and processor must meet it. */
static void all_bits_are_as_written_down(void **state)
{
    uint64_t digest = UINT64_C(0xcbf29ce484222325), bits;

    (void)state;
    for (int k = 0; k < LAWS; k++) {
        struct sim_dist law[2] = {prepared(open_laws[k]), cut(open_laws[k])};

        for (uint64_t i = 0; i < 2000; i++) {
            double x = sim_dist_at(&law[i % 2], sim_uniform_at(1, 2, 3, i));

            memcpy(&bits, &x, sizeof bits);
            digest = (digest ^ bits) * UINT64_C(0x100000001b3);
        }
    }
    print_message("digest %016llx\n", (unsigned long long)digest);
    assert_true(digest == UINT64_C(0x9de4a84bd1da15e0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cdf_and_inverse_agree_with_gsl),
        cmocka_unit_test(far_tails_are_right),
        cmocka_unit_test(samples_follow_every_law_whole_and_cut),
        cmocka_unit_test(means_of_whole_laws_are_the_known_formulas),
        cmocka_unit_test(the_pareto_mean_is_smooth_where_alpha_passes_1),
        cmocka_unit_test(means_with_cuts_and_caps_agree_with_quadrature),
        cmocka_unit_test(a_mean_capped_far_out_is_the_mean),
        cmocka_unit_test(variates_never_fall_when_the_uniform_rises),
        cmocka_unit_test(the_finest_steps_of_the_uniform_never_lower_closed_laws),
        cmocka_unit_test(truncation_squeezes_and_does_not_reject),
        cmocka_unit_test(a_cut_choice_keeps_only_values_inside),
        cmocka_unit_test(tables_keep_their_atoms),
        cmocka_unit_test(two_options_meet_the_same_random_numbers),
        cmocka_unit_test(wrong_parameters_are_named),
        cmocka_unit_test(a_range_without_the_law_in_it_is_refused),
        cmocka_unit_test(all_bits_are_as_written_down),
        cmocka_unit_test(table_error_is_as_stated),
        cmocka_unit_test(cdfs_of_gamma_beta_and_triangular_agree_with_gsl),
        cmocka_unit_test(more_samples_follow_every_law_whole_and_cut),
        cmocka_unit_test(more_means_are_the_known_formulas),
        cmocka_unit_test(more_variates_never_fall_and_stay_inside),
        cmocka_unit_test(a_mixture_is_the_sum_of_its_parts),
        cmocka_unit_test(a_mixture_keeps_its_atoms_and_its_gaps),
        cmocka_unit_test(mixtures_are_cut_and_capped_like_any_other_law),
        cmocka_unit_test(a_smooth_mixture_passes_kolmogorov),
        cmocka_unit_test(mistakes_in_the_new_laws_are_named),
        cmocka_unit_test(more_bits_are_as_written_down),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
