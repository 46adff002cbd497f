/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/world.h"

#include "models/world_private.h"

/* ---- creation ---- */

static enum sim_status create_places(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    struct sim *sim = world->sim;
    enum sim_status status = SIM_OK;

    for (size_t p = 0; p < plan->partition_count && !status; p++) {
        const struct mdl_partition_plan *partition = &plan->partition[p];
        const struct mdl_policy *policy = mdl_schedulers_policy(partition->config);
        struct mdl_place *place = &world->place[p];
        struct mdl_partition_hooks hooks = {.context = place,
                                            .ended = mdl_world_on_ended,
                                            .abandoned = mdl_world_on_abandoned,
                                            .preempted = mdl_world_on_preempted};

        if (plan->storage.has_io)
            hooks.started = mdl_world_on_started;

        place->world = world;
        place->index = p;
        place->installed_units = (struct sim_level){.value = partition->step[0].installed_units,
                                                    .since_ns = sim->now_ns};
        status = mdl_partition_create(sim, partition->name, policy, partition->step[0].units,
                                      partition->units, &hooks, &place->partition, err);
        if (!status && (policy == &mdl_policy_multifactor || policy == &mdl_policy_packed))
            status = mdl_schedulers_set_up(sim, plan, p, world->scheduler[partition->site],
                                           place->partition, err);
        if (!status)
            status = sim_timer_create(sim, &place->capacity_timer, SIM_PHASE_ARRIVAL,
                                      SIM_TIES_BY_CREATION, mdl_world_on_capacity, place, err);
        if (!status && partition->step_count > 1)
            sim_timer_arm(sim, &place->capacity_timer, partition->step[1].time_ns);
    }
    return status;
}

static enum sim_status create_network(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_network_plan *network = &world->plan->network;
    struct mdl_link_hooks link_hooks = {.context = world, .changed = mdl_world_on_link};
    struct mdl_transfer_hooks hooks = {
        .context = world, .arrived = mdl_world_on_arrived, .given_up = mdl_world_on_given_up};
    const struct sim_trace *trace = world->sim->trace;
    enum sim_status status = mdl_flows_create(world->sim, network->channel, network->channel_count,
                                              &mdl_cargo_hooks, &world->streams, err);

    if (trace && (!trace->wants || trace->wants(trace, &mdl_transfers_table)))
        hooks.ended = mdl_world_on_transfer_ended;
    if (!status)
        mdl_flows_check_always(world->streams, world->plan->is_verified);
    if (!status)
        status = mdl_link_state_create(world->sim, network, &world->plan->calendar, world->streams,
                                       &link_hooks, &world->links, err);
    if (!status)
        status = mdl_transfers_create(world->sim, network, world->streams,
                                      mdl_link_state_is_down(world->links), &hooks,
                                      &world->transfers, err);
    return status;
}

static enum sim_status create_replay(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_replay_plan *log = world->plan->replay;

    for (size_t i = 0; i < log->count; i++)
        mdl_figures_job_submitted(world->figures, &log->job[i]);
    world->submitted = log->count;
    return mdl_replay_create(world->sim, world->place[0].partition, log->job, log->count,
                             &world->replay, err);
}

static enum sim_status create_sources(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    enum sim_status status = SIM_OK;

    if (plan->replay)
        return create_replay(world, err);
    if ((status = mdl_world_create_staff(world, err)))
        return status;
    world->source_world = (struct mdl_source_world){
        .job_class = plan->class_config,
        .partition = plan->partition,
        .calendar = &plan->calendar,
        .begin_ns = plan->begin_ns,
        .finish_ns = plan->finish_ns,
        .jobs = &world->jobs,
        .inside = world->inside,
        .submit = mdl_world_on_submit,
        .failed_factor = plan->staff.course_count ? mdl_world_failed_factor : NULL,
        .context = world};
    for (size_t s = 0; s < plan->source_count && !status; s++)
        status = mdl_source_create(world->sim, &plan->source[s], (uint32_t)s, &world->source_world,
                                   &world->source[s], err);
    return status;
}

static bool allocate(struct mdl_world *world)
{
    const struct mdl_plan *plan = world->plan;
    struct sim_arena *arena = world->sim->arena;
    size_t channels = plan->network.channel_count, links = plan->network.direction_count;
    size_t widest = 3 * plan->partition_count + plan->site_count + links +
                    plan->storage.tier_count + plan->fleets.fleet_count;

    world->scheduler = sim_arena_alloc(arena, plan->site_count, sizeof *world->scheduler);
    world->place = sim_arena_alloc(arena, plan->partition_count, sizeof *world->place);
    world->flows = sim_arena_alloc(arena, plan->partition_count, sizeof *world->flows);
    world->source = sim_arena_alloc(arena, plan->source_count, sizeof(struct mdl_source *));
    world->inside = sim_arena_alloc(arena, plan->partition_count, sizeof *world->inside);
    world->left_of = sim_arena_alloc(arena, plan->source_count, sizeof *world->left_of);
    world->start.bottleneck = sim_arena_alloc(arena, channels + 1, sizeof *world->start.bottleneck);
    world->unserved = sim_arena_alloc(arena, plan->source_count, sizeof *world->unserved);
    world->barred = sim_arena_alloc(arena, plan->source_count, sizeof *world->barred);
    world->sample = sim_arena_alloc(arena, widest, sizeof *world->sample);
    return world->scheduler && world->place && world->flows && world->source && world->inside &&
           world->left_of && mdl_world_create_tills(world) && world->start.bottleneck &&
           world->unserved && world->barred && world->sample;
}

