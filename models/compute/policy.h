/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/policy.h - what decides which waiting job starts: a struct of functions and a
 * name, listed in one array and chosen at run time.
 *
 * A machine is `capacity` interchangeable units. Policies see widths and walltimes, never true
 * run times. At one instant all submits and ends are handed over first, then there is one pass,
 * whose result does not depend on their order. A policy that keeps a plan is told of each submit,
 * end and change of capacity when it happens, and asks for the passes of later instants itself.
 * What a policy may read and do is in partition_private.h.
 */
#ifndef MODELS_COMPUTE_POLICY_H
#define MODELS_COMPUTE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

struct mdl_job;
struct mdl_partition;

/* The queue of a policy that does not keep it in waiting.h. */
struct mdl_policy_queue {
    bool (*push)(struct mdl_partition *partition, struct mdl_job *job); /* false: no memory */
    void (*each)(const struct mdl_partition *partition,
                 void (*visit)(void *context, struct mdl_job *job), void *context);
};

struct mdl_policy {
    const char *name; /* "easy" */
    const char *help; /* one line */
    bool has_index;   /* the queue is kept searchable by width (waiting.h) */
    bool has_outlook; /* so are predicted ends (running.h) */
    /* Starts what may start now (mdl_partition_start). */
    void (*pass)(struct mdl_partition *partition);
    /* The job has just joined the queue: may a pass start it? When not, and nothing else has
     * happened, the instant needs none. */
    bool (*wants_pass)(const struct mdl_partition *partition, const struct mdl_job *job);
    /* Of policies that keep a plan (partition->plan); otherwise NULL. begin: when the partition is
     * made. entered: the job is in the queue. gave_up: a waiting job leaves for good, between
     * passes; it is out of waiting.h, and the policy forgets it. ended: its units are free; on
     * its end, end_ns is set. capacity_changed: by so many units. Those that have `entered`
     * or `ended` ask for their own passes after it (mdl_partition_pass_at). */
    enum sim_status (*begin)(struct mdl_partition *partition, struct sim_error *err);
    void (*entered)(struct mdl_partition *partition, struct mdl_job *job);
    void (*gave_up)(struct mdl_partition *partition, struct mdl_job *job);
    void (*ended)(struct mdl_partition *partition, struct mdl_job *job);
    void (*capacity_changed)(struct mdl_partition *partition, int64_t units);
    const struct mdl_policy_queue *queue; /* NULL: in waiting.h */
};

extern const struct mdl_policy mdl_policy_fcfs;
extern const struct mdl_policy mdl_policy_easy;
extern const struct mdl_policy mdl_policy_conservative;
extern const struct mdl_policy mdl_policy_conservative_rebuild;
extern const struct mdl_policy mdl_policy_multifactor;

/* What easy and fcfs are where jobs share nodes (packed.h); not chosen by name. */
extern const struct mdl_policy mdl_policy_packed;

extern const struct mdl_policy *const mdl_policies[]; /* NULL-terminated */
extern const char *const mdl_policy_names[];          /* NULL-terminated, same order */

const struct mdl_policy *mdl_policy_find(const char *name); /* NULL: no such policy */

#endif /* MODELS_COMPUTE_POLICY_H */
