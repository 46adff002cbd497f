/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/world_private.h - the state of a world, for the files that are its parts:
 *
 *   world.c         creation, the run, the figures
 *   world_jobs.c    the way of a job from hand to hand, and its record
 *   world_flows.c   integrals of partitions, what transfers came to, capacity that changes
 *   world_links.c   loads of links, every five minutes
 *   world_borders.c what crosses borders between states
 *   world_window.c  what the window holds: its edges, months, hours of the grid
 *   world_money.c   the ledger
 *   world_storage.c the data of jobs on the storage of their sites
 *   world_data.c    data sets that jobs read, and copies of them
 *   world_io.c      what running jobs read and write, and how it slows them down
 *   world_projects.c  applications and projects
 *   world_calls.c   decisions on applications, quotas
 *   world_reserved.c  circuits, and keys of links
 *   world_fleets.c  continuous sources over radio cells and lines
 *   world_staff.c   people, what they do for projects, and courses
 *   world_series.c  the hourly series
 *   world_check.c   jobs that are inside at the end, conservation
 */
#ifndef MODELS_WORLD_PRIVATE_H
#define MODELS_WORLD_PRIVATE_H

#include "models/access/course.h"
#include "models/compute/partition.h"
#include "models/compute/scheduler.h"
#include "models/demand/fleet.h"
#include "models/demand/source.h"
#include "models/schedulers.h"
#include "models/transport/cells.h"
#include "models/transport/link_state.h"
#include "models/transport/transfer.h"
#include "models/world.h"

/* Unit-time, job by job. */
struct mdl_held {
    sim_i128 unit_ns, retired_unit_ns; /* the second: after the partition was taken offline */
};

/* The hours of the window one by one; what they sum to must be the window. */
struct mdl_hours {
    sim_i128 busy_unit_ns, installed_unit_ns; /* integrals when the last hour ended */
    sim_i128 busy_sum, installed_sum;
    double carbon_g;
};

struct mdl_place { /* a partition of this world */
    struct mdl_world *world;
    size_t index;
    struct mdl_partition *partition;
    struct sim_timer capacity_timer;
    size_t step; /* in force */
    struct sim_level installed_units;
    struct mdl_held held;                          /* by jobs that have left, whole run */
    struct mdl_partition_flows at_start, at_month; /* integrals then */
    sim_i128 busy_at_hour, released_at_hour, installed_at_hour;
    sim_i128 waiting_jobs_at_hour, waiting_units_at_hour;
    struct mdl_hours carbon; /* where the intensity changes by the hour */
};

struct mdl_till { /* a site's money for electricity */
    struct mdl_ledger_record *row;
    size_t row_count;
    int64_t cents;
};

/* What is counted of the network when the window begins. */
struct mdl_network_start {
    struct mdl_bottleneck *bottleneck; /* [channel_count + 1] */
    struct mdl_transfer_counts counts;
    uint64_t uncovered, unreached;
};

struct mdl_ages { /* sums over samples of a fleet, by covered devices at work */
    double devices, age_s;
};

struct mdl_data_counts { /* since the beginning */
    uint64_t asked, found, staged, evicted, refused[MDL_DATA_REFUSALS];
    sim_i128 staged_bytes, dropped_bytes; /* of copies that came, and that have gone */
};

struct mdl_world_pool { /* one of staff */
    struct mdl_world *world;
    size_t index;
    struct mdl_staff *staff;
    struct mdl_staff_hours at_start;
    struct sim_sketch *wait; /* NULL: not kept */
};

struct mdl_world_staff {
    struct mdl_world_pool *pool;                      /* [pool] */
    struct mdl_course **course;                       /* [course] */
    struct mdl_staff_use *use;                        /* [pool] of the window */
    struct mdl_course_counts *taught, *taught_before; /* [course] of the window; before it */
};

