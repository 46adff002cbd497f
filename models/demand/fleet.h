/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/fleet.h - continuous sources: fleets of devices that record, send and wait.
 *
 * Devices of a fleet record `size` bytes every so often and send them, first come first served,
 * over cells that they share or over lines of their own, to a site (or from it). A fleet is a
 * fluid, split by the radio rate of its devices into streams: what is recorded enters a stream's
 * backlog, which an endless flow of the network empties. While nothing waits, the flow is limited
 * to what is recorded; while something waits, to what the devices could send. `hours` says how
 * many devices are at work: each of them records as often as ever. Devices out of coverage lose
 * what they record.
 *
 * Devices with bursts record while they are on. With a buffer, what comes to a full one is lost.
 * The backlog of a stream is one: devices share buffers and what they could send, which is exact
 * for one device, for bursts that come together, and where what is full is shared. In a hand-over a
 * device sends nothing for a gap.
 *
 * Age of information of a device: now less the time stamp of its newest record that is complete
 * at the other end = lag of the stream (how long ago that was recorded whose turn it is) + time of
 * one record on the air or line, alone there + latency + time since the last record, which is even
 * in (0, every) for periodic records and exponential for Poisson ones. It is that of devices at
 * work, and on. In the gap of a hand-over it grows from what it was before. What the fluid leaves
 * out: waits of records behind one another below saturation, so the age is a bound from below
 * there.
 *
 * Units    bytes, bytes/s, ns; what is recorded is counted exactly, in 1e-12 bytes.
 * Memory   the simulation's arena, nothing per event; two sketches per fleet where asked for.
 * Errors   SIM_ENOMEM.
 * Cost     an hour O(streams), a sample (every 5 min) O(fleets + streams).
 * Source   Kaul, Yates & Gruteser, INFOCOM 2012, 2731-2735 (age of information).
 */
#ifndef MODELS_DEMAND_FLEET_H
#define MODELS_DEMAND_FLEET_H

#include "models/demand/on_off.h"
#include "models/transport/cells.h"
#include "models/transport/flow.h"
#include "sim/calendar.h"
#include "sim/field.h"
#include "sim/sim.h"
#include "sim/stats.h"

enum mdl_record_law { MDL_RECORDS_PERIODIC, MDL_RECORDS_POISSON };
enum mdl_fleet_direction { MDL_FLEET_UP, MDL_FLEET_DOWN };

struct mdl_fleet_config {
    struct sim_item item;
    const char *country;   /* "": that of the place */
    int64_t devices;       /* at work, mean over the hours, at the start */
    struct sim_ref cell;   /* struct mdl_cell_config */
    struct sim_ref line;   /* struct mdl_line_config; one of the two */
    const char *at;        /* of a line: hub or site */
    struct sim_ref to;     /* struct mdl_site_config */
    int direction;         /* enum mdl_fleet_direction */
    struct sim_dist radio; /* instead of the cell's; constant 0: not given */
    double record_bytes;
    int64_t every_ns;
    int law;             /* enum mdl_record_law */
    int64_t deadline_ns; /* 0: none */
    struct sim_profile hours;
    double growth_per_yr;
    struct mdl_on_off_config burst;
    double buffer_bytes;                        /* of a device; 0: whatever it needs */
    int64_t handover_every_ns, handover_gap_ns; /* gap 0: none */
    const char *tier;                           /* of storage at the site; "": where data arrives */
    int64_t keep_ns;                            /* there; 0: until it is purged */
};

extern const struct sim_field mdl_fleet_fields[];

#define MDL_FLEET_RATE_MAX 1e14 /* bytes/s of a fleet, at the start */

struct mdl_stream_plan {
    double part;                   /* of the fleet's devices that are covered */
    double rate_bytes_per_s;       /* of a device that is alone: radio rate, or its line */
    double weight;                 /* of one device */
    const struct mdl_route *route; /* without latency */
};

struct mdl_fleet_plan {
    const struct mdl_fleet_config *config;
    enum sim_zone zone;
    const struct mdl_cell_plan *cell; /* NULL: lines */
    int64_t latency_ns;               /* of cell or line, and of the way */
    size_t stream_count;
    const struct mdl_stream_plan *stream;
    size_t tier; /* of the storage where its data arrive or lie; SIZE_MAX: none */
};

/* Part of a device's time on its cell: the rest is lost in hand-overs. */
double mdl_fleet_on_air(const struct mdl_fleet_config *config);

/* Devices at work in the hour of a time, covered or not. */
double mdl_fleet_devices(const struct mdl_fleet_plan *fleet, const struct sim_calendar *calendar,
                         int64_t time_ns);

/* ---- one world ---- */

struct mdl_fleets;

/* From the simulation's present time (a full hour) on. Everything is borrowed; flows must have
 * mdl_cargo_hooks. */
struct mdl_fleets_setting {
    const struct mdl_fleet_plan *fleet;
    size_t count;
    const struct sim_calendar *calendar;
    struct mdl_flows *flows;
    bool has_quantiles; /* keeps sketches */
    /* Each hour of a fleet whose data go to a site: so many whole bytes came in the last one.
     * false: there is no room for them; it sends nothing until there is, and is asked each hour.
     * NULL: there always is. */
    bool (*room)(void *context, size_t fleet, sim_i128 bytes);
    void *context;
};
SIM_NODISCARD enum sim_status mdl_fleets_create(struct sim *sim,
                                                const struct mdl_fleets_setting *setting,
                                                struct mdl_fleets **out, struct sim_error *err);

double mdl_fleets_backlog(struct mdl_fleets *fleets, size_t fleet); /* bytes, now */
/* Integral of the backlog since the creation, bytes x s. */
double mdl_fleets_backlog_s(struct mdl_fleets *fleets, size_t fleet);

/* Whole bytes since the creation: generated = delivered + waiting + lost + overflowed. */
struct mdl_fleet_bytes {
    sim_i128 generated, delivered, waiting;
    sim_i128 lost;       /* by devices out of coverage */
    sim_i128 overflowed; /* came to a full buffer */
};
struct mdl_fleet_bytes mdl_fleets_bytes(struct mdl_fleets *fleets, size_t fleet);

/* What is counted from mdl_fleets_begin_window to mdl_fleets_end_window. Backlogs in the sketch are
 * in MDL_BACKLOG_SKETCH_BYTES, ages in s. */
struct mdl_fleet_use {
    struct mdl_fleet_bytes bytes;
    int64_t window_ns;
    double backlog_s;   /* bytes x s */
    double backlog_max; /* bytes */
    /* sums over samples, by devices at work */
    double devices, covered, over_deadline, age_s; /* the last: of the covered */
    uint64_t samples;
    uint64_t blocked_hours; /* begun without room for the data at the site */
    bool has_deadline;
    const struct sim_sketch *backlog, *age; /* NULL: none */
};
#define MDL_BACKLOG_SKETCH_BYTES 1e6

void mdl_fleets_begin_window(struct mdl_fleets *fleets);
void mdl_fleets_end_window(struct mdl_fleets *fleets);
const struct mdl_fleet_use *mdl_fleets_use(const struct mdl_fleets *fleets); /* [fleet] */

#endif /* MODELS_DEMAND_FLEET_H */
