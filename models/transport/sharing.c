/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/sharing.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "models/transport/sharing_private.h"

/* Classes without members that are kept beside as many as have members. */
enum { KEPT_EMPTY = 64, FIRST_CLASSES = 64 };

int64_t mdl_weight_steps(double weight)
{
    static const int64_t most = INT64_C(1) << 42; /* 2^20 of them fit into an int64_t */
    double steps = weight / MDL_WEIGHT_STEP + 0.5;

    if (!(steps < (double)most))
        return most;
    return steps < 1.0 ? 1 : (int64_t)steps;
}

struct mdl_sharing *mdl_sharing_create(struct sim_arena *arena, const struct mdl_channel *channel,
                                       size_t count)
{
    struct mdl_sharing *sharing = sim_arena_alloc(arena, 1, sizeof *sharing);

    if (!sharing)
        return NULL;
    sharing->arena = arena;
    sharing->channel_count = count;
    sharing->channel = sim_arena_alloc(arena, count, sizeof *sharing->channel);
    sharing->oldest_empty = sharing->newest_empty = MDL_CLASS_NONE;
    if (!sharing->channel)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        sharing->channel[i].name = channel[i].name;
        sharing->channel[i].rule = channel[i].rule;
        sharing->channel[i].capacity = channel[i].capacity;
    }
    sharing->filling.needs_recount = true;
    sharing->solve = 1;
    return sharing;
}

/* ---- finding a class ---- */

