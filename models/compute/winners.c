/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/winners.h"

/* As in sim/timer.c: four children share a cache line. */
bool mdl_winners_grow(struct mdl_winners *winners, struct sim_arena *arena, uint32_t capacity)
{
    size_t nodes = (size_t)((capacity + 1) / 3 + 1) * 4 + 1;
    uint32_t first_leaf = (uint32_t)(nodes - capacity);
    void *memory = sim_arena_resize(arena, NULL, nodes + 3, sizeof(sim_u128));
    sim_u128 *tree;

    if (!memory)
        return false;
    tree = (sim_u128 *)memory + 3;
    for (size_t i = 0; i < nodes; i++)
        tree[i] = sim_timer_key(SIM_NEVER, UINT64_MAX);
    for (uint32_t slot = 0; slot < winners->capacity; slot++)
        tree[first_leaf + slot] = mdl_winners_at(winners, slot);
    for (size_t node = nodes; node-- > 1;)
        tree[(node - 1) / 4] = sim_u128_min(tree[(node - 1) / 4], tree[node]);
    *winners = (struct mdl_winners){tree, first_leaf, capacity, memory};
    return true;
}
