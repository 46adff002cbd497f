/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "experiments/regret.h"
#include "tests/support/check.h"

static struct sim_arena *arena;

static void judge(const struct exp_regret_table *table, double *regret,
                  struct exp_robustness *robustness)
{
    assert_int_equal(exp_regret(table, arena, regret, robustness, NULL), SIM_OK);
}

/* Projects served in three futures; by hand. */
static void the_rules_disagree_on_a_table_made_for_it(void **state)
{
    const double value[] = {36, 60, 120, /* bold */
                            90, 90, 90,  /* even */
                            80, 95, 110, /* between */
                            88, 65, 115};
    const double by_hand[] = {54, 35, 0, 0, 5, 30, 10, 0, 10, 2, 30, 5};
    const struct exp_regret_table table = {value, 4, 3, EXP_MORE_IS_BETTER, 0.7, 88};
    struct exp_robustness r[4];
    double regret[12];

    (void)state;
    judge(&table, regret, r);
    for (int i = 0; i < 12; i++)
        assert_true(regret[i] == by_hand[i]);
    assert_true(r[0].measure[EXP_MAXIMIN] == 36 && r[1].measure[EXP_MAXIMIN] == 90);
    assert_true(r[0].measure[EXP_MINIMAX_REGRET] == 54 && r[2].measure[EXP_MINIMAX_REGRET] == 10);
    check_near(r[0].measure[EXP_HURWICZ], 0.7 * 120 + 0.3 * 36, 1e-12);
    check_near(r[2].measure[EXP_HURWICZ], 0.7 * 110 + 0.3 * 80, 1e-12);
    assert_true(r[1].measure[EXP_SATISFICING] == 1 && r[3].measure[EXP_SATISFICING] == 2.0 / 3);
    assert_int_equal(exp_choose(r, 4, EXP_MAXIMIN, EXP_MORE_IS_BETTER), 1);
    assert_int_equal(exp_choose(r, 4, EXP_MINIMAX_REGRET, EXP_MORE_IS_BETTER), 2);
    assert_int_equal(exp_choose(r, 4, EXP_HURWICZ, EXP_MORE_IS_BETTER), 2);
    assert_int_equal(exp_choose(r, 4, EXP_SATISFICING, EXP_MORE_IS_BETTER), 1);
}

/* Of ten futures nine stay at or below the ninth smallest regret, whatever the worst is. */
static void p90_regret_forgives_one_future_in_ten(void **state)
{
    double value[20] = {0}, regret[20];
    const struct exp_regret_table table = {value, 2, 10, EXP_LESS_IS_BETTER, 0.5, NAN};
    struct exp_robustness r[2];

    (void)state;
    for (int f = 0; f < 10; f++)
        value[10 + f] = f == 3 ? 1000 : f;
    judge(&table, regret, r);
    assert_true(r[1].measure[EXP_MINIMAX_REGRET] == 1000 && r[1].measure[EXP_P90_REGRET] == 9);
    assert_true(r[0].measure[EXP_P90_REGRET] == 0);
    assert_true(isnan(r[0].measure[EXP_SATISFICING]));
    assert_int_equal(exp_choose(r, 2, EXP_SATISFICING, EXP_LESS_IS_BETTER), 2);
    assert_int_equal(exp_choose(r, 2, EXP_P90_REGRET, EXP_MORE_IS_BETTER), 0);
    r[1] = r[0]; /* the first of equal ones */
    assert_int_equal(exp_choose(r, 2, EXP_MAXIMIN, EXP_LESS_IS_BETTER), 0);
}

