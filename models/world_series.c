/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/world_private.h"

#include <math.h>

#include "sim/units.h"

static void sample(struct mdl_world *world, size_t series)
{
    struct sim_error err;

    if (world->sim->trace->sample(world->sim->trace, world->plan->series_of[series], world->sample,
                                  &err))
        sim_abort(world->sim, err.status, "%s", err.message);
}

static const float HOUR = 3600e9f;

static void sample_partitions(struct mdl_world *world, bool is_recorded)
{
    const struct mdl_plan *plan = world->plan;
    int64_t now_ns = world->sim->now_ns;
    float *use = world->sample, *jobs = use + plan->partition_count;
    float *units = jobs + plan->partition_count, *power = units + plan->partition_count;

    for (size_t s = 0; s < plan->site_count; s++)
        power[s] = 0;
    for (size_t p = 0; p < plan->partition_count; p++) {
        struct mdl_place *place = &world->place[p];
        const struct mdl_partition_state *state = mdl_partition_state(place->partition);
        struct mdl_partition_flows now = mdl_world_integrals(place, now_ns);
        sim_i128 waiting_units = sim_level_integral_ns(&state->waiting_units, now_ns);
        sim_i128 released = now.released_unit_ns - place->released_at_hour;
        struct mdl_partition_flows hour = {.busy_unit_ns = now.busy_unit_ns - place->busy_at_hour,
                                           .installed_unit_ns =
                                               now.installed_unit_ns - place->installed_at_hour};
        size_t site = plan->partition[p].site;

        use[p] = released > 0 ? (float)hour.busy_unit_ns / (float)released : NAN;
        jobs[p] = (float)(now.waiting_ns - place->waiting_jobs_at_hour) / HOUR;
        units[p] = (float)(waiting_units - place->waiting_units_at_hour) / HOUR *
                   (float)mdl_counted_of(&plan->partition[p], 1);
        power[site] += (float)(mdl_energy_facility_j(&plan->site[site].tariff,
                                                     mdl_world_it_j(world, p, &hour)) /
                               SIM_HOUR_S);
        place->busy_at_hour = now.busy_unit_ns;
        place->released_at_hour = now.released_unit_ns;
        place->installed_at_hour = now.installed_unit_ns;
        place->waiting_jobs_at_hour = now.waiting_ns;
        place->waiting_units_at_hour = waiting_units;
    }
    if (!is_recorded)
        return;
    for (size_t series = MDL_SERIES_UTILISATION; series <= MDL_SERIES_POWER; series++) {
        sample(world, series);
        world->sample += plan->series_of[series]->item_count;
    }
    world->sample = use;
}

/* Loads of the hour that ends now. */
static void sample_links(struct mdl_world *world)
{
    mdl_world_load_hour(world, world->sample);
    sample(world, MDL_SERIES_LINK_LOAD);
    if (!world->plan->series_of[MDL_SERIES_LINK_BACKGROUND])
        return;
    mdl_world_background_hour(world, world->sample);
    sample(world, MDL_SERIES_LINK_BACKGROUND);
}

/* Filled parts of the hour that ends now. */
static void sample_storage(struct mdl_world *world, bool is_in_window)
{
    mdl_world_storage_hour(world, is_in_window, world->sample);
    if (is_in_window && world->sim->trace)
        sample(world, MDL_SERIES_STORAGE_FILL);
}

/* Backlogs and ages of the hour that ends now. */
static void sample_fleets(struct mdl_world *world, bool is_in_window)
{
    bool is_recorded = is_in_window && world->sim->trace;

    mdl_world_backlog_hour(world, world->sample);
    if (is_recorded)
        sample(world, MDL_SERIES_BACKLOG);
    mdl_world_age_hour(world, world->sample);
    if (is_recorded)
        sample(world, MDL_SERIES_AGE);
}

void mdl_world_on_hour(struct sim *sim, void *subject)
{
    struct mdl_world *world = subject;
    const struct mdl_plan *plan = world->plan;
    bool is_in_window = sim->now_ns > plan->start_ns && sim->now_ns <= plan->end_ns;
    bool is_over =
        plan->replay && mdl_replay_is_done(world->replay) && world->left == plan->replay->count;

    if (is_in_window)
        mdl_world_count_hour(world);
    if (sim->trace)
        sample_partitions(world, is_in_window);
    if (sim->trace && is_in_window)
        sample_links(world);
    if (world->storage)
        sample_storage(world, is_in_window);
    if (world->fleets)
        sample_fleets(world, is_in_window);
    if (sim->progress)
        atomic_store_explicit(&sim->progress->records, world->records, memory_order_relaxed);
    if (!is_over)
        sim_timer_arm(sim, &world->hour_timer, sim->now_ns + SIM_HOUR_NS);
}
