/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "models/compute/partition.h"
#include "models/demand/rate.h"
#include "models/demand/source.h"
#include "tests/support/check.h"
#include "tests/unit/models/build.h"

enum { USERS = 20 };

/* Two partitions, two classes, one source; the jobs that it submits are kept. */
static const struct mdl_line_config lines[2];
static const struct mdl_access_plan own_lines[2] = {{.line = &lines[0]}, {.line = &lines[1]}};

struct world {
    struct sim *sim;
    struct sim_calendar calendar;
    struct mdl_class_config job_class[2];
    struct mdl_partition_config config[2];
    struct mdl_partition_plan partition[2];
    double part[2];
    struct mdl_pool pool;
    struct mdl_submit_config submit;
    struct sim_item item;
    double user_cumulated[USERS], line_cumulated[2];
    struct mdl_source_plan plan;
    struct mdl_source_world around;
    uint64_t inside[2];
    struct sim_pool jobs;
    struct mdl_source *source;
    struct mdl_job *job; /* [capacity], copies */
    size_t count, capacity;
    int64_t begin_ns, finish_ns;
};

static void keep(void *context, struct mdl_job *job)
{
    struct world *world = context;

    if (world->count == world->capacity) {
        world->capacity = world->capacity ? 2 * world->capacity : 1024;
        world->job = realloc(world->job, world->capacity * sizeof *world->job);
        assert_non_null(world->job);
    }
    assert_int_equal(job->submit_ns, world->sim->now_ns);
    world->job[world->count++] = *job;
}

static const double classes_cumulated[] = {0.3, 1};
static const uint32_t class_of[] = {0, 1};
static const size_t members[] = {0, 1};

static void prepare(struct world *world)
{
    *world = (struct world){.part = {0.6, 0.4}, .finish_ns = 31 * SIM_DAY_NS};
    world->calendar.start_days = day_of("2026-01-05"); /* a Monday */
    world->job_class[0] = class_of_hours("c.small", 0, 1);
    world->job_class[1] = class_of_hours("c.large", 1, 1);
    world->job_class[1].run = lognormal(3600, 1, 0, 1e6);
    world->job_class[1].gpus = lognormal(8, 1, 1, 64);
    world->job_class[1].overestimate = lognormal(2, 0.5, 1, 100);
    world->job_class[1].failed_frac = 0.1;
    world->job_class[1].cancelled_frac = 0.05;
    world->job_class[1].transfer_frac = 0.5;
    world->job_class[1].input = lognormal(2e9, 1, 1, 1e15);
    world->job_class[1].output = constant(1e6);
    world->config[0] = partition_of("p.a", 0, 1000, 4);
    world->config[1] = partition_of("p.b", 1, 100, 4);
    world->config[1].allocation = MDL_ALLOCATION_GPU;
    world->submit = (struct mdl_submit_config){.batch_mean = 1, .users = USERS, .zipf = 1};
    world->item = item_of("communities.sme-it", 0);
    for (size_t i = 0; i < USERS; i++)
        world->user_cumulated[i] = (double)(i + 1) / USERS;
    world->line_cumulated[0] = 0.7;
    world->line_cumulated[1] = 1;
    world->plan = (struct mdl_source_plan){.rate = 100 / SIM_DAY_S,
                                           .zone = SIM_ZONE_UTC,
                                           .place = 0,
                                           .line_count = 2,
                                           .access = own_lines};
}

static void begin_limited(struct world *world, size_t limit_bytes)
{
    static struct mdl_qos_config qos = {.item = {.key = "long"},
                                        .max_walltime_ns = 2 * SIM_HOUR_NS};
    static const struct mdl_site_config site = {
        .item = {.key = "x"}, .qos = {.items = &qos, .count = 1, .item_bytes = sizeof qos}};
    const struct sim_map classes = BUILD_MAP(world->job_class, 2);
    const struct mdl_members all = {2, members, world->part, !world->plan.is_load};
    const struct mdl_mix mix = {2, classes_cumulated, class_of, NULL};

    assert_int_equal(sim_create(7, 0, world->begin_ns, limit_bytes, &world->sim, NULL), SIM_OK);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(mdl_partition_plan_init(&world->partition[i], &world->config[i], &site,
                                                 &classes, &world->calendar, world->begin_ns,
                                                 world->finish_ns, world->sim->arena, NULL),
                         SIM_OK);
    assert_int_equal(
        mdl_pool_init(&world->pool, "x", world->partition, &all, &mix, world->sim->arena, NULL),
        SIM_OK);
    sim_pool_init(&world->jobs, world->sim->arena, sizeof(struct mdl_job));
    world->plan.item = &world->item;
    world->plan.submit = &world->submit;
    world->plan.pool = &world->pool;
    world->plan.user_cumulated = world->user_cumulated;
    world->plan.line_cumulated = world->line_cumulated;
    world->around = (struct mdl_source_world){.job_class = world->job_class,
                                              .partition = world->partition,
                                              .calendar = &world->calendar,
                                              .begin_ns = world->begin_ns,
                                              .finish_ns = world->finish_ns,
                                              .jobs = &world->jobs,
                                              .inside = world->inside,
                                              .submit = keep,
                                              .context = world};
    assert_int_equal(
        mdl_source_create(world->sim, &world->plan, 3, &world->around, &world->source, NULL),
        SIM_OK);
}

static void begin(struct world *world)
{
    begin_limited(world, 0);
}

static void run(struct world *world)
{
    assert_int_equal(sim_run(world->sim, world->finish_ns, NULL), SIM_OK);
}

static void end(struct world *world)
{
    sim_destroy(world->sim);
    free(world->job);
}

/* Pearson's statistic is about normal with mean k - 1 and variance 2 (k - 1). */
static void expect_chi_square(const double *seen, const double *expected, size_t count)
{
    double statistic = 0, freedom = (double)count - 1;

    for (size_t i = 0; i < count; i++)
        statistic += (seen[i] - expected[i]) * (seen[i] - expected[i]) / expected[i];
    if (statistic > freedom + 3.5 * sqrt(2 * freedom))
        fail_msg("chi-square is %.1f with %.0f degrees of freedom", statistic, freedom);
}

