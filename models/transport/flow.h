/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/flow.h - data in motion as a fluid: weighted max-min fair rates over channels.
 *
 * Flows that cross the same channels share them: the sorted list of rate/weight is the largest
 * possible, lexicographically, under the limit of each channel on a flow's route and the flow's
 * own cap. Rates are constant between changes (a flow begins, ends, changes; a capacity changes)
 * and are solved again once at each instant that has a change. A flow uses nothing during its
 * latency. A change of rates touches classes of flows (same route, cap, weight, radio rate), never
 * single flows.
 *
 * A channel that is down: its flows fail or stall, as each of them says. Capacity 0 stalls.
 * A flow that nothing limits (no cap, no channel of finite capacity) is done a nanosecond later.
 * A completion is rounded up to a nanosecond, and the event itself completes the flow.
 *
 * Units    bytes, bytes/s, ns. Radio rates in bytes/s, airtime as a fraction.
 * Memory   the simulation's arena; grows with the flows under way, not with those that are over.
 *          Routes and subjects are borrowed for as long as the flow lives.
 * Errors   what begins or changes a flow aborts the run with SIM_ENOMEM.
 * Cost     begin, stop, complete O(log n) in the flows of a class, plus one refill an instant: only
 *          of channels that could be full, from the level that changed on. 0.5 us a flow where
 * links are far from full, 0.8 us over 42 routes, 2 to 4 us over 1,500 (tests/bench/bench_flows).
 * Source   Bertsekas & Gallager, Data Networks, 2nd ed., section 6.5.2; processor sharing by
 *          the service integral of a class.
 */
#ifndef MODELS_TRANSPORT_FLOW_H
#define MODELS_TRANSPORT_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/sim.h"

enum mdl_channel_rule {
    MDL_CHANNEL_SHARED,   /* sum of rates <= capacity */
    MDL_CHANNEL_PER_FLOW, /* each rate <= capacity */
    MDL_CHANNEL_AIRTIME,  /* sum of rate / own radio rate <= capacity, a fraction (1 = all) */
};

struct mdl_channel {
    const char *name; /* "milan-frankfurt >", "milan-frankfurt <", "lumi scratch write" */
    double capacity;  /* bytes/s, or a fraction of airtime */
    enum mdl_channel_rule rule;
};

struct mdl_route {
    size_t count;
    const uint32_t *channel; /* indices, each once; an airtime channel, if any, is the first */
    int64_t latency_ns;
};

#define MDL_FLOW_ENDLESS UINT64_MAX
#define MDL_CHANNEL_NONE UINT32_MAX

enum mdl_flow_when_down { MDL_FLOW_FAILS, MDL_FLOW_STALLS };

struct mdl_flow_request {
    const struct mdl_route *route;
    uint64_t bytes;           /* > 0; MDL_FLOW_ENDLESS: until it is stopped */
    double cap_bytes_per_s;   /* 0: none */
    double weight;            /* > 0, taken in steps of 2^-20, up to 2^22; 1 = plain */
    double radio_bytes_per_s; /* on the airtime channel of its route; 0: out of coverage, stalls */
    int64_t latency_ns;       /* before it uses anything, beside the route's */
    enum mdl_flow_when_down when_down;
    bool is_watched; /* hooks.rate is called when its rate changes */
    void *subject;
};

struct mdl_flow;  /* one flow under way; gone when its done or failed hook has returned */
struct mdl_flows; /* all of one simulation */

struct mdl_flow_hooks {
    void *context;
    void (*done)(void *context, void *subject);
    /* sent: whole bytes that had passed. */
    void (*failed)(void *context, void *subject, uint64_t sent, uint32_t channel);
    /* After a refill, for watched flows; in order of beginning. May change caps: one more round. */
    void (*rate)(void *context, void *subject, double bytes_per_s);
};

SIM_NODISCARD enum sim_status mdl_flows_create(struct sim *sim, const struct mdl_channel *channel,
                                               size_t count, const struct mdl_flow_hooks *hooks,
                                               struct mdl_flows **out, struct sim_error *err);

