/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One machine, one community whose jobs are all alike: what the figures, the series and the ledger
 * must say follows from the stamps of the records by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/world_private.h"
#include "sim/trace.h"
#include "tests/support/check.h"
#include "tests/unit/models/small.h"

enum { RECORDS = 4000, POSTINGS = 8, HOURS = 60 * 24, NODES = 3, GPUS = 4 };

static const double IDLE_W = 600, BUSY_W = 2400, RUN_S = 7200, PUE = 1.25;

struct bench {
    struct sim_trace trace; /* first: the sink is the bench */
    struct small small;
    struct sim_arena *arena;
    struct mdl_plan *plan;
    struct sim *sim;
    struct mdl_world *world;
    double *value;
    struct mdl_job_record record[RECORDS];
    struct mdl_ledger_record posting[POSTINGS];
    float series[MDL_SERIES_LINK_LOAD][HOURS]; /* of the first partition or site */
    size_t record_count, posting_count, hour_count[MDL_SERIES_LINK_LOAD];
};

static enum sim_status take_row(struct sim_trace *trace, const struct sim_table *table,
                                const void *record, struct sim_error *err)
{
    struct bench *bench = (struct bench *)trace;

    (void)err;
    if (table == &mdl_jobs_table) {
        assert_in_range(bench->record_count, 0, RECORDS - 1);
        bench->record[bench->record_count++] = *(const struct mdl_job_record *)record;
    } else if (table == &mdl_ledger_table) {
        assert_in_range(bench->posting_count, 0, POSTINGS - 1);
        bench->posting[bench->posting_count++] = *(const struct mdl_ledger_record *)record;
    }
    return SIM_OK;
}

static enum sim_status take_sample(struct sim_trace *trace, const struct sim_series *series,
                                   const float *value, struct sim_error *err)
{
    struct bench *bench = (struct bench *)trace;

    (void)err;
    for (size_t i = 0; i < MDL_SERIES_LINK_LOAD; i++) {
        if (bench->plan->series[i] != series)
            continue;
        assert_in_range(bench->hour_count[i], 0, HOURS - 1);
        bench->series[i][bench->hour_count[i]++] = value[0];
    }
    return SIM_OK;
}

/* 20 jobs of a node and two hours a day on three nodes, 60 days, 5 before and 5 after. */
static struct bench *prepared_bench(void)
{
    struct bench *bench = calloc(1, sizeof *bench);
    struct small *small;

    assert_non_null(bench);
    bench->trace = (struct sim_trace){.row = take_row, .sample = take_sample};
    small = &bench->small;
    small_fill(small);
    small->config.communities.count = 1;
    small->config.background.count = 0;
    small->lumi[0].nodes = NODES;
    small->site[0].pue = PUE;
    small->job_class[0].gpus = constant(GPUS);
    small->job_class[0].input = constant(1.2e9);
    small->job_class[0].output = constant(1e9);
    small->home[0].part = small->classes[0].part = 1;
    small->community[0].submit.home.count = small->community[0].submit.classes.count = 1;
    small->community[0].submit.rate_per_s = 20 / SIM_DAY_S;
    small->community[0].submit.batch_mean = 1;
    return bench;
}

static void create(struct bench *bench)
{
    bench->arena = sim_arena_create(0);
    assert_int_equal(mdl_plan_create(&bench->small.config, NULL, bench->arena, &bench->plan, NULL),
                     SIM_OK);
    assert_int_equal(sim_create(7, 0, bench->plan->begin_ns, 0, &bench->sim, NULL), SIM_OK);
    bench->sim->trace = &bench->trace;
    bench->value = calloc(bench->plan->figure_count, sizeof *bench->value);
    assert_int_equal(mdl_world_create(bench->sim, bench->plan, &bench->world, NULL), SIM_OK);
}

static void run(struct bench *bench)
{
    struct sim_error err = {0};

    if (!bench->plan)
        create(bench);
    if (mdl_world_run(bench->world, bench->value, NULL, &err))
        fail_msg("%s", err.message);
    assert_int_equal(mdl_world_records(bench->world), bench->record_count);
}

