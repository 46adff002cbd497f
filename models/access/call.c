/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/access/call.h"

#include <string.h>

struct list {
    struct mdl_call_entry *first, *last;
};

struct mdl_batch { /* of a ranked call: one cut-off, the best first */
    struct list entries;
    int64_t cutoff_ns;
    size_t in_review;
    struct mdl_batch *next;
};

struct mode {
    const struct mdl_access_mode_plan *plan;
    struct list ready; /* first come: reviewed, waiting for room */
    struct mdl_batch *batches;
    int64_t *pool; /* [partition of the mode] left; of a ranked mode of the batch that is decided */
    bool has_pool;
    int64_t next_cutoff_ns; /* when the pool is filled up; SIM_NEVER: not by date */
    struct mdl_mode_counts counts;
};

struct mdl_calls {
    struct sim *sim;
    struct mdl_calls_setting setting;
    struct sim_timer timer; /* of pools */
    struct mode *mode;
    struct mdl_batch *free_batches;
    uint64_t entered;
    bool is_looking, look_again;
};

/* ---- lists ---- */

/* Before `at`; at the end for NULL. */
static void insert_before(struct list *list, struct mdl_call_entry *entry,
                          struct mdl_call_entry *at)
{
    entry->next = at;
    entry->previous = at ? at->previous : list->last;
    *(entry->previous ? &entry->previous->next : &list->first) = entry;
    *(at ? &at->previous : &list->last) = entry;
}

static void unlink_entry(struct list *list, struct mdl_call_entry *entry)
{
    *(entry->previous ? &entry->previous->next : &list->first) = entry->next;
    *(entry->next ? &entry->next->previous : &list->last) = entry->previous;
    entry->previous = entry->next = NULL;
}

/* ---- pools ---- */

static size_t place_in(const struct mode *mode, size_t partition)
{
    for (size_t i = 0; i < mode->plan->partition_count; i++)
        if (mode->plan->partition[i] == partition)
            return i;
    return SIZE_MAX;
}

static bool pool_has_room(const struct mode *mode, const struct mdl_claim *claim, bool when_full)
{
    size_t place = mode->has_pool ? place_in(mode, claim->partition) : SIZE_MAX;
    const int64_t *pool = when_full ? mode->plan->pool_mgpuh : mode->pool;

    return place == SIZE_MAX || claim->mgpuh <= pool[place];
}

static void fill_pool(struct mode *mode)
{
    memcpy(mode->pool, mode->plan->pool_mgpuh, mode->plan->partition_count * sizeof *mode->pool);
    for (size_t i = 0; i < mode->plan->partition_count; i++)
        if (mode->pool[i] < INT64_MAX)
            mode->counts.offered_mgpuh += mode->pool[i];
}

static void take_from_pool(struct mode *mode, const struct mdl_claim *claim)
{
    size_t place = mode->has_pool ? place_in(mode, claim->partition) : SIZE_MAX;

    if (place != SIZE_MAX && mode->pool[place] < INT64_MAX)
        mode->pool[place] -= claim->mgpuh;
}

/* ---- decisions ---- */

static bool passes(const struct mode *mode, const struct mdl_call_entry *entry)
{
    return entry->quality >= 1 - mode->plan->config->pass_frac;
}

static void decide(struct mdl_calls *calls, struct mdl_call_entry *entry,
                   enum mdl_decision decision)
{
    struct mode *mode = &calls->mode[entry->claim.mode];

    if (decision == MDL_DECISION_AWARDED) {
        mdl_quotas_take(calls->setting.quotas, &entry->claim);
        take_from_pool(mode, &entry->claim);
        mode->counts.awarded_mgpuh += entry->claim.mgpuh;
    }
    mode->counts.awarded += decision == MDL_DECISION_AWARDED;
    mode->counts.rejected += decision == MDL_DECISION_REJECTED;
    mode->counts.refused += decision == MDL_DECISION_REFUSED;
    calls->setting.decided(calls->setting.context, entry, decision);
}

bool mdl_calls_have_room(const struct mdl_calls *calls, const struct mdl_claim *claim)
{
    return pool_has_room(&calls->mode[claim->mode], claim, false) &&
           mdl_quotas_without_room(calls->setting.quotas, claim) == SIZE_MAX;
}

/* Those at the head who can never be served go. */
static void refuse_hopeless(struct mdl_calls *calls, struct mode *mode)
{
    struct mdl_call_entry *head;

    while ((head = mode->ready.first) && (!pool_has_room(mode, &head->claim, true) ||
                                          mdl_quotas_refuse(calls->setting.quotas, &head->claim))) {
        unlink_entry(&mode->ready, head);
        decide(calls, head, MDL_DECISION_REFUSED);
    }
}

