/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/data_plan.h"

#include <string.h>

#include "models/demand/community.h"
#include "models/money/country.h"

struct builder {
    const struct mdl_config *config;
    const struct mdl_network_plan *network;
    const struct mdl_storage_plan *storage;
    struct mdl_search *search;
    struct sim_arena *arena;
};

struct mdl_data_needs mdl_dataset_needs(const struct mdl_config *config,
                                        const struct mdl_dataset_config *dataset)
{
    struct mdl_data_needs needs =
        mdl_data_needs_of(&config->data_classes, dataset->data_class, dataset->residency);

    needs.keys = dataset->secure == MDL_DATA_SECURE_QKD;
    return needs;
}

static size_t first_site(const struct mdl_network_plan *network)
{
    return network->place_count - network->site_count;
}

static const struct mdl_stop *home_of(const struct mdl_network_plan *network,
                                      const struct mdl_dataset_config *dataset)
{
    return &network->stop[mdl_network_place(network, dataset->home)];
}

static struct mdl_rule rule_at(const struct builder *b, const struct mdl_dataset_config *dataset,
                               size_t site)
{
    struct mdl_data_needs needs = mdl_dataset_needs(b->config, dataset);
    size_t landing = b->storage->landing[site];
    bool is_secure = landing != SIZE_MAX && b->storage->tier[landing].config->is_secure;

    return mdl_data_rule_of(&needs, home_of(b->network, dataset)->country, is_secure);
}

void mdl_data_rules(const struct mdl_config *config, const struct mdl_network_plan *network,
                    const struct mdl_storage_plan *storage, struct mdl_rule *rule, size_t *count)
{
    struct builder b = {.config = config, .network = network, .storage = storage};

    for (size_t d = 0; d < config->datasets.count; d++) {
        for (size_t s = 0; s < network->site_count; s++) {
            struct mdl_rule wanted = rule_at(&b, sim_map_at(&config->datasets, d), s);

            if (mdl_network_rule(rule, *count, &wanted) == SIZE_MAX)
                rule[(*count)++] = wanted;
        }
    }
}

static bool is_replica(const struct mdl_dataset_config *dataset, const char *key)
{
    size_t length;
    const char *at;

    for (size_t n = 0; (at = mdl_replica_at(dataset->replicas, n, &length)); n++)
        if (strlen(key) == length && strncmp(at, key, length) == 0)
            return true;
    return false;
}

/* The way from a place to a site; false: no memory. way->route NULL: there is none. */
static bool find_way(struct builder *b, size_t rule, size_t from, size_t site,
                     struct mdl_data_way *way)
{
    size_t first = first_site(b->network);
    struct mdl_route found;

    *way = (struct mdl_data_way){.place = from, .is_fixed = from >= first};
    if (!way->is_fixed) {
        way->route = mdl_network_to(b->network, rule, from, site);
        return true;
    }
    if (!mdl_search_way(b->search, rule, from, first + site, MDL_WAY_OUT | MDL_WAY_IN, NULL,
                        &found))
        return true;
    way->route = mdl_route_copy(&found, b->arena);
    return way->route != NULL;
}

static bool build_ways(struct builder *b, const struct mdl_dataset_config *dataset, size_t site,
                       struct mdl_data_place *place)
{
    size_t first = first_site(b->network), home = mdl_network_place(b->network, dataset->home);
    struct mdl_data_way *way = sim_arena_alloc(b->arena, 1 + b->network->site_count, sizeof *way);

    if (!way || !find_way(b, place->rule, home, site, &way[0]))
        return false;
    place->way = way;
    place->way_count = way[0].route != NULL;
    for (size_t s = 0; s < b->network->site_count; s++) {
        if (first + s == home || s == site || !is_replica(dataset, b->network->stop[first + s].key))
            continue;
        if (!find_way(b, place->rule, first + s, site, &way[place->way_count]))
            return false;
        place->way_count += way[place->way_count].route != NULL;
    }
    return true;
}

