/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/transport/transfer.h"
#include "sim/random.h"
#include "tests/support/check.h"

enum { S = 1000000000, CHANNELS = 3 };

struct world {
    struct sim *sim;
    struct mdl_channel channel[CHANNELS];
    struct mdl_network_plan plan;
    struct mdl_transfers *transfers;
    int64_t arrived_ns[64]; /* by subject */
    int order[64], count;
    int chained; /* subject that begins another one when it arrives; -1: none */
};

static int subjects[64];
static const uint32_t first[] = {0}, first_and_second[] = {0, 1}, third[] = {2};
static const struct mdl_route one = {1, first, 0}, two = {2, first_and_second, 0},
                              slow = {1, third, 20000000}, nothing = {0, NULL, 5000000};

static void arrived(void *context, void *subject)
{
    struct world *world = context;
    int which = (int)((int *)subject - subjects);

    world->arrived_ns[which] = world->sim->now_ns;
    world->order[world->count++] = which;
    if (which == world->chained)
        mdl_transfer_begin(world->transfers, &one, 1e6, 0, 1000000, &subjects[which + 1]);
}

static void begin(struct world *world, int64_t start_ns)
{
    *world = (struct world){.channel = {{"a>", 1e6}, {"b>", 0.5e6}, {"c>", 125e6}}, .chained = -1};
    world->plan = (struct mdl_network_plan){.channel_count = CHANNELS, .channel = world->channel};
    assert_int_equal(sim_create(1, 0, start_ns, 0, &world->sim, NULL), SIM_OK);
    assert_int_equal(
        mdl_transfers_create(world->sim, &world->plan, arrived, world, &world->transfers, NULL),
        SIM_OK);
}

static void run_to(struct world *world, int64_t time_ns)
{
    assert_int_equal(sim_run(world->sim, time_ns, NULL), SIM_OK);
}

static double moved_bytes(const struct world *world, size_t channel)
{
    return (double)sim_level_integral_ns(mdl_transfers_level(world->transfers, channel),
                                         world->sim->now_ns) *
           1e-9;
}

static void one_transfer_takes_latencies_plus_bytes_over_the_narrowest_rate(void **state)
{
    struct world world;

    (void)state;
    begin(&world, 0);
    /* the link (1e6) is narrower than the line: 3e6 / 1e6 = 3 s */
    mdl_transfer_begin(world.transfers, &one, 2e6, 0, 3000000, &subjects[0]);
    run_to(&world, 10 * (int64_t)S);
    assert_int_equal(world.arrived_ns[0], 3 * (int64_t)S);
    /* the line (2.5e5) is the narrowest: 4 s, and 35 ms */
    mdl_transfer_begin(world.transfers, &two, 2.5e5, 35000000, 1000000, &subjects[1]);
    /* 250 MB at 1 Gbit/s: 2 s, and 20 + 7 ms of the route and the line */
    mdl_transfer_begin(world.transfers, &slow, 1e9, 7000000, 250000000, &subjects[2]);
    run_to(&world, 100 * (int64_t)S);
    assert_int_equal(world.arrived_ns[1], 14035000000);
    assert_int_equal(world.arrived_ns[2], 12027000000);
    sim_destroy(world.sim);
}

static void the_second_on_a_channel_gets_half_and_the_first_keeps_all(void **state)
{
    struct world world;

    (void)state;
    begin(&world, 0);
    mdl_transfer_begin(world.transfers, &one, 1e9, 0, 4000000, &subjects[0]); /* 1e6: 4 s */
    run_to(&world, S);
    mdl_transfer_begin(world.transfers, &one, 1e9, 0, 1000000, &subjects[1]); /* 5e5: 2 s */
    run_to(&world, 2 * (int64_t)S);
    mdl_transfer_begin(world.transfers, &two, 1e9, 0, 1000000, &subjects[2]); /* 1e6/3: 3 s */
    mdl_transfer_begin(world.transfers, &two, 1e9, 0, 1000000,
                       &subjects[3]); /* 1e6/4, 5e5/2: 4 s */
    run_to(&world, 6 * (int64_t)S);
    assert_int_equal(world.arrived_ns[0], 4 * (int64_t)S);
    assert_int_equal(world.arrived_ns[1], 3 * (int64_t)S);
    assert_int_equal(world.arrived_ns[2], 5 * (int64_t)S);
    assert_int_equal(world.arrived_ns[3], 6 * (int64_t)S);
    /* all have left: the whole channel again */
    mdl_transfer_begin(world.transfers, &one, 1e9, 0, 1000000, &subjects[4]);
    run_to(&world, 10 * (int64_t)S);
    assert_int_equal(world.arrived_ns[4], 7 * (int64_t)S);
    sim_destroy(world.sim);
}

