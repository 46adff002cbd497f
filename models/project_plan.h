/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/project_plan.h - access modes and who applies under them, as they follow from a config.
 *
 * Memory   the scenario's arena.
 * Errors   SIM_ENOMEM; the config has passed mdl_projects_check.
 */
#ifndef MODELS_PROJECT_PLAN_H
#define MODELS_PROJECT_PLAN_H

#include "models/access/quota.h"
#include "models/checker.h"
#include "models/demand/application.h"
#include "models/demand/community.h"
#include "models/demand/project.h"

struct mdl_projects_plan {
    bool is_used; /* some community applies */
    size_t mode_count;
    struct mdl_access_mode_plan *mode; /* [mode_count] */
    struct mdl_stages *stages;         /* [mode_count] */
    const struct mdl_spend_config *spend;
    struct mdl_quotas_plan quotas;
};

SIM_NODISCARD enum sim_status mdl_projects_plan_init(struct mdl_projects_plan *plan,
                                                     const struct mdl_config *config,
                                                     const struct mdl_partition_plan *partition,
                                                     size_t partition_count,
                                                     const struct sim_calendar *calendar,
                                                     int64_t begin_ns, struct sim_arena *arena,
                                                     struct sim_error *err);

/* What a community applies for, and in *submit the jobs that may follow from it: the partitions of
 * its modes and the classes of their stages, at no rate of their own. */
SIM_NODISCARD enum sim_status mdl_apply_plan_create(const struct mdl_projects_plan *plan,
                                                    const struct mdl_community_config *community,
                                                    const struct mdl_partition_plan *partition,
                                                    struct sim_arena *arena,
                                                    const struct mdl_submit_config **submit,
                                                    const struct mdl_apply_plan **out,
                                                    struct sim_error *err);

/* The partition that a project asks for at home: by the pools of those of the mode that are open,
 * else by the accelerators that the owner has there. SIZE_MAX: none is. */
size_t mdl_project_home(const struct mdl_access_mode_plan *mode,
                        const struct mdl_partition_plan *partition, int64_t time_ns, double u);

/* Accelerator-seconds (node-seconds) that the applications of a day would use on a partition, were
 * there room: those of members who come again with them, as in the long run. */
double mdl_apply_asked_s(const struct mdl_projects_plan *plan, const struct mdl_apply_plan *apply,
                         const struct mdl_partition_plan *partition, size_t index,
                         const struct sim_calendar *calendar, int64_t day_ns);

/* A part of mdl_config_check. */
void mdl_projects_check(const struct mdl_checker *checker);

#endif /* MODELS_PROJECT_PLAN_H */
