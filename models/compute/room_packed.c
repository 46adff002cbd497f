/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Beside the nodes stands a copy of them as they will be at a moment s by predicted ends: all
 * running jobs but those that end by s hold there what they hold now. It follows every start and
 * end, and for a promise it is moved to the earliest moment at which the job fits: over the ends in
 * between, mostly none. A job that would run beyond s may start if the copy, with it at the place
 * that it would get now, still takes the promised one.
 *
 * A promise outlives the pass. When nothing has been given back and only jobs that broke no promise
 * have started since, the same job would be promised the same s: what starts and ends by s changes
 * nothing at s, what ends later stands in the copy, which still takes the job; and before s there
 * is less room than there was. */
#include "models/compute/room.h"

#include <assert.h>
#include <math.h>

#include "models/compute/ends.h"
#include "sim/timer.h"

enum { FIRST_HELD = 64 };

struct held { /* by the running job in a place */
    struct mdl_node_request request;
    struct mdl_node_grant grant;
    int64_t end_ns; /* predicted */
};

struct promise {
    bool is_known;  /* nothing has happened since that would change it */
    bool is_active; /* made, and not forgotten yet */
    const struct mdl_job *job;
    uint64_t order;
    struct mdl_node_request request;
    int64_t start_ns; /* SIM_NEVER: not as things are */
};

struct packed {
    struct mdl_room room;
    struct sim_arena *arena;
    struct mdl_node_shape shape;
    uint32_t units_per_node, online;
    bool has_needs;              /* cores or memory are counted */
    const struct mdl_need *need; /* [class] */
    struct mdl_node_pool *nodes;
    struct mdl_node_pool *then;  /* what ends by then_ns has ended */
    struct mdl_node_pool *trial; /* scratch */
    int64_t then_ns;
    struct promise promise;
    uint32_t refused_units; /* for so many or more there is no room */
    struct held *held;      /* [place] */
    uint32_t held_capacity;
    struct mdl_ends ends;
};

static struct packed *packed_of(struct mdl_room *room)
{
    return (struct packed *)room;
}

static int64_t length_of(const struct mdl_job *job)
{
    return job->walltime_ns > 0 ? job->walltime_ns : 1;
}

/* ---- what a job needs ---- */

/* Of its accelerators those that lie on a shared node count; no job asks for more than a node has.
 */
static struct mdl_node_request request_of(const struct packed *packed, const struct mdl_job *job)
{
    const struct mdl_need *need = &packed->need[job->class_index];
    struct mdl_node_request request = {.units = job->width};
    double gpus;

    if (!packed->has_needs)
        return request;
    gpus = job->width % packed->units_per_node / (double)packed->shape.slices;
    request.cores = (uint32_t)fmin(ceil(need->cores_per_gpu * gpus), packed->shape.cores);
    request.memory_bytes =
        (uint64_t)fmin(ceil(need->memory_per_gpu_bytes * gpus), (double)packed->shape.memory_bytes);
    return request;
}

/* ---- what runs ---- */

static bool grow_held(struct packed *packed, uint32_t place)
{
    uint32_t capacity = packed->held_capacity ? packed->held_capacity : FIRST_HELD;
    void *grown;

    if (place < packed->held_capacity)
        return true;
    while (capacity <= place)
        capacity *= 2;
    grown = sim_arena_resize(packed->arena, packed->held, capacity, sizeof *packed->held);
    if (!grown)
        return false;
    packed->held = grown;
    packed->held_capacity = capacity;
    return true;
}

/* ---- the promise ---- */

static bool is_beyond_promise(const struct packed *packed, int64_t end_ns)
{
    return packed->promise.is_active && end_ns > packed->promise.start_ns;
}

static void has_ended(void *context, uint32_t place)
{
    struct packed *packed = context;
    const struct held *held = &packed->held[place];

    mdl_node_pool_give_back(packed->then, &held->request, &held->grant);
}

static void has_not_ended(void *context, uint32_t place)
{
    struct packed *packed = context;
    const struct held *held = &packed->held[place];

    mdl_node_pool_take_same(packed->then, packed->nodes, &held->request, &held->grant);
}

/* `then` goes back over the ends of its moment, the last one, if the request fits without them. */
static bool step_back(struct packed *packed, const struct mdl_node_request *request)
{
    uint64_t units = mdl_ends_each_at(&packed->ends, packed->then_ns, NULL, NULL);

    if (mdl_node_pool_free_units(packed->then) < units + request->units)
        return false;
    mdl_ends_each_at(&packed->ends, packed->then_ns, has_not_ended, packed);
    if (mdl_node_pool_fits(packed->then, request))
        return true;
    mdl_ends_each_at(&packed->ends, packed->then_ns, has_ended, packed);
    return false;
}

