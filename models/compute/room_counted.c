/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Promises are intervals of the profile like running jobs; a list remembers what to take out. */
#include "models/compute/availability.h"
#include "models/compute/room.h"

#include "sim/timer.h"

enum { FIRST_PROMISES = 16 };

struct promise {
    int64_t from_ns, to_ns;
    uint32_t units;
};

struct counted {
    struct mdl_room room;
    struct sim_arena *arena;
    struct mdl_availability free;
    struct promise *promise; /* [promise_count] */
    size_t promise_count, promise_capacity;
};

static struct counted *counted_of(struct mdl_room *room)
{
    return (struct counted *)room;
}

/* A job of no length holds its units for a moment all the same. */
static int64_t length_of(const struct mdl_job *job)
{
    return job->walltime_ns > 0 ? job->walltime_ns : 1;
}

static int64_t free_units(const struct mdl_room *room, int64_t now_ns)
{
    return mdl_availability_at(&((const struct counted *)room)->free, now_ns);
}

static bool fits(struct mdl_room *room, const struct mdl_job *job, int64_t now_ns)
{
    return mdl_availability_fits(&counted_of(room)->free, now_ns, now_ns + length_of(job),
                                 job->width);
}

static bool take(struct mdl_room *room, const struct mdl_job *job)
{
    struct counted *counted = counted_of(room);

    mdl_availability_forget(&counted->free, job->start_ns);
    return mdl_availability_add(&counted->free, job->start_ns, job->start_ns + length_of(job),
                                -(int64_t)job->width);
}

static bool give_back(struct mdl_room *room, const struct mdl_job *job, int64_t now_ns)
{
    return mdl_availability_add(&counted_of(room)->free, now_ns, job->start_ns + length_of(job),
                                job->width);
}

static bool fits_without(struct mdl_room *room, const struct mdl_job *job, int64_t now_ns,
                         struct mdl_job *const *gone, size_t count)
{
    struct mdl_availability *free = &counted_of(room)->free;
    size_t given = 0;
    bool does_fit, is_whole = true;

    while (given < count && give_back(room, gone[given], now_ns))
        given++;
    does_fit = given == count && fits(room, job, now_ns);
    while (given-- > 0)
        is_whole =
            mdl_availability_add(free, now_ns, gone[given]->start_ns + length_of(gone[given]),
                                 -(int64_t)gone[given]->width) &&
            is_whole;
    return does_fit && is_whole;
}

static bool note_promise(struct counted *counted, struct promise promise)
{
    if (counted->promise_count == counted->promise_capacity) {
        size_t capacity =
            counted->promise_capacity ? 2 * counted->promise_capacity : FIRST_PROMISES;
        void *grown = sim_arena_resize(counted->arena, counted->promise, capacity, sizeof promise);

        if (!grown)
            return false;
        counted->promise = grown;
        counted->promise_capacity = capacity;
    }
    if (!mdl_availability_add(&counted->free, promise.from_ns, promise.to_ns,
                              -(int64_t)promise.units))
        return false;
    counted->promise[counted->promise_count++] = promise;
    return true;
}

/* The window is of the beginning: what is free must be so to the end, beyond the window too. */
static bool promise(struct mdl_room *room, const struct mdl_job *job, int64_t now_ns,
                    int64_t until_ns)
{
    struct counted *counted = counted_of(room);
    int64_t start_ns =
        mdl_availability_earliest(&counted->free, now_ns, SIM_NEVER, length_of(job), job->width);

    if (start_ns >= until_ns)
        return true;
    return note_promise(counted, (struct promise){start_ns, start_ns + length_of(job), job->width});
}

static bool forget_promises(struct mdl_room *room)
{
    struct counted *counted = counted_of(room);

    while (counted->promise_count > 0) {
        const struct promise *last = &counted->promise[--counted->promise_count];

        if (!mdl_availability_add(&counted->free, last->from_ns, last->to_ns, last->units))
            return false;
    }
    return true;
}

static bool hold(struct mdl_room *room, int64_t from_ns, int64_t to_ns, int64_t units)
{
    return mdl_availability_add(&counted_of(room)->free, from_ns, to_ns, -units);
}

static bool resize(struct mdl_room *room, int64_t now_ns, int64_t units)
{
    return mdl_availability_add(&counted_of(room)->free, now_ns, SIM_NEVER, units);
}

static const struct mdl_room_kind counted_kind = {
    .free_units = free_units,
    .fits = fits,
    .fits_without = fits_without,
    .take = take,
    .give_back = give_back,
    .promise = promise,
    .forget_promises = forget_promises,
    .hold = hold,
    .resize = resize,
};

enum sim_status mdl_room_counted(struct sim_arena *arena, int64_t now_ns, int64_t units,
                                 struct mdl_room **out, struct sim_error *err)
{
    struct counted *counted = sim_arena_alloc(arena, 1, sizeof *counted);
    enum sim_status status;

    if (!counted)
        return sim_fail(err, SIM_ENOMEM, "no memory for the room of a partition");
    counted->room.kind = &counted_kind;
    counted->arena = arena;
    status = mdl_availability_init(&counted->free, arena, now_ns, units, err);
    if (!status)
        *out = &counted->room;
    return status;
}
