/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Staff by hand, and the accounts of random pools. Queueing theory: tests/oracle/test_staff.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/access/staff.h"
#include "sim/random.h"
#include "tests/support/check.h"

#define H SIM_HOUR_NS
#define D SIM_DAY_NS

enum { TASKS = 400 };

struct office {
    struct sim *sim;
    struct mdl_working_time working;
    struct mdl_staff_plan plan;
    struct mdl_staff *staff;
    struct mdl_task task[TASKS];
    struct mdl_task *done[TASKS];
    size_t done_count, started_count;
};

static void on_done(void *context, struct mdl_task *task)
{
    struct office *o = context;

    o->done[o->done_count++] = task;
}

static void on_started(void *context, struct mdl_task *task)
{
    struct office *o = context;

    assert_int_equal(task->start_ns, o->sim->now_ns);
    o->started_count++;
}

/* In a country without holidays and summer time, from Monday 5 January 2026: days 0 to 4 are
 * worked from 9 to 17. */
static void open_office(struct office *o, const struct mdl_staff_config *config, uint64_t seed)
{
    struct sim_calendar calendar = {sim_days_from_date((struct sim_date){2026, 1, 5})};
    struct mdl_staff_hooks hooks = {.context = o, .started = on_started, .done = on_done};

    memset(o, 0, sizeof *o);
    assert_int_equal(sim_create(seed, 0, 0, 0, &o->sim, NULL), SIM_OK);
    assert_int_equal(
        mdl_working_time_init(&o->working, "IS", &calendar, 0, 2000 * D, o->sim->arena, NULL),
        SIM_OK);
    o->plan.name = "staff.support";
    o->plan.entity = sim_hash_text("staff.support");
    o->plan.working = &o->working;
    mdl_staff_plan_fill(&o->plan, config, MDL_SKILL_SUPPORT);
    assert_int_equal(mdl_staff_create(o->sim, &o->plan, &hooks, &o->staff, NULL), SIM_OK);
}

static struct mdl_staff_config people(double fte)
{
    struct mdl_staff_config config = {.fte = {[MDL_SKILL_SUPPORT] = fte}};

    return config;
}

static struct mdl_task *add(struct office *o, size_t i, int64_t effort_ns, uint8_t priority)
{
    o->task[i].effort_ns = effort_ns;
    o->task[i].priority = priority;
    mdl_staff_add(o->staff, &o->task[i]);
    return &o->task[i];
}

static void run_to(struct office *o, int64_t time_ns)
{
    assert_int_equal(sim_run(o->sim, time_ns, NULL), SIM_OK);
    assert_int_equal(mdl_staff_check(o->staff, time_ns, NULL), SIM_OK);
}

static void a_task_stays_with_its_person_over_night(void **state)
{
    struct mdl_staff_config one = people(1);
    struct office o;

    (void)state;
    open_office(&o, &one, 1);
    run_to(&o, 15 * H);
    add(&o, 0, 5 * H, 1); /* Monday 15:00: 2 h today, 3 tomorrow */
    add(&o, 1, 1 * H, 1);
    run_to(&o, D);
    add(&o, 2, 1 * H, 0); /* urgent, but nobody puts work aside */
    run_to(&o, 7 * D);
    assert_int_equal(o.started_count, 3);
    assert_int_equal(o.done_count, 3);
    assert_int_equal(o.task[0].start_ns, 15 * H);
    assert_int_equal(o.task[0].end_ns, D + 12 * H);
    assert_int_equal(o.task[2].arrived_ns, D);
    assert_int_equal(o.task[2].ready_ns, D + 9 * H); /* until then a date was waited for */
    assert_int_equal(o.task[2].start_ns, D + 12 * H);
    assert_int_equal(o.task[1].start_ns, D + 13 * H);
    assert_true(mdl_staff_hours(o.staff, 7 * D).worked == (sim_i128)7 * H * MDL_STAFF_PART);
    assert_true(mdl_staff_hours(o.staff, 7 * D).present == (sim_i128)40 * H * MDL_STAFF_PART);
    sim_destroy(o.sim);
}

