/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/money/country.h"
#include "models/transport/borders.h"
#include "models/transport/routes.h"
#include "tests/unit/models/build.h"

enum { MS = 1000000 };

struct net {
    struct sim_arena *arena;
    struct mdl_hub_config hub[5];
    struct mdl_link_config link[8];
    struct mdl_network_config config;
    struct mdl_network_plan plan;
};

static const struct mdl_site_end sites[] = {{"lumi", "FI", NAN, NAN}, {"bsc", "ES", NAN, NAN}};
static const struct mdl_rule anything = {0};

static bool no_eu(const char *country)
{
    (void)country;
    return false;
}

/* Storage at lumi, none at bsc. */
static enum sim_status plan_of(struct mdl_network_plan *plan,
                               const struct mdl_network_config *config, const struct mdl_rule *rule,
                               size_t rules, struct sim_arena *arena)
{
    struct mdl_channels channels = {.arena = arena};
    enum sim_status status =
        mdl_network_lay(plan, config, sites, 2, rules > 1 ? mdl_is_eu : no_eu, &channels, NULL);
    uint32_t write, read;

    if (status)
        return status;
    write = mdl_channels_add(&channels, "lumi", "storage write", 3e9, MDL_CHANNEL_SHARED);
    read = mdl_channels_add(&channels, "lumi", "storage read", 4e9, MDL_CHANNEL_SHARED);
    if (write == MDL_CHANNEL_NONE || read == MDL_CHANNEL_NONE)
        return SIM_ENOMEM;
    mdl_network_cross_in(plan, 0, false, write);
    mdl_network_cross_out(plan, 0, false, read);
    return mdl_network_find_ways(plan, rule, rules, &channels, NULL);
}

struct line {
    const char *path, *from, *to;
    int64_t latency_ms;
};

static void build(struct net *net, const char *const *hub, size_t hubs, const struct line *line,
                  size_t lines)
{
    net->arena = sim_arena_create(0);
    for (size_t i = 0; i < hubs; i++)
        net->hub[i] = (struct mdl_hub_config){
            .item = item_of(hub[i], i), .country = "", .lat_deg = NAN, .lon_deg = NAN};
    for (size_t i = 0; i < lines; i++)
        net->link[i] = (struct mdl_link_config){.item = item_of(line[i].path, i),
                                                .from = line[i].from,
                                                .to = line[i].to,
                                                .capacity_bytes_per_s = 1e9 * (double)(i + 1),
                                                .latency_ns = line[i].latency_ms * MS,
                                                .is_duplex = true};
    net->config = (struct mdl_network_config){.hubs = BUILD_MAP(net->hub, hubs),
                                              .links = BUILD_MAP(net->link, lines)};
    assert_int_equal(plan_of(&net->plan, &net->config, &anything, 1, net->arena), SIM_OK);
}

static const struct mdl_route *route(const struct net *net, const char *from, size_t site)
{
    return mdl_network_to(&net->plan, 0, mdl_network_place(&net->plan, from), site);
}

static const struct mdl_route *back(const struct net *net, const char *to, size_t site)
{
    return mdl_network_from(&net->plan, 0, mdl_network_place(&net->plan, to), site);
}

