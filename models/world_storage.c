/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The data of jobs on the storage of their sites: room for what arrives and for what jobs write,
 * clearance for secure tiers, what is left behind, burst tiers that drain. */
#include "models/world_storage.h"

#include <assert.h>
#include <math.h>

#include "models/conservation.h"
#include "sim/units.h"

/* A drain is for when nobody else wants the bandwidth. */
static const double DRAIN_WEIGHT = 0.05;

static bool is_used(const struct mdl_world *world)
{
    return world->storage != NULL;
}

struct mdl_world_tier *mdl_world_tier_at(const struct mdl_world *world, size_t site,
                                         bool into_enclave)
{
    size_t index =
        is_used(world) ? mdl_storage_tier_of(&world->plan->storage, site, into_enclave) : SIZE_MAX;

    return index == SIZE_MAX ? NULL : &world->storage->tier[index];
}

static size_t site_of(const struct mdl_world *world, const struct mdl_job *job)
{
    return world->plan->partition[job->partition].site;
}

bool mdl_world_is_protected(const struct mdl_world *world, const struct mdl_job *job)
{
    return world->plan->source[job->community].needs_enclave ||
           mdl_world_reads_protected(world, job);
}

/* Where a job's data lies; NULL: nowhere that fills. */
static struct mdl_world_tier *tier_of(const struct mdl_world *world, const struct mdl_job *job)
{
    return is_used(world)
               ? mdl_world_tier_at(world, site_of(world, job), mdl_world_is_protected(world, job))
               : NULL;
}

struct mdl_world_tier *mdl_world_burst_tier(struct mdl_world *world, size_t site)
{
    size_t burst = world->plan->storage.burst[site];

    return burst == SIZE_MAX ? NULL : &world->storage->tier[burst];
}

struct mdl_world_tier *mdl_world_fast_tier(struct mdl_world *world, const struct mdl_job *job)
{
    struct mdl_world_tier *fast = mdl_world_burst_tier(world, site_of(world, job));

    return fast && !fast->plan->config->is_secure && mdl_world_is_protected(world, job) ? NULL
                                                                                        : fast;
}

uint32_t mdl_world_nobody(const struct mdl_world *world)
{
    return (uint32_t)world->plan->source_count;
}

static uint32_t account_of(const struct mdl_world_tier *tier, const struct mdl_job *job)
{
    return mdl_tier_account(tier->tier, job->community, job->user);
}

/* ---- drains ---- */

/* Of the same data on the tier into which it drains, where users may have other quotas. */
static uint32_t account_below(const struct mdl_world_tier *from, uint32_t account)
{
    uint32_t owner, user;

    mdl_tier_who(from->tier, account, &owner, &user);
    return mdl_tier_account(from->world->storage->tier[from->plan->drains_to].tier, owner, user);
}

/* Checkpoints give way to the ones that follow them, so that they take no room below. */
static uint64_t fits_below(void *context, uint32_t account, uint64_t bytes)
{
    const struct mdl_world_tier *from = context;
    const struct mdl_world_tier *to = &from->world->storage->tier[from->plan->drains_to];

    if (account == mdl_world_nobody(from->world))
        return bytes < to->plan->rules.capacity ? bytes : to->plan->rules.capacity;
    return mdl_tier_fits(to->tier, account_below(from, account), bytes);
}

/* The oldest data that was left behind goes, as one flow at a time, and as much of it as there is
 * room and quota for below; where that is nothing the next goes, and it is tried again each hour.
 */
static void drain(struct mdl_world_tier *from)
{
    struct mdl_world *world = from->world;
    struct mdl_drain *drain = &from->drain;
    struct mdl_world_tier *to;

    if (drain->is_busy || from->plan->drains_to == SIZE_MAX ||
        !mdl_tier_take_oldest(from->tier, fits_below, from, &drain->account, &drain->bytes))
        return;
    to = &world->storage->tier[from->plan->drains_to];
    drain->is_busy = drain->account == mdl_world_nobody(world) ||
                     mdl_tier_try(to->tier, account_below(from, drain->account), drain->bytes);
    assert(drain->is_busy);
    (void)mdl_flow_begin(world->streams, &(struct mdl_flow_request){.route = &from->plan->drain,
                                                                    .bytes = drain->bytes,
                                                                    .weight = DRAIN_WEIGHT,
                                                                    .when_down = MDL_FLOW_STALLS,
                                                                    .subject = drain});
}

