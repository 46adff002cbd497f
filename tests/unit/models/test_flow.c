/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/transport/flow.h"
#include "tests/support/check.h"

#define SECONDS(s) ((int64_t)((s)*1e9 + 0.5))

enum { CHANNELS = 6, SUBJECTS = 64, NOBODY = -1 };
enum { A, B, C, EACH, CELL, WIDE }; /* channels */

/* One flow of the tests: what the hooks said of it. */
struct heard {
    int64_t done_ns, failed_ns;
    uint64_t sent;
    uint32_t channel;
    double rate;
    int rates, order;
};

struct world {
    struct sim *sim;
    struct mdl_flows *flows;
    struct mdl_flow *flow[SUBJECTS];
    struct heard heard[SUBJECTS];
    int calls;
    int follows, stops, slows; /* by a hook: begins, stops, caps this subject; NOBODY */
    struct mdl_flow_request follow;
};

static const uint32_t a[] = {A}, b[] = {B}, c[] = {C}, a_b[] = {A, B}, a_each[] = {A, EACH},
                      each[] = {EACH}, cell[] = {CELL}, cell_a[] = {CELL, A}, wide[] = {WIDE};
static const struct mdl_route over_a = {1, a, 0}, over_b = {1, b, 0}, over_c = {1, c, 0},
                              over_a_b = {2, a_b, 0}, over_a_each = {2, a_each, 0},
                              over_each = {1, each, 0}, in_cell = {1, cell, 0},
                              cell_and_a = {2, cell_a, 0}, over_wide = {1, wide, 0},
                              late_a = {1, a, 250000000}, nothing = {0, NULL, 0};

static struct heard *heard_of(struct world *world, const void *subject)
{
    return &world->heard[(struct mdl_flow *const *)subject - world->flow];
}

static struct mdl_flow *begin(struct world *world, int who, struct mdl_flow_request request)
{
    request.subject = &world->flow[who];
    request.weight = request.weight > 0 ? request.weight : 1;
    world->flow[who] = mdl_flow_begin(world->flows, &request);
    return world->flow[who];
}

static void on_done(void *context, void *subject)
{
    struct world *world = context;
    struct heard *heard = heard_of(world, subject);

    assert_int_equal(heard->done_ns, 0);
    heard->done_ns = world->sim->now_ns;
    heard->order = world->calls++;
    if (world->follows != NOBODY) {
        int who = world->follows;

        world->follows = NOBODY;
        begin(world, who, world->follow);
    }
}

static void on_failed(void *context, void *subject, uint64_t sent, uint32_t channel)
{
    struct world *world = context;
    struct heard *heard = heard_of(world, subject);

    heard->failed_ns = world->sim->now_ns;
    heard->sent = sent;
    heard->channel = channel;
    heard->order = world->calls++;
    if (world->stops != NOBODY) {
        struct mdl_flow *flow = world->flow[world->stops];

        world->stops = NOBODY;
        mdl_flow_stop(world->flows, flow);
    }
    if (world->follows != NOBODY) {
        int who = world->follows;

        world->follows = NOBODY;
        begin(world, who, world->follow);
    }
}

static void on_rate(void *context, void *subject, double bytes_per_s)
{
    struct world *world = context;
    struct heard *heard = heard_of(world, subject);

    heard->rate = bytes_per_s;
    heard->rates++;
    heard->order = world->calls++;
    if (world->slows != NOBODY) {
        struct mdl_flow *flow = world->flow[world->slows];

        world->slows = NOBODY;
        mdl_flow_set_cap(world->flows, flow, 100);
    }
}

static int create(void **state)
{
    static struct world world;
    static const struct mdl_channel channel[CHANNELS] = {
        [A] = {"a >", 1000, MDL_CHANNEL_SHARED},      [B] = {"b >", 600, MDL_CHANNEL_SHARED},
        [C] = {"c >", 1e9, MDL_CHANNEL_SHARED},       [EACH] = {"each", 300, MDL_CHANNEL_PER_FLOW},
        [CELL] = {"cell up", 1, MDL_CHANNEL_AIRTIME}, [WIDE] = {"wide", INFINITY, 0},
    };
    const struct mdl_flow_hooks hooks = {&world, on_done, on_failed, on_rate};

    world = (struct world){.follows = NOBODY, .stops = NOBODY, .slows = NOBODY};
    assert_int_equal(sim_create(1, 0, 0, 0, &world.sim, NULL), SIM_OK);
    assert_int_equal(mdl_flows_create(world.sim, channel, CHANNELS, &hooks, &world.flows, NULL),
                     SIM_OK);
    mdl_flows_check_always(world.flows, true);
    *state = &world;
    return 0;
}

