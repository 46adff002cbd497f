/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/period.h"

static int64_t day_of(const char *date)
{
    int64_t days = 0;

    assert_int_equal(sim_date_parse(date, &days, NULL), SIM_OK);
    return days;
}

static void expect_period(const char *text, enum sim_period_unit unit, double count)
{
    struct sim_period period = {0};

    assert_int_equal(sim_period_parse(text, &period, NULL), SIM_OK);
    assert_true(period.unit == unit && period.count == count);
}

static void expect_refused(const char *text, const char *message)
{
    struct sim_period period;
    struct sim_error err = {0};

    assert_int_equal(sim_period_parse(text, &period, &err), SIM_ESCHEMA);
    assert_string_equal(err.message, message);
}

static void periods_are_read(void **state)
{
    (void)state;
    expect_period("36 h", SIM_PERIOD_S, 129600);
    expect_period("30 d", SIM_PERIOD_S, 30 * 86400.0);
    expect_period("4 workday", SIM_PERIOD_WORKDAYS, 4);
    expect_period("10 workdays", SIM_PERIOD_WORKDAYS, 10);
    expect_period("6 month", SIM_PERIOD_MONTHS, 6);
    expect_period("1 yr", SIM_PERIOD_MONTHS, 12);
    expect_period("0.5 yr", SIM_PERIOD_MONTHS, 6);
}

static void what_is_no_period_is_refused(void **state)
{
    (void)state;
    expect_refused("1.5 workday",
                   "'1.5 workday' is not a whole number of working days, 0 to 10000; "
                   "write for example '4 workday'");
    expect_refused("0.3 month", "'0.3 month' is not a whole number of months, 0 to 1200; write for "
                                "example '6 month'");
    expect_refused("-1 yr", "'-1 yr' is not a whole number of months, 0 to 1200; write for example "
                            "'6 month'");
    expect_refused("4", "'4' is not a duration, the unit is missing; write for example '4 h'");
    expect_refused("10 working days", "'10 working days' is not a period; write '10 workday'");
    expect_refused("soon", "'soon' is not a number");
    expect_refused("-2 d", "'-2 d' is not a time of 0 s to 100 yr");
}

/* clock 0 is 2026-01-01 00:00 UTC */
static int64_t at(const char *date, int utc_hour)
{
    return (day_of(date) - day_of("2026-01-01")) * SIM_DAY_NS + utc_hour * SIM_HOUR_NS;
}

static int64_t end_of(const char *text, const char *country, int64_t from_ns)
{
    const struct sim_calendar calendar = {day_of("2026-01-01")};
    struct sim_period period = {0};

    assert_int_equal(sim_period_parse(text, &period, NULL), SIM_OK);
    return sim_period_end_ns(&period, &calendar, country, from_ns);
}

static void working_days_skip_weekends_and_holidays(void **state)
{
    (void)state;
    /* Thursday 2 April 2026, 12:00 in Luxembourg; Good Friday is none there, Easter Monday is */
    assert_int_equal(end_of("2 workday", "LU", at("2026-04-02", 10)), at("2026-04-07", 10));
    assert_int_equal(end_of("2 workday", "DE", at("2026-04-02", 10)), at("2026-04-08", 10));
    assert_int_equal(end_of("2 workday", "", at("2026-04-02", 10)), at("2026-04-06", 10));
    assert_int_equal(end_of("10 workday", "LU", at("2026-01-15", 9)), at("2026-01-29", 9));
    /* across the beginning of summer time the local hour stays */
    assert_int_equal(end_of("1 workday", "LU", at("2026-03-27", 10)), at("2026-03-30", 9));
}

static void what_comes_out_of_hours_counts_from_the_nearest_hour(void **state)
{
    (void)state;
    assert_int_equal(end_of("1 workday", "LU", at("2026-02-02", 22)), at("2026-02-03", 16));
    assert_int_equal(end_of("1 workday", "LU", at("2026-02-02", 3)), at("2026-02-03", 8));
    assert_int_equal(end_of("1 workday", "LU", at("2026-02-07", 12)), at("2026-02-09", 16));
    assert_int_equal(end_of("0 workday", "LU", at("2026-02-07", 12)), at("2026-02-09", 8));
    assert_int_equal(end_of("0 workday", "LU", at("2026-02-02", 12)), at("2026-02-02", 12));
    assert_int_equal(end_of("0 workday", "LU", at("2026-02-02", 22)), at("2026-02-02", 22));
}

static void months_keep_the_day_where_there_is_one(void **state)
{
    (void)state;
    assert_int_equal(sim_add_months(day_of("2026-01-31"), 1), day_of("2026-02-28"));
    assert_int_equal(sim_add_months(day_of("2027-12-31"), 2), day_of("2028-02-29"));
    assert_int_equal(sim_add_months(day_of("2026-03-15"), -3), day_of("2025-12-15"));
    assert_int_equal(sim_add_months(day_of("2026-03-15"), -15), day_of("2024-12-15"));
    assert_int_equal(end_of("6 month", "LU", at("2026-01-15", 11)), at("2026-07-15", 10));
    assert_int_equal(end_of("1 yr", "FI", at("2026-08-31", 11)), at("2027-08-31", 11));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_are_read),
        cmocka_unit_test(what_is_no_period_is_refused),
        cmocka_unit_test(working_days_skip_weekends_and_holidays),
        cmocka_unit_test(what_comes_out_of_hours_counts_from_the_nearest_hour),
        cmocka_unit_test(months_keep_the_day_where_there_is_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
