/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A pass ends as soon as nothing is left that the narrowest waiting job could start on: promises
 * are made anew in the next one, so none is owed to those behind. */
#include <assert.h>

#include "models/compute/multifactor_private.h"

/* ---- what a job is to its scheduler ---- */

static bool is_preemptor(const struct mdl_multifactor *multifactor, const struct mdl_job *job)
{
    const struct mdl_scheduler *scheduler = multifactor->scheduler;

    return scheduler && mdl_scheduler_preempts(scheduler, mdl_scheduler_qos(scheduler, job));
}

static int64_t preemptable_units(const struct mdl_multifactor *multifactor,
                                 const struct mdl_job *job)
{
    const struct mdl_scheduler *scheduler = multifactor->scheduler;

    return scheduler && !job->reserved &&
                   mdl_scheduler_is_victim(scheduler, mdl_scheduler_qos(scheduler, job))
               ? job->width
               : 0;
}

static bool is_over_limit(const struct mdl_multifactor *multifactor, const struct mdl_job *job)
{
    return multifactor->scheduler && !mdl_scheduler_allows(multifactor->scheduler, job,
                                                           multifactor->scheduled.parts_per_unit);
}

/* The same of a job that could start otherwise: it is to be looked at again as others end. */
static bool is_kept_by_limit(struct mdl_multifactor *multifactor, const struct mdl_job *job)
{
    bool is_over = is_over_limit(multifactor, job);

    multifactor->is_limited = multifactor->is_limited || is_over;
    return is_over;
}

/* NULL: its owner has none. */
static const struct mdl_quota *quota_of(const struct mdl_multifactor *multifactor,
                                        const struct mdl_job *job)
{
    const struct mdl_quota *quota;

    if (!multifactor->quota)
        return NULL;
    quota = &multifactor->quota[mdl_scheduler_owner(multifactor->scheduler, job)];
    return quota->is_hard ? quota : NULL;
}

static bool is_over_quota(const struct mdl_partition *partition, const struct mdl_job *job)
{
    const struct mdl_multifactor *multifactor = partition->plan;
    const struct mdl_quota *quota = quota_of(multifactor, job);
    int64_t units;

    if (!quota)
        return false;
    units = multifactor->owner_units[mdl_scheduler_owner(multifactor->scheduler, job)];
    return (double)(units + job->width) > quota->part * partition->state.capacity * (1 + 1e-12);
}

static void count_owner(struct mdl_multifactor *multifactor, const struct mdl_job *job, int sign)
{
    if (multifactor->quota)
        multifactor->owner_units[mdl_scheduler_owner(multifactor->scheduler, job)] +=
            sign * (int64_t)job->width;
}

/* ---- reservations ---- */

static void hold_back(struct mdl_partition *partition)
{
    const struct mdl_multifactor *multifactor = partition->plan;
    int64_t maintenance = 0, reserved_idle = 0;

    for (size_t r = 0; r < multifactor->reserved_count; r++) {
        const struct mdl_booking *reserved = &multifactor->reserved[r];

        *(reserved->is_maintenance ? &maintenance : &reserved_idle) += mdl_booking_idle(reserved);
    }
    mdl_partition_hold_back(partition, maintenance, reserved_idle);
}

static bool is_member(const struct mdl_multifactor *multifactor, const struct mdl_booking *reserved,
                      const struct mdl_job *job)
{
    uint32_t qos = mdl_scheduler_qos(multifactor->scheduler, job);

    return !reserved->is_maintenance &&
           (reserved->has_class[job->class_index] || reserved->has_source[job->community] ||
            (qos != MDL_QOS_NONE && reserved->has_qos[qos]));
}

/* The first one that the job may run inside from now on; NULL: none. */
static struct mdl_booking *reserved_for(const struct mdl_partition *partition,
                                        const struct mdl_job *job)
{
    const struct mdl_multifactor *multifactor = partition->plan;
    int64_t end_ns = partition->sim->now_ns + job->walltime_ns;

    if (partition->reserved_idle < (int64_t)job->width || partition->free < (int64_t)job->width)
        return NULL;
    for (size_t r = 0; r < multifactor->reserved_count; r++) {
        struct mdl_booking *reserved = &multifactor->reserved[r];

        if (mdl_booking_idle(reserved) >= (int64_t)job->width && end_ns <= reserved->end_ns &&
            is_member(multifactor, reserved, job))
            return reserved;
    }
    return NULL;
}

