/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/demand/load.h"
#include "tests/support/check.h"
#include "tests/unit/models/small.h"

static struct mdl_plan *plan_of(const struct small *s, struct sim_arena *arena)
{
    struct mdl_plan *plan = NULL;

    assert_int_equal(mdl_plan_create(&s->config, NULL, arena, &plan, NULL), SIM_OK);
    return plan;
}

static void loads_are_read_as_part_and_name(void **state)
{
    char name[16];
    double part = 0;

    (void)state;
    assert_true(mdl_load_parse("44 % of lumi.lumi_g", &part, name, sizeof name, NULL));
    assert_string_equal(name, "lumi.lumi_g");
    check_near(part, 0.44, 1e-15);
    assert_true(mdl_load_parse("0.5 of eurohpc", &part, name, sizeof name, NULL));
    assert_true(part == 0.5);
    assert_false(mdl_load_parse("44 %", &part, name, sizeof name, NULL));
    assert_false(mdl_load_parse("", &part, name, sizeof name, NULL));
    assert_false(mdl_load_parse("44 MW of lumi", &part, name, sizeof name, NULL));
    assert_false(mdl_load_parse("44 % of a-name-that-is-too-long", &part, name, sizeof name, NULL));
}

static void partitions_are_in_the_order_of_their_sites(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_plan *plan;
    struct small s;

    (void)state;
    small_fill(&s);
    plan = plan_of(&s, arena);
    assert_int_equal(plan->partition_count, 3);
    assert_int_equal(mdl_plan_partition(plan, "lumi.lumi_g"), 0);
    assert_int_equal(mdl_plan_partition(plan, "lumi.lumi_c"), 1);
    assert_int_equal(mdl_plan_partition(plan, "bsc.acc"), 2);
    assert_true(mdl_plan_partition(plan, "lumi") == SIZE_MAX);
    assert_true(plan->partition[1].site == 0 && plan->partition[2].site == 1);
    assert_true(plan->begin_ns == -5 * SIM_DAY_NS && plan->start_ns == 0 &&
                plan->end_ns == 60 * SIM_DAY_NS && plan->finish_ns == 65 * SIM_DAY_NS);
    check_near(plan->power[2].nodes_per_unit, 0.25, 1e-15);
    sim_arena_destroy(arena);
}

static void whole_days_are_rolled_before_and_after(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct small s;

    (void)state;
    small_fill(&s);
    s.config.preroll_ns = 5 * SIM_DAY_NS + 1;
    s.config.followup_ns = 1;
    assert_true(plan_of(&s, arena)->begin_ns == -6 * SIM_DAY_NS);
    assert_true(plan_of(&s, arena)->finish_ns == 61 * SIM_DAY_NS);
    sim_arena_destroy(arena);
}

/* 40 % of eurohpc: 20 % of lumi_g (it owns half) and 14 % of acc (35 %), whatever the machines
 * look like, also while they ramp; 60 % of lumi_c by the background. */
static void the_load_that_is_offered_is_the_one_asked_for(void **state)
{
    (void)state;
    for (int ramps = 0; ramps < 2; ramps++) {
        struct sim_arena *arena = sim_arena_create(0);
        struct mdl_offered offered[3];
        struct mdl_plan *plan;
        struct small s;

        small_fill(&s);
        s.config.communities.items = &s.community[1];
        s.config.communities.count = 1;
        if (ramps) {
            s.bsc[0].online_days = s.config.start_days + 10;
            s.bsc[0].ramp_ns = 40 * SIM_DAY_NS;
        }
        plan = plan_of(&s, arena);
        mdl_plan_offered(plan, offered);
        check_near(offered[0].community_frac, 0.20, 1e-9);
        check_near(offered[2].community_frac, 0.14, 1e-9);
        check_near(offered[1].background_frac, 0.60, 1e-9);
        assert_true(offered[1].community_frac == 0 && offered[0].background_frac == 0);
        check_near(offered[0].released_unit_hours, 100 * 60 * 24, 1e-12);
        sim_arena_destroy(arena);
    }
}

/* Of 576,000 GPU-h of lumi_g eurohpc and host own a half each, of 172,800 of acc eurohpc 35 %; 40 %
 * of eurohpc is asked for, and 60 % of the 72,000 node-h of lumi_c by nobody in particular. */