static void nothing_begins_at_the_weekend(void **state)
{
    struct mdl_staff_config two = people(2);
    struct office o;

    (void)state;
    open_office(&o, &two, 1);
    run_to(&o, 4 * D + 17 * H); /* Friday, closing time */
    add(&o, 0, 1 * H, 1);
    add(&o, 1, 1 * H, 1);
    run_to(&o, 5 * D);
    add(&o, 2, 1 * H, 0); /* comes last, is served first */
    run_to(&o, 8 * D);
    assert_int_equal(o.task[0].start_ns, 7 * D + 9 * H);
    assert_int_equal(o.task[2].start_ns, 7 * D + 9 * H);
    assert_int_equal(o.task[1].start_ns, 7 * D + 10 * H);
    assert_int_equal(o.task[1].ready_ns, 7 * D + 9 * H);
    sim_destroy(o.sim);
}

static void fractions_of_posts_are_parts_of_days(void **state)
{
    struct mdl_staff_config config = people(28);
    struct mdl_staff_plan plan = {0};
    struct office o;

    (void)state;
    config.vacancy_frac = 0.1;
    mdl_staff_plan_fill(&plan, &config, MDL_SKILL_SUPPORT); /* 25.2 FTE */
    assert_int_equal(plan.posts, 26);
    assert_int_equal(plan.vacant, 0);
    assert_int_equal(plan.part, 969231);
    config.hiring_ns = 100 * D;
    mdl_staff_plan_fill(&plan, &config, MDL_SKILL_SUPPORT);
    assert_int_equal(plan.posts, 28);
    assert_int_equal(plan.vacant, 3);
    assert_int_equal(plan.part, MDL_STAFF_PART);
    config = people(1.5);
    config.absent_frac = 0.2; /* two people, each 0.6 of a day */
    open_office(&o, &config, 1);
    assert_int_equal(o.plan.posts, 2);
    add(&o, 0, 3 * H, 1);
    run_to(&o, D + 16 * H);
    assert_int_equal(o.task[0].end_ns, 14 * H); /* 9:00 + 3 h / 0.6 */
    assert_true(mdl_staff_hours(o.staff, D).worked == (sim_i128)3 * H * MDL_STAFF_PART);
    assert_true(mdl_staff_hours(o.staff, D).present ==
                (sim_i128)8 * H * 2 * 6 * (MDL_STAFF_PART / 10));
    sim_destroy(o.sim);
}

static void a_task_may_be_withdrawn(void **state)
{
    struct mdl_staff_config one = people(1);
    struct office o;

    (void)state;
    open_office(&o, &one, 1);
    for (size_t i = 0; i < 4; i++)
        add(&o, i, 6 * H, 1);
    run_to(&o, 10 * H);
    mdl_staff_withdraw(o.staff, &o.task[2]); /* from the middle of the queue */
    mdl_staff_withdraw(o.staff, &o.task[0]); /* from a person's hands */
    mdl_staff_withdraw(o.staff, &o.task[0]);
    run_to(&o, 2 * D);
    assert_int_equal(o.done_count, 2);
    assert_ptr_equal(o.done[0], &o.task[1]);
    assert_int_equal(o.task[1].start_ns, 10 * H);
    assert_int_equal(o.task[3].start_ns, 16 * H);
    assert_int_equal(o.task[2].start_ns, SIM_NEVER);
    assert_int_equal(mdl_staff_counts(o.staff).withdrawn, 2);
    sim_destroy(o.sim);
}

static void vacant_posts_are_filled_one_by_one(void **state)
{
    struct mdl_staff_config config = people(10);
    struct office o;

    (void)state;
    config.vacancy_frac = 0.4;
    config.hiring_ns = 80 * D;
    open_office(&o, &config, 1);
    for (int64_t k = 0; k < 4; k++) { /* after 10, 30, 50, 70 days */
        run_to(&o, (10 + 20 * k) * D - 1);
        assert_int_equal(mdl_staff_counts(o.staff).hired, k);
        run_to(&o, (10 + 20 * k) * D);
        assert_int_equal(mdl_staff_counts(o.staff).hired, k + 1);
    }
    run_to(&o, 80 * D);
    assert_true(mdl_staff_hours(o.staff, 80 * D).vacant ==
                /* working days among the first 10, 30, 50, 70 */
                (sim_i128)(8 + 22 + 36 + 50) * 8 * H * MDL_STAFF_PART);
    sim_destroy(o.sim);
}

