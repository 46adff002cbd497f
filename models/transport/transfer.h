/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/transfer.h - data of members on their way to a site or from it.
 *
 * A transfer is a flow over the way between a place and a site, under a rule; its own limit is the
 * member's line: the rate of the line, and what TCP makes of the round trip (Mathis et al.: at most
 * streams x min(window / RTT, 1.22 MSS / (RTT sqrt(loss)))). Payload / goodput goes over the wire.
 * Before the first byte counts: latency of line and way, and RTT log2(rate RTT / (streams x initial
 * window)) of slow start. A transfer weighs as many shares as it has streams.
 *
 * A member on a cell has its radio rate instead, shares of the airtime by it, and the latency of
 * the cell: the cell is the first channel of its way.
 *
 * When a link of its way goes down it does what that link's `on_failure` says; so does one that
 * begins while the link is down. One that was killed, or is to resume, is tried again after
 * first x factor^k, at most max; after the last try it is given up. A try that finds another way
 * takes it; a detour is kept to its end.
 *
 * While a circuit is there for it (models/transport/circuit.h) a transfer takes that instead of the
 * links; one that is under way when the circuit begins or ends goes over. Under a rule that needs
 * keys (models/transport/qkd.h) each try first takes keys for what it has to send of every link of
 * its way; so does one that is to go another way, for the rest.
 *
 * Units    bytes, bytes/s, ns.
 * Memory   a pool in the simulation's arena; detours are kept, each once. The subject is borrowed.
 * Errors   begin aborts the run with SIM_ENOMEM.
 * Cost     begin and end that of a flow. A link that goes down or comes back: O(transfers under
 *          way), and one Dijkstra per way that has to be found anew.
 * Source   Mathis, Semke, Mahdavi & Ott, Comput. Commun. Rev. 27(3) (1997) 67.
 */
#ifndef MODELS_TRANSPORT_TRANSFER_H
#define MODELS_TRANSPORT_TRANSFER_H

#include "models/transport/cargo.h"
#include "models/transport/cells.h"
#include "models/transport/circuit.h"
#include "models/transport/qkd.h"
#include "models/transport/routes.h"
#include "sim/sim.h"

struct mdl_transfers;

struct mdl_transfer_end; /* below */

struct mdl_transfer_hooks {
    void *context;
    void (*arrived)(void *context, void *subject);  /* the last byte is there */
    void (*given_up)(void *context, void *subject); /* it will never be */
    /* One that is over, before its other hook; of the hooks of all alone, and may be NULL. */
    void (*ended)(void *context, const struct mdl_transfer_end *end);
};

/* is_down[direction]: the links that are down, kept up to date by their owner; NULL: none ever is.
 * flows must have mdl_cargo_hooks. */
SIM_NODISCARD enum sim_status mdl_transfers_create(struct sim *sim,
                                                   const struct mdl_network_plan *plan,
                                                   struct mdl_flows *flows, const bool *is_down,
                                                   const struct mdl_transfer_hooks *hooks,
                                                   struct mdl_transfers **out,
                                                   struct sim_error *err);

struct mdl_transfer_request {
    size_t rule, place, site;
    bool is_input;                          /* to the site; else from it */
    const struct mdl_route *route;          /* NULL: the way between the two; else it is not left */
    const struct mdl_line_config *line;     /* of the member; NULL: no limit of its own */
    const struct mdl_radio_plan *radio;     /* instead of a line: of the member on its cell */
    uint64_t bytes;                         /* > 0, payload */
    int64_t latency_ns;                     /* before its first try, beside that of line and way */
    const struct mdl_transfer_hooks *hooks; /* of its own, kept by the caller; NULL: those of all */
    void *subject;
    uint32_t community; /* for whom, whose circuits it may take; handed on to `ended` */
};

struct mdl_transfer_end {
    const struct mdl_transfer_request *request;
    int64_t begun_ns;
    uint64_t tries;
    bool has_arrived;
    uint32_t bottleneck; /* the channel that held it up at its end; MDL_CHANNEL_NONE: its line */
};

/* From now on, before the first transfer: circuits and keys, either of which may be NULL. Whoever
 * waits for keys is handed to mdl_transfers_granted. */
void mdl_transfers_use(struct mdl_transfers *transfers, struct mdl_circuits *circuits,
                       struct mdl_keys *keys);
void mdl_transfers_granted(void *transfers, void *subject);

void mdl_transfer_begin(struct mdl_transfers *transfers,
                        const struct mdl_transfer_request *request);

/* A link has gone down or is back: transfers on links that are down do what those say. */
void mdl_transfers_review(struct mdl_transfers *transfers);

/* A circuit has begun or ended: transfers go over to it, or back. */
void mdl_transfers_follow(struct mdl_transfers *transfers);

struct mdl_transfer_counts {
    uint64_t begun, arrived, given_up;
    uint64_t failed;   /* tries */
    uint64_t retried;  /* tries after one that failed */
    uint64_t rerouted; /* changes of way while under way */
};
const struct mdl_transfer_counts *mdl_transfers_counts(const struct mdl_transfers *transfers);

/* What held up those that arrived, at their end: transfers and bytes by channel, the last entry
 * for their own lines. [channel_count + 1] */
struct mdl_bottleneck {
    uint64_t transfers;
    sim_i128 bytes;
};
const struct mdl_bottleneck *mdl_transfers_bottlenecks(const struct mdl_transfers *transfers);

/* Bytes on the wire, whole transfers: begun = arrived + given up + inside. */
struct mdl_transfer_bytes {
    sim_i128 begun, arrived, given_up, inside; /* the last counted anew */
    sim_i128 kept; /* of the arrived and inside, by tries before the last */
};
struct mdl_transfer_bytes mdl_transfers_bytes(const struct mdl_transfers *transfers);

/* Payload that has arrived, [place][site][0 from the site, 1 to it]. */
const sim_i128 *mdl_transfers_between(const struct mdl_transfers *transfers);

/* Those without hooks of their own, in order of beginning; those that wait for their next try are
 * among them. */
void mdl_transfers_each(const struct mdl_transfers *transfers,
                        void (*visit)(void *context, void *subject), void *context);

/* ---- the law ---- */

struct mdl_line_limits {
    double cap_bytes_per_s; /* on the wire; 0: none */
    double weight;
    int64_t start_up_ns; /* latency of the line, and slow start */
};
struct mdl_line_limits mdl_line_limits(const struct mdl_line_config *line, bool is_input,
                                       int64_t way_latency_ns);

#endif /* MODELS_TRANSPORT_TRANSFER_H */