static void end(struct bench *bench)
{
    sim_destroy(bench->sim);
    sim_arena_destroy(bench->arena);
    free(bench->value);
    free(bench);
}

static double figure(const struct bench *bench, const char *name, const char *statistic,
                     const char *selector)
{
    for (size_t i = 0; i < bench->plan->figure_count; i++) {
        const struct mdl_figure *row = &bench->plan->figure[i];

        if (!strcmp(row->name, name) && !strcmp(row->statistic, statistic) &&
            !strcmp(row->selector, selector))
            return bench->value[i];
    }
    fail_msg("there is no figure '%s.%s{%s}'", name, statistic, selector);
    return NAN;
}

static double of_machine(const struct bench *bench, const char *name, const char *statistic)
{
    return figure(bench, name, statistic, "partition=lumi.lumi_g");
}

/* How much of [from, to) lies in [low, high); what has no stamp has not come yet. */
static double overlap_s(double from_s, double to_s, double low_s, double high_s)
{
    double begin = fmax(isnan(from_s) ? INFINITY : from_s, low_s);
    double finish = fmin(isnan(to_s) ? INFINITY : to_s, high_s);

    return finish > begin ? finish - begin : 0;
}

/* Node-seconds that jobs held, waited for, in [low, high). */
static double busy_s(const struct bench *bench, double low_s, double high_s)
{
    double sum = 0;

    for (size_t i = 0; i < bench->record_count; i++)
        sum += overlap_s(bench->record[i].time_start_s, bench->record[i].time_end_s, low_s, high_s);
    return sum;
}

static double waiting_s(const struct bench *bench, double low_s, double high_s)
{
    double sum = 0;

    for (size_t i = 0; i < bench->record_count; i++)
        sum += overlap_s(bench->record[i].time_eligible_s, bench->record[i].time_start_s, low_s,
                         high_s);
    return sum;
}

static double window_s(const struct bench *bench)
{
    return sim_s_from_ns(bench->plan->end_ns);
}

/* Records that leave before the start are not kept; the others are, each once. */
static void records_begin_with_the_window(void **state)
{
    struct bench *bench = prepared_bench();
    size_t early = 0, inside = 0;

    (void)state;
    run(bench);
    for (size_t i = 0; i < bench->record_count; i++) {
        const struct mdl_job_record *record = &bench->record[i];

        early += record->time_submit_s < 0;
        inside += record->outcome == MDL_OUTCOME_INSIDE;
        assert_true(isnan(record->time_done_s) || record->time_done_s >= 0);
        assert_int_equal(record->outcome == MDL_OUTCOME_INSIDE, isnan(record->time_done_s));
        for (size_t k = 0; k < i; k++)
            assert_true(bench->record[k].id != record->id);
    }
    assert_in_range(early, 1, 20); /* two hours of them and what waited */
    assert_in_range(inside, 1, 20);
    assert_true(bench->record_count - early > 1000);
    end(bench);
}

/* Input: 1.2 GB at 60 MB/s; output: 1 GB at 100 MB/s; 10 ms of line and 10 ms of route each. */
static void a_job_is_stamped_at_each_hand_over(void **state)
{
    struct bench *bench = prepared_bench();

    (void)state;
    run(bench);
    for (size_t i = 0; i < bench->record_count; i++) {
        const struct mdl_job_record *record = &bench->record[i];

        if (record->outcome == MDL_OUTCOME_INSIDE)
            continue;
        check_near(record->time_eligible_s - record->time_submit_s, 20.02, 1e-6);
        check_near(record->time_end_s - record->time_start_s, RUN_S, 1e-9);
        check_near(record->time_done_s - record->time_end_s, 10.02, 1e-6);
        assert_true(record->time_start_s >= record->time_eligible_s);
        check_near(record->energy_j, BUSY_W * RUN_S, 1e-9);
        assert_true(record->nodes == 1 && record->gpus_milli == 1000 * GPUS);
        assert_true(record->attempts == 1 && record->walltime_s == (int64_t)RUN_S);
    }
    end(bench);
}

