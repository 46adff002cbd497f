/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/messages.h"
#include "sim/calendar.h"

/* 10 days of pre-roll, 90 of window from 2026-01-01: 100 in all. */
static struct mdl_plan plan_of_100_days(void)
{
    struct mdl_plan plan = {.begin_ns = -10 * SIM_DAY_NS, .finish_ns = 90 * SIM_DAY_NS};

    plan.calendar.start_days = sim_days_from_date((struct sim_date){2026, 1, 1});
    return plan;
}

static struct cli_progress begin(const struct mdl_plan *plan, size_t count)
{
    struct cli_progress progress;
    struct sim_error err;

    assert_int_equal(cli_progress_begin(&progress, plan, count, 1, true, &err), SIM_OK);
    return progress;
}

static void expect_line(const struct cli_progress *progress, double elapsed_s, const char *expected)
{
    char line[128];

    cli_progress_line(progress, elapsed_s, line, sizeof line);
    assert_string_equal(line, expected);
}

static void nothing_is_promised_at_the_beginning(void **state)
{
    struct mdl_plan plan = plan_of_100_days();
    struct cli_progress progress = begin(&plan, 4);

    (void)state;
    expect_line(&progress, 1, "2025-12-22  0/4 replications  0 records/s  0 %  ? left");
    cli_progress_end(&progress);
}

static void time_left_follows_from_the_part_done(void **state)
{
    struct mdl_plan plan = plan_of_100_days();
    struct cli_progress progress = begin(&plan, 2);

    (void)state;
    atomic_store(&progress.state[0].now_ns, plan.finish_ns);
    atomic_store(&progress.state[0].records, 1500000);
    atomic_store(&progress.state[1].now_ns, 40 * SIM_DAY_NS); /* half of its days */
    atomic_store(&progress.state[1].records, 900000);
    /* 3/4 in 30 s: 10 s are left; 2.4 million records in 30 s are 80,000 a second */
    expect_line(&progress, 30, "2026-02-10  1/2 replications  80k records/s  75 %  0:10 left");
    expect_line(&progress, 2, "2026-02-10  1/2 replications  1.20M records/s  75 %  0:01 left");
    expect_line(&progress, 32400, "2026-02-10  1/2 replications  74 records/s  75 %  3:00:00 left");
    cli_progress_end(&progress);
}

/* Until the rule looks again: what it may ask for at most says nothing about the time left. */
static void a_rule_is_measured_by_its_batch(void **state)
{
    struct mdl_plan plan = plan_of_100_days();
    struct cli_progress progress = begin(&plan, 200);

    (void)state;
    progress.wanted = 2;
    atomic_store(&progress.state[0].now_ns, plan.finish_ns);
    atomic_store(&progress.state[1].now_ns, 40 * SIM_DAY_NS);
    expect_line(&progress, 30,
                "2026-02-10  1/2 replications (at most 200)  0 records/s  75 %  0:10 left");
    cli_progress_end(&progress);
}

static void a_log_is_measured_by_its_jobs(void **state)
{
    struct mdl_replay_plan log = {.count = 200};
    struct mdl_plan plan = plan_of_100_days();
    struct cli_progress progress;

    (void)state;
    plan.replay = &log;
    progress = begin(&plan, 1);
    atomic_store(&progress.state[0].now_ns, 3 * SIM_DAY_NS);
    atomic_store(&progress.state[0].records, 50);
    expect_line(&progress, 1, "2026-01-04  0/1 replications  50 records/s  25 %  0:03 left");
    cli_progress_end(&progress);
}

static void unsafe_bytes_are_shown_by_number(void **state)
{
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);

    (void)state;
    /* escape, a right-to-left override, a byte that is no UTF-8; an umlaut stays */
    cli_put_safe(file, "a\033[31m\xE2\x80\xAE\xFF\xC3\xBC\n");
    fclose(file);
    assert_string_equal(text, "a\\x1B[31m\\xE2\\x80\\xAE\\xFF\xC3\xBC\\x0A");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_promised_at_the_beginning),
        cmocka_unit_test(time_left_follows_from_the_part_done),
        cmocka_unit_test(a_rule_is_measured_by_its_batch),
        cmocka_unit_test(a_log_is_measured_by_its_jobs),
        cmocka_unit_test(unsafe_bytes_are_shown_by_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
