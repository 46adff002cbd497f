/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/transport/qkd.h"
#include "sim/random.h"
#include "tests/support/check.h"

enum { ASKS = 4000 };
static const int64_t S = 1000000000;

struct world {
    struct sim *sim;
    struct mdl_keys *keys;
    int64_t granted_ns[ASKS], due_ns[ASKS];
    int order[ASKS], granted;
};

static int subjects[ASKS];

static void granted(void *context, void *subject)
{
    struct world *world = context;
    int i = (int)((int *)subject - subjects);

    world->granted_ns[i] = world->sim->now_ns;
    world->order[world->granted++] = i;
}

/* Two links: 8 bit/s with 256 bits, 2 bit/s with 1024; a third without keys. */
static void build(struct world *world)
{
    static const int64_t rate[] = {8000000, 2000000, 0};
    static const uint64_t store[] = {256, 1024, 0};
    const struct mdl_key_hooks hooks = {world, granted};

    *world = (struct world){0};
    assert_int_equal(sim_create(1, 0, 0, 0, &world->sim, NULL), SIM_OK);
    assert_int_equal(mdl_keys_create(world->sim, rate, store, 3, &hooks, &world->keys, NULL),
                     SIM_OK);
}

static void run_to(struct world *world, double time_s)
{
    assert_int_equal(sim_run(world->sim, sim_ns_from_s(time_s), NULL), SIM_OK);
}

static void end(struct world *world)
{
    for (size_t link = 0; link < 3; link++) {
        struct mdl_key_account a = mdl_keys_account(world->keys, link);

        assert_true(a.first + a.made == a.used + a.spilled + a.stored);
    }
    sim_destroy(world->sim);
}

static bool ask(struct world *world, size_t first, size_t count, uint64_t bits, int subject)
{
    static const size_t links[] = {0, 1};

    return mdl_keys_ask(world->keys, links + first, count, bits, &subjects[subject]);
}

static void keys_go_by_the_bytes_and_the_clock(void **state)
{
    const struct mdl_rekey_config rekey = {.key_bytes = 32, .per_bytes = 64e9};
    const struct mdl_rekey_config often = {.key_bytes = 32, .per_bytes = 64e9, .every_ns = 4 * S};
    const struct mdl_link_keys_config link = {.rate_bytes_per_s = 10,
                                              .cost_eur_per_km_yr = 1000,
                                              .node_every_km = 100,
                                              .node_cost_eur_per_yr = 5000};

    (void)state;
    assert_int_equal(mdl_keys_bits(&rekey, 1), 256);
    assert_int_equal(mdl_keys_bits(&rekey, 64000000000), 256);
    assert_int_equal(mdl_keys_bits(&rekey, 64000000001), 512);
    assert_int_equal(mdl_keys_rate_ubit(&link, &rekey), 80000000);
    assert_int_equal(mdl_keys_rate_ubit(&link, &often), 16000000); /* 80 - 256 / 4 bit/s */
    check_near(mdl_keys_cost_eur_per_yr(&link, 250), 250e3 + 2 * 5e3, 1e-6);
    check_near(mdl_keys_cost_eur_per_yr(&link, 100), 100e3, 1e-6);
    check_near(mdl_keys_cost_eur_per_yr(&link, 0), 0, 0);
}

static void a_full_store_gives_at_once_and_the_next_waits_for_what_is_made(void **state)
{
    struct world world;

    (void)state;
    build(&world);
    assert_true(ask(&world, 0, 1, 256, 0));
    assert_false(ask(&world, 0, 1, 256, 1));  /* 32 s */
    assert_false(ask(&world, 0, 1, 1024, 2)); /* more than the store: 128 s after that */
    run_to(&world, 31.9);
    assert_int_equal(world.granted, 0);
    run_to(&world, 200);
    assert_int_equal(world.granted_ns[1], 32 * S);
    assert_int_equal(world.granted_ns[2], 160 * S);
    assert_int_equal(mdl_keys_counts(world.keys)->asked, 3);
    assert_int_equal(mdl_keys_counts(world.keys)->waited, 2);
    assert_true(mdl_keys_counts(world.keys)->wait_ns == 192 * S);
    end(&world);
}

