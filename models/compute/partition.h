/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/partition.h - equal nodes of one machine under one scheduling policy.
 *
 * The partition owns its waiting queue (waiting.h), the running jobs ordered by true end (one
 * timer for the earliest) and by predicted end (what policies look at; running.h), and one timer
 * for the scheduling pass of an instant. A job enters by mdl_partition_enqueue when its input is
 * there, and leaves through the `ended` callback; nothing is allocated per job.
 *
 * All ends of an instant are handed over before its pass, in order of start; the passes of several
 * partitions at one instant run in the order in which the partitions were created.
 *
 * Capacity may change while jobs run (online, ramp, offline): what runs is never cut; when less
 * is left than is busy, nothing starts until jobs have ended.
 *
 * Units    width and capacity in allocation units (nodes, or GPUs where jobs share nodes).
 * Memory   the simulation's arena; jobs belong to the caller.
 * Errors   create: SIM_ENOMEM, SIM_ELIMIT; enqueue aborts the run (sim_abort) with SIM_ENOMEM, or
 *          with SIM_ELIMIT and the partition's name above MDL_PARTITION_JOBS_MAX jobs inside.
 * Cost     enqueue, start and end O(log n) amortised, n = jobs inside; a pass costs O(log n) per
 *          started job plus O(log n) per end, whatever the depth of the queue (policy_easy.c).
 */
#ifndef MODELS_COMPUTE_PARTITION_H
#define MODELS_COMPUTE_PARTITION_H

#include <stddef.h>
#include <stdint.h>

#include "models/compute/job.h"
#include "models/compute/policy.h"
#include "sim/sim.h"
#include "sim/stats.h"

enum { MDL_PARTITION_JOBS_MAX = 2000000 };

/* The longest walltime, ns (73 years): a start plus a walltime is always a time. */
#define MDL_WALLTIME_MAX_NS (INT64_MAX / 4)

struct mdl_partition;

/* Both are called from inside a pass or an end. They may enqueue jobs, here or elsewhere; those
 * are looked at in one more pass of the same instant. They may not change this capacity. */
struct mdl_partition_hooks {
    void *context;
    /* The job has got its units; start_ns is set. May be NULL. */
    void (*started)(void *context, struct mdl_job *job);
    /* The job has given its units back; end_ns is set. It is the caller's again. May be NULL. */
    void (*ended)(void *context, struct mdl_job *job);
    /* The job has left the queue, its patience at an end. It is the caller's again. May be NULL
     * where no job has patience set. */
    void (*abandoned)(void *context, struct mdl_job *job);
    /* The job has lost its units to another one and goes back to the queue; start_ns is that of
     * the attempt that ends now, of which lost_ns were in vain. May be NULL. */
    void (*preempted)(void *context, struct mdl_job *job, int64_t lost_ns);
};

/* `name` is borrowed (for messages). capacity: units at the beginning, may be 0.
 * width_max: the widest job that will ever come (bounds the structures by width), >= 1. */
SIM_NODISCARD enum sim_status mdl_partition_create(struct sim *sim, const char *name,
                                                   const struct mdl_policy *policy,
                                                   uint32_t capacity, uint32_t width_max,
                                                   const struct mdl_partition_hooks *hooks,
                                                   struct mdl_partition **out,
                                                   struct sim_error *err);

/* Puts the job at the end of the queue, now; the pass of this instant will look at it.
 * job->width in 1..width_max, 0 <= run_ns <= walltime_ns <= MDL_WALLTIME_MAX_NS. Sets eligible_ns
 * to the present, start_ns and end_ns to MDL_TIME_UNSET. */
void mdl_partition_enqueue(struct mdl_partition *partition, struct mdl_job *job);

/* The job, enqueued at this instant, leaves the queue (outcome abandoned, hooks.abandoned) when it
 * has not started within patience_ns >= 0; 0: when the pass of this instant does not start it. */
void mdl_partition_set_patience(struct mdl_partition *partition, struct mdl_job *job,
                                int64_t patience_ns);

void mdl_partition_set_capacity(struct mdl_partition *partition, uint32_t capacity);

/* ---- work that does not go on as time does (pace.h) ---- */

/* Before any job is there: jobs with job->pace > 0 may come. */
SIM_NODISCARD enum sim_status mdl_partition_enable_pace(struct mdl_partition *partition,
                                                        struct sim_error *err);

/* From now on the work of the running jobs with this pace goes on at that rate, 0 to 1. Policies do
 * not see it. Who is not through at its walltime is killed then (outcome timeout); at its end
 * job->run_ns is the work that was done. */
void mdl_partition_set_rate(struct mdl_partition *partition, unsigned pace, double rate);

/* Of a running job with a pace: work that is left; it stands still, and goes on. */
int64_t mdl_partition_left_ns(const struct mdl_partition *partition, const struct mdl_job *job);
void mdl_partition_pause(struct mdl_partition *partition, const struct mdl_job *job);
void mdl_partition_resume(struct mdl_partition *partition, const struct mdl_job *job);

/* ---- what others read ---- */
struct mdl_partition_state {
    uint32_t capacity, free_units;   /* free is 0 when more is busy than there is */
    struct sim_level capacity_units; /* levels: exact integrals over time */
    struct sim_level busy_units;
    struct sim_level waiting_jobs;
    struct sim_level waiting_units; /* sum of widths in the queue */
    struct sim_level running_jobs;
    /* capacity = busy + maintenance + reserved_idle + fragmented + blocked + no_demand - overrun,
     * at every moment; of free units those held back come first */
    struct sim_level maintenance_units, reserved_idle_units;
    struct sim_level fragmented_units; /* free on nodes of which none suits the head as it is */
    struct sim_level blocked_units;    /* else free while jobs wait */
    struct sim_level no_demand_units;  /* free while none does */
    struct sim_level overrun_units;    /* busy beyond the capacity */
    uint64_t jobs_in, jobs_started, jobs_ended; /* attempts are started, too */
    uint64_t preemptions, jobs_abandoned;
};
const struct mdl_partition_state *mdl_partition_state(const struct mdl_partition *partition);

/* Work that is predicted to be left: (predicted end - now) x width of what runs plus walltime x
 * width of what waits, in unit-ns. O(1), by running sums. */
sim_i128 mdl_partition_backlog_unit_ns(const struct mdl_partition *partition);

/* Jobs that are inside, in any order: visit(context, job). For the end of a run. */
void mdl_partition_each_inside(const struct mdl_partition *partition,
                               void (*visit)(void *context, struct mdl_job *job), void *context);

#endif /* MODELS_COMPUTE_PARTITION_H */