static void expect_share(double seen, double count, double share)
{
    double z = (seen - count * share) / sqrt(count * share * (1 - share));

    if (fabs(z) > 3.5)
        fail_msg("%g of %g where %g %% were expected (z = %.2f)", seen, count, 100 * share, z);
}

/* ---- arrivals ---- */

static const double office[24] = {0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.5, 1,   2,   2.5, 2.5, 2,
                                  1.5, 2,   2.5, 2,   1.5, 1,   0.5, 0.3, 0.2, 0.2, 0.2, 0.2};

static void arrivals_follow_profile_and_growth_hour_by_hour(void **state)
{
    double seen[24] = {0}, expected[24] = {0}, day_seen[31] = {0}, day_expected[31] = {0};
    double weight[24], sum = 0, total = 0;
    struct world world;

    (void)state;
    for (int h = 0; h < 24; h++)
        sum += office[h] / 24;
    for (int h = 0; h < 24; h++)
        weight[h] = office[h] / sum;
    prepare(&world);
    world.plan.rate = 1000 / SIM_DAY_S;
    world.submit.hours = (struct sim_profile){24, weight};
    world.submit.growth_per_yr = 9; /* tenfold in a year, by a fifth in this month */
    world.begin_ns = -3 * SIM_DAY_NS;
    begin(&world);
    run(&world);
    for (size_t i = 0; i < world.count; i++) {
        int64_t hour = (world.job[i].submit_ns + 3 * SIM_DAY_NS) / SIM_HOUR_NS;

        assert_true(world.job[i].submit_ns >= world.begin_ns &&
                    world.job[i].submit_ns < world.finish_ns);
        seen[hour % 24]++;
        if (hour / 24 < 31)
            day_seen[hour / 24]++;
    }
    for (int day = -3; day < 31; day++) {
        double records = 1000 * pow(10, day / 365.25);

        total += records;
        if (day + 3 < 31)
            day_expected[day + 3] = records;
        for (int h = 0; h < 24; h++)
            expected[h] += records * weight[h] / 24;
    }
    assert_true(fabs((double)world.count - total) < 3.5 * sqrt(total));
    expect_chi_square(seen, expected, 24);
    expect_chi_square(day_seen, day_expected, 31);
    end(&world);
}

static void gaps_within_an_hour_are_exponential(void **state)
{
    struct world world;
    double *gap, ks = 0;

    (void)state;
    prepare(&world);
    world.plan.rate = 1000 / SIM_DAY_S;
    begin(&world);
    run(&world);
    gap = malloc(world.count * sizeof *gap);
    for (size_t i = 1; i < world.count; i++) /* -> uniform, if exponential */
        gap[i - 1] = exp(-sim_s_from_ns(world.job[i].submit_ns - world.job[i - 1].submit_ns) *
                         world.plan.rate);
    qsort(gap, world.count - 1, sizeof *gap, check_compare_doubles);
    for (size_t i = 0; i + 1 < world.count; i++)
        ks = fmax(ks, fabs(gap[i] - ((double)i + 0.5) / (double)(world.count - 1)));
    assert_true(ks * sqrt((double)world.count) < 1.95);
    free(gap);
    end(&world);
}

/* Office hours are local: in UTC they come an hour earlier from 29 March on. */
static void the_local_profile_shifts_with_summer_time(void **state)
{
    double weight[24] = {[9] = 24}; /* all between 9 and 10 */
    struct world world;

    (void)state;
    prepare(&world);
    world.calendar.start_days = day_of("2026-03-23");
    world.finish_ns = 14 * SIM_DAY_NS;
    world.submit.hours = (struct sim_profile){24, weight};
    world.plan.zone = SIM_ZONE_CET;
    begin(&world);
    run(&world);
    assert_true(world.count > 1000);
    for (size_t i = 0; i < world.count; i++) {
        int64_t hour = world.job[i].submit_ns / SIM_HOUR_NS;

        assert_int_equal(hour % 24, hour / 24 < 6 ? 8 : 7);
    }
    end(&world);
}

static void a_weekly_profile_begins_on_monday(void **state)
{
    double weight[168] = {[5 * 24 + 3] = 168}; /* Saturday, 3 to 4 */
    struct world world;

    (void)state;
    prepare(&world);
    world.submit.hours = (struct sim_profile){168, weight};
    begin(&world);
    run(&world);
    assert_true(world.count > 1000);
    for (size_t i = 0; i < world.count; i++)
        assert_int_equal(world.job[i].submit_ns / SIM_HOUR_NS % 168, 5 * 24 + 3);
    end(&world);
}

/* Local months: January is over at 23:00 UTC in CET. */
static void a_season_begins_and_ends_with_the_local_month(void **state)
{
    double weight[12] = {[0] = 2, [2] = 1};
    double january = 0, march = 0;
    struct world world;

    (void)state;
    prepare(&world);
    world.plan.rate = 500 / SIM_DAY_S;
    world.plan.zone = SIM_ZONE_CET;
    world.calendar.start_days = day_of("2026-01-20");
    world.finish_ns = 60 * SIM_DAY_NS; /* to 21 March */
    world.submit.season = (struct sim_profile){12, weight};
    begin(&world);
    run(&world);
    for (size_t i = 0; i < world.count; i++) {
        int64_t hour = world.job[i].submit_ns / SIM_HOUR_NS;

        assert_true(hour < 12 * 24 - 1 || hour >= 40 * 24 - 1);
        january += hour < 12 * 24;
        march += hour >= 40 * 24 - 1;
    }
    assert_true(fabs(january - 2 * 500 * (12 - 1 / 24.0)) < 3.5 * sqrt(12000));
    assert_true(fabs(march - 500 * (20 + 1 / 24.0)) < 3.5 * sqrt(10000));
    assert_true(mdl_season_weight(&world.submit.season, SIM_ZONE_UTC, day_of("2026-03-05") * 24) ==
                1);
    end(&world);
}

