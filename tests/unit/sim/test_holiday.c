/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/holiday.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/calendar.h"

static int64_t day(const char *text)
{
    int64_t days = 0;

    assert_int_equal(sim_date_parse(text, &days, NULL), SIM_OK);
    return days;
}

/* Dates of the churches' own tables. */
static void easter_falls_on_the_known_sundays(void **state)
{
    static const struct {
        int year;
        const char *western, *orthodox;
    } known[] = {{1999, "1999-04-04", "1999-04-11"}, {2000, "2000-04-23", "2000-04-30"},
                 {2011, "2011-04-24", "2011-04-24"}, {2024, "2024-03-31", "2024-05-05"},
                 {2025, "2025-04-20", "2025-04-20"}, {2026, "2026-04-05", "2026-04-12"},
                 {2027, "2027-03-28", "2027-05-02"}, {2028, "2028-04-16", "2028-04-16"},
                 {2038, "2038-04-25", "2038-04-25"}, {2100, "2100-03-28", "2100-05-02"}};

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_int_equal(sim_easter_western(known[i].year), day(known[i].western));
        assert_int_equal(sim_easter_orthodox(known[i].year), day(known[i].orthodox));
    }
    for (int year = 1970; year <= 2199; year++) {
        assert_int_equal(sim_weekday(sim_easter_western(year)), 6);
        assert_int_equal(sim_weekday(sim_easter_orthodox(year)), 6);
    }
}

static void days_that_people_know_are_holidays(void **state)
{
    static const char *const known[] = {
        "AT 2026-10-26", "AT 2026-06-04", "BE 2025-07-21", "BE 2027-05-06", "BG 2024-03-04",
        "BG 2026-05-25", "BG 2026-09-07", "BG 2027-12-27", "BG 2027-12-28", "CY 2024-03-18",
        "CY 2026-10-01", "CZ 2025-11-17", "DE 2025-10-03", "DE 2026-05-14", "DK 2024-03-28",
        "EE 2026-02-24", "ES 2026-10-12", "FI 2024-06-21", "FI 2026-01-06", "FR 2026-07-14",
        "GR 2025-03-03", "EL 2025-03-03", "GR 2026-10-28", "HR 2024-05-30", "HU 2026-10-23",
        "IE 2024-02-05", "IE 2026-10-26", "IT 2025-06-02", "IT 2027-10-04", "LT 2026-03-11",
        "LU 2025-06-23", "LV 2024-05-06", "LV 2025-05-05", "MT 2027-02-10", "NL 2026-04-27",
        "PL 2026-06-04", "PL 2025-12-24", "PT 2026-06-10", "RO 2024-06-24", "RO 2026-12-01",
        "SE 2025-06-20", "SE 2025-06-06", "SI 2024-02-08", "SK 2025-09-15", "SK 2027-09-15",
        "SE 2026-12-24", "FI 2026-12-24", "HU 2025-12-24"};
    static const char *const others[] = {
        "BG 2026-09-08", "DE 2026-10-26", "DK 2024-04-26", "ES 2026-07-14",
        "FR 2026-10-03", "GR 2025-04-07", "IE 2025-02-10", "IT 2025-10-04",
        "LV 2026-05-05", "PL 2024-12-24", "RO 2024-05-20", "SE 2025-06-27",
        "SK 2026-09-15", "SK 2026-05-08", "SK 2025-11-17", "XX 2026-12-25"};

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char country[3] = {known[i][0], known[i][1]};

        if (!sim_is_holiday(country, day(known[i] + 3)))
            fail_msg("%s is a holiday", known[i]);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char country[3] = {others[i][0], others[i][1]};

        if (sim_is_holiday(country, day(others[i] + 3)))
            fail_msg("%s is no holiday", others[i]);
    }
    assert_true(sim_knows_holidays("FI") && sim_knows_holidays("EL"));
    assert_false(sim_knows_holidays("XX") || sim_knows_holidays(""));
}

/* Public holidays on Monday to Friday in 2024, 2025, 2026, 2027 as counted by the JavaScript
 * package date-holidays 3.37.0, whose rules are not ours. States that it treats in another way
 * (eves, days that move, Green Monday) are left to the dates above. */
static const struct {
    const char *country;
    int on_weekdays[4];
} counted[] = {
    {"AT", {10, 11, 10, 9}}, {"BE", {9, 9, 8, 7}},
    {"CZ", {10, 10, 11, 9}}, {"DE", {9, 9, 7, 5}},
    {"DK", {8, 8, 7, 6}},    {"EE", {8, 10, 9, 7}},
    {"ES", {7, 7, 7, 7}},    {"FR", {10, 10, 9, 7}},
    {"GR", {11, 12, 10, 8}}, {"HR", {10, 11, 9, 8}},
    {"IE", {9, 10, 9, 8}},   {"IT", {8, 10, 7, 7}},
    {"LT", {11, 9, 10, 9}},  {"LU", {9, 10, 7, 6}},
    {"LV", {11, 12, 11, 9}}, {"MT", {8, 10, 11, 11}},
    {"NL", {6, 6, 6, 5}},    {"PL", {10, 10, 8, 8}},
    {"PT", {9, 10, 9, 8}},   {"SI", {12, 10, 7, 6}},
    {"SK", {11, 11, 7, 8}}, /* with 15 September 2027, which it leaves out */
};

static void holidays_on_weekdays_are_as_many_as_counted_elsewhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        for (int y = 0; y < 4; y++) {
            int64_t from = sim_days_from_date((struct sim_date){2024 + y, 1, 1});
            int64_t to = sim_days_from_date((struct sim_date){2025 + y, 1, 1});
            int64_t weekdays = sim_working_days("XX", from, to);
            int64_t working = sim_working_days(counted[i].country, from, to);

            if (weekdays - working != counted[i].on_weekdays[y])
                fail_msg("%s %d: %d holidays, not %d", counted[i].country, 2024 + y,
                         (int)(weekdays - working), counted[i].on_weekdays[y]);
        }
    }
}

static void working_days_are_counted_and_added(void **state)
{
    (void)state;
    /* Good Friday and Easter Monday 2026, then a weekend */
    assert_int_equal(sim_working_days("DE", day("2026-04-01"), day("2026-04-11")), 6);
    assert_int_equal(sim_working_days("XX", day("2026-04-01"), day("2026-04-11")), 8);
    assert_int_equal(sim_working_days("DE", day("2026-04-11"), day("2026-04-01")), 0);
    assert_int_equal(sim_add_working_days("DE", day("2026-04-02"), 1), day("2026-04-07"));
    assert_int_equal(sim_add_working_days("DE", day("2026-04-03"), 0), day("2026-04-07"));
    assert_int_equal(sim_add_working_days("DE", day("2026-04-02"), 0), day("2026-04-02"));
    assert_int_equal(sim_add_working_days("DE", day("2026-04-03"), 4), day("2026-04-10"));
    for (int64_t n = 1; n < 300; n++) { /* each undoes the other */
        int64_t from = day("2026-01-01"), to = sim_add_working_days("IT", from, n);

        assert_true(sim_is_working_day("IT", to));
        assert_int_equal(sim_working_days("IT", from + 1, to + 1), n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(easter_falls_on_the_known_sundays),
        cmocka_unit_test(days_that_people_know_are_holidays),
        cmocka_unit_test(holidays_on_weekdays_are_as_many_as_counted_elsewhere),
        cmocka_unit_test(working_days_are_counted_and_added),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
