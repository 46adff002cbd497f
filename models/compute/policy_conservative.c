/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Conservative backfilling with kept reservations (Mu'alem and Feitelson 2001,
 * doi:10.1109/71.932708; events in the order of the simulator pyss): a job reserves the earliest
 * slot when it enters and starts when its reservation arrives. When a job ends, each waiting job,
 * in order of entering, moves to the earliest slot that there is now, never to a later one.
 *
 * What need not be looked at again. Let a job of width w and duration d hold a reservation from s,
 * and let there have been no earlier slot when it was last looked at. A start t < s that fits now
 * needs units in [t, min(t + d, s)) that were not free then. So the stretches freed since (the
 * rest of a run that was shorter than its walltime, the old slots of jobs that have moved) tell
 * what may have changed: nothing, when none begins before s or none has w units free; otherwise
 * t + d lies behind the beginning of the first. What a job gives up in its turn concerns the jobs
 * behind it in this pass and those before it in the next.
 *
 * When the capacity grows, jobs move as at an end. When it shrinks, promises may have to be
 * broken: all are made anew, in order of entering; a job that is wider than the machine has none
 * until it grows. */
#include "models/compute/partition_private.h"
#include "models/compute/reserved.h"

/* Units that have become free: the first moment, and how many there are then at most. */
struct freed {
    int64_t from_ns, most;
    uint64_t order; /* of the job that gave them up */
};

static const struct freed nothing = {SIM_NEVER, INT64_MIN, 0};

struct freed_list {
    struct freed *freed; /* in rising order of jobs */
    uint32_t count, capacity;
};

struct plan {
    struct mdl_reserved reserved;
    /* By the moves of the last pass, each entry with all behind it: what the jobs before have not
     * seen. By those of this pass. */
    struct freed_list last, now;
};

static void widen(struct freed *sum, const struct freed *freed)
{
    sum->from_ns = freed->from_ns < sum->from_ns ? freed->from_ns : sum->from_ns;
    sum->most = freed->most > sum->most ? freed->most : sum->most;
}

static struct freed freed_between(const struct plan *plan, int64_t from_ns, int64_t to_ns)
{
    return (struct freed){
        .from_ns = from_ns,
        .most = mdl_availability_most(&plan->reserved.free, from_ns, to_ns),
    };
}

static bool note_freed(struct mdl_partition *partition, const struct freed *freed)
{
    struct freed_list *list = &((struct plan *)partition->plan)->now;

    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity ? 2 * list->capacity : 16;
        void *grown =
            sim_arena_resize(partition->sim->arena, list->freed, capacity, sizeof *list->freed);

        if (!grown)
            return false;
        list->freed = grown;
        list->capacity = capacity;
    }
    list->freed[list->count++] = *freed;
    return true;
}

static void turn_lists(struct plan *plan)
{
    struct freed_list list = plan->now;
    struct freed rest = nothing;

    plan->now = plan->last;
    plan->now.count = 0;
    for (uint32_t i = list.count; i-- > 0;) {
        widen(&rest, &list.freed[i]);
        list.freed[i].from_ns = rest.from_ns;
        list.freed[i].most = rest.most;
    }
    plan->last = list;
}

/* ---- reservations ---- */

/* The job in the slot, which holds its units from some later time on or never, holds them from
 * to_ns on. What it gives up goes into `seen`. */
static bool move(struct mdl_partition *partition, uint32_t slot, int64_t to_ns, struct freed *seen)
{
    struct plan *plan = partition->plan;
    struct mdl_reserved_block *block = mdl_reserved_block_of(&plan->reserved, slot);
    uint32_t i = slot % MDL_RESERVED_BLOCK;
    int64_t from_ns = block->start_ns[i], duration_ns = block->duration_ns[i];
    struct freed freed;

    mdl_reserved_set_start(&plan->reserved, slot, to_ns);
    if (!mdl_availability_add(&plan->reserved.free, to_ns, to_ns + duration_ns,
                              -(int64_t)block->width[i]))
        return false;
    if (from_ns == SIM_NEVER)
        return true;
    if (!mdl_availability_add(&plan->reserved.free, from_ns, from_ns + duration_ns,
                              block->width[i]))
        return false;
    freed = freed_between(plan, from_ns < to_ns + duration_ns ? to_ns + duration_ns : from_ns,
                          from_ns + duration_ns);
    freed.order = block->job[i]->order;
    widen(seen, &freed);
    return note_freed(partition, &freed);
}

/* The job has seen all but what `unseen` covers; it moves if that lets it. */
static bool try_earlier(struct mdl_partition *partition, uint32_t slot, const struct freed *unseen,
                        struct freed *seen)
{
    struct plan *plan = partition->plan;
    const struct mdl_reserved_block *block = mdl_reserved_block_of(&plan->reserved, slot);
    uint32_t i = slot % MDL_RESERVED_BLOCK;
    int64_t now_ns = partition->sim->now_ns, start_ns = block->start_ns[i], found_ns;
    int64_t first_ns = unseen->from_ns - block->duration_ns[i] + 1;

