/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/compute/waiting.h"

enum { MANY = 5000 };

static uint64_t next_random(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random * UINT64_C(2685821657736338717) >> 16;
}

static struct mdl_job job_of(uint32_t width, int64_t walltime_ns)
{
    return (struct mdl_job){.width = width, .walltime_ns = walltime_ns};
}

static void buckets_cover_all_widths_in_order(void **state)
{
    uint32_t last = 0;

    (void)state;
    assert_int_equal(mdl_waiting_bucket_of(1), 0);
    for (uint32_t width = 1; width < 200000; width++) {
        uint32_t b = mdl_waiting_bucket_of(width);

        assert_true(b == last || b == last + 1);
        last = b;
    }
    for (uint32_t width = 1; width <= 16; width++)
        assert_int_equal(mdl_waiting_bucket_of(width), width - 1);
    assert_true(mdl_waiting_bucket_of(UINT32_MAX) < MDL_WAITING_BUCKETS);
}

static void heads_leave_in_order_of_entering(void **state)
{
    static struct mdl_job jobs[MANY];
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_waiting waiting;
    size_t in = 0, out = 0;

    (void)state;
    assert_int_equal(mdl_waiting_init(&waiting, arena, 0, NULL), SIM_OK);
    assert_null(mdl_waiting_head(&waiting));
    while (out < MANY) {
        for (int i = 0; i < 3 && in < MANY; i++) {
            jobs[in] = job_of(1, 1);
            assert_true(mdl_waiting_push(&waiting, &jobs[in++]));
        }
        for (int i = 0; i < 2 && out < in; i++) {
            assert_ptr_equal(mdl_waiting_head(&waiting), &jobs[out++]);
            mdl_waiting_drop_head(&waiting);
        }
        assert_int_equal(waiting.count, in - out);
    }
    assert_null(mdl_waiting_head(&waiting));
    sim_arena_destroy(arena);
}

static void jobs_leave_from_anywhere_where_nothing_is_indexed(void **state)
{
    static struct mdl_job jobs[MANY];
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_waiting waiting;
    uint64_t random = 5;
    size_t in = 0;

    (void)state;
    assert_int_equal(mdl_waiting_init(&waiting, arena, 0, NULL), SIM_OK);
    while (in < MANY || waiting.count) {
        size_t i = (size_t)(next_random(&random) % MANY), first = 0;

        if (in < MANY) {
            jobs[in] = job_of(1, 1);
            assert_true(mdl_waiting_push(&waiting, &jobs[in++]));
        }
        for (size_t tries = 0; tries < 2; tries++, i = (i + 1) % MANY)
            if (i < in && jobs[i].width) {
                mdl_waiting_drop(&waiting, &jobs[i]);
                jobs[i].width = 0; /* it has left */
            }
        while (first < in && !jobs[first].width)
            first++;
        assert_ptr_equal(mdl_waiting_head(&waiting), first < in ? &jobs[first] : NULL);
    }
    sim_arena_destroy(arena);
}

static void a_head_that_stays_does_not_make_the_ring_grow(void **state)
{
    static struct mdl_job jobs[MANY];
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_waiting waiting;
    struct mdl_waiting_search search;

    (void)state;
    assert_int_equal(mdl_waiting_init(&waiting, arena, 8, NULL), SIM_OK);
    jobs[0] = job_of(8, 1);
    assert_true(mdl_waiting_push(&waiting, &jobs[0]));
    assert_true(mdl_waiting_index_newcomer(&waiting));
    for (size_t i = 1; i < MANY; i++) {
        jobs[i] = job_of(1, 1);
        assert_true(mdl_waiting_push(&waiting, &jobs[i]));
        assert_true(mdl_waiting_index_newcomer(&waiting));
        mdl_waiting_search(&waiting, &(struct mdl_hole){1, 1, 0}, &search);
        assert_ptr_equal(mdl_waiting_take(&waiting, &search), &jobs[i]);
        assert_null(mdl_waiting_take(&waiting, &search));
        assert_ptr_equal(mdl_waiting_head(&waiting), &jobs[0]);
    }
    assert_int_equal(waiting.capacity, 64);
    mdl_waiting_drop_head(&waiting);
    assert_int_equal(waiting.count, 0);
    assert_null(mdl_waiting_head(&waiting));
    sim_arena_destroy(arena);
}

static void a_hole_takes_by_walltime_or_by_width(void **state)
{
    struct mdl_job jobs[] = {
        job_of(5, 10), /* too wide */
        job_of(4, 11), /* too long, and wider than extra */
        job_of(2, 99), /* within extra */
        job_of(4, 10), /* within the window */
    };
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_waiting waiting;
    struct mdl_waiting_search search;

    (void)state;
    assert_int_equal(mdl_waiting_init(&waiting, arena, 8, NULL), SIM_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_true(mdl_waiting_push(&waiting, &jobs[i]));
        assert_ptr_equal(mdl_waiting_newcomer(&waiting), &jobs[i]);
        assert_true(mdl_waiting_index_newcomer(&waiting));
        assert_null(mdl_waiting_newcomer(&waiting));
    }
    mdl_waiting_search(&waiting, &(struct mdl_hole){.free = 4, .extra = 3, .window_ns = 10},
                       &search);
    assert_ptr_equal(mdl_waiting_take(&waiting, &search), &jobs[2]);
    assert_ptr_equal(mdl_waiting_take(&waiting, &search), &jobs[3]);
    assert_null(mdl_waiting_take(&waiting, &search));
    assert_int_equal(waiting.count, 2);
    sim_arena_destroy(arena);
}

