/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/compute/capacity.h"
#include "models/compute/partition.h"
#include "tests/support/check.h"
#include "tests/unit/models/build.h"

enum { BEGIN = -10, FINISH = 100 }; /* days */

static struct sim_arena *arena;
static struct sim_calendar calendar;

static int set_up(void **state)
{
    (void)state;
    arena = sim_arena_create(0);
    calendar.start_days = day_of("2026-01-01");
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    sim_arena_destroy(arena);
    return 0;
}

static struct mdl_partition_plan plan_of(const struct mdl_partition_config *config,
                                         struct mdl_class_config *job_class, size_t count)
{
    static const struct mdl_site_config site = {.item = {.key = "lumi"}};
    const struct sim_map classes = BUILD_MAP(job_class, count);
    struct mdl_partition_plan plan;

    assert_int_equal(mdl_partition_plan_init(&plan, config, &site, &classes, &calendar,
                                             BEGIN * SIM_DAY_NS, FINISH * SIM_DAY_NS, arena, NULL),
                     SIM_OK);
    return plan;
}

static void expect_step(const struct mdl_partition_plan *plan, size_t i, int64_t day,
                        uint32_t units, uint32_t installed)
{
    assert_true(i < plan->step_count);
    assert_int_equal(plan->step[i].time_ns, day * SIM_DAY_NS);
    assert_int_equal(plan->step[i].units, units);
    assert_int_equal(plan->step[i].installed_units, installed);
}

static void a_partition_without_dates_is_always_there(void **state)
{
    struct mdl_partition_config config = partition_of("p.gpu", 0, 7, 4);
    struct mdl_partition_plan plan;

    (void)state;
    config.ramp_ns = 5 * SIM_DAY_NS; /* nothing to ramp from */
    plan = plan_of(&config, NULL, 0);
    assert_int_equal(plan.step_count, 1);
    expect_step(&plan, 0, BEGIN, 7, 7);
    assert_string_equal(plan.name, "lumi.gpu");
    assert_true(plan.units == 7 && plan.units_per_node == 1 && plan.gpus_per_unit == 4);
}

static void where_jobs_share_nodes_the_units_are_gpus(void **state)
{
    struct mdl_partition_config config = partition_of("p.gpu", 0, 7, 4);
    struct mdl_partition_plan plan;

    (void)state;
    config.allocation = MDL_ALLOCATION_GPU;
    config.online_days = calendar.start_days;
    config.ramp_ns = 2 * SIM_DAY_NS;
    plan = plan_of(&config, NULL, 0);
    assert_true(plan.units == 28 && plan.units_per_node == 4 && plan.gpus_per_unit == 1);
    expect_step(&plan, 1, 0, 12, 28); /* 3 of 7 nodes: whole nodes are released */
    expect_step(&plan, 2, 1, 28, 28);
}

static void where_accelerators_are_sliced_the_units_are_slices(void **state)
{
    struct mdl_partition_config config = partition_of("p.gpu", 0, 7, 4);
    struct mdl_partition_plan plan;

    (void)state;
    config.allocation = MDL_ALLOCATION_GPU;
    config.slices_per_gpu = 7;
    plan = plan_of(&config, NULL, 0);
    assert_true(plan.units == 196 && plan.units_per_node == 28 && plan.gpus_per_unit == 1);
    assert_int_equal(plan.units_per_gpu, 7);
    check_near(mdl_gpus_of(&plan, 196), 28, 0);
    check_near(mdl_counted_of(&plan, 3), 3.0 / 7, 1e-15);
    config.allocation = MDL_ALLOCATION_NODE;
    assert_int_equal(mdl_partition_slices(&config), 1);
}

static void a_ramp_releases_equal_parts_day_by_day(void **state)
{
    struct mdl_partition_config config = partition_of("p.gpu", 0, 10, 0);
    struct mdl_partition_plan plan;

    (void)state;
    config.online_days = calendar.start_days + 5;
    config.ramp_ns = 4 * SIM_DAY_NS + 1; /* of 5 days, then */
    config.offline_days = calendar.start_days + 20;
    plan = plan_of(&config, NULL, 0);
    assert_int_equal(plan.step_count, 7);
    expect_step(&plan, 0, BEGIN, 0, 0);
    for (size_t i = 0; i < 5; i++)
        expect_step(&plan, 1 + i, 5 + (int64_t)i, 2 * (uint32_t)(i + 1), 10);
    expect_step(&plan, 6, 20, 0, 0);
    assert_int_equal(plan.gpus_per_unit, 0);
}

