/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Flows over shared channels, by the public interface: 40 nodes, 60 duplex links, routes of least
 * hops, sizes exponential, statistics on; a flow that is done is followed at once by another one
 * between other ends, so that N are always under way.
 *
 *   flows_sites_N_flows_per_s   between 7 of the nodes: 42 routes
 *   flows_pairs_N_flows_per_s   between all nodes: 1,560 routes
 *   flows_idle_flows_per_s      between all nodes, 300 under way, each at the rate of a line of its
 *                               own (four kinds): links are far from full, as mostly in a year
 *   flows_caps_N_flows_per_s    the same with N under way: many links are full, and most flows
 *                               have the rate of their line
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/transport/flow.h"
#include "sim/random.h"
#include "tests/support/bench.h"

enum { NODES = 40, LINKS = 60, SITES = 7, HOPS_MAX = 16 };
static const double MEAN_BYTES = 1e9;

struct net {
    struct mdl_channel channel[2 * LINKS];
    struct mdl_route route[NODES][NODES];
    uint32_t hops[NODES][NODES][HOPS_MAX];
    int end[LINKS][2];
};

struct load {
    struct sim *sim;
    struct mdl_flows *flows;
    struct net *net;
    struct sim_draws pair, size, line;
    size_t nodes, left;
    bool has_lines;
};

struct setting {
    size_t nodes, concurrent, flows;
    bool has_lines;
};

/* A ring, so that all are connected, and chords between nodes drawn; capacities of 10, 40 or 100
 * Gbit/s. */
static void lay_links(struct net *net, uint64_t key)
{
    static const double gbit[] = {10, 40, 100};
    struct sim_draws draws;

    sim_draws_init(&draws, key, 1, 1, SIM_DRAW_UNIFORM);
    for (int i = 0; i < LINKS; i++) {
        double capacity = gbit[(int)(3 * sim_draws_next(&draws))] * 1e9 / 8;

        net->end[i][0] = i % NODES;
        net->end[i][1] = i < NODES ? (i + 1) % NODES
                                   : (i + 2 + (int)((NODES - 3) * sim_draws_next(&draws))) % NODES;
        for (int side = 0; side < 2; side++)
            net->channel[2 * i + side] = (struct mdl_channel){"link", capacity, MDL_CHANNEL_SHARED};
    }
}

/* Breadth first from one node: by[n] is the channel over which n was reached. */
static void find_ways(const struct net *net, int from, int *by)
{
    int queue[NODES], first = 0, last = 0;

    for (int i = 0; i < NODES; i++)
        by[i] = -1;
    queue[last++] = from;
    while (first < last) {
        int at = queue[first++];

        for (int channel = 0; channel < 2 * LINKS; channel++) {
            const int *end = net->end[channel / 2];
            int to = end[channel % 2 ? 0 : 1];

            if (end[channel % 2] == at && to != from && by[to] < 0) {
                by[to] = channel;
                queue[last++] = to;
            }
        }
    }
}

static void lay_routes(struct net *net)
{
    int by[NODES];

    for (int from = 0; from < NODES; from++) {
        find_ways(net, from, by);
        for (int to = 0; to < NODES; to++) {
            struct mdl_route *route = &net->route[from][to];

            route->channel = net->hops[from][to];
            for (int at = to; at != from; at = net->end[by[at] / 2][by[at] % 2])
                net->hops[from][to][route->count++] = (uint32_t)by[at];
        }
    }
}

static void begin_next(struct load *load)
{
    static const double line[] = {12.5e6, 31.25e6, 62.5e6, 125e6};
    size_t stride = load->nodes == SITES ? NODES / SITES : 1;
    double u = sim_draws_next(&load->pair) * (double)(load->nodes * (load->nodes - 1));
    size_t from = (size_t)u / (load->nodes - 1), to = (size_t)u % (load->nodes - 1);
    struct mdl_flow_request request = {.weight = 1};

    to += to >= from;
    request.route = &load->net->route[from * stride][to * stride];
    request.bytes = 1 + (uint64_t)(MEAN_BYTES * sim_draws_next(&load->size));
    if (load->has_lines)
        request.cap_bytes_per_s = line[(int)(4 * sim_draws_next(&load->line))];
    mdl_flow_begin(load->flows, &request);
}

