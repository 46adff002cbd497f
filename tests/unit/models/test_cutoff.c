/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "models/access/cutoff.h"
#include "sim/timer.h"
#include "tests/unit/models/build.h"

static const struct sim_calendar calendar = {20454}; /* 2026-01-01 */

static struct mdl_cutoff cutoff_of(const char *text)
{
    struct mdl_cutoff cutoff;

    assert_int_equal(mdl_cutoff_parse(text, &cutoff, NULL), SIM_OK);
    return cutoff;
}

/* The cut-offs of a text from 2026-01-01 on; ends at "". */
static void expect_dates(const char *text, const char *const *date)
{
    struct mdl_cutoff cutoff = cutoff_of(text);
    int64_t time_ns = 0;

    for (; **date; date++) {
        int64_t expected =
            sim_calendar_local_ns(&calendar, SIM_ZONE_CET, day_of(*date), SIM_DAY_NS);

        assert_int_equal(mdl_cutoff_next(&cutoff, &calendar, SIM_ZONE_CET, time_ns), expected);
        assert_int_equal(mdl_cutoff_next(&cutoff, &calendar, SIM_ZONE_CET, expected), expected);
        time_ns = expected + 1;
    }
}

/* Dates of Python's datetime and calendar.monthrange. */
static void days_of_the_month_come_every_month(void **state)
{
    static const char *const twice[] = {
        "2026-01-15", "2026-01-31", "2026-02-15", "2026-02-28", "2026-03-15",
        "2026-03-31", "2026-04-15", "2026-04-30", "2026-05-15", ""};
    static const char *const late[] = {"2026-01-30", "2026-02-28", "2026-03-30", "2026-04-30", ""};

    (void)state;
    expect_dates("15, last", twice);
    expect_dates("30", late);
}

static void months_are_counted_from_a_date_also_before_it(void **state)
{
    static const char *const half[] = {"2026-03-15", "2026-09-15", "2027-03-15", "2027-09-15", ""};
    static const char *const two[] = {"2026-02-28", "2026-04-30", "2026-06-30",
                                      "2026-08-31", "2026-10-31", ""};

    (void)state;
    expect_dates("every 6 month from 2026-03-15", half);
    expect_dates("every 6 month from 2028-09-15", half);
    expect_dates("every 6 month from 2019-09-15", half);
    expect_dates("every 2 month from 2025-12-31", two);
}

static void after_the_last_date_there_is_none(void **state)
{
    static const char *const dates[] = {"2026-02-01", "2026-03-31", ""};
    struct mdl_cutoff cutoff = cutoff_of("2025-12-01, 2026-02-01, 2026-03-31");
    int64_t last = sim_calendar_local_ns(&calendar, SIM_ZONE_CET, day_of("2026-03-31"), SIM_DAY_NS);

    (void)state;
    expect_dates("2025-12-01, 2026-02-01, 2026-03-31", dates);
    assert_int_equal(mdl_cutoff_next(&cutoff, &calendar, SIM_ZONE_CET, last + 1), SIM_NEVER);
}

/* 24:00 local: summer time begins on 29 March. */
static void a_cutoff_is_the_end_of_its_local_day(void **state)
{
    struct mdl_cutoff cutoff = cutoff_of("28, last");
    int64_t noon = (day_of("2026-03-28") - calendar.start_days) * SIM_DAY_NS + 12 * SIM_HOUR_NS;

    (void)state;
    assert_int_equal(mdl_cutoff_next(&cutoff, &calendar, SIM_ZONE_CET, noon),
                     noon + 11 * SIM_HOUR_NS);
    assert_int_equal(mdl_cutoff_next(&cutoff, &calendar, SIM_ZONE_EET, noon),
                     noon + 10 * SIM_HOUR_NS);
    assert_int_equal(mdl_cutoff_next(&cutoff, &calendar, SIM_ZONE_CET, noon + 11 * SIM_HOUR_NS + 1),
                     noon + (3 * 24 + 10) * SIM_HOUR_NS);
}

static void without_cutoffs_each_is_collected_at_once(void **state)
{
    struct mdl_cutoff cutoff = cutoff_of(""), said = cutoff_of("continuous");

    (void)state;
    assert_int_equal(mdl_cutoff_next(&cutoff, &calendar, SIM_ZONE_CET, 12345), 12345);
    assert_int_equal(mdl_cutoff_next(&said, &calendar, SIM_ZONE_CET, -7), -7);
}

static void expect_refused(const char *text, const char *message)
{
    struct mdl_cutoff cutoff;
    struct sim_error err = {0};

    assert_int_equal(mdl_cutoff_parse(text, &cutoff, &err), SIM_ESCHEMA);
    assert_string_equal(err.message, message);
}

static void what_are_no_cutoffs_is_refused(void **state)
{
    static const char forms[] =
        "are no cut-offs; write 'continuous', days of the month '[15, last]', dates '[2026-03-15, "
        "2026-09-15]' or 'every 6 month from 2026-03-15'";
    char message[256];

    (void)state;
    snprintf(message, sizeof message, "'twice a year' %s", forms);
    expect_refused("twice a year", message);
    snprintf(message, sizeof message, "'32' %s", forms);
    expect_refused("32", message);
    snprintf(message, sizeof message, "'0' %s", forms);
    expect_refused("0", message);
    snprintf(message, sizeof message, "'every 6 month' %s", forms);
    expect_refused("every 6 month", message);
    snprintf(message, sizeof message, "'15, 2026-03-15' %s", forms);
    expect_refused("15, 2026-03-15", message);
    expect_refused("every 30 d from 2026-03-15",
                   "'30 d' is not a number of months from 1 on; write for example 'every 6 month "
                   "from 2026-03-15'");
    expect_refused("every 6 month from 2026-13-15",
                   "'2026-13-15' is not a date between 1970 and 2200; write for example "
                   "'2026-12-15' or '2026-12'");
    expect_refused("20, 15", "'15' does not come after the cut-off before it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_of_the_month_come_every_month),
        cmocka_unit_test(months_are_counted_from_a_date_also_before_it),
        cmocka_unit_test(after_the_last_date_there_is_none),
        cmocka_unit_test(a_cutoff_is_the_end_of_its_local_day),
        cmocka_unit_test(without_cutoffs_each_is_collected_at_once),
        cmocka_unit_test(what_are_no_cutoffs_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