/* Of the heads of all modes with room the one submitted first. */
static struct mdl_call_entry *first_served(const struct mdl_calls *calls)
{
    struct mdl_call_entry *first = NULL;

    for (size_t m = 0; m < calls->setting.mode_count; m++) {
        struct mdl_call_entry *head = calls->mode[m].ready.first;

        if (head && (!first || head->number < first->number) &&
            mdl_calls_have_room(calls, &head->claim))
            first = head;
    }
    return first;
}

static void note_blocked(struct mdl_calls *calls)
{
    for (size_t q = 0; q < mdl_quotas_count(calls->setting.quotas); q++) {
        bool is_blocked = false;

        for (size_t m = 0; m < calls->setting.mode_count && !is_blocked; m++) {
            const struct mdl_call_entry *head = calls->mode[m].ready.first;

            is_blocked = head && mdl_quotas_lack_room(calls->setting.quotas, q, &head->claim);
        }
        mdl_quotas_set_blocked(calls->setting.quotas, q, is_blocked);
    }
}

void mdl_calls_look_again(struct mdl_calls *calls)
{
    struct mdl_call_entry *entry;

    calls->look_again = true;
    if (calls->is_looking) /* from a decision made below */
        return;
    calls->is_looking = true;
    while (calls->look_again) {
        calls->look_again = false;
        for (size_t m = 0; m < calls->setting.mode_count; m++)
            refuse_hopeless(calls, &calls->mode[m]);
        entry = first_served(calls);
        if (!entry)
            continue;
        unlink_entry(&calls->mode[entry->claim.mode].ready, entry);
        decide(calls, entry, MDL_DECISION_AWARDED);
        calls->look_again = true;
    }
    calls->is_looking = false;
    note_blocked(calls);
}

/* ---- ranked calls ---- */

static bool is_ranked(const struct mode *mode)
{
    return mode->plan->config->order == MDL_ORDER_RANKED;
}

static struct mdl_batch *batch_of(struct mdl_calls *calls, struct mode *mode, int64_t cutoff_ns)
{
    struct mdl_batch *batch = mode->batches;

    while (batch && batch->cutoff_ns != cutoff_ns)
        batch = batch->next;
    if (batch)
        return batch;
    batch = calls->free_batches ? calls->free_batches
                                : sim_arena_alloc(calls->sim->arena, 1, sizeof *batch);
    if (!batch) {
        sim_abort(calls->sim, SIM_ENOMEM, "no memory for the applications of a cut-off");
        return NULL;
    }
    if (batch == calls->free_batches)
        calls->free_batches = batch->next;
    *batch = (struct mdl_batch){.cutoff_ns = cutoff_ns, .next = mode->batches};
    mode->batches = batch;
    return batch;
}

static void close_batch(struct mdl_calls *calls, struct mode *mode, struct mdl_batch *batch)
{
    struct mdl_batch **at = &mode->batches;

    while (*at != batch)
        at = &(*at)->next;
    *at = batch->next;
    batch->next = calls->free_batches;
    calls->free_batches = batch;
}

/* The batch is complete when nobody of it is in review any more. */
static void decide_batch(struct mdl_calls *calls, struct mode *mode, struct mdl_batch *batch)
{
    struct mdl_call_entry *entry;

    if (batch->in_review)
        return;
    if (mode->has_pool)
        fill_pool(mode);
    while ((entry = batch->entries.first)) {
        bool is_good = passes(mode, entry);

        unlink_entry(&batch->entries, entry);
        entry->batch = NULL;
        mode->counts.asked_mgpuh += is_good ? entry->claim.mgpuh : 0;
        decide(calls, entry,
               !is_good                                    ? MDL_DECISION_REJECTED
               : mdl_calls_have_room(calls, &entry->claim) ? MDL_DECISION_AWARDED
                                                           : MDL_DECISION_REFUSED);
    }
    close_batch(calls, mode, batch);
    mdl_calls_look_again(calls);
}

/* ---- the life of an entry ---- */

void mdl_calls_enter(struct mdl_calls *calls, struct mdl_call_entry *entry)
{
    struct mode *mode = &calls->mode[entry->claim.mode];
    struct mdl_call_entry *at;

    entry->number = calls->entered++;
    entry->is_reviewed = false;
    entry->previous = entry->next = NULL;
    entry->batch = is_ranked(mode) ? batch_of(calls, mode, entry->cutoff_ns) : NULL;
    mode->counts.entered++;
    if (!entry->batch)
        return;
    entry->batch->in_review++;
    for (at = entry->batch->entries.first; at && at->quality >= entry->quality; at = at->next)
        ;
    insert_before(&entry->batch->entries, entry, at);
}

