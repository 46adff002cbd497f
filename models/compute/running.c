/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/running.h"

#include <assert.h>

enum { FIRST_SLOTS = 16 };

#define SLOT_MASK ((UINT64_C(1) << MDL_RUNNING_SLOT_BITS) - 1)

/* ---- by true end ---- */

static bool grow_slots(struct mdl_running *running)
{
    uint32_t capacity = running->capacity ? 2 * running->capacity : FIRST_SLOTS;
    void *job, *free_slot;

    if (capacity > SLOT_MASK + 1)
        return false;
    job = sim_arena_resize(running->arena, running->job, capacity, sizeof(struct mdl_job *));
    if (!job)
        return false;
    running->job = job;
    free_slot = sim_arena_resize(running->arena, running->free_slot, capacity, sizeof(uint32_t));
    if (!free_slot)
        return false;
    running->free_slot = free_slot;
    if ((running->pace && !mdl_pace_grow(running->pace, running->arena, capacity)) ||
        !mdl_winners_grow(&running->by_end, running->arena, capacity))
        return false;
    for (uint32_t i = 0; i < capacity - running->capacity; i++)
        running->free_slot[i] = capacity - 1 - i;
    running->capacity = capacity;
    return true;
}

/* ---- both ---- */

enum sim_status mdl_running_init(struct mdl_running *running, struct sim_arena *arena,
                                 bool is_predicted, struct sim_error *err)
{
    *running = (struct mdl_running){.arena = arena, .is_predicted = is_predicted};
    mdl_ends_init(&running->ends, arena);
    if (!grow_slots(running))
        return sim_fail(err, SIM_ENOMEM, "no memory for running jobs");
    return SIM_OK;
}

bool mdl_running_enable_pace(struct mdl_running *running, int64_t now_ns)
{
    struct mdl_pace *pace = sim_arena_alloc(running->arena, 1, sizeof *pace);

    if (!pace)
        return false;
    mdl_pace_init(pace, now_ns);
    running->pace = pace;
    return mdl_pace_grow(pace, running->arena, running->capacity);
}

static uint64_t low_of(const struct mdl_running *running, uint32_t slot)
{
    return (uint64_t)mdl_winners_at(&running->by_end, slot);
}

void mdl_running_pause(struct mdl_running *running, const struct mdl_job *job, int64_t now_ns)
{
    mdl_pace_pause(running->pace, job->pace - 1, job->place, now_ns);
}

void mdl_running_resume(struct mdl_running *running, const struct mdl_job *job, int64_t now_ns)
{
    mdl_pace_resume(running->pace, job->pace - 1, job->place, low_of(running, job->place), now_ns);
}

int64_t mdl_running_left_ns(const struct mdl_running *running, const struct mdl_job *job,
                            int64_t now_ns)
{
    return mdl_pace_left_ns(running->pace, job->pace - 1, job->place, now_ns);
}

bool mdl_running_add(struct mdl_running *running, struct mdl_job *job)
{
    uint32_t slot;
    uint64_t low;

    if (running->count == running->capacity && !grow_slots(running))
        return false;
    slot = running->free_slot[running->capacity - running->count - 1];
    job->place = slot;
    if (running->is_predicted &&
        !mdl_ends_add(&running->ends, job->start_ns + job->walltime_ns, slot, job->width))
        return false;
    running->count++;
    running->job[slot] = job;
    low = running->next_order++ << MDL_RUNNING_SLOT_BITS | slot;
    mdl_winners_set(
        &running->by_end, slot,
        sim_timer_key(job->start_ns + (job->pace ? job->walltime_ns : job->run_ns), low));
    if (job->pace)
        mdl_pace_add(running->pace, job->pace - 1, slot, job->run_ns, low, job->start_ns);
    return true;
}

void mdl_running_remove(struct mdl_running *running, struct mdl_job *job)
{
    uint32_t slot = job->place;

    assert(running->job[slot] == job);
    running->job[slot] = NULL;
    running->count--;
    running->free_slot[running->capacity - running->count - 1] = slot;
    mdl_winners_clear(&running->by_end, slot);
    if (job->pace)
        mdl_pace_remove(running->pace, job->pace - 1, slot);
    if (running->is_predicted)
        mdl_ends_remove(&running->ends, job->start_ns + job->walltime_ns, slot, job->width);
}
