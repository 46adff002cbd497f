/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/elementary.h"
#include "sim/random.h"
#include "tests/support/check.h"

enum { POINTS = 100000 };

/* Uniforms for choosing arguments. */
static double draw(uint32_t purpose, uint64_t i)
{
    return sim_uniform_at(20241210, 1, purpose, i);
}

/* Distance to the exact value in units of the last place of the exact value. */
static double ulps(double actual, long double exact)
{
    double nearest = fabs((double)exact);
    long double unit = (long double)nextafter(nearest, INFINITY) - nearest;

    return (double)(fabsl(actual - exact) / unit);
}

static void log_is_within_one_ulp(void **state)
{
    double worst = 0.0;

    (void)state;
    for (uint64_t i = 0; i < POINTS; i++) {
        double wide = exp(1400.0 * (draw(1, i) - 0.5)), near_one = 0.5 + draw(2, i);

        worst = fmax(worst, ulps(sim_log(wide), logl(wide)));
        worst = fmax(worst, ulps(sim_log(near_one), logl(near_one)));
        worst = fmax(worst, ulps(sim_log(draw(3, i)), logl(draw(3, i))));
    }
    print_message("log: %.3f ulp\n", worst);
    assert_true(worst < 1.0);
}

static void log_is_right_at_its_ends(void **state)
{
    const double tiny[] = {0x1p-1074, 0x1.8p-1060, 0x1.fffffffffffffp-1023, 0x1p-1022};

    (void)state;
    assert_true(sim_log(1.0) == 0.0);
    assert_true(sim_log(0.0) == -INFINITY);
    assert_true(sim_log(INFINITY) == INFINITY);
    assert_true(isnan(sim_log(-1.0)) && isnan(sim_log(NAN)));
    for (size_t i = 0; i < sizeof tiny / sizeof tiny[0]; i++)
        check_near(sim_log(tiny[i]), (double)logl(tiny[i]), 4e-16);
    check_near(sim_log(1.7976931348623157e308), 709.78271289338397, 2e-16);
}

static void exp_is_within_one_ulp(void **state)
{
    double worst = 0.0;

    (void)state;
    for (uint64_t i = 0; i < POINTS; i++) {
        double wide = 1400.0 * (draw(1, i) - 0.5), narrow = 2.0 * draw(2, i) - 1.0;

        worst = fmax(worst, ulps(sim_exp(wide), expl(wide)));
        worst = fmax(worst, ulps(sim_exp(narrow), expl(narrow)));
    }
    print_message("exp: %.3f ulp\n", worst);
    assert_true(worst < 1.0);
}

static void exp_is_clamped_beyond_700(void **state)
{
    (void)state;
    assert_true(sim_exp(0.0) == 1.0);
    assert_true(sim_exp(701.0) == sim_exp(700.0) && sim_exp(INFINITY) == sim_exp(700.0));
    assert_true(sim_exp(-1e9) == sim_exp(-700.0) && sim_exp(-INFINITY) == sim_exp(-700.0));
    assert_true(sim_exp(-700.0) > 0.0);
    assert_true(isnan(sim_exp(NAN)));
}

static void pow_is_within_2e_15(void **state)
{
    double worst = 0.0;

    (void)state;
    for (uint64_t i = 0; i < POINTS; i++) {
        double x = exp(40.0 * (draw(1, i) - 0.5)), y = 460.0 * (draw(2, i) - 0.5) / log(x);
        long double exact = powl(x, y);

        worst = fmax(worst, (double)fabsl((sim_pow(x, y) - exact) / exact));
    }
    print_message("pow: %.3g relative\n", worst);
    assert_true(worst < 2e-15);
}

static void pow_knows_its_corners(void **state)
{
    (void)state;
    assert_true(sim_pow(1.0, 1e300) == 1.0 && sim_pow(5.0, 0.0) == 1.0);
    assert_true(sim_pow(0.0, 2.0) == 0.0 && sim_pow(0.0, -2.0) == INFINITY);
    assert_true(sim_pow(INFINITY, 2.0) == INFINITY && sim_pow(INFINITY, -2.0) == 0.0);
    assert_true(isnan(sim_pow(-1.0, 2.0)) && isnan(sim_pow(2.0, NAN)) && isnan(sim_pow(NAN, 2.0)));
    check_near(sim_pow(10.0, 15.0), 1e15, 2e-16);
    check_near(sim_pow(2.0, 0.5), 1.4142135623730951, 2e-16);
    check_near(sim_pow(0x1p-1060, 0.5), 0x1p-530, 1e-15);
}

/* The inverse is judged through the tail function of long double libm, by one Newton step. */
static double inverse_error(double p, double z)
{
    long double tail = p < 0.5 ? 0.5L * erfcl(-(long double)z / sqrtl(2.0L))
                               : 0.5L * erfcl((long double)z / sqrtl(2.0L));
    long double wanted = p < 0.5 ? (long double)p : 1.0L - (long double)p;
    long double density = expl(-0.5L * z * z) / sqrtl(2.0L * acosl(-1.0L));

    return (double)(fabsl((tail - wanted) / density) / fabsl(z));
}