struct mdl_world {
    struct sim *sim;
    const struct mdl_plan *plan;
    struct sim_pool jobs;
    struct mdl_scheduler **scheduler; /* [site]; NULL: none needed */
    struct mdl_place *place;          /* [partition] */
    struct mdl_source **source;       /* [source] */
    struct mdl_source_world source_world;
    struct mdl_flows *streams; /* everything in motion */
    struct mdl_link_state *links;
    struct mdl_transfers *transfers;
    struct mdl_world_storage *storage;   /* NULL: it does not fill */
    struct mdl_world_data *data;         /* NULL: there are no data sets */
    struct mdl_data_flows data_flows;    /* of the window */
    struct mdl_cells *cells;             /* NULL: there are none */
    struct mdl_fleets *fleets;           /* NULL: there are none */
    struct mdl_world_staff *staff;       /* NULL: there are no pools */
    struct mdl_world_projects *projects; /* NULL: nobody applies */
    struct mdl_circuits *circuits;       /* NULL: there are none */
    struct mdl_keys *keys;               /* NULL: no link has any */
    struct mdl_world_reserved *reserved; /* NULL: neither */
    struct mdl_kept *kept;               /* [fleet] its data on storage */
    double *backlog_s_at_hour;           /* [fleet] bytes x s until the last full hour */
    struct mdl_ages *ages_at_hour;       /* [fleet] of the window until then */
    struct mdl_replay *replay;
    struct mdl_figures *figures;
    struct mdl_till *till; /* [site] */
    int64_t posted_ns;     /* until when costs have been posted */
    struct sim_timer hour_timer, month_timer;
    float *sample; /* [widest series] */
    int64_t window_end_ns;
    int64_t hours_ns; /* until when hours are counted */
    struct mdl_network_start start;
    struct mdl_world_loads *loads; /* of links */
    struct mdl_world_borders *borders;
    struct mdl_transfer_flows moved; /* of the window */
    struct mdl_unserved *unserved;   /* [source] before, then in the window */
    struct mdl_unserved *barred;     /* [source] by the class of their data, since the beginning */
    struct mdl_partition_flows *flows; /* [partition] of the window, filled at its end */
    uint64_t submitted, left, records;
    uint64_t uncovered, unreached; /* transfers of members out of coverage, with another access or
                                      without */
    uint64_t *left_of;             /* [source] */
    uint64_t *inside;              /* [partition] of the sources' jobs, held back or not */
};

/* ---- flows ---- */

struct mdl_partition_flows mdl_world_integrals(const struct mdl_place *place, int64_t now_ns);
struct mdl_partition_flows mdl_world_difference(const struct mdl_partition_flows *to,
                                                const struct mdl_partition_flows *from);
double mdl_world_it_j(const struct mdl_world *world, size_t partition,
                      const struct mdl_partition_flows *flows);
void mdl_world_begin_network(struct mdl_world *world); /* the window begins */
void mdl_world_close_network(struct mdl_world *world); /* it ends */
void mdl_world_on_link(void *context, size_t link, bool is_down);
/* After a change of the plan's step or of what is in use. What is in use stays installed. */
void mdl_world_set_installed(struct mdl_place *place);
sim_timer_fn mdl_world_on_capacity;

/* ---- loads of links ---- */

SIM_NODISCARD enum sim_status mdl_world_create_loads(struct mdl_world *world,
                                                     struct sim_error *err);
void mdl_world_begin_loads(struct mdl_world *world);                        /* the window begins */
void mdl_world_close_loads(struct mdl_world *world);                        /* it ends */
struct mdl_link_flows *mdl_world_link_flows(const struct mdl_world *world); /* [direction] */
/* Of the hour of the window that ended last; [direction] */
void mdl_world_load_hour(const struct mdl_world *world, float *all);
void mdl_world_background_hour(const struct mdl_world *world, float *background);

/* ---- borders ---- */

SIM_NODISCARD enum sim_status mdl_world_create_borders(struct mdl_world *world,
                                                       struct sim_error *err);
void mdl_world_begin_borders(struct mdl_world *world); /* the window begins */
void mdl_world_close_borders(struct mdl_world *world); /* it ends, and the links' loads have */
const struct mdl_border_flows *mdl_world_border_flows(const struct mdl_world *world);

/* ---- jobs ---- */

/* Counts a job that left at done_ns, or is inside at the end (MDL_TIME_UNSET), and records it. */
void mdl_world_leave(struct mdl_world *world, struct mdl_job *job, int64_t done_ns);
/* Adds what a job that has started held of its partition until until_ns. */
void mdl_world_add_held(struct mdl_held *held, const struct mdl_partition_plan *partition,
                        const struct mdl_job *job, int64_t until_ns);
