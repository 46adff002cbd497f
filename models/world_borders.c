/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/world_private.h"

#include <string.h>

#include "models/fleet_plan.h"

struct mdl_world_borders {
    sim_i128 zone_at_start[MDL_DATA_ZONES];
    struct mdl_border_flows flows;
    double *crossed; /* [border] */
};

static enum mdl_data_zone zone_between(const struct mdl_stop *a, const struct mdl_stop *b)
{
    if (*a->country && strcmp(a->country, b->country) == 0)
        return MDL_DATA_NATIONAL;
    return a->is_eu && b->is_eu ? MDL_DATA_EU : MDL_DATA_BEYOND;
}

static const struct mdl_stop *stop_of_site(const struct mdl_network_plan *network, size_t site)
{
    return &network->stop[network->place_count - network->site_count + site];
}

static void add_fleets(const struct mdl_world *world, sim_i128 zone[MDL_DATA_ZONES])
{
    const struct mdl_network_plan *network = &world->plan->network;

    for (size_t f = 0; world->fleets && f < world->plan->fleets.fleet_count; f++) {
        const struct mdl_fleet_config *fleet = world->plan->fleets.fleet[f].config;
        const struct mdl_site_config *site = fleet->to.item;
        size_t place = mdl_network_place(network, mdl_fleet_place(fleet));

        zone[zone_between(&network->stop[place], stop_of_site(network, site->item.index))] +=
            mdl_fleets_bytes(world->fleets, f).delivered;
    }
}

/* What has arrived so far, by what it crossed between its two ends. */
static void sum_zones(const struct mdl_world *world, sim_i128 zone[MDL_DATA_ZONES])
{
    const struct mdl_network_plan *network = &world->plan->network;
    const sim_i128 *between = mdl_transfers_between(world->transfers);

    memset(zone, 0, MDL_DATA_ZONES * sizeof *zone);
    for (size_t i = 0; i < network->place_count * network->site_count; i++)
        zone[zone_between(&network->stop[i / network->site_count],
                          stop_of_site(network, i % network->site_count))] +=
            between[2 * i] + between[2 * i + 1];
    add_fleets(world, zone);
}

enum sim_status mdl_world_create_borders(struct mdl_world *world, struct sim_error *err)
{
    struct sim_arena *arena = world->sim->arena;
    struct mdl_world_borders *borders = sim_arena_alloc(arena, 1, sizeof *borders);

    if (borders)
        borders->crossed =
            sim_arena_alloc(arena, world->plan->borders.count, sizeof *borders->crossed);
    if (!borders || !borders->crossed)
        return sim_fail(err, SIM_ENOMEM, "no memory for the borders");
    borders->flows.crossed_bytes = borders->crossed;
    world->borders = borders;
    return SIM_OK;
}

void mdl_world_begin_borders(struct mdl_world *world)
{
    sum_zones(world, world->borders->zone_at_start);
}

void mdl_world_close_borders(struct mdl_world *world)
{
    struct mdl_world_borders *borders = world->borders;
    const uint32_t *crossed_by = world->plan->borders.crossed_by;
    const struct mdl_link_flows *link = mdl_world_link_flows(world);
    sim_i128 zone[MDL_DATA_ZONES];

    for (size_t i = 0; i < world->plan->network.direction_count; i++) {
        if (crossed_by[i] != MDL_BORDER_NONE)
            borders->crossed[crossed_by[i]] += link[i].moved_bytes;
    }
    sum_zones(world, zone);
    for (int z = 0; z < MDL_DATA_ZONES; z++)
        borders->flows.zone_bytes[z] = (double)(zone[z] - borders->zone_at_start[z]);
}

const struct mdl_border_flows *mdl_world_border_flows(const struct mdl_world *world)
{
    return &world->borders->flows;
}
