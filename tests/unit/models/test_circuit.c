/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/transport/circuit.h"
#include "models/transport/transfer.h"
#include "sim/random.h"
#include "tests/support/check.h"
#include "tests/unit/models/build.h"

enum { S = 1000000000, SUBJECTS = 8, CIRCUITS = 6 };
static const int64_t H = 3600 * (int64_t)S;

/* milan - paris - lumi: l1 1e6 B/s, l2 2e6 B/s, no latency; community 0 may take circuits. */
struct world {
    struct sim_arena *arena;
    struct mdl_hub_config hub[2];
    struct mdl_link_config link[2];
    struct mdl_upgrade_config upgrade;
    struct mdl_window_config window;
    struct mdl_network_config config;
    struct mdl_network_plan network;
    struct sim_calendar calendar;
    struct mdl_circuit_config circuit_config[CIRCUITS];
    struct mdl_circuit_plan circuit[CIRCUITS];
    struct mdl_circuits_plan plan;
    struct sim *sim;
    struct mdl_flows *flows;
    struct mdl_link_state *links;
    struct mdl_transfers *transfers;
    struct mdl_circuits *circuits;
    int64_t arrived_ns[SUBJECTS];
};

static int subjects[SUBJECTS];
static const bool yes_no[] = {true, false}, yes[] = {true};
static const uint32_t forth[] = {0, 2};

static void arrived(void *context, void *subject)
{
    struct world *world = context;

    world->arrived_ns[(int *)subject - subjects] = world->sim->now_ns;
}

static void on_link(void *context, size_t link, bool is_down)
{
    struct world *world = context;

    (void)is_down;
    mdl_circuits_on_link(world->circuits, link);
    mdl_transfers_review(world->transfers);
}

static void on_circuit(void *context)
{
    mdl_transfers_follow(((struct world *)context)->transfers);
}

static bool no_eu(const char *country)
{
    (void)country;
    return false;
}

static void describe(struct world *world)
{
    *world = (struct world){.arena = sim_arena_create(0)};
    world->hub[0].item = item_of("network.hubs.milan", 0);
    world->hub[1].item = item_of("network.hubs.paris", 1);
    for (size_t i = 0; i < 2; i++)
        world->link[i] = (struct mdl_link_config){
            .item = item_of(i ? "network.links.l2" : "network.links.l1", i),
            .from = i ? "paris" : "milan",
            .to = i ? "lumi" : "paris",
            .capacity_bytes_per_s = i ? 2e6 : 1e6,
            .is_duplex = true,
            .on_failure = MDL_ON_FAILURE_STALL};
    world->config = (struct mdl_network_config){
        .hubs = BUILD_MAP(world->hub, 2), .links = BUILD_MAP(world->link, 2), .path_factor = 1.5};
    world->plan = (struct mdl_circuits_plan){.circuit = world->circuit,
                                             .network = &world->network,
                                             .calendar = &world->calendar,
                                             .finish_ns = 240 * H};
}

/* From begin_h for hours, every so many. */
static void book(struct world *world, double rate, double begin_h, double hours, double every_h)
{
    size_t i = world->plan.count++;

    world->circuit_config[i] =
        (struct mdl_circuit_config){.item = item_of("network.circuits.c", i),
                                    .from = "milan",
                                    .to = "lumi",
                                    .capacity_bytes_per_s = rate,
                                    .start_days = SIM_DATE_NONE,
                                    .end_days = SIM_DATE_NONE,
                                    .at_ns = sim_ns_from_s(begin_h * 3600),
                                    .duration_ns = sim_ns_from_s(hours * 3600),
                                    .every_ns = sim_ns_from_s(every_h * 3600)};
}