/* Of the link's directions the one to the site carries 1.2 GB a job, the other one 1 GB. */
static void data_go_in_one_way_and_home_the_other(void **state)
{
    struct bench *bench = prepared_bench();
    double brought = 0, taken = 0, could;
    char in[80], out[80];

    (void)state;
    run(bench);
    for (size_t i = 0; i < bench->record_count; i++) {
        const struct mdl_job_record *record = &bench->record[i];

        brought +=
            1.2e9 / 20 *
            overlap_s(record->time_submit_s + 0.02, record->time_eligible_s, 0, window_s(bench));
        taken += 1e9 / 10 *
                 overlap_s(record->time_end_s + 0.02, record->time_done_s, 0, window_s(bench));
    }
    could = bench->plan->network.channel[0].capacity * window_s(bench);
    snprintf(in, sizeof in, "link=%s", bench->plan->network.channel[0].name);
    snprintf(out, sizeof out, "link=%s", bench->plan->network.channel[1].name);
    check_near(figure(bench, "link.load", "mean", in), brought / could, 1e-6);
    check_near(figure(bench, "link.load", "mean", out), taken / could, 1e-6);
    end(bench);
}

/* Each hour of the window is the mean over that hour, and the window is what its hours sum to. */
static void hourly_series_are_of_their_hour(void **state)
{
    struct bench *bench = prepared_bench();

    (void)state;
    bench->small.lumi[0].nodes = 2; /* jobs wait now and then */
    run(bench);
    for (size_t i = 0; i < MDL_SERIES_LINK_LOAD; i++)
        assert_int_equal(bench->hour_count[i], HOURS);
    for (size_t h = 0; h < HOURS; h++) {
        double low_s = (double)h * SIM_HOUR_S, high_s = low_s + SIM_HOUR_S;
        double busy = busy_s(bench, low_s, high_s) / SIM_HOUR_S;
        double waiting = waiting_s(bench, low_s, high_s) / SIM_HOUR_S;

        check_near(bench->series[MDL_SERIES_UTILISATION][h] + 1, busy / 2 + 1, 1e-6);
        check_near(bench->series[MDL_SERIES_QUEUE][h] + 1, waiting + 1, 1e-5);
        check_near(bench->series[MDL_SERIES_QUEUE_UNITS][h] + 1, GPUS * waiting + 1, 1e-5);
        check_near(bench->series[MDL_SERIES_POWER][h] + 1,
                   PUE * (2 * IDLE_W + (BUSY_W - IDLE_W) * busy) + 1, 1e-6);
    }
    check_near(of_machine(bench, "utilisation", ""),
               busy_s(bench, 0, window_s(bench)) / (2 * window_s(bench)), 1e-12);
    check_near(of_machine(bench, "queue", "mean"),
               waiting_s(bench, 0, window_s(bench)) / window_s(bench), 1e-9);
    end(bench);
}

/* 100 EUR/MWh; on the last days of January and February and on the window's last day. */
static void electricity_is_posted_at_month_ends(void **state)
{
    static const char *const last_day[] = {"2026-01-31", "2026-02-28", "2026-03-01"};
    static const double month_s[] = {0, 31 * 86400.0, 59 * 86400.0, 60 * 86400.0};
    struct bench *bench = prepared_bench();
    int64_t sum = 0;
    size_t n = 0;

    (void)state;
    bench->small.lumi[1].idle_w = bench->small.lumi[1].busy_w = 0;
    run(bench);
    assert_int_equal(bench->posting_count, 2 * 3); /* two sites */
    for (size_t i = 0; i < bench->posting_count; i++) {
        const struct mdl_ledger_record *row = &bench->posting[i];
        double length_s, it_j;

        assert_int_equal(row->date_days, day_of(last_day[i / 2]));
        if (row->site != 0) { /* its electricity is free */
            assert_int_equal(row->cents, 0);
            continue;
        }
        length_s = month_s[n + 1] - month_s[n];
        it_j = IDLE_W * NODES * length_s +
               (BUSY_W - IDLE_W) * busy_s(bench, month_s[n], month_s[n + 1]);
        assert_true(fabs((double)row->cents - PUE * it_j / 3.6e9 * 100 * 100) <= 0.51);
        sum += row->cents;
        n++;
    }
    assert_int_equal(n, 3);
    assert_true(figure(bench, "cost.energy", "", "site=lumi") == (double)sum / 100);
    end(bench);
}

