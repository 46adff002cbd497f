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
#include "models/compute/node_pool.h"
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
    /* Enough units are free for the job, but not where it could use them. NULL: never. */
    bool (*is_fragmented)(const struct mdl_room *room, const struct mdl_job *job);
    /* The job, whose start_ns is now, takes its place; and leaves it. */
    bool (*take)(struct mdl_room *room, const struct mdl_job *job);
    bool (*give_back)(struct mdl_room *room, const struct mdl_job *job, int64_t now_ns);
    /* Keeps room for the job from the earliest moment on that begins before until_ns; there may
     * be none. */
    bool (*promise)(struct mdl_room *room, const struct mdl_job *job, int64_t now_ns,
                    int64_t until_ns);
    /* When the promise that stands begins; SIM_NEVER: there is none. NULL: not told. */
    int64_t (*promised_ns)(const struct mdl_room *room);
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

/* What a job of a class needs beside each accelerator; on a machine that does not count cores or
 * memory they do not matter. */
struct mdl_need {
    double cores_per_gpu;
    double memory_per_gpu_bytes;
};

/* Nodes that jobs share, by best fit (node_pool.h); a unit is a slice of an accelerator. One
 * promise at a time: further ones are not given. `hold` is not supported. A running job is known by
 * its `place`, of which no two have the same. online: nodes, of node_count that there will be at
 * most. need[class] is borrowed.
 *
 * Cost     take and give_back O(log nodes) and a move in the list of predicted ends; fits O(log
 *          nodes), twice while there is a promise; promise: a copy of the nodes and O(log nodes)
 *          for each running job that must end before, nothing when only jobs have started since
 *          the same job was promised. */
SIM_NODISCARD enum sim_status mdl_room_packed(struct sim_arena *arena,
                                              const struct mdl_node_shape *shape,
                                              uint32_t node_count, uint32_t online,
                                              const struct mdl_need *need, struct mdl_room **out,
                                              struct sim_error *err);

#endif /* MODELS_COMPUTE_ROOM_H */
