/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/flow_private.h - one flow, as flow.c and service.c see it.
 */
#ifndef MODELS_TRANSPORT_FLOW_PRIVATE_H
#define MODELS_TRANSPORT_FLOW_PRIVATE_H

#include "models/transport/flow.h"

#define MDL_PLACE_NONE UINT32_MAX

struct mdl_flow {
    const struct mdl_route *route;
    void *subject;
    uint64_t bytes;
    uint64_t order;      /* of beginning, from 1 */
    uint64_t changed_at; /* refills before it last joined or left a class */
    double mark;         /* the class's service less what was sent; while it waits, service is 0 */
    double cap, radio;
    double told; /* the rate that hooks.rate heard last */
    int64_t weight_steps;
    uint32_t class;     /* MDL_CLASS_NONE: it waits (latency, gap) */
    uint32_t place;     /* in the heap of its class, or among the waiting */
    uint32_t news;      /* place among those whose rate may have changed, or MDL_PLACE_NONE */
    uint32_t held_by;   /* when it is done: what held it up at its end */
    uint32_t doomed_by; /* the channel that went down, MDL_CHANNEL_NONE: none did */
    bool fails_when_down, is_watched;
    struct mdl_flow *previous, *next; /* in order of beginning */
};

#endif /* MODELS_TRANSPORT_FLOW_PRIVATE_H */
