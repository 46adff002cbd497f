/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Memory that ends at every step: a small scenario loaded, and run, with an arena limit that
 * grows until it succeeds. Each failure is a status with a message, and what was taken is given
 * back (run it under `make asan`).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/scenario.h"

/* A bit of everything: two sites, a ramp, transfers, batches, users who hold back. */
static const char small[] =
    "aifsim: 1\n"
    "name: small\n"
    "horizon: {start: 2026-03-02, end: 2026-03-09, preroll: 1 d, followup: 2 d}\n"
    "accelerators: {a100: {worth: {any: 0.36}}}\n"
    "sites:\n"
    "  one:\n"
    "    country: PT\n"
    "    energy: {price: 90 EUR/MWh, carbon: 150 g/kWh, pue: 1.2}\n"
    "    storage: {main: {capacity: 1 PB, read: 5 GB/s, write: 5 GB/s}}\n"
    "    partitions:\n"
    "      gpu: {nodes: 20, gpus_per_node: 4, accelerator: a100, policy: easy,\n"
    "            shares: {union: {part: 50 %}}}\n"
    "      new: {nodes: 30, gpus_per_node: 8, accelerator: a100, allocation: gpu, policy: fcfs,\n"
    "            online: 2026-03-04, ramp: 3 d, shares: {union: {part: 100 %}}}\n"
    "  two: {country: FI, partitions: {cpu: {nodes: 64, policy: conservative}}}\n"
    "network:\n"
    "  hubs: {hub: {}}\n"
    "  links:\n"
    "    a: {from: hub, to: one, capacity: 1 Gbit/s, latency: 3 ms}\n"
    "    b: {from: hub, to: two, capacity: 2 Gbit/s}\n"
    "  access: {line: {up: 100 Mbit/s, down: 500 Mbit/s}}\n"
    "classes:\n"
    "  work: {gpus: {1: 50 %, 8: 50 %}, nodes: {1: 90 %, 32: 10 %}, transfer: 50 %,\n"
    "         run: {lognormal: {median: 40 min, sigma: 1.2}}, walltime: round,\n"
    "         overestimate: {lognormal: {median: 2, sigma: 0.7, min: 1}},\n"
    "         input: {lognormal: {median: 5 GB, sigma: 1}}, output: 300 MB}\n"
    "communities:\n"
    "  a: {country: DE, kind: sme, at: hub, access: {line: 100 %},\n"
    "      submit: {load: 70 % of union, classes: {work: 100 %}, batch: 3, users: 9,\n"
    "               queue_limit: 4}}\n"
    "  b: {country: PT, kind: academia, at: hub, access: {line: 100 %},\n"
    "      submit: {rate: 400 /d, home: {two.cpu: 100 %}, classes: {work: 100 %}}}\n"
    "background:\n"
    "  c: {on: one.gpu, load: 60 %, mix: {work: 100 %}}\n"
    "broker: {rule: home}\n";

static void is_a_clean_failure(enum sim_status status, const struct sim_error *error, size_t limit)
{
    if (status != SIM_ENOMEM && status != SIM_ELIMIT)
        fail_msg("with %zu bytes: status %d, '%s'", limit, (int)status, error->message);
    assert_int_equal(error->status, status);
    assert_true(strlen(error->message) > 0);
}

static void a_scenario_that_does_not_fit_is_refused(void **state)
{
    size_t limit = 1, failures = 0;

    (void)state;
    for (;; limit += limit < 4096 ? 64 : 1024, failures++) {
        struct scenario scenario;
        enum sim_status status = scenario_load(
            &(struct scenario_source){.path = "small", .text = small, .limit_bytes = limit},
            &scenario);

        if (status)
            is_a_clean_failure(status, &scenario.error, limit);
        scenario_release(&scenario);
        if (!status)
            break;
    }
    printf("loaded with %zu bytes after %zu failures\n", limit, failures);
    assert_true(failures > 100);
}

static void a_run_that_does_not_fit_is_ended(void **state)
{
    size_t limit = 1, failures = 0, bytes;
    struct scenario scenario;
    double *value, *whole;

    (void)state;
    scenario_must_load(&(struct scenario_source){.path = "small", .text = small}, &scenario);
    bytes = scenario.plan->figure_count * sizeof *value;
    value = calloc(1, bytes);
    whole = calloc(1, bytes);
    assert_non_null(value);
    assert_non_null(whole);
    assert_int_equal(scenario_replicate(scenario.plan, 1, 0, 0, NULL, whole, NULL), SIM_OK);
    for (;; limit += limit < 4096 ? 64 : 1024, failures++) {
        struct sim_error err = {0};
        struct job_rows rows;
        enum sim_status status;

        job_rows_init(&rows);
        status = scenario_replicate(scenario.plan, 1, 0, limit, &rows.trace, value, &err);
        job_rows_release(&rows);
        if (!status)
            break;
        is_a_clean_failure(status, &err, limit);
    }
    printf("run with %zu bytes after %zu failures\n", limit, failures);
    assert_true(failures > 100);
    assert_memory_equal(value, whole, bytes); /* the limit is no input */
    free(value);
    free(whole);
    scenario_release(&scenario);
}

/* ---- a sink that fails ---- */

struct failing {
    struct sim_trace trace;
    size_t rows_left;
};

static enum sim_status fail_row(struct sim_trace *trace, const struct sim_table *table,
                                const void *record, struct sim_error *err)
{
    struct failing *failing = (struct failing *)(void *)trace;

    (void)table;
    (void)record;
    if (failing->rows_left-- > 0)
        return SIM_OK;
    failing->rows_left = 0;
    return sim_fail(err, SIM_EIO, "the disk is full");
}

static enum sim_status fail_sample(struct sim_trace *trace, const struct sim_series *series,
                                   const float *value, struct sim_error *err)
{
    (void)trace;
    (void)series;
    (void)value;
    (void)err;
    return SIM_OK;
}

static void a_sink_that_fails_ends_the_run_with_its_message(void **state)
{
    struct scenario scenario;
    struct job_rows rows;
    double *value;

    (void)state;
    scenario_must_load(&(struct scenario_source){.path = "small", .text = small}, &scenario);
    value = calloc(scenario.plan->figure_count, sizeof *value);
    assert_non_null(value);
    job_rows_init(&rows);
    assert_int_equal(scenario_replicate(scenario.plan, 1, 0, 0, &rows.trace, value, NULL), SIM_OK);
    for (size_t at = 0; at < rows.count; at += at < 10 ? 1 : rows.count / 50) {
        struct failing failing = {.trace = {.row = fail_row, .sample = fail_sample},
                                  .rows_left = at};
        struct sim_error err = {0};

        assert_int_equal(scenario_replicate(scenario.plan, 1, 0, 0, &failing.trace, value, &err),
                         SIM_EIO);
        assert_string_equal(err.message, "the disk is full");
    }
    job_rows_release(&rows);
    free(value);
    scenario_release(&scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scenario_that_does_not_fit_is_refused),
        cmocka_unit_test(a_run_that_does_not_fit_is_ended),
        cmocka_unit_test(a_sink_that_fails_ends_the_run_with_its_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