static void transfers_end_before_the_clock_is_zero_too(void **state)
{
    struct world world;

    (void)state;
    begin(&world, -14 * 86400 * (int64_t)S);
    mdl_transfer_begin(world.transfers, &one, 1e9, 0, 2000000, &subjects[0]);
    run_to(&world, 0);
    assert_int_equal(world.count, 1);
    assert_int_equal(world.arrived_ns[0], (-14 * 86400 + 2) * (int64_t)S);
    sim_destroy(world.sim);
}

static void a_transfer_without_channels_takes_the_line_alone(void **state)
{
    struct world world;

    (void)state;
    begin(&world, 0);
    mdl_transfer_begin(world.transfers, &nothing, 1e6, 1000000, 1000000, &subjects[0]);
    run_to(&world, 2 * (int64_t)S);
    assert_int_equal(world.arrived_ns[0], 1006000000);
    sim_destroy(world.sim);
}

static void equal_ends_arrive_in_order_of_beginning(void **state)
{
    struct world world;

    (void)state;
    begin(&world, 0);
    mdl_transfer_begin(world.transfers, &nothing, 1e6, 0, 2000000, &subjects[5]);
    mdl_transfer_begin(world.transfers, &nothing, 1e6, 0, 2000000, &subjects[2]);
    mdl_transfer_begin(world.transfers, &nothing, 1e6, 0, 2000000, &subjects[9]);
    mdl_transfer_begin(world.transfers, &nothing, 1e6, 0, 1000000, &subjects[7]);
    run_to(&world, 3 * (int64_t)S);
    assert_int_equal(world.count, 4);
    assert_true(world.order[0] == 7 && world.order[1] == 5 && world.order[2] == 2 &&
                world.order[3] == 9);
    sim_destroy(world.sim);
}

static void an_arrival_may_begin_the_next_transfer(void **state)
{
    struct world world;

    (void)state;
    begin(&world, 0);
    world.chained = 0;
    mdl_transfer_begin(world.transfers, &one, 1e9, 0, 1000000, &subjects[0]);
    run_to(&world, 5 * (int64_t)S);
    assert_int_equal(world.arrived_ns[1], 2 * (int64_t)S); /* the channel was free again */
    sim_destroy(world.sim);
}

static void a_few_bytes_on_a_wide_line_take_at_least_a_nanosecond(void **state)
{
    struct world world;

    (void)state;
    begin(&world, 0);
    world.channel[0].capacity = INFINITY;
    mdl_transfer_begin(world.transfers, &one, 1e16, 0, 1, &subjects[0]);
    run_to(&world, 1);
    assert_int_equal(world.arrived_ns[0], 1);
    assert_int_equal(world.count, 1);
    check_near(moved_bytes(&world, 0), 1, 1e-9);
    sim_destroy(world.sim);
}

static void one_that_takes_centuries_is_still_on_its_way(void **state)
{
    struct world world;

    (void)state;
    begin(&world, 0);
    mdl_transfer_begin(world.transfers, &one, 1, 0, UINT64_C(1000000000000000000), &subjects[0]);
    run_to(&world, INT64_C(2000000000) * S); /* 63 years */
    assert_int_equal(world.count, 0);
    assert_true(mdl_transfers_inside_bytes(world.transfers) == UINT64_C(1000000000000000000));
    sim_destroy(world.sim);
}

static void count_one(void *context, void *subject)
{
    (void)subject;
    ++*(int *)context;
}

/* Random transfers: bytes are conserved at every moment, levels integrate to the bytes that have
 * crossed, and nothing is left when all have arrived. */
