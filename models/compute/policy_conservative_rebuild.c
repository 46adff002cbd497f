/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Conservative backfilling without memory: each pass forgets all reservations and gives the
 * waiting jobs, in order of entering, the earliest slot among what runs and what has been reserved
 * in this pass; those whose slot is now start.
 *
 * Only the starts of a pass have consequences, so it is over behind the last job that is not wider
 * than what is still free now. As long as what runs ends as predicted, or not at all, a pass would
 * repeat the last one up to where it was left: the earliest slots are what they were and have not
 * gone by, as each begins with a predicted end. So it goes on from there. */
#include "models/compute/partition_private.h"
#include "models/compute/reserved.h"

struct plan {
    struct mdl_reserved reserved;
    uint32_t next;    /* the slot where the pass goes on */
    bool is_outdated; /* the pass begins anew */
};

static bool begin(struct mdl_partition *partition)
{
    struct plan *plan = sim_arena_alloc(partition->sim->arena, 1, sizeof *plan);

    if (!plan)
        return false;
    partition->plan = plan;
    return mdl_reserved_init(&plan->reserved, partition);
}

static bool begin_anew(struct plan *plan)
{
    if (!mdl_reserved_give_back_all(&plan->reserved))
        return false;
    mdl_reserved_close_ranks(&plan->reserved);
    plan->next = plan->reserved.first;
    plan->is_outdated = false;
    return true;
}

static bool place_all(struct mdl_partition *partition)
{
    struct plan *plan = partition->plan;
    struct mdl_reserved *reserved = &plan->reserved;
    int64_t free_now = mdl_availability_at(&reserved->free, partition->sim->now_ns);
    uint32_t last = mdl_reserved_last_within(reserved, reserved->end, free_now);

    for (; last != MDL_NO_SLOT && plan->next <= last; plan->next++) {
        const struct mdl_reserved_block *block = mdl_reserved_block_of(reserved, plan->next);

        if (!block->job[plan->next % MDL_RESERVED_BLOCK])
            continue;
        if (!mdl_reserved_place(reserved, plan->next))
            return false;
        if (block->start_ns[plan->next % MDL_RESERVED_BLOCK] > reserved->free.since_ns)
            continue;
        free_now -= block->width[plan->next % MDL_RESERVED_BLOCK];
        last = mdl_reserved_last_within(reserved, last + 1, free_now);
    }
    return true;
}

static void pass(struct mdl_partition *partition)
{
    struct plan *plan = partition->plan;

    mdl_availability_forget(&plan->reserved.free, partition->sim->now_ns);
    if ((plan->is_outdated && !begin_anew(plan)) || !place_all(partition)) {
        mdl_partition_no_memory(partition);
        return;
    }
    mdl_reserved_start_due(partition, &plan->reserved);
}

static void entered(struct mdl_partition *partition, struct mdl_job *job)
{
    struct plan *plan = partition->plan;

    if (plan->reserved.live == 0)
        plan->next = 0;
    if (!mdl_reserved_append(&plan->reserved, job)) {
        mdl_partition_no_memory(partition);
        return;
    }
    if (job->width <= partition->free)
        mdl_partition_pass_at(partition, partition->sim->now_ns);
}

static void ended(struct mdl_partition *partition, struct mdl_job *job)
{
    struct plan *plan = partition->plan;

    if (!mdl_reserved_end(&plan->reserved, job))
        mdl_partition_no_memory(partition);
    if (job->end_ns < job->start_ns + mdl_reserved_duration_ns(job))
        plan->is_outdated = true;
    if (plan->reserved.live)
        mdl_partition_pass_at(partition, job->end_ns);
}

static void capacity_changed(struct mdl_partition *partition)
{
    struct plan *plan = partition->plan;

    if (!mdl_reserved_set_capacity(&plan->reserved, partition))
        mdl_partition_no_memory(partition);
    plan->is_outdated = true;
    mdl_partition_pass_at(partition, partition->sim->now_ns);
}

const struct mdl_policy mdl_policy_conservative_rebuild = {
    .name = "conservative-rebuild",
    .help = "conservative backfilling: at each pass all reservations are made anew, in order",
    .pass = pass,
    .begin = begin,
    .entered = entered,
    .ended = ended,
    .capacity_changed = capacity_changed,
};
