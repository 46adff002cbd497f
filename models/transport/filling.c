/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "models/transport/sharing_private.h"

static double weight_of(const struct mdl_class *class)
{
    return (double)class->weight_steps * MDL_WEIGHT_STEP;
}

static void set_share(const struct mdl_sharing *sharing, struct mdl_shared_channel *channel)
{
    double weight = (double)channel->weight * MDL_WEIGHT_STEP;

    if (channel->rule == MDL_CHANNEL_AIRTIME) {
        weight = 0;
        for (uint32_t i = 0; i < channel->count; i++) {
            const struct mdl_class *class = &sharing->class[channel->class[i]];
            if (!class->is_frozen)
                weight += class->members * weight_of(class) / class->radio;
        }
    }
    channel->share = channel->weight ? channel->rest / weight : INFINITY;
}

static void freeze(struct mdl_sharing *sharing, uint32_t id, double rate, uint32_t bottleneck)
{
    struct mdl_class *class = &sharing->class[id];

    class->is_frozen = true;
    if (class->rate != rate || class->bottleneck != bottleneck) {
        class->rate = rate;
        class->bottleneck = bottleneck;
    }
    for (uint32_t i = 0; i < class->hop_count; i++) {
        struct mdl_shared_channel *channel = &sharing->channel[class->channel[i]];
        double use = class->members * rate;

        if (channel->rule == MDL_CHANNEL_PER_FLOW)
            continue;
        channel->weight -= class->members * class->weight_steps;
        channel->rest -= channel->rule == MDL_CHANNEL_AIRTIME ? use / class->radio : use;
        channel->rest = channel->rest > 0 ? channel->rest : 0;
    }
    for (uint32_t i = 0; i < class->hop_count; i++)
        set_share(sharing, &sharing->channel[class->channel[i]]);
}

static int by_level(const void *a, const void *b)
{
    const struct mdl_limit *x = a, *y = b;

    if (x->level != y->level)
        return x->level < y->level ? -1 : 1;
    return (x->class > y->class) - (x->class < y->class);
}

/* Weights of what is to be filled; limits of classes, sorted. Classes out of coverage stall. */
static void set_up(struct mdl_sharing *sharing)
{
    sharing->limit_count = 0;
    for (size_t i = 0; i < sharing->channel_count; i++) {
        sharing->channel[i].rest = sharing->channel[i].capacity;
        sharing->channel[i].weight = 0;
    }
    for (size_t i = 0; i < sharing->active_count; i++) {
        uint32_t id = sharing->active[i];
        struct mdl_class *class = &sharing->class[id];
        struct mdl_limit limit = {.rate = class->cap, .class = id, .channel = MDL_CHANNEL_NONE};

        sharing->changed[i] = id;
        class->is_frozen = false;
        for (uint32_t hop = 0; hop < class->hop_count; hop++) {
            struct mdl_shared_channel *channel = &sharing->channel[class->channel[hop]];
            bool is_out = channel->rule == MDL_CHANNEL_AIRTIME && class->radio == 0;

            if (is_out ||
                (channel->rule == MDL_CHANNEL_PER_FLOW && channel->capacity < limit.rate)) {
                limit.rate = is_out ? 0 : channel->capacity;
                limit.channel = class->channel[hop];
            }
        }
        limit.level = limit.rate / weight_of(class);
        if (limit.rate < INFINITY)
            sharing->limit[sharing->limit_count++] = limit;
        if (limit.rate == 0) {
            class->is_frozen = true;
            class->rate = 0;
            class->bottleneck = limit.channel;
            continue;
        }
        for (uint32_t hop = 0; hop < class->hop_count; hop++)
            sharing->channel[class->channel[hop]].weight += class->members * class->weight_steps;
    }
    qsort(sharing->limit, sharing->limit_count, sizeof *sharing->limit, by_level);
    for (size_t i = 0; i < sharing->channel_count; i++) {
        if (sharing->channel[i].rule == MDL_CHANNEL_PER_FLOW)
            sharing->channel[i].weight = 0;
        set_share(sharing, &sharing->channel[i]);
    }
}

static uint32_t lowest_share(const struct mdl_sharing *sharing, double *share)
{
    uint32_t lowest = MDL_CHANNEL_NONE;

    *share = INFINITY;
    for (uint32_t i = 0; i < sharing->channel_count; i++) {
        if (sharing->channel[i].share < *share) {
            *share = sharing->channel[i].share;
            lowest = i;
        }
    }
    return lowest;
}

size_t mdl_sharing_solve(struct mdl_sharing *sharing, const uint32_t **changed)
{
    double level = 0, share;
    size_t next = 0;
    uint32_t full;

    set_up(sharing);
    for (;;) {
        full = lowest_share(sharing, &share);
        level = share > level ? share : level;
        if (next < sharing->limit_count && sharing->limit[next].level <= level) {
            const struct mdl_limit *limit = &sharing->limit[next++];

            if (!sharing->class[limit->class].is_frozen)
                freeze(sharing, limit->class, limit->rate, limit->channel);
            continue;
        }
        if (full == MDL_CHANNEL_NONE)
            break;
        for (uint32_t i = 0; i < sharing->channel[full].count; i++) {
            uint32_t id = sharing->channel[full].class[i];
            if (!sharing->class[id].is_frozen)
                freeze(sharing, id, level * weight_of(&sharing->class[id]), full);
        }
        sharing->channel[full].share = INFINITY;
    }
    for (size_t i = 0; i < sharing->active_count; i++) {
        if (!sharing->class[sharing->active[i]].is_frozen)
            freeze(sharing, sharing->active[i], MDL_UNLIMITED, MDL_CHANNEL_NONE);
    }
    *changed = sharing->changed;
    return sharing->active_count;
}