static void bytes_are_conserved_and_levels_integrate_to_them(void **state)
{
    static const struct mdl_route far = {2, first_and_second, 40000000};
    uint64_t begun = 0, on_first = 0, on_second = 0;
    struct world world;

    (void)state;
    begin(&world, -50 * (int64_t)S);
    for (uint64_t i = 0; i < 40; i++) {
        uint64_t bytes = 1 + sim_hash_child(1, 1, i) % 2000000;
        const struct mdl_route *route = i % 3 ? &one : &far;
        int inside = 0;

        mdl_transfer_begin(world.transfers, route, 1e3 * (double)(1 + i * i), 5000000, bytes,
                           &subjects[i]);
        begun += bytes;
        on_first += bytes;
        on_second += route == &far ? bytes : 0;
        run_to(&world, world.sim->now_ns + (int64_t)(sim_hash_child(1, 2, i) % S));
        assert_true(mdl_transfers_begun_bytes(world.transfers) == begun);
        assert_true(mdl_transfers_arrived_bytes(world.transfers) +
                        mdl_transfers_inside_bytes(world.transfers) ==
                    begun);
        mdl_transfers_each(world.transfers, count_one, &inside);
        assert_int_equal(inside + world.count, i + 1);
    }
    assert_true(mdl_transfers_inside_bytes(world.transfers) > 0);
    run_to(&world, 100000 * (int64_t)S);
    assert_int_equal(world.count, 40);
    assert_true(mdl_transfers_arrived_bytes(world.transfers) == begun);
    for (size_t i = 0; i < CHANNELS; i++)
        assert_int_equal(mdl_transfers_level(world.transfers, i)->value, 0);
    /* each is off by at most half a byte per second of its way, here at most 2,000 s in all */
    assert_true(fabs(moved_bytes(&world, 0) - (double)on_first) < 2000);
    assert_true(fabs(moved_bytes(&world, 1) - (double)on_second) < 2000);
    assert_true(on_second > 5000000);
    assert_true(moved_bytes(&world, 2) == 0);
    sim_destroy(world.sim);
}

static void the_heap_of_many_transfers_is_in_order(void **state)
{
    static int many[3000];
    static const struct mdl_route line = {0, NULL, 0};
    struct world world;
    struct mdl_transfers *transfers;
    int64_t last_ns = -1;

    (void)state;
    begin(&world, 0);
    transfers = world.transfers;
    world.count = 0;
    for (int round = 0; round < 50; round++) {
        for (uint64_t i = 0; i < 60; i++)
            mdl_transfer_begin(transfers, &line, 1, 0,
                               1 + sim_hash_child(3, (uint32_t)round, i) % 50, &subjects[i]);
        world.count = 0;
        run_to(&world, world.sim->now_ns + 50 * (int64_t)S);
        assert_int_equal(world.count, 60);
        for (int i = 1; i < 60; i++)
            assert_true(world.arrived_ns[world.order[i]] >= world.arrived_ns[world.order[i - 1]]);
        assert_true(world.arrived_ns[world.order[0]] > last_ns);
        last_ns = world.arrived_ns[world.order[59]];
    }
    for (size_t i = 0; i < 3000; i++) /* more than the first heap holds */
        mdl_transfer_begin(transfers, &line, 1, 0, 1000 + i % 7, &many[i]);
    assert_true(mdl_transfers_inside_bytes(transfers) > 3000000);
    sim_destroy(world.sim);
}

static void running_out_of_memory_aborts_the_run(void **state)
{
    struct world world;
    struct sim_error err = {0};
    size_t begun = 0;

    (void)state;
    begin(&world, 0);
    sim_destroy(world.sim);
    assert_int_equal(sim_create(1, 0, 0, 100000, &world.sim, NULL), SIM_OK);
    assert_int_equal(
        mdl_transfers_create(world.sim, &world.plan, arrived, &world, &world.transfers, NULL),
        SIM_OK);
    while (!world.sim->is_aborted && begun++ < 100000)
        mdl_transfer_begin(world.transfers, &one, 1, 0, 1000, &subjects[0]);
    assert_true(world.sim->is_aborted);
    assert_int_equal(sim_run(world.sim, 10, &err), SIM_ENOMEM);
    sim_destroy(world.sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_transfer_takes_latencies_plus_bytes_over_the_narrowest_rate),
        cmocka_unit_test(the_second_on_a_channel_gets_half_and_the_first_keeps_all),
        cmocka_unit_test(transfers_end_before_the_clock_is_zero_too),
        cmocka_unit_test(a_transfer_without_channels_takes_the_line_alone),
        cmocka_unit_test(equal_ends_arrive_in_order_of_beginning),
        cmocka_unit_test(an_arrival_may_begin_the_next_transfer),
        cmocka_unit_test(a_few_bytes_on_a_wide_line_take_at_least_a_nanosecond),
        cmocka_unit_test(one_that_takes_centuries_is_still_on_its_way),
        cmocka_unit_test(bytes_are_conserved_and_levels_integrate_to_them),
        cmocka_unit_test(the_heap_of_many_transfers_is_in_order),
        cmocka_unit_test(running_out_of_memory_aborts_the_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