/* Counts of days have the variance n^2 v^2 + n; days of one week share its factor. */
static void a_rate_varies_by_day_and_by_week(void **state)
{
    enum { WEEKS = 200 };
    double day[7 * WEEKS] = {0}, sum = 0, squares = 0, products = 0, v;
    struct world world;

    (void)state;
    prepare(&world);
    world.plan.rate = 60 / SIM_DAY_S;
    world.submit.day_variation = 0.4;
    world.submit.week_variation = 0.3;
    world.finish_ns = 7 * WEEKS * SIM_DAY_NS;
    begin(&world);
    run(&world);
    for (size_t i = 0; i < world.count; i++)
        day[world.job[i].submit_ns / SIM_DAY_NS]++;
    for (size_t d = 0; d < 7 * WEEKS; d++) {
        sum += day[d] / (7 * WEEKS);
        squares += (day[d] - 60) * (day[d] - 60) / (7 * WEEKS);
        products += d % 7 < 6 ? (day[d] - 60) * (day[d + 1] - 60) / (6 * WEEKS) : 0;
    }
    v = (1 + 0.4 * 0.4) * (1 + 0.3 * 0.3) - 1;
    assert_true(fabs(sum - 60) < 4);
    assert_true(fabs(squares / (60 * 60 * v + 60) - 1) < 0.25);
    assert_true(fabs(products / (60 * 60 * 0.3 * 0.3) - 1) < 0.35);
    end(&world);
}

static void a_load_follows_what_is_open(void **state)
{
    double before = 0, after = 0, works, mean_s;
    struct world world;

    (void)state;
    prepare(&world);
    world.plan.is_load = true;
    world.plan.rate = 0.02; /* of the pool */
    world.part[0] = world.part[1] = 1;
    world.config[0].online_days = world.calendar.start_days + 10; /* until then: b alone */
    begin(&world);
    run(&world);
    for (size_t i = 0; i < world.count; i++) {
        bool is_early = world.job[i].submit_ns < 10 * SIM_DAY_NS;

        assert_true(!is_early || world.job[i].partition == 1);
        before += is_early;
        after += !is_early && world.job[i].partition == 0;
    }
    works = mdl_mix_work_unit_s(&world.pool.mix, &world.partition[1], world.partition[1].step);
    mean_s = 0.02 * 400 / works * 10 * SIM_DAY_S;
    assert_true(fabs(before - mean_s) < 3.5 * sqrt(mean_s));
    works = mdl_mix_work_unit_s(&world.pool.mix, &world.partition[0], &world.partition[0].step[1]);
    mean_s = 0.02 * 1000 / works * 21 * SIM_DAY_S;
    assert_true(fabs(after - mean_s) < 3.5 * sqrt(mean_s));
    end(&world);
}

static void a_source_without_a_rate_submits_nothing(void **state)
{
    struct world world;

    (void)state;
    prepare(&world);
    world.plan.rate = 0;
    begin(&world);
    run(&world);
    assert_int_equal(world.count, 0);
    assert_int_equal(mdl_source_counts(world.source)->arrivals, 0);
    end(&world);
}

/* ---- jobs ---- */

static void the_nth_job_keeps_its_attributes_when_demand_is_scaled(void **state)
{
    struct world few, many;

    (void)state;
    prepare(&few);
    prepare(&many);
    few.submit.batch_mean = many.submit.batch_mean = 1.7;
    many.plan.rate *= 7.3;
    begin(&few);
    begin(&many);
    run(&few);
    run(&many);
    assert_true(few.count > 2000 && many.count > 6 * few.count);
    for (size_t i = 0; i < few.count; i++) {
        const struct mdl_job *a = &few.job[i], *b = &many.job[i];

        assert_true(a->id == i && b->id == i && b->submit_ns <= a->submit_ns);
        assert_true(a->walltime_ns == b->walltime_ns && a->width == b->width &&
                    a->run_ns == b->run_ns && a->user == b->user && a->partition == b->partition &&
                    a->class_index == b->class_index && a->input_bytes == b->input_bytes &&
                    a->output_bytes == b->output_bytes && a->outcome == b->outcome);
    }
    end(&few);
    end(&many);
}

static void two_sources_of_other_names_draw_other_jobs(void **state)
{
    struct world one, other;
    size_t same = 0;

    (void)state;
    prepare(&one);
    prepare(&other);
    other.item = item_of("communities.sme-de", 1);
    begin(&one);
    begin(&other);
    run(&one);
    run(&other);
    for (size_t i = 0; i < one.count && i < other.count; i++)
        same += one.job[i].run_ns == other.job[i].run_ns && one.job[i].class_index == 1;
    assert_int_equal(same, 0);
    end(&one);
    end(&other);
}

static void jobs_are_as_their_class_and_home_say(void **state)
{
    size_t home[2] = {0}, of_class[2] = {0}, failed = 0, cancelled = 0, moved = 0;
    double run_s = 0, work = 0, overs = 0;
    struct world world;

    (void)state;
    prepare(&world);
    world.plan.rate = 2000 / SIM_DAY_S;
    begin(&world);
    run(&world);
    for (size_t i = 0; i < world.count; i++) {
        const struct mdl_job *job = &world.job[i];

        home[job->partition]++;
        of_class[job->class_index]++;
        assert_true(job->community == 3 && job->bundle == 1 && job->user < USERS);
        assert_true(job->eligible_ns == MDL_TIME_UNSET && job->start_ns == MDL_TIME_UNSET &&
                    job->end_ns == MDL_TIME_UNSET);
        if (job->class_index == 0) {
            assert_true(job->width == 1 && job->run_ns == SIM_HOUR_NS &&
                        job->walltime_ns == SIM_HOUR_NS && !job->input_bytes &&
                        !job->output_bytes && job->outcome == MDL_OUTCOME_COMPLETED);
            continue;
        }
        failed += job->outcome == MDL_OUTCOME_FAILED;
        cancelled += job->outcome == MDL_OUTCOME_CANCELLED;
        moved += job->input_bytes > 0;
        assert_true((job->input_bytes > 0) == (job->output_bytes == 1000000));
        run_s += sim_s_from_ns(job->run_ns);
        overs += (double)job->walltime_ns / (double)job->run_ns;
        work += job->width * sim_s_from_ns(job->run_ns) * (job->partition ? 1 : 4);
    }
    expect_share((double)home[0], (double)world.count, 0.6);
    expect_share((double)of_class[0], (double)world.count, 0.3);
    expect_share((double)failed, (double)of_class[1], 0.1);
    expect_share((double)cancelled, (double)of_class[1], 0.05);
    expect_share((double)moved, (double)of_class[1], 0.5);
    check_near(run_s / (double)of_class[1], sim_dist_mean(&world.job_class[1].run), 0.03);
    check_near(overs / (double)of_class[1], sim_dist_mean(&world.job_class[1].overestimate), 0.02);
    check_near(work / (double)of_class[1],
               0.6 * 4 * mdl_work_unit_s(&world.partition[0], world.partition[0].step, 1) +
                   0.4 * mdl_work_unit_s(&world.partition[1], world.partition[1].step, 1),
               0.05);
    end(&world);
}