static void build(struct world *world)
{
    static const struct mdl_site_end site = {"lumi", "FI", NAN, NAN};
    static const struct mdl_rule anything;
    const struct mdl_link_hooks link_hooks = {world, on_link};
    const struct mdl_transfer_hooks hooks = {.context = world, .arrived = arrived};
    struct mdl_channels channels = {.arena = world->arena};

    assert_int_equal(
        mdl_network_lay(&world->network, &world->config, &site, 1, no_eu, &channels, NULL), SIM_OK);
    world->plan.first_channel = (uint32_t)channels.count;
    for (size_t i = 0; i < world->plan.count; i++) {
        const struct mdl_circuit_config *config = &world->circuit_config[i];

        world->circuit[i] = (struct mdl_circuit_plan){
            .config = config,
            .to = 2,
            .count = 2,
            .direction = forth,
            .is_duplex = true,
            .is_for = yes_no,
            .may_carry = yes,
            .channel = {mdl_channels_add(&channels, "c", ">", config->capacity_bytes_per_s,
                                         MDL_CHANNEL_SHARED),
                        mdl_channels_add(&channels, "c", "<", config->capacity_bytes_per_s,
                                         MDL_CHANNEL_SHARED)}};
    }
    assert_int_equal(mdl_network_find_ways(&world->network, &anything, 1, &channels, NULL), SIM_OK);
    assert_int_equal(sim_create(1, 0, 0, 0, &world->sim, NULL), SIM_OK);
    assert_int_equal(mdl_flows_create(world->sim, world->network.channel,
                                      world->network.channel_count, &mdl_cargo_hooks, &world->flows,
                                      NULL),
                     SIM_OK);
    mdl_flows_check_always(world->flows, true);
    assert_int_equal(mdl_link_state_create(world->sim, &world->network, &world->calendar,
                                           world->flows, &link_hooks, &world->links, NULL),
                     SIM_OK);
    assert_int_equal(mdl_transfers_create(world->sim, &world->network, world->flows,
                                          mdl_link_state_is_down(world->links), &hooks,
                                          &world->transfers, NULL),
                     SIM_OK);
    assert_int_equal(mdl_circuits_create(world->sim, &world->plan, world->flows, world->links,
                                         on_circuit, world, &world->circuits, NULL),
                     SIM_OK);
    mdl_transfers_use(world->transfers, world->circuits, NULL);
}

static void begin(struct world *world, int subject, size_t community, bool is_input, double bytes)
{
    mdl_transfer_begin(world->transfers,
                       &(struct mdl_transfer_request){.community = community,
                                                      .is_input = is_input,
                                                      .bytes = (uint64_t)bytes,
                                                      .subject = &subjects[subject]});
}

static void run_to(struct world *world, double hours)
{
    assert_int_equal(sim_run(world->sim, sim_ns_from_s(hours * 3600), NULL), SIM_OK);
}

static void end(struct world *world)
{
    struct mdl_transfer_bytes t = mdl_transfers_bytes(world->transfers);
    struct mdl_flow_bytes f = mdl_flows_account(world->flows);

    assert_true(t.begun == t.arrived + t.given_up + t.inside);
    assert_true(f.begun == f.done + f.dropped_sent + f.dropped_unsent + f.inside);
    sim_destroy(world->sim);
    sim_arena_destroy(world->arena);
}

/* ---- the calendar ---- */

static void bookings_follow_their_calendar(void **state)
{
    struct world world;
    struct mdl_circuit_span span;

    (void)state;
    describe(&world);
    book(&world, 1e5, 22, 4, 24);
    assert_true(mdl_circuit_booking(&world.plan, &world.circuit_config[0], 0, &span));
    assert_true(span.begin_ns == 22 * H && span.end_ns == 26 * H);
    assert_true(mdl_circuit_booking(&world.plan, &world.circuit_config[0], 26 * H - 1, &span));
    assert_true(span.begin_ns == 22 * H);
    assert_true(mdl_circuit_booking(&world.plan, &world.circuit_config[0], 26 * H, &span));
    assert_true(span.begin_ns == 46 * H && span.end_ns == 50 * H);
    /* the run ends at 240 h: the last is cut, and there is none after it */
    assert_true(mdl_circuit_booking(&world.plan, &world.circuit_config[0], 230 * H, &span));
    assert_true(span.begin_ns == 238 * H && span.end_ns == 240 * H);
    assert_false(mdl_circuit_booking(&world.plan, &world.circuit_config[0], 240 * H, &span));
    /* until an end; once; from before the run on */
    world.circuit_config[0].end_days = 2;
    assert_true(mdl_circuit_booking(&world.plan, &world.circuit_config[0], 30 * H, &span));
    assert_true(span.begin_ns == 46 * H && span.end_ns == 48 * H);
    world.circuit_config[0].every_ns = 0;
    assert_false(mdl_circuit_booking(&world.plan, &world.circuit_config[0], 30 * H, &span));
    world.circuit_config[0].every_ns = 24 * H;
    world.circuit_config[0].start_days = -3;
    assert_true(mdl_circuit_booking(&world.plan, &world.circuit_config[0], 0, &span));
    assert_true(span.begin_ns == 0 && span.end_ns == 2 * H); /* the rest of the night */
    world.circuit_config[0].duration_ns = 0;
    world.circuit_config[0].every_ns = 0;
    assert_true(mdl_circuit_booking(&world.plan, &world.circuit_config[0], 5 * H, &span));
    assert_true(span.begin_ns == 0 && span.end_ns == 48 * H);
    sim_arena_destroy(world.arena);
}

