/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/ends.h - predicted ends of running jobs, each with its width: a list of sorted
 * blocks, each with the sum of its widths, so that "when will `need` units have been given back"
 * skips whole blocks.
 *
 * Memory   the arena.
 * Errors   add returns false without memory, and has changed nothing.
 * Cost     n = ends: add and remove O(log n), and a move in a block and in the list of n / 32
 *          blocks; given_back O(n / 32 + 64), contiguous; the others O(log n) and what they visit.
 */
#ifndef MODELS_COMPUTE_ENDS_H
#define MODELS_COMPUTE_ENDS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/arena.h"
#include "sim/timer.h"

enum { MDL_ENDS_BLOCK = 64 };

struct mdl_ends_block {
    uint32_t count;
    sim_u128 key[MDL_ENDS_BLOCK]; /* rising; {end, biased : 64 | place : 32 | width : 32} */
};

struct mdl_ends {
    struct sim_arena *arena;
    struct sim_pool blocks;
    uint32_t block_count, block_capacity;
    struct mdl_ends_block **block;
    sim_u128 *last;      /* [block_count]: the last key of the block */
    uint64_t *width_sum; /* [block_count] */
};

void mdl_ends_init(struct mdl_ends *ends, struct sim_arena *arena);

/* The place is that of the job among those that run; no two have the same. */
SIM_NODISCARD bool mdl_ends_add(struct mdl_ends *ends, int64_t end_ns, uint32_t place,
                                uint32_t width);
void mdl_ends_remove(struct mdl_ends *ends, int64_t end_ns, uint32_t place, uint32_t width);

/* The first end by which `need` > 0 units will have been given back, and how many will have been
 * then (all of that moment included); false when so many do not run. */
bool mdl_ends_given_back(const struct mdl_ends *ends, int64_t need, int64_t *time_ns,
                         int64_t *units);

/* The first end after time_ns (SIM_NEVER: there is none); the last one at time_ns or before
 * (INT64_MIN). time_ns < SIM_NEVER. */
int64_t mdl_ends_after(const struct mdl_ends *ends, int64_t time_ns);
int64_t mdl_ends_upto(const struct mdl_ends *ends, int64_t time_ns);

/* The places of those that end at time_ns, by number; returns the sum of their widths. visit: NULL
 * for the sum alone. */
uint64_t mdl_ends_each_at(const struct mdl_ends *ends, int64_t time_ns,
                          void (*visit)(void *context, uint32_t place), void *context);

#endif /* MODELS_COMPUTE_ENDS_H */
