/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/network.h - places, links and lines of access, as written.
 *
 * A place is a hub of the network or a site (by its key). A link is duplex, each direction with
 * the whole capacity, or leads one way only. What else is on it (`background`) takes its part
 * first; it grows, is upgraded, fails and is serviced. A member of a community reaches its place
 * over a line of its own (`access`), which no one else shares.
 */
#ifndef MODELS_TRANSPORT_NETWORK_H
#define MODELS_TRANSPORT_NETWORK_H

#include "models/transport/qkd.h"
#include "sim/field.h"

enum mdl_link_kind { MDL_LINK_5G, MDL_LINK_FIBRE, MDL_LINK_NREN, MDL_LINK_BACKBONE, MDL_LINK_LAN };

/* By what a way is the shortest. */
enum mdl_routing { MDL_ROUTING_LATENCY, MDL_ROUTING_HOPS };

/* What becomes of the transfers on a link that goes down. */
enum mdl_on_failure {
    MDL_ON_FAILURE_REROUTE, /* they take another way where there is one, and wait where not */
    MDL_ON_FAILURE_STALL,   /* they wait in place */
    MDL_ON_FAILURE_RESUME,  /* they fail, and go on later behind the last whole chunk */
    MDL_ON_FAILURE_KILL,    /* they fail, and begin again later */
    MDL_ON_FAILURE_OF_NETWORK,
};

/* Which links and places a transfer may use. */
enum mdl_residency { MDL_RESIDENCY_ANY, MDL_RESIDENCY_EU, MDL_RESIDENCY_NATIONAL };

#define MDL_LATENCY_UNSET (INT64_MAX - 1) /* by distance */

struct mdl_hub_config {
    struct sim_item item;
    const char *country;     /* "" = not known: outside of every border */
    double lat_deg, lon_deg; /* NaN: not known */
};

struct mdl_traffic_config { /* of others, not simulated one by one */
    double bytes_per_s;     /* mean over the hours of that day */
    double load_frac;       /* the same, as a part of the first capacity; the two add up */
    struct sim_profile hours;
    double growth_per_yr;
    int64_t since_days; /* of what day its rate is; SIM_DATE_NONE: of the start */
};

struct mdl_upgrade_config {
    struct sim_item item;
    int64_t date_days;
    double capacity_bytes_per_s;
};

struct mdl_outage_config {    /* unplanned */
    int64_t mtbf_ns, mttr_ns; /* mean time from repair to failure (0: never), and to repair */
};

struct mdl_window_config { /* planned */
    struct sim_item item;
    int64_t start_days, at_ns;     /* the second: after midnight UTC */
    int64_t duration_ns, every_ns; /* every 0: once */
};

struct mdl_link_config {
    struct sim_item item;
    const char *from, *to; /* hubs or sites */
    double capacity_bytes_per_s;
    int64_t latency_ns; /* MDL_LATENCY_UNSET: from the distance of its ends */
    int kind;
    bool is_duplex, is_secure;
    int on_failure; /* enum mdl_on_failure */
    struct mdl_traffic_config background;
    struct sim_map upgrades; /* struct mdl_upgrade_config */
    struct mdl_outage_config failures;
    struct sim_map windows; /* struct mdl_window_config */
    struct mdl_link_keys_config keys;
};

static inline bool mdl_link_has_keys(const struct mdl_link_config *link)
{
    return link->keys.rate_bytes_per_s > 0;
}

struct mdl_tcp_config { /* Mathis et al.; window 0: not limited, loss 0: none */
    double window_bytes, loss_frac, mss_bytes, initial_window_bytes;
    int64_t streams;
};

struct mdl_line_config { /* a line of access */
    struct sim_item item;
    double up_bytes_per_s, down_bytes_per_s;
    int64_t latency_ns;
    int kind;
    struct mdl_tcp_config tcp;
    double goodput_frac; /* payload over what is sent */
};

struct mdl_path_config { /* a way that is given */
    struct sim_item item;
    const char *from, *to; /* places */
    const char *via;       /* links, separated by commas */
};

struct mdl_retry_config {
    int64_t first_ns, max_ns;
    double factor;
    int64_t tries; /* 0: for ever */
    double chunk_bytes;
};

struct mdl_network_config {
    struct sim_map hubs, links, access;
    struct sim_map cells;    /* struct mdl_cell_config (models/transport/cells.h) */
    struct sim_map routes;   /* struct mdl_path_config */
    struct sim_map circuits; /* struct mdl_circuit_config (models/transport/circuit.h) */
    struct mdl_rekey_config keys;
    int routing;        /* enum mdl_routing */
    double path_factor; /* fibre over great circle */
    int on_failure;     /* enum mdl_on_failure */
    struct mdl_retry_config retry;
    double transfer_bytes_per_s; /* of each site's transfer nodes; 0: no limit */
};

extern const struct sim_field mdl_network_fields[];

#endif /* MODELS_TRANSPORT_NETWORK_H */