static int64_t next_change_ns(const struct mdl_multifactor *multifactor)
{
    int64_t next_ns = SIM_NEVER;

    for (size_t r = 0; r < multifactor->reserved_count; r++) {
        int64_t change_ns = mdl_booking_change_ns(&multifactor->reserved[r]);

        next_ns = change_ns < next_ns ? change_ns : next_ns;
    }
    return next_ns;
}

static void on_reserved(struct sim *sim, void *subject)
{
    struct mdl_partition *partition = subject;
    struct mdl_multifactor *multifactor = partition->plan;
    int64_t next_ns;

    for (size_t r = 0; r < multifactor->reserved_count; r++)
        mdl_booking_advance(&multifactor->reserved[r], sim->now_ns);
    hold_back(partition);
    mdl_partition_ask_for_pass(partition);
    next_ns = next_change_ns(multifactor);
    if (next_ns != SIM_NEVER)
        sim_timer_arm(sim, &multifactor->reserved_timer, next_ns);
}

/* ---- a pass ---- */

struct walk {
    int64_t depth_left, reserve_left;
    int64_t until_ns; /* promises begin earlier */
    size_t next;      /* rank of the first job that could start */
    int64_t passed;   /* eligible jobs on the way to it */
};

static int64_t or_any(int64_t limit)
{
    return limit > 0 ? limit : INT64_MAX;
}

static struct walk begin_walk(const struct mdl_partition *partition)
{
    const struct mdl_queue_rules *rules = &mdl_multifactor_of(partition)->rules;

    return (struct walk){
        .depth_left = or_any(rules->depth),
        .reserve_left = or_any(rules->reserve),
        .until_ns = rules->window_ns > 0 ? partition->sim->now_ns + rules->window_ns : SIM_NEVER};
}

/* The i-th in rank gets its units, those of a reservation where one is given. */
static void start(struct mdl_partition *partition, size_t i, struct mdl_booking *reserved)
{
    struct mdl_multifactor *multifactor = partition->plan;
    struct mdl_job *job = multifactor->ranking.at[i].job;

    multifactor->preemptors -= is_preemptor(multifactor, job);
    mdl_ranking_take_out(&multifactor->ranking, i);
    if (reserved) {
        job->reserved = (uint8_t)(1 + (reserved - multifactor->reserved));
        reserved->busy_units += job->width;
        hold_back(partition);
    }
    mdl_partition_start(partition, job);
    if (multifactor->scheduler)
        mdl_scheduler_started(multifactor->scheduler, job, multifactor->scheduled.parts_per_unit,
                              partition->sim->now_ns);
    count_owner(multifactor, job, 1);
    multifactor->preemptable_units += preemptable_units(multifactor, job);
    if (!reserved && !multifactor->room->kind->take(multifactor->room, job))
        mdl_partition_no_memory(partition);
}

static bool try_to_start(struct mdl_partition *partition, size_t i)
{
    struct mdl_multifactor *multifactor = partition->plan;
    struct mdl_room *room = multifactor->room;
    const struct mdl_job *job = multifactor->ranking.at[i].job;
    struct mdl_booking *reserved = reserved_for(partition, job);

    if (!reserved && !room->kind->fits(room, job, partition->sim->now_ns))
        return false;
    start(partition, i, reserved);
    return true;
}

static bool try_to_preempt(struct mdl_partition *partition, size_t i)
{
    struct mdl_multifactor *multifactor = partition->plan;
    const struct mdl_job *job = multifactor->ranking.at[i].job;
    size_t victims;

    if (multifactor->preemptable_units == 0 || !is_preemptor(multifactor, job))
        return false;
    victims = mdl_preemption_choose(partition, job);
    if (victims == 0)
        return false;
    mdl_preemption_carry_out(partition, victims);
    start(partition, i, NULL);
    return true;
}

