/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/scheduler.h"

#include <assert.h>

#include "models/compute/fair_share.h"
#include "sim/calendar.h"
#include "sim/timer.h" /* sim_i128 */

struct held {            /* by what runs */
    int64_t jobs, parts; /* of GPUs */
    sim_i128 part_ns;    /* walltime x parts */
};

struct level { /* what limits count: all jobs, or those of one QOS */
    const struct mdl_limits_config *limits;
    struct held *user, *project; /* [user], [source]; NULL: no limit */
};

struct mdl_scheduler {
    struct mdl_scheduler_setup setup;
    double qos_priority_max;
    bool has_fair_share;
    struct mdl_fair_share fair_share; /* site, owners, sources, users */
    uint32_t *first_user;             /* [source] */
    size_t user_count;
    struct level all, *qos; /* [qos] */
    bool *may_preempt;      /* [qos][victim] */
    struct mdl_watcher *watcher;
};

static const struct mdl_qos_config *qos_at(const struct mdl_scheduler *scheduler, size_t q)
{
    return sim_map_at(scheduler->setup.qos, q);
}

static size_t qos_count(const struct mdl_scheduler *scheduler)
{
    return scheduler->setup.qos->count;
}

static uint32_t user_of(const struct mdl_scheduler *scheduler, const struct mdl_job *job)
{
    assert(job->user < scheduler->setup.source[job->community].users);
    return scheduler->first_user[job->community] + job->user;
}

/* ---- creation ---- */

static double shares_of(const struct mdl_scheduler_setup *setup, uint32_t owner)
{
    double sum = 0;

    for (size_t s = 0; s < setup->source_count; s++)
        if (setup->source[s].users && setup->source[s].owner == owner)
            sum += setup->source[s].shares;
    return sum;
}

static enum sim_status create_accounts(struct mdl_scheduler *scheduler, struct sim_arena *arena,
                                       int64_t now_ns, struct sim_error *err)
{
    const struct mdl_scheduler_setup *setup = &scheduler->setup;
    uint32_t first_source = 1 + (uint32_t)setup->owner_count;
    uint32_t first_user = first_source + (uint32_t)setup->source_count;
    struct mdl_fair_share *fair_share = &scheduler->fair_share;
    enum sim_status status =
        mdl_fair_share_init(fair_share, arena, first_user + scheduler->user_count,
                            setup->config->half_life_ns, now_ns, err);

    if (status)
        return status;
    for (uint32_t o = 0; o < setup->owner_count; o++)
        mdl_fair_share_set(fair_share, 1 + o, MDL_ACCOUNT_SITE, setup->owner_part[o]);
    for (uint32_t s = 0; s < setup->source_count; s++) {
        const struct mdl_submitter *source = &setup->source[s];
        double shares = shares_of(setup, source->owner);

        mdl_fair_share_set(fair_share, first_source + s, 1 + source->owner,
                           source->users && shares > 0 ? source->shares / shares : 0);
        for (uint32_t u = 0; u < source->users; u++)
            mdl_fair_share_set(fair_share, first_user + scheduler->first_user[s] + u,
                               first_source + s, 1.0 / source->users);
    }
    return SIM_OK;
}

static bool has_limit(const struct mdl_limit_config *limit)
{
    return limit->jobs > 0 || limit->gpus > 0 || limit->gpu_hours > 0;
}

static bool create_level(struct mdl_scheduler *scheduler, struct sim_arena *arena,
                         const struct mdl_limits_config *limits, struct level *level)
{
    level->limits = limits;
    if (has_limit(&limits->user) &&
        !(level->user = sim_arena_alloc(arena, scheduler->user_count, sizeof *level->user)))
        return false;
    return !has_limit(&limits->project) ||
           (level->project =
                sim_arena_alloc(arena, scheduler->setup.source_count, sizeof *level->project));
}

static bool create_qos(struct mdl_scheduler *scheduler, struct sim_arena *arena)
{
    size_t count = qos_count(scheduler);

    scheduler->qos = sim_arena_alloc(arena, count, sizeof *scheduler->qos);
    scheduler->may_preempt = sim_arena_alloc(arena, count * count, sizeof(bool));
    if (!scheduler->qos || !scheduler->may_preempt)
        return false;
    for (size_t q = 0; q < count; q++) {
        const struct mdl_qos_config *qos = qos_at(scheduler, q);

        if (qos->priority > scheduler->qos_priority_max)
            scheduler->qos_priority_max = qos->priority;
        if (!create_level(scheduler, arena, &qos->limits, &scheduler->qos[q]))
            return false;
        for (size_t victim = 0; victim < count; victim++)
            scheduler->may_preempt[q * count + victim] =
                mdl_names_have(qos->preempts, qos_at(scheduler, victim)->item.key);
    }
    return true;
}

