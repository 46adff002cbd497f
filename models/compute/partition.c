/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/partition.h"

#include <assert.h>
#include <inttypes.h>

#include "models/compute/partition_private.h"

/* ---- units and levels ---- */

static void set_free(struct mdl_partition *partition, int64_t free)
{
    partition->free = free;
    partition->state.free_units = free > 0 ? (uint32_t)free : 0;
}

static void set_level(struct sim_level *level, int64_t now_ns, int64_t value)
{
    if (level->value != value)
        sim_level_set(level, now_ns, value);
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Of `left` free units those that are kept free; returns the others. */
static int64_t note_held_back(struct mdl_partition *partition, int64_t left)
{
    struct mdl_partition_state *state = &partition->state;
    int64_t now_ns = partition->sim->now_ns;
    int64_t maintenance = smaller(left, partition->maintenance);
    int64_t idle = smaller(left - maintenance, partition->reserved_idle);

    set_level(&state->maintenance_units, now_ns, maintenance);
    set_level(&state->reserved_idle_units, now_ns, idle);
    return left - maintenance - idle;
}

/* Why units are free, after each change of the queue, of what runs and of the capacity. */
static void note_free(struct mdl_partition *partition)
{
    struct mdl_partition_state *state = &partition->state;
    int64_t now_ns = partition->sim->now_ns, free = partition->free;
    int64_t left = free > 0 ? free : 0;
    bool is_blocked = state->waiting_jobs.value > 0;

    set_level(&state->overrun_units, now_ns, left - free);
    if (partition->holds_back)
        left = note_held_back(partition, left);
    if (partition->is_fragmented || state->fragmented_units.value > 0) {
        set_level(&state->fragmented_units, now_ns,
                  is_blocked && partition->is_fragmented ? left : 0);
        left -= state->fragmented_units.value;
    }
    set_level(&state->blocked_units, now_ns, is_blocked ? left : 0);
    set_level(&state->no_demand_units, now_ns, is_blocked ? 0 : left);
}

static void add_waiting(struct mdl_partition *partition, const struct mdl_job *job, int sign)
{
    struct mdl_partition_state *state = &partition->state;
    int64_t now_ns = partition->sim->now_ns;

    sim_level_set(&state->waiting_jobs, now_ns, state->waiting_jobs.value + sign);
    sim_level_set(&state->waiting_units, now_ns,
                  state->waiting_units.value + sign * (int64_t)job->width);
    partition->waiting_unit_ns += (sim_i128)job->walltime_ns * (sign * (int64_t)job->width);
    note_free(partition);
}

static void add_running(struct mdl_partition *partition, const struct mdl_job *job, int sign)
{
    struct mdl_partition_state *state = &partition->state;
    int64_t now_ns = partition->sim->now_ns;

    sim_level_set(&state->running_jobs, now_ns, state->running_jobs.value + sign);
    sim_level_set(&state->busy_units, now_ns, state->busy_units.value + sign * (int64_t)job->width);
    set_free(partition, partition->free - sign * (int64_t)job->width);
    partition->predicted_end_unit_ns +=
        (sim_i128)(job->start_ns + job->walltime_ns) * (sign * (int64_t)job->width);
    note_free(partition);
}

/* ---- timers ---- */

/* Not at each start or end but once after each batch of them. */
static void arm_end(struct mdl_partition *partition)
{
    int64_t next_ns = mdl_running_next_end_ns(&partition->running);

    if (next_ns == partition->end_armed_ns)
        return;
    partition->end_armed_ns = next_ns;
    sim_timer_arm(partition->sim, &partition->end_timer, next_ns);
}

void mdl_partition_ask_for_pass(struct mdl_partition *partition)
{
    if (partition->is_pass_due)
        return;
    partition->is_pass_due = true;
    sim_timer_arm(partition->sim, &partition->pass_timer, partition->sim->now_ns);
}

static void pass(struct sim *sim, void *subject)
{
    struct mdl_partition *partition = subject;

    (void)sim;
    partition->is_pass_due = false;
    partition->policy->pass(partition);
    arm_end(partition);
}

static void arm_patience(struct mdl_partition *partition)
{
    sim_timer_arm(partition->sim, &partition->patience_timer,
                  mdl_patience_next_ns(&partition->patience));
}

static void abandon(struct mdl_partition *partition, struct mdl_job *job)
{
    if (!partition->policy->queue)
        mdl_waiting_remove(&partition->waiting, job);
    if (partition->policy->gave_up)
        partition->policy->gave_up(partition, job);
    add_waiting(partition, job, -1);
    partition->reservation.is_valid = false; /* it may have been the head's */
    partition->state.jobs_abandoned++;
    job->outcome = MDL_OUTCOME_ABANDONED;
    partition->hooks.abandoned(partition->hooks.context, job);
}

/* After the pass of the instant: the timer of passes was created before this one. */
static void lose_patience(struct sim *sim, void *subject)
{
    struct mdl_partition *partition = subject;

    while (mdl_patience_next_ns(&partition->patience) <= sim->now_ns && !sim->is_aborted)
        abandon(partition, mdl_patience_pop(&partition->patience));
    arm_patience(partition);
    if (partition->state.waiting_jobs.value > 0)
        mdl_partition_ask_for_pass(partition);
}

/* What a job with a pace has done when it ends: all, or as much as its walltime allowed. */
static void settle_work(struct mdl_partition *partition, struct mdl_job *job)
{
    int64_t now_ns = partition->sim->now_ns;
    int64_t left_ns = mdl_running_left_ns(&partition->running, job, now_ns);

    if (job->history)
        job->history->run_ns += now_ns - job->start_ns - job->run_ns;
    job->run_ns -= left_ns;
    if (left_ns > 0)
        job->outcome = MDL_OUTCOME_TIMEOUT;
}

static void end_job(struct mdl_partition *partition, struct mdl_job *job)
{
    if (job->pace)
        settle_work(partition, job);
    mdl_running_remove(&partition->running, job);
    job->end_ns = partition->sim->now_ns;
    add_running(partition, job, -1);
    partition->state.jobs_ended++;
    partition->reservation.is_valid = false;
    if (partition->policy->ended)
        partition->policy->ended(partition, job);
    if (partition->hooks.ended)
        partition->hooks.ended(partition->hooks.context, job);
}

static void end_jobs(struct sim *sim, void *subject)
{
    struct mdl_partition *partition = subject;

    partition->end_armed_ns = SIM_NEVER;
    while (mdl_running_next_end_ns(&partition->running) == sim->now_ns && !sim->is_aborted)
        end_job(partition, mdl_running_earliest(&partition->running));
    arm_end(partition);
    if (!partition->policy->ended && partition->state.waiting_jobs.value > 0)
        mdl_partition_ask_for_pass(partition);
}

/* ---- for policies ---- */

void mdl_partition_pass_at(struct mdl_partition *partition, int64_t time_ns)
{
    if (!partition->is_pass_due)
        sim_timer_arm(partition->sim, &partition->pass_timer, time_ns);
}

static bool push(struct mdl_partition *partition, struct mdl_job *job)
{
    return partition->policy->queue ? partition->policy->queue->push(partition, job)
                                    : mdl_waiting_push(&partition->waiting, job);
}

void mdl_partition_no_memory(struct mdl_partition *partition)
{
    sim_abort(partition->sim, SIM_ENOMEM, "%s: no memory for %" PRId64 " jobs", partition->name,
              partition->state.waiting_jobs.value + partition->running.count);
}

void mdl_partition_start(struct mdl_partition *partition, struct mdl_job *job)
{
    assert(job->width <= partition->free);
    job->start_ns = partition->sim->now_ns;
    add_waiting(partition, job, -1);
    if (!mdl_running_add(&partition->running, job)) {
        mdl_partition_no_memory(partition);
        return;
    }
    add_running(partition, job, 1);
    partition->state.jobs_started++;
    if (partition->hooks.started)
        partition->hooks.started(partition->hooks.context, job);
}

void mdl_partition_hold_back(struct mdl_partition *partition, int64_t maintenance,
                             int64_t reserved_idle)
{
    partition->holds_back = true;
    partition->maintenance = maintenance;
    partition->reserved_idle = reserved_idle;
    note_free(partition);
}

void mdl_partition_note_fragmented(struct mdl_partition *partition, bool is_fragmented)
{
    if (partition->is_fragmented == is_fragmented)
        return;
    partition->is_fragmented = is_fragmented;
    note_free(partition);
}

int64_t mdl_partition_stop(struct mdl_partition *partition, struct mdl_job *job)
{
    int64_t now_ns = partition->sim->now_ns, slowed_ns = 0;

    if (job->pace)
        slowed_ns = now_ns - job->start_ns - job->run_ns +
                    mdl_running_left_ns(&partition->running, job, now_ns);
    mdl_running_remove(&partition->running, job);
    add_running(partition, job, -1);
    partition->state.preemptions++;
    return slowed_ns;
}

void mdl_partition_requeue(struct mdl_partition *partition, struct mdl_job *job, int64_t lost_ns)
{
    if (partition->hooks.preempted)
        partition->hooks.preempted(partition->hooks.context, job, lost_ns);
    job->start_ns = MDL_TIME_UNSET;
    if (!push(partition, job)) {
        mdl_partition_no_memory(partition);
        return;
    }
    add_waiting(partition, job, 1);
    mdl_partition_ask_for_pass(partition);
}

struct mdl_job *mdl_partition_start_heads(struct mdl_partition *partition)
{
    struct mdl_job *head = mdl_waiting_head(&partition->waiting);

    while (head && head->width <= partition->free && !partition->sim->is_aborted) {
        mdl_waiting_drop_head(&partition->waiting);
        mdl_partition_start(partition, head);
        head = mdl_waiting_head(&partition->waiting);
    }
    return head;
}

/* ---- for everybody ---- */

static enum sim_status create_timers(struct sim *sim, struct mdl_partition *partition,
                                     struct sim_error *err)
{
    enum sim_status status = sim_timer_create(sim, &partition->end_timer, SIM_PHASE_END,
                                              SIM_TIES_BY_CREATION, end_jobs, partition, err);

    if (!status)
        status = sim_timer_create(sim, &partition->pass_timer, SIM_PHASE_SCHEDULE,
                                  SIM_TIES_BY_CREATION, pass, partition, err);
    if (!status)
        status = sim_timer_create(sim, &partition->patience_timer, SIM_PHASE_SCHEDULE,
                                  SIM_TIES_BY_CREATION, lose_patience, partition, err);
    return status;
}

enum sim_status mdl_partition_create(struct sim *sim, const char *name,
                                     const struct mdl_policy *policy, uint32_t capacity,
                                     uint32_t width_max, const struct mdl_partition_hooks *hooks,
                                     struct mdl_partition **out, struct sim_error *err)
{
    struct mdl_partition *partition = sim_arena_alloc(sim->arena, 1, sizeof *partition);
    struct mdl_partition_state *state;
    enum sim_status status;

    if (!partition)
        return sim_fail(err, SIM_ENOMEM, "%s: no memory for a partition", name);
    assert(width_max > 0);
    partition->sim = sim;
    partition->name = name;
    partition->policy = policy;
    partition->hooks = *hooks;
    partition->width_max = width_max;
    partition->end_armed_ns = SIM_NEVER;
    mdl_patience_init(&partition->patience, sim->arena);
    state = &partition->state;
    state->capacity = capacity;
    state->capacity_units.value = capacity;
    state->capacity_units.since_ns = state->busy_units.since_ns = state->waiting_jobs.since_ns =
        state->waiting_units.since_ns = state->running_jobs.since_ns =
            state->fragmented_units.since_ns = state->blocked_units.since_ns =
                state->no_demand_units.since_ns = state->overrun_units.since_ns =
                    state->maintenance_units.since_ns = state->reserved_idle_units.since_ns =
                        sim->now_ns;
    set_free(partition, capacity);
    note_free(partition);
    status =
        mdl_waiting_init(&partition->waiting, sim->arena, policy->has_index ? width_max : 0, err);
    if (!status)
        status = mdl_running_init(&partition->running, sim->arena, policy->has_outlook, err);
    if (!status)
        status = create_timers(sim, partition, err);
    if (!status && policy->begin)
        status = policy->begin(partition, err);
    if (!status)
        *out = partition;
    return status;
}

void mdl_partition_enqueue(struct mdl_partition *partition, struct mdl_job *job)
{
    assert(job->width > 0 && job->width <= partition->width_max);
    assert(job->run_ns >= 0 && job->run_ns <= job->walltime_ns);
    assert(job->walltime_ns <= MDL_WALLTIME_MAX_NS);
    if (partition->state.waiting_jobs.value + partition->running.count >= MDL_PARTITION_JOBS_MAX) {
        sim_abort(partition->sim, SIM_ELIMIT, "%s: more than %d jobs wait or run", partition->name,
                  MDL_PARTITION_JOBS_MAX);
        return;
    }
    job->eligible_ns = partition->sim->now_ns;
    if (!push(partition, job)) {
        mdl_partition_no_memory(partition);
        return;
    }
    job->start_ns = job->end_ns = MDL_TIME_UNSET;
    add_waiting(partition, job, 1);
    partition->state.jobs_in++;
    if (partition->policy->entered)
        partition->policy->entered(partition, job);
    else if (!partition->is_pass_due && partition->policy->wants_pass(partition, job))
        mdl_partition_ask_for_pass(partition);
}

void mdl_partition_set_patience(struct mdl_partition *partition, struct mdl_job *job,
                                int64_t patience_ns)
{
    int64_t now_ns = partition->sim->now_ns;

    assert(job->eligible_ns == now_ns && patience_ns >= 0);
    if (job->start_ns != MDL_TIME_UNSET || patience_ns >= SIM_NEVER - now_ns)
        return;
    if (!mdl_patience_add(&partition->patience, job, now_ns + patience_ns)) {
        mdl_partition_no_memory(partition);
        return;
    }
    arm_patience(partition);
}

void mdl_partition_set_capacity(struct mdl_partition *partition, uint32_t capacity)
{
    struct mdl_partition_state *state = &partition->state;
    int64_t more = (int64_t)capacity - (int64_t)state->capacity;

    set_free(partition, partition->free + more);
    state->capacity = capacity;
    sim_level_set(&state->capacity_units, partition->sim->now_ns, capacity);
    note_free(partition);
    partition->reservation.is_valid = false;
    if (partition->policy->capacity_changed)
        partition->policy->capacity_changed(partition, more);
    else
        mdl_partition_ask_for_pass(partition);
}

enum sim_status mdl_partition_enable_pace(struct mdl_partition *partition, struct sim_error *err)
{
    if (!mdl_running_enable_pace(&partition->running, partition->sim->now_ns))
        return sim_fail(err, SIM_ENOMEM, "%s: no memory for a partition", partition->name);
    return SIM_OK;
}

void mdl_partition_set_rate(struct mdl_partition *partition, unsigned pace, double rate)
{
    mdl_pace_set_rate(partition->running.pace, pace - 1, rate, partition->sim->now_ns);
    arm_end(partition);
}

int64_t mdl_partition_left_ns(const struct mdl_partition *partition, const struct mdl_job *job)
{
    return mdl_running_left_ns(&partition->running, job, partition->sim->now_ns);
}

void mdl_partition_pause(struct mdl_partition *partition, const struct mdl_job *job)
{
    mdl_running_pause(&partition->running, job, partition->sim->now_ns);
    arm_end(partition);
}

void mdl_partition_resume(struct mdl_partition *partition, const struct mdl_job *job)
{
    mdl_running_resume(&partition->running, job, partition->sim->now_ns);
    arm_end(partition);
}

const struct mdl_partition_state *mdl_partition_state(const struct mdl_partition *partition)
{
    return &partition->state;
}

sim_i128 mdl_partition_backlog_unit_ns(const struct mdl_partition *partition)
{
    return partition->predicted_end_unit_ns -
           (sim_i128)partition->sim->now_ns * partition->state.busy_units.value +
           partition->waiting_unit_ns;
}

void mdl_partition_each_inside(const struct mdl_partition *partition,
                               void (*visit)(void *context, struct mdl_job *job), void *context)
{
    const struct mdl_waiting *waiting = &partition->waiting;
    const struct mdl_running *running = &partition->running;

    if (partition->policy->queue)
        partition->policy->queue->each(partition, visit, context);
    for (uint32_t position = waiting->head; position != waiting->tail; position++)
        if (mdl_waiting_at(waiting, position))
            visit(context, mdl_waiting_at(waiting, position));
    for (uint32_t slot = 0; slot < running->capacity; slot++)
        if (running->job[slot])
            visit(context, running->job[slot]);
}
