/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/routes.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct reach { /* of a place from the start of a search */
    int64_t latency_ns;
    size_t hops;
    uint32_t channel; /* by which it was reached */
    size_t from;
    bool is_reached, is_final;
};

struct search {
    const struct mdl_network_config *config;
    const struct mdl_network_plan *plan;
    const size_t *end; /* [2 * link]: places at the ends */
    struct reach *reach;
};

static const char *suffixed(struct sim_arena *arena, const char *name, const char *suffix)
{
    size_t bytes = strlen(name) + strlen(suffix) + 1;
    char *text = sim_arena_alloc(arena, bytes, 1);

    if (text)
        snprintf(text, bytes, "%s%s", name, suffix);
    return text;
}

size_t mdl_network_place(const struct mdl_network_plan *plan, const char *key)
{
    for (size_t i = 0; i < plan->place_count; i++) {
        if (strcmp(plan->place[i], key) == 0)
            return i;
    }
    return SIZE_MAX;
}

static bool is_nearer(int64_t latency_ns, size_t hops, const struct reach *than)
{
    return !than->is_reached || latency_ns < than->latency_ns ||
           (latency_ns == than->latency_ns && hops < than->hops);
}

static void relax(struct search *search, size_t at)
{
    const struct reach here = search->reach[at];

    for (uint32_t channel = 0; channel < 2 * search->plan->link_count; channel++) {
        const struct mdl_link_config *link = sim_map_at(&search->config->links, channel / 2);
        size_t from = search->end[channel], to = search->end[channel ^ 1];
        int64_t latency_ns = here.latency_ns + link->latency_ns;

        if (from == at && !search->reach[to].is_final &&
            is_nearer(latency_ns, here.hops + 1, &search->reach[to]))
            search->reach[to] = (struct reach){latency_ns, here.hops + 1, channel, at, true, false};
    }
}

/* Dijkstra from one place to all. */
static void search_from(struct search *search, size_t start)
{
    memset(search->reach, 0, search->plan->place_count * sizeof *search->reach);
    search->reach[start].is_reached = true;
    for (;;) {
        size_t next = SIZE_MAX;

        for (size_t i = 0; i < search->plan->place_count; i++) {
            const struct reach *place = &search->reach[i];
            if (place->is_reached && !place->is_final &&
                (next == SIZE_MAX ||
                 is_nearer(place->latency_ns, place->hops, &search->reach[next])))
                next = i;
        }
        if (next == SIZE_MAX)
            return;
        search->reach[next].is_final = true;
        relax(search, next);
    }
}

/* The way from `start` to `site`, and back: the same links in the other direction. */
static bool store(struct search *search, size_t start, size_t site, size_t site_place,
                  struct mdl_route *to, struct mdl_route *back, struct sim_arena *arena)
{
    size_t links = search->reach[site_place].hops, storage = 2 * search->plan->link_count;
    uint32_t *there = sim_arena_alloc(arena, links + 1, sizeof *there);
    uint32_t *home = sim_arena_alloc(arena, links + 1, sizeof *home);

    if (!there || !home)
        return false;
    for (size_t at = site_place, i = links; at != start; at = search->reach[at].from) {
        there[--i] = search->reach[at].channel;
        home[links - i] = search->reach[at].channel ^ 1;
    }
    there[links] = (uint32_t)(storage + 2 * site);
    home[0] = (uint32_t)(storage + 2 * site + 1);
    to->channel = there;
    back->channel = home;
    to->count = back->count = links + 1;
    to->latency_ns = back->latency_ns = search->reach[site_place].latency_ns;
    return true;
}

static bool name_channels(struct mdl_channel *channel, const struct mdl_network_config *config,
                          const struct mdl_site_end *site, size_t site_count,
                          struct sim_arena *arena)
{
    bool is_named = true;

    for (size_t i = 0; i < config->links.count; i++) {
        const struct mdl_link_config *link = sim_map_at(&config->links, i);

        channel[2 * i].name = suffixed(arena, link->item.key, " >");
        channel[2 * i + 1].name = suffixed(arena, link->item.key, " <");
        channel[2 * i].capacity = channel[2 * i + 1].capacity = link->capacity_bytes_per_s;
        is_named = is_named && channel[2 * i].name && channel[2 * i + 1].name;
    }
    channel += 2 * config->links.count;
    for (size_t i = 0; i < site_count; i++) {
        double write = site[i].write_bytes_per_s, read = site[i].read_bytes_per_s;

        channel[2 * i].name = suffixed(arena, site[i].key, " storage write");
        channel[2 * i + 1].name = suffixed(arena, site[i].key, " storage read");
        channel[2 * i].capacity = write > 0 ? write : INFINITY;
        channel[2 * i + 1].capacity = read > 0 ? read : INFINITY;
        is_named = is_named && channel[2 * i].name && channel[2 * i + 1].name;
    }
    return is_named;
}

static bool find_routes(struct mdl_network_plan *plan, const struct mdl_network_config *config,
                        struct sim_arena *arena)
{
    size_t cells = plan->place_count * plan->site_count, hubs = config->hubs.count;
    size_t *end = sim_arena_alloc(arena, 2 * plan->link_count, sizeof *end);
    struct reach *reach = sim_arena_alloc(arena, plan->place_count, sizeof *reach);
    struct mdl_route *to = sim_arena_alloc(arena, cells, sizeof *to);
    struct mdl_route *back = sim_arena_alloc(arena, cells, sizeof *back);
    struct search search = {.config = config, .plan = plan, .end = end, .reach = reach};

    if (!end || !reach || !to || !back)
        return false;
    for (size_t i = 0; i < plan->link_count; i++) {
        const struct mdl_link_config *link = sim_map_at(&config->links, i);
        end[2 * i] = mdl_network_place(plan, link->from);
        end[2 * i + 1] = mdl_network_place(plan, link->to);
    }
    for (size_t start = 0; start < plan->place_count; start++) {
        search_from(&search, start);
        for (size_t site = 0; site < plan->site_count; site++) {
            size_t cell = start * plan->site_count + site;
            if (reach[hubs + site].is_reached &&
                !store(&search, start, site, hubs + site, &to[cell], &back[cell], arena))
                return false;
        }
    }
    plan->route = to;
    plan->back = back;
    return true;
}

enum sim_status mdl_network_plan_init(struct mdl_network_plan *plan,
                                      const struct mdl_network_config *config,
                                      const struct mdl_site_end *site, size_t site_count,
                                      struct sim_arena *arena, struct sim_error *err)
{
    size_t hubs = config->hubs.count;
    const char **place = sim_arena_alloc(arena, hubs + site_count, sizeof *place);
    size_t channel_count = 2 * (config->links.count + site_count);
    struct mdl_channel *channel = sim_arena_alloc(arena, channel_count, sizeof *channel);

    *plan = (struct mdl_network_plan){.channel_count = channel_count,
                                      .link_count = config->links.count,
                                      .channel = channel,
                                      .place_count = hubs + site_count,
                                      .site_count = site_count,
                                      .place = place};
    if (!place || !channel || !name_channels(channel, config, site, site_count, arena))
        return sim_fail(err, SIM_ENOMEM, "no memory for the network");
    for (size_t i = 0; i < hubs; i++)
        place[i] = ((const struct mdl_hub_config *)sim_map_at(&config->hubs, i))->item.key;
    for (size_t i = 0; i < site_count; i++)
        place[hubs + i] = site[i].key;
    if (!find_routes(plan, config, arena))
        return sim_fail(err, SIM_ENOMEM, "no memory for the routes");
    return SIM_OK;
}
