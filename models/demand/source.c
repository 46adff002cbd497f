/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/source.h"

#include "models/demand/later.h"
#include "models/demand/new_job.h"
#include "models/demand/pick.h"
#include "models/demand/purpose.h"
#include "models/demand/rate.h"
#include "sim/calendar.h"
#include "sim/elementary.h"
#include "sim/units.h"

enum { FIRST_GROUPS = 64 };

struct held { /* jobs in line */
    struct mdl_job *first, *last;
};

struct user {
    uint32_t inside;
    struct held held;
};

struct group { /* an array or a chain of which not all may be inside together */
    uint32_t inside, at_once;
    struct held held;
    uint32_t next_free;
};

struct mdl_source {
    struct sim *sim;
    const struct mdl_source_plan *plan;
    const struct mdl_source_world *world;
    uint32_t index;
    struct sim_timer timer, later_timer;
    struct mdl_later later; /* jobs of arrays that come one after the other */
    struct mdl_rate rate;   /* of batches */
    double log_stay;        /* log of the chance that a batch goes on; 0: single jobs */
    struct user *user;      /* NULL without a queue limit */
    struct group *group;    /* [group_count]; jobs know theirs by index + 1 */
    uint32_t group_count, group_capacity, first_free; /* the last as index + 1 */
    uint64_t next_job;                                /* number of the next draw of a job */
    struct mdl_source_counts counts;
    struct sim_draws gap, batch, job_class, home, user_draw, width; /* by arrival */
    struct sim_draws run, overestimate, outcome, transfer;          /* by job */
    size_t next_logged;
};

static double uniform(const struct mdl_source *source, enum mdl_draw purpose, uint64_t n)
{
    return sim_uniform_at(source->sim->draw_key, source->plan->item->entity, purpose, n);
}

/* ---- jobs ---- */

static void add_data(const struct mdl_source *source, const struct mdl_class_config *job_class,
                     uint64_t n, struct mdl_job *job)
{
    if (source->plan->place != SIZE_MAX)
        mdl_job_add_data(job, job_class, source->sim->draw_key, source->plan->item->entity, n);
}

static void fill_job(struct mdl_source *source, const struct mdl_batch *batch, uint64_t n,
                     struct mdl_job *job)
{
    struct mdl_job_draws u = {.run = sim_draws_next(&source->run),
                              .overestimate = sim_draws_next(&source->overestimate),
                              .outcome = sim_draws_next(&source->outcome)};

    mdl_job_fill(job, batch, n, &u);
    if (sim_draws_next(&source->transfer) <= batch->job_class->transfer_frac)
        add_data(source, batch->job_class, n, job);
}

static void submit(struct mdl_source *source, struct mdl_job *job)
{
    job->submit_ns = source->sim->now_ns;
    source->counts.submitted++;
    source->world->submit(source->world->context, job);
}

/* ---- holding back ---- */

static void hold(struct mdl_source *source, struct held *held, struct mdl_job *job)
{
    source->counts.held++;
    job->next = NULL;
    if (held->first)
        held->last->next = job;
    else
        held->first = job;
    held->last = job;
}

static struct mdl_job *release(struct mdl_source *source, struct held *held)
{
    struct mdl_job *job = held->first;

    if (job) {
        held->first = job->next;
        source->counts.held--;
    }
    return job;
}

static void submit_or_hold(struct mdl_source *source, struct mdl_job *job)
{
    struct user *user = source->user ? &source->user[job->user] : NULL;

    if (user && user->inside >= (uint64_t)source->plan->submit->queue_limit) {
        source->counts.deferred++;
        hold(source, &user->held, job);
        return;
    }
    if (user)
        user->inside++;
    submit(source, job);
}

/* Its handle; 0: no memory. */
static uint32_t new_group(struct mdl_source *source, uint32_t at_once)
{
    uint32_t handle = source->first_free;

    if (handle) {
        source->first_free = source->group[handle - 1].next_free;
    } else {
        if (source->group_count == source->group_capacity) {
            uint32_t capacity = source->group_capacity ? 2 * source->group_capacity : FIRST_GROUPS;
            struct group *grown =
                sim_arena_resize(source->sim->arena, source->group, capacity, sizeof *grown);
            if (!grown)
                return 0;
            source->group = grown;
            source->group_capacity = capacity;
        }
        handle = ++source->group_count;
    }
    source->group[handle - 1] = (struct group){.at_once = at_once};
    return handle;
}

