/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/borders.h"

#include <stdio.h>
#include <string.h>

static bool is_between_states(const struct mdl_stop *from, const struct mdl_stop *to)
{
    return *from->country && *to->country && strcmp(from->country, to->country) != 0;
}

/* The index of a name, which is appended where it is new. */
static uint32_t index_of(const char **name, size_t *count, const char *wanted,
                         struct sim_arena *arena)
{
    size_t bytes = strlen(wanted) + 1;
    char *copy;

    for (size_t i = 0; i < *count; i++) {
        if (strcmp(name[i], wanted) == 0)
            return (uint32_t)i;
    }
    copy = sim_arena_alloc(arena, bytes, 1);
    if (!copy)
        return MDL_BORDER_NONE;
    memcpy(copy, wanted, bytes);
    name[*count] = copy;
    return (uint32_t)(*count)++;
}

enum sim_status mdl_borders_find(const struct mdl_network_plan *network, struct sim_arena *arena,
                                 struct mdl_borders *out, struct sim_error *err)
{
    const char **name = sim_arena_alloc(arena, network->direction_count, sizeof *name);
    uint32_t *crossed = sim_arena_alloc(arena, network->direction_count, sizeof *crossed);
    bool is_out_of_memory = !name || !crossed;
    size_t count = 0;

    for (size_t i = 0; !is_out_of_memory && i < network->direction_count; i++) {
        const struct mdl_stop *from = &network->stop[network->direction[i].from];
        const struct mdl_stop *to = &network->stop[network->direction[i].to];
        char text[64];

        crossed[i] = MDL_BORDER_NONE;
        if (!is_between_states(from, to))
            continue;
        snprintf(text, sizeof text, "%.20s-%.20s", from->country, to->country);
        crossed[i] = index_of(name, &count, text, arena);
        is_out_of_memory = crossed[i] == MDL_BORDER_NONE;
    }
    if (is_out_of_memory)
        return sim_fail(err, SIM_ENOMEM, "no memory for the borders");
    *out = (struct mdl_borders){.count = count, .name = name, .crossed_by = crossed};
    return SIM_OK;
}