/* channel 2i: link i as written, 2i + 1: the other way */
static void expect(const struct mdl_route *way, size_t count, const uint32_t *channel,
                   int64_t latency_ms)
{
    assert_int_equal(way->count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(way->channel[i], channel[i]);
    assert_int_equal(way->latency_ns, latency_ms * MS);
}

static const char *const hubs[] = {"network.hubs.milan", "network.hubs.paris", "network.hubs.bern",
                                   "network.hubs.oslo"};

static void the_way_of_least_latency_wins_even_with_more_links(void **state)
{
    static const struct line line[] = {{"l.direct", "milan", "lumi", 50},
                                       {"l.mp", "milan", "paris", 10},
                                       {"l.bp", "bern", "paris", 10},
                                       {"l.bl", "bern", "lumi", 10}};
    struct net net;

    (void)state;
    build(&net, hubs, 4, line, 4);
    /* storage: 8 + 2 x site to write, + 1 to read */
    expect(route(&net, "milan", 0), 4, (const uint32_t[]){2, 5, 6, 8}, 30);
    expect(back(&net, "milan", 0), 4, (const uint32_t[]){9, 7, 4, 3}, 30);
    expect(route(&net, "bern", 0), 2, (const uint32_t[]){6, 8}, 10);
    sim_arena_destroy(net.arena);
}

static void links_between_states_cross_borders_each_way_its_own(void **state)
{
    static const struct line line[] = {{"l.mp", "milan", "paris", 10},
                                       {"l.pm", "paris", "milan", 20},
                                       {"l.pl", "paris", "lumi", 10},
                                       {"l.ob", "oslo", "bern", 10},
                                       {"l.bb", "bern", "bern2", 10}};
    static const char *const places[] = {"network.hubs.milan", "network.hubs.paris",
                                         "network.hubs.bern", "network.hubs.oslo",
                                         "network.hubs.bern2"};
    struct mdl_borders borders;
    struct net net;

    (void)state;
    build(&net, places, 5, line, 5);
    net.plan.stop[0].country = "IT";
    net.plan.stop[1].country = "FR";
    net.plan.stop[2].country = net.plan.stop[4].country = "CH"; /* oslo's is not known */
    assert_int_equal(mdl_borders_find(&net.plan, net.arena, &borders, NULL), SIM_OK);
    assert_int_equal(borders.count, 4);
    assert_string_equal(borders.name[0], "IT-FR");
    assert_string_equal(borders.name[1], "FR-IT");
    assert_string_equal(borders.name[2], "FR-FI");
    assert_string_equal(borders.name[3], "FI-FR");
    assert_int_equal(borders.crossed_by[0], 0);
    assert_int_equal(borders.crossed_by[3], 0); /* the second link, backwards */
    assert_int_equal(borders.crossed_by[5], 3);
    for (size_t i = 6; i < 10; i++)
        assert_int_equal(borders.crossed_by[i], MDL_BORDER_NONE);
    sim_arena_destroy(net.arena);
}

static void what_cannot_be_reached_has_no_route(void **state)
{
    static const struct line line[] = {{"l.ml", "milan", "lumi", 5}, {"l.pb", "paris", "bsc", 5}};
    struct net net;

    (void)state;
    build(&net, hubs, 4, line, 2);
    assert_null(route(&net, "milan", 1));
    assert_null(back(&net, "milan", 1));
    assert_null(route(&net, "oslo", 0));
    assert_null(route(&net, "lumi", 1));
    assert_int_equal(route(&net, "paris", 1)->count, 1);
    sim_arena_destroy(net.arena);
}

static void a_site_reaches_itself_through_its_storage_alone(void **state)
{
    struct net net;

    (void)state;
    build(&net, hubs, 1, NULL, 0);
    expect(route(&net, "lumi", 0), 1, (const uint32_t[]){0}, 0);
    expect(back(&net, "lumi", 0), 1, (const uint32_t[]){1}, 0);
    assert_int_equal(route(&net, "bsc", 1)->count, 0);
    sim_arena_destroy(net.arena);
}

static void ties_go_to_fewer_links_also_when_links_take_no_time(void **state)
{
    static const struct line same[] = {{"l.mp", "milan", "paris", 10},
                                       {"l.pl", "paris", "lumi", 20},
                                       {"l.ml", "milan", "lumi", 30}};
    static const struct line none[] = {
        {"l.mp", "milan", "paris", 0}, {"l.pl", "paris", "lumi", 0}, {"l.ml", "milan", "lumi", 0}};
    struct net net;

    (void)state;
    build(&net, hubs, 2, same, 3);
    expect(route(&net, "milan", 0), 2, (const uint32_t[]){4, 6}, 30);
    sim_arena_destroy(net.arena);
    build(&net, hubs, 2, none, 3);
    expect(route(&net, "milan", 0), 2, (const uint32_t[]){4, 6}, 0);
    sim_arena_destroy(net.arena);
}

static void further_ties_go_to_the_first_stop_then_to_the_first_link(void **state)
{
    /* by bern or paris in the same time: paris is named first; two links join paris and lumi */
    static const struct line line[] = {{"l.mb", "milan", "bern", 10},
                                       {"l.bl", "bern", "lumi", 10},
                                       {"l.pm", "paris", "milan", 10},
                                       {"l.pl", "paris", "lumi", 10},
                                       {"l.pl2", "paris", "lumi", 10}};
    struct net net;

    (void)state;
    build(&net, hubs, 3, line, 5);
    expect(route(&net, "milan", 0), 3, (const uint32_t[]){5, 6, 10}, 20);
    expect(back(&net, "milan", 0), 3, (const uint32_t[]){11, 7, 4}, 20);
    sim_arena_destroy(net.arena);
}

/* A place that is reached in two ways: the shorter one is found although it is looked at later. */
static void a_better_way_replaces_one_found_earlier(void **state)
{
    static const struct line line[] = {{"l.mo", "milan", "oslo", 100},
                                       {"l.mp", "milan", "paris", 10},
                                       {"l.pb", "paris", "bern", 10},
                                       {"l.bo", "bern", "oslo", 10},
                                       {"l.ol", "oslo", "lumi", 1}};
    struct net net;

    (void)state;
    build(&net, hubs, 4, line, 5);
    expect(route(&net, "milan", 0), 5, (const uint32_t[]){2, 4, 6, 8, 10}, 31);
    sim_arena_destroy(net.arena);
}

/* On a random graph, against all simple paths by brute force: latency, then links. */
static void least_of(const struct net *net, const size_t *end, size_t at, size_t goal,
                     unsigned visited, int64_t latency_ns, size_t hops, int64_t *best_ns,
                     size_t *best_hops)
{
    if (at == goal) {
        if (latency_ns < *best_ns || (latency_ns == *best_ns && hops < *best_hops)) {
            *best_ns = latency_ns;
            *best_hops = hops;
        }
        return;
    }
    for (size_t i = 0; i < net->config.links.count; i++) {
        for (size_t side = 0; side < 2; side++) {
            size_t to = end[2 * i + !side];

            if (end[2 * i + side] == at && !(visited >> to & 1))
                least_of(net, end, to, goal, visited | 1u << to,
                         latency_ns + net->link[i].latency_ns, hops + 1, best_ns, best_hops);
        }
    }
}

static void routes_are_the_shortest_of_all_paths(void **state)
{
    static const char *const name[] = {"milan", "paris", "bern", "oslo", "lumi", "bsc"};

    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct line line[8];
        size_t end[16], count = 0;
        struct net net;

        for (uint64_t i = 0; i < 8; i++) {
            size_t a = sim_hash_child(seed, 1, i) % 6, b = sim_hash_child(seed, 2, i) % 6;

            if (a == b)
                continue;
            end[2 * count] = a;
            end[2 * count + 1] = b;
            line[count++] =
                (struct line){"l.x", name[a], name[b], (int64_t)(sim_hash_child(seed, 3, i) % 4)};
        }
        build(&net, hubs, 4, line, count);
        for (size_t from = 0; from < 6; from++) {
            for (size_t site = 0; site < 2; site++) {
                int64_t best_ns = INT64_MAX, sum_ns = 0;
                size_t best_hops = SIZE_MAX, at = from;
                const struct mdl_route *way = route(&net, name[from], site);
                const struct mdl_route *home = back(&net, name[from], site);

                least_of(&net, end, from, 4 + site, 1u << from, 0, 0, &best_ns, &best_hops);
                if (best_hops == SIZE_MAX) {
                    assert_null(way);
                    continue;
                }
                assert_int_equal(way->count, best_hops + !site);
                assert_int_equal(way->latency_ns, best_ns);
                for (size_t k = 0; k < best_hops; k++) { /* it is a path, and back is its reverse */
                    uint32_t channel = way->channel[k];

                    assert_int_equal(end[channel], at);
                    at = end[channel ^ 1];
                    sum_ns += net.link[channel / 2].latency_ns;
                    assert_int_equal(home->channel[best_hops - k - site], channel ^ 1);
                }
                assert_int_equal(at, 4 + site);
                assert_int_equal(sum_ns, best_ns);
                if (site)
                    continue;
                assert_int_equal(way->channel[best_hops], 2 * count);
                assert_int_equal(home->channel[0], 2 * count + 1);
            }
        }
        sim_arena_destroy(net.arena);
    }
}

