/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/money/country.h"
#include "models/money/energy.h"
#include "tests/support/check.h"

static const sim_i128 HOUR_NS = 3600 * (sim_i128)1000000000;

/* 10 nodes for 24 h, 120 node-hours of them busy, 0.6 kW idle and 2.4 kW busy:
 * 240 h x 0.6 kW + 120 h x 1.8 kW = 360 kWh. */
static void idle_and_busy_nodes_draw_what_they_should(void **state)
{
    const struct mdl_node_power power = {600, 2400, 1};

    (void)state;
    check_near(mdl_energy_it_j(&power, 240 * HOUR_NS, 120 * HOUR_NS), 360 * 3.6e6, 1e-12);
    check_near(mdl_energy_it_j(&power, 240 * HOUR_NS, 0), 144 * 3.6e6, 1e-12);
    check_near(mdl_energy_it_j(&power, 240 * HOUR_NS, 240 * HOUR_NS), 576 * 3.6e6, 1e-12);
    assert_true(mdl_energy_it_j(&power, 0, 0) == 0);
}

static void jobs_on_single_gpus_draw_their_part_of_a_node(void **state)
{
    const struct mdl_node_power power = {600, 2400, 0.25};

    (void)state; /* 4 GPUs to a node: 40 GPU-h installed are 10 node-h, 6 GPU-h busy are 1.5 */
    check_near(mdl_energy_it_j(&power, 40 * HOUR_NS, 6 * HOUR_NS), (6 + 1.5 * 1.8) * 3.6e6, 1e-12);
}

static void ten_thousand_nodes_for_ten_years_do_not_overflow(void **state)
{
    const struct mdl_node_power power = {1000, 1000, 1};

    (void)state;
    check_near(mdl_energy_it_j(&power, 10000 * (sim_i128)87660 * HOUR_NS, 0),
               10000.0 * 87660 * 3.6e6, 1e-12);
}

/* 360 kWh of IT at PUE 1.25: 450 kWh; at 220 EUR/MWh 99 EUR; at 288 g/kWh 129.6 kg. */
static void the_facility_pays_and_emits_for_its_cooling_too(void **state)
{
    const struct mdl_tariff tariff = {
        .price_eur_per_mwh = 220, .carbon_g_per_kwh = {.mean = 288}, .pue = 1.25};
    double facility_j = mdl_energy_facility_j(&tariff, 360 * 3.6e6);

    (void)state;
    check_near(facility_j, 450 * 3.6e6, 1e-12);
    check_near(mdl_energy_carbon_g(mdl_energy_intensity(&tariff, 0), facility_j), 129600, 1e-12);
    assert_int_equal(mdl_energy_cost_cents(&tariff, facility_j), 9900);
    assert_int_equal(mdl_energy_cost_cents(&tariff, 0), 0);
}

