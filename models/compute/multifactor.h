/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/multifactor.h - backfilling by priority as supercomputer centres run it.
 *
 * A pass walks the waiting jobs by priority, ties in order of entering. A job over a limit of its
 * user or project, or over the quota of its owner, is passed over and blocks nobody. A job that
 * fits now and breaks no promise starts: a member of a reservation inside it, if it fits there.
 * Another one may preempt running jobs, as few as needed, or is promised the earliest moment at
 * which it will fit by predicted ends, as long as promises are left. Owners over their quota may
 * borrow what is left after the walk. All promises are made anew in each pass. With equal
 * priorities
 *   reserve 1                EASY backfilling,
 *   reserve 0                conservative backfilling that is planned anew at every pass,
 *   reserve 1 and depth 1    first come, first served.
 *
 * Passes follow events: a priority that rises with age takes effect at the next one.
 *
 * Memory   the simulation's arena; what is set is borrowed.
 * Errors   SIM_ENOMEM.
 * Cost     a pass O(jobs it looks at x log n), n = jobs that run and promises; it ends as soon as
 *          the narrowest waiting job cannot start any more. Every `recalculate`: O(waiting).
 * Source   Slurm's backfill plugin (slurm.schedmd.com/sched_config.html; slurm.conf(5),
 *          SchedulerParameters: bf_max_job_test is `depth`, bf_window is `window`), preemption by
 *          QOS (slurm.schedmd.com/preempt.html), reservations (.../reservations.html).
 */
#ifndef MODELS_COMPUTE_MULTIFACTOR_H
#define MODELS_COMPUTE_MULTIFACTOR_H

#include <stddef.h>
#include <stdint.h>

#include "models/compute/partition.h"
#include "models/compute/reservation.h"
#include "models/compute/room.h"
#include "models/compute/scheduler.h"

struct mdl_queue_rules {
    int64_t depth;          /* jobs within their limits that a pass leaves waiting; 0 = all */
    int64_t reserve;        /* promises of a pass; 0 = any number */
    int64_t window_ns;      /* promises begin earlier than this from now; 0 = whenever */
    int64_t recalculate_ns; /* of priorities that change while jobs wait */
};

struct mdl_quota { /* of an owner */
    bool is_hard;  /* its running units stay within part x capacity */
    double part;
    bool may_borrow;
};

/* All of a partition under policy multifactor, before its first job comes. */
void mdl_multifactor_set_rules(struct mdl_partition *partition,
                               const struct mdl_queue_rules *rules);

/* Jobs share nodes: as many as the partition will ever have, of which its capacity is online now.
 * `reserve` is 1 then. need[class] is borrowed. */
SIM_NODISCARD enum sim_status mdl_multifactor_set_nodes(struct mdl_partition *partition,
                                                        const struct mdl_node_shape *shape,
                                                        uint32_t node_count,
                                                        const struct mdl_need *need,
                                                        struct sim_error *err);

/* quota: [owner_count] of the scheduler, or NULL. */
SIM_NODISCARD enum sim_status mdl_multifactor_set_scheduler(struct mdl_partition *partition,
                                                            struct mdl_scheduler *scheduler,
                                                            const struct mdl_scheduled *scheduled,
                                                            const struct mdl_quota *quota,
                                                            size_t owner_count,
                                                            struct sim_error *err);

/* After the scheduler, which knows the members. At most 255; what comes over
 * MDL_RESERVED_TIMES_MAX times is SIM_ELIMIT. reserved[count] is copied. */
SIM_NODISCARD enum sim_status mdl_multifactor_set_reserved(struct mdl_partition *partition,
                                                           const struct mdl_booking *reserved,
                                                           size_t count, struct sim_error *err);

/* Forgets the attempts of a job that has left, or is about to be forgotten itself. */
void mdl_multifactor_forget(struct mdl_partition *partition, struct mdl_job *job);

#endif /* MODELS_COMPUTE_MULTIFACTOR_H */
