/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/sim.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "sim/random.h"

enum {
    LOOK_AROUND = 1 << 12,     /* events between two looks at `stop` */
    LOOK_AHEAD_FROM = 1 << 12, /* timers */
    ROUNDS_MAX = 1000000,      /* times that one instant may go back to an earlier phase */
};

enum sim_status sim_create(uint64_t seed, uint32_t replication, int64_t start_ns,
                           size_t limit_bytes, struct sim **out, struct sim_error *err)
{
    struct sim_arena *arena = sim_arena_create(limit_bytes);
    struct sim *sim = arena ? sim_arena_alloc(arena, 1, sizeof *sim) : NULL;

    if (!sim) {
        sim_arena_destroy(arena);
        return sim_fail(err, SIM_ENOMEM, "no memory for a replication");
    }
    sim->arena = arena;
    sim->now_ns = start_ns;
    sim->draw_key = sim_draw_key(seed, replication);
    sim->timers.firing = SIM_TIMER_NONE;
    *out = sim;
    return SIM_OK;
}

void sim_destroy(struct sim *sim)
{
    if (sim)
        sim_arena_destroy(sim->arena);
}

void sim_abort(struct sim *sim, enum sim_status status, const char *fmt, ...)
{
    va_list args;

    if (sim->is_aborted)
        return;
    sim->is_aborted = true;
    sim->error = (struct sim_error){.status = status};
    va_start(args, fmt);
    vsnprintf(sim->error.message, sizeof sim->error.message, fmt, args);
    va_end(args);
}

static bool look_around(struct sim *sim)
{
    if (sim->progress)
        atomic_store_explicit(&sim->progress->now_ns, sim->now_ns, memory_order_relaxed);
    return !sim->stop || !atomic_load_explicit(sim->stop, memory_order_relaxed);
}

/* With many timers the owner of the next event is rarely in the cache. The earliest of all lies
 * among the winners below the root: what firing them will touch is asked for in advance. */
static inline void look_ahead(const struct sim_timers *timers)
{
    for (size_t child = 1; child <= 4; child++) {
        uint32_t slot = (uint32_t)(timers->key[child] & SIM_TIMER_SLOT_MASK);
        size_t leaf = timers->first_leaf + slot;

        if (slot >= timers->count)
            continue;
        __builtin_prefetch(&timers->target[slot], 0);
        __builtin_prefetch(&timers->key[leaf], 1);
        __builtin_prefetch(&timers->key[(leaf - 1) / 4], 1);
        __builtin_prefetch(&timers->key[((leaf - 1) / 4 - 1) / 4], 1);
    }
}

/* What causes work for an earlier phase at the same instant loops back; forever is a fault. */
static inline void count_round(struct sim *sim, sim_u128 key)
{
    bool is_back =
        (uint64_t)key >> SIM_TIMER_RANK_SHIFT < sim->timers.firing_low >> SIM_TIMER_RANK_SHIFT;

    if (sim_timer_key_time(key) != sim->now_ns)
        sim->rounds = 0;
    else if (is_back && ++sim->rounds > ROUNDS_MAX)
        sim_abort(sim, SIM_EINVARIANT, "time stands still at %.9f s: more than %d rounds",
                  (double)sim->now_ns / 1e9, ROUNDS_MAX);
}

enum sim_status sim_run(struct sim *sim, int64_t until_ns, struct sim_error *err)
{
    struct sim_timers *timers = &sim->timers;
    const sim_u128 end = sim_timer_key(until_ns, UINT64_MAX);
    uint32_t until_look = LOOK_AROUND;

    assert(until_ns >= sim->now_ns && until_ns < SIM_NEVER);
    while (timers->count && timers->key[0] <= end && !sim->is_aborted) {
        sim_u128 key = timers->key[0];
        uint32_t slot = (uint32_t)(key & SIM_TIMER_SLOT_MASK);

        if (timers->count > LOOK_AHEAD_FROM)
            look_ahead(timers);
        count_round(sim, key);
        sim->now_ns = sim_timer_key_time(key);
        timers->firing = slot;
        timers->firing_low = (uint64_t)key;
        timers->target[slot].run(sim, timers->target[slot].subject);
        if (timers->firing == slot)
            sim_timers_disarm(timers, slot);
        if (--until_look == 0) {
            until_look = LOOK_AROUND;
            if (!look_around(sim))
                sim_abort(sim, SIM_EINTERRUPTED, "interrupted");
        }
    }
    timers->firing = SIM_TIMER_NONE;
    if (sim->is_aborted) {
        if (err)
            *err = sim->error;
        return sim->error.status;
    }
    sim->now_ns = until_ns;
    if (!look_around(sim))
        return sim_fail(err, SIM_EINTERRUPTED, "interrupted");
    return SIM_OK;
}