static void join(struct mdl_source *source, uint32_t handle, struct mdl_job *job)
{
    struct group *group = handle ? &source->group[handle - 1] : NULL;

    job->group = handle;
    if (group && group->inside >= group->at_once) {
        hold(source, &group->held, job);
        return;
    }
    if (group)
        group->inside++;
    submit_or_hold(source, job);
}

static void leave_group(struct mdl_source *source, uint32_t handle)
{
    struct group *group = &source->group[handle - 1];
    struct mdl_job *job = release(source, &group->held);

    if (job) {
        submit_or_hold(source, job);
        return;
    }
    if (--group->inside == 0) {
        group->next_free = source->first_free;
        source->first_free = handle;
    }
}

void mdl_source_job_left(struct mdl_source *source, uint32_t user_index, uint32_t group)
{
    struct user *user = source->user ? &source->user[user_index] : NULL;
    struct mdl_job *job = user ? release(source, &user->held) : NULL;

    if (job)
        submit(source, job);
    else if (user)
        user->inside--;
    if (group)
        leave_group(source, group);
}

/* ---- arrivals ---- */

static uint64_t batch_size(struct mdl_source *source)
{
    double u = sim_draws_next(&source->batch);

    if (source->log_stay == 0)
        return 1;
    return 1 + (uint64_t)(sim_log(u) / source->log_stay);
}

/* False, with the class only, when nothing is open. */
static bool draw_batch(struct mdl_source *source, struct mdl_batch *batch)
{
    const struct mdl_source_plan *plan = source->plan;
    double class_u = sim_draws_next(&source->job_class);
    double home_u = sim_draws_next(&source->home);
    double user_u = sim_draws_next(&source->user_draw);
    double width_u = sim_draws_next(&source->width);
    const struct mdl_pool_step *step = mdl_pool_at(plan->pool, source->sim->now_ns);
    size_t partition = mdl_broker_home(plan->pool, step, home_u);
    const struct mdl_mix *mix = &plan->pool->mix;
    const struct mdl_partition_plan *machine;

    batch->community = source->index;
    batch->failed_factor = source->world->failed_factor
                               ? source->world->failed_factor(source->world->context, source->index)
                               : 1;
    batch->class_index = mix->class_of[mdl_pick(mix->cumulated, mix->count, class_u)];
    batch->job_class = &source->world->job_class[batch->class_index];
    if (partition == SIZE_MAX)
        return false;
    machine = &source->world->partition[partition];
    batch->partition = (uint32_t)partition;
    batch->user = (uint32_t)mdl_pick(plan->user_cumulated, (size_t)plan->submit->users, user_u);
    batch->width =
        mdl_request_at(machine, mdl_capacity_at(machine, source->sim->now_ns), batch->job_class,
                       batch->class_index, width_u, &batch->gpus_asked);
    batch->limit_ns = mdl_qos_walltime_limit_ns(machine, batch->job_class, plan->submit->qos);
    return true;
}

/* Jobs of an array or a chain, by the number of the first. */
static uint32_t jobs_of(const struct mdl_source *source, const struct sim_dist *law,
                        enum mdl_draw purpose)
{
    if (law->kind == SIM_DIST_CONSTANT)
        return mdl_class_jobs_at(law, 0.5);
    return mdl_class_jobs_at(law, uniform(source, purpose, source->next_job));
}

/* Nothing is open: the jobs are refused, and their draws are passed over. */
static void refuse(struct mdl_source *source, const struct mdl_batch *batch)
{
    uint32_t jobs = jobs_of(source, &batch->job_class->array, MDL_DRAW_ARRAY) *
                    jobs_of(source, &batch->job_class->chain, MDL_DRAW_CHAIN);

    source->next_job += jobs;
    source->counts.drawn += jobs;
    source->counts.refused += jobs;
    for (; jobs > 0; jobs--) {
        sim_draws_next(&source->run);
        sim_draws_next(&source->overestimate);
        sim_draws_next(&source->outcome);
        sim_draws_next(&source->transfer);
    }
}

