/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/later.h"

#include <assert.h>

#include "sim/sim.h"

enum { FIRST_CAPACITY = 64 };

static bool is_before(const struct mdl_later_job *a, const struct mdl_later_job *b)
{
    return a->time_ns != b->time_ns ? a->time_ns < b->time_ns : a->job->id < b->job->id;
}

static bool grow(struct mdl_later *later, struct sim_arena *arena)
{
    size_t capacity = later->capacity ? 2 * later->capacity : FIRST_CAPACITY;
    struct mdl_later_job *heap =
        sim_arena_resize(arena, later->heap, capacity, sizeof *later->heap);

    if (!heap)
        return false;
    later->heap = heap;
    later->capacity = capacity;
    return true;
}

bool mdl_later_push(struct mdl_later *later, struct sim_arena *arena, int64_t time_ns,
                    struct mdl_job *job)
{
    struct mdl_later_job new = {time_ns, job};
    size_t at = later->count;

    if (later->count == later->capacity && !grow(later, arena))
        return false;
    for (; at > 0 && is_before(&new, &later->heap[(at - 1) / 2]); at = (at - 1) / 2)
        later->heap[at] = later->heap[(at - 1) / 2];
    later->heap[at] = new;
    later->count++;
    return true;
}

int64_t mdl_later_next_ns(const struct mdl_later *later)
{
    return later->count ? later->heap[0].time_ns : SIM_NEVER;
}

struct mdl_job *mdl_later_pop(struct mdl_later *later)
{
    struct mdl_job *first = later->heap[0].job;
    struct mdl_later_job last;
    size_t at = 0, child;

    assert(later->count > 0);
    last = later->heap[--later->count];
    for (; (child = 2 * at + 1) < later->count; at = child) {
        if (child + 1 < later->count && is_before(&later->heap[child + 1], &later->heap[child]))
            child++;
        if (!is_before(&later->heap[child], &last))
            break;
        later->heap[at] = later->heap[child];
    }
    later->heap[at] = last;
    return first;
}