/* ---- one way, rules, given ways ---- */

static void rebuild(struct net *net, const struct mdl_rule *rule, size_t rules)
{
    assert_int_equal(plan_of(&net->plan, &net->config, rule, rules, net->arena), SIM_OK);
}

static void a_simplex_link_leads_one_way_and_back_is_another(void **state)
{
    static const struct line line[] = {{"l.ml", "milan", "lumi", 5},
                                       {"l.mp", "milan", "paris", 50},
                                       {"l.pl", "paris", "lumi", 50}};
    struct net net;

    (void)state;
    build(&net, hubs, 2, line, 3);
    net.link[0].is_duplex = false;
    rebuild(&net, &anything, 1);
    assert_int_equal(net.plan.direction_count, 5);
    assert_int_equal(net.plan.direction[0].reverse, MDL_CHANNEL_NONE);
    assert_int_equal(net.plan.direction[1].reverse, 2);
    expect(route(&net, "milan", 0), 2, (const uint32_t[]){0, 5}, 5);
    expect(back(&net, "milan", 0), 3, (const uint32_t[]){6, 4, 2}, 100);
    sim_arena_destroy(net.arena);
}

static void rules_leave_links_out(void **state)
{
    /* straight through bern, outside of the EU; by paris, not secure; by oslo, secure */
    static const struct line line[] = {{"l.mb", "milan", "bern", 1},  {"l.bl", "bern", "lumi", 1},
                                       {"l.mp", "milan", "paris", 5}, {"l.pl", "paris", "lumi", 5},
                                       {"l.mo", "milan", "oslo", 9},  {"l.ol", "oslo", "lumi", 9}};
    static const struct mdl_rule rules[] = {
        {0},
        {.residency = MDL_RESIDENCY_EU},
        {.residency = MDL_RESIDENCY_NATIONAL, .country = "FI"},
        {.is_secure = true},
        {.residency = MDL_RESIDENCY_EU, .is_secure = true},
    };
    struct net net;

    (void)state;
    build(&net, hubs, 4, line, 6);
    net.hub[0].country = "IT";
    net.hub[1].country = "FR";
    net.hub[2].country = "CH";
    net.link[4].is_secure = net.link[5].is_secure = true;
    rebuild(&net, rules, 5);
    expect(route(&net, "milan", 0), 3, (const uint32_t[]){0, 2, 12}, 2);
    expect(mdl_network_to(&net.plan, 1, 0, 0), 3, (const uint32_t[]){4, 6, 12}, 10);
    expect(mdl_network_from(&net.plan, 1, 0, 0), 3, (const uint32_t[]){13, 7, 5}, 10);
    assert_null(mdl_network_to(&net.plan, 2, 0, 0));                /* milan is not in FI */
    assert_int_equal(mdl_network_to(&net.plan, 2, 4, 0)->count, 1); /* lumi is */
    expect(mdl_network_to(&net.plan, 3, 0, 0), 3, (const uint32_t[]){8, 10, 12}, 18);
    assert_null(mdl_network_to(&net.plan, 4, 0, 0)); /* oslo's country is not known */
    assert_int_equal(mdl_network_rule(rules, 5, &(struct mdl_rule){.is_secure = true}), 3);
    assert_int_equal(
        mdl_network_rule(rules, 5,
                         &(struct mdl_rule){.residency = MDL_RESIDENCY_NATIONAL, .country = "FI"}),
        2);
    assert_true(mdl_network_rule(rules, 5,
                                 &(struct mdl_rule){.residency = MDL_RESIDENCY_NATIONAL,
                                                    .country = "SE"}) == SIZE_MAX);
    sim_arena_destroy(net.arena);
}

