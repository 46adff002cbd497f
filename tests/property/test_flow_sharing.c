/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Flows over small random networks under two million random events: rates are solved after each,
 * and certified by the module; every tenth time a second certificate is made here, flow by flow,
 * and the bytes are counted. AIFSIM_ORACLE=brief: a hundredth of that.
 *
 * A network has channels shared, per flow and of airtime, some of them without limit or at 0.
 * Events: a flow begins, is stopped, gets another cap, weight, radio rate or route; a channel gets
 * another capacity, 0 and back among them, or goes down and comes back; time passes, and flows end.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/transport/flow.h"
#include "sim/random.h"
#include "sim/units.h"

enum {
    CHANNELS = 7,
    ROUTES = 12,
    FLOWS = 24,
    NETWORKS = 2000,
    STEPS = 1000, /* of each network */
    CERTIFIED = 10,
};
static const double TOLERANCE = 1e-9;

struct subject {
    struct mdl_flow *flow;
    struct mdl_flow_request request;
};

struct net {
    struct sim *sim;
    struct mdl_flows *flows;
    struct mdl_channel channel[CHANNELS];
    uint32_t hop[ROUTES][CHANNELS];
    struct mdl_route route[ROUTES];
    struct subject subject[FLOWS];
    struct sim_draws draws;
    sim_i128 begun, done, sent; /* bytes, by the hooks and by what the calls return */
    bool is_extreme;
};

static double uniform(struct net *net)
{
    return sim_draws_next(&net->draws);
}

static size_t below(struct net *net, size_t count)
{
    return (size_t)(uniform(net) * (double)count);
}

static bool chance(struct net *net, double p)
{
    return uniform(net) < p;
}

/* Between 10^low and 10^high, evenly by logarithm in steps of a tenth of a decade. */
static double decades(struct net *net, int low, int high)
{
    return pow(10, low + (double)below(net, (size_t)(10 * (high - low)) + 1) / 10);
}

/* ---- what is drawn ---- */

static double draw_capacity(struct net *net, enum mdl_channel_rule rule)
{
    if (chance(net, 0.1))
        return 0;
    if (rule == MDL_CHANNEL_AIRTIME)
        return 1 - 0.5 * (double)below(net, 2);
    if (chance(net, 0.05))
        return INFINITY;
    return net->is_extreme ? decades(net, -3, 12) : decades(net, 3, 5);
}

static double draw_cap(struct net *net)
{
    if (chance(net, 0.5))
        return 0;
    return net->is_extreme ? decades(net, -3, 12) : decades(net, 2, 5);
}

/* A whole number of steps, as the module takes it. */
static double draw_weight(struct net *net)
{
    if (chance(net, 0.5))
        return 1;
    return ldexp(ceil(ldexp(net->is_extreme ? decades(net, -6, 6) : decades(net, -1, 1), 20)), -20);
}

static double draw_radio(struct net *net)
{
    if (chance(net, 0.1))
        return 0;
    return net->is_extreme ? decades(net, -3, 12) : decades(net, 3, 5);
}

static void draw_route(struct net *net, size_t which)
{
    struct mdl_route *route = &net->route[which];
    uint32_t *hop = net->hop[which];
    size_t wanted = 1 + below(net, 4);

    *route = (struct mdl_route){.channel = hop};
    if (chance(net, 0.02))
        return;
    for (uint32_t i = 0; i < CHANNELS; i++) {
        bool is_air = net->channel[i].rule == MDL_CHANNEL_AIRTIME;

        if (route->count < wanted && (!is_air || i == 0 || route->count == 0) && chance(net, 0.5))
            hop[route->count++] = i;
    }
    if (chance(net, 0.3))
        route->latency_ns = (int64_t)below(net, 1000) * 1000000;
}

static void draw_net(struct net *net)
{
    /* airtime first, so that it is first on its routes */
    for (size_t i = 0; i < CHANNELS; i++) {
        struct mdl_channel *channel = &net->channel[i];

        channel->name = "channel";
        channel->rule = i < 2 && chance(net, 0.5) ? MDL_CHANNEL_AIRTIME
                        : chance(net, 0.2)        ? MDL_CHANNEL_PER_FLOW
                                                  : MDL_CHANNEL_SHARED;
        channel->capacity = draw_capacity(net, channel->rule);
    }
    for (size_t i = 0; i < ROUTES; i++)
        draw_route(net, i);
}

/* ---- hooks ---- */

