/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/transport/link_state.h"
#include "models/transport/transfer.h"
#include "tests/support/check.h"
#include "tests/unit/models/build.h"

enum { S = 1000000000, MS = 1000000, SUBJECTS = 64 };

/* Two ways from milan to the site lumi: l1 direct (1e6 B/s, 10 ms), and by paris over l2 and l3
 * (0.5e6 B/s, 10 ms each). The site's transfer nodes take 4e6. */
struct world {
    struct sim_arena *arena;
    struct mdl_hub_config hub[2];
    struct mdl_link_config link[3];
    struct mdl_line_config line;
    struct mdl_network_config config;
    struct mdl_network_plan plan;
    struct sim_calendar calendar;
    struct sim *sim;
    struct mdl_flows *flows;
    struct mdl_link_state *links;
    struct mdl_transfers *transfers;
    int64_t arrived_ns[SUBJECTS], given_up_ns[SUBJECTS]; /* by subject; 0: not */
    struct mdl_transfer_end told;                        /* the last that was over */
};

static int subjects[SUBJECTS];

static void arrived(void *context, void *subject)
{
    struct world *world = context;

    world->arrived_ns[(int *)subject - subjects] = world->sim->now_ns;
}

static void given_up(void *context, void *subject)
{
    struct world *world = context;

    world->given_up_ns[(int *)subject - subjects] = world->sim->now_ns;
}

static void ended(void *context, const struct mdl_transfer_end *end)
{
    ((struct world *)context)->told = *end;
}

static void changed(void *context, size_t link, bool is_down)
{
    (void)link;
    (void)is_down;
    mdl_transfers_review(((struct world *)context)->transfers);
}

static bool no_eu(const char *country)
{
    (void)country;
    return false;
}

static void describe(struct world *world)
{
    static const char *const end[3][3] = {{"network.links.l1", "milan", "lumi"},
                                          {"network.links.l2", "milan", "paris"},
                                          {"network.links.l3", "paris", "lumi"}};

    *world = (struct world){.arena = sim_arena_create(0)};
    world->hub[0].item = item_of("network.hubs.milan", 0);
    world->hub[1].item = item_of("network.hubs.paris", 1);
    for (size_t i = 0; i < 3; i++)
        world->link[i] = (struct mdl_link_config){.item = item_of(end[i][0], i),
                                                  .from = end[i][1],
                                                  .to = end[i][2],
                                                  .capacity_bytes_per_s = i ? 0.5e6 : 1e6,
                                                  .latency_ns = 10 * MS,
                                                  .is_duplex = true,
                                                  .on_failure = MDL_ON_FAILURE_OF_NETWORK};
    world->line = (struct mdl_line_config){.up_bytes_per_s = 2e6,
                                           .down_bytes_per_s = 4e6,
                                           .latency_ns = 5 * MS,
                                           .tcp = {.streams = 1, .mss_bytes = 1460},
                                           .goodput_frac = 1};
    world->config = (struct mdl_network_config){
        .hubs = BUILD_MAP(world->hub, 2),
        .links = BUILD_MAP(world->link, 3),
        .path_factor = 1.5,
        .retry = {.first_ns = S, .max_ns = 3 * (int64_t)S, .factor = 2, .chunk_bytes = 1e5}};
}

static void build(struct world *world)
{
    static const struct mdl_site_end site = {"lumi", "FI", NAN, NAN};
    static const struct mdl_rule anything;
    const struct mdl_link_hooks link_hooks = {world, changed};
    const struct mdl_transfer_hooks hooks = {world, arrived, given_up, ended};
    struct mdl_channels channels = {.arena = world->arena};
    uint32_t nodes;

    assert_int_equal(
        mdl_network_lay(&world->plan, &world->config, &site, 1, no_eu, &channels, NULL), SIM_OK);
    nodes = mdl_channels_add(&channels, "lumi", "transfer nodes", 4e6, MDL_CHANNEL_SHARED);
    mdl_network_cross_in(&world->plan, 0, false, nodes);
    mdl_network_cross_out(&world->plan, 0, false, nodes);
    assert_int_equal(mdl_network_find_ways(&world->plan, &anything, 1, &channels, NULL), SIM_OK);
    assert_int_equal(sim_create(1, 0, 0, 0, &world->sim, NULL), SIM_OK);
    assert_int_equal(mdl_flows_create(world->sim, world->plan.channel, world->plan.channel_count,
                                      &mdl_cargo_hooks, &world->flows, NULL),
                     SIM_OK);
    mdl_flows_check_always(world->flows, true);
    assert_int_equal(mdl_link_state_create(world->sim, &world->plan, &world->calendar, world->flows,
                                           &link_hooks, &world->links, NULL),
                     SIM_OK);
    assert_int_equal(mdl_transfers_create(world->sim, &world->plan, world->flows,
                                          mdl_link_state_is_down(world->links), &hooks,
                                          &world->transfers, NULL),
                     SIM_OK);
}

