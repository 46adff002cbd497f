/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The clock of working hours against the same rule asked minute by minute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/access/working_time.h"
#include "sim/holiday.h"
#include "sim/timer.h"

#define MINUTE_NS INT64_C(60000000000)

struct office {
    struct sim_arena *arena;
    struct sim_calendar calendar;
    struct mdl_working_time working;
    const char *country;
};

static void open_office(struct office *o, const char *country, int64_t begin_ns, int64_t days)
{
    *o = (struct office){.arena = sim_arena_create(0), .country = country};
    o->calendar.start_days = sim_days_from_date((struct sim_date){2026, 1, 1});
    assert_non_null(o->arena);
    assert_int_equal(mdl_working_time_init(&o->working, country, &o->calendar, begin_ns,
                                           begin_ns + days * SIM_DAY_NS - 1, o->arena, NULL),
                     SIM_OK);
}

/* By local date and hour, as people read them. */
static bool is_open(const struct office *o, int64_t time_ns)
{
    int64_t utc_hour = sim_calendar_utc_hour(&o->calendar, time_ns);
    enum sim_zone zone = sim_zone_of_country(o->country);
    int hour = sim_hour_of_week(zone, utc_hour) % 24;

    return sim_is_working_day(o->country, sim_days_from_date(sim_local_date(zone, utc_hour))) &&
           hour >= 9 && hour < 17;
}

static void count_minutes(const char *country)
{
    enum { DAYS = 800 }; /* from October 2025: five changes of summer time, three Christmases */
    int64_t begin = -90 * SIM_DAY_NS, worked = 0, last_open = INT64_MIN;
    struct office o;

    open_office(&o, country, begin, DAYS);
    for (int64_t t = begin; t < begin + DAYS * SIM_DAY_NS; t += MINUTE_NS) {
        bool open = is_open(&o, t);

        assert_int_equal(mdl_working_ns(&o.working, t), worked);
        assert_int_equal(mdl_working_open(&o.working, t) == t, open);
        if (open && last_open != INT64_MIN) /* one more minute than at the last open one */
            assert_int_equal(mdl_working_until(&o.working, last_open, MINUTE_NS),
                             last_open + MINUTE_NS);
        last_open = open ? t : last_open;
        worked += open ? MINUTE_NS : 0;
    }
    assert_int_equal(worked, (int64_t)o.working.count * MDL_WORKING_DAY_NS);
    sim_arena_destroy(o.arena);
}

static void the_clock_is_a_count_of_minutes(void **state)
{
    (void)state;
    count_minutes("PT"); /* an hour behind the rest */
    count_minutes("DE");
    count_minutes("GR"); /* Orthodox Easter */
    count_minutes("BG"); /* days that move off a weekend */
    count_minutes("IS"); /* UTC, no holidays known */
}

static void the_inverse_leads_back(void **state)
{
    struct office o;

    (void)state;
    open_office(&o, "FI", 0, 400);
    for (int64_t t = 1; t < 300 * SIM_DAY_NS; t += 37 * 3601 * INT64_C(1000000007)) {
        for (int64_t work = 1; work < 60 * MDL_WORKING_DAY_NS; work = work * 13 + 1) {
            int64_t end = mdl_working_until(&o.working, t, work);

            assert_int_equal(mdl_working_ns(&o.working, end) - mdl_working_ns(&o.working, t), work);
            assert_int_equal(mdl_working_ns(&o.working, end - 1) - mdl_working_ns(&o.working, t),
                             work - 1);
        }
    }
    sim_arena_destroy(o.arena);
}

/* Thursday 1 January 2026 is a holiday; CET. */
static void days_worked_out_by_hand(void **state)
{
    const int64_t h = SIM_HOUR_NS, d = SIM_DAY_NS;
    struct office o;

    (void)state;
    open_office(&o, "DE", 0, 200);
    assert_int_equal(mdl_working_open(&o.working, 0), d + 8 * h);          /* Friday 09:00 */
    assert_int_equal(mdl_working_until(&o.working, 0, 8 * h), d + 16 * h); /* that evening */
    assert_int_equal(mdl_working_until(&o.working, 0, 8 * h + 1), 4 * d + 8 * h + 1); /* Monday */
    assert_int_equal(mdl_working_open(&o.working, d + 16 * h), 4 * d + 8 * h);
    assert_int_equal(mdl_working_until(&o.working, 2 * d, 0), 2 * d);
    /* 30 March is the first Monday of summer time: 09:00 is 07:00 UTC */
    assert_int_equal(mdl_working_open(&o.working, 87 * d), 88 * d + 7 * h);
    sim_arena_destroy(o.arena);
}

static void past_the_table_nobody_works(void **state)
{
    struct office o;
    int64_t all;

    (void)state;
    open_office(&o, "DE", 0, 11); /* until Sunday 11 January */
    all = (int64_t)o.working.count * MDL_WORKING_DAY_NS;
    assert_int_equal(o.working.count, 6); /* 2, 5 to 9 January */
    assert_int_equal(mdl_working_ns(&o.working, 1000 * SIM_DAY_NS), all);
    assert_int_equal(mdl_working_ns(&o.working, -1000 * SIM_DAY_NS), 0);
    assert_int_equal(mdl_working_open(&o.working, 1000 * SIM_DAY_NS), SIM_NEVER);
    assert_int_equal(mdl_working_until(&o.working, 0, all), 8 * SIM_DAY_NS + 16 * SIM_HOUR_NS);
    assert_int_equal(mdl_working_until(&o.working, 0, all + 1), SIM_NEVER);
    sim_arena_destroy(o.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_clock_is_a_count_of_minutes),
        cmocka_unit_test(the_inverse_leads_back),
        cmocka_unit_test(days_worked_out_by_hand),
        cmocka_unit_test(past_the_table_nobody_works),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