/* The same table of a figure that should be small: the mirror image. */
static void less_is_better_mirrors_more_is_better(void **state)
{
    const double more[] = {36, 60, 120, 90, 90, 90}, less[] = {-36, -60, -120, -90, -90, -90};
    const struct exp_regret_table up = {more, 2, 3, EXP_MORE_IS_BETTER, 0.3, 60};
    const struct exp_regret_table down = {less, 2, 3, EXP_LESS_IS_BETTER, 0.3, -60};
    struct exp_robustness a[2], b[2];
    double regret_up[6], regret_down[6];

    (void)state;
    judge(&up, regret_up, a);
    judge(&down, regret_down, b);
    assert_memory_equal(regret_up, regret_down, sizeof regret_up);
    for (int i = 0; i < 2; i++) {
        assert_true(a[i].measure[EXP_MAXIMIN] == -b[i].measure[EXP_MAXIMIN]);
        assert_true(a[i].measure[EXP_HURWICZ] == -b[i].measure[EXP_HURWICZ]);
        assert_true(a[i].measure[EXP_SATISFICING] == b[i].measure[EXP_SATISFICING]);
    }
    for (enum exp_rule rule = 0; rule < EXP_RULES; rule++)
        assert_int_equal(exp_choose(a, 2, rule, EXP_MORE_IS_BETTER),
                         exp_choose(b, 2, rule, EXP_LESS_IS_BETTER));
}

static void an_option_without_a_value_is_not_chosen(void **state)
{
    const double value[] = {NAN, 500, 10, 20};
    const struct exp_regret_table table = {value, 2, 2, EXP_MORE_IS_BETTER, 0.5, 5};
    struct exp_robustness r[2];
    double regret[4];

    (void)state;
    judge(&table, regret, r);
    assert_true(isnan(regret[0]) && regret[1] == 0 && regret[2] == 0 && regret[3] == 480);
    assert_true(isnan(r[0].measure[EXP_MAXIMIN]) && isnan(r[0].measure[EXP_MINIMAX_REGRET]));
    assert_true(r[0].measure[EXP_SATISFICING] == 0.5 && r[1].measure[EXP_SATISFICING] == 1);
    assert_int_equal(exp_choose(r, 2, EXP_MINIMAX_REGRET, EXP_MORE_IS_BETTER), 1);
    assert_int_equal(exp_choose(r, 1, EXP_MAXIMIN, EXP_MORE_IS_BETTER), 1);
}

static void one_missing_future_spoils_all_but_the_share_wherever_it_is(void **state)
{
    (void)state;
    for (int missing = 0; missing < 10; missing++) {
        double value[10], regret[10];
        const struct exp_regret_table table = {value, 1, 10, EXP_MORE_IS_BETTER, 0.5, 5};
        struct exp_robustness r;

        for (int f = 0; f < 10; f++)
            value[f] = f == missing ? NAN : 7;
        judge(&table, regret, &r);
        for (enum exp_rule rule = 0; rule < EXP_RULES; rule++)
            assert_true(isnan(r.measure[rule]) == (rule != EXP_SATISFICING));
        assert_true(r.measure[EXP_SATISFICING] == 0.9);
    }
}

static void memory_that_ends_is_said(void **state)
{
    static const double value[1000];
    static double regret[1000];
    const struct exp_regret_table table = {value, 1, 1000, EXP_MORE_IS_BETTER, 0.5, 5};
    struct sim_arena *small = sim_arena_create(4096);
    struct exp_robustness r;

    (void)state;
    assert_int_equal(exp_regret(&table, small, regret, &r, NULL), SIM_ENOMEM);
    sim_arena_destroy(small);
}

static int begin(void **state)
{
    (void)state;
    arena = sim_arena_create(0);
    return arena ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    sim_arena_destroy(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rules_disagree_on_a_table_made_for_it),
        cmocka_unit_test(p90_regret_forgives_one_future_in_ten),
        cmocka_unit_test(less_is_better_mirrors_more_is_better),
        cmocka_unit_test(an_option_without_a_value_is_not_chosen),
        cmocka_unit_test(one_missing_future_spoils_all_but_the_share_wherever_it_is),
        cmocka_unit_test(memory_that_ends_is_said),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
