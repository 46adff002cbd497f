/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/circuit_plan.h"

#include <stdio.h>
#include <string.h>

#include "models/demand/community.h"
#include "models/transport/names.h"
#include "sim/units.h"

static bool has_text(const char *text)
{
    return text && *text;
}

/* ---- the plan ---- */

enum sim_status mdl_circuits_lay(struct mdl_circuits_plan *plan, const struct mdl_config *config,
                                 struct mdl_channels *channels, struct sim_error *err)
{
    const struct sim_map *circuits = &config->network.circuits;

    plan->count = circuits->count;
    plan->first_channel = (uint32_t)channels->count;
    plan->circuit = sim_arena_alloc(channels->arena, plan->count, sizeof *plan->circuit);
    if (!plan->circuit)
        return sim_fail(err, SIM_ENOMEM, "no memory for the circuits");
    for (size_t i = 0; i < plan->count; i++) {
        const struct mdl_circuit_config *circuit = sim_map_at(circuits, i);

        plan->circuit[i] = (struct mdl_circuit_plan){.config = circuit, .count = SIZE_MAX};
        for (int way = 0; way < 2; way++) {
            plan->circuit[i].channel[way] =
                mdl_channels_add(channels, circuit->item.key, way ? "<" : ">",
                                 circuit->capacity_bytes_per_s, MDL_CHANNEL_SHARED);
            if (plan->circuit[i].channel[way] == MDL_CHANNEL_NONE)
                return sim_fail(err, SIM_ENOMEM, "no memory for the circuits");
        }
    }
    return SIM_OK;
}

static bool is_for(const struct mdl_circuit_config *circuit, const char *community)
{
    return !has_text(circuit->communities) || mdl_names_have(circuit->communities, community);
}

/* The first community that a circuit names; SIZE_MAX: it names none. */
static size_t first_named(const struct mdl_circuit_config *circuit, const struct mdl_config *config)
{
    const char *rest = circuit->communities, *name;
    size_t length;

    if (!has_text(rest) || !mdl_names_next(&rest, &name, &length))
        return SIZE_MAX;
    for (size_t i = 0; i < config->communities.count; i++) {
        const char *key = ((const struct sim_item *)sim_map_at(&config->communities, i))->key;

        if (strlen(key) == length && strncmp(key, name, length) == 0)
            return i;
    }
    return SIZE_MAX;
}

/* The links of a circuit, into direction[]; SIZE_MAX: there is no way. */
static size_t find_way(struct mdl_search *search, const struct mdl_network_plan *network,
                       const struct mdl_circuit_plan *circuit, size_t rule, uint32_t *direction)
{
    const struct mdl_circuit_config *config = circuit->config;
    const struct mdl_path_config path = {
        .from = config->from, .to = config->to, .via = config->via};
    struct mdl_route found;

    if (has_text(config->via))
        return mdl_network_follow(network, &path, direction);
    if (!mdl_search_way(search, rule, circuit->from, circuit->to, 0, NULL, &found))
        return SIZE_MAX;
    memcpy(direction, found.channel, found.count * sizeof *direction);
    return found.count;
}

static void measure(struct mdl_circuit_plan *circuit, const struct mdl_network_plan *network,
                    bool *may_carry)
{
    circuit->is_duplex = true;
    circuit->latency_ns = 0;
    for (size_t r = 0; r < network->rule_count; r++)
        may_carry[r] = circuit->count != SIZE_MAX;
    for (size_t i = 0; circuit->count != SIZE_MAX && i < circuit->count; i++) {
        const struct mdl_direction *direction = &network->direction[circuit->direction[i]];

        circuit->latency_ns += direction->latency_ns;
        circuit->is_duplex = circuit->is_duplex && direction->reverse != MDL_CHANNEL_NONE;
        for (size_t r = 0; r < network->rule_count; r++)
            may_carry[r] = may_carry[r] && mdl_network_may_cross(network, r, circuit->direction[i]);
    }
}

enum sim_status mdl_circuits_find_ways(struct mdl_circuits_plan *plan,
                                       const struct mdl_config *config,
                                       const struct mdl_network_plan *network,
                                       const size_t *rule_of, struct sim_arena *arena,
                                       struct sim_error *err)
{
    struct mdl_search *search = mdl_search_create(network, arena);
    size_t communities = config->communities.count;

