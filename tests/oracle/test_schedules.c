/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Schedules of published simulators (pyss, predictsim), start time by start time: the small cases
 * in tests/data/schedules, and the logs of the Parallel Workloads Archive where AIFSIM_SHARED has
 * them (oracle/schedules/LOG.POLICY.starts.csv, traces/swf/LOG.swf). */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/compute/partition.h"
#include "models/demand/replay.h"
#include "tests/support/check.h"
#include "tests/support/swf_lines.h"

#define DATA "tests/data/schedules/"

static void replay(struct swf_log *log, const struct mdl_policy *policy, uint32_t procs)
{
    const struct mdl_partition_hooks hooks = {0};
    struct mdl_partition *partition;
    struct mdl_replay *demand;
    struct sim *sim;

    assert_int_equal(sim_create(1, 0, 0, 0, &sim, NULL), SIM_OK);
    assert_int_equal(mdl_partition_create(sim, "log", policy, procs, swf_log_width_max(log), &hooks,
                                          &partition, NULL),
                     SIM_OK);
    assert_int_equal(mdl_replay_create(sim, partition, log->jobs, log->count, &demand, NULL),
                     SIM_OK);
    assert_int_equal(sim_run(sim, SIM_NEVER - 1, NULL), SIM_OK);
    assert_true(mdl_replay_is_done(demand));
    assert_int_equal(mdl_partition_state(partition)->jobs_ended, log->count);
    sim_destroy(sim);
}

static size_t differences(const struct swf_log *log, const int64_t *start_s, const char *what)
{
    size_t different = 0;

    for (size_t i = 0; i < log->count; i++) {
        if (log->jobs[i].start_ns == mdl_replay_ns(start_s[i]))
            continue;
        if (different++ < 5)
            print_error("%s: job %" PRIu64 " started at %.9g s, not %" PRId64 " s\n", what,
                        log->jobs[i].id, 1e-9 * (double)log->jobs[i].start_ns, start_s[i]);
    }
    return different;
}

/* ---- the small cases ---- */

static void agrees_with_case(const char *name, const struct mdl_policy *policy, int column)
{
    char path[256];
    struct swf_log *log;
    int64_t *start_s;
    size_t count;

    snprintf(path, sizeof path, DATA "%s.swf", name);
    log = swf_log_read(path);
    assert_non_null(log);
    snprintf(path, sizeof path, DATA "%s.starts.csv", name);
    start_s = csv_column_read(path, column, &count);
    assert_int_equal(count, log->count);
    replay(log, policy, log->procs);
    assert_int_equal(differences(log, start_s, name), 0);
    free(start_s);
    swf_log_free(log);
}

static void small_cases_start_as_worked_out(void **state)
{
    static const char *const names[] = {"T1_hand", "T2_overestimate", "T3_extra_nodes", "T4_ties",
                                        "T5_lcg300"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        agrees_with_case(names[i], &mdl_policy_fcfs, 2);
        agrees_with_case(names[i], &mdl_policy_easy, 3);
    }
}

/* ---- the cases that tell policies and passes apart ---- */

static void starts_are(const char *name, const struct mdl_policy *policy, const int64_t *start_s)
{
    char path[256];
    struct swf_log *log;

    snprintf(path, sizeof path, DATA "mini/%s.swf", name);
    log = swf_log_read(path);
    assert_non_null(log);
    replay(log, policy, 4);
    assert_int_equal(differences(log, start_s, name), 0);
    swf_log_free(log);
}

static void fcfs_passes_nobody(void **state)
{
    (void)state;
    starts_are("fcfs_vs_easy", &mdl_policy_fcfs, (const int64_t[]){2, 7, 10});
}

static void easy_makes_one_pass_after_all_events_of_an_instant(void **state)
{
    (void)state;
    starts_are("fcfs_vs_easy", &mdl_policy_easy, (const int64_t[]){2, 7, 6});
    starts_are("easy_vs_easyfast", &mdl_policy_easy, (const int64_t[]){2, 6, 4});
    starts_are("easy_event_vs_batch", &mdl_policy_easy, (const int64_t[]){0, 1, 3});
    starts_are("cons_event_vs_consfull", &mdl_policy_easy, (const int64_t[]){0, 1, 3});
    starts_are("easy_vs_cons", &mdl_policy_easy, (const int64_t[]){0, 3, 4, 6, 3});
}

static void conservative_makes_a_pass_after_each_event(void **state)
{
    (void)state;
    starts_are("cons_event_vs_consfull", &mdl_policy_conservative, (const int64_t[]){0, 4, 1});
}

static void conservative_rebuild_makes_one_pass_after_all_events_of_an_instant(void **state)
{
    (void)state;
    starts_are("cons_event_vs_consfull", &mdl_policy_conservative_rebuild,
               (const int64_t[]){0, 1, 3});
    starts_are("easy_vs_cons", &mdl_policy_conservative_rebuild, (const int64_t[]){0, 3, 4, 6, 9});
}

/* ---- logs of real machines ---- */

struct log_case {
    const char *log;
    uint32_t procs;
};

static const struct log_case logs[] = {
    {"kth", 100},
    {"kth5k", 100},
    {"hpc2n3k", 240},
    {"lublin", 256},
};

static void agrees_with_log(const struct log_case *known, const struct mdl_policy *policy)
{
    char relative[128], path[512];
    struct swf_log *log;
    int64_t *id, *start_s;
    size_t count;

    snprintf(relative, sizeof relative, "traces/swf/%s.swf", known->log);
    if (!check_shared_path(relative, path, sizeof path))
        return;
    log = swf_log_read(path);
    snprintf(relative, sizeof relative, "oracle/schedules/%s.%s.starts.csv", known->log,
             policy->name);
    if (!check_shared_path(relative, path, sizeof path)) {
        swf_log_free(log);
        return;
    }
    id = csv_column_read(path, 0, &count);
    start_s = csv_column_read(path, 1, &count);
    assert_int_equal(count, log->count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(id[i], log->jobs[i].id);
    replay(log, policy, known->procs);
    print_message("%s %s: %zu starts compared\n", known->log, policy->name, count);
    assert_int_equal(differences(log, start_s, known->log), 0);
    free(id);
    free(start_s);
    swf_log_free(log);
}

static void logs_under_fcfs_start_as_published(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++)
        agrees_with_log(&logs[i], &mdl_policy_fcfs);
}

static void logs_under_easy_start_as_published(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++)
        agrees_with_log(&logs[i], &mdl_policy_easy);
}

static void logs_under_conservative_start_as_published(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++)
        agrees_with_log(&logs[i], &mdl_policy_conservative);
}

static void logs_under_conservative_rebuild_start_as_published(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++)
        agrees_with_log(&logs[i], &mdl_policy_conservative_rebuild);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_cases_start_as_worked_out),
        cmocka_unit_test(fcfs_passes_nobody),
        cmocka_unit_test(easy_makes_one_pass_after_all_events_of_an_instant),
        cmocka_unit_test(conservative_makes_a_pass_after_each_event),
        cmocka_unit_test(conservative_rebuild_makes_one_pass_after_all_events_of_an_instant),
        cmocka_unit_test(logs_under_fcfs_start_as_published),
        cmocka_unit_test(logs_under_easy_start_as_published),
        cmocka_unit_test(logs_under_conservative_start_as_published),
        cmocka_unit_test(logs_under_conservative_rebuild_start_as_published),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
