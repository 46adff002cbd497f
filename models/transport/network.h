/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/network.h - places, links and lines of access, as written.
 *
 * A place is a hub of the network or a site (by its key). Links are duplex: each direction has
 * the whole capacity. A member of a community reaches its place over a line of its own
 * (`access`), which no one else shares.
 */
#ifndef MODELS_TRANSPORT_NETWORK_H
#define MODELS_TRANSPORT_NETWORK_H

#include "sim/field.h"

enum mdl_link_kind { MDL_LINK_5G, MDL_LINK_FIBRE, MDL_LINK_NREN, MDL_LINK_BACKBONE, MDL_LINK_LAN };

struct mdl_hub_config {
    struct sim_item item;
    double lat_deg, lon_deg;
};

struct mdl_link_config {
    struct sim_item item;
    const char *from, *to; /* hubs or sites */
    double capacity_bytes_per_s;
    int64_t latency_ns;
    int kind;
};

struct mdl_line_config { /* a line of access */
    struct sim_item item;
    double up_bytes_per_s, down_bytes_per_s;
    int64_t latency_ns;
    int kind;
};

struct mdl_network_config {
    struct sim_map hubs, links, access;
};

extern const struct sim_field mdl_network_fields[];

#endif /* MODELS_TRANSPORT_NETWORK_H */
