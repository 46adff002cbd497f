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

struct mdl_job;
struct mdl_partition;

struct mdl_policy {
    const char *name; /* "easy" */
    const char *help; /* one line */
    bool looks_ahead; /* past the head: the queue and the predicted ends are kept searchable */
    /* Starts what may start now (mdl_partition_start). */
    void (*pass)(struct mdl_partition *partition);
    /* The job has just joined the queue: may a pass start it? When not, and nothing else has
     * happened, the instant needs none. */
    bool (*wants_pass)(const struct mdl_partition *partition, const struct mdl_job *job);
    /* Of policies that keep a plan (partition->plan); otherwise NULL. begin: false without
     * memory. ended: job->end_ns is set, its units are free. */
    bool (*begin)(struct mdl_partition *partition);
    void (*entered)(struct mdl_partition *partition, struct mdl_job *job);
    void (*ended)(struct mdl_partition *partition, struct mdl_job *job);
    void (*capacity_changed)(struct mdl_partition *partition);
};

extern const struct mdl_policy mdl_policy_fcfs;
extern const struct mdl_policy mdl_policy_easy;
extern const struct mdl_policy mdl_policy_conservative;
extern const struct mdl_policy mdl_policy_conservative_rebuild;

extern const struct mdl_policy *const mdl_policies[]; /* NULL-terminated */
extern const char *const mdl_policy_names[];          /* NULL-terminated, same order */

const struct mdl_policy *mdl_policy_find(const char *name); /* NULL: no such policy */

#endif /* MODELS_COMPUTE_POLICY_H */
