/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Data sets that jobs read. The first job of a community that asks for one at a site brings a copy,
 * the others find it, or wait for it too; a copy is held while jobs of the community that read it
 * are inside. */
#include <math.h>

#include "models/conservation.h"
#include "models/world_storage.h"
#include "sim/units.h"

enum copy_state { ABSENT, ASKS, COMING, THERE };

struct copy {             /* of a data set, a community's own, at a site */
    struct mdl_idle idle; /* first */
    struct mdl_world *world;
    uint32_t source, dataset, site;
    enum copy_state state;
    uint32_t users;               /* jobs inside that read it, those that wait for it among them */
    struct mdl_job *first, *last; /* that wait for it */
    struct mdl_stored *stored;    /* while nobody uses it, where storage fills */
};

struct mdl_world_data {
    struct copy **copy;           /* [source]: [its data set][site]; NULL: it reads none */
    struct mdl_depot (*depot)[2]; /* [site], of its usual and of its secure storage */
    struct mdl_transfer_hooks hooks;
    struct mdl_data_counts counts, at_start;
};

/* ---- where ---- */

static size_t site_of(const struct mdl_world *world, const struct mdl_job *job)
{
    return world->plan->partition[job->partition].site;
}

static const struct mdl_data_place *place_of(const struct mdl_world *world, size_t dataset,
                                             size_t site)
{
    return &world->plan->data.place[dataset * world->plan->site_count + site];
}

static const struct mdl_dataset_config *read_by(const struct mdl_world *world,
                                                const struct mdl_job *job)
{
    return world->data ? mdl_source_dataset(world->source[job->community], job) : NULL;
}

static bool is_per_job(const struct mdl_world *world, const struct mdl_job *job)
{
    return world->plan->source[job->community].community->staging == MDL_STAGING_PER_JOB;
}

static struct copy *copy_of(const struct mdl_world *world, const struct mdl_job *job,
                            const struct mdl_dataset_config *dataset)
{
    const struct sim_shares *shares = &world->plan->source[job->community].community->datasets;
    size_t i = 0;

    while (shares->share[i].item != dataset)
        i++;
    return &world->data->copy[job->community][i * world->plan->site_count + site_of(world, job)];
}

const struct mdl_data_place *mdl_world_place_read(const struct mdl_world *world,
                                                  const struct mdl_job *job)
{
    const struct mdl_dataset_config *dataset = read_by(world, job);

    return dataset ? place_of(world, dataset->item.index, site_of(world, job)) : NULL;
}

static struct mdl_world_tier *tier_of(const struct mdl_world *world, size_t dataset, size_t site)
{
    return mdl_world_tier_at(world, site, place_of(world, dataset, site)->into_enclave);
}

static struct mdl_depot *depot_of(const struct copy *copy)
{
    const struct mdl_world *world = copy->world;

    return &world->data
                ->depot[copy->site][place_of(world, copy->dataset, copy->site)->into_enclave];
}

/* By the class of its community's data. */
static bool is_barred(const struct mdl_world *world, const struct mdl_job *job)
{
    const uint8_t *refusal = world->plan->source[job->community].refusal;

    return refusal && refusal[site_of(world, job)] != MDL_DATA_OPEN_TO;
}

/* ---- from where ---- */

/* Seconds until it would be there by what is free on the way now, which is taken to be a twentieth
 * of each link at least. */
static double predicted_s(const struct mdl_world *world, const struct mdl_route *route,
                          double bytes)
{
    double rate = INFINITY;

    for (size_t i = 0; i < route->count; i++) {
        double capacity = mdl_flows_capacity(world->streams, route->channel[i]);
        double unused = capacity - mdl_flows_rate(world->streams, route->channel[i]);

        rate = fmin(rate, fmax(unused, capacity / 20));
    }
    return sim_s_from_ns(route->latency_ns) + bytes / rate;
}

static const struct mdl_data_way *choose_way(const struct mdl_world *world, size_t source,
                                             const struct mdl_data_place *place, double bytes)
{
    int choice = world->plan->source[source].community->replica;
    const struct mdl_data_way *best = NULL;
    double least = INFINITY;

    for (size_t i = 0; i < place->way_count; i++) {
        const struct mdl_data_way *way = &place->way[i];
        double cost = choice == MDL_REPLICA_PREDICTED ? predicted_s(world, way->route, bytes)
                      : choice == MDL_REPLICA_NEAREST ? sim_s_from_ns(way->route->latency_ns)
                                                      : 0;

        for (size_t k = 0; choice == MDL_REPLICA_LEAST_BYTES && k < way->route->count; k++)
            cost += way->route->channel[k] < world->plan->network.direction_count;
        if (!best || cost < least) {
            best = way;
            least = cost;
        }
    }
    return best;
}

