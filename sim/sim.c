/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/sim.h"

#include <stdarg.h>
#include <stdio.h>

#include "sim/random.h"

enum { LOOK_AROUND = 1 << 12 }; /* events between two looks at `stop` */

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

enum sim_status sim_run(struct sim *sim, int64_t until_ns, struct sim_error *err)
{
    struct sim_timers *timers = &sim->timers;
    const sim_u128 end = sim_timer_key(until_ns, UINT64_MAX);
    const uint32_t slot_mask = (UINT32_C(1) << SIM_TIMER_SLOT_BITS) - 1;
    uint32_t until_look = LOOK_AROUND;

    while (timers->count && timers->key[0] <= end && !sim->is_aborted) {
        sim_u128 key = timers->key[0];
        uint32_t slot = (uint32_t)key & slot_mask;

        sim->now_ns = sim_timer_key_time(key);
        timers->firing = slot;
        timers->run[slot](sim, timers->subject[slot]);
        if (timers->firing == slot)
            sim_timers_disarm(timers, slot);
        if (--until_look == 0) {
            until_look = LOOK_AROUND;
            if (!look_around(sim))
                return sim_fail(err, SIM_EINTERRUPTED, "interrupted");
        }
    }
    timers->firing = SIM_TIMER_NONE;
    if (sim->is_aborted) {
        if (err)
            *err = sim->error;
        return sim->error.status;
    }
    sim->now_ns = until_ns;
    look_around(sim);
    return SIM_OK;
}