static void leave_waiting(struct mdl_partition *partition, struct walk *walk,
                          const struct mdl_job *job)
{
    struct mdl_room *room = mdl_multifactor_of(partition)->room;

    walk->depth_left--;
    if (walk->reserve_left == 0)
        return;
    walk->reserve_left--;
    if (!room->kind->promise(room, job, partition->sim->now_ns, walk->until_ns))
        mdl_partition_no_memory(partition);
}

static bool may_start_any(const struct mdl_partition *partition)
{
    const struct mdl_multifactor *multifactor = partition->plan;
    int64_t held_back = partition->maintenance + partition->reserved_idle;

    return partition->free - held_back >= (int64_t)multifactor->ranking.width_least ||
           partition->reserved_idle > 0 ||
           (multifactor->preemptors > 0 && multifactor->preemptable_units > 0);
}

static void may_borrow(struct mdl_partition *partition, size_t i)
{
    struct mdl_multifactor *multifactor = partition->plan;

    if (multifactor->over_quota_count == multifactor->over_quota_capacity) {
        size_t capacity =
            multifactor->over_quota_capacity ? 2 * multifactor->over_quota_capacity : 64;
        void *grown = sim_arena_resize(partition->sim->arena, multifactor->over_quota, capacity,
                                       sizeof *multifactor->over_quota);

        if (!grown) {
            mdl_partition_no_memory(partition);
            return;
        }
        multifactor->over_quota = grown;
        multifactor->over_quota_capacity = capacity;
    }
    multifactor->over_quota[multifactor->over_quota_count++] = i;
}

/* Of those over their owner's quota, in order of rank, the ones that what is left will take. */
static void lend(struct mdl_partition *partition)
{
    struct mdl_multifactor *multifactor = partition->plan;

    for (size_t k = 0; k < multifactor->over_quota_count && may_start_any(partition) &&
                       !partition->sim->is_aborted;
         k++) {
        size_t i = multifactor->over_quota[k];

        if (!is_kept_by_limit(multifactor, multifactor->ranking.at[i].job))
            (void)try_to_start(partition, i);
    }
    multifactor->over_quota_count = 0;
}

/* As things stand, promises so far included. */
static bool could_start(const struct mdl_partition *partition, size_t i)
{
    struct mdl_multifactor *multifactor = partition->plan;
    const struct mdl_ranked *ranked = &multifactor->ranking.at[i];
    int64_t held_back = partition->maintenance + partition->reserved_idle;
    bool has_units = (int64_t)ranked->width <= partition->free - held_back;
    bool may_preempt = multifactor->preemptors > 0 && multifactor->preemptable_units > 0;

    if (!has_units && !may_preempt && (int64_t)ranked->width > partition->reserved_idle)
        return false;
    if (is_kept_by_limit(multifactor, ranked->job))
        return false;
    if (is_over_quota(partition, ranked->job) && !quota_of(multifactor, ranked->job)->may_borrow)
        return false;
    return (has_units && multifactor->room->kind->fits(multifactor->room, ranked->job,
                                                       partition->sim->now_ns)) ||
           reserved_for(partition, ranked->job) ||
           (may_preempt && is_preemptor(multifactor, ranked->job));
}

/* What is decided about a job that could start. */
static void decide(struct mdl_partition *partition, struct walk *walk, size_t i)
{
    struct mdl_multifactor *multifactor = partition->plan;
    const struct mdl_job *job = multifactor->ranking.at[i].job;

    if (is_over_quota(partition, job))
        may_borrow(partition, i);
    else if (!try_to_start(partition, i) && !try_to_preempt(partition, i))
        leave_waiting(partition, walk, job);
}

/* Does it count towards the depth when it is left waiting? */
static bool is_eligible(const struct mdl_partition *partition, size_t i)
{
    const struct mdl_multifactor *multifactor = partition->plan;
    const struct mdl_job *job;

    if (!multifactor->has_limits)
        return true;
    job = multifactor->ranking.at[i].job;
    return !is_over_limit(multifactor, job) && !is_over_quota(partition, job);
}

/* From rank i on, within the depth, the first job that could start, no earlier than `next`; the
 * number of ranks: there is none. `passed` counts the eligible ones before it. */
