/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/access/broker.h - where work goes: pools of partitions, and the rule that picks one.
 *
 * A pool is the set of partitions that a source of jobs may use: one partition, the owner's
 * share of all partitions (weights = released accelerators x owner's part, so an owner's use is
 * even over its machines), or fixed parts among those online. Rule `home`: the uniform of the
 * request picks a partition by the weights of the day.
 *
 * Memory   the scenario's arena.
 */
#ifndef MODELS_ACCESS_BROKER_H
#define MODELS_ACCESS_BROKER_H

#include "models/compute/capacity.h"

struct mdl_pool_step { /* in force from time_ns on */
    int64_t time_ns;
    double capacity;         /* accelerators offered (nodes on partitions without) */
    const double *cumulated; /* [partition_count] weights, ends at 1; NULL: nothing is open */
};

struct mdl_pool {
    const char *name; /* "eurohpc", "lumi.lumi_g"; NULL: parts of one community */
    size_t partition_count;
    const size_t *partition; /* indices into the plan */
    size_t step_count;
    const struct mdl_pool_step *step;
};

/* weight(partition, step) of a pool are `part` times the released capacity, or `part` alone
 * while anything is released when is_fixed. part[partition_count]. */
SIM_NODISCARD enum sim_status mdl_pool_init(struct mdl_pool *pool, const char *name,
                                            const struct mdl_partition_plan *all,
                                            const size_t *partition, const double *part,
                                            size_t partition_count, bool is_fixed,
                                            struct sim_arena *arena, struct sim_error *err);

const struct mdl_pool_step *mdl_pool_at(const struct mdl_pool *pool, int64_t time_ns);

/* Rule `home`: index into the plan's partitions, SIZE_MAX when nothing is open. */
size_t mdl_broker_home(const struct mdl_pool *pool, const struct mdl_pool_step *step, double u);

#endif /* MODELS_ACCESS_BROKER_H */
