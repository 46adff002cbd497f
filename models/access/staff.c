/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/access/staff.h"

#include <assert.h>
#include <math.h>

#include "models/compute/winners.h"
#include "sim/elementary.h"
#include "sim/random.h"

enum { CHILD_POST = 1 };
enum purpose { /* part of the meaning of a seed: never renumber */
               PURPOSE_STAY = 1,
};
enum { POST_BITS = 20 };
#define POST_MASK  ((UINT64_C(1) << POST_BITS) - 1)
#define FOREVER_NS 4e18

static double rounded_up(double fte)
{
    return fmax(1, ceil(fte - 1e-9));
}

void mdl_staff_plan_fill(struct mdl_staff_plan *plan, const struct mdl_staff_config *config,
                         enum mdl_skill skill)
{
    bool hires = config->hiring_ns > 0;
    double fte = config->fte[skill] * (hires ? 1 : 1 - config->vacancy_frac);
    double posts = rounded_up(fte);
    double part = fte / posts * (1 - config->absent_frac) * MDL_STAFF_PART;

    plan->skill = skill;
    plan->posts = (uint32_t)posts;
    plan->vacant = hires ? (uint32_t)(config->vacancy_frac * posts + 0.5) : 0;
    plan->part = (int64_t)fmax(1, floor(part + 0.5));
    plan->hiring_ns = config->hiring_ns;
    plan->stay_mean_ns =
        config->attrition_per_yr > 0 ? SIM_YEAR_S * 1e9 / config->attrition_per_yr : 0;
}

struct person {
    bool is_there, is_leaving;
    uint64_t number;         /* people on this post before */
    int64_t since_work_ns;   /* working time when the person came */
    struct mdl_task *task;   /* NULL: idle */
    int64_t started_work_ns; /* working time when the task was begun */
    uint32_t idle_at;        /* place among the idle */
};

struct queue {
    struct mdl_task *first, *last;
};

struct mdl_staff {
    struct sim *sim;
    const struct mdl_staff_plan *plan;
    struct mdl_staff_hooks hooks;
    struct sim_timer timer;
    struct person *person; /* [posts] */
    uint32_t *idle;        /* [idle_count] posts; the last one works next */
    uint32_t idle_count, people;
    struct mdl_winners ends;    /* by post: the task in hand is done */
    struct mdl_winners changes; /* by post: its person leaves, or one comes */
    uint64_t next_start;
    struct queue queue[MDL_STAFF_PRIORITY_COUNT];
    struct sim_level present, worked, free; /* by working time, people */
    int64_t begin_work_ns;
    sim_i128 people_work_ns, tasks_work_ns; /* of people who left, of tasks that ended */
    struct mdl_staff_counts counts;
};

static int64_t working_now(const struct mdl_staff *staff)
{
    return mdl_working_ns(staff->plan->working, staff->sim->now_ns);
}

static void set_levels(struct mdl_staff *staff)
{
    int64_t now_ns = working_now(staff);

    sim_level_set(&staff->present, now_ns, staff->people);
    sim_level_set(&staff->free, now_ns, staff->idle_count);
    sim_level_set(&staff->worked, now_ns, (int64_t)staff->counts.worked_on);
}

static void add_idle(struct mdl_staff *staff, uint32_t post)
{
    staff->person[post].idle_at = staff->idle_count;
    staff->idle[staff->idle_count++] = post;
}

static void take_idle(struct mdl_staff *staff, uint32_t post)
{
    uint32_t at = staff->person[post].idle_at, moved = staff->idle[--staff->idle_count];

    staff->idle[at] = moved;
    staff->person[moved].idle_at = at;
}

/* ---- people who come and go ---- */

static int64_t later(int64_t now_ns, double ns)
{
    return ns < FOREVER_NS ? now_ns + (int64_t)ns : SIM_NEVER;
}