static void run_to(struct world *world, double time_s)
{
    assert_int_equal(sim_run(world->sim, sim_ns_from_s(time_s), NULL), SIM_OK);
}

static void begin(struct world *world, int subject, bool is_input, uint64_t bytes)
{
    mdl_transfer_begin(world->transfers,
                       &(struct mdl_transfer_request){.is_input = is_input,
                                                      .line = &world->line,
                                                      .bytes = bytes,
                                                      .subject = &subjects[subject]});
}

static void check_accounts(const struct world *world)
{
    struct mdl_transfer_bytes t = mdl_transfers_bytes(world->transfers);
    struct mdl_flow_bytes f = mdl_flows_account(world->flows);

    assert_true(t.begun == t.arrived + t.given_up + t.inside);
    assert_true(f.begun == f.done + f.dropped_sent + f.dropped_unsent + f.inside);
    assert_true(f.done <= t.arrived);
}

static void end(struct world *world)
{
    check_accounts(world);
    sim_destroy(world->sim);
    sim_arena_destroy(world->arena);
}

/* A window in which a link is down, from start_s on. */
static struct mdl_window_config window(int64_t start_s, int64_t duration_s)
{
    return (struct mdl_window_config){.item = item_of("network.links.l1.windows.w", 0),
                                      .at_ns = start_s * S,
                                      .duration_ns = duration_s * S};
}

/* ---- sharing ---- */

static void a_transfer_takes_its_latencies_and_its_bytes_at_its_limit(void **state)
{
    struct world world;

    (void)state;
    describe(&world);
    build(&world);
    begin(&world, 0, true, 3000000); /* l1: 1e6 */
    run_to(&world, 10);
    begin(&world, 1, false, 3000000); /* l1 the other way */
    run_to(&world, 20);
    assert_int_equal(world.arrived_ns[0], 3 * (int64_t)S + 15 * MS);
    assert_int_equal(world.arrived_ns[1], 13 * (int64_t)S + 15 * MS);
    assert_int_equal(mdl_transfers_bottlenecks(world.transfers)[0].transfers, 1);
    assert_int_equal(mdl_transfers_bottlenecks(world.transfers)[1].transfers, 1);
    assert_true(mdl_transfers_bottlenecks(world.transfers)[0].bytes == 3000000);
    assert_int_equal(mdl_transfers_counts(world.transfers)->arrived, 2);
    end(&world);
}

static void the_line_limits_and_counts_as_the_bottleneck(void **state)
{
    struct world world;

    (void)state;
    describe(&world);
    world.line.up_bytes_per_s = 0.5e6;
    world.line.goodput_frac = 0.8;
    build(&world);
    begin(&world, 0, true, 1000000); /* 1.25e6 on the wire */
    run_to(&world, 10);
    assert_int_equal(world.arrived_ns[0], 2500 * (int64_t)MS + 15 * MS);
    assert_int_equal(mdl_transfers_bottlenecks(world.transfers)[world.plan.channel_count].transfers,
                     1);
    assert_int_equal(world.told.bottleneck, MDL_CHANNEL_NONE);
    assert_true(world.told.has_arrived && world.told.tries == 1 && world.told.begun_ns == 0);
    check_near(mdl_flows_bytes(world.flows, 0), 1.25e6, 1e-3);
    end(&world);
}

