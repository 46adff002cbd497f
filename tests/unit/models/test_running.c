/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "models/compute/running.h"

enum { MANY = 3000 };

static uint64_t next_random(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random * UINT64_C(2685821657736338717) >> 16;
}

static struct mdl_job job_of(int64_t start_ns, int64_t run_ns, int64_t walltime_ns, uint32_t width)
{
    return (struct mdl_job){
        .start_ns = start_ns, .run_ns = run_ns, .walltime_ns = walltime_ns, .width = width};
}

static void nothing_running_never_ends(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_running running;
    int64_t time_ns, units;

    (void)state;
    assert_int_equal(mdl_running_init(&running, arena, true, NULL), SIM_OK);
    assert_true(mdl_running_next_end_ns(&running) == SIM_NEVER);
    assert_false(mdl_ends_given_back(&running.ends, 1, &time_ns, &units));
    sim_arena_destroy(arena);
}

static void ends_at_one_time_come_in_order_of_start(void **state)
{
    struct mdl_job jobs[] = {job_of(0, 9, 9, 1), job_of(1, 8, 9, 1), job_of(2, 5, 9, 1),
                             job_of(3, 6, 9, 1)};
    const size_t order[] = {2, 0, 3, 1}; /* ends 7, then three at 9 by start: 0, then 3, 1 */
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_running running;

    (void)state;
    assert_int_equal(mdl_running_init(&running, arena, false, NULL), SIM_OK);
    assert_true(mdl_running_add(&running, &jobs[2]));
    assert_true(mdl_running_add(&running, &jobs[0]));
    mdl_running_remove(&running, &jobs[2]); /* its slot is used again by 3 */
    assert_true(mdl_running_add(&running, &jobs[3]));
    assert_true(mdl_running_add(&running, &jobs[1]));
    assert_true(mdl_running_add(&running, &jobs[2]));
    for (size_t i = 0; i < 4; i++) {
        assert_ptr_equal(mdl_running_earliest(&running), &jobs[order[i]]);
        mdl_running_remove(&running, mdl_running_earliest(&running));
    }
    assert_true(mdl_running_next_end_ns(&running) == SIM_NEVER);
    sim_arena_destroy(arena);
}

static void units_given_back_count_all_ends_of_that_time(void **state)
{
    struct mdl_job jobs[] = {job_of(0, 1, 10, 3), job_of(0, 2, 20, 4), job_of(5, 3, 15, 7),
                             job_of(0, 4, 30, 1)};
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_running running;
    int64_t time_ns, units;

    (void)state;
    assert_int_equal(mdl_running_init(&running, arena, true, NULL), SIM_OK);
    for (size_t i = 0; i < 4; i++)
        assert_true(mdl_running_add(&running, &jobs[i]));
    assert_true(mdl_ends_given_back(&running.ends, 3, &time_ns, &units));
    assert_true(time_ns == 10 && units == 3);
    assert_true(mdl_ends_given_back(&running.ends, 4, &time_ns, &units));
    assert_true(time_ns == 20 && units == 14);
    assert_true(mdl_ends_given_back(&running.ends, 15, &time_ns, &units));
    assert_true(time_ns == 30 && units == 15);
    assert_false(mdl_ends_given_back(&running.ends, 16, &time_ns, &units));
    sim_arena_destroy(arena);
}

/* ---- against an array that is looked through ---- */

static struct mdl_job *earliest_of(struct mdl_job **list, size_t count)
{
    struct mdl_job *best = list[0];

    for (size_t i = 1; i < count; i++) {
        int64_t end_ns = list[i]->start_ns + list[i]->run_ns;
        int64_t best_ns = best->start_ns + best->run_ns;

        if (end_ns < best_ns || (end_ns == best_ns && list[i]->order < best->order))
            best = list[i];
    }
    return best;
}

static int64_t units_by(struct mdl_job **list, size_t count, int64_t time_ns)
{
    int64_t units = 0;

    for (size_t i = 0; i < count; i++)
        if (list[i]->start_ns + list[i]->walltime_ns <= time_ns)
            units += list[i]->width;
    return units;
}