/* A flow over a channel that is down, and that fails then, fails at once: NULL, failed called.
 * NULL too without memory, when the run is aborted. */
struct mdl_flow *mdl_flow_begin(struct mdl_flows *flows, const struct mdl_flow_request *request);

/* Ends it without a hook; returns the whole bytes that had passed. */
uint64_t mdl_flow_stop(struct mdl_flows *flows, struct mdl_flow *flow);

/* From now on; 0: no cap. */
void mdl_flow_set_cap(struct mdl_flows *flows, struct mdl_flow *flow, double cap_bytes_per_s);
void mdl_flow_set_weight(struct mdl_flows *flows, struct mdl_flow *flow, double weight);
void mdl_flow_set_share(struct mdl_flows *flows, struct mdl_flow *flow, double cap_bytes_per_s,
                        double weight); /* both at once */
void mdl_flow_set_radio(struct mdl_flows *flows, struct mdl_flow *flow, double radio_bytes_per_s);

/* Goes on over another route after gap_ns and the new route's latency; what was sent is kept. If
 * that route is down and the flow fails then, it fails at once, and is gone. */
void mdl_flow_reroute(struct mdl_flows *flows, struct mdl_flow *flow, const struct mdl_route *route,
                      int64_t gap_ns);

double mdl_flow_rate(const struct mdl_flows *flows, const struct mdl_flow *flow); /* after refill */
uint64_t mdl_flow_sent(const struct mdl_flows *flows, const struct mdl_flow *flow);
/* Where it is held up: a channel of its route, or MDL_CHANNEL_NONE: its own cap. */
uint32_t mdl_flow_bottleneck(const struct mdl_flows *flows, const struct mdl_flow *flow);
void *mdl_flow_subject(const struct mdl_flow *flow);
const struct mdl_route *mdl_flow_route(const struct mdl_flow *flow);

/* From now on, while flows run; 0 stalls them. Does not bring a channel back that is down.
 * set_down calls `failed` for those that fail, in order of beginning; until its turn has come such
 * a flow can be stopped, and nothing else. */
void mdl_flows_set_capacity(struct mdl_flows *flows, uint32_t channel, double capacity);
void mdl_flows_set_down(struct mdl_flows *flows, uint32_t channel, bool is_down);
double mdl_flows_capacity(const struct mdl_flows *flows, uint32_t channel); /* 0 while down */
bool mdl_flows_is_down(const struct mdl_flows *flows, uint32_t channel);

/* Of a channel: rate now (bytes/s; after refill), bytes over it so far, and bytes of flows while
 * this channel was what held them up. Of all flows: held up by nothing but their own cap. */
double mdl_flows_rate(const struct mdl_flows *flows, uint32_t channel);
double mdl_flows_bytes(const struct mdl_flows *flows, uint32_t channel);
void mdl_flows_bytes_of(const struct mdl_flows *flows, size_t count,
                        double *bytes /* [count] of the first channels */);
double mdl_flows_limited_bytes(const struct mdl_flows *flows, uint32_t channel_or_none);

/* Conservation in whole bytes: begun = done + stopped (sent and unsent) + failed (sent and unsent)
 * + inside. Endless flows count what they sent. */
struct mdl_flow_bytes {
    sim_i128 begun, done, dropped_sent, dropped_unsent, inside;
};
struct mdl_flow_bytes mdl_flows_account(const struct mdl_flows *flows); /* inside counted anew */

/* Every live flow, in order of beginning. */
void mdl_flows_each(const struct mdl_flows *flows,
                    void (*visit)(void *context, struct mdl_flow *flow), void *context);

/* Proof that the present rates are the fair ones: no channel above capacity, and every flow has
 * its cap, or a full channel on which its rate/weight is the largest. SIM_EINVARIANT, naming the
 * channel. With checks on, done after each refill; a failure aborts the run. */
SIM_NODISCARD enum sim_status mdl_flows_certify(const struct mdl_flows *flows,
                                                struct sim_error *err);
void mdl_flows_check_always(struct mdl_flows *flows, bool is_checked);

#endif /* MODELS_TRANSPORT_FLOW_H */
