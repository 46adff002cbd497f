/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/fleet_plan.h"

#include <math.h>
#include <string.h>

#include "models/compute/site.h"
#include "models/demand/community.h"

static enum sim_status no_memory(struct sim_error *err)
{
    return sim_fail(err, SIM_ENOMEM, "no memory for the fleets");
}

static bool has_text(const char *text)
{
    return text && *text;
}

static enum sim_zone zone_of_place(const struct mdl_network_plan *network, const char *place)
{
    const char *country = network->stop[mdl_network_place(network, place)].country;

    return *country ? sim_zone_of_country(country) : SIM_ZONE_UTC;
}

/* ---- members of communities ---- */

const struct mdl_cell_config *mdl_access_cell(const struct mdl_config *config, const void *item)
{
    const struct sim_map *cells = &config->network.cells;

    for (size_t i = 0; i < cells->count; i++)
        if (sim_map_at(cells, i) == item)
            return item;
    return NULL;
}

static bool has_members(const struct mdl_config *config, const struct mdl_cell_config *cell)
{
    for (size_t i = 0; i < config->communities.count; i++) {
        const struct mdl_community_config *community = sim_map_at(&config->communities, i);

        for (size_t k = 0; has_text(community->at) && k < community->access.count; k++)
            if (community->access.share[k].item == cell)
                return true;
    }
    return false;
}

/* The rates up and down of a member stand at the same place of their laws: cuts them where either
 * changes. Returns how many parts there are. */
static size_t cut_radios(const struct mdl_cell_config *cell, struct mdl_radio_plan *radio)
{
    struct mdl_radio_step up[MDL_RADIO_STEPS_MAX], down[MDL_RADIO_STEPS_MAX];
    size_t ups = mdl_radio_steps(&cell->up, up), downs = mdl_radio_steps(&cell->down, down);
    size_t count = 0;
    double done = 0;

    for (size_t i = 0, k = 0; i < ups && k < downs; count++) {
        double part = fmin(up[i].part, down[k].part);

        done += part;
        radio[count] = (struct mdl_radio_plan){
            .cumulated = done,
            .up_bytes_per_s = up[i].bytes_per_s,
            .down_bytes_per_s = down[k].bytes_per_s,
            .up_weight = mdl_radio_weight(cell, up[i].bytes_per_s),
            .down_weight = mdl_radio_weight(cell, down[k].bytes_per_s),
        };
        up[i].part -= part;
        down[k].part -= part;
        i += up[i].part <= 1e-9;
        k += down[k].part <= 1e-9;
    }
    radio[count - 1].cumulated = 1;
    return count;
}

static bool lay_radios(struct mdl_fleets_plan *plan, struct mdl_cell_plan *cell,
                       struct mdl_channels *channels)
{
    struct mdl_radio_plan *radio =
        sim_arena_alloc(channels->arena, 2 * MDL_RADIO_STEPS_MAX, sizeof *radio);
    const char *name = cell->config->item.key;

    if (!radio)
        return false;
    cell->radio = radio;
    cell->radio_count = cut_radios(cell->config, radio);
    for (size_t i = 0; i < cell->radio_count; i++) {
        radio[i].index = plan->radio_count++;
        radio[i].cell = cell;
        radio[i].up_limit = mdl_channels_add(channels, name, "radio up", radio[i].up_bytes_per_s,
                                             MDL_CHANNEL_PER_FLOW);
        radio[i].down_limit = mdl_channels_add(channels, name, "radio down",
                                               radio[i].down_bytes_per_s, MDL_CHANNEL_PER_FLOW);
        if (radio[i].up_limit == MDL_CHANNEL_NONE || radio[i].down_limit == MDL_CHANNEL_NONE)
            return false;
    }
    return true;
}

/* ---- cells, fleets ---- */

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
        if (has_members(config, cell) && !lay_radios(plan, &plan->cell[i], channels))
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

static double weight_of(const struct mdl_fleet_plan *fleet, double bytes_per_s)
{
    return fleet->cell ? mdl_radio_weight(fleet->cell->config, bytes_per_s) : 1;
}

/* ---- storage ---- */

/* The tier that the data of a fleet go to, by its key. */
static const struct mdl_storage_config *tier_of(const struct mdl_fleet_config *fleet)
{
    const struct mdl_site_config *site = fleet->to.item;

    if (!has_text(fleet->tier))
        return mdl_storage_landing(site);
    for (size_t i = 0; i < site->storage.count; i++) {
        const struct mdl_storage_config *tier = sim_map_at(&site->storage, i);

        if (strcmp(tier->item.key, fleet->tier) == 0)
            return tier;
    }
    return NULL;
}

