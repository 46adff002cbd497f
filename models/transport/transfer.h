/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/transfer.h - data on its way, at the narrowest share of its route.
 *
 * A transfer gets, when it begins, the least of its own line's rate and, on each channel of its
 * route, capacity / (transfers there, itself included); it keeps that rate to its end, after one
 * latency. It neither speeds up when others leave nor slows down when others come: good as long
 * as channels are far from full, which `link_load` shows. The level of a channel holds the mean
 * rate from beginning to arrival.
 *
 * Units    bytes, bytes/s, ns.
 * Memory   the simulation's arena; the subject of a transfer is borrowed.
 * Errors   begin aborts the run with SIM_ENOMEM.
 * Cost     begin O(route + log n), end O(route + log n), n = transfers under way.
 */
#ifndef MODELS_TRANSPORT_TRANSFER_H
#define MODELS_TRANSPORT_TRANSFER_H

#include "models/transport/routes.h"
#include "sim/sim.h"
#include "sim/stats.h"

struct mdl_transfers;

typedef void mdl_transfer_fn(void *context, void *subject);

SIM_NODISCARD enum sim_status mdl_transfers_create(struct sim *sim,
                                                   const struct mdl_network_plan *plan,
                                                   mdl_transfer_fn *arrived, void *context,
                                                   struct mdl_transfers **out,
                                                   struct sim_error *err);

/* Calls arrived(context, subject) when the last byte is there. bytes > 0, line > 0. */
void mdl_transfer_begin(struct mdl_transfers *transfers, const struct mdl_route *route,
                        double line_bytes_per_s, int64_t line_latency_ns, uint64_t bytes,
                        void *subject);

/* Bytes per second on a channel as an exact level; bytes begun and arrived. */
const struct sim_level *mdl_transfers_level(const struct mdl_transfers *transfers, size_t channel);
sim_i128 mdl_transfers_begun_bytes(const struct mdl_transfers *transfers);
sim_i128 mdl_transfers_arrived_bytes(const struct mdl_transfers *transfers);
sim_i128 mdl_transfers_inside_bytes(const struct mdl_transfers *transfers); /* counted anew */

void mdl_transfers_each(const struct mdl_transfers *transfers,
                        void (*visit)(void *context, void *subject), void *context);

#endif /* MODELS_TRANSPORT_TRANSFER_H */
