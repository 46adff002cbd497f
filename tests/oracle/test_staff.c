/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Queueing theory through staff: tests/data/queueing.csv with people as servers, where the time of
 * the tables is working time, so that nights, weekends and holidays must not be seen in it.
 * tests/support/queueing.h says when a row is accepted; the part is 5 %. AIFSIM_ORACLE=brief: the
 * first row. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "models/access/staff.h"
#include "sim/elementary.h"
#include "sim/random.h"
#include "tests/support/queueing.h"

enum { VISITORS = 256, DAYS = 900 };
#define PRECISION 0.05
#define MEAN_NS   INT64_C(60000000000) /* the mean task is a minute */

struct visitor {
    struct office *office;
    struct sim_timer impatience;
    struct mdl_task task;
    struct visitor *next_free;
};

struct office {
    struct sim *sim;
    struct mdl_working_time working;
    struct mdl_staff_plan plan;
    struct mdl_staff *staff;
    struct sim_timer arrival;
    struct sim_draws gap, effort, patience;
    double lambda, theta; /* per mean task; theta 0: patient */
    int64_t next_ns;      /* working time of the next arrival */
    int64_t begin_ns;     /* working time from which visitors count */
    struct visitor visitor[VISITORS], *free;
    uint64_t count, waited, abandoned;
    double wait_sum; /* in mean tasks */
};

static void leave(struct visitor *visitor, int64_t end_ns, bool is_served)
{
    struct office *o = visitor->office;
    int64_t arrived = mdl_working_ns(&o->working, visitor->task.arrived_ns);
    double wait = (double)(mdl_working_ns(&o->working, end_ns) - arrived) / MEAN_NS;

    visitor->next_free = o->free;
    o->free = visitor;
    if (arrived < o->begin_ns)
        return;
    o->count++;
    o->waited += wait > 0;
    o->abandoned += !is_served;
    o->wait_sum += wait;
}

static void on_done(void *context, struct mdl_task *task)
{
    struct visitor *visitor = task->subject;
    struct office *o = context;

    sim_timer_disarm(o->sim, &visitor->impatience);
    leave(visitor, task->start_ns, true);
}

static void on_impatience(struct sim *sim, void *subject)
{
    struct visitor *visitor = subject;

    if (visitor->task.state != MDL_TASK_WAITS)
        return;
    mdl_staff_withdraw(visitor->office->staff, &visitor->task);
    leave(visitor, sim->now_ns, false);
}

static void on_arrival(struct sim *sim, void *subject)
{
    struct office *o = subject;
    struct visitor *visitor = o->free;
    double gap = sim_draws_next(&o->gap), patience = sim_draws_next(&o->patience);
    int64_t effort = 1 + (int64_t)(sim_draws_next(&o->effort) * MEAN_NS);

    assert_non_null(visitor);
    o->free = visitor->next_free;
    visitor->task = (struct mdl_task){.effort_ns = effort, .priority = 1, .subject = visitor};
    mdl_staff_add(o->staff, &visitor->task);
    if (o->theta > 0 && visitor->task.state == MDL_TASK_WAITS)
        sim_timer_arm(sim, &visitor->impatience,
                      mdl_working_until(&o->working, sim->now_ns,
                                        1 + (int64_t)(patience / o->theta * MEAN_NS)));
    o->next_ns += 1 + (int64_t)(gap / o->lambda * MEAN_NS);
    sim_timer_arm(sim, &o->arrival, mdl_working_until(&o->working, 0, o->next_ns));
}

static void open_office(struct office *o, uint32_t replication, double people)
{
    struct mdl_staff_config config = {.fte = {[MDL_SKILL_SUPPORT] = people}};
    struct sim_calendar calendar = {sim_days_from_date((struct sim_date){2026, 1, 1})};
    struct mdl_staff_hooks hooks = {.context = o, .done = on_done};

    assert_int_equal(sim_create(12, replication, 0, 0, &o->sim, NULL), SIM_OK);
    assert_int_equal(mdl_working_time_init(&o->working, "EL", &calendar, 0, DAYS * SIM_DAY_NS,
                                           o->sim->arena, NULL),
                     SIM_OK);
    o->plan.name = "staff";
    o->plan.working = &o->working;
    mdl_staff_plan_fill(&o->plan, &config, MDL_SKILL_SUPPORT);
    assert_int_equal(mdl_staff_create(o->sim, &o->plan, &hooks, &o->staff, NULL), SIM_OK);
    assert_int_equal(sim_timer_create(o->sim, &o->arrival, SIM_PHASE_ARRIVAL, SIM_TIES_BY_ARMING,
                                      on_arrival, o, NULL),
                     SIM_OK);
    for (size_t i = 0; i < VISITORS; i++) {
        o->visitor[i] = (struct visitor){.office = o, .next_free = o->free};
        o->free = &o->visitor[i];
        assert_int_equal(sim_timer_create(o->sim, &o->visitor[i].impatience, SIM_PHASE_ARRIVAL,
                                          SIM_TIES_BY_ARMING, on_impatience, &o->visitor[i], NULL),
                         SIM_OK);
    }
}