static void must_conserve(const struct world *world)
{
    struct mdl_flow_bytes bytes = mdl_flows_account(world->flows);

    assert_true(bytes.begun ==
                bytes.done + bytes.dropped_sent + bytes.dropped_unsent + bytes.inside);
}

static int destroy(void **state)
{
    struct world *world = *state;

    must_conserve(world);
    sim_destroy(world->sim);
    return 0;
}

static void run_to(struct world *world, double time_s)
{
    assert_int_equal(sim_run(world->sim, SECONDS(time_s), NULL), SIM_OK);
    must_conserve(world);
}

static void ends_at(const struct world *world, int who, double time_s)
{
    assert_in_range(world->heard[who].done_ns, SECONDS(time_s), SECONDS(time_s) + 1);
}

static void rate_is(const struct world *world, int who, double bytes_per_s)
{
    check_near(mdl_flow_rate(world->flows, world->flow[who]), bytes_per_s, 1e-12);
}

static void bottleneck_is(const struct world *world, int who, uint32_t channel)
{
    assert_int_equal(mdl_flow_bottleneck(world->flows, world->flow[who]), channel);
}

/* Bytes of all channels at once are those of each. */
static void check_bytes_together(const struct world *world)
{
    double bytes[2];

    mdl_flows_bytes_of(world->flows, 2, bytes);
    for (uint32_t i = 0; i < 2; i++)
        check_near(bytes[i], mdl_flows_bytes(world->flows, i), 1e-9);
}

/* ---- shares ---- */

static void one_flow_takes_latencies_plus_bytes_over_the_narrowest_channel(void **state)
{
    struct world *world = *state;

    begin(world, 0, (struct mdl_flow_request){&late_a, .bytes = 5000, .latency_ns = 500000000});
    run_to(world, 0.7);
    rate_is(world, 0, 0);
    run_to(world, 1.75);
    rate_is(world, 0, 1000);
    bottleneck_is(world, 0, A);
    assert_int_equal(mdl_flow_sent(world->flows, world->flow[0]), 1000);
    run_to(world, 10);
    ends_at(world, 0, 5.75);
    check_near(mdl_flows_bytes(world->flows, A), 5000, 1e-9);
    check_bytes_together(world);
    check_near(mdl_flows_rate(world->flows, A), 0, 0);
}

static void flows_share_by_weight_and_take_over_what_others_leave(void **state)
{
    struct world *world = *state;

    begin(world, 0, (struct mdl_flow_request){&over_a, .bytes = 1000, .weight = 1});
    begin(world, 1, (struct mdl_flow_request){&over_a, .bytes = 9000, .weight = 3});
    begin(world, 2, (struct mdl_flow_request){&over_b, .bytes = 600});
    run_to(world, 0.5);
    rate_is(world, 0, 250);
    rate_is(world, 1, 750);
    rate_is(world, 2, 600);
    run_to(world, 20);
    ends_at(world, 2, 1);
    ends_at(world, 0, 4);
    ends_at(world, 1, 10);
}

static void a_flow_held_up_elsewhere_leaves_its_share_to_others(void **state)
{
    struct world *world = *state;

    begin(world, 0, (struct mdl_flow_request){&over_a_b, .bytes = 100000});
    begin(world, 1, (struct mdl_flow_request){&over_b, .bytes = 100000, .weight = 2});
    begin(world, 2, (struct mdl_flow_request){&over_a, .bytes = 100000});
    run_to(world, 1);
    rate_is(world, 0, 200);
    rate_is(world, 1, 400);
    rate_is(world, 2, 800);
    bottleneck_is(world, 0, B);
    bottleneck_is(world, 2, A);
    check_near(mdl_flows_rate(world->flows, A), 1000, 1e-12);
    run_to(world, 10);
    check_near(mdl_flows_limited_bytes(world->flows, B), 6000, 1e-9);
    check_near(mdl_flows_limited_bytes(world->flows, A), 8000, 1e-9);
    check_near(mdl_flows_bytes(world->flows, A), 10000, 1e-9);
}

