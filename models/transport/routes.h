/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/routes.h - which links a transfer crosses.
 *
 * A way is the one that the scenario gives, else that of least latency (or of fewest links), among
 * the links and places that a rule of residency or security leaves. Ties go to the one with fewer
 * links (to that of less latency); then the last stop but one decides: the nearer one, then the
 * one named first (hubs before sites); then the link named first.
 *
 * Channels are what transfers share: each link in each direction it leads, and at each site what a
 * transfer crosses besides: its transfer nodes, its storage.
 *
 * Memory   the arena that is given.
 * Errors   SIM_ENOMEM. That every place and link named exists is checked with the config.
 * Cost     one Dijkstra per place and rule, O(links) each step; networks are small.
 */
#ifndef MODELS_TRANSPORT_ROUTES_H
#define MODELS_TRANSPORT_ROUTES_H

#include <stddef.h>
#include <stdint.h>

#include "models/transport/channels.h"
#include "models/transport/flow.h"
#include "models/transport/network.h"
#include "sim/arena.h"

/* Both on the way into a site and on the way out, in the order in which they are crossed. */
enum { MDL_STOP_CHANNELS_MAX = 4 };

/* Channels behind the links of a transfer to a site, before those of one from it. */
struct mdl_stop_end {
    size_t in_count, out_count;
    uint32_t in[MDL_STOP_CHANNELS_MAX], out[MDL_STOP_CHANNELS_MAX];
};

struct mdl_stop {              /* a place of the network */
    const char *key, *country; /* "": not known */
    bool is_eu;
    double lat_deg, lon_deg;    /* NaN: not known */
    struct mdl_stop_end end[2]; /* of a site: with its usual storage, with its secure storage */
};

struct mdl_direction { /* a link one way; its index is its channel's */
    const struct mdl_link_config *link;
    size_t link_index;
    size_t from, to; /* stops */
    int64_t latency_ns;
    uint32_t reverse; /* the same link the other way; MDL_CHANNEL_NONE: it is simplex */
};

struct mdl_rule {        /* what a transfer may cross */
    int residency;       /* enum mdl_residency */
    const char *country; /* of a national residency, else NULL */
    bool is_secure;      /* secure links only */
    bool needs_keys;     /* links with keys only (models/transport/qkd.h) */
    bool into_enclave;   /* to and from the secure storage of a site, where it has some */
};

struct mdl_network_plan {
    const struct mdl_network_config *config;
    size_t channel_count; /* directions first */
    const struct mdl_channel *channel;
    size_t link_count, direction_count;
    const struct mdl_direction *direction; /* forth, then back, in the order of the links */
    size_t place_count, site_count;        /* hubs, then sites */
    size_t radio_count;                    /* of members on cells, which are put before ways */
    struct mdl_stop *stop;                 /* [place] */
    size_t rule_count;
    const struct mdl_rule *rule;          /* [0]: anything */
    const struct mdl_route *const *route; /* [rule][place][site] to the site; NULL: no way */
    const struct mdl_route *const *back;  /* [rule][place][site] from the site */
};

/* What stands at a site, in the order of the sites. */
struct mdl_site_end {
    const char *key, *country;
    double lat_deg, lon_deg; /* NaN: not known */
};

/* Stops and directions, and a channel of each direction, of an empty table. */
SIM_NODISCARD enum sim_status mdl_network_lay(struct mdl_network_plan *plan,
                                              const struct mdl_network_config *config,
                                              const struct mdl_site_end *site, size_t site_count,
                                              bool (*is_eu)(const char *country),
                                              struct mdl_channels *channels, struct sim_error *err);

/* A channel that transfers to (from) a site cross, those of its enclave or the others. At most
 * MDL_STOP_CHANNELS_MAX each. */
void mdl_network_cross_in(struct mdl_network_plan *plan, size_t site, bool into_enclave,
                          uint32_t channel);
void mdl_network_cross_out(struct mdl_network_plan *plan, size_t site, bool into_enclave,
                           uint32_t channel);

/* The ways under each rule, when all channels are known. rule[0] must be that of anything. */
SIM_NODISCARD enum sim_status mdl_network_find_ways(struct mdl_network_plan *plan,
                                                    const struct mdl_rule *rule, size_t rule_count,
                                                    const struct mdl_channels *channels,
                                                    struct sim_error *err);

/* Index of a hub or site by its key; SIZE_MAX when there is none. */
size_t mdl_network_place(const struct mdl_network_plan *plan, const char *key);

/* Index of a rule that says the same; SIZE_MAX when there is none. */
size_t mdl_network_rule(const struct mdl_rule *rule, size_t count, const struct mdl_rule *wanted);

static inline const struct mdl_route *mdl_network_to(const struct mdl_network_plan *plan,
                                                     size_t rule, size_t place, size_t site)
{
    return plan->route[(rule * plan->place_count + place) * plan->site_count + site];
}

static inline const struct mdl_route *mdl_network_from(const struct mdl_network_plan *plan,
                                                       size_t rule, size_t place, size_t site)
{
    return plan->back[(rule * plan->place_count + place) * plan->site_count + site];
}

/* ---- ways of one's own: detours, circuits, copies ---- */

struct mdl_search; /* room for one at a time */

SIM_NODISCARD struct mdl_search *mdl_search_create(const struct mdl_network_plan *plan,
                                                   struct sim_arena *arena); /* NULL: no memory */

/* What of a way's ends it includes: the channels crossed at a site on the way out, and in. */
enum { MDL_WAY_OUT = 1, MDL_WAY_IN = 2 };

/* The best way between two stops without the directions in is_down[direction_count] (NULL: all are
 * up), given ways left out; false: there is none. Its channels stay until the next search. */
bool mdl_search_way(struct mdl_search *search, size_t rule, size_t from, size_t to, unsigned ends,
                    const bool *is_down, struct mdl_route *out);

const struct mdl_route *mdl_route_copy(const struct mdl_route *route,
                                       struct sim_arena *arena); /* NULL: no memory */

#define MDL_FIBRE_KM_PER_S 2e5

/* Seconds of light in fibre over a great circle; NaN where a place is not known. */
double mdl_network_distance_s(const struct mdl_stop *from, const struct mdl_stop *to,
                              double path_factor);

/* May transfers under a rule cross a direction of a link? */
bool mdl_network_may_cross(const struct mdl_network_plan *plan, size_t rule, uint32_t direction);

/* The links of a given way, each crossed in the direction that goes on; returns how many, or
 * SIZE_MAX where they do not lead from its one end to the other. direction[link_count]; NULL: only
 * how many. */
size_t mdl_network_follow(const struct mdl_network_plan *plan, const struct mdl_path_config *path,
                          uint32_t *direction);

/* Do the links of a given way lead from its one end to the other? */
bool mdl_network_leads(const struct mdl_network_plan *plan, const struct mdl_path_config *path);

#endif /* MODELS_TRANSPORT_ROUTES_H */
