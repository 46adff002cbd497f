/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "sim/random.h"
#include "sim/replicate.h"

enum { TASKS = 200 };

struct work {
    uint64_t result[TASKS];
    atomic_size_t calls, ticks;
    size_t fails_from, fails_to; /* [from, to) */
    unsigned nap_ms;
};

static void nap(unsigned ms)
{
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

    nanosleep(&time, NULL);
}

static enum sim_status task(void *context, size_t index, struct sim_error *err)
{
    struct work *work = context;

    work->calls++;
    work->result[index]++;
    for (int i = 0; i < 1000; i++)
        work->result[index] = sim_hash_child(work->result[index], 1, index);
    if (work->nap_ms)
        nap(work->nap_ms);
    if (index >= work->fails_from && index < work->fails_to) {
        if (index == work->fails_from)
            nap(20); /* the lowest is the last to fail */
        return sim_fail(err, SIM_EIO, "task %zu", index);
    }
    return SIM_OK;
}

static void tick(void *context)
{
    ((struct work *)context)->ticks++;
}

static enum sim_status run(struct work *work, size_t count, size_t threads, struct sim_error *err)
{
    const struct sim_replicate all = {
        .count = count, .threads = threads, .task = task, .tick = tick, .context = work};

    return sim_replicate(&all, err);
}

static void results_do_not_depend_on_the_number_of_threads(void **state)
{
    static const size_t threads[] = {1, 2, 8, 0, 1000};
    struct work one = {0};

    (void)state;
    assert_int_equal(run(&one, TASKS, 1, NULL), SIM_OK);
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        struct work other = {0};

        assert_int_equal(run(&other, TASKS, threads[i], NULL), SIM_OK);
        assert_int_equal(other.calls, TASKS);
        assert_memory_equal(other.result, one.result, sizeof one.result);
    }
}

static void the_failure_with_the_lowest_index_is_reported(void **state)
{
    (void)state;
    for (size_t threads = 1; threads <= 8; threads *= 2) {
        struct work work = {.fails_from = 37, .fails_to = TASKS};
        struct sim_error err = {0};

        assert_int_equal(run(&work, TASKS, threads, &err), SIM_EIO);
        assert_int_equal(err.status, SIM_EIO);
        assert_string_equal(err.message, "task 37");
    }
}

static void nothing_new_begins_after_a_failure(void **state)
{
    struct work work = {.fails_from = 5, .fails_to = 6};

    (void)state;
    assert_int_equal(run(&work, TASKS, 1, NULL), SIM_EIO);
    assert_int_equal(work.calls, 6);
}

static void a_status_without_a_message_is_a_failure_too(void **state)
{
    struct work work = {.fails_from = 0, .fails_to = 1};

    (void)state;
    assert_int_equal(run(&work, 1, 1, NULL), SIM_EIO);
}

static void the_caller_ticks_while_it_waits(void **state)
{
    struct work work = {.nap_ms = 350};

    (void)state;
    assert_int_equal(run(&work, 4, 2, NULL), SIM_OK); /* 0.7 s */
    assert_in_range(work.ticks, 1, 4);
}

static void no_tasks_are_no_work(void **state)
{
    struct work work = {0};

    (void)state;
    assert_int_equal(run(&work, 0, 4, NULL), SIM_OK);
    assert_int_equal(work.calls, 0);
    assert_true(sim_processor_count() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_do_not_depend_on_the_number_of_threads),
        cmocka_unit_test(the_failure_with_the_lowest_index_is_reported),
        cmocka_unit_test(nothing_new_begins_after_a_failure),
        cmocka_unit_test(a_status_without_a_message_is_a_failure_too),
        cmocka_unit_test(the_caller_ticks_while_it_waits),
        cmocka_unit_test(no_tasks_are_no_work),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