/* Of the time by the calendar a post is vacant hiring / (hiring + mean stay). */
static void attrition_and_hiring_balance(void **state)
{
    struct mdl_staff_config config = people(2000);
    struct mdl_staff_hours hours;
    struct office o;

    (void)state;
    config.hiring_ns = 120 * D;
    config.attrition_per_yr = 0.5;
    config.vacancy_frac = 120 / (120 + 2 * 365.25);
    open_office(&o, &config, 7);
    run_to(&o, 1999 * D);
    hours = mdl_staff_hours(o.staff, 1999 * D);
    check_near((double)hours.vacant / (double)(hours.vacant + hours.present),
               120 / (120 + 2 * 365.25), 0.02);
    assert_true(mdl_staff_counts(o.staff).left > 4000);
    sim_destroy(o.sim);
}

/* A post keeps its people's times when the pool grows. */
static void one_more_post_changes_nobody_elses_stay(void **state)
{
    struct mdl_staff_config config = people(3);
    uint64_t left[2];
    struct office o;

    (void)state;
    config.attrition_per_yr = 1;
    for (int k = 0; k < 2; k++) {
        config.fte[MDL_SKILL_SUPPORT] = 3 + k;
        open_office(&o, &config, 5);
        run_to(&o, 200 * D);
        left[k] = mdl_staff_counts(o.staff).left;
        sim_destroy(o.sim);
    }
    assert_true(left[1] == left[0] || left[1] == left[0] + 1);
}

static void who_leaves_ends_the_task_in_hand(void **state)
{
    struct mdl_staff_config one = people(1);
    struct office o;

    (void)state;
    one.attrition_per_yr = 10; /* after 36 days on average */
    open_office(&o, &one, 3);
    add(&o, 0, 3000 * H, 1); /* 375 days of work */
    add(&o, 1, 1 * H, 1);
    run_to(&o, 1000 * D);
    assert_int_equal(o.done_count, 1);
    assert_int_equal(mdl_staff_counts(o.staff).left, 1);
    assert_int_equal(mdl_staff_counts(o.staff).waiting, 1);
    assert_true(mdl_staff_hours(o.staff, 1000 * D).idle == 0);
    sim_destroy(o.sim);
}

static void accounts_balance_whatever_happens(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct mdl_staff_config config = people(0.3 + (double)(seed % 7) * 1.7);
        uint64_t key = sim_draw_key(seed, 0);
        struct office o;

        config.vacancy_frac = (double)(seed % 3) * 0.2;
        config.absent_frac = (double)(seed % 4) * 0.1;
        config.hiring_ns = (int64_t)(seed % 2) * 20 * D;
        config.attrition_per_yr = (double)(seed % 5);
        open_office(&o, &config, seed);
        for (size_t i = 0; i < TASKS; i++) {
            double u = sim_uniform_at(key, 1, 1, i), v = sim_uniform_at(key, 1, 2, i);

            run_to(&o, o.sim->now_ns + (int64_t)(u * u * (double)D));
            add(&o, i, 1 + (int64_t)(v * v * (double)(40 * H)), (uint8_t)(i % 3));
            if (i % 5 == 4)
                mdl_staff_withdraw(o.staff, &o.task[(size_t)(u * (double)i)]);
        }
        for (size_t i = 0; i < TASKS; i++)
            assert_true(
                o.task[i].arrived_ns <= o.task[i].ready_ns &&
                (o.task[i].start_ns == SIM_NEVER || o.task[i].ready_ns <= o.task[i].start_ns));
        sim_destroy(o.sim);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_stays_with_its_person_over_night),
        cmocka_unit_test(nothing_begins_at_the_weekend),
        cmocka_unit_test(fractions_of_posts_are_parts_of_days),
        cmocka_unit_test(a_task_may_be_withdrawn),
        cmocka_unit_test(vacant_posts_are_filled_one_by_one),
        cmocka_unit_test(attrition_and_hiring_balance),
        cmocka_unit_test(one_more_post_changes_nobody_elses_stay),
        cmocka_unit_test(who_leaves_ends_the_task_in_hand),
        cmocka_unit_test(accounts_balance_whatever_happens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