enum sim_status mdl_world_create(struct sim *sim, const struct mdl_plan *plan,
                                 struct mdl_world **out, struct sim_error *err)
{
    struct mdl_world *world = sim_arena_alloc(sim->arena, 1, sizeof *world);
    enum sim_status status;

    if (!world)
        return sim_fail(err, SIM_ENOMEM, "no memory for a world");
    world->sim = sim;
    world->plan = plan;
    if (!allocate(world))
        return sim_fail(err, SIM_ENOMEM, "no memory for a world");
    sim_pool_init(&world->jobs, sim->arena, sizeof(struct mdl_job));
    *out = world;
    if ((status = mdl_figures_create(&plan->groups, sim->arena, &world->figures, err)) ||
        (status = mdl_schedulers_create(sim, plan, world->scheduler, err)) ||
        (status = create_places(world, err)) || (status = create_network(world, err)) ||
        (status = mdl_world_create_loads(world, err)) ||
        (status = mdl_world_create_borders(world, err)) ||
        (status = mdl_world_create_storage(world, err)) ||
        (status = mdl_world_create_data(world, err)) ||
        (status = mdl_world_create_fleets(world, err)) ||
        (status = mdl_world_create_reserved(world, err)) || (status = create_sources(world, err)) ||
        (status = mdl_world_create_projects(world, err)) ||
        (status = sim_timer_create(sim, &world->month_timer, SIM_PHASE_SAMPLE, SIM_TIES_BY_CREATION,
                                   mdl_world_on_month, world, err)) ||
        (status = sim_timer_create(sim, &world->hour_timer, SIM_PHASE_SAMPLE, SIM_TIES_BY_CREATION,
                                   mdl_world_on_hour, world, err)))
        return status;
    sim_timer_arm(sim, &world->month_timer, plan->start_ns);
    sim_timer_arm(sim, &world->hour_timer, plan->begin_ns);
    return SIM_OK;
}

uint64_t mdl_world_records(const struct mdl_world *world)
{
    return world->records;
}

/* ---- the end ---- */

static enum sim_status fill_figures(struct mdl_world *world, double *value, uint8_t *beyond,
                                    struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    struct sim_arena *arena = world->sim->arena;
    struct mdl_site_flows *site = sim_arena_alloc(arena, plan->site_count, sizeof *site);
    int64_t window_ns = world->window_end_ns - plan->start_ns;
    struct mdl_window_flows flows = {.window_ns = window_ns,
                                     .partition = world->flows,
                                     .site = site,
                                     .link = mdl_world_link_flows(world),
                                     .tier = mdl_world_tier_flows(world),
                                     .transfers = world->moved,
                                     .data = world->data_flows,
                                     .borders = mdl_world_border_flows(world),
                                     .fleet = world->fleets ? mdl_fleets_use(world->fleets) : NULL,
                                     .staff = world->staff ? world->staff->use : NULL,
                                     .course = world->staff ? world->staff->taught : NULL,
                                     .unserved = world->unserved};

    mdl_world_call_flows(world, &flows);
    if (!site)
        return sim_fail(err, SIM_ENOMEM, "no memory for the figures");
    for (size_t s = 0; s < plan->site_count; s++)
        site[s].cost_cents = world->till[s].cents;
    mdl_world_fill_reserved(world, &flows);
    return mdl_figures_fill(world->figures, &flows, value, beyond, err);
}

/* A log runs until nothing is left to do; its window ends with its last job. */
static enum sim_status run_replay(struct mdl_world *world, struct sim_error *err)
{
    struct sim *sim = world->sim;
    const struct mdl_replay_plan *log = world->plan->replay;
    int64_t last_ns = 1;
    enum sim_status status = sim_run(sim, world->plan->end_ns - 1, err);

    if (status)
        return status;
    for (size_t i = 0; i < log->count; i++)
        last_ns = log->job[i].end_ns > last_ns ? log->job[i].end_ns : last_ns;
    sim->now_ns = last_ns;
    mdl_world_close_window(world);
    return SIM_OK;
}

enum sim_status mdl_world_run(struct mdl_world *world, double *value, uint8_t *beyond,
                              struct sim_error *err)
{
    struct mdl_inside inside = {0};
    enum sim_status status = world->plan->replay ? run_replay(world, err)
                                                 : sim_run(world->sim, world->plan->finish_ns, err);

    if (status || (status = mdl_world_settle_inside(world, &inside, err)) ||
        (status = mdl_world_settle_projects(world, &inside, err)) ||
        (status = mdl_world_check(world, &inside, err)) ||
        (status = fill_figures(world, value, beyond, err)))
        return status;
    if (world->sim->is_aborted) {
        if (err)
            *err = world->sim->error;
        return world->sim->error.status;
    }
    return SIM_OK;
}
