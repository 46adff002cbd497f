/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The way of a job: submit -> input on its way -> partition -> output on its way -> done. Each
 * model hands it over through a callback to this file, which stamps it and passes it on. */
#include "models/world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/compute/partition.h"
#include "models/conservation.h"
#include "models/demand/source.h"
#include "models/schedulers.h"
#include "models/transport/transfer.h"
#include "sim/units.h"

/* The hours of the window one by one; what they sum to must be the window. */
struct hours {
    sim_i128 busy_unit_ns, installed_unit_ns; /* integrals when the last hour ended */
    sim_i128 busy_sum, installed_sum;
    double carbon_g;
};

struct place { /* a partition of this world */
    struct mdl_world *world;
    size_t index;
    struct mdl_partition *partition;
    struct sim_timer capacity_timer;
    size_t step; /* in force */
    struct sim_level installed_units;
    sim_i128 held_unit_ns;                         /* by jobs that have left, whole run */
    struct mdl_partition_flows at_start, at_month; /* integrals then */
    sim_i128 busy_at_hour, released_at_hour, installed_at_hour;
    sim_i128 waiting_jobs_at_hour, waiting_units_at_hour;
    struct hours carbon; /* where the intensity changes by the hour */
};

struct till {             /* a site's money */
    int64_t posted_cents; /* sum of the ledger's rows */
    int64_t balance_cents;
};

struct mdl_world {
    struct sim *sim;
    const struct mdl_plan *plan;
    struct sim_pool jobs;
    struct mdl_scheduler **scheduler; /* [site]; NULL: none needed */
    struct place *place;              /* [partition] */
    struct mdl_source **source;       /* [source] */
    struct mdl_source_world source_world;
    struct mdl_transfers *transfers;
    struct mdl_replay *replay;
    struct mdl_figures *figures;
    struct till *till; /* [site] */
    struct sim_timer hour_timer, month_timer;
    sim_i128 *channel_at_start, *channel_at_hour; /* [channel] */
    float *sample;                                /* [widest series] */
    int64_t window_end_ns;
    int64_t hours_ns;                  /* until when hours are counted */
    sim_i128 *channel_in_window;       /* [channel] */
    struct mdl_link_flows *link;       /* [link and direction] of the window */
    struct sim_sketch *hourly;         /* [link and direction]; NULL: too many links */
    uint64_t *deferred, *refused;      /* [source] before, then in the window */
    struct mdl_partition_flows *flows; /* [partition] of the window, filled at its end */
    uint64_t submitted, left, records;
    uint64_t *left_of; /* [source] */
};

/* ---- integrals ---- */

static struct mdl_partition_flows integrals(const struct place *place, int64_t now_ns)
{
    const struct mdl_partition_state *state = mdl_partition_state(place->partition);
    sim_i128 waiting = sim_level_integral_ns(&state->waiting_jobs, now_ns);

    return (struct mdl_partition_flows){
        .busy_unit_ns = sim_level_integral_ns(&state->busy_units, now_ns),
        .released_unit_ns = sim_level_integral_ns(&state->capacity_units, now_ns),
        .installed_unit_ns = sim_level_integral_ns(&place->installed_units, now_ns),
        .lost_unit_ns =
            {[MDL_LOST_MAINTENANCE] = sim_level_integral_ns(&state->maintenance_units, now_ns),
             [MDL_LOST_RESERVED_IDLE] = sim_level_integral_ns(&state->reserved_idle_units, now_ns),
             [MDL_LOST_BLOCKED] = sim_level_integral_ns(&state->blocked_units, now_ns),
             [MDL_LOST_NO_DEMAND] = sim_level_integral_ns(&state->no_demand_units, now_ns)},
        .overrun_unit_ns = sim_level_integral_ns(&state->overrun_units, now_ns),
        .waiting_ns = waiting,
        .inside_ns = waiting + sim_level_integral_ns(&state->running_jobs, now_ns)};
}

