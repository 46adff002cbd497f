/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/barred.h - jobs that policy multifactor never starts, because one of them alone is wider
 * than a limit of its user, its project or its QOS, or than the quota of its owner.
 *
 * Units    GPUs; nodes, on partitions without.
 * Memory   none of its own.
 * Cost     O(partitions x classes of the source x shares).
 */
#ifndef MODELS_BARRED_H
#define MODELS_BARRED_H

#include "models/plan.h"

struct mdl_barred {                             /* the first partition and class of a source */
    const struct mdl_partition_plan *partition; /* NULL: none of its jobs is barred */
    const struct mdl_class_config *job_class;
    double part;  /* of the class's jobs there */
    double limit; /* what one user, project or owner may run at a time */
};

/* By the laws of widths on the largest machine that the partition will be; logs are not looked at,
 * nor are limits of GPU-hours, which depend on what is asked for. */
struct mdl_barred mdl_barred_of(const struct mdl_plan *plan, size_t source);

#endif /* MODELS_BARRED_H */
