/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/application.h - members of communities apply for projects.
 *
 * Applications of members come as a Poisson process whose rate goes with the number of members, the
 * season and the growth (rate.h). Each is of one member, drawn evenly, under one access mode. What
 * is drawn for it is drawn by its number, so the n-th keeps its size and its fate when demand is
 * scaled. Who is rejected may come again after a while, a few times; who was served may come back.
 * Such a later round has the number of the first one, and draws of its own.
 *
 * Who has waited longer than its patience withdraws.
 *
 * Draws    entity = that of the community for the gaps, else mdl_application_entity; purposes in
 *          purpose.h.
 * Memory   the simulation's arena: one timer per community, nothing per application.
 * Errors   create: SIM_ENOMEM; more than MDL_APPLICATIONS_MAX of a community abort the run
 *          (SIM_ELIMIT).
 */
#ifndef MODELS_DEMAND_APPLICATION_H
#define MODELS_DEMAND_APPLICATION_H

#include <stdbool.h>

#include "models/access/access_mode.h"
#include "models/compute/job.h"
#include "models/demand/rate.h"

struct mdl_again_config { /* of the rejected */
    double part_frac;
    struct sim_dist delay_s; /* after the decision */
    int64_t tries;           /* applications in a row, the first one with them */
};

struct mdl_back_config { /* of those served */
    double part_frac;
    struct sim_dist delay_s; /* after their project has closed */
};

struct mdl_apply_config {
    double rate_per_s; /* of one member, at the start */
    double growth_per_yr;
    struct sim_profile hours, season;
    struct sim_shares modes; /* access modes, by part of the applications; none: no applications */
    struct mdl_again_config again;
    struct mdl_back_config back;
    struct sim_dist patience_s; /* from the submission to the start of the project */
};

extern const struct sim_field mdl_apply_fields[];

static inline bool mdl_applies(const struct mdl_apply_config *apply)
{
    return apply->modes.count > 0;
}

/* ---- numbers ----
 * A project has the number of the application, plus MDL_APPLICATIONS_MAX for each round before.
 * Jobs of a project are numbered in it; their id says which project they are of. */
enum { MDL_APPLICATIONS_MAX = 1 << 24, MDL_ROUNDS_MAX = 64 };
#define MDL_PROJECT_JOBS_MAX (UINT64_C(1) << 24)

static inline uint32_t mdl_project_number(uint32_t application, uint32_t round)
{
    return application + round * MDL_APPLICATIONS_MAX;
}

static inline uint64_t mdl_project_job_id(uint32_t project, uint32_t job)
{
    return project * MDL_PROJECT_JOBS_MAX + job;
}

static inline uint32_t mdl_project_of_job(const struct mdl_job *job)
{
    return (uint32_t)(job->id / MDL_PROJECT_JOBS_MAX);
}

static inline uint32_t mdl_number_in_project(const struct mdl_job *job)
{
    return (uint32_t)(job->id % MDL_PROJECT_JOBS_MAX);
}

/* Of the draws of a project and of its jobs. */
uint64_t mdl_project_entity(uint64_t community, uint32_t project);

/* ---- what follows from the config ---- */

struct mdl_apply_plan { /* of a community */
    const struct sim_item *item;
    const struct mdl_apply_config *config;
    struct mdl_rate_plan rate;
    uint32_t members;
    size_t mode_count;
    const double *mode_cumulated; /* [mode_count], ends at 1 */
    const uint32_t *mode;         /* [mode_count] indices of access modes */
};

/* ---- one world ---- */

struct mdl_applications;

struct mdl_applications_world {
    const struct sim_calendar *calendar;
    int64_t begin_ns, finish_ns; /* applications come in between */
    /* Application `number` of community `community` comes now. */
    void (*arrived)(void *context, uint32_t community, uint32_t number);
    void *context;
};

/* apply: of source `community`; borrowed. */
SIM_NODISCARD enum sim_status mdl_applications_create(struct sim *sim,
                                                      const struct mdl_apply_plan *apply,
                                                      uint32_t community,
                                                      const struct mdl_applications_world *world,
                                                      struct mdl_applications **out,
                                                      struct sim_error *err);
uint32_t mdl_applications_count(const struct mdl_applications *applications);

/* What does not depend on where it goes. */
struct mdl_application {
    uint64_t entity;
    uint32_t member;
    size_t mode; /* index of access modes */
};
struct mdl_application mdl_application_at(const struct mdl_apply_plan *apply, uint64_t draw_key,
                                          uint32_t project);

/* How long after the end the member applies again (project: the number of the one that ended),
 * rejected or served; SIM_NEVER: it does not. */
int64_t mdl_application_again_ns(const struct mdl_apply_plan *apply, uint64_t draw_key,
                                 uint32_t project, bool was_served, uint32_t rejected_in_a_row);

/* From the submission to withdrawal; SIM_NEVER: none. */
int64_t mdl_application_patience_ns(const struct mdl_apply_plan *apply, uint64_t draw_key,
                                    uint32_t project);

#endif /* MODELS_DEMAND_APPLICATION_H */
