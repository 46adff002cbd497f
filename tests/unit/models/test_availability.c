/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/compute/availability.h"
#include "sim/timer.h"

static uint64_t next_random(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random * UINT64_C(2685821657736338717) >> 16;
}

static int64_t below(uint64_t *random, int64_t bound)
{
    return (int64_t)(next_random(random) % (uint64_t)bound);
}

static struct sim_arena *begin(struct mdl_availability *plan, int64_t since_ns, int64_t units)
{
    struct sim_arena *arena = sim_arena_create(0);

    assert_non_null(arena);
    assert_int_equal(mdl_availability_init(plan, arena, since_ns, units, NULL), SIM_OK);
    return arena;
}

static void a_new_plan_is_free_for_ever(void **state)
{
    struct mdl_availability plan;
    struct sim_arena *arena = begin(&plan, -50, 7);

    (void)state;
    assert_int_equal(mdl_availability_at(&plan, -50), 7);
    assert_int_equal(mdl_availability_at(&plan, SIM_NEVER), 7);
    assert_true(mdl_availability_fits(&plan, -50, SIM_NEVER, 7));
    assert_false(mdl_availability_fits(&plan, -50, -49, 8));
    assert_true(mdl_availability_next_change(&plan, -50) == SIM_NEVER);
    assert_int_equal(mdl_availability_earliest(&plan, -50, SIM_NEVER, INT64_MAX / 4, 7), -50);
    assert_true(mdl_availability_earliest(&plan, -50, SIM_NEVER, 1, 8) == SIM_NEVER);
    sim_arena_destroy(arena);
}

/* 10 units: 6 run until 100, 5 are reserved in [300, 400), 10 in [1000, 1010). */
static struct sim_arena *begin_with_reservations(struct mdl_availability *plan)
{
    struct sim_arena *arena = begin(plan, 0, 10);

    assert_true(mdl_availability_add(plan, 0, 100, -6));
    assert_true(mdl_availability_add(plan, 300, 400, -5));
    assert_true(mdl_availability_add(plan, 1000, 1010, -10));
    return arena;
}

static void a_request_gets_the_first_hole_that_is_wide_and_long_enough(void **state)
{
    struct mdl_availability plan;
    struct sim_arena *arena = begin_with_reservations(&plan);

    (void)state;
    assert_int_equal(mdl_availability_earliest(&plan, 0, SIM_NEVER, 1000, 4), 0);
    assert_int_equal(mdl_availability_earliest(&plan, 0, SIM_NEVER, 1001, 4), 1010);
    assert_int_equal(mdl_availability_earliest(&plan, 0, SIM_NEVER, 900, 5), 100);
    assert_int_equal(mdl_availability_earliest(&plan, 0, SIM_NEVER, 200, 6), 100);
    assert_int_equal(mdl_availability_earliest(&plan, 0, SIM_NEVER, 201, 6), 400);
    assert_int_equal(mdl_availability_earliest(&plan, 0, SIM_NEVER, 601, 6), 1010);
    assert_int_equal(mdl_availability_earliest(&plan, 350, SIM_NEVER, 600, 6), 400);
    assert_int_equal(mdl_availability_earliest(&plan, 150, SIM_NEVER, 150, 10), 150);
    assert_int_equal(mdl_availability_earliest(&plan, 151, SIM_NEVER, 150, 10), 400);
    sim_arena_destroy(arena);
}

static void who_holds_units_later_may_begin_where_only_the_time_before_fits(void **state)
{
    struct mdl_availability plan;
    struct sim_arena *arena = begin_with_reservations(&plan);

    (void)state;
    /* 5 units from 300 on for 100 are ours: 10 of them fit from 100 on, for as long as one likes */
    assert_int_equal(mdl_availability_earliest(&plan, 0, 300, 5000, 10), 100);
    assert_int_equal(mdl_availability_earliest(&plan, 0, 100, 5000, 10), 100);
    assert_int_equal(mdl_availability_earliest(&plan, 0, 400, 100, 5), 100);
    assert_int_equal(mdl_availability_earliest(&plan, 0, 400, 300, 6), 400);
    assert_int_equal(mdl_availability_earliest(&plan, 0, 1000, 5000, 6), 400);
    sim_arena_destroy(arena);
}