static void on_drained(void *context, void *subject)
{
    struct mdl_drain *drained = subject;
    struct mdl_world *world = context;
    struct mdl_world_tier *from = drained->from;
    uint64_t bytes = drained->bytes;

    drained->is_busy = false;
    drained->bytes = 0;
    mdl_tier_moved(from->tier, drained->account, bytes);
    if (drained->account != mdl_world_nobody(world))
        mdl_world_leave_behind(&world->storage->tier[from->plan->drains_to],
                               account_below(from, drained->account), bytes);
    drain(from);
}

void mdl_world_leave_behind(struct mdl_world_tier *tier, uint32_t account, uint64_t bytes)
{
    mdl_tier_leave(tier->tier, account, bytes);
    drain(tier);
}

/* ---- clearance ---- */

/* When a user is let in; asks for it when it is the first time. SIM_NEVER: no memory. */
static int64_t cleared_ns(struct mdl_world_tier *tier, const struct mdl_job *job)
{
    struct sim *sim = tier->world->sim;
    int64_t **cleared = &tier->cleared_ns[job->community];
    size_t *count = &tier->cleared_count[job->community];

    if (job->user >= *count) {
        size_t more = 2 * (size_t)job->user + 16;
        void *grown = sim_arena_resize(sim->arena, *cleared, more, sizeof **cleared);

        if (!grown) {
            sim_abort(sim, SIM_ENOMEM, "no memory for the clearance of users");
            return SIM_NEVER;
        }
        *cleared = grown;
        for (size_t user = *count; user < more; user++)
            (*cleared)[user] = MDL_TIME_UNSET;
        *count = more;
    }
    if ((*cleared)[job->user] == MDL_TIME_UNSET)
        (*cleared)[job->user] = sim->now_ns + tier->plan->config->clearance_ns;
    return (*cleared)[job->user];
}

static void on_cleared(void *context, void *subject)
{
    mdl_world_take_data(((struct mdl_world_tier *)context)->world, subject);
}

/* Has it data in the tier, that it brings, that waits for it, or by the class of its own? */
static bool enters(const struct mdl_world *world, const struct mdl_job *job)
{
    return job->input_bytes > 0 || world->plan->source[job->community].needs_enclave ||
           (world->data && mdl_world_place_read(world, job));
}

bool mdl_world_is_let_in(struct mdl_world *world, struct mdl_job *job)
{
    bool may_wait = world->plan->storage.has_clearance && enters(world, job);
    struct mdl_world_tier *tier = may_wait ? tier_of(world, job) : NULL;
    int64_t time_ns;

    if (!tier || tier->plan->config->clearance_ns == 0)
        return true;
    time_ns = cleared_ns(tier, job);
    if (time_ns > world->sim->now_ns)
        (void)mdl_agenda_add(&tier->clearance, time_ns, job);
    return time_ns <= world->sim->now_ns;
}

/* ---- the data of a job ---- */

bool mdl_world_admit_input(struct mdl_world *world, struct mdl_job *job)
{
    struct mdl_world_tier *tier = tier_of(world, job);

    return !tier || mdl_tier_reserve(tier->tier, account_of(tier, job), job->input_bytes, job);
}

int64_t mdl_world_files_ns(struct mdl_world *world, const struct mdl_job *job)
{
    struct mdl_world_tier *tier = tier_of(world, job);

    return tier ? mdl_tier_files_ns(tier->tier, world->plan->class_config[job->class_index].files)
                : 0;
}

static uint64_t left_here_bytes(const struct mdl_world *world, const struct mdl_job *job)
{
    return job->leaves_here ? mdl_source_leaves_bytes(world->source[job->community], job) : 0;
}

/* What its output holds beside what it leaves behind: both together take no more than the tier. */
static uint64_t output_held(const struct mdl_world *world, const struct mdl_world_tier *tier,
                            const struct mdl_job *job)
{
    uint64_t leaves = left_here_bytes(world, job);
    uint64_t both = mdl_tier_size(tier->tier, account_of(tier, job), job->output_bytes + leaves);

    return both - (leaves < both ? leaves : both);
}

/* What it leaves behind goes to the burst tier when that has room. */
static void leave_on_burst_tier(struct mdl_world *world, struct mdl_job *job)
{
    uint64_t bytes = mdl_source_leaves_bytes(world->source[job->community], job);
    struct mdl_world_tier *fast = mdl_world_fast_tier(world, job);

    job->leaves_here = bytes > 0;
    if (bytes == 0 || !fast || !mdl_tier_try(fast->tier, account_of(fast, job), bytes))
        return;
    job->leaves_here = 0;
    mdl_world_leave_behind(fast, account_of(fast, job), bytes);
}