static void days_on_which_nothing_changes_are_left_out(void **state)
{
    struct mdl_partition_config config = partition_of("p.gpu", 0, 2, 0);
    struct mdl_partition_plan plan;

    (void)state;
    config.online_days = calendar.start_days;
    config.ramp_ns = 10 * SIM_DAY_NS;
    plan = plan_of(&config, NULL, 0);
    assert_int_equal(plan.step_count, 4);
    expect_step(&plan, 1, 0, 0, 2); /* installed, but none released yet */
    expect_step(&plan, 2, 4, 1, 2);
    expect_step(&plan, 3, 9, 2, 2);
}

static void what_happened_before_the_beginning_is_one_step(void **state)
{
    struct mdl_partition_config config = partition_of("p.gpu", 0, 100, 0);
    struct mdl_partition_plan plan;

    (void)state;
    config.online_days = calendar.start_days + BEGIN - 3;
    config.ramp_ns = 5 * SIM_DAY_NS;
    plan = plan_of(&config, NULL, 0);
    assert_int_equal(plan.step_count, 2);
    expect_step(&plan, 0, BEGIN, 80, 100);
    expect_step(&plan, 1, BEGIN + 1, 100, 100);
    config.online_days = calendar.start_days - 4000;
    plan = plan_of(&config, NULL, 0);
    assert_int_equal(plan.step_count, 1);
    expect_step(&plan, 0, BEGIN, 100, 100);
    config.offline_days = calendar.start_days - 3000; /* came and went */
    plan = plan_of(&config, NULL, 0);
    assert_int_equal(plan.step_count, 1);
    expect_step(&plan, 0, BEGIN, 0, 0);
    config.online_days = MDL_DATE_NONE;
    plan = plan_of(&config, NULL, 0);
    assert_int_equal(plan.step_count, 1);
    expect_step(&plan, 0, BEGIN, 0, 0);
}

static void what_comes_after_the_end_is_left_out(void **state)
{
    struct mdl_partition_config config = partition_of("p.gpu", 0, 100, 0);
    struct mdl_partition_plan plan;

    (void)state;
    config.online_days = calendar.start_days + FINISH + 1;
    plan = plan_of(&config, NULL, 0);
    assert_int_equal(plan.step_count, 1);
    expect_step(&plan, 0, BEGIN, 0, 0);
    config.online_days = calendar.start_days + FINISH - 2;
    config.ramp_ns = 50 * SIM_DAY_NS;
    plan = plan_of(&config, NULL, 0);
    assert_int_equal(plan.step_count, 4); /* two days, and the moment of the end */
    config.offline_days = calendar.start_days + FINISH + 1000;
    assert_int_equal(plan_of(&config, NULL, 0).step_count, 4);
}

static void going_offline_cuts_a_ramp_short(void **state)
{
    struct mdl_partition_config config = partition_of("p.gpu", 0, 100, 0);
    struct mdl_partition_plan plan;

    (void)state;
    config.online_days = calendar.start_days;
    config.ramp_ns = 10 * SIM_DAY_NS;
    config.offline_days = calendar.start_days + 3;
    plan = plan_of(&config, NULL, 0);
    assert_int_equal(plan.step_count, 5);
    expect_step(&plan, 3, 2, 30, 100);
    expect_step(&plan, 4, 3, 0, 0);
}

static void the_step_in_force_is_the_last_that_has_come(void **state)
{
    struct mdl_partition_config config = partition_of("p.gpu", 0, 10, 0);
    struct mdl_partition_plan plan;

    (void)state;
    config.online_days = calendar.start_days + 5;
    config.ramp_ns = 5 * SIM_DAY_NS;
    plan = plan_of(&config, NULL, 0);
    for (size_t i = 0; i < plan.step_count; i++) {
        assert_ptr_equal(mdl_capacity_at(&plan, plan.step[i].time_ns), &plan.step[i]);
        if (i)
            assert_ptr_equal(mdl_capacity_at(&plan, plan.step[i].time_ns - 1), &plan.step[i - 1]);
    }
    assert_int_equal(mdl_capacity_at(&plan, FINISH * SIM_DAY_NS)->units, 10);
}

