/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/calendar.h"

static int64_t days_of(int year, int month, int day)
{
    return sim_days_from_date((struct sim_date){year, month, day});
}

static void known_dates_have_their_day_numbers(void **state)
{
    (void)state;
    assert_int_equal(days_of(1970, 1, 1), 0);
    assert_int_equal(days_of(1969, 12, 31), -1);
    assert_int_equal(days_of(2000, 2, 29), 11016);
    assert_int_equal(days_of(2000, 3, 1), 11017);
    assert_int_equal(days_of(2024, 2, 29), 19782);
    assert_int_equal(days_of(2026, 1, 1), 20454);
    assert_int_equal(days_of(2038, 1, 19), 24855); /* the day on which 2^31 s have passed */
    assert_int_equal(days_of(2100, 3, 1) - days_of(2100, 2, 28), 1);
}

static void every_day_of_seven_centuries_follows_the_one_before(void **state)
{
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct sim_date date = {1700, 1, 1};
    int64_t days = days_of(1700, 1, 1);

    (void)state;
    for (; date.year < 2400; days++) {
        bool is_leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
        struct sim_date back = sim_date_from_days(days);

        assert_true(sim_date_is_valid(date));
        assert_int_equal(sim_days_from_date(date), days);
        assert_true(back.year == date.year && back.month == date.month && back.day == date.day);
        if (++date.day > length[date.month - 1] + (date.month == 2 && is_leap)) {
            assert_false(sim_date_is_valid(date));
            date.day = 1;
            if (++date.month > 12) {
                date.month = 1;
                date.year++;
            }
        }
    }
}

static void weekdays_count_from_monday(void **state)
{
    (void)state;
    assert_int_equal(sim_weekday(0), 3);                     /* Thursday */
    assert_int_equal(sim_weekday(days_of(2026, 11, 24)), 1); /* Tuesday */
    assert_int_equal(sim_weekday(days_of(2000, 2, 29)), 1);  /* Tuesday */
    assert_int_equal(sim_weekday(days_of(1969, 12, 28)), 6); /* Sunday */
    for (int64_t day = -1000; day < 1000; day++)
        assert_int_equal(sim_weekday(day + 1), (sim_weekday(day) + 1) % 7);
}

static void dates_are_read_whole_or_as_months(void **state)
{
    int64_t days = 0;

    (void)state;
    assert_int_equal(sim_date_parse("2026-12-15", &days, NULL), SIM_OK);
    assert_int_equal(days, days_of(2026, 12, 15));
    assert_int_equal(sim_date_parse("2026-12", &days, NULL), SIM_OK);
    assert_int_equal(days, days_of(2026, 12, 1));
    assert_int_equal(sim_date_parse("2000-02-29", &days, NULL), SIM_OK);
    assert_int_equal(days, 11016);
    assert_int_equal(sim_date_parse("1970-01-01", &days, NULL), SIM_OK);
    assert_int_equal(days, 0);
    assert_int_equal(sim_date_parse("2200-12-31", &days, NULL), SIM_OK);
}

static void what_is_no_date_is_refused_and_quoted(void **state)
{
    static const char *const wrong[] = {
        "",           "2026",       "2026-1-1",         "2026-13",    "2026-00",     "2026-02-30",
        "2023-02-29", "2100-02-29", "2026-04-31",       "2026-01-00", "2026-12-15 ", " 2026-12-1",
        "2026/12/15", "2026-12/15", "15-12-2026",       "202a-12-15", "2026-12-1x",  "-026-12-15",
        "1969-12-31", "2201-01-01", "2026-12-15T00:00", "2026-1",     "2026-123",    "+026-12"};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct sim_error err = {0};
        char quoted[64];
        int64_t days = 77;

        snprintf(quoted, sizeof quoted, "'%s'", wrong[i]);
        assert_int_equal(sim_date_parse(wrong[i], &days, &err), SIM_ESCHEMA);
        assert_int_equal(days, 77);
        assert_non_null(strstr(err.message, quoted));
    }
}

