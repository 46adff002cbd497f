/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/world_private.h"

#include <string.h>

struct mdl_partition_flows mdl_world_integrals(const struct mdl_place *place, int64_t now_ns)
{
    const struct mdl_partition_state *state = mdl_partition_state(place->partition);
    sim_i128 waiting = sim_level_integral_ns(&state->waiting_jobs, now_ns);
    sim_i128 draining_unit_ns = sim_level_integral_ns(&state->overrun_units, now_ns);

    return (struct mdl_partition_flows){
        .busy_unit_ns = sim_level_integral_ns(&state->busy_units, now_ns),
        .released_unit_ns =
            sim_level_integral_ns(&state->capacity_units, now_ns) + draining_unit_ns,
        .installed_unit_ns = sim_level_integral_ns(&place->installed_units, now_ns),
        .lost_unit_ns =
            {[MDL_LOST_MAINTENANCE] = sim_level_integral_ns(&state->maintenance_units, now_ns),
             [MDL_LOST_RESERVED_IDLE] = sim_level_integral_ns(&state->reserved_idle_units, now_ns),
             [MDL_LOST_FRAGMENTED] = sim_level_integral_ns(&state->fragmented_units, now_ns),
             [MDL_LOST_BLOCKED] = sim_level_integral_ns(&state->blocked_units, now_ns),
             [MDL_LOST_NO_DEMAND] = sim_level_integral_ns(&state->no_demand_units, now_ns)},
        .draining_unit_ns = draining_unit_ns,
        .waiting_ns = waiting,
        .inside_ns = waiting + sim_level_integral_ns(&state->running_jobs, now_ns)};
}

struct mdl_partition_flows mdl_world_difference(const struct mdl_partition_flows *to,
                                                const struct mdl_partition_flows *from)
{
    struct mdl_partition_flows since = {
        .busy_unit_ns = to->busy_unit_ns - from->busy_unit_ns,
        .released_unit_ns = to->released_unit_ns - from->released_unit_ns,
        .installed_unit_ns = to->installed_unit_ns - from->installed_unit_ns,
        .draining_unit_ns = to->draining_unit_ns - from->draining_unit_ns,
        .waiting_ns = to->waiting_ns - from->waiting_ns,
        .inside_ns = to->inside_ns - from->inside_ns};

    for (int cause = 0; cause < MDL_LOST_CAUSES; cause++)
        since.lost_unit_ns[cause] = to->lost_unit_ns[cause] - from->lost_unit_ns[cause];
    return since;
}

double mdl_world_it_j(const struct mdl_world *world, size_t partition,
                      const struct mdl_partition_flows *flows)
{
    return mdl_energy_it_j(&world->plan->power[partition], flows->installed_unit_ns,
                           flows->busy_unit_ns);
}

struct mdl_link_use mdl_world_link_use(const struct mdl_world *world, size_t direction)
{
    size_t link = world->plan->network.direction[direction].link_index;
    struct mdl_link_bytes bytes = mdl_link_state_bytes(world->links, link, world->sim->now_ns);

    return (struct mdl_link_use){
        .moved = mdl_flows_bytes(world->streams, (uint32_t)direction) +
                 (world->circuits ? mdl_world_circuit_bytes(world, direction) : 0),
        .capacity = bytes.capacity,
        .background = bytes.background,
    };
}

void mdl_world_begin_network(struct mdl_world *world)
{
    const struct mdl_network_plan *network = &world->plan->network;

    for (size_t i = 0; i < network->direction_count; i++) {
        world->start.link[i] = mdl_world_link_use(world, i);
        world->start.held_up[i] = mdl_flows_limited_bytes(world->streams, (uint32_t)i);
    }
    memcpy(world->start.bottleneck, mdl_transfers_bottlenecks(world->transfers),
           (network->channel_count + 1) * sizeof *world->start.bottleneck);
    world->start.counts = *mdl_transfers_counts(world->transfers);
    if (world->fleets)
        mdl_fleets_begin_window(world->fleets);
}

static void close_links(struct mdl_world *world)
{
    for (size_t i = 0; i < world->plan->network.direction_count; i++) {
        const struct mdl_link_use *start = &world->start.link[i];
        struct mdl_link_use now = mdl_world_link_use(world, i);
        struct mdl_link_flows *link = &world->link[i];
        double capacity = now.capacity - start->capacity;

        link->own.mean_frac = (now.moved - start->moved) / capacity;
        link->all.mean_frac =
            (now.moved - start->moved + now.background - start->background) / capacity;
        link->held_up_bytes =
            mdl_flows_limited_bytes(world->streams, (uint32_t)i) - world->start.held_up[i];
        link->all.hourly = world->hourly ? &world->hourly[i] : NULL;
        link->own.hourly = world->hourly_own ? &world->hourly_own[i] : NULL;
    }
}

void mdl_world_close_network(struct mdl_world *world)
{
    const struct mdl_network_plan *network = &world->plan->network;
    const struct mdl_transfer_counts *start = &world->start.counts,
                                     *now = mdl_transfers_counts(world->transfers);
    const struct mdl_bottleneck *bottleneck = mdl_transfers_bottlenecks(world->transfers);

    close_links(world);
    if (world->fleets)
        mdl_fleets_end_window(world->fleets);
    world->moved = (struct mdl_transfer_flows){.arrived = now->arrived - start->arrived,
                                               .failed = now->failed - start->failed,
                                               .rerouted = now->rerouted - start->rerouted,
                                               .given_up = now->given_up - start->given_up};
    for (size_t i = 0; i <= network->channel_count; i++) {
        uint64_t count = bottleneck[i].transfers - world->start.bottleneck[i].transfers;

        if (i < network->direction_count)
            world->link[i].held_up = count;
        *(i == network->channel_count ? &world->moved.held_up_by_line
          : i < network->direction_count ||
                  mdl_circuit_of_channel(&world->plan->circuits, (uint32_t)i)
              ? &world->moved.held_up_by_link
              : &world->moved.held_up_by_site) += count;
    }
}

void mdl_world_on_link(void *context, size_t link, bool is_down)
{
    struct mdl_world *world = context;

    if (world->circuits)
        mdl_circuits_on_link(world->circuits, link);
    if (world->keys)
        mdl_keys_set_down(world->keys, link, is_down);
    mdl_transfers_review(world->transfers);
}

void mdl_world_set_installed(struct mdl_place *place)
{
    const struct mdl_partition_plan *plan = &place->world->plan->partition[place->index];
    int64_t busy = mdl_partition_state(place->partition)->busy_units.value;
    int64_t planned = plan->step[place->step].installed_units;
    int64_t installed = busy > planned ? busy : planned;

    if (installed != place->installed_units.value)
        sim_level_set(&place->installed_units, place->world->sim->now_ns, installed);
}

void mdl_world_on_capacity(struct sim *sim, void *subject)
{
    struct mdl_place *place = subject;
    const struct mdl_partition_plan *plan = &place->world->plan->partition[place->index];
    const struct mdl_capacity_step *step = &plan->step[++place->step];

    mdl_partition_set_capacity(place->partition, step->units);
    mdl_world_set_installed(place);
    if (place->step + 1 < plan->step_count)
        sim_timer_arm(sim, &place->capacity_timer, step[1].time_ns);
}
