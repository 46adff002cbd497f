/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/access/call.h - applications between submission and decision.
 *
 * Whoever is not good enough is rejected when its review is over. Of the others
 *   first come, above a threshold or not: each is awarded when its review is over and there is
 *     room, in the pool of the mode and in the quotas. Else it waits, in order of the ends of the
 *     reviews; only the first of each mode is looked at, and of those the one that was submitted
 *     first is served. Who would need more than there ever is, is refused.
 *   ranked: all of one cut-off are decided together, when the last review of them is over, from
 *     the best on; who does not find room is refused, and the next one is looked at.
 * A pool holds for one cut-off: of a ranked mode for the applications of that cut-off; else it is
 * filled up at the cut-off, and what was left of it is gone.
 *
 * Units    milli-GPU-h (nodes on partitions without accelerators).
 * Memory   entries are the caller's and stay where they are until decided or withdrawn; the rest
 *          lives in the simulation's arena.
 * Errors   create, enter: SIM_ENOMEM aborts the run.
 * Cost     O(modes x quotas) per decision; entering a ranked call O(applications of the cut-off).
 */
#ifndef MODELS_ACCESS_CALL_H
#define MODELS_ACCESS_CALL_H

#include "models/access/quota.h"

enum mdl_decision {
    MDL_DECISION_AWARDED,
    MDL_DECISION_REJECTED, /* not eligible, or not good enough */
    MDL_DECISION_REFUSED,  /* good enough, but there was no room */
};

struct mdl_call_entry {
    struct mdl_claim claim;
    double quality;    /* uniform in (0, 1); the best part pass_frac passes */
    int64_t cutoff_ns; /* that it is in time for; the submission, when continuous */
    void *subject;     /* the caller's */
    /* the call's own */
    struct mdl_call_entry *previous, *next;
    struct mdl_batch *batch; /* of a ranked call */
    uint64_t number;
    bool is_reviewed;
};

struct mdl_mode_counts { /* since the beginning */
    uint64_t entered, awarded, rejected, refused, withdrawn;
    int64_t asked_mgpuh; /* by those who passed */
    int64_t awarded_mgpuh;
    int64_t offered_mgpuh; /* by pools, at their cut-offs */
};

struct mdl_calls;

struct mdl_calls_setting {
    const struct mdl_access_mode_plan *mode; /* [mode_count] */
    size_t mode_count;
    const struct sim_calendar *calendar;
    struct mdl_quotas *quotas;
    void (*decided)(void *context, struct mdl_call_entry *entry, enum mdl_decision decision);
    void *context;
};

SIM_NODISCARD enum sim_status mdl_calls_create(struct sim *sim,
                                               const struct mdl_calls_setting *setting,
                                               struct mdl_calls **out, struct sim_error *err);

/* An application is submitted; its review is over; it is withdrawn before it was decided. */
void mdl_calls_enter(struct mdl_calls *calls, struct mdl_call_entry *entry);
void mdl_calls_reviewed(struct mdl_calls *calls, struct mdl_call_entry *entry);
void mdl_calls_withdraw(struct mdl_calls *calls, struct mdl_call_entry *entry);

/* There may be room again: a project has closed, or a quota's window opened. */
void mdl_calls_closed(struct mdl_calls *calls, const struct mdl_claim *claim);
void mdl_calls_look_again(struct mdl_calls *calls);

/* A claim of a partition finds room now, in pool and quotas. */
bool mdl_calls_have_room(const struct mdl_calls *calls, const struct mdl_claim *claim);

const struct mdl_mode_counts *mdl_calls_counts(const struct mdl_calls *calls, size_t mode);

#endif /* MODELS_ACCESS_CALL_H */
