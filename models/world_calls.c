/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decisions on applications: by their calls, within pools and quotas. */
#include "models/world_projects.h"

#include "sim/units.h"

/* Accelerator time (node time on partitions without) that a quota's machines had free until now. */
static int64_t idle_mgpuh(void *context, size_t index)
{
    const struct mdl_world *world = context;
    const struct mdl_plan *plan = world->plan;
    const struct mdl_quota_plan *quota = &plan->projects.quotas.quota[index];
    double hours = 0;

    for (size_t p = 0; p < plan->partition_count; p++) {
        struct mdl_partition_flows flows;

        if (!(quota->part[p] > 0))
            continue;
        flows = mdl_world_integrals(&world->place[p], world->sim->now_ns);
        hours += mdl_counted_of(&plan->partition[p],
                                (double)(flows.released_unit_ns - flows.busy_unit_ns)) /
                 (double)SIM_HOUR_NS;
    }
    return (int64_t)(hours * 1000);
}

static void on_window(void *context)
{
    struct mdl_world *world = context;

    if (world->projects->calls)
        mdl_calls_look_again(world->projects->calls);
}

static void on_decided(void *context, struct mdl_call_entry *entry, enum mdl_decision decision)
{
    struct mdl_world *world = context;
    struct mdl_case *of = entry->subject;

    of->is_in_call = false;
    if (decision == MDL_DECISION_AWARDED)
        mdl_case_award(world, of, of->asked_mgpuh);
    else
        mdl_case_reject(world, of,
                        decision == MDL_DECISION_REJECTED ? MDL_PROJECT_REJECTED
                                                          : MDL_PROJECT_REFUSED);
}

enum sim_status mdl_world_create_calls(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_projects_plan *plan = &world->plan->projects;
    struct mdl_world_projects *projects = world->projects;
    const struct mdl_quotas_world quotas = {
        .opened = on_window, .idle_mgpuh = idle_mgpuh, .context = world};
    struct mdl_calls_setting setting = {.mode = plan->mode,
                                        .mode_count = plan->mode_count,
                                        .calendar = &world->plan->calendar,
                                        .decided = on_decided,
                                        .context = world};
    enum sim_status status =
        mdl_quotas_create(world->sim, &plan->quotas, &quotas, &projects->quotas, err);

    projects->mode_flows =
        sim_arena_alloc(world->sim->arena, plan->mode_count, sizeof *projects->mode_flows);
    projects->quota_flows =
        sim_arena_alloc(world->sim->arena, plan->quotas.count, sizeof *projects->quota_flows);
    if (!status && (!projects->mode_flows || !projects->quota_flows))
        return sim_fail(err, SIM_ENOMEM, "no memory for the calls");
    setting.quotas = projects->quotas;
    return status ? status : mdl_calls_create(world->sim, &setting, &projects->calls, err);
}

void mdl_case_enter_call(struct mdl_world *world, struct mdl_case *of, double quality)
{
    of->entry = (struct mdl_call_entry){.claim = {.mode = of->access_mode,
                                                  .partition = of->project.partition,
                                                  .mgpuh = of->asked_mgpuh,
                                                  .duration_ns = of->duration_ns},
                                        .quality = quality,
                                        .cutoff_ns = of->collected_ns,
                                        .subject = of};
    of->is_in_call = true;
    mdl_calls_enter(world->projects->calls, &of->entry);
}

void mdl_case_reviewed(struct mdl_world *world, struct mdl_case *of)
{
    mdl_case_mark(world, of, MDL_PART_RESOURCE);
    if (!of->entry.batch) /* in order of coming: it can only have to wait for hours */
        of->stage = MDL_STAGE_QUOTA;
    mdl_calls_reviewed(world->projects->calls, &of->entry);
}

void mdl_world_case_closed(struct mdl_world *world, struct mdl_case *of)
{
    if (of->is_in_call) {
        of->is_in_call = false;
        mdl_calls_withdraw(world->projects->calls, &of->entry);
    } else if (of->project.hours.awarded > 0) {
        mdl_calls_closed(world->projects->calls, &of->entry.claim);
    }
}

/* ---- figures ---- */

static void subtract_mode(struct mdl_world *world, size_t m)
{
    const struct mdl_mode_counts *now = mdl_calls_counts(world->projects->calls, m);
    struct mdl_call_flows *flows = &world->projects->mode_flows[m];

    flows->asked_mgpuh = now->asked_mgpuh - flows->asked_mgpuh;
    flows->offered_mgpuh = (double)now->offered_mgpuh - flows->offered_mgpuh;
}

static void subtract_quota(struct mdl_world *world, size_t q)
{
    struct mdl_quota_use now = mdl_quotas_use(world->projects->quotas, q);
    struct mdl_quota_flows *flows = &world->projects->quota_flows[q];
    int64_t asked = 0;

    for (size_t m = 0; m < world->plan->projects.mode_count; m++)
        if (world->plan->projects.quotas.quota[q].covers[m])
            asked += mdl_calls_counts(world->projects->calls, m)->asked_mgpuh;
    flows->call.asked_mgpuh = asked - flows->call.asked_mgpuh;
    flows->awarded = now.awarded - flows->awarded;
    flows->released = now.released - flows->released;
    flows->lost = now.lost - flows->lost;
    flows->blocked_ns = now.blocked_ns - flows->blocked_ns;
    flows->idle = now.idle_mgpuh - flows->idle;
}

void mdl_world_mark_calls(struct mdl_world *world)
{
    if (!world->projects)
        return;
    for (size_t m = 0; m < world->plan->projects.mode_count; m++)
        subtract_mode(world, m);
    for (size_t q = 0; q < world->plan->projects.quotas.count; q++)
        subtract_quota(world, q);
}

void mdl_world_close_calls(struct mdl_world *world)
{
    const struct mdl_plan *plan = world->plan;

    mdl_world_mark_calls(world);
    for (size_t q = 0; world->projects && q < plan->projects.quotas.count; q++)
        world->projects->quota_flows[q].call.offered_mgpuh =
            mdl_quota_limit_mgpuh(&plan->projects.quotas, q, plan->start_ns, world->sim->now_ns);
}

void mdl_world_call_flows(const struct mdl_world *world, struct mdl_window_flows *flows)
{
    if (!world->projects)
        return;
    flows->mode = world->projects->mode_flows;
    flows->quota = world->projects->quota_flows;
}