static void look_ahead(const struct mdl_partition *partition, struct walk *walk, size_t i)
{
    size_t count = mdl_multifactor_of(partition)->ranking.count;

    if (walk->next < i) {
        walk->next = i;
        walk->passed = 0;
    }
    while (walk->next < count && walk->passed < walk->depth_left &&
           !could_start(partition, walk->next))
        walk->passed += is_eligible(partition, walk->next++);
    if (walk->passed >= walk->depth_left)
        walk->next = count;
}

/* In order of entering, with one promise, those that the last pass refused are refused again until
 * something is given back: there is less room and less time, and the promise stands (where jobs
 * share nodes, a place that breaks no promise may have come up since; that is not looked for). Only
 * newcomers are looked at, behind the head and its promise. The first to look at; all have been
 * when there is nothing more to do. */
static size_t skip_refused(struct mdl_partition *partition, struct walk *walk)
{
    struct mdl_multifactor *multifactor = partition->plan;
    size_t refused = multifactor->refused;

    if (refused == 0 || multifactor->scheduler || multifactor->rules.reserve != 1)
        return 0;
    leave_waiting(partition, walk, multifactor->ranking.at[0].job);
    if (walk->depth_left < (int64_t)refused)
        return multifactor->ranking.count;
    walk->depth_left -= (int64_t)refused - 1;
    return refused;
}

/* Of those who may run now the first in rank is kept from it by where units are free. */
static bool is_head_fragmented(const struct mdl_partition *partition)
{
    const struct mdl_multifactor *multifactor = partition->plan;

    for (size_t i = 0; i < multifactor->ranking.count; i++)
        if (multifactor->ranking.at[i].job && is_eligible(partition, i))
            return multifactor->room->kind->is_fragmented(multifactor->room,
                                                          multifactor->ranking.at[i].job);
    return false;
}

/* Promises only stand in the way of those behind, so they are made only as far as some job could
 * start. Starts and promises leave less room, so that a job that could not start before them
 * cannot after them. Only victims give room back, and they do so when nobody behind has been
 * looked at. */
static void walk_ranks(struct mdl_partition *partition)
{
    struct mdl_multifactor *multifactor = partition->plan;
    struct walk walk = begin_walk(partition);
    size_t count = multifactor->ranking.count;

    for (size_t i = skip_refused(partition, &walk);
         i < count && may_start_any(partition) && !partition->sim->is_aborted; i++) {
        look_ahead(partition, &walk, i);
        if (walk.next == count)
            break;
        if (i == walk.next) {
            decide(partition, &walk, i);
        } else if (is_eligible(partition, i)) {
            walk.passed--;
            leave_waiting(partition, &walk, multifactor->ranking.at[i].job);
        }
    }
    lend(partition);
    if (multifactor->room->kind->is_fragmented)
        mdl_partition_note_fragmented(partition, is_head_fragmented(partition));
}

/* All priorities when they are too old, else those of newcomers. */
static void rank(struct mdl_partition *partition)
{
    struct mdl_multifactor *multifactor = partition->plan;
    struct mdl_ranking *ranking = &multifactor->ranking;
    int64_t now_ns = partition->sim->now_ns;
    bool is_all = multifactor->scheduler && mdl_scheduler_is_dynamic(multifactor->scheduler) &&
                  now_ns - multifactor->ranked_ns >= multifactor->rules.recalculate_ns;

    if (is_all)
        multifactor->ranked_ns = now_ns;
    for (size_t i = is_all ? 0 : ranking->count;
         multifactor->scheduler && i < ranking->count + ranking->newcomers; i++)
        ranking->at[i].priority = mdl_scheduler_priority(multifactor->scheduler, ranking->at[i].job,
                                                         &multifactor->scheduled, now_ns);
    mdl_ranking_settle(ranking, is_all);
}

static void pass(struct mdl_partition *partition)
{
    struct mdl_multifactor *multifactor = partition->plan;

    multifactor->is_limited = false;
    if (!may_start_any(partition)) {
        mdl_partition_note_fragmented(partition, false);
        return;
    }
    rank(partition);
    walk_ranks(partition);
    if (!multifactor->room->kind->forget_promises(multifactor->room))
        mdl_partition_no_memory(partition);
    mdl_ranking_close(&multifactor->ranking);
    multifactor->refused = multifactor->ranking.count;
}

