/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/source.h"

#include <math.h>

#include "models/compute/partition.h"
#include "models/demand/later.h"
#include "sim/calendar.h"
#include "sim/elementary.h"
#include "sim/units.h"

enum purpose { /* part of the meaning of a seed: never renumber */
               PURPOSE_GAP = 1,
               PURPOSE_BATCH,
               PURPOSE_CLASS,
               PURPOSE_HOME,
               PURPOSE_USER,
               PURPOSE_WIDTH,
               PURPOSE_RUN,
               PURPOSE_OVERESTIMATE,
               PURPOSE_OUTCOME,
               PURPOSE_TRANSFER,
               PURPOSE_INPUT,
               PURPOSE_OUTPUT,
               PURPOSE_LINE,
               PURPOSE_ARRAY,
               PURPOSE_CHAIN,
               PURPOSE_PATIENCE,
               PURPOSE_ARRAY_GAP,
               PURPOSE_DAY,
               PURPOSE_WEEK,
               PURPOSE_LEAVES,
               PURPOSE_DATASET,
               PURPOSE_RADIO = 40,
               PURPOSE_COVERAGE,
};

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
    int64_t hour_ns;        /* beginning of the hour that `rate` is for */
    double rate_per_s;      /* batches */
    double day_rate_per_s;  /* without the weights of hour and month */
    double month_weight;
    double log_stay;     /* log of the chance that a batch goes on; 0: single jobs */
    struct user *user;   /* NULL without a queue limit */
    struct group *group; /* [group_count]; jobs know theirs by index + 1 */
    uint32_t group_count, group_capacity, first_free; /* the last as index + 1 */
    uint64_t next_job;                                /* number of the next draw of a job */
    struct mdl_source_counts counts;
    struct sim_draws gap, batch, job_class, home, user_draw, width; /* by arrival */
    struct sim_draws run, overestimate, outcome, transfer;          /* by job */
    size_t next_logged;
};

