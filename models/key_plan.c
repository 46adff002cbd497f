/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/key_plan.h"

#include <math.h>
#include <string.h>

#include "models/demand/community.h"
#include "sim/units.h"

static const double LEAST_BYTES_PER_S = 1e-6 / 8; /* rates are whole microbits per second */

/* NaN: not known. */
static double length_km(const struct mdl_network_plan *network, const struct mdl_link_config *link)
{
    if (!isnan(link->keys.length_km))
        return link->keys.length_km;
    return MDL_FIBRE_KM_PER_S *
           mdl_network_distance_s(&network->stop[mdl_network_place(network, link->from)],
                                  &network->stop[mdl_network_place(network, link->to)],
                                  network->config->path_factor);
}

enum sim_status mdl_keys_plan_init(struct mdl_keys_plan *plan,
                                   const struct mdl_network_plan *network, struct sim_arena *arena,
                                   struct sim_error *err)
{
    const struct mdl_rekey_config *rekey = &network->config->keys;
    size_t links = network->link_count;
    size_t *index = sim_arena_alloc(arena, links, sizeof *index);
    int64_t *rate = sim_arena_alloc(arena, links, sizeof *rate);
    uint64_t *store = sim_arena_alloc(arena, links, sizeof *store);
    double *cost = sim_arena_alloc(arena, links, sizeof *cost);

    if (!index || !rate || !store || !cost)
        return sim_fail(err, SIM_ENOMEM, "no memory for the keys of links");
    *plan = (struct mdl_keys_plan){
        .link = index, .rate_ubit = rate, .store_bits = store, .cost_eur_per_yr = cost};
    for (size_t i = 0; i < links; i++) {
        const struct mdl_link_config *link = sim_map_at(&network->config->links, i);
        double km;

        if (!mdl_link_has_keys(link))
            continue;
        km = length_km(network, link);
        index[plan->count++] = i;
        rate[i] = mdl_keys_rate_ubit(&link->keys, rekey);
        store[i] = (uint64_t)(8 * link->keys.store_bytes);
        cost[i] = mdl_keys_cost_eur_per_yr(&link->keys, isnan(km) ? 0 : km);
    }
    return SIM_OK;
}

/* ---- rules ---- */

/* false: not both its ends say where they are. */
static bool is_placed(const struct mdl_config *config, const char *key)
{
    for (size_t i = 0; i < config->network.hubs.count; i++) {
        const struct mdl_hub_config *hub = sim_map_at(&config->network.hubs, i);

        if (strcmp(hub->item.key, key) == 0)
            return !isnan(hub->lat_deg) && !isnan(hub->lon_deg);
    }
    for (size_t i = 0; i < config->sites.count; i++) {
        const struct mdl_site_config *site = sim_map_at(&config->sites, i);

        if (strcmp(site->item.key, key) == 0)
            return !isnan(site->lat_deg) && !isnan(site->lon_deg);
    }
    return true; /* there is no such place, which is told elsewhere */
}

static void check_link(const struct mdl_checker *c, const struct mdl_link_config *link)
{
    const struct mdl_rekey_config *rekey = &c->config->network.keys;
    char parent[MDL_PATH_BYTES], path[MDL_PATH_BYTES];

    mdl_path_of(parent, link->item.path, "keys");
    mdl_path_of(path, parent, "rate");
    if (link->keys.rate_bytes_per_s < LEAST_BYTES_PER_S)
        MDL_REPORT(c, path, "is less than %.6f bit/s, the smallest rate", 8 * LEAST_BYTES_PER_S);
    else if (mdl_keys_rate_ubit(&link->keys, rekey) == 0)
        MDL_REPORT(c, path,
                   "is used up by the link's encryptors, which take %.4g bit/s by "
                   "network.keys.every; write more",
                   8 * rekey->key_bytes / sim_s_from_ns(rekey->every_ns));
    mdl_path_of(path, parent, "length");
    if ((link->keys.cost_eur_per_km_yr > 0 || link->keys.node_cost_eur_per_yr > 0) &&
        isnan(link->keys.length_km) &&
        (!is_placed(c->config, link->from) || !is_placed(c->config, link->to)))
        MDL_REPORT(c, path,
                   "is missing: its cost goes by length, and not both its ends have lat and lon; "
                   "write for example '480 km'");
}

void mdl_keys_check(const struct mdl_checker *c)
{
    const struct sim_map *links = &c->config->network.links;

    for (size_t i = 0; i < links->count; i++) {
        const struct mdl_link_config *link = sim_map_at(links, i);

        if (mdl_link_has_keys(link))
            check_link(c, link);
    }
}
