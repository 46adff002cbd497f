/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What running jobs read and write. The small jobs of a partition ask together, as one flow without
 * an end in each direction, capped at what they ask for; what the solver gives of it is the rate at
 * which their work goes on. Large jobs write checkpoints as flows of their own and stand still
 * until these are through. */
#include "models/world_storage.h"

/* What is given within this of what is asked for is all of it. */
static const double ALL = 1 - 1e-9;

/* Paces are 1 + {reads | writes << 1}. */
static unsigned pace_of(bool reads, bool writes)
{
    return 1 + (reads ? 1u << MDL_IO_READ : 0) + (writes ? 1u << MDL_IO_WRITE : 0);
}

static struct mdl_io_demand demand_of(const struct mdl_world *world, const struct mdl_job *job)
{
    const struct mdl_partition_plan *partition = &world->plan->partition[job->partition];
    double nodes = (double)job->width / partition->units_per_node;
    double devices = mdl_counted_of(partition, job->width);

    if (world->plan->storage.landing[partition->site] == SIZE_MAX)
        return (struct mdl_io_demand){0};
    return mdl_io_demand_of(&world->plan->class_config[job->class_index], devices, nodes);
}

uint8_t mdl_world_pace(const struct mdl_world *world, const struct mdl_job *job)
{
    struct mdl_io_demand demand = demand_of(world, job);
    bool reads = demand.read_bytes_per_s > 0, writes = demand.write_bytes_per_s > 0;

    return reads || writes || demand.burst_bytes > 0 ? (uint8_t)pace_of(reads, writes) : 0;
}

/* ---- the flows of small jobs ---- */

static void note(struct mdl_world *world, struct mdl_io_list *list, size_t partition)
{
    if (list->is_in[partition])
        return;
    list->is_in[partition] = true;
    if (list->count == 0)
        sim_timer_arm(world->sim, &list->timer, world->sim->now_ns);
    list->partition[list->count++] = partition;
}

static void begin_flow(struct mdl_world *world, struct mdl_io *io)
{
    io->flow = mdl_flow_begin(world->streams,
                              &(struct mdl_flow_request){.route = io->route,
                                                         .bytes = MDL_FLOW_ENDLESS,
                                                         .cap_bytes_per_s = (double)io->bytes_per_s,
                                                         .weight = io->streams,
                                                         .when_down = MDL_FLOW_STALLS,
                                                         .is_watched = true,
                                                         .subject = io});
}

/* A job begins to ask for so much, or (sign -1) asks no more. */
static void ask(struct mdl_world *world, size_t partition, int direction, int64_t bytes_per_s,
                int sign)
{
    struct mdl_io *io = &world->storage->io[partition][direction];

    if (bytes_per_s == 0)
        return;
    io->bytes_per_s += sign * bytes_per_s;
    io->streams += (uint32_t)sign;
    note(world, &world->storage->asking, partition);
}

static void set_flow(struct mdl_world *world, struct mdl_io *io)
{
    if (io->streams > 0 && io->flow) {
        mdl_flow_set_share(world->streams, io->flow, (double)io->bytes_per_s, io->streams);
    } else if (io->streams > 0) {
        begin_flow(world, io);
    } else if (io->flow) {
        (void)mdl_flow_stop(world->streams, io->flow);
        io->flow = NULL;
    }
}

/* What ended and started at this instant, all together: after the passes, before the refill that
 * this makes necessary. */
static void set_flows(struct sim *sim, void *subject)
{
    struct mdl_world *world = subject;
    struct mdl_io_list *asking = &world->storage->asking;

    (void)sim;
    for (size_t i = 0; i < asking->count; i++) {
        size_t p = asking->partition[i];

        asking->is_in[p] = false;
        for (int d = 0; d < MDL_IO_DIRECTIONS; d++)
            set_flow(world, &world->storage->io[p][d]);
        note(world, &world->storage->stale, p);
    }
    asking->count = 0;
}

static void on_rate(void *context, void *subject, double bytes_per_s)
{
    struct mdl_io *io = subject;
    struct mdl_world *world = context;

    (void)bytes_per_s;
    note(world, &world->storage->stale, io->partition);
}