static int64_t stay_until_ns(const struct mdl_staff *staff, uint32_t post, uint64_t number)
{
    double mean_ns = staff->plan->stay_mean_ns, u;

    if (!(mean_ns > 0))
        return SIM_NEVER;
    u = sim_uniform_at(staff->sim->draw_key, sim_hash_child(staff->plan->entity, CHILD_POST, post),
                       PURPOSE_STAY, number);
    return later(staff->sim->now_ns, -sim_log(u) * mean_ns);
}

static void set_change(struct mdl_staff *staff, uint32_t post, int64_t time_ns)
{
    mdl_winners_set(&staff->changes, post, sim_timer_key(time_ns, post));
}

static void come(struct mdl_staff *staff, uint32_t post)
{
    struct person *person = &staff->person[post];

    person->is_there = true;
    person->is_leaving = false;
    person->since_work_ns = working_now(staff);
    staff->people++;
    add_idle(staff, post);
    set_change(staff, post, stay_until_ns(staff, post, person->number));
}

static void go(struct mdl_staff *staff, uint32_t post)
{
    struct person *person = &staff->person[post];
    int64_t hiring_ns = staff->plan->hiring_ns;

    take_idle(staff, post);
    person->is_there = false;
    person->number++;
    staff->people--;
    staff->people_work_ns += working_now(staff) - person->since_work_ns;
    staff->counts.left++;
    set_change(staff, post,
               hiring_ns > 0 ? later(staff->sim->now_ns, (double)hiring_ns) : SIM_NEVER);
}

static void change(struct mdl_staff *staff, uint32_t post)
{
    struct person *person = &staff->person[post];

    if (!person->is_there) {
        staff->counts.hired++;
        come(staff, post);
    } else if (person->task) {
        person->is_leaving = true;
        set_change(staff, post, SIM_NEVER);
    } else {
        go(staff, post);
    }
}

/* ---- tasks ---- */

static struct queue *next_queue(struct mdl_staff *staff)
{
    for (int i = 0; i < MDL_STAFF_PRIORITY_COUNT; i++)
        if (staff->queue[i].first)
            return &staff->queue[i];
    return NULL;
}

static void enqueue(struct mdl_staff *staff, struct mdl_task *task)
{
    struct queue *queue = &staff->queue[task->priority];

    task->next = NULL;
    task->before = queue->last;
    *(queue->last ? &queue->last->next : &queue->first) = task;
    queue->last = task;
    staff->counts.waiting++;
}

static void dequeue(struct mdl_staff *staff, struct mdl_task *task)
{
    struct queue *queue = &staff->queue[task->priority];

    *(task->before ? &task->before->next : &queue->first) = task->next;
    *(task->next ? &task->next->before : &queue->last) = task->before;
    staff->counts.waiting--;
}

static int64_t work_ns(const struct mdl_staff *staff, int64_t effort_ns)
{
    sim_i128 part = staff->plan->part;
    sim_i128 ns = ((sim_i128)effort_ns * MDL_STAFF_PART + part - 1) / part;

    return ns < INT64_MAX ? (int64_t)ns : INT64_MAX;
}

static void start(struct mdl_staff *staff, struct mdl_task *task)
{
    uint32_t post = staff->idle[staff->idle_count - 1];
    int64_t now_ns = staff->sim->now_ns;

    dequeue(staff, task);
    take_idle(staff, post);
    staff->counts.worked_on++;
    task->state = MDL_TASK_WORKED_ON;
    task->start_ns = now_ns;
    task->end_ns = mdl_working_until(staff->plan->working, now_ns, work_ns(staff, task->effort_ns));
    task->post = post;
    staff->person[post].task = task;
    staff->person[post].started_work_ns = working_now(staff);
    mdl_winners_set(&staff->ends, post,
                    sim_timer_key(task->end_ns, staff->next_start++ << POST_BITS | post));
    if (staff->hooks.started)
        staff->hooks.started(staff->hooks.context, task);
}