static bool number_users(struct mdl_scheduler *scheduler, struct sim_arena *arena)
{
    const struct mdl_scheduler_setup *setup = &scheduler->setup;

    scheduler->first_user =
        sim_arena_alloc(arena, setup->source_count, sizeof *scheduler->first_user);
    for (size_t s = 0; s < setup->source_count && scheduler->first_user; s++) {
        scheduler->first_user[s] = (uint32_t)scheduler->user_count;
        scheduler->user_count += setup->source[s].users;
    }
    return scheduler->first_user;
}

enum sim_status mdl_scheduler_create(const struct mdl_scheduler_setup *setup,
                                     struct sim_arena *arena, int64_t now_ns,
                                     struct mdl_scheduler **out, struct sim_error *err)
{
    struct mdl_scheduler *scheduler = sim_arena_alloc(arena, 1, sizeof *scheduler);

    if (!scheduler)
        return sim_fail(err, SIM_ENOMEM, "no memory for a scheduler");
    scheduler->setup = *setup;
    scheduler->has_fair_share = setup->config->weights.fair_share > 0;
    if (!number_users(scheduler, arena) || !create_qos(scheduler, arena) ||
        !create_level(scheduler, arena, &setup->config->limits, &scheduler->all))
        return sim_fail(err, SIM_ENOMEM, "no memory for a scheduler");
    *out = scheduler;
    return scheduler->has_fair_share ? create_accounts(scheduler, arena, now_ns, err) : SIM_OK;
}

/* ---- priorities ---- */

uint32_t mdl_scheduler_qos(const struct mdl_scheduler *scheduler, const struct mdl_job *job)
{
    uint32_t qos = scheduler->setup.source[job->community].qos;

    return qos != MDL_QOS_NONE ? qos : scheduler->setup.job_class[job->class_index].qos;
}

uint32_t mdl_scheduler_owner(const struct mdl_scheduler *scheduler, const struct mdl_job *job)
{
    return scheduler->setup.source[job->community].owner;
}

const struct mdl_class_rules *mdl_scheduler_class(const struct mdl_scheduler *scheduler,
                                                  const struct mdl_job *job)
{
    return &scheduler->setup.job_class[job->class_index];
}

double mdl_scheduler_qos_priority(const struct mdl_scheduler *scheduler, uint32_t qos)
{
    return qos == MDL_QOS_NONE ? 0 : qos_at(scheduler, qos)->priority;
}

static uint32_t account_of(const struct mdl_scheduler *scheduler, const struct mdl_job *job)
{
    const struct mdl_scheduler_setup *setup = &scheduler->setup;

    return 1 + (uint32_t)(setup->owner_count + setup->source_count) + user_of(scheduler, job);
}

static double age_factor(const struct mdl_scheduler_config *config, int64_t age_ns)
{
    return age_ns < config->age_max_ns ? (double)age_ns / (double)config->age_max_ns : 1;
}

double mdl_scheduler_priority(struct mdl_scheduler *scheduler, const struct mdl_job *job,
                              const struct mdl_scheduled *partition, int64_t now_ns)
{
    const struct mdl_scheduler_config *config = scheduler->setup.config;
    const struct mdl_weights_config *weights = &config->weights;
    double priority = weights->partition * partition->factor +
                      weights->size * ((double)job->width / partition->width);

    if (weights->age > 0)
        priority += weights->age * age_factor(config, now_ns - job->eligible_ns);
    if (weights->qos > 0 && scheduler->qos_priority_max > 0)
        priority += weights->qos *
                    (mdl_scheduler_qos_priority(scheduler, mdl_scheduler_qos(scheduler, job)) /
                     scheduler->qos_priority_max);
    if (scheduler->has_fair_share)
        priority += weights->fair_share * mdl_fair_share_factor(&scheduler->fair_share,
                                                                account_of(scheduler, job), now_ns);
    return priority;
}

bool mdl_scheduler_is_dynamic(const struct mdl_scheduler *scheduler)
{
    return scheduler->has_fair_share || scheduler->setup.config->weights.age > 0;
}

/* ---- limits ---- */

static sim_i128 asked_part_ns(const struct mdl_job *job, int64_t parts)
{
    return (sim_i128)job->walltime_ns * parts;
}

static bool is_within(const struct mdl_scheduler *scheduler, const struct mdl_limit_config *limit,
                      const struct held *held, const struct mdl_job *job, int64_t parts)
{
    uint32_t per_gpu = scheduler->setup.parts_per_gpu;

    return (limit->jobs == 0 || held->jobs < limit->jobs) &&
           (limit->gpus == 0 || held->parts + parts <= (sim_i128)limit->gpus * per_gpu) &&
           (limit->gpu_hours <= 0 || (double)(held->part_ns + asked_part_ns(job, parts)) <=
                                         limit->gpu_hours * (double)SIM_HOUR_NS * per_gpu);
}

