/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/compute/node_pool.h"

enum { NODES = 9, GPUS_MAX = 8, HELD_MAX = 200, STEPS = 20000 };

static uint64_t next_random(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random * UINT64_C(2685821657736338717) >> 16;
}

static struct mdl_node_pool *pool_of(struct sim_arena *arena, struct mdl_node_shape shape,
                                     uint32_t nodes)
{
    struct mdl_node_pool *pool;

    assert_int_equal(mdl_node_pool_create(arena, &shape, nodes, &pool, NULL), SIM_OK);
    mdl_node_pool_set_online(pool, nodes);
    return pool;
}

static struct mdl_node_grant take(struct mdl_node_pool *pool, struct mdl_node_request request)
{
    struct mdl_node_grant grant;

    assert_true(mdl_node_pool_fits(pool, &request));
    assert_true(mdl_node_pool_take(pool, &request, &grant));
    return grant;
}

static bool is_refused(struct mdl_node_pool *pool, struct mdl_node_request request)
{
    struct mdl_node_grant grant;
    uint64_t before = mdl_node_pool_free_units(pool);

    return !mdl_node_pool_fits(pool, &request) && !mdl_node_pool_take(pool, &request, &grant) &&
           mdl_node_pool_free_units(pool) == before;
}

#define UNITS(n)                                                                                   \
    (struct mdl_node_request)                                                                      \
    {                                                                                              \
        .units = (n)                                                                               \
    }

static void the_fullest_node_that_fits_is_chosen(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_node_pool *pool = pool_of(arena, (struct mdl_node_shape){4, 1, 0, 0}, 3);

    (void)state;
    assert_int_equal(take(pool, UNITS(1)).part, 0); /* all idle: the lowest number */
    assert_int_equal(take(pool, UNITS(1)).part, 0);
    assert_int_equal(take(pool, UNITS(3)).part, 1);
    assert_int_equal(take(pool, UNITS(2)).part, 0); /* exactly what node 0 has left */
    assert_int_equal(take(pool, UNITS(1)).part, 1);
    assert_int_equal(take(pool, UNITS(4)).whole, 2);
    assert_true(is_refused(pool, UNITS(1)));
    sim_arena_destroy(arena);
}

static void single_accelerators_on_many_nodes_do_not_serve_a_wide_job(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_node_pool *pool = pool_of(arena, (struct mdl_node_shape){4, 1, 0, 0}, 2);
    struct mdl_node_grant first, second;

    (void)state;
    first = take(pool, UNITS(3));
    second = take(pool, UNITS(3));
    assert_int_equal(mdl_node_pool_free_units(pool), 2);
    assert_true(is_refused(pool, UNITS(2)));
    mdl_node_pool_give_back(pool, &UNITS(3), &second);
    assert_int_equal(take(pool, UNITS(4)).whole, 1);
    mdl_node_pool_give_back(pool, &UNITS(3), &first);
    assert_true(is_refused(pool, UNITS(5)));
    assert_int_equal(mdl_node_pool_idle_nodes(pool), 1);
    sim_arena_destroy(arena);
}

static void a_wide_job_takes_whole_nodes_and_the_rest_by_best_fit(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_node_pool *pool = pool_of(arena, (struct mdl_node_shape){4, 1, 0, 0}, 4);
    struct mdl_node_grant grant;

    (void)state;
    take(pool, UNITS(2)); /* node 0 */
    grant = take(pool, UNITS(10));
    assert_int_equal(grant.whole, 1);
    assert_int_equal(grant.part, 0);
    assert_int_equal(mdl_node_pool_idle_nodes(pool), 1);
    assert_true(is_refused(pool, UNITS(5)));
    mdl_node_pool_give_back(pool, &UNITS(10), &grant);
    assert_int_equal(mdl_node_pool_free_units(pool), 14);
    assert_int_equal(mdl_node_pool_idle_nodes(pool), 3);
    sim_arena_destroy(arena);
}

static void cores_and_memory_bind_where_they_are_counted(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_node_pool *pool = pool_of(arena, (struct mdl_node_shape){4, 1, 64, 512}, 2);

    (void)state;
    assert_int_equal(take(pool, (struct mdl_node_request){1, 48, 100}).part, 0);
    assert_int_equal(take(pool, (struct mdl_node_request){1, 32, 100}).part, 1);
    assert_int_equal(take(pool, (struct mdl_node_request){1, 16, 400}).part, 0);
    assert_true(is_refused(pool, (struct mdl_node_request){1, 32, 413}));
    assert_true(is_refused(pool, (struct mdl_node_request){1, 33, 1}));
    assert_int_equal(take(pool, (struct mdl_node_request){1, 32, 412}).part, 1);
    sim_arena_destroy(arena);
}