/* When enough will have been given back by predicted ends, all of that moment included: `then` is
 * moved there. What fits at one moment fits at all later ones. */
static int64_t earliest(struct packed *packed, const struct mdl_node_request *request,
                        int64_t now_ns)
{
    const struct mdl_ends *ends = &packed->ends;

    while (!mdl_node_pool_fits(packed->then, request)) {
        int64_t next_ns = mdl_ends_after(ends, packed->then_ns);

        if (next_ns == SIM_NEVER)
            return SIM_NEVER;
        packed->then_ns = next_ns;
        mdl_ends_each_at(ends, next_ns, has_ended, packed);
    }
    packed->then_ns = mdl_ends_upto(ends, packed->then_ns);
    while (packed->then_ns != INT64_MIN && step_back(packed, request))
        packed->then_ns = mdl_ends_upto(ends, packed->then_ns - 1);
    return packed->then_ns == INT64_MIN ? now_ns : packed->then_ns;
}

static bool promise(struct mdl_room *room, const struct mdl_job *job, int64_t now_ns,
                    int64_t until_ns)
{
    struct packed *packed = packed_of(room);
    struct promise *promised = &packed->promise;

    if (promised->is_active)
        return true;
    if (!promised->is_known || promised->job != job || promised->order != job->order) {
        *promised = (struct promise){
            .is_known = true, .job = job, .order = job->order, .request = request_of(packed, job)};
        promised->start_ns = earliest(packed, &promised->request, now_ns);
    }
    promised->is_active = promised->start_ns < until_ns && promised->start_ns != SIM_NEVER;
    return true;
}

static int64_t promised_ns(const struct mdl_room *room)
{
    const struct promise *promised = &((const struct packed *)room)->promise;

    return promised->is_active ? promised->start_ns : SIM_NEVER;
}

static bool forget_promises(struct mdl_room *room)
{
    packed_of(room)->promise.is_active = false;
    return true;
}

/* ---- now ---- */

static void forget_refused(struct packed *packed)
{
    packed->promise.is_known = false;
    packed->refused_units = UINT32_MAX;
}

static int64_t free_units(const struct mdl_room *room, int64_t now_ns)
{
    (void)now_ns;
    return (int64_t)mdl_node_pool_free_units(((const struct packed *)room)->nodes);
}

/* What does not fit will not until something is given back, and nothing wider will. */
static bool has_room(struct packed *packed, const struct mdl_job *job,
                     const struct mdl_node_request *request)
{
    bool does_fit = mdl_node_pool_fits(packed->nodes, request);

    if (!does_fit && request->cores == 0 && request->memory_bytes == 0)
        packed->refused_units = job->width;
    return does_fit;
}

/* At the promise, wherever they are. */
static bool has_units_beside(const struct packed *packed, const struct mdl_job *job)
{
    return mdl_node_pool_free_units(packed->then) >=
           (uint64_t)packed->promise.request.units + job->width;
}

static bool fits(struct mdl_room *room, const struct mdl_job *job, int64_t now_ns)
{
    struct packed *packed = packed_of(room);
    struct mdl_node_request request;

    bool is_beyond = is_beyond_promise(packed, now_ns + length_of(job));

    if (job->width >= packed->refused_units || (is_beyond && !has_units_beside(packed, job)))
        return false;
    request = request_of(packed, job);
    if (!has_room(packed, job, &request))
        return false;
    return !is_beyond || mdl_node_pool_fits_beside(packed->then, packed->nodes,
                                                   &packed->promise.request, &request);
}

static bool fits_in_trial(struct packed *packed, const struct mdl_job *job, int64_t now_ns)
{
    struct mdl_node_request request = request_of(packed, job);

    return is_beyond_promise(packed, now_ns + length_of(job))
               ? mdl_node_pool_fits_beside(packed->then, packed->trial, &packed->promise.request,
                                           &request)
               : mdl_node_pool_fits(packed->trial, &request);
}

static bool fits_without(struct mdl_room *room, const struct mdl_job *job, int64_t now_ns,
                         struct mdl_job *const *gone, size_t count)
{
    struct packed *packed = packed_of(room);
    bool does_fit;

