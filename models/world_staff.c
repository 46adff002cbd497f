/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/world_projects.h"
#include "sim/units.h"

enum { CASES = 1 }; /* priority */

/* ---- tasks of projects ---- */

static void withdraw(struct mdl_world *world, struct mdl_case *of)
{
    of->cancel = NULL;
    mdl_staff_withdraw(world->staff->pool[of->pool].staff, &of->task);
}

bool mdl_case_ask_staff(struct mdl_world *world, struct mdl_case *of, enum mdl_skill skill,
                        int64_t effort_ns, int64_t promised_ns)
{
    size_t site = world->plan->partition[of->project.partition].site;
    size_t pool = mdl_staff_serving(&world->plan->staff, site, skill);
    int64_t date_ns;

    if (pool == SIZE_MAX || effort_ns <= 0)
        return false;
    of->pool = pool;
    of->cancel = withdraw;
    of->promised_ns = promised_ns;
    of->task = (struct mdl_task){.effort_ns = effort_ns, .priority = CASES, .subject = of};
    mdl_staff_add(world->staff->pool[pool].staff, &of->task);
    if (of->task.state != MDL_TASK_WAITS)
        return true;
    date_ns = promised_ns > of->task.ready_ns ? promised_ns : of->task.ready_ns;
    if (date_ns > world->sim->now_ns)
        mdl_case_wait_until(world, of, date_ns, MDL_PART_DATE);
    else
        mdl_case_mark(world, of, MDL_PART_RESOURCE);
    return true;
}

bool mdl_case_is_with_staff(struct mdl_world *world, struct mdl_case *of)
{
    if (of->task.state == MDL_TASK_WAITS)
        mdl_case_mark(world, of, MDL_PART_RESOURCE);
    return of->task.state == MDL_TASK_WAITS || of->task.state == MDL_TASK_WORKED_ON;
}

static void count_begun(struct mdl_world_pool *pool, const struct mdl_task *task)
{
    const struct mdl_plan *plan = pool->world->plan;
    struct mdl_staff_use *use = &pool->world->staff->use[pool->index];
    double wait_s = sim_s_from_ns(task->start_ns - task->ready_ns);

    if (task->start_ns < plan->start_ns || task->start_ns >= plan->end_ns)
        return;
    use->begun++;
    use->wait_s_sum += wait_s;
    if (pool->wait)
        sim_sketch_add(pool->wait, wait_s);
}

static bool is_of_case(const struct mdl_world_pool *pool)
{
    return pool->world->plan->staff.pool[pool->index].skill != MDL_SKILL_TRAINING;
}

static void on_started(void *context, struct mdl_task *task)
{
    struct mdl_world_pool *pool = context;

    count_begun(pool, task);
    if (is_of_case(pool))
        mdl_case_mark(pool->world, task->subject, MDL_PART_WORKED);
}

static void on_done(void *context, struct mdl_task *task)
{
    struct mdl_world_pool *pool = context;
    struct mdl_world *world = pool->world;
    struct mdl_case *of = task->subject;

    if (!is_of_case(pool)) {
        mdl_course_taught(task);
        return;
    }
    of->cancel = NULL;
    if (of->promised_ns > world->sim->now_ns)
        mdl_case_wait_until(world, of, of->promised_ns, MDL_PART_DATE);
    else
        mdl_case_go_on(world, of);
}

/* ---- the whole ---- */

static enum sim_status create_pool(struct mdl_world *world, size_t i, struct sim_error *err)
{
    struct mdl_world_pool *pool = &world->staff->pool[i];
    struct mdl_staff_hooks hooks = {.context = pool, .started = on_started, .done = on_done};

    pool->world = world;
    pool->index = i;
    if (mdl_figures_keep_tasks(&world->plan->groups)) {
        pool->wait = sim_arena_alloc(world->sim->arena, 1, sizeof *pool->wait);
        if (!pool->wait)
            return sim_fail(err, SIM_ENOMEM, "no memory for staff");
    }
    world->staff->use[i].wait = pool->wait;
    return mdl_staff_create(world->sim, &world->plan->staff.pool[i], &hooks, &pool->staff, err);
}

