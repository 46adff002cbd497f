/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Storage in whole scenarios: what becomes of single jobs, to the second, and what must not change.
 * (Bytes are conserved in every run; the world checks that itself.)
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/check.h"
#include "tests/support/scenario.h"

/* A job every ten days from one user (a log would do; a rate so low leaves no two together). */
static const char frame[] =
    "aifsim: 1\n"
    "name: one job at a time\n"
    "horizon: {start: 2026-01-01, end: 2028-01-01}\n"
    "classes: {x: {%s}}\n"
    "sites:\n"
    "  s:\n"
    "    country: DE\n"
    "    storage: {%s}\n"
    "    partitions: {p: {nodes: 64, policy: %s}}\n"
    "network:\n"
    "  hubs: {h: {}}\n"
    "  links: {l: {from: h, to: s, capacity: 10 Gbit/s, latency: 0 ms}}\n"
    "  access: {line: {up: 1 GB/s, down: 1 GB/s, latency: 0 ms}}\n"
    "communities:\n"
    "  u: {country: DE, kind: sme, at: h, access: {line: 100 %%},\n"
    "      submit: {rate: %s, users: 1, home: {s.p: 100 %%}, classes: {x: 100 %%}}}\n";

struct run {
    struct scenario scenario;
    struct job_rows rows;
    double *value;
};

static void begin(struct run *run, const char *job_class, const char *storage, const char *rate)
{
    static char text[4000];
    struct sim_error err = {0};

    snprintf(text, sizeof text, frame, job_class, storage, "easy", rate);
    if (scenario_load(&(struct scenario_source){.path = "storage", .text = text}, &run->scenario))
        fail_msg("%s\n%s", run->scenario.error.message, text);
    run->value = calloc(run->scenario.plan->figure_count, sizeof *run->value);
    assert_non_null(run->value);
    job_rows_init(&run->rows);
    if (scenario_replicate(run->scenario.plan, 7, 0, 0, &run->rows.trace, run->value, &err))
        fail_msg("%s", err.message);
    job_rows_sort(&run->rows);
    assert_true(run->rows.count > 20);
}

static void end(struct run *run)
{
    job_rows_release(&run->rows);
    free(run->value);
    scenario_release(&run->scenario);
}

static double figure(const struct run *run, const char *name, const char *statistic,
                     const char *selector)
{
    return run->value[scenario_figure(run->scenario.plan, name, statistic, selector)];
}

static double held_s(const struct mdl_job_record *job)
{
    return job->time_end_s - job->time_start_s;
}

/* Jobs that were alone on the machine from their start to their end. */
static bool is_alone(const struct job_rows *rows, size_t i)
{
    const struct mdl_job_record *job = &rows->row[i];

    return !isnan(job->time_end_s) &&
           (i == 0 || rows->row[i - 1].time_end_s < job->time_submit_s) &&
           (i + 1 == rows->count || rows->row[i + 1].time_submit_s > job->time_end_s);
}

static void check_held(const struct run *run, double expected_s)
{
    size_t alone = 0;

    for (size_t i = 0; i < run->rows.count; i++) {
        if (!is_alone(&run->rows, i))
            continue;
        if (fabs(held_s(&run->rows.row[i]) - expected_s) > 1e-3)
            fail_msg("job %zu held %.9f s, not %.9f", i, held_s(&run->rows.row[i]), expected_s);
        alone++;
    }
    assert_true(alone > 20);
}

/* 64 nodes x 5.625 GB at 1 GB/s are 360 s, after each of the hours 1 to 9 of ten. */
static void a_large_job_stands_still_for_its_checkpoints(void **state)
{
    struct run run;

    (void)state;
    begin(&run,
          "nodes: 64, run: 10 h, walltime: exact, overestimate: 2, "
          "checkpoint: {every: 1 h, bytes: 5.625 GB}",
          "main: {capacity: 1 PB, read: 1 GB/s, write: 1 GB/s}", "36 /yr");
    check_held(&run, 36000 + 9 * 360);
    end(&run);
}

/* The same at 3.6 GB/s; each of 360 GB has drained at 0.2 GB/s, in half an hour, before the next.
 */
static void a_burst_tier_takes_checkpoints_and_drains(void **state)
{
    struct run run;

    (void)state;
    begin(&run,
          "nodes: 64, run: 10 h, walltime: exact, overestimate: 2, "
          "checkpoint: {every: 1 h, bytes: 5.625 GB}",
          "fast: {kind: burst, capacity: 400 GB, read: 9 GB/s, write: 3.6 GB/s, drains_to: main}, "
          "main: {capacity: 1 PB, read: 1 GB/s, write: 0.2 GB/s}",
          "36 /yr");
    check_held(&run, 36000 + 9 * 100);
    check_near(figure(&run, "storage.fill", "max", "tier=s.fast"), 0.9, 1e-9);
    assert_true(figure(&run, "storage.fill", "max", "tier=s.main") == 0);
    end(&run);
}

/* With less room than two checkpoints and a slow drain every other one goes to the slow tier. */
static void without_room_checkpoints_go_where_data_arrives(void **state)
{
    struct run run;

    (void)state;
    begin(&run,
          "nodes: 64, run: 10 h, walltime: exact, overestimate: 2, "
          "checkpoint: {every: 1 h, bytes: 5.625 GB}",
          "fast: {kind: burst, capacity: 400 GB, read: 0.05 GB/s, write: 3.6 GB/s, drains_to: "
          "main}, main: {capacity: 1 PB, read: 1 GB/s, write: 1 GB/s}",
          "36 /yr");
    /* two hours to drain, so 1, 3, 5, 7, 9 are fast; the others share the writing with the drain,
     * which weighs 0.05 */
    check_held(&run, 36000 + 5 * 100 + 4 * 360 * 1.05);
    end(&run);
}