static struct mdl_partition_flows difference(const struct mdl_partition_flows *to,
                                             const struct mdl_partition_flows *from)
{
    struct mdl_partition_flows since = {
        .busy_unit_ns = to->busy_unit_ns - from->busy_unit_ns,
        .released_unit_ns = to->released_unit_ns - from->released_unit_ns,
        .installed_unit_ns = to->installed_unit_ns - from->installed_unit_ns,
        .overrun_unit_ns = to->overrun_unit_ns - from->overrun_unit_ns,
        .waiting_ns = to->waiting_ns - from->waiting_ns,
        .inside_ns = to->inside_ns - from->inside_ns};

    for (int cause = 0; cause < MDL_LOST_CAUSES; cause++)
        since.lost_unit_ns[cause] = to->lost_unit_ns[cause] - from->lost_unit_ns[cause];
    return since;
}

static double it_joules(const struct mdl_world *world, size_t partition,
                        const struct mdl_partition_flows *flows)
{
    return mdl_energy_it_j(&world->plan->power[partition], flows->installed_unit_ns,
                           flows->busy_unit_ns);
}

static sim_i128 channel_integral(const struct mdl_world *world, size_t channel)
{
    return sim_level_integral_ns(mdl_transfers_level(world->transfers, channel),
                                 world->sim->now_ns);
}

/* ---- records ---- */

static double stamp_s(int64_t time_ns)
{
    return time_ns == MDL_TIME_UNSET ? NAN : sim_s_from_ns(time_ns);
}

/* In attempts that were preempted. */
static int64_t held_before_ns(const struct mdl_job *job)
{
    return job->history ? job->history->held_ns : 0;
}

static void record_attempt(struct mdl_world *world, const struct mdl_job *job, int64_t end_ns,
                           bool is_preempted)
{
    const struct mdl_partition_plan *partition = &world->plan->partition[job->partition];
    struct mdl_attempt_record record = {
        .id = (int64_t)job->id,
        .time_start_s = stamp_s(job->start_ns),
        .time_end_s = stamp_s(end_ns),
        .community = (int32_t)job->community,
        .site = (int32_t)partition->site,
        .partition = (int32_t)job->partition,
        .attempt = (int32_t)mdl_job_attempts(job) - is_preempted, /* counted already */
        .end = is_preempted ? MDL_ATTEMPT_PREEMPTED : job->outcome,
    };
    struct sim_error err;

    if (world->sim->now_ns < world->plan->start_ns || !world->sim->trace ||
        !world->plan->has_attempts)
        return;
    if (world->sim->trace->row(world->sim->trace, &mdl_attempts_table, &record, &err))
        sim_abort(world->sim, err.status, "%s", err.message);
}

static void record_job(struct mdl_world *world, const struct mdl_job *job, int64_t done_ns)
{
    const struct mdl_plan *plan = world->plan;
    const struct mdl_partition_plan *partition = &plan->partition[job->partition];
    double nodes = job->width / (double)partition->units_per_node;
    bool has_run = job->start_ns != MDL_TIME_UNSET && job->end_ns != MDL_TIME_UNSET;
    int64_t held_ns = has_run ? held_before_ns(job) + (job->end_ns - job->start_ns) : 0;
    struct mdl_job_record record = {
        .id = (int64_t)job->id,
        .time_submit_s = stamp_s(job->submit_ns),
        .time_eligible_s = stamp_s(job->eligible_ns),
        .time_start_s = stamp_s(mdl_job_first_start_ns(job)),
        .time_end_s = stamp_s(job->end_ns),
        .time_done_s = stamp_s(done_ns),
        .energy_j =
            has_run ? plan->power[job->partition].busy_w * nodes * sim_s_from_ns(held_ns) : NAN,
        .gpus_milli = (int64_t)job->width * partition->gpus_per_unit * 1000,
        .walltime_s = (job->walltime_ns + SIM_NS_PER_S - 1) / SIM_NS_PER_S,
        .community = (int32_t)job->community,
        .project = -1,
        .nodes =
            (int32_t)((job->width + partition->units_per_node - 1) / partition->units_per_node),
        .attempts = (int32_t)mdl_job_attempts(job),
        .bundle = (int32_t)job->bundle,
        .site = (int32_t)partition->site,
        .partition = (int32_t)job->partition,
        .job_class = (int32_t)job->class_index,
        .outcome = done_ns == MDL_TIME_UNSET ? MDL_OUTCOME_INSIDE : job->outcome,
    };
    struct sim_error err;

    if (world->sim->trace->row(world->sim->trace, &mdl_jobs_table, &record, &err))
        sim_abort(world->sim, err.status, "%s", err.message);
}