static void transfers_speed_up_when_others_leave(void **state)
{
    struct world world;

    (void)state;
    describe(&world);
    build(&world);
    begin(&world, 0, true, 1000000);
    begin(&world, 1, true, 2000000); /* half until 2 s, then all: 3 s */
    run_to(&world, 10);
    assert_int_equal(world.arrived_ns[0], 2 * (int64_t)S + 15 * MS);
    assert_int_equal(world.arrived_ns[1], 3 * (int64_t)S + 15 * MS);
    end(&world);
}

static void tcp_limits_long_ways_by_window_and_by_loss(void **state)
{
    struct mdl_line_config line = {.up_bytes_per_s = 1e9,
                                   .latency_ns = 10 * MS,
                                   .tcp = {.mss_bytes = 1460, .streams = 1},
                                   .goodput_frac = 1};
    struct mdl_line_limits limits;

    (void)state;
    /* RTT 60 ms; window 6 MB: 1e8 B/s */
    line.tcp.window_bytes = 6e6;
    limits = mdl_line_limits(&line, true, 20 * MS);
    check_near(limits.cap_bytes_per_s, 1e8, 1e-3);
    assert_int_equal(limits.start_up_ns, 10 * MS);
    /* 1.22 x 1460 / (0.06 x sqrt(1e-4)) = 2.9687e6 a stream, four of them */
    line.tcp.loss_frac = 1e-4;
    line.tcp.streams = 4;
    limits = mdl_line_limits(&line, true, 20 * MS);
    check_near(limits.cap_bytes_per_s, 4 * 1.22 * 1460 / (0.06 * 0.01), 1);
    check_near(limits.weight, 4, 0);
    /* slow start: 4 windows of 14600 until the rate x RTT is open */
    line.tcp.initial_window_bytes = 14600;
    limits = mdl_line_limits(&line, true, 20 * MS);
    check_near((double)(limits.start_up_ns - 10 * MS),
               6e7 * log2(limits.cap_bytes_per_s * 0.06 / (4 * 14600)), 2);
    /* no limit, no line */
    line.tcp = (struct mdl_tcp_config){.streams = 1};
    check_near(mdl_line_limits(&line, true, 20 * MS).cap_bytes_per_s, 1e9, 0);
    check_near(mdl_line_limits(NULL, true, 20 * MS).cap_bytes_per_s, 0, 0);
}

/* ---- links that change ---- */

static void background_takes_its_part_first_hour_by_hour(void **state)
{
    static const double half_a_day[24] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
    struct world world;

    (void)state;
    describe(&world);
    world.link[0].background =
        (struct mdl_traffic_config){.load_frac = 0.4, .hours = {24, half_a_day}};
    world.line.latency_ns = world.link[0].latency_ns = 0;
    build(&world);
    begin(&world, 0, true, 9360000000); /* 0.2e6 for 12 h: 8.64e9; then 1e6: 720 s more */
    run_to(&world, 86400);
    assert_int_equal(world.arrived_ns[0], (12 * 3600 + 720) * (int64_t)S);
    check_near(mdl_link_state_bytes(world.links, 0, world.sim->now_ns).capacity, 86400e6, 1);
    check_near(mdl_link_state_bytes(world.links, 0, world.sim->now_ns).background, 0.8e6 * 43200,
               1);
    end(&world);
}