/* The person is free again, or goes. */
static void stop(struct mdl_staff *staff, struct mdl_task *task)
{
    struct person *person = &staff->person[task->post];

    mdl_winners_clear(&staff->ends, task->post);
    staff->tasks_work_ns += working_now(staff) - person->started_work_ns;
    staff->counts.worked_on--;
    task->state = MDL_TASK_DONE;
    task->end_ns = staff->sim->now_ns;
    person->task = NULL;
    add_idle(staff, task->post);
    if (person->is_leaving)
        go(staff, task->post);
}

/* Gives tasks to those who are free, and waits for what comes next. */
static void serve(struct mdl_staff *staff)
{
    int64_t now_ns = staff->sim->now_ns, open_ns = SIM_NEVER, next_ns;
    struct queue *queue = next_queue(staff);

    if (queue && staff->idle_count)
        open_ns = mdl_working_open(staff->plan->working, now_ns);
    for (; open_ns == now_ns && queue && staff->idle_count; queue = next_queue(staff))
        start(staff, queue->first);
    set_levels(staff);
    next_ns = open_ns > now_ns ? open_ns : SIM_NEVER;
    for (int i = 0; i < 2; i++) {
        const struct mdl_winners *winners = i ? &staff->changes : &staff->ends;
        int64_t time_ns = sim_timer_key_time(mdl_winners_smallest(winners));

        next_ns = time_ns < next_ns ? time_ns : next_ns;
    }
    sim_timer_arm(staff->sim, &staff->timer, next_ns);
}

/* The post whose time has come; false: none. */
static bool next_due(const struct mdl_winners *winners, int64_t now_ns, uint32_t *post)
{
    sim_u128 key = mdl_winners_smallest(winners);

    *post = (uint32_t)((uint64_t)key & POST_MASK);
    return sim_timer_key_time(key) <= now_ns;
}

static void on_time(struct sim *sim, void *subject)
{
    struct mdl_staff *staff = subject;
    uint32_t post;

    while (next_due(&staff->ends, sim->now_ns, &post)) {
        struct mdl_task *task = staff->person[post].task;

        stop(staff, task);
        staff->counts.done++;
        set_levels(staff);
        staff->hooks.done(staff->hooks.context, task);
    }
    while (next_due(&staff->changes, sim->now_ns, &post))
        change(staff, post);
    serve(staff);
}

void mdl_staff_add(struct mdl_staff *staff, struct mdl_task *task)
{
    assert(task->effort_ns > 0 && task->priority < MDL_STAFF_PRIORITY_COUNT);
    task->state = MDL_TASK_WAITS;
    task->arrived_ns = staff->sim->now_ns;
    task->ready_ns = mdl_working_open(staff->plan->working, task->arrived_ns);
    task->start_ns = task->end_ns = SIM_NEVER;
    staff->counts.added++;
    enqueue(staff, task);
    serve(staff);
}

void mdl_staff_withdraw(struct mdl_staff *staff, struct mdl_task *task)
{
    if (task->state != MDL_TASK_WAITS && task->state != MDL_TASK_WORKED_ON)
        return;
    if (task->state == MDL_TASK_WORKED_ON)
        stop(staff, task);
    else
        dequeue(staff, task);
    task->state = MDL_TASK_DONE;
    staff->counts.withdrawn++;
    serve(staff);
}

/* ---- creation, accounts ---- */

static void begin(struct mdl_staff *staff)
{
    const struct mdl_staff_plan *plan = staff->plan;
    uint32_t filled = plan->posts - plan->vacant;

    for (uint32_t post = plan->posts; post-- > 0;)
        if (post < filled)
            come(staff, post);
        else /* those vacant are filled in the middles of as many equal parts of the time */
            set_change(
                staff, post,
                later(staff->sim->now_ns,
                      (double)plan->hiring_ns * (2 * (post - filled) + 1) / (2.0 * plan->vacant)));
    serve(staff);
}