/* Day by day from the words of the scenario, not from the steps. */
static void integrals_are_the_sums_over_days(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct mdl_partition_config config =
            partition_of("p.gpu", 0, 1 + (int64_t)(sim_hash_child(seed, 1, 0) % 50), 0);
        int64_t online = -20 + (int64_t)(sim_hash_child(seed, 1, 1) % 100);
        int64_t offline = online + 1 + (int64_t)(sim_hash_child(seed, 1, 2) % 80);
        int64_t ramp = (int64_t)(sim_hash_child(seed, 1, 3) % 30);
        int64_t from = BEGIN + (int64_t)(sim_hash_child(seed, 1, 4) % 50);
        int64_t to = from + (int64_t)(sim_hash_child(seed, 1, 5) % 60);
        double released = 0;
        struct mdl_partition_plan plan;

        config.online_days = calendar.start_days + online;
        config.offline_days = calendar.start_days + offline;
        config.ramp_ns = ramp * SIM_DAY_NS;
        plan = plan_of(&config, NULL, 0);
        for (int64_t day = from; day < to; day++) {
            int64_t since = day - online;

            if (day < online || day >= offline)
                continue;
            released += since + 1 >= ramp ? (double)config.nodes
                                          : (double)(config.nodes * (since + 1) / ramp);
        }
        check_near(mdl_capacity_unit_s(&plan, from * SIM_DAY_NS, to * SIM_DAY_NS),
                   released * SIM_DAY_S, 1e-12);
    }
}

/* ---- fitting ---- */

static void a_request_becomes_whole_units(void **state)
{
    static const struct {
        double asked;
        int64_t gpus_per_node;
        int allocation;
        uint32_t width;
    } table[] = {{1, 4, MDL_ALLOCATION_NODE, 1},    {4, 4, MDL_ALLOCATION_NODE, 1},
                 {5, 4, MDL_ALLOCATION_NODE, 2},    {8.4, 4, MDL_ALLOCATION_NODE, 2},
                 {8.5, 4, MDL_ALLOCATION_NODE, 3},  {5, 4, MDL_ALLOCATION_GPU, 5},
                 {400, 4, MDL_ALLOCATION_GPU, 400}, {400, 4, MDL_ALLOCATION_NODE, 100}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct mdl_class_config job_class = class_of_hours("c.x", 0, 1);
        struct mdl_partition_config config = partition_of("p.gpu", 0, 100, table[i].gpus_per_node);
        struct mdl_partition_plan plan;

        job_class.gpus = constant(table[i].asked);
        job_class.nodes = constant(77); /* of partitions without GPUs only */
        config.allocation = table[i].allocation;
        plan = plan_of(&config, &job_class, 1);
        assert_int_equal(mdl_width_at(&plan, plan.step, &job_class, 0, 0.5), table[i].width);
        check_near(mdl_work_unit_s(&plan, plan.step, 0), 3600.0 * table[i].width, 1e-12);
        config.gpus_per_node = 0;
        config.allocation = MDL_ALLOCATION_NODE;
        plan = plan_of(&config, &job_class, 1);
        assert_int_equal(mdl_width_at(&plan, plan.step, &job_class, 0, 0.5), 77);
    }
}

static void a_part_of_an_accelerator_becomes_slices_of_one(void **state)
{
    static const struct {
        double asked;
        int64_t slices;
        uint32_t width;
    } table[] = {{0.25, 4, 1},   {0.3, 4, 2},    {0.5, 4, 2},  {0.9, 4, 4},     {1, 4, 4},
                 {2, 4, 8},      {0.143, 7, 1},  {0.15, 7, 2}, {3.0 / 7, 7, 3}, {0.001, 7, 1},
                 {0.25, 1, 1},   {0.6, 1, 1},    {0.25, 0, 1}, {400, 4, 1600},  {500, 4, 1600},
                 {0.01, 100, 1}, {0.99, 100, 99}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct mdl_class_config job_class = class_of_hours("c.x", 0, 1);
        struct mdl_partition_config config = partition_of("p.gpu", 0, 100, 4);
        struct mdl_partition_plan plan;
        uint32_t asked;

        job_class.gpus = constant(table[i].asked);
        config.allocation = MDL_ALLOCATION_GPU;
        config.slices_per_gpu = table[i].slices;
        plan = plan_of(&config, &job_class, 1);
        assert_int_equal(mdl_width_at(&plan, plan.step, &job_class, 0, 0.5), table[i].width);
        assert_int_equal(mdl_request_of(&plan, plan.step, table[i].asked, &asked), table[i].width);
        assert_int_equal(asked, table[i].slices > 1 ? 0 : 1);
        check_near(mdl_work_unit_s(&plan, plan.step, 0), 3600.0 * table[i].width, 1e-12);
    }
}

