/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/demand/application.h"
#include "models/demand/member.h"
#include "sim/random.h"
#include "tests/unit/models/build.h"

enum { YEAR_DAYS = 365, MEMBERS = 1000 };

struct world {
    struct sim *sim;
    struct sim_calendar calendar;
    struct sim_item item;
    struct mdl_apply_config config;
    struct mdl_apply_plan plan;
    struct mdl_applications_world around;
    struct mdl_applications *applications;
    uint32_t count;
    double sum_s;
};

static const double modes_cumulated[] = {0.75, 1};
static const uint32_t modes[] = {4, 2};

static void on_arrived(void *context, uint32_t community, uint32_t number)
{
    struct world *w = context;

    assert_int_equal(community, 5);
    assert_int_equal(number, w->count++);
    w->sum_s += sim_s_from_ns(w->sim->now_ns);
}

static void prepare(struct world *w, double per_yr)
{
    *w = (struct world){.item = item_of("communities.sme-it", 0)};
    w->calendar.start_days = day_of("2026-01-01");
    w->config = (struct mdl_apply_config){
        .again = {.part_frac = 0.4, .delay_s = constant(60 * SIM_DAY_S), .tries = 3},
        .back = {.part_frac = 0.6, .delay_s = constant(180 * SIM_DAY_S)},
        .patience_s = constant(0)};
    w->plan = (struct mdl_apply_plan){.item = &w->item,
                                      .config = &w->config,
                                      .rate = {.base_per_s = per_yr / (YEAR_DAYS * SIM_DAY_S),
                                               .records_per_arrival = 1,
                                               .zone = SIM_ZONE_UTC,
                                               .hours = &w->config.hours,
                                               .season = &w->config.season,
                                               .entity = w->item.entity},
                                      .members = MEMBERS,
                                      .mode_count = 2,
                                      .mode_cumulated = modes_cumulated,
                                      .mode = modes};
    assert_int_equal(sim_create(3, 0, 0, 0, &w->sim, NULL), SIM_OK);
    w->around = (struct mdl_applications_world){.calendar = &w->calendar,
                                                .finish_ns = YEAR_DAYS * SIM_DAY_NS,
                                                .arrived = on_arrived,
                                                .context = w};
    assert_int_equal(
        mdl_applications_create(w->sim, &w->plan, 5, &w->around, &w->applications, NULL), SIM_OK);
}

static void run(struct world *w)
{
    assert_int_equal(sim_run(w->sim, YEAR_DAYS * SIM_DAY_NS, NULL), SIM_OK);
    assert_int_equal(mdl_applications_count(w->applications), w->count);
    sim_destroy(w->sim);
}

static void applications_come_at_their_rate(void **state)
{
    struct world w;

    (void)state;
    prepare(&w, 10000);
    run(&w);
    assert_true(fabs(w.count - 10000.0) < 4 * sqrt(10000.0));
    assert_true(fabs(w.sum_s / w.count / (YEAR_DAYS * SIM_DAY_S) - 0.5) < 0.012);
}

/* Expected: 75 % of a mode, members even, 40 % again at most three times, 60 % back. */
static void attributes_follow_the_number(void **state)
{
    enum { N = 20000 };
    struct world w;
    uint32_t first_mode = 0, again = 0, back = 0, low = 0;

    (void)state;
    prepare(&w, 1);
    for (uint32_t n = 0; n < N; n++) {
        struct mdl_application a = mdl_application_at(&w.plan, 11, n);
        int64_t again_ns = mdl_application_again_ns(&w.plan, 11, n, false, 1);
        int64_t back_ns = mdl_application_again_ns(&w.plan, 11, n, true, 0);

        assert_true(a.member < MEMBERS);
        assert_true(a.mode == 4 || a.mode == 2);
        first_mode += a.mode == 4;
        low += a.member < MEMBERS / 2;
        again += again_ns != SIM_NEVER;
        back += back_ns != SIM_NEVER;
        assert_true(again_ns == SIM_NEVER || again_ns == 60 * SIM_DAY_NS);
        assert_true(back_ns == SIM_NEVER || back_ns == 180 * SIM_DAY_NS);
        assert_int_equal(mdl_application_again_ns(&w.plan, 11, n, false, 3), SIM_NEVER);
    }
    assert_true(fabs(first_mode / (double)N - 0.75) < 0.013);
    assert_true(fabs(low / (double)N - 0.5) < 0.015);
    assert_true(fabs(again / (double)N - 0.4) < 0.015);
    assert_true(fabs(back / (double)N - 0.6) < 0.015);
    sim_destroy(w.sim);
}

static void a_later_round_is_of_the_same_member_with_draws_of_its_own(void **state)
{
    struct world w;
    uint32_t other = 0;

    (void)state;
    prepare(&w, 1);
    for (uint32_t n = 0; n < 100; n++) {
        struct mdl_application first = mdl_application_at(&w.plan, 11, n);
        struct mdl_application second = mdl_application_at(&w.plan, 11, mdl_project_number(n, 1));

        assert_int_equal(first.member, second.member);
        assert_true(first.entity != second.entity);
        other += first.mode != second.mode;
    }
    assert_in_range(other, 20, 55); /* 2 x 0.75 x 0.25 of 100 */
    assert_int_equal(
        mdl_application_again_ns(&w.plan, 11, mdl_project_number(0, MDL_ROUNDS_MAX - 1), true, 0),
        SIM_NEVER);
    sim_destroy(w.sim);
}

static void patience_is_drawn_or_without_end(void **state)
{
    struct world w;

    (void)state;
    prepare(&w, 1);
    assert_int_equal(mdl_application_patience_ns(&w.plan, 11, 0), SIM_NEVER);
    w.config.patience_s = constant(90 * SIM_DAY_S);
    assert_int_equal(mdl_application_patience_ns(&w.plan, 11, 0), 90 * SIM_DAY_NS);
    sim_destroy(w.sim);
}

static void job_ids_tell_the_project_and_the_number(void **state)
{
    struct mdl_job job = {.id = mdl_project_job_id(mdl_project_number(123456, 63), 987654)};

    (void)state;
    assert_int_equal(mdl_project_of_job(&job), mdl_project_number(123456, 63));
    assert_int_equal(mdl_number_in_project(&job), 987654);
    assert_true((int64_t)job.id > 0);
}

static void members_keep_their_identity(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_member_table table;

    (void)state;
    mdl_member_table_init(&table, arena);
    for (uint32_t round = 0; round < 3; round++)
        for (uint32_t n = 0; n < 5000; n++) {
            struct mdl_member *member = mdl_member_table_at(&table, n % 7, n * 2654435761U);

            assert_non_null(member);
            assert_int_equal(member->applications++, round);
            assert_int_equal(member->community, n % 7);
            assert_true(member->learned_ns == MDL_MEMBER_UNTAUGHT);
        }
    assert_int_equal(table.count, 5000);
    sim_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(applications_come_at_their_rate),
        cmocka_unit_test(attributes_follow_the_number),
        cmocka_unit_test(a_later_round_is_of_the_same_member_with_draws_of_its_own),
        cmocka_unit_test(patience_is_drawn_or_without_end),
        cmocka_unit_test(job_ids_tell_the_project_and_the_number),
        cmocka_unit_test(members_keep_their_identity),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
