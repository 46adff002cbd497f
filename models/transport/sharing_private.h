/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/sharing_private.h - what the classes (sharing.c) and the filling (filling.c)
 * have in common.
 *
 * A channel that could carry all its flows, each at the most that it can ever have, is slack: it
 * holds up nobody. Only the others, the tight ones, have a slot in the filling; a class over slack
 * channels only is free and has its limit. So a network far from full costs next to nothing.
 *
 * The filling is a stack of rounds. In each the classes on one tight channel, or with one limit,
 * are frozen at the level of the round, which never falls from one round to the next. A flow that
 * comes or goes takes off the rounds that it changes; solving puts on the missing ones.
 */
#ifndef MODELS_TRANSPORT_SHARING_PRIVATE_H
#define MODELS_TRANSPORT_SHARING_PRIVATE_H

#include "models/transport/sharing.h"
#include "sim/arena.h"

#define MDL_WEIGHT_STEP 0x1p-20
#define MDL_ROUND_NONE  UINT32_MAX

struct mdl_class {
    uint32_t *channel; /* [hop_count] */
    uint32_t *place;   /* [hop_count]: of the class in the list of the channel */
    int64_t *demand; /* [hop_count]: the most that a member can use of it, in the channel's steps */
    uint32_t hop_count, hop_capacity;
    uint32_t members;
    uint32_t active_at;
    uint32_t next;         /* in its bucket */
    uint32_t older, newer; /* among the classes without members */
    uint64_t hash;
    int64_t weight_steps;
    double cap, radio;
    double limit;      /* of a member's rate: its cap, and what slack channels give one flow */
    uint32_t limit_at; /* the channel; MDL_CHANNEL_NONE: the cap */
};

/* What the filling needs of a class, close together. */
struct mdl_portion {
    int64_t weight;    /* of all members, in steps */
    double weight_one; /* of one */
    double air_one;    /* of one on an airtime channel: weight over radio rate, else 0 */
    double rate;       /* of one */
    uint32_t *slot;    /* [slot_count] of its tight channels; 0: it is free */
    uint32_t slot_count;
    uint32_t bottleneck;
    uint32_t round; /* in which it is frozen */
    bool is_changed;
};

struct mdl_shared_channel {
    const char *name;
    enum mdl_channel_rule rule;
    bool is_tight;
    double capacity;
    double scale;    /* steps to a unit of capacity */
    int64_t room;    /* the capacity in steps */
    int64_t demand;  /* of all members, in steps */
    uint32_t *class; /* [count], those with members */
    uint32_t count, class_capacity;
    uint32_t slot; /* while it is tight */
};

struct mdl_slot {
    double rest;      /* capacity not yet given away */
    int64_t weight;   /* of the members not yet frozen, in steps */
    double air_used;  /* of the present round: weights over radio rates */
    uint64_t touched; /* the last round that changed it, by mdl_filling.touch */
    uint32_t channel;
    bool is_air;
    bool is_stale; /* share is from an earlier round: too low, if wrong */
};

struct mdl_limit { /* the level at which a class has its limit */
    double level;
    uint32_t class;
};

struct mdl_round {
    double level;
    size_t first_frozen, first_undo;
};

struct mdl_undo {   /* of one slot in one round */
    double rest;    /* before */
    int64_t weight; /* before, then: taken off */
    uint32_t slot;
};

struct mdl_filling {
    struct mdl_slot *slot; /* [slot_count] */
    double *share;         /* [slot_count] level at which the channel is full; INFINITY: never */
    size_t slot_count, slot_capacity;
    struct mdl_limit *limit; /* [limit_count], lowest first */
    size_t limit_count;
    struct mdl_round *round; /* [round_count] */
    size_t round_count;
    uint32_t *frozen; /* [frozen_count], in order of rounds */
    size_t frozen_count;
    struct mdl_undo *undo; /* [undo_count] */
    size_t undo_count, undo_capacity;
    size_t bound_count;   /* classes that are not free */
    size_t hop_count;     /* slots of all of them: as many undos at most */
    size_t quiet;         /* tight channels that are far from it */
    uint64_t touch;       /* rounds begun ever */
    bool needs_recount;   /* a capacity has changed */
    bool needs_new_slots; /* a channel has become tight, or many have ceased to be */
};

struct mdl_sharing {
    struct sim_arena *arena;
    struct mdl_shared_channel *channel;
    size_t channel_count;
    struct mdl_class *class;
    struct mdl_portion *portion; /* beside class */
    size_t class_count, class_capacity;
    uint32_t *bucket;
    size_t bucket_count;                 /* a power of two */
    uint32_t oldest_empty, newest_empty; /* classes without members */
    size_t empty_count;
    uint32_t *active; /* [active_count], classes with members */
    size_t active_count;
    uint32_t *changed; /* [changed_count] since the last solve */
    size_t changed_count;
    struct mdl_filling filling;
};

bool mdl_filling_make_room(struct mdl_sharing *sharing, size_t class_capacity);

/* A class that gets its first member, after it is in the lists of its channels; that has lost its
 * last one, before it leaves them. */
bool mdl_filling_enter(struct mdl_sharing *sharing, uint32_t class);
void mdl_filling_exit(struct mdl_sharing *sharing, uint32_t class);

/* One member more or less: sign 1 or -1. */
void mdl_filling_change(struct mdl_sharing *sharing, uint32_t class, int sign);

#endif /* MODELS_TRANSPORT_SHARING_PRIVATE_H */
