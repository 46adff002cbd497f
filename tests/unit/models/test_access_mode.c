/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/models/access.h"

static struct access a;

static int set_up(void **state)
{
    (void)state;
    access_init(&a);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sim_arena_destroy(a.arena);
    return 0;
}

static struct mdl_access_mode_plan planned(void)
{
    struct mdl_access_mode_plan plan;

    assert_int_equal(mdl_access_mode_plan_init(&plan, &a.mode_config[0], a.partition,
                                               ACCESS_PARTITIONS, access_kinds, a.arena, NULL),
                     SIM_OK);
    return plan;
}

static void a_mode_offers_all_machines_of_its_owner_or_those_named(void **state)
{
    struct mdl_access_mode_plan plan = planned();

    (void)state;
    assert_int_equal(plan.partition_count, 3);
    assert_true(plan.part[0] == 0.5 && plan.part[1] == 1 && plan.part[2] == 0.4);
    a.mode_config[0].on = "x.ai, x.cpu";
    plan = planned();
    assert_int_equal(plan.partition_count, 2);
    assert_int_equal(plan.partition[0], ACCESS_AI);
    a.mode_config[0].on = "";
    a.mode_config[0].of = "nobody";
    assert_int_equal(planned().partition_count, 0);
}

static void kinds_may_apply_all_or_those_named(void **state)
{
    (void)state;
    assert_int_equal(planned().kinds, 15);
    a.mode_config[0].kinds = "academia, sme";
    assert_int_equal(planned().kinds, 9);
}

static void awards_in_node_hours_become_gpu_hours_by_the_machine(void **state)
{
    struct mdl_access_mode_plan plan = planned();

    (void)state;
    assert_int_equal(mdl_access_award_mgpuh(&plan, &a.partition[ACCESS_BIG], 0.5), 1000000);
    assert_int_equal(mdl_access_award_mgpuh(&plan, &a.partition[ACCESS_CPU], 0.5), 1000000);
    a.mode_config[0].award_gpu_s = constant(0);
    a.mode_config[0].award_node_s = lognormal(7200, 1, 3600, 36000);
    plan = planned();
    assert_int_equal(mdl_access_award_mgpuh(&plan, &a.partition[ACCESS_BIG], 1e-12), 4000);
    assert_int_equal(mdl_access_award_mgpuh(&plan, &a.partition[ACCESS_CPU], 1e-12), 1000);
    assert_int_equal(mdl_access_award_mgpuh(&plan, &a.partition[ACCESS_AI], 1 - 1e-12), 40000);
    a.mode_config[0].award_node_s = constant(1e-9);
    plan = planned();
    assert_int_equal(mdl_access_award_mgpuh(&plan, &a.partition[ACCESS_BIG], 0.5), 1);
}

static void pools_are_in_the_hours_of_awards(void **state)
{
    struct sim_share pool = {.name = "x.ai", .item = &a.config[ACCESS_AI], .part = 7200};
    struct mdl_access_mode_plan plan;

    (void)state;
    a.mode_config[0].pool_node_s = (struct sim_shares){1, &pool};
    plan = planned();
    assert_int_equal(plan.partition_count, 1);
    assert_int_equal(plan.partition[0], ACCESS_AI);
    assert_int_equal(plan.pool_mgpuh[0], 8000);
}

/* Wednesday 7 January 2026, 12:00 in Helsinki, where 6 January was a holiday. */
static void stages_follow_the_calendars_of_applicant_and_mode(void **state)
{
    struct mdl_access_mode_plan plan;
    int64_t noon = 6 * SIM_DAY_NS + 10 * SIM_HOUR_NS, submitted;

    (void)state;
    a.mode_config[0].draft_workdays = constant(3);
    a.mode_config[0].cutoff = "15, last";
    a.mode_config[0].review = "10 workday";
    a.mode_config[0].country = "LU";
    plan = planned();
    submitted = mdl_access_submission_ns(&plan, &a.calendar, "FI", noon, 0.5);
    assert_int_equal(submitted, noon + 5 * SIM_DAY_NS); /* Monday the 12th */
    assert_int_equal(mdl_access_cutoff_ns(&plan, &a.calendar, submitted),
                     15 * SIM_DAY_NS - SIM_HOUR_NS);
    assert_int_equal(mdl_access_decision_ns(&plan, &a.calendar, 15 * SIM_DAY_NS - SIM_HOUR_NS),
                     28 * SIM_DAY_NS + 16 * SIM_HOUR_NS); /* from Thursday, 24:00 */
}

static void words_of_a_list_are_found_whole(void **state)
{
    const char *list = " a, bc,d ";
    char word[3];

    (void)state;
    assert_true(mdl_word_is_in("a, bc,d", "bc") && !mdl_word_is_in("a, bcd", "bc"));
    assert_true(mdl_word_next(&list, word, sizeof word) && word[0] == 'a');
    assert_true(mdl_word_next(&list, word, sizeof word) && strcmp(word, "bc") == 0);
    assert_true(mdl_word_next(&list, word, sizeof word));
    assert_false(mdl_word_next(&list, word, sizeof word));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_mode_offers_all_machines_of_its_owner_or_those_named,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(kinds_may_apply_all_or_those_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(awards_in_node_hours_become_gpu_hours_by_the_machine,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(pools_are_in_the_hours_of_awards, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stages_follow_the_calendars_of_applicant_and_mode, set_up,
                                        tear_down),
        cmocka_unit_test(words_of_a_list_are_found_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
