/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/world.h - the whole model: the world of one replication, built from one plan.
 *
 *   config   what the scenario says; read-only (models/config.h)
 *   plan     what follows from the config and is the same for every replication (models/plan.h)
 *   world    the state of one replication: partitions, sources, transfers, tallies
 *
 * Memory   config and plan live in the scenario's arena, a world in its simulation's.
 * Errors   mdl_world_run returns the first failure of any model; SIM_EINVARIANT when a
 *          conservation law does not hold at the end.
 * Threads  a plan is shared read-only; a world belongs to one thread.
 */
#ifndef MODELS_WORLD_H
#define MODELS_WORLD_H

#include "models/plan.h"
#include "sim/sim.h"

struct mdl_world;

/* A world at the beginning of its pre-roll. */
SIM_NODISCARD enum sim_status mdl_world_create(struct sim *sim, const struct mdl_plan *plan,
                                               struct mdl_world **out, struct sim_error *err);

/* Runs to the end, checks the conservation laws and fills value[plan->figure_count] and
 * beyond[plan->figure_count], as mdl_figures_fill does. */
SIM_NODISCARD enum sim_status mdl_world_run(struct mdl_world *world, double *value, uint8_t *beyond,
                                            struct sim_error *err);

/* Records that left so far; for progress and benchmarks. */
uint64_t mdl_world_records(const struct mdl_world *world);

#endif /* MODELS_WORLD_H */
