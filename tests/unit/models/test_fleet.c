/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/demand/fleet.h"
#include "models/transport/cargo.h"
#include "tests/support/check.h"
#include "tests/unit/models/build.h"

enum { S = 1000000000, FLEETS = 3 };

/* Fleets over one cell (channel 0) and one link (channel 1). */
struct world {
    struct sim *sim;
    struct sim_calendar calendar;
    struct mdl_cell_config cell;
    struct mdl_cell_plan cell_plan;
    struct mdl_fleet_config config[FLEETS];
    struct mdl_stream_plan stream[FLEETS];
    struct mdl_fleet_plan plan[FLEETS];
    struct mdl_flows *flows;
    struct mdl_cells *cells;
    struct mdl_fleets *fleets;
};

static const uint32_t over_cell[2] = {0, 1}, over_link[1] = {1};
static const struct mdl_route cell_route = {.count = 2, .channel = over_cell};
static const struct mdl_route link_route = {.count = 1, .channel = over_link};

/* 100 devices on the cell and 100 with lines record 1 kB each second; a device alone does 1 MB/s.
 */
static void describe(struct world *world)
{
    *world = (struct world){.calendar = {day_of("2026-01-05")}};
    world->cell = (struct mdl_cell_config){
        .count = 1, .coverage_frac = 1, .since_days = SIM_DATE_NONE, .latency_ns = 0};
    world->cell_plan = (struct mdl_cell_plan){.config = &world->cell};
    for (size_t f = 0; f < FLEETS; f++) {
        world->config[f] = (struct mdl_fleet_config){
            .country = "", .devices = 100, .record_bytes = 1000, .every_ns = S};
        world->stream[f] = (struct mdl_stream_plan){.part = 1,
                                                    .rate_bytes_per_s = 1e6,
                                                    .weight = 1,
                                                    .route = f == 2 ? &link_route : &cell_route};
        world->plan[f] = (struct mdl_fleet_plan){.config = &world->config[f],
                                                 .cell = f == 2 ? NULL : &world->cell_plan,
                                                 .stream_count = 1,
                                                 .stream = &world->stream[f]};
    }
}

static void create(struct world *world, size_t fleets, double link)
{
    const struct mdl_channel channel[2] = {{"cell", 1, MDL_CHANNEL_AIRTIME},
                                           {"link", link, MDL_CHANNEL_SHARED}};
    struct mdl_fleets_setting setting;

    assert_int_equal(sim_create(7, 0, 0, 0, &world->sim, NULL), SIM_OK);
    assert_int_equal(
        mdl_flows_create(world->sim, channel, 2, &mdl_cargo_hooks, &world->flows, NULL), SIM_OK);
    mdl_flows_check_always(world->flows, true);
    assert_int_equal(mdl_cells_create(world->sim, &world->cell_plan, 1, &world->calendar,
                                      world->flows, &world->cells, NULL),
                     SIM_OK);
    setting = (struct mdl_fleets_setting){world->plan, fleets, &world->calendar, world->flows, true,
                                          NULL,        NULL};
    assert_int_equal(mdl_fleets_create(world->sim, &setting, &world->fleets, NULL), SIM_OK);
    mdl_fleets_begin_window(world->fleets);
}

static const struct mdl_fleet_use *run_for(struct world *world, int64_t ns)
{
    assert_int_equal(sim_run(world->sim, ns, NULL), SIM_OK);
    mdl_fleets_end_window(world->fleets);
    return mdl_fleets_use(world->fleets);
}

/* sum of rate / radio <= 1, weights by airtime: n devices of which each gets r / n */
static void devices_of_a_full_cell_get_their_rate_over_their_number(void **state)
{
    const struct mdl_fleet_use *use;
    struct world world;

    (void)state;
    describe(&world);
    world.config[0].record_bytes = world.config[1].record_bytes = 1e5;
    world.config[1].devices = 25;
    world.stream[1].rate_bytes_per_s = 4e6;
    world.stream[1].weight = 4;
    create(&world, 2, 1e12);
    use = run_for(&world, 10 * SIM_HOUR_NS);
    check_near((double)use[0].bytes.delivered, 100 * 1e6 / 125 * 36000, 1e-9);
    check_near((double)use[1].bytes.delivered, 25 * 4e6 / 125 * 36000, 1e-9);
    sim_destroy(world.sim);
}

