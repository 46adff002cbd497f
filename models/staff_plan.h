/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/staff_plan.h - pools of people and courses as they follow from a config.
 *
 * A pool is the people of one skill at one site, or at the central access point, whose pools come
 * last. A site without people of a skill is served by the access point's.
 *
 * Memory   the scenario's arena.
 * Errors   SIM_ENOMEM; the config has passed mdl_staffs_check.
 */
#ifndef MODELS_STAFF_PLAN_H
#define MODELS_STAFF_PLAN_H

#include "models/access/course.h"
#include "models/checker.h"

struct mdl_staffs_plan {
    size_t pool_count, course_count;
    struct mdl_staff_plan *pool;    /* [pool_count] */
    struct mdl_course_plan *course; /* [course_count] */
    size_t *serving;                /* [site][MDL_SKILL_COUNT]: pool; SIZE_MAX: nobody */
};

SIM_NODISCARD enum sim_status mdl_staffs_plan_init(struct mdl_staffs_plan *plan,
                                                   const struct mdl_config *config,
                                                   const struct sim_calendar *calendar,
                                                   int64_t begin_ns, int64_t finish_ns,
                                                   struct sim_arena *arena, struct sim_error *err);

/* Who does it for a site: a pool; SIZE_MAX: nobody. */
static inline size_t mdl_staff_serving(const struct mdl_staffs_plan *plan, size_t site,
                                       enum mdl_skill skill)
{
    return plan->serving[site * MDL_SKILL_COUNT + skill];
}

/* A part of mdl_config_check. */
void mdl_staffs_check(const struct mdl_checker *checker);

#endif /* MODELS_STAFF_PLAN_H */
