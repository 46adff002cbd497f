/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/multifactor_private.h - what the parts of policy multifactor share.
 */
#ifndef MODELS_COMPUTE_MULTIFACTOR_PRIVATE_H
#define MODELS_COMPUTE_MULTIFACTOR_PRIVATE_H

#include "models/compute/multifactor.h"
#include "models/compute/partition_private.h"
#include "models/compute/ranking.h"
#include "models/compute/room.h"

struct mdl_multifactor {
    struct mdl_queue_rules rules;
    struct mdl_ranking ranking;
    struct mdl_room *room;
    size_t refused; /* jobs that the last pass left, when nothing has been given back since */
    struct mdl_scheduler *scheduler; /* NULL: order of entering, no limits */
    struct mdl_scheduled scheduled;
    bool has_limits; /* or quotas */
    bool is_limited; /* in the last pass a job that had room was over a limit */
    struct mdl_watcher watcher;
    int64_t ranked_ns; /* when all priorities were computed */
    /* shares of owners */
    size_t owner_count;
    const struct mdl_quota *quota; /* [owner_count]; NULL: none */
    int64_t *owner_units;          /* [owner_count] running */
    size_t *over_quota;            /* scratch of a pass: ranks that may borrow */
    size_t over_quota_count, over_quota_capacity;
    /* reservations */
    size_t reserved_count;
    struct mdl_booking *reserved; /* [reserved_count] */
    struct sim_timer reserved_timer;
    /* preemption */
    int64_t preemptors;        /* waiting jobs that may preempt */
    int64_t preemptable_units; /* running, outside reservations */
    struct mdl_job **victim;   /* scratch */
    size_t victim_capacity;
    struct sim_pool histories;
};

static inline struct mdl_multifactor *mdl_multifactor_of(const struct mdl_partition *partition)
{
    return partition->plan;
}

/* Running jobs that must go so that the job, which does not fit, fits and breaks no promise: as
 * few as needed, those of the lowest QOS first and of these the ones that started last. 0: they
 * cannot make enough room. */
size_t mdl_preemption_choose(struct mdl_partition *partition, const struct mdl_job *job);

/* The first `count` of multifactor->victim go back to the queue. */
void mdl_preemption_carry_out(struct mdl_partition *partition, size_t count);

/* A running job has given its units back to wherever it had them from. */
void mdl_multifactor_vacate(struct mdl_partition *partition, struct mdl_job *job);

#endif /* MODELS_COMPUTE_MULTIFACTOR_PRIVATE_H */
