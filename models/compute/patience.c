/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/patience.h"

#include "sim/timer.h"

enum { FIRST_DEADLINES = 64 };

static bool is_before(const struct mdl_deadline *a, const struct mdl_deadline *b)
{
    return a->time_ns != b->time_ns ? a->time_ns < b->time_ns : a->order < b->order;
}

/* Another job may be in its memory by now: that one has entered at another time or in another
 * place of the queue, or not yet. A job that was preempted has started once. */
static bool still_waits(const struct mdl_deadline *deadline)
{
    const struct mdl_job *job = deadline->job;

    return job->eligible_ns == deadline->eligible_ns && job->order == deadline->order &&
           job->partition == deadline->partition && job->start_ns == MDL_TIME_UNSET &&
           job->end_ns == MDL_TIME_UNSET && !job->history;
}

static void sift_up(struct mdl_deadline *heap, size_t i)
{
    struct mdl_deadline moved = heap[i];

    for (; i > 0 && is_before(&moved, &heap[(i - 1) / 2]); i = (i - 1) / 2)
        heap[i] = heap[(i - 1) / 2];
    heap[i] = moved;
}

static void sift_down(struct mdl_deadline *heap, size_t count, size_t i)
{
    struct mdl_deadline moved = heap[i];

    for (size_t child; (child = 2 * i + 1) < count; i = child) {
        child += child + 1 < count && is_before(&heap[child + 1], &heap[child]);
        if (!is_before(&heap[child], &moved))
            break;
        heap[i] = heap[child];
    }
    heap[i] = moved;
}

static void drop_first(struct mdl_patience *patience)
{
    patience->heap[0] = patience->heap[--patience->count];
    if (patience->count > 0)
        sift_down(patience->heap, patience->count, 0);
}

static void forget_started(struct mdl_patience *patience)
{
    size_t kept = 0;

    for (size_t i = 0; i < patience->count; i++)
        if (still_waits(&patience->heap[i]))
            patience->heap[kept++] = patience->heap[i];
    patience->count = kept;
    for (size_t i = kept / 2; i-- > 0;)
        sift_down(patience->heap, kept, i);
}

void mdl_patience_init(struct mdl_patience *patience, struct sim_arena *arena)
{
    *patience = (struct mdl_patience){.arena = arena};
}

static void insert(struct mdl_patience *patience, struct mdl_job *job, int64_t time_ns)
{
    patience->heap[patience->count] =
        (struct mdl_deadline){time_ns, job->order, job->eligible_ns, job->partition, job};
    sift_up(patience->heap, patience->count++);
}

bool mdl_patience_add(struct mdl_patience *patience, struct mdl_job *job, int64_t time_ns)
{
    if (patience->count < patience->capacity) {
        insert(patience, job, time_ns);
        return true;
    }
    forget_started(patience);
    if (patience->count >= patience->capacity / 2) {
        size_t capacity = patience->capacity ? 2 * patience->capacity : FIRST_DEADLINES;
        void *grown =
            sim_arena_resize(patience->arena, patience->heap, capacity, sizeof *patience->heap);

        if (grown) {
            patience->heap = grown;
            patience->capacity = capacity;
        } else if (patience->count == patience->capacity) {
            return false;
        }
    }
    insert(patience, job, time_ns);
    return true;
}

int64_t mdl_patience_next_ns(struct mdl_patience *patience)
{
    while (patience->count > 0 && !still_waits(&patience->heap[0]))
        drop_first(patience);
    return patience->count > 0 ? patience->heap[0].time_ns : SIM_NEVER;
}

struct mdl_job *mdl_patience_pop(struct mdl_patience *patience)
{
    struct mdl_job *job = patience->heap[0].job;

    drop_first(patience);
    return job;
}