/* Not one and a part: that is given of no accelerator. */
static void the_widest_job_takes_whole_accelerators_or_a_part_of_one(void **state)
{
    struct mdl_partition_config config = partition_of("p.gpu", 0, 5, 2);
    struct mdl_partition_plan plan;
    uint32_t asked;

    (void)state;
    config.allocation = MDL_ALLOCATION_GPU;
    config.slices_per_gpu = 4; /* 40 units */
    config.widest_frac = 0.35;
    plan = plan_of(&config, NULL, 0);
    assert_int_equal(mdl_request_of(&plan, plan.step, 10, &asked), 12);
    config.widest_frac = 0.08;
    plan = plan_of(&config, NULL, 0);
    assert_int_equal(mdl_request_of(&plan, plan.step, 10, &asked), 3);
}

static void no_job_is_wider_than_it_may_be(void **state)
{
    struct mdl_class_config job_class = class_of_hours("c.x", 0, 1);
    struct mdl_partition_config config = partition_of("p.cpu", 0, 100, 0);
    struct mdl_partition_plan plan;

    (void)state;
    job_class.nodes = lognormal(20, 2, 1, 1000);
    config.widest_frac = 0.25;
    config.online_days = calendar.start_days;
    config.ramp_ns = 20 * SIM_DAY_NS;
    plan = plan_of(&config, &job_class, 1);
    for (size_t i = 1; i < plan.step_count; i++) {
        uint32_t most = plan.step[i].units / 4, seen = 0;

        most = most ? most : 1;
        for (int k = 1; k < 1000; k++) {
            uint32_t width = mdl_width_at(&plan, &plan.step[i], &job_class, 0, k / 1000.0);

            assert_true(width >= 1 && width <= most && width >= seen); /* rises with u */
            seen = width;
        }
    }
}

/* The law is cut, not heaped up at the widest: what fits keeps its proportions. */
static void what_fits_keeps_its_proportions(void **state)
{
    static const double value[] = {1, 2, 16, 64}, cumulated[] = {0.25, 0.5, 0.75, 1};
    struct mdl_class_config job_class = class_of_hours("c.x", 0, 2);
    struct mdl_partition_config config = partition_of("p.cpu", 0, 20, 0);
    struct mdl_partition_plan plan;
    int count[65] = {0};

    (void)state;
    job_class.nodes = choice(4, value, cumulated);
    plan = plan_of(&config, &job_class, 1);
    for (int k = 0; k < 3000; k++)
        count[mdl_width_at(&plan, plan.step, &job_class, 0, (k + 0.5) / 3000)]++;
    assert_true(count[1] == 1000 && count[2] == 1000 && count[16] == 1000);
    check_near(mdl_work_unit_s(&plan, plan.step, 0), 2 * 3600 * 19 / 3.0, 1e-12);
}

static void a_class_of_which_nothing_fits_takes_all_there_is(void **state)
{
    static const double value[] = {64, 128}, cumulated[] = {0.5, 1};
    struct mdl_class_config job_class = class_of_hours("c.x", 0, 1);
    struct mdl_partition_config config = partition_of("p.cpu", 0, 20, 0);
    const struct sim_dist laws[] = {choice(2, value, cumulated), constant(64),
                                    lognormal(100, 0.5, 50, 1000)};

    (void)state;
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        struct mdl_partition_plan plan;

        job_class.nodes = laws[i];
        plan = plan_of(&config, &job_class, 1);
        for (int k = 1; k < 100; k++)
            assert_int_equal(mdl_width_at(&plan, plan.step, &job_class, 0, k / 100.0), 20);
        check_near(mdl_work_unit_s(&plan, plan.step, 0), 20 * 3600, 1e-12);
    }
}

/* ---- mean work, against the jobs themselves ---- */

