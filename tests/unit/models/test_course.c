/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/access/course.h"
#include "tests/support/check.h"

#define H SIM_HOUR_NS
#define D SIM_DAY_NS

static const size_t communities[] = {4, 7};
static const double halves[] = {0.5, 1};
static const int64_t members[] = {20, 1000};

struct school {
    struct sim *sim;
    struct mdl_working_time working;
    struct mdl_staff_plan pool;
    struct mdl_staff *trainers;
    struct mdl_course_config config;
    struct mdl_course_plan plan;
    struct mdl_course *course;
};

static void on_taught(void *context, struct mdl_task *task)
{
    (void)context;
    mdl_course_taught(task);
}

/* Monday 5 January 2026; no holidays, UTC; one trainer. */
static void open_school(struct school *s, const struct mdl_course_config *config, int64_t last_ns)
{
    struct mdl_staff_config one = {.fte = {[MDL_SKILL_TRAINING] = 1}};
    struct sim_calendar calendar = {sim_days_from_date((struct sim_date){2026, 1, 5})};
    struct mdl_staff_hooks hooks = {.context = s, .done = on_taught};

    memset(s, 0, sizeof *s);
    s->config = *config;
    s->config.item.entity = 99;
    s->plan = (struct mdl_course_plan){.config = &s->config,
                                       .last_ns = last_ns,
                                       .part_count = 2,
                                       .community = communities,
                                       .cumulated = halves,
                                       .members = members};
    assert_int_equal(sim_create(1, 0, 0, 0, &s->sim, NULL), SIM_OK);
    assert_int_equal(
        mdl_working_time_init(&s->working, "IS", &calendar, 0, 2000 * D, s->sim->arena, NULL),
        SIM_OK);
    s->pool.name = "training";
    s->pool.working = &s->working;
    mdl_staff_plan_fill(&s->pool, &one, MDL_SKILL_TRAINING);
    assert_int_equal(mdl_staff_create(s->sim, &s->pool, &hooks, &s->trainers, NULL), SIM_OK);
    assert_int_equal(mdl_course_create(s->sim, &s->plan, s->trainers, &s->course, NULL), SIM_OK);
}

static struct mdl_course_counts run_to(struct school *s, int64_t time_ns)
{
    assert_int_equal(sim_run(s->sim, time_ns, NULL), SIM_OK);
    assert_int_equal(mdl_staff_check(s->trainers, time_ns, NULL), SIM_OK);
    return mdl_course_counts(s->course);
}

static void a_cohort_is_trained_when_its_hours_are_worked(void **state)
{
    struct mdl_course_config config = {
        .seats = 10, .trainers_ns = 20 * H, .completed_frac = 1, .effect_frac = 0.5};
    struct mdl_course_counts counts;
    struct school s;

    (void)state;
    open_school(&s, &config, 0);
    counts = run_to(&s, 2 * D + 13 * H - 1); /* Wednesday 13:00: 8 + 8 + 4 hours */
    assert_int_equal(counts.cohorts, 1);
    assert_int_equal(counts.persons, 0);
    assert_true(mdl_course_factor(s.course, 4, s.sim->now_ns) == 1);
    counts = run_to(&s, 2 * D + 13 * H);
    assert_int_equal(counts.held, 1);
    assert_int_equal(counts.persons, 10);
    assert_int_equal(counts.waited_ns, 0); /* for the morning, not for a trainer */
    assert_true(mdl_course_factor(s.course, 4, s.sim->now_ns) < 1);
    assert_true(mdl_course_factor(s.course, 5, s.sim->now_ns) == 1); /* sent nobody */
    /* the two factors account for all ten persons */
    check_near((1 - mdl_course_factor(s.course, 4, s.sim->now_ns)) / 0.5 * 20 +
                   (1 - mdl_course_factor(s.course, 7, s.sim->now_ns)) / 0.5 * 1000,
               10, 1e-9);
    sim_destroy(s.sim);
}

static void cohorts_wait_for_trainers(void **state)
{
    struct mdl_course_config config = {
        .seats = 5, .trainers_ns = 80 * H, .completed_frac = 1, .every_ns = 7 * D};
    struct mdl_course_counts counts;
    struct school s;

    (void)state;
    open_school(&s, &config, 21 * D); /* four cohorts, each two weeks of the trainer */
    counts = run_to(&s, 27 * D);
    assert_int_equal(counts.cohorts, 4);
    assert_int_equal(counts.held, 2);
    counts = run_to(&s, 100 * D);
    assert_int_equal(counts.cohorts, 4);
    assert_int_equal(counts.held, 4);
    /* ready on Mondays 09:00, begun at the closing of every second week, that is on a Monday */
    assert_int_equal(counts.waited_ns, (7 + 14 + 21) * D);
    sim_destroy(s.sim);
}

static void the_trained_forget(void **state)
{
    struct mdl_course_config config = {.seats = 400,
                                       .trainers_ns = 8 * H,
                                       .completed_frac = 1,
                                       .effect_frac = 0.3,
                                       .decay_ns = 100 * D};
    double before;
    struct school s;

    (void)state;
    open_school(&s, &config, 0);
    run_to(&s, D);
    assert_true(mdl_course_factor(s.course, 4, D) == 0.7); /* more were trained than there are */
    before = 1 - mdl_course_factor(s.course, 7, D);
    check_near(1 - mdl_course_factor(s.course, 7, 101 * D), before * exp(-1), 1e-12);
    sim_destroy(s.sim);
}

static void some_do_not_complete(void **state)
{
    struct mdl_course_config config = {.seats = 10000, .trainers_ns = 8 * H, .completed_frac = 0.8};
    struct school s;

    (void)state;
    open_school(&s, &config, 0);
    check_near((double)run_to(&s, D).persons, 8000, 0.02);
    sim_destroy(s.sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cohort_is_trained_when_its_hours_are_worked),
        cmocka_unit_test(cohorts_wait_for_trainers),
        cmocka_unit_test(the_trained_forget),
        cmocka_unit_test(some_do_not_complete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
