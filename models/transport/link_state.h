/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/link_state.h - what becomes of the links of one world over time.
 *
 * A link has a capacity, which upgrades change at 00:00 UTC of their dates, and background, which
 * changes at full hours: (first capacity x load + rate) x weight of the local hour where the link
 * begins x (1 + growth)^years since `since`, the years counted to the day. Background takes its
 * part first, up to 99 %; what is left is what flows share. It is the same in both directions.
 *
 * What circuits reserve of a link (models/transport/circuit.h) goes before the background, which
 * gets at most 99 % of the rest.
 *
 * A link is down while it is failed (from repair to failure and from failure to repair exponential
 * times) or in a planned window. Both directions go together.
 *
 * Draws    entity = the link's path; purposes below; index = number of the failure.
 * Units    bytes, bytes/s, ns.
 * Memory   the simulation's arena, nothing per event.
 * Errors   SIM_ENOMEM at creation.
 * Cost     an hour O(links that have background), one change of capacity each; nothing for the
 *          others.
 */
#ifndef MODELS_TRANSPORT_LINK_STATE_H
#define MODELS_TRANSPORT_LINK_STATE_H

#include "models/transport/flow.h"
#include "models/transport/routes.h"
#include "sim/calendar.h"
#include "sim/sim.h"

#define MDL_BACKGROUND_MOST_FRAC 0.99

struct mdl_link_state;

/* A link has gone down, or is back. */
struct mdl_link_hooks {
    void *context;
    void (*changed)(void *context, size_t link, bool is_down);
};

/* Sets the capacities of flows from the simulation's present time on. flows and hooks are
 * borrowed. */
SIM_NODISCARD enum sim_status mdl_link_state_create(
    struct sim *sim, const struct mdl_network_plan *plan, const struct sim_calendar *calendar,
    struct mdl_flows *flows, const struct mdl_link_hooks *hooks, struct mdl_link_state **out,
    struct sim_error *err);

/* [direction], kept up to date; NULL: none ever is. */
const bool *mdl_link_state_is_down(const struct mdl_link_state *state);

/* Circuits take so much more of the link, in each direction; negative: less. */
void mdl_link_state_reserve(struct mdl_link_state *state, size_t link, double bytes_per_s);

/* Integrals since the creation, of a link, each direction: what it could carry, down or not, and
 * what the background took of that. */
struct mdl_link_bytes {
    double capacity, background;
};
struct mdl_link_bytes mdl_link_state_bytes(const struct mdl_link_state *state, size_t link,
                                           int64_t now_ns);

/* Bytes per second now, each direction; they change at full hours, background also when a circuit
 * begins or ends. */
struct mdl_link_bytes mdl_link_state_rates(const struct mdl_link_state *state, size_t link);

static inline bool mdl_link_has_background(const struct mdl_link_config *link)
{
    return link->background.load_frac > 0 || link->background.bytes_per_s > 0;
}

/* Bytes per second of background on a link, before it is cut: at a time, and the mean of a day. */
double mdl_link_background_of_day(const struct mdl_link_config *link,
                                  const struct sim_calendar *calendar, int64_t time_ns);
double mdl_link_background(const struct mdl_link_config *link, enum sim_zone zone,
                           const struct sim_calendar *calendar, int64_t time_ns);
/* Capacity of a link at a time. */
double mdl_link_capacity(const struct mdl_link_config *link, const struct sim_calendar *calendar,
                         int64_t time_ns);
/* The zone of a link's background. */
enum sim_zone mdl_link_zone(const struct mdl_network_plan *plan, size_t link);

#endif /* MODELS_TRANSPORT_LINK_STATE_H */