/* Over a lattice of the unit square (Kronecker, golden ratio): its error is below 1e-3 here. */
static double brute_work(const struct mdl_partition_plan *plan,
                         const struct mdl_capacity_step *step,
                         const struct mdl_class_config *job_class)
{
    int64_t limit_ns = mdl_walltime_limit_ns(plan, job_class);
    enum { N = 400000 };
    double sum = 0;

    for (int n = 0; n < N; n++) {
        double run_u = fmod((n + 0.5) * 0.61803398874989485, 1);
        uint32_t width = mdl_width_at(plan, step, job_class, 0, (n + 0.5) / N);
        double run_s = sim_dist_at(&job_class->run, run_u) * (double)job_class->bundle;

        sum += width * fmin(run_s, sim_s_from_ns(limit_ns));
    }
    return sum / N;
}

static void mean_work_is_the_mean_over_many_jobs(void **state)
{
    static const double value[] = {1, 4, 8, 512}, cumulated[] = {0.5, 0.7, 0.98, 1};
    const struct sim_dist widths[] = {
        constant(3),
        choice(4, value, cumulated),
        lognormal(8, 1.5, 1, 2000),
        lognormal(2, 2, 1, 10000),
        prepared((struct sim_dist){.kind = SIM_DIST_PARETO, .a = 1.1, .b = 1, .c = 5000}),
        prepared((struct sim_dist){.kind = SIM_DIST_UNIFORM, .a = 1, .b = 300})};
    const struct sim_dist runs[] = {
        lognormal(3 * SIM_HOUR_S, 1.6, 0, 48 * SIM_HOUR_S),
        prepared((struct sim_dist){.kind = SIM_DIST_EXPONENTIAL, .a = 7200})};
    static const int64_t nodes[] = {50, 1000};

    (void)state;
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        for (size_t m = 0; m < 4; m++) {
            struct mdl_class_config job_class = class_of_hours("c.x", 0, 1);
            struct mdl_partition_config config = partition_of("p.gpu", 0, nodes[m % 2], 4);
            struct mdl_partition_plan plan;
            double brute, work;

            job_class.gpus = widths[w];
            job_class.run = runs[m % 2];
            job_class.bundle = m == 1 ? 4 : 1;
            config.allocation = m < 2 ? MDL_ALLOCATION_GPU : MDL_ALLOCATION_NODE;
            config.widest_frac = m == 3 ? 0.5 : 1;
            config.max_walltime_ns = m == 2 ? 0 : 12 * SIM_HOUR_NS;
            plan = plan_of(&config, &job_class, 1);
            work = mdl_work_unit_s(&plan, plan.step, 0);
            brute = brute_work(&plan, plan.step, &job_class);
            if (fabs(work / brute - 1) > 0.005)
                fail_msg("width law %zu, machine %zu: %g, but the jobs have %g", w, m, work, brute);
        }
    }
}

static void a_table_that_is_cut_counts_what_is_left_of_it(void **state)
{
    static const double value[] = {1, 4, 16}, cumulated[] = {0.5, 0.8, 1};
    struct mdl_partition_config config = partition_of("p.cpu", 0, 16, 0);
    struct mdl_class_config job_class = class_of_hours("classes.a", 0, 1);
    struct mdl_partition_plan plan;

    (void)state;
    job_class.nodes = choice(3, value, cumulated);
    assert_int_equal(sim_dist_narrow(&job_class.nodes, 2, 20, NULL), SIM_OK);
    plan = plan_of(&config, &job_class, 1);
    check_near(mdl_work_unit_s(&plan, plan.step, 0), 3600 * (4 * 0.6 + 16 * 0.4), 1e-12);
    config.nodes = 8; /* only the 4 fit */
    plan = plan_of(&config, &job_class, 1);
    check_near(mdl_work_unit_s(&plan, plan.step, 0), 3600 * 4, 1e-12);
    assert_int_equal(mdl_width_at(&plan, plan.step, &job_class, 0, 1 - 1e-9), 4);
}

static void mean_work_follows_the_ramp(void **state)
{
    struct mdl_class_config job_class = class_of_hours("c.x", 0, 1);
    struct mdl_partition_config config = partition_of("p.cpu", 0, 200, 0);
    struct mdl_partition_plan plan;

    (void)state;
    job_class.nodes = lognormal(8, 1, 1, 100); /* all fit from the sixth day on */
    config.online_days = calendar.start_days;
    config.ramp_ns = 10 * SIM_DAY_NS;
    plan = plan_of(&config, &job_class, 1);
    assert_int_equal(plan.step_count, 11);
    for (size_t i = 1; i < plan.step_count; i++) {
        assert_true((plan.fit[i].u_max == 1) == (i >= 5));
        check_near(mdl_work_unit_s(&plan, &plan.step[i], 0),
                   brute_work(&plan, &plan.step[i], &job_class), 0.005);
    }
    config.online_days = MDL_DATE_NONE; /* and nothing fits when all has gone */
    config.offline_days = calendar.start_days;
    plan = plan_of(&config, &job_class, 1);
    check_near(mdl_work_unit_s(&plan, &plan.step[1], 0), 3600, 1e-12);
}