static double given_of(const struct mdl_world *world, const struct mdl_io *io)
{
    double given = io->flow ? mdl_flow_rate(world->streams, io->flow) / (double)io->bytes_per_s : 1;

    return given < ALL ? given : 1;
}

/* After the refill of the instant: its timer was created before this one. Where flows are yet to be
 * set the rates are those of before. */
static void refresh(struct sim *sim, void *subject)
{
    struct mdl_world *world = subject;
    struct mdl_io_list *stale = &world->storage->stale;

    (void)sim;
    for (size_t i = 0; i < stale->count; i++) {
        size_t p = stale->partition[i];
        struct mdl_partition *partition = world->place[p].partition;
        double read, written;

        stale->is_in[p] = false;
        if (world->storage->asking.is_in[p])
            continue;
        read = given_of(world, &world->storage->io[p][MDL_IO_READ]);
        written = given_of(world, &world->storage->io[p][MDL_IO_WRITE]);
        mdl_partition_set_rate(partition, pace_of(true, false), read);
        mdl_partition_set_rate(partition, pace_of(false, true), written);
        mdl_partition_set_rate(partition, pace_of(true, true), read < written ? read : written);
    }
    stale->count = 0;
}

/* ---- the checkpoints of large jobs ---- */

static void compute_on(struct mdl_burst *burst)
{
    struct mdl_world *world = burst->world;
    int64_t every_ns = world->plan->class_config[burst->job->class_index].checkpoint_every_ns;

    burst->entry =
        mdl_agenda_add(&world->storage->checkpoints, world->sim->now_ns + every_ns, burst);
}

static void begin_burst(struct mdl_world *world, struct mdl_job *job, uint64_t bytes)
{
    struct mdl_burst *burst = sim_pool_get(&world->storage->burst_pool);

    if (!burst) {
        sim_abort(world->sim, SIM_ENOMEM, "no memory for checkpoints");
        return;
    }
    *burst = (struct mdl_burst){.cargo = {&world->storage->burst_hooks},
                                .world = world,
                                .next = world->storage->bursts[job->partition],
                                .job = job,
                                .bytes = bytes};
    world->storage->bursts[job->partition] = burst;
    compute_on(burst);
}

/* It is time for a checkpoint, unless the work is done at this instant: to the burst tier where it
 * has room, else to where data arrives. */
static void write_checkpoint(void *context, void *subject)
{
    struct mdl_world *world = context;
    struct mdl_burst *burst = subject;
    struct mdl_partition *partition = world->place[burst->job->partition].partition;
    size_t site = world->plan->partition[burst->job->partition].site;
    struct mdl_world_tier *fast = mdl_world_fast_tier(world, burst->job);
    const struct mdl_tier_plan *to =
        mdl_world_tier_at(world, site, mdl_world_is_protected(world, burst->job))->plan;

    burst->entry = MDL_AGENDA_NONE;
    if (mdl_partition_left_ns(partition, burst->job) == 0)
        return;
    burst->is_on_burst_tier =
        fast && mdl_tier_try(fast->tier, mdl_world_nobody(world), burst->bytes);
    if (burst->is_on_burst_tier)
        to = fast->plan;
    mdl_partition_pause(partition, burst->job);
    burst->flow =
        mdl_flow_begin(world->streams, &(struct mdl_flow_request){.route = &to->in,
                                                                  .bytes = burst->bytes,
                                                                  .weight = 1,
                                                                  .when_down = MDL_FLOW_STALLS,
                                                                  .subject = burst});
}

/* What was written of a checkpoint lies on the burst tier until it has drained. */
static void leave_checkpoint(struct mdl_burst *burst)
{
    struct mdl_world *world = burst->world;
    size_t site = world->plan->partition[burst->job->partition].site;

    burst->flow = NULL;
    if (!burst->is_on_burst_tier)
        return;
    burst->is_on_burst_tier = false;
    mdl_world_leave_behind(mdl_world_burst_tier(world, site), mdl_world_nobody(world),
                           burst->bytes);
}

static void on_written(void *context, void *subject)
{
    struct mdl_burst *burst = subject;
    struct mdl_world *world = burst->world;

    (void)context;
    leave_checkpoint(burst);
    mdl_partition_resume(world->place[burst->job->partition].partition, burst->job);
    compute_on(burst);
}

