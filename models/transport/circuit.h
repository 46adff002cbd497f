/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/circuit.h - circuits that are reserved: a part of the links of a way, for a
 * time.
 *
 * A circuit is booked by a calendar. While it lasts its capacity is taken from what others share on
 * each link of its way, in both directions, and transfers of its communities between its two ends
 * have a channel of that capacity instead of those links: those that begin then, and those under
 * way. Before and after they share. It is admitted when each link of its way has the capacity at
 * every instant that it is booked, after those named before it; background is not reserved, and
 * makes do with what circuits leave.
 *
 * A circuit is down while a link of its way is; its transfers do what that link's on_failure says.
 *
 * Units    bytes, bytes/s, ns.
 * Memory   the simulation's arena; a route is kept for each pair of a way and a circuit that it was
 *          replaced by.
 * Errors   SIM_ENOMEM.
 * Cost     a beginning or end O(links of its way + transfers under way); a transfer that begins
 *          O(circuits).
 * Source   admission as by RFC 3209 (RSVP-TE): what is reserved never exceeds the link.
 */
#ifndef MODELS_TRANSPORT_CIRCUIT_H
#define MODELS_TRANSPORT_CIRCUIT_H

#include "models/transport/link_state.h"

struct mdl_circuit_config {
    struct sim_item item;
    const char *from, *to; /* hubs or sites */
    const char *via;       /* links, separated by commas; "": the best way */
    double capacity_bytes_per_s;
    int64_t start_days, end_days; /* SIM_DATE_NONE: the run's */
    int64_t at_ns;                /* after midnight UTC of the first day */
    int64_t duration_ns;          /* 0: until its end */
    int64_t every_ns;             /* 0: once */
    const char *communities;      /* separated by commas; "": all */
};

extern const struct sim_field mdl_circuit_fields[];

struct mdl_circuit_plan {
    const struct mdl_circuit_config *config;
    size_t from, to;           /* stops */
    size_t count;              /* links of its way; SIZE_MAX: there is none */
    const uint32_t *direction; /* [count] forth */
    int64_t latency_ns;
    bool is_duplex;        /* the way back is there too */
    uint32_t channel[2];   /* forth, back */
    const bool *is_for;    /* [community] */
    const bool *may_carry; /* [rule] */
};

struct mdl_circuits_plan {
    size_t count;
    struct mdl_circuit_plan *circuit;
    uint32_t first_channel; /* two each, forth and back, in their order */
    const struct mdl_network_plan *network;
    const struct sim_calendar *calendar;
    int64_t begin_ns, finish_ns; /* of the run */
};

/* ---- the calendar ---- */

struct mdl_circuit_span {
    int64_t begin_ns, end_ns;
};

/* The first booking that ends after time_ns; false: there is none. Bookings lie within the run. */
bool mdl_circuit_booking(const struct mdl_circuits_plan *plan,
                         const struct mdl_circuit_config *config, int64_t time_ns,
                         struct mdl_circuit_span *out);

/* Why a circuit is not admitted after those before it. */
struct mdl_refusal {
    size_t link;
    int64_t time_ns;         /* from when on */
    double left_bytes_per_s; /* of the link then */
    bool is_window;          /* the link is taken down then, as planned */
};

/* Are the first index circuits and this one within each link of its way at every instant? false:
 * *refusal tells the first time, of the first link, that they are not. */
SIM_NODISCARD bool mdl_circuit_is_admitted(const struct mdl_circuits_plan *plan, size_t index,
                                           struct mdl_refusal *refusal);

/* ---- one world ---- */

struct mdl_circuits;

/* called when a circuit has begun or ended */
SIM_NODISCARD enum sim_status mdl_circuits_create(struct sim *sim,
                                                  const struct mdl_circuits_plan *plan,
                                                  struct mdl_flows *flows,
                                                  struct mdl_link_state *links,
                                                  void (*changed)(void *context), void *context,
                                                  struct mdl_circuits **out, struct sim_error *err);

/* What a transfer takes while a circuit is there for it: the way with its links replaced by the
 * channel of the first such circuit. NULL: there is none. way is kept by the caller. Aborts the
 * run with SIM_ENOMEM. */
const struct mdl_route *mdl_circuits_way(struct mdl_circuits *circuits, size_t community,
                                         size_t rule, size_t from, size_t to,
                                         const struct mdl_route *way);

/* A link has gone down, or is back. */
void mdl_circuits_on_link(struct mdl_circuits *circuits, size_t link);

/* The plan of the circuit that a channel is of; NULL: it is of none. */
static inline const struct mdl_circuit_plan *mdl_circuit_of_channel(
    const struct mdl_circuits_plan *plan, uint32_t channel)
{
    size_t index = channel - (size_t)plan->first_channel;

    return channel >= plan->first_channel && index / 2 < plan->count ? &plan->circuit[index / 2]
                                                                     : NULL;
}
const struct mdl_circuits_plan *mdl_circuits_plan_of(const struct mdl_circuits *circuits);

/* A transfer has arrived over the channel. */
void mdl_circuits_count(struct mdl_circuits *circuits, uint32_t channel);

struct mdl_circuit_use { /* since the creation */
    double booked_s, down_s;
    double bytes[2]; /* forth, back */
    uint64_t transfers;
};
struct mdl_circuit_use mdl_circuits_use(const struct mdl_circuits *circuits, size_t index);

#endif /* MODELS_TRANSPORT_CIRCUIT_H */
