/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who makes way, and what is left of its work. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "models/compute/multifactor_private.h"

/* ---- victims ---- */

static bool keep_victim(struct mdl_partition *partition, struct mdl_job *job, size_t *count)
{
    struct mdl_multifactor *multifactor = partition->plan;

    if (*count == multifactor->victim_capacity) {
        size_t capacity = multifactor->victim_capacity ? 2 * multifactor->victim_capacity : 64;
        void *grown = sim_arena_resize(partition->sim->arena, multifactor->victim, capacity,
                                       sizeof(struct mdl_job *));

        if (!grown)
            return false;
        multifactor->victim = grown;
        multifactor->victim_capacity = capacity;
    }
    multifactor->victim[(*count)++] = job;
    return true;
}

static int by_rank_then_latest(const void *a, const void *b, void *context)
{
    const struct mdl_scheduler *scheduler = context;
    const struct mdl_job *x = *(struct mdl_job *const *)a, *y = *(struct mdl_job *const *)b;
    double x_priority = mdl_scheduler_qos_priority(scheduler, mdl_scheduler_qos(scheduler, x));
    double y_priority = mdl_scheduler_qos_priority(scheduler, mdl_scheduler_qos(scheduler, y));

    if (x_priority != y_priority)
        return x_priority < y_priority ? -1 : 1;
    if (x->start_ns != y->start_ns)
        return x->start_ns > y->start_ns ? -1 : 1;
    return (x->order < y->order) - (x->order > y->order);
}

static size_t list_victims(struct mdl_partition *partition, uint32_t qos)
{
    struct mdl_multifactor *multifactor = partition->plan;
    const struct mdl_running *running = &partition->running;
    const struct mdl_scheduler *scheduler = multifactor->scheduler;
    size_t count = 0;

    for (uint32_t slot = 0; slot < running->capacity; slot++) {
        struct mdl_job *job = running->job[slot];

        if (job && !job->reserved &&
            mdl_scheduler_may_preempt(scheduler, qos, mdl_scheduler_qos(scheduler, job)) &&
            !keep_victim(partition, job, &count)) {
            mdl_partition_no_memory(partition);
            return 0;
        }
    }
    qsort_r(multifactor->victim, count, sizeof(struct mdl_job *), by_rank_then_latest,
            multifactor->scheduler);
    return count;
}

/* The first ones whose units suffice; 0: all of them do not. */
static size_t enough_units(const struct mdl_partition *partition, const struct mdl_job *job,
                           size_t count)
{
    const struct mdl_multifactor *multifactor = partition->plan;
    int64_t units = multifactor->room->kind->free_units(multifactor->room, partition->sim->now_ns);

    for (size_t i = 0; i < count; i++) {
        units += multifactor->victim[i]->width;
        if (units >= (int64_t)job->width)
            return i + 1;
    }
    return 0;
}

/* Those taken early may have become superfluous by a wider one taken later. */
static size_t spare_superfluous(struct mdl_partition *partition, const struct mdl_job *job,
                                size_t count)
{
    struct mdl_multifactor *multifactor = partition->plan;
    struct mdl_job **victim = multifactor->victim;

    for (size_t i = count - 1; i-- > 0;) {
        struct mdl_job *spared = victim[i];

        memmove(victim + i, victim + i + 1, (count - 1 - i) * sizeof *victim);
        if (multifactor->room->kind->fits_without(multifactor->room, job, partition->sim->now_ns,
                                                  victim, count - 1)) {
            count--;
            continue;
        }
        memmove(victim + i + 1, victim + i, (count - 1 - i) * sizeof *victim);
        victim[i] = spared;
    }
    return count;
}

size_t mdl_preemption_choose(struct mdl_partition *partition, const struct mdl_job *job)
{
    struct mdl_multifactor *multifactor = partition->plan;
    struct mdl_room *room = multifactor->room;
    uint32_t qos = mdl_scheduler_qos(multifactor->scheduler, job);
    size_t all = list_victims(partition, qos), count = enough_units(partition, job, all);

    if (count == 0)
        return 0;
    for (; count <= all; count++)
        if (room->kind->fits_without(room, job, partition->sim->now_ns, multifactor->victim, count))
            return spare_superfluous(partition, job, count);
    return 0;
}

/* ---- what is left of their work ---- */

static struct mdl_history *history_of(struct mdl_partition *partition, struct mdl_job *job)
{
    struct mdl_history *history;

    if (job->history)
        return job->history;
    history = sim_pool_get(&mdl_multifactor_of(partition)->histories);
    if (history)
        *history = (struct mdl_history){.first_start_ns = job->start_ns, .run_ns = job->run_ns};
    return history;
}

/* Since this attempt began: the time to its last checkpoint. */
static int64_t saved_ns(const struct mdl_class_rules *rules, int64_t worked_ns)
{
    return rules->every_ns > 0 && worked_ns > 0 ? worked_ns / rules->every_ns * rules->every_ns : 0;
}

/* Returns what of the attempt was in vain, slowed_ns of it by its pace. The walltime is that of the
 * request, and never too short for what is left and its restart. */
static int64_t lose(struct mdl_history *history, const struct mdl_class_rules *rules,
                    struct mdl_job *job, int64_t slowed_ns, int64_t now_ns)
{
    int64_t held_ns = now_ns - job->start_ns, worked_ns = held_ns - slowed_ns;
    int64_t saved = saved_ns(rules, worked_ns - history->restart_ns);
    int64_t left_ns = job->run_ns - history->restart_ns - saved;

    history->held_ns += held_ns;
    history->run_ns += slowed_ns;
    history->slowed_ns += slowed_ns;
    history->lost_ns += worked_ns - saved;
    history->preempted++;
    history->restart_ns = left_ns < history->run_ns - history->slowed_ns ? rules->restart_ns : 0;
    job->history = history;
    job->run_ns = left_ns + history->restart_ns;
    if (job->walltime_ns < job->run_ns)
        job->walltime_ns = job->run_ns;
    return worked_ns - saved;
}

void mdl_preemption_carry_out(struct mdl_partition *partition, size_t count)
{
    struct mdl_multifactor *multifactor = partition->plan;
    int64_t now_ns = partition->sim->now_ns;

    for (size_t i = 0; i < count && !partition->sim->is_aborted; i++) {
        struct mdl_job *job = multifactor->victim[i];
        struct mdl_history *history = history_of(partition, job);
        int64_t slowed_ns, lost_ns;

        if (!history) {
            mdl_partition_no_memory(partition);
            return;
        }
        mdl_multifactor_vacate(partition, job);
        slowed_ns = mdl_partition_stop(partition, job);
        lost_ns =
            lose(history, mdl_scheduler_class(multifactor->scheduler, job), job, slowed_ns, now_ns);
        mdl_partition_requeue(partition, job, lost_ns);
    }
}

void mdl_multifactor_forget(struct mdl_partition *partition, struct mdl_job *job)
{
    if (job->history)
        sim_pool_put(&mdl_multifactor_of(partition)->histories, job->history);
    job->history = NULL;
}