static void owners_are_asked_for_what_loads_name(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_owner_offer *owner;
    size_t count;
    struct small s;

    (void)state;
    small_fill(&s);
    s.config.communities.items = &s.community[1];
    s.config.communities.count = 1;
    assert_int_equal(mdl_plan_owners(plan_of(&s, arena), arena, &owner, &count, NULL), SIM_OK);
    assert_int_equal(count, 3);
    assert_string_equal(owner[0].name, "eurohpc");
    assert_true(!owner[0].is_nodes && !owner[1].is_nodes && owner[2].is_nodes);
    check_near(owner[0].offered_h, 348480, 1e-9);
    check_near(owner[0].asked_h, 0.4 * 348480, 1e-9);
    assert_string_equal(owner[1].name, "host");
    check_near(owner[1].offered_h, 288000, 1e-9);
    assert_true(owner[1].asked_h == 0);
    assert_null(owner[2].name);
    check_near(owner[2].asked_h, 43200, 1e-9);
    s.background[0].share = "host";
    assert_int_equal(mdl_plan_owners(plan_of(&s, arena), arena, &owner, &count, NULL), SIM_OK);
    assert_int_equal(count, 3);
    assert_string_equal(owner[2].name, "host");
    check_near(owner[2].asked_h, 43200, 1e-9);
    sim_arena_destroy(arena);
}

/* By number: 100 jobs a day for 60 days, 60 % of them training, 40 % in records of 4. */
static void a_rate_counts_real_jobs(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_offered offered[3];
    struct small s;

    (void)state;
    small_fill(&s);
    s.config.communities.count = 1;
    mdl_plan_offered(plan_of(&s, arena), offered);
    check_near(offered[0].jobs, 0.75 * 6000, 1e-9);
    check_near(offered[2].jobs, 0.25 * 6000, 1e-9);
    check_near(offered[0].records + offered[2].records, 6000 * (0.6 + 0.4 / 4), 1e-9);
    sim_arena_destroy(arena);
}

/* Of two communities with one mix, both 10 % of lumi_g: the jobs of the QOS that runs them for
 * twice as long come half as often. */
static void a_load_knows_the_qos_of_its_jobs(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_qos_config qos[] = {
        {.item = item_of("sites.lumi.qos.long", 0), .max_walltime_ns = 2 * SIM_HOUR_NS},
    };
    struct mdl_plan *plan;
    double plain_per_s;
    struct small s;

    (void)state;
    small_fill(&s);
    s.job_class[0].run = s.job_class[1].run = constant(10 * SIM_HOUR_S);
    s.lumi[0].max_walltime_ns = SIM_HOUR_NS;
    s.site[0].qos = BUILD_MAP(qos, 1);
    for (size_t i = 0; i < 2; i++) {
        s.community[i].submit = s.community[1].submit;
        s.community[i].submit.load = "10 % of lumi.lumi_g";
    }
    s.community[1].submit.qos = "long";
    plan = plan_of(&s, arena);
    plain_per_s = plan->source[0].pool->step[0].records_per_s;
    check_near(plan->source[1].pool->step[0].records_per_s, plain_per_s / 2, 1e-9);
    sim_arena_destroy(arena);
}

/* The parts of a mix are of GPU time: what the two classes hold on the homes is as 60 to 40. */
static void a_mix_is_of_gpu_time(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    double work_s[2] = {0}, before = 0;
    const struct mdl_source_plan *source;
    struct mdl_plan *plan;
    struct small s;

    (void)state;
    small_fill(&s);
    s.community[0].submit.classes.count = 0;
    s.community[0].submit.mix = (struct sim_shares){2, s.mix};
    s.job_class[0].gpus = constant(6); /* two nodes of lumi_g, 8 GPUs; 6 of acc */
    plan = plan_of(&s, arena);
    source = &plan->source[0];
    for (size_t c = 0; c < 2; c++) {
        double records = source->pool->mix.cumulated[c] - before;

        before = source->pool->mix.cumulated[c];
        work_s[c] =
            records * (0.75 * 4 * mdl_work_unit_s(&plan->partition[0], plan->partition[0].step, c) +
                       0.25 * mdl_work_unit_s(&plan->partition[2], plan->partition[2].step, c));
    }
    check_near(work_s[0] / (work_s[0] + work_s[1]), 0.6, 1e-9);
    sim_arena_destroy(arena);
}

/* From 2026-01-01: factor (1 + g)^(days / 365.25). */
static void growth_compounds_from_the_start(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_offered offered[3];
    double expected = 0;
    struct small s;

    (void)state;
    small_fill(&s);
    s.config.communities.count = 1;
    s.community[0].submit.growth_per_yr = 0.5;
    for (int day = 0; day < 60; day++)
        expected += 100 * pow(1.5, day / 365.25);
    mdl_plan_offered(plan_of(&s, arena), offered);
    check_near(offered[0].jobs + offered[2].jobs, expected, 1e-9);
    sim_arena_destroy(arena);
}