static void newcomers_are_not_found_by_a_search(void **state)
{
    struct mdl_job jobs[] = {job_of(1, 1), job_of(1, 1)};
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_waiting waiting;
    struct mdl_waiting_search search;

    (void)state;
    assert_int_equal(mdl_waiting_init(&waiting, arena, 8, NULL), SIM_OK);
    assert_true(mdl_waiting_push(&waiting, &jobs[0]));
    assert_true(mdl_waiting_push(&waiting, &jobs[1]));
    mdl_waiting_search(&waiting, &(struct mdl_hole){8, 8, 8}, &search);
    assert_null(mdl_waiting_take(&waiting, &search));
    mdl_waiting_drop_newcomer(&waiting);
    assert_ptr_equal(mdl_waiting_head(&waiting), &jobs[1]);
    mdl_waiting_drop_head(&waiting);
    assert_null(mdl_waiting_newcomer(&waiting));
    assert_null(mdl_waiting_head(&waiting));
    sim_arena_destroy(arena);
}

/* ---- against a list that is looked through from the front ---- */

struct model {
    struct mdl_job *list[MANY];
    size_t count, indexed; /* the first `indexed` are in the index */
};

static void forget(struct model *model, size_t i)
{
    memmove(&model->list[i], &model->list[i + 1], (model->count - i - 1) * sizeof model->list[0]);
    model->count--;
    if (i < model->indexed)
        model->indexed--;
}

static void search_both(struct mdl_waiting *waiting, struct model *model, struct mdl_hole hole,
                        size_t most)
{
    static struct mdl_waiting_search search;
    size_t i = 0;

    mdl_waiting_search(waiting, &hole, &search);
    for (size_t taken = 0; taken < most; taken++) {
        struct mdl_job *job = mdl_waiting_take(waiting, &search);

        while (i < model->indexed &&
               !mdl_hole_takes(&search.hole, model->list[i]->walltime_ns, model->list[i]->width))
            i++;
        if (i == model->indexed) {
            assert_null(job);
            return;
        }
        assert_ptr_equal(job, model->list[i]);
        forget(model, i);
        if (job->walltime_ns > search.hole.window_ns)
            search.hole.extra -= job->width;
        search.hole.free -= job->width;
    }
}

static void agree_on_random_holes(uint32_t width_max, uint64_t random)
{
    static struct mdl_job jobs[MANY];
    static struct model model;
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_waiting waiting;
    size_t in = 0;

    model.count = model.indexed = 0;
    assert_int_equal(mdl_waiting_init(&waiting, arena, width_max, NULL), SIM_OK);
    while (in < MANY) {
        for (uint64_t i = next_random(&random) % 8; i-- > 0 && in < MANY; in++) {
            jobs[in] = job_of(
                1 + (uint32_t)(next_random(&random) % (1 + next_random(&random) % width_max)),
                (int64_t)(next_random(&random) % 20));
            assert_true(mdl_waiting_push(&waiting, &jobs[in]));
            model.list[model.count++] = &jobs[in];
        }
        for (; mdl_waiting_newcomer(&waiting) && next_random(&random) % 16;) {
            if (next_random(&random) % 8 == 0) {
                mdl_waiting_drop_newcomer(&waiting);
                forget(&model, model.indexed);
            } else {
                assert_true(mdl_waiting_index_newcomer(&waiting));
                model.indexed++;
            }
        }
        if (model.count && next_random(&random) % 2) {
            mdl_waiting_drop_head(&waiting);
            forget(&model, 0);
        }
        search_both(&waiting, &model,
                    (struct mdl_hole){.free = (int64_t)(next_random(&random) % (width_max + 1)),
                                      .extra = (int64_t)(next_random(&random) % (width_max + 1)) -
                                               (next_random(&random) % 2 ? width_max : 0),
                                      .window_ns = (int64_t)(next_random(&random) % 24) - 2},
                    next_random(&random) % 6);
        assert_ptr_equal(mdl_waiting_head(&waiting), model.count ? model.list[0] : NULL);
        assert_int_equal(waiting.count, model.count);
    }
    sim_arena_destroy(arena);
}

static void searches_find_what_looking_through_the_list_finds(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        agree_on_random_holes(7, seed);
        agree_on_random_holes(100, seed);
        agree_on_random_holes(4000, seed);
        agree_on_random_holes(90000, seed);
    }
}

static void without_memory_nothing_has_changed(void **state)
{
    struct sim_arena *arena;
    struct mdl_waiting waiting;
    static struct mdl_job jobs[MANY];
    size_t i;

    (void)state;
    arena = sim_arena_create(64 << 10);
    assert_int_equal(mdl_waiting_init(&waiting, arena, 8, NULL), SIM_OK);
    for (i = 0; i < MANY; i++) {
        jobs[i] = job_of(1, 1);
        if (!mdl_waiting_push(&waiting, &jobs[i]) || !mdl_waiting_index_newcomer(&waiting))
            break;
    }
    assert_true(i > 0 && i < MANY);
    assert_true(waiting.count == i || waiting.count == i + 1);
    for (size_t k = 0; k < i; k++) {
        assert_ptr_equal(mdl_waiting_head(&waiting), &jobs[k]);
        mdl_waiting_drop_head(&waiting);
    }
    sim_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_cover_all_widths_in_order),
        cmocka_unit_test(heads_leave_in_order_of_entering),
        cmocka_unit_test(jobs_leave_from_anywhere_where_nothing_is_indexed),
        cmocka_unit_test(a_head_that_stays_does_not_make_the_ring_grow),
        cmocka_unit_test(a_hole_takes_by_walltime_or_by_width),
        cmocka_unit_test(newcomers_are_not_found_by_a_search),
        cmocka_unit_test(searches_find_what_looking_through_the_list_finds),
        cmocka_unit_test(without_memory_nothing_has_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
