/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/borders.h - the borders between states that links cross, each way its own.
 *
 * A border is an ordered pair of the countries of the two ends of a link: "DE-FR" from Germany to
 * France. Data on a way over several links cross a border at each link between two states. A place
 * whose country is not known is on no side: its links cross no border.
 *
 * Memory   the arena that is given.
 * Errors   SIM_ENOMEM.
 * Cost     O(directions x borders), once.
 */
#ifndef MODELS_TRANSPORT_BORDERS_H
#define MODELS_TRANSPORT_BORDERS_H

#include "models/transport/routes.h"

#define MDL_BORDER_NONE UINT32_MAX

struct mdl_borders {
    size_t count;
    const char *const *name;    /* [count] "DE-FR", in the order of the directions */
    const uint32_t *crossed_by; /* [direction], or MDL_BORDER_NONE */
};

SIM_NODISCARD enum sim_status mdl_borders_find(const struct mdl_network_plan *network,
                                               struct sim_arena *arena, struct mdl_borders *out,
                                               struct sim_error *err);

#endif /* MODELS_TRANSPORT_BORDERS_H */