/* ---- walltimes ---- */

static void walltimes_are_rounded_up_to_the_usual_values(void **state)
{
    static const double table[][2] = {{0, 5.0 / 60},
                                      {1.0 / 60, 5.0 / 60},
                                      {5.0 / 60, 5.0 / 60},
                                      {5.01 / 60, 10.0 / 60},
                                      {10.0 / 60, 10.0 / 60},
                                      {0.2, 0.5},
                                      {0.5, 0.5},
                                      {0.6, 1},
                                      {1, 1},
                                      {1.0001, 2},
                                      {2.5, 3},
                                      {3.5, 4},
                                      {5, 6},
                                      {7, 8},
                                      {8, 8},
                                      {9, 12},
                                      {13, 18},
                                      {20, 24},
                                      {24, 24},
                                      {25, 36},
                                      {40, 48},
                                      {49, 72},
                                      {80, 96},
                                      {100, 120},
                                      {121, 168},
                                      {168, 168},
                                      {169, 336},
                                      {700, 840}};
    struct mdl_class_config job_class = class_of_hours("c.x", 0, 1);

    (void)state;
    job_class.walltime = MDL_WALLTIME_ROUND;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_int_equal(
            mdl_walltime_ns(&job_class, table[i][0] * SIM_HOUR_S, 1, MDL_WALLTIME_MAX_NS),
            sim_ns_from_s(table[i][1] * SIM_HOUR_S));
    assert_int_equal(mdl_walltime_ns(&job_class, 1800, 2.5, MDL_WALLTIME_MAX_NS),
                     2 * SIM_HOUR_NS); /* 1.25 h */
}

static void walltimes_are_at_least_the_run_and_at_most_the_limit(void **state)
{
    struct mdl_class_config exact = class_of_hours("c.x", 0, 1), round = exact;

    (void)state;
    round.walltime = MDL_WALLTIME_ROUND;
    for (uint64_t n = 0; n < 20000; n++) {
        double run_s = sim_uniform_at(1, 2, 3, n) * pow(10, (double)(n % 7));
        double over = 1 + (double)(n % 3) * sim_uniform_at(1, 2, 4, n);
        int64_t limit_ns = n % 2 ? MDL_WALLTIME_MAX_NS : 30 * SIM_HOUR_NS;
        int64_t run_ns = sim_ns_from_s(run_s);
        int64_t asked = mdl_walltime_ns(&exact, run_s, over, limit_ns);
        int64_t rounded = mdl_walltime_ns(&round, run_s, over, limit_ns);

        assert_true(asked <= limit_ns && rounded <= limit_ns && rounded >= asked);
        assert_true(asked >= run_ns || asked == limit_ns);
        assert_true(asked == limit_ns || asked == sim_ns_from_s(run_s * over));
    }
    assert_int_equal(mdl_walltime_ns(&round, 1e15, 10, MDL_WALLTIME_MAX_NS), MDL_WALLTIME_MAX_NS);
}

static void short_runs_are_overestimated_by_more(void **state)
{
    struct mdl_class_config job_class = class_of_hours("c.x", 0, 1);

    (void)state;
    job_class.overestimate_slope = 0.5;
    assert_int_equal(mdl_walltime_ns(&job_class, 3600, 2, MDL_WALLTIME_MAX_NS), 2 * SIM_HOUR_NS);
    assert_int_equal(mdl_walltime_ns(&job_class, 36, 2, MDL_WALLTIME_MAX_NS),
                     sim_ns_from_s(720)); /* 2 sqrt(3600 / 36) = 20 times */
    assert_int_equal(mdl_walltime_ns(&job_class, 8100, 3, MDL_WALLTIME_MAX_NS),
                     sim_ns_from_s(16200)); /* 3 / 1.5 */
    assert_int_equal(mdl_walltime_ns(&job_class, 360000, 2, MDL_WALLTIME_MAX_NS),
                     100 * SIM_HOUR_NS); /* never below the run */
    assert_int_equal(mdl_walltime_ns(&job_class, 36, 2, 60 * SIM_NS_PER_S), 60 * SIM_NS_PER_S);
}

