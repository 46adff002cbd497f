/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/world_private.h"

bool mdl_world_create_tills(struct mdl_world *world)
{
    const struct mdl_plan *plan = world->plan;
    struct sim_arena *arena = world->sim->arena;
    int64_t longest_days = plan->replay ? 0 : plan->end_ns / SIM_DAY_NS;
    size_t rows = (size_t)longest_days / 28 + 2;

    world->till = sim_arena_alloc(arena, plan->site_count, sizeof *world->till);
    for (size_t s = 0; world->till && s < plan->site_count; s++) {
        world->till[s].row = sim_arena_alloc(arena, rows, sizeof(struct mdl_ledger_record));
        if (!world->till[s].row)
            return false;
    }
    return world->till != NULL;
}

static void post(struct mdl_world *world, size_t site, int64_t cents, int64_t last_day)
{
    struct mdl_till *till = &world->till[site];
    struct mdl_ledger_record *record = &till->row[till->row_count++];
    struct sim_error err;

    *record = (struct mdl_ledger_record){
        .date_days = (int32_t)last_day, .site = (int32_t)site, .cents = cents};
    till->cents += cents;
    if (!world->sim->trace)
        return;
    if (world->sim->trace->row(world->sim->trace, &mdl_ledger_table, record, &err))
        sim_abort(world->sim, err.status, "%s", err.message);
}

/* Posts each site's electricity since the last posting. */
void mdl_world_post_energy(struct mdl_world *world)
{
    const struct mdl_plan *plan = world->plan;
    int64_t now_ns = world->sim->now_ns;
    int64_t last_day = plan->calendar.start_days + (now_ns - 1) / SIM_DAY_NS;

    for (size_t s = 0; s < plan->site_count; s++) {
        double it_j = 0;
        int64_t cents;

        for (size_t p = 0; p < plan->partition_count; p++) {
            struct mdl_place *place = &world->place[p];
            struct mdl_partition_flows now, since;

            if (plan->partition[p].site != s)
                continue;
            now = mdl_world_integrals(place, now_ns);
            since = mdl_world_difference(&now, &place->at_month);
            place->at_month = now;
            it_j += mdl_world_it_j(world, p, &since);
        }
        cents = mdl_energy_cost_cents(&plan->site[s].tariff,
                                      mdl_energy_facility_j(&plan->site[s].tariff, it_j));
        post(world, s, cents, last_day);
    }
    mdl_world_post_keys(world);
}