static void cents_are_rounded_half_to_even(void **state)
{
    static const struct {
        double x;
        int64_t rounded;
    } table[] = {{0, 0},
                 {0.25, 0},
                 {0.5, 0},
                 {0.75, 1},
                 {1, 1},
                 {1.5, 2},
                 {2.5, 2},
                 {3.5, 4},
                 {2.4999999, 2},
                 {2.5000001, 3},
                 {-0.25, 0},
                 {-0.5, 0},
                 {-0.75, -1},
                 {-1.5, -2},
                 {-2.5, -2},
                 {-3.5, -4},
                 {-2.4999999, -2},
                 {-2.5000001, -3},
                 {1e15 + 0.5, 1000000000000000},
                 {1e15 + 1.5, 1000000000000002},
                 {-1e15 - 0.5, -1000000000000000},
                 {4503599627370494.5, 4503599627370494},
                 {4503599627370495.5, 4503599627370496},
                 {0.49999999999999994, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_int_equal(mdl_round_half_even(table[i].x), table[i].rounded);
}

/* A refund (a negative price) is rounded like a cost. */
static void a_negative_price_gives_the_negative_cost(void **state)
{
    const struct mdl_tariff pays = {.price_eur_per_mwh = 35.5, .pue = 1};
    const struct mdl_tariff gets = {.price_eur_per_mwh = -35.5, .pue = 1};

    (void)state;
    for (int i = 0; i < 200; i++) {
        double joules = 3.6e9 * 0.01 * i;
        assert_int_equal(mdl_energy_cost_cents(&gets, joules),
                         -mdl_energy_cost_cents(&pays, joules));
    }
    assert_int_equal(mdl_energy_cost_cents(&gets, 3.6e9 * 0.1), -355);
}

/* ---- intensity by hour ---- */

static struct mdl_tariff by_hour(size_t count, const double *value, int64_t year)
{
    return (struct mdl_tariff){.carbon_g_per_kwh = {count, value, 0, year}, .pue = 1};
}

static int64_t hour_of(int year, int month, int day, int hour)
{
    return sim_days_from_date((struct sim_date){year, month, day}) * 24 + hour;
}

static void a_short_series_goes_by_local_hours(void **state)
{
    double day[24], week[168];
    struct mdl_tariff tariff = by_hour(24, day, 0);

    (void)state;
    for (int i = 0; i < 168; i++)
        day[i % 24] = i % 24, week[i] = i;
    tariff.zone = SIM_ZONE_CET;
    assert_true(mdl_energy_intensity(&tariff, hour_of(2026, 1, 1, 0)) == 1);
    assert_true(mdl_energy_intensity(&tariff, hour_of(2026, 7, 1, 23)) == 1); /* summer time */
    tariff.carbon_g_per_kwh.count = 168;
    tariff.carbon_g_per_kwh.value = week;
    assert_true(mdl_energy_intensity(&tariff, hour_of(2026, 1, 4, 23)) == 0); /* Monday, 0 h */
    assert_true(mdl_energy_intensity(&tariff, hour_of(2026, 1, 4, 22)) == 167);
}

static void a_year_goes_by_date_and_hour(void **state)
{
    double value[8784];
    struct mdl_tariff tariff = by_hour(8784, value, 0);

    (void)state;
    for (int i = 0; i < 8784; i++)
        value[i] = i;
    assert_true(mdl_energy_intensity(&tariff, hour_of(2026, 1, 1, 0)) == 0);
    assert_true(mdl_energy_intensity(&tariff, hour_of(2026, 3, 1, 5)) == (31 + 29) * 24 + 5);
    assert_true(mdl_energy_intensity(&tariff, hour_of(2028, 2, 29, 7)) == (31 + 28) * 24 + 7);
    assert_true(mdl_energy_intensity(&tariff, hour_of(2026, 12, 31, 23)) == 8783);
    tariff.carbon_g_per_kwh.count = 8760;
    assert_true(mdl_energy_intensity(&tariff, hour_of(2028, 2, 29, 7)) == (31 + 27) * 24 + 7);
    assert_true(mdl_energy_intensity(&tariff, hour_of(2028, 3, 1, 0)) == (31 + 28) * 24);
    assert_true(mdl_energy_intensity(&tariff, hour_of(2028, 12, 31, 23)) == 8759);
}

/* Every day of ten years takes a day of 2024 with its own weekday, at most three days off (seven
 * less that at the ends of the year). */
static void a_known_year_keeps_the_days_of_the_week(void **state)
{
    double value[8784];
    struct mdl_tariff tariff = by_hour(8784, value, 2024);
    int64_t first = sim_days_from_date((struct sim_date){2024, 1, 1});

    (void)state;
    for (int i = 0; i < 8784; i++)
        value[i] = i;
    for (int64_t day = hour_of(2026, 1, 1, 0) / 24; day < hour_of(2036, 1, 1, 0) / 24; day++) {
        int64_t taken = (int64_t)mdl_energy_intensity(&tariff, day * 24 + 13);
        struct sim_date date = sim_date_from_days(day);
        int64_t same = sim_days_from_date((struct sim_date){2024, date.month, date.day}) - first;
        int64_t off = taken / 24 - same;

        assert_int_equal(taken % 24, 13);
        assert_int_equal(sim_weekday(first + taken / 24), sim_weekday(day));
        assert_true((off >= -3 && off <= 3) || (same < 3 && off < 7) || (same > 362 && off > -7));
    }
    for (int h = 0; h < 8784; h++) /* its own year is itself */
        assert_true(mdl_energy_intensity(&tariff, first * 24 + h) == h);
}

static void countries_are_known_by_their_code(void **state)
{
    struct sim_found price, carbon;

    (void)state;
    assert_true(mdl_country_price("FI", &price) && mdl_country_carbon("FI", &carbon));
    assert_true(price.value == 74.8 && carbon.value == 68);
    assert_string_equal(price.origin, "builtin:countries");
    assert_string_equal(price.quality, "medium");
    assert_non_null(strstr(price.source, "Eurostat"));
    assert_non_null(strstr(carbon.source, "Electricity Maps"));
    assert_true(mdl_country_price("EL", &price) && price.value == 174);
    assert_true(mdl_is_state("NO") && mdl_is_state("EL") && mdl_is_origin("EU"));
    assert_false(mdl_is_state("EU") || mdl_is_state("XX") || mdl_is_origin("XX"));
    assert_false(mdl_is_state("A") || mdl_is_state("T ") || mdl_is_state("ATB"));
    assert_false(mdl_country_price("XX", &price) || mdl_country_carbon("", &carbon));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idle_and_busy_nodes_draw_what_they_should),
        cmocka_unit_test(jobs_on_single_gpus_draw_their_part_of_a_node),
        cmocka_unit_test(ten_thousand_nodes_for_ten_years_do_not_overflow),
        cmocka_unit_test(the_facility_pays_and_emits_for_its_cooling_too),
        cmocka_unit_test(cents_are_rounded_half_to_even),
        cmocka_unit_test(a_negative_price_gives_the_negative_cost),
        cmocka_unit_test(a_short_series_goes_by_local_hours),
        cmocka_unit_test(a_year_goes_by_date_and_hour),
        cmocka_unit_test(a_known_year_keeps_the_days_of_the_week),
        cmocka_unit_test(countries_are_known_by_their_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