static void set_way(const struct mdl_world *world, size_t source,
                    const struct mdl_dataset_config *dataset, size_t site,
                    struct mdl_transfer_request *request)
{
    const struct mdl_data_place *place = place_of(world, dataset->item.index, site);
    const struct mdl_data_way *way = choose_way(world, source, place, dataset->size_bytes);

    request->rule = place->rule;
    request->place = way->place;
    request->route = way->is_fixed ? way->route : NULL;
    request->line = NULL;
}

bool mdl_world_set_origin(const struct mdl_world *world, const struct mdl_job *job,
                          struct mdl_transfer_request *request)
{
    const struct mdl_dataset_config *dataset = read_by(world, job);
    size_t site = site_of(world, job);

    if (!dataset || !is_per_job(world, job) || place_of(world, dataset->item.index, site)->is_here)
        return false;
    set_way(world, job->community, dataset, site, request);
    return true;
}

/* ---- copies ---- */

static void forget_copy(struct copy *copy)
{
    copy->state = ABSENT;
    copy->world->data->counts.dropped_bytes += copy->idle.bytes;
}

/* Its room is given back to the tier, unless that has purged it. */
static void on_leave(void *context, struct mdl_idle *idle)
{
    struct copy *copy = (struct copy *)idle;
    struct mdl_world_tier *tier = tier_of(copy->world, copy->dataset, copy->site);

    (void)context;
    if (copy->stored)
        mdl_tier_drop(tier->tier, copy->stored);
    else if (tier)
        mdl_tier_delete(tier->tier, copy->source, copy->idle.bytes);
    copy->stored = NULL;
    copy->world->data->counts.evicted++;
    forget_copy(copy);
}

void mdl_world_on_purged(void *context, void *subject)
{
    struct copy *copy = subject;

    (void)context;
    copy->stored = NULL;
    mdl_depot_take(depot_of(copy), &copy->idle);
    forget_copy(copy);
}

static void stop_using(struct copy *copy)
{
    struct mdl_world_tier *tier = tier_of(copy->world, copy->dataset, copy->site);

    if (--copy->users > 0 || copy->state != THERE)
        return;
    mdl_depot_put(depot_of(copy), &copy->idle, on_leave, NULL);
    if (tier && copy->state == THERE)
        copy->stored = mdl_tier_keep(tier->tier, copy->source, copy->idle.bytes, copy);
}

static void begin_using(struct copy *copy)
{
    if (copy->users++ > 0 || copy->state != THERE)
        return;
    mdl_depot_take(depot_of(copy), &copy->idle);
    if (copy->stored)
        mdl_tier_hold(tier_of(copy->world, copy->dataset, copy->site)->tier, copy->stored);
    copy->stored = NULL;
}

static void bring(struct copy *copy)
{
    struct mdl_world *world = copy->world;
    struct mdl_transfer_request request = {.site = copy->site,
                                           .is_input = true,
                                           .bytes = copy->idle.bytes,
                                           .hooks = &world->data->hooks,
                                           .subject = copy,
                                           .community = copy->source};

    copy->state = COMING;
    set_way(world, copy->source, sim_map_at(&world->plan->config->datasets, copy->dataset),
            copy->site, &request);
    mdl_transfer_begin(world->transfers, &request);
}

/* The first that waits for a copy asks for its room. */
bool mdl_world_dataset_granted(struct mdl_world *world, const struct mdl_job *job)
{
    const struct mdl_dataset_config *dataset = read_by(world, job);
    struct copy *copy;

    if (!dataset || is_per_job(world, job))
        return false;
    copy = copy_of(world, job, dataset);
    if (copy->state != ASKS || copy->first != job)
        return false;
    bring(copy);
    return true;
}

static void wait_for(struct copy *copy, struct mdl_job *job)
{
    struct mdl_world_tier *tier = tier_of(copy->world, copy->dataset, copy->site);

    job->next = NULL;
    *(copy->last ? &copy->last->next : &copy->first) = job;
    copy->last = job;
    if (copy->state != ABSENT)
        return;
    copy->state = ASKS;
    if (!tier || mdl_tier_reserve(tier->tier, copy->source, copy->idle.bytes, job))
        bring(copy);
}

/* Those that waited, one after the other: what they do may end the use of the copy. */
static void let_go(struct copy *copy, void (*go)(void *context, void *subject))
{
    struct mdl_job *job = copy->first, *next;

    copy->first = copy->last = NULL;
    for (; job; job = next) {
        next = job->next;
        go(copy->world, job);
    }
}