/* In order of entering nothing is owed to a newcomer, so that only its own start is asked for. One
 * that outranks others may take a promise from one of them, and a third may start then. */
static bool wants_pass(const struct mdl_partition *partition, const struct mdl_job *job)
{
    const struct mdl_multifactor *multifactor = partition->plan;

    return multifactor->scheduler ? may_start_any(partition) : job->width <= partition->free;
}

/* ---- the queue ---- */

static enum sim_status begin(struct mdl_partition *partition, struct sim_error *err)
{
    struct sim *sim = partition->sim;
    struct mdl_multifactor *multifactor = sim_arena_alloc(sim->arena, 1, sizeof *multifactor);

    if (!multifactor)
        return sim_fail(err, SIM_ENOMEM, "%s: no memory for a queue", partition->name);
    partition->plan = multifactor;
    multifactor->ranked_ns = sim->now_ns;
    mdl_ranking_init(&multifactor->ranking, sim->arena);
    sim_pool_init(&multifactor->histories, sim->arena, sizeof(struct mdl_history));
    return mdl_room_counted(sim->arena, sim->now_ns, partition->free, &multifactor->room, err);
}

static bool push(struct mdl_partition *partition, struct mdl_job *job)
{
    struct mdl_multifactor *multifactor = partition->plan;

    multifactor->preemptors += is_preemptor(multifactor, job);
    return mdl_ranking_push(&multifactor->ranking, job, job->history != NULL);
}

static void gave_up(struct mdl_partition *partition, struct mdl_job *job)
{
    struct mdl_multifactor *multifactor = partition->plan;

    multifactor->refused = 0;
    multifactor->preemptors -= is_preemptor(multifactor, job);
    mdl_ranking_remove(&multifactor->ranking, job);
}

void mdl_multifactor_vacate(struct mdl_partition *partition, struct mdl_job *job)
{
    struct mdl_multifactor *multifactor = partition->plan;
    struct mdl_room *room = multifactor->room;
    int64_t now_ns = partition->sim->now_ns;

    multifactor->refused = 0;
    multifactor->preemptable_units -= preemptable_units(multifactor, job);
    count_owner(multifactor, job, -1);
    if (multifactor->scheduler)
        mdl_scheduler_ended(multifactor->scheduler, job, multifactor->scheduled.parts_per_unit,
                            now_ns);
    if (job->reserved) {
        multifactor->reserved[job->reserved - 1].busy_units -= job->width;
        job->reserved = 0;
        hold_back(partition);
    } else if (!room->kind->give_back(room, job, now_ns)) {
        mdl_partition_no_memory(partition);
    }
}

static void ended(struct mdl_partition *partition, struct mdl_job *job)
{
    mdl_multifactor_vacate(partition, job);
    if (partition->state.waiting_jobs.value > 0)
        mdl_partition_ask_for_pass(partition);
}

/* A job of this partition or of another one under the scheduler has given its units back. */
static void freed(void *subject)
{
    struct mdl_partition *partition = subject;

    if (mdl_multifactor_of(partition)->is_limited)
        mdl_partition_ask_for_pass(partition);
}

static void capacity_changed(struct mdl_partition *partition, int64_t units)
{
    struct mdl_multifactor *multifactor = partition->plan;

    multifactor->refused = 0;
    if (!multifactor->room->kind->resize(multifactor->room, partition->sim->now_ns, units))
        mdl_partition_no_memory(partition);
    mdl_partition_ask_for_pass(partition);
}

static void each_waiting(const struct mdl_partition *partition,
                         void (*visit)(void *context, struct mdl_job *job), void *context)
{
    const struct mdl_ranking *ranking = &mdl_multifactor_of(partition)->ranking;

    for (size_t i = 0; i < ranking->count + ranking->newcomers; i++)
        if (ranking->at[i].job)
            visit(context, ranking->at[i].job);
}

/* ---- rules ---- */

void mdl_multifactor_set_rules(struct mdl_partition *partition, const struct mdl_queue_rules *rules)
{
    mdl_multifactor_of(partition)->rules = *rules;
}

