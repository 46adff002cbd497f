/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/policy.h - what decides which waiting job starts: a struct of functions and a
 * name, listed in one array and chosen at run time.
 *
 * A machine is `capacity` interchangeable units. Policies see widths and walltimes, never true
 * run times. At one instant all submits and ends are handed over first, then there is one pass,
 * whose result does not depend on their order; policies marked `pass_each_event` are called
 * after each instead. What a policy may read and do is in partition_private.h.
 */
#ifndef MODELS_COMPUTE_POLICY_H
#define MODELS_COMPUTE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

struct mdl_job;
struct mdl_partition;

/* What a policy with a queue of its own does instead of waiting.h. */
struct mdl_policy_engine {
    enum sim_status (*create)(struct mdl_partition *partition, struct sim_error *err);
    bool (*push)(struct mdl_partition *partition, struct mdl_job *job); /* false: no memory */
    /* The waiting job leaves the queue, between passes. */
    void (*remove)(struct mdl_partition *partition, struct mdl_job *job);
    /* The job has given its units back. */
    void (*ended)(struct mdl_partition *partition, struct mdl_job *job);
    /* The capacity has grown by so many units (below 0: has fallen). */
    void (*resized)(struct mdl_partition *partition, int64_t units);
    void (*each_waiting)(const struct mdl_partition *partition,
                         void (*visit)(void *context, struct mdl_job *job), void *context);
};

struct mdl_policy {
    const char *name; /* "easy" */
    const char *help; /* one line */
    bool pass_each_event;
    const struct mdl_policy_engine *engine; /* NULL: the queue is in waiting.h */
    bool looks_ahead; /* past the head: the queue and the predicted ends are kept searchable */
    /* Starts what may start now (mdl_partition_start). */
    void (*pass)(struct mdl_partition *partition);
    /* The job has just joined the queue: may a pass start it? When not, and nothing else has
     * happened, the instant needs none. */
    bool (*wants_pass)(const struct mdl_partition *partition, const struct mdl_job *job);
};

extern const struct mdl_policy mdl_policy_fcfs;
extern const struct mdl_policy mdl_policy_easy;
extern const struct mdl_policy mdl_policy_multifactor;

extern const struct mdl_policy *const mdl_policies[]; /* NULL-terminated */
extern const char *const mdl_policy_names[];          /* NULL-terminated, same order */

const struct mdl_policy *mdl_policy_find(const char *name); /* NULL: no such policy */

#endif /* MODELS_COMPUTE_POLICY_H */
