/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/cells.h - radio cells: what many devices share by airtime.
 *
 * A kind of cell stands for `count` equal ones over which its devices are spread evenly. They are
 * one channel each way, whose capacity is the airtime of all: by symmetry each cell then gets what
 * it would get alone, and memory does not grow with their number. A device alone on its cell has
 * its radio rate; n devices that share it by airtime get r / n each.
 *
 * Airtime is counted in that of one cell on the first day. Other users take their part first (at
 * most 99 %): load x weight of the local hour x (1 + growth)^years. Capacity and coverage lead in
 * straight lines, from day to day, from their first values at `since` through the targets.
 *
 * Units    bytes/s, airtime as a fraction, ns.
 * Memory   the simulation's arena, nothing per event.
 * Errors   SIM_ENOMEM at creation.
 * Cost     an hour O(kinds of cells).
 * Source   airtime fairness: Tan & Guttag, USENIX ATC 2004, 317-330.
 */
#ifndef MODELS_TRANSPORT_CELLS_H
#define MODELS_TRANSPORT_CELLS_H

#include "models/transport/flow.h"
#include "models/transport/network.h"
#include "sim/calendar.h"
#include "sim/distribution.h"

enum mdl_sharing { MDL_SHARING_AIRTIME, MDL_SHARING_RATE };

enum { MDL_RADIO_STEPS_MAX = 16 };

struct mdl_target_config { /* what is reached on a day */
    struct sim_item item;
    int64_t date_days;
    double coverage_frac, capacity; /* NaN: not said */
};

struct mdl_cell_config {
    struct sim_item item;
    const char *at; /* hub or site */
    int64_t count;
    struct sim_dist up, down; /* radio rates of devices */
    double coverage_frac;     /* of devices */
    int64_t since_days;       /* of what day it is; SIM_DATE_NONE: of the start */
    int64_t latency_ns;
    int sharing;                      /* enum mdl_sharing */
    struct mdl_traffic_config others; /* load, hours, growth */
    struct sim_map targets;           /* struct mdl_target_config */
};

extern const struct sim_field mdl_cell_fields[];

struct mdl_cell_plan {
    const struct mdl_cell_config *config;
    enum sim_zone zone;
    uint32_t up, down; /* channels */
};

/* ---- laws ---- */

/* Airtime that one cell of the kind has left for its devices in the hour of a time. */
double mdl_cell_airtime(const struct mdl_cell_config *cell, enum sim_zone zone,
                        const struct sim_calendar *calendar, int64_t time_ns);
/* Part of the devices that is covered on the day of a time. */
double mdl_cell_coverage(const struct mdl_cell_config *cell, const struct sim_calendar *calendar,
                         int64_t time_ns);

/* Radio rates in steps: the values of a choice, else equal parts of the law. Returns how many. */
struct mdl_radio_step {
    double bytes_per_s, part;
};
size_t mdl_radio_steps(const struct sim_dist *law, struct mdl_radio_step step[MDL_RADIO_STEPS_MAX]);

/* ---- one world ---- */

struct mdl_cells;

/* Sets the capacities of the cells' channels, from the simulation's present time (a full hour) on.
 * Everything passed in is borrowed. */
SIM_NODISCARD enum sim_status mdl_cells_create(struct sim *sim, const struct mdl_cell_plan *cell,
                                               size_t count, const struct sim_calendar *calendar,
                                               struct mdl_flows *flows, struct mdl_cells **out,
                                               struct sim_error *err);

#endif /* MODELS_TRANSPORT_CELLS_H */