static void a_cap_holds_and_leaves_the_rest_to_others(void **state)
{
    struct world *world = *state;

    begin(world, 0, (struct mdl_flow_request){&over_a, .bytes = 1000, .cap_bytes_per_s = 100});
    begin(world, 1, (struct mdl_flow_request){&over_a, .bytes = 100000});
    run_to(world, 1);
    rate_is(world, 0, 100);
    rate_is(world, 1, 900);
    bottleneck_is(world, 0, MDL_CHANNEL_NONE);
    bottleneck_is(world, 1, A);
    mdl_flow_set_cap(world->flows, world->flow[0], 0);
    run_to(world, 2);
    rate_is(world, 0, 500);
    mdl_flow_set_weight(world->flows, world->flow[1], 4);
    run_to(world, 3);
    rate_is(world, 0, 200);
    run_to(world, 20);
    ends_at(world, 0, 4);
    check_near(mdl_flows_limited_bytes(world->flows, MDL_CHANNEL_NONE), 100, 1e-9);
}

static void a_cap_and_a_weight_change_together(void **state)
{
    struct world *world = *state;

    begin(world, 0, (struct mdl_flow_request){&over_a, .bytes = 100000, .cap_bytes_per_s = 100});
    begin(world, 1, (struct mdl_flow_request){&over_a, .bytes = 100000});
    run_to(world, 1);
    rate_is(world, 0, 100);
    mdl_flow_set_share(world->flows, world->flow[0], 900, 4);
    run_to(world, 2);
    rate_is(world, 0, 800);
    mdl_flow_set_share(world->flows, world->flow[0], 300, 4);
    run_to(world, 3);
    rate_is(world, 0, 300);
    rate_is(world, 1, 700);
}

static void caps_with_unequal_weights_freeze_in_order_of_level(void **state)
{
    struct world *world = *state;

    /* levels of the caps: 400 / 4 = 100, 150 / 1; the channel then gives (1000 - 400 - 150) / 2 */
    begin(world, 0,
          (struct mdl_flow_request){&over_a, .bytes = 100000, .cap_bytes_per_s = 400, .weight = 4});
    begin(world, 1, (struct mdl_flow_request){&over_a, .bytes = 100000, .cap_bytes_per_s = 150});
    begin(world, 2, (struct mdl_flow_request){&over_a, .bytes = 100000, .weight = 2});
    run_to(world, 1);
    rate_is(world, 0, 400);
    rate_is(world, 1, 150);
    rate_is(world, 2, 450);
    begin(world, 3, (struct mdl_flow_request){&over_a, .bytes = 100000, .weight = 13});
    run_to(world, 2);
    rate_is(world, 0, 200);
    rate_is(world, 1, 50);
    rate_is(world, 2, 100);
    rate_is(world, 3, 650);
}

static void a_channel_per_flow_limits_each_alone(void **state)
{
    struct world *world = *state;

    /* by weight alone: 100, 300, 600; the last may not, so the others have 700 as 1 to 3 */
    begin(world, 0, (struct mdl_flow_request){&over_a_each, .bytes = 6000, .weight = 1});
    begin(world, 1, (struct mdl_flow_request){&over_a, .bytes = 6000, .weight = 3});
    begin(world, 2, (struct mdl_flow_request){&over_a_each, .bytes = 6000, .weight = 6});
    begin(world, 3, (struct mdl_flow_request){&over_each, .bytes = 3000, .weight = 5});
    run_to(world, 1);
    rate_is(world, 0, 175);
    rate_is(world, 1, 525);
    rate_is(world, 2, 300);
    rate_is(world, 3, 300);
    bottleneck_is(world, 0, A);
    bottleneck_is(world, 2, EACH);
    bottleneck_is(world, 3, EACH);
    mdl_flows_set_capacity(world->flows, EACH, 100);
    run_to(world, 1.5);
    rate_is(world, 1, 800);
    rate_is(world, 2, 100);
    rate_is(world, 3, 100);
    mdl_flows_set_capacity(world->flows, EACH, 0);
    run_to(world, 2);
    rate_is(world, 3, 0);
    bottleneck_is(world, 3, EACH);
}