static void given_back_agrees(const struct mdl_running *running, struct mdl_job **list,
                              size_t count, int64_t need)
{
    int64_t time_ns, units;

    if (!mdl_ends_given_back(&running->ends, need, &time_ns, &units)) {
        assert_true(units_by(list, count, SIM_NEVER) < need);
        return;
    }
    assert_true(units >= need);
    assert_true(units_by(list, count, time_ns) == units);
    assert_true(units_by(list, count, time_ns - 1) < need);
    assert_true(mdl_ends_upto(&running->ends, time_ns) == time_ns);
    assert_true(mdl_ends_after(&running->ends, time_ns - 1) == time_ns);
    assert_true((int64_t)mdl_ends_each_at(&running->ends, time_ns, NULL, NULL) ==
                units - units_by(list, count, time_ns - 1));
    assert_true(units_by(list, count, mdl_ends_upto(&running->ends, time_ns - 1)) ==
                units_by(list, count, time_ns - 1));
}

static void agree_on_random_jobs(uint64_t random, size_t level, int64_t spread)
{
    static struct mdl_job jobs[MANY];
    struct mdl_job *list[MANY];
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_running running;
    size_t count = 0, in = 0;

    assert_int_equal(mdl_running_init(&running, arena, true, NULL), SIM_OK);
    while (in < MANY || count) {
        if (in < MANY && next_random(&random) % (2 * level) >= count) {
            int64_t walltime_ns = (int64_t)(next_random(&random) % (uint64_t)spread);

            jobs[in] = job_of((int64_t)in / 8,
                              (int64_t)(next_random(&random) % (uint64_t)(walltime_ns + 1)),
                              walltime_ns, 1 + (uint32_t)(next_random(&random) % 9));
            jobs[in].order = in;
            assert_true(mdl_running_add(&running, &jobs[in]));
            list[count++] = &jobs[in++];
        } else {
            struct mdl_job *first = earliest_of(list, count);
            size_t i = 0;

            assert_ptr_equal(mdl_running_earliest(&running), first);
            assert_true(mdl_running_next_end_ns(&running) == first->start_ns + first->run_ns);
            if (next_random(&random) % 4 == 0) /* one from the middle */
                first = list[next_random(&random) % count];
            mdl_running_remove(&running, first);
            while (list[i] != first)
                i++;
            list[i] = list[--count];
        }
        assert_int_equal(running.count, count);
        given_back_agrees(&running, list, count,
                          1 + (int64_t)(next_random(&random) % (5 * count + 5)));
    }
    assert_int_equal(running.ends.block_count, 0);
    assert_true(mdl_running_next_end_ns(&running) == SIM_NEVER);
    sim_arena_destroy(arena);
}

static void both_orders_agree_with_looking_through_an_array(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        agree_on_random_jobs(seed, 20, 10);
        agree_on_random_jobs(seed, 200, 100000);
        agree_on_random_jobs(seed, 1000, 40); /* long runs of ties */
        agree_on_random_jobs(seed, 1000, 1000000);
    }
}

static void without_memory_nothing_has_changed(void **state)
{
    static struct mdl_job jobs[MANY];
    struct sim_arena *arena = sim_arena_create(96 << 10);
    struct mdl_running running;
    size_t count = 0;

    (void)state;
    assert_int_equal(mdl_running_init(&running, arena, true, NULL), SIM_OK);
    for (; count < MANY; count++) {
        jobs[count] = job_of(0, (int64_t)count, (int64_t)count, 1);
        if (!mdl_running_add(&running, &jobs[count]))
            break;
    }
    assert_true(count > 0 && count < MANY);
    assert_int_equal(running.count, count);
    given_back_agrees(&running, (struct mdl_job *[]){&jobs[0], &jobs[1]}, 2, 2);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(mdl_running_earliest(&running), &jobs[i]);
        mdl_running_remove(&running, &jobs[i]);
    }
    assert_int_equal(running.ends.block_count, 0);
    sim_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_running_never_ends),
        cmocka_unit_test(ends_at_one_time_come_in_order_of_start),
        cmocka_unit_test(units_given_back_count_all_ends_of_that_time),
        cmocka_unit_test(both_orders_agree_with_looking_through_an_array),
        cmocka_unit_test(without_memory_nothing_has_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
