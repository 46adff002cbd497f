/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/dataset.h - data that many jobs read: how large, where it lies, where it may go.
 *
 * A data set has a home and replicas, which are always there. The class of its data says which
 * zone it stays in and whether it must be protected, unless `residency` says otherwise:
 *
 *   open           anywhere
 *   personal       the EU        Regulation (EU) 2016/679 (GDPR), chapter V
 *   health         the EU        the same, article 9; Regulation (EU) 2025/327 (EHDS)
 *   trade_secret   anywhere, to a site whose storage is secure, or over secure links only
 *
 * A depot holds copies that nobody uses at the moment, up to a capacity.
 *
 * Units    bytes.
 * Memory   none; entries of a depot are the caller's.
 * Cost     each call of a depot O(1), and O(1) for each entry that leaves it.
 */
#ifndef MODELS_TRANSPORT_DATASET_H
#define MODELS_TRANSPORT_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/transport/network.h"
#include "models/transport/routes.h"
#include "sim/field.h"

/* ---- what a scenario says ---- */

enum mdl_data_class { MDL_DATA_OPEN, MDL_DATA_PERSONAL, MDL_DATA_HEALTH, MDL_DATA_TRADE_SECRET };

/* What its transfers take: as its class says, or links with keys. */
enum mdl_data_secure { MDL_DATA_SECURE_BY_CLASS, MDL_DATA_SECURE_QKD };

/* The first: by class. The others are one above enum mdl_residency. */
enum { MDL_DATA_RESIDENCY_BY_CLASS };

struct mdl_dataset_config {
    struct sim_item item;
    double size_bytes;
    const char *home; /* hub or site */
    int data_class;   /* enum mdl_data_class */
    int residency;
    int secure;           /* enum mdl_data_secure */
    const char *replicas; /* sites, separated by commas */
};

extern const struct sim_field mdl_dataset_fields[];

enum mdl_cache_policy { MDL_CACHE_LRU, MDL_CACHE_PINNED };

struct mdl_cache_config {  /* of a tier of storage */
    double capacity_bytes; /* NaN: as much as the tier has room for */
    int policy;
};

extern const struct sim_field mdl_cache_fields[];

enum mdl_replica_choice { MDL_REPLICA_NEAREST, MDL_REPLICA_PREDICTED, MDL_REPLICA_LEAST_BYTES };
extern const char *const mdl_replica_names[]; /* NULL-terminated */

/* The n-th site of a list of replicas: its first letter, and how long it is; NULL after the last.
 */
const char *mdl_replica_at(const char *replicas, size_t n, size_t *length);

enum mdl_residency mdl_dataset_residency(const struct mdl_dataset_config *dataset);

/* Why data may not be at a place; OPEN_TO: it may. */
enum mdl_data_refusal {
    MDL_DATA_OPEN_TO,
    MDL_DATA_OUTSIDE, /* of its zone */
    MDL_DATA_NO_WAY,  /* that it may take leads there */
    MDL_DATA_REFUSALS
};

/* home: the stop where the data lies. */
bool mdl_dataset_may_be_at(const struct mdl_dataset_config *dataset, const struct mdl_stop *home,
                           const struct mdl_stop *at);

/* What its transfers to a site may cross. */
struct mdl_rule mdl_dataset_rule(const struct mdl_dataset_config *dataset, const char *home_country,
                                 bool is_secure_site);

/* ---- copies that nobody uses ---- */

struct mdl_idle { /* part of a copy */
    struct mdl_idle *older, *newer;
    uint64_t bytes;
};

struct mdl_depot {
    uint64_t capacity; /* UINT64_MAX: none */
    int policy;        /* enum mdl_cache_policy */
    uint64_t bytes;
    struct mdl_idle *oldest, *newest;
};

/* The last user of a copy has gone. lru: the copies that were given back the longest ago leave
 * until the rest fits; pinned: those that are there stay, and this one leaves when it does not fit.
 * Each that leaves is handed to `leave`, which may be this one. */
void mdl_depot_put(struct mdl_depot *depot, struct mdl_idle *copy,
                   void (*leave)(void *context, struct mdl_idle *copy), void *context);
void mdl_depot_take(struct mdl_depot *depot, struct mdl_idle *copy); /* it is used again, or gone */

#endif /* MODELS_TRANSPORT_DATASET_H */