static bool no_memory(struct mdl_source *source)
{
    sim_abort(source->sim, SIM_ENOMEM, "no memory for the jobs of '%s'", source->plan->item->path);
    return false;
}

static struct mdl_job *new_job(struct mdl_source *source, size_t partition)
{
    const struct mdl_source_world *world = source->world;
    struct mdl_job *job = mdl_job_take(source->sim, world->jobs, &world->partition[partition],
                                       &world->inside[partition], source->plan->item->path);

    source->counts.drawn += job != NULL;
    return job;
}

/* Submits a run that is longer than the limit as pieces: all but the last fill it; the first brings
 * the input, the last takes the output and ends as was drawn. */
static bool bring_pieces(struct mdl_source *source, const struct mdl_batch *batch,
                         struct mdl_job *last)
{
    uint32_t group = new_group(source, 1);
    struct mdl_job full = *last;

    if (!group)
        return no_memory(source);
    full.walltime_ns = full.run_ns = batch->limit_ns;
    full.outcome = MDL_OUTCOME_COMPLETED;
    full.output_bytes = last->input_bytes = 0;
    for (; last->run_ns > batch->limit_ns; last->run_ns -= batch->limit_ns) {
        struct mdl_job *piece = new_job(source, batch->partition);

        if (!piece)
            return false;
        *piece = full;
        join(source, group, piece);
        full.input_bytes = 0;
    }
    join(source, group, last);
    return true;
}

static bool bring_later(struct mdl_source *source, struct mdl_job *job, int64_t time_ns)
{
    if (!mdl_later_push(&source->later, source->sim->arena, time_ns, job))
        return no_memory(source);
    source->counts.held++;
    if (mdl_later_next_ns(&source->later) == time_ns)
        sim_timer_arm(source->sim, &source->later_timer, time_ns);
    return true;
}

/* Its machine may have closed since the job was drawn for it. */
static void submit_or_refuse(struct mdl_source *source, struct mdl_job *job)
{
    const struct mdl_source_world *world = source->world;

    if (mdl_capacity_at(&world->partition[job->partition], source->sim->now_ns)->units) {
        submit_or_hold(source, job);
        return;
    }
    source->counts.refused++;
    world->inside[job->partition]--;
    sim_pool_put(world->jobs, job);
}

static void on_later(struct sim *sim, void *subject)
{
    struct mdl_source *source = subject;

    while (mdl_later_next_ns(&source->later) == sim->now_ns) {
        source->counts.held--;
        submit_or_refuse(source, mdl_later_pop(&source->later));
    }
    if (mdl_later_next_ns(&source->later) != SIM_NEVER)
        sim_timer_arm(sim, &source->later_timer, mdl_later_next_ns(&source->later));
}

static bool bring_job(struct mdl_source *source, const struct mdl_batch *batch, uint32_t group,
                      int64_t time_ns)
{
    struct mdl_job *job = new_job(source, batch->partition);

    if (!job)
        return false;
    fill_job(source, batch, source->next_job++, job);
    if (job->run_ns > batch->limit_ns)
        return bring_pieces(source, batch, job);
    if (time_ns > source->sim->now_ns)
        return bring_later(source, job, time_ns);
    join(source, group, job);
    return true;
}

/* From one job of an array to the next, which has the number that comes now. */
static int64_t array_gap_ns(const struct mdl_source *source, const struct sim_dist *law)
{
    if (law->kind == SIM_DIST_CONSTANT)
        return sim_ns_from_s(law->a);
    return sim_ns_from_s(sim_dist_at(law, uniform(source, MDL_DRAW_ARRAY_GAP, source->next_job)));
}

/* One submission: a job, an array or a chain. */
static bool bring(struct mdl_source *source, const struct mdl_batch *batch)
{
    uint32_t chain = jobs_of(source, &batch->job_class->chain, MDL_DRAW_CHAIN);
    uint32_t array = jobs_of(source, &batch->job_class->array, MDL_DRAW_ARRAY);
    uint32_t jobs = chain * array, at_once = chain > 1 ? 1 : (uint32_t)batch->job_class->at_once;
    uint32_t group = 0;
    int64_t time_ns = source->sim->now_ns;

    if (at_once > 0 && jobs > at_once) {
        group = new_group(source, at_once);
        if (!group)
            return no_memory(source);
    }
    for (uint32_t i = 0; i < jobs; i++) {
        if (i > 0 && group == 0)
            time_ns += array_gap_ns(source, &batch->job_class->array_gap);
        if (!bring_job(source, batch, group, time_ns))
            return false;
    }
    return true;
}

