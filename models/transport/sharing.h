/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/sharing.h - who gets how much: the sharing problem without time.
 *
 * Flows alike in channels, cap, weight and radio rate are one class with members; they get one
 * rate. Rates are weighted max-min fair (models/transport/flow.h says what that is), found by
 * filling: all levels (rate/weight) rise together; a class is frozen at its cap, or when a
 * channel of its is full.
 *
 * Private to models/transport/flow.c and its tests.
 *
 * Units    bytes/s; weights in steps of 2^-20, so that their sums are exact.
 * Memory   the simulation's arena; classes without members are kept for a while, since most come
 *          back, then used again: memory grows with the classes that have members.
 * Errors   false or MDL_CLASS_NONE when there is no memory.
 * Cost     join, leave O(channels of the route); solve at most O(rounds x channels + hops).
 */
#ifndef MODELS_TRANSPORT_SHARING_H
#define MODELS_TRANSPORT_SHARING_H

#include "models/transport/flow.h"

#define MDL_CLASS_NONE UINT32_MAX
#define MDL_UNLIMITED  0x1p120 /* bytes/s, of a class that nothing limits */

struct mdl_sharing;

struct mdl_class_key {
    size_t count;
    const uint32_t *channel;
    double cap;   /* bytes/s; INFINITY: none */
    double radio; /* bytes/s on the airtime channel, 0: stalled; 0 too when there is none */
    int64_t weight_steps;
};

int64_t mdl_weight_steps(double weight); /* nearest, 1 to 2^42 */

struct mdl_sharing *mdl_sharing_create(struct sim_arena *arena, const struct mdl_channel *channel,
                                       size_t count);

/* The class of flows like this, found or made; channels are copied. A class that is made may
 * take the number of one that has no members. */
uint32_t mdl_sharing_class(struct mdl_sharing *sharing, const struct mdl_class_key *key);
size_t mdl_sharing_class_count(const struct mdl_sharing *sharing); /* numbers in use: 0 .. n-1 */

bool mdl_sharing_join(struct mdl_sharing *sharing, uint32_t class);
void mdl_sharing_leave(struct mdl_sharing *sharing, uint32_t class);
void mdl_sharing_set_capacity(struct mdl_sharing *sharing, uint32_t channel, double capacity);

struct mdl_change {
    double rate; /* of each member */
    uint32_t class;
    uint32_t bottleneck; /* the channel that holds it up; MDL_CHANNEL_NONE: its own cap */
};

/* Rates of all classes for the members and capacities of now. Classes whose rate or bottleneck is
 * another than at the last solve: change[0 .. return value - 1]. SIZE_MAX: no memory. */
size_t mdl_sharing_solve(struct mdl_sharing *sharing, const struct mdl_change **change);

/* Classes with members on a channel. */
size_t mdl_sharing_on_channel(const struct mdl_sharing *sharing, uint32_t channel,
                              const uint32_t **class);
/* Channels of a class. */
size_t mdl_sharing_channels(const struct mdl_sharing *sharing, uint32_t class,
                            const uint32_t **channel);

/* Proof that the rates of the last solve are the fair ones; see mdl_flows_certify. */
SIM_NODISCARD enum sim_status mdl_sharing_certify(const struct mdl_sharing *sharing,
                                                  struct sim_error *err);

#endif /* MODELS_TRANSPORT_SHARING_H */