static void done(void *context, void *which)
{
    struct net *net = context;
    struct subject *subject = which;

    net->done += subject->request.bytes;
    subject->flow = NULL;
}

static void failed(void *context, void *which, uint64_t sent, uint32_t channel)
{
    struct net *net = context;
    struct subject *subject = which;

    assert_true(channel < CHANNELS);
    assert_true(sent <= subject->request.bytes);
    net->sent += sent;
    if (subject->request.bytes == MDL_FLOW_ENDLESS)
        net->begun += sent;
    subject->flow = NULL;
}

/* ---- events ---- */

static void begin(struct net *net, struct subject *subject)
{
    subject->request = (struct mdl_flow_request){
        .route = &net->route[below(net, ROUTES)],
        .bytes = chance(net, 0.02) ? MDL_FLOW_ENDLESS : (uint64_t)decades(net, 0, 7),
        .cap_bytes_per_s = draw_cap(net),
        .weight = draw_weight(net),
        .radio_bytes_per_s = draw_radio(net),
        .latency_ns = chance(net, 0.2) ? (int64_t)below(net, 1000000000) : 0,
        .when_down = chance(net, 0.5) ? MDL_FLOW_FAILS : MDL_FLOW_STALLS,
        .subject = subject,
    };
    if (subject->request.bytes != MDL_FLOW_ENDLESS)
        net->begun += subject->request.bytes;
    subject->flow = mdl_flow_begin(net->flows, &subject->request);
}

static void stop(struct net *net, struct subject *subject)
{
    uint64_t sent = mdl_flow_stop(net->flows, subject->flow);

    assert_true(sent <= subject->request.bytes);
    net->sent += sent;
    if (subject->request.bytes == MDL_FLOW_ENDLESS)
        net->begun += sent;
    subject->flow = NULL;
}

static void change(struct net *net, struct subject *subject)
{
    struct mdl_flow_request *request = &subject->request;

    switch (below(net, 4)) {
    case 0:
        request->cap_bytes_per_s = draw_cap(net);
        mdl_flow_set_cap(net->flows, subject->flow, request->cap_bytes_per_s);
        break;
    case 1:
        request->weight = draw_weight(net);
        mdl_flow_set_weight(net->flows, subject->flow, request->weight);
        break;
    case 2:
        request->radio_bytes_per_s = draw_radio(net);
        mdl_flow_set_radio(net->flows, subject->flow, request->radio_bytes_per_s);
        break;
    default:
        request->route = &net->route[below(net, ROUTES)];
        mdl_flow_reroute(net->flows, subject->flow, request->route,
                         chance(net, 0.5) ? (int64_t)below(net, 100000000) : 0);
    }
}

static void change_channel(struct net *net)
{
    uint32_t channel = (uint32_t)below(net, CHANNELS);
    double capacity;

    if (chance(net, 0.5)) {
        mdl_flows_set_down(net->flows, channel, chance(net, 0.3));
        return;
    }
    capacity = draw_capacity(net, net->channel[channel].rule);
    net->channel[channel].capacity = capacity;
    mdl_flows_set_capacity(net->flows, channel, capacity);
}

static void step(struct net *net)
{
    struct subject *subject = &net->subject[below(net, FLOWS)];
    struct sim_error err;

    if (chance(net, 0.1))
        change_channel(net);
    else if (!subject->flow)
        begin(net, subject);
    else if (chance(net, 0.3))
        stop(net, subject);
    else
        change(net, subject);
    if (sim_run(net->sim, net->sim->now_ns + (int64_t)(decades(net, 0, 9)), &err))
        fail_msg("%s", err.message);
}

/* ---- the second certificate ---- */

static double level_of(const struct net *net, const struct subject *subject)
{
    return mdl_flow_rate(net->flows, subject->flow) / subject->request.weight;
}

static bool is_on(const struct subject *subject, uint32_t channel)
{
    const struct mdl_route *route = subject->request.route;

    for (size_t i = 0; subject->flow && i < route->count; i++) {
        if (route->channel[i] == channel)
            return true;
    }
    return false;
}