static void what_is_given_back_leaves_no_trace(void **state)
{
    struct mdl_availability plan;
    struct sim_arena *arena = begin_with_reservations(&plan);

    (void)state;
    assert_true(mdl_availability_add(&plan, 20, 100, 6));
    assert_true(mdl_availability_add(&plan, 300, 400, 5));
    assert_true(mdl_availability_add(&plan, 1000, 1010, 10));
    assert_int_equal(mdl_availability_next_change(&plan, 0), 20);
    assert_true(mdl_availability_next_change(&plan, 20) == SIM_NEVER);
    mdl_availability_forget(&plan, 20);
    assert_int_equal(mdl_availability_at(&plan, 20), 10);
    assert_true(mdl_availability_next_change(&plan, 20) == SIM_NEVER);
    sim_arena_destroy(arena);
}

static void the_past_is_cut_off(void **state)
{
    struct mdl_availability plan;
    struct sim_arena *arena = begin_with_reservations(&plan);

    (void)state;
    mdl_availability_forget(&plan, 350);
    assert_int_equal(mdl_availability_at(&plan, 350), 5);
    assert_int_equal(mdl_availability_next_change(&plan, 350), 400);
    assert_true(mdl_availability_add(&plan, 100, 350, -3)); /* all of it has gone by */
    assert_int_equal(mdl_availability_at(&plan, 350), 5);
    assert_true(mdl_availability_add(&plan, 100, 360, -3));
    assert_int_equal(mdl_availability_at(&plan, 350), 2);
    assert_int_equal(mdl_availability_at(&plan, 360), 5);
    mdl_availability_reset(&plan, 350, 4);
    assert_int_equal(mdl_availability_at(&plan, 350), 4);
    assert_true(mdl_availability_next_change(&plan, 350) == SIM_NEVER);
    sim_arena_destroy(arena);
}

/* ---- against a list of levels, one for each moment ---- */

enum { HORIZON = 600, HELD_MAX = 400 };

struct held {
    int64_t from, to, units;
};

struct plain {
    int64_t since, free[HORIZON + 1]; /* the last for ever */
};

static void plain_add(struct plain *plain, int64_t from, int64_t to, int64_t units)
{
    for (int64_t t = from; t <= HORIZON && t < to; t++)
        plain->free[t] += units;
}

static int64_t plain_earliest(const struct plain *plain, int64_t from, int64_t until,
                              int64_t duration, int64_t units)
{
    for (int64_t t = from; t < until && t <= HORIZON; t++) {
        int64_t u = t;

        while (u < t + duration && u < until && u <= HORIZON && plain->free[u] >= units)
            u++;
        if (u == t + duration || u == until || u > HORIZON)
            return t;
    }
    return until;
}

static void the_same_everywhere(const struct mdl_availability *plan, const struct plain *plain)
{
    int64_t next = SIM_NEVER;

    for (int64_t t = HORIZON; t >= plain->since; t--) {
        assert_true(mdl_availability_next_change(plan, t) == next);
        assert_int_equal(mdl_availability_at(plan, t), plain->free[t]);
        if (t > plain->since && plain->free[t] != plain->free[t - 1])
            next = t;
    }
}

static void ask(const struct mdl_availability *plan, const struct plain *plain, uint64_t *random)
{
    int64_t from = plain->since + below(random, HORIZON - plain->since + 1);
    int64_t duration = 1 + below(random, 1 + below(random, HORIZON));
    int64_t units = below(random, 14);
    int64_t until = below(random, 2) ? SIM_NEVER : from + below(random, HORIZON - from + 1);
    bool fits = true;

    assert_true(mdl_availability_earliest(plan, from, until, duration, units) ==
                plain_earliest(plain, from, until, duration, units));
    for (int64_t t = from; t < from + duration; t++)
        fits = fits && plain->free[t < HORIZON ? t : HORIZON] >= units;
    assert_int_equal(mdl_availability_fits(plan, from, from + duration, units), fits);
}