void mdl_calls_reviewed(struct mdl_calls *calls, struct mdl_call_entry *entry)
{
    struct mode *mode = &calls->mode[entry->claim.mode];

    assert(!entry->is_reviewed);
    entry->is_reviewed = true;
    if (entry->batch) {
        entry->batch->in_review--;
        decide_batch(calls, mode, entry->batch);
    } else if (!passes(mode, entry)) {
        decide(calls, entry, MDL_DECISION_REJECTED);
    } else {
        mode->counts.asked_mgpuh += entry->claim.mgpuh;
        insert_before(&mode->ready, entry, NULL);
        mdl_calls_look_again(calls);
    }
}

void mdl_calls_withdraw(struct mdl_calls *calls, struct mdl_call_entry *entry)
{
    struct mode *mode = &calls->mode[entry->claim.mode];
    struct mdl_batch *batch = entry->batch;

    mode->counts.withdrawn++;
    if (batch) {
        batch->in_review -= !entry->is_reviewed;
        unlink_entry(&batch->entries, entry);
        entry->batch = NULL;
        decide_batch(calls, mode, batch);
    } else if (entry->is_reviewed) {
        unlink_entry(&mode->ready, entry);
        mdl_calls_look_again(calls);
    }
}

void mdl_calls_closed(struct mdl_calls *calls, const struct mdl_claim *claim)
{
    mdl_quotas_give_back(calls->setting.quotas, claim);
    mdl_calls_look_again(calls);
}

const struct mdl_mode_counts *mdl_calls_counts(const struct mdl_calls *calls, size_t mode)
{
    return &calls->mode[mode].counts;
}

/* ---- pools by date ---- */

static void arm_next(struct mdl_calls *calls)
{
    int64_t next_ns = SIM_NEVER;

    for (size_t m = 0; m < calls->setting.mode_count; m++)
        if (calls->mode[m].next_cutoff_ns < next_ns)
            next_ns = calls->mode[m].next_cutoff_ns;
    if (next_ns < SIM_NEVER)
        sim_timer_arm(calls->sim, &calls->timer, next_ns);
}

static void on_cutoff(struct sim *sim, void *subject)
{
    struct mdl_calls *calls = subject;

    for (size_t m = 0; m < calls->setting.mode_count; m++) {
        struct mode *mode = &calls->mode[m];

        if (mode->next_cutoff_ns > sim->now_ns)
            continue;
        fill_pool(mode);
        mode->next_cutoff_ns =
            mdl_access_cutoff_ns(mode->plan, calls->setting.calendar, sim->now_ns + 1);
    }
    arm_next(calls);
    mdl_calls_look_again(calls);
}

static enum sim_status create_mode(struct mdl_calls *calls, size_t m, struct sim_error *err)
{
    struct mode *mode = &calls->mode[m];
    size_t count = calls->setting.mode[m].partition_count;

    mode->plan = &calls->setting.mode[m];
    mode->has_pool = mode->plan->config->pool_node_s.count > 0;
    mode->next_cutoff_ns = SIM_NEVER;
    if (mode->has_pool && !is_ranked(mode))
        mode->next_cutoff_ns =
            mdl_access_cutoff_ns(mode->plan, calls->setting.calendar, calls->sim->now_ns);
    mode->pool = sim_arena_alloc(calls->sim->arena, count ? count : 1, sizeof *mode->pool);
    if (!mode->pool)
        return sim_fail(err, SIM_ENOMEM, "no memory for the calls");
    for (size_t i = 0; i < count; i++) /* before the first cut-off there is none */
        mode->pool[i] = mode->plan->pool_mgpuh[i] < INT64_MAX ? 0 : INT64_MAX;
    return SIM_OK;
}

enum sim_status mdl_calls_create(struct sim *sim, const struct mdl_calls_setting *setting,
                                 struct mdl_calls **out, struct sim_error *err)
{
    struct mdl_calls *calls = sim_arena_alloc(sim->arena, 1, sizeof *calls);
    enum sim_status status = SIM_OK;

    if (calls)
        calls->mode = sim_arena_alloc(sim->arena, setting->mode_count, sizeof *calls->mode);
    if (!calls || !calls->mode)
        return sim_fail(err, SIM_ENOMEM, "no memory for the calls");
    calls->sim = sim;
    calls->setting = *setting;
    for (size_t m = 0; m < setting->mode_count && !status; m++)
        status = create_mode(calls, m, err);
    *out = calls;
    if (status || (status = sim_timer_create(sim, &calls->timer, SIM_PHASE_ARRIVAL,
                                             SIM_TIES_BY_CREATION, on_cutoff, calls, err)))
        return status;
    arm_next(calls);
    return SIM_OK;
}