static void on_arrival(struct sim *sim, void *subject)
{
    struct mdl_source *source = subject;
    uint64_t size = batch_size(source);
    struct mdl_batch batch;
    bool is_open = draw_batch(source, &batch);
    int64_t next_ns;

    source->counts.arrivals++;
    for (uint64_t i = 0; i < size; i++) {
        if (!is_open)
            refuse(source, &batch);
        else if (!bring(source, &batch))
            return;
    }
    next_ns = mdl_rate_next_ns(&source->rate, sim->now_ns, sim_draws_next(&source->gap));
    if (next_ns < source->world->finish_ns)
        sim_timer_arm(sim, &source->timer, next_ns);
}

/* ---- a log ---- */

int64_t mdl_log_submit_ns(const struct mdl_source_plan *plan, size_t i)
{
    return plan->log_begin_ns + plan->log->job[i].submit_s * SIM_NS_PER_S;
}

/* Job n of the log; what is drawn for it goes by n. */
static void fill_logged(struct mdl_source *source, size_t n, size_t partition, struct mdl_job *job)
{
    const struct mdl_source_plan *plan = source->plan;
    const struct mdl_log_job *logged = &plan->log->job[n];
    const struct mdl_partition_plan *machine = &source->world->partition[partition];
    uint32_t class_index = plan->pool->mix.class_of[0];
    const struct mdl_class_config *job_class = &source->world->job_class[class_index];
    int64_t limit_ns = mdl_qos_walltime_limit_ns(machine, job_class, plan->submit->qos);

    *job = (struct mdl_job){
        .walltime_ns = logged->walltime_s * SIM_NS_PER_S,
        .run_ns = logged->run_s * SIM_NS_PER_S,
        .user = logged->user,
        .submit_ns = MDL_TIME_UNSET,
        .eligible_ns = MDL_TIME_UNSET,
        .start_ns = MDL_TIME_UNSET,
        .end_ns = MDL_TIME_UNSET,
        .id = (uint64_t)logged->id,
        .community = source->index,
        .class_index = class_index,
        .partition = (uint32_t)partition,
        .bundle = 1,
        .outcome = logged->outcome,
    };
    job->width =
        mdl_request_of(machine, mdl_capacity_at(machine, source->sim->now_ns),
                       logged->part_frac > 0 ? logged->part_frac : logged->width, &job->gpus_asked);
    if (job->walltime_ns > limit_ns)
        job->walltime_ns = limit_ns;
    if (job->walltime_ns < job->run_ns) { /* the machine here allows less than the one there */
        job->run_ns = job->walltime_ns;
        job->outcome = MDL_OUTCOME_TIMEOUT;
    }
    if (uniform(source, MDL_DRAW_TRANSFER, n) <= job_class->transfer_frac)
        add_data(source, job_class, n, job);
}

/* False when the run was aborted. */
static bool submit_logged(struct mdl_source *source, size_t n)
{
    const struct mdl_pool *pool = source->plan->pool;
    size_t partition = mdl_broker_home(pool, mdl_pool_at(pool, source->sim->now_ns),
                                       uniform(source, MDL_DRAW_HOME, n));
    struct mdl_job *job;

    source->counts.arrivals++;
    if (partition == SIZE_MAX) {
        source->counts.drawn++;
        source->counts.refused++;
        return true;
    }
    job = new_job(source, partition);
    if (!job)
        return false;
    fill_logged(source, n, partition, job);
    submit(source, job);
    return true;
}

static void on_logged(struct sim *sim, void *subject)
{
    struct mdl_source *source = subject;
    const struct mdl_source_plan *plan = source->plan;

    while (source->next_logged < plan->log_end &&
           mdl_log_submit_ns(plan, source->next_logged) == sim->now_ns) {
        if (!submit_logged(source, source->next_logged++))
            return;
    }
    if (source->next_logged < plan->log_end)
        sim_timer_arm(sim, &source->timer, mdl_log_submit_ns(plan, source->next_logged));
}

