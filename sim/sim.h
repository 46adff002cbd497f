/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/sim.h - one replication: clock, timers, memory, draws, trace. Run it, stop it.
 *
 * Models hang their own structs on it by timers; nothing is global, so replications run side by
 * side in threads. A callback that fails says so with sim_abort, and sim_run returns it.
 *
 * Units    nanoseconds since the scenario's start date (negative in the pre-roll).
 * Memory   everything of a replication lives in sim->arena and goes with sim_destroy.
 * Errors   SIM_ENOMEM, SIM_ELIMIT; SIM_EINTERRUPTED when sim->stop was raised from outside.
 * Threads  one thread at a time; `progress` and `stop` may be read and raised from another.
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/arena.h"
#include "sim/error.h"
#include "sim/timer.h"

struct sim_trace;

/* What another thread may look at while a replication runs. */
struct sim_progress {
    _Atomic int64_t now_ns;
    _Atomic uint64_t records;
};

struct sim {
    int64_t now_ns;
    struct sim_timers timers;
    struct sim_arena *arena;
    uint64_t draw_key;             /* hash of (seed, replication), see sim/random.h */
    struct sim_trace *trace;       /* NULL: nothing is recorded */
    struct sim_progress *progress; /* NULL: nobody looks */
    const atomic_int *stop;        /* non-zero from outside: leave the run; may be NULL */
    uint32_t rounds;               /* of the present instant */
    bool is_aborted;
    struct sim_error error; /* the first failure of a callback */
};

/* A replication whose clock stands at start_ns. limit_bytes bounds its arena (0 = none). */
SIM_NODISCARD enum sim_status sim_create(uint64_t seed, uint32_t replication, int64_t start_ns,
                                         size_t limit_bytes, struct sim **out,
                                         struct sim_error *err);
void sim_destroy(struct sim *sim);

/* Fires everything up to and including until_ns (now or later, before SIM_NEVER); the clock ends
 * there, or at the event after which the run was left. A run that was left cannot go on. */
SIM_NODISCARD enum sim_status sim_run(struct sim *sim, int64_t until_ns, struct sim_error *err);

/* From a callback: the run cannot go on. The first call counts. */
void sim_abort(struct sim *sim, enum sim_status status, const char *fmt, ...) SIM_PRINTF(3, 4);

static inline void sim_timer_arm(struct sim *sim, const struct sim_timer *timer, int64_t time_ns)
{
    assert(time_ns >= sim->now_ns);
    sim_timers_arm(&sim->timers, *timer, time_ns);
}

/* From a timer's callback: arm that timer again, unless the callback has armed it already. The
 * cheapest way to go on. */
static inline void sim_timer_rearm(struct sim *sim, int64_t time_ns)
{
    assert(time_ns >= sim->now_ns);
    sim_timers_rearm(&sim->timers, time_ns);
}

static inline void sim_timer_disarm(struct sim *sim, const struct sim_timer *timer)
{
    sim_timers_disarm(&sim->timers, timer->slot);
}

#endif /* SIM_SIM_H */