static void parts_share_an_accelerator_before_they_open_another(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_node_pool *pool = pool_of(arena, (struct mdl_node_shape){2, 4, 0, 0}, 2);
    struct mdl_node_grant half = take(pool, UNITS(2)), quarter, other;

    (void)state;
    assert_true(half.part == 0 && half.accelerators == 1);
    other = take(pool, UNITS(3)); /* three quarters: another one */
    assert_true(other.part == 0 && other.accelerators == 2);
    quarter = take(pool, UNITS(1)); /* exactly what that one has left */
    assert_true(quarter.part == 0 && quarter.accelerators == 2);
    assert_true(is_refused(pool, UNITS(12))); /* a node and an accelerator */
    assert_int_equal(take(pool, UNITS(4)).part, 1);
    mdl_node_pool_give_back(pool, &UNITS(2), &half);
    mdl_node_pool_give_back(pool, &UNITS(3), &other);
    half = take(pool, UNITS(2)); /* on the one that the quarter keeps open */
    assert_true(half.part == 0 && half.accelerators == 2);
    sim_arena_destroy(arena);
}

static void draining_nodes_keep_their_jobs_and_take_no_others(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_node_pool *pool = pool_of(arena, (struct mdl_node_shape){4, 1, 0, 0}, 3);
    struct mdl_node_grant two[3];

    (void)state;
    two[0] = take(pool, UNITS(8));
    two[2] = take(pool, UNITS(2));
    assert_int_equal(two[2].part, 2);
    mdl_node_pool_set_online(pool, 1);
    assert_int_equal(mdl_node_pool_free_units(pool), 0);
    mdl_node_pool_give_back(pool, &UNITS(2), &two[2]);
    assert_true(is_refused(pool, UNITS(1)));
    mdl_node_pool_give_back(pool, &UNITS(8), &two[0]);
    assert_int_equal(mdl_node_pool_free_units(pool), 4);
    mdl_node_pool_set_online(pool, 3);
    assert_int_equal(mdl_node_pool_free_units(pool), 12);
    assert_int_equal(take(pool, UNITS(12)).whole, 0);
    sim_arena_destroy(arena);
}

static void a_copy_answers_what_if(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_node_shape shape = {4, 1, 0, 0};
    struct mdl_node_pool *pool = pool_of(arena, shape, 3), *copy = pool_of(arena, shape, 3);
    struct mdl_node_grant wide = take(pool, UNITS(6)), small;

    (void)state;
    mdl_node_pool_copy(copy, pool);
    mdl_node_pool_give_back(copy, &UNITS(6), &wide);
    assert_true(mdl_node_pool_fits(copy, &UNITS(12)));
    assert_true(is_refused(pool, UNITS(7)));
    small = take(pool, UNITS(4));
    mdl_node_pool_take_same(copy, pool, &UNITS(4), &small);
    assert_int_equal(mdl_node_pool_free_units(copy), 8);
    assert_int_equal(take(copy, UNITS(8)).whole, 0);
    mdl_node_pool_give_back(copy, &UNITS(4), &small);
    assert_int_equal(mdl_node_pool_free_units(copy), 4);
    sim_arena_destroy(arena);
}

/* ---- against a model that looks at everything ---- */

struct naive {
    struct mdl_node_shape shape;
    uint32_t online;
    uint32_t slices[NODES][GPUS_MAX]; /* free */
    uint32_t cores[NODES];
    uint64_t memory[NODES];
};

static uint32_t unused(const struct naive *naive, uint32_t node)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < naive->shape.gpus; i++)
        count += naive->slices[node][i] == naive->shape.slices;
    return count;
}

/* How many units the accelerators that a part would come from would have left: on an accelerator
 * in use its own, else the unused ones of the node. UINT32_MAX: it does not fit. */
static uint32_t left_over(const struct naive *naive, uint32_t node,
                          const struct mdl_node_request *request, uint32_t part,
                          uint32_t *accelerator)
{
    uint32_t slices = naive->shape.slices, left = UINT32_MAX;

    *accelerator = MDL_NODE_NONE;
    if (naive->cores[node] < request->cores || naive->memory[node] < request->memory_bytes)
        return left;
    for (uint32_t i = 0; i < naive->shape.gpus && part < slices; i++) {
        uint32_t free = naive->slices[node][i];

        if (free < slices && free >= part && free - part < left) {
            left = free - part;
            *accelerator = i;
        }
    }
    if (left == UINT32_MAX && unused(naive, node) * slices >= part)
        left = slices + unused(naive, node);
    return left;
}

