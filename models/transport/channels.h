/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/channels.h - the table of channels, while the plan is built.
 *
 * Links come first, each direction a channel of its own; then whoever else has a channel (transfer
 * nodes, storage, radio cells) adds it and keeps the index.
 *
 * Memory   the scenario's arena; names are copied.
 * Errors   MDL_CHANNEL_NONE: no memory.
 */
#ifndef MODELS_TRANSPORT_CHANNELS_H
#define MODELS_TRANSPORT_CHANNELS_H

#include "models/transport/flow.h"
#include "sim/arena.h"

struct mdl_channels { /* zeroed but for the arena is empty */
    struct sim_arena *arena;
    struct mdl_channel *channel; /* [count] */
    size_t count, room;
};

/* A channel called "NAME SUFFIX" (suffix "": "NAME"); returns its index. */
uint32_t mdl_channels_add(struct mdl_channels *channels, const char *name, const char *suffix,
                          double capacity, enum mdl_channel_rule rule);

#endif /* MODELS_TRANSPORT_CHANNELS_H */
