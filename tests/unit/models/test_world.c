/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One machine, one community whose jobs are all alike: what the figures, the series and the ledger
 * must say follows from the stamps of the records by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/world_private.h"
#include "sim/trace.h"
#include "tests/support/check.h"
#include "tests/unit/models/small.h"

enum { RECORDS = 4000, POSTINGS = 8, HOURS = 60 * 24, NODES = 3, GPUS = 4 };

static const double IDLE_W = 600, BUSY_W = 2400, PUE = 1.25;

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
    } else {
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
    if (mdl_world_run(bench->world, bench->value, &err))
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

static double window_s(const struct bench *bench)
{
    return sim_s_from_ns(bench->plan->end_ns);
}

static void a_retired_machine_drains(void **state)
{
    const double offline_s = 20 * SIM_DAY_S, long_s = 90 * SIM_HOUR_S;
    struct bench *bench = prepared_bench();
    double draining, busy, installed, released;

    (void)state;
    bench->small.job_class[0].run = constant(long_s);
    bench->small.lumi[0].offline_days = bench->small.config.start_days + 20;
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
    for (size_t h = 0; h < HOURS; h++) {
        float use = bench->series[MDL_SERIES_UTILISATION][h];
        double busy_h = busy_s(bench, (double)h * SIM_HOUR_S, (double)(h + 1) * SIM_HOUR_S);

        if (h < 20 * 24)
            check_near(use, busy_h / SIM_HOUR_S / NODES, 1e-6);
        else if (busy_h > 0)
            assert_true(use == 1);
        else
            assert_true(isnan(use));
    }
    end(bench);
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
    assert_int_equal(mdl_world_run(bench->world, bench->value, &err), SIM_ELIMIT);
    assert_non_null(strstr(err.message, "lumi.lumi_g: more than 2000000 jobs are inside"));
    end(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_retired_machine_drains),
        cmocka_unit_test(bytes_are_summed_beyond_64_bits),
        cmocka_unit_test(the_limit_on_jobs_inside_is_on_those_that_have_not_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
