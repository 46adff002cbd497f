/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/transport/sharing_private.h"

enum { LANES = 8 }; /* shares looked at together */

/* A channel's capacity is 2^39 to 2^40 steps, so that 2^20 flows fit into an int64_t. */
static const double ROOM = 0x1p40;

static double least(double a, double b)
{
    return a < b ? a : b;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
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
    uint32_t *limited;

    limit = sim_arena_resize(arena, filling->limit, class_capacity, sizeof *limit);
    if (limit)
        filling->limit = limit;
    round = sim_arena_resize(arena, filling->round, class_capacity, sizeof *round);
    if (round)
        filling->round = round;
    limited = sim_arena_resize(arena, filling->limited, class_capacity, sizeof *limited);
    if (limited)
        filling->limited = limited;
    return limit && round && limited;
}

static bool has_slots(struct mdl_sharing *sharing, size_t count)
{
    struct mdl_filling *filling = &sharing->filling;
    struct mdl_slot *slot;
    struct mdl_row *row;
    double *share;

    if (count <= filling->slot_capacity)
        return true;
    count = (2 * count + LANES - 1) / LANES * LANES;
    slot = sim_arena_resize(sharing->arena, filling->slot, count, sizeof *slot);
    if (slot)
        filling->slot = slot;
    row = sim_arena_resize(sharing->arena, filling->row, count, sizeof *row);
    if (row)
        filling->row = row;
    share = sim_arena_resize(sharing->arena, filling->share, count, sizeof *share);
    if (share)
        filling->share = share;
    if (!slot || !row || !share)
        return false;
    filling->slot_capacity = count;
    return true;
}

static bool has_pieces(struct mdl_sharing *sharing, size_t count)
{
    struct mdl_filling *filling = &sharing->filling;
    struct mdl_piece *piece;

    if (count <= filling->piece_capacity)
        return true;
    piece = sim_arena_resize(sharing->arena, filling->piece, 2 * count, sizeof *piece);
    if (!piece)
        return false;
    filling->piece = piece;
    filling->piece_capacity = 2 * count;
    return true;
}