/* ---- admission ---- */

static bool admitted(struct world *world, size_t index, struct mdl_refusal *refusal)
{
    return mdl_circuit_is_admitted(&world->plan, index, refusal);
}

static void what_does_not_fit_is_refused_with_the_link_and_the_time(void **state)
{
    struct world world;
    struct mdl_refusal refusal = {0};

    (void)state;
    describe(&world);
    world.upgrade = (struct mdl_upgrade_config){.date_days = 2, .capacity_bytes_per_s = 1.5e6};
    world.link[0].upgrades = BUILD_MAP(&world.upgrade, 1);
    world.window = (struct mdl_window_config){.at_ns = 106 * H, .duration_ns = 2 * H};
    world.link[1].windows = BUILD_MAP(&world.window, 1);
    book(&world, 0.6e6, 0, 6, 24);
    book(&world, 0.5e6, 4, 1, 0);   /* meets the first: 0.4e6 is left of l1 */
    book(&world, 0.5e6, 52, 1, 0);  /* after the upgrade it fits */
    book(&world, 1.0e6, 6, 1, 0);   /* ends as one begins: fits */
    book(&world, 0.1e6, 105, 2, 0); /* l2 is down at 106 h */
    build(&world);
    assert_true(admitted(&world, 0, &refusal));
    assert_false(admitted(&world, 1, &refusal));
    assert_int_equal(refusal.link, 0);
    assert_true(refusal.time_ns == 4 * H && !refusal.is_window);
    check_near(refusal.left_bytes_per_s, 0.4e6, 1e-6);
    assert_true(admitted(&world, 2, &refusal));
    assert_true(admitted(&world, 3, &refusal));
    assert_false(admitted(&world, 4, &refusal));
    assert_int_equal(refusal.link, 1);
    assert_true(refusal.is_window && refusal.time_ns == 106 * H);
    end(&world);
}

/* Is the sum of the first circuits within the smaller link at every hour? Hours are all that the
 * bookings below know. */
static bool fits_hour_by_hour(const struct world *world, size_t index)
{
    for (int64_t hour = 0; hour < 240; hour++) {
        double sum = 0, least = hour < 48 ? 1e6 : 1.5e6;
        bool is_on = false;

        for (size_t k = 0; k <= index; k++) {
            struct mdl_circuit_span span;

            if (!mdl_circuit_booking(&world->plan, &world->circuit_config[k], hour * H, &span) ||
                span.begin_ns > hour * H)
                continue;
            sum += world->circuit_config[k].capacity_bytes_per_s;
            is_on = is_on || k == index;
        }
        if (is_on && sum > least)
            return false;
    }
    return true;
}

static void admission_agrees_with_every_hour_looked_at(void **state)
{
    int refused = 0;

    (void)state;
    for (uint64_t n = 0; n < 300; n++) {
        struct world world;
        struct mdl_refusal refusal;

        describe(&world);
        world.upgrade = (struct mdl_upgrade_config){.date_days = 2, .capacity_bytes_per_s = 1.5e6};
        world.link[0].upgrades = BUILD_MAP(&world.upgrade, 1);
        for (uint64_t i = 0; i < CIRCUITS; i++) {
            double u[4];

            for (uint64_t k = 0; k < 4; k++)
                u[k] = sim_uniform_at(3, n, 1, 4 * i + k);
            book(&world, 1e5 * ceil(6 * u[0]), floor(60 * u[1]), 1 + floor(9 * u[2]),
                 u[3] < 0.3 ? 0 : 11 + floor(40 * u[3]));
        }
        build(&world);
        for (size_t i = 0; i < CIRCUITS; i++) {
            bool is_admitted = admitted(&world, i, &refusal);

            assert_int_equal(is_admitted, fits_hour_by_hour(&world, i));
            refused += !is_admitted;
        }
        end(&world);
    }
    assert_in_range(refused, 100, 1700);
}

/* ---- transfers ---- */

