/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/new_job.h - a job as it follows from its class, its machine and what was drawn.
 *
 * Errors   take aborts the run: SIM_ENOMEM, and SIM_ELIMIT for more than MDL_PARTITION_JOBS_MAX
 * jobs inside of a partition; the rest cannot fail.
 */
#ifndef MODELS_DEMAND_NEW_JOB_H
#define MODELS_DEMAND_NEW_JOB_H

#include "models/compute/capacity.h"
#include "models/compute/job.h"
#include "sim/sim.h"

struct mdl_batch { /* what jobs that come together share */
    const struct mdl_class_config *job_class;
    uint32_t community, class_index, user, partition;
    uint32_t width, gpus_asked;
    int64_t limit_ns;     /* longest walltime */
    double failed_factor; /* of the failures of its class; those avoided complete */
};

struct mdl_job_draws { /* uniforms */
    double run, overestimate, outcome;
};

/* A job for the machine, counted into *inside; NULL: the run was aborted. path: of the source. */
struct mdl_job *mdl_job_take(struct sim *sim, struct sim_pool *jobs,
                             const struct mdl_partition_plan *machine, uint64_t *inside,
                             const char *path);

/* Everything but its data. A run beyond the limit is killed there, unless its class cuts it into a
 * chain: then run_ns is that of all pieces, and the walltime that of the last. */
void mdl_job_fill(struct mdl_job *job, const struct mdl_batch *batch, uint64_t id,
                  const struct mdl_job_draws *u);

/* Input and output of its own, drawn at (entity, index). */
void mdl_job_add_data(struct mdl_job *job, const struct mdl_class_config *job_class,
                      uint64_t draw_key, uint64_t entity, uint64_t index);

/* Bytes of a law of data, drawn there; at most MDL_JOB_BYTES_MAX. */
uint64_t mdl_job_bytes(const struct sim_dist *law, double u);

#endif /* MODELS_DEMAND_NEW_JOB_H */
