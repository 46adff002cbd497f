/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/source.h"

#include <math.h>

#include "models/compute/partition.h"
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
};

struct user {
    uint32_t inside;
    struct mdl_job *first_held, *last_held;
};

struct mdl_source {
    struct sim *sim;
    const struct mdl_source_plan *plan;
    const struct mdl_source_world *world;
    uint32_t index;
    struct sim_timer timer;
    int64_t hour_ns;       /* beginning of the hour that `rate` is for */
    double rate_per_s;     /* batches */
    double day_rate_per_s; /* without the weights of hour and month */
    double month_weight;
    double log_stay;   /* log of the chance that a batch goes on; 0: single jobs */
    struct user *user; /* NULL without a queue limit */
    struct mdl_source_counts counts;
    struct sim_draws gap, batch, job_class, home, user_draw, width; /* by arrival */
    struct sim_draws run, overestimate, outcome, transfer;          /* by job */
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

static void enter_hour(struct mdl_source *source, int64_t hour_ns)
{
    const struct mdl_source_plan *plan = source->plan;
    int64_t utc_hour = sim_calendar_utc_hour(source->world->calendar, hour_ns);
    bool is_first = hour_ns == source->world->begin_ns;
    bool is_new_day = hour_ns % SIM_DAY_NS == 0 || is_first;

    source->hour_ns = hour_ns;
    if (is_new_day)
        source->day_rate_per_s = day_rate(plan, hour_ns) / plan->submit->batch_mean;
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
    double u = sim_uniform_at(source->sim->draw_key, source->plan->item->entity, purpose, n);
    double bytes = sim_dist_at(law, u);

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
    int64_t run_ns = sim_ns_from_s(run_s);

    *job = (struct mdl_job){
        .walltime_ns = mdl_walltime_ns(job_class, run_s, over, batch->limit_ns),
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
    if (job->walltime_ns < run_ns) { /* killed at its limit */
        job->run_ns = job->walltime_ns;
        job->outcome = MDL_OUTCOME_TIMEOUT;
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

static void submit_or_hold(struct mdl_source *source, struct mdl_job *job)
{
    struct user *user = source->user ? &source->user[job->user] : NULL;

    if (!user) {
        submit(source, job);
        return;
    }
    if (user->inside < (uint64_t)source->plan->submit->queue_limit) {
        user->inside++;
        submit(source, job);
        return;
    }
    source->counts.deferred++;
    source->counts.held++;
    job->next = NULL;
    if (user->first_held)
        user->last_held->next = job;
    else
        user->first_held = job;
    user->last_held = job;
}

void mdl_source_job_left(struct mdl_source *source, uint32_t user_index)
{
    struct user *user = source->user ? &source->user[user_index] : NULL;
    struct mdl_job *job = user ? user->first_held : NULL;

    if (!user)
        return;
    if (!job) {
        user->inside--;
        return;
    }
    user->first_held = job->next;
    job->next = NULL;
    source->counts.held--;
    submit(source, job);
}

static uint64_t batch_size(struct mdl_source *source)
{
    double u = sim_draws_next(&source->batch);

    if (source->log_stay == 0)
        return 1;
    return 1 + (uint64_t)(sim_log(u) / source->log_stay);
}

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

    if (partition == SIZE_MAX)
        return false;
    machine = &source->world->partition[partition];
    batch->class_index = mix->class_of[pick(mix->cumulated, mix->count, class_u)];
    batch->job_class = &source->world->job_class[batch->class_index];
    batch->partition = (uint32_t)partition;
    batch->user = (uint32_t)pick(plan->user_cumulated, (size_t)plan->submit->users, user_u);
    batch->width =
        mdl_request_at(machine, mdl_capacity_at(machine, source->sim->now_ns), batch->job_class,
                       batch->class_index, width_u, &batch->gpus_asked);
    batch->limit_ns = mdl_walltime_limit_ns(machine, batch->job_class);
    return true;
}

/* Nothing is open: the jobs are refused, and their draws are passed over. */
static void refuse(struct mdl_source *source, uint64_t size)
{
    source->counts.refused += size;
    for (uint64_t i = 0; i < size; i++) {
        sim_draws_next(&source->run);
        sim_draws_next(&source->overestimate);
        sim_draws_next(&source->outcome);
        sim_draws_next(&source->transfer);
    }
}

/* Counts the job in; false when the run was aborted. */
static bool enter(struct mdl_source *source, size_t partition)
{
    if (source->world->inside[partition]++ < MDL_PARTITION_JOBS_MAX)
        return true;
    sim_abort(source->sim, SIM_ELIMIT,
              "%s: more than %d jobs are inside: held back by 'queue_limit', on their way with "
              "their data, waiting or running",
              source->world->partition[partition].name, MDL_PARTITION_JOBS_MAX);
    return false;
}

static void on_arrival(struct sim *sim, void *subject)
{
    struct mdl_source *source = subject;
    uint64_t size = batch_size(source);
    struct batch batch;
    int64_t next_ns;

    source->counts.arrivals++;
    if (!draw_batch(source, &batch)) {
        refuse(source, size);
        source->counts.drawn += size;
    } else {
        for (uint64_t i = 0; i < size; i++) {
            struct mdl_job *job;

            if (!enter(source, batch.partition))
                return;
            job = sim_pool_get(source->world->jobs);
            if (!job) {
                sim_abort(sim, SIM_ENOMEM, "no memory for the jobs of '%s'",
                          source->plan->item->path);
                return;
            }
            fill_job(source, &batch, source->counts.drawn++, job);
            submit_or_hold(source, job);
        }
    }
    next_ns = next_arrival_ns(source, sim->now_ns, sim_draws_next(&source->gap));
    if (next_ns < source->world->finish_ns)
        sim_timer_arm(sim, &source->timer, next_ns);
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
                              on_arrival, source, err);
    if (status)
        return status;
    enter_hour(source, world->begin_ns);
    first_ns = next_arrival_ns(source, world->begin_ns, sim_draws_next(&source->gap));
    if (first_ns < world->finish_ns)
        sim_timer_arm(sim, &source->timer, first_ns);
    *out = source;
    return SIM_OK;
}

const struct mdl_source_counts *mdl_source_counts(const struct mdl_source *source)
{
    return &source->counts;
}

size_t mdl_source_line(const struct mdl_source *source, uint32_t user)
{
    const struct mdl_source_plan *plan = source->plan;

    return pick(plan->line_cumulated, plan->line_count,
                sim_uniform_at(source->sim->draw_key, plan->item->entity, PURPOSE_LINE, user));
}
