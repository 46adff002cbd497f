/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/conservation.h"

#define BIG UINT64_C(9007199254740993) /* 2^53 + 1: no double holds it */

static void expect_broken(enum sim_status status, const struct sim_error *err, const char *what)
{
    assert_int_equal(status, SIM_EINVARIANT);
    assert_int_equal(err->status, SIM_EINVARIANT);
    assert_non_null(strstr(err->message, what));
}

static const struct mdl_capacity_step step[] = {
    {-100, 0, 0}, {-50, 3, 10}, {0, 10, 10}, {200, 0, 0}};
static const struct mdl_partition_plan partition = {
    .name = "lumi.lumi_g", .step_count = 4, .step = step};

static enum sim_status check_at(int64_t now_ns, int64_t busy, int64_t released, int64_t installed,
                                int64_t held, struct sim_error *err)
{
    const struct mdl_partition_flows kept = {
        .busy_unit_ns = busy,
        .released_unit_ns = released,
        .installed_unit_ns = installed,
        .lost_unit_ns = {[MDL_LOST_BLOCKED] = 700, [MDL_LOST_NO_DEMAND] = released - busy - 700}};

    return mdl_check_node_time(&partition, -100, now_ns, &kept, held, 0, err);
}

static void each_unit_has_one_cause(void **state)
{
    struct mdl_partition_flows kept = {.busy_unit_ns = 777,
                                       .released_unit_ns = 1150,
                                       .installed_unit_ns = 1500,
                                       .lost_unit_ns = {300, 73}};
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(mdl_check_node_time(&partition, -100, 100, &kept, 777, 0, &err), SIM_OK);
    kept.lost_unit_ns[MDL_LOST_NO_DEMAND]++;
    expect_broken(mdl_check_node_time(&partition, -100, 100, &kept, 777, 0, &err), &err,
                  "lost unit-time");
}

/* To 250, 50 after the retirement: 2150 released, 2500 installed, and 40 that drain. */
static void what_drains_stays_installed_and_released(void **state)
{
    const struct mdl_partition_flows good = {.busy_unit_ns = 2190,
                                             .released_unit_ns = 2190,
                                             .installed_unit_ns = 2540,
                                             .draining_unit_ns = 40};
    struct mdl_partition_flows bad = good;
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(mdl_check_node_time(&partition, -100, 250, &good, 2190, 40, &err), SIM_OK);
    expect_broken(mdl_check_node_time(&partition, -100, 250, &good, 2190, 41, &err), &err,
                  "draining unit-time");
    bad.installed_unit_ns -= 40;
    expect_broken(mdl_check_node_time(&partition, -100, 250, &bad, 2190, 40, &err), &err,
                  "installed unit-time");
    bad = good;
    bad.busy_unit_ns++;
    bad.lost_unit_ns[MDL_LOST_BLOCKED]--;
    expect_broken(mdl_check_node_time(&partition, -100, 250, &bad, 2191, 40, &err), &err,
                  "more than released");
}

static void more_cannot_be_released_than_is_installed(void **state)
{
    const struct mdl_capacity_step wrong = {0, 11, 10};
    const struct mdl_partition_plan machine = {.name = "m", .step_count = 1, .step = &wrong};
    const struct mdl_partition_flows kept = {
        .busy_unit_ns = 110, .released_unit_ns = 110, .installed_unit_ns = 100};
    struct sim_error err = {0};

    (void)state;
    expect_broken(mdl_check_node_time(&machine, 0, 10, &kept, 110, 0, &err), &err,
                  "more than installed");
}

/* From -100 to 100: 50 x 3 + 100 x 10 released, 150 x 10 installed. */
static void node_time_is_right_or_named(void **state)
{
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(check_at(100, 777, 1150, 1500, 777, &err), SIM_OK);
    assert_int_equal(check_at(300, 5, 2150, 2500, 5, &err), SIM_OK); /* after the last step */
    assert_int_equal(check_at(-50, 0, 0, 0, 0, &err), SIM_OK);
    assert_int_equal(check_at(-100, 0, 0, 0, 0, &err), SIM_OK);
    assert_int_equal(err.status, SIM_OK);
    for (int64_t off = -1; off <= 1; off += 2) {
        expect_broken(check_at(100, 777, 1150 + off, 1500, 777, &err), &err, "released");
        expect_broken(check_at(100, 777, 1150, 1500 + off, 777, &err), &err, "installed");
        expect_broken(check_at(100, 777 + off, 1150, 1500, 777, &err), &err, "busy");
        expect_broken(check_at(100, 777, 1150, 1500, 777 + off, &err), &err, "lumi.lumi_g");
    }
}

/* 10,000 nodes for ten years are beyond 2^63 unit-ns: off by one is still seen. */
static void node_time_beyond_64_bits_is_compared_exactly(void **state)
{
    const struct mdl_capacity_step large = {0, 10000, 10000};
    const struct mdl_partition_plan machine = {.name = "m", .step_count = 1, .step = &large};
    const int64_t ten_years = INT64_C(315576000000000000);
    sim_i128 whole = (sim_i128)10000 * ten_years;
    struct mdl_partition_flows kept = {
        .busy_unit_ns = whole, .released_unit_ns = whole, .installed_unit_ns = whole};
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(mdl_check_node_time(&machine, 0, ten_years, &kept, whole, 0, &err), SIM_OK);
    expect_broken(mdl_check_node_time(&machine, 0, ten_years, &kept, whole - 1, 0, &err), &err,
                  "difference 1)");
    kept.released_unit_ns--;
    expect_broken(mdl_check_node_time(&machine, 0, ten_years, &kept, whole, 0, &err), &err,
                  "released");
}

