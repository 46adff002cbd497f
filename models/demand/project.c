/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/project.h"

#include <math.h>

#include "models/compute/partition.h"
#include "models/demand/application.h"
#include "models/demand/new_job.h"
#include "models/demand/purpose.h"
#include "sim/random.h"
#include "sim/units.h"

#define AT(member) SIM_AT(struct mdl_spend_config, member)

const struct sim_field mdl_spend_fields[] = {
    {.name = "ramp",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     AT(ramp_frac),
     .max = 1,
     .fallback = 0.2,
     .help = "part of a project's time in which its pace rises from nothing"},
    {.name = "rush",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_1,
     AT(rush_factor),
     .min = 1,
     .max = 100,
     .fallback = 1.5,
     .help = "pace before the end, over that before"},
    {.name = "rush_after",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     AT(rush_after_frac),
     .max = 1,
     .fallback = 0.8,
     .help = "part of a project's time after which it rushes; not before the ramp's end"},
    {0},
};

/* ---- profile of spending ---- */

/* Integral of the pace, 1 between ramp and rush. */
static double paced(const struct mdl_spend_config *spend, double x)
{
    double ramp = spend->ramp_frac, rush = spend->rush_after_frac;

    if (x < ramp)
        return x * x / (2 * ramp);
    return x - ramp / 2 + (x > rush ? (spend->rush_factor - 1) * (x - rush) : 0);
}

double mdl_spend_due(const struct mdl_spend_config *spend, double time_frac)
{
    return time_frac < 1 ? paced(spend, time_frac) / paced(spend, 1) : 1;
}

double mdl_spend_when(const struct mdl_spend_config *spend, double due_frac)
{
    double ramp = spend->ramp_frac, rush = spend->rush_after_frac;
    double due = due_frac * paced(spend, 1);

    if (due < ramp / 2)
        return sqrt(2 * ramp * due);
    if (due <= rush - ramp / 2)
        return due + ramp / 2;
    return rush + (due - (rush - ramp / 2)) / spend->rush_factor;
}

/* ---- hours ---- */

#define NS_PER_MILLI_H (SIM_HOUR_NS / 1000)

/* Accelerator-time per unit-time is gpus / parts; node-time on partitions without. */
static sim_i128 gpus_per_unit(const struct mdl_partition_plan *machine)
{
    return machine->gpus_per_unit ? machine->gpus_per_unit : 1;
}

int64_t mdl_hours_mgpuh(const struct mdl_partition_plan *machine, uint32_t width, int64_t held_ns)
{
    sim_i128 whole = (sim_i128)machine->units_per_gpu * NS_PER_MILLI_H;

    return (int64_t)(((sim_i128)width * gpus_per_unit(machine) * held_ns + whole / 2) / whole);
}

/* How long a width may be held for so many hours. */
static int64_t held_at_most_ns(const struct mdl_partition_plan *machine, uint32_t width,
                               int64_t mgpuh)
{
    sim_i128 ns = (sim_i128)mgpuh * NS_PER_MILLI_H * machine->units_per_gpu /
                  (width * gpus_per_unit(machine));

    return ns < MDL_WALLTIME_MAX_NS ? (int64_t)ns : MDL_WALLTIME_MAX_NS;
}

static int64_t spent(const struct mdl_project *project)
{
    return project->hours.used + project->hours.lost;
}

int64_t mdl_project_left(const struct mdl_project *project)
{
    int64_t left = project->meant - spent(project);

    return left > 0 ? left : 0;
}

static void charge(struct mdl_project *project, int64_t used, int64_t lost)
{
    struct mdl_project_hours *hours = &project->hours;
    int64_t room = hours->awarded - spent(project), beyond = used + lost - room;

    if (beyond > 0) { /* who is slowed down, or begins again, holds more than it meant to */
        int64_t of_used = beyond < used ? beyond : used;

        hours->overdrawn += beyond;
        used -= of_used;
        lost -= beyond - of_used;
    }
    hours->used += used;
    hours->lost += lost;
}

void mdl_project_close(struct mdl_project *project, bool has_expired)
{
    struct mdl_project_hours *hours = &project->hours;

    *(has_expired ? &hours->expired : &hours->returned) += hours->awarded - spent(project);
}

/* ---- jobs ---- */

struct mdl_chain {
    struct mdl_chain *next;
    uint32_t inside; /* number of the piece that is inside */
    uint32_t pieces; /* to come before the last */
    struct mdl_job full, last;
};

void mdl_projects_world_init(struct mdl_projects_world *world)
{
    sim_pool_init(&world->chains, world->sim->arena, sizeof(struct mdl_chain));
}

