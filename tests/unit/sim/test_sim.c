/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/random.h"
#include "sim/sim.h"

struct clockwork {
    struct sim_timer timer;
    int64_t step_ns;
    uint64_t fired;
    uint64_t aborts_at, stops_at; /* 0: never */
    atomic_int *stop;
};

static void strike(struct sim *sim, void *subject)
{
    struct clockwork *clockwork = subject;

    clockwork->fired++;
    if (clockwork->fired == clockwork->aborts_at) {
        sim_abort(sim, SIM_ELIMIT, "at the %dth", (int)clockwork->fired);
        sim_abort(sim, SIM_EIO, "a later failure");
    }
    if (clockwork->fired == clockwork->stops_at)
        *clockwork->stop = 1;
    sim_timer_rearm(sim, sim->now_ns + clockwork->step_ns);
}

static struct sim *begin(struct clockwork *clockwork, int64_t start_ns)
{
    struct sim *sim;

    assert_int_equal(sim_create(5, 2, start_ns, 0, &sim, NULL), SIM_OK);
    assert_int_equal(sim_timer_create(sim, &clockwork->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_ARMING,
                                      strike, clockwork, NULL),
                     SIM_OK);
    sim_timer_arm(sim, &clockwork->timer, start_ns + clockwork->step_ns);
    return sim;
}

static void a_new_simulation_stands_at_its_start_with_its_own_key(void **state)
{
    struct sim *sim;

    (void)state;
    assert_int_equal(sim_create(5, 2, -77, 0, &sim, NULL), SIM_OK);
    assert_int_equal(sim->now_ns, -77);
    assert_true(sim->draw_key == sim_draw_key(5, 2));
    assert_false(sim->is_aborted);
    assert_int_equal(sim_run(sim, 1000, NULL), SIM_OK); /* no timers at all */
    assert_int_equal(sim->now_ns, 1000);
    sim_destroy(sim);
    sim_destroy(NULL);
}

static void a_simulation_that_does_not_fit_is_refused(void **state)
{
    struct sim_error err = {0};
    struct sim *sim;

    (void)state;
    assert_int_equal(sim_create(5, 2, 0, 8, &sim, &err), SIM_ENOMEM);
    assert_int_equal(sim_create(5, 2, 0, 200, &sim, &err), SIM_ENOMEM);
    assert_int_equal(err.status, SIM_ENOMEM);
}

static void everything_up_to_and_including_until_is_fired(void **state)
{
    struct clockwork clockwork = {.step_ns = 10};
    struct sim *sim = begin(&clockwork, -50);

    (void)state;
    assert_int_equal(sim_run(sim, -31, NULL), SIM_OK);
    assert_int_equal(clockwork.fired, 1);
    assert_int_equal(sim->now_ns, -31);
    assert_int_equal(sim_run(sim, -30, NULL), SIM_OK);
    assert_int_equal(clockwork.fired, 2);
    assert_int_equal(sim_run(sim, -30, NULL), SIM_OK); /* nothing is fired twice */
    assert_int_equal(clockwork.fired, 2);
    assert_int_equal(sim_run(sim, 100, NULL), SIM_OK);
    assert_int_equal(clockwork.fired, 15);
    assert_int_equal(sim->now_ns, 100);
    sim_destroy(sim);
}

static void an_abort_leaves_the_run_with_the_first_failure(void **state)
{
    struct clockwork clockwork = {.step_ns = 10, .aborts_at = 3};
    struct sim *sim = begin(&clockwork, 0);
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(sim_run(sim, 1000, &err), SIM_ELIMIT);
    assert_int_equal(clockwork.fired, 3);
    assert_int_equal(sim->now_ns, 30);
    assert_int_equal(err.status, SIM_ELIMIT);
    assert_string_equal(err.message, "at the 3th");
    assert_int_equal(sim_run(sim, 1000, NULL), SIM_ELIMIT); /* it stays so */
    assert_int_equal(clockwork.fired, 3);
    sim_destroy(sim);
}

static void the_stop_flag_leaves_the_run_within_a_few_thousand_events(void **state)
{
    atomic_int stop = 0;
    struct clockwork clockwork = {.step_ns = 1, .stops_at = 10000, .stop = &stop};
    struct sim *sim = begin(&clockwork, 0);
    struct sim_error err = {0};

    (void)state;
    sim->stop = &stop;
    assert_int_equal(sim_run(sim, 1000000000, &err), SIM_EINTERRUPTED);
    assert_int_equal(err.status, SIM_EINTERRUPTED);
    assert_in_range(clockwork.fired, 10000, 20000);
    assert_int_equal(sim->now_ns, (int64_t)clockwork.fired);
    sim_destroy(sim);
}

static void a_stop_is_seen_at_the_end_of_even_a_short_run(void **state)
{
    atomic_int stop = 0;
    struct clockwork clockwork = {.step_ns = 1, .stops_at = 3, .stop = &stop};
    struct sim *sim = begin(&clockwork, 0);
    struct sim_error err = {0};

    (void)state;
    sim->stop = &stop;
    assert_int_equal(sim_run(sim, 10, &err), SIM_EINTERRUPTED);
    assert_int_equal(err.status, SIM_EINTERRUPTED);
    sim_destroy(sim);
}

static void progress_shows_the_clock_on_the_way_and_at_the_end(void **state)
{
    struct sim_progress progress = {0};
    struct clockwork clockwork = {.step_ns = 1, .aborts_at = 10000};
    struct sim *sim = begin(&clockwork, 0);

    (void)state;
    sim->progress = &progress;
    assert_int_equal(sim_run(sim, 5000, NULL), SIM_OK);
    assert_int_equal(progress.now_ns, 5000);
    assert_int_equal(sim_run(sim, 1000000, NULL), SIM_ELIMIT);
    assert_in_range(progress.now_ns, 5001, 10000);
    sim_destroy(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_simulation_stands_at_its_start_with_its_own_key),
        cmocka_unit_test(a_simulation_that_does_not_fit_is_refused),
        cmocka_unit_test(everything_up_to_and_including_until_is_fired),
        cmocka_unit_test(an_abort_leaves_the_run_with_the_first_failure),
        cmocka_unit_test(the_stop_flag_leaves_the_run_within_a_few_thousand_events),
        cmocka_unit_test(a_stop_is_seen_at_the_end_of_even_a_short_run),
        cmocka_unit_test(progress_shows_the_clock_on_the_way_and_at_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