void mdl_world_on_submit(void *context, struct mdl_job *job);
void mdl_world_on_arrived(void *context, void *subject);
void mdl_world_on_given_up(void *context, void *subject);
void mdl_world_on_transfer_ended(void *context, const struct mdl_transfer_end *end);
void mdl_world_on_ended(void *context, struct mdl_job *job);
void mdl_world_on_abandoned(void *context, struct mdl_job *job);
void mdl_world_on_preempted(void *context, struct mdl_job *job, int64_t lost_ns);

/* ---- window ---- */

bool mdl_world_has_hourly_carbon(const struct mdl_world *world, size_t partition);
void mdl_world_count_hour(struct mdl_world *world);
void mdl_world_close_window(struct mdl_world *world);
sim_timer_fn mdl_world_on_month;

/* ---- money, series ---- */

SIM_NODISCARD bool mdl_world_create_tills(struct mdl_world *world); /* false: no memory */
void mdl_world_post_costs(struct mdl_world *world);
sim_timer_fn mdl_world_on_hour;

/* ---- storage ---- */

SIM_NODISCARD enum sim_status mdl_world_create_storage(struct mdl_world *world,
                                                       struct sim_error *err);
/* Is there room for its input now? false: mdl_world_bring_input is called
 * when there is. */
bool mdl_world_admit_input(struct mdl_world *world, struct mdl_job *job);
/* Is its user let in where its data will lie? false: mdl_world_take_data is called when it is. */
bool mdl_world_is_let_in(struct mdl_world *world, struct mdl_job *job);
void mdl_world_take_data(struct mdl_world *world, struct mdl_job *job);
void mdl_world_bring_input(struct mdl_world *world, struct mdl_job *job);
/* A job has ended: its input goes, and there is room for what it wrote. false:
 * mdl_world_send_output is called when there is. */
bool mdl_world_put_output(struct mdl_world *world, struct mdl_job *job);
void mdl_world_send_output(struct mdl_world *world, struct mdl_job *job);
void mdl_world_drop_data(struct mdl_world *world, const struct mdl_job *job); /* it leaves */
int64_t mdl_world_files_ns(struct mdl_world *world, const struct mdl_job *job);
void mdl_world_mark_storage(struct mdl_world *world);  /* the window begins */
void mdl_world_close_storage(struct mdl_world *world); /* it ends */
void mdl_world_storage_hour(struct mdl_world *world, bool is_in_window, float *fill /* [tier] */);
const struct mdl_tier_flows *mdl_world_tier_flows(const struct mdl_world *world);
void mdl_world_each_waiting(const struct mdl_world *world,
                            void (*visit)(void *context, void *subject), void *context);
SIM_NODISCARD enum sim_status mdl_world_check_storage(const struct mdl_world *world,
                                                      struct sim_error *err);

/* ---- data sets ---- */

SIM_NODISCARD enum sim_status mdl_world_create_data(struct mdl_world *world, struct sim_error *err);
/* A job comes. false: its data may not be at its site, and it has left. */
bool mdl_world_may_come(struct mdl_world *world, struct mdl_job *job);
/* false: it waits for its data set, and mdl_world_bring_own is called when that is there. */
bool mdl_world_find_dataset(struct mdl_world *world, struct mdl_job *job);
/* The data set that it reads, at its site; NULL: none. */
const struct mdl_data_place *mdl_world_place_read(const struct mdl_world *world,
                                                  const struct mdl_job *job);
static inline bool mdl_world_reads_protected(const struct mdl_world *world,
                                             const struct mdl_job *job)
{
    const struct mdl_data_place *place =
        world->data && world->plan->data.has_protected ? mdl_world_place_read(world, job) : NULL;

    return place && place->into_enclave;
}
void mdl_world_release_dataset(struct mdl_world *world, const struct mdl_job *job); /* it leaves */
/* A job whose input is its data set: where that comes from. false: it is not. */
bool mdl_world_set_origin(const struct mdl_world *world, const struct mdl_job *job,
                          struct mdl_transfer_request *request);
/* Was the room that a job has been granted for a copy? */
bool mdl_world_dataset_granted(struct mdl_world *world, const struct mdl_job *job);
void mdl_world_on_purged(void *context, void *subject);
void mdl_world_bring_own(struct mdl_world *world, struct mdl_job *job); /* its own data is next */
void mdl_world_mark_data(struct mdl_world *world);                      /* the window begins */
void mdl_world_close_data(struct mdl_world *world);                     /* it ends */
void mdl_world_each_staging(const struct mdl_world *world,
                            void (*visit)(void *context, void *subject), void *context);
