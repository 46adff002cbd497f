/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/access/broker.h"
#include "tests/support/check.h"
#include "tests/unit/models/build.h"

enum { PARTITIONS = 3, FINISH = 100 /* days */ };

/* 100 nodes of 4 GPUs from the start; 50 GPUs shared by jobs from day 10, over 5 days; 80 nodes
 * without GPUs until day 20. Jobs of 1 h on one GPU (node), or of 2 h on 8. */
struct pool {
    struct sim_arena *arena;
    struct mdl_class_config job_class[2];
    struct mdl_partition_config config[PARTITIONS];
    struct mdl_partition_plan plan[PARTITIONS];
    struct mdl_pool pool;
};

static const size_t all[] = {0, 1, 2};
static const double half_and_half[] = {0.5, 1}, only_first[] = {1, 1};
static const uint32_t both[] = {0, 1};

static void build(struct pool *p)
{
    static const struct mdl_site_config site = {.item = {.key = "x"}};
    struct sim_calendar calendar = {.start_days = day_of("2026-01-01")};
    struct sim_map classes = BUILD_MAP(p->job_class, 2);

    p->arena = sim_arena_create(0);
    p->job_class[0] = class_of_hours("c.small", 0, 1);
    p->job_class[1] = class_of_hours("c.large", 1, 2);
    p->job_class[1].gpus = p->job_class[1].nodes = constant(8);
    p->config[0] = partition_of("p.a", 0, 100, 4);
    p->config[1] = partition_of("p.b", 1, 25, 2);
    p->config[1].allocation = MDL_ALLOCATION_GPU;
    p->config[1].online_days = calendar.start_days + 10;
    p->config[1].ramp_ns = 5 * SIM_DAY_NS;
    p->config[2] = partition_of("p.c", 2, 80, 0);
    p->config[2].offline_days = calendar.start_days + 20;
    for (size_t i = 0; i < PARTITIONS; i++)
        assert_int_equal(mdl_partition_plan_init(&p->plan[i], &p->config[i], &site, &classes,
                                                 &calendar, 0, FINISH * SIM_DAY_NS, p->arena, NULL),
                         SIM_OK);
}

static const struct mdl_pool *pool_of(struct pool *p, size_t count, const double *part,
                                      bool is_fixed, const double *cumulated)
{
    const struct mdl_members members = {count, all, part, is_fixed};
    const struct mdl_mix mix = {2, cumulated, both, NULL};

    assert_int_equal(mdl_pool_init(&p->pool, "x", p->plan, &members, &mix, p->arena, NULL), SIM_OK);
    return &p->pool;
}

static void expect_weights(const struct mdl_pool *pool, int64_t day, double a, double b, double c)
{
    const struct mdl_pool_step *step = mdl_pool_at(pool, day * SIM_DAY_NS);
    double sum = a + b + c;

    assert_non_null(step->cumulated);
    check_near(step->cumulated[0], a / sum, 1e-12);
    check_near(step->cumulated[1], (a + b) / sum, 1e-12);
    assert_true(step->cumulated[2] == 1);
}

/* Records per second that fill a member: part x units / (unit-seconds of a record). Small jobs
 * (3,600 unit-s each): 100 nodes / 3600 at full part. */
static void a_load_fills_the_same_part_of_every_member(void **state)
{
    static const double part[] = {0.5, 0.35, 1};
    struct pool p;
    const struct mdl_pool *pool;

    (void)state;
    build(&p);
    pool = pool_of(&p, 3, part, false, only_first);
    expect_weights(pool, 0, 0.5 * 100, 0, 80);
    check_near(mdl_pool_at(pool, 0)->records_per_s, (50 + 80) / 3600.0, 1e-12);
    for (int day = 0; day < 5; day++)
        expect_weights(pool, 10 + day, 0.5 * 100, 0.35 * 2 * 5 * (day + 1), 80);
    expect_weights(pool, 30, 0.5 * 100, 0.35 * 50, 0);
    check_near(mdl_pool_at(pool, 30 * SIM_DAY_NS)->records_per_s, (50 + 17.5) / 3600.0, 1e-12);
    sim_arena_destroy(p.arena);
}

/* Half of the records are small (1 unit x 1 h), half large: 8 GPUs are 2 nodes of a, 8 units of b,
 * 8 nodes of c, for 2 h. */
static void the_mean_work_of_the_mix_counts_in_units_of_the_member(void **state)
{
    static const double part[] = {1, 1, 1};
    static const double work_h[] = {(1 + 4) / 2.0, (1 + 16) / 2.0, (1 + 16) / 2.0};
    struct pool p;
    const struct mdl_pool *pool;

    (void)state;
    build(&p);
    pool = pool_of(&p, 3, part, false, half_and_half);
    for (size_t i = 0; i < PARTITIONS; i++)
        check_near(mdl_mix_work_unit_s(&pool->mix, &p.plan[i],
                                       mdl_capacity_at(&p.plan[i], 16 * SIM_DAY_NS)),
                   work_h[i] * 3600, 1e-12);
    expect_weights(pool, 16, 100 / work_h[0], 50 / work_h[1], 80 / work_h[2]);
    sim_arena_destroy(p.arena);
}

