/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/transport/sharing_private.h"

/* A channel's capacity is 2^39 to 2^40 steps, so that 2^20 flows fit into an int64_t. */
static const double ROOM = 0x1p40;

static double least(double a, double b)
{
    return a < b ? a : b;
}

static int64_t rounded_up(double x)
{
    int64_t whole = (int64_t)x;

    return whole + (x > (double)whole);
}

/* ---- memory ---- */

bool mdl_filling_make_room(struct mdl_sharing *sharing, size_t class_capacity)
{
    struct mdl_filling *filling = &sharing->filling;
    struct sim_arena *arena = sharing->arena;
    struct mdl_limit *limit;
    struct mdl_round *round;
    uint32_t *frozen;

    limit = sim_arena_resize(arena, filling->limit, class_capacity, sizeof *limit);
    if (limit)
        filling->limit = limit;
    round = sim_arena_resize(arena, filling->round, class_capacity, sizeof *round);
    if (round)
        filling->round = round;
    frozen = sim_arena_resize(arena, filling->frozen, class_capacity, sizeof *frozen);
    if (frozen)
        filling->frozen = frozen;
    return limit && round && frozen;
}

static bool has_slots(struct mdl_sharing *sharing, size_t count)
{
    struct mdl_filling *filling = &sharing->filling;
    struct mdl_slot *slot;
    double *share;

    if (count <= filling->slot_capacity)
        return true;
    count = 2 * count;
    slot = sim_arena_resize(sharing->arena, filling->slot, count, sizeof *slot);
    if (slot)
        filling->slot = slot;
    share = sim_arena_resize(sharing->arena, filling->share, count, sizeof *share);
    if (share)
        filling->share = share;
    if (!slot || !share)
        return false;
    filling->slot_capacity = count;
    return true;
}

static bool has_undos(struct mdl_sharing *sharing, size_t count)
{
    struct mdl_filling *filling = &sharing->filling;
    struct mdl_undo *undo;

    if (count <= filling->undo_capacity)
        return true;
    undo = sim_arena_resize(sharing->arena, filling->undo, 2 * count, sizeof *undo);
    if (!undo)
        return false;
    filling->undo = undo;
    filling->undo_capacity = 2 * count;
    return true;
}

/* ---- demand: which channels can be full at all ---- */

/* The most that one flow of the class can have of a channel, in bytes/s. */
static double most_of(const struct mdl_class *class, const struct mdl_shared_channel *channel)
{
    if (channel->rule == MDL_CHANNEL_AIRTIME)
        return class->radio > 0 ? channel->capacity * class->radio : 0;
    return channel->capacity;
}

static double use_of(const struct mdl_class *class, const struct mdl_shared_channel *channel,
                     double rate)
{
    return channel->rule == MDL_CHANNEL_AIRTIME ? rate / class->radio : rate;
}

static void set_demands(const struct mdl_sharing *sharing, struct mdl_class *class)
{
    double most = class->cap;

    for (uint32_t i = 0; i < class->hop_count; i++)
        most = least(most, most_of(class, &sharing->channel[class->channel[i]]));
    for (uint32_t i = 0; i < class->hop_count; i++) {
        const struct mdl_shared_channel *channel = &sharing->channel[class->channel[i]];

        class->demand[i] = 0;
        if (most > 0 && channel->scale > 0 && !sharing->filling.needs_recount)
            class->demand[i] = rounded_up(use_of(class, channel, most) * channel->scale);
    }
}

static bool is_quiet(const struct mdl_shared_channel *channel)
{
    return channel->demand <= channel->room / 2;
}

static void add_demand(struct mdl_sharing *sharing, const struct mdl_class *class, int64_t members)
{
    struct mdl_filling *filling = &sharing->filling;

    for (uint32_t i = 0; i < class->hop_count; i++) {
        struct mdl_shared_channel *channel = &sharing->channel[class->channel[i]];

        if (channel->is_tight) {
            filling->quiet -= is_quiet(channel);
            channel->demand += members * class->demand[i];
            filling->quiet += is_quiet(channel);
        } else {
            channel->demand += members * class->demand[i];
            if (channel->demand > channel->room)
                filling->needs_new_slots = true;
        }
    }
    if (2 * filling->quiet > filling->slot_count)
        filling->needs_new_slots = true;
}