/* Intervals come, go, end early and are forgotten, few (seed even) or some hundred at once. */
static void play(uint64_t seed, size_t steps, size_t held_max)
{
    static struct held held[HELD_MAX];
    static struct plain plain;
    uint64_t random = seed * UINT64_C(0x9e3779b97f4a7c15);
    struct mdl_availability plan;
    struct sim_arena *arena = begin(&plan, 0, 10);
    size_t count = 0;

    plain.since = 0;
    for (size_t t = 0; t <= HORIZON; t++)
        plain.free[t] = 10;
    for (size_t step = 0; step < steps; step++) {
        if (count < held_max && below(&random, 2)) {
            struct held *new = &held[count++];

            new->from = plain.since + below(&random, HORIZON - plain.since);
            new->to = new->from + 1 + below(&random, HORIZON - new->from);
            if (below(&random, 8) == 0)
                new->to = SIM_NEVER;
            new->units = -below(&random, 3);
            plain_add(&plain, new->from, new->to, new->units);
            assert_true(mdl_availability_add(&plan, new->from, new->to, new->units));
        } else if (count) {
            struct held *old = &held[below(&random, (int64_t)count)];

            plain_add(&plain, old->from, old->to, -old->units);
            assert_true(mdl_availability_add(&plan, old->from, old->to, -old->units));
            *old = held[--count];
        }
        if (plain.since < HORIZON - 100 && below(&random, (int64_t)steps / 200 + 1) == 0) {
            plain.since += below(&random, 4);
            mdl_availability_forget(&plan, plain.since);
        }
        for (int i = 0; i < 4; i++)
            ask(&plan, &plain, &random);
        if (step % 64 == 0)
            the_same_everywhere(&plan, &plain);
    }
    the_same_everywhere(&plan, &plain);
    sim_arena_destroy(arena);
}

static void answers_are_those_of_a_plain_list(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++)
        play(seed, 300, seed % 2 ? 3 : 12);
    for (uint64_t seed = 1; seed <= 20; seed++)
        play(seed, 4000, HELD_MAX);
}

/* ---- memory ---- */

static void without_memory_nothing_changes(void **state)
{
    enum { MANY = 5000 };
    size_t refused = 0;
    int64_t n = 0;

    (void)state;
    for (size_t limit = 512; n < MANY; limit += 8 * 1024) {
        struct sim_arena *arena = sim_arena_create(limit);
        struct mdl_availability plan;

        if (mdl_availability_init(&plan, arena, 0, 10, NULL) == SIM_OK) {
            for (n = 0; n < MANY; n++)
                if (!mdl_availability_add(&plan, 10 + 20 * n, 20 + 20 * n, -1))
                    break;
            assert_int_equal(mdl_availability_at(&plan, 10 + 20 * n), 10);
            assert_int_equal(mdl_availability_at(&plan, 20 * n - 10), n ? 9 : 10);
            mdl_availability_forget(&plan, 10 * n); /* needs none */
            assert_int_equal(mdl_availability_at(&plan, 10 * n), n % 2 ? 9 : 10);
            refused += n < MANY;
        }
        sim_arena_destroy(arena);
    }
    assert_true(refused > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_plan_is_free_for_ever),
        cmocka_unit_test(a_request_gets_the_first_hole_that_is_wide_and_long_enough),
        cmocka_unit_test(who_holds_units_later_may_begin_where_only_the_time_before_fits),
        cmocka_unit_test(what_is_given_back_leaves_no_trace),
        cmocka_unit_test(the_past_is_cut_off),
        cmocka_unit_test(answers_are_those_of_a_plain_list),
        cmocka_unit_test(without_memory_nothing_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
