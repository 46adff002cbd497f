/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/timer.h"

#include <string.h>

#include "sim/sim.h"

enum { FIRST_CAPACITY = 16, LINE_BYTES = 64 };

/* The tree has `capacity` leaves and as many inner nodes as give each of them a parent; node 0
 * is shifted so that the four children of a node share one cache line. */
static enum sim_status grow(struct sim *sim, struct sim_error *err)
{
    struct sim_timers *timers = &sim->timers;
    uint32_t capacity = timers->capacity ? 2 * timers->capacity : FIRST_CAPACITY;
    uint32_t inner = (capacity + 1) / 3 + 1;
    size_t nodes = (size_t)inner * 4 + 1;
    const struct sim_timers old = *timers;
    struct sim_timer_target *target;
    void *memory;
    sim_u128 *key;

    if (capacity > UINT32_C(1) << SIM_TIMER_SLOT_BITS)
        return sim_fail(err, SIM_ELIMIT, "more than %u timers", 1u << SIM_TIMER_SLOT_BITS);
    memory = sim_arena_alloc(sim->arena, nodes + 3, sizeof *key);
    target = memory ? sim_arena_resize(sim->arena, old.target, capacity, sizeof *target) : NULL;
    if (!target)
        return sim_fail(err, SIM_ENOMEM, "no memory for %u timers", capacity);
    timers->target = target;
    key = timers->key = (sim_u128 *)memory + 3;
    timers->capacity = capacity;
    timers->first_leaf = (uint32_t)(nodes - capacity);
    for (size_t i = 0; i < nodes; i++)
        key[i] = sim_timer_key(SIM_NEVER, UINT64_MAX);
    for (uint32_t slot = 0; slot < old.count; slot++)
        key[timers->first_leaf + slot] = old.key[old.first_leaf + slot];
    for (uint32_t node = timers->first_leaf + old.count; node-- > 1;) {
        uint32_t parent = (node - 1) / 4;
        key[parent] = sim_u128_min(key[parent], key[node]);
    }
    return SIM_OK;
}

enum sim_status sim_timer_create(struct sim *sim, struct sim_timer *timer, enum sim_phase phase,
                                 enum sim_ties ties, sim_timer_fn *run, void *subject,
                                 struct sim_error *err)
{
    struct sim_timers *timers = &sim->timers;
    uint32_t slot;

    if (timers->count == timers->capacity) {
        enum sim_status status = grow(sim, err);
        if (status)
            return status;
    }
    slot = timers->count++;
    timers->target[slot] = (struct sim_timer_target){run, subject};
    *timer = (struct sim_timer){.slot = slot,
                                .rank = 2 * (uint32_t)phase + (ties == SIM_TIES_BY_CREATION)};
    sim_timers_disarm(timers, slot);
    return SIM_OK;
}