SIM_NODISCARD enum sim_status mdl_world_check_data(const struct mdl_world *world,
                                                   struct sim_error *err);

/* ---- what running jobs read and write ---- */

uint8_t mdl_world_pace(const struct mdl_world *world, const struct mdl_job *job);
void mdl_world_on_started(void *context, struct mdl_job *job);
void mdl_world_stop_io(struct mdl_world *world, const struct mdl_job *job);
/* ---- fleets ---- */

SIM_NODISCARD enum sim_status mdl_world_create_fleets(struct mdl_world *world,
                                                      struct sim_error *err);
/* Means of the hour that ends now; [fleet] */
void mdl_world_backlog_hour(struct mdl_world *world, float *backlog);
void mdl_world_age_hour(struct mdl_world *world, float *age); /* NaN: nobody at work */
SIM_NODISCARD enum sim_status mdl_world_check_fleets(const struct mdl_world *world,
                                                     struct sim_error *err);

/* ---- projects: of sources that apply ---- */

SIM_NODISCARD enum sim_status mdl_world_create_projects(struct mdl_world *world,
                                                        struct sim_error *err);
/* A job of a project has left; it is the caller's still. */
void mdl_world_project_job_left(struct mdl_world *world, const struct mdl_job *job);
/* How long a job may wait until its project expires. */
int64_t mdl_world_project_patience_ns(const struct mdl_world *world, const struct mdl_job *job);
struct mdl_source_counts mdl_world_project_counts(const struct mdl_world *world, size_t source);
SIM_NODISCARD enum sim_status mdl_world_check_projects(const struct mdl_world *world,
                                                       struct sim_error *err);

/* ---- staff, courses ---- */

SIM_NODISCARD enum sim_status mdl_world_create_staff(struct mdl_world *world,
                                                     struct sim_error *err);
double mdl_world_failed_factor(void *context, size_t source);
void mdl_world_mark_staff(struct mdl_world *world);  /* the window begins */
void mdl_world_close_staff(struct mdl_world *world); /* it ends */
SIM_NODISCARD enum sim_status mdl_world_check_staff(const struct mdl_world *world,
                                                    struct sim_error *err);
void mdl_world_mark_calls(struct mdl_world *world);  /* the window begins */
void mdl_world_close_calls(struct mdl_world *world); /* it ends */
/* Sets mode and quota, once the window is closed. */
void mdl_world_call_flows(const struct mdl_world *world, struct mdl_window_flows *flows);

/* ---- circuits, keys ---- */

SIM_NODISCARD enum sim_status mdl_world_create_reserved(struct mdl_world *world,
                                                        struct sim_error *err);
void mdl_world_mark_reserved(struct mdl_world *world);  /* the window begins */
void mdl_world_close_reserved(struct mdl_world *world); /* it ends */
void mdl_world_post_keys(struct mdl_world *world);      /* what the last month cost */
/* Bytes over circuits that cross a direction of a link, since the beginning. */
double mdl_world_circuit_bytes(const struct mdl_world *world, size_t direction);
void mdl_world_fill_reserved(const struct mdl_world *world, struct mdl_window_flows *flows);
SIM_NODISCARD enum sim_status mdl_world_check_reserved(const struct mdl_world *world,
                                                       struct sim_error *err);

/* ---- the end ---- */

struct mdl_inside { /* jobs that are in the system when the run ends */
    struct mdl_job **job;
    size_t count, capacity;
};

/* Finds them, sorted by source and number, and lets them leave. */
SIM_NODISCARD enum sim_status mdl_world_settle_inside(struct mdl_world *world,
                                                      struct mdl_inside *inside,
                                                      struct sim_error *err);
/* Records the cases that have not ended. */
SIM_NODISCARD enum sim_status mdl_world_settle_projects(struct mdl_world *world,
                                                        const struct mdl_inside *inside,
                                                        struct sim_error *err);
SIM_NODISCARD enum sim_status mdl_world_check(const struct mdl_world *world,
                                              const struct mdl_inside *inside,
                                              struct sim_error *err);

#endif /* MODELS_WORLD_PRIVATE_H */