static void airtime_goes_by_weight_over_radio_rate(void **state)
{
    struct world *world = *state;

    /* 1/1000 + 1/250 of the time a byte of each: 200 bytes/s each */
    begin(world, 0,
          (struct mdl_flow_request){&in_cell, .bytes = 100000, .radio_bytes_per_s = 1000});
    begin(world, 1, (struct mdl_flow_request){&in_cell, .bytes = 100000, .radio_bytes_per_s = 250});
    run_to(world, 1);
    rate_is(world, 0, 200);
    rate_is(world, 1, 200);
    /* weights as radio rates: half of the time each */
    mdl_flow_set_weight(world->flows, world->flow[0], 1000);
    mdl_flow_set_weight(world->flows, world->flow[1], 250);
    run_to(world, 2);
    rate_is(world, 0, 500);
    rate_is(world, 1, 125);
    mdl_flows_set_capacity(world->flows, CELL, 0.5);
    run_to(world, 3);
    rate_is(world, 0, 250);
}

static void out_of_coverage_a_flow_stalls_and_others_have_its_time(void **state)
{
    struct world *world = *state;

    begin(world, 0,
          (struct mdl_flow_request){&cell_and_a, .bytes = 1000, .radio_bytes_per_s = 400});
    begin(world, 1, (struct mdl_flow_request){&in_cell, .bytes = 100000, .radio_bytes_per_s = 400});
    run_to(world, 1);
    rate_is(world, 0, 200);
    mdl_flow_set_radio(world->flows, world->flow[0], 0);
    run_to(world, 2);
    rate_is(world, 0, 0);
    rate_is(world, 1, 400);
    bottleneck_is(world, 0, CELL);
    mdl_flow_set_radio(world->flows, world->flow[0], 800);
    run_to(world, 10);
    ends_at(world, 0, 2 + 800 / (1 / (1 / 800.0 + 1 / 400.0)));
}

static void a_flow_that_nothing_limits_is_done_a_nanosecond_later(void **state)
{
    struct world *world = *state;

    begin(world, 0, (struct mdl_flow_request){&nothing, .bytes = 1000000000});
    begin(world, 1, (struct mdl_flow_request){&over_wide, .bytes = 1000000000});
    begin(world, 2, (struct mdl_flow_request){&nothing, .bytes = 1000, .cap_bytes_per_s = 100});
    run_to(world, 20);
    assert_int_equal(world->heard[0].done_ns, 1);
    assert_int_equal(world->heard[1].done_ns, 1);
    ends_at(world, 2, 10);
}

static void flows_alike_end_in_order_of_beginning(void **state)
{
    struct world *world = *state;

    for (int i = 0; i < 20; i++)
        begin(world, i, (struct mdl_flow_request){&over_a, .bytes = 100});
    run_to(world, 20);
    for (int i = 0; i < 20; i++) {
        ends_at(world, i, 2);
        assert_int_equal(world->heard[i].order, i);
    }
}

static void a_flow_may_follow_at_the_end_of_another(void **state)
{
    struct world *world = *state;

    world->follows = 1;
    world->follow = (struct mdl_flow_request){&over_a, .bytes = 2000};
    begin(world, 0, (struct mdl_flow_request){&over_a, .bytes = 1000});
    run_to(world, 20);
    ends_at(world, 0, 1);
    ends_at(world, 1, 3);
}

/* ---- what other simulators got wrong ---- */

static void two_latencies_that_end_at_once_share_the_channel(void **state)
{
    struct world *world = *state;

    begin(world, 0, (struct mdl_flow_request){&late_a, .bytes = 1000});
    begin(world, 1, (struct mdl_flow_request){&over_a, .bytes = 1000, .latency_ns = 250000000});
    run_to(world, 1);
    rate_is(world, 0, 500);
    rate_is(world, 1, 500);
    run_to(world, 10);
    ends_at(world, 0, 2.25);
    ends_at(world, 1, 2.25);
}

static void a_raised_capacity_is_used_at_once(void **state)
{
    struct world *world = *state;

    begin(world, 0, (struct mdl_flow_request){&over_a, .bytes = 5000});
    run_to(world, 1);
    mdl_flows_set_capacity(world->flows, A, 4000);
    run_to(world, 10);
    ends_at(world, 0, 2);
}