static bool build_place(struct builder *b, const struct mdl_dataset_config *dataset, size_t site,
                        struct mdl_data_place *place)
{
    const struct mdl_network_plan *network = b->network;
    const struct mdl_stop *stop = &network->stop[first_site(network) + site];
    const struct mdl_stop *home = home_of(network, dataset);
    struct mdl_data_needs needs = mdl_dataset_needs(b->config, dataset);
    struct mdl_rule wanted = rule_at(b, dataset, site);

    *place = (struct mdl_data_place){
        .is_here = stop == home || is_replica(dataset, stop->key),
        .into_enclave = needs.secure_storage,
        .rule = mdl_network_rule(network->rule, network->rule_count, &wanted)};
    if (place->is_here)
        return true;
    if (!mdl_data_may_be_at(&needs, home->country, stop))
        place->refusal = MDL_DATA_OUTSIDE;
    else if (needs.secure_storage && b->storage->enclave[site] == SIZE_MAX)
        place->refusal = MDL_DATA_NO_ENCLAVE;
    if (place->refusal)
        return true;
    if (!build_ways(b, dataset, site, place))
        return false;
    if (place->way_count == 0)
        place->refusal = MDL_DATA_NO_WAY;
    return true;
}

enum sim_status mdl_data_plan_init(struct mdl_data_plan *plan, const struct mdl_config *config,
                                   const struct mdl_network_plan *network,
                                   const struct mdl_storage_plan *storage, struct sim_arena *arena,
                                   struct sim_error *err)
{
    struct builder b = {.config = config, .network = network, .storage = storage, .arena = arena};
    size_t sites = network->site_count;
    struct mdl_data_place *place;

    *plan = (struct mdl_data_plan){.count = config->datasets.count};
    if (plan->count == 0)
        return SIM_OK;
    place = sim_arena_alloc(arena, plan->count * sites, sizeof *place);
    b.search = mdl_search_create(network, arena);
    if (!place || !b.search)
        return sim_fail(err, SIM_ENOMEM, "no memory for the data sets");
    plan->place = place;
    for (size_t i = 0; i < plan->count * sites; i++) {
        if (!build_place(&b, sim_map_at(&config->datasets, i / sites), i % sites, &place[i]))
            return sim_fail(err, SIM_ENOMEM, "no memory for the data sets");
        plan->has_protected = plan->has_protected || place[i].into_enclave;
    }
    return SIM_OK;
}

/* ---- rules across keys ---- */

static const struct mdl_site_config *site_named(const struct mdl_config *config, const char *key,
                                                size_t length)
{
    for (size_t s = 0; s < config->sites.count; s++) {
        const struct mdl_site_config *site = sim_map_at(&config->sites, s);

        if (strlen(site->item.key) == length && strncmp(site->item.key, key, length) == 0)
            return site;
    }
    return NULL;
}

/* The country of a hub or site; NULL: there is none of that key. */
static const char *country_of(const struct mdl_config *config, const char *key)
{
    const struct mdl_site_config *site = site_named(config, key, strlen(key));

    for (size_t i = 0; !site && i < config->network.hubs.count; i++) {
        const struct mdl_hub_config *hub = sim_map_at(&config->network.hubs, i);

        if (strcmp(hub->item.key, key) == 0)
            return hub->country ? hub->country : "";
    }
    return site ? site->country : NULL;
}

static void check_enclave(const struct mdl_checker *c, const char *path,
                          const struct mdl_dataset_config *dataset,
                          const struct mdl_site_config *site)
{
    if (site && mdl_dataset_needs(c->config, dataset).secure_storage && !mdl_storage_enclave(site))
        MDL_REPORT(c, path,
                   "the class of its data needs secure storage and '%.64s' has none; write "
                   "'secure: true' at a tier of it",
                   site->item.key);
}