static void the_shorter_of_two_limits_holds(void **state)
{
    struct mdl_class_config job_class = class_of_hours("c.x", 0, 1);
    struct mdl_partition_config config = partition_of("p.gpu", 0, 10, 0);
    struct mdl_partition_plan plan;

    (void)state;
    plan = plan_of(&config, &job_class, 1);
    assert_int_equal(mdl_walltime_limit_ns(&plan, &job_class), MDL_WALLTIME_MAX_NS);
    job_class.limit_ns = 5 * SIM_HOUR_NS;
    assert_int_equal(mdl_walltime_limit_ns(&plan, &job_class), 5 * SIM_HOUR_NS);
    config.max_walltime_ns = 3 * SIM_HOUR_NS;
    assert_int_equal(mdl_walltime_limit_ns(&plan, &job_class), 3 * SIM_HOUR_NS);
    job_class.limit_ns = 2 * SIM_HOUR_NS;
    assert_int_equal(mdl_walltime_limit_ns(&plan, &job_class), 2 * SIM_HOUR_NS);
    job_class.limit_ns = 0;
    assert_int_equal(mdl_walltime_limit_ns(&plan, &job_class), 3 * SIM_HOUR_NS);
}

static void a_qos_takes_the_place_of_the_partition_s_limit(void **state)
{
    struct mdl_class_config job_class = class_of_hours("c.x", 0, 1);
    struct mdl_partition_config config = partition_of("p.gpu", 0, 10, 0);
    struct mdl_qos_config qos[] = {
        {.item = item_of("q.long", 0), .max_walltime_ns = 72 * SIM_HOUR_NS},
        {.item = item_of("q.plain", 1)}};
    struct mdl_partition_plan plan;
    struct mdl_site_config site;

    (void)state;
    config.max_walltime_ns = 24 * SIM_HOUR_NS;
    plan = plan_of(&config, &job_class, 1);
    site = *plan.site_config;
    site.qos = BUILD_MAP(qos, 2);
    plan.site_config = &site;
    assert_int_equal(mdl_qos_walltime_limit_ns(&plan, &job_class, "long"), 72 * SIM_HOUR_NS);
    assert_int_equal(mdl_qos_walltime_limit_ns(&plan, &job_class, "plain"), 24 * SIM_HOUR_NS);
    assert_int_equal(mdl_walltime_limit_ns(&plan, &job_class), 24 * SIM_HOUR_NS);
    job_class.qos = "long";
    assert_int_equal(mdl_walltime_limit_ns(&plan, &job_class), 72 * SIM_HOUR_NS);
    job_class.limit_ns = SIM_HOUR_NS;
    assert_int_equal(mdl_qos_walltime_limit_ns(&plan, &job_class, "long"), SIM_HOUR_NS);
}

static void the_work_of_a_qos_is_cut_at_its_own_limit(void **state)
{
    struct mdl_class_config job_class[] = {class_of_hours("c.x", 0, 100)};
    struct mdl_partition_config config = partition_of("p.gpu", 0, 10, 0);
    struct mdl_qos_config qos[] = {
        {.item = item_of("q.long", 0), .max_walltime_ns = 72 * SIM_HOUR_NS},
        {.item = item_of("q.plain", 1)}};
    const struct mdl_site_config site = {.item = {.key = "lumi"}, .qos = BUILD_MAP(qos, 2)};
    const struct sim_map classes = BUILD_MAP(job_class, 1);
    struct mdl_partition_plan plan;
    double width;

    (void)state;
    config.max_walltime_ns = 24 * SIM_HOUR_NS;
    assert_int_equal(mdl_partition_plan_init(&plan, &config, &site, &classes, &calendar,
                                             BEGIN * SIM_DAY_NS, FINISH * SIM_DAY_NS, arena, NULL),
                     SIM_OK);
    width = plan.fit[0].width_mean;
    check_near(mdl_work_unit_s(&plan, plan.step, 0), width * 24 * SIM_HOUR_S, 1e-12);
    check_near(mdl_qos_work_unit_s(&plan, plan.step, 0, "plain"), width * 24 * SIM_HOUR_S, 1e-12);
    check_near(mdl_qos_work_unit_s(&plan, plan.step, 0, "long"), width * 72 * SIM_HOUR_S, 1e-12);
    check_near(mdl_qos_work_unit_s(&plan, plan.step, 0, "elsewhere"), width * 24 * SIM_HOUR_S,
               1e-12);
}