static void a_store_that_is_full_loses_what_is_made(void **state)
{
    struct world world;
    struct mdl_key_account account;

    (void)state;
    build(&world);
    assert_true(ask(&world, 0, 1, 80, 0));
    run_to(&world, 20); /* full again after 10 s */
    account = mdl_keys_account(world.keys, 0);
    check_near((double)account.spilled / MDL_KEY_UNITS_PER_BIT, 80, 1e-9);
    check_near((double)account.stored / MDL_KEY_UNITS_PER_BIT, 256, 1e-9);
    end(&world);
}

static void every_link_of_the_way_gives_and_each_keeps_its_order(void **state)
{
    struct world world;

    (void)state;
    build(&world);
    assert_true(ask(&world, 0, 2, 256, 0));  /* 0 and 768 left */
    assert_false(ask(&world, 0, 2, 800, 1)); /* first link 100 s, second 16 s */
    assert_false(ask(&world, 1, 1, 20, 2));  /* behind it on the second: 16 + 10 s */
    assert_false(ask(&world, 0, 1, 8, 3));   /* behind it on the first: 101 s */
    run_to(&world, 300);
    assert_int_equal(world.granted_ns[2], 26 * S);
    assert_int_equal(world.granted_ns[1], 100 * S);
    assert_int_equal(world.granted_ns[3], 101 * S);
    end(&world);
}

static void a_link_that_is_down_makes_no_keys(void **state)
{
    struct world world;

    (void)state;
    build(&world);
    assert_true(ask(&world, 0, 1, 256, 0));
    assert_false(ask(&world, 0, 1, 256, 1));
    run_to(&world, 10);
    mdl_keys_set_down(world.keys, 0, true);
    mdl_keys_set_down(world.keys, 2, true); /* has none */
    run_to(&world, 60);
    mdl_keys_set_down(world.keys, 0, false);
    run_to(&world, 200);
    assert_int_equal(world.granted_ns[1], 82 * S); /* 32 s, and 50 s down */
    end(&world);
}

/* A request at the very nanosecond at which another is served finds it served. */
static void who_is_served_at_the_instant_of_another_request_is_told(void **state)
{
    struct world world;

    (void)state;
    build(&world);
    assert_true(ask(&world, 0, 1, 256, 0));
    assert_false(ask(&world, 0, 1, 8, 1));
    world.sim->now_ns = S; /* before the store's own event */
    assert_false(ask(&world, 0, 1, 8, 2));
    assert_int_equal(world.granted, 1);
    run_to(&world, 10);
    assert_int_equal(world.granted_ns[1], S);
    assert_int_equal(world.granted_ns[2], 2 * S);
    end(&world);
}

/* Waits on one link are those of a queue in order of asking, computed by hand. */
static void waits_are_those_of_lindley(void **state)
{
    struct world world;
    double lack = 0, at_s = 0; /* of 256 bits */

    (void)state;
    build(&world);
    for (int i = 0; i < ASKS; i++) {
        double gap_s = ceil(sim_uniform_at(7, 1, 1, (uint64_t)i) * 60); /* mean 30.5 s */
        double bits = 8 * ceil(sim_uniform_at(7, 1, 2, (uint64_t)i) * 55);
        bool is_there;

        at_s += gap_s;
        run_to(&world, at_s);
        lack = fmax(lack - 8 * gap_s, 0) + bits;
        is_there = ask(&world, 0, 1, (uint64_t)bits, i);
        assert_int_equal(is_there, lack <= 256);
        if (lack > 256)
            world.due_ns[i] = sim_ns_from_s(at_s + (lack - 256) / 8);
    }
    run_to(&world, at_s + 1e6);
    for (int i = 0; i < ASKS; i++)
        assert_int_equal(world.granted_ns[i], world.due_ns[i]);
    for (int i = 1; i < world.granted; i++)
        assert_true(world.order[i] > world.order[i - 1]);
    assert_int_equal(mdl_keys_counts(world.keys)->waited, world.granted);
    assert_int_equal(mdl_keys_counts(world.keys)->granted, ASKS);
    end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_go_by_the_bytes_and_the_clock),
        cmocka_unit_test(a_full_store_gives_at_once_and_the_next_waits_for_what_is_made),
        cmocka_unit_test(a_store_that_is_full_loses_what_is_made),
        cmocka_unit_test(every_link_of_the_way_gives_and_each_keeps_its_order),
        cmocka_unit_test(a_link_that_is_down_makes_no_keys),
        cmocka_unit_test(who_is_served_at_the_instant_of_another_request_is_told),
        cmocka_unit_test(waits_are_those_of_lindley),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
