/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/pace.h - running jobs whose work goes on at a rate that changes.
 *
 * The jobs of a group go on at one rate, 0 to 1. The group has a clock of the work that a job which
 * was always there would have done; a job is over when that clock stands at what it showed at the
 * job's start plus the job's work. So a change of rate touches no job. At rate 1 the clock goes
 * with time, exactly; otherwise an end is right to a nanosecond for each change of rate.
 *
 * Units    ns, of time and of work; slots are those of running.h.
 * Memory   the arena of the one who grows it.
 * Errors   grow returns false without memory.
 * Cost     add, remove, pause, resume O(log n); set_rate, next O(1); n = slots.
 * Source   the service integral of processor sharing.
 */
#ifndef MODELS_COMPUTE_PACE_H
#define MODELS_COMPUTE_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/compute/winners.h"

enum { MDL_PACE_GROUPS = 4 };

struct mdl_pace_group {
    double rate;
    int64_t since_ns, done_ns; /* the clock showed done_ns + rest then */
    double rest;               /* part of a ns */
    struct mdl_winners ends;   /* {clock, low} */
    sim_u128 next;             /* {time, low} of the first end */
};

struct mdl_pace {
    uint32_t capacity;
    struct mdl_pace_group group[MDL_PACE_GROUPS];
    int64_t *left_ns; /* [slot] work of a job that pauses; -1: it does not */
    sim_u128 next;    /* of all groups */
};

void mdl_pace_init(struct mdl_pace *pace, int64_t now_ns); /* every rate is 1 */
bool mdl_pace_grow(struct mdl_pace *pace, struct sim_arena *arena, uint32_t capacity);

/* low: the lower half of the key, which orders ends at one time. */
void mdl_pace_add(struct mdl_pace *pace, unsigned group, uint32_t slot, int64_t work_ns,
                  uint64_t low, int64_t now_ns);
void mdl_pace_remove(struct mdl_pace *pace, unsigned group, uint32_t slot);
void mdl_pace_pause(struct mdl_pace *pace, unsigned group, uint32_t slot, int64_t now_ns);
void mdl_pace_resume(struct mdl_pace *pace, unsigned group, uint32_t slot, uint64_t low,
                     int64_t now_ns);

void mdl_pace_set_rate(struct mdl_pace *pace, unsigned group, double rate, int64_t now_ns);

/* Work that is left; 0: it is over. */
int64_t mdl_pace_left_ns(const struct mdl_pace *pace, unsigned group, uint32_t slot,
                         int64_t now_ns);

/* {time, low} of what ends first; SIM_NEVER: nothing does. */
static inline sim_u128 mdl_pace_next(const struct mdl_pace *pace)
{
    return pace->next;
}

#endif /* MODELS_COMPUTE_PACE_H */
