/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/member.h"

#include "sim/random.h"

enum { FIRST_MEMBERS = 64 };

void mdl_member_table_init(struct mdl_member_table *members, struct sim_arena *arena)
{
    *members = (struct mdl_member_table){.arena = arena};
}

/* Where the member is, or would be put. */
static uint32_t *slot_of(const struct mdl_member_table *members, uint32_t community,
                         uint32_t number)
{
    uint32_t mask = members->slot_count - 1;
    uint32_t at = (uint32_t)sim_hash_child(community, 0, number) & mask;

    for (; members->slot[at]; at = (at + 1) & mask) {
        const struct mdl_member *member = &members->member[members->slot[at] - 1];

        if (member->community == community && member->number == number)
            break;
    }
    return &members->slot[at];
}

/* Room for one more, at most half of the slots taken. */
static bool grow(struct mdl_member_table *members)
{
    uint32_t capacity = members->capacity ? 2 * members->capacity : FIRST_MEMBERS;
    struct mdl_member *member =
        sim_arena_resize(members->arena, members->member, capacity, sizeof *member);
    uint32_t *slot = sim_arena_alloc(members->arena, 2 * (size_t)capacity, sizeof *slot);

    if (!member || !slot)
        return false;
    members->member = member;
    members->capacity = capacity;
    members->slot = slot;
    members->slot_count = 2 * capacity;
    for (uint32_t i = 0; i < members->count; i++)
        *slot_of(members, member[i].community, member[i].number) = i + 1;
    return true;
}

struct mdl_member *mdl_member_table_at(struct mdl_member_table *members, uint32_t community,
                                       uint32_t number)
{
    uint32_t *slot;

    if (members->count == members->capacity && !grow(members))
        return NULL;
    slot = slot_of(members, community, number);
    if (!*slot) {
        members->member[members->count] = (struct mdl_member){
            .community = community, .number = number, .learned_ns = MDL_MEMBER_UNTAUGHT};
        *slot = ++members->count;
    }
    return &members->member[*slot - 1];
}