static void set_scale(struct mdl_shared_channel *channel)
{
    bool is_plain = channel->rule != MDL_CHANNEL_PER_FLOW && channel->capacity > 0 &&
                    channel->capacity < INFINITY;

    channel->demand = 0;
    channel->scale = 0;
    channel->room = INT64_MAX;
    if (!is_plain)
        return;
    channel->scale = 1;
    while (channel->capacity * channel->scale > ROOM)
        channel->scale /= 2;
    while (channel->capacity * channel->scale <= ROOM / 2)
        channel->scale *= 2;
    channel->room = rounded_up(channel->capacity * channel->scale);
}

static void recount(struct mdl_sharing *sharing)
{
    sharing->filling.needs_recount = false;
    for (size_t i = 0; i < sharing->channel_count; i++)
        set_scale(&sharing->channel[i]);
    for (size_t i = 0; i < sharing->active_count; i++) {
        struct mdl_class *class = &sharing->class[sharing->active[i]];

        set_demands(sharing, class);
        for (uint32_t hop = 0; hop < class->hop_count; hop++)
            sharing->channel[class->channel[hop]].demand += class->members * class->demand[hop];
    }
}

/* ---- a class in the filling ---- */

static void set_rate(struct mdl_sharing *sharing, uint32_t id, double rate, uint32_t bottleneck)
{
    struct mdl_portion *portion = &sharing->portion[id];

    if (portion->rate == rate && portion->bottleneck == bottleneck)
        return;
    portion->rate = rate;
    portion->bottleneck = bottleneck;
    if (portion->is_changed)
        return;
    portion->is_changed = true;
    sharing->changed[sharing->changed_count++] = id;
}

/* Its slots and its limit. A class that can have nothing at all is free, and has that. */
static void set_portion(struct mdl_sharing *sharing, uint32_t id)
{
    struct mdl_class *class = &sharing->class[id];
    struct mdl_portion *portion = &sharing->portion[id];
    bool has_nothing = class->cap == 0;

    class->limit = class->cap;
    class->limit_at = MDL_CHANNEL_NONE;
    portion->slot_count = 0;
    portion->weight = class->members * class->weight_steps;
    portion->weight_one = (double)class->weight_steps * MDL_WEIGHT_STEP;
    portion->air_one = 0;
    portion->round = MDL_ROUND_NONE;
    for (uint32_t i = 0; i < class->hop_count; i++) {
        const struct mdl_shared_channel *channel = &sharing->channel[class->channel[i]];
        double most = most_of(class, channel);

        has_nothing |= most == 0;
        if (most < class->limit && (!channel->is_tight || most == 0)) {
            class->limit = most;
            class->limit_at = class->channel[i];
        }
        if (!channel->is_tight)
            continue;
        portion->slot[portion->slot_count++] = channel->slot;
        if (channel->rule == MDL_CHANNEL_AIRTIME && !has_nothing)
            portion->air_one = portion->weight_one / class->radio;
    }
    if (has_nothing)
        portion->slot_count = 0;
    if (portion->slot_count == 0)
        set_rate(sharing, id, least(class->limit, MDL_UNLIMITED), class->limit_at);
}

static double limit_level(const struct mdl_sharing *sharing, uint32_t id)
{
    return sharing->class[id].limit / sharing->portion[id].weight_one;
}

static int compare_limits(const struct mdl_limit *a, const struct mdl_limit *b)
{
    if (a->level != b->level)
        return a->level < b->level ? -1 : 1;
    return (a->class > b->class) - (a->class < b->class);
}

