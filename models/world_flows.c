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

void mdl_world_begin_network(struct mdl_world *world)
{
    const struct mdl_network_plan *network = &world->plan->network;

    mdl_world_begin_loads(world);
    mdl_world_begin_borders(world);
    memcpy(world->start.bottleneck, mdl_transfers_bottlenecks(world->transfers),
           (network->channel_count + 1) * sizeof *world->start.bottleneck);
    world->start.counts = *mdl_transfers_counts(world->transfers);
    world->start.uncovered = world->uncovered;
    world->start.unreached = world->unreached;
    if (world->fleets)
        mdl_fleets_begin_window(world->fleets);
}

/* Where the channel is that transfers are held up by: an own radio rate is an own line. */
static uint64_t *held_up_by(struct mdl_world *world, size_t channel)
{
    const struct mdl_network_plan *network = &world->plan->network;

    if (channel == network->channel_count || network->channel[channel].rule == MDL_CHANNEL_PER_FLOW)
        return &world->moved.held_up_by_line;
    if (channel < network->direction_count ||
        mdl_circuit_of_channel(&world->plan->circuits, (uint32_t)channel))
        return &world->moved.held_up_by_link;
    return network->channel[channel].rule == MDL_CHANNEL_AIRTIME ? &world->moved.held_up_by_cell
                                                                 : &world->moved.held_up_by_site;
}

/* Transfers that arrived, by what held them up at their end. */
static void close_bottlenecks(struct mdl_world *world)
{
    const struct mdl_network_plan *network = &world->plan->network;
    const struct mdl_bottleneck *bottleneck = mdl_transfers_bottlenecks(world->transfers);
    struct mdl_link_flows *link = mdl_world_link_flows(world);

    for (size_t i = 0; i <= network->channel_count; i++) {
        uint64_t count = bottleneck[i].transfers - world->start.bottleneck[i].transfers;

        if (i < network->direction_count)
            link[i].held_up = count;
        *held_up_by(world, i) += count;
    }
}

void mdl_world_close_network(struct mdl_world *world)
{
    const struct mdl_transfer_counts *start = &world->start.counts,
                                     *now = mdl_transfers_counts(world->transfers);

    mdl_world_close_loads(world);
    if (world->fleets)
        mdl_fleets_end_window(world->fleets);
    world->moved =
        (struct mdl_transfer_flows){.arrived = now->arrived - start->arrived,
                                    .failed = now->failed - start->failed,
                                    .retried = now->retried - start->retried,
                                    .rerouted = now->rerouted - start->rerouted,
                                    .given_up = now->given_up - start->given_up,
                                    .uncovered = world->uncovered - world->start.uncovered,
                                    .unreached = world->unreached - world->start.unreached};
    close_bottlenecks(world);
    mdl_world_close_borders(world);
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
