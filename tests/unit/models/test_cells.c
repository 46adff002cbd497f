/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/transport/cells.h"
#include "tests/support/check.h"
#include "tests/unit/models/build.h"

static const struct sim_calendar calendar = {.start_days = 20454}; /* 2026-01-01, a Thursday */

static int64_t hours(int64_t n)
{
    return n * SIM_HOUR_NS;
}

static void coverage_leads_through_the_targets_in_straight_lines(void **state)
{
    struct mdl_target_config target[3] = {
        {.date_days = 20454 + 300, .coverage_frac = 1, .capacity = NAN},
        {.date_days = 20454 + 100, .coverage_frac = 0.6, .capacity = 2},
        {.date_days = 20454 + 50, .coverage_frac = NAN, .capacity = NAN}};
    struct mdl_cell_config cell = {
        .coverage_frac = 0.4, .since_days = SIM_DATE_NONE, .targets = BUILD_MAP(target, 3)};

    (void)state;
    assert_int_equal(calendar.start_days, day_of("2026-01-01"));
    check_near(mdl_cell_coverage(&cell, &calendar, -hours(48)), 0.4, 0);
    check_near(mdl_cell_coverage(&cell, &calendar, hours(23)), 0.4, 0);
    check_near(mdl_cell_coverage(&cell, &calendar, hours(24 * 50 + 7)), 0.5, 1e-12);
    check_near(mdl_cell_coverage(&cell, &calendar, hours(24 * 100)), 0.6, 0);
    check_near(mdl_cell_coverage(&cell, &calendar, hours(24 * 150)), 0.7, 1e-12);
    check_near(mdl_cell_coverage(&cell, &calendar, hours(24 * 1000)), 1, 0);
    cell.since_days = 20454 - 100;
    check_near(mdl_cell_coverage(&cell, &calendar, 0), 0.5, 1e-12);
    check_near(mdl_cell_airtime(&cell, SIM_ZONE_UTC, &calendar, 0), 1.5, 1e-12);
    check_near(mdl_cell_airtime(&cell, SIM_ZONE_UTC, &calendar, hours(24 * 365)), 2, 0);
}

static void others_take_their_airtime_first_by_local_hour(void **state)
{
    double weight[24] = {0};
    struct mdl_cell_config cell = {.since_days = SIM_DATE_NONE,
                                   .others = {.load_frac = 0.1, .hours = {24, weight}}};

    (void)state;
    weight[8] = 4;
    weight[9] = 20;
    check_near(mdl_cell_airtime(&cell, SIM_ZONE_CET, &calendar, hours(7)), 0.6, 1e-12);
    check_near(mdl_cell_airtime(&cell, SIM_ZONE_CET, &calendar, hours(8)), 0.01, 1e-12);
    check_near(mdl_cell_airtime(&cell, SIM_ZONE_UTC, &calendar, hours(7)), 1, 0);
    cell.others.growth_per_yr = 1;
    check_near(mdl_cell_airtime(&cell, SIM_ZONE_CET, &calendar, hours(24 * 365 + 7)),
               1 - 0.4 * pow(2, 365 / 365.25), 1e-9);
}

static void radio_rates_come_in_steps_with_the_mean_of_their_law(void **state)
{
    const double value[3] = {1e6, 3e6, 9e6}, cumulated[3] = {0.2, 0.7, 1};
    struct mdl_radio_step step[MDL_RADIO_STEPS_MAX];
    struct sim_dist law = choice(3, value, cumulated), even;
    double mean = 0;

    (void)state;
    assert_int_equal(mdl_radio_steps(&law, step), 3);
    for (int i = 0; i < 3; i++)
        mean += step[i].part * step[i].bytes_per_s;
    check_near(mean, 0.2e6 + 1.5e6 + 2.7e6, 1e-12);
    law = constant(5e6);
    assert_int_equal(mdl_radio_steps(&law, step), 1);
    check_near(step[0].bytes_per_s, 5e6, 0);
    even = prepared((struct sim_dist){.kind = SIM_DIST_UNIFORM, .a = 1e6, .b = 17e6});
    assert_int_equal(mdl_radio_steps(&even, step), 8);
    for (int i = 0; i < 8; i++) {
        check_near(step[i].bytes_per_s, (2.0 + 2 * i) * 1e6, 1e-12);
        check_near(step[i].part, 0.125, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coverage_leads_through_the_targets_in_straight_lines),
        cmocka_unit_test(others_take_their_airtime_first_by_local_hour),
        cmocka_unit_test(radio_rates_come_in_steps_with_the_mean_of_their_law),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