/* 32 nodes that write 32 x 7.2 GB an hour evenly, 64 MB/s, of 32 MB/s. */
static void small_jobs_go_on_at_half_the_rate(void **state)
{
    struct run run;

    (void)state;
    begin(&run,
          "nodes: 32, run: 10 h, walltime: exact, overestimate: 3, "
          "checkpoint: {every: 1 h, bytes: 7.2 GB}",
          "main: {capacity: 1 PB, read: 1 GB/s, write: 32 MB/s}", "36 /yr");
    check_held(&run, 72000);
    assert_in_range((int)(10 * figure(&run, "io.slowdown", "mean", "class=x")), 20, 25);
    end(&run);
}

static void who_is_too_slow_is_killed(void **state)
{
    struct run run;

    (void)state;
    begin(&run, "nodes: 32, run: 10 h, walltime: exact, overestimate: 1.5, reads: 2 MB/s",
          "main: {capacity: 1 PB, read: 32 MB/s, write: 1 GB/s}", "36 /yr");
    check_held(&run, 54000);
    for (size_t i = 0; i < run.rows.count; i++)
        assert_true(run.rows.row[i].outcome == MDL_OUTCOME_TIMEOUT ||
                    run.rows.row[i].outcome == MDL_OUTCOME_INSIDE);
    end(&run);
}

/* The user is let in five days after the first job; 1 GB then takes a second, 10,000 files ten. */
static void clearance_and_files_come_before_the_input(void **state)
{
    struct run run;
    double cleared_s;

    (void)state;
    begin(&run, "nodes: 1, run: 1 h, input: 1 GB, files: 10000",
          "main: {capacity: 1 PB, read: 8 GB/s, write: 8 GB/s, secure: true, clearance: 5 d, "
          "files_per_s: 1000 /s}",
          "2 /d");
    cleared_s = run.rows.row[0].time_submit_s + 5 * 86400;
    for (size_t i = 0; i < run.rows.count; i++) {
        const struct mdl_job_record *job = &run.rows.row[i];
        double from_s = fmax(job->time_submit_s, cleared_s);

        if (isnan(job->time_eligible_s))
            continue;
        assert_true(job->time_eligible_s >= from_s + 11 - 1e-6);
        if (i > 20 && run.rows.row[i - 1].time_submit_s + 60 < from_s)
            assert_true(job->time_eligible_s < from_s + 11 + 1e-6);
    }
    end(&run);
}

/* Inputs of 40 GB on 100 GB: two are there at a time, whatever the machine could do. */
static void a_full_tier_holds_up_inputs(void **state)
{
    struct run run;
    double most = 0;

    (void)state;
    begin(&run, "nodes: 1, run: 6 h, input: 40 GB, output: 5 GB",
          "main: {capacity: 100 GB, read: 8 GB/s, write: 8 GB/s}, old: {kind: archive, capacity: "
          "1 TB, read: 1 GB/s, write: 1 GB/s}",
          "7 /d");
    for (size_t i = 0; i < run.rows.count; i++) {
        double running = 0;

        for (size_t k = 0; k < run.rows.count; k++)
            running += run.rows.row[k].time_start_s <= run.rows.row[i].time_start_s &&
                       run.rows.row[k].time_end_s > run.rows.row[i].time_start_s;
        most = fmax(most, running);
    }
    assert_true(most == 2);
    assert_true(figure(&run, "storage.full_wait", "", "tier=s.main") > 100);
    assert_true(figure(&run, "storage.fill", "max", "tier=s.main") <= 1);
    end(&run);
}

/* Storage that gives all that is asked for changes no run, no wait and no order. */
static void reading_that_is_served_changes_nothing(void **state)
{
    static const char work[] = "nodes: {1: 50 %, 20: 50 %}, run: {lognormal: {median: 2 h, sigma: "
                               "1.2, max: 20 h}}, input: 1 GB, output: 1 GB";
    static const char storage[] = "main: {capacity: 1 PB, read: 900 GB/s, write: 900 GB/s}";
    static char reading[400];
    struct run plain, read;

    (void)state;
    snprintf(reading, sizeof reading, "%s, reads: 1 GB/s, checkpoint: {every: 1 h, bytes: 10 GB}",
             work);
    begin(&plain, work, storage, "20 /d");
    begin(&read, reading, storage, "20 /d");
    assert_int_equal(plain.rows.count, read.rows.count);
    for (size_t i = 0; i < plain.rows.count; i++)
        assert_memory_equal(&plain.rows.row[i], &read.rows.row[i],
                            offsetof(struct mdl_job_record, outcome) + 1);
    assert_true(figure(&read, "io.slowdown", "mean", "class=x") == 1);
    end(&plain);
    end(&read);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_job_stands_still_for_its_checkpoints),
        cmocka_unit_test(a_burst_tier_takes_checkpoints_and_drains),
        cmocka_unit_test(without_room_checkpoints_go_where_data_arrives),
        cmocka_unit_test(small_jobs_go_on_at_half_the_rate),
        cmocka_unit_test(who_is_too_slow_is_killed),
        cmocka_unit_test(clearance_and_files_come_before_the_input),
        cmocka_unit_test(a_full_tier_holds_up_inputs),
        cmocka_unit_test(reading_that_is_served_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
