/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/money/energy.h"
#include "models/world_storage.h"
#include "sim/units.h"

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

static void enter(struct mdl_world *world, const struct mdl_ledger_record *record)
{
    struct sim_error err;

    if (world->sim->trace &&
        world->sim->trace->row(world->sim->trace, &mdl_ledger_table, record, &err))
        sim_abort(world->sim, err.status, "%s", err.message);
}

static void post_energy(struct mdl_world *world, size_t site, int32_t last_day)
{
    const struct mdl_plan *plan = world->plan;
    const struct mdl_tariff *tariff = &plan->site[site].tariff;
    int64_t now_ns = world->sim->now_ns;
    struct mdl_till *till = &world->till[site];
    struct mdl_ledger_record *record = &till->row[till->row_count++];
    double it_j = 0;

    for (size_t p = 0; p < plan->partition_count; p++) {
        struct mdl_place *place = &world->place[p];
        struct mdl_partition_flows now, since;

        if (plan->partition[p].site != site)
            continue;
        now = mdl_world_integrals(place, now_ns);
        since = mdl_world_difference(&now, &place->at_month);
        place->at_month = now;
        it_j += mdl_world_it_j(world, p, &since);
    }
    *record = (struct mdl_ledger_record){
        .date_days = last_day,
        .item = MDL_LEDGER_ENERGY,
        .site = (int32_t)site,
        .cents = mdl_energy_cost_cents(tariff, mdl_energy_facility_j(tariff, it_j))};
    till->cents += record->cents;
    enter(world, record);
}

/* One row for all tiers of a site; none where they cost nothing. Each is rounded by itself. */
static void post_storage(struct mdl_world *world, size_t site, int32_t last_day)
{
    const struct mdl_storage_plan *plan = &world->plan->storage;
    double years =
        (double)mdl_site_online_ns(&world->plan->site[site], world->posted_ns, world->sim->now_ns) /
        (1e9 * SIM_YEAR_S);
    struct mdl_ledger_record record = {
        .date_days = last_day, .item = MDL_LEDGER_STORAGE, .site = (int32_t)site};
    bool has_cost = false;

    for (size_t i = 0; world->storage && i < plan->tier_count; i++) {
        int64_t cents = mdl_round_half_even(plan->tier[i].cost_eur_per_yr * years * 100);

        if (plan->tier[i].site != site)
            continue;
        has_cost = has_cost || plan->tier[i].cost_eur_per_yr > 0;
        world->storage->tier[i].cents += cents;
        record.cents += cents;
    }
    if (has_cost)
        enter(world, &record);
}

/* Posts what each site's electricity and storage cost since the last posting. */
void mdl_world_post_costs(struct mdl_world *world)
{
    const struct mdl_plan *plan = world->plan;
    int64_t now_ns = world->sim->now_ns;
    int32_t last_day = (int32_t)(plan->calendar.start_days + (now_ns - 1) / SIM_DAY_NS);

    for (size_t s = 0; s < plan->site_count; s++) {
        post_energy(world, s, last_day);
        post_storage(world, s, last_day);
    }
    mdl_world_post_keys(world);
    world->posted_ns = now_ns;
}
