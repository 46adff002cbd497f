/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/fleet_plan.h"

#include <math.h>
#include <string.h>

#include "models/compute/site.h"

static enum sim_status no_memory(struct sim_error *err)
{
    return sim_fail(err, SIM_ENOMEM, "no memory for the fleets");
}

static enum sim_zone zone_of_place(const struct mdl_network_plan *network, const char *place)
{
    const char *country = network->stop[mdl_network_place(network, place)].country;

    return *country ? sim_zone_of_country(country) : SIM_ZONE_UTC;
}

enum sim_status mdl_fleets_lay(struct mdl_fleets_plan *plan, const struct mdl_config *config,
                               const struct mdl_network_plan *network,
                               struct mdl_channels *channels, struct sim_error *err)
{
    const struct sim_map *cells = &config->network.cells;

    plan->cell_count = cells->count;
    plan->cell = sim_arena_alloc(channels->arena, cells->count, sizeof *plan->cell);
    if (!plan->cell)
        return no_memory(err);
    for (size_t i = 0; i < cells->count; i++) {
        const struct mdl_cell_config *cell = sim_map_at(cells, i);
        double airtime = (double)cell->count;

        plan->cell[i] = (struct mdl_cell_plan){
            .config = cell,
            .zone = zone_of_place(network, cell->at),
            .up = mdl_channels_add(channels, cell->item.key, "up", airtime, MDL_CHANNEL_AIRTIME),
            .down =
                mdl_channels_add(channels, cell->item.key, "down", airtime, MDL_CHANNEL_AIRTIME),
        };
        if (plan->cell[i].up == MDL_CHANNEL_NONE || plan->cell[i].down == MDL_CHANNEL_NONE)
            return no_memory(err);
    }
    return SIM_OK;
}

const char *mdl_fleet_place(const struct mdl_fleet_config *fleet)
{
    return fleet->cell.item ? ((const struct mdl_cell_config *)fleet->cell.item)->at : fleet->at;
}

/* The way of the network, without its latency, behind the cell's channel. */
static const struct mdl_route *route_over(const struct mdl_cell_plan *cell, bool is_up,
                                          const struct mdl_route *way, struct sim_arena *arena)
{
    struct mdl_route *route = sim_arena_alloc(arena, 1, sizeof *route);
    uint32_t *channel = sim_arena_alloc(arena, way->count + 1, sizeof *channel);
    size_t count = 0;

    if (!route || !channel)
        return NULL;
    if (cell)
        channel[count++] = is_up ? cell->up : cell->down;
    for (size_t i = 0; i < way->count; i++)
        channel[count++] = way->channel[i];
    *route = (struct mdl_route){.count = count, .channel = channel};
    return route;
}

static size_t radio_steps(const struct mdl_fleet_config *config, struct mdl_radio_step *step)
{
    const struct mdl_line_config *line = config->line.item;
    const struct mdl_cell_config *cell = config->cell.item;
    bool is_up = config->direction == MDL_FLEET_UP;
    bool has_radio = config->radio.kind != SIM_DIST_CONSTANT || config->radio.a > 0;

    if (cell)
        return mdl_radio_steps(has_radio ? &config->radio : is_up ? &cell->up : &cell->down, step);
    step[0] = (struct mdl_radio_step){is_up ? line->up_bytes_per_s : line->down_bytes_per_s, 1};
    return 1;
}

/* Shares of a full cell: by airtime each device's rate goes with its radio rate, up to the same
 * factor for all fleets of the cell. */
static double weight_of(const struct mdl_cell_plan *cell, double bytes_per_s)
{
    double best;

    if (!cell || cell->config->sharing == MDL_SHARING_RATE)
        return 1;
    best = sim_dist_at(&cell->config->up, 0.5);
    return bytes_per_s / best;
}

static enum sim_status find_way(struct mdl_fleet_plan *fleet, const struct mdl_config *config,
                                const struct mdl_network_plan *network, struct sim_arena *arena,
                                struct sim_error *err)
{
    const struct mdl_fleet_config *of = fleet->config;
    bool is_up = of->direction == MDL_FLEET_UP;
    size_t place = mdl_network_place(network, mdl_fleet_place(of));
    size_t site = (size_t)((const struct mdl_site_config *)of->to.item -
                           (const struct mdl_site_config *)config->sites.items);
    const struct mdl_route *way =
        is_up ? mdl_network_to(network, 0, place, site) : mdl_network_from(network, 0, place, site);
    struct mdl_radio_step step[MDL_RADIO_STEPS_MAX];
    size_t count = radio_steps(of, step);
    struct mdl_stream_plan *stream = sim_arena_alloc(arena, count, sizeof *stream);
    const struct mdl_line_config *line = of->line.item;
    const struct mdl_route *route;

    if (!stream)
        return no_memory(err);
    if (!way)
        return SIM_OK;
    route = route_over(fleet->cell, is_up, way, arena);
    if (!route)
        return no_memory(err);
    fleet->latency_ns =
        way->latency_ns + (line ? line->latency_ns : fleet->cell->config->latency_ns);
    for (size_t i = 0; i < count; i++)
        stream[i] = (struct mdl_stream_plan){.part = step[i].part,
                                             .rate_bytes_per_s = step[i].bytes_per_s,
                                             .weight = weight_of(fleet->cell, step[i].bytes_per_s),
                                             .route = route};
    fleet->stream = stream;
    fleet->stream_count = count;
    return SIM_OK;
}

enum sim_status mdl_fleets_find_ways(struct mdl_fleets_plan *plan, const struct mdl_config *config,
                                     const struct mdl_network_plan *network,
                                     struct sim_arena *arena, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    plan->fleet_count = config->fleets.count;
    plan->fleet = sim_arena_alloc(arena, plan->fleet_count, sizeof *plan->fleet);
    if (!plan->fleet)
        return no_memory(err);
    for (size_t i = 0; i < plan->fleet_count && !status; i++) {
        struct mdl_fleet_plan *fleet = &plan->fleet[i];
        const struct mdl_cell_config *cell;

        fleet->config = sim_map_at(&config->fleets, i);
        cell = fleet->config->cell.item;
        fleet->cell = cell ? &plan->cell[cell->item.index] : NULL;
        fleet->zone = *fleet->config->country
                          ? sim_zone_of_country(fleet->config->country)
                          : zone_of_place(network, mdl_fleet_place(fleet->config));
        status = find_way(fleet, config, network, arena, err);
    }
    return status;
}
