/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Jobs are decided on in order of entering, each as the nodes stand after all starts before it.
 * Where a job of some width would be put changes with each start, so one that is refused for the
 * promise's sake may be taken after the next start; but what finds no room at all finds none for
 * the rest of the pass, and then nothing of its width does.
 *
 * What a pass has refused is not looked at again until something is given back: there is less room
 * and less time, and the promise stands (a place that breaks no promise may have come up since;
 * that is not looked for). */
#include "models/compute/packed.h"

#include "models/compute/partition_private.h"

struct packing {
    struct mdl_room *room;
    bool is_fcfs;
    bool has_needs; /* jobs of one width may need more or less of other things */
};

/* ---- starting ---- */

static bool fits(const struct mdl_partition *partition, const struct mdl_job *job)
{
    const struct packing *packing = partition->plan;

    return (int64_t)job->width <= partition->free &&
           packing->room->kind->fits(packing->room, job, partition->sim->now_ns);
}

/* The job has been taken out of the queue. */
static void start(struct mdl_partition *partition, struct mdl_job *job)
{
    struct packing *packing = partition->plan;

    mdl_partition_start(partition, job);
    if (!packing->room->kind->take(packing->room, job))
        mdl_partition_no_memory(partition);
}

/* The head that does not fit; NULL: all that were there have started. */
static const struct mdl_job *start_heads(struct mdl_partition *partition, uint64_t end_order)
{
    struct mdl_waiting *waiting = &partition->waiting;
    struct mdl_job *head = mdl_waiting_head(waiting);

    while (head && head->order < end_order && fits(partition, head) &&
           !partition->sim->is_aborted) {
        mdl_waiting_drop_head(waiting);
        start(partition, head);
        head = mdl_waiting_head(waiting);
    }
    return head && head->order < end_order ? head : NULL;
}

/* ---- past the head ---- */

struct walk {
    struct mdl_hole hole; /* extra: as if every place kept the promise */
    uint64_t after;       /* the order of the last job that has started */
    uint32_t count;
    uint16_t bucket[MDL_WAITING_BUCKETS]; /* in which something may fit */
};

static void promise(struct mdl_partition *partition, const struct mdl_job *head)
{
    struct mdl_room *room = ((struct packing *)partition->plan)->room;

    if (!room->kind->promise(room, head, partition->sim->now_ns, SIM_NEVER))
        mdl_partition_no_memory(partition);
}

static struct walk begin_walk(const struct mdl_partition *partition, const struct mdl_job *head)
{
    const struct packing *packing = partition->plan;
    const struct mdl_waiting *waiting = &partition->waiting;
    int64_t promised_ns = packing->room->kind->promised_ns(packing->room);
    struct walk walk = {
        .hole = {.free = partition->free,
                 .extra = INT64_MAX,
                 .window_ns = promised_ns == SIM_NEVER ? SIM_NEVER - 1
                                                       : promised_ns - partition->sim->now_ns},
        .after = head->order,
    };
    uint32_t last = mdl_waiting_bucket_of((uint32_t)partition->free);

    for (uint32_t word = 0; word <= last / 64; word++)
        for (uint64_t bits = waiting->in_use[word]; bits; bits &= bits - 1)
            walk.bucket[walk.count++] = (uint16_t)(64 * word + (uint32_t)__builtin_ctzll(bits));
    return walk;
}

/* In a bucket, the first job behind the last start that may start, if it entered before `before`.
 * *may_later: after another start there may be one. */
static uint32_t first_in(const struct mdl_partition *partition, const struct walk *walk, uint32_t b,
                         uint64_t before, bool *may_later)
{
    const struct packing *packing = partition->plan;
    const struct mdl_waiting *waiting = &partition->waiting;
    const struct mdl_bucket *bucket = &waiting->bucket[b];
    bool is_alike = !packing->has_needs && bucket->width_max == waiting->least_width[b];
    uint32_t slot = mdl_waiting_slot_after(waiting, b, walk->after);
    struct mdl_hole hole = walk->hole;

    *may_later = true;
    for (;; slot++) {
        slot = mdl_waiting_find(waiting, b, slot, &hole);
        if (slot == MDL_WAITING_NONE || bucket->entry[slot].order > before)
            return MDL_WAITING_NONE;
        if (fits(partition, bucket->entry[slot].job))
            return slot;
        if (!is_alike)
            continue;
        if (bucket->walltime_ns[0][slot] <= hole.window_ns) {
            *may_later = false;
            return MDL_WAITING_NONE;
        }
        hole.extra = 0; /* refused, as are all that do not end before the promise */
    }
}

/* Takes the first that may start out of the queue. */
static struct mdl_job *next_start(struct mdl_partition *partition, struct walk *walk)
{
    struct mdl_waiting *waiting = &partition->waiting;
    uint64_t before = UINT64_MAX;
    uint32_t slot = MDL_WAITING_NONE, from = 0, kept = 0;