    plan->network = network;
    for (size_t i = 0; i < plan->count; i++) {
        struct mdl_circuit_plan *circuit = &plan->circuit[i];
        uint32_t *direction = sim_arena_alloc(arena, network->link_count, sizeof *direction);
        bool *may_carry = sim_arena_alloc(arena, network->rule_count, sizeof *may_carry);
        bool *is_used = sim_arena_alloc(arena, communities, sizeof *is_used);
        size_t first = first_named(circuit->config, config);

        if (!search || !direction || !may_carry || !is_used)
            return sim_fail(err, SIM_ENOMEM, "no memory for the circuits");
        circuit->from = mdl_network_place(network, circuit->config->from);
        circuit->to = mdl_network_place(network, circuit->config->to);
        circuit->count =
            find_way(search, network, circuit, first == SIZE_MAX ? 0 : rule_of[first], direction);
        circuit->direction = direction;
        measure(circuit, network, may_carry);
        for (size_t c = 0; c < communities; c++)
            is_used[c] =
                is_for(circuit->config,
                       ((const struct sim_item *)sim_map_at(&config->communities, c))->key);
        circuit->may_carry = may_carry;
        circuit->is_for = is_used;
    }
    return SIM_OK;
}

/* ---- rules ---- */

static bool has_key(const struct sim_map *map, const char *key, size_t length)
{
    for (size_t i = 0; i < map->count; i++) {
        const char *one = ((const struct sim_item *)sim_map_at(map, i))->key;

        if (strlen(one) == length && strncmp(one, key, length) == 0)
            return true;
    }
    return false;
}

static void check_place(const struct mdl_checker *c, const struct mdl_circuit_config *circuit,
                        const char *key, const char *place)
{
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, circuit->item.path, key);
    if (!has_key(&c->config->network.hubs, place, strlen(place)) &&
        !has_key(&c->config->sites, place, strlen(place)))
        MDL_REPORT(c, path, "'%.64s' is neither a hub of the network nor a site", place);
}

/* Is the name among those of the list before it? */
static bool is_repeated(const char *list, const char *name, size_t length)
{
    const char *one;
    size_t one_length;

    while (mdl_names_next(&list, &one, &one_length) && one < name)
        if (one_length == length && strncmp(one, name, length) == 0)
            return true;
    return false;
}

static void check_names(const struct mdl_checker *c, const struct mdl_circuit_config *circuit)
{
    const char *rest = circuit->communities ? circuit->communities : "", *name;
    char path[MDL_PATH_BYTES];
    size_t length, count = 0;

    mdl_path_of(path, circuit->item.path, "for");
    for (; mdl_names_next(&rest, &name, &length); count++)
        if (!has_key(&c->config->communities, name, length))
            MDL_REPORT(c, path, "'%.*s' is not a community; write their keys, separated by commas",
                       length < 64 ? (int)length : 64, name);
        else if (is_repeated(circuit->communities, name, length))
            MDL_REPORT(c, path, "names '%.*s' twice; write each community once",
                       length < 64 ? (int)length : 64, name);
    if (has_text(circuit->communities) && count == 0)
        MDL_REPORT(c, path, "names no community; leave it out for all of them");
}

static void check_calendar(const struct mdl_checker *c, const struct mdl_circuit_config *circuit)
{
    double days = (double)(c->config->end_days - c->config->start_days) +
                  (double)(c->config->preroll_ns + c->config->followup_ns) / SIM_DAY_NS;
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, circuit->item.path, "end");
    if (circuit->end_days != SIM_DATE_NONE && circuit->start_days != SIM_DATE_NONE &&
        circuit->end_days <= circuit->start_days)
        MDL_REPORT(c, path, "must be after start");
    mdl_path_of(path, circuit->item.path, "every");
    if (circuit->every_ns > 0 && circuit->duration_ns == 0)
        MDL_REPORT(c, path, "needs 'duration': how long each booking lasts");
    else if (circuit->every_ns > 0 && circuit->every_ns <= circuit->duration_ns)
        MDL_REPORT(c, path, "must be longer than the duration, %.6g h",
                   sim_s_from_ns(circuit->duration_ns) / SIM_HOUR_S);
    else if (circuit->every_ns > 0 &&
             days * SIM_DAY_S / sim_s_from_ns(circuit->every_ns) > MDL_BOOKINGS_MAX)
        MDL_REPORT(c, path, "makes more than %d bookings; write a longer time", MDL_BOOKINGS_MAX);
}

