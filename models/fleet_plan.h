/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/fleet_plan.h - cells and fleets as they follow from a config.
 *
 * Memory   the scenario's arena.
 * Errors   SIM_ENOMEM.
 */
#ifndef MODELS_FLEET_PLAN_H
#define MODELS_FLEET_PLAN_H

#include "models/config.h"
#include "models/demand/fleet.h"
#include "models/storage_plan.h"
#include "models/transport/routes.h"

struct mdl_fleets_plan {
    size_t cell_count, fleet_count;
    size_t radio_count; /* of members of communities, over all cells */
    struct mdl_cell_plan *cell;
    struct mdl_fleet_plan *fleet; /* without streams where no way leads */
};

/* Cells and their channels; the network has been laid. */
SIM_NODISCARD enum sim_status mdl_fleets_lay(struct mdl_fleets_plan *plan,
                                             const struct mdl_config *config,
                                             const struct mdl_network_plan *network,
                                             struct mdl_channels *channels, struct sim_error *err);

/* Fleets and their streams; the ways of the network are known. */
SIM_NODISCARD enum sim_status mdl_fleets_find_ways(struct mdl_fleets_plan *plan,
                                                   const struct mdl_config *config,
                                                   const struct mdl_network_plan *network,
                                                   const struct mdl_storage_plan *storage,
                                                   struct sim_arena *arena, struct sim_error *err);

/* The cell that an entry of a community's access names; NULL: it names a line. */
const struct mdl_cell_config *mdl_access_cell(const struct mdl_config *config, const void *item);

/* Part of mdl_config_check: the storage that a fleet names. */
void mdl_fleet_storage_check(const struct mdl_checker *checker,
                             const struct mdl_fleet_config *fleet);

/* Hub or site where a fleet's devices join the network. */
const char *mdl_fleet_place(const struct mdl_fleet_config *fleet);

#endif /* MODELS_FLEET_PLAN_H */
