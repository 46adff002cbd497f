/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/bookings.h - what the policies with reservations share: the free units over time,
 * and the waiting jobs in order of entering, each with the start it has booked.
 *
 * Jobs stand in slots of blocks. A block knows its earliest and latest start and its narrowest
 * job, so that who looks for one that is due, that can move or that fits passes over it whole.
 *
 * Memory   the simulation's arena, grown by doubling; jobs are borrowed.
 * Errors   what returns bool and must be looked at is false without memory.
 * Cost     n = slots: append O(1) amortised; set_start and remove O(block); due and next_ns
 *          O(n / block); close_ranks O(n).
 */
#ifndef MODELS_COMPUTE_BOOKINGS_H
#define MODELS_COMPUTE_BOOKINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/compute/availability.h"
#include "models/compute/job.h"

struct mdl_partition;

enum { MDL_BOOKINGS_BLOCK = 32 };

#define MDL_NO_SLOT UINT32_MAX

struct mdl_booking_block {
    struct mdl_job *job[MDL_BOOKINGS_BLOCK]; /* NULL: it has left, or nobody came yet */
    int64_t start_ns[MDL_BOOKINGS_BLOCK];    /* SIM_NEVER: nothing is booked */
    int64_t duration_ns[MDL_BOOKINGS_BLOCK]; /* walltime, at least 1 ns */
    uint32_t width[MDL_BOOKINGS_BLOCK];
    /* of those that are there */
    int64_t earliest_ns, latest_ns; /* starts; SIM_NEVER and INT64_MIN when there is none */
    uint32_t narrowest;             /* UINT32_MAX alike */
};

struct mdl_bookings {
    struct mdl_availability free; /* without what runs and what is booked */
    int64_t capacity;
    struct sim_arena *arena;
    struct mdl_booking_block *block;
    uint32_t block_count;      /* room for */
    uint32_t first, end, live; /* slots: before the first and from the end on there is no job */
};

/* Everything is free from the partition's present on. */
SIM_NODISCARD bool mdl_bookings_init(struct mdl_bookings *bookings,
                                     const struct mdl_partition *partition);

/* How long a job holds its units: one of no length has them for an instant. */
static inline int64_t mdl_bookings_duration_ns(const struct mdl_job *job)
{
    return job->walltime_ns > 0 ? job->walltime_ns : 1;
}

static inline struct mdl_booking_block *mdl_bookings_block_of(const struct mdl_bookings *bookings,
                                                              uint32_t slot)
{
    return &bookings->block[slot / MDL_BOOKINGS_BLOCK];
}

/* Behind all others, with nothing booked. */
SIM_NODISCARD bool mdl_bookings_append(struct mdl_bookings *bookings, struct mdl_job *job);
void mdl_bookings_set_start(struct mdl_bookings *bookings, uint32_t slot, int64_t start_ns);
void mdl_bookings_remove(struct mdl_bookings *bookings, uint32_t slot);

/* The job in the slot, which holds none, reserves the earliest units there are; none when it is
 * wider than the machine. */
SIM_NODISCARD bool mdl_bookings_place(struct mdl_bookings *bookings, uint32_t slot);
SIM_NODISCARD bool mdl_bookings_give_back_all(struct mdl_bookings *bookings);

/* A job that waits leaves, and what it had booked is free again: [*from_ns, *to_ns), empty when it
 * had nothing. O(n). */
SIM_NODISCARD bool mdl_bookings_withdraw(struct mdl_bookings *bookings, const struct mdl_job *job,
                                         int64_t *from_ns, int64_t *to_ns);

/* When more slots are empty than taken, jobs move up, each to a lower slot. */
void mdl_bookings_close_ranks(struct mdl_bookings *bookings);

/* The first slot with a start <= now_ns, or MDL_NO_SLOT. */
uint32_t mdl_bookings_due(const struct mdl_bookings *bookings, int64_t now_ns);

/* The earliest start; SIM_NEVER: none. */
int64_t mdl_bookings_next_ns(const struct mdl_bookings *bookings);

/* The last slot before `end` with a job of at most `width`, or MDL_NO_SLOT. */
uint32_t mdl_bookings_last_within(const struct mdl_bookings *bookings, uint32_t end, int64_t width);

/* Starts the jobs whose reservation has come, in order of entering. */
void mdl_bookings_start_due(struct mdl_partition *partition, struct mdl_bookings *bookings);

/* The capacity of the partition has changed, as of now. Reservations stay: units may lack. */
SIM_NODISCARD bool mdl_bookings_set_capacity(struct mdl_bookings *bookings,
                                             const struct mdl_partition *partition);

/* A job that ran has ended, now: what was left of its walltime becomes free. */
SIM_NODISCARD bool mdl_bookings_end(struct mdl_bookings *bookings, const struct mdl_job *job);

#endif /* MODELS_COMPUTE_BOOKINGS_H */
