/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/winners.h - the smallest of many keys, each in a slot of its own: a tree of
 * winners as in sim/timer.h. An empty slot holds the largest key.
 *
 * Memory   the arena of the one who grows it.
 * Errors   grow returns false without memory, and has changed nothing.
 * Cost     set O(log n), smallest O(1), n = slots.
 */
#ifndef MODELS_COMPUTE_WINNERS_H
#define MODELS_COMPUTE_WINNERS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/arena.h"
#include "sim/timer.h"

struct mdl_winners {
    sim_u128 *tree; /* node 0 the smallest; children of i at 4i + 1 .. 4i + 4 */
    uint32_t first_leaf, capacity;
    void *memory; /* what tree points into */
};

/* To so many slots, more than before; those added are empty. */
bool mdl_winners_grow(struct mdl_winners *winners, struct sim_arena *arena, uint32_t capacity);

static inline void mdl_winners_set(struct mdl_winners *winners, uint32_t slot, sim_u128 key)
{
    sim_u128 *tree = winners->tree;
    uint32_t node = winners->first_leaf + slot;

    tree[node] = key;
    while (node) {
        uint32_t parent = (node - 1) / 4;
        const sim_u128 *child = tree + 4 * (size_t)parent + 1;

        key = sim_u128_min(sim_u128_min(child[0], child[1]), sim_u128_min(child[2], child[3]));
        tree[parent] = key;
        node = parent;
    }
}

static inline void mdl_winners_clear(struct mdl_winners *winners, uint32_t slot)
{
    mdl_winners_set(winners, slot, sim_timer_key(SIM_NEVER, UINT64_MAX));
}

static inline sim_u128 mdl_winners_at(const struct mdl_winners *winners, uint32_t slot)
{
    return winners->tree[winners->first_leaf + slot];
}

static inline sim_u128 mdl_winners_smallest(const struct mdl_winners *winners)
{
    return winners->tree[0];
}

#endif /* MODELS_COMPUTE_WINNERS_H */
