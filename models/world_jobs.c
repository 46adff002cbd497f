/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The way of a job: submit -> input on its way -> partition -> output on its way -> done. Each
 * model hands it over through a callback to this file, which stamps it and passes it on. */
#include "models/world_private.h"

#include <math.h>

#include "models/compute/multifactor.h"
#include "sim/units.h"

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

void mdl_world_on_transfer_ended(void *context, const struct mdl_transfer_end *end)
{
    struct mdl_world *world = context;
    const struct mdl_network_plan *network = &world->plan->network;
    const struct mdl_transfer_request *request = end->request;
    bool is_copy = request->hooks != NULL;
    const struct mdl_job *job = is_copy ? NULL : request->subject;
    size_t site = network->place_count - network->site_count + request->site;
    size_t none = network->channel_count +
                  (end->has_arrived ? (size_t)MDL_OWN_LINE : (size_t)MDL_NEVER_ARRIVED);
    struct mdl_transfer_record record = {
        .id = job ? (int64_t)job->id : -1,
        .bytes = (int64_t)request->bytes,
        .tries = (int64_t)end->tries,
        .time_begin_s = stamp_s(end->begun_ns),
        .time_end_s = stamp_s(world->sim->now_ns),
        .community = (int32_t)request->community,
        .from = (int32_t)(request->is_input ? request->place : site),
        .to = (int32_t)(request->is_input ? site : request->place),
        .bottleneck =
            (int32_t)(end->bottleneck == MDL_CHANNEL_NONE ? none : (size_t)end->bottleneck),
        .kind = is_copy             ? MDL_TRANSFER_COPY
                : request->is_input ? MDL_TRANSFER_INPUT
                                    : MDL_TRANSFER_OUTPUT,
        .end = !end->has_arrived,
    };
    struct sim_error err;

    if (world->sim->now_ns < world->plan->start_ns)
        return;
    if (world->sim->trace->row(world->sim->trace, &mdl_transfers_table, &record, &err))
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
        .gpus_milli = llround(1000 * mdl_gpus_of(partition, job->width)),
        .walltime_s = (job->walltime_ns + SIM_NS_PER_S - 1) / SIM_NS_PER_S,
        .community = (int32_t)job->community,
        .project = plan->source[job->community].apply ? (int32_t)mdl_project_of_job(job) : -1,
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

void mdl_world_leave(struct mdl_world *world, struct mdl_job *job, int64_t done_ns)
{
    int64_t now_ns = world->sim->now_ns;

    mdl_figures_job_left(world->figures, job, done_ns, now_ns);
    if (now_ns < world->plan->start_ns)
        return;
    world->records++;
    if (world->sim->trace)
        record_job(world, job, done_ns);
}

static void done(struct mdl_world *world, struct mdl_job *job)
{
    uint32_t source = job->community, user = job->user, group = job->group;

    mdl_world_leave(world, job, world->sim->now_ns);
    if (job->history)
        mdl_multifactor_forget(world->place[job->partition].partition, job);
    world->left++;
    world->left_of[source]++;
    if (world->plan->replay)
        return;
    if (world->storage)
        mdl_world_drop_data(world, job);
    mdl_world_release_dataset(world, job);
    world->inside[job->partition]--;
    if (world->plan->source[source].apply) {
        mdl_world_project_job_left(world, job);
        sim_pool_put(&world->jobs, job);
        return;
    }
    sim_pool_put(&world->jobs, job);
    mdl_source_job_left(world->source[source], user, group);
}

/* By what the member's data go; false: nothing reaches it now. */
static bool find_access(struct mdl_world *world, const struct mdl_job *job,
                        struct mdl_transfer_request *request)
{
    struct mdl_reach reach =
        mdl_source_reach(world->source[job->community], job->user, world->sim->now_ns);
    bool is_reached = reach.line || reach.radio;

    request->line = reach.line;
    request->radio = reach.radio;
    if (reach.is_uncovered)
        ++*(is_reached ? &world->uncovered : &world->unreached);
    return is_reached;
}

static void move_data(struct mdl_world *world, struct mdl_job *job, uint64_t bytes, bool is_input)
{
    const struct mdl_plan *plan = world->plan;
    const struct mdl_source_plan *source = &plan->source[job->community];
    struct mdl_transfer_request request = {
        .rule = source->rule,
        .place = source->place,
        .site = plan->partition[job->partition].site,
        .is_input = is_input,
        .bytes = bytes,
        .latency_ns = is_input ? mdl_world_files_ns(world, job) : 0,
        .subject = job,
        .community = job->community,
    };

    if (mdl_world_reads_protected(world, job))
        request.rule = source->enclave_rule;
    if ((!is_input || !mdl_world_set_origin(world, job, &request)) &&
        !find_access(world, job, &request))
        mdl_world_on_given_up(world, job);
    else
        mdl_transfer_begin(world->transfers, &request);
}

static void enqueue(struct mdl_world *world, struct mdl_job *job)
{
    struct mdl_partition *partition = world->place[job->partition].partition;
    int64_t patience_ns = world->plan->replay
                              ? SIM_NEVER
                              : mdl_source_patience_ns(world->source[job->community], job);

    if (world->plan->source[job->community].apply) {
        int64_t most_ns = mdl_world_project_patience_ns(world, job);

        patience_ns = patience_ns < most_ns ? patience_ns : most_ns;
    }
    if (world->plan->storage.has_io)
        job->pace = mdl_world_pace(world, job);
    mdl_partition_enqueue(partition, job);
    if (patience_ns != SIM_NEVER)
        mdl_partition_set_patience(partition, job, patience_ns);
}

void mdl_world_bring_input(struct mdl_world *world, struct mdl_job *job)
{
    move_data(world, job, job->input_bytes, true);
}

void mdl_world_send_output(struct mdl_world *world, struct mdl_job *job)
{
    if (job->output_bytes)
        move_data(world, job, job->output_bytes, false);
    else
        done(world, job);
}

void mdl_world_bring_own(struct mdl_world *world, struct mdl_job *job)
{
    if (!job->input_bytes)
        enqueue(world, job);
    else if (mdl_world_admit_input(world, job))
        mdl_world_bring_input(world, job);
}

void mdl_world_take_data(struct mdl_world *world, struct mdl_job *job)
{
    if (mdl_world_find_dataset(world, job))
        mdl_world_bring_own(world, job);
}

void mdl_world_on_submit(void *context, struct mdl_job *job)
{
    struct mdl_world *world = context;

    world->submitted++;
    mdl_figures_job_submitted(world->figures, job);
    if (mdl_world_may_come(world, job) && mdl_world_is_let_in(world, job))
        mdl_world_take_data(world, job);
}

void mdl_world_on_arrived(void *context, void *subject)
{
    struct mdl_world *world = context;
    struct mdl_job *job = subject;

    if (job->end_ns == MDL_TIME_UNSET)
        enqueue(world, job);
    else
        done(world, job);
}

/* Without its input a job never queues; without its output at home it was in vain. */
void mdl_world_on_given_up(void *context, void *subject)
{
    struct mdl_job *job = subject;

    job->outcome = job->end_ns == MDL_TIME_UNSET ? MDL_OUTCOME_ABANDONED : MDL_OUTCOME_FAILED;
    done(context, job);
}

void mdl_world_add_held(struct mdl_held *held, const struct mdl_partition_plan *partition,
                        const struct mdl_job *job, int64_t until_ns)
{
    int64_t retired_ns = mdl_capacity_retired_ns(partition);

    held->unit_ns += (sim_i128)job->width * (until_ns - job->start_ns);
    if (until_ns > retired_ns)
        held->retired_unit_ns += (sim_i128)job->width * (until_ns - retired_ns);
}

void mdl_world_on_abandoned(void *context, struct mdl_job *job)
{
    done(((struct mdl_place *)context)->world, job);
}

void mdl_world_on_preempted(void *context, struct mdl_job *job, int64_t lost_ns)
{
    struct mdl_place *place = context;
    struct mdl_world *world = place->world;
    int64_t now_ns = world->sim->now_ns;

    mdl_world_add_held(&place->held, &world->plan->partition[place->index], job, now_ns);
    mdl_world_set_installed(place);
    if (job->pace)
        mdl_world_stop_io(world, job);
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

void mdl_world_on_ended(void *context, struct mdl_job *job)
{
    struct mdl_place *place = context;
    struct mdl_world *world = place->world;

    mdl_world_add_held(&place->held, &world->plan->partition[place->index], job, job->end_ns);
    mdl_world_set_installed(place);
    if (job->history && !is_conserved(job))
        sim_abort(world->sim, SIM_EINVARIANT, "%s: job %llu: held is not run + lost",
                  world->plan->partition[place->index].name, (unsigned long long)job->id);
    record_attempt(world, job, job->end_ns, false);
    if (job->pace)
        mdl_world_stop_io(world, job);
    if (mdl_world_put_output(world, job))
        mdl_world_send_output(world, job);
}