/* Its own data has not set out, and holds no room. */
static void leave_without(void *context, void *subject)
{
    ((struct mdl_job *)subject)->input_bytes = 0;
    mdl_world_on_given_up(context, subject);
}

static void go_on(void *context, void *subject)
{
    mdl_world_bring_own(context, subject);
}

static void on_staged(void *context, void *subject)
{
    struct copy *copy = subject;
    struct mdl_world_data *data = ((struct mdl_world *)context)->data;

    copy->state = THERE;
    data->counts.staged++;
    data->counts.staged_bytes += copy->idle.bytes;
    let_go(copy, go_on);
}

static void on_not_staged(void *context, void *subject)
{
    struct copy *copy = subject;
    struct mdl_world_tier *tier = tier_of(context, copy->dataset, copy->site);

    copy->state = ABSENT;
    if (tier)
        mdl_tier_delete(tier->tier, copy->source, copy->idle.bytes);
    let_go(copy, leave_without);
}

/* ---- jobs ---- */

static void count_barred(struct mdl_world *world, const struct mdl_job *job)
{
    struct mdl_unserved *barred = &world->barred[job->community];
    bool is_outside =
        world->plan->source[job->community].refusal[site_of(world, job)] == MDL_DATA_OUTSIDE;

    barred->outside += is_outside;
    barred->no_enclave += !is_outside;
}

bool mdl_world_may_come(struct mdl_world *world, struct mdl_job *job)
{
    const struct mdl_data_place *place = world->data ? mdl_world_place_read(world, job) : NULL;
    bool may_come = !is_barred(world, job);

    if (!may_come)
        count_barred(world, job);

    if (may_come && place) {
        world->data->counts.asked++;
        world->data->counts.refused[place->refusal] += place->refusal != MDL_DATA_OPEN_TO;
        may_come = !place->refusal;
    }
    if (!may_come)
        leave_without(world, job);
    return may_come;
}

bool mdl_world_find_dataset(struct mdl_world *world, struct mdl_job *job)
{
    const struct mdl_dataset_config *dataset = read_by(world, job);
    const struct mdl_data_place *place;
    struct copy *copy;

    if (!dataset)
        return true;
    place = place_of(world, dataset->item.index, site_of(world, job));
    if (place->is_here) {
        world->data->counts.found++;
        return true;
    }
    if (is_per_job(world, job)) {
        job->input_bytes = (uint64_t)dataset->size_bytes;
        return true;
    }
    copy = copy_of(world, job, dataset);
    begin_using(copy);
    if (copy->state == THERE) {
        world->data->counts.found++;
        return true;
    }
    wait_for(copy, job);
    return false;
}

void mdl_world_release_dataset(struct mdl_world *world, const struct mdl_job *job)
{
    const struct mdl_dataset_config *dataset = read_by(world, job);
    const struct mdl_data_place *place;

    if (!dataset || is_per_job(world, job) || is_barred(world, job))
        return;
    place = place_of(world, dataset->item.index, site_of(world, job));
    if (!place->is_here && !place->refusal)
        stop_using(copy_of(world, job, dataset));
}

/* ---- creation ---- */

/* What is always there has its room from the beginning. */
static enum sim_status hold_originals(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;

    for (size_t d = 0; d < plan->data.count; d++) {
        const struct mdl_dataset_config *dataset = sim_map_at(&plan->config->datasets, d);

        for (size_t s = 0; s < plan->site_count; s++) {
            struct mdl_world_tier *tier = tier_of(world, d, s);

            if (tier && place_of(world, d, s)->is_here &&
                !mdl_tier_try(tier->tier, mdl_world_nobody(world), (uint64_t)dataset->size_bytes))
                return sim_fail(err, SIM_ESCHEMA, "%s: '%s' has no room for it", dataset->item.path,
                                tier->plan->name);
        }
    }
    return SIM_OK;
}

static bool create_copies(struct mdl_world *world, size_t source)
{
    const struct mdl_community_config *community = world->plan->source[source].community;
    size_t sites = world->plan->site_count, count = community ? community->datasets.count : 0;
    struct copy *copy;

    if (count == 0)
        return true;
    copy = sim_arena_alloc(world->sim->arena, count * sites, sizeof *copy);
    world->data->copy[source] = copy;
    for (size_t i = 0; copy && i < count * sites; i++) {
        const struct mdl_dataset_config *dataset = community->datasets.share[i / sites].item;

        copy[i] = (struct copy){.idle = {.bytes = (uint64_t)dataset->size_bytes},
                                .world = world,
                                .source = (uint32_t)source,
                                .dataset = (uint32_t)dataset->item.index,
                                .site = (uint32_t)(i % sites)};
    }
    return copy != NULL;
}

