/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A pass ends as soon as nothing is left that the narrowest waiting job could start on: promises
 * are made anew in the next one, so none is owed to those behind. */
#include "models/compute/multifactor.h"

#include <assert.h>

#include "models/compute/partition_private.h"
#include "models/compute/ranking.h"
#include "models/compute/room.h"

struct mdl_multifactor {
    struct mdl_queue_rules rules;
    struct mdl_ranking ranking;
    struct mdl_room *room;
};

/* ---- a pass ---- */

struct walk {
    int64_t depth_left, reserve_left;
    int64_t until_ns; /* promises begin earlier */
};

static int64_t or_any(int64_t limit)
{
    return limit > 0 ? limit : INT64_MAX;
}

static struct walk begin_walk(const struct mdl_partition *partition)
{
    const struct mdl_queue_rules *rules = &partition->multifactor->rules;

    return (struct walk){.depth_left = or_any(rules->depth),
                         .reserve_left = or_any(rules->reserve),
                         .until_ns = rules->window_ns > 0
                                         ? partition->sim->now_ns + rules->window_ns
                                         : SIM_NEVER};
}

/* false: the run cannot go on. */
static bool start(struct mdl_partition *partition, size_t i)
{
    struct mdl_multifactor *multifactor = partition->multifactor;
    struct mdl_job *job = multifactor->ranking.at[i].job;

    mdl_ranking_take_out(&multifactor->ranking, i);
    mdl_partition_start(partition, job);
    if (!multifactor->room->kind->take(multifactor->room, job))
        mdl_partition_no_memory(partition);
    return !partition->sim->is_aborted;
}

/* The job stays; false when the pass need not look further. */
static bool leave_waiting(struct mdl_partition *partition, struct walk *walk,
                          const struct mdl_job *job)
{
    struct mdl_room *room = partition->multifactor->room;

    if (--walk->depth_left == 0)
        return false;
    if (walk->reserve_left == 0)
        return true;
    walk->reserve_left--;
    if (room->kind->promise(room, job, partition->sim->now_ns, walk->until_ns))
        return true;
    mdl_partition_no_memory(partition);
    return false;
}

static bool may_start_any(const struct mdl_partition *partition)
{
    const struct mdl_multifactor *multifactor = partition->multifactor;

    return partition->free >= (int64_t)multifactor->ranking.width_least;
}

static void pass(struct mdl_partition *partition)
{
    struct mdl_multifactor *multifactor = partition->multifactor;
    struct mdl_room *room = multifactor->room;
    struct walk walk = begin_walk(partition);
    int64_t now_ns = partition->sim->now_ns;

    if (!may_start_any(partition))
        return;
    mdl_ranking_settle(&multifactor->ranking, false);
    for (size_t i = 0; i < multifactor->ranking.count && may_start_any(partition); i++) {
        struct mdl_job *job = multifactor->ranking.at[i].job;

        if (room->kind->fits(room, job, now_ns) ? !start(partition, i)
                                                : !leave_waiting(partition, &walk, job))
            break;
    }
    if (!room->kind->forget_promises(room))
        mdl_partition_no_memory(partition);
    mdl_ranking_close(&multifactor->ranking);
}

/* The queue is in order of entering, so that behind those who wait only what fits may start. */
static bool wants_pass(const struct mdl_partition *partition, const struct mdl_job *job)
{
    return job->width <= partition->free;
}

/* ---- the queue ---- */

static enum sim_status create(struct mdl_partition *partition, struct sim_error *err)
{
    struct sim *sim = partition->sim;
    struct mdl_multifactor *multifactor = sim_arena_alloc(sim->arena, 1, sizeof *multifactor);

    if (!multifactor)
        return sim_fail(err, SIM_ENOMEM, "%s: no memory for a queue", partition->name);
    partition->multifactor = multifactor;
    mdl_ranking_init(&multifactor->ranking, sim->arena);
    return mdl_room_counted(sim->arena, sim->now_ns, partition->free, &multifactor->room, err);
}

static bool push(struct mdl_partition *partition, struct mdl_job *job)
{
    return mdl_ranking_push(&partition->multifactor->ranking, job, false);
}

static void ended(struct mdl_partition *partition, struct mdl_job *job)
{
    struct mdl_room *room = partition->multifactor->room;

    if (!room->kind->give_back(room, job, partition->sim->now_ns))
        mdl_partition_no_memory(partition);
}

static void resized(struct mdl_partition *partition, int64_t units)
{
    struct mdl_room *room = partition->multifactor->room;

    if (!room->kind->resize(room, partition->sim->now_ns, units))
        mdl_partition_no_memory(partition);
}

static void each_waiting(const struct mdl_partition *partition,
                         void (*visit)(void *context, struct mdl_job *job), void *context)
{
    const struct mdl_ranking *ranking = &partition->multifactor->ranking;

    for (size_t i = 0; i < ranking->count + ranking->newcomers; i++)
        if (ranking->at[i].job)
            visit(context, ranking->at[i].job);
}

void mdl_multifactor_set_rules(struct mdl_partition *partition,
                               const struct mdl_queue_rules *rules)
{
    partition->multifactor->rules = *rules;
}

static const struct mdl_policy_engine engine = {
    .create = create,
    .push = push,
    .ended = ended,
    .resized = resized,
    .each_waiting = each_waiting,
};

const struct mdl_policy mdl_policy_multifactor = {
    .name = "multifactor",
    .help = "backfilling in the order of priorities (age, size, QOS, fair share ...)",
    .engine = &engine,
    .pass = pass,
    .wants_pass = wants_pass,
};
