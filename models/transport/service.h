/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/service.h - classes of flows in time: what each member has been given, who is
 * done next.
 *
 * The service of a class is the integral of its rate: what each member that was there all along
 * has been sent. A flow is done when the service reaches its mark plus its bytes, so members wait
 * in a heap, and a change of the rate touches none of them.
 *
 * Private to models/transport/flow.c.
 *
 * Units    bytes, bytes/s, ns.
 * Memory   the simulation's arena; heaps keep the size they once had.
 * Errors   false when there is no memory.
 * Cost     join, leave O(log n), n = members; set_rate O(1); earliest O(classes
 *          changed + classes with members / 32).
 */
#ifndef MODELS_TRANSPORT_SERVICE_H
#define MODELS_TRANSPORT_SERVICE_H

#include "models/transport/flow_private.h"

struct mdl_member {
    double key; /* service at which it is done; INFINITY: never */
    struct mdl_flow *flow;
};

struct mdl_service {
    double service;   /* at since_ns */
    double rate;      /* of each member */
    double moved;     /* bytes of all members together, while the class had some */
    int64_t since_ns; /* all of this is true at this time */
    uint32_t bottleneck;
    uint32_t busy_at; /* place among those with members */
    uint32_t count, capacity, watched;
    struct mdl_member *member; /* [count], a binary heap */
};

struct mdl_services {
    struct sim *sim;
    struct mdl_service *class; /* [capacity] */
    size_t capacity;
    uint32_t *busy;     /* [busy_count] classes with members */
    int64_t *finish_ns; /* [busy_count] when the first member is done; SIM_NEVER: nobody is */
    int64_t *block_ns;  /* the earliest of each block of them, or too early and stale */
    uint64_t *stale;    /* a bit for each block */
    size_t busy_count;
    double *limited; /* [channels + 1]: bytes moved by bottleneck; last: own caps */
    size_t channel_count;
};

bool mdl_services_init(struct mdl_services *services, struct sim *sim, size_t channel_count);
bool mdl_services_make_room(struct mdl_services *services, size_t count);

bool mdl_service_join(struct mdl_services *services, uint32_t class, struct mdl_flow *flow);
void mdl_service_leave(struct mdl_services *services, struct mdl_flow *flow);
void mdl_service_set_rate(struct mdl_services *services, uint32_t class, double rate,
                          uint32_t bottleneck);
double mdl_service_now(const struct mdl_services *services, uint32_t class);
double mdl_service_moved_now(const struct mdl_services *services, uint32_t class);

/* SIM_NEVER and MDL_CLASS_NONE when nobody is being done. */
int64_t mdl_services_earliest(struct mdl_services *services, uint32_t *class);

#endif /* MODELS_TRANSPORT_SERVICE_H */