static void background_grows_by_the_day_and_leaves_one_per_cent(void **state)
{
    struct mdl_link_config link = {
        .item = item_of("network.links.x", 0),
        .capacity_bytes_per_s = 1e6,
        .background = {.load_frac = 0.5, .growth_per_yr = 1, .since_days = SIM_DATE_NONE}};
    struct sim_calendar calendar = {.start_days = 20000};
    struct world world;

    (void)state;
    check_near(mdl_link_background(&link, SIM_ZONE_UTC, &calendar, 0), 0.5e6, 1e-6);
    link.background.bytes_per_s = 1e5;
    check_near(mdl_link_background(&link, SIM_ZONE_UTC, &calendar, 0), 0.6e6, 1e-6);
    link.background.bytes_per_s = 0;
    link.background.since_days = 20000 - 1461; /* four years */
    check_near(mdl_link_background(&link, SIM_ZONE_UTC, &calendar, 0), 8e6, 1e-3);
    link.background.since_days = SIM_DATE_NONE;
    check_near(mdl_link_background(&link, SIM_ZONE_UTC, &calendar, 200 * SIM_DAY_NS + SIM_HOUR_NS),
               0.5e6 * pow(2, 200 / 365.25), 1e-3);
    check_near(mdl_link_background(&link, SIM_ZONE_UTC, &calendar, -100 * SIM_DAY_NS),
               0.5e6 * pow(2, -100 / 365.25), 1e-3);
    describe(&world);
    world.link[0].background = (struct mdl_traffic_config){.load_frac = 1};
    build(&world);
    run_to(&world, 1);
    check_near(mdl_flows_capacity(world.flows, 0), 1e4, 1e-6);
    check_near(mdl_flows_capacity(world.flows, 1), 1e4, 1e-6);
    end(&world);
}

static void background_keeps_the_hours_of_the_place_where_the_link_begins(void **state)
{
    static const double midnight[24] = {24};
    struct world world;

    (void)state;
    describe(&world);
    world.hub[0].country = "FI"; /* UTC + 2 on the first of January */
    world.link[0].background =
        (struct mdl_traffic_config){.load_frac = 0.01, .hours = {24, midnight}};
    build(&world);
    run_to(&world, 22.5 * 3600);
    check_near(mdl_flows_capacity(world.flows, 0), 1e6 * (1 - 0.24), 1e-6);
    run_to(&world, 23.5 * 3600);
    check_near(mdl_flows_capacity(world.flows, 0), 1e6, 1e-6);
    end(&world);
}

static void upgrades_hold_from_their_dates_on_and_are_what_loads_refer_to(void **state)
{
    struct world world;
    struct mdl_upgrade_config upgrade[2] = {{item_of("u.b", 0), 2, 8e6},
                                            {item_of("u.a", 1), 1, 3e6}};

    (void)state;
    describe(&world);
    world.link[0].upgrades = BUILD_MAP(upgrade, 2);
    build(&world);
    run_to(&world, 86400 - 1);
    check_near(mdl_flows_capacity(world.flows, 0), 1e6, 0);
    run_to(&world, 86400);
    check_near(mdl_flows_capacity(world.flows, 0), 3e6, 0);
    run_to(&world, 3 * 86400);
    check_near(mdl_flows_capacity(world.flows, 1), 8e6, 0);
    check_near(mdl_link_state_bytes(world.links, 0, world.sim->now_ns).capacity, 12e6 * 86400, 1);
    end(&world);
}

/* ---- failures ---- */

static void a_transfer_takes_another_way_and_keeps_what_was_sent(void **state)
{
    struct world world;
    struct mdl_window_config down = window(1, 100);

    (void)state;
    describe(&world);
    world.link[0].windows = BUILD_MAP(&down, 1);
    world.line.latency_ns = 0;
    build(&world);
    begin(&world, 0, true, 1490000); /* 0.99e6 by 1 s, then 0.5e6 after 20 ms */
    run_to(&world, 1.5);
    begin(&world, 1, true, 1000); /* begins on the other way */
    run_to(&world, 50);
    assert_int_equal(mdl_transfers_counts(world.transfers)->rerouted, 1);
    assert_int_equal(mdl_transfers_counts(world.transfers)->failed, 0);
    check_near((double)world.arrived_ns[0], 2.021e9, 2e6);
    check_near((double)world.arrived_ns[1], 1.524e9, 2e6);
    end(&world);
}

/* A window of 12 kB: 4e5 B/s over 30 ms there and back, 2.4e5 over the 50 ms of the detour. */
static void the_limit_of_tcp_is_that_of_the_way_taken(void **state)
{
    struct world world;
    struct mdl_window_config down = window(1, 100);

    (void)state;
    describe(&world);
    world.link[0].windows = BUILD_MAP(&down, 1);
    world.line.tcp.window_bytes = 12000;
    build(&world);
    begin(&world, 0, true, 634000); /* 394 kB by 1 s; then 20 ms and a second */
    run_to(&world, 50);
    check_near((double)world.arrived_ns[0], 2.02e9, 1e-6);
    end(&world);
}

