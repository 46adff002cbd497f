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
 * comes or goes takes off the rounds that it changes; solving puts on the missing ones. The round
 * of a channel keeps what it froze: mostly the same classes are frozen again, at another level.
 */
#ifndef MODELS_TRANSPORT_SHARING_PRIVATE_H
#define MODELS_TRANSPORT_SHARING_PRIVATE_H

#include "models/transport/sharing.h"
#include "sim/arena.h"

#define MDL_WEIGHT_STEP 0x1p-20
#define MDL_SLOT_NONE   UINT32_MAX

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
    uint32_t frozen_by; /* the slot, which is full while that holds; MDL_SLOT_NONE: by none */
    bool is_at_limit;   /* frozen at its limit */
    uint32_t change;    /* its place among the changes, if changed_at is of this solve */
    uint64_t changed_at;
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
    uint64_t touched; /* the last round that was made with it, by mdl_filling.touch */
    uint32_t piece;   /* its place in that round */
    uint32_t channel;
    bool is_air;
    bool is_stale; /* an airtime channel, whose share is but a lower bound */
    bool is_full;  /* its round is in the stack */
};

struct mdl_piece {  /* of a round, on one slot */
    double rest;    /* of the slot, before */
    int64_t weight; /* that was frozen */
    double air;     /* the same over the radio rates, on an airtime channel */
    uint32_t slot;
};

struct mdl_row { /* what the round of a slot froze */
    struct mdl_piece *piece;
    uint32_t *class;
    uint32_t piece_count, piece_capacity, class_count, class_capacity;
    double level;
    bool is_intact; /* it would be the same classes with the same members */
};

struct mdl_limit { /* the level at which a class has its limit */
    double level;
    uint32_t class;
};

struct mdl_round {
    double level;
    uint32_t slot;                     /* MDL_SLOT_NONE: of a limit */
    size_t first_limited, first_piece; /* of a limit */
};

struct mdl_filling {
    struct mdl_slot *slot; /* [slot_count] */
    struct mdl_row *row;   /* [slot_count] */
    double *share;         /* [slot_count] the levels at which they are full; INFINITY: none left */
    size_t slot_count, slot_capacity;
    struct mdl_limit *limit; /* [limit_count], lowest first */
    size_t limit_count;
    struct mdl_round *round; /* [round_count] */
    size_t round_count;
    uint32_t *limited; /* [limited_count], frozen at their limits, in order of rounds */
    size_t limited_count;
    struct mdl_piece *piece; /* [piece_count] of the rounds of limits */
    size_t piece_count, piece_capacity;
    size_t bound_count;   /* classes that are not free */
    size_t frozen_count;  /* of them */
    size_t hop_count;     /* slots of all of them: as many pieces at most */
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
    struct mdl_change *change; /* [change_count] since the last solve */
    size_t change_count;
    uint64_t solve; /* the number of the next one, from 1 */
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