static double used_of(const struct net *net, uint32_t channel, double *highest)
{
    double used = 0;

    *highest = 0;
    for (size_t i = 0; i < FLOWS; i++) {
        const struct subject *subject = &net->subject[i];
        double rate = is_on(subject, channel) ? mdl_flow_rate(net->flows, subject->flow) : 0;

        if (rate == 0)
            continue;
        *highest = fmax(*highest, level_of(net, subject));
        if (net->channel[channel].rule == MDL_CHANNEL_AIRTIME)
            used += rate / subject->request.radio_bytes_per_s;
        else if (net->channel[channel].rule == MDL_CHANNEL_PER_FLOW)
            used = fmax(used, rate);
        else
            used += rate;
    }
    return used;
}

static bool is_held_up(const struct net *net, const struct subject *subject, uint32_t channel)
{
    double rate = mdl_flow_rate(net->flows, subject->flow), highest, used;
    double full = mdl_flows_capacity(net->flows, channel) * (1 - TOLERANCE);

    if (net->channel[channel].rule == MDL_CHANNEL_PER_FLOW)
        return rate >= full;
    if (net->channel[channel].rule == MDL_CHANNEL_AIRTIME &&
        subject->request.radio_bytes_per_s == 0)
        return true;
    used = used_of(net, channel, &highest);
    return used >= full && level_of(net, subject) >= highest * (1 - TOLERANCE);
}

static void must_be_fair(const struct net *net)
{
    double highest;

    for (uint32_t i = 0; i < CHANNELS; i++)
        assert_true(used_of(net, i, &highest) <=
                    mdl_flows_capacity(net->flows, i) * (1 + TOLERANCE));
    for (size_t i = 0; i < FLOWS; i++) {
        const struct subject *subject = &net->subject[i];
        const struct mdl_flow_request *request = &subject->request;
        double rate = subject->flow ? mdl_flow_rate(net->flows, subject->flow) : 0;
        uint32_t at = subject->flow ? mdl_flow_bottleneck(net->flows, subject->flow) : 0;

        if (!subject->flow || (rate == 0 && at == MDL_CHANNEL_NONE)) /* waits */
            continue;
        if (request->cap_bytes_per_s > 0)
            assert_true(rate <= request->cap_bytes_per_s * (1 + TOLERANCE));
        if (at != MDL_CHANNEL_NONE)
            assert_true(is_on(subject, at) && is_held_up(net, subject, at));
        else if (request->cap_bytes_per_s > 0)
            assert_true(rate >= request->cap_bytes_per_s * (1 - TOLERANCE));
        else /* nothing limits it */
            assert_true(rate > 1e30);
    }
}

static void must_conserve(const struct net *net)
{
    struct mdl_flow_bytes bytes = mdl_flows_account(net->flows);
    sim_i128 begun = net->begun, inside = 0;

    for (size_t i = 0; i < FLOWS; i++) {
        const struct subject *subject = &net->subject[i];
        bool is_endless = subject->request.bytes == MDL_FLOW_ENDLESS;

        if (!subject->flow)
            continue;
        inside += is_endless ? mdl_flow_sent(net->flows, subject->flow) : subject->request.bytes;
        begun += is_endless ? mdl_flow_sent(net->flows, subject->flow) : 0;
    }
    assert_true(bytes.begun == begun && bytes.done == net->done && bytes.inside == inside);
    assert_true(bytes.dropped_sent == net->sent);
    assert_true(bytes.begun ==
                bytes.done + bytes.dropped_sent + bytes.dropped_unsent + bytes.inside);
}

static void rates_are_fair_and_bytes_conserved(void **state)
{
    const char *oracle = getenv("AIFSIM_ORACLE");
    size_t networks = oracle && strcmp(oracle, "brief") == 0 ? NETWORKS / 100 : NETWORKS;
    static struct net net;

    (void)state;
    for (uint32_t which = 0; which < networks; which++) {
        const struct mdl_flow_hooks hooks = {.context = &net, .done = done, .failed = failed};

        net = (struct net){.is_extreme = which % 2 == 1};
        assert_int_equal(sim_create(1, which, 0, 0, &net.sim, NULL), SIM_OK);
        sim_draws_init(&net.draws, net.sim->draw_key, 1, 1, SIM_DRAW_UNIFORM);
        draw_net(&net);
        assert_int_equal(mdl_flows_create(net.sim, net.channel, CHANNELS, &hooks, &net.flows, NULL),
                         SIM_OK);
        mdl_flows_check_always(net.flows, true);
        for (size_t i = 0; i < STEPS; i++) {
            step(&net);
            if (i % CERTIFIED)
                continue;
            must_be_fair(&net);
            must_conserve(&net);
        }
        sim_destroy(net.sim);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_are_fair_and_bytes_conserved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
