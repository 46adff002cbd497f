/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/routes.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "models/transport/names.h"
#include "sim/units.h"

struct reach { /* how a place is reached from the start of a search */
    int64_t latency_ns;
    size_t hops;
    uint32_t direction; /* by which it was reached */
    size_t from;
    bool is_reached, is_final;
};

struct mdl_search {
    const struct mdl_network_plan *plan;
    struct reach *reach; /* [place] */
    const struct mdl_rule *rule;
    const bool *is_down; /* [direction]; NULL: none is */
    uint32_t *path;      /* directions of a way */
    uint32_t *channel;   /* channels of a way */
};

/* ---- stops and directions ---- */

size_t mdl_network_place(const struct mdl_network_plan *plan, const char *key)
{
    for (size_t i = 0; i < plan->place_count; i++) {
        if (strcmp(plan->stop[i].key, key) == 0)
            return i;
    }
    return SIZE_MAX;
}

/* Rounded to a microsecond: the last bits of libm's sine reach no event. */
double mdl_network_distance_s(const struct mdl_stop *from, const struct mdl_stop *to,
                              double path_factor)
{
    static const double RADIAN = 3.14159265358979323846 / 180, EARTH_KM = 6371.0;
    double half_lat = sin((to->lat_deg - from->lat_deg) * RADIAN / 2);
    double half_lon = sin((to->lon_deg - from->lon_deg) * RADIAN / 2);
    double square = half_lat * half_lat +
                    cos(from->lat_deg * RADIAN) * cos(to->lat_deg * RADIAN) * half_lon * half_lon;
    double km = 2 * EARTH_KM * asin(sqrt(square > 1 ? 1 : square));

    return round(km * path_factor / MDL_FIBRE_KM_PER_S * 1e6) / 1e6;
}

static int64_t latency_of(const struct mdl_network_plan *plan, const struct mdl_link_config *link,
                          size_t from, size_t to)
{
    double s;

    if (link->latency_ns != MDL_LATENCY_UNSET)
        return link->latency_ns;
    s = mdl_network_distance_s(&plan->stop[from], &plan->stop[to], plan->config->path_factor);
    return isnan(s) ? 0 : sim_ns_from_s(s);
}

static bool lay_links(struct mdl_network_plan *plan, struct mdl_channels *channels)
{
    struct mdl_direction *direction =
        sim_arena_alloc(channels->arena, 2 * plan->link_count, sizeof *direction);
    uint32_t n = 0;

    for (size_t i = 0; direction && i < plan->link_count; i++) {
        const struct mdl_link_config *link = sim_map_at(&plan->config->links, i);
        size_t from = mdl_network_place(plan, link->from), to = mdl_network_place(plan, link->to);
        int64_t latency_ns = latency_of(plan, link, from, to);

        for (int way = 0; way < 1 + link->is_duplex; way++) {
            if (mdl_channels_add(channels, link->item.key, way ? "<" : ">",
                                 link->capacity_bytes_per_s, MDL_CHANNEL_SHARED) != n)
                return false;
            direction[n] = (struct mdl_direction){
                .link = link,
                .link_index = i,
                .from = way ? to : from,
                .to = way ? from : to,
                .latency_ns = latency_ns,
                .reverse = !link->is_duplex ? MDL_CHANNEL_NONE
                           : way            ? n - 1
                                            : n + 1,
            };
            n++;
        }
    }
    plan->direction = direction;
    plan->direction_count = n;
    return direction;
}

enum sim_status mdl_network_lay(struct mdl_network_plan *plan,
                                const struct mdl_network_config *config,
                                const struct mdl_site_end *site, size_t site_count,
                                bool (*is_eu)(const char *country), struct mdl_channels *channels,
                                struct sim_error *err)
{
    size_t hubs = config->hubs.count;

