/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/world.h - the whole model: one config, and the world of one replication built from it.
 *
 *   config   what the scenario says, bound by the field rows below; read-only
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

#include "models/compute/job.h"
#include "models/figures.h"
#include "models/plan.h"
#include "models/transport/network.h"
#include "sim/field.h"
#include "sim/sim.h"

enum mdl_broker_rule { MDL_BROKER_HOME };

struct mdl_config {
    int64_t version;
    const char *name, *title, *description;
    int64_t start_days, end_days;
    int64_t preroll_ns, followup_ns;
    int64_t seed;
    int64_t replications_min, replications_max;
    int broker_rule;
    struct sim_map accelerators, classes, sites, communities, background;
    struct mdl_network_config network;
};

extern const struct sim_field mdl_config_fields[];

/* Rules across keys; report(context, path, ...) collects them. Returns how many were
 * reported. */
typedef void mdl_report_fn(void *context, const char *path, const char *fmt, ...) SIM_PRINTF(3, 4);
size_t mdl_config_check(const struct mdl_config *config, mdl_report_fn *report, void *context);

/* Rules that need what follows from the config: routes, widths, derived rates. */
size_t mdl_plan_check(const struct mdl_plan *plan, mdl_report_fn *report, void *context);

struct mdl_world;

/* A world at the beginning of its pre-roll. */
SIM_NODISCARD enum sim_status mdl_world_create(struct sim *sim, const struct mdl_plan *plan,
                                               struct mdl_world **out, struct sim_error *err);

/* Runs to the end, checks the conservation laws and fills value[plan->figure_count]. */
SIM_NODISCARD enum sim_status mdl_world_run(struct mdl_world *world, double *value,
                                            struct sim_error *err);

/* Records that left so far; for progress and benchmarks. */
uint64_t mdl_world_records(const struct mdl_world *world);

#endif /* MODELS_WORLD_H */