static double uniform(const struct mdl_project *project, const struct mdl_projects_world *world,
                      enum mdl_draw purpose, uint32_t n)
{
    return sim_uniform_at(world->sim->draw_key, project->entity, purpose, n);
}

static size_t stage_of(const struct mdl_project *project)
{
    const struct mdl_stages *stages = project->stages;
    double done = (double)spent(project) / (double)project->meant;
    size_t stage = 0;

    while (stage + 1 < stages->count && done >= stages->cumulated[stage])
        stage++;
    return stage;
}

static bool submit(struct mdl_project *project, struct mdl_projects_world *world,
                   const struct mdl_job *drawn)
{
    struct mdl_job *job =
        mdl_job_take(world->sim, world->jobs, &world->partition[project->partition],
                     &world->inside[project->partition], project->path);

    if (!job)
        return false;
    *job = *drawn;
    job->id = mdl_project_job_id(project->number, project->next_job++);
    job->group = project->handle;
    job->submit_ns = world->sim->now_ns;
    project->jobs_inside++;
    world->submit(world->context, job);
    return true;
}

static bool submit_piece(struct mdl_project *project, struct mdl_projects_world *world,
                         struct mdl_chain **link)
{
    struct mdl_chain *chain = *link;
    struct mdl_job piece = chain->pieces ? chain->full : chain->last;

    chain->inside = project->next_job;
    chain->full.input_bytes = 0;
    if (chain->pieces-- == 0) {
        *link = chain->next;
        sim_pool_put(&world->chains, chain);
    }
    return submit(project, world, &piece);
}

/* A run of several pieces, each as long as the limit but the last. */
static bool begin_chain(struct mdl_project *project, struct mdl_projects_world *world,
                        const struct mdl_job *job, int64_t limit_ns)
{
    struct mdl_chain *chain = sim_pool_get(&world->chains);

    if (!chain) {
        sim_abort(world->sim, SIM_ENOMEM, "no memory for the jobs of '%s'", project->path);
        return false;
    }
    *chain = (struct mdl_chain){.next = project->chain,
                                .pieces = (uint32_t)((job->run_ns - 1) / limit_ns),
                                .full = *job,
                                .last = *job};
    chain->full.walltime_ns = chain->full.run_ns = limit_ns;
    chain->full.outcome = MDL_OUTCOME_COMPLETED;
    chain->full.output_bytes = chain->last.input_bytes = 0;
    chain->last.run_ns -= chain->pieces * limit_ns;
    project->chain = chain;
    return submit_piece(project, world, &project->chain);
}

/* Draws the next job of a class; its hours, 0: it does not fit, or the machine is closed. */
static int64_t draw(struct mdl_project *project, const struct mdl_projects_world *world,
                    uint32_t class_index, struct mdl_job *job, int64_t *limit_ns)
{
    const struct mdl_class_config *job_class = &world->job_class[class_index];
    const struct mdl_partition_plan *machine = &world->partition[project->partition];
    const struct mdl_capacity_step *step = mdl_capacity_at(machine, world->sim->now_ns);
    uint32_t n = project->next_draw++;
    struct mdl_batch batch = {.job_class = job_class,
                              .community = project->community,
                              .class_index = class_index,
                              .user = project->user,
                              .partition = project->partition,
                              .failed_factor = 1};
    struct mdl_job_draws u = {uniform(project, world, MDL_DRAW_RUN, n),
                              uniform(project, world, MDL_DRAW_OVERESTIMATE, n),
                              uniform(project, world, MDL_DRAW_OUTCOME, n)};
    int64_t most_ns;

    if (!step->units)
        return 0;
    batch.width = mdl_request_at(machine, step, job_class, class_index,
                                 uniform(project, world, MDL_DRAW_WIDTH, n), &batch.gpus_asked);
    if (world->failed_factor)
        batch.failed_factor = world->failed_factor(world->context, project->community);
    *limit_ns = batch.limit_ns = mdl_qos_walltime_limit_ns(machine, job_class, NULL);
    mdl_job_fill(job, &batch, 0, &u);
    if (project->has_data &&
        uniform(project, world, MDL_DRAW_TRANSFER, n) <= job_class->transfer_frac)
        mdl_job_add_data(job, job_class, world->sim->draw_key, project->entity, n);
    most_ns = held_at_most_ns(machine, job->width, mdl_project_left(project) - project->planned);
    if (most_ns < SIM_NS_PER_S)
        return 0;
    if (job->run_ns > most_ns)
        job->run_ns = most_ns;
    if (job->walltime_ns < job->run_ns) /* that of the last piece, of which none is left */
        job->walltime_ns = batch.limit_ns;
    return mdl_hours_mgpuh(machine, job->width, job->run_ns);
}