/* Where it stands, or belongs. */
static size_t limit_place(const struct mdl_filling *filling, const struct mdl_limit *limit)
{
    size_t low = 0, high = filling->limit_count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (compare_limits(&filling->limit[middle], limit) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void insert_limit(struct mdl_sharing *sharing, uint32_t id)
{
    struct mdl_filling *filling = &sharing->filling;
    const struct mdl_limit limit = {limit_level(sharing, id), id};
    size_t place = limit_place(filling, &limit);

    memmove(&filling->limit[place + 1], &filling->limit[place],
            (filling->limit_count++ - place) * sizeof limit);
    filling->limit[place] = limit;
}

static void remove_limit(struct mdl_sharing *sharing, uint32_t id)
{
    struct mdl_filling *filling = &sharing->filling;
    const struct mdl_limit limit = {limit_level(sharing, id), id};
    size_t place = limit_place(filling, &limit);

    memmove(&filling->limit[place], &filling->limit[place + 1],
            (--filling->limit_count - place) * sizeof limit);
}

/* ---- rounds ---- */

/* Weights of the members of an airtime channel that are not frozen, over their radio rates. Summed
 * anew each time: radio rates differ so much that differences of sums would keep nothing. */
static double air_of(const struct mdl_sharing *sharing, const struct mdl_slot *slot)
{
    const struct mdl_shared_channel *channel = &sharing->channel[slot->channel];
    double air = 0;

    for (uint32_t i = 0; i < channel->count; i++) {
        const struct mdl_portion *portion = &sharing->portion[channel->class[i]];

        if (portion->round == MDL_ROUND_NONE && portion->slot_count)
            air += sharing->class[channel->class[i]].members * portion->air_one;
    }
    return air;
}

static double share_of(const struct mdl_sharing *sharing, const struct mdl_slot *slot)
{
    if (slot->weight == 0)
        return INFINITY;
    if (slot->is_air)
        return slot->rest / air_of(sharing, slot);
    return slot->rest / ((double)slot->weight * MDL_WEIGHT_STEP);
}

static void take_off_round(struct mdl_sharing *sharing)
{
    struct mdl_filling *filling = &sharing->filling;
    const struct mdl_round *round = &filling->round[--filling->round_count];

    for (size_t i = round->first_frozen; i < filling->frozen_count; i++)
        sharing->portion[filling->frozen[i]].round = MDL_ROUND_NONE;
    for (size_t i = round->first_undo; i < filling->undo_count; i++) {
        const struct mdl_undo *undo = &filling->undo[i];

        filling->slot[undo->slot].rest = undo->rest;
        filling->slot[undo->slot].weight += undo->weight;
    }
    filling->frozen_count = round->first_frozen;
    filling->undo_count = round->first_undo;
}

/* Is the level of the last round still within reach of all on the channels of a class, when it
 * gets one more member? */
static bool leaves_room(const struct mdl_sharing *sharing, uint32_t id, double level)
{
    const struct mdl_portion *portion = &sharing->portion[id];

    if (limit_level(sharing, id) <= level)
        return false;
    for (uint32_t i = 0; i < portion->slot_count; i++) {
        const struct mdl_slot *slot = &sharing->filling.slot[portion->slot[i]];
        double weight = slot->is_air ? air_of(sharing, slot) + portion->air_one
                                     : (double)slot->weight * MDL_WEIGHT_STEP + portion->weight_one;

        if (slot->rest < level * weight)
            return false;
    }
    return true;
}

static void set_aside_rounds(struct mdl_sharing *sharing, uint32_t id, int sign)
{
    struct mdl_filling *filling = &sharing->filling;
    const struct mdl_portion *portion = &sharing->portion[id];

    while (portion->round != MDL_ROUND_NONE)
        take_off_round(sharing);
    while (sign > 0 && filling->round_count &&
           !leaves_room(sharing, id, filling->round[filling->round_count - 1].level))
        take_off_round(sharing);
}

void mdl_filling_change(struct mdl_sharing *sharing, uint32_t id, int sign)
{
    struct mdl_class *class = &sharing->class[id];
    struct mdl_portion *portion = &sharing->portion[id];

    if (portion->slot_count)
        set_aside_rounds(sharing, id, sign);
    portion->weight += sign * class->weight_steps;
    for (uint32_t i = 0; i < portion->slot_count; i++)
        sharing->filling.slot[portion->slot[i]].weight += sign * class->weight_steps;
    class->members += (uint32_t)sign;
    add_demand(sharing, class, sign);
}

bool mdl_filling_enter(struct mdl_sharing *sharing, uint32_t id)
{
    struct mdl_filling *filling = &sharing->filling;
    struct mdl_portion *portion = &sharing->portion[id];

    set_demands(sharing, &sharing->class[id]);
    set_portion(sharing, id);
    if (portion->slot_count && sharing->class[id].limit < INFINITY)
        insert_limit(sharing, id);
    filling->hop_count += portion->slot_count;
    filling->bound_count += portion->slot_count > 0;
    return has_undos(sharing, filling->hop_count);
}

void mdl_filling_exit(struct mdl_sharing *sharing, uint32_t id)
{
    struct mdl_portion *portion = &sharing->portion[id];

    if (portion->slot_count && sharing->class[id].limit < INFINITY)
        remove_limit(sharing, id);
    sharing->filling.hop_count -= portion->slot_count;
    sharing->filling.bound_count -= portion->slot_count > 0;
    portion->slot_count = 0;
    portion->rate = 0;
    portion->bottleneck = MDL_CHANNEL_NONE;
}

/* ---- slots ---- */

static int by_level(const void *a, const void *b)
{
    return compare_limits(a, b);
}

/* Tight from here on: what can be full, and what was lately. */
static bool set_slots(struct mdl_sharing *sharing)
{
    struct mdl_filling *filling = &sharing->filling;

    filling->slot_count = 0;
    filling->quiet = 0;
    for (uint32_t i = 0; i < sharing->channel_count; i++) {
        struct mdl_shared_channel *channel = &sharing->channel[i];

        channel->is_tight = channel->scale > 0 && (channel->demand > channel->room ||
                                                   (channel->is_tight && !is_quiet(channel)));
        if (!channel->is_tight)
            continue;
        if (!has_slots(sharing, filling->slot_count + 1))
            return false;
        channel->slot = (uint32_t)filling->slot_count;
        filling->slot[filling->slot_count++] =
            (struct mdl_slot){.rest = channel->capacity,
                              .channel = i,
                              .is_air = channel->rule == MDL_CHANNEL_AIRTIME};
    }
    return true;
}

static bool begin_anew(struct mdl_sharing *sharing)
{
    struct mdl_filling *filling = &sharing->filling;

    if (filling->needs_recount)
        recount(sharing);
    if (!set_slots(sharing))
        return false;
    filling->round_count = filling->frozen_count = filling->undo_count = 0;
    filling->limit_count = filling->hop_count = filling->bound_count = 0;
    for (size_t i = 0; i < sharing->active_count; i++) {
        uint32_t id = sharing->active[i];
        const struct mdl_portion *portion = &sharing->portion[id];

        set_portion(sharing, id);
        for (uint32_t k = 0; k < portion->slot_count; k++)
            filling->slot[portion->slot[k]].weight += portion->weight;
        filling->hop_count += portion->slot_count;
        filling->bound_count += portion->slot_count > 0;
        if (portion->slot_count && sharing->class[id].limit < INFINITY)
            filling->limit[filling->limit_count++] =
                (struct mdl_limit){limit_level(sharing, id), id};
    }
    if (filling->limit_count)
        qsort(filling->limit, filling->limit_count, sizeof *filling->limit, by_level);
    filling->needs_new_slots = false;
    return has_undos(sharing, filling->hop_count);
}

/* ---- solving ---- */

static void begin_round(struct mdl_filling *filling, double level)
{
    filling->round[filling->round_count++] =
        (struct mdl_round){level, filling->frozen_count, filling->undo_count};
    filling->touch++;
}

static inline void freeze(struct mdl_sharing *sharing, uint32_t id)
{
    struct mdl_filling *filling = &sharing->filling;
    struct mdl_portion *portion = &sharing->portion[id];
    int64_t weight = portion->weight;

    portion->round = (uint32_t)(filling->round_count - 1);
    filling->frozen[filling->frozen_count++] = id;
    for (uint32_t i = 0; i < portion->slot_count; i++) {
        struct mdl_slot *slot = &filling->slot[portion->slot[i]];

        if (slot->touched != filling->touch) {
            slot->touched = filling->touch;
            slot->air_used = 0;
            filling->undo[filling->undo_count++] =
                (struct mdl_undo){slot->rest, slot->weight, portion->slot[i]};
        }
        slot->weight -= weight;
    }
    if (portion->air_one > 0)
        filling->slot[portion->slot[0]].air_used += sharing->class[id].members * portion->air_one;
}

static void end_round(struct mdl_filling *filling)
{
    const struct mdl_round *round = &filling->round[filling->round_count - 1];

    for (size_t i = round->first_undo; i < filling->undo_count; i++) {
        struct mdl_undo *undo = &filling->undo[i];
        struct mdl_slot *slot = &filling->slot[undo->slot];
        double used;

        undo->weight -= slot->weight;
        used = slot->is_air ? slot->air_used : (double)undo->weight * MDL_WEIGHT_STEP;
        slot->rest -= round->level * used;
        slot->rest = slot->rest > 0 ? slot->rest : 0;
        slot->is_stale = true;
        if (slot->weight == 0)
            filling->share[undo->slot] = INFINITY;
    }
}

/* All classes with the limit that is next. */
static size_t freeze_limited(struct mdl_sharing *sharing, size_t next)
{
    struct mdl_filling *filling = &sharing->filling;
    double level = filling->limit[next].level;

    begin_round(filling, level);
    for (; next < filling->limit_count && filling->limit[next].level == level; next++) {
        uint32_t id = filling->limit[next].class;

        if (sharing->portion[id].round != MDL_ROUND_NONE)
            continue;
        freeze(sharing, id);
        set_rate(sharing, id, sharing->class[id].limit, sharing->class[id].limit_at);
    }
    end_round(filling);
    return next;
}

static void freeze_channel(struct mdl_sharing *sharing, uint32_t slot, double level)
{
    struct mdl_filling *filling = &sharing->filling;
    uint32_t id = filling->slot[slot].channel;
    const struct mdl_shared_channel *channel = &sharing->channel[id];

    begin_round(filling, level);
    for (uint32_t i = 0; i < channel->count; i++) {
        const struct mdl_portion *portion = &sharing->portion[channel->class[i]];

        if (portion->round != MDL_ROUND_NONE || portion->slot_count == 0)
            continue;
        freeze(sharing, channel->class[i]);
        set_rate(sharing, channel->class[i], level * portion -> weight_one, id);
    }
    end_round(filling);
    filling->slot[slot].rest = 0;
}

static size_t lowest_of(const double *share, size_t count)
{
    double low[4] = {INFINITY, INFINITY, INFINITY, INFINITY}, lowest;
    size_t i = 0;

    for (; i + 4 <= count; i += 4) {
        for (size_t k = 0; k < 4; k++)
            low[k] = least(share[i + k], low[k]);
    }
    for (; i < count; i++)
        low[0] = least(share[i], low[0]);
    lowest = least(least(low[0], low[1]), least(low[2], low[3]));
    for (i = 0; i < count && share[i] != lowest; i++)
        ;
    return i;
}

/* The slot that is full first. Shares only rise from round to round, so an old one that is not
 * the lowest need not be looked at. */
static size_t lowest_slot(struct mdl_sharing *sharing, double level)
{
    struct mdl_filling *filling = &sharing->filling;

    for (;;) {
        size_t i = lowest_of(filling->share, filling->slot_count);
        double share;

        if (!filling->slot[i].is_stale)
            return i;
        share = share_of(sharing, &filling->slot[i]);
        filling->share[i] = share > level ? share : level;
        filling->slot[i].is_stale = false;
    }
}

static void fill(struct mdl_sharing *sharing)
{
    struct mdl_filling *filling = &sharing->filling;
    size_t rounds = filling->round_count, next, i;
    double level = rounds ? filling->round[rounds - 1].level : 0;

    for (i = 0; i < filling->slot_count; i++) {
        filling->share[i] = share_of(sharing, &filling->slot[i]);
        filling->slot[i].is_stale = false;
    }
    next = limit_place(filling, &(struct mdl_limit){level, rounds ? MDL_CLASS_NONE : 0});
    for (;;) {
        double share;

        i = lowest_slot(sharing, level);
        share = filling->share[i];
        while (next < filling->limit_count &&
               sharing->portion[filling->limit[next].class].round != MDL_ROUND_NONE)
            next++;
        if (share == INFINITY)
            break;
        level = share > level ? share : level;
        if (next < filling->limit_count && filling->limit[next].level <= level) {
            level = filling->limit[next].level;
            next = freeze_limited(sharing, next);
        } else {
            freeze_channel(sharing, (uint32_t)i, level);
        }
    }
}

size_t mdl_sharing_solve(struct mdl_sharing *sharing, const uint32_t **changed)
{
    const struct mdl_filling *filling = &sharing->filling;
    size_t count;

    if ((filling->needs_recount || filling->needs_new_slots) && !begin_anew(sharing))
        return SIZE_MAX;
    if (filling->frozen_count < filling->bound_count)
        fill(sharing);
    count = sharing->changed_count;
    for (size_t i = 0; i < count; i++)
        sharing->portion[sharing->changed[i]].is_changed = false;
    sharing->changed_count = 0;
    *changed = sharing->changed;
    return count;
}