static void leave(struct mdl_world *world, struct mdl_job *job, int64_t done_ns)
{
    int64_t now_ns = world->sim->now_ns;

    mdl_figures_job_left(world->figures, job, done_ns, now_ns);
    if (now_ns < world->plan->start_ns)
        return;
    world->records++;
    if (world->sim->trace)
        record_job(world, job, done_ns);
}

/* ---- the way of a job ---- */

static void done(struct mdl_world *world, struct mdl_job *job)
{
    uint32_t source = job->community, user = job->user;

    leave(world, job, world->sim->now_ns);
    if (job->history)
        mdl_multifactor_forget(world->place[job->partition].partition, job);
    world->left++;
    world->left_of[source]++;
    if (world->plan->replay)
        return;
    sim_pool_put(&world->jobs, job);
    mdl_source_job_left(world->source[source], user);
}

static void move_data(struct mdl_world *world, struct mdl_job *job, uint64_t bytes, bool is_input)
{
    const struct mdl_plan *plan = world->plan;
    const struct mdl_source_plan *source = &plan->source[job->community];
    size_t site = plan->partition[job->partition].site;
    size_t cell = source->place * plan->site_count + site;
    const struct mdl_route *route =
        is_input ? &plan->network.route[cell] : &plan->network.back[cell];
    const struct mdl_line_config *line =
        source->community->access.share[mdl_source_line(world->source[job->community], job->user)]
            .item;

    mdl_transfer_begin(world->transfers, route,
                       is_input ? line->up_bytes_per_s : line->down_bytes_per_s, line->latency_ns,
                       bytes, job);
}

static void on_submit(void *context, struct mdl_job *job)
{
    struct mdl_world *world = context;

    world->submitted++;
    mdl_figures_job_submitted(world->figures, job);
    if (job->input_bytes)
        move_data(world, job, job->input_bytes, true);
    else
        mdl_partition_enqueue(world->place[job->partition].partition, job);
}

static void on_arrived(void *context, void *subject)
{
    struct mdl_world *world = context;
    struct mdl_job *job = subject;

    if (job->end_ns == MDL_TIME_UNSET)
        mdl_partition_enqueue(world->place[job->partition].partition, job);
    else
        done(world, job);
}

static void on_preempted(void *context, struct mdl_job *job, int64_t lost_ns)
{
    struct place *place = context;
    struct mdl_world *world = place->world;
    int64_t now_ns = world->sim->now_ns;

    place->held_unit_ns += (sim_i128)job->width * (now_ns - job->start_ns);
    mdl_figures_job_preempted(world->figures, job, lost_ns, now_ns);
    record_attempt(world, job, now_ns, true);
}

/* Preempted work is conserved: held in all attempts = run + lost + the last restart. */
static bool is_conserved(const struct mdl_job *job)
{
    const struct mdl_history *history = job->history;

    return history->held_ns + (job->end_ns - job->start_ns) ==
           history->run_ns + history->lost_ns + history->restart_ns;
}