static void a_transfer_alone_on_its_circuit_takes_bytes_over_capacity(void **state)
{
    struct world world;

    (void)state;
    describe(&world);
    book(&world, 0.4e6, 0, 10, 0);
    build(&world);
    run_to(&world, 1);
    begin(&world, 0, 0, true, 0.4e6 * 3600);  /* on the circuit: an hour */
    begin(&world, 1, 1, true, 0.6e6 * 3600);  /* has the rest to itself: an hour */
    begin(&world, 2, 0, false, 0.4e6 * 1800); /* the other way */
    run_to(&world, 3);
    assert_int_equal(world.arrived_ns[0], 2 * H);
    assert_int_equal(world.arrived_ns[1], 2 * H);
    assert_int_equal(world.arrived_ns[2], 3 * H / 2);
    assert_int_equal(mdl_circuits_use(world.circuits, 0).transfers, 2);
    check_near(mdl_circuits_use(world.circuits, 0).bytes[0], 0.4e6 * 3600, 1);
    check_near(mdl_circuits_use(world.circuits, 0).bytes[1], 0.4e6 * 1800, 1);
    check_near(mdl_circuits_use(world.circuits, 0).booked_s, 3 * 3600, 1e-6);
    end(&world);
}

static void those_under_way_go_over_when_it_begins_and_back_when_it_ends(void **state)
{
    struct world world;

    (void)state;
    describe(&world);
    book(&world, 0.8e6, 1, 1, 0);
    build(&world);
    /* 0: 0.5e6 an hour, 0.8e6 an hour, then 0.5e6; 1: 0.5e6, 0.2e6, 0.5e6 until the first is done
     */
    begin(&world, 0, 0, true, (0.5e6 + 0.8e6 + 0.25e6) * 3600);
    begin(&world, 1, 1, true, (0.5e6 + 0.2e6 + 0.25e6 + 1e6) * 3600);
    run_to(&world, 5);
    assert_int_equal(world.arrived_ns[0], 5 * H / 2);
    assert_int_equal(world.arrived_ns[1], 7 * H / 2);
    check_near(mdl_circuits_use(world.circuits, 0).bytes[0], 0.8e6 * 3600, 1);
    end(&world);
}

static void background_makes_do_with_what_circuits_leave(void **state)
{
    struct world world;

    (void)state;
    describe(&world);
    world.link[0].background =
        (struct mdl_traffic_config){.load_frac = 0.5, .since_days = SIM_DATE_NONE};
    book(&world, 0.8e6, 1, 1, 0);
    build(&world);
    run_to(&world, 0.5);
    check_near(mdl_flows_capacity(world.flows, 0), 0.5e6, 1e-6);
    run_to(&world, 1.5);
    check_near(mdl_flows_capacity(world.flows, 0), 0.002e6, 1e-6); /* a hundredth of 0.2e6 */
    run_to(&world, 3);
    check_near(mdl_flows_capacity(world.flows, 0), 0.5e6, 1e-6);
    check_near(mdl_link_state_bytes(world.links, 0, 3 * H).background, (2 * 0.5e6 + 0.198e6) * 3600,
               1);
    end(&world);
}

static void a_circuit_is_down_while_a_link_of_its_way_is(void **state)
{
    struct world world;

    (void)state;
    describe(&world);
    world.window = (struct mdl_window_config){.at_ns = 2 * H, .duration_ns = H};
    world.link[1].windows = BUILD_MAP(&world.window, 1);
    book(&world, 0.4e6, 0, 10, 0);
    build(&world);
    run_to(&world, 1);
    begin(&world, 0, 0, true, 2 * 0.4e6 * 3600);
    run_to(&world, 6);
    assert_int_equal(world.arrived_ns[0], 4 * H);
    check_near(mdl_circuits_use(world.circuits, 0).down_s, 3600, 1e-6);
    end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bookings_follow_their_calendar),
        cmocka_unit_test(what_does_not_fit_is_refused_with_the_link_and_the_time),
        cmocka_unit_test(admission_agrees_with_every_hour_looked_at),
        cmocka_unit_test(a_transfer_alone_on_its_circuit_takes_bytes_over_capacity),
        cmocka_unit_test(those_under_way_go_over_when_it_begins_and_back_when_it_ends),
        cmocka_unit_test(background_makes_do_with_what_circuits_leave),
        cmocka_unit_test(a_circuit_is_down_while_a_link_of_its_way_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