    *plan = (struct mdl_network_plan){.config = config,
                                      .link_count = config->links.count,
                                      .place_count = hubs + site_count,
                                      .site_count = site_count};
    plan->stop = sim_arena_alloc(channels->arena, plan->place_count, sizeof *plan->stop);
    if (!plan->stop)
        return sim_fail(err, SIM_ENOMEM, "no memory for the network");
    for (size_t i = 0; i < hubs; i++) {
        const struct mdl_hub_config *hub = sim_map_at(&config->hubs, i);

        plan->stop[i] = (struct mdl_stop){.key = hub->item.key,
                                          .country = hub->country ? hub->country : "",
                                          .lat_deg = hub->lat_deg,
                                          .lon_deg = hub->lon_deg};
    }
    for (size_t i = 0; i < site_count; i++)
        plan->stop[hubs + i] = (struct mdl_stop){.key = site[i].key,
                                                 .country = site[i].country,
                                                 .lat_deg = site[i].lat_deg,
                                                 .lon_deg = site[i].lon_deg};
    for (size_t i = 0; i < plan->place_count; i++)
        plan->stop[i].is_eu = is_eu(plan->stop[i].country);
    if (!lay_links(plan, channels))
        return sim_fail(err, SIM_ENOMEM, "no memory for the links");
    return SIM_OK;
}

static struct mdl_stop_end *end_of(struct mdl_network_plan *plan, size_t site, bool into_enclave)
{
    return &plan->stop[plan->place_count - plan->site_count + site].end[into_enclave];
}

void mdl_network_cross_in(struct mdl_network_plan *plan, size_t site, bool into_enclave,
                          uint32_t channel)
{
    struct mdl_stop_end *end = end_of(plan, site, into_enclave);

    assert(end->in_count < MDL_STOP_CHANNELS_MAX);
    end->in[end->in_count++] = channel;
}

void mdl_network_cross_out(struct mdl_network_plan *plan, size_t site, bool into_enclave,
                           uint32_t channel)
{
    struct mdl_stop_end *end = end_of(plan, site, into_enclave);

    assert(end->out_count < MDL_STOP_CHANNELS_MAX);
    end->out[end->out_count++] = channel;
}

/* ---- rules ---- */

static bool is_same_rule(const struct mdl_rule *a, const struct mdl_rule *b)
{
    return a->residency == b->residency && a->is_secure == b->is_secure &&
           a->needs_keys == b->needs_keys && a->into_enclave == b->into_enclave &&
           (a->residency != MDL_RESIDENCY_NATIONAL || strcmp(a->country, b->country) == 0);
}

size_t mdl_network_rule(const struct mdl_rule *rule, size_t count, const struct mdl_rule *wanted)
{
    for (size_t i = 0; i < count; i++) {
        if (is_same_rule(&rule[i], wanted))
            return i;
    }
    return SIZE_MAX;
}

static bool may_stop(const struct mdl_rule *rule, const struct mdl_stop *stop)
{
    switch (rule->residency) {
    case MDL_RESIDENCY_EU:
        return stop->is_eu;
    case MDL_RESIDENCY_NATIONAL:
        return strcmp(stop->country, rule->country) == 0;
    default:
        return true;
    }
}

static bool may_cross(const struct mdl_network_plan *plan, const struct mdl_rule *rule,
                      const struct mdl_direction *direction)
{
    return (direction->link->is_secure || !rule->is_secure) &&
           (mdl_link_has_keys(direction->link) || !rule->needs_keys) &&
           may_stop(rule, &plan->stop[direction->from]) &&
           may_stop(rule, &plan->stop[direction->to]);
}

bool mdl_network_may_cross(const struct mdl_network_plan *plan, size_t rule, uint32_t direction)
{
    return may_cross(plan, &plan->rule[rule], &plan->direction[direction]);
}

/* ---- search ---- */

static bool is_nearer(const struct mdl_search *search, int64_t latency_ns, size_t hops,
                      const struct reach *than)
{
    bool by_hops = search->plan->config->routing == MDL_ROUTING_HOPS;

    if (!than->is_reached)
        return true;
    if (by_hops && hops != than->hops)
        return hops < than->hops;
    return latency_ns < than->latency_ns || (latency_ns == than->latency_ns && hops < than->hops);
}

