/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/waiting.h - the queue of a partition, in order of entering, and an index by
 * width that finds the first job that fits into a hole.
 *
 * The queue is a ring. A job enters the index only when a pass has looked at it and left it
 * waiting: the jobs not yet indexed are always the last of the queue, so what starts on arrival
 * never costs more than the ring.
 *
 * The index sorts jobs into buckets: one for each width up to 16, above that 1/8 of an octave
 * each. A bucket keeps its jobs in order of entering under an 8-ary tree of minima of
 * their walltimes (and of widths, where a bucket mixes them). A hole is {free, extra, window}:
 * a job fits when width <= free and (walltime <= window or width <= extra).
 *
 * Memory   the simulation's arena, grown by doubling; jobs are borrowed.
 * Errors   push and index_newcomer return false without memory, and have changed nothing.
 * Cost     push, drop and index_newcomer O(1) amortised; a search O(buckets in use up
 *          to `free`) for its start and O(buckets + log n) for each job found. Only in the two
 *          buckets that `free` and `extra` fall into, and only when they mix widths, may a
 *          search look at jobs in vain.
 */
#ifndef MODELS_COMPUTE_WAITING_H
#define MODELS_COMPUTE_WAITING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/compute/job.h"
#include "sim/arena.h"
#include "sim/error.h"

enum {
    MDL_WAITING_EXACT_BITS = 4,  /* widths up to 2^4 have a bucket each */
    MDL_WAITING_OCTAVE_BITS = 3, /* above, 2^3 buckets an octave */
    MDL_WAITING_BUCKETS =
        (1 << MDL_WAITING_EXACT_BITS) + ((32 - MDL_WAITING_EXACT_BITS) << MDL_WAITING_OCTAVE_BITS),
    MDL_WAITING_LEVELS = 9, /* 8^8 jobs in a bucket */
};

struct mdl_bucket {
    _Alignas(64) uint32_t first; /* no job before this slot */
    uint32_t end, capacity;      /* slots used, slots there (a power of two >= 8) */
    uint32_t live;               /* jobs; the other slots of first..end have been left */
    uint32_t width_max;          /* of all jobs since it was last empty */
    uint32_t top;                /* the level that is one number */
    uint32_t seen_to;            /* no job before this slot has a walltime <= seen_limit_ns */
    int64_t seen_limit_ns;
    struct mdl_bucket_entry {
        uint64_t order; /* rising with the slot */
        struct mdl_job *job;
    } * entry;                                /* [slot] */
    int64_t *walltime_ns[MDL_WAITING_LEVELS]; /* [level][slot / 8^level]; left: INT64_MAX */
    uint32_t *width[MDL_WAITING_LEVELS];      /* alike; NULL where all are of one width */
};

struct mdl_waiting {
    struct sim_arena *arena;
    struct mdl_job **ring; /* [capacity]; NULL where a job has left */
    uint32_t capacity;     /* a power of two */
    uint32_t head, tail;   /* positions, mod 2^32; the slot is position & (capacity - 1) */
    uint32_t unindexed;    /* position of the first job that is not in the index */
    uint32_t count;
    uint64_t next_order;
    /* the index; b = bucket */
    struct mdl_bucket *bucket;                        /* [bucket_of(width_max) + 1] or NULL */
    uint64_t in_use[(MDL_WAITING_BUCKETS + 63) / 64]; /* bit b: it has jobs */
    int64_t least_walltime_ns[MDL_WAITING_BUCKETS];   /* the top of its tree */
    uint32_t least_width[MDL_WAITING_BUCKETS];        /* of all jobs since it was last empty */
};

struct mdl_hole {
    int64_t free, extra; /* units */
    int64_t window_ns;   /* until the units above `extra` are needed */
};

static inline bool mdl_hole_takes(const struct mdl_hole *hole, int64_t walltime_ns, uint32_t width)
{
    return width <= hole->free && (walltime_ns <= hole->window_ns || width <= hole->extra);
}

/* A search in progress: of each bucket the place where it stands, and the job there if it still
 * waits. */
struct mdl_waiting_search {
    struct mdl_hole hole; /* lower it as jobs start, never raise it */
    uint32_t count;
    struct mdl_candidate {
        struct mdl_bucket_entry at;
        int64_t walltime_ns;
        uint32_t width; /* UINT32_MAX: taken */
        uint32_t bucket, slot;
    } candidate[MDL_WAITING_BUCKETS];
};

/* width_max: the widest job of searches; 0 = there will be none, and nothing is indexed. */
SIM_NODISCARD enum sim_status mdl_waiting_init(struct mdl_waiting *waiting, struct sim_arena *arena,
                                               uint32_t width_max, struct sim_error *err);

/* At the end of the queue, not in the index. */
SIM_NODISCARD bool mdl_waiting_push(struct mdl_waiting *waiting, struct mdl_job *job);

static inline struct mdl_job *mdl_waiting_at(const struct mdl_waiting *waiting, uint32_t position)
{
    return waiting->ring[position & (waiting->capacity - 1)];
}

/* The first in order of entering; NULL when the queue is empty. */
static inline struct mdl_job *mdl_waiting_head(const struct mdl_waiting *waiting)
{
    return waiting->count ? mdl_waiting_at(waiting, waiting->head) : NULL;
}

void mdl_waiting_drop_head(struct mdl_waiting *waiting);

/* Any job that waits, in the index or not. O(log n). */
void mdl_waiting_remove(struct mdl_waiting *waiting, const struct mdl_job *job);

/* The first job that is not in the index (NULL: all are), and the two ways on. */
static inline struct mdl_job *mdl_waiting_newcomer(const struct mdl_waiting *waiting)
{
    return waiting->unindexed == waiting->tail ? NULL : mdl_waiting_at(waiting, waiting->unindexed);
}
void mdl_waiting_drop_newcomer(struct mdl_waiting *waiting);
SIM_NODISCARD bool mdl_waiting_index_newcomer(struct mdl_waiting *waiting);

/* Begins a search among the indexed jobs. */
void mdl_waiting_search(const struct mdl_waiting *waiting, const struct mdl_hole *hole,
                        struct mdl_waiting_search *search);

/* Takes the first job, in order of entering, that fits search->hole, out of the queue; NULL when
 * there is none. Each call goes on behind the last job found. */
struct mdl_job *mdl_waiting_take(struct mdl_waiting *waiting, struct mdl_waiting_search *search);

/* The same without a search, for those whose hole is no mere number of units. The first slot of a
 * bucket >= from whose job fits, or MDL_WAITING_NONE; the first one of a job that entered later
 * than `order`. */
#define MDL_WAITING_NONE UINT32_MAX
uint32_t mdl_waiting_find(const struct mdl_waiting *waiting, uint32_t b, uint32_t from,
                          const struct mdl_hole *hole);
uint32_t mdl_waiting_slot_after(const struct mdl_waiting *waiting, uint32_t b, uint64_t order);

/* The job of a slot leaves the queue. */
struct mdl_job *mdl_waiting_take_at(struct mdl_waiting *waiting, uint32_t b, uint32_t slot);

/* The bucket of a width >= 1. */
uint32_t mdl_waiting_bucket_of(uint32_t width);

#endif /* MODELS_COMPUTE_WAITING_H */
