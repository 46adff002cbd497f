/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/cargo.h - whose a flow is: many owners share one set of flows.
 *
 * The subject of every flow of a world begins with a struct mdl_cargo, which names the hooks of
 * its owner; the world's flows call them. An owner that has no use for a hook leaves it NULL.
 */
#ifndef MODELS_TRANSPORT_CARGO_H
#define MODELS_TRANSPORT_CARGO_H

#include "models/transport/flow.h"

struct mdl_cargo {
    const struct mdl_flow_hooks *owner;
};

/* The hooks of a world's flows. */
extern const struct mdl_flow_hooks mdl_cargo_hooks;

#endif /* MODELS_TRANSPORT_CARGO_H */