static void init_draws(struct mdl_source *source)
{
    const struct {
        struct sim_draws *draws;
        enum mdl_draw purpose;
        enum sim_draw_law law;
    } all[] = {
        {&source->gap, MDL_DRAW_GAP, SIM_DRAW_EXPONENTIAL},
        {&source->batch, MDL_DRAW_BATCH, SIM_DRAW_UNIFORM},
        {&source->job_class, MDL_DRAW_CLASS, SIM_DRAW_UNIFORM},
        {&source->home, MDL_DRAW_HOME, SIM_DRAW_UNIFORM},
        {&source->user_draw, MDL_DRAW_USER, SIM_DRAW_UNIFORM},
        {&source->width, MDL_DRAW_WIDTH, SIM_DRAW_UNIFORM},
        {&source->run, MDL_DRAW_RUN, SIM_DRAW_UNIFORM},
        {&source->overestimate, MDL_DRAW_OVERESTIMATE, SIM_DRAW_UNIFORM},
        {&source->outcome, MDL_DRAW_OUTCOME, SIM_DRAW_UNIFORM},
        {&source->transfer, MDL_DRAW_TRANSFER, SIM_DRAW_UNIFORM},
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sim_draws_init(all[i].draws, source->sim->draw_key, source->plan->item->entity,
                       all[i].purpose, all[i].law);
}

static struct mdl_rate_plan rate_of(const struct mdl_source_plan *plan)
{
    const struct mdl_submit_config *submit = plan->submit;

    return (struct mdl_rate_plan){
        .base_per_s = plan->rate,
        .load = plan->is_load ? plan->pool : NULL,
        .records_per_arrival = submit->batch_mean,
        .zone = plan->zone,
        .growth_per_yr = submit->growth_per_yr,
        .hours = &submit->hours,
        .season = &submit->season,
        .day_variation = submit->day_variation,
        .week_variation = submit->week_variation,
        .entity = plan->item->entity,
    };
}

/* The next arrival at or after the beginning; SIM_NEVER when none comes in time. */
static int64_t first_arrival_ns(struct mdl_source *source)
{
    const struct mdl_source_plan *plan = source->plan;
    struct mdl_rate_plan rate;

    if (plan->apply)
        return SIM_NEVER;
    if (plan->log) {
        source->next_logged = plan->log_first;
        return plan->log_first < plan->log_end ? mdl_log_submit_ns(plan, plan->log_first)
                                               : SIM_NEVER;
    }
    rate = rate_of(plan);
    mdl_rate_init(&source->rate, &rate, source->world->calendar, source->sim->draw_key,
                  source->world->begin_ns, source->world->finish_ns);
    return mdl_rate_next_ns(&source->rate, source->world->begin_ns, sim_draws_next(&source->gap));
}

static bool has_array_gap(const struct mdl_source *source)
{
    const struct mdl_mix *mix = &source->plan->pool->mix;
    bool has = false;

    for (size_t i = 0; i < mix->count; i++)
        has = has || mdl_class_has_array_gap(&source->world->job_class[mix->class_of[i]]);
    return has;
}

enum sim_status mdl_source_create(struct sim *sim, const struct mdl_source_plan *plan,
                                  uint32_t index, const struct mdl_source_world *world,
                                  struct mdl_source **out, struct sim_error *err)
{
    struct mdl_source *source = sim_arena_alloc(sim->arena, 1, sizeof *source);
    double batch_mean = plan->submit->batch_mean;
    enum sim_status status;
    int64_t first_ns;

    if (!source)
        return sim_fail(err, SIM_ENOMEM, "no memory for '%s'", plan->item->path);
    source->sim = sim;
    source->plan = plan;
    source->world = world;
    source->index = index;
    source->log_stay = batch_mean > 1 ? sim_log(1 - 1 / batch_mean) : 0;
    if (plan->submit->queue_limit > 0) {
        source->user =
            sim_arena_alloc(sim->arena, (size_t)plan->submit->users, sizeof *source->user);
        if (!source->user)
            return sim_fail(err, SIM_ENOMEM, "no memory for the users of '%s'", plan->item->path);
    }
    init_draws(source);
    status = sim_timer_create(sim, &source->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION,
                              plan->log ? on_logged : on_arrival, source, err);
    if (!status && has_array_gap(source))
        status = sim_timer_create(sim, &source->later_timer, SIM_PHASE_ARRIVAL,
                                  SIM_TIES_BY_CREATION, on_later, source, err);
    if (status)
        return status;
    first_ns = first_arrival_ns(source);
    if (first_ns < world->finish_ns)
        sim_timer_arm(sim, &source->timer, first_ns);
    *out = source;
    return SIM_OK;
}

const struct mdl_source_counts *mdl_source_counts(const struct mdl_source *source)
{
    return &source->counts;
}

/* The radio rate of a user on a cell; NULL: the cell does not reach it yet. A user who is covered
 * stays so while coverage grows. */
static const struct mdl_radio_plan *radio_of(const struct mdl_source *source,
                                             const struct mdl_cell_plan *cell, uint32_t user,
                                             int64_t now_ns)
{
    double coverage = mdl_cell_coverage(cell->config, source->world->calendar, now_ns);
    const struct mdl_radio_plan *radio = cell->radio;
    double u;

    if (coverage < 1 && uniform(source, MDL_DRAW_COVERAGE, user) > coverage)
        return NULL;
    u = uniform(source, MDL_DRAW_RADIO, user);
    while (radio->cumulated < u)
        radio++;
    return radio;
}

struct mdl_reach mdl_source_reach(const struct mdl_source *source, uint32_t user, int64_t now_ns)
{
    const struct mdl_source_plan *plan = source->plan;
    size_t own =
        mdl_pick(plan->line_cumulated, plan->line_count, uniform(source, MDL_DRAW_LINE, user));
    struct mdl_reach reach = {0};

    for (size_t i = 0; i < plan->line_count && !reach.line && !reach.radio; i++) {
        const struct mdl_access_plan *access = &plan->access[(own + i) % plan->line_count];

        reach.line = access->line;
        if (access->cell)
            reach.radio = radio_of(source, access->cell, user, now_ns);
        reach.is_uncovered = i > 0 || (!reach.line && !reach.radio);
    }
    return reach;
}

/* What is drawn for a job of its own; of what a project has one for all its jobs, with number 0. */
static double job_uniform(const struct mdl_source *source, const struct mdl_job *job,
                          enum mdl_draw purpose, bool is_shared)
{
    const struct mdl_source_plan *plan = source->plan;

    if (!plan->apply)
        return uniform(source, purpose, job->id);
    return sim_uniform_at(source->sim->draw_key,
                          mdl_project_entity(plan->item->entity, mdl_project_of_job(job)), purpose,
                          is_shared ? 0 : mdl_number_in_project(job));
}

uint64_t mdl_source_leaves_bytes(const struct mdl_source *source, const struct mdl_job *job)
{
    const struct mdl_class_config *job_class = &source->world->job_class[job->class_index];

    return mdl_class_leaves(job_class)
               ? mdl_job_bytes(&job_class->leaves, job_uniform(source, job, MDL_DRAW_LEAVES, false))
               : 0;
}

const struct mdl_dataset_config *mdl_source_dataset(const struct mdl_source *source,
                                                    const struct mdl_job *job)
{
    const struct mdl_community_config *community = source->plan->community;
    double u, part = 0;

    if (!community || community->datasets.count == 0)
        return NULL;
    u = job_uniform(source, job, MDL_DRAW_DATASET, true);
    for (size_t i = 0; i < community->datasets.count; i++) {
        part += community->datasets.share[i].part;
        if (u <= part)
            return community->datasets.share[i].item;
    }
    return NULL;
}

int64_t mdl_source_patience_ns(const struct mdl_source *source, const struct mdl_job *job)
{
    const struct sim_dist *law = &source->world->job_class[job->class_index].patience;
    double s = law->kind == SIM_DIST_CONSTANT
                   ? law->a
                   : sim_dist_at(law, job_uniform(source, job, MDL_DRAW_PATIENCE, false));

    return s < MDL_PATIENCE_NONE_S ? sim_ns_from_s(s) : SIM_NEVER;
}