/* Hours that are due within a day from now, of those left. */
static double due_soon(const struct mdl_project *project, const struct mdl_projects_world *world)
{
    double whole = (double)(project->expires_ns - project->begins_ns);
    double now = (double)(world->sim->now_ns - project->begins_ns) / whole;
    double before = mdl_spend_due(world->spend, now);

    return (double)mdl_project_left(project) *
           ((mdl_spend_due(world->spend, now + SIM_DAY_NS / whole) - before) / (1 - before));
}

bool mdl_project_wave(struct mdl_project *project, struct mdl_projects_world *world)
{
    size_t stage = stage_of(project);
    uint32_t class_index = project->stages->class_of[stage];
    double target =
        fmin(due_soon(project, world),
             project->stages->cumulated[stage] * (double)project->meant - (double)spent(project));
    bool has_come = false;

    project->wave_ns = world->sim->now_ns;
    project->wave_left = mdl_project_left(project);
    project->planned = 0;
    project->is_in_wave = true;
    do {
        struct mdl_job job;
        int64_t limit_ns, hours = draw(project, world, class_index, &job, &limit_ns);

        if (!hours || project->next_job + 1 >= MDL_PROJECT_JOBS_MAX)
            break;
        project->planned += hours;
        has_come = job.run_ns > limit_ns ? begin_chain(project, world, &job, limit_ns)
                                         : submit(project, world, &job);
    } while (has_come && (double)project->planned < target);
    project->is_in_wave = false;
    return has_come;
}

static void go_on(struct mdl_project *project, struct mdl_projects_world *world, uint32_t number)
{
    struct mdl_chain **link = &project->chain;

    while (*link && (*link)->inside != number)
        link = &(*link)->next;
    if (!*link)
        return;
    if (world->sim->now_ns < project->expires_ns) {
        submit_piece(project, world, link);
    } else {
        struct mdl_chain *chain = *link;

        *link = chain->next;
        sim_pool_put(&world->chains, chain);
    }
}

static void note_start(struct mdl_project *project, const struct mdl_job *job, int64_t held_ns)
{
    int64_t start_ns = mdl_job_first_start_ns(job);

    if (held_ns >= MDL_TEST_RUN_S * SIM_NS_PER_S &&
        (project->first_start_ns == MDL_TIME_UNSET || start_ns < project->first_start_ns))
        project->first_start_ns = start_ns;
}

static int64_t held_before_ns(const struct mdl_job *job)
{
    return job->history ? job->history->held_ns : 0;
}

void mdl_project_note_running(struct mdl_project *project, const struct mdl_job *job,
                              int64_t now_ns)
{
    int64_t end_ns = job->end_ns == MDL_TIME_UNSET ? now_ns : job->end_ns;

    if (job->start_ns != MDL_TIME_UNSET)
        note_start(project, job, held_before_ns(job) + (end_ns - job->start_ns));
}

int64_t mdl_project_job_left(struct mdl_project *project, struct mdl_projects_world *world,
                             const struct mdl_job *job)
{
    const struct mdl_partition_plan *machine = &world->partition[job->partition];
    bool has_run = job->start_ns != MDL_TIME_UNSET && job->end_ns != MDL_TIME_UNSET;
    int64_t held_ns = held_before_ns(job) + (has_run ? job->end_ns - job->start_ns : 0);
    int64_t held = mdl_hours_mgpuh(machine, job->width, held_ns);
    int64_t lost = job->history ? mdl_hours_mgpuh(machine, job->width, job->history->lost_ns) : 0;

    charge(project, held - lost, lost);
    note_start(project, job, held_ns);
    if (project->chain)
        go_on(project, world, mdl_number_in_project(job));
    project->jobs_inside--; /* not before: it is not through while pieces are to come */
    return held;
}

int64_t mdl_project_next_ns(const struct mdl_project *project,
                            const struct mdl_projects_world *world)
{
    double whole = (double)(project->expires_ns - project->begins_ns);
    double began = (double)(project->wave_ns - project->begins_ns) / whole;
    double before = mdl_spend_due(world->spend, began);
    int64_t spent_since = project->wave_left - mdl_project_left(project), next_ns;

    if (!mdl_project_left(project))
        return project->expires_ns;
    next_ns =
        spent_since > 0
            ? project->begins_ns +
                  (int64_t)(whole * mdl_spend_when(world->spend,
                                                   before + (1 - before) * (double)spent_since /
                                                                (double)project->wave_left))
            : project->wave_ns + SIM_DAY_NS;
    if (next_ns < world->sim->now_ns)
        next_ns = world->sim->now_ns;
    return next_ns < project->expires_ns ? next_ns : project->expires_ns;
}