static void leave_with_output(const struct mdl_world *world, struct mdl_world_tier *tier,
                              const struct mdl_job *job)
{
    uint64_t leaves = left_here_bytes(world, job);
    uint64_t both = mdl_tier_size(tier->tier, account_of(tier, job), job->output_bytes + leaves);

    mdl_world_leave_behind(tier, account_of(tier, job), leaves < both ? leaves : both);
}

static bool has_data(const struct mdl_world *world, const struct mdl_job *job)
{
    return job->input_bytes || job->output_bytes ||
           mdl_class_leaves(&world->plan->class_config[job->class_index]);
}

bool mdl_world_put_output(struct mdl_world *world, struct mdl_job *job)
{
    struct mdl_world_tier *tier = has_data(world, job) ? tier_of(world, job) : NULL;
    uint64_t bytes;

    if (!tier)
        return true;
    mdl_tier_delete(tier->tier, account_of(tier, job), job->input_bytes);
    leave_on_burst_tier(world, job);
    bytes = job->output_bytes + left_here_bytes(world, job);
    if (!mdl_tier_reserve(tier->tier, account_of(tier, job), bytes, job))
        return false;
    leave_with_output(world, tier, job);
    return true;
}

void mdl_world_drop_data(struct mdl_world *world, const struct mdl_job *job)
{
    bool is_output = job->end_ns != MDL_TIME_UNSET;
    struct mdl_world_tier *tier =
        (is_output ? job->output_bytes : job->input_bytes) ? tier_of(world, job) : NULL;

    if (tier)
        mdl_tier_delete(tier->tier, account_of(tier, job),
                        is_output ? output_held(world, tier, job) : job->input_bytes);
}

static void on_granted(void *context, void *subject)
{
    struct mdl_world_tier *tier = context;
    struct mdl_job *job = subject;

    if (job->end_ns == MDL_TIME_UNSET) {
        if (!mdl_world_dataset_granted(tier->world, job))
            mdl_world_bring_input(tier->world, job);
        return;
    }
    leave_with_output(tier->world, tier, job);
    mdl_world_send_output(tier->world, job);
}

/* ---- creation ---- */

static enum sim_status create_tier(struct mdl_world *world, size_t index, struct sim_error *err)
{
    struct sim *sim = world->sim;
    size_t sources = world->plan->source_count;
    struct mdl_world_tier *tier = &world->storage->tier[index];
    struct mdl_tier_hooks hooks = {
        .context = tier, .granted = on_granted, .purged = mdl_world_on_purged};
    enum sim_status status;

    tier->world = world;
    tier->plan = &world->plan->storage.tier[index];
    tier->drain.cargo.owner = &world->storage->drain_hooks;
    tier->drain.from = tier;
    status = mdl_tier_create(sim, &tier->plan->rules, &hooks, &tier->tier, err);
    if (status || tier->plan->config->clearance_ns == 0)
        return status;
    tier->cleared_ns = sim_arena_alloc(sim->arena, sources, sizeof(int64_t *));
    tier->cleared_count = sim_arena_alloc(sim->arena, sources, sizeof *tier->cleared_count);
    if (!tier->cleared_ns || !tier->cleared_count)
        return sim_fail(err, SIM_ENOMEM, "no memory for the storage");
    return mdl_agenda_init(&tier->clearance, sim, on_cleared, tier, err);
}

enum sim_status mdl_world_create_storage(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_storage_plan *plan = &world->plan->storage;
    struct sim_arena *arena = world->sim->arena;
    struct mdl_world_storage *storage;
    enum sim_status status = SIM_OK;

    if (!plan->is_used)
        return SIM_OK;
    storage = sim_arena_alloc(arena, 1, sizeof *storage);
    if (!storage)
        return sim_fail(err, SIM_ENOMEM, "no memory for the storage");
    world->storage = storage;
    storage->drain_hooks = (struct mdl_flow_hooks){.context = world, .done = on_drained};
    storage->tier = sim_arena_alloc(arena, plan->tier_count, sizeof *storage->tier);
    storage->window = sim_arena_alloc(arena, plan->tier_count, sizeof *storage->window);
    storage->hourly = sim_arena_alloc(arena, plan->tier_count, sizeof *storage->hourly);
    if (!storage->tier || !storage->window || !storage->hourly)
        return sim_fail(err, SIM_ENOMEM, "no memory for the storage");
    for (size_t i = 0; i < plan->tier_count && !status; i++)
        status = create_tier(world, i, err);
    if (!status && plan->has_io)
        status = mdl_world_create_io(world, err);
    return status;
}

/* ---- the window, and its hours ---- */