/* For a round of a channel with so many classes. */
static bool has_row(struct mdl_sharing *sharing, struct mdl_row *row, size_t classes)
{
    size_t pieces = sharing->filling.slot_count;
    struct mdl_piece *piece;
    uint32_t *class;

    if (classes > row->class_capacity) {
        class = sim_arena_resize(sharing->arena, row->class, 2 * classes, sizeof *class);
        if (!class)
            return false;
        row->class = class;
        row->class_capacity = (uint32_t)(2 * classes);
    }
    if (pieces > row->piece_capacity) {
        piece = sim_arena_resize(sharing->arena, row->piece, pieces, sizeof *piece);
        if (!piece)
            return false;
        row->piece = piece;
        row->piece_capacity = (uint32_t)pieces;
    }
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

/* Far from being full: much more so than when it became tight, or slots would come and go. */
static bool is_quiet(const struct mdl_shared_channel *channel)
{
    return channel->demand <= channel->room / 8;
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

static inline void set_rate(struct mdl_sharing *sharing, uint32_t id, double rate,
                            uint32_t bottleneck)
{
    struct mdl_portion *portion = &sharing->portion[id];

    if (portion->rate == rate && portion->bottleneck == bottleneck)
        return;
    portion->rate = rate;
    portion->bottleneck = bottleneck;
    if (portion->changed_at != sharing->solve) {
        portion->changed_at = sharing->solve;
        portion->change = (uint32_t)sharing->change_count++;
    }
    sharing->change[portion->change] = (struct mdl_change){rate, id, bottleneck};
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
    portion->frozen_by = MDL_SLOT_NONE;
    portion->is_at_limit = false;
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

static inline bool is_frozen(const struct mdl_filling *filling, const struct mdl_portion *portion)
{
    return portion->is_at_limit ||
           (portion->frozen_by != MDL_SLOT_NONE && filling->slot[portion->frozen_by].is_full);
}

/* Weights of the members of an airtime channel that are not frozen, over their radio rates. Summed
 * anew each time: radio rates differ so much that differences of sums would keep nothing. */
static double air_of(const struct mdl_sharing *sharing, const struct mdl_slot *slot)
{
    const struct mdl_shared_channel *channel = &sharing->channel[slot->channel];
    double air = 0;

    for (uint32_t i = 0; i < channel->count; i++) {
        const struct mdl_portion *portion = &sharing->portion[channel->class[i]];

        if (portion->slot_count && !is_frozen(&sharing->filling, portion))
            air += sharing->class[channel->class[i]].members * portion->air_one;
    }
    return air;
}

/* The share of a slot after a round at a level, by which shares only rise, or after any other
 * change (level 0). That of an airtime channel is summed up when what is known of it is the lowest.
 */
static inline void set_share(struct mdl_filling *filling, uint32_t id, double level)
{
    struct mdl_slot *slot = &filling->slot[id];
    double share;

    if (slot->is_air) {
        slot->is_stale = slot->weight > 0;
        if (level == 0 || slot->weight == 0)
            filling->share[id] = slot->weight ? 0 : INFINITY;
        return;
    }
    share = slot->rest / ((double)slot->weight * MDL_WEIGHT_STEP);
    filling->share[id] = slot->weight ? larger(share, level) : INFINITY;
}

static void set_air_share(struct mdl_sharing *sharing, uint32_t id, double level)
{
    struct mdl_slot *slot = &sharing->filling.slot[id];

    sharing->filling.share[id] = larger(slot->rest / air_of(sharing, slot), level);
    slot->is_stale = false;
}

static void put_back(struct mdl_filling *filling, const struct mdl_piece *piece, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct mdl_slot *slot = &filling->slot[piece[i].slot];

        slot->rest = piece[i].rest;
        slot->weight += piece[i].weight;
        set_share(filling, piece[i].slot, 0);
    }
}

static void take_off_round(struct mdl_sharing *sharing)
{
    struct mdl_filling *filling = &sharing->filling;
    const struct mdl_round *round = &filling->round[--filling->round_count];

    if (round->slot != MDL_SLOT_NONE) {
        const struct mdl_row *row = &filling->row[round->slot];

        filling->slot[round->slot].is_full = false;
        filling->frozen_count -= row->class_count;
        put_back(filling, row->piece, row->piece_count);
        return;
    }
    for (size_t i = round->first_limited; i < filling->limited_count; i++)
        sharing->portion[filling->limited[i]].is_at_limit = false;
    put_back(filling, filling->piece + round->first_piece,
             filling->piece_count - round->first_piece);
    filling->frozen_count -= filling->limited_count - round->first_limited;
    filling->limited_count = round->first_limited;
    filling->piece_count = round->first_piece;
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

    while (is_frozen(filling, portion))
        take_off_round(sharing);
    if (portion->frozen_by != MDL_SLOT_NONE)
        filling->row[portion->frozen_by].is_intact = false;
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
    for (uint32_t i = 0; i < portion->slot_count; i++) {
        struct mdl_slot *slot = &sharing->filling.slot[portion->slot[i]];

        slot->weight += sign * class->weight_steps;
        set_share(&sharing->filling, portion->slot[i], 0);
    }
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
    return has_pieces(sharing, filling->hop_count);
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

/* Tight from here on: what can be full, and what once could, until most of that is far from it. */
static bool set_slots(struct mdl_sharing *sharing)
{
    struct mdl_filling *filling = &sharing->filling;
    bool keeps_quiet = 2 * filling->quiet <= filling->slot_count;

    filling->slot_count = 0;
    filling->quiet = 0;
    for (uint32_t i = 0; i < sharing->channel_count; i++) {
        struct mdl_shared_channel *channel = &sharing->channel[i];

        if (channel->scale == 0 || (channel->is_tight && !keeps_quiet && is_quiet(channel)))
            channel->is_tight = false;
        else
            channel->is_tight |= channel->demand > channel->room;
        if (!channel->is_tight)
            continue;
        if (!has_slots(sharing, filling->slot_count + 1))
            return false;
        filling->quiet += is_quiet(channel);
        filling->row[filling->slot_count].is_intact = false;
        channel->slot = (uint32_t)filling->slot_count;
        filling->slot[filling->slot_count] =
            (struct mdl_slot){.rest = channel->capacity,
                              .channel = i,
                              .is_air = channel->rule == MDL_CHANNEL_AIRTIME};
        filling->share[filling->slot_count++] = INFINITY;
    }
    for (size_t i = filling->slot_count; i % LANES; i++)
        filling->share[i] = INFINITY;
    return true;
}

static bool begin_anew(struct mdl_sharing *sharing)
{
    struct mdl_filling *filling = &sharing->filling;

    if (filling->needs_recount)
        recount(sharing);
    if (!set_slots(sharing))
        return false;
    filling->round_count = filling->frozen_count = 0;
    filling->limit_count = filling->limited_count = filling->piece_count = 0;
    filling->hop_count = filling->bound_count = 0;
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
    for (uint32_t i = 0; i < filling->slot_count; i++)
        set_share(filling, i, 0);
    if (filling->limit_count)
        qsort(filling->limit, filling->limit_count, sizeof *filling->limit, by_level);
    filling->needs_new_slots = false;
    return has_pieces(sharing, filling->hop_count);
}

/* ---- solving ---- */

/* Adds the weight of a class to the pieces of a round that is being made. */
static inline uint32_t add_pieces(struct mdl_sharing *sharing, uint32_t id, struct mdl_piece *piece,
                                  uint32_t count)
{
    struct mdl_filling *filling = &sharing->filling;
    const struct mdl_portion *portion = &sharing->portion[id];

    for (uint32_t i = 0; i < portion->slot_count; i++) {
        struct mdl_slot *slot = &filling->slot[portion->slot[i]];

        if (slot->touched != filling->touch) {
            slot->touched = filling->touch;
            slot->piece = count;
            piece[count++] = (struct mdl_piece){.slot = portion->slot[i]};
        }
        piece[slot->piece].weight += portion->weight;
    }
    if (portion->air_one > 0)
        piece[filling->slot[portion->slot[0]].piece].air +=
            sharing->class[id].members * portion->air_one;
    return count;
}

/* Gives the pieces of a round away. */
static void apply(struct mdl_filling *filling, struct mdl_piece *piece, size_t count, double level)
{
    for (size_t i = 0; i < count; i++) {
        struct mdl_slot *slot = &filling->slot[piece[i].slot];
        double used = slot->is_air ? piece[i].air : (double)piece[i].weight * MDL_WEIGHT_STEP;

        piece[i].rest = slot->rest;
        slot->rest = larger(slot->rest - level * used, 0);
        slot->weight -= piece[i].weight;
        set_share(filling, piece[i].slot, level);
    }
}

/* The row that froze the class last no longer holds. */
static inline void break_row(struct mdl_filling *filling, const struct mdl_portion *portion)
{
    if (portion->frozen_by != MDL_SLOT_NONE)
        filling->row[portion->frozen_by].is_intact = false;
}

/* All classes with the limit that is next. */
static size_t freeze_limited(struct mdl_sharing *sharing, size_t next)
{
    struct mdl_filling *filling = &sharing->filling;
    double level = filling->limit[next].level;
    struct mdl_piece *piece = filling->piece + filling->piece_count;
    uint32_t count = 0;

    filling->round[filling->round_count++] =
        (struct mdl_round){level, MDL_SLOT_NONE, filling->limited_count, filling->piece_count};
    filling->touch++;
    for (; next < filling->limit_count && filling->limit[next].level == level; next++) {
        uint32_t id = filling->limit[next].class;
        struct mdl_portion *portion = &sharing->portion[id];

        if (is_frozen(filling, portion))
            continue;
        count = add_pieces(sharing, id, piece, count);
        break_row(filling, portion);
        portion->frozen_by = MDL_SLOT_NONE;
        portion->is_at_limit = true;
        filling->limited[filling->limited_count++] = id;
        filling->frozen_count++;
        set_rate(sharing, id, sharing->class[id].limit, sharing->class[id].limit_at);
    }
    filling->piece_count += count;
    apply(filling, piece, count, level);
    return next;
}

/* Looks up who is not frozen on a channel; its own piece is the first. */
static bool make_row(struct mdl_sharing *sharing, uint32_t slot)
{
    struct mdl_filling *filling = &sharing->filling;
    const struct mdl_shared_channel *channel = &sharing->channel[filling->slot[slot].channel];
    struct mdl_row *row = &filling->row[slot];
    uint32_t pieces = 1, classes = 0;

    if (!has_row(sharing, row, channel->count))
        return false;
    filling->slot[slot].touched = ++filling->touch;
    filling->slot[slot].piece = 0;
    row->piece[0] = (struct mdl_piece){.slot = slot};
    for (uint32_t i = 0; i < channel->count; i++) {
        uint32_t id = channel->class[i];
        struct mdl_portion *portion = &sharing->portion[id];

        if (portion->slot_count == 0 || is_frozen(filling, portion))
            continue;
        pieces = add_pieces(sharing, id, row->piece, pieces);
        if (portion->frozen_by != slot)
            break_row(filling, portion);
        portion->frozen_by = slot;
        row->class[classes++] = id;
    }
    row->piece_count = pieces;
    row->class_count = classes;
    row->level = NAN;
    row->is_intact = true;
    return true;
}

static bool freeze_channel(struct mdl_sharing *sharing, uint32_t id, double level)
{
    struct mdl_filling *filling = &sharing->filling;
    struct mdl_slot *slot = &filling->slot[id];
    struct mdl_row *row = &filling->row[id];

    /* None of an intact row is frozen now: with all the weight there is, it is all there are. */
    if (!(row->is_intact && row->piece[0].weight == slot->weight) && !make_row(sharing, id))
        return false;
    filling->round[filling->round_count++] = (struct mdl_round){.level = level, .slot = id};
    filling->frozen_count += row->class_count;
    row->piece[0].rest = slot->rest;
    slot->rest = 0;
    slot->weight = 0;
    slot->is_full = true;
    slot->is_stale = false;
    filling->share[id] = INFINITY;
    apply(filling, row->piece + 1, row->piece_count - 1, level);
    if (row->level == level)
        return true;
    row->level = level;
    for (uint32_t i = 0; i < row->class_count; i++)
        set_rate(sharing, row->class[i], level * sharing -> portion[row->class[i]].weight_one,
                 slot->channel);
    return true;
}

/* The first with the lowest share. Without branches: which it is nobody can foresee. */
static uint32_t first_lowest(const struct mdl_filling *filling)
{
    const double *share = filling->share;
    double lowest = INFINITY;
    uint32_t block = 0, place = LANES;

    for (uint32_t first = 0; first < filling->slot_count; first += LANES) {
        double low[LANES / 2];

        for (size_t k = 0; k < LANES / 2; k++)
            low[k] = least(share[first + k], share[first + k + LANES / 2]);
        low[0] = least(least(low[0], low[1]), least(low[2], low[3]));
        block = low[0] < lowest ? first : block;
        lowest = least(low[0], lowest);
    }
    for (uint32_t k = LANES; k-- > 0;)
        place = share[block + k] == lowest ? k : place;
    return block + place;
}

/* The slot that is full first; there is one. */
static uint32_t lowest_slot(struct mdl_sharing *sharing, double level)
{
    struct mdl_filling *filling = &sharing->filling;
    uint32_t id;

    while (filling->slot[id = first_lowest(filling)].is_stale) {
        double bound = filling->share[id];

        for (; id < filling->slot_count; id++) {
            if (filling->slot[id].is_stale && filling->share[id] == bound)
                set_air_share(sharing, id, level);
        }
    }
    assert(filling->share[id] < INFINITY);
    return id;
}

static bool fill(struct mdl_sharing *sharing)
{
    struct mdl_filling *filling = &sharing->filling;
    size_t rounds = filling->round_count, next;
    double level = rounds ? filling->round[rounds - 1].level : 0;

    next = limit_place(filling, &(struct mdl_limit){level, rounds ? MDL_CLASS_NONE : 0});
    while (filling->frozen_count < filling->bound_count) {
        uint32_t slot = lowest_slot(sharing, level);

        level = larger(filling->share[slot], level);
        while (next < filling->limit_count &&
               is_frozen(filling, &sharing->portion[filling->limit[next].class]))
            next++;
        if (next < filling->limit_count && filling->limit[next].level <= level) {
            level = filling->limit[next].level;
            next = freeze_limited(sharing, next);
        } else if (!freeze_channel(sharing, slot, level)) {
            return false;
        }
    }
    return true;
}

size_t mdl_sharing_solve(struct mdl_sharing *sharing, const struct mdl_change **change)
{
    const struct mdl_filling *filling = &sharing->filling;
    size_t count;

    if ((filling->needs_recount || filling->needs_new_slots) && !begin_anew(sharing))
        return SIZE_MAX;
    if (filling->frozen_count < filling->bound_count && !fill(sharing))
        return SIZE_MAX;
    count = sharing->change_count;
    sharing->change_count = 0;
    sharing->solve++;
    *change = sharing->change;
    return count;
}