enum sim_status mdl_staff_create(struct sim *sim, const struct mdl_staff_plan *plan,
                                 const struct mdl_staff_hooks *hooks, struct mdl_staff **out,
                                 struct sim_error *err)
{
    struct mdl_staff *staff = sim_arena_alloc(sim->arena, 1, sizeof *staff);
    enum sim_status status;

    assert(plan->posts > 0 && plan->posts <= POST_MASK && plan->vacant <= plan->posts);
    if (!staff)
        return sim_fail(err, SIM_ENOMEM, "no memory for staff");
    *staff = (struct mdl_staff){.sim = sim, .plan = plan, .hooks = *hooks};
    staff->person = sim_arena_alloc(sim->arena, plan->posts, sizeof *staff->person);
    staff->idle = sim_arena_alloc(sim->arena, plan->posts, sizeof *staff->idle);
    if (!staff->person || !staff->idle ||
        !mdl_winners_grow(&staff->ends, sim->arena, plan->posts) ||
        !mdl_winners_grow(&staff->changes, sim->arena, plan->posts))
        return sim_fail(err, SIM_ENOMEM, "no memory for staff");
    status = sim_timer_create(sim, &staff->timer, SIM_PHASE_END, SIM_TIES_BY_CREATION, on_time,
                              staff, err);
    if (status)
        return status;
    staff->begin_work_ns = working_now(staff);
    staff->present.since_ns = staff->free.since_ns = staff->worked.since_ns = staff->begin_work_ns;
    begin(staff);
    *out = staff;
    return SIM_OK;
}

struct mdl_staff_hours mdl_staff_hours(const struct mdl_staff *staff, int64_t now_ns)
{
    const struct mdl_staff_plan *plan = staff->plan;
    int64_t work = mdl_working_ns(plan->working, now_ns);
    struct mdl_staff_hours hours = {
        .present = plan->part * sim_level_integral_ns(&staff->present, work),
        .worked = plan->part * sim_level_integral_ns(&staff->worked, work),
        .idle = plan->part * sim_level_integral_ns(&staff->free, work),
    };

    hours.vacant =
        (sim_i128)plan->part * plan->posts * (work - staff->begin_work_ns) - hours.present;
    return hours;
}

struct mdl_staff_counts mdl_staff_counts(const struct mdl_staff *staff)
{
    return staff->counts;
}

static enum sim_status compare(const struct mdl_staff *staff, const char *what, sim_i128 kept,
                               sim_i128 counted, struct sim_error *err)
{
    if (kept == counted)
        return SIM_OK;
    return sim_fail(err, SIM_EINVARIANT, "%s: %s %.17g, counted anew %.17g (difference %.17g)",
                    staff->plan->name, what, (double)kept, (double)counted,
                    (double)(kept - counted));
}

enum sim_status mdl_staff_check(const struct mdl_staff *staff, int64_t now_ns,
                                struct sim_error *err)
{
    struct mdl_staff_hours hours = mdl_staff_hours(staff, now_ns);
    struct mdl_staff_counts counts = staff->counts;
    int64_t work = mdl_working_ns(staff->plan->working, now_ns);
    sim_i128 people = staff->people_work_ns, tasks = staff->tasks_work_ns;
    enum sim_status status;

    for (uint32_t post = 0; post < staff->plan->posts; post++) {
        const struct person *person = &staff->person[post];

        people += person->is_there ? work - person->since_work_ns : 0;
        tasks += person->task ? work - person->started_work_ns : 0;
    }
    if ((status =
             compare(staff, "hours present are", hours.present, staff->plan->part * people, err)) ||
        (status =
             compare(staff, "hours worked are", hours.worked, staff->plan->part * tasks, err)) ||
        (status = compare(staff, "hours worked and idle are", hours.worked + hours.idle,
                          hours.present, err)))
        return status;
    return compare(staff, "tasks added are", (sim_i128)counts.added,
                   (sim_i128)counts.done + counts.withdrawn + counts.waiting + counts.worked_on,
                   err);
}
