/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/channels.h"

#include <stdio.h>
#include <string.h>

static bool make_room(struct mdl_channels *channels)
{
    size_t room = channels->room ? 2 * channels->room : 32;
    struct mdl_channel *channel;

    if (channels->count < channels->room)
        return true;
    channel = sim_arena_resize(channels->arena, channels->channel, room, sizeof *channel);
    if (!channel)
        return false;
    channels->channel = channel;
    channels->room = room;
    return true;
}

uint32_t mdl_channels_add(struct mdl_channels *channels, const char *name, const char *suffix,
                          double capacity, enum mdl_channel_rule rule)
{
    size_t bytes = strlen(name) + strlen(suffix) + 2;
    char *text = sim_arena_alloc(channels->arena, bytes, 1);

    if (!text || !make_room(channels))
        return MDL_CHANNEL_NONE;
    snprintf(text, bytes, "%s%s%s", name, *suffix ? " " : "", suffix);
    channels->channel[channels->count] =
        (struct mdl_channel){.name = text, .capacity = capacity, .rule = rule};
    return (uint32_t)channels->count++;
}
