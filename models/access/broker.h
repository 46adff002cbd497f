/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/access/broker.h - where work goes: pools of partitions, and the rule that picks one.
 *
 * A pool is the set of partitions that the jobs of a source may go to, seen by its mix of
 * classes: one partition, an owner's share of all partitions, or fixed parts among those online.
 * For a load the weights are such that each member gets the same part of the hours that it offers
 * that day (owner's part x released accelerators / mean work of a record there). Rule `home`: the
 * uniform of the request picks a member by the weights of the day.
 *
 * Memory   the scenario's arena.
 */
#ifndef MODELS_ACCESS_BROKER_H
#define MODELS_ACCESS_BROKER_H

#include <stdbool.h>

#include "models/compute/capacity.h"

struct mdl_mix { /* of classes, by records */
    size_t count;
    const double *cumulated;  /* [count], ends at 1 */
    const uint32_t *class_of; /* [count] index of the class */
    const char *qos;          /* of all its jobs; "" or NULL: those of their classes */
};

struct mdl_members { /* of a pool */
    size_t count;
    const size_t *partition; /* [count] indices into the plan */
    const double *part;      /* [count] of its hours, or of the jobs when is_fixed */
    bool is_fixed;
};

struct mdl_pool_step { /* in force from time_ns on */
    int64_t time_ns;
    double records_per_s;    /* that fill what is offered (0 when is_fixed) */
    const double *cumulated; /* [member] weights, ends at 1; NULL: nothing is open */
};

struct mdl_pool {
    const char *name; /* "eurohpc", "lumi.lumi_g"; NULL: parts of one community */
    struct mdl_members members;
    struct mdl_mix mix;
    size_t step_count;
    const struct mdl_pool_step *step;
};

/* Everything passed in is borrowed. */
SIM_NODISCARD enum sim_status mdl_pool_init(struct mdl_pool *pool, const char *name,
                                            const struct mdl_partition_plan *all,
                                            const struct mdl_members *members,
                                            const struct mdl_mix *mix, struct sim_arena *arena,
                                            struct sim_error *err);

/* Mean work of a record of the mix on a partition during a step, unit-seconds. */
double mdl_mix_work_unit_s(const struct mdl_mix *mix, const struct mdl_partition_plan *partition,
                           const struct mdl_capacity_step *step);

const struct mdl_pool_step *mdl_pool_at(const struct mdl_pool *pool, int64_t time_ns);

/* Rule `home`: index into the plan's partitions, SIZE_MAX when nothing is open. */
size_t mdl_broker_home(const struct mdl_pool *pool, const struct mdl_pool_step *step, double u);

#endif /* MODELS_ACCESS_BROKER_H */