static bool level_allows(const struct mdl_scheduler *scheduler, const struct level *level,
                         const struct mdl_job *job, int64_t parts)
{
    return (!level->user || is_within(scheduler, &level->limits->user,
                                      &level->user[user_of(scheduler, job)], job, parts)) &&
           (!level->project || is_within(scheduler, &level->limits->project,
                                         &level->project[job->community], job, parts));
}

static bool limits(const struct level *level)
{
    return level->user || level->project;
}

bool mdl_scheduler_has_limits(const struct mdl_scheduler *scheduler)
{
    bool has_any = limits(&scheduler->all);

    for (size_t q = 0; q < qos_count(scheduler); q++)
        has_any = has_any || limits(&scheduler->qos[q]);
    return has_any;
}

bool mdl_scheduler_allows(const struct mdl_scheduler *scheduler, const struct mdl_job *job,
                          uint32_t parts_per_unit)
{
    int64_t parts = (int64_t)job->width * parts_per_unit;
    uint32_t qos = mdl_scheduler_qos(scheduler, job);

    return level_allows(scheduler, &scheduler->all, job, parts) &&
           (qos == MDL_QOS_NONE || level_allows(scheduler, &scheduler->qos[qos], job, parts));
}

static void count(struct held *held, const struct mdl_job *job, int64_t parts, int sign)
{
    held->jobs += sign;
    held->parts += sign * parts;
    held->part_ns += sign * asked_part_ns(job, parts);
}

static void count_at(const struct mdl_scheduler *scheduler, struct level *level,
                     const struct mdl_job *job, int64_t parts, int sign)
{
    if (level->user)
        count(&level->user[user_of(scheduler, job)], job, parts, sign);
    if (level->project)
        count(&level->project[job->community], job, parts, sign);
}

static void count_all(struct mdl_scheduler *scheduler, const struct mdl_job *job, int64_t parts,
                      int sign, int64_t now_ns)
{
    uint32_t qos = mdl_scheduler_qos(scheduler, job);

    count_at(scheduler, &scheduler->all, job, parts, sign);
    if (qos != MDL_QOS_NONE)
        count_at(scheduler, &scheduler->qos[qos], job, parts, sign);
    if (scheduler->has_fair_share)
        mdl_fair_share_hold(&scheduler->fair_share, account_of(scheduler, job),
                            (double)(sign * parts), now_ns);
}

void mdl_scheduler_watch(struct mdl_scheduler *scheduler, struct mdl_watcher *watcher)
{
    watcher->next = scheduler->watcher;
    scheduler->watcher = watcher;
}

void mdl_scheduler_started(struct mdl_scheduler *scheduler, const struct mdl_job *job,
                           uint32_t parts_per_unit, int64_t now_ns)
{
    count_all(scheduler, job, (int64_t)job->width * parts_per_unit, 1, now_ns);
}

void mdl_scheduler_ended(struct mdl_scheduler *scheduler, const struct mdl_job *job,
                         uint32_t parts_per_unit, int64_t now_ns)
{
    count_all(scheduler, job, (int64_t)job->width * parts_per_unit, -1, now_ns);
    if (mdl_scheduler_has_limits(scheduler))
        for (struct mdl_watcher *w = scheduler->watcher; w; w = w->next)
            w->freed(w->subject);
}

/* ---- preemption ---- */

bool mdl_scheduler_may_preempt(const struct mdl_scheduler *scheduler, uint32_t qos, uint32_t victim)
{
    return qos != MDL_QOS_NONE && victim != MDL_QOS_NONE &&
           scheduler->may_preempt[qos * qos_count(scheduler) + victim];
}

bool mdl_scheduler_preempts(const struct mdl_scheduler *scheduler, uint32_t qos)
{
    for (uint32_t victim = 0; victim < qos_count(scheduler); victim++)
        if (mdl_scheduler_may_preempt(scheduler, qos, victim))
            return true;
    return false;
}

bool mdl_scheduler_is_victim(const struct mdl_scheduler *scheduler, uint32_t qos)
{
    for (uint32_t preemptor = 0; preemptor < qos_count(scheduler); preemptor++)
        if (mdl_scheduler_may_preempt(scheduler, preemptor, qos))
            return true;
    return false;
}

double mdl_scheduler_used(struct mdl_scheduler *scheduler, uint32_t source, int64_t now_ns)
{
    uint32_t account = 1 + (uint32_t)scheduler->setup.owner_count + source;

    return scheduler->has_fair_share ? mdl_fair_share_used(&scheduler->fair_share, account, now_ns)
                                     : 0;
}