static size_t pick(const double *cumulated, size_t count, double u)
{
    size_t low = 0, high = count - 1;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (u <= cumulated[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static double uniform(const struct mdl_source *source, enum purpose purpose, uint64_t n)
{
    return sim_uniform_at(source->sim->draw_key, source->plan->item->entity, purpose, n);
}

/* ---- rate ---- */

static double growth_factor(const struct mdl_source_plan *plan, int64_t time_ns)
{
    double years = floor((double)time_ns / SIM_DAY_NS) * SIM_DAY_S / SIM_YEAR_S;

    if (!(plan->submit->growth_per_yr != 0))
        return 1;
    return sim_pow(1 + plan->submit->growth_per_yr, years);
}

static double hour_weight(const struct mdl_source_plan *plan, int64_t utc_hour)
{
    const struct sim_profile *hours = &plan->submit->hours;

    if (!hours->count)
        return 1;
    return hours->weight[(size_t)sim_hour_of_week(plan->zone, utc_hour) % hours->count];
}

double mdl_season_weight(const struct mdl_submit_config *submit, enum sim_zone zone,
                         int64_t utc_hour)
{
    if (!submit->season.count)
        return 1;
    return submit->season.weight[sim_local_date(zone, utc_hour).month - 1];
}

/* Records per second but for the weights of hour and month: constant over a UTC day. */
static double day_rate(const struct mdl_source_plan *plan, int64_t time_ns)
{
    double base =
        plan->is_load ? plan->rate * mdl_pool_at(plan->pool, time_ns)->records_per_s : plan->rate;

    return base * growth_factor(plan, time_ns);
}

/* Lognormal with mean 1 and this standard deviation. */
static double variation(const struct mdl_source *source, double deviation, enum purpose purpose,
                        int64_t number)
{
    double variance;

    if (!(deviation > 0))
        return 1;
    variance = sim_log(1 + deviation * deviation);
    return sim_exp(sqrt(variance) * sim_normal_inverse(uniform(source, purpose, (uint64_t)number)) -
                   0.5 * variance);
}

static void enter_day(struct mdl_source *source, int64_t time_ns, int64_t day)
{
    const struct mdl_submit_config *submit = source->plan->submit;

    source->day_rate_per_s = day_rate(source->plan, time_ns) / submit->batch_mean *
                             variation(source, submit->day_variation, PURPOSE_DAY, day) *
                             variation(source, submit->week_variation, PURPOSE_WEEK, (day + 3) / 7);
}

static void enter_hour(struct mdl_source *source, int64_t hour_ns)
{
    const struct mdl_source_plan *plan = source->plan;
    int64_t utc_hour = sim_calendar_utc_hour(source->world->calendar, hour_ns);
    bool is_first = hour_ns == source->world->begin_ns;
    bool is_new_day = hour_ns % SIM_DAY_NS == 0 || is_first;

    source->hour_ns = hour_ns;
    if (is_new_day)
        enter_day(source, hour_ns, utc_hour / 24);
    if (is_first ||
        (plan->submit->season.count && sim_hour_of_week(plan->zone, utc_hour) % 24 == 0))
        source->month_weight = mdl_season_weight(plan->submit, plan->zone, utc_hour);
    source->rate_per_s =
        source->day_rate_per_s * source->month_weight * hour_weight(plan, utc_hour);
}

/* The moment at which `need` more unit-rate arrivals have passed, counted from time_ns. */
static int64_t next_arrival_ns(struct mdl_source *source, int64_t time_ns, double need)
{
    for (;;) {
        int64_t hour_end_ns = source->hour_ns + SIM_HOUR_NS;
        double left = source->rate_per_s * sim_s_from_ns(hour_end_ns - time_ns);

        if (need <= left && source->rate_per_s > 0) {
            int64_t next_ns = time_ns + sim_ns_from_s(need / source->rate_per_s);
            return next_ns < hour_end_ns ? next_ns : hour_end_ns - 1;
        }
        need -= left;
        time_ns = hour_end_ns;
        if (time_ns >= source->world->finish_ns)
            return SIM_NEVER;
        enter_hour(source, time_ns);
    }
}

/* ---- jobs ---- */

static uint64_t amount(const struct mdl_source *source, const struct sim_dist *law,
                       enum purpose purpose, uint64_t n)
{
    double bytes = sim_dist_at(law, uniform(source, purpose, n));

    if (bytes >= MDL_JOB_BYTES_MAX)
        return (uint64_t)MDL_JOB_BYTES_MAX;
    return bytes > 0 ? (uint64_t)(bytes + 0.5) : 0;
}

static uint8_t outcome_of(const struct mdl_class_config *job_class, double u)
{
    if (u <= job_class->failed_frac)
        return MDL_OUTCOME_FAILED;
    return u <= job_class->failed_frac + job_class->cancelled_frac ? MDL_OUTCOME_CANCELLED
                                                                   : MDL_OUTCOME_COMPLETED;
}

struct batch { /* what the jobs of one arrival share */
    const struct mdl_class_config *job_class;
    uint32_t class_index, user, partition;
    uint32_t width, gpus_asked;
    int64_t limit_ns;
};

static void fill_job(struct mdl_source *source, const struct batch *batch, uint64_t n,
                     struct mdl_job *job)
{
    const struct mdl_class_config *job_class = batch->job_class;
    double run_s =
        sim_dist_at(&job_class->run, sim_draws_next(&source->run)) * (double)job_class->bundle;
    double over = sim_dist_at(&job_class->overestimate, sim_draws_next(&source->overestimate));
    double outcome_u = sim_draws_next(&source->outcome);
    bool has_data = sim_draws_next(&source->transfer) <= job_class->transfer_frac;
    int64_t run_ns = sim_ns_from_s(run_s), before_ns = 0;

    if (job_class->over_limit == MDL_OVER_LIMIT_CHAIN && run_ns > batch->limit_ns)
        before_ns = (run_ns - 1) / batch->limit_ns * batch->limit_ns;
    *job = (struct mdl_job){
        .walltime_ns =
            mdl_walltime_ns(job_class, run_s - sim_s_from_ns(before_ns), over, batch->limit_ns),
        .width = batch->width,
        .user = batch->user,
        .run_ns = run_ns,
        .submit_ns = MDL_TIME_UNSET,
        .eligible_ns = MDL_TIME_UNSET,
        .start_ns = MDL_TIME_UNSET,
        .end_ns = MDL_TIME_UNSET,
        .id = n,
        .community = source->index,
        .class_index = batch->class_index,
        .partition = batch->partition,
        .bundle = (uint32_t)job_class->bundle,
        .outcome = outcome_of(job_class, outcome_u),
        .gpus_asked = batch->gpus_asked,
    };
    if (job->walltime_ns < run_ns - before_ns && before_ns == 0) { /* killed at its limit */
        job->run_ns = job->walltime_ns;
        job->outcome = MDL_OUTCOME_TIMEOUT;
    } else if (job->walltime_ns < run_ns - before_ns) { /* a last piece: seconds were rounded */
        job->walltime_ns = run_ns - before_ns;
    }
    if (has_data && source->plan->place != SIZE_MAX) {
        job->input_bytes = amount(source, &job_class->input, PURPOSE_INPUT, n);
        job->output_bytes = amount(source, &job_class->output, PURPOSE_OUTPUT, n);
    }
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
static bool draw_batch(struct mdl_source *source, struct batch *batch)
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

    batch->class_index = mix->class_of[pick(mix->cumulated, mix->count, class_u)];
    batch->job_class = &source->world->job_class[batch->class_index];
    if (partition == SIZE_MAX)
        return false;
    machine = &source->world->partition[partition];
    batch->partition = (uint32_t)partition;
    batch->user = (uint32_t)pick(plan->user_cumulated, (size_t)plan->submit->users, user_u);
    batch->width =
        mdl_request_at(machine, mdl_capacity_at(machine, source->sim->now_ns), batch->job_class,
                       batch->class_index, width_u, &batch->gpus_asked);
    batch->limit_ns = mdl_qos_walltime_limit_ns(machine, batch->job_class, plan->submit->qos);
    return true;
}

/* Jobs of an array or a chain, by the number of the first. */
static uint32_t jobs_of(const struct mdl_source *source, const struct sim_dist *law,
                        enum purpose purpose)
{
    if (law->kind == SIM_DIST_CONSTANT)
        return mdl_class_jobs_at(law, 0.5);
    return mdl_class_jobs_at(law, uniform(source, purpose, source->next_job));
}

/* Nothing is open: the jobs are refused, and their draws are passed over. */
static void refuse(struct mdl_source *source, const struct batch *batch)
{
    uint32_t jobs = jobs_of(source, &batch->job_class->array, PURPOSE_ARRAY) *
                    jobs_of(source, &batch->job_class->chain, PURPOSE_CHAIN);

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

/* Counts the job in; false when the run was aborted. */
static bool enter(struct mdl_source *source, size_t partition)
{
    if (source->world->inside[partition]++ < MDL_PARTITION_JOBS_MAX)
        return true;
    sim_abort(
        source->sim, SIM_ELIMIT,
        "%s: more than %d jobs are inside: held back by 'queue_limit' or in arrays and chains, "
        "on their way with their data, waiting or running",
        source->world->partition[partition].name, MDL_PARTITION_JOBS_MAX);
    return false;
}

static struct mdl_job *new_job(struct mdl_source *source, size_t partition)
{
    struct mdl_job *job = enter(source, partition) ? sim_pool_get(source->world->jobs) : NULL;

    if (!job && !source->sim->is_aborted)
        no_memory(source);
    source->counts.drawn += job != NULL;
    return job;
}

/* Submits a run that is longer than the limit as pieces: all but the last fill it; the first brings
 * the input, the last takes the output and ends as was drawn. */
static bool bring_pieces(struct mdl_source *source, const struct batch *batch, struct mdl_job *last)
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

static bool bring_job(struct mdl_source *source, const struct batch *batch, uint32_t group,
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
    return sim_ns_from_s(sim_dist_at(law, uniform(source, PURPOSE_ARRAY_GAP, source->next_job)));
}

/* One submission: a job, an array or a chain. */
static bool bring(struct mdl_source *source, const struct batch *batch)
{
    uint32_t chain = jobs_of(source, &batch->job_class->chain, PURPOSE_CHAIN);
    uint32_t array = jobs_of(source, &batch->job_class->array, PURPOSE_ARRAY);
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
    struct batch batch;
    bool is_open = draw_batch(source, &batch);
    int64_t next_ns;

    source->counts.arrivals++;
    for (uint64_t i = 0; i < size; i++) {
        if (!is_open)
            refuse(source, &batch);
        else if (!bring(source, &batch))
            return;
    }
    next_ns = next_arrival_ns(source, sim->now_ns, sim_draws_next(&source->gap));
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
    if (plan->place != SIZE_MAX &&
        uniform(source, PURPOSE_TRANSFER, n) <= job_class->transfer_frac) {
        job->input_bytes = amount(source, &job_class->input, PURPOSE_INPUT, n);
        job->output_bytes = amount(source, &job_class->output, PURPOSE_OUTPUT, n);
    }
}

/* False when the run was aborted. */
static bool submit_logged(struct mdl_source *source, size_t n)
{
    const struct mdl_pool *pool = source->plan->pool;
    size_t partition = mdl_broker_home(pool, mdl_pool_at(pool, source->sim->now_ns),
                                       uniform(source, PURPOSE_HOME, n));
    struct mdl_job *job;

    source->counts.arrivals++;
    source->counts.drawn++;
    if (partition == SIZE_MAX) {
        source->counts.refused++;
        return true;
    }
    if (!enter(source, partition))
        return false;
    job = sim_pool_get(source->world->jobs);
    if (!job) {
        sim_abort(source->sim, SIM_ENOMEM, "no memory for the jobs of '%s'",
                  source->plan->item->path);
        return false;
    }
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
        enum purpose purpose;
        enum sim_draw_law law;
    } all[] = {
        {&source->gap, PURPOSE_GAP, SIM_DRAW_EXPONENTIAL},
        {&source->batch, PURPOSE_BATCH, SIM_DRAW_UNIFORM},
        {&source->job_class, PURPOSE_CLASS, SIM_DRAW_UNIFORM},
        {&source->home, PURPOSE_HOME, SIM_DRAW_UNIFORM},
        {&source->user_draw, PURPOSE_USER, SIM_DRAW_UNIFORM},
        {&source->width, PURPOSE_WIDTH, SIM_DRAW_UNIFORM},
        {&source->run, PURPOSE_RUN, SIM_DRAW_UNIFORM},
        {&source->overestimate, PURPOSE_OVERESTIMATE, SIM_DRAW_UNIFORM},
        {&source->outcome, PURPOSE_OUTCOME, SIM_DRAW_UNIFORM},
        {&source->transfer, PURPOSE_TRANSFER, SIM_DRAW_UNIFORM},
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sim_draws_init(all[i].draws, source->sim->draw_key, source->plan->item->entity,
                       all[i].purpose, all[i].law);
}

/* The next arrival at or after the beginning; SIM_NEVER when none comes in time. */
static int64_t first_arrival_ns(struct mdl_source *source)
{
    const struct mdl_source_plan *plan = source->plan;
    int64_t begin_ns = source->world->begin_ns;

    if (plan->log) {
        source->next_logged = plan->log_first;
        return plan->log_first < plan->log_end ? mdl_log_submit_ns(plan, plan->log_first)
                                               : SIM_NEVER;
    }
    enter_hour(source, begin_ns);
    return next_arrival_ns(source, begin_ns, sim_draws_next(&source->gap));
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

    if (coverage < 1 && uniform(source, PURPOSE_COVERAGE, user) > coverage)
        return NULL;
    u = uniform(source, PURPOSE_RADIO, user);
    while (radio->cumulated < u)
        radio++;
    return radio;
}

struct mdl_reach mdl_source_reach(const struct mdl_source *source, uint32_t user, int64_t now_ns)
{
    const struct mdl_source_plan *plan = source->plan;
    size_t own = pick(plan->line_cumulated, plan->line_count, uniform(source, PURPOSE_LINE, user));
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

uint64_t mdl_source_leaves_bytes(const struct mdl_source *source, const struct mdl_job *job)
{
    const struct mdl_class_config *job_class = &source->world->job_class[job->class_index];

    return mdl_class_leaves(job_class) ? amount(source, &job_class->leaves, PURPOSE_LEAVES, job->id)
                                       : 0;
}

const struct mdl_dataset_config *mdl_source_dataset(const struct mdl_source *source,
                                                    const struct mdl_job *job)
{
    const struct mdl_community_config *community = source->plan->community;
    double u, part = 0;

    if (!community || community->datasets.count == 0)
        return NULL;
    u = uniform(source, PURPOSE_DATASET, job->id);
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
    double s =
        law->kind == SIM_DIST_CONSTANT
            ? law->a
            : sim_dist_at(law, sim_uniform_at(source->sim->draw_key, source->plan->item->entity,
                                              PURPOSE_PATIENCE, job->id));

    return s < MDL_PATIENCE_NONE_S ? sim_ns_from_s(s) : SIM_NEVER;
}