static void relax(struct mdl_search *search, size_t at)
{
    const struct mdl_network_plan *plan = search->plan;
    const struct reach here = search->reach[at];

    for (uint32_t i = 0; i < plan->direction_count; i++) {
        const struct mdl_direction *direction = &plan->direction[i];
        struct reach *there = &search->reach[direction->to];
        int64_t latency_ns = here.latency_ns + direction->latency_ns;

        if (direction->from == at && !there->is_final &&
            is_nearer(search, latency_ns, here.hops + 1, there) &&
            !(search->is_down && search->is_down[i]) && may_cross(plan, search->rule, direction))
            *there = (struct reach){latency_ns, here.hops + 1, i, at, true, false};
    }
}

/* Dijkstra from one place to all. */
static void search_from(struct mdl_search *search, size_t start)
{
    memset(search->reach, 0, search->plan->place_count * sizeof *search->reach);
    search->reach[start].is_reached = may_stop(search->rule, &search->plan->stop[start]);
    for (;;) {
        size_t next = SIZE_MAX;

        for (size_t i = 0; i < search->plan->place_count; i++) {
            const struct reach *place = &search->reach[i];
            if (place->is_reached && !place->is_final &&
                (next == SIZE_MAX ||
                 is_nearer(search, place->latency_ns, place->hops, &search->reach[next])))
                next = i;
        }
        if (next == SIZE_MAX)
            return;
        search->reach[next].is_final = true;
        relax(search, next);
    }
}

/* Channels of a way over count directions, which stand in search->path, with what is crossed at its
 * ends where asked for; they stay until the next one. */
static struct mdl_route compose(struct mdl_search *search, size_t count, const struct mdl_stop *out,
                                const struct mdl_stop *in)
{
    struct mdl_route route = {.channel = search->channel};
    int kind = search->rule->into_enclave;

    for (size_t i = 0; out && i < out->end[kind].out_count; i++)
        search->channel[route.count++] = out->end[kind].out[i];
    for (size_t i = 0; i < count; i++) {
        search->channel[route.count++] = search->path[i];
        route.latency_ns += search->plan->direction[search->path[i]].latency_ns;
    }
    for (size_t i = 0; in && i < in->end[kind].in_count; i++)
        search->channel[route.count++] = in->end[kind].in[i];
    return route;
}

const struct mdl_route *mdl_route_copy(const struct mdl_route *route, struct sim_arena *arena)
{
    struct mdl_route *copy = sim_arena_alloc(arena, 1, sizeof *copy);
    uint32_t *channel = sim_arena_alloc(arena, route->count, sizeof *channel);

    if (!copy || !channel)
        return NULL;
    for (size_t i = 0; i < route->count; i++)
        channel[i] = route->channel[i];
    *copy = (struct mdl_route){route->count, channel, route->latency_ns};
    return copy;
}

/* Directions of the way that a search has found to a place. */
static size_t trace_back(const struct mdl_search *search, size_t start, size_t goal)
{
    size_t count = search->reach[goal].hops;

    for (size_t at = goal, i = count; at != start; at = search->reach[at].from)
        search->path[--i] = search->reach[at].direction;
    return count;
}

/* Turns a way round; false: a link of it leads one way only. */
static bool turn(const struct mdl_network_plan *plan, uint32_t *path, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (plan->direction[path[i]].reverse == MDL_CHANNEL_NONE)
            return false;
    }
    for (size_t i = 0, k = count; i < k--; i++) {
        uint32_t first = plan->direction[path[i]].reverse;

        path[i] = plan->direction[path[k]].reverse;
        path[k] = first;
    }
    return true;
}

struct mdl_search *mdl_search_create(const struct mdl_network_plan *plan, struct sim_arena *arena)
{
    struct mdl_search *search = sim_arena_alloc(arena, 1, sizeof *search);
    size_t longest = plan->place_count + plan->link_count;