static void a_given_way_is_taken_there_and_back(void **state)
{
    static const struct line line[] = {{"l.ml", "milan", "lumi", 5},
                                       {"l.mp", "milan", "paris", 50},
                                       {"l.pl", "paris", "lumi", 50}};
    struct mdl_path_config given[2] = {{item_of("r.a", 0), "milan", "lumi", "mp, pl"},
                                       {item_of("r.b", 1), "lumi", "milan", "ml"}};
    struct net net;

    (void)state;
    build(&net, hubs, 2, line, 3);
    net.config.routes = BUILD_MAP(given, 1);
    rebuild(&net, &anything, 1);
    expect(route(&net, "milan", 0), 3, (const uint32_t[]){2, 4, 6}, 100);
    expect(back(&net, "milan", 0), 3, (const uint32_t[]){7, 5, 3}, 100);
    net.config.routes.count = 2;
    rebuild(&net, &anything, 1);
    expect(route(&net, "milan", 0), 3, (const uint32_t[]){2, 4, 6}, 100);
    expect(back(&net, "milan", 0), 2, (const uint32_t[]){7, 1}, 5);
    assert_true(mdl_network_leads(&net.plan, &given[0]));
    given[0].via = "pl, mp";
    assert_false(mdl_network_leads(&net.plan, &given[0]));
    given[0].via = "mp";
    assert_false(mdl_network_leads(&net.plan, &given[0]));
    sim_arena_destroy(net.arena);
}

