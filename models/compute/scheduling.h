/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/scheduling.h - the scheduler of a site as written: priorities, limits, qualities
 * of service. It serves the site's partitions whose policy is multifactor.
 *
 * Units    see the rows; GPUs are nodes on partitions without accelerators.
 */
#ifndef MODELS_COMPUTE_SCHEDULING_H
#define MODELS_COMPUTE_SCHEDULING_H

#include <stdbool.h>
#include <stddef.h>

#include "models/transport/names.h"
#include "sim/field.h"

struct mdl_limit_config { /* of what runs at a time; 0 = none */
    int64_t jobs, gpus;
    double gpu_hours; /* walltime x GPUs */
};

struct mdl_limits_config {
    struct mdl_limit_config user, project;
};

struct mdl_weights_config { /* of the factors, each 0 .. 1 */
    double age, size, partition, qos, fair_share;
};

struct mdl_scheduler_config {
    struct mdl_weights_config weights;
    int64_t age_max_ns;   /* the age that counts 1 */
    int64_t half_life_ns; /* of usage; 0 = nothing is forgotten */
    int64_t recalculate_ns;
    int64_t depth, reserve, window_ns; /* models/compute/multifactor.h */
    struct mdl_limits_config limits;   /* of all jobs on the site */
};

struct mdl_qos_config {
    struct sim_item item;
    double priority;                 /* its factor is this over the largest of the site */
    const char *preempts;            /* names of QOS, "scavenger, standby" */
    int64_t max_walltime_ns;         /* takes the place of the partition's; 0 = does not */
    struct mdl_limits_config limits; /* of its own jobs */
};

extern const struct sim_field mdl_scheduler_fields[];
extern const struct sim_field mdl_qos_fields[];

#endif /* MODELS_COMPUTE_SCHEDULING_H */