    for (uint32_t i = 0; i < walk->count; i++) {
        uint32_t b = walk->bucket[i], found;
        bool may_later;

        found = first_in(partition, walk, b, before, &may_later);
        if (may_later)
            walk->bucket[kept++] = (uint16_t)b;
        if (found == MDL_WAITING_NONE)
            continue;
        slot = found;
        from = b;
        before = waiting->bucket[b].entry[found].order;
    }
    walk->count = kept;
    if (slot == MDL_WAITING_NONE)
        return NULL;
    walk->after = before;
    return mdl_waiting_take_at(waiting, from, slot);
}

static void backfill(struct mdl_partition *partition, const struct mdl_job *head)
{
    struct walk walk = begin_walk(partition, head);
    struct mdl_job *job;

    while (partition->free > 0 && !partition->sim->is_aborted &&
           (job = next_start(partition, &walk))) {
        start(partition, job);
        walk.hole.free = partition->free;
    }
}

/* Jobs that no pass has looked at; they are the last of the queue. Those that have come in this
 * one wait for the next. */
static void backfill_newcomers(struct mdl_partition *partition, uint64_t end_order)
{
    struct mdl_waiting *waiting = &partition->waiting;
    struct mdl_job *job;

    while ((job = mdl_waiting_newcomer(waiting)) && job->order < end_order &&
           !partition->sim->is_aborted) {
        if (fits(partition, job)) {
            mdl_waiting_drop_newcomer(waiting);
            start(partition, job);
        } else if (!mdl_waiting_index_newcomer(waiting)) {
            mdl_partition_no_memory(partition);
            return;
        }
    }
}

/* ---- a pass ---- */

static void look_at_queue(struct mdl_partition *partition)
{
    const struct packing *packing = partition->plan;
    uint64_t end_order = partition->waiting.next_order;
    bool is_known = partition->reservation.is_valid;
    const struct mdl_job *head =
        is_known ? mdl_waiting_head(&partition->waiting) : start_heads(partition, end_order);

    if (!head || packing->is_fcfs || partition->free <= 0)
        return;
    partition->reservation.is_valid = true;
    promise(partition, head);
    if (!is_known)
        backfill(partition, head);
    backfill_newcomers(partition, end_order);
}

static void pass(struct mdl_partition *partition)
{
    struct mdl_room *room = ((struct packing *)partition->plan)->room;
    const struct mdl_job *head;

    look_at_queue(partition);
    if (!room->kind->forget_promises(room))
        mdl_partition_no_memory(partition);
    head = mdl_waiting_head(&partition->waiting);
    mdl_partition_note_fragmented(partition, head && room->kind->is_fragmented(room, head));
}

static bool wants_pass(const struct mdl_partition *partition, const struct mdl_job *job)
{
    return (int64_t)job->width <= partition->free;
}

static void ended(struct mdl_partition *partition, struct mdl_job *job)
{
    struct mdl_room *room = ((struct packing *)partition->plan)->room;

    if (!room->kind->give_back(room, job, partition->sim->now_ns))
        mdl_partition_no_memory(partition);
    if (partition->state.waiting_jobs.value > 0)
        mdl_partition_ask_for_pass(partition);
}

static void capacity_changed(struct mdl_partition *partition, int64_t units)
{
    struct mdl_room *room = ((struct packing *)partition->plan)->room;

    if (!room->kind->resize(room, partition->sim->now_ns, units))
        mdl_partition_no_memory(partition);
    mdl_partition_ask_for_pass(partition);
}

enum sim_status mdl_packed_set_nodes(struct mdl_partition *partition,
                                     const struct mdl_node_shape *shape, uint32_t node_count,
                                     const struct mdl_need *need, bool is_fcfs,
                                     struct sim_error *err)
{
    struct packing *packing = sim_arena_alloc(partition->sim->arena, 1, sizeof *packing);

    if (!packing)
        return sim_fail(err, SIM_ENOMEM, "%s: no memory for its nodes", partition->name);
    packing->is_fcfs = is_fcfs;
    packing->has_needs = shape->cores > 0 || shape->memory_bytes > 0;
    partition->plan = packing;
    return mdl_room_packed(partition->sim->arena, shape, node_count,
                           partition->state.capacity / (shape->gpus * shape->slices), need,
                           &packing->room, err);
}

const struct mdl_policy mdl_policy_packed = {
    .name = "packed",
    .help = "EASY backfilling, or first come, first served, on nodes that jobs share",
    .has_index = true,
    .pass = pass,
    .wants_pass = wants_pass,
    .ended = ended,
    .capacity_changed = capacity_changed,
};
