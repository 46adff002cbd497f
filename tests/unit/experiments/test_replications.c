/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "experiments/replications.h"
#include "sim/trace.h"
#include "tests/support/check.h"
#include "tests/unit/models/small.h"

enum { COUNT = 6 };

struct bench {
    struct small small;
    struct sim_arena *arena;
    struct mdl_plan *plan;
    struct exp_replications work;
    double *value; /* [COUNT][figure_count] */
};

static void begin(struct bench *bench)
{
    small_fill(&bench->small);
    bench->small.config.end_days = bench->small.config.start_days + 30;
    bench->arena = sim_arena_create(0);
    assert_int_equal(mdl_plan_create(&bench->small.config, NULL, bench->arena, &bench->plan, NULL),
                     SIM_OK);
    bench->work =
        (struct exp_replications){.plan = bench->plan, .seed = 7, .count = COUNT, .threads = 1};
    bench->value = calloc(COUNT * bench->plan->figure_count, sizeof(double));
    assert_non_null(bench->value);
}

static void end(struct bench *bench)
{
    free(bench->value);
    sim_arena_destroy(bench->arena);
}

static enum sim_status run(struct bench *bench, struct sim_error *err)
{
    return exp_replications_run(&bench->work, bench->value, err);
}

static size_t row_of(const struct mdl_plan *plan, const char *name, const char *selector)
{
    for (size_t i = 0; i < plan->figure_count; i++) {
        if (strcmp(plan->figure[i].name, name) == 0 &&
            strcmp(plan->figure[i].selector, selector) == 0)
            return i;
    }
    fail_msg("there is no figure '%s{%s}'", name, selector);
    return 0;
}

static double mean(const struct bench *bench, const char *name, const char *selector)
{
    size_t row = row_of(bench->plan, name, selector);
    double sum = 0;

    for (size_t i = 0; i < COUNT; i++)
        sum += bench->value[i * bench->plan->figure_count + row];
    return sum / COUNT;
}

static void values_are_the_same_bytes_with_any_number_of_threads(void **state)
{
    struct bench one, other;
    size_t bytes;

    (void)state;
    begin(&one);
    bytes = COUNT * one.plan->figure_count * sizeof(double);
    assert_int_equal(run(&one, NULL), SIM_OK);
    for (size_t threads = 2; threads <= 8; threads *= 2) {
        begin(&other);
        other.work.threads = threads;
        assert_int_equal(run(&other, NULL), SIM_OK);
        assert_memory_equal(one.value, other.value, bytes);
        end(&other);
    }
    end(&one);
}

static void replications_and_seeds_differ_and_a_replication_stands_alone(void **state)
{
    struct bench six, one, other;
    size_t row, count;

    (void)state;
    begin(&six);
    begin(&one);
    begin(&other);
    count = six.plan->figure_count;
    row = row_of(six.plan, "gpu_hours.allocated", "");
    one.work.count = 1;
    other.work.seed = 8;
    assert_int_equal(run(&six, NULL), SIM_OK);
    assert_int_equal(run(&one, NULL), SIM_OK);
    assert_int_equal(run(&other, NULL), SIM_OK);
    assert_memory_equal(one.value, six.value, count * sizeof(double));
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(other.value[i * count + row] != six.value[i * count + row]);
        for (size_t k = 0; k < i; k++)
            assert_true(six.value[i * count + row] != six.value[k * count + row]);
    }
    end(&six);
    end(&one);
    end(&other);
}

/* What is submitted is what was asked for, and the machines are as full as that. */
static void figures_agree_with_the_offered_load(void **state)
{
    struct mdl_offered offered[3];
    struct bench bench;

    (void)state;
    begin(&bench);
    assert_int_equal(run(&bench, NULL), SIM_OK);
    mdl_plan_offered(bench.plan, offered);
    check_near(mean(&bench, "records.submitted", "kind=sme"), 30 * 100 * 0.7, 0.05);
    check_near(mean(&bench, "records.submitted", "partition=lumi.lumi_g"), offered[0].records,
               0.05);
    check_near(mean(&bench, "utilisation", "partition=lumi.lumi_g"), offered[0].community_frac,
               0.05);
    check_near(mean(&bench, "utilisation", "partition=lumi.lumi_c"), offered[1].background_frac,
               0.05);
    check_near(mean(&bench, "utilisation", "partition=bsc.acc"), offered[2].community_frac, 0.05);
    check_near(mean(&bench, "capacity.installed", ""), (400 + 120) * 30 * 24, 1e-12);
    /* 100 nodes at 600 W, and 1.8 kW more while busy; the other machines draw nothing */
    check_near(mean(&bench, "energy", ""),
               (0.6 + 1.8 * mean(&bench, "utilisation", "partition=lumi.lumi_g")) * 0.1 * 720,
               1e-9);
    check_near(mean(&bench, "cost.energy", "site=lumi"), 100 * mean(&bench, "energy", ""), 1e-5);
    end(&bench);
}

/* Bytes over the first link of the way: training jobs of the community that go to lumi. */
static void links_carry_what_jobs_bring_and_take(void **state)
{
    struct bench bench;
    double in_tb, out_tb;

    (void)state;
    begin(&bench);
    assert_int_equal(run(&bench, NULL), SIM_OK);
    in_tb = mean(&bench, "data.in", "site=lumi");
    out_tb = mean(&bench, "data.out", "site=lumi");
    assert_true(in_tb > 0.5);
    check_near(mean(&bench, "link.load", "link=l2 >") * 1.25e9 * 30 * SIM_DAY_S / 1e12, in_tb,
               0.01);
    check_near(mean(&bench, "link.load", "link=l1 >"), mean(&bench, "link.load", "link=l2 >"),
               1e-9);
    check_near(mean(&bench, "link.load", "link=l1 <") * 1.25e9 * 30 * SIM_DAY_S / 1e12, out_tb,
               0.01);
    end(&bench);
}

