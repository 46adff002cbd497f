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

struct mdl_class_config {
    struct sim_item item;
    struct sim_dist gpus;         /* on partitions with accelerators */
    struct sim_dist nodes;        /* on partitions without */
    struct sim_dist run;          /* seconds, of one real job */
    int walltime;                 /* enum mdl_walltime */
    struct sim_dist overestimate; /* requested over run time, >= 1 */
    int64_t limit_ns;      /* longest walltime users of this class ask for; 0 = the partition's */
    double transfer_frac;  /* of jobs that carry input and output of their own */
    struct sim_dist input; /* bytes */
    struct sim_dist output;
    double failed_frac, cancelled_frac;
    int64_t bundle; /* real jobs in one record */
};

struct mdl_accelerator_config {
    struct sim_item item;
    const char *vendor;
    double memory_bytes;
    struct sim_shares worth; /* class name, or "any", -> H100-equivalents of one GPU */
};

extern const struct sim_field mdl_class_fields[];
extern const struct sim_field mdl_accelerator_fields[];

/* H100-equivalents of one GPU of this accelerator for a class: by name, else "any", else 1. */
double mdl_accelerator_worth(const struct mdl_accelerator_config *accelerator,
                             const char *class_name);

#endif /* MODELS_COMPUTE_JOB_CLASS_H */