/* 100 g/kWh in the hours from noon to midnight of the site's day (UTC + 2 h), none before. */
static void carbon_follows_the_hours_of_the_grid(void **state)
{
    double by_hour[24] = {0}, grams = 0;
    struct bench *bench = prepared_bench();

    (void)state;
    for (size_t i = 12; i < 24; i++)
        by_hour[i] = 100;
    bench->small.site[0].carbon_g_per_kwh =
        (struct sim_hourly){.count = 24, .value = by_hour, .mean = 50};
    run(bench);
    for (size_t h = 0; h < HOURS; h++) {
        double low_s = (double)h * SIM_HOUR_S;
        double it_j = IDLE_W * NODES * SIM_HOUR_S +
                      (BUSY_W - IDLE_W) * busy_s(bench, low_s, low_s + SIM_HOUR_S);

        grams += PUE * it_j / 3.6e6 * by_hour[(h + 2) % 24];
    }
    check_near(of_machine(bench, "carbon.location", ""), grams / 1e6, 1e-9);
    end(bench);
}

/* Nothing is open before 20 January; then a user may have one job inside. */
static void what_is_refused_or_deferred_is_counted_once(void **state)
{
    struct bench *bench = prepared_bench();
    const struct mdl_source_counts *counts;
    struct mdl_source_counts before, after;

    (void)state;
    bench->small.community[0].submit.users = 1;
    bench->small.community[0].submit.queue_limit = 1;
    bench->small.lumi[0].online_days = bench->small.config.start_days + 19;
    create(bench);
    counts = mdl_source_counts(bench->world->source[0]);
    assert_int_equal(sim_run(bench->sim, -1, NULL), SIM_OK);
    before = *counts;
    assert_int_equal(sim_run(bench->sim, bench->plan->end_ns, NULL), SIM_OK);
    after = *counts;
    run(bench);
    assert_true(before.refused > 50 && after.deferred > 500);
    assert_true(figure(bench, "refused", "", "reason=no_capacity") ==
                (double)(after.refused - before.refused));
    assert_true(figure(bench, "deferred", "", "") == (double)(after.deferred - before.deferred));
    end(bench);
}

static void deferred_before_the_start_are_not_of_the_window(void **state)
{
    struct bench *bench = prepared_bench();
    const struct mdl_source_counts *counts;
    uint64_t before;

    (void)state;
    bench->small.community[0].submit.users = 1;
    bench->small.community[0].submit.queue_limit = 2;
    bench->small.config.followup_ns = 0;
    create(bench);
    counts = mdl_source_counts(bench->world->source[0]);
    assert_int_equal(sim_run(bench->sim, -1, NULL), SIM_OK);
    before = counts->deferred;
    run(bench);
    assert_true(before > 5);
    assert_true(figure(bench, "deferred", "", "") == (double)(counts->deferred - before));
    end(bench);
}

static void check_retirement(int64_t offline_days)
{
    const double offline_s = (double)offline_days * SIM_DAY_S;
    struct bench *bench = prepared_bench();
    double draining, busy, installed, released, stranded = 0;

    bench->small.config.preroll_ns = bench->small.config.followup_ns = 0;
    bench->small.community[0].submit.rate_per_s = 2 / SIM_DAY_S;
    bench->small.job_class[0].run = constant(200 * SIM_HOUR_S);
    bench->small.lumi[0].offline_days = bench->small.config.start_days + offline_days;
    run(bench);
    busy = busy_s(bench, 0, window_s(bench));
    draining = busy_s(bench, offline_s, window_s(bench));
    installed = released = NODES * offline_s + draining;
    assert_true(draining > 10 * SIM_HOUR_S); /* three jobs run on */
    check_near(of_machine(bench, "capacity.installed", ""), installed * GPUS / SIM_HOUR_S, 1e-12);
    check_near(of_machine(bench, "capacity.available", ""), released * GPUS / SIM_HOUR_S, 1e-12);
    check_near(of_machine(bench, "utilisation", ""), busy / released, 1e-12);
    check_near(of_machine(bench, "energy", ""),
               PUE * (IDLE_W * installed + (BUSY_W - IDLE_W) * busy) / 3.6e9, 1e-12);
    for (size_t i = 0; i < bench->record_count; i++)
        stranded += isnan(bench->record[i].time_start_s) && bench->record[i].time_submit_s >= 0 &&
                    bench->record[i].time_submit_s < window_s(bench);
    assert_true(stranded > 10);
    assert_true(figure(bench, "stranded", "", "") == stranded);
    for (size_t h = 0; h < HOURS; h++) {
        float use = bench->series[MDL_SERIES_UTILISATION][h];
        double busy_h = busy_s(bench, (double)h * SIM_HOUR_S, (double)(h + 1) * SIM_HOUR_S);

        if (h < (size_t)offline_days * 24)
            check_near(use, busy_h / SIM_HOUR_S / NODES, 1e-6);
        else if (busy_h > 0)
            assert_true(use == 1);
        else
            assert_true(isnan(use));
    }
    end(bench);
}

