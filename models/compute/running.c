/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/running.h"

#include <assert.h>

enum { FIRST_SLOTS = 16 };

#define SLOT_MASK ((UINT64_C(1) << MDL_RUNNING_SLOT_BITS) - 1)

/* ---- by true end ---- */

static void replay(struct mdl_running *running, uint32_t slot, sim_u128 key)
{
    sim_u128 *tree = running->tree;
    uint32_t node = running->first_leaf + slot;

    tree[node] = key;
    while (node) {
        uint32_t parent = (node - 1) / 4;
        const sim_u128 *child = tree + 4 * (size_t)parent + 1;

        key = sim_u128_min(sim_u128_min(child[0], child[1]), sim_u128_min(child[2], child[3]));
        tree[parent] = key;
        node = parent;
    }
}

/* As in sim/timer.c: four children share a cache line. */
static bool grow_slots(struct mdl_running *running)
{
    uint32_t capacity = running->capacity ? 2 * running->capacity : FIRST_SLOTS;
    size_t nodes = (size_t)((capacity + 1) / 3 + 1) * 4 + 1;
    uint32_t first_leaf = (uint32_t)(nodes - capacity);
    void *memory, *job, *free_slot;
    sim_u128 *tree;

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
    memory = sim_arena_resize(running->arena, NULL, nodes + 3, sizeof *tree);
    if (!memory)
        return false;
    tree = (sim_u128 *)memory + 3;
    for (size_t i = 0; i < nodes; i++)
        tree[i] = sim_timer_key(SIM_NEVER, UINT64_MAX);
    for (uint32_t slot = 0; slot < running->capacity; slot++)
        tree[first_leaf + slot] = running->tree[running->first_leaf + slot];
    for (size_t node = nodes; node-- > 1;)
        tree[(node - 1) / 4] = sim_u128_min(tree[(node - 1) / 4], tree[node]);
    for (uint32_t i = 0; i < capacity - running->capacity; i++)
        running->free_slot[i] = capacity - 1 - i;
    running->memory = memory;
    running->tree = tree;
    running->first_leaf = first_leaf;
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

bool mdl_running_add(struct mdl_running *running, struct mdl_job *job)
{
    uint32_t slot;

    if (running->count == running->capacity && !grow_slots(running))
        return false;
    slot = running->free_slot[running->capacity - running->count - 1];
    job->place = slot;
    if (running->is_predicted &&
        !mdl_ends_add(&running->ends, job->start_ns + job->walltime_ns, slot, job->width))
        return false;
    running->count++;
    running->job[slot] = job;
    replay(running, slot,
           sim_timer_key(job->start_ns + job->run_ns,
                         running->next_order++ << MDL_RUNNING_SLOT_BITS | slot));
    return true;
}

void mdl_running_remove(struct mdl_running *running, struct mdl_job *job)
{
    uint32_t slot = job->place;

    assert(running->job[slot] == job);
    running->job[slot] = NULL;
    running->count--;
    running->free_slot[running->capacity - running->count - 1] = slot;
    replay(running, slot, sim_timer_key(SIM_NEVER, UINT64_MAX));
    if (running->is_predicted)
        mdl_ends_remove(&running->ends, job->start_ns + job->walltime_ns, slot, job->width);
}
