/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/dataset.h"

#include <math.h>
#include <string.h>

static const char *const data_classes[] = {"open", "personal", "health", "trade_secret", NULL};
static const char *const residencies[] = {"by_class", "any", "eu", "national", NULL};
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
     .choices = data_classes,
     SIM_AT(struct mdl_dataset_config, data_class),
     .help = "what data it is: personal and health data stay in the EU, a trade secret goes to "
             "secure storage or over secure links only"},
    {.name = "residency",
     .kind = SIM_FIELD_ENUM,
     .choices = residencies,
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

enum mdl_residency mdl_dataset_residency(const struct mdl_dataset_config *dataset)
{
    if (dataset->residency != MDL_DATA_RESIDENCY_BY_CLASS)
        return (enum mdl_residency)(dataset->residency - 1);
    return dataset->data_class == MDL_DATA_PERSONAL || dataset->data_class == MDL_DATA_HEALTH
               ? MDL_RESIDENCY_EU
               : MDL_RESIDENCY_ANY;
}

bool mdl_dataset_may_be_at(const struct mdl_dataset_config *dataset, const struct mdl_stop *home,
                           const struct mdl_stop *at)
{
    switch (mdl_dataset_residency(dataset)) {
    case MDL_RESIDENCY_EU:
        return at->is_eu;
    case MDL_RESIDENCY_NATIONAL:
        return *at->country && strcmp(at->country, home->country) == 0;
    default:
        return true;
    }
}

struct mdl_rule mdl_dataset_rule(const struct mdl_dataset_config *dataset, const char *home_country,
                                 bool is_secure_site)
{
    enum mdl_residency residency = mdl_dataset_residency(dataset);
    bool has_keys = dataset->secure == MDL_DATA_SECURE_QKD;

    return (struct mdl_rule){.residency = residency,
                             .country = residency == MDL_RESIDENCY_NATIONAL ? home_country : NULL,
                             .is_secure = !has_keys && !is_secure_site &&
                                          dataset->data_class == MDL_DATA_TRADE_SECRET,
                             .needs_keys = has_keys};
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