static void dates_are_written_as_they_are_read(void **state)
{
    char text[11];

    (void)state;
    for (int64_t days = days_of(1970, 1, 1); days <= days_of(2200, 12, 31); days += 17) {
        int64_t back = -1;

        sim_date_format(days, text);
        assert_int_equal(sim_date_parse(text, &back, NULL), SIM_OK);
        assert_int_equal(back, days);
    }
    sim_date_format(days_of(2026, 3, 9), text);
    assert_string_equal(text, "2026-03-09");
}

/* Summer time 2026: 29 March to 25 October, both at 01:00 UTC, everywhere at once. */
static void summer_time_of_2026_switches_at_one_utc_in_all_zones(void **state)
{
    static const enum sim_zone zone[] = {SIM_ZONE_WET, SIM_ZONE_CET, SIM_ZONE_EET};
    int64_t march = days_of(2026, 3, 29) * 24, october = days_of(2026, 10, 25) * 24;

    (void)state;
    for (int z = 0; z < 3; z++) {
        assert_int_equal(sim_zone_offset_hours(zone[z], march), z);
        assert_int_equal(sim_zone_offset_hours(zone[z], march + 1), z + 1);
        assert_int_equal(sim_zone_offset_hours(zone[z], october), z + 1);
        assert_int_equal(sim_zone_offset_hours(zone[z], october + 1), z);
        assert_int_equal(sim_zone_offset_hours(zone[z], days_of(2026, 1, 1) * 24), z);
        assert_int_equal(sim_zone_offset_hours(zone[z], days_of(2026, 7, 1) * 24), z + 1);
    }
    assert_int_equal(sim_zone_offset_hours(SIM_ZONE_UTC, days_of(2026, 7, 1) * 24), 0);
}

/* Last Sundays of March and October, from a printed calendar. */
static void summer_time_begins_and_ends_on_the_last_sundays(void **state)
{
    static const int sundays[][3] = {{2020, 29, 25}, {2021, 28, 31}, {2022, 27, 30},
                                     {2023, 26, 29}, {2024, 31, 27}, {2025, 30, 26},
                                     {2027, 28, 31}, {2030, 31, 27}};

    (void)state;
    for (size_t i = 0; i < sizeof sundays / sizeof *sundays; i++) {
        int64_t march = days_of(sundays[i][0], 3, sundays[i][1]) * 24 + 1;
        int64_t october = days_of(sundays[i][0], 10, sundays[i][2]) * 24 + 1;

        assert_int_equal(sim_zone_offset_hours(SIM_ZONE_CET, march - 1), 1);
        assert_int_equal(sim_zone_offset_hours(SIM_ZONE_CET, march), 2);
        assert_int_equal(sim_zone_offset_hours(SIM_ZONE_CET, october - 1), 2);
        assert_int_equal(sim_zone_offset_hours(SIM_ZONE_CET, october), 1);
    }
}

static void the_hour_of_the_week_is_local(void **state)
{
    int64_t monday = days_of(2026, 1, 5) * 24, summer = days_of(2026, 7, 6) * 24;
    int64_t march = days_of(2026, 3, 29) * 24;

    (void)state;
    assert_int_equal(sim_hour_of_week(SIM_ZONE_UTC, monday), 0);
    assert_int_equal(sim_hour_of_week(SIM_ZONE_UTC, monday - 1), 167);
    assert_int_equal(sim_hour_of_week(SIM_ZONE_CET, monday - 1), 0);
    assert_int_equal(sim_hour_of_week(SIM_ZONE_EET, monday - 2), 0);
    assert_int_equal(sim_hour_of_week(SIM_ZONE_CET, summer - 2), 0);
    assert_int_equal(sim_hour_of_week(SIM_ZONE_CET, summer + 8), 10);
    /* Sunday 02:00 CET does not exist on 29 March, 02:00 comes twice on 25 October. */
    assert_int_equal(sim_hour_of_week(SIM_ZONE_CET, march), 6 * 24 + 1);
    assert_int_equal(sim_hour_of_week(SIM_ZONE_CET, march + 1), 6 * 24 + 3);
    assert_int_equal(sim_hour_of_week(SIM_ZONE_CET, days_of(2026, 10, 25) * 24), 6 * 24 + 2);
    assert_int_equal(sim_hour_of_week(SIM_ZONE_CET, days_of(2026, 10, 25) * 24 + 1), 6 * 24 + 2);
}