static void without_another_way_it_waits_in_place(void **state)
{
    struct world world;
    struct mdl_window_config down = window(1, 100), other = window(0, 200);

    (void)state;
    describe(&world);
    world.link[0].windows = BUILD_MAP(&down, 1);
    world.link[2].windows = BUILD_MAP(&other, 1);
    build(&world);
    begin(&world, 0, true, 1500000);
    run_to(&world, 200);
    assert_int_equal(mdl_transfers_counts(world.transfers)->rerouted, 0);
    assert_int_equal(world.arrived_ns[0], 101515 * (int64_t)MS);
    end(&world);
}

static void a_way_that_comes_back_is_taken_by_those_that_wait(void **state)
{
    struct world world;
    struct mdl_window_config down = window(1, 100), other = window(0, 50);

    (void)state;
    describe(&world);
    world.link[0].windows = BUILD_MAP(&down, 1);
    world.link[2].windows = BUILD_MAP(&other, 1);
    build(&world);
    begin(&world, 0, true, 1485000); /* 0.985e6 by 1 s; at 50 s by paris: 1 s and 20 ms */
    run_to(&world, 200);
    assert_int_equal(mdl_transfers_counts(world.transfers)->rerouted, 1);
    check_near((double)world.arrived_ns[0], 51.02e9, 1e3);
    end(&world);
}

static void a_link_that_stalls_does_not_look_for_another_way(void **state)
{
    struct world world;
    struct mdl_window_config down = window(1, 100);

    (void)state;
    describe(&world);
    world.link[0].windows = BUILD_MAP(&down, 1);
    world.link[0].on_failure = MDL_ON_FAILURE_STALL;
    build(&world);
    begin(&world, 0, true, 1500000);
    run_to(&world, 2);
    begin(&world, 1, true, 1000); /* stalls from its beginning */
    run_to(&world, 200);
    assert_int_equal(world.arrived_ns[0], 101515 * (int64_t)MS + 1000 * 1000);
    assert_true(world.arrived_ns[1] > 101 * (int64_t)S);
    end(&world);
}

static void killed_transfers_begin_again_after_longer_and_longer_waits(void **state)
{
    struct world world;
    struct mdl_window_config down = window(1, 8);

    (void)state;
    describe(&world);
    world.config.links.count = 1;
    world.config.on_failure = MDL_ON_FAILURE_KILL;
    world.link[0].windows = BUILD_MAP(&down, 1);
    build(&world);
    /* tries at 0 (killed at 1), 2, 4, 7, 10 s: waits of 1, 2, 3, 3 s */
    begin(&world, 0, true, 1500000);
    run_to(&world, 200);
    assert_int_equal(mdl_transfers_counts(world.transfers)->failed, 4);
    assert_int_equal(mdl_transfers_counts(world.transfers)->retried, 4);
    assert_int_equal(world.told.tries, 5);
    assert_int_equal(world.told.bottleneck, 0); /* the link, which gives half of the line */
    assert_int_equal(world.arrived_ns[0], 11515 * (int64_t)MS);
    end(&world);
}

static void resumed_transfers_keep_their_whole_chunks(void **state)
{
    struct world world;
    struct mdl_window_config down = window(1, 2);
    struct mdl_transfer_bytes bytes;

    (void)state;
    describe(&world);
    world.config.links.count = 1;
    world.link[0].windows = BUILD_MAP(&down, 1);
    world.link[0].on_failure = MDL_ON_FAILURE_RESUME;
    build(&world);
    /* 985 kB by 1 s: nine chunks; tries at 2 and 4 s; 0.6e6 left */
    begin(&world, 0, true, 1500000);
    run_to(&world, 3);
    bytes = mdl_transfers_bytes(world.transfers);
    assert_true(bytes.kept == 900000 && bytes.inside == 1500000);
    run_to(&world, 200);
    assert_int_equal(world.arrived_ns[0], 4615 * (int64_t)MS);
    assert_true(mdl_flows_account(world.flows).done == 600000);
    end(&world);
}

