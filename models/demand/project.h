/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/project.h - an awarded project turns its hours into jobs, at a pace.
 *
 * The classes of its access mode are its stages, one after the other, each up to its part of the
 * hours. Jobs come in waves. A wave aims at a day: hours left x what the profile of spending has
 * due in that day / what it has due until the end. Its jobs are submitted together, at least one,
 * and the next wave waits until all of them have left, and until their hours are due. So a project
 * that was held up by a queue hurries afterwards, and one that was lucky rests. The profile rises
 * over the `ramp`, is flat, and is higher by the `rush` at the end (docs/models.md).
 *
 * A project means to use its award but for what its mode says is never used. A job is cut to the
 * hours that are left. Runs longer than the walltime limit are chains, where their class says so:
 * a piece is submitted when the one before has left.
 *
 * Hours are counted in thousandths of a GPU-hour (node-hour on partitions without accelerators);
 * each job is charged what it held, rounded to nearest: awarded = used + lost + returned + expired,
 * with what it held beyond its award counted apart (overdrawn).
 *
 * Units    milli-GPU-h; ns of the simulation's clock.
 * Draws    entity = mdl_project_entity, index = number of the job in the project.
 * Memory   the struct is the caller's; a chain's entry comes from a pool and returns to it.
 * Errors   wave aborts the run (SIM_ENOMEM, SIM_ELIMIT).
 * Cost     O(1) per job, plus O(chains of the wave) for pieces.
 */
#ifndef MODELS_DEMAND_PROJECT_H
#define MODELS_DEMAND_PROJECT_H

#include <stdbool.h>

#include "models/compute/capacity.h"
#include "models/compute/job.h"
#include "sim/arena.h"
#include "sim/field.h"
#include "sim/sim.h"

/* From the submission of an application to the first job that is no test. */
enum mdl_stage {
    MDL_STAGE_CUTOFF,     /* until applications are collected */
    MDL_STAGE_REVIEW,     /* until the decision */
    MDL_STAGE_QUOTA,      /* good enough, but there are no hours for it yet */
    MDL_STAGE_ONBOARDING, /* accounts, security, law */
    MDL_STAGE_DATA,       /* its data on their way */
    MDL_STAGE_QUEUE,      /* of its first jobs */
    MDL_STAGES
};
enum mdl_stage_part { /* of the time in a stage */
                      MDL_PART_WORKED,
                      MDL_PART_RESOURCE, /* waiting for a person, a machine, hours */
                      MDL_PART_DATE,     /* waiting for a date: cut-off, working hours, holiday */
                      MDL_PARTS
};

enum mdl_project_outcome {                        /* closed set; as written in projects/outcome */
                           MDL_PROJECT_INSIDE,    /* had not ended when the run did */
                           MDL_PROJECT_UNPLACED,  /* no machine was open, or no more cut-off came */
                           MDL_PROJECT_WITHDRAWN, /* its patience was at an end */
                           MDL_PROJECT_REJECTED,
                           MDL_PROJECT_REFUSED,  /* good enough, but there were no hours for it */
                           MDL_PROJECT_USED_UP,  /* awarded, and no hours left */
                           MDL_PROJECT_EXPIRED,  /* awarded, and its time is over */
                           MDL_PROJECT_RETURNED, /* awarded, and what was left was given back */
                           MDL_PROJECT_OUTCOMES
};

struct mdl_spend_config { /* profile of spending over a project's time */
    double ramp_frac;     /* it rises until then */
    double rush_factor;   /* from rush_after on, over what it was before */
    double rush_after_frac;
};

extern const struct sim_field mdl_spend_fields[];

/* Part of its hours that is due after a part of its time, 0 to 1, and the inverse. */
double mdl_spend_due(const struct mdl_spend_config *spend, double time_frac);
double mdl_spend_when(const struct mdl_spend_config *spend, double due_frac);

struct mdl_stages { /* of an access mode */
    size_t count;
    const uint32_t *class_of; /* [count] */
    const double *cumulated;  /* [count] parts of the hours, ends at 1 */
};

struct mdl_project_hours { /* of a project, milli-GPU-h */
    int64_t awarded, used, lost, returned, expired;
    int64_t overdrawn; /* held beyond the award */
};

/* What projects need of the world around them. */
struct mdl_projects_world {
    struct sim *sim;
    const struct mdl_spend_config *spend;
    const struct mdl_class_config *job_class;
    const struct mdl_partition_plan *partition;
    struct sim_pool *jobs;
    struct sim_pool chains;
    uint64_t *inside; /* [partition] as in source.h */
    void (*submit)(void *context, struct mdl_job *job);
    double (*failed_factor)(void *context, size_t source); /* as in source.h; NULL: 1 */
    void *context;
};

/* The rest is set. */
void mdl_projects_world_init(struct mdl_projects_world *world);

struct mdl_chain; /* a run of which pieces are to come */

struct mdl_project {
    uint64_t entity;
    const struct mdl_stages *stages;
    const char *path;           /* of its community, for messages */
    uint32_t community, number; /* see application.h */
    uint32_t user, partition;
    uint32_t handle; /* goes into group of its jobs */
    bool has_data;   /* its jobs bring data of their own */
    int64_t begins_ns, expires_ns;
    struct mdl_project_hours hours;
    int64_t meant;                             /* of awarded: what it means to use */
    uint32_t next_job, next_draw, jobs_inside; /* the pieces of a run are drawn once */
    int64_t first_start_ns; /* of its first job that ran for 10 min; MDL_TIME_UNSET */
    /* the present wave */
    int64_t wave_ns, planned; /* when it began; hours of its jobs inside */
    int64_t wave_left;        /* hours that were left then */
    struct mdl_chain *chain;
    bool is_in_wave; /* jobs are being submitted: what leaves meanwhile begins nothing */
};

enum { MDL_TEST_RUN_S = 600 }; /* who runs for less is a test */

/* Of what it means to use, what it has not spent yet. */
int64_t mdl_project_left(const struct mdl_project *project);

/* Milli-GPU-h (node-h) of a width held for a time, rounded to nearest. */
int64_t mdl_hours_mgpuh(const struct mdl_partition_plan *partition, uint32_t width,
                        int64_t held_ns);

/* Submits the next wave, now; hours.awarded, meant, begins_ns and expires_ns are set. False: there
 * is nothing that it could do with the hours left. */
bool mdl_project_wave(struct mdl_project *project, struct mdl_projects_world *world);

/* A job of it has left; it is charged, and the next piece of its chain is submitted. Returns what
 * the job held, milli-GPU-h. */
int64_t mdl_project_job_left(struct mdl_project *project, struct mdl_projects_world *world,
                             const struct mdl_job *job);

/* A job of it runs still when everything ends. */
void mdl_project_note_running(struct mdl_project *project, const struct mdl_job *job,
                              int64_t now_ns);

/* When the next wave is due, at expires_ns at the latest, which is when there is none; no job is
 * inside. */
int64_t mdl_project_next_ns(const struct mdl_project *project,
                            const struct mdl_projects_world *world);

/* Closes the books: what is left is returned, or has expired. */
void mdl_project_close(struct mdl_project *project, bool has_expired);

#endif /* MODELS_DEMAND_PROJECT_H */