static void normal_inverse_is_exact_in_centre_and_tails(void **state)
{
    double centre = 0.0, tails = 0.0;

    (void)state;
    for (uint64_t i = 0; i < POINTS; i++) {
        double p = draw(1, i), far = exp(-690.0 * draw(2, i) - 0.7);

        if (fabs(p - 0.5) > 1e-3)
            centre = fmax(centre, inverse_error(p, sim_normal_inverse(p)));
        tails = fmax(tails, inverse_error(far, sim_normal_inverse(far)));
    }
    print_message("normal inverse: %.3g and %.3g relative\n", centre, tails);
    assert_true(centre < 1e-15);
    assert_true(tails < 1e-14);
    assert_true(sim_normal_inverse(0.5) == 0.0);
    check_near(sim_normal_inverse(0.975), 1.9599639845400545, 2e-15);
    assert_true(sim_normal_inverse(0.0) == -INFINITY && sim_normal_inverse(1.0) == INFINITY);
    assert_true(isnan(sim_normal_inverse(-0.1)) && isnan(sim_normal_inverse(NAN)));
}

static void normal_cdf_keeps_its_digits_in_the_lower_tail(void **state)
{
    double relative = 0.0, absolute = 0.0;

    (void)state;
    for (uint64_t i = 0; i < POINTS / 10; i++) {
        double z = -37.0 + 46.0 * draw(1, i), near = 8.0 * draw(2, i) - 4.0;
        long double exact = 0.5L * erfcl(-(long double)z / sqrtl(2.0L));

        relative = fmax(relative, (double)fabsl((sim_normal_cdf(z) - exact) / exact));
        exact = 0.5L * erfcl(-(long double)near / sqrtl(2.0L));
        absolute = fmax(absolute, (double)fabsl(sim_normal_cdf(near) - exact));
    }
    print_message("normal cdf: %.3g relative, %.3g absolute\n", relative, absolute);
    assert_true(relative < 1e-12);
    assert_true(absolute < 1e-15);
    assert_true(sim_normal_cdf(-40.0) == 0.0 && sim_normal_cdf(40.0) == 1.0);
}

static void block_logarithm_equals_the_single_one_for_every_length(void **state)
{
    double u[200], out[200];

    (void)state;
    for (uint64_t i = 0; i < 200; i++)
        u[i] = draw(1, i);
    u[0] = 0x1p-53;
    u[1] = 1.0 - 0x1p-53;
    u[2] = 0.70710678118654746; /* both sides of the reduction's seam */
    u[3] = 0.70710678118654757;
    u[70] = 0x1p-1022;
    u[71] = 1.7976931348623157e308;
    for (size_t count = 0; count <= 200; count++) {
        memset(out, 0, sizeof out);
        sim_neglog_block(out, u, count);
        for (size_t i = 0; i < 200; i++)
            assert_true(out[i] == (i < count ? -sim_log(u[i]) : 0.0));
    }
    memcpy(out, u, sizeof out);
    sim_neglog_block(out, out, 200);
    for (size_t i = 0; i < 200; i++)
        assert_true(out[i] == -sim_log(u[i]));
}

static uint64_t mixed(uint64_t digest, double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return (digest ^ bits) * UINT64_C(0x100000001b3);
}

/* The digest was written down with gcc 12 -O2 on x86-64; any compiler and processor must meet it.
 */
static void all_bits_are_as_written_down(void **state)
{
    uint64_t digest = UINT64_C(0xcbf29ce484222325);

    (void)state;
    for (uint64_t i = 0; i < POINTS; i++) {
        double u = draw(1, i), v = draw(2, i);

        digest = mixed(digest, sim_log(u));
        digest = mixed(digest, sim_exp(100.0 * (u - v)));
        digest = mixed(digest, sim_pow(10.0 * u, 20.0 * (v - 0.5)));
        digest = mixed(digest, sim_normal_inverse(u * v));
        digest = mixed(digest, sim_normal_cdf(10.0 * (u - v)));
    }
    print_message("digest %016llx\n", (unsigned long long)digest);
    assert_true(digest == UINT64_C(0xa46a8292d86f1091));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_is_within_one_ulp),
        cmocka_unit_test(log_is_right_at_its_ends),
        cmocka_unit_test(exp_is_within_one_ulp),
        cmocka_unit_test(exp_is_clamped_beyond_700),
        cmocka_unit_test(pow_is_within_2e_15),
        cmocka_unit_test(pow_knows_its_corners),
        cmocka_unit_test(normal_inverse_is_exact_in_centre_and_tails),
        cmocka_unit_test(normal_cdf_keeps_its_digits_in_the_lower_tail),
        cmocka_unit_test(block_logarithm_equals_the_single_one_for_every_length),
        cmocka_unit_test(all_bits_are_as_written_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