/* By paris: l2 lets it resume behind 400 kB at 1 s, l3 kills it at 3 s, so that all is sent again.
 */
static void a_killed_transfer_loses_what_earlier_tries_kept(void **state)
{
    struct world world;
    struct mdl_window_config first = window(1, 1), second = window(3, 1), always = window(0, 1000);

    (void)state;
    describe(&world);
    world.link[0].windows = BUILD_MAP(&always, 1);
    world.link[1].windows = BUILD_MAP(&first, 1);
    world.link[1].on_failure = MDL_ON_FAILURE_RESUME;
    world.link[2].windows = BUILD_MAP(&second, 1);
    world.link[2].on_failure = MDL_ON_FAILURE_KILL;
    build(&world);
    begin(&world, 0, true, 1500000); /* tries at 0, 2 and 5 s */
    run_to(&world, 2.5);
    assert_true(mdl_transfers_bytes(world.transfers).kept == 400000);
    run_to(&world, 4);
    assert_true(mdl_transfers_bytes(world.transfers).kept == 0);
    run_to(&world, 50);
    assert_int_equal(world.arrived_ns[0], 8025 * (int64_t)MS);
    end(&world);
}

static void a_link_is_down_for_as_long_as_it_has_a_reason(void **state)
{
    struct world world;
    struct mdl_window_config both[2] = {window(1, 4), window(3, 5)};

    (void)state;
    describe(&world);
    world.link[0].windows = BUILD_MAP(both, 2);
    build(&world);
    for (int s = 0; s < 12; s++) {
        run_to(&world, s + 0.5);
        assert_int_equal(mdl_flows_is_down(world.flows, 0), s >= 1 && s < 8);
    }
    end(&world);
}

static void after_the_last_try_it_is_given_up(void **state)
{
    struct world world;
    struct mdl_window_config down = window(1, 1000);

    (void)state;
    describe(&world);
    world.config.links.count = 1;
    world.config.on_failure = MDL_ON_FAILURE_KILL;
    world.config.retry.tries = 3;
    world.link[0].windows = BUILD_MAP(&down, 1);
    build(&world);
    begin(&world, 0, true, 1500000);
    run_to(&world, 200);
    assert_int_equal(world.given_up_ns[0], 4 * (int64_t)S); /* tries at 0, 2 and 4 s */
    assert_int_equal(mdl_transfers_counts(world.transfers)->given_up, 1);
    assert_int_equal(mdl_transfers_counts(world.transfers)->retried, 2);
    assert_true(!world.told.has_arrived && world.told.tries == 3);
    assert_true(mdl_transfers_bytes(world.transfers).given_up == 1500000);
    end(&world);
}

/* Renewal: of a long time mtbf / (mtbf + mttr) is up; both directions go together. */
static void a_link_is_up_for_its_part_of_the_time(void **state)
{
    struct world world;
    int64_t down = 0, hours = 200000;

    (void)state;
    describe(&world);
    world.link[1].failures =
        (struct mdl_outage_config){.mtbf_ns = 30 * SIM_HOUR_NS, .mttr_ns = 10 * SIM_HOUR_NS};
    build(&world);
    for (int64_t h = 1; h <= hours; h++) {
        run_to(&world, (double)h * 3600);
        assert_int_equal(mdl_flows_is_down(world.flows, 2), mdl_flows_is_down(world.flows, 3));
        down += mdl_flows_is_down(world.flows, 2);
    }
    check_near((double)down / (double)hours, 0.25, 0.05); /* sigma 1.4 % */
    end(&world);
}

static void windows_come_again_and_those_before_the_run_are_passed(void **state)
{
    struct world world;
    struct mdl_window_config down = {.item = item_of("w.w", 0),
                                     .start_days = -10,
                                     .duration_ns = 6 * SIM_HOUR_NS,
                                     .every_ns = 7 * SIM_DAY_NS};

    (void)state;
    describe(&world);
    world.link[0].windows = BUILD_MAP(&down, 1);
    build(&world);
    for (int64_t h = 0; h < 28 * 24; h++) {
        run_to(&world, (double)h * 3600 + 1800);
        assert_int_equal(mdl_flows_is_down(world.flows, 0), (h + 10 * 24) % (7 * 24) < 6);
    }
    end(&world);
}

