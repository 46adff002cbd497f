/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/storage_plan.h - the tiers of all sites, in their order, and what jobs ask of them.
 *
 * Data arrives at the first scratch or project tier of a site, where running jobs read it too; what
 * they write (checkpoints, what they leave behind) goes to the first burst tier when it has room.
 * Tiers fill only where a scenario says more of storage than capacity and bandwidth.
 *
 * Units    bytes, bytes/s.
 * Memory   the scenario's arena.
 * Errors   SIM_ENOMEM.
 */
#ifndef MODELS_STORAGE_PLAN_H
#define MODELS_STORAGE_PLAN_H

#include "models/checker.h"
#include "models/compute/job_class.h"
#include "models/compute/site.h"
#include "models/transport/channels.h"
#include "models/transport/storage.h"

enum { MDL_BURST_NODES = 64 }; /* from so many nodes on checkpoints are bursts */

struct mdl_tier_plan {
    const struct mdl_storage_config *config;
    const char *name; /* "lumi.scratch" */
    size_t site;
    double cost_eur_per_yr; /* of its whole capacity */
    struct mdl_tier_rules rules;
    struct mdl_route in, out; /* what is written, read: one or two channels */
    size_t drains_to;         /* tier; SIZE_MAX: none */
    struct mdl_route drain;   /* out of this, into that */
};

struct mdl_storage_plan {
    bool is_used;       /* tiers fill */
    bool has_clearance; /* some tier lets users in after a time */
    bool has_io;        /* running jobs read, or write checkpoints */
    size_t tier_count;
    struct mdl_tier_plan *tier;
    size_t *landing; /* [site] tier at which data arrives; SIZE_MAX: none */
    size_t *enclave; /* [site] that of data which needs secure storage; SIZE_MAX: none */
    size_t *burst;   /* [site] SIZE_MAX: none */
};

/* Tier of a site at which data arrives: data that needs secure storage where there is some. */
static inline size_t mdl_storage_tier_of(const struct mdl_storage_plan *plan, size_t site,
                                         bool into_enclave)
{
    return into_enclave && plan->enclave[site] != SIZE_MAX ? plan->enclave[site]
                                                           : plan->landing[site];
}

/* source_count: owners of data; one more is nobody's, for checkpoints on their way. Adds the
 * channels of every tier. */
SIM_NODISCARD enum sim_status mdl_storage_plan_init(struct mdl_storage_plan *plan,
                                                    const struct mdl_config *config,
                                                    size_t source_count,
                                                    struct mdl_channels *channels,
                                                    struct sim_arena *arena, struct sim_error *err);

/* What a running job of a class asks for, a unit of its width being `per_unit` accelerators or one
 * node: whole bytes/s to be read, to be written evenly; bytes of a burst (0: none). */
struct mdl_io_demand {
    int64_t read_bytes_per_s, write_bytes_per_s;
    uint64_t burst_bytes;
};
struct mdl_io_demand mdl_io_demand_of(const struct mdl_class_config *job_class, double devices,
                                      double nodes);

/* The tier at which data arrives, or that needs secure storage; NULL: there is none. */
const struct mdl_storage_config *mdl_storage_landing(const struct mdl_site_config *site);
const struct mdl_storage_config *mdl_storage_enclave(const struct mdl_site_config *site);

/* Part of mdl_config_check. */
void mdl_storage_check(const struct mdl_checker *checker);

#endif /* MODELS_STORAGE_PLAN_H */