static void an_accelerator_is_worth_what_its_class_says_or_any_or_one(void **state)
{
    struct sim_share share[] = {{.name = "simulation", .part = 0.29},
                                {.name = "any", .part = 0.36}};
    struct mdl_accelerator_config a100 = {.worth = {2, share}};
    struct mdl_class_config job_class[] = {class_of_hours("c.simulation", 0, 1),
                                           class_of_hours("c.training", 1, 1)};
    struct mdl_partition_config config = partition_of("p.gpu", 0, 10, 4);
    struct mdl_partition_plan plan;

    (void)state;
    assert_true(mdl_accelerator_worth(&a100, "simulation") == 0.29);
    assert_true(mdl_accelerator_worth(&a100, "training") == 0.36);
    assert_true(mdl_accelerator_worth(NULL, "training") == 1);
    a100.worth.count = 1;
    assert_true(mdl_accelerator_worth(&a100, "training") == 1);
    a100.worth.count = 2;
    config.accelerator.item = &a100;
    plan = plan_of(&config, job_class, 2);
    assert_true(plan.worth[0] == 0.29 && plan.worth[1] == 0.36);
}

static void memory_that_runs_out_is_an_error_at_every_step(void **state)
{
    static const struct mdl_site_config site = {.item = {.key = "lumi"}};
    struct mdl_class_config job_class = class_of_hours("c.x", 0, 1);
    struct mdl_partition_config config = partition_of("p.gpu", 0, 10, 0);
    const struct sim_map classes = BUILD_MAP(&job_class, 1);
    enum sim_status status = SIM_ENOMEM;
    size_t refusals = 0;

    (void)state;
    for (size_t limit = 128; status; limit += 64, refusals++) {
        struct sim_arena *small = sim_arena_create(limit);
        struct mdl_partition_plan plan;

        if (!small)
            continue;
        status = mdl_partition_plan_init(&plan, &config, &site, &classes, &calendar, 0, SIM_DAY_NS,
                                         small, NULL);
        assert_true(status == SIM_OK || status == SIM_ENOMEM);
        sim_arena_destroy(small);
    }
    assert_true(refusals > 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_partition_without_dates_is_always_there),
        cmocka_unit_test(where_jobs_share_nodes_the_units_are_gpus),
        cmocka_unit_test(a_ramp_releases_equal_parts_day_by_day),
        cmocka_unit_test(days_on_which_nothing_changes_are_left_out),
        cmocka_unit_test(what_happened_before_the_beginning_is_one_step),
        cmocka_unit_test(what_comes_after_the_end_is_left_out),
        cmocka_unit_test(going_offline_cuts_a_ramp_short),
        cmocka_unit_test(the_step_in_force_is_the_last_that_has_come),
        cmocka_unit_test(integrals_are_the_sums_over_days),
        cmocka_unit_test(a_request_becomes_whole_units),
        cmocka_unit_test(where_accelerators_are_sliced_the_units_are_slices),
        cmocka_unit_test(a_part_of_an_accelerator_becomes_slices_of_one),
        cmocka_unit_test(the_widest_job_takes_whole_accelerators_or_a_part_of_one),
        cmocka_unit_test(no_job_is_wider_than_it_may_be),
        cmocka_unit_test(what_fits_keeps_its_proportions),
        cmocka_unit_test(a_class_of_which_nothing_fits_takes_all_there_is),
        cmocka_unit_test(mean_work_is_the_mean_over_many_jobs),
        cmocka_unit_test(a_table_that_is_cut_counts_what_is_left_of_it),
        cmocka_unit_test(mean_work_follows_the_ramp),
        cmocka_unit_test(walltimes_are_rounded_up_to_the_usual_values),
        cmocka_unit_test(walltimes_are_at_least_the_run_and_at_most_the_limit),
        cmocka_unit_test(short_runs_are_overestimated_by_more),
        cmocka_unit_test(the_shorter_of_two_limits_holds),
        cmocka_unit_test(a_qos_takes_the_place_of_the_partition_s_limit),
        cmocka_unit_test(the_work_of_a_qos_is_cut_at_its_own_limit),
        cmocka_unit_test(an_accelerator_is_worth_what_its_class_says_or_any_or_one),
        cmocka_unit_test(memory_that_runs_out_is_an_error_at_every_step),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