struct row {
    const char *id, *params;
    double servers, lambda, theta;
    int64_t window_d; /* of working days, after 20 */
    const char *quantity[3];
};

static double quantity_of(const struct office *o, const char *name)
{
    double n = (double)o->count;

    switch (name[0]) {
    case 'W': /* Wq, Wq_all */
        return o->wait_sum / n;
    case 'E': /* ErlangC */
        return (double)o->waited / n;
    default:
        return (double)(name[2] == 'a' ? o->abandoned : o->waited) / n; /* P_abandon, P_wait */
    }
}

static void replicate(const struct row *row, uint32_t replication, struct sim_tally tally[3])
{
    struct office *o = calloc(1, sizeof *o);
    int64_t end_ns;

    assert_non_null(o);
    o->lambda = row->lambda;
    o->theta = row->theta;
    o->begin_ns = 20 * MDL_WORKING_DAY_NS;
    open_office(o, replication, row->servers);
    sim_draws_init(&o->gap, o->sim->draw_key, 1, 1, SIM_DRAW_EXPONENTIAL);
    sim_draws_init(&o->effort, o->sim->draw_key, 1, 2, SIM_DRAW_EXPONENTIAL);
    sim_draws_init(&o->patience, o->sim->draw_key, 1, 3, SIM_DRAW_EXPONENTIAL);
    o->next_ns = 1;
    sim_timer_arm(o->sim, &o->arrival, mdl_working_until(&o->working, 0, 1));
    end_ns = mdl_working_until(&o->working, 0, o->begin_ns + row->window_d * MDL_WORKING_DAY_NS);
    assert_int_equal(sim_run(o->sim, end_ns, NULL), SIM_OK);
    assert_int_equal(mdl_staff_check(o->staff, end_ns, NULL), SIM_OK);
    for (int i = 0; i < 3 && row->quantity[i]; i++)
        sim_tally_add(&tally[i], quantity_of(o, row->quantity[i]));
    sim_destroy(o->sim);
    free(o);
}

static const struct row rows[] = {
    {"MM1", "lambda=0.5 mu=1", 1, 0.5, 0, 80, {"Wq"}},
    {"MMc", "c=4 lambda=3.0 mu=1", 4, 3, 0, 90, {"ErlangC", "Wq"}},
    {"MMc", "c=64 lambda=57.6 mu=1", 64, 57.6, 0, 12, {"ErlangC"}},
    {"ErlangA(M/M/c+M)",
     "lambda=4.0 mu=1 c=5 theta=1.0",
     5,
     4,
     1,
     60,
     {"P_abandon", "P_wait", "Wq_all"}},
    {"ErlangA(M/M/c+M)",
     "lambda=12.0 mu=1 c=10 theta=0.2",
     10,
     12,
     0.2,
     30,
     {"P_abandon", "P_wait", "Wq_all"}},
};

static void staff_is_a_queue_in_working_time(void **state)
{
    struct queueing_table table = queueing_table_read();
    bool ok = true, brief = getenv("AIFSIM_ORACLE") != NULL;

    (void)state;
    for (size_t k = 0; k < (brief ? 1 : sizeof rows / sizeof *rows); k++) {
        const struct row *row = &rows[k];
        struct sim_tally tally[3] = {0};

        for (uint32_t r = 0; r < QUEUEING_REPLICATIONS; r++)
            replicate(row, r, tally);
        for (int i = 0; i < 3 && row->quantity[i]; i++) {
            double expected = queueing_value(&table, row->id, row->params, row->quantity[i]);
            struct queueing_verdict verdict = queueing_judge(&tally[i], expected, PRECISION);

            queueing_print(row->id, row->params, row->quantity[i], expected, &verdict);
            ok &= verdict.is_ok;
        }
    }
    queueing_table_free(&table);
    assert_true(ok);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(staff_is_a_queue_in_working_time)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
