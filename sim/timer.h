/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/timer.h - the pending events of one simulation, earliest first.
 *
 * Whoever waits for a moment (a source, a link, a partition) owns one timer and arms it. The
 * order is total: time, then phase of the instant, then the order of arming, or, for timers
 * made with SIM_TIES_BY_CREATION, the order in which they were created (scenario order). So the
 * same run always fires in the same order.
 *
 * Units    time_ns: integer nanoseconds since the scenario's start date; may be negative.
 * Memory   a timer is embedded in its owner and must not move once created; the tree lives in
 *          the simulation's arena.
 * Errors   only sim_timer_create can fail (SIM_ENOMEM, SIM_ELIMIT); the rest cannot.
 * Threads  one set of timers per replication; no locks, no globals.
 * Cost     arm, disarm and fire O(log n), n = timers created; one path of the tree is replayed.
 * Source   Knuth, TAOCP vol. 3, 2nd ed., section 5.4.1 (tree of losers), with winners and four
 *          children to a node, so that a level is one cache line.
 */
#ifndef SIM_TIMER_H
#define SIM_TIMER_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

struct sim;
typedef void sim_timer_fn(struct sim *sim, void *subject);
__extension__ typedef unsigned __int128 sim_u128;
__extension__ typedef __int128 sim_i128;

#define SIM_NEVER INT64_MAX /* a time that does not come */

/* The phases of one instant, in order (docs/design.md). */
enum sim_phase {
    SIM_PHASE_ARRIVAL,  /* submits, data that arrive */
    SIM_PHASE_END,      /* ends and failures */
    SIM_PHASE_REFILL,   /* one refill per changed network */
    SIM_PHASE_SCHEDULE, /* one pass per changed partition */
    SIM_PHASE_SAMPLE,   /* series */
};

enum sim_ties { SIM_TIES_BY_ARMING, SIM_TIES_BY_CREATION };

struct sim_timer {
    uint32_t slot;
    uint32_t rank; /* 2 x phase + ties: within a phase, ties by creation go last */
};

/* key = {time, biased to unsigned : 64 | rank : 4 | sequence : 38 | slot : 22} */
enum { SIM_TIMER_SLOT_BITS = 22, SIM_TIMER_SEQ_BITS = 38 };
#define SIM_TIMER_RANK_SHIFT (SIM_TIMER_SLOT_BITS + SIM_TIMER_SEQ_BITS)
#define SIM_TIMER_RANK_MASK  (UINT64_C(15) << SIM_TIMER_RANK_SHIFT)
#define SIM_TIMER_SLOT_MASK  ((UINT64_C(1) << SIM_TIMER_SLOT_BITS) - 1)

struct sim_timer_target {
    sim_timer_fn *run;
    void *subject;
};

struct sim_timers {
    sim_u128 *key; /* 4-ary tree, node 0 the earliest; children of i at 4i+1 .. 4i+4 */
    struct sim_timer_target *target; /* [capacity] */
    uint32_t count, capacity;
    uint32_t first_leaf; /* node of slot 0 */
    uint32_t firing;     /* slot whose callback runs now and has not armed itself again */
    uint64_t firing_low; /* low half of its key */
    uint64_t next_seq;
};

#define SIM_TIMER_NONE UINT32_MAX

SIM_NODISCARD enum sim_status sim_timer_create(struct sim *sim, struct sim_timer *timer,
                                               enum sim_phase phase, enum sim_ties ties,
                                               sim_timer_fn *run, void *subject,
                                               struct sim_error *err);

static inline sim_u128 sim_timer_key(int64_t time_ns, uint64_t low)
{
    return (sim_u128)((uint64_t)time_ns ^ (UINT64_C(1) << 63)) << 64 | low;
}

static inline int64_t sim_timer_key_time(sim_u128 key)
{
    return (int64_t)((uint64_t)(key >> 64) ^ (UINT64_C(1) << 63));
}

static inline sim_u128 sim_u128_min(sim_u128 a, sim_u128 b)
{
    return b < a ? b : a;
}

static inline void sim_timers_replay(struct sim_timers *timers, uint32_t slot, sim_u128 key)
{
    sim_u128 *tree = timers->key;
    uint32_t node = timers->first_leaf + slot;

    tree[node] = key;
    while (node) {
        uint32_t parent = (node - 1) / 4, own = (node - 1) % 4;
        const sim_u128 *child = tree + 4 * (size_t)parent + 1;
        sim_u128 rivals =
            sim_u128_min(sim_u128_min(child[own ^ 1], child[own ^ 2]), child[own ^ 3]);

        key = sim_u128_min(key, rivals);
        tree[parent] = key;
        node = parent;
    }
}

static inline void sim_timers_disarm(struct sim_timers *timers, uint32_t slot)
{
    sim_timers_replay(timers, slot, sim_timer_key(SIM_NEVER, slot));
}

/* low: rank and slot of a key; adds the sequence number unless ties go by creation. */
static inline uint64_t sim_timers_sequenced(struct sim_timers *timers, uint64_t low)
{
    uint64_t by_arming = (low >> SIM_TIMER_RANK_SHIFT & 1) - 1; /* all ones, or none */
    uint64_t seq = timers->next_seq++ & ((UINT64_C(1) << SIM_TIMER_SEQ_BITS) - 1);

    return low | (seq << SIM_TIMER_SLOT_BITS & by_arming);
}

/* Fire at time_ns; a timer that is armed already is moved. Not before the present. */
static inline void sim_timers_arm(struct sim_timers *timers, struct sim_timer timer,
                                  int64_t time_ns)
{
    uint64_t low = (uint64_t)timer.rank << SIM_TIMER_RANK_SHIFT | timer.slot;

    if (timers->firing == timer.slot)
        timers->firing = SIM_TIMER_NONE;
    sim_timers_replay(timers, timer.slot,
                      sim_timer_key(time_ns, sim_timers_sequenced(timers, low)));
}

/* The same for the timer whose callback runs now, without looking at it. Once per callback. */
static inline void sim_timers_rearm(struct sim_timers *timers, int64_t time_ns)
{
    uint32_t slot = timers->firing;
    uint64_t low = timers->firing_low & (SIM_TIMER_RANK_MASK | SIM_TIMER_SLOT_MASK);

    assert(slot != SIM_TIMER_NONE);
    timers->firing = SIM_TIMER_NONE;
    sim_timers_replay(timers, slot, sim_timer_key(time_ns, sim_timers_sequenced(timers, low)));
}

#endif /* SIM_TIMER_H */
