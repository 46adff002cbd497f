/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/conservation.h"
#include "models/world_storage.h"

#include <math.h>

#include "sim/units.h"

/* Flows end in whole nanoseconds: what they may be ahead of what is recorded. */
enum { SENT_AHEAD_BYTES = 1000 };

/* ---- what fleets bring, on storage ---- */

struct mdl_kept {   /* of a fleet, hour by hour */
    int64_t *bytes; /* [hours] */
    size_t hours, at;
};

/* What came so many hours ago is deleted; there is room for what has come now, or not. */
static bool find_room(void *context, size_t fleet, sim_i128 bytes)
{
    struct mdl_world *world = context;
    size_t index = world->plan->fleets.fleet[fleet].tier;
    struct mdl_kept *kept = &world->kept[fleet];
    uint32_t owner = mdl_world_nobody(world);
    struct mdl_world_tier *tier;
    int64_t *now;

    if (index == SIZE_MAX)
        return true;
    tier = &world->storage->tier[index];
    now = kept->hours ? &kept->bytes[kept->at++ % kept->hours] : NULL;
    if (now && *now > 0)
        mdl_tier_delete(tier->tier, owner, (uint64_t)*now);
    if (now)
        *now = 0;
    if (bytes <= 0)
        return true;
    if (!mdl_tier_try(tier->tier, owner, (uint64_t)bytes))
        return false;
    if (now)
        *now = (int64_t)bytes;
    else
        mdl_world_leave_behind(tier, owner, (uint64_t)bytes);
    return true;
}

static enum sim_status create_kept(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_fleets_plan *plan = &world->plan->fleets;
    struct sim_arena *arena = world->sim->arena;

    world->kept = sim_arena_alloc(arena, plan->fleet_count, sizeof *world->kept);
    for (size_t f = 0; world->kept && f < plan->fleet_count; f++) {
        struct mdl_kept *kept = &world->kept[f];

        kept->hours = (size_t)((plan->fleet[f].config->keep_ns + SIM_HOUR_NS - 1) / SIM_HOUR_NS);
        kept->bytes = sim_arena_alloc(arena, kept->hours, sizeof *kept->bytes);
        if (!kept->bytes)
            world->kept = NULL;
    }
    return world->kept ? SIM_OK : sim_fail(err, SIM_ENOMEM, "no memory for the data of fleets");
}

enum sim_status mdl_world_create_fleets(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    const struct mdl_fleets_setting setting = {
        .fleet = plan->fleets.fleet,
        .count = plan->fleets.fleet_count,
        .calendar = &plan->calendar,
        .flows = world->streams,
        .has_quantiles = mdl_figures_keep_fleets(&plan->groups),
        .room = world->storage ? find_room : NULL,
        .context = world,
    };
    enum sim_status status = SIM_OK;

    if (plan->fleets.cell_count && (plan->fleets.fleet_count || plan->fleets.radio_count))
        status = mdl_cells_create(world->sim, plan->fleets.cell, plan->fleets.cell_count,
                                  &plan->calendar, world->streams, &world->cells, err);
    if (status || !plan->fleets.fleet_count)
        return status;
    world->backlog_s_at_hour = sim_arena_alloc(world->sim->arena, plan->fleets.fleet_count,
                                               sizeof *world->backlog_s_at_hour);
    world->ages_at_hour =
        sim_arena_alloc(world->sim->arena, plan->fleets.fleet_count, sizeof *world->ages_at_hour);
    if (!world->backlog_s_at_hour || !world->ages_at_hour)
        return sim_fail(err, SIM_ENOMEM, "no memory for the fleets");
    if (world->storage && (status = create_kept(world, err)))
        return status;
    return mdl_fleets_create(world->sim, &setting, &world->fleets, err);
}

void mdl_world_backlog_hour(struct mdl_world *world, float *backlog)
{
    for (size_t f = 0; f < world->plan->fleets.fleet_count; f++) {
        double now = mdl_fleets_backlog_s(world->fleets, f);

        backlog[f] = (float)((now - world->backlog_s_at_hour[f]) / SIM_HOUR_S);
        world->backlog_s_at_hour[f] = now;
    }
}

void mdl_world_age_hour(struct mdl_world *world, float *age)
{
    for (size_t f = 0; f < world->plan->fleets.fleet_count; f++) {
        const struct mdl_fleet_use *use = &mdl_fleets_use(world->fleets)[f];
        struct mdl_ages *before = &world->ages_at_hour[f];
        double devices = use->covered - before->devices;

        age[f] = devices > 0 ? (float)((use->age_s - before->age_s) / devices) : NAN;
        *before = (struct mdl_ages){.devices = use->covered, .age_s = use->age_s};
    }
}

enum sim_status mdl_world_check_fleets(const struct mdl_world *world, struct sim_error *err)
{
    for (size_t f = 0; f < world->plan->fleets.fleet_count; f++) {
        struct mdl_fleet_bytes bytes = mdl_fleets_bytes(world->fleets, f);
        enum sim_status status =
            mdl_check_bytes("bytes recorded by a fleet", bytes.generated,
                            bytes.delivered + bytes.lost + bytes.overflowed, bytes.waiting, err);

        if (!status && bytes.waiting < -SENT_AHEAD_BYTES - bytes.generated / 1000000000)
            status =
                sim_fail(err, SIM_EINVARIANT, "%s: %lld B were sent before they were recorded",
                         world->plan->fleets.fleet[f].config->item.path, (long long)-bytes.waiting);
        if (status)
            return status;
    }
    return SIM_OK;
}
