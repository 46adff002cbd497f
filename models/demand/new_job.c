/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/new_job.h"

#include "models/compute/partition.h"
#include "models/demand/purpose.h"
#include "sim/random.h"
#include "sim/units.h"

struct mdl_job *mdl_job_take(struct sim *sim, struct sim_pool *jobs,
                             const struct mdl_partition_plan *machine, uint64_t *inside,
                             const char *path)
{
    struct mdl_job *job;

    if ((*inside)++ >= MDL_PARTITION_JOBS_MAX) {
        sim_abort(sim, SIM_ELIMIT,
                  "%s: more than %d jobs are inside: held back by 'queue_limit' or in arrays and "
                  "chains, on their way with their data, waiting or running",
                  machine->name, MDL_PARTITION_JOBS_MAX);
        return NULL;
    }
    job = sim_pool_get(jobs);
    if (!job)
        sim_abort(sim, SIM_ENOMEM, "no memory for the jobs of '%s'", path);
    return job;
}

static uint8_t outcome_of(const struct mdl_class_config *job_class, double failed_factor, double u)
{
    if (u <= job_class->failed_frac)
        return u <= job_class->failed_frac * failed_factor ? MDL_OUTCOME_FAILED
                                                           : MDL_OUTCOME_COMPLETED;
    return u <= job_class->failed_frac + job_class->cancelled_frac ? MDL_OUTCOME_CANCELLED
                                                                   : MDL_OUTCOME_COMPLETED;
}

void mdl_job_fill(struct mdl_job *job, const struct mdl_batch *batch, uint64_t id,
                  const struct mdl_job_draws *u)
{
    const struct mdl_class_config *job_class = batch->job_class;
    double run_s = sim_dist_at(&job_class->run, u->run) * (double)job_class->bundle;
    double over = sim_dist_at(&job_class->overestimate, u->overestimate);
    int64_t run_ns = sim_ns_from_s(run_s), before_ns = 0;

    if (job_class->over_limit == MDL_OVER_LIMIT_CHAIN && run_ns > batch->limit_ns)
        before_ns = (run_ns - 1) / batch->limit_ns * batch->limit_ns;
    *job = (struct mdl_job){
        .walltime_ns =
            mdl_walltime_ns(job_class, run_s - sim_s_from_ns(before_ns), over, batch->limit_ns),
        .width = batch->width,
        .user = batch->user,
        .run_ns = run_ns,
        .submit_ns = MDL_TIME_UNSET,
        .eligible_ns = MDL_TIME_UNSET,
        .start_ns = MDL_TIME_UNSET,
        .end_ns = MDL_TIME_UNSET,
        .id = id,
        .community = batch->community,
        .class_index = batch->class_index,
        .partition = batch->partition,
        .bundle = (uint32_t)job_class->bundle,
        .outcome = outcome_of(job_class, batch->failed_factor, u->outcome),
        .gpus_asked = batch->gpus_asked,
    };
    if (job->walltime_ns < run_ns - before_ns && before_ns == 0) { /* killed at its limit */
        job->run_ns = job->walltime_ns;
        job->outcome = MDL_OUTCOME_TIMEOUT;
    } else if (job->walltime_ns < run_ns - before_ns) { /* a last piece: seconds were rounded */
        job->walltime_ns = run_ns - before_ns;
    }
}

uint64_t mdl_job_bytes(const struct sim_dist *law, double u)
{
    double bytes = sim_dist_at(law, u);

    if (bytes >= MDL_JOB_BYTES_MAX)
        return (uint64_t)MDL_JOB_BYTES_MAX;
    return bytes > 0 ? (uint64_t)(bytes + 0.5) : 0;
}

void mdl_job_add_data(struct mdl_job *job, const struct mdl_class_config *job_class,
                      uint64_t draw_key, uint64_t entity, uint64_t index)
{
    job->input_bytes =
        mdl_job_bytes(&job_class->input, sim_uniform_at(draw_key, entity, MDL_DRAW_INPUT, index));
    job->output_bytes =
        mdl_job_bytes(&job_class->output, sim_uniform_at(draw_key, entity, MDL_DRAW_OUTPUT, index));
}