void mdl_fleet_storage_check(const struct mdl_checker *c, const struct mdl_fleet_config *fleet)
{
    const struct mdl_storage_config *tier = fleet->to.item ? tier_of(fleet) : NULL;
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, fleet->item.path, has_text(fleet->tier) ? "tier" : "keep");
    if (!fleet->to.item)
        return;
    if (has_text(fleet->tier) && !tier)
        MDL_REPORT(c, path, "the site '%.64s' has no storage '%.64s'", fleet->to.name, fleet->tier);
    else if (has_text(fleet->tier) && tier->kind == MDL_TIER_BURST)
        MDL_REPORT(c, path,
                   "a burst tier holds what is on its way to another; name one of another kind");
    else if (fleet->keep_ns > 0 && !tier)
        MDL_REPORT(c, path, "the site '%.64s' has no storage that could keep data", fleet->to.name);
    mdl_path_of(path, fleet->item.path, "keep");
    if (fleet->keep_ns > 0 && fleet->direction == MDL_FLEET_DOWN)
        MDL_REPORT(c, path, "goes with data that come to the site");
}

static size_t index_of_tier(const struct mdl_storage_plan *storage,
                            const struct mdl_storage_config *tier)
{
    for (size_t i = 0; i < storage->tier_count; i++)
        if (storage->tier[i].config == tier)
            return i;
    return SIZE_MAX;
}

static bool crosses(const struct mdl_route *part, uint32_t channel)
{
    for (size_t i = 0; i < part->count; i++)
        if (part->channel[i] == channel)
            return true;
    return false;
}

/* A way with the storage of another tier at its site's end, instead of that where data arrives. */
static const struct mdl_route *way_to_tier(const struct mdl_route *way,
                                           const struct mdl_storage_plan *storage, size_t landing,
                                           size_t tier, bool is_up, struct sim_arena *arena)
{
    const struct mdl_route *end = is_up ? &storage->tier[tier].in : &storage->tier[tier].out;
    const struct mdl_route none = {0}, *old = landing == SIZE_MAX ? &none
                                              : is_up             ? &storage->tier[landing].in
                                                                  : &storage->tier[landing].out;
    struct mdl_route *route = sim_arena_alloc(arena, 1, sizeof *route);
    uint32_t *channel = sim_arena_alloc(arena, way->count + end->count, sizeof *channel);
    size_t count = 0;

    if (!route || !channel)
        return NULL;
    for (size_t i = 0; i < way->count; i++)
        if (!crosses(old, way->channel[i]))
            channel[count++] = way->channel[i];
    for (size_t i = 0; i < end->count; i++)
        channel[count++] = end->channel[i];
    *route = (struct mdl_route){count, channel, way->latency_ns};
    return route;
}

/* ---- ways ---- */

static enum sim_status find_way(struct mdl_fleet_plan *fleet, const struct mdl_config *config,
                                const struct mdl_network_plan *network,
                                const struct mdl_storage_plan *storage, struct sim_arena *arena,
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
    fleet->tier = index_of_tier(storage, tier_of(of));
    if (!way)
        return SIM_OK;
    if (fleet->tier != SIZE_MAX && fleet->tier != storage->landing[site])
        way = way_to_tier(way, storage, storage->landing[site], fleet->tier, is_up, arena);
    if (!way)
        return no_memory(err);
    route = route_over(fleet->cell, is_up, way, arena);
    if (!route)
        return no_memory(err);
    fleet->latency_ns =
        way->latency_ns + (line ? line->latency_ns : fleet->cell->config->latency_ns);
    for (size_t i = 0; i < count; i++)
        stream[i] = (struct mdl_stream_plan){.part = step[i].part,
                                             .rate_bytes_per_s = step[i].bytes_per_s,
                                             .weight = weight_of(fleet, step[i].bytes_per_s),
                                             .route = route};
    fleet->stream = stream;
    fleet->stream_count = count;
    return SIM_OK;
}

enum sim_status mdl_fleets_find_ways(struct mdl_fleets_plan *plan, const struct mdl_config *config,
                                     const struct mdl_network_plan *network,
                                     const struct mdl_storage_plan *storage,
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
        status = find_way(fleet, config, network, storage, arena, err);
    }
    return status;
}