    found_ns =
        mdl_availability_earliest(&plan->reserved.free, first_ns > now_ns ? first_ns : now_ns,
                                  start_ns, block->duration_ns[i], block->width[i]);
    return found_ns == start_ns || move(partition, slot, found_ns, seen);
}

static bool may_move(const struct freed *unseen, int64_t start_ns, uint32_t width)
{
    return unseen->from_ns < start_ns && unseen->most >= (int64_t)width;
}

/* Each job in order of entering to its earliest slot, after `seen` has become free. */
static bool compress(struct mdl_partition *partition, struct freed seen)
{
    struct plan *plan = partition->plan;
    struct mdl_reserved *reserved = &plan->reserved;
    const struct freed_list *last = &plan->last;
    uint32_t rest = 0; /* of last: what jobs before have given up needs no second look */

    if (seen.from_ns == SIM_NEVER && last->count == 0)
        return true;
    for (uint32_t slot = reserved->first; slot < reserved->end; slot++) {
        const struct mdl_reserved_block *block = mdl_reserved_block_of(reserved, slot);
        uint32_t i = slot % MDL_RESERVED_BLOCK;
        struct freed unseen = seen;

        if (rest < last->count)
            widen(&unseen, &last->freed[rest]);
        if (unseen.from_ns < partition->sim->now_ns)
            unseen.from_ns = partition->sim->now_ns;
        if (!may_move(&unseen, block->latest_ns, block->narrowest)) {
            slot |= MDL_RESERVED_BLOCK - 1;
            continue;
        }
        if (!block->job[i] || !may_move(&unseen, block->start_ns[i], block->width[i]))
            continue;
        while (rest < last->count && last->freed[rest].order <= block->job[i]->order)
            rest++;
        if (!try_earlier(partition, slot, &unseen, &seen))
            return false;
    }
    turn_lists(plan);
    return true;
}

static bool reserve_anew(struct plan *plan)
{
    struct mdl_reserved *reserved = &plan->reserved;

    plan->last.count = 0;
    if (!mdl_reserved_give_back_all(reserved))
        return false;
    for (uint32_t slot = reserved->first; slot < reserved->end; slot++)
        if (mdl_reserved_block_of(reserved, slot)->job[slot % MDL_RESERVED_BLOCK] &&
            !mdl_reserved_place(reserved, slot))
            return false;
    return true;
}

/* ---- the policy ---- */

static bool begin(struct mdl_partition *partition)
{
    struct plan *plan = sim_arena_alloc(partition->sim->arena, 1, sizeof *plan);

    if (!plan)
        return false;
    partition->plan = plan;
    return mdl_reserved_init(&plan->reserved, partition);
}

/* After each event; is_planned: there was memory for what it brought about. */
static void go_on(struct mdl_partition *partition, bool is_planned)
{
    const struct plan *plan = partition->plan;

    if (!is_planned)
        mdl_partition_no_memory(partition);
    mdl_partition_pass_at(partition, mdl_reserved_next_ns(&plan->reserved));
}

static void entered(struct mdl_partition *partition, struct mdl_job *job)
{
    struct plan *plan = partition->plan;

    mdl_availability_forget(&plan->reserved.free, partition->sim->now_ns);
    mdl_reserved_close_ranks(&plan->reserved);
    go_on(partition, mdl_reserved_append(&plan->reserved, job) &&
                         mdl_reserved_place(&plan->reserved, plan->reserved.end - 1));
}

static void ended(struct mdl_partition *partition, struct mdl_job *job)
{
    struct plan *plan = partition->plan;
    int64_t promised_ns = job->start_ns + mdl_reserved_duration_ns(job);
    struct freed freed = nothing;

    if (!mdl_reserved_end(&plan->reserved, job)) {
        mdl_partition_no_memory(partition);
        return;
    }
    if (promised_ns > job->end_ns)
        freed = freed_between(plan, job->end_ns, promised_ns);
    go_on(partition, compress(partition, freed));
}

static void capacity_changed(struct mdl_partition *partition)
{
    struct plan *plan = partition->plan;
    int64_t before = plan->reserved.capacity;

    if (!mdl_reserved_set_capacity(&plan->reserved, partition))
        mdl_partition_no_memory(partition);
    else if (plan->reserved.capacity < before)
        go_on(partition, reserve_anew(plan));
    else
        go_on(partition,
              compress(partition, freed_between(plan, partition->sim->now_ns, SIM_NEVER)));
}

static void pass(struct mdl_partition *partition)
{
    struct plan *plan = partition->plan;

    mdl_reserved_start_due(partition, &plan->reserved);
    go_on(partition, true);
}

const struct mdl_policy mdl_policy_conservative = {
    .name = "conservative",
    .help = "conservative backfilling: each job keeps a reservation, and moves it earlier when a "
            "job ends",
    .pass = pass,
    .begin = begin,
    .entered = entered,
    .ended = ended,
    .capacity_changed = capacity_changed,
};
