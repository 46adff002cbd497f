/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/reserved.h - what the policies with reservations share: the free units over time,
 * and the waiting jobs in order of entering, each with the start it has reserved.
 *
 * Jobs stand in slots of blocks. A block knows its earliest and latest start and its narrowest
 * job, so that who looks for one that is due, that can move or that fits passes over it whole.
 *
 * Memory   the simulation's arena, grown by doubling; jobs are borrowed.
 * Errors   what returns bool and must be looked at is false without memory.
 * Cost     n = slots: append O(1) amortised; set_start and remove O(block); due and next_ns
 *          O(n / block); close_ranks O(n).
 */
#ifndef MODELS_COMPUTE_RESERVED_H
#define MODELS_COMPUTE_RESERVED_H

#include <stdbool.h>
#include <stdint.h>

#include "models/compute/availability.h"
#include "models/compute/job.h"

struct mdl_partition;

enum { MDL_RESERVED_BLOCK = 32 };

#define MDL_NO_SLOT UINT32_MAX

struct mdl_reserved_block {
    struct mdl_job *job[MDL_RESERVED_BLOCK]; /* NULL: it has left, or nobody came yet */
    int64_t start_ns[MDL_RESERVED_BLOCK];    /* SIM_NEVER: nothing is reserved */
    int64_t duration_ns[MDL_RESERVED_BLOCK]; /* walltime, at least 1 ns */
    uint32_t width[MDL_RESERVED_BLOCK];
    /* of those that are there */
    int64_t earliest_ns, latest_ns; /* starts; SIM_NEVER and INT64_MIN when there is none */
    uint32_t narrowest;             /* UINT32_MAX alike */
};

struct mdl_reserved {
    struct mdl_availability free; /* without what runs and what is reserved */
    int64_t capacity;
    struct sim_arena *arena;
    struct mdl_reserved_block *block;
    uint32_t block_count;      /* room for */
    uint32_t first, end, live; /* slots: before the first and from the end on there is no job */
};

/* Everything is free from the partition's present on. */
SIM_NODISCARD bool mdl_reserved_init(struct mdl_reserved *reserved,
                                     const struct mdl_partition *partition);

/* How long a job holds its units: one of no length has them for an instant. */
static inline int64_t mdl_reserved_duration_ns(const struct mdl_job *job)
{
    return job->walltime_ns > 0 ? job->walltime_ns : 1;
}

static inline struct mdl_reserved_block *mdl_reserved_block_of(const struct mdl_reserved *reserved,
                                                               uint32_t slot)
{
    return &reserved->block[slot / MDL_RESERVED_BLOCK];
}

/* Behind all others, with nothing reserved. */
SIM_NODISCARD bool mdl_reserved_append(struct mdl_reserved *reserved, struct mdl_job *job);
void mdl_reserved_set_start(struct mdl_reserved *reserved, uint32_t slot, int64_t start_ns);
void mdl_reserved_remove(struct mdl_reserved *reserved, uint32_t slot);

/* The job in the slot, which holds none, reserves the earliest units there are; none when it is
 * wider than the machine. */
SIM_NODISCARD bool mdl_reserved_place(struct mdl_reserved *reserved, uint32_t slot);
SIM_NODISCARD bool mdl_reserved_give_back_all(struct mdl_reserved *reserved);

/* When more slots are empty than taken, jobs move up, each to a lower slot. */
void mdl_reserved_close_ranks(struct mdl_reserved *reserved);

/* The first slot with a start <= now_ns, or MDL_NO_SLOT. */
uint32_t mdl_reserved_due(const struct mdl_reserved *reserved, int64_t now_ns);

/* The earliest start; SIM_NEVER: none. */
int64_t mdl_reserved_next_ns(const struct mdl_reserved *reserved);

/* The last slot before `end` with a job of at most `width`, or MDL_NO_SLOT. */
uint32_t mdl_reserved_last_within(const struct mdl_reserved *reserved, uint32_t end, int64_t width);

/* Starts the jobs whose reservation has come, in order of entering. */
void mdl_reserved_start_due(struct mdl_partition *partition, struct mdl_reserved *reserved);

/* The capacity of the partition has changed, as of now. Reservations stay: units may lack. */
SIM_NODISCARD bool mdl_reserved_set_capacity(struct mdl_reserved *reserved,
                                             const struct mdl_partition *partition);

/* A job that ran has ended, now: what was left of its walltime becomes free. */
SIM_NODISCARD bool mdl_reserved_end(struct mdl_reserved *reserved, const struct mdl_job *job);

#endif /* MODELS_COMPUTE_RESERVED_H */
