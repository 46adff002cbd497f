/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/access/course.h - courses: trainers teach members of communities, whose jobs then fail
 * less often, until they forget or leave.
 *
 * A cohort begins on each date of a course: a task for the trainers of its site. When its hours
 * have been worked, those of its seats who complete it are trained, and are divided among the
 * communities by the parts given. Of the trained of a community exp(-t / decay) are left after a
 * time t. With p of its m members trained,
 *
 *     jobs fail with probability failed x product over courses of (1 - effect x min(1, p / m))
 *
 * The effect is an input: what it must be for a course to pay is the answer, not whether it does.
 *
 * Draws    entity = the course's path; purposes in course.c; index = seat, counted over all
 *          cohorts, so that a seat more changes who sits where, not what a seat's holder is like.
 * Memory   the simulation's arena; cohorts that wait or are held come from a pool.
 * Errors   create: SIM_ENOMEM; a cohort that cannot be allocated aborts the run.
 * Cost     O(seats) a cohort; a factor O(courses of the community).
 */
#ifndef MODELS_ACCESS_COURSE_H
#define MODELS_ACCESS_COURSE_H

#include "models/access/staff.h"
#include "sim/field.h"

struct mdl_course_config {
    struct sim_item item;
    struct sim_ref site;
    int64_t first_days, last_days; /* dates; MDL_DATE_NONE: the scenario's start, and no last */
    int64_t every_ns;              /* from cohort to cohort; 0: there is one */
    int64_t seats;
    int64_t trainers_ns; /* hours of people for one cohort */
    double completed_frac;
    struct sim_shares of; /* communities, by part of the seats */
    double effect_frac;   /* of failures that a trained person avoids */
    int64_t decay_ns;     /* mean time until a person forgets or leaves; 0: never */
};

extern const struct sim_field mdl_course_fields[];

struct mdl_course_plan {
    const struct mdl_course_config *config;
    size_t pool;             /* of staff: the trainers */
    int64_t first_ns;        /* of the first cohort that lies in the run */
    int64_t last_ns;         /* no cohort after it */
    size_t part_count;       /* communities */
    const size_t *community; /* [part_count] indices */
    const double *cumulated; /* [part_count] parts of the seats, ends at 1 */
    const int64_t *members;  /* [part_count] */
};

struct mdl_course;

/* trainers serve the tasks; their `done` callback hands those whose subject is a cohort to
 * mdl_course_taught. */
SIM_NODISCARD enum sim_status mdl_course_create(struct sim *sim, const struct mdl_course_plan *plan,
                                                struct mdl_staff *trainers, struct mdl_course **out,
                                                struct sim_error *err);

void mdl_course_taught(struct mdl_task *task);

/* What the failures of a community are multiplied by; 1 for those who send nobody. */
double mdl_course_factor(const struct mdl_course *course, size_t community, int64_t time_ns);

struct mdl_course_counts {
    uint64_t cohorts, held; /* begun; all their hours worked */
    uint64_t persons;       /* trained */
    int64_t waited_ns;      /* for trainers, of those held, by the calendar */
};
struct mdl_course_counts mdl_course_counts(const struct mdl_course *course);

#endif /* MODELS_ACCESS_COURSE_H */
