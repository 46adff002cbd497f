/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/job.h - a request for one batch or interactive run, from submit to done.
 *
 * The demand side fills a job in, the transport side brings its input, a partition queues and
 * runs it, the transport side takes its output home. Each hand-over stamps the job.
 *
 * Units    width: allocation units of its partition (nodes or GPUs); times ns.
 * Memory   the caller's (a pool of the world, an array of a replay); two cache lines,
 *          best from memory aligned to 64 bytes.
 */
#ifndef MODELS_COMPUTE_JOB_H
#define MODELS_COMPUTE_JOB_H

#include <stddef.h>
#include <stdint.h>

enum mdl_outcome { /* closed set; as written in jobs/outcome */
                   MDL_OUTCOME_COMPLETED,
                   MDL_OUTCOME_FAILED,
                   MDL_OUTCOME_CANCELLED,
                   MDL_OUTCOME_TIMEOUT,   /* killed at its walltime */
                   MDL_OUTCOME_INSIDE,    /* still in the system when the run ended */
                   MDL_OUTCOME_ABANDONED, /* left the queue, its patience at an end */
};

#define MDL_TIME_UNSET INT64_MIN /* a stamp that was not reached */

/* The first 64 bytes are all that queueing and running touch. */
struct mdl_job {
    /* what a policy may see */
    int64_t walltime_ns; /* requested; the job is killed then */
    uint32_t width;      /* > 0 */
    /* place in the partition's queue, then among its running jobs; nobody else's business */
    uint32_t place;
    union {
        uint64_t order;       /* of entering the queue */
        struct mdl_job *next; /* of those that its source holds back, before that */
    };
    /* what it will turn out to be */
    int64_t run_ns; /* work of this attempt, <= walltime_ns: its run time unless it has a pace */
    /* stamps */
    int64_t submit_ns, eligible_ns, start_ns, end_ns;
    /* who and where */
    uint64_t id;   /* index in its community; in a replay the log's job number */
    uint32_t user; /* index in its community */
    uint32_t community, class_index, partition;
    uint32_t bundle; /* real jobs in this record, >= 1 */
    uint32_t group;  /* its array or chain, its source's business; 0: none */
    uint64_t input_bytes, output_bytes;
    uint8_t outcome;
    uint8_t reserved; /* 1 + the reservation of its partition that it runs inside; 0: none */
    uint8_t pace;     /* 1 + the group at whose rate its work goes on; 0: as time does */
    uint8_t
        leaves_here; /* what it leaves on the storage lies with its output, not on a burst tier */
    uint32_t gpus_asked;         /* accelerators that it uses of those it holds; 0: all */
    struct mdl_history *history; /* attempts that were preempted, or NULL */
};

/* run_ns of a job is what is left to do in its present attempt, restart_ns of that to begin again
 * from a checkpoint. Held in all attempts = run + lost + restart of the last. */
struct mdl_history {
    int64_t first_start_ns;
    int64_t run_ns;     /* of the whole, with what its pace has cost */
    int64_t held_ns;    /* in attempts that were preempted */
    int64_t slowed_ns;  /* of run, by the pace in those */
    int64_t lost_ns;    /* of that: work without a checkpoint, and restarts */
    int64_t restart_ns; /* of the present attempt */
    uint32_t preempted; /* attempts */
};

/* MDL_TIME_UNSET when it has not started. */
static inline int64_t mdl_job_first_start_ns(const struct mdl_job *job)
{
    return job->history ? job->history->first_start_ns : job->start_ns;
}

/* Productive run time of the whole job. */
static inline int64_t mdl_job_run_ns(const struct mdl_job *job)
{
    return job->history ? job->history->run_ns : job->run_ns;
}

static inline uint32_t mdl_job_attempts(const struct mdl_job *job)
{
    return (job->history ? job->history->preempted : 0) + (job->start_ns != MDL_TIME_UNSET);
}

#endif /* MODELS_COMPUTE_JOB_H */