static void fixed_parts_are_shared_among_those_that_are_open(void **state)
{
    static const double part[] = {0.2, 0.5, 0.3};
    struct pool p;
    const struct mdl_pool *pool;

    (void)state;
    build(&p);
    pool = pool_of(&p, 3, part, true, only_first);
    expect_weights(pool, 9, 0.2, 0, 0.3);
    expect_weights(pool, 10, 0.2, 0.5, 0.3); /* however little is released */
    expect_weights(pool, 20, 0.2, 0.5, 0);
    assert_true(mdl_pool_at(pool, 0)->records_per_s == 0);
    sim_arena_destroy(p.arena);
}

static void a_pool_without_anything_open_has_no_home(void **state)
{
    static const size_t second[] = {1};
    static const double part[] = {1};
    const struct mdl_members late = {1, second, part, false}, nobody = {0, second, part, false};
    const struct mdl_mix mix = {2, half_and_half, both, NULL};
    struct pool p;

    (void)state;
    build(&p);
    assert_int_equal(mdl_pool_init(&p.pool, "x", p.plan, &late, &mix, p.arena, NULL), SIM_OK);
    assert_null(mdl_pool_at(&p.pool, 0)->cumulated);
    assert_true(mdl_pool_at(&p.pool, 0)->records_per_s == 0);
    assert_true(mdl_broker_home(&p.pool, mdl_pool_at(&p.pool, 0), 0.5) == SIZE_MAX);
    assert_int_equal(mdl_broker_home(&p.pool, mdl_pool_at(&p.pool, 10 * SIM_DAY_NS), 0.5), 1);
    assert_int_equal(mdl_pool_init(&p.pool, "x", p.plan, &nobody, &mix, p.arena, NULL), SIM_OK);
    assert_true(mdl_broker_home(&p.pool, mdl_pool_at(&p.pool, 0), 0.5) == SIZE_MAX);
    sim_arena_destroy(p.arena);
}

static void a_member_with_no_part_is_never_chosen(void **state)
{
    static const double part[] = {0, 1, 0};
    struct pool p;
    const struct mdl_pool *pool;

    (void)state;
    build(&p);
    pool = pool_of(&p, 3, part, false, only_first);
    for (double u = 0x1p-53; u < 1; u = u < 0.5 ? u * 2 : u + 0x1p-5)
        assert_int_equal(mdl_broker_home(pool, mdl_pool_at(pool, 15 * SIM_DAY_NS), u), 1);
    assert_int_equal(mdl_broker_home(pool, mdl_pool_at(pool, 15 * SIM_DAY_NS), 1 - 0x1p-53), 1);
    sim_arena_destroy(p.arena);
}

static void homes_are_chosen_by_the_weights(void **state)
{
    static const double part[] = {0.2, 0.5, 0.3};
    struct pool p;
    const struct mdl_pool *pool;
    int count[PARTITIONS] = {0};

    (void)state;
    build(&p);
    pool = pool_of(&p, 3, part, true, only_first);
    for (int i = 0; i < 1000; i++)
        count[mdl_broker_home(pool, mdl_pool_at(pool, 12 * SIM_DAY_NS), (i + 0.5) / 1000)]++;
    assert_true(count[0] == 200 && count[1] == 500 && count[2] == 300);
    sim_arena_destroy(p.arena);
}

static void steps_are_the_moments_at_which_a_member_changes(void **state)
{
    static const double part[] = {1, 1, 1};
    static const int64_t day[] = {0, 10, 11, 12, 13, 14, 20};
    struct pool p;
    const struct mdl_pool *pool;

    (void)state;
    build(&p);
    pool = pool_of(&p, 3, part, false, only_first);
    assert_int_equal(pool->step_count, sizeof day / sizeof *day);
    for (size_t i = 0; i < pool->step_count; i++) {
        assert_int_equal(pool->step[i].time_ns, day[i] * SIM_DAY_NS);
        assert_ptr_equal(mdl_pool_at(pool, pool->step[i].time_ns), &pool->step[i]);
        if (i)
            assert_ptr_equal(mdl_pool_at(pool, pool->step[i].time_ns - 1), &pool->step[i - 1]);
    }
    sim_arena_destroy(p.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_load_fills_the_same_part_of_every_member),
        cmocka_unit_test(the_mean_work_of_the_mix_counts_in_units_of_the_member),
        cmocka_unit_test(fixed_parts_are_shared_among_those_that_are_open),
        cmocka_unit_test(a_pool_without_anything_open_has_no_home),
        cmocka_unit_test(a_member_with_no_part_is_never_chosen),
        cmocka_unit_test(homes_are_chosen_by_the_weights),
        cmocka_unit_test(steps_are_the_moments_at_which_a_member_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