static void done(void *context, void *subject)
{
    struct load *load = context;

    (void)subject;
    if (load->left == 0)
        return;
    load->left--;
    begin_next(load);
}

static void must(enum sim_status status, const struct sim_error *err)
{
    if (status == SIM_OK)
        return;
    fprintf(stderr, "%s\n", err->message);
    exit(8);
}

static double flows_per_s(const void *argument)
{
    const struct setting *setting = argument;
    static struct net net;
    struct load load = {.net = &net,
                        .nodes = setting->nodes,
                        .left = setting->flows,
                        .has_lines = setting->has_lines};
    const struct mdl_flow_hooks hooks = {.context = &load, .done = done};
    struct sim_error err;
    double begin_s, took_s;

    must(sim_create(1, 0, 0, 0, &load.sim, &err), &err);
    net = (struct net){0};
    lay_links(&net, load.sim->draw_key);
    lay_routes(&net);
    sim_draws_init(&load.pair, load.sim->draw_key, 2, 1, SIM_DRAW_UNIFORM);
    sim_draws_init(&load.size, load.sim->draw_key, 3, 1, SIM_DRAW_EXPONENTIAL);
    sim_draws_init(&load.line, load.sim->draw_key, 4, 1, SIM_DRAW_UNIFORM);
    must(mdl_flows_create(load.sim, net.channel, 2 * LINKS, &hooks, &load.flows, &err), &err);
    for (size_t i = 0; i < setting->concurrent; i++)
        begin_next(&load);
    begin_s = bench_cpu_s();
    must(sim_run(load.sim, SIM_NEVER - 1, &err), &err);
    took_s = bench_cpu_s() - begin_s;
    must(mdl_flows_certify(load.flows, &err), &err);
    sim_destroy(load.sim);
    return (double)(setting->flows + setting->concurrent) / took_s;
}

#define SITES_OF(n, flows)                                                                         \
    {                                                                                              \
        SITES, n, flows, false                                                                     \
    }
#define PAIRS_OF(n, flows)                                                                         \
    {                                                                                              \
        NODES, n, flows, false                                                                     \
    }

static const struct setting sites[] = {SITES_OF(10, 300000), SITES_OF(100, 300000),
                                       SITES_OF(300, 300000), SITES_OF(1000, 300000),
                                       SITES_OF(3000, 300000)};
static const struct setting pairs[] = {PAIRS_OF(100, 200000), PAIRS_OF(1000, 100000),
                                       PAIRS_OF(3000, 60000)};
static const struct setting caps = {NODES, 3000, 30000, true};
static const struct setting idle = {NODES, 300, 500000, true};

static const struct bench_figure figures[] = {
    {"flows_sites_10_flows_per_s", "1/s", flows_per_s, &sites[0], 0},
    {"flows_sites_100_flows_per_s", "1/s", flows_per_s, &sites[1], 0},
    {"flows_sites_300_flows_per_s", "1/s", flows_per_s, &sites[2], 0},
    {"flows_sites_1000_flows_per_s", "1/s", flows_per_s, &sites[3], 0},
    {"flows_sites_3000_flows_per_s", "1/s", flows_per_s, &sites[4], 0},
    {"flows_pairs_100_flows_per_s", "1/s", flows_per_s, &pairs[0], 0},
    {"flows_pairs_1000_flows_per_s", "1/s", flows_per_s, &pairs[1], 0},
    {"flows_pairs_3000_flows_per_s", "1/s", flows_per_s, &pairs[2], 0},
    {"flows_caps_3000_flows_per_s", "1/s", flows_per_s, &caps, 0},
    {"flows_idle_flows_per_s", "1/s", flows_per_s, &idle, 0},
};

int main(int argc, char **argv)
{
    return BENCH_MAIN(argc, argv, figures);
}
