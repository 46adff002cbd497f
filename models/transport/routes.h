/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/routes.h - which links a transfer crosses, by least latency.
 *
 * Channels are what transfers share: each link in each direction, and each site's storage for
 * reading and for writing. Ties between routes go to the one with fewer links; then the last stop
 * but one decides: the nearer one, then the one named first (hubs before sites); then the link
 * named first.
 *
 * Memory   the scenario's arena.
 * Errors   SIM_ENOMEM. That every place named exists is checked with the config.
 * Cost     one Dijkstra per place, O(links) each step; networks are small.
 */
#ifndef MODELS_TRANSPORT_ROUTES_H
#define MODELS_TRANSPORT_ROUTES_H

#include <stddef.h>
#include <stdint.h>

#include "models/transport/flow.h"
#include "models/transport/network.h"
#include "sim/arena.h"

struct mdl_network_plan {
    size_t channel_count, link_count;
    const struct mdl_channel *channel; /* 2 per link (forth, back), then 2 per site (write, read) */
    size_t place_count, site_count;    /* places: hubs, then sites */
    const char *const *place;
    const struct mdl_route *route; /* [place][site] to the site; route->count 0: no way */
    const struct mdl_route *back;  /* [place][site] from the site */
};

/* storage bandwidth per site: 0 = the site has none, so nothing is shared there. */
struct mdl_site_end {
    const char *key;
    double write_bytes_per_s, read_bytes_per_s;
};

SIM_NODISCARD enum sim_status mdl_network_plan_init(struct mdl_network_plan *plan,
                                                    const struct mdl_network_config *config,
                                                    const struct mdl_site_end *site,
                                                    size_t site_count, struct sim_arena *arena,
                                                    struct sim_error *err);

/* Index of a hub or site by its key; SIZE_MAX when there is none. */
size_t mdl_network_place(const struct mdl_network_plan *plan, const char *key);

#endif /* MODELS_TRANSPORT_ROUTES_H */