static sim_i128 fill_integral(const struct mdl_world_tier *tier)
{
    return sim_level_integral_ns(&mdl_tier_state(tier->tier)->fill, tier->world->sim->now_ns);
}

void mdl_world_mark_storage(struct mdl_world *world)
{
    for (size_t i = 0; is_used(world) && i < world->plan->storage.tier_count; i++) {
        struct mdl_world_tier *tier = &world->storage->tier[i];
        const struct mdl_tier_state *state = mdl_tier_state(tier->tier);

        mdl_tier_mark(tier->tier);
        tier->fill_at_start = fill_integral(tier);
        tier->waiting_at_start = sim_level_integral_ns(&state->waiting, world->sim->now_ns);
        tier->quota_waiting_at_start =
            sim_level_integral_ns(&state->quota_waiting, world->sim->now_ns);
        tier->waited_at_start = state->waited;
        tier->quota_waited_at_start = state->quota_waited;
        tier->purged_at_start = state->purged;
    }
}

void mdl_world_close_storage(struct mdl_world *world)
{
    for (size_t i = 0; is_used(world) && i < world->plan->storage.tier_count; i++) {
        const struct mdl_world_tier *tier = &world->storage->tier[i];
        const struct mdl_tier_state *state = mdl_tier_state(tier->tier);
        sim_i128 waiting = sim_level_integral_ns(&state->waiting, world->sim->now_ns);
        sim_i128 quota = sim_level_integral_ns(&state->quota_waiting, world->sim->now_ns);

        world->storage->window[i] = (struct mdl_tier_flows){
            .capacity_bytes = tier->plan->config->capacity_bytes,
            .cost_cents = tier->cents,
            .fill_byte_ns = fill_integral(tier) - tier->fill_at_start,
            .fill_max_bytes = state->fill_max,
            .waiting_ns = waiting - tier->waiting_at_start,
            .quota_waiting_ns = quota - tier->quota_waiting_at_start,
            .waited = state->waited - tier->waited_at_start,
            .quota_waited = state->quota_waited - tier->quota_waited_at_start,
            .purged_bytes = state->purged - tier->purged_at_start,
            .hourly = &world->storage->hourly[i]};
    }
}

const struct mdl_tier_flows *mdl_world_tier_flows(const struct mdl_world *world)
{
    return is_used(world) ? world->storage->window : NULL;
}

void mdl_world_storage_hour(struct mdl_world *world, bool is_in_window, float *fill)
{
    for (size_t i = 0; is_used(world) && i < world->plan->storage.tier_count; i++) {
        struct mdl_world_tier *tier = &world->storage->tier[i];
        sim_i128 now = fill_integral(tier);
        double mean = (double)(now - tier->fill_at_hour) * 1e-9 / SIM_HOUR_S /
                      tier->plan->config->capacity_bytes;

        tier->fill_at_hour = now;
        fill[i] = (float)mean;
        if (is_in_window)
            sim_sketch_add(&world->storage->hourly[i], mean / MDL_LINK_SKETCH_FRAC);
        drain(tier);
    }
}

/* ---- the end ---- */

void mdl_world_each_waiting(const struct mdl_world *world,
                            void (*visit)(void *context, void *subject), void *context)
{
    for (size_t i = 0; is_used(world) && i < world->plan->storage.tier_count; i++) {
        const struct mdl_world_tier *tier = &world->storage->tier[i];

        mdl_tier_each_waiting(tier->tier, visit, context);
        if (tier->cleared_ns)
            mdl_agenda_each(&tier->clearance, visit, context);
    }
}

static enum sim_status check_cost(const struct mdl_world *world, const struct mdl_world_tier *tier,
                                  struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    int64_t online_ns =
        mdl_site_online_ns(&plan->site[tier->plan->site], plan->start_ns, world->window_end_ns);

    return mdl_check_storage_cost(tier->plan->name, tier->cents,
                                  tier->plan->cost_eur_per_yr * 100 *
                                      (sim_s_from_ns(online_ns) / SIM_YEAR_S),
                                  world->till[tier->plan->site].row_count, err);
}

enum sim_status mdl_world_check_storage(const struct mdl_world *world, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    for (size_t i = 0; is_used(world) && i < world->plan->storage.tier_count && !status; i++) {
        const struct mdl_world_tier *tier = &world->storage->tier[i];

        status =
            mdl_check_storage(tier->plan->name, tier->plan->rules.capacity,
                              mdl_tier_state(tier->tier), mdl_tier_counted_bytes(tier->tier), err);
        if (!status)
            status = check_cost(world, tier, err);
    }
    return status;
}
