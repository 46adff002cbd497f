/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/world_private.h"

#include <stdlib.h>

#include "models/conservation.h"

static void gather(void *context, struct mdl_job *job)
{
    struct mdl_inside *inside = context;

    if (inside->count < inside->capacity)
        inside->job[inside->count] = job;
    inside->count++;
}

static void gather_subject(void *context, void *subject)
{
    gather(context, subject);
}

static int by_community_and_id(const void *a, const void *b)
{
    const struct mdl_job *x = *(struct mdl_job *const *)a, *y = *(struct mdl_job *const *)b;

    if (x->community != y->community)
        return x->community < y->community ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

/* Jobs of the window that wait for a machine that does not come back. */
static void count_stranded(struct mdl_world *world, const struct mdl_job *job)
{
    const struct mdl_plan *plan = world->plan;
    bool is_in_window = job->submit_ns >= plan->start_ns && job->submit_ns < plan->end_ns;

    if (is_in_window && job->start_ns == MDL_TIME_UNSET &&
        world->sim->now_ns >= mdl_capacity_retired_ns(&plan->partition[job->partition]))
        world->unserved[job->community].stranded++;
}

enum sim_status mdl_world_settle_inside(struct mdl_world *world, struct mdl_inside *inside,
                                        struct sim_error *err)
{
    inside->capacity = (size_t)(world->submitted - world->left);
    inside->job = sim_arena_alloc(world->sim->arena, inside->capacity, sizeof(struct mdl_job *));
    if (!inside->job)
        return sim_fail(err, SIM_ENOMEM, "no memory for the %zu jobs inside", inside->capacity);
    for (size_t p = 0; p < world->plan->partition_count; p++)
        mdl_partition_each_inside(world->place[p].partition, gather, inside);
    mdl_transfers_each(world->transfers, gather_subject, inside);
    mdl_world_each_waiting(world, gather_subject, inside);
    mdl_world_each_staging(world, gather_subject, inside);
    if (inside->count != inside->capacity)
        return sim_fail(err, SIM_EINVARIANT, "jobs: %llu submitted, %llu left, but %zu are inside",
                        (unsigned long long)world->submitted, (unsigned long long)world->left,
                        inside->count);
    qsort(inside->job, inside->count, sizeof(struct mdl_job *), by_community_and_id);
    for (size_t i = 0; i < inside->count; i++) {
        count_stranded(world, inside->job[i]);
        mdl_world_leave(world, inside->job[i], MDL_TIME_UNSET);
    }
    return SIM_OK;
}

static enum sim_status check_places(const struct mdl_world *world, const struct mdl_inside *inside,
                                    struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    int64_t now_ns = world->sim->now_ns;

    for (size_t p = 0; p < plan->partition_count; p++) {
        const struct mdl_place *place = &world->place[p];
        struct mdl_partition_flows all = mdl_world_integrals(place, now_ns);
        struct mdl_held held = place->held;
        enum sim_status status;

        for (size_t i = 0; i < inside->count; i++) {
            const struct mdl_job *job = inside->job[i];
            if (job->partition == p && job->start_ns != MDL_TIME_UNSET &&
                job->end_ns == MDL_TIME_UNSET)
                mdl_world_add_held(&held, &plan->partition[p], job, now_ns);
        }
        status = mdl_check_node_time(&plan->partition[p], plan->begin_ns, now_ns, &all,
                                     held.unit_ns, held.retired_unit_ns, err);
        if (!status && mdl_world_has_hourly_carbon(world, p))
            status = mdl_check_hours(plan->partition[p].name, place->carbon.busy_sum,
                                     place->carbon.installed_sum, &world->flows[p], err);
        if (status)
            return status;
    }
    return SIM_OK;
}

static enum sim_status check_sources(const struct mdl_world *world, const struct mdl_inside *inside,
                                     struct sim_error *err)
{
    size_t i = 0;

    for (size_t s = 0; s < world->plan->source_count && !world->plan->replay; s++) {
        uint64_t here = 0;
        struct mdl_source_counts counts;
        enum sim_status status;

        for (; i < inside->count && inside->job[i]->community == s; i++)
            here++;
        counts = world->plan->source[s].apply ? mdl_world_project_counts(world, s)
                                              : *mdl_source_counts(world->source[s]);
        status = mdl_check_jobs(world->plan->source[s].item->path, &counts, world->left_of[s], here,
                                err);
        if (status)
            return status;
    }
    return SIM_OK;
}

static enum sim_status check_books(const struct mdl_world *world, size_t site,
                                   struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    const struct mdl_till *till = &world->till[site];
    int64_t last_days = plan->calendar.start_days + (world->window_end_ns - 1) / SIM_DAY_NS;
    struct mdl_books books = {
        .path = plan->site[site].config->item.path,
        .row = till->row,
        .row_count = till->row_count,
        .cents = till->cents,
        .first_due_days = plan->replay ? last_days : plan->calendar.start_days,
        .last_due_days = last_days,
        .tariff = &plan->site[site].tariff,
    };

    for (size_t p = 0; p < plan->partition_count; p++) {
        if (plan->partition[p].site == site)
            books.facility_j += world->flows[p].facility_j;
    }
    return mdl_check_books(&books, err);
}

static enum sim_status check_bytes(const struct mdl_world *world, struct sim_error *err)
{
    struct mdl_transfer_bytes transfers = mdl_transfers_bytes(world->transfers);
    struct mdl_flow_bytes flows = mdl_flows_account(world->streams);
    enum sim_status status =
        mdl_check_bytes("bytes of transfers begun", transfers.begun,
                        transfers.arrived + transfers.given_up, transfers.inside, err);

    return status ? status
                  : mdl_check_bytes("bytes of flows begun", flows.begun,
                                    flows.done + flows.dropped_sent + flows.dropped_unsent,
                                    flows.inside, err);
}

enum sim_status mdl_world_check(const struct mdl_world *world, const struct mdl_inside *inside,
                                struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    enum sim_status status = check_places(world, inside, err);

    if (!status)
        status = check_sources(world, inside, err);
    if (!status)
        status = check_bytes(world, err);
    if (!status)
        status = mdl_world_check_storage(world, err);
    if (!status)
        status = mdl_world_check_data(world, err);
    if (!status)
        status = mdl_world_check_fleets(world, err);
    if (!status)
        status = mdl_world_check_staff(world, err);
    if (!status)
        status = mdl_world_check_projects(world, err);
    if (!status)
        status = mdl_world_check_reserved(world, err);
    for (size_t s = 0; s < plan->site_count && !status; s++)
        status = check_books(world, s, err);
    return status;
}