enum sim_status mdl_multifactor_set_nodes(struct mdl_partition *partition,
                                          const struct mdl_node_shape *shape, uint32_t node_count,
                                          const struct mdl_need *need, struct sim_error *err)
{
    return mdl_room_packed(partition->sim->arena, shape, node_count,
                           partition->state.capacity / (shape->gpus * shape->slices), need,
                           &mdl_multifactor_of(partition)->room, err);
}

enum sim_status mdl_multifactor_set_scheduler(struct mdl_partition *partition,
                                              struct mdl_scheduler *scheduler,
                                              const struct mdl_scheduled *scheduled,
                                              const struct mdl_quota *quota, size_t owner_count,
                                              struct sim_error *err)
{
    struct mdl_multifactor *multifactor = partition->plan;

    multifactor->scheduler = scheduler;
    multifactor->scheduled = *scheduled;
    multifactor->quota = quota;
    multifactor->has_limits = quota || mdl_scheduler_has_limits(scheduler);
    multifactor->watcher = (struct mdl_watcher){.freed = freed, .subject = partition};
    mdl_scheduler_watch(scheduler, &multifactor->watcher);
    multifactor->owner_count = owner_count;
    multifactor->owner_units =
        sim_arena_alloc(partition->sim->arena, owner_count, sizeof *multifactor->owner_units);
    if (!multifactor->owner_units)
        return sim_fail(err, SIM_ENOMEM, "%s: no memory for quotas", partition->name);
    return SIM_OK;
}

static enum sim_status hold_all_times(struct mdl_partition *partition,
                                      const struct mdl_booking *reserved, struct sim_error *err)
{
    struct mdl_room *room = mdl_multifactor_of(partition)->room;
    const struct mdl_reservation_config *config = reserved->config;
    int64_t times = mdl_booking_times(reserved), now_ns = partition->sim->now_ns;

    if (times > MDL_RESERVED_TIMES_MAX)
        return sim_fail(err, SIM_ELIMIT, "%s: comes more than %d times", config->item.path,
                        MDL_RESERVED_TIMES_MAX);
    for (int64_t k = 0; k < times; k++) {
        int64_t from_ns = reserved->next_ns + k * config->every_ns;
        int64_t to_ns = from_ns + config->duration_ns;

        if (to_ns > now_ns &&
            !room->kind->hold(room, from_ns > now_ns ? from_ns : now_ns, to_ns, reserved->units))
            return sim_fail(err, SIM_ENOMEM, "%s: no memory for reservations", partition->name);
    }
    return SIM_OK;
}

enum sim_status mdl_multifactor_set_reserved(struct mdl_partition *partition,
                                             const struct mdl_booking *reserved, size_t count,
                                             struct sim_error *err)
{
    struct sim *sim = partition->sim;
    struct mdl_multifactor *multifactor = partition->plan;
    enum sim_status status = SIM_OK;

    assert(count < UINT8_MAX);
    multifactor->reserved = sim_arena_alloc(sim->arena, count, sizeof *multifactor->reserved);
    if (!multifactor->reserved)
        return sim_fail(err, SIM_ENOMEM, "%s: no memory for reservations", partition->name);
    multifactor->reserved_count = count;
    for (size_t r = 0; r < count && !status; r++) {
        multifactor->reserved[r] = reserved[r];
        status = hold_all_times(partition, &multifactor->reserved[r], err);
    }
    if (!status)
        status = sim_timer_create(sim, &multifactor->reserved_timer, SIM_PHASE_ARRIVAL,
                                  SIM_TIES_BY_CREATION, on_reserved, partition, err);
    if (!status && next_change_ns(multifactor) != SIM_NEVER)
        sim_timer_arm(sim, &multifactor->reserved_timer,
                      next_change_ns(multifactor) > sim->now_ns ? next_change_ns(multifactor)
                                                                : sim->now_ns);
    return status;
}

static const struct mdl_policy_queue queue = {.push = push, .each = each_waiting};

const struct mdl_policy mdl_policy_multifactor = {
    .name = "multifactor",
    .help = "backfilling in the order of priorities (age, size, QOS, fair share ...)",
    .pass = pass,
    .wants_pass = wants_pass,
    .begin = begin,
    .gave_up = gave_up,
    .ended = ended,
    .capacity_changed = capacity_changed,
    .queue = &queue,
};