enum sim_status mdl_world_create_staff(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_staffs_plan *plan = &world->plan->staff;
    struct sim_arena *arena = world->sim->arena;
    struct mdl_world_staff *staff;
    enum sim_status status = SIM_OK;

    if (!plan->pool_count)
        return SIM_OK;
    staff = world->staff = sim_arena_alloc(arena, 1, sizeof *staff);
    if (!staff)
        return sim_fail(err, SIM_ENOMEM, "no memory for staff");
    staff->pool = sim_arena_alloc(arena, plan->pool_count, sizeof *staff->pool);
    staff->use = sim_arena_alloc(arena, plan->pool_count, sizeof *staff->use);
    staff->course = sim_arena_alloc(arena, plan->course_count, sizeof(struct mdl_course *));
    staff->taught = sim_arena_alloc(arena, plan->course_count, sizeof *staff->taught);
    staff->taught_before = sim_arena_alloc(arena, plan->course_count, sizeof *staff->taught);
    if (!staff->pool || !staff->use || !staff->course || !staff->taught || !staff->taught_before)
        return sim_fail(err, SIM_ENOMEM, "no memory for staff");
    for (size_t i = 0; i < plan->pool_count && !status; i++)
        status = create_pool(world, i, err);
    for (size_t i = 0; i < plan->course_count && !status; i++)
        status = mdl_course_create(world->sim, &plan->course[i],
                                   staff->pool[plan->course[i].pool].staff, &staff->course[i], err);
    return status;
}

double mdl_world_failed_factor(void *context, size_t source)
{
    const struct mdl_world *world = context;
    double factor = 1;

    for (size_t i = 0; i < world->plan->staff.course_count; i++)
        factor *= mdl_course_factor(world->staff->course[i], source, world->sim->now_ns);
    return factor;
}

/* ---- the window ---- */

void mdl_world_mark_staff(struct mdl_world *world)
{
    const struct mdl_staffs_plan *plan = &world->plan->staff;
    struct mdl_world_staff *staff = world->staff;

    if (!staff)
        return;
    for (size_t i = 0; i < plan->pool_count; i++)
        staff->pool[i].at_start = mdl_staff_hours(staff->pool[i].staff, world->sim->now_ns);
    for (size_t i = 0; i < plan->course_count; i++)
        staff->taught_before[i] = mdl_course_counts(staff->course[i]);
}

void mdl_world_close_staff(struct mdl_world *world)
{
    const struct mdl_staffs_plan *plan = &world->plan->staff;
    struct mdl_world_staff *staff = world->staff;

    if (!staff)
        return;
    for (size_t i = 0; i < plan->pool_count; i++) {
        const struct mdl_staff_hours *start = &staff->pool[i].at_start;
        struct mdl_staff_hours now = mdl_staff_hours(staff->pool[i].staff, world->sim->now_ns);

        staff->use[i].hours = (struct mdl_staff_hours){.present = now.present - start->present,
                                                       .worked = now.worked - start->worked,
                                                       .idle = now.idle - start->idle,
                                                       .vacant = now.vacant - start->vacant};
    }
    for (size_t i = 0; i < plan->course_count; i++) {
        const struct mdl_course_counts *start = &staff->taught_before[i];
        struct mdl_course_counts now = mdl_course_counts(staff->course[i]);

        staff->taught[i] =
            (struct mdl_course_counts){.cohorts = now.cohorts - start->cohorts,
                                       .held = now.held - start->held,
                                       .persons = now.persons - start->persons,
                                       .waited_ns = now.waited_ns - start->waited_ns};
    }
}

enum sim_status mdl_world_check_staff(const struct mdl_world *world, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    for (size_t i = 0; world->staff && i < world->plan->staff.pool_count && !status; i++)
        status = mdl_staff_check(world->staff->pool[i].staff, world->sim->now_ns, err);
    return status;
}