static uint32_t best_by_looking(const struct naive *naive, const struct mdl_node_request *request,
                                uint32_t part, uint32_t *accelerator)
{
    uint32_t best = MDL_NODE_NONE, least = UINT32_MAX;

    for (uint32_t node = 0; node < naive->online; node++) {
        uint32_t here, left = left_over(naive, node, request, part, &here);

        if (left >= least)
            continue;
        least = left;
        best = node;
        *accelerator = here;
    }
    return best;
}

static bool fits_by_looking(const struct naive *naive, const struct mdl_node_request *request,
                            uint32_t *part_node, uint32_t *accelerator)
{
    uint32_t per_node = naive->shape.gpus * naive->shape.slices;
    uint32_t whole = request->units / per_node, part = request->units % per_node, idle = 0;

    *part_node = MDL_NODE_NONE;
    for (uint32_t node = 0; node < naive->online; node++)
        idle += unused(naive, node) == naive->shape.gpus;
    if (part)
        *part_node = best_by_looking(naive, request, part, accelerator);
    if (part && *part_node == MDL_NODE_NONE)
        return false;
    return idle >= whole + (part && unused(naive, *part_node) == naive->shape.gpus);
}

static void move_naive(struct naive *naive, const struct mdl_node_request *request,
                       const struct mdl_node_grant *grant, const uint32_t *whole,
                       uint32_t whole_count, int sign)
{
    uint32_t slices = naive->shape.slices;
    uint32_t part = request->units % (naive->shape.gpus * slices), left = part;

    for (uint32_t i = 0; i < whole_count; i++) {
        assert_int_equal(unused(naive, whole[i]), sign < 0 ? naive->shape.gpus : 0);
        for (uint32_t g = 0; g < naive->shape.gpus; g++)
            naive->slices[whole[i]][g] = sign < 0 ? 0 : slices;
        naive->cores[whole[i]] = sign < 0 ? 0 : naive->shape.cores;
        naive->memory[whole[i]] = sign < 0 ? 0 : naive->shape.memory_bytes;
    }
    if (!part)
        return;
    naive->cores[grant->part] += (uint32_t)sign * request->cores;
    naive->memory[grant->part] += (uint64_t)sign * request->memory_bytes;
    for (uint32_t g = 0; g < naive->shape.gpus && left > 0; g++) {
        uint32_t of_this = left < slices ? left : slices;
        uint32_t *free = &naive->slices[grant->part][g];

        if (slices > 1 ? !(grant->accelerators >> g & 1) : *free != (sign < 0 ? 1u : 0u))
            continue;
        *free += (uint32_t)sign * of_this;
        assert_true(*free <= slices);
        left -= of_this;
    }
    assert_int_equal(left, 0);
}

struct held {
    struct mdl_node_request request;
    struct mdl_node_grant grant;
    uint32_t whole[NODES], whole_count;
};

static struct mdl_node_request any_request(const struct mdl_node_shape *shape, uint64_t *random)
{
    uint32_t slices = shape->slices, gpus = (uint32_t)(next_random(random) % 3 + 1);

    if (next_random(random) % 8 == 0)
        gpus = (uint32_t)(next_random(random) % (4 * shape->gpus) + 1);
    return (struct mdl_node_request){
        .units = slices > 1 && next_random(random) % 2
                     ? (uint32_t)(next_random(random) % (slices - 1) + 1)
                     : gpus * slices,
        .cores = shape->cores ? (uint32_t)(next_random(random) % shape->cores / 2) : 0,
        .memory_bytes = shape->memory_bytes ? next_random(random) % shape->memory_bytes / 2 : 0};
}

/* The whole nodes of a grant: the idle ones of the lowest numbers that the part does not use. */
static void expect_whole(const struct naive *naive, struct held *held)
{
    uint32_t per_node = naive->shape.gpus * naive->shape.slices;

    held->whole_count = 0;
    for (uint32_t node = 0; held->whole_count < held->request.units / per_node; node++)
        if (node != held->grant.part && unused(naive, node) == naive->shape.gpus)
            held->whole[held->whole_count++] = node;
    assert_int_equal(held->grant.whole, held->whole_count ? held->whole[0] : MDL_NODE_NONE);
}

static uint64_t free_by_looking(const struct naive *naive)
{
    uint64_t sum = 0;

    for (uint32_t node = 0; node < naive->online; node++)
        for (uint32_t g = 0; g < naive->shape.gpus; g++)
            sum += naive->slices[node][g];
    return sum;
}