static void capacity_zero_stalls_until_it_is_raised(void **state)
{
    struct world *world = *state;

    begin(world, 0, (struct mdl_flow_request){&over_a_b, .bytes = 1200});
    begin(world, 1, (struct mdl_flow_request){&over_b, .bytes = 2400});
    run_to(world, 1);
    mdl_flows_set_capacity(world->flows, A, 0);
    run_to(world, 2);
    rate_is(world, 0, 0);
    rate_is(world, 1, 600);
    bottleneck_is(world, 0, A);
    mdl_flows_set_capacity(world->flows, A, 1000);
    run_to(world, 100);
    ends_at(world, 0, 5);
    ends_at(world, 1, 6);
}

static void extreme_radio_rates_share_the_cell(void **state)
{
    struct world *world = *state;
    static const double radio[] = {1e-3, 1e12, 3e5, 1e9};
    double seconds_per_byte = 0;

    for (int i = 0; i < 4; i++) {
        begin(world, i,
              (struct mdl_flow_request){&in_cell, .bytes = 1000000, .radio_bytes_per_s = radio[i]});
        seconds_per_byte += 1 / radio[i];
    }
    run_to(world, 1);
    for (int i = 0; i < 4; i++)
        rate_is(world, i, 1 / seconds_per_byte);
    mdl_flow_stop(world->flows, world->flow[0]);
    run_to(world, 1.5);
    rate_is(world, 1, 1 / (1 / 1e12 + 1 / 3e5 + 1 / 1e9));
    mdl_flow_stop(world->flows, world->flow[2]);
    run_to(world, 1.5);
    rate_is(world, 3, 1 / (1 / 1e12 + 1 / 1e9));
}

/* ---- channels that fail ---- */

static void a_channel_that_goes_down_fails_some_and_stalls_others(void **state)
{
    struct world *world = *state;

    begin(world, 0, (struct mdl_flow_request){&over_a_b, .bytes = 3000});
    begin(world, 1,
          (struct mdl_flow_request){&over_a, .bytes = 3000, .when_down = MDL_FLOW_STALLS});
    begin(world, 2, (struct mdl_flow_request){&late_a, .bytes = 3000, .latency_ns = SECONDS(9)});
    begin(world, 3, (struct mdl_flow_request){&over_b, .bytes = 1800});
    run_to(world, 1);
    mdl_flows_set_down(world->flows, A, true);
    assert_int_equal(world->heard[0].failed_ns, SECONDS(1));
    assert_int_equal(world->heard[0].sent, 300);
    assert_int_equal(world->heard[0].channel, A);
    assert_int_equal(world->heard[2].failed_ns, SECONDS(1));
    assert_int_equal(world->heard[2].sent, 0);
    assert_null(begin(world, 4, (struct mdl_flow_request){&over_a, .bytes = 10}));
    assert_int_equal(world->heard[4].failed_ns, SECONDS(1));
    assert_true(mdl_flows_is_down(world->flows, A));
    check_near(mdl_flows_capacity(world->flows, A), 0, 0);
    run_to(world, 2);
    rate_is(world, 1, 0);
    bottleneck_is(world, 1, A);
    mdl_flows_set_capacity(world->flows, A, 500);
    run_to(world, 3);
    rate_is(world, 1, 0);
    mdl_flows_set_down(world->flows, A, false);
    run_to(world, 20);
    ends_at(world, 1, 3 + (3000 - 700) / 500.0);
    ends_at(world, 3, 1 + (1800 - 300) / 600.0);
}

static void a_failed_flow_may_begin_again_elsewhere_and_stop_another_that_fails(void **state)
{
    struct world *world = *state;
    struct mdl_flow_bytes bytes;

    for (int i = 0; i < 3; i++)
        begin(world, i, (struct mdl_flow_request){&over_a, .bytes = 3000});
    run_to(world, 1.5);
    world->follows = 3;
    world->follow = (struct mdl_flow_request){&over_b, .bytes = 600};
    world->stops = 1;
    mdl_flows_set_down(world->flows, A, true);
    assert_int_equal(world->heard[0].failed_ns, SECONDS(1.5));
    assert_int_equal(world->heard[1].failed_ns, 0);
    assert_int_equal(world->heard[2].sent, 500);
    run_to(world, 10);
    ends_at(world, 3, 2.5);
    bytes = mdl_flows_account(world->flows);
    assert_true(bytes.dropped_sent == 1500 && bytes.dropped_unsent == 7500 && bytes.done == 600);
}

