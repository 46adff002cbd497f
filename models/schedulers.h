/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/schedulers.h - the schedulers of a world's sites and what its partitions need of them,
 * from the plan: accounts of owners, communities and users, QOS, quotas, reservations.
 *
 * Memory   the simulation's arena.
 * Errors   SIM_ENOMEM, SIM_ELIMIT.
 */
#ifndef MODELS_SCHEDULERS_H
#define MODELS_SCHEDULERS_H

#include "models/compute/multifactor.h"
#include "models/compute/packed.h"
#include "models/plan.h"
#include "sim/sim.h"

/* out[site_count]: NULL where no partition is under policy multifactor. */
SIM_NODISCARD enum sim_status mdl_schedulers_create(struct sim *sim, const struct mdl_plan *plan,
                                                    struct mdl_scheduler **out,
                                                    struct sim_error *err);

/* The policy that a partition is created with: easy and fcfs have one of their own where jobs share
 * nodes. */
const struct mdl_policy *mdl_schedulers_policy(const struct mdl_partition_config *partition);

/* Gives a partition that was created with policy multifactor or packed its rules, its nodes if jobs
 * share them, its site's scheduler (NULL: order of entering) and its reservations. */
SIM_NODISCARD enum sim_status mdl_schedulers_set_up(struct sim *sim, const struct mdl_plan *plan,
                                                    size_t partition,
                                                    struct mdl_scheduler *scheduler,
                                                    struct mdl_partition *out,
                                                    struct sim_error *err);

#endif /* MODELS_SCHEDULERS_H */
