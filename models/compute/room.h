/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/room.h - where a job would fit, now and later: what policy multifactor asks of a
 * machine. Two kinds: interchangeable units (room_counted.c), and nodes that jobs share.
 *
 * A running job is known by its start, walltime and width, so it is given back without more. A
 * promise keeps room for a waiting job; promises last until they are forgotten, at the end of each
 * pass.
 *
 * Units    allocation units of the partition, ns.
 * Memory   the simulation's arena; jobs are borrowed.
 * Errors   take, give_back, promise, forget_promises, hold and resize return false without memory
 *          (the rest of the run cannot be right then).
 */
#ifndef MODELS_COMPUTE_ROOM_H
#define MODELS_COMPUTE_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/compute/job.h"
#include "sim/arena.h"
#include "sim/error.h"

struct mdl_room {
    const struct mdl_room_kind *kind;
};

struct mdl_room_kind {
    /* Units that nobody holds now, for whom they may be (below 0: more is held than there is). */
    int64_t (*free_units)(const struct mdl_room *room, int64_t now_ns);
    /* May the job run from now on for its walltime without breaking a promise? */
    bool (*fits)(struct mdl_room *room, const struct mdl_job *job, int64_t now_ns);
    /* The same if these running jobs were gone. */
    bool (*fits_without)(struct mdl_room *room, const struct mdl_job *job, int64_t now_ns,
                         struct mdl_job *const *gone, size_t count);
    /* The job, whose start_ns is now, takes its place; and leaves it. */
    bool (*take)(struct mdl_room *room, const struct mdl_job *job);
    bool (*give_back)(struct mdl_room *room, const struct mdl_job *job, int64_t now_ns);
    /* Keeps room for the job from the earliest moment on that begins before until_ns; there may
     * be none. */
    bool (*promise)(struct mdl_room *room, const struct mdl_job *job, int64_t now_ns,
                    int64_t until_ns);
    bool (*forget_promises)(struct mdl_room *room);
    /* Units are kept from all on [from_ns, to_ns), from now or a later moment on. */
    bool (*hold)(struct mdl_room *room, int64_t from_ns, int64_t to_ns, int64_t units);
    /* From now on there are so many units more (below 0: fewer). */
    bool (*resize)(struct mdl_room *room, int64_t now_ns, int64_t units);
};

/* Interchangeable units: any number of promises and holds. Cost O(log n) per call, n = jobs that
 * run and promises; a promise O(log n) per stretch that is too narrow (availability.h). */
SIM_NODISCARD enum sim_status mdl_room_counted(struct sim_arena *arena, int64_t now_ns,
                                               int64_t units, struct mdl_room **out,
                                               struct sim_error *err);

#endif /* MODELS_COMPUTE_ROOM_H */
