/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/dataset.h - data that many jobs read: how large, where it lies, where it may go.
 *
 * A data set has a home and replicas, which are always there. The class of its data says which
 * zone it stays in, unless `residency` says otherwise, and whether it must be protected
 * (models/transport/data_rules.h).
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

#include "models/transport/data_rules.h"
#include "sim/field.h"

/* ---- what a scenario says ---- */

/* What its transfers take: as its class says, or links with keys. */
enum mdl_data_secure { MDL_DATA_SECURE_BY_CLASS, MDL_DATA_SECURE_QKD };

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