/* ---- traces, ticks, progress, stop, memory ---- */

struct counter {
    struct sim_trace trace;
    uint64_t rows, samples;
    enum sim_status answer;
};

static enum sim_status count_row(struct sim_trace *trace, const struct sim_table *table,
                                 const void *record, struct sim_error *err)
{
    struct counter *counter = (struct counter *)(void *)trace;

    (void)record;
    counter->rows += table == &mdl_jobs_table;
    if (counter->answer && counter->rows == 100)
        return sim_fail(err, counter->answer, "the disk is full");
    return SIM_OK;
}

static enum sim_status count_sample(struct sim_trace *trace, const struct sim_series *series,
                                    const float *value, struct sim_error *err)
{
    (void)value;
    (void)err;
    ((struct counter *)(void *)trace)->samples += series->item_count;
    return SIM_OK;
}

struct watcher {
    struct counter counter[COUNT];
    atomic_int ticks;
};

static struct sim_trace *trace_of(void *context, size_t replication)
{
    return &((struct watcher *)context)->counter[replication].trace;
}

static void tick(void *context)
{
    ((struct watcher *)context)->ticks++;
}

static void watch(struct bench *bench, struct watcher *watcher)
{
    *watcher = (struct watcher){.ticks = 0};
    for (size_t i = 0; i < COUNT; i++)
        watcher->counter[i].trace = (struct sim_trace){.row = count_row, .sample = count_sample};
    bench->work.trace_of = trace_of;
    bench->work.tick = tick;
    bench->work.context = watcher;
}

static void each_replication_has_its_own_trace_and_tracing_changes_nothing(void **state)
{
    struct sim_progress progress[COUNT] = {{0}};
    struct bench plain, traced;
    struct watcher watcher;

    (void)state;
    begin(&plain);
    begin(&traced);
    watch(&traced, &watcher);
    traced.work.threads = 2;
    traced.work.progress = progress;
    assert_int_equal(run(&plain, NULL), SIM_OK);
    assert_int_equal(run(&traced, NULL), SIM_OK);
    assert_memory_equal(plain.value, traced.value,
                        COUNT * plain.plan->figure_count * sizeof(double));
    for (size_t i = 0; i < COUNT; i++) {
        double submitted =
            traced
                .value[i * plain.plan->figure_count + row_of(plain.plan, "records.submitted", "")];

        assert_true((double)watcher.counter[i].rows > submitted); /* and those of the edges */
        assert_true((double)watcher.counter[i].rows < 1.5 * submitted);
        assert_int_equal(watcher.counter[i].samples, 30 * 24 * (3 * 3 + 2 + 6));
        assert_int_equal(progress[i].now_ns, 35 * SIM_DAY_NS);
        assert_true(progress[i].records > 0 && progress[i].records <= watcher.counter[i].rows);
    }
    end(&plain);
    end(&traced);
}

static void a_trace_that_fails_stops_the_run_with_its_words(void **state)
{
    struct sim_error err = {0};
    struct watcher watcher;
    struct bench bench;

    (void)state;
    begin(&bench);
    watch(&bench, &watcher);
    watcher.counter[2].answer = SIM_EIO;
    assert_int_equal(run(&bench, &err), SIM_EIO);
    assert_int_equal(err.status, SIM_EIO);
    assert_string_equal(err.message, "the disk is full");
    assert_int_equal(watcher.counter[2].rows, 100); /* nothing is written after it */
    assert_true(watcher.counter[1].rows > 100 && watcher.counter[3].rows == 0);
    end(&bench);
}

static void a_raised_stop_flag_interrupts(void **state)
{
    atomic_int stop = 1;
    struct sim_error err = {0};
    struct bench bench;

    (void)state;
    begin(&bench);
    bench.work.stop = &stop;
    assert_int_equal(run(&bench, &err), SIM_EINTERRUPTED);
    stop = 0;
    assert_int_equal(run(&bench, &err), SIM_OK);
    end(&bench);
}

static void too_little_memory_is_an_error_never_a_wrong_result(void **state)
{
    enum sim_status status = SIM_ENOMEM;
    struct bench whole, bench;
    size_t refusals = 0;

    (void)state;
    begin(&whole);
    begin(&bench);
    bench.work.count = 1;
    assert_int_equal(run(&whole, NULL), SIM_OK);
    for (size_t limit = 512; status; limit += limit < 8192 ? 256 : limit / 5) {
        struct sim_error err = {0};

        bench.work.limit_bytes = limit;
        status = run(&bench, &err);
        assert_true(status == SIM_OK || (status == SIM_ENOMEM && err.status == SIM_ENOMEM));
        refusals += status != SIM_OK;
        assert_true(limit < 100000000);
    }
    assert_true(refusals > 20);
    assert_memory_equal(bench.value, whole.value, whole.plan->figure_count * sizeof(double));
    end(&whole);
    end(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_the_same_bytes_with_any_number_of_threads),
        cmocka_unit_test(replications_and_seeds_differ_and_a_replication_stands_alone),
        cmocka_unit_test(figures_agree_with_the_offered_load),
        cmocka_unit_test(links_carry_what_jobs_bring_and_take),
        cmocka_unit_test(each_replication_has_its_own_trace_and_tracing_changes_nothing),
        cmocka_unit_test(a_trace_that_fails_stops_the_run_with_its_words),
        cmocka_unit_test(a_raised_stop_flag_interrupts),
        cmocka_unit_test(too_little_memory_is_an_error_never_a_wrong_result),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