void mdl_circuits_check(const struct mdl_checker *c)
{
    const struct sim_map *circuits = &c->config->network.circuits;

    for (size_t i = 0; i < circuits->count; i++) {
        const struct mdl_circuit_config *circuit = sim_map_at(circuits, i);

        check_place(c, circuit, "from", circuit->from);
        check_place(c, circuit, "to", circuit->to);
        if (strcmp(circuit->from, circuit->to) == 0)
            MDL_REPORT(c, circuit->item.path, "joins '%.64s' to itself", circuit->from);
        check_names(c, circuit);
        check_calendar(c, circuit);
    }
}

static void check_way(const struct mdl_checker *c, const struct mdl_circuit_plan *circuit,
                      const size_t *rule_of)
{
    const struct sim_map *communities = &c->config->communities;
    char path[MDL_PATH_BYTES];

    if (circuit->count == SIZE_MAX) {
        mdl_path_of(path, circuit->config->item.path,
                    has_text(circuit->config->via) ? "via" : "to");
        MDL_REPORT(c, path,
                   has_text(circuit->config->via)
                       ? "its links do not lead from '%.64s' to '%.64s' one after the other"
                       : "no way that its communities may take leads from '%.64s' to '%.64s'",
                   circuit->config->from, circuit->config->to);
        return;
    }
    mdl_path_of(path, circuit->config->item.path, "for");
    for (size_t i = 0; has_text(circuit->config->communities) && i < communities->count; i++) {
        const struct sim_item *community = sim_map_at(communities, i);

        if (circuit->is_for[i] && !circuit->may_carry[rule_of[i]])
            MDL_REPORT(c, path,
                       "the residency or security of '%.64s' forbids the circuit's way; give 'via'",
                       community->key);
    }
}

/* "12.5 Gbit/s" */
static const char *shown_rate(double bytes_per_s, char text[32])
{
    snprintf(text, 32, "%.4g Gbit/s", bytes_per_s / 125e6);
    return text;
}

static void check_room(const struct mdl_checker *c, const struct mdl_circuits_plan *plan,
                       size_t index)
{
    const struct mdl_circuit_config *circuit = plan->circuit[index].config;
    char path[MDL_PATH_BYTES], day[16], asked[32], left[32];
    struct mdl_refusal refusal;
    const struct sim_item *link;
    int64_t day_ns;

    if (mdl_circuit_is_admitted(plan, index, &refusal))
        return;
    mdl_path_of(path, circuit->item.path, "capacity");
    link = sim_map_at(&plan->network->config->links, refusal.link);
    day_ns = refusal.time_ns - (refusal.time_ns % SIM_DAY_NS + SIM_DAY_NS) % SIM_DAY_NS;
    sim_date_format(plan->calendar->start_days + day_ns / SIM_DAY_NS, day);
    if (refusal.is_window)
        MDL_REPORT(c, path,
                   "is not admitted: planned work takes '%.64s' down on %s, within its booking",
                   link->key, day);
    else
        MDL_REPORT(c, path,
                   "%s is not admitted: '%.64s' has %s left on %s at %.4g h; write at most that, "
                   "or another time",
                   shown_rate(circuit->capacity_bytes_per_s, asked), link->key,
                   shown_rate(refusal.left_bytes_per_s, left), day,
                   (double)(refusal.time_ns - day_ns) / SIM_HOUR_NS);
}

void mdl_circuits_plan_check(const struct mdl_checker *c, const struct mdl_circuits_plan *plan,
                             const size_t *rule_of)
{
    for (size_t i = 0; i < plan->count; i++) {
        check_way(c, &plan->circuit[i], rule_of);
        check_room(c, plan, i);
    }
}

/* ---- cautions ---- */

static bool is_site(const struct mdl_network_plan *network, size_t place)
{
    return place >= network->place_count - network->site_count && place < network->place_count;
}

enum mdl_circuit_idle mdl_circuit_why_idle(const struct mdl_circuits_plan *plan, size_t index,
                                           size_t communities, const size_t *rule_of)
{
    const struct mdl_circuit_plan *circuit = &plan->circuit[index];
    struct mdl_circuit_span span;

    if (!mdl_circuit_booking(plan, circuit->config, plan->begin_ns, &span))
        return MDL_CIRCUIT_NEVER_BOOKED;
    if (!is_site(plan->network, circuit->from) && !is_site(plan->network, circuit->to))
        return MDL_CIRCUIT_BETWEEN_HUBS;
    for (size_t i = 0; i < communities; i++)
        if (circuit->is_for[i] && circuit->may_carry[rule_of[i]])
            return MDL_CIRCUIT_USABLE;
    return communities ? MDL_CIRCUIT_FORBIDDEN : MDL_CIRCUIT_USABLE;
}
