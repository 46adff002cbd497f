/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/partition_private.h - what a policy sees of its partition, and what it does.
 */
#ifndef MODELS_COMPUTE_PARTITION_PRIVATE_H
#define MODELS_COMPUTE_PARTITION_PRIVATE_H

#include "models/compute/partition.h"
#include "models/compute/patience.h"
#include "models/compute/running.h"
#include "models/compute/waiting.h"

/* The promise to the head of the queue that EASY backfilling must keep. */
struct mdl_reservation {
    bool is_valid; /* false: a job has ended or the capacity has changed since, or there is none */
    int64_t start_ns; /* when enough will be free by predicted ends; SIM_NEVER: not as things are */
    int64_t extra;    /* units that will be free then and not needed */
};

struct mdl_multifactor; /* multifactor_private.h */

struct mdl_partition {
    int64_t free; /* units; below 0 when more is busy than there is */
    struct mdl_waiting waiting;
    struct mdl_running running;
    struct mdl_reservation reservation; /* policies with promises; made invalid by the partition */
    struct mdl_waiting_search search;   /* scratch of a pass */
    void *plan;                         /* of a policy that keeps one */
    /* nobody else's business */
    struct sim *sim;
    const struct mdl_policy *policy;
    const char *name;
    struct mdl_partition_hooks hooks;
    struct mdl_patience patience;
    struct sim_timer end_timer, pass_timer, patience_timer;
    int64_t end_armed_ns;               /* what end_timer waits for */
    bool is_pass_due;                   /* pass_timer is armed at the present */
    bool holds_back;                    /* it may keep units free */
    int64_t maintenance, reserved_idle; /* those units */
    bool is_fragmented; /* enough units are free for the head, but not where it could use them */
    uint32_t width_max;
    struct mdl_partition_state state;
    sim_i128 waiting_unit_ns;       /* sum of walltime x width in the queue */
    sim_i128 predicted_end_unit_ns; /* sum of predicted end x width of what runs */
};

/* The job, already out of the queue, gets its units now. job->width <= partition->free. */
void mdl_partition_start(struct mdl_partition *partition, struct mdl_job *job);

/* The policy's next pass is at time_ns >= now, in place of the one it has asked for before;
 * SIM_NEVER: none. The pass of this instant stays, if there is to be one. */
void mdl_partition_pass_at(struct mdl_partition *partition, int64_t time_ns);
/* So many units are kept free, for nobody and for members who do not use them. */
void mdl_partition_hold_back(struct mdl_partition *partition, int64_t maintenance,
                             int64_t reserved_idle);

/* After a pass: is what is left free useless to the head because it is scattered? */
void mdl_partition_note_fragmented(struct mdl_partition *partition, bool is_fragmented);

/* A running job gives its units back and ... enters the queue again, with its old order. Returns
 * how much of the attempt its pace has cost. */
int64_t mdl_partition_stop(struct mdl_partition *partition, struct mdl_job *job);
void mdl_partition_requeue(struct mdl_partition *partition, struct mdl_job *job, int64_t lost_ns);

/* There is a pass at this instant. */
void mdl_partition_ask_for_pass(struct mdl_partition *partition);

/* Starts heads while they fit; the head that does not, or NULL. */
struct mdl_job *mdl_partition_start_heads(struct mdl_partition *partition);

/* The run cannot go on for want of memory. */
void mdl_partition_no_memory(struct mdl_partition *partition);

#endif /* MODELS_COMPUTE_PARTITION_PRIVATE_H */
