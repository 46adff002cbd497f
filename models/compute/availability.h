/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/availability.h - the free units of a machine over time, as they are planned: what
 * runs gives its units back at its predicted end, what is reserved takes them from a start to an
 * end. Reservations of any kind (a job's, a course, maintenance) are intervals that are taken and
 * given back; the profile keeps their sum, not the intervals.
 *
 * A B+ tree of the moments at which the number of free units changes, each with its step. A branch
 * keeps for each child the sum of its steps and the least and most that the running sum reaches
 * inside, so that a search passes over whole subtrees that are free enough, or nowhere are.
 *
 * Units    time_ns as the simulation's clock; free units may fall below 0 (more is promised than
 *          there is).
 * Memory   the simulation's arena; nodes that fall empty are used again.
 * Errors   add returns false without memory, and has changed nothing.
 * Cost     n = moments of change: add, at, most and fits O(log n), forget O(log n) per moment
 *          forgotten. earliest: O(log n) per step; a window that does not fit is left behind
 *          whole, up to the last moment that refuses it, so that there are at most as many steps
 *          as separate stretches that are too narrow, and for long durations far fewer.
 * Source   profile of conservative backfilling: Mu'alem and Feitelson 2001, doi:10.1109/71.932708;
 *          right-to-left windows as in Boyer and Moore 1977, doi:10.1145/359842.359859.
 */
#ifndef MODELS_COMPUTE_AVAILABILITY_H
#define MODELS_COMPUTE_AVAILABILITY_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/arena.h"
#include "sim/error.h"

struct mdl_availability_node;

struct mdl_availability {
    struct sim_pool leaves, branches;
    struct mdl_availability_node *root;
    unsigned height;  /* 0: the root is a leaf */
    int64_t since_ns; /* nothing is known before */
};

/* `units` free from since_ns on, for ever. */
SIM_NODISCARD enum sim_status mdl_availability_init(struct mdl_availability *availability,
                                                    struct sim_arena *arena, int64_t since_ns,
                                                    int64_t units, struct sim_error *err);

/* As after init, whatever there was. Cannot fail. */
void mdl_availability_reset(struct mdl_availability *availability, int64_t since_ns, int64_t units);

/* Adds `units` (below 0: takes them) on [from_ns, to_ns); to_ns = SIM_NEVER: for ever. What lies
 * before since_ns is cut off; an empty interval changes nothing. */
SIM_NODISCARD bool mdl_availability_add(struct mdl_availability *availability, int64_t from_ns,
                                        int64_t to_ns, int64_t units);

/* Forgets what was before now_ns >= since_ns. Cannot fail. */
void mdl_availability_forget(struct mdl_availability *availability, int64_t now_ns);

/* Free units at time_ns >= since_ns. */
int64_t mdl_availability_at(const struct mdl_availability *availability, int64_t time_ns);

/* The most units that are free at a moment of [from_ns, to_ns), since_ns <= from_ns < to_ns. */
int64_t mdl_availability_most(const struct mdl_availability *availability, int64_t from_ns,
                              int64_t to_ns);

/* Are `units` free all over [from_ns, to_ns), from_ns >= since_ns? */
bool mdl_availability_fits(const struct mdl_availability *availability, int64_t from_ns,
                           int64_t to_ns, int64_t units);

/* The earliest t in [from_ns, until_ns) with `units` free all over [t, t + duration_ns) before
 * until_ns; until_ns when there is none. A new reservation asks with SIM_NEVER; one that holds its
 * units from until_ns on, for its duration, learns in this way how much earlier it may begin.
 * duration_ns > 0. */
int64_t mdl_availability_earliest(const struct mdl_availability *availability, int64_t from_ns,
                                  int64_t until_ns, int64_t duration_ns, int64_t units);

/* The first moment after time_ns at which the number of free units changes; SIM_NEVER: none. */
int64_t mdl_availability_next_change(const struct mdl_availability *availability, int64_t time_ns);

#endif /* MODELS_COMPUTE_AVAILABILITY_H */