    if (!search)
        return NULL;
    search->plan = plan;
    search->reach = sim_arena_alloc(arena, plan->place_count, sizeof *search->reach);
    search->path = sim_arena_alloc(arena, longest, sizeof *search->path);
    search->channel =
        sim_arena_alloc(arena, longest + 2 * MDL_STOP_CHANNELS_MAX, sizeof *search->channel);
    return search->reach && search->path && search->channel ? search : NULL;
}

bool mdl_search_way(struct mdl_search *search, size_t rule, size_t from, size_t to, unsigned ends,
                    const bool *is_down, struct mdl_route *out)
{
    const struct mdl_network_plan *plan = search->plan;

    search->rule = &plan->rule[rule];
    search->is_down = is_down;
    search_from(search, from);
    if (!search->reach[to].is_reached)
        return false;
    *out =
        compose(search, trace_back(search, from, to), ends & MDL_WAY_OUT ? &plan->stop[from] : NULL,
                ends & MDL_WAY_IN ? &plan->stop[to] : NULL);
    return true;
}

/* ---- ways of the plan ---- */

struct ways { /* of one rule */
    struct mdl_search *search;
    struct sim_arena *arena;
    const struct mdl_route **to, **from; /* [place][site] */
};

/* Keeps the way over count directions of the search; false: no memory. */
static bool keep(struct ways *ways, size_t count, const struct mdl_stop *out,
                 const struct mdl_stop *in, const struct mdl_route **way)
{
    struct mdl_route found = compose(ways->search, count, out, in);

    *way = mdl_route_copy(&found, ways->arena);
    return *way;
}

static size_t stop_of_site(const struct mdl_network_plan *plan, size_t site)
{
    return plan->place_count - plan->site_count + site;
}

/* The ways from a place to all sites, and back over the same links. */
static bool find_to(struct ways *ways, size_t place)
{
    struct mdl_search *search = ways->search;
    const struct mdl_network_plan *plan = search->plan;

    search_from(search, place);
    for (size_t site = 0; site < plan->site_count; site++) {
        size_t cell = place * plan->site_count + site, goal = stop_of_site(plan, site), count;
        const struct mdl_stop *stop = &plan->stop[goal];

        if (!search->reach[goal].is_reached)
            continue;
        count = trace_back(search, place, goal);
        if (!keep(ways, count, NULL, stop, &ways->to[cell]))
            return false;
        if (turn(plan, search->path, count) && !keep(ways, count, stop, NULL, &ways->from[cell]))
            return false;
    }
    return true;
}

/* The ways from a site, where those to it cannot be turned. */
static bool find_from(struct ways *ways, size_t site)
{
    struct mdl_search *search = ways->search;
    const struct mdl_network_plan *plan = search->plan;
    size_t start = stop_of_site(plan, site);

    search_from(search, start);
    for (size_t place = 0; place < plan->place_count; place++) {
        const struct mdl_route **way = &ways->from[place * plan->site_count + site];

        if (*way || !search->reach[place].is_reached)
            continue;
        if (!keep(ways, trace_back(search, start, place), &plan->stop[start], NULL, way))
            return false;
    }
    return true;
}

static size_t named_link(const struct mdl_network_plan *plan, const char *name, size_t length)
{
    for (size_t i = 0; i < plan->link_count; i++) {
        const struct sim_item *link = sim_map_at(&plan->config->links, i);

        if (strlen(link->key) == length && strncmp(link->key, name, length) == 0)
            return i;
    }
    return SIZE_MAX;
}

size_t mdl_network_follow(const struct mdl_network_plan *plan, const struct mdl_path_config *path,
                          uint32_t *direction)
{
    size_t at = mdl_network_place(plan, path->from), count = 0, length;
    const char *rest = path->via, *name;

    while (mdl_names_next(&rest, &name, &length)) {
        size_t link = named_link(plan, name, length);
        uint32_t i = 0;

        while (i < plan->direction_count &&
               (plan->direction[i].link_index != link || plan->direction[i].from != at))
            i++;
        if (i == plan->direction_count || count == plan->link_count)
            return SIZE_MAX;
        if (direction)
            direction[count] = i;
        count++;
        at = plan->direction[i].to;
    }
    return at == mdl_network_place(plan, path->to) ? count : SIZE_MAX;
}