static struct mdl_depot depot_at(const struct mdl_world *world, size_t site, bool into_enclave)
{
    size_t index = mdl_storage_tier_of(&world->plan->storage, site, into_enclave);
    const struct mdl_cache_config *cache =
        index == SIZE_MAX ? NULL : &world->plan->storage.tier[index].config->cache;
    bool has_limit = cache && !isnan(cache->capacity_bytes);

    return (struct mdl_depot){.capacity = has_limit ? (uint64_t)cache->capacity_bytes : UINT64_MAX,
                              .policy = cache ? cache->policy : MDL_CACHE_LRU};
}

enum sim_status mdl_world_create_data(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    struct sim_arena *arena = world->sim->arena;
    struct mdl_world_data *data;
    bool is_made = true;

    if (plan->data.count == 0 || plan->replay)
        return SIM_OK;
    world->data = data = sim_arena_alloc(arena, 1, sizeof *data);
    if (!data)
        return sim_fail(err, SIM_ENOMEM, "no memory for the data sets");
    data->hooks = (struct mdl_transfer_hooks){
        .context = world, .arrived = on_staged, .given_up = on_not_staged};
    data->copy = sim_arena_alloc(arena, plan->source_count, sizeof(struct copy *));
    data->depot = sim_arena_alloc(arena, plan->site_count, sizeof *data->depot);
    for (size_t s = 0; data->copy && s < plan->source_count; s++)
        is_made = is_made && create_copies(world, s);
    if (!data->copy || !data->depot || !is_made)
        return sim_fail(err, SIM_ENOMEM, "no memory for the data sets");
    for (size_t s = 0; s < plan->site_count; s++)
        for (int enclave = 0; enclave < 2; enclave++)
            data->depot[s][enclave] = depot_at(world, s, enclave);
    return hold_originals(world, err);
}

/* ---- the window ---- */

void mdl_world_mark_data(struct mdl_world *world)
{
    if (!world->data)
        return;
    world->data->at_start = world->data->counts;
}

void mdl_world_close_data(struct mdl_world *world)
{
    const struct mdl_data_counts *start, *now;
    struct mdl_data_flows *flows = &world->data_flows;

    if (!world->data)
        return;
    start = &world->data->at_start;
    now = &world->data->counts;
    flows->asked = now->asked - start->asked;
    flows->found = now->found - start->found;
    flows->staged = now->staged - start->staged;
    flows->evicted = now->evicted - start->evicted;
    flows->staged_bytes = (double)(now->staged_bytes - start->staged_bytes);
    for (int r = 0; r < MDL_DATA_REFUSALS; r++)
        flows->refused[r] = now->refused[r] - start->refused[r];
}

/* ---- the end ---- */

static void each_copy(const struct mdl_world *world,
                      void (*visit)(void *context, const struct copy *copy), void *context)
{
    for (size_t s = 0; world->data && s < world->plan->source_count; s++) {
        const struct mdl_community_config *community = world->plan->source[s].community;

        for (size_t i = 0;
             world->data->copy[s] && i < community->datasets.count * world->plan->site_count; i++)
            visit(context, &world->data->copy[s][i]);
    }
}

struct visitor {
    void (*visit)(void *context, void *subject);
    void *context;
};

/* The first of those that wait for room is known to the tier. */
static void visit_waiting(void *context, const struct copy *copy)
{
    const struct visitor *visitor = context;

    for (struct mdl_job *job = copy->first; job; job = job->next)
        if (copy->state != ASKS || job != copy->first)
            visitor->visit(visitor->context, job);
}

void mdl_world_each_staging(const struct mdl_world *world,
                            void (*visit)(void *context, void *subject), void *context)
{
    struct visitor visitor = {visit, context};

    each_copy(world, visit_waiting, &visitor);
}

static void add_bytes(void *context, const struct copy *copy)
{
    if (copy->state == THERE)
        *(sim_i128 *)context += copy->idle.bytes;
}

enum sim_status mdl_world_check_data(const struct mdl_world *world, struct sim_error *err)
{
    sim_i128 there = 0;

    if (!world->data)
        return SIM_OK;
    each_copy(world, add_bytes, &there);
    return mdl_check_bytes("bytes of copies of data sets", world->data->counts.staged_bytes,
                           world->data->counts.dropped_bytes, there, err);
}
