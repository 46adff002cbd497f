/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/sharing_private.h - what the classes (sharing.c) and the filling (filling.c)
 * have in common.
 */
#ifndef MODELS_TRANSPORT_SHARING_PRIVATE_H
#define MODELS_TRANSPORT_SHARING_PRIVATE_H

#include "models/transport/sharing.h"
#include "sim/arena.h"

#define MDL_WEIGHT_STEP 0x1p-20

struct mdl_class {
    uint32_t *channel; /* [hop_count] */
    uint32_t *place;   /* [hop_count]: of the class in the list of the channel */
    uint32_t hop_count, hop_capacity;
    uint32_t members;
    uint32_t active_at;
    uint32_t next;         /* in its bucket */
    uint32_t older, newer; /* among the classes without members */
    uint64_t hash;
    int64_t weight_steps;
    double cap, radio;
    double rate; /* of each member */
    uint32_t bottleneck;
    bool is_frozen;
};

struct mdl_shared_channel {
    const char *name;
    enum mdl_channel_rule rule;
    double capacity;
    uint32_t *class; /* [count], those with members */
    uint32_t count, class_capacity;
    double rest;    /* in the filling: capacity not yet given away */
    int64_t weight; /* of the members not yet frozen, in steps */
    double air;     /* the same over their radio rates, s/byte */
    double share;   /* the level at which the channel is full */
};

struct mdl_limit { /* of each member's rate: its cap, or what a channel gives each */
    double level, rate;
    uint32_t class, channel; /* MDL_CHANNEL_NONE: the cap */
};

struct mdl_sharing {
    struct sim_arena *arena;
    struct mdl_shared_channel *channel;
    size_t channel_count;
    struct mdl_class *class;
    size_t class_count, class_capacity;
    uint32_t *bucket;
    size_t bucket_count;                 /* a power of two */
    uint32_t oldest_empty, newest_empty; /* classes without members */
    size_t empty_count;
    uint32_t *active; /* [active_count], classes with members */
    size_t active_count;
    struct mdl_limit *limit; /* [limit_count], of active classes, lowest first */
    size_t limit_count;
    uint32_t *changed;
};

#endif /* MODELS_TRANSPORT_SHARING_PRIVATE_H */
