/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/replications.h"

#include "models/world.h"
#include "sim/replicate.h"

struct job {
    const struct exp_replications *work;
    double *value;
};

static enum sim_status replicate(void *context, size_t index, struct sim_error *err)
{
    const struct job *job = context;
    const struct exp_replications *work = job->work;
    const struct mdl_plan *plan = work->plan;
    size_t first = index * plan->figure_count;
    struct mdl_world *world;
    struct sim *sim;
    enum sim_status status =
        sim_create(work->seed, (uint32_t)index, plan->begin_ns, work->limit_bytes, &sim, err);

    if (status)
        return status;
    sim->trace = work->trace_of ? work->trace_of(work->context, index) : NULL;
    sim->progress = work->progress ? &work->progress[index] : NULL;
    sim->stop = work->stop;
    status = mdl_world_create(sim, plan, &world, err);
    if (!status)
        status = mdl_world_run(world, job->value + first,
                               work->beyond ? work->beyond + first : NULL, err);
    sim_destroy(sim);
    if (!status && work->trace_end)
        status = work->trace_end(work->context, index, err);
    return status;
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