static void try_one(struct mdl_node_pool *pool, struct naive *naive, struct held *held,
                    size_t *held_count, uint64_t *random)
{
    struct held *next = &held[*held_count];
    uint32_t part, accelerator = MDL_NODE_NONE;
    bool fits;

    next->request = any_request(&naive->shape, random);
    fits = fits_by_looking(naive, &next->request, &part, &accelerator);
    assert_int_equal(mdl_node_pool_fits(pool, &next->request), fits);
    assert_int_equal(mdl_node_pool_take(pool, &next->request, &next->grant), fits);
    if (!fits)
        return;
    assert_int_equal(next->grant.part, part);
    if (accelerator != MDL_NODE_NONE)
        assert_true(next->grant.accelerators == UINT64_C(1) << accelerator);
    expect_whole(naive, next);
    move_naive(naive, &next->request, &next->grant, next->whole, next->whole_count, -1);
    ++*held_count;
}

static void give_one(struct mdl_node_pool *pool, struct naive *naive, struct held *held,
                     size_t *held_count, uint64_t *random)
{
    struct held *one = &held[next_random(random) % *held_count];

    mdl_node_pool_give_back(pool, &one->request, &one->grant);
    move_naive(naive, &one->request, &one->grant, one->whole, one->whole_count, 1);
    *one = held[--*held_count];
}

static void check_against_looking(struct mdl_node_shape shape)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_node_pool *pool = pool_of(arena, shape, NODES);
    struct naive naive = {.shape = shape, .online = NODES};
    static struct held held[HELD_MAX];
    size_t held_count = 0;
    uint64_t random = 88172645463325252u;

    for (uint32_t node = 0; node < NODES; node++) {
        naive.cores[node] = shape.cores;
        naive.memory[node] = shape.memory_bytes;
        for (uint32_t g = 0; g < shape.gpus; g++)
            naive.slices[node][g] = shape.slices;
    }
    for (int step = 0; step < STEPS; step++) {
        uint64_t what = next_random(&random) % 40;

        if (what == 0) {
            naive.online = (uint32_t)(next_random(&random) % (NODES + 1));
            mdl_node_pool_set_online(pool, naive.online);
        } else if (what < 20 && held_count < HELD_MAX) {
            try_one(pool, &naive, held, &held_count, &random);
        } else if (held_count) {
            give_one(pool, &naive, held, &held_count, &random);
        }
        assert_int_equal(mdl_node_pool_free_units(pool), free_by_looking(&naive));
    }
    while (held_count)
        give_one(pool, &naive, held, &held_count, &random);
    mdl_node_pool_set_online(pool, NODES);
    assert_int_equal(mdl_node_pool_free_units(pool), NODES * shape.gpus * shape.slices);
    assert_int_equal(mdl_node_pool_idle_nodes(pool), NODES);
    sim_arena_destroy(arena);
}

static void best_fit_is_what_looking_at_every_node_finds(void **state)
{
    (void)state;
    check_against_looking((struct mdl_node_shape){4, 1, 0, 0});
    check_against_looking((struct mdl_node_shape){8, 1, 96, 1000});
    check_against_looking((struct mdl_node_shape){4, 7, 0, 0});
    check_against_looking((struct mdl_node_shape){2, 10, 64, 300});
}

static void sets_of_many_nodes_find_the_lowest(void **state)
{
    enum { MANY = 70000 };
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_node_pool *pool = pool_of(arena, (struct mdl_node_shape){1, 1, 0, 0}, MANY);
    static struct mdl_node_grant grant[MANY];
    static const uint32_t freed[] = {69000, 4160, 4097, 129, 128, 63, 0};

    (void)state;
    for (uint32_t i = 0; i < MANY; i++) {
        grant[i] = take(pool, UNITS(1));
        assert_int_equal(grant[i].whole, i);
    }
    assert_true(is_refused(pool, UNITS(1)));
    for (size_t i = 0; i < sizeof freed / sizeof *freed; i++)
        mdl_node_pool_give_back(pool, &UNITS(1), &grant[freed[i]]);
    for (size_t i = sizeof freed / sizeof *freed; i-- > 0;)
        assert_int_equal(take(pool, UNITS(1)).whole, freed[i]);
    assert_true(is_refused(pool, UNITS(1)));
    sim_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fullest_node_that_fits_is_chosen),
        cmocka_unit_test(single_accelerators_on_many_nodes_do_not_serve_a_wide_job),
        cmocka_unit_test(a_wide_job_takes_whole_nodes_and_the_rest_by_best_fit),
        cmocka_unit_test(cores_and_memory_bind_where_they_are_counted),
        cmocka_unit_test(parts_share_an_accelerator_before_they_open_another),
        cmocka_unit_test(draining_nodes_keep_their_jobs_and_take_no_others),
        cmocka_unit_test(a_copy_answers_what_if),
        cmocka_unit_test(best_fit_is_what_looking_at_every_node_finds),
        cmocka_unit_test(sets_of_many_nodes_find_the_lowest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