/* Many transfers over links that fail: whole bytes are conserved at every moment. */
static void bytes_are_conserved_whatever_fails(void **state)
{
    (void)state;
    for (int rule = 0; rule < MDL_ON_FAILURE_OF_NETWORK; rule++) {
        struct world world;

        describe(&world);
        world.config.on_failure = rule;
        world.config.retry.tries = 4;
        for (size_t i = 0; i < 3; i++)
            world.link[i].failures = (struct mdl_outage_config){20 * (int64_t)S, 5 * (int64_t)S};
        build(&world);
        for (int i = 0; i < SUBJECTS; i++) {
            begin(&world, i, i % 3, 100000 + 77777 * (uint64_t)i);
            run_to(&world, i + 1);
            check_accounts(&world);
        }
        run_to(&world, 1e5);
        assert_true(mdl_transfers_bytes(world.transfers).inside == 0);
        for (int i = 0; i < SUBJECTS; i++)
            assert_true(!world.arrived_ns[i] == !!world.given_up_ns[i]);
        end(&world);
    }
}

static void memory_that_runs_out_aborts_the_run(void **state)
{
    struct world world;

    (void)state;
    describe(&world);
    build(&world);
    begin(&world, 0, true, 1000000);
    sim_destroy(world.sim);
    for (size_t limit = 1 << 16; limit < 1 << 21; limit += 1 << 14) {
        const struct mdl_transfer_hooks hooks = {&world, arrived, given_up, NULL};

        if (sim_create(1, 0, 0, limit, &world.sim, NULL))
            continue;
        if (!mdl_flows_create(world.sim, world.plan.channel, world.plan.channel_count,
                              &mdl_cargo_hooks, &world.flows, NULL) &&
            !mdl_transfers_create(world.sim, &world.plan, world.flows, NULL, &hooks,
                                  &world.transfers, NULL)) {
            for (int i = 0; i < 20000 && !world.sim->is_aborted; i++)
                begin(&world, 0, true, 1000);
            assert_int_equal(world.sim->error.status, SIM_ENOMEM);
        }
        sim_destroy(world.sim);
    }
    sim_arena_destroy(world.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_transfer_takes_its_latencies_and_its_bytes_at_its_limit),
        cmocka_unit_test(the_line_limits_and_counts_as_the_bottleneck),
        cmocka_unit_test(transfers_speed_up_when_others_leave),
        cmocka_unit_test(tcp_limits_long_ways_by_window_and_by_loss),
        cmocka_unit_test(background_takes_its_part_first_hour_by_hour),
        cmocka_unit_test(background_grows_by_the_day_and_leaves_one_per_cent),
        cmocka_unit_test(background_keeps_the_hours_of_the_place_where_the_link_begins),
        cmocka_unit_test(upgrades_hold_from_their_dates_on_and_are_what_loads_refer_to),
        cmocka_unit_test(a_transfer_takes_another_way_and_keeps_what_was_sent),
        cmocka_unit_test(the_limit_of_tcp_is_that_of_the_way_taken),
        cmocka_unit_test(without_another_way_it_waits_in_place),
        cmocka_unit_test(a_way_that_comes_back_is_taken_by_those_that_wait),
        cmocka_unit_test(a_link_that_stalls_does_not_look_for_another_way),
        cmocka_unit_test(killed_transfers_begin_again_after_longer_and_longer_waits),
        cmocka_unit_test(resumed_transfers_keep_their_whole_chunks),
        cmocka_unit_test(a_killed_transfer_loses_what_earlier_tries_kept),
        cmocka_unit_test(a_link_is_down_for_as_long_as_it_has_a_reason),
        cmocka_unit_test(after_the_last_try_it_is_given_up),
        cmocka_unit_test(a_link_is_up_for_its_part_of_the_time),
        cmocka_unit_test(windows_come_again_and_those_before_the_run_are_passed),
        cmocka_unit_test(bytes_are_conserved_whatever_fails),
        cmocka_unit_test(memory_that_runs_out_aborts_the_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