/* A hundred cells with a hundred times the devices are a hundred of the one. */
static void cells_of_a_kind_give_what_each_gives_alone(void **state)
{
    double delivered[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct world world;

        describe(&world);
        world.cell.count = i ? 100 : 1;
        for (int f = 0; f < 2; f++) {
            world.config[f].devices *= world.cell.count;
            world.config[f].record_bytes = f ? 4e3 : 8e4;
            world.stream[f].rate_bytes_per_s = f ? 5e5 : 1e6;
        }
        create(&world, 2, 1e15);
        delivered[i] = (double)run_for(&world, 24 * SIM_HOUR_NS)[0].bytes.delivered;
        sim_destroy(world.sim);
    }
    check_near(delivered[1], 100 * delivered[0], 1e-9);
}

/* 200 kB/s for 60 s, none for 90 s, over 100 kB/s: 6 MB at the end of a burst, gone 60 s later;
 * with buffers of 4 MB the last 2 MB of each burst are lost. */
static void bursts_that_come_together_fill_buffers(void **state)
{
    for (int has_buffer = 0; has_buffer < 2; has_buffer++) {
        const struct mdl_fleet_use *use;
        struct world world;

        (void)state;
        describe(&world);
        world.plan[0] = world.plan[2];
        world.config[2].record_bytes = 2000;
        world.config[2].burst = (struct mdl_on_off_config){60 * (int64_t)S, 90 * (int64_t)S, true};
        world.config[2].buffer_bytes = has_buffer ? 4e4 : 0;
        create(&world, 1, 1e5);
        use = run_for(&world, 100 * 150 * (int64_t)S);
        check_near((double)use[0].bytes.generated, 100 * 12e6, 1e-9);
        check_near((double)use[0].bytes.overflowed + 1, has_buffer ? 100 * 2e6 : 1, 1e-6);
        check_near((double)use[0].bytes.delivered, 100 * (has_buffer ? 10e6 : 12e6), 1e-6);
        check_near(use[0].backlog_s / (100 * 150),
                   has_buffer ? 4e6 * (20 + 20 + 20) / 150 : 6e6 * 60 / 150, 1e-6);
        assert_true(use[0].bytes.generated == use[0].bytes.delivered + use[0].bytes.waiting +
                                                  use[0].bytes.lost + use[0].bytes.overflowed);
        sim_destroy(world.sim);
    }
}

/* On for 60 s and off for 120 s, independent: a third of them on average, whether they are counted
 * one by one or, where many change, in steps of 5 s. */
static void devices_of_bursts_are_on_for_their_part_of_the_time(void **state)
{
    static const int64_t devices[3] = {1, 60, 1000};

    (void)state;
    for (int i = 0; i < 3; i++) {
        const struct mdl_fleet_use *use;
        struct world world;

        describe(&world);
        world.plan[0] = world.plan[2];
        world.config[2].devices = devices[i];
        world.config[2].burst =
            (struct mdl_on_off_config){60 * (int64_t)S, 120 * (int64_t)S, false};
        create(&world, 1, 1e9);
        use = run_for(&world, 1000 * SIM_HOUR_NS);
        check_near((double)use[0].bytes.generated, (double)devices[i] * 1000 / 3 * 3.6e6,
                   i == 0 ? 0.03 : 0.005);
        sim_destroy(world.sim);
    }
}

/* In a tenth of the time a device is 3 s older on average; past 12 s for the
 * gaps that began after 6 s: 0.1 / 6 s x 0.8 s. */
static void hand_overs_make_devices_older(void **state)
{
    const struct mdl_fleet_use *use;
    struct world world;

    (void)state;
    describe(&world);
    world.config[0].every_ns = 10 * (int64_t)S;
    world.config[0].deadline_ns = 12 * (int64_t)S;
    world.config[0].handover_every_ns = 60 * (int64_t)S;
    world.config[0].handover_gap_ns = 6 * (int64_t)S;
    create(&world, 1, 1e9);
    use = run_for(&world, 100 * SIM_HOUR_NS);
    check_near(use[0].age_s / use[0].covered, 5 + 1e-3 + 0.1 * 3, 1e-6);
    check_near(use[0].over_deadline / use[0].devices, 0.1 / 6 * 0.8, 1e-3);
    sim_destroy(world.sim);
}

static bool has_no_room(void *context, size_t fleet, sim_i128 bytes)
{
    sim_i128 *asked = context;

    (void)fleet;
    *asked = bytes;
    return false;
}