/* ---- what its owner does ---- */

static void a_flow_goes_on_over_another_route_and_keeps_what_was_sent(void **state)
{
    static const struct mdl_route other = {1, b, 250000000};
    struct world *world = *state;

    begin(world, 0, (struct mdl_flow_request){&over_a, .bytes = 3000});
    run_to(world, 2);
    mdl_flow_reroute(world->flows, world->flow[0], &other, SECONDS(1.5));
    run_to(world, 3);
    rate_is(world, 0, 0);
    assert_int_equal(mdl_flow_sent(world->flows, world->flow[0]), 2000);
    assert_ptr_equal(mdl_flow_route(world->flow[0]), &other);
    mdl_flow_reroute(world->flows, world->flow[0], &other, SECONDS(1.25));
    run_to(world, 20);
    ends_at(world, 0, 4.5 + 1000 / 600.0);
    begin(world, 1, (struct mdl_flow_request){&over_a, .bytes = 3000});
    run_to(world, 21);
    mdl_flows_set_down(world->flows, B, true);
    mdl_flow_reroute(world->flows, world->flow[1], &other, 0);
    assert_int_equal(world->heard[1].failed_ns, SECONDS(21));
    assert_int_equal(world->heard[1].sent, 1000);
}

static void an_endless_flow_sends_until_it_is_stopped(void **state)
{
    struct world *world = *state;
    struct mdl_flow_bytes bytes;

    begin(world, 0, (struct mdl_flow_request){&over_a, .bytes = MDL_FLOW_ENDLESS});
    run_to(world, 86400.5);
    bytes = mdl_flows_account(world->flows);
    assert_true(bytes.begun == 86400500 && bytes.inside == 86400500);
    mdl_flow_reroute(world->flows, world->flow[0], &over_c, 0);
    run_to(world, 2e5);
    assert_true(mdl_flow_stop(world->flows, world->flow[0]) == 86400500 + 113599500000000);
    bytes = mdl_flows_account(world->flows);
    assert_true(bytes.begun == bytes.dropped_sent && bytes.inside == 0 &&
                bytes.begun == 86400500 + 113599500000000);
}

static void stopping_tells_the_whole_bytes_that_passed(void **state)
{
    struct world *world = *state;

    begin(world, 0, (struct mdl_flow_request){&over_a, .bytes = 1500});
    begin(world, 1, (struct mdl_flow_request){&late_a, .bytes = 1500});
    run_to(world, 0.2);
    assert_int_equal(mdl_flow_stop(world->flows, world->flow[1]), 0);
    run_to(world, 0.7777);
    assert_in_range(mdl_flow_stop(world->flows, world->flow[0]), 777, 778);
    run_to(world, 10);
    assert_int_equal(world->calls, 0);
}

static void watched_flows_hear_of_their_rate_in_order_of_beginning(void **state)
{
    struct world *world = *state;
    struct mdl_flow_request watched = {&over_a, .bytes = 100000, .is_watched = true};

    for (int i = 0; i < 2; i++)
        begin(world, i, watched);
    begin(world, 2, (struct mdl_flow_request){&over_b, .bytes = 100000});
    world->slows = 1; /* by the hook of 0, which is told again; 1 is told once, after that */
    run_to(world, 1);
    check_near(world->heard[0].rate, 900, 1e-12);
    check_near(world->heard[1].rate, 100, 1e-12);
    assert_int_equal(world->heard[0].rates, 2);
    assert_int_equal(world->heard[1].rates, 1);
    assert_int_equal(world->heard[0].order, 1);
    assert_int_equal(world->heard[1].order, 2);
    assert_int_equal(world->heard[2].rates, 0);
    begin(world, 3, (struct mdl_flow_request){&over_b, .bytes = 100000}); /* not their channel */
    run_to(world, 2);
    assert_int_equal(world->calls, 3);
    mdl_flow_reroute(world->flows, world->flow[0], &over_a, SECONDS(1));
    run_to(world, 2.5);
    check_near(world->heard[0].rate, 0, 0);
    assert_int_equal(world->heard[0].rates, 3);
    mdl_flow_stop(world->flows, world->flow[1]);
    run_to(world, 4);
    check_near(world->heard[0].rate, 1000, 1e-12);
}

