/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/job_class.h - what jobs of one class are like, and what accelerators are worth.
 *
 * A class gives the law of each attribute of a job; a community mixes classes. Classes follow
 * the four parts of an AI factory (data_pipeline, development, training, experimentation) plus
 * simulation, service and course, but any name will do.
 *
 * Units    see the rows; run times in seconds.
 */
#ifndef MODELS_COMPUTE_JOB_CLASS_H
#define MODELS_COMPUTE_JOB_CLASS_H

#include "sim/field.h"

enum mdl_walltime { MDL_WALLTIME_EXACT, MDL_WALLTIME_ROUND };

/* Most that one job may bring or take home; what a law draws beyond counts as that much. */
#define MDL_JOB_BYTES_MAX 1e18

/* What becomes of a run that is longer than the walltime limit. */
enum mdl_over_limit {
    MDL_OVER_LIMIT_KILL,   /* it is killed there */
    MDL_OVER_LIMIT_CHAIN,  /* it is cut into pieces, each submitted when the one before has left */
    MDL_OVER_LIMIT_EXEMPT, /* the partition's limit does not hold for it */
};

struct mdl_class_config {
    struct sim_item item;
    struct sim_dist gpus;         /* on partitions with accelerators */
    struct sim_dist nodes;        /* on partitions without */
    double cores, memory_bytes;   /* for each accelerator, on nodes that jobs share */
    struct sim_dist run;          /* seconds, of one real job */
    int walltime;                 /* enum mdl_walltime */
    struct sim_dist overestimate; /* requested over run time of 1 h, >= 1 */
    double overestimate_slope;    /* times (1 h / run time)^this for others, >= 1 still */
    int64_t limit_ns;      /* longest walltime users of this class ask for; 0 = the partition's */
    double transfer_frac;  /* of jobs that carry input and output of their own */
    struct sim_dist input; /* bytes */
    struct sim_dist output;
    double failed_frac, cancelled_frac;
    int64_t bundle;               /* real jobs in one record */
    struct sim_dist patience;     /* in the queue, s; from MDL_PATIENCE_NONE_S on there is no end */
    int over_limit;               /* enum mdl_over_limit */
    struct sim_dist array, chain; /* jobs of one submission; below 1 counts as 1 */
    int64_t at_once;              /* of an array, inside together; 0 = all */
    struct sim_dist array_gap;    /* from one job of an array to the next, s */
    const char *qos;
    int64_t checkpoint_every_ns; /* 0: none */
    int64_t restart_ns;
    double checkpoint_bytes;  /* of an accelerator, or of a node without */
    double reads_bytes_per_s; /* the same, while the job runs */
    struct sim_dist leaves;   /* bytes */
    double files;             /* of the input */
};

struct mdl_accelerator_config {
    struct sim_item item;
    const char *vendor;
    double memory_bytes;
    struct sim_shares worth; /* class name, or "any", -> H100-equivalents of one GPU */
};

extern const struct sim_field mdl_class_fields[];
extern const struct sim_field mdl_accelerator_fields[];

#define MDL_PATIENCE_NONE_S 1e9
bool mdl_class_has_patience(const struct mdl_class_config *job_class); /* not for ever */

/* Jobs of its arrays come one after the other, not all at once. */
bool mdl_class_has_array_gap(const struct mdl_class_config *job_class);

/* Do its jobs leave data behind? */
static inline bool mdl_class_leaves(const struct mdl_class_config *job_class)
{
    return job_class->leaves.kind != SIM_DIST_CONSTANT || job_class->leaves.a > 0;
}

enum { MDL_CLASS_JOBS_MAX = 100000 }; /* of one submission */

/* Jobs of one submission, mean over the laws of array and chain; the pieces of a run that is cut at
 * the limit are one job. */
double mdl_class_jobs_mean(const struct mdl_class_config *job_class);

/* Jobs of an array or a chain whose uniform is u. */
uint32_t mdl_class_jobs_at(const struct sim_dist *law, double u);

/* H100-equivalents of one GPU of this accelerator for a class: by name, else "any", else 1. */
double mdl_accelerator_worth(const struct mdl_accelerator_config *accelerator,
                             const char *class_name);

#endif /* MODELS_COMPUTE_JOB_CLASS_H */