static void on_ended(void *context, struct mdl_job *job)
{
    struct place *place = context;
    struct mdl_world *world = place->world;

    place->held_unit_ns += (sim_i128)job->width * (job->end_ns - job->start_ns);
    if (job->history && !is_conserved(job))
        sim_abort(world->sim, SIM_EINVARIANT, "%s: job %llu: held is not run + lost",
                  world->plan->partition[job->partition].name, (unsigned long long)job->id);
    record_attempt(world, job, job->end_ns, false);
    if (job->output_bytes)
        move_data(world, job, job->output_bytes, false);
    else
        done(world, job);
}

/* ---- capacity ---- */

static void on_capacity(struct sim *sim, void *subject)
{
    struct place *place = subject;
    const struct mdl_partition_plan *plan = &place->world->plan->partition[place->index];
    const struct mdl_capacity_step *step = &plan->step[++place->step];

    mdl_partition_set_capacity(place->partition, step->units);
    sim_level_set(&place->installed_units, sim->now_ns, step->installed_units);
    if (place->step + 1 < plan->step_count)
        sim_timer_arm(sim, &place->capacity_timer, step[1].time_ns);
}

/* ---- money ---- */

static void post(struct mdl_world *world, size_t site, int64_t cents, int64_t last_day)
{
    struct mdl_ledger_record record = {
        .date_days = (int32_t)last_day, .site = (int32_t)site, .cents = cents};
    struct sim_error err;

    world->till[site].balance_cents += cents;
    if (!world->sim->trace)
        return;
    if (world->sim->trace->row(world->sim->trace, &mdl_ledger_table, &record, &err))
        sim_abort(world->sim, err.status, "%s", err.message);
}

/* Posts each site's electricity since the last posting. */
static void post_energy(struct mdl_world *world)
{
    const struct mdl_plan *plan = world->plan;
    int64_t now_ns = world->sim->now_ns;
    int64_t last_day = plan->calendar.start_days + (now_ns - 1) / SIM_DAY_NS;

    for (size_t s = 0; s < plan->site_count; s++) {
        double it_j = 0;
        int64_t cents;

        for (size_t p = 0; p < plan->partition_count; p++) {
            struct place *place = &world->place[p];
            struct mdl_partition_flows now, since;

            if (plan->partition[p].site != s)
                continue;
            now = integrals(place, now_ns);
            since = difference(&now, &place->at_month);
            place->at_month = now;
            it_j += it_joules(world, p, &since);
        }
        cents = mdl_energy_cost_cents(&plan->site[s].tariff,
                                      mdl_energy_facility_j(&plan->site[s].tariff, it_j));
        world->till[s].posted_cents += cents;
        post(world, s, cents, last_day);
    }
}

/* deferred and refused become what came to them since they were last taken. */
static void count_turned_away(struct mdl_world *world)
{
    for (size_t s = 0; s < world->plan->source_count && !world->plan->replay; s++) {
        const struct mdl_source_counts *counts = mdl_source_counts(world->source[s]);

        world->deferred[s] = counts->deferred - world->deferred[s];
        world->refused[s] = counts->refused - world->refused[s];
    }
}

static bool has_hourly_carbon(const struct mdl_world *world, size_t partition)
{
    const struct mdl_plan *plan = world->plan;

    return plan->site[plan->partition[partition].site].tariff.carbon_g_per_kwh.count > 0;
}

/* From here on hours are counted. */
static void begin_hours(struct mdl_world *world)
{
    world->hours_ns = world->sim->now_ns;
    for (size_t p = 0; p < world->plan->partition_count; p++) {
        const struct place *place = &world->place[p];

        world->place[p].carbon =
            (struct hours){.busy_unit_ns = place->at_start.busy_unit_ns,
                           .installed_unit_ns = place->at_start.installed_unit_ns};
    }
}