static void data_of_a_wild_law_are_cut(void **state)
{
    struct world world;
    size_t cut = 0;

    (void)state;
    prepare(&world);
    world.plan.rate = 2000 / SIM_DAY_S;
    world.job_class[1].input = lognormal(1e17, 5, -INFINITY, INFINITY);
    begin(&world);
    run(&world);
    for (size_t i = 0; i < world.count; i++) {
        assert_true(world.job[i].input_bytes <= (uint64_t)MDL_JOB_BYTES_MAX);
        cut += world.job[i].input_bytes == (uint64_t)MDL_JOB_BYTES_MAX;
    }
    assert_in_range(cut, 100, world.count / 2);
    end(&world);
}

static void a_job_longer_than_its_limit_is_cut_and_times_out(void **state)
{
    struct world world;
    size_t cut = 0;

    (void)state;
    prepare(&world);
    world.job_class[1].limit_ns = 2 * SIM_HOUR_NS;
    world.job_class[1].bundle = 3;
    begin(&world);
    run(&world);
    for (size_t i = 0; i < world.count; i++) {
        const struct mdl_job *job = &world.job[i];

        assert_true(job->run_ns <= job->walltime_ns);
        assert_true(job->outcome != MDL_OUTCOME_TIMEOUT || job->run_ns == 2 * SIM_HOUR_NS);
        assert_true(job->class_index == 0 || job->walltime_ns <= 2 * SIM_HOUR_NS);
        cut += job->outcome == MDL_OUTCOME_TIMEOUT;
    }
    /* three runs of one lognormal draw: P(3 X > 2 h) = P(log X / 1 h > log 2/3) = 0.657 */
    expect_share((double)cut, (double)(world.count) * 0.7, 0.657);
    end(&world);
}

static void without_a_place_on_the_network_data_take_no_time(void **state)
{
    struct world world;

    (void)state;
    prepare(&world);
    world.plan.place = SIZE_MAX;
    begin(&world);
    run(&world);
    for (size_t i = 0; i < world.count; i++)
        assert_true(!world.job[i].input_bytes && !world.job[i].output_bytes);
    end(&world);
}

/* ---- batches, users ---- */

static void a_batch_is_geometric_and_of_one_kind(void **state)
{
    double size[2] = {0}, mean;
    struct world world;

    (void)state;
    prepare(&world);
    world.submit.batch_mean = 2.5;
    world.plan.rate = 2500 / SIM_DAY_S;
    begin(&world);
    run(&world);
    mean = (double)mdl_source_counts(world.source)->drawn /
           (double)mdl_source_counts(world.source)->arrivals;
    /* variance of a geometric law with mean m: m (m - 1) */
    assert_true(fabs(mean - 2.5) <
                3.5 * sqrt(3.75 / (double)mdl_source_counts(world.source)->arrivals));
    for (size_t i = 0, from = 0; i < world.count; i++) {
        const struct mdl_job *job = &world.job[i], *first = &world.job[from];

        if (job->submit_ns != first->submit_ns) {
            size[0] += i - from == 1;
            size[1] += i - from == 2;
            from = i;
            continue;
        }
        assert_true(job->user == first->user && job->class_index == first->class_index &&
                    job->width == first->width && job->partition == first->partition);
        assert_true(i == from || job->class_index == 0 || job->run_ns != first->run_ns);
        assert_true(i == from || !job->input_bytes || job->input_bytes != first->input_bytes);
    }
    expect_share(size[0], (double)mdl_source_counts(world.source)->arrivals, 0.4);
    expect_share(size[1], (double)mdl_source_counts(world.source)->arrivals, 0.24);
    end(&world);
}

static void users_share_the_jobs_by_their_table(void **state)
{
    double seen[USERS] = {0}, expected[USERS], sum = 0;
    struct world world;

    (void)state;
    prepare(&world);
    for (size_t i = 0; i < USERS; i++)
        sum += 1.0 / (double)(i + 1);
    for (size_t i = 0; i < USERS; i++) {
        double part = 1.0 / (double)(i + 1) / sum;
        world.user_cumulated[i] = (i ? world.user_cumulated[i - 1] : 0) + part;
    }
    world.user_cumulated[USERS - 1] = 1;
    world.plan.rate = 1000 / SIM_DAY_S;
    begin(&world);
    run(&world);
    for (size_t i = 0; i < world.count; i++)
        seen[world.job[i].user]++;
    for (size_t i = 0; i < USERS; i++)
        expected[i] = (double)world.count / (double)(i + 1) / sum;
    expect_chi_square(seen, expected, USERS);
    end(&world);
}

static void a_user_keeps_the_line_and_lines_keep_their_shares(void **state)
{
    struct world world;
    double first = 0;

    (void)state;
    prepare(&world);
    begin(&world);
    for (uint32_t user = 0; user < 10000; user++) {
        const struct mdl_line_config *line = mdl_source_reach(world.source, user, 0).line;

        assert_ptr_equal(mdl_source_reach(world.source, user, 0).line, line);
        first += line == &lines[0];
    }
    expect_share(first, 10000, 0.7);
    end(&world);
}

