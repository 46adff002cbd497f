/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/reservation.h - nodes of a partition that are kept for some jobs, or for nobody,
 * from a date on, once or again and again: courses, urgent computing, maintenance.
 *
 * Whoever plans a job knows all of them ahead, so that no job that is not a member is running on
 * the nodes when they are needed (the machine drains), and no member after they go back.
 *
 * Units    allocation units of the partition, ns.
 * Memory   the simulation's arena; config is borrowed.
 * Errors   SIM_ENOMEM.
 */
#ifndef MODELS_COMPUTE_RESERVATION_H
#define MODELS_COMPUTE_RESERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/calendar.h"
#include "sim/field.h"

enum { MDL_RESERVED_TIMES_MAX = 10000 };

struct mdl_reservation_config {
    struct sim_item item;
    int64_t nodes;       /* 0 = all */
    int64_t start_days;  /* first day */
    int64_t at_ns;       /* after midnight, UTC */
    int64_t duration_ns; /* > 0 */
    int64_t every_ns;    /* from start to start; 0 = once */
    int64_t until_days;  /* no start on or after this day; MDL_DATE_NONE: the run's end */
    const char *members; /* names of classes, communities, QOS; "" = nobody: maintenance */
};

extern const struct sim_field mdl_reservation_fields[];

struct mdl_booking { /* one of a partition */
    const struct mdl_reservation_config *config;
    uint32_t units;
    int64_t first_ns, last_ns; /* starts */
    bool is_maintenance;
    const bool *has_class, *has_source; /* [class], [source]: members; NULL: none */
    const bool *has_qos;                /* [qos] */
    /* while the run goes on */
    int64_t next_ns;    /* its next start; SIM_NEVER: no more */
    int64_t end_ns;     /* of the one in force; SIM_NEVER: none is */
    int64_t busy_units; /* of members inside */
};

/* All that begin before until_ns, the k-th of them at first + k every. */
void mdl_booking_init(struct mdl_booking *reserved, const struct mdl_reservation_config *config,
                      const struct sim_calendar *calendar, uint32_t units, int64_t until_ns);

/* How often it comes. */
int64_t mdl_booking_times(const struct mdl_booking *reserved);

/* The next moment at which it begins or ends. */
int64_t mdl_booking_change_ns(const struct mdl_booking *reserved);

/* Begins or ends what is due at now_ns. */
void mdl_booking_advance(struct mdl_booking *reserved, int64_t now_ns);

static inline bool mdl_booking_is_active(const struct mdl_booking *reserved)
{
    return reserved->end_ns != INT64_MAX;
}

/* Units that members do not use now, 0 while it is not in force. */
static inline int64_t mdl_booking_idle(const struct mdl_booking *reserved)
{
    return mdl_booking_is_active(reserved) ? (int64_t)reserved->units - reserved->busy_units : 0;
}

#endif /* MODELS_COMPUTE_RESERVATION_H */