static void routing_by_hops_asks_for_fewest_links_first(void **state)
{
    static const struct line line[] = {{"l.ml", "milan", "lumi", 500},
                                       {"l.mp", "milan", "paris", 5},
                                       {"l.pl", "paris", "lumi", 5}};
    struct net net;

    (void)state;
    build(&net, hubs, 2, line, 3);
    net.config.routing = MDL_ROUTING_HOPS;
    rebuild(&net, &anything, 1);
    expect(route(&net, "milan", 0), 2, (const uint32_t[]){0, 6}, 500);
    sim_arena_destroy(net.arena);
}

/* Helsinki to Stockholm: 396 km of great circle. */
static void latency_comes_from_the_distance_where_it_is_not_given(void **state)
{
    static const struct line line[] = {{"l.ml", "milan", "paris", 5}, {"l.pl", "paris", "lumi", 5}};
    struct net net;

    (void)state;
    build(&net, hubs, 2, line, 2);
    net.hub[0].lat_deg = 60.17;
    net.hub[0].lon_deg = 24.94;
    net.hub[1].lat_deg = 59.33;
    net.hub[1].lon_deg = 18.07;
    net.link[0].latency_ns = net.link[1].latency_ns = MDL_LATENCY_UNSET;
    net.config.path_factor = 1.5;
    rebuild(&net, &anything, 1);
    assert_in_range(net.plan.direction[0].latency_ns, 2.95e6, 2.99e6);
    assert_int_equal(net.plan.direction[0].latency_ns % 1000, 0);
    assert_int_equal(net.plan.direction[2].latency_ns, 0); /* nobody knows where lumi is */
    sim_arena_destroy(net.arena);
}