/* Half of the 30 % on cells are covered, a quarter of them with the slow radio; the others have the
 * line. All are covered a year later, and nobody loses what it had. */
static void who_is_out_of_coverage_takes_the_next_access_of_the_mix(void **state)
{
    struct mdl_target_config full = {
        .date_days = day_of("2027-01-01"), .coverage_frac = 1, .capacity = 1};
    struct mdl_cell_config cell = {
        .count = 1,
        .coverage_frac = 0.5,
        .since_days = day_of("2026-01-01"),
        .targets = {.items = &full, .count = 1, .item_bytes = sizeof full}};
    const struct mdl_radio_plan radio[2] = {{.cumulated = 0.25}, {.cumulated = 1}};
    const struct mdl_cell_plan plan = {.config = &cell, .radio_count = 2, .radio = radio};
    const struct mdl_access_plan mixed[2] = {{.line = &lines[0]}, {.cell = &plan}};
    double on_cell = 0, slow = 0, uncovered = 0, later = 0;
    struct world world;

    (void)state;
    prepare(&world);
    world.plan.access = mixed;
    begin(&world);
    for (uint32_t user = 0; user < 20000; user++) {
        struct mdl_reach now = mdl_source_reach(world.source, user, 0);
        struct mdl_reach then = mdl_source_reach(world.source, user, 366 * SIM_DAY_NS);

        assert_true(!now.line != !now.radio && !then.is_uncovered);
        assert_true(!now.radio || now.radio == then.radio);
        assert_true(!now.is_uncovered || now.line == &lines[0]);
        on_cell += now.radio != NULL;
        slow += now.radio == &radio[0];
        uncovered += now.is_uncovered;
        later += then.radio != NULL;
    }
    expect_share(on_cell, 20000, 0.15);
    expect_share(slow, 20000, 0.15 / 4);
    expect_share(uncovered, 20000, 0.15);
    expect_share(later, 20000, 0.3);
    end(&world);
}

/* ---- holding back ---- */

static void at_most_queue_limit_jobs_of_a_user_are_inside(void **state)
{
    enum { LIMIT = 3 };
    uint64_t inside[USERS] = {0}, last_id[USERS] = {0}, left = 0, held_most = 0;
    const struct mdl_source_counts *counts;
    struct world world;
    size_t seen = 0;

    (void)state;
    prepare(&world);
    world.submit.queue_limit = LIMIT;
    world.submit.batch_mean = 1.5;
    begin(&world);
    counts = mdl_source_counts(world.source);
    for (int64_t hour = 1; hour <= 31 * 24; hour++) {
        assert_int_equal(sim_run(world.sim, hour * SIM_HOUR_NS, NULL), SIM_OK);
        for (uint64_t k = 0; k < 4; k++) { /* some user's job leaves, if one is inside */
            uint32_t user = (uint32_t)(sim_hash_child(1, 1, (uint64_t)hour * 4 + k) % USERS);

            for (; seen < world.count; seen++) {
                const struct mdl_job *job = &world.job[seen];

                assert_true(++inside[job->user] <= LIMIT);
                assert_true(inside[job->user] == 1 || job->id > last_id[job->user]);
                last_id[job->user] = job->id; /* a user's jobs come in their order */
            }
            if (inside[user] == 0)
                continue;
            inside[user]--;
            left++;
            mdl_source_job_left(world.source, user, 0);
        }
        assert_true(counts->drawn == counts->submitted + counts->held);
        assert_true(counts->submitted == world.count);
        held_most = counts->held > held_most ? counts->held : held_most;
    }
    assert_true(held_most > 50 && counts->deferred >= held_most && left > 500);
    for (; seen < world.count; seen++)
        inside[world.job[seen].user]++;
    for (uint32_t user = 0; user < USERS; user++) { /* all go, and the held ones come in turn */
        while (inside[user]) {
            inside[user]--;
            mdl_source_job_left(world.source, user, 0);
            for (; seen < world.count; seen++) {
                assert_true(world.job[seen].user == user && world.job[seen].id > last_id[user]);
                last_id[user] = world.job[seen].id;
                inside[user]++;
            }
        }
    }
    assert_true(counts->held == 0 && counts->submitted == counts->drawn);
    end(&world);
}

static void jobs_held_back_count_as_inside_of_their_partition(void **state)
{
    struct sim_error err = {0};
    struct world world;
    uint64_t inside;

    (void)state;
    prepare(&world);
    world.submit.queue_limit = 1;
    begin(&world);
    run(&world);
    inside = world.inside[0] + world.inside[1];
    assert_true(mdl_source_counts(world.source)->held > 0);
    assert_int_equal(inside, mdl_source_counts(world.source)->drawn); /* none has left */
    end(&world);
    prepare(&world);
    world.submit.queue_limit = 1;
    world.inside[1] = MDL_PARTITION_JOBS_MAX;
    begin(&world);
    world.partition[1].name = "b.small";
    assert_int_equal(sim_run(world.sim, world.finish_ns, &err), SIM_ELIMIT);
    assert_non_null(strstr(err.message, "b.small: more than 2000000 jobs are inside"));
    end(&world);
}

static void without_a_limit_nothing_is_held(void **state)
{
    struct world world;

    (void)state;
    prepare(&world);
    begin(&world);
    run(&world);
    mdl_source_job_left(world.source, 0, 0); /* nobody counts */
    assert_true(mdl_source_counts(world.source)->deferred == 0 &&
                mdl_source_counts(world.source)->submitted == world.count);
    end(&world);
}

/* ---- nothing open ---- */

/* ---- arrays and chains ---- */

static void only_large(struct world *world)
{
    world->job_class[0] = world->job_class[1];
    world->plan.rate = 10 / SIM_DAY_S;
}