static void who_is_gone_hears_nothing(void **state)
{
    struct world *world = *state;
    struct mdl_flow_request watched = {&over_a, .bytes = 100000, .is_watched = true};

    begin(world, 0, (struct mdl_flow_request){&over_a, .bytes = 100000});
    begin(world, 1, watched);
    mdl_flow_stop(world->flows, world->flow[1]); /* before its rate was known */
    run_to(world, 1);
    mdl_flow_set_weight(world->flows, world->flow[0], 2);
    run_to(world, 2);
    assert_int_equal(world->calls, 0);
    begin(world, 2, watched);
    begin(world, 3, watched);
    mdl_flow_stop(world->flows, world->flow[2]);
    run_to(world, 3);
    assert_int_equal(world->heard[2].rates, 0);
    assert_int_equal(world->heard[3].rates, 1);
    check_near(world->heard[3].rate, 1000.0 / 3, 1e-12);
    mdl_flow_stop(world->flows, world->flow[3]);
    run_to(world, 4);
    assert_int_equal(world->heard[3].rates, 1);
}

static void count(void *context, struct mdl_flow *flow)
{
    int *seen = context;

    assert_ptr_equal(*(struct mdl_flow **)mdl_flow_subject(flow), flow);
    (*seen)++;
}

static void every_live_flow_is_visited(void **state)
{
    struct world *world = *state;
    int seen = 0;

    for (int i = 0; i < 5; i++)
        begin(world, i, (struct mdl_flow_request){i % 2 ? &late_a : &over_b, .bytes = 10000});
    mdl_flow_stop(world->flows, world->flow[3]);
    mdl_flows_each(world->flows, count, &seen);
    assert_int_equal(seen, 4);
}

static void memory_grows_with_the_flows_under_way_only(void **state)
{
    struct world *world = *state;
    size_t bytes = 0;

    for (int i = 0; i < 40000; i++) {
        begin(world, i % SUBJECTS,
              (struct mdl_flow_request){&over_a_b, .bytes = 1, .cap_bytes_per_s = 10 + 0.001 * i});
        world->heard[i % SUBJECTS].done_ns = 0;
        run_to(world, 1 + i);
        if (i == 9999)
            bytes = sim_arena_bytes(world->sim->arena);
    }
    assert_true(sim_arena_bytes(world->sim->arena) == bytes);
    check_near(mdl_flows_bytes(world->flows, A), 40000, 1e-6);
    check_bytes_together(world);
    check_near(mdl_flows_limited_bytes(world->flows, MDL_CHANNEL_NONE), 40000, 1e-6);
}

/* What a run with so much memory comes to. */
static enum sim_status status_within(size_t limit_bytes)
{
    static struct world world;
    static const struct mdl_channel channel[] = {{"a >", 1000, MDL_CHANNEL_SHARED},
                                                 {"b >", 600, MDL_CHANNEL_SHARED}};
    const struct mdl_flow_hooks hooks = {&world, on_done, on_failed, on_rate};
    enum sim_status status;

    world = (struct world){.follows = NOBODY, .stops = NOBODY, .slows = NOBODY};
    status = sim_create(1, 0, 0, limit_bytes, &world.sim, NULL);
    if (status)
        return status;
    status = mdl_flows_create(world.sim, channel, 2, &hooks, &world.flows, NULL);
    for (int i = 0; i < SUBJECTS && status == SIM_OK; i++) {
        begin(&world, i,
              (struct mdl_flow_request){i % 3   ? &over_a_b
                                        : i % 2 ? &late_a
                                                : &over_a,
                                        .bytes = 10000, .cap_bytes_per_s = i % 2 ? i : 0,
                                        .is_watched = true});
        status = sim_run(world.sim, SECONDS(0.1 * i), NULL);
    }
    for (int i = 0; i < SUBJECTS && status == SIM_OK; i++) {
        if (!world.heard[i].done_ns)
            mdl_flow_set_cap(world.flows, world.flow[i], 3 + i);
        status = sim_run(world.sim, world.sim->now_ns + 1000000, NULL);
    }
    sim_destroy(world.sim);
    return status;
}