static void a_search_goes_round_what_is_down(void **state)
{
    static const struct line line[] = {{"l.ml", "milan", "lumi", 5},
                                       {"l.mp", "milan", "paris", 50},
                                       {"l.pl", "paris", "lumi", 50}};
    bool is_down[6] = {true, true};
    struct mdl_search *search;
    struct mdl_route way;
    struct net net;

    (void)state;
    build(&net, hubs, 2, line, 3);
    search = mdl_search_create(&net.plan, net.arena);
    assert_non_null(search);
    assert_true(mdl_search_way(search, 0, 0, 2, MDL_WAY_IN, is_down, &way));
    expect(&way, 3, (const uint32_t[]){2, 4, 6}, 100);
    assert_true(mdl_search_way(search, 0, 2, 0, 0, NULL, &way));
    expect(&way, 1, (const uint32_t[]){1}, 5);
    is_down[4] = true;
    assert_false(mdl_search_way(search, 0, 0, 2, MDL_WAY_IN, is_down, &way));
    sim_arena_destroy(net.arena);
}

static void channels_are_named_and_sized(void **state)
{
    static const struct line line[] = {{"network.links.milan-lumi", "milan", "lumi", 5},
                                       {"network.links.x", "paris", "bsc", 5}};
    struct net net;

    (void)state;
    build(&net, hubs, 2, line, 2);
    assert_int_equal(net.plan.channel_count, 6);
    assert_int_equal(net.plan.direction_count, 4);
    assert_string_equal(net.plan.channel[0].name, "milan-lumi >");
    assert_string_equal(net.plan.channel[1].name, "milan-lumi <");
    assert_string_equal(net.plan.channel[4].name, "lumi storage write");
    assert_string_equal(net.plan.channel[5].name, "lumi storage read");
    assert_true(net.plan.channel[0].capacity == 1e9 && net.plan.channel[1].capacity == 1e9 &&
                net.plan.channel[3].capacity == 2e9);
    assert_true(net.plan.channel[4].capacity == 3e9 && net.plan.channel[5].capacity == 4e9);
    assert_int_equal(mdl_network_place(&net.plan, "lumi"), 2);
    assert_true(mdl_network_place(&net.plan, "rome") == SIZE_MAX);
    sim_arena_destroy(net.arena);
}

static void memory_that_runs_out_is_an_error_at_every_step(void **state)
{
    static const struct line line[] = {{"l.ml", "milan", "lumi", 5}};
    struct net net;
    enum sim_status status = SIM_ENOMEM;

    (void)state;
    build(&net, hubs, 1, line, 1);
    for (size_t limit = 128; status; limit += 64) {
        struct sim_arena *arena = sim_arena_create(limit);
        struct mdl_network_plan plan;

        if (!arena)
            continue;
        status = plan_of(&plan, &net.config, &anything, 1, arena);
        assert_true(status == SIM_OK || status == SIM_ENOMEM);
        assert_true(limit > 1000 || status);
        sim_arena_destroy(arena);
    }
    sim_arena_destroy(net.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_way_of_least_latency_wins_even_with_more_links),
        cmocka_unit_test(links_between_states_cross_borders_each_way_its_own),
        cmocka_unit_test(what_cannot_be_reached_has_no_route),
        cmocka_unit_test(a_site_reaches_itself_through_its_storage_alone),
        cmocka_unit_test(ties_go_to_fewer_links_also_when_links_take_no_time),
        cmocka_unit_test(further_ties_go_to_the_first_stop_then_to_the_first_link),
        cmocka_unit_test(a_better_way_replaces_one_found_earlier),
        cmocka_unit_test(routes_are_the_shortest_of_all_paths),
        cmocka_unit_test(a_simplex_link_leads_one_way_and_back_is_another),
        cmocka_unit_test(rules_leave_links_out),
        cmocka_unit_test(a_given_way_is_taken_there_and_back),
        cmocka_unit_test(routing_by_hops_asks_for_fewest_links_first),
        cmocka_unit_test(latency_comes_from_the_distance_where_it_is_not_given),
        cmocka_unit_test(a_search_goes_round_what_is_down),
        cmocka_unit_test(channels_are_named_and_sized),
        cmocka_unit_test(memory_that_runs_out_is_an_error_at_every_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