/* Lets the n-th job that was submitted leave. */
static void let_leave(struct world *world, size_t n)
{
    const struct mdl_job *job = &world->job[n];

    mdl_source_job_left(world->source, job->user, job->group);
}

static void of_an_array_at_once_jobs_are_inside(void **state)
{
    static const double sizes[] = {1, 5, 9}, cumulated[] = {0.2, 0.6, 1};
    const struct mdl_source_counts *counts;
    struct world all, few;
    uint64_t submissions;

    (void)state;
    prepare(&all);
    only_large(&all);
    all.job_class[0].array = all.job_class[1].array = choice(3, sizes, cumulated);
    begin(&all);
    run(&all);
    submissions = mdl_source_counts(all.source)->arrivals;
    assert_true(mdl_source_counts(all.source)->drawn == all.count);
    assert_true(fabs((double)all.count / (double)submissions - (0.2 + 0.4 * 5 + 0.4 * 9)) < 0.6);

    prepare(&few);
    only_large(&few);
    few.job_class[0].array = few.job_class[1].array = choice(3, sizes, cumulated);
    few.job_class[0].at_once = few.job_class[1].at_once = 2;
    begin(&few);
    run(&few);
    counts = mdl_source_counts(few.source);
    assert_true(counts->drawn == all.count && counts->held == counts->drawn - few.count);
    assert_true(few.count < 2 * submissions && counts->deferred == 0);
    for (size_t i = 0; i < few.count; i++) { /* those that follow come behind */
        size_t before = few.count;
        uint64_t held = counts->held;

        let_leave(&few, i);
        assert_int_equal(few.count - before, held - counts->held);
        if (few.count > before) {
            const struct mdl_job *next = &few.job[before];

            assert_true(next->group == few.job[i].group && next->group != 0);
            assert_true(next->id > few.job[i].id && next->width == few.job[i].width);
            assert_true(next->submit_ns == few.sim->now_ns);
        }
    }
    assert_true(few.count == all.count && counts->held == 0);
    for (size_t i = 0; i < few.count; i++) /* the draws are those of the whole array */
        assert_true(few.job[i].run_ns == all.job[few.job[i].id].run_ns);
    end(&all);
    end(&few);
}

static void jobs_of_an_array_come_one_after_the_other(void **state)
{
    static const double sizes[] = {1, 4, 10}, cumulated[] = {0.5, 0.8, 1};
    struct world at_once, spaced;
    size_t n = 0, in_time = 0;

    (void)state;
    prepare(&at_once);
    prepare(&spaced);
    at_once.job_class[0].array = at_once.job_class[1].array = choice(3, sizes, cumulated);
    spaced.job_class[0].array = spaced.job_class[1].array = choice(3, sizes, cumulated);
    spaced.job_class[0].array_gap = spaced.job_class[1].array_gap = constant(5400);
    begin(&at_once);
    run(&at_once);
    begin(&spaced);
    run(&spaced);
    assert_true(spaced.count > 1000 && spaced.count < at_once.count);
    assert_int_equal(mdl_source_counts(spaced.source)->drawn, at_once.count);
    assert_int_equal(mdl_source_counts(spaced.source)->held, at_once.count - spaced.count);
    for (size_t i = 0, first = 0; i < at_once.count; i++) { /* numbered in the order drawn */
        first = i == 0 || at_once.job[i].submit_ns != at_once.job[first].submit_ns ? i : first;
        in_time += at_once.job[i].submit_ns + (int64_t)(i - first) * 5400 * SIM_NS_PER_S <
                   spaced.finish_ns;
    }
    assert_int_equal(spaced.count, in_time);
    for (size_t i = 0; i < spaced.count; i++) {
        const struct mdl_job *other = &at_once.job[spaced.job[i].id];

        assert_true(i == 0 || spaced.job[i].submit_ns >= spaced.job[i - 1].submit_ns);
        assert_int_equal(other->id, spaced.job[i].id);
        assert_int_equal(other->run_ns, spaced.job[i].run_ns);
        assert_int_equal((spaced.job[i].submit_ns - other->submit_ns) % (5400 * SIM_NS_PER_S), 0);
        n += spaced.job[i].submit_ns > other->submit_ns;
    }
    assert_true(n > spaced.count / 2);
    end(&at_once);
    end(&spaced);
}

static void jobs_of_an_array_whose_machine_has_closed_are_refused(void **state)
{
    const struct mdl_source_counts *counts;
    size_t after = 0;
    struct world world;

    (void)state;
    prepare(&world);
    world.config[0].offline_days = world.calendar.start_days + 10;
    world.job_class[0].array = world.job_class[1].array = constant(4);
    world.job_class[0].array_gap = world.job_class[1].array_gap = constant(5400);
    begin(&world);
    run(&world);
    counts = mdl_source_counts(world.source);
    for (size_t i = 0; i < world.count; i++) {
        bool is_late = world.job[i].submit_ns >= 10 * SIM_DAY_NS;

        after += is_late;
        assert_true(!is_late || world.job[i].partition == 1);
    }
    assert_true(after > 1000 && counts->refused > 5 && counts->refused < 100);
    assert_int_equal(counts->drawn, counts->submitted + counts->held + counts->refused);
    assert_int_equal(counts->drawn - counts->refused, world.inside[0] + world.inside[1]);
    end(&world);
}

static void a_link_of_a_chain_waits_for_the_one_before(void **state)
{
    struct world world;
    size_t first;

    (void)state;
    prepare(&world);
    only_large(&world);
    world.job_class[0].chain = world.job_class[1].chain = constant(3);
    world.submit.queue_limit = 1; /* the user's line, too, is waited in */
    begin(&world);
    run(&world);
    first = world.count;
    assert_true(first <= USERS);
    for (size_t i = 0; i < world.count; i++) {
        let_leave(&world, i);
        assert_true(world.count <= i + 1 + USERS);
    }
    assert_true(world.count == 3 * mdl_source_counts(world.source)->arrivals);
    for (size_t i = 0; i < world.count; i++) { /* of each chain in order */
        for (size_t k = i + 1; k < world.count; k++)
            assert_true(world.job[k].id / 3 != world.job[i].id / 3 ||
                        world.job[k].id > world.job[i].id);
    }
    end(&world);
}