static void memory_that_ends_anywhere_ends_the_run(void **state)
{
    size_t limit_bytes = 1;

    (void)state;
    for (; status_within(limit_bytes) != SIM_OK; limit_bytes += 192)
        assert_int_equal(status_within(limit_bytes), SIM_ENOMEM);
    assert_true(limit_bytes > 100000);
}

/* More channels than are searched together, three of them full at once over one route. */
static void of_channels_full_at_once_the_first_holds_up(void **state)
{
    enum { MANY = 12, PAIRS = MANY - 2 };
    static const double capacity[MANY] = {40, 30, 30, 20, 20, 60, 50, 50, 20, 90, 70, 80};
    static const uint32_t channel[MANY] = {0, 1, 2, 3, 5, 6, 7, 9, 10, 11}, trio[] = {3, 4, 8};
    struct mdl_channel channels[MANY];
    struct mdl_route route[PAIRS];
    struct mdl_flow *flow[PAIRS];
    struct mdl_flows *flows;
    struct sim *sim;

    (void)state;
    for (size_t i = 0; i < MANY; i++)
        channels[i] = (struct mdl_channel){"link", capacity[i], MDL_CHANNEL_SHARED};
    assert_int_equal(sim_create(1, 0, 0, 0, &sim, NULL), SIM_OK);
    assert_int_equal(
        mdl_flows_create(sim, channels, MANY, &(struct mdl_flow_hooks){0}, &flows, NULL), SIM_OK);
    for (size_t i = 0; i < PAIRS; i++) {
        bool is_trio = channel[i] == trio[0];
        struct mdl_flow_request request = {
            .route = &route[i], .bytes = MDL_FLOW_ENDLESS, .weight = 1};

        route[i] =
            (struct mdl_route){is_trio ? 3 : 1, is_trio ? trio : &channel[i], .latency_ns = 0};
        mdl_flow_begin(flows, &request);
        flow[i] = mdl_flow_begin(flows, &request);
    }
    assert_int_equal(sim_run(sim, 1, NULL), SIM_OK);
    for (size_t i = 0; i < PAIRS; i++) {
        check_near(mdl_flow_rate(flows, flow[i]), capacity[channel[i]] / 2, 1e-12);
        assert_int_equal(mdl_flow_bottleneck(flows, flow[i]), channel[i]);
    }
    sim_destroy(sim);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, create, destroy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_flow_takes_latencies_plus_bytes_over_the_narrowest_channel),
        TEST(flows_share_by_weight_and_take_over_what_others_leave),
        TEST(a_flow_held_up_elsewhere_leaves_its_share_to_others),
        TEST(a_cap_holds_and_leaves_the_rest_to_others),
        TEST(a_cap_and_a_weight_change_together),
        TEST(caps_with_unequal_weights_freeze_in_order_of_level),
        TEST(a_channel_per_flow_limits_each_alone),
        TEST(airtime_goes_by_weight_over_radio_rate),
        TEST(out_of_coverage_a_flow_stalls_and_others_have_its_time),
        TEST(a_flow_that_nothing_limits_is_done_a_nanosecond_later),
        TEST(flows_alike_end_in_order_of_beginning),
        TEST(a_flow_may_follow_at_the_end_of_another),
        TEST(two_latencies_that_end_at_once_share_the_channel),
        TEST(a_raised_capacity_is_used_at_once),
        TEST(capacity_zero_stalls_until_it_is_raised),
        TEST(extreme_radio_rates_share_the_cell),
        TEST(a_channel_that_goes_down_fails_some_and_stalls_others),
        TEST(a_failed_flow_may_begin_again_elsewhere_and_stop_another_that_fails),
        TEST(a_flow_goes_on_over_another_route_and_keeps_what_was_sent),
        TEST(an_endless_flow_sends_until_it_is_stopped),
        TEST(stopping_tells_the_whole_bytes_that_passed),
        TEST(watched_flows_hear_of_their_rate_in_order_of_beginning),
        TEST(who_is_gone_hears_nothing),
        TEST(every_live_flow_is_visited),
        cmocka_unit_test(of_channels_full_at_once_the_first_holds_up),
        cmocka_unit_test(memory_that_ends_anywhere_ends_the_run),
        TEST(memory_grows_with_the_flows_under_way_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