static uint64_t bits_of(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static uint64_t mixed(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t hash_of(const struct mdl_class_key *key)
{
    uint64_t hash =
        mixed(mixed(bits_of(key->cap), bits_of(key->radio)), (uint64_t)key->weight_steps);

    for (size_t i = 0; i < key->count; i++)
        hash = mixed(hash, key->channel[i]);
    return hash;
}

static bool is_same(const struct mdl_class *class, const struct mdl_class_key *key)
{
    if (class->hop_count != key->count || class->weight_steps != key->weight_steps ||
        bits_of(class->cap) != bits_of(key->cap) || bits_of(class->radio) != bits_of(key->radio))
        return false;
    for (size_t i = 0; i < key->count; i++) {
        if (class->channel[i] != key->channel[i])
            return false;
    }
    return true;
}

static void put_into_bucket(struct mdl_sharing *sharing, uint32_t id)
{
    struct mdl_class *class = &sharing->class[id];
    uint32_t *bucket = &sharing->bucket[class->hash & (sharing->bucket_count - 1)];

    class->next = *bucket;
    *bucket = id;
}

static void take_from_bucket(struct mdl_sharing *sharing, uint32_t id)
{
    uint32_t *at = &sharing->bucket[sharing->class[id].hash & (sharing->bucket_count - 1)];

    while (*at != id)
        at = &sharing->class[*at].next;
    *at = sharing->class[id].next;
}

static bool grow(struct mdl_sharing *sharing)
{
    size_t count = sharing->class_capacity ? 2 * sharing->class_capacity : FIRST_CLASSES;
    struct sim_arena *arena = sharing->arena;
    struct mdl_class *class = sim_arena_resize(arena, sharing->class, count, sizeof *class);
    struct mdl_portion *portion = sim_arena_resize(arena, sharing->portion, count, sizeof *portion);
    uint32_t *active = sim_arena_resize(arena, sharing->active, count, sizeof *active);
    struct mdl_change *change = sim_arena_resize(arena, sharing->change, count, sizeof *change);
    uint32_t *bucket = sim_arena_resize(arena, sharing->bucket, 2 * count, sizeof *bucket);

    sharing->class = class ? class : sharing->class;
    sharing->portion = portion ? portion : sharing->portion;
    sharing->active = active ? active : sharing->active;
    sharing->change = change ? change : sharing->change;
    sharing->bucket = bucket ? bucket : sharing->bucket;
    if (!class || !portion || !active || !change || !bucket ||
        !mdl_filling_make_room(sharing, count))
        return false;
    sharing->class_capacity = count;
    sharing->bucket_count = 2 * count;
    memset(bucket, 0xff, 2 * count * sizeof *bucket);
    for (size_t i = 0; i < sharing->class_count; i++)
        put_into_bucket(sharing, (uint32_t)i);
    return true;
}

/* ---- classes without members, oldest first ---- */

static void append_empty(struct mdl_sharing *sharing, uint32_t id)
{
    struct mdl_class *class = &sharing->class[id];

    class->older = sharing->newest_empty;
    class->newer = MDL_CLASS_NONE;
    if (class->older == MDL_CLASS_NONE)
        sharing->oldest_empty = id;
    else
        sharing->class[class->older].newer = id;
    sharing->newest_empty = id;
    sharing->empty_count++;
}

static void remove_empty(struct mdl_sharing *sharing, uint32_t id)
{
    struct mdl_class *class = &sharing->class[id];

    if (class->older == MDL_CLASS_NONE)
        sharing->oldest_empty = class->newer;
    else
        sharing->class[class->older].newer = class->newer;
    if (class->newer == MDL_CLASS_NONE)
        sharing->newest_empty = class->older;
    else
        sharing->class[class->newer].older = class->older;
    sharing->empty_count--;
}

/* A number for a new class: of an old one when enough of them lie idle. */
static uint32_t take_number(struct mdl_sharing *sharing)
{
    uint32_t id = sharing->oldest_empty;

    if (sharing->empty_count > sharing->active_count + KEPT_EMPTY) {
        take_from_bucket(sharing, id);
        remove_empty(sharing, id);
        return id;
    }
    if (sharing->class_count == sharing->class_capacity && !grow(sharing))
        return MDL_CLASS_NONE;
    return (uint32_t)sharing->class_count;
}

/* One block for what a class has of each channel: two eights, then three fours. */
static bool make_hops(struct mdl_sharing *sharing, uint32_t id, size_t count)
{
    struct mdl_class *class = &sharing->class[id];
    size_t bytes = sizeof *class->demand + 3 * sizeof *class->channel;

    if (count <= class->hop_capacity)
        return true;
    class->demand = sim_arena_resize(sharing->arena, class->demand, count, bytes);
    class->hop_capacity = 0;
    if (!class->demand)
        return false;
    class->channel = (uint32_t *)(void *)(class->demand + count);
    class->place = class->channel + count;
    sharing->portion[id].slot = class->place + count;
    class->hop_capacity = (uint32_t)count;
    return true;
}

uint32_t mdl_sharing_class(struct mdl_sharing *sharing, const struct mdl_class_key *key)
{
    uint64_t hash = hash_of(key);
    uint32_t id = sharing->bucket_count ? sharing->bucket[hash & (sharing->bucket_count - 1)]
                                        : MDL_CLASS_NONE;
    struct mdl_class *class;

    for (; id != MDL_CLASS_NONE; id = sharing->class[id].next) {
        if (sharing->class[id].hash == hash && is_same(&sharing->class[id], key))
            return id;
    }
    id = take_number(sharing);
    if (id == MDL_CLASS_NONE)
        return id;
    class = &sharing->class[id];
    class->hop_count = 0;
    class->hash = hash;
    if (id == sharing->class_count)
        sharing->class_count++;
    put_into_bucket(sharing, id);
    append_empty(sharing, id);
    if (!make_hops(sharing, id, key->count))
        return MDL_CLASS_NONE;
    class->hop_count = (uint32_t)key->count;
    if (key->count)
        memcpy(class->channel, key->channel, key->count * sizeof *key->channel);
    class->weight_steps = key->weight_steps;
    class->cap = key->cap;
    class->radio = key->radio;
    sharing->portion[id].rate = 0;
    sharing->portion[id].bottleneck = MDL_CHANNEL_NONE;
    return id;
}

/* ---- members ---- */

static bool has_place(struct mdl_sharing *sharing, struct mdl_shared_channel *channel)
{
    uint32_t capacity = channel->class_capacity ? 2 * channel->class_capacity : 8, *class;

    if (channel->count < channel->class_capacity)
        return true;
    class = sim_arena_resize(sharing->arena, channel->class, capacity, sizeof *class);
    if (!class)
        return false;
    channel->class = class;
    channel->class_capacity = capacity;
    return true;
}

static bool activate(struct mdl_sharing *sharing, uint32_t id)
{
    struct mdl_class *class = &sharing->class[id];

    for (uint32_t i = 0; i < class->hop_count; i++) {
        if (!has_place(sharing, &sharing->channel[class->channel[i]]))
            return false;
    }
    for (uint32_t i = 0; i < class->hop_count; i++) {
        struct mdl_shared_channel *channel = &sharing->channel[class->channel[i]];

        class->place[i] = channel->count;
        channel->class[channel->count++] = id;
    }
    remove_empty(sharing, id);
    class->active_at = (uint32_t)sharing->active_count;
    sharing->active[sharing->active_count++] = id;
    return mdl_filling_enter(sharing, id);
}

/* The last of the channel's list takes the place of one that leaves. */
static void leave_channel(struct mdl_sharing *sharing, uint32_t channel_id, uint32_t place)
{
    struct mdl_shared_channel *channel = &sharing->channel[channel_id];
    uint32_t last = channel->class[--channel->count];
    struct mdl_class *moved = &sharing->class[last];

    channel->class[place] = last;
    for (uint32_t i = 0; i < moved->hop_count; i++) {
        if (moved->channel[i] == channel_id)
            moved->place[i] = place;
    }
}

static void deactivate(struct mdl_sharing *sharing, uint32_t id)
{
    struct mdl_class *class = &sharing->class[id];
    uint32_t last = sharing->active[--sharing->active_count];

    mdl_filling_exit(sharing, id);
    sharing->active[class->active_at] = last;
    sharing->class[last].active_at = class->active_at;
    for (uint32_t i = 0; i < class->hop_count; i++)
        leave_channel(sharing, class->channel[i], class->place[i]);
    append_empty(sharing, id);
}

bool mdl_sharing_join(struct mdl_sharing *sharing, uint32_t class)
{
    if (sharing->class[class].members == 0 && !activate(sharing, class))
        return false;
    mdl_filling_change(sharing, class, 1);
    return true;
}

void mdl_sharing_leave(struct mdl_sharing *sharing, uint32_t class)
{
    assert(sharing->class[class].members > 0);
    mdl_filling_change(sharing, class, -1);
    if (sharing->class[class].members == 0)
        deactivate(sharing, class);
}

void mdl_sharing_set_capacity(struct mdl_sharing *sharing, uint32_t channel, double capacity)
{
    sharing->channel[channel].capacity = capacity;
    sharing->filling.needs_recount = true;
}

/* ---- answers ---- */

size_t mdl_sharing_class_count(const struct mdl_sharing *sharing)
{
    return sharing->class_count;
}

size_t mdl_sharing_on_channel(const struct mdl_sharing *sharing, uint32_t channel,
                              const uint32_t **class)
{
    *class = sharing->channel[channel].class;
    return sharing->channel[channel].count;
}

size_t mdl_sharing_channels(const struct mdl_sharing *sharing, uint32_t class,
                            const uint32_t **channel)
{
    *channel = sharing->class[class].channel;
    return sharing->class[class].hop_count;
}

/* ---- proof ---- */

static const double TOLERANCE = 1e-9; /* relative */

/* What the classes use of a channel (per flow: the most that one does), and the largest level. */
static double used_of(const struct mdl_sharing *sharing, uint32_t id, double *highest)
{
    const struct mdl_shared_channel *channel = &sharing->channel[id];
    double used = 0;

    *highest = 0;
    for (uint32_t i = 0; i < channel->count; i++) {
        const struct mdl_class *class = &sharing->class[channel->class[i]];
        const struct mdl_portion *portion = &sharing->portion[channel->class[i]];
        double rate = portion->rate, level = rate / portion->weight_one;

        if (channel->rule == MDL_CHANNEL_AIRTIME && rate > 0)
            rate /= class->radio;
        if (channel->rule == MDL_CHANNEL_PER_FLOW)
            used = rate > used ? rate : used;
        else
            used += class->members * rate;
        *highest = level > *highest ? level : *highest;
    }
    return used;
}

/* Full, and nobody on it has a larger level. */
static bool holds_up(const struct mdl_sharing *sharing, uint32_t class, uint32_t id)
{
    const struct mdl_shared_channel *channel = &sharing->channel[id];
    const struct mdl_portion *portion = &sharing->portion[class];
    double highest, used, full = channel->capacity * (1 - TOLERANCE);

    if (channel->rule == MDL_CHANNEL_PER_FLOW)
        return portion->rate >= full;
    if (channel->rule == MDL_CHANNEL_AIRTIME && sharing->class[class].radio == 0)
        return portion->rate == 0;
    used = used_of(sharing, id, &highest);
    return used >= full && portion->rate >= highest * portion->weight_one * (1 - TOLERANCE);
}

static bool is_justified(const struct mdl_sharing *sharing, uint32_t id)
{
    const struct mdl_class *class = &sharing->class[id];
    const struct mdl_portion *portion = &sharing->portion[id];

    if (portion->bottleneck == MDL_CHANNEL_NONE)
        return portion->rate >=
               (class->cap < MDL_UNLIMITED ? class->cap : MDL_UNLIMITED) * (1 - TOLERANCE);
    return holds_up(sharing, id, portion->bottleneck);
}

enum sim_status mdl_sharing_certify(const struct mdl_sharing *sharing, struct sim_error *err)
{
    double highest;

    for (uint32_t i = 0; i < sharing->channel_count; i++) {
        const struct mdl_shared_channel *channel = &sharing->channel[i];
        double used = used_of(sharing, i, &highest);

        if (!(used <= channel->capacity * (1 + TOLERANCE)))
            return sim_fail(err, SIM_EINVARIANT, "channel '%s' carries %.17g of %.17g",
                            channel->name, used, channel->capacity);
    }
    for (size_t i = 0; i < sharing->active_count; i++) {
        uint32_t id = sharing->active[i], at = sharing->portion[id].bottleneck;
        double rate = sharing->portion[id].rate;

        if (rate > sharing->class[id].cap * (1 + TOLERANCE) || !is_justified(sharing, id))
            return sim_fail(err, SIM_EINVARIANT, "a flow gets %.17g bytes/s, held up by %s%s%s",
                            rate, at == MDL_CHANNEL_NONE ? "its cap" : "channel '",
                            at == MDL_CHANNEL_NONE ? "" : sharing->channel[at].name,
                            at == MDL_CHANNEL_NONE ? "" : "'");
    }
    return SIM_OK;
}