static void a_run_over_the_limit_goes_on_in_a_chain(void **state)
{
    const int64_t limit_ns = 2 * SIM_HOUR_NS;
    struct world whole, cut;
    size_t pieces = 0;

    (void)state;
    prepare(&whole);
    begin(&whole);
    run(&whole);
    prepare(&cut);
    cut.config[0].max_walltime_ns = cut.config[1].max_walltime_ns = limit_ns;
    cut.job_class[1].over_limit = MDL_OVER_LIMIT_CHAIN;
    begin(&cut);
    run(&cut);
    for (size_t i = 0; i < cut.count; i++)
        let_leave(&cut, i);
    for (size_t n = 0; n < whole.count; n++) {
        const struct mdl_job *uncut = &whole.job[n];
        uint64_t input = 0, output = 0;
        int64_t run_ns = 0;

        for (size_t i = 0; i < cut.count; i++) {
            const struct mdl_job *piece = &cut.job[i];
            bool is_last;

            if (piece->id != uncut->id)
                continue;
            run_ns += piece->run_ns;
            is_last = run_ns == uncut->run_ns;
            input += piece->input_bytes;
            output += piece->output_bytes;
            assert_true(piece->walltime_ns <= limit_ns && piece->run_ns <= piece->walltime_ns);
            assert_true(is_last || piece->run_ns == limit_ns);
            assert_int_equal(piece->outcome,
                             is_last ? uncut->outcome : (uint8_t)MDL_OUTCOME_COMPLETED);
            assert_true(piece->input_bytes == 0 || run_ns == piece->run_ns);
            pieces += run_ns > limit_ns;
        }
        assert_true(run_ns == uncut->run_ns);
        assert_true(input == uncut->input_bytes && output == uncut->output_bytes);
    }
    assert_true(pieces > 100);
    assert_true(mdl_source_counts(cut.source)->drawn == cut.count);
    end(&whole);
    end(&cut);
}

/* Seconds are rounded to nanoseconds twice, whole and less the pieces before. */
static void the_last_piece_of_a_run_fits_its_walltime(void **state)
{
    struct world world;

    (void)state;
    prepare(&world);
    world.config[0].max_walltime_ns = world.config[1].max_walltime_ns = 2 * SIM_HOUR_NS + 1;
    world.job_class[1].over_limit = MDL_OVER_LIMIT_CHAIN;
    world.job_class[1].overestimate = constant(1);
    world.job_class[1].run = lognormal(30 * 3600, 1, 3600, 400 * 3600);
    begin(&world);
    run(&world);
    for (size_t i = 0; i < world.count; i++)
        let_leave(&world, i);
    assert_true(world.count > 1000);
    for (size_t i = 0; i < world.count; i++)
        assert_true(world.job[i].run_ns <= world.job[i].walltime_ns);
    end(&world);
}

static void a_service_is_exempt_from_the_limit_of_the_partition(void **state)
{
    struct world world;

    (void)state;
    prepare(&world);
    world.config[0].max_walltime_ns = world.config[1].max_walltime_ns = SIM_DAY_NS;
    world.job_class[1].over_limit = MDL_OVER_LIMIT_EXEMPT;
    world.job_class[1].run = constant(30 * SIM_DAY_S);
    begin(&world);
    run(&world);
    for (size_t i = 0; i < world.count; i++)
        assert_true(world.job[i].class_index == 0 || (world.job[i].run_ns == 30 * SIM_DAY_NS &&
                                                      world.job[i].outcome != MDL_OUTCOME_TIMEOUT));
    assert_true(fabs(world.partition[0].run_mean_s[1] - 30 * SIM_DAY_S) < 1e-3);
    end(&world);
}

/* Work offered by a load is what was written, whatever a submission brings. */
static void a_load_of_arrays_and_chains_is_as_large_as_written(void **state)
{
    static const double sizes[] = {1, 2.5, 20}, cumulated[] = {0.5, 0.9, 1};
    struct world world;
    double unit_s = 0, expected = 0.2 * (1000 + 400) * 31 * SIM_DAY_S;

    (void)state;
    prepare(&world);
    world.plan.is_load = true;
    world.plan.rate = 0.2;
    world.part[0] = world.part[1] = 1;
    world.job_class[0].array = choice(3, sizes, cumulated);
    world.job_class[1].chain = lognormal(4, 0.8, 1, 40);
    world.job_class[0].over_limit = MDL_OVER_LIMIT_CHAIN;
    world.config[0].max_walltime_ns = SIM_HOUR_NS / 2;
    begin(&world);
    run(&world);
    for (size_t i = 0; i < world.count; i++) {
        let_leave(&world, i);
        unit_s += world.job[i].width * (double)world.job[i].run_ns / 1e9;
    }
    assert_true(fabs(unit_s / expected - 1) < 0.03);
    end(&world);
}

static void jobs_are_refused_while_nothing_is_open_and_the_others_do_not_change(void **state)
{
    struct world always, late;
    size_t refused;

    (void)state;
    prepare(&always);
    prepare(&late);
    for (size_t i = 0; i < 2; i++)
        late.config[i].online_days = late.calendar.start_days + 10;
    late.submit.batch_mean = always.submit.batch_mean = 1.7;
    begin(&always);
    begin(&late);
    run(&always);
    run(&late);
    refused = (size_t)mdl_source_counts(late.source)->refused;
    assert_true(refused > 500 && late.count + refused == always.count);
    assert_true(mdl_source_counts(late.source)->drawn == always.count);
    for (size_t i = 0; i < late.count; i++) {
        const struct mdl_job *a = &late.job[i], *b = &always.job[i + refused];

        assert_true(a->submit_ns >= 10 * SIM_DAY_NS && a->submit_ns == b->submit_ns &&
                    a->id == b->id && a->run_ns == b->run_ns && a->width == b->width &&
                    a->walltime_ns == b->walltime_ns && a->user == b->user &&
                    a->input_bytes == b->input_bytes && a->outcome == b->outcome);
    }
    end(&always);
    end(&late);
}