/* Counts the time since the last call, which lies within one UTC hour, at that hour's intensity. */
static void count_hour(struct mdl_world *world)
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
        struct hours *hours = &world->place[p].carbon;
        struct mdl_partition_flows now, hour;

        if (!has_hourly_carbon(world, p))
            continue;
        now = integrals(&world->place[p], now_ns);
        hour = (struct mdl_partition_flows){.busy_unit_ns = now.busy_unit_ns - hours->busy_unit_ns,
                                            .installed_unit_ns =
                                                now.installed_unit_ns - hours->installed_unit_ns};
        hours->busy_unit_ns = now.busy_unit_ns;
        hours->installed_unit_ns = now.installed_unit_ns;
        hours->busy_sum += hour.busy_unit_ns;
        hours->installed_sum += hour.installed_unit_ns;
        hours->carbon_g +=
            mdl_energy_carbon_g(mdl_energy_intensity(tariff, utc_hour),
                                mdl_energy_facility_j(tariff, it_joules(world, p, &hour)));
    }
}

static void close_window(struct mdl_world *world)
{
    const struct mdl_plan *plan = world->plan;
    int64_t now_ns = world->sim->now_ns;

    post_energy(world);
    count_hour(world);
    count_turned_away(world);
    world->window_end_ns = now_ns;
    for (size_t p = 0; p < plan->partition_count; p++) {
        const struct mdl_tariff *tariff = &plan->site[plan->partition[p].site].tariff;
        struct mdl_partition_flows now = integrals(&world->place[p], now_ns);
        struct mdl_partition_flows *flows = &world->flows[p];

        *flows = difference(&now, &world->place[p].at_start);
        flows->facility_j = mdl_energy_facility_j(tariff, it_joules(world, p, flows));
        flows->carbon_g =
            has_hourly_carbon(world, p)
                ? world->place[p].carbon.carbon_g
                : mdl_energy_carbon_g(tariff->carbon_g_per_kwh.mean, flows->facility_j);
    }
    for (size_t i = 0; i < plan->network.channel_count; i++)
        world->channel_in_window[i] = channel_integral(world, i) - world->channel_at_start[i];
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
static void on_month(struct sim *sim, void *subject)
{
    struct mdl_world *world = subject;
    const struct mdl_plan *plan = world->plan;
    int64_t next_ns;

    if (sim->now_ns == plan->start_ns) {
        for (size_t p = 0; p < plan->partition_count; p++)
            world->place[p].at_start = world->place[p].at_month =
                integrals(&world->place[p], sim->now_ns);
        for (size_t i = 0; i < plan->network.channel_count; i++)
            world->channel_at_start[i] = channel_integral(world, i);
        count_turned_away(world);
        begin_hours(world);
    } else if (sim->now_ns == plan->end_ns) {
        close_window(world);
        return;
    } else {
        post_energy(world);
    }
    if (plan->replay)
        return;
    next_ns = next_month_ns(plan, sim->now_ns);
    sim_timer_arm(sim, &world->month_timer, next_ns < plan->end_ns ? next_ns : plan->end_ns);
}

/* ---- series ---- */

static void sample(struct mdl_world *world, size_t series)
{
    struct sim_error err;

    if (world->sim->trace->sample(world->sim->trace, world->plan->series[series], world->sample,
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
        struct place *place = &world->place[p];
        const struct mdl_partition_state *state = mdl_partition_state(place->partition);
        struct mdl_partition_flows now = integrals(place, now_ns);
        sim_i128 waiting_units = sim_level_integral_ns(&state->waiting_units, now_ns);
        sim_i128 released = now.released_unit_ns - place->released_at_hour;
        struct mdl_partition_flows hour = {.busy_unit_ns = now.busy_unit_ns - place->busy_at_hour,
                                           .installed_unit_ns =
                                               now.installed_unit_ns - place->installed_at_hour};
        uint32_t per_unit = plan->partition[p].gpus_per_unit;
        size_t site = plan->partition[p].site;

        use[p] = released > 0 ? (float)hour.busy_unit_ns / (float)released : NAN;
        jobs[p] = (float)(now.waiting_ns - place->waiting_jobs_at_hour) / HOUR;
        units[p] = (float)(waiting_units - place->waiting_units_at_hour) / HOUR *
                   (float)(per_unit ? per_unit : 1);
        power[site] +=
            (float)(mdl_energy_facility_j(&plan->site[site].tariff, it_joules(world, p, &hour)) /
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
        world->sample += plan->series[series]->item_count;
    }
    world->sample = use;
}

/* Loads of the hour that ends now. */
static void sample_links(struct mdl_world *world, bool is_in_window)
{
    const struct mdl_plan *plan = world->plan;

    for (size_t i = 0; i < 2 * plan->network.link_count; i++) {
        sim_i128 now = channel_integral(world, i);
        double moved = (double)(now - world->channel_at_hour[i]) * 1e-9;
        double load = moved / SIM_HOUR_S / plan->network.channel[i].capacity_bytes_per_s;

        world->channel_at_hour[i] = now;
        world->sample[i] = (float)load;
        if (!is_in_window)
            continue;
        world->link[i].hours++;
        world->link[i].hours_above_90 += load > 0.9;
        if (world->hourly)
            sim_sketch_add(&world->hourly[i], load / MDL_LINK_SKETCH_FRAC);
    }
    if (is_in_window && world->sim->trace)
        sample(world, MDL_SERIES_LINK_LOAD);
}

static void on_hour(struct sim *sim, void *subject)
{
    struct mdl_world *world = subject;
    const struct mdl_plan *plan = world->plan;
    bool is_in_window = sim->now_ns > plan->start_ns && sim->now_ns <= plan->end_ns;
    bool is_over =
        plan->replay && mdl_replay_is_done(world->replay) && world->left == plan->replay->count;

    if (is_in_window)
        count_hour(world);
    if (sim->trace)
        sample_partitions(world, is_in_window);
    sample_links(world, is_in_window);
    if (sim->progress)
        atomic_store_explicit(&sim->progress->records, world->records, memory_order_relaxed);
    if (!is_over)
        sim_timer_arm(sim, &world->hour_timer, sim->now_ns + SIM_HOUR_NS);
}

/* ---- creation ---- */

static enum sim_status create_places(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    struct sim *sim = world->sim;
    enum sim_status status = SIM_OK;

    for (size_t p = 0; p < plan->partition_count && !status; p++) {
        const struct mdl_partition_plan *partition = &plan->partition[p];
        struct place *place = &world->place[p];
        struct mdl_partition_hooks hooks = {
            .context = place, .ended = on_ended, .preempted = on_preempted};

        place->world = world;
        place->index = p;
        place->installed_units = (struct sim_level){.value = partition->step[0].installed_units,
                                                    .since_ns = sim->now_ns};
        status = mdl_partition_create(sim, partition->name, mdl_policies[partition->config->policy],
                                      partition->step[0].units, partition->units, &hooks,
                                      &place->partition, err);
        if (!status && mdl_partition_is_multifactor(partition->config))
            status = mdl_schedulers_set_up(sim, plan, p, world->scheduler[partition->site],
                                           place->partition, err);
        if (!status)
            status = sim_timer_create(sim, &place->capacity_timer, SIM_PHASE_ARRIVAL,
                                      SIM_TIES_BY_CREATION, on_capacity, place, err);
        if (!status && partition->step_count > 1)
            sim_timer_arm(sim, &place->capacity_timer, partition->step[1].time_ns);
    }
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
    world->source_world = (struct mdl_source_world){.job_class = plan->class_config,
                                                    .partition = plan->partition,
                                                    .calendar = &plan->calendar,
                                                    .begin_ns = plan->begin_ns,
                                                    .finish_ns = plan->finish_ns,
                                                    .jobs = &world->jobs,
                                                    .submit = on_submit,
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
    size_t channels = plan->network.channel_count, links = 2 * plan->network.link_count;
    bool has_hours = mdl_figures_keep_hours(&plan->groups);
    size_t widest = 3 * plan->partition_count + plan->site_count + channels;

    world->scheduler = sim_arena_alloc(arena, plan->site_count, sizeof *world->scheduler);
    world->place = sim_arena_alloc(arena, plan->partition_count, sizeof *world->place);
    world->flows = sim_arena_alloc(arena, plan->partition_count, sizeof *world->flows);
    world->source = sim_arena_alloc(arena, plan->source_count, sizeof(struct mdl_source *));
    world->left_of = sim_arena_alloc(arena, plan->source_count, sizeof *world->left_of);
    world->till = sim_arena_alloc(arena, plan->site_count, sizeof *world->till);
    world->channel_at_start = sim_arena_alloc(arena, channels, sizeof(sim_i128));
    world->channel_at_hour = sim_arena_alloc(arena, channels, sizeof(sim_i128));
    world->channel_in_window = sim_arena_alloc(arena, channels, sizeof(sim_i128));
    world->link = sim_arena_alloc(arena, links, sizeof *world->link);
    if (has_hours)
        world->hourly = sim_arena_alloc(arena, links, sizeof *world->hourly);
    world->deferred = sim_arena_alloc(arena, plan->source_count, sizeof *world->deferred);
    world->refused = sim_arena_alloc(arena, plan->source_count, sizeof *world->refused);
    world->sample = sim_arena_alloc(arena, widest, sizeof *world->sample);
    return world->scheduler && world->place && world->flows && world->source && world->left_of &&
           world->till && world->channel_at_start && world->channel_at_hour &&
           world->channel_in_window && world->link && (world->hourly || !has_hours) &&
           world->deferred && world->refused && world->sample;
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
        (status = create_places(world, err)) ||
        (status = mdl_transfers_create(sim, &plan->network, on_arrived, world, &world->transfers,
                                       err)) ||
        (status = create_sources(world, err)) ||
        (status = sim_timer_create(sim, &world->month_timer, SIM_PHASE_SAMPLE, SIM_TIES_BY_CREATION,
                                   on_month, world, err)) ||
        (status = sim_timer_create(sim, &world->hour_timer, SIM_PHASE_SAMPLE, SIM_TIES_BY_CREATION,
                                   on_hour, world, err)))
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

struct inside { /* jobs that are in the system when the run ends */
    struct mdl_job **job;
    size_t count, capacity;
};

static void gather(void *context, struct mdl_job *job)
{
    struct inside *inside = context;

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

static enum sim_status settle_inside(struct mdl_world *world, struct inside *inside,
                                     struct sim_error *err)
{
    inside->capacity = (size_t)(world->submitted - world->left);
    inside->job = sim_arena_alloc(world->sim->arena, inside->capacity, sizeof(struct mdl_job *));
    if (!inside->job)
        return sim_fail(err, SIM_ENOMEM, "no memory for the %zu jobs inside", inside->capacity);
    for (size_t p = 0; p < world->plan->partition_count; p++)
        mdl_partition_each_inside(world->place[p].partition, gather, inside);
    mdl_transfers_each(world->transfers, gather_subject, inside);
    if (inside->count != inside->capacity)
        return sim_fail(err, SIM_EINVARIANT, "jobs: %llu submitted, %llu left, but %zu are inside",
                        (unsigned long long)world->submitted, (unsigned long long)world->left,
                        inside->count);
    qsort(inside->job, inside->count, sizeof(struct mdl_job *), by_community_and_id);
    for (size_t i = 0; i < inside->count; i++)
        leave(world, inside->job[i], MDL_TIME_UNSET);
    return SIM_OK;
}

static enum sim_status check_places(const struct mdl_world *world, const struct inside *inside,
                                    struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    int64_t now_ns = world->sim->now_ns;

    for (size_t p = 0; p < plan->partition_count; p++) {
        const struct place *place = &world->place[p];
        struct mdl_partition_flows all = integrals(place, now_ns);
        sim_i128 held = place->held_unit_ns;
        enum sim_status status;

        for (size_t i = 0; i < inside->count; i++) {
            const struct mdl_job *job = inside->job[i];
            if (job->partition == p && job->start_ns != MDL_TIME_UNSET &&
                job->end_ns == MDL_TIME_UNSET)
                held += (sim_i128)job->width * (now_ns - job->start_ns);
        }
        status = mdl_check_node_time(&plan->partition[p], plan->begin_ns, now_ns, &all, held, err);
        if (!status && has_hourly_carbon(world, p))
            status = mdl_check_hours(plan->partition[p].name, place->carbon.busy_sum,
                                     place->carbon.installed_sum, &world->flows[p], err);
        if (status)
            return status;
    }
    return SIM_OK;
}

static enum sim_status check_sources(const struct mdl_world *world, const struct inside *inside,
                                     struct sim_error *err)
{
    size_t i = 0;

    for (size_t s = 0; s < world->plan->source_count && !world->plan->replay; s++) {
        uint64_t here = 0;
        enum sim_status status;

        for (; i < inside->count && inside->job[i]->community == s; i++)
            here++;
        status = mdl_check_jobs(world->plan->source[s].item->path,
                                mdl_source_counts(world->source[s]), world->left_of[s], here, err);
        if (status)
            return status;
    }
    return SIM_OK;
}

static enum sim_status check_all(const struct mdl_world *world, const struct inside *inside,
                                 struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    enum sim_status status = check_places(world, inside, err);

    if (!status)
        status = check_sources(world, inside, err);
    if (!status)
        status = mdl_check_bytes(mdl_transfers_begun_bytes(world->transfers),
                                 mdl_transfers_arrived_bytes(world->transfers),
                                 mdl_transfers_inside_bytes(world->transfers), err);
    for (size_t s = 0; s < plan->site_count && !status; s++)
        status = mdl_check_cents(plan->site[s].config->item.path, world->till[s].posted_cents,
                                 world->till[s].balance_cents, err);
    return status;
}

static enum sim_status fill_figures(struct mdl_world *world, double *value, struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    struct sim_arena *arena = world->sim->arena;
    struct mdl_site_flows *site = sim_arena_alloc(arena, plan->site_count, sizeof *site);
    int64_t window_ns = world->window_end_ns - plan->start_ns;
    struct mdl_flows flows = {.window_ns = window_ns,
                              .partition = world->flows,
                              .site = site,
                              .link = world->link,
                              .deferred = world->deferred,
                              .refused = world->refused};

    if (!site)
        return sim_fail(err, SIM_ENOMEM, "no memory for the figures");
    for (size_t s = 0; s < plan->site_count; s++)
        site[s].cost_cents = world->till[s].balance_cents;
    for (size_t i = 0; i < 2 * plan->network.link_count; i++) {
        world->link[i].load_frac = (double)world->channel_in_window[i] / (double)window_ns /
                                   plan->network.channel[i].capacity_bytes_per_s;
        world->link[i].hourly = world->hourly ? &world->hourly[i] : NULL;
    }
    return mdl_figures_fill(world->figures, &flows, value, err);
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
    close_window(world);
    return SIM_OK;
}

enum sim_status mdl_world_run(struct mdl_world *world, double *value, struct sim_error *err)
{
    struct inside inside = {0};
    enum sim_status status = world->plan->replay ? run_replay(world, err)
                                                 : sim_run(world->sim, world->plan->finish_ns, err);

    if (status || (status = settle_inside(world, &inside, err)) ||
        (status = check_all(world, &inside, err)) || (status = fill_figures(world, value, err)))
        return status;
    if (world->sim->is_aborted) {
        if (err)
            *err = world->sim->error;
        return world->sim->error.status;
    }
    return SIM_OK;
}