static void users_follow_zipf_and_equal_tables_are_shared(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    double harmonic = 0;
    struct mdl_plan *plan;
    struct small s;

    (void)state;
    small_fill(&s);
    s.background[0].submit.zipf = 0;
    plan = plan_of(&s, arena);
    for (int i = 1; i <= 20; i++)
        harmonic += 1.0 / i;
    check_near(plan->source[0].user_cumulated[0], 1 / harmonic, 1e-12);
    check_near(plan->source[0].user_cumulated[2], (1 + 0.5 + 1.0 / 3) / harmonic, 1e-12);
    assert_true(plan->source[0].user_cumulated[19] == 1);
    assert_ptr_equal(plan->source[0].user_cumulated, plan->source[1].user_cumulated);
    check_near(plan->source[2].user_cumulated[4], 0.25, 1e-12);
    sim_arena_destroy(arena);
}

/* A share of 0 %: nobody's hours; its load is nothing, and nothing else is disturbed. */
static void a_load_on_an_owner_of_nothing_is_no_load(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_offered offered[3];
    struct mdl_plan *plan;
    struct small s;

    (void)state;
    small_fill(&s);
    s.owner[1].part_frac = 0;
    s.community[1].submit.load = "40 % of host";
    plan = plan_of(&s, arena);
    mdl_plan_offered(plan, offered);
    assert_true(plan->source[1].pool->step[0].records_per_s == 0);
    check_near(offered[0].jobs + offered[2].jobs, 6000, 1e-9);
    check_near(offered[1].background_frac, 0.6, 1e-9);
    sim_arena_destroy(arena);
}

/* 100 jobs a day, 60 % of them one to a record, 40 % four to a record, for the 20 days before
 * the first of its machines is open; a load on a machine that is not there asks for nothing. */
static void records_that_find_nothing_open_are_foreseen(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_closed closed;
    struct mdl_plan *plan;
    struct small s;

    (void)state;
    small_fill(&s);
    closed = mdl_plan_closed(plan_of(&s, arena), 0);
    assert_true(closed.days == 0 && closed.records == 0);
    s.lumi[0].online_days = s.config.start_days + 20;
    s.bsc[0].online_days = s.config.start_days + 40;
    plan = plan_of(&s, arena);
    closed = mdl_plan_closed(plan, 0);
    assert_int_equal(closed.days, 20);
    check_near(closed.records, 20 * 100 * (0.6 + 0.4 / 4), 1e-9);
    closed = mdl_plan_closed(plan, 1);
    assert_true(closed.days == 20 && closed.records == 0);
    sim_arena_destroy(arena);
}

static void a_background_follows_its_sites_time_unless_told(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct small s;

    (void)state;
    small_fill(&s);
    assert_int_equal(plan_of(&s, arena)->source[2].zone, SIM_ZONE_EET); /* Finland */
    s.background[0].country = "PT";
    assert_int_equal(plan_of(&s, arena)->source[2].zone, SIM_ZONE_WET);
    sim_arena_destroy(arena);
}

static void memory_that_runs_out_is_an_error_at_every_step(void **state)
{
    enum sim_status status = SIM_ENOMEM;
    size_t refusals = 0;
    struct small s;

    (void)state;
    small_fill(&s);
    for (size_t limit = 64; status; limit += limit < 20000 ? 64 : 4096) {
        struct sim_arena *arena = sim_arena_create(limit);
        struct mdl_plan *plan;

        if (!arena)
            continue;
        status = mdl_plan_create(&s.config, NULL, arena, &plan, NULL);
        assert_true(status == SIM_OK || status == SIM_ENOMEM);
        refusals += status != SIM_OK;
        sim_arena_destroy(arena);
    }
    assert_true(refusals > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_are_read_as_part_and_name),
        cmocka_unit_test(partitions_are_in_the_order_of_their_sites),
        cmocka_unit_test(whole_days_are_rolled_before_and_after),
        cmocka_unit_test(the_load_that_is_offered_is_the_one_asked_for),
        cmocka_unit_test(owners_are_asked_for_what_loads_name),
        cmocka_unit_test(a_rate_counts_real_jobs),
        cmocka_unit_test(a_mix_is_of_gpu_time),
        cmocka_unit_test(a_load_knows_the_qos_of_its_jobs),
        cmocka_unit_test(growth_compounds_from_the_start),
        cmocka_unit_test(users_follow_zipf_and_equal_tables_are_shared),
        cmocka_unit_test(a_load_on_an_owner_of_nothing_is_no_load),
        cmocka_unit_test(records_that_find_nothing_open_are_foreseen),
        cmocka_unit_test(a_background_follows_its_sites_time_unless_told),
        cmocka_unit_test(memory_that_runs_out_is_an_error_at_every_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
