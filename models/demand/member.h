/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/member.h - the enterprises and groups that ever applied, each with its identity.
 *
 * A community of 100,000 enterprises costs nothing; those of its members that have applied are kept
 * in one table. So a member that comes back is served once, and knows what it has learned.
 *
 * Memory   the simulation's arena: about 64 bytes per member that ever applied.
 * Errors   at: NULL without memory.
 * Cost     O(1) by hashing.
 */
#ifndef MODELS_DEMAND_MEMBER_H
#define MODELS_DEMAND_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/arena.h"

struct mdl_member {
    uint32_t community, number; /* which member of which community */
    uint32_t applications, awards;
    uint32_t inside;    /* applications and projects of it that have not ended */
    uint32_t served;    /* projects that used a tenth of their award or more, in the window */
    int64_t learned_ns; /* when its last course ended; MDL_MEMBER_UNTAUGHT: none */
};

#define MDL_MEMBER_UNTAUGHT INT64_MIN

struct mdl_member_table {
    struct sim_arena *arena;
    struct mdl_member *member; /* [count], in the order of their first applications */
    uint32_t count, capacity;
    uint32_t *slot; /* [slot_count] index + 1; 0: free */
    uint32_t slot_count;
};

void mdl_member_table_init(struct mdl_member_table *members, struct sim_arena *arena);

/* The member's entry, made when it is new; valid until the next call. */
struct mdl_member *mdl_member_table_at(struct mdl_member_table *members, uint32_t community,
                                       uint32_t number);

#endif /* MODELS_DEMAND_MEMBER_H */