bool mdl_network_leads(const struct mdl_network_plan *plan, const struct mdl_path_config *path)
{
    return mdl_network_follow(plan, path, NULL) != SIZE_MAX;
}

/* Whether a given way says how to come back. */
static bool is_given(const struct mdl_network_plan *plan, const char *from, const char *to)
{
    for (size_t i = 0; i < plan->config->routes.count; i++) {
        const struct mdl_path_config *path = sim_map_at(&plan->config->routes, i);

        if (strcmp(path->from, from) == 0 && strcmp(path->to, to) == 0)
            return true;
    }
    return false;
}

static bool put_way(struct ways *ways, size_t from, size_t to, size_t count)
{
    const struct mdl_network_plan *plan = ways->search->plan;
    size_t hubs = plan->place_count - plan->site_count;

    if (to >= hubs &&
        !keep(ways, count, NULL, &plan->stop[to], &ways->to[from * plan->site_count + to - hubs]))
        return false;
    return from < hubs || keep(ways, count, &plan->stop[from], NULL,
                               &ways->from[to * plan->site_count + from - hubs]);
}

/* A given way takes the place of the one found, under the rules that let it. */
static bool give_way(struct ways *ways, const struct mdl_path_config *path)
{
    struct mdl_search *search = ways->search;
    const struct mdl_network_plan *plan = search->plan;
    size_t from = mdl_network_place(plan, path->from), to = mdl_network_place(plan, path->to);
    size_t count = mdl_network_follow(plan, path, search->path);

    if (from == SIZE_MAX || to == SIZE_MAX || count == SIZE_MAX)
        return true;
    for (size_t i = 0; i < count; i++) {
        if (!may_cross(plan, search->rule, &plan->direction[search->path[i]]))
            return true;
    }
    if (!put_way(ways, from, to, count))
        return false;
    return is_given(plan, path->to, path->from) || !turn(plan, search->path, count) ||
           put_way(ways, to, from, count);
}

static bool find_ways_of_rule(struct ways *ways)
{
    const struct mdl_network_plan *plan = ways->search->plan;

    for (size_t place = 0; place < plan->place_count; place++) {
        if (!find_to(ways, place))
            return false;
    }
    for (size_t site = 0; site < plan->site_count; site++) {
        if (!find_from(ways, site))
            return false;
    }
    for (size_t i = 0; i < plan->config->routes.count; i++) {
        if (!give_way(ways, sim_map_at(&plan->config->routes, i)))
            return false;
    }
    return true;
}

enum sim_status mdl_network_find_ways(struct mdl_network_plan *plan, const struct mdl_rule *rule,
                                      size_t rule_count, const struct mdl_channels *channels,
                                      struct sim_error *err)
{
    struct sim_arena *arena = channels->arena;
    size_t cells = plan->place_count * plan->site_count;
    const struct mdl_route **to = sim_arena_alloc(arena, rule_count * cells, sizeof *to);
    const struct mdl_route **from = sim_arena_alloc(arena, rule_count * cells, sizeof *from);
    struct ways ways = {.search = mdl_search_create(plan, arena), .arena = arena};

    plan->channel = channels->channel;
    plan->channel_count = channels->count;
    plan->rule = rule;
    plan->rule_count = rule_count;
    if (!to || !from || !ways.search)
        return sim_fail(err, SIM_ENOMEM, "no memory for the routes");
    for (size_t i = 0; i < rule_count; i++) {
        ways.search->rule = &rule[i];
        ways.to = to + i * cells;
        ways.from = from + i * cells;
        if (!find_ways_of_rule(&ways))
            return sim_fail(err, SIM_ENOMEM, "no memory for the routes");
    }
    plan->route = to;
    plan->back = from;
    return SIM_OK;
}
