/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "models/compute/ranking.h"

enum { JOBS = 200 };

static struct sim_arena *arena;
static struct mdl_ranking ranking;
static struct mdl_job job[JOBS];

static int set_up(void **state)
{
    (void)state;
    arena = sim_arena_create(0);
    mdl_ranking_init(&ranking, arena);
    for (size_t i = 0; i < JOBS; i++)
        job[i] = (struct mdl_job){.id = i, .width = (uint32_t)(JOBS - i)};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sim_arena_destroy(arena);
    return 0;
}

/* Ids i with priority i % 7, pushed in rising order. */
static void push(size_t from, size_t to, bool comes_back)
{
    for (size_t i = from; i < to; i++) {
        assert_true(mdl_ranking_push(&ranking, &job[i], comes_back));
        ranking.at[ranking.count + ranking.newcomers - 1].priority = (double)(i % 7);
    }
}

static void expect_order(size_t count)
{
    assert_int_equal(ranking.count, count);
    assert_int_equal(mdl_ranking_jobs(&ranking), count);
    for (size_t i = 1; i < count; i++) {
        const struct mdl_ranked *a = &ranking.at[i - 1], *b = &ranking.at[i];

        assert_true(a->priority > b->priority ||
                    (a->priority == b->priority && a->job->id < b->job->id));
    }
}

static void ranks_are_by_priority_and_then_by_order_of_entering(void **state)
{
    (void)state;
    push(0, 100, false);
    mdl_ranking_settle(&ranking, true);
    expect_order(100);
    push(100, 110, false); /* few are put in their places one by one */
    mdl_ranking_settle(&ranking, false);
    expect_order(110);
    push(110, JOBS, false);
    mdl_ranking_settle(&ranking, false);
    expect_order(JOBS);
}

static void who_leaves_in_a_walk_is_gone_when_ranks_close(void **state)
{
    (void)state;
    push(0, 50, false);
    mdl_ranking_settle(&ranking, false);
    for (size_t i = 0; i < 50; i += 3)
        mdl_ranking_take_out(&ranking, i);
    push(50, 60, false); /* who comes during the walk stays behind the ranks */
    assert_int_equal(mdl_ranking_jobs(&ranking), 33 + 10);
    mdl_ranking_close(&ranking);
    assert_true(ranking.count == 33 && ranking.newcomers == 10);
    mdl_ranking_settle(&ranking, false);
    expect_order(43);
}

static void who_comes_back_keeps_its_order(void **state)
{
    (void)state;
    push(0, 14, false);
    mdl_ranking_settle(&ranking, false);
    mdl_ranking_remove(&ranking, &job[5]);
    expect_order(13);
    push(5, 6, true);
    mdl_ranking_settle(&ranking, false);
    expect_order(14);
}

static void no_job_is_narrower_than_the_least_width(void **state)
{
    (void)state;
    push(0, JOBS, false);
    assert_int_equal(ranking.width_least, 1);
    mdl_ranking_settle(&ranking, true);
    mdl_ranking_remove(&ranking, &job[JOBS - 1]);
    mdl_ranking_settle(&ranking, true);
    assert_int_equal(ranking.width_least, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ranks_are_by_priority_and_then_by_order_of_entering, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_leaves_in_a_walk_is_gone_when_ranks_close, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_comes_back_keeps_its_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_job_is_narrower_than_the_least_width, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