static void end_burst(struct mdl_world *world, const struct mdl_job *job)
{
    struct mdl_burst **at = &world->storage->bursts[job->partition], *burst;

    while ((*at)->job != job)
        at = &(*at)->next;
    burst = *at;
    if (burst->flow) {
        (void)mdl_flow_stop(world->streams, burst->flow);
        leave_checkpoint(burst);
    } else if (burst->entry != MDL_AGENDA_NONE) {
        mdl_agenda_remove(&world->storage->checkpoints, burst->entry);
    }
    *at = burst->next;
    sim_pool_put(&world->storage->burst_pool, burst);
}

/* ---- everybody ---- */

void mdl_world_on_started(void *context, struct mdl_job *job)
{
    struct mdl_world *world = ((struct mdl_place *)context)->world;
    struct mdl_io_demand demand;

    if (!job->pace)
        return;
    demand = demand_of(world, job);
    ask(world, job->partition, MDL_IO_READ, demand.read_bytes_per_s, 1);
    ask(world, job->partition, MDL_IO_WRITE, demand.write_bytes_per_s, 1);
    if (demand.burst_bytes > 0)
        begin_burst(world, job, demand.burst_bytes);
}

void mdl_world_stop_io(struct mdl_world *world, const struct mdl_job *job)
{
    struct mdl_io_demand demand = demand_of(world, job);

    ask(world, job->partition, MDL_IO_READ, demand.read_bytes_per_s, -1);
    ask(world, job->partition, MDL_IO_WRITE, demand.write_bytes_per_s, -1);
    if (demand.burst_bytes > 0)
        end_burst(world, job);
}

static bool create_list(struct mdl_io_list *list, struct sim_arena *arena, size_t partitions)
{
    list->partition = sim_arena_alloc(arena, partitions, sizeof *list->partition);
    list->is_in = sim_arena_alloc(arena, partitions, sizeof *list->is_in);
    return list->partition && list->is_in;
}

enum sim_status mdl_world_create_io(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_storage_plan *plan = &world->plan->storage;
    struct mdl_world_storage *storage = world->storage;
    struct sim_arena *arena = world->sim->arena;
    size_t partitions = world->plan->partition_count;
    enum sim_status status;

    storage->io = sim_arena_alloc(arena, partitions, sizeof *storage->io);
    storage->bursts = sim_arena_alloc(arena, partitions, sizeof(struct mdl_burst *));
    if (!storage->io || !storage->bursts || !create_list(&storage->asking, arena, partitions) ||
        !create_list(&storage->stale, arena, partitions))
        return sim_fail(err, SIM_ENOMEM, "no memory for the storage");
    storage->io_hooks = (struct mdl_flow_hooks){.context = world, .rate = on_rate};
    storage->burst_hooks = (struct mdl_flow_hooks){.context = world, .done = on_written};
    sim_pool_init(&storage->burst_pool, arena, sizeof(struct mdl_burst));
    for (size_t p = 0; p < partitions; p++) {
        size_t site = world->plan->partition[p].site, landing = plan->landing[site];
        size_t fast = plan->burst[site];

        if (landing == SIZE_MAX)
            continue;
        for (int d = 0; d < MDL_IO_DIRECTIONS; d++)
            storage->io[p][d] = (struct mdl_io){.cargo = {&storage->io_hooks}, .partition = p};
        storage->io[p][MDL_IO_READ].route = &plan->tier[landing].out;
        storage->io[p][MDL_IO_WRITE].route = &plan->tier[fast == SIZE_MAX ? landing : fast].in;
        status = mdl_partition_enable_pace(world->place[p].partition, err);
        if (status)
            return status;
    }
    status = mdl_agenda_init(&storage->checkpoints, world->sim, write_checkpoint, world, err);
    if (!status)
        status = sim_timer_create(world->sim, &storage->asking.timer, SIM_PHASE_SCHEDULE,
                                  SIM_TIES_BY_CREATION, set_flows, world, err);
    if (!status)
        status = sim_timer_create(world->sim, &storage->stale.timer, SIM_PHASE_REFILL,
                                  SIM_TIES_BY_CREATION, refresh, world, err);
    return status;
}