static void jobs_are_right_or_named(void **state)
{
    const struct mdl_source_counts good = {.drawn = 100, .submitted = 80, .held = 15, .refused = 5};
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(mdl_check_jobs("communities.x", &good, 70, 10, &err), SIM_OK);
    expect_broken(mdl_check_jobs("communities.x", &good, 71, 10, &err), &err, "jobs submitted");
    expect_broken(mdl_check_jobs("communities.x", &good, 70, 9, &err), &err, "communities.x");
    for (int field = 0; field < 4; field++) {
        struct mdl_source_counts bad = good;
        uint64_t *number[] = {&bad.drawn, &bad.submitted, &bad.held, &bad.refused};

        ++*number[field];
        expect_broken(mdl_check_jobs("communities.x", &bad, 70, 10, &err), &err, "jobs drawn");
    }
}

static void bytes_are_right_or_named(void **state)
{
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(mdl_check_bytes("bytes begun", BIG, BIG - 7, 7, &err), SIM_OK);
    assert_int_equal(mdl_check_bytes("bytes begun", 0, 0, 0, &err), SIM_OK);
    expect_broken(mdl_check_bytes("bytes begun", BIG, BIG - 7, 6, &err), &err, "bytes");
    expect_broken(mdl_check_bytes("bytes begun", BIG, BIG - 6, 7, &err), &err, "difference -1)");
    expect_broken(mdl_check_bytes("bytes begun", BIG - 1, BIG - 7, 7, &err), &err, "bytes");
    /* a sum past 2^64 is not what it would be modulo 2^64 */
    expect_broken(mdl_check_bytes("bytes begun", 1, UINT64_MAX, 2, &err), &err, "bytes");
    assert_int_equal(mdl_check_bytes("bytes begun", (sim_i128)UINT64_MAX + 2, UINT64_MAX, 2, &err),
                     SIM_OK);
}

/* 2026-01-10 to 2026-03-05: 3 MWh at 100 EUR are 30000 cents, here in three rows. */
static void books_are_right_or_named(void **state)
{
    enum { JAN_31 = 20484, FEB_28 = 20512, MAR_05 = 20517 };
    const struct mdl_tariff tariff = {.price_eur_per_mwh = 100};
    const struct mdl_tariff other = {.price_eur_per_mwh = 101};
    struct mdl_ledger_record row[4] = {{.date_days = JAN_31, .cents = 12001},
                                       {.date_days = FEB_28, .cents = 15000},
                                       {.date_days = MAR_05, .cents = 3000}};
    const struct mdl_books good = {.path = "sites.lumi",
                                   .row = row,
                                   .row_count = 3,
                                   .cents = 30001,
                                   .first_due_days = JAN_31 - 21,
                                   .last_due_days = MAR_05,
                                   .facility_j = 3 * 3.6e9,
                                   .tariff = &tariff};
    struct mdl_books bad = good;
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(mdl_check_books(&good, &err), SIM_OK);
    bad.cents = 30000;
    expect_broken(mdl_check_books(&bad, &err), &err, "sites.lumi: cost in cents");
    bad = good;
    bad.tariff = &other;
    expect_broken(mdl_check_books(&bad, &err), &err, "the energy of the window costs 30300");
    bad = good;
    bad.row_count = 2;
    bad.cents = 27001;
    expect_broken(mdl_check_books(&bad, &err), &err, "no row for day 20517");
    bad = good;
    bad.row_count = 4;
    expect_broken(mdl_check_books(&bad, &err), &err, "rows of the ledger");
    row[1].date_days++;
    expect_broken(mdl_check_books(&good, &err), &err, "day of a ledger's row");
    row[1].date_days--;
    row[0].cents += 2; /* beyond half a cent a row */
    bad = good;
    bad.cents += 2;
    expect_broken(mdl_check_books(&bad, &err), &err, "the ledger holds 30003 cents");
}

static void the_hours_of_a_window_are_the_window(void **state)
{
    const struct mdl_partition_flows window = {.busy_unit_ns = (sim_i128)BIG * 3,
                                               .installed_unit_ns = (sim_i128)BIG * 7};
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(mdl_check_hours("a.b", (sim_i128)BIG * 3, (sim_i128)BIG * 7, &window, &err),
                     SIM_OK);
    expect_broken(mdl_check_hours("a.b", (sim_i128)BIG * 3 - 1, (sim_i128)BIG * 7, &window, &err),
                  &err, "a.b: busy unit-time of the hours");
    expect_broken(mdl_check_hours("a.b", (sim_i128)BIG * 3, (sim_i128)BIG * 7 + 1, &window, &err),
                  &err, "installed unit-time of the hours");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hours_of_a_window_are_the_window),
        cmocka_unit_test(node_time_is_right_or_named),
        cmocka_unit_test(each_unit_has_one_cause),
        cmocka_unit_test(what_drains_stays_installed_and_released),
        cmocka_unit_test(more_cannot_be_released_than_is_installed),
        cmocka_unit_test(node_time_beyond_64_bits_is_compared_exactly),
        cmocka_unit_test(jobs_are_right_or_named),
        cmocka_unit_test(bytes_are_right_or_named),
        cmocka_unit_test(books_are_right_or_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
