/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/dataset.h"

#include <math.h>
#include <string.h>

static const char *const policies[] = {"lru", "pinned", NULL};
const char *const mdl_replica_names[] = {"nearest", "predicted", "least_bytes", NULL};

/* in the order of enum mdl_data_secure */
static const char *const secures[] = {"class", "qkd", NULL};

const struct sim_field mdl_dataset_fields[] = {
    {.name = "size",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES,
     SIM_AT(struct mdl_dataset_config, size_bytes),
     .min = 1,
     .max = 1e18,
     .required = true,
     .help = "what a copy of it takes",
     .example = "40 TB"},
    {.name = "home",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_dataset_config, home),
     .required = true,
     .help = "hub or site where it lies",
     .example = "frankfurt"},
    {.name = "class",
     .kind = SIM_FIELD_ENUM,
     .choices = mdl_data_class_names,
     SIM_AT(struct mdl_dataset_config, data_class),
     .help = "what data it is: personal and health data stay in the EU, a trade secret goes to "
             "secure storage or over secure links only"},
    {.name = "residency",
     .kind = SIM_FIELD_ENUM,
     .choices = mdl_data_residency_names,
     SIM_AT(struct mdl_dataset_config, residency),
     .help = "where copies may be and travel: what its class says, anywhere, in the EU, or in the "
             "country of its home"},
    {.name = "secure",
     .kind = SIM_FIELD_ENUM,
     .choices = secures,
     SIM_AT(struct mdl_dataset_config, secure),
     .help =
         "what its transfers take: class = what its class says; qkd = links with keys only, and "
         "keys of each (network.keys)"},
    {.name = "replicas",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_dataset_config, replicas),
     .help = "sites that always have a copy, separated by commas",
     .example = "lumi, it4lia"},
    {0},
};

const struct sim_field mdl_cache_fields[] = {
    {.name = "capacity",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES,
     SIM_AT(struct mdl_cache_config, capacity_bytes),
     .min = 0,
     .max = 9e18,
     .fallback = NAN,
     .help = "most that copies of data sets may take which nobody uses at the moment; as much as "
             "the tier has room for when not given",
     .example = "5 PB"},
    {.name = "policy",
     .kind = SIM_FIELD_ENUM,
     .choices = policies,
     SIM_AT(struct mdl_cache_config, policy),
     .help = "lru = those that were used the longest ago give way; pinned = those that are there "
             "stay, and others leave with their last user"},
    {0},
};

const char *mdl_replica_at(const char *replicas, size_t n, size_t *length)
{
    static const char blank[] = ", \t";
    const char *at = replicas ? replicas + strspn(replicas, blank) : "";

    for (; n > 0 && *at; n--) {
        at += strcspn(at, blank);
        at += strspn(at, blank);
    }
    *length = strcspn(at, blank);
    return *at ? at : NULL;
}

/* ---- copies that nobody uses ---- */

void mdl_depot_take(struct mdl_depot *depot, struct mdl_idle *copy)
{
    *(copy->older ? &copy->older->newer : &depot->oldest) = copy->newer;
    *(copy->newer ? &copy->newer->older : &depot->newest) = copy->older;
    depot->bytes -= copy->bytes;
}

static bool fits(const struct mdl_depot *depot, uint64_t bytes)
{
    return bytes <= depot->capacity && depot->bytes <= depot->capacity - bytes;
}

void mdl_depot_put(struct mdl_depot *depot, struct mdl_idle *copy,
                   void (*leave)(void *context, struct mdl_idle *copy), void *context)
{
    bool may_displace = depot->policy == MDL_CACHE_LRU && copy->bytes <= depot->capacity;

    while (may_displace && !fits(depot, copy->bytes)) {
        struct mdl_idle *oldest = depot->oldest;

        mdl_depot_take(depot, oldest);
        leave(context, oldest);
    }
    if (!fits(depot, copy->bytes)) {
        leave(context, copy);
        return;
    }
    copy->older = depot->newest;
    copy->newer = NULL;
    *(depot->newest ? &depot->newest->newer : &depot->oldest) = copy;
    depot->newest = copy;
    depot->bytes += copy->bytes;
}