static void a_retired_machine_drains(void **state)
{
    (void)state;
    check_retirement(20);
}

/* Its last jobs outlive the run: they drain, and are not stranded. */
static void a_machine_may_drain_beyond_the_end(void **state)
{
    (void)state;
    check_retirement(58);
}

/* More than 2^64 bytes in all, at the largest amounts and rates that a scenario may name. */
static void bytes_are_summed_beyond_64_bits(void **state)
{
    struct bench *bench = prepared_bench();
    struct small *small = &bench->small;
    double submitted;

    (void)state;
    small->job_class[0].input = small->job_class[0].output = constant(MDL_JOB_BYTES_MAX);
    small->storage[0].read_bytes_per_s = small->storage[0].write_bytes_per_s = 1e16;
    for (size_t i = 0; i < 3; i++)
        small->link[i].capacity_bytes_per_s = 1e16;
    for (size_t i = 0; i < 2; i++)
        small->line[i].up_bytes_per_s = small->line[i].down_bytes_per_s = 1e16;
    run(bench);
    submitted = figure(bench, "records.submitted", "", "");
    assert_true(submitted * MDL_JOB_BYTES_MAX > 0x1p66);
    check_near(figure(bench, "data.in", "", ""), submitted * 1e6, 1e-12);
    check_near(figure(bench, "data.out", "", ""), submitted * 1e6, 0.01);
    end(bench);
}

/* Jobs that have left give their place back, so that the limit is on those inside. */
static void the_limit_on_jobs_inside_is_on_those_that_have_not_left(void **state)
{
    const uint64_t most_at_a_time = 30; /* of 1,400 */
    struct bench *bench = prepared_bench();
    struct sim_error err = {0};

    (void)state;
    create(bench);
    bench->world->inside[0] = MDL_PARTITION_JOBS_MAX - most_at_a_time;
    run(bench);
    end(bench);
    bench = prepared_bench();
    create(bench);
    bench->world->inside[0] = MDL_PARTITION_JOBS_MAX - 1; /* one that is on its way is too many */
    assert_int_equal(mdl_world_run(bench->world, bench->value, NULL, &err), SIM_ELIMIT);
    assert_non_null(strstr(err.message, "lumi.lumi_g: more than 2000000 jobs are inside"));
    end(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_begin_with_the_window),
        cmocka_unit_test(a_job_is_stamped_at_each_hand_over),
        cmocka_unit_test(hourly_series_are_of_their_hour),
        cmocka_unit_test(electricity_is_posted_at_month_ends),
        cmocka_unit_test(carbon_follows_the_hours_of_the_grid),
        cmocka_unit_test(what_is_refused_or_deferred_is_counted_once),
        cmocka_unit_test(deferred_before_the_start_are_not_of_the_window),
        cmocka_unit_test(data_go_in_one_way_and_home_the_other),
        cmocka_unit_test(a_retired_machine_drains),
        cmocka_unit_test(a_machine_may_drain_beyond_the_end),
        cmocka_unit_test(bytes_are_summed_beyond_64_bits),
        cmocka_unit_test(the_limit_on_jobs_inside_is_on_those_that_have_not_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
