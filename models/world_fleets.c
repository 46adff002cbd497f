/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/conservation.h"
#include "models/world_private.h"
#include "sim/units.h"

/* Flows end in whole nanoseconds: what they may be ahead of what is recorded. */
enum { SENT_AHEAD_BYTES = 1000 };

enum sim_status mdl_world_create_fleets(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    const struct mdl_fleets_setting setting = {
        .fleet = plan->fleets.fleet,
        .count = plan->fleets.fleet_count,
        .calendar = &plan->calendar,
        .flows = world->streams,
        .has_quantiles = mdl_figures_keep_fleets(&plan->groups),
    };
    enum sim_status status = SIM_OK;

    if (plan->fleets.cell_count && (plan->fleets.fleet_count || plan->fleets.radio_count))
        status = mdl_cells_create(world->sim, plan->fleets.cell, plan->fleets.cell_count,
                                  &plan->calendar, world->streams, &world->cells, err);
    if (status || !plan->fleets.fleet_count)
        return status;
    world->backlog_s_at_hour = sim_arena_alloc(world->sim->arena, plan->fleets.fleet_count,
                                               sizeof *world->backlog_s_at_hour);
    if (!world->backlog_s_at_hour)
        return sim_fail(err, SIM_ENOMEM, "no memory for the fleets");
    return mdl_fleets_create(world->sim, &setting, &world->fleets, err);
}

void mdl_world_sample_fleets(struct mdl_world *world)
{
    for (size_t f = 0; f < world->plan->fleets.fleet_count; f++) {
        double now = mdl_fleets_backlog_s(world->fleets, f);

        world->sample[f] = (float)((now - world->backlog_s_at_hour[f]) / SIM_HOUR_S);
        world->backlog_s_at_hour[f] = now;
    }
}

enum sim_status mdl_world_check_fleets(const struct mdl_world *world, struct sim_error *err)
{
    for (size_t f = 0; f < world->plan->fleets.fleet_count; f++) {
        struct mdl_fleet_bytes bytes = mdl_fleets_bytes(world->fleets, f);
        enum sim_status status = mdl_check_bytes("bytes recorded by a fleet", bytes.generated,
                                                 bytes.delivered + bytes.lost + bytes.overflowed,
                                                 bytes.waiting, err);

        if (!status && bytes.waiting < -SENT_AHEAD_BYTES - bytes.generated / 1000000000)
            status =
                sim_fail(err, SIM_EINVARIANT, "%s: %lld B were sent before they were recorded",
                         world->plan->fleets.fleet[f].config->item.path, (long long)-bytes.waiting);
        if (status)
            return status;
    }
    return SIM_OK;
}
