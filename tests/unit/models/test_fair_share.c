/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/compute/fair_share.h"

#define DAY INT64_C(86400000000000)

enum { OWNER_A = 1, OWNER_B, PROJECT_A, PROJECT_B1, PROJECT_B2, ACCOUNTS };

/* A has two thirds and one project, B one third and two, 3 : 1. */
static struct mdl_fair_share *make(struct sim_arena *arena, int64_t half_life_ns)
{
    struct mdl_fair_share *fair_share = sim_arena_alloc(arena, 1, sizeof *fair_share);

    assert_int_equal(mdl_fair_share_init(fair_share, arena, ACCOUNTS, half_life_ns, 0, NULL),
                     SIM_OK);
    mdl_fair_share_set(fair_share, OWNER_A, MDL_ACCOUNT_SITE, 2.0 / 3);
    mdl_fair_share_set(fair_share, OWNER_B, MDL_ACCOUNT_SITE, 1.0 / 3);
    mdl_fair_share_set(fair_share, PROJECT_A, OWNER_A, 1);
    mdl_fair_share_set(fair_share, PROJECT_B1, OWNER_B, 0.75);
    mdl_fair_share_set(fair_share, PROJECT_B2, OWNER_B, 0.25);
    return fair_share;
}

static void whoever_has_used_nothing_comes_first(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_fair_share *fair_share = make(arena, 7 * DAY);

    (void)state;
    for (uint32_t account = OWNER_A; account < ACCOUNTS; account++)
        assert_true(mdl_fair_share_factor(fair_share, account, DAY) == 1);
    sim_arena_destroy(arena);
}

/* B1 alone has used: u(B) = u(B1) = 1, U(B1) = 1 + (1 - 1) 3/4 = 1, S(B1) = 1/4; B2 pays for its
 * owner: U(B2) = 0 + (1 - 0) 1/4, S(B2) = 1/12; A: U = 0. */
static void factors_are_those_of_the_classic_algorithm(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_fair_share *fair_share = make(arena, 7 * DAY);

    (void)state;
    mdl_fair_share_hold(fair_share, PROJECT_B1, 5, 0);
    mdl_fair_share_hold(fair_share, PROJECT_B1, -5, DAY);
    assert_float_equal(mdl_fair_share_factor(fair_share, OWNER_B, 2 * DAY), exp2(-3), 1e-14);
    assert_float_equal(mdl_fair_share_factor(fair_share, PROJECT_B1, 2 * DAY), exp2(-4), 1e-14);
    assert_float_equal(mdl_fair_share_factor(fair_share, PROJECT_B2, 2 * DAY), exp2(-3), 1e-14);
    assert_float_equal(mdl_fair_share_factor(fair_share, OWNER_A, 2 * DAY), 1, 1e-14);
    sim_arena_destroy(arena);
}

/* A holds 3 units on [0, 2 d), B1 1 unit on [1 d, 30 d), half-life 4 d. Integral of 2^(-(t - s) /
 * h) over [a, b) at t: h / ln 2 (2^(-(t - b) / h) - 2^(-(t - a) / h)). */
static double decayed(double t, double a, double b, double h)
{
    return h / log(2) * (exp2(-(t - b) / h) - exp2(-(t - a) / h));
}

static void usage_decays_by_its_half_life(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_fair_share *fair_share = make(arena, 4 * DAY);

    (void)state;
    mdl_fair_share_hold(fair_share, PROJECT_A, 3, 0);
    mdl_fair_share_hold(fair_share, PROJECT_B1, 1, DAY);
    mdl_fair_share_hold(fair_share, PROJECT_A, -3, 2 * DAY);
    for (int day = 2; day <= 30; day += 7) {
        double a = 3 * decayed(day, 0, 2, 4), b = decayed(day, 1, day, 4);

        assert_float_equal(mdl_fair_share_used(fair_share, OWNER_A, day * DAY), a / (a + b), 1e-12);
        assert_float_equal(mdl_fair_share_used(fair_share, PROJECT_B1, day * DAY), b / (a + b),
                           1e-12);
    }
    sim_arena_destroy(arena);
}

/* Read often or once, and over more half-lives than a double has exponents. */
static void sums_do_not_depend_on_when_they_are_read(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_fair_share *often = make(arena, DAY), *once = make(arena, DAY);
    double used;

    (void)state;
    for (int i = 0; i < 2; i++) {
        mdl_fair_share_hold(i ? once : often, PROJECT_A, 2, 0);
        mdl_fair_share_hold(i ? once : often, PROJECT_B2, 1, 0);
    }
    for (int64_t hour = 1; hour <= 24 * 3000; hour++)
        used = mdl_fair_share_used(often, OWNER_A, hour * DAY / 24);
    assert_float_equal(used, 2.0 / 3, 1e-9);
    assert_float_equal(mdl_fair_share_used(once, OWNER_A, 3000 * DAY), 2.0 / 3, 1e-9);
    sim_arena_destroy(arena);
}

static void without_a_half_life_nothing_is_forgotten(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_fair_share *fair_share = make(arena, 0);

    (void)state;
    mdl_fair_share_hold(fair_share, PROJECT_A, 1, 0);
    mdl_fair_share_hold(fair_share, PROJECT_A, -1, DAY);
    mdl_fair_share_hold(fair_share, PROJECT_B1, 3, 1000 * DAY);
    mdl_fair_share_hold(fair_share, PROJECT_B1, -3, 1001 * DAY);
    assert_float_equal(mdl_fair_share_used(fair_share, OWNER_A, 5000 * DAY), 0.25, 1e-15);
    sim_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_has_used_nothing_comes_first),
        cmocka_unit_test(factors_are_those_of_the_classic_algorithm),
        cmocka_unit_test(usage_decays_by_its_half_life),
        cmocka_unit_test(sums_do_not_depend_on_when_they_are_read),
        cmocka_unit_test(without_a_half_life_nothing_is_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