    mdl_node_pool_copy(packed->trial, packed->nodes);
    for (size_t i = 0; i < count; i++) {
        const struct held *held = &packed->held[gone[i]->place];

        mdl_node_pool_give_back(packed->trial, &held->request, &held->grant);
        if (is_beyond_promise(packed, held->end_ns))
            mdl_node_pool_give_back(packed->then, &held->request, &held->grant);
    }
    does_fit = fits_in_trial(packed, job, now_ns);
    for (size_t i = 0; i < count; i++) {
        const struct held *held = &packed->held[gone[i]->place];

        if (is_beyond_promise(packed, held->end_ns))
            mdl_node_pool_take_same(packed->then, packed->nodes, &held->request, &held->grant);
    }
    return does_fit;
}

static bool is_fragmented(const struct mdl_room *room, const struct mdl_job *job)
{
    const struct packed *packed = (const struct packed *)room;
    struct mdl_node_request request = request_of(packed, job);

    return mdl_node_pool_free_units(packed->nodes) >= job->width &&
           !mdl_node_pool_fits(packed->nodes, &request);
}

static bool take(struct mdl_room *room, const struct mdl_job *job)
{
    struct packed *packed = packed_of(room);
    struct held held = {.request = request_of(packed, job),
                        .end_ns = job->start_ns + length_of(job)};

    if (!grow_held(packed, job->place) ||
        !mdl_ends_add(&packed->ends, held.end_ns, job->place, job->width) ||
        !mdl_node_pool_take(packed->nodes, &held.request, &held.grant))
        return false;
    packed->held[job->place] = held;
    if (!packed->promise.is_active)
        packed->promise.is_known = false;
    if (held.end_ns > packed->then_ns)
        mdl_node_pool_take_same(packed->then, packed->nodes, &held.request, &held.grant);
    return true;
}

static bool give_back(struct mdl_room *room, const struct mdl_job *job, int64_t now_ns)
{
    struct packed *packed = packed_of(room);
    const struct held *held = &packed->held[job->place];

    (void)now_ns;
    if (held->end_ns > packed->then_ns)
        mdl_node_pool_give_back(packed->then, &held->request, &held->grant);
    mdl_node_pool_give_back(packed->nodes, &held->request, &held->grant);
    mdl_ends_remove(&packed->ends, held->end_ns, job->place, job->width);
    forget_refused(packed);
    return true;
}

static bool hold(struct mdl_room *room, int64_t from_ns, int64_t to_ns, int64_t units)
{
    (void)room, (void)from_ns, (void)to_ns, (void)units;
    assert(!"reservations on nodes that jobs share are refused when a scenario is checked");
    return false;
}

static bool resize(struct mdl_room *room, int64_t now_ns, int64_t units)
{
    struct packed *packed = packed_of(room);

    (void)now_ns;
    packed->online = (uint32_t)((int64_t)packed->online + units / (int64_t)packed->units_per_node);
    mdl_node_pool_set_online(packed->nodes, packed->online);
    mdl_node_pool_set_online(packed->then, packed->online);
    forget_refused(packed);
    return true;
}

static const struct mdl_room_kind packed_kind = {
    .free_units = free_units,
    .fits = fits,
    .fits_without = fits_without,
    .is_fragmented = is_fragmented,
    .take = take,
    .give_back = give_back,
    .promise = promise,
    .promised_ns = promised_ns,
    .forget_promises = forget_promises,
    .hold = hold,
    .resize = resize,
};

enum sim_status mdl_room_packed(struct sim_arena *arena, const struct mdl_node_shape *shape,
                                uint32_t node_count, uint32_t online, const struct mdl_need *need,
                                struct mdl_room **out, struct sim_error *err)
{
    struct packed *packed = sim_arena_alloc(arena, 1, sizeof *packed);
    enum sim_status status;

    if (!packed)
        return sim_fail(err, SIM_ENOMEM, "no memory for the nodes of a partition");
    *packed = (struct packed){.room = {&packed_kind},
                              .arena = arena,
                              .shape = *shape,
                              .units_per_node = shape->gpus * shape->slices,
                              .online = online,
                              .has_needs = shape->cores > 0 || shape->memory_bytes > 0,
                              .refused_units = UINT32_MAX,
                              .then_ns = INT64_MIN,
                              .need = need};
    mdl_ends_init(&packed->ends, arena);
    status = mdl_node_pool_create(arena, shape, node_count, &packed->nodes, err);
    if (!status)
        status = mdl_node_pool_create(arena, shape, node_count, &packed->then, err);
    if (!status)
        status = mdl_node_pool_create(arena, shape, node_count, &packed->trial, err);
    if (status)
        return status;
    mdl_node_pool_set_online(packed->nodes, online);
    mdl_node_pool_set_online(packed->then, online);
    *out = &packed->room;
    return SIM_OK;
}