static void running_out_of_memory_aborts_the_run(void **state)
{
    struct sim_error err = {0};
    struct world world;

    (void)state;
    prepare(&world);
    begin_limited(&world, 150000);
    assert_int_equal(sim_run(world.sim, world.finish_ns, &err), SIM_ENOMEM);
    assert_non_null(strstr(err.message, "communities.sme-it"));
    assert_true(world.count > 0);
    end(&world);
}

static const struct mdl_log_job logged[] = {
    {.id = 7, .submit_s = 0, .run_s = 60, .walltime_s = 600, .width = 4, .user = 3},
    {.id = 9, .submit_s = 3600, .run_s = 90, .walltime_s = 90, .width = 1, .user = 3, .outcome = 1},
    {.id = 8, .submit_s = 3600, .run_s = 9000, .walltime_s = 9000, .width = 500, .user = 5},
    {.id = 4, .submit_s = 7200, .run_s = 1, .walltime_s = 1, .width = 1, .user = 0},
};

static void a_log_is_submitted_as_it_was(void **state)
{
    struct world world;
    const struct mdl_log log = {.job = logged, .count = 4};

    (void)state;
    prepare(&world);
    world.part[0] = 0; /* all to the second one */
    world.part[1] = 1;
    world.config[1].max_walltime_ns = SIM_HOUR_NS;
    world.plan.log = &log;
    world.plan.log_begin_ns = SIM_DAY_NS;
    world.plan.log_first = 1;
    world.plan.log_end = 3;
    begin(&world);
    run(&world);
    assert_int_equal(world.count, 2);
    assert_true(world.job[0].id == 9 && world.job[1].id == 8);
    assert_true(world.job[0].submit_ns == SIM_DAY_NS + SIM_HOUR_NS);
    assert_true(world.job[1].submit_ns == SIM_DAY_NS + SIM_HOUR_NS);
    assert_true(world.job[0].user == 3 && world.job[1].user == 5);
    assert_int_equal(world.job[0].outcome, MDL_OUTCOME_FAILED);
    assert_true(world.job[0].run_ns == 90 * SIM_NS_PER_S && world.job[0].width == 1);
    assert_true(world.job[1].width == 400); /* the whole machine */
    assert_true(world.job[1].run_ns == SIM_HOUR_NS && world.job[1].walltime_ns == SIM_HOUR_NS);
    assert_int_equal(world.job[1].outcome, MDL_OUTCOME_TIMEOUT);
    assert_int_equal(mdl_source_counts(world.source)->submitted, 2);
    end(&world);
}

static void a_log_under_a_qos_is_cut_at_its_limit(void **state)
{
    struct world world;
    const struct mdl_log log = {.job = logged, .count = 4};

    (void)state;
    prepare(&world);
    world.part[0] = 0;
    world.part[1] = 1;
    world.config[1].max_walltime_ns = SIM_HOUR_NS;
    world.submit.qos = "long";
    world.plan.log = &log;
    world.plan.log_begin_ns = SIM_DAY_NS;
    world.plan.log_first = 2;
    world.plan.log_end = 3;
    begin(&world);
    run(&world);
    assert_int_equal(world.count, 1);
    assert_true(world.job[0].run_ns == 2 * SIM_HOUR_NS);
    end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrivals_follow_profile_and_growth_hour_by_hour),
        cmocka_unit_test(gaps_within_an_hour_are_exponential),
        cmocka_unit_test(the_local_profile_shifts_with_summer_time),
        cmocka_unit_test(a_weekly_profile_begins_on_monday),
        cmocka_unit_test(a_season_begins_and_ends_with_the_local_month),
        cmocka_unit_test(a_rate_varies_by_day_and_by_week),
        cmocka_unit_test(a_load_follows_what_is_open),
        cmocka_unit_test(a_source_without_a_rate_submits_nothing),
        cmocka_unit_test(the_nth_job_keeps_its_attributes_when_demand_is_scaled),
        cmocka_unit_test(two_sources_of_other_names_draw_other_jobs),
        cmocka_unit_test(jobs_are_as_their_class_and_home_say),
        cmocka_unit_test(data_of_a_wild_law_are_cut),
        cmocka_unit_test(a_job_longer_than_its_limit_is_cut_and_times_out),
        cmocka_unit_test(without_a_place_on_the_network_data_take_no_time),
        cmocka_unit_test(a_batch_is_geometric_and_of_one_kind),
        cmocka_unit_test(users_share_the_jobs_by_their_table),
        cmocka_unit_test(a_user_keeps_the_line_and_lines_keep_their_shares),
        cmocka_unit_test(who_is_out_of_coverage_takes_the_next_access_of_the_mix),
        cmocka_unit_test(at_most_queue_limit_jobs_of_a_user_are_inside),
        cmocka_unit_test(jobs_held_back_count_as_inside_of_their_partition),
        cmocka_unit_test(without_a_limit_nothing_is_held),
        cmocka_unit_test(of_an_array_at_once_jobs_are_inside),
        cmocka_unit_test(jobs_of_an_array_come_one_after_the_other),
        cmocka_unit_test(jobs_of_an_array_whose_machine_has_closed_are_refused),
        cmocka_unit_test(a_link_of_a_chain_waits_for_the_one_before),
        cmocka_unit_test(a_run_over_the_limit_goes_on_in_a_chain),
        cmocka_unit_test(the_last_piece_of_a_run_fits_its_walltime),
        cmocka_unit_test(a_service_is_exempt_from_the_limit_of_the_partition),
        cmocka_unit_test(a_load_of_arrays_and_chains_is_as_large_as_written),
        cmocka_unit_test(jobs_are_refused_while_nothing_is_open_and_the_others_do_not_change),
        cmocka_unit_test(running_out_of_memory_aborts_the_run),
        cmocka_unit_test(a_log_is_submitted_as_it_was),
        cmocka_unit_test(a_log_under_a_qos_is_cut_at_its_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