static void check_dataset(const struct mdl_checker *c, const struct mdl_dataset_config *dataset)
{
    struct mdl_data_needs needs = mdl_dataset_needs(c->config, dataset);
    const char *country = country_of(c->config, dataset->home);
    const struct mdl_stop home = {.country = country ? country : "",
                                  .is_eu = country && mdl_is_eu(country)};
    char path[MDL_PATH_BYTES];
    const char *at;
    size_t length;

    mdl_path_of(path, dataset->item.path, "home");
    if (!country)
        MDL_REPORT(c, path, "'%.64s' is neither a hub of the network nor a site", dataset->home);
    else if (!mdl_data_may_be_at(&needs, home.country, &home))
        MDL_REPORT(c, path,
                   "is outside of the zone that the data may be in; give another home, or "
                   "another 'residency'");
    check_enclave(c, path, dataset, site_named(c->config, dataset->home, strlen(dataset->home)));
    mdl_path_of(path, dataset->item.path, "replicas");
    for (size_t n = 0; country && (at = mdl_replica_at(dataset->replicas, n, &length)); n++) {
        const struct mdl_site_config *site = site_named(c->config, at, length);
        struct mdl_stop stop;

        if (!site) {
            MDL_REPORT(c, path, "'%.*s' is not a site", length < 64 ? (int)length : 64, at);
            continue;
        }
        stop = (struct mdl_stop){.country = site->country, .is_eu = mdl_is_eu(site->country)};
        check_enclave(c, path, dataset, site);
        if (!mdl_data_may_be_at(&needs, home.country, &stop))
            MDL_REPORT(c, path, "'%.64s' is outside of the zone that the data may be in",
                       site->item.key);
    }
}

/* What always lies on a tier of a site has room there. */
static void check_room(const struct mdl_checker *c, const struct mdl_site_config *site,
                       const struct mdl_storage_config *tier)
{
    const struct mdl_storage_config *enclave = mdl_storage_enclave(site);
    const char *last = NULL;
    double sum = 0;

    for (size_t i = 0; tier && i < c->config->datasets.count; i++) {
        const struct mdl_dataset_config *dataset = sim_map_at(&c->config->datasets, i);
        bool into_enclave = mdl_dataset_needs(c->config, dataset).secure_storage && enclave;

        if ((into_enclave ? enclave : mdl_storage_landing(site)) != tier ||
            (strcmp(dataset->home, site->item.key) != 0 && !is_replica(dataset, site->item.key)))
            continue;
        sum += dataset->size_bytes;
        last = dataset->item.path;
    }
    if (tier && sum > tier->capacity_bytes)
        MDL_REPORT(c, last, "the data sets that lie at '%.64s' take %.6g TB; '%.64s' has %.6g TB",
                   site->item.key, sum / 1e12, tier->item.path, tier->capacity_bytes / 1e12);
}

void mdl_data_check(const struct mdl_checker *c)
{
    for (size_t i = 0; i < c->config->sites.count; i++) {
        const struct mdl_site_config *site = sim_map_at(&c->config->sites, i);
        const struct mdl_storage_config *enclave = mdl_storage_enclave(site);

        check_room(c, site, mdl_storage_landing(site));
        if (enclave != mdl_storage_landing(site))
            check_room(c, site, enclave);
    }
    for (size_t i = 0; i < c->config->datasets.count; i++)
        check_dataset(c, sim_map_at(&c->config->datasets, i));
    for (size_t i = 0; i < c->config->communities.count; i++) {
        const struct mdl_community_config *community = sim_map_at(&c->config->communities, i);
        double sum = 0;
        char path[MDL_PATH_BYTES];

        for (size_t k = 0; k < community->datasets.count; k++)
            sum += community->datasets.share[k].part;
        mdl_path_of(path, community->item.path, "datasets");
        if (sum > 1 + 1e-9)
            MDL_REPORT(c, path, "the parts add up to %.4g %%, more than all jobs", 100 * sum);
    }
}
