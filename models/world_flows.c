/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/world_private.h"

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
        .lost_unit_ns = {[MDL_LOST_BLOCKED] = sim_level_integral_ns(&state->blocked_units, now_ns),
                         [MDL_LOST_NO_DEMAND] =
                             sim_level_integral_ns(&state->no_demand_units, now_ns)},
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

sim_i128 mdl_world_channel_integral(const struct mdl_world *world, size_t channel)
{
    return sim_level_integral_ns(mdl_transfers_level(world->transfers, channel),
                                 world->sim->now_ns);
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
