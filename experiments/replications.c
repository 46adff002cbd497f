/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/replications.h"

#include "models/world.h"
#include "sim/replicate.h"

struct job {
    const struct exp_replications *work;
    double *value;
};

enum sim_status exp_replication_run(const struct exp_replications *work, size_t replication,
                                    double *value, struct sim_error *err)
{
    const struct mdl_plan *plan = work->plan;
    size_t first = (replication - work->first) * plan->figure_count;
    struct mdl_world *world;
    struct sim *sim;
    enum sim_status status =
        sim_create(work->seed, (uint32_t)replication, plan->begin_ns, work->limit_bytes, &sim, err);

    if (status)
        return status;
    sim->trace = work->trace_of ? work->trace_of(work->context, replication) : NULL;
    sim->progress = work->progress ? &work->progress[replication] : NULL;
    sim->stop = work->stop;
    status = mdl_world_create(sim, plan, &world, err);
    if (!status)
        status = mdl_world_run(world, value, work->beyond ? work->beyond + first : NULL, err);
    sim_destroy(sim);
    if (!status && work->trace_end)
        status = work->trace_end(work->context, replication, err);
    return status;
}

static enum sim_status replicate(void *context, size_t index, struct sim_error *err)
{
    const struct job *job = context;

    return exp_replication_run(job->work, job->work->first + index,
                               job->value + index * job->work->plan->figure_count, err);
}

static void tick(void *context)
{
    const struct job *job = context;

    job->work->tick(job->work->context);
}

enum sim_status exp_replications_run(const struct exp_replications *work, double *value,
                                     struct sim_error *err)
{
    struct job job = {.work = work, .value = value};
    struct sim_replicate tasks = {.count = work->count,
                                  .threads = work->threads,
                                  .task = replicate,
                                  .tick = work->tick ? tick : NULL,
                                  .context = &job};

    return sim_replicate(&tasks, err);
}
