/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/access/staff.h - people as a resource: pools of one skill who work on tasks in the
 * working hours of their country.
 *
 * A pool has posts. All its people are alike and work the same part of a full day, so that a pool
 * of 25.2 FTE is 26 people of 25.2 / 26 FTE each: the hours are those of the FTE, and no task lies
 * for months with somebody who is there for a fifth of the day. A task takes one person, who stays
 * with it, nights and weekends between, until its effort is done; who is free takes the task of
 * the most urgent priority, then the one that came first. Nothing begins outside working hours.
 *
 *     people = FTE (1 - vacancy) rounded up   without hiring: the vacancy stays
 *     posts  = FTE rounded up                 with hiring: those vacant at the beginning are filled
 *                                             one by one over that time
 *     part   = FTE (of those) / people x (1 - absent)
 *
 * People leave after a time that is exponential by the calendar, at the end of the task in hand;
 * the post is filled again `hiring` later (never without).
 *
 * Units    ns; hours of people in millionths of an FTE x ns of working time, exact.
 * Draws    entity = child of the pool's by the number of the post; purposes below; index = the
 *          how-manieth person on the post.
 * Memory   the simulation's arena; tasks are the caller's and must not move while inside.
 * Errors   create: SIM_ENOMEM.
 * Cost     O(log people) per task; one timer a pool.
 */
#ifndef MODELS_ACCESS_STAFF_H
#define MODELS_ACCESS_STAFF_H

#include "models/access/working_time.h"
#include "models/compute/staffing.h"
#include "sim/sim.h"
#include "sim/stats.h"

enum { MDL_STAFF_PART = 1000000 };     /* of one FTE */
enum { MDL_STAFF_PRIORITY_COUNT = 3 }; /* 0 is the most urgent */

/* A pool before a run. The same for all replications. */
struct mdl_staff_plan {
    const char *name; /* "lumi.support", "access_point.review" */
    enum mdl_skill skill;
    const struct mdl_working_time *working;
    uint64_t entity;
    uint32_t posts;
    uint32_t vacant;     /* of them at the beginning */
    int64_t part;        /* of an FTE, that each of its people works: / MDL_STAFF_PART */
    int64_t hiring_ns;   /* 0: never */
    double stay_mean_ns; /* 0: nobody leaves */
};

/* Posts, vacant and part from the config; fte[skill] > 0. The other fields are the caller's. */
void mdl_staff_plan_fill(struct mdl_staff_plan *plan, const struct mdl_staff_config *config,
                         enum mdl_skill skill);

enum mdl_task_state { MDL_TASK_NEW, MDL_TASK_WAITS, MDL_TASK_WORKED_ON, MDL_TASK_DONE };

struct mdl_task {
    int64_t effort_ns;  /* of a full-time person, > 0; set by the caller, as are the next two */
    uint8_t priority;   /* 0 to MDL_STAFF_PRIORITY_COUNT - 1 */
    void *subject;      /* the caller's */
    uint8_t state;      /* enum mdl_task_state */
    int64_t arrived_ns; /* stamps; from here on the pool's */
    int64_t ready_ns;   /* arrived, or when it opened next: a person was waited for from then on */
    int64_t start_ns, end_ns;
    uint32_t post;
    struct mdl_task *next, *before; /* in the queue */
};

struct mdl_staff;
typedef void mdl_task_fn(void *context, struct mdl_task *task);

struct mdl_staff_hooks {
    void *context;
    mdl_task_fn *started; /* somebody works on it from now on; may be NULL; adds no tasks */
    mdl_task_fn *done;    /* may add tasks */
};

SIM_NODISCARD enum sim_status mdl_staff_create(struct sim *sim, const struct mdl_staff_plan *plan,
                                               const struct mdl_staff_hooks *hooks,
                                               struct mdl_staff **out, struct sim_error *err);

void mdl_staff_add(struct mdl_staff *staff, struct mdl_task *task);

/* Nobody needs the task any more: it leaves the queue, or the person is free. Its state is DONE;
 * `done` is not called. Nothing happens to a task that is not inside. */
void mdl_staff_withdraw(struct mdl_staff *staff, struct mdl_task *task);

/* Since the beginning, in millionths of an FTE x ns. present = worked + idle. */
struct mdl_staff_hours {
    sim_i128 present, worked, idle;
    sim_i128 vacant; /* posts without a person, as if they worked their part */
};
struct mdl_staff_hours mdl_staff_hours(const struct mdl_staff *staff, int64_t now_ns);

struct mdl_staff_counts {
    uint64_t added, done, withdrawn, waiting, worked_on;
    uint64_t left, hired; /* people */
};
struct mdl_staff_counts mdl_staff_counts(const struct mdl_staff *staff);

struct mdl_staff_use { /* of a window; who keeps it fills it */
    struct mdl_staff_hours hours;
    uint64_t begun;                /* tasks, */
    double wait_s_sum;             /* how long they had waited for a person by then, */
    const struct sim_sketch *wait; /* and the law of that; NULL: not kept */
};

/* At the end of a run: hours present = person by person, worked = task by task, present = worked +
 * idle; tasks added = done + withdrawn + inside. SIM_EINVARIANT. */
SIM_NODISCARD enum sim_status mdl_staff_check(const struct mdl_staff *staff, int64_t now_ns,
                                              struct sim_error *err);

#endif /* MODELS_ACCESS_STAFF_H */
