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
 * Members of communities whose access is a cell share its airtime with the devices; each of their
 * transfers is one device. That few of them meet on one cell by chance is left out.
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

/* Members of communities who have one radio rate: as devices they have no more than the airtime of
 * one cell, which is a channel that limits each of their transfers. */
struct mdl_radio_plan {
    size_t index; /* over all cells */
    const struct mdl_cell_plan *cell;
    double cumulated; /* part of the cell's members with this one or one before */
    double up_bytes_per_s, down_bytes_per_s;
    double up_weight, down_weight;
    uint32_t up_limit, down_limit; /* channels */
};

struct mdl_cell_plan {
    const struct mdl_cell_config *config;
    enum sim_zone zone;
    uint32_t up, down;  /* channels */
    size_t radio_count; /* 0: no community has it as access */
    const struct mdl_radio_plan *radio;
};

/* What a part of a community's members have. */
struct mdl_access_plan {
    const struct mdl_line_config *line;
    const struct mdl_cell_plan *cell; /* one of the two is NULL */
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

/* Shares of a full channel of one device: by airtime they go with its radio rate, up to a factor
 * that is the same for all of the cell. */
double mdl_radio_weight(const struct mdl_cell_config *cell, double bytes_per_s);

/* Days of a span that stand for all: so long from one to the next, at most 60, on all weekdays. */
int64_t mdl_cell_sample_step_ns(int64_t begin_ns, int64_t end_ns);

/* Means over the hours of such days of a span: airtime, and coverage. */
struct mdl_cell_means {
    double airtime, coverage;
};
struct mdl_cell_means mdl_cell_means(const struct mdl_cell_config *cell, enum sim_zone zone,
                                     const struct sim_calendar *calendar, int64_t begin_ns,
                                     int64_t end_ns);

/* ---- one world ---- */

struct mdl_cells;

/* Sets the capacities of the cells' channels, from the simulation's present time (a full hour) on.
 * Everything passed in is borrowed. */
SIM_NODISCARD enum sim_status mdl_cells_create(struct sim *sim, const struct mdl_cell_plan *cell,
                                               size_t count, const struct sim_calendar *calendar,
                                               struct mdl_flows *flows, struct mdl_cells **out,
                                               struct sim_error *err);

#endif /* MODELS_TRANSPORT_CELLS_H */
