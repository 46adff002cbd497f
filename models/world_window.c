/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/world_private.h"

#include "sim/units.h"

/* Deferred and refused become what came to them since they were last taken. */
static void count_turned_away(struct mdl_world *world)
{
    for (size_t s = 0; s < world->plan->source_count && !world->plan->replay; s++) {
        const struct mdl_source_counts *counts = mdl_source_counts(world->source[s]);

        world->unserved[s].deferred = counts->deferred - world->unserved[s].deferred;
        world->unserved[s].refused = counts->refused - world->unserved[s].refused;
        world->unserved[s].outside = world->barred[s].outside - world->unserved[s].outside;
        world->unserved[s].no_enclave = world->barred[s].no_enclave - world->unserved[s].no_enclave;
    }
}

bool mdl_world_has_hourly_carbon(const struct mdl_world *world, size_t partition)
{
    const struct mdl_plan *plan = world->plan;

    return plan->site[plan->partition[partition].site].tariff.carbon_g_per_kwh.count > 0;
}

/* From here on hours are counted. */
static void begin_hours(struct mdl_world *world)
{
    world->hours_ns = world->sim->now_ns;
    for (size_t p = 0; p < world->plan->partition_count; p++) {
        const struct mdl_place *place = &world->place[p];

        world->place[p].carbon =
            (struct mdl_hours){.busy_unit_ns = place->at_start.busy_unit_ns,
                               .installed_unit_ns = place->at_start.installed_unit_ns};
    }
}

/* Counts the time since the last call, which lies within one UTC hour, at that hour's intensity. */
void mdl_world_count_hour(struct mdl_world *world)
{
    const struct mdl_plan *plan = world->plan;
    int64_t now_ns = world->sim->now_ns; /* a log ends before the hour that was counted last */
    int64_t from_ns = world->hours_ns < now_ns ? world->hours_ns : now_ns;
    int64_t utc_hour = sim_calendar_utc_hour(&plan->calendar, from_ns);

    if (world->hours_ns == now_ns)
        return;
    world->hours_ns = now_ns;
    for (size_t p = 0; p < plan->partition_count; p++) {
        const struct mdl_tariff *tariff = &plan->site[plan->partition[p].site].tariff;
        struct mdl_hours *hours = &world->place[p].carbon;
        struct mdl_partition_flows now, hour;

        if (!mdl_world_has_hourly_carbon(world, p))
            continue;
        now = mdl_world_integrals(&world->place[p], now_ns);
        hour = (struct mdl_partition_flows){.busy_unit_ns = now.busy_unit_ns - hours->busy_unit_ns,
                                            .installed_unit_ns =
                                                now.installed_unit_ns - hours->installed_unit_ns};
        hours->busy_unit_ns = now.busy_unit_ns;
        hours->installed_unit_ns = now.installed_unit_ns;
        hours->busy_sum += hour.busy_unit_ns;
        hours->installed_sum += hour.installed_unit_ns;
        hours->carbon_g +=
            mdl_energy_carbon_g(mdl_energy_intensity(tariff, utc_hour),
                                mdl_energy_facility_j(tariff, mdl_world_it_j(world, p, &hour)));
    }
}

void mdl_world_close_window(struct mdl_world *world)
{
    const struct mdl_plan *plan = world->plan;
    int64_t now_ns = world->sim->now_ns;

    mdl_world_post_costs(world);
    mdl_world_count_hour(world);
    count_turned_away(world);
    world->window_end_ns = now_ns;
    for (size_t p = 0; p < plan->partition_count; p++) {
        const struct mdl_tariff *tariff = &plan->site[plan->partition[p].site].tariff;
        struct mdl_partition_flows now = mdl_world_integrals(&world->place[p], now_ns);
        struct mdl_partition_flows *flows = &world->flows[p];

        *flows = mdl_world_difference(&now, &world->place[p].at_start);
        flows->facility_j = mdl_energy_facility_j(tariff, mdl_world_it_j(world, p, flows));
        flows->carbon_g =
            mdl_world_has_hourly_carbon(world, p)
                ? world->place[p].carbon.carbon_g
                : mdl_energy_carbon_g(tariff->carbon_g_per_kwh.mean, flows->facility_j);
    }
    mdl_world_close_network(world);
    mdl_world_close_storage(world);
    mdl_world_close_data(world);
    mdl_world_close_staff(world);
    mdl_world_close_calls(world);
    mdl_world_close_reserved(world);
}

static int64_t next_month_ns(const struct mdl_plan *plan, int64_t now_ns)
{
    struct sim_date date = sim_date_from_days(plan->calendar.start_days + now_ns / SIM_DAY_NS);

    date.day = 1;
    date.month++;
    if (date.month > 12) {
        date.month = 1;
        date.year++;
    }
    return sim_calendar_ns(&plan->calendar, sim_days_from_date(date));
}

/* Fires at the window's start, at each beginning of a month in it and at its end. */
void mdl_world_on_month(struct sim *sim, void *subject)
{
    struct mdl_world *world = subject;
    const struct mdl_plan *plan = world->plan;
    int64_t next_ns;

    if (sim->now_ns == plan->start_ns) {
        for (size_t p = 0; p < plan->partition_count; p++)
            world->place[p].at_start = world->place[p].at_month =
                mdl_world_integrals(&world->place[p], sim->now_ns);
        world->posted_ns = sim->now_ns;
        mdl_world_begin_network(world);
        mdl_world_mark_storage(world);
        mdl_world_mark_data(world);
        mdl_world_mark_staff(world);
        mdl_world_mark_calls(world);
        mdl_world_mark_reserved(world);
        count_turned_away(world);
        begin_hours(world);
    } else if (sim->now_ns == plan->end_ns) {
        mdl_world_close_window(world);
        return;
    } else {
        mdl_world_post_costs(world);
    }
    if (plan->replay)
        return;
    next_ns = next_month_ns(plan, sim->now_ns);
    sim_timer_arm(sim, &world->month_timer, next_ns < plan->end_ns ? next_ns : plan->end_ns);
}