/* Nor does it begin where there is none from the start. */
static void a_fleet_without_room_at_its_site_stands_still(void **state)
{
    sim_i128 asked = 0;
    const struct mdl_fleet_use *use;
    struct mdl_fleets_setting setting;
    struct world world;

    (void)state;
    describe(&world);
    create(&world, 1, 1e9);
    setting = (struct mdl_fleets_setting){world.plan, 1,           &world.calendar, world.flows,
                                          false,      has_no_room, &asked};
    assert_int_equal(mdl_fleets_create(world.sim, &setting, &world.fleets, NULL), SIM_OK);
    mdl_fleets_begin_window(world.fleets);
    use = run_for(&world, 5 * SIM_HOUR_NS - 1);
    assert_true(use[0].bytes.delivered == 0 && asked == 0);
    assert_int_equal(use[0].blocked_hours, 5);
    sim_destroy(world.sim);
}

/* 100 kB/s over a link that gives 50 kB/s for the first of two hours: 180 MB wait at its end, and
 * at 200 kB/s they are gone 30 min later. */
static void a_backlog_rises_and_falls_in_straight_lines(void **state)
{
    const struct mdl_fleet_use *use;
    struct world world;
    double backlog;

    (void)state;
    describe(&world);
    world.plan[0] = world.plan[2];
    create(&world, 1, 5e4);
    assert_int_equal(sim_run(world.sim, SIM_HOUR_NS, NULL), SIM_OK);
    check_near(mdl_fleets_backlog(world.fleets, 0), 1.8e8, 1e-6);
    mdl_flows_set_capacity(world.flows, 1, 2e5);
    assert_int_equal(sim_run(world.sim, SIM_HOUR_NS + 900 * (int64_t)S, NULL), SIM_OK);
    backlog = mdl_fleets_backlog(world.fleets, 0);
    check_near(backlog, 0.9e8, 1e-6);
    use = run_for(&world, 2 * SIM_HOUR_NS);
    assert_true(mdl_fleets_backlog(world.fleets, 0) <= 2);
    check_near(use[0].backlog_s, 1.8e8 * 5400 / 2, 1e-6);
    check_near((double)use[0].bytes.delivered, 1e5 * 7200, 1e-6);
    /* mean lag: backlog / 100 kB/s */
    check_near(use[0].age_s / use[0].covered, 1.8e8 / 1e5 * 5400 / 2 / 7200 + 0.5 + 1e-3, 0.02);
    sim_destroy(world.sim);
}

static void the_age_of_a_record_is_that_of_a_saw_tooth(void **state)
{
    const struct mdl_fleet_use *use;
    struct world world;

    (void)state;
    describe(&world);
    world.plan[0] = world.plan[2];
    world.config[2].record_bytes = 5e5; /* half a second */
    world.config[2].every_ns = 20 * (int64_t)S;
    world.config[2].deadline_ns = 15 * (int64_t)S;
    world.plan[0].latency_ns = S / 4;
    create(&world, 1, 1e12);
    use = run_for(&world, 40 * SIM_HOUR_NS);
    check_near(use[0].age_s / use[0].covered, 0.75 + 10, 1e-9);
    check_near(use[0].over_deadline / use[0].devices, (20.75 - 15) / 20, 1e-9);
    check_near(sim_sketch_quantile(use[0].age, 0.95), 0.75 + 19, 0.02);
    check_near(sim_sketch_quantile(use[0].age, 0.05), 0.75 + 1, 0.02);
    sim_destroy(world.sim);
}

/* Kaul et al.: (1 + 1 / rho + rho^2 / (1 - rho)) / mu, of which the fluid leaves out the last. */
static void the_age_of_poisson_records_is_that_of_a_queue_without_waits(void **state)
{
    const struct mdl_fleet_use *use;
    struct world world;
    double mu = 2, rho = 1 / (mu * 20);

    (void)state;
    describe(&world);
    world.plan[0] = world.plan[2];
    world.config[2].record_bytes = 5e5;
    world.config[2].every_ns = 20 * (int64_t)S;
    world.config[2].law = MDL_RECORDS_POISSON;
    world.config[2].deadline_ns = 60 * (int64_t)S;
    create(&world, 1, 1e12);
    use = run_for(&world, 40 * SIM_HOUR_NS);
    check_near(use[0].age_s / use[0].covered, (1 + 1 / rho) / mu, 1e-9);
    check_near(use[0].age_s / use[0].covered, (1 + 1 / rho + rho * rho / (1 - rho)) / mu, 1e-3);
    check_near(use[0].over_deadline / use[0].devices, exp(-59.5 / 20), 1e-9);
    check_near(sim_sketch_quantile(use[0].age, 0.95), 0.5 - 20 * log(0.05), 0.02);
    sim_destroy(world.sim);
}

