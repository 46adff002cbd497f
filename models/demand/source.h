/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/source.h - a community, a log or a background load as a source of jobs.
 *
 * Arrivals are a unit-rate Poisson process sent through the inverse of the cumulated rate, which
 * is constant over each UTC hour: base rate x weight of the local hour of the week x weight of the
 * local month x growth of the day x factors drawn for the UTC day and week x what fills the pool
 * that day (for loads). Nothing is thinned,
 * so the n-th job keeps its attributes when demand is scaled. An arrival brings a batch of jobs of
 * one user, class and width, each the first of an array or of a chain where its class says so. A
 * user with more than `queue_limit` jobs inside holds the next ones back. Of an array `at_once`
 * jobs are inside together, of a chain one: a group holds the others back until one of it has left.
 * With an `array_gap` the jobs of an array come one after the other; they are all drawn at once,
 * and those that come when their partition has closed are refused.
 *
 * A log takes the place of the laws of arrivals, users, widths, run times, requested times and
 * outcomes; the place of a job among the homes, its data and its line of access are still drawn.
 *
 * Draws    entity = the source's path; purposes below; index = arrival number for what a batch
 *          shares, job number for the rest (of an array or chain: that of its first job). The
 *          pieces of one run share its number.
 * Memory   jobs come from the world's pool; the rest lives in the simulation's arena.
 * Errors   SIM_ENOMEM at creation; a job that cannot be allocated aborts the run, and so does
 *          one more than MDL_PARTITION_JOBS_MAX inside of a partition (SIM_ELIMIT).
 * Cost     O(log users) per arrival, O(1) per job, plus O(1) per hour.
 */
#ifndef MODELS_DEMAND_SOURCE_H
#define MODELS_DEMAND_SOURCE_H

#include "models/access/broker.h"
#include "models/compute/job.h"
#include "models/demand/community.h"
#include "models/transport/cells.h"
#include "sim/random.h"
#include "sim/sim.h"

struct mdl_source_plan {
    const struct sim_item *item;
    const struct mdl_submit_config *submit;
    int kind; /* enum mdl_kind */
    const char *country;
    enum sim_zone zone;
    const struct mdl_pool *pool;
    bool is_load; /* the rate follows what the pool offers */
    double rate;  /* submissions per second at the start; of a load: the part of the pool */
    const double *user_cumulated;                 /* [submit->users] Zipf, ends at 1 */
    const struct mdl_community_config *community; /* NULL: background */
    const char *owner;   /* of shares, whose hours it asks for; NULL: nobody's in particular */
    size_t place;        /* of the network where members' lines end; SIZE_MAX: data take no time */
    size_t rule;         /* of the network's: where its data may travel */
    size_t enclave_rule; /* the same of jobs that read data which needs secure storage */
    bool needs_enclave;  /* so does its own data */
    const uint8_t *refusal;       /* [site] enum mdl_data_refusal of its own data; NULL: none */
    size_t line_count;            /* lines and cells */
    const double *line_cumulated; /* [line_count], ends at 1 */
    const struct mdl_access_plan *access; /* [line_count] */
    const struct mdl_apply_plan *apply;   /* NULL: no projects; else its jobs are those of projects,
                                             and none comes by itself */
    const struct mdl_log *log;            /* NULL: laws */
    int64_t log_begin_ns;                 /* clock of its first submit */
    size_t log_first, log_end;            /* jobs that are submitted in the simulated time */
};

/* What a source needs of the world around it. */
struct mdl_source_world {
    const struct mdl_class_config *job_class;   /* [class] */
    const struct mdl_partition_plan *partition; /* [partition] */
    const struct sim_calendar *calendar;
    int64_t begin_ns, finish_ns; /* arrivals lie in between */
    struct sim_pool *jobs;
    uint64_t *inside; /* [partition] jobs drawn for it, held back or not; the world takes those
                         that have left off again */
    /* A job that is submitted now; its partition, width, run time and data are set. */
    void (*submit)(void *context, struct mdl_job *job);
    /* What failures of a source's jobs are multiplied by now; NULL: 1. */
    double (*failed_factor)(void *context, size_t source);
    void *context;
};

/* The clock when job i of the log is submitted. */
int64_t mdl_log_submit_ns(const struct mdl_source_plan *plan, size_t i);

struct mdl_source;

SIM_NODISCARD enum sim_status mdl_source_create(struct sim *sim, const struct mdl_source_plan *plan,
                                                uint32_t index,
                                                const struct mdl_source_world *world,
                                                struct mdl_source **out, struct sim_error *err);

/* A job of this source has left; may submit one that its user held back, and the next one of its
 * array or chain (job->group). */
void mdl_source_job_left(struct mdl_source *source, uint32_t user, uint32_t group);

/* How long a job of this source waits in a queue, ns; SIM_NEVER: for ever. */
int64_t mdl_source_patience_ns(const struct mdl_source *source, const struct mdl_job *job);

/* Data that the job leaves behind on the storage of its site; always the same. */
uint64_t mdl_source_leaves_bytes(const struct mdl_source *source, const struct mdl_job *job);

/* The data set that the job reads; NULL: none. Always the same. */
const struct mdl_dataset_config *mdl_source_dataset(const struct mdl_source *source,
                                                    const struct mdl_job *job);

struct mdl_source_counts {
    uint64_t arrivals;  /* batches */
    uint64_t drawn;     /* jobs, each piece of a run that is cut at the limit counted */
    uint64_t submitted; /* jobs handed over */
    uint64_t deferred;  /* ever held back by their users' queue limits */
    uint64_t held;      /* held back now, by users or in arrays and chains, or yet to come */
    uint64_t refused;   /* no partition of the pool was open, or their array's closed */
};
const struct mdl_source_counts *mdl_source_counts(const struct mdl_source *source);

/* What a user reaches the network by at a time: its own entry of the community's access, else,
 * where a cell does not reach it, the next one that does. */
struct mdl_reach {
    const struct mdl_line_config *line;
    const struct mdl_radio_plan *radio; /* of a cell; NULL with line NULL: nothing reaches it */
    bool is_uncovered;                  /* its own entry is a cell that does not reach it */
};
struct mdl_reach mdl_source_reach(const struct mdl_source *source, uint32_t user, int64_t now_ns);

#endif /* MODELS_DEMAND_SOURCE_H */
