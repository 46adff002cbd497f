/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/data_plan.h - for each data set and site: whether it may be there, and by which ways.
 *
 * The ways begin at the home and at each replica, in that order, those that the data may take. The
 * one from a hub is the network's, with its detours; the one from a site crosses the storage there
 * and is not left while a link is down.
 *
 * Memory   the scenario's arena.
 * Errors   SIM_ENOMEM.
 * Cost     a Dijkstra for each data set, site and copy at another site.
 */
#ifndef MODELS_DATA_PLAN_H
#define MODELS_DATA_PLAN_H

#include "models/checker.h"
#include "models/storage_plan.h"
#include "models/transport/dataset.h"
#include "models/transport/routes.h"

struct mdl_data_way {
    size_t place;                  /* of the copy */
    const struct mdl_route *route; /* whose channels are crossed */
    bool is_fixed;                 /* it is not left */
};

struct mdl_data_place { /* a data set at a site */
    bool is_here;       /* its home, or a replica */
    bool into_enclave;  /* it needs secure storage */
    enum mdl_data_refusal refusal;
    size_t rule, way_count;
    const struct mdl_data_way *way; /* [way_count] */
};

struct mdl_data_plan {
    size_t count;                       /* data sets */
    bool has_protected;                 /* some of them need secure storage */
    const struct mdl_data_place *place; /* [data set][site] */
};

struct mdl_data_needs mdl_dataset_needs(const struct mdl_config *config,
                                        const struct mdl_dataset_config *dataset);

/* Appends the rules that data sets ask for, each once; rule has room for two for each. */
void mdl_data_rules(const struct mdl_config *config, const struct mdl_network_plan *network,
                    const struct mdl_storage_plan *storage, struct mdl_rule *rule, size_t *count);

/* After the ways have been found. */
SIM_NODISCARD enum sim_status mdl_data_plan_init(struct mdl_data_plan *plan,
                                                 const struct mdl_config *config,
                                                 const struct mdl_network_plan *network,
                                                 const struct mdl_storage_plan *storage,
                                                 struct sim_arena *arena, struct sim_error *err);

/* Part of mdl_config_check. */
void mdl_data_check(const struct mdl_checker *checker);

#endif /* MODELS_DATA_PLAN_H */
