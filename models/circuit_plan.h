/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/circuit_plan.h - circuits of a scenario: their ways, who may use them, what is refused.
 *
 * A circuit takes the way that it names, else the best one under the rule of the first community
 * that it is for.
 *
 * Memory   the scenario's arena.
 * Errors   SIM_ENOMEM.
 * Cost     a Dijkstra per circuit; admission O(circuits x bookings x links of the way).
 */
#ifndef MODELS_CIRCUIT_PLAN_H
#define MODELS_CIRCUIT_PLAN_H

#include "models/checker.h"
#include "models/config.h"
#include "models/transport/channels.h"
#include "models/transport/circuit.h"

enum { MDL_BOOKINGS_MAX = 20000 }; /* of a circuit */

/* Two channels each; the network has been laid. */
SIM_NODISCARD enum sim_status mdl_circuits_lay(struct mdl_circuits_plan *plan,
                                               const struct mdl_config *config,
                                               struct mdl_channels *channels,
                                               struct sim_error *err);

/* Their ways; those of the network are known. rule_of[community]. */
SIM_NODISCARD enum sim_status mdl_circuits_find_ways(struct mdl_circuits_plan *plan,
                                                     const struct mdl_config *config,
                                                     const struct mdl_network_plan *network,
                                                     const size_t *rule_of, struct sim_arena *arena,
                                                     struct sim_error *err);

/* Rules across keys: of the config alone, and of the plan. */
void mdl_circuits_check(const struct mdl_checker *c);
void mdl_circuits_plan_check(const struct mdl_checker *c, const struct mdl_circuits_plan *plan,
                             const size_t *rule_of);

/* Why an admitted circuit carries nothing. O(communities). */
enum mdl_circuit_idle {
    MDL_CIRCUIT_USABLE,
    MDL_CIRCUIT_NEVER_BOOKED, /* within the run */
    MDL_CIRCUIT_BETWEEN_HUBS, /* data go from or to sites */
    MDL_CIRCUIT_FORBIDDEN     /* its way, to all that it is for */
};
enum mdl_circuit_idle mdl_circuit_why_idle(const struct mdl_circuits_plan *plan, size_t index,
                                           size_t communities, const size_t *rule_of);

#endif /* MODELS_CIRCUIT_PLAN_H */