static void the_local_date_changes_at_local_midnight(void **state)
{
    int64_t hour = days_of(2026, 7, 1) * 24 - 2; /* 22:00 UTC, midnight in Rome, 01:00 in Athens */

    (void)state;
    assert_int_equal(sim_local_date(SIM_ZONE_CET, hour).month, 7);
    assert_int_equal(sim_local_date(SIM_ZONE_CET, hour - 1).month, 6);
    assert_int_equal(sim_local_date(SIM_ZONE_EET, hour - 1).month, 7);
    assert_int_equal(sim_local_date(SIM_ZONE_WET, hour).month, 6);
    assert_int_equal(sim_local_date(SIM_ZONE_UTC, -1).year, 1969);
}

static void zones_of_the_states(void **state)
{
    static const char *const west[] = {"PT", "IE", "UK", "GB"};
    static const char *const centre[] = {"AT", "BE", "CZ", "DE", "DK", "ES", "FR", "HR",
                                         "HU", "IT", "LU", "MT", "NL", "PL", "SE", "SI",
                                         "SK", "NO", "CH", "XX", "",   "P",  "PTI"};
    static const char *const east[] = {"FI", "EE", "LV", "LT", "RO", "BG", "GR", "EL", "CY"};

    (void)state;
    for (size_t i = 0; i < sizeof west / sizeof *west; i++)
        assert_int_equal(sim_zone_of_country(west[i]), SIM_ZONE_WET);
    for (size_t i = 0; i < sizeof centre / sizeof *centre; i++)
        assert_int_equal(sim_zone_of_country(centre[i]), SIM_ZONE_CET);
    for (size_t i = 0; i < sizeof east / sizeof *east; i++)
        assert_int_equal(sim_zone_of_country(east[i]), SIM_ZONE_EET);
    assert_int_equal(sim_zone_of_country("IS"), SIM_ZONE_UTC); /* no summer time since 1968 */
}

static void the_clock_counts_from_the_start_date_also_backwards(void **state)
{
    struct sim_calendar calendar = {.start_days = days_of(2026, 1, 1)};
    int64_t first = calendar.start_days * 24;

    (void)state;
    assert_int_equal(sim_calendar_ns(&calendar, calendar.start_days), 0);
    assert_int_equal(sim_calendar_ns(&calendar, calendar.start_days - 14), -14 * SIM_DAY_NS);
    assert_int_equal(sim_calendar_utc_hour(&calendar, 0), first);
    assert_int_equal(sim_calendar_utc_hour(&calendar, SIM_HOUR_NS - 1), first);
    assert_int_equal(sim_calendar_utc_hour(&calendar, SIM_HOUR_NS), first + 1);
    assert_int_equal(sim_calendar_utc_hour(&calendar, -1), first - 1);
    assert_int_equal(sim_calendar_utc_hour(&calendar, -SIM_HOUR_NS), first - 1);
    assert_int_equal(sim_calendar_utc_hour(&calendar, -SIM_HOUR_NS - 1), first - 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_dates_have_their_day_numbers),
        cmocka_unit_test(every_day_of_seven_centuries_follows_the_one_before),
        cmocka_unit_test(weekdays_count_from_monday),
        cmocka_unit_test(dates_are_read_whole_or_as_months),
        cmocka_unit_test(what_is_no_date_is_refused_and_quoted),
        cmocka_unit_test(dates_are_written_as_they_are_read),
        cmocka_unit_test(summer_time_of_2026_switches_at_one_utc_in_all_zones),
        cmocka_unit_test(summer_time_begins_and_ends_on_the_last_sundays),
        cmocka_unit_test(the_hour_of_the_week_is_local),
        cmocka_unit_test(the_local_date_changes_at_local_midnight),
        cmocka_unit_test(zones_of_the_states),
        cmocka_unit_test(the_clock_counts_from_the_start_date_also_backwards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