static void devices_out_of_coverage_lose_what_they_record(void **state)
{
    const struct mdl_fleet_use *use;
    struct world world;

    (void)state;
    describe(&world);
    world.cell.coverage_frac = 0.75;
    world.config[0].deadline_ns = 60 * (int64_t)S;
    create(&world, 1, 1e12);
    use = run_for(&world, 24 * SIM_HOUR_NS);
    check_near((double)use[0].bytes.lost, 25 * 1000 * 86400.0, 1e-9);
    check_near((double)use[0].bytes.delivered, 75 * 1000 * 86400.0, 1e-6);
    check_near(use[0].covered / use[0].devices, 0.75, 1e-12);
    check_near(use[0].over_deadline / use[0].devices, 0.25, 1e-12);
    sim_destroy(world.sim);
}

static void nights_without_devices_send_what_is_left(void **state)
{
    static double weight[24];
    const struct mdl_fleet_use *use;
    struct world world;

    (void)state;
    describe(&world);
    weight[0] = 24; /* 2,400 kB/s for an hour over 200 kB/s: twelve hours */
    world.config[2].hours = (struct sim_profile){24, weight};
    world.plan[0] = world.plan[2];
    create(&world, 1, 2e5);
    assert_int_equal(sim_run(world.sim, 11 * SIM_HOUR_NS, NULL), SIM_OK);
    check_near(mdl_fleets_backlog(world.fleets, 0), 2e5 * 3600, 1e-6);
    use = run_for(&world, 23 * SIM_HOUR_NS);
    assert_true(mdl_fleets_backlog(world.fleets, 0) <= 2);
    check_near((double)use[0].bytes.generated, 2.4e6 * 3600, 1e-9);
    check_near((double)use[0].bytes.delivered, 2.4e6 * 3600, 1e-9);
    check_near(mdl_flows_rate(world.flows, 1), 0, 1e-9);
    sim_destroy(world.sim);
}

/* Whatever happens to the link: what was delivered had been recorded, and nothing is counted
 * twice. */
static void bytes_are_conserved_under_random_events(void **state)
{
    static double weight[24] = {1, 0, 0, 2, 3, 3, 1, 1, 1, 2, 0, 0,
                                0, 0, 1, 1, 1, 2, 1, 1, 0, 1, 1, 1};

    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        uint64_t key = sim_draw_key(seed, 0);
        struct world world;

        describe(&world);
        world.config[0].hours = (struct sim_profile){24, weight};
        world.config[1].growth_per_yr = 5;
        create(&world, FLEETS, 1e5);
        for (uint64_t i = 1; i <= 200; i++) {
            double u = sim_uniform_at(key, 1, 1, i);
            struct mdl_flow_bytes flows;
            sim_i128 delivered = 0;

            assert_int_equal(sim_run(world.sim, (int64_t)i * 1234567891011, NULL), SIM_OK);
            if (i % 7 == 3)
                mdl_flows_set_down(world.flows, 1, u < 0.5);
            mdl_flows_set_capacity(world.flows, 1, u < 0.2 ? 0 : 6e5 * u);
            for (size_t f = 0; f < FLEETS; f++) {
                struct mdl_fleet_bytes bytes = mdl_fleets_bytes(world.fleets, f);

                delivered += bytes.delivered;
                assert_true(bytes.generated == bytes.delivered + bytes.waiting + bytes.lost);
                assert_true(bytes.waiting >= -2);
                assert_true(bytes.delivered >= 0);
            }
            flows = mdl_flows_account(world.flows);
            assert_true(flows.done + flows.dropped_sent + flows.inside == delivered);
        }
        sim_destroy(world.sim);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(devices_of_a_full_cell_get_their_rate_over_their_number),
        cmocka_unit_test(cells_of_a_kind_give_what_each_gives_alone),
        cmocka_unit_test(bursts_that_come_together_fill_buffers),
        cmocka_unit_test(devices_of_bursts_are_on_for_their_part_of_the_time),
        cmocka_unit_test(hand_overs_make_devices_older),
        cmocka_unit_test(a_fleet_without_room_at_its_site_stands_still),
        cmocka_unit_test(a_backlog_rises_and_falls_in_straight_lines),
        cmocka_unit_test(the_age_of_a_record_is_that_of_a_saw_tooth),
        cmocka_unit_test(the_age_of_poisson_records_is_that_of_a_queue_without_waits),
        cmocka_unit_test(devices_out_of_coverage_lose_what_they_record),
        cmocka_unit_test(nights_without_devices_send_what_is_left),
        cmocka_unit_test(bytes_are_conserved_under_random_events),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
