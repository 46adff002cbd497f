/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/fair_share.h - what each account of a scheduler has used of late, and the factor
 * that follows from it.
 *
 * Accounts are a tree: the site, owners, projects, users. Usage is the integral of what an
 * account's jobs hold, weighted by 2^(-age / half-life). Only ratios of usages matter, so that
 * instead of decaying what is old each moment weighs more than the one before it, by 2^(1 /
 * half-life); an account is brought up to date when what it holds changes or when it is read, and
 * the sum is exact whatever the moments.
 *
 * factor of a user = 2^(-U / S): S = product of the parts of its ancestors and its own, U = its
 * effective usage, U(a) = u(a) + (U(parent) - u(a)) part(a), of an owner U = u; u = usage over
 * that of the site.
 * 1/2 = has had its share.
 *
 * Units    units x ns, scaled; parts 0..1.
 * Memory   the caller's arena.
 * Errors   init: SIM_ENOMEM.
 * Cost     O(depth of the tree) per call.
 * Source   Slurm, "Classic Fairshare Algorithm", slurm.schedmd.com/classic_fair_share.html (normal
 *          and effective usage); decay: priority_multifactor.html, PriorityDecayHalfLife.
 */
#ifndef MODELS_COMPUTE_FAIR_SHARE_H
#define MODELS_COMPUTE_FAIR_SHARE_H

#include <stddef.h>
#include <stdint.h>

#include "sim/arena.h"
#include "sim/error.h"

enum { MDL_ACCOUNT_SITE = 0 }; /* the root */

struct mdl_account {
    uint32_t parent;
    double part;                 /* of its parent's share; those of siblings sum to 1 */
    double share;                /* product of parts down from the root */
    double usage;                /* until `since`, scaled */
    double held;                 /* units now */
    double since;                /* on the scale of weights */
    double factor, factor_since; /* as it was read last */
};

struct mdl_fair_share {
    size_t account_count;
    struct mdl_account *account; /* [account_count]; parents before their children */
    int64_t half_life_ns;        /* 0: nothing is forgotten */
    int64_t origin_ns;           /* where a moment weighs 1 */
    int64_t read_ns;             /* scale_ns and weight are of this moment */
    double scale;                /* integral of the weights */
};

/* Accounts 1 .. count - 1 are set by mdl_fair_share_set before anything is held. */
SIM_NODISCARD enum sim_status mdl_fair_share_init(struct mdl_fair_share *fair_share,
                                                  struct sim_arena *arena, size_t count,
                                                  int64_t half_life_ns, int64_t now_ns,
                                                  struct sim_error *err);

/* parent < account, and set already. */
void mdl_fair_share_set(struct mdl_fair_share *fair_share, uint32_t account, uint32_t parent,
                        double part);

/* From now_ns on the account (and all above it) holds `units` more. now_ns never falls. */
void mdl_fair_share_hold(struct mdl_fair_share *fair_share, uint32_t account, double units,
                         int64_t now_ns);

double mdl_fair_share_factor(struct mdl_fair_share *fair_share, uint32_t account, int64_t now_ns);

/* Of the site's decayed usage, 0 when there is none. */
double mdl_fair_share_used(struct mdl_fair_share *fair_share, uint32_t account, int64_t now_ns);

#endif /* MODELS_COMPUTE_FAIR_SHARE_H */
