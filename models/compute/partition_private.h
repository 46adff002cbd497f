/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/partition_private.h - what a policy sees of its partition, and what it does.
 */
#ifndef MODELS_COMPUTE_PARTITION_PRIVATE_H
#define MODELS_COMPUTE_PARTITION_PRIVATE_H

#include "models/compute/partition.h"
#include "models/compute/running.h"
#include "models/compute/waiting.h"

/* The promise to the head of the queue that EASY backfilling must keep. */
struct mdl_reservation {
    bool is_valid; /* false: a job has ended or the capacity has changed since, or there is none */
    int64_t start_ns; /* when enough will be free by predicted ends; SIM_NEVER: not as things are */
    int64_t extra;    /* units that will be free then and not needed */
};

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
    struct sim_timer end_timer, pass_timer;
    int64_t end_armed_ns; /* what end_timer waits for */
    bool is_pass_due;     /* pass_timer is armed at the present */
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

/* Starts heads while they fit; the head that does not, or NULL. */
struct mdl_job *mdl_partition_start_heads(struct mdl_partition *partition);

/* The run cannot go on for want of memory. */
void mdl_partition_no_memory(struct mdl_partition *partition);

#endif /* MODELS_COMPUTE_PARTITION_PRIVATE_H */
