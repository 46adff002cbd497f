/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/key_plan.h - the links of a scenario that have keys: what they make, what they cost.
 *
 * Units    whole microbits per second, bits, EUR per year.
 * Memory   the scenario's arena.
 * Errors   SIM_ENOMEM.
 */
#ifndef MODELS_KEY_PLAN_H
#define MODELS_KEY_PLAN_H

#include "models/checker.h"
#include "models/config.h"
#include "models/transport/routes.h"

struct mdl_keys_plan {
    size_t count;                  /* links that have keys */
    const size_t *link;            /* [count] */
    const int64_t *rate_ubit;      /* [link]; 0: it has none */
    const uint64_t *store_bits;    /* [link] */
    const double *cost_eur_per_yr; /* [link] */
};

SIM_NODISCARD enum sim_status mdl_keys_plan_init(struct mdl_keys_plan *plan,
                                                 const struct mdl_network_plan *network,
                                                 struct sim_arena *arena, struct sim_error *err);

/* Rules across keys of the network. */
void mdl_keys_check(const struct mdl_checker *c);

#endif /* MODELS_KEY_PLAN_H */
