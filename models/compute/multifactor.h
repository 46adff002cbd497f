/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/multifactor.h - backfilling by priority as supercomputer centres run it.
 *
 * A pass walks the waiting jobs by priority, ties in order of entering. A job that fits now and
 * breaks no promise starts. Another one is promised the earliest moment at which it will fit by
 * predicted ends, as long as promises are left. All promises are made anew in each pass. With
 * equal priorities
 *   reserve 1                EASY backfilling,
 *   reserve 0                conservative backfilling that is planned anew at every pass,
 *   reserve 1 and depth 1    first come, first served.
 *
 * Source   Slurm's backfill plugin (slurm.conf(5), SchedulerParameters: bf_max_job_test is `depth`,
 *          bf_window is `window`, bf_max_job_reserve... `reserve`); orders by priority: priority/
 *          multifactor (slurm.schedmd.com/priority_multifactor.html).
 */
#ifndef MODELS_COMPUTE_MULTIFACTOR_H
#define MODELS_COMPUTE_MULTIFACTOR_H

#include <stdint.h>

#include "models/compute/partition.h"

struct mdl_queue_rules {
    int64_t depth;   /* jobs that a pass looks at and leaves waiting; 0 = all */
    int64_t reserve; /* promises of a pass; 0 = any number */
    int64_t window_ns; /* promises begin earlier than this from now; 0 = whenever */
};

/* Of a partition under policy multifactor, before its first job comes. */
void mdl_multifactor_set_rules(struct mdl_partition *partition,
                               const struct mdl_queue_rules *rules);

#endif /* MODELS_COMPUTE_MULTIFACTOR_H */
