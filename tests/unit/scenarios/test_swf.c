/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/swf.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "tests/unit/scenarios/toy.h"

static struct scn_swf_log read_text(struct sim_arena *arena, const char *text)
{
    struct scn_swf_log log;
    struct sim_error err = {0};

    if (scn_swf_read_memory(text, strlen(text), "x.swf", arena, &log, &err) != SIM_OK)
        fail_msg("%s", err.message);
    return log;
}

static const char small[] = "; MaxProcs: 100\n;MaxNodes: 50\n; UnixStartTime: 843480031\n"
                            "; MaxJobs:  4\n\n"
                            " 1 0 964980 97225 56 -1 -1 60 210000 -1 1 2 3 4 5 6 -1 -1\r\n"
                            "2\t10 -1 12.5 8 3.7 -1 -1 -1 -1 0 1 1 -1 -1 -1 -1 -1";

static void fields_and_header_are_read(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct scn_swf_log log = read_text(arena, small);

    (void)state;
    assert_true(log.max_procs == 100 && log.max_nodes == 50 && log.max_jobs == 4);
    assert_true(log.unix_start_s == 843480031);
    assert_int_equal(log.count, 2);
    assert_int_equal(log.line_count, 7);
    assert_true(log.job[0].id == 1 && log.job[0].submit_s == 0 && log.job[0].wait_s == 964980);
    assert_true(log.job[0].run_s == 97225 && log.job[0].estimate_s == 210000);
    assert_true(log.job[0].procs_used == 56 && log.job[0].procs_requested == 60);
    assert_true(log.job[0].status == 1 && log.job[0].user == 2 && log.job[0].group == 3);
    assert_true(log.job[0].queue == 5 && log.job[0].partition == 6);
    assert_true(log.job[1].wait_s == -1 && log.job[1].estimate_s == -1);
    assert_true(log.job[1].run_s == 13); /* 12.5, rounded */
    assert_true(log.job[1].procs_used == 8 && log.job[1].procs_requested == -1);
    sim_arena_destroy(arena);
}

static void refused(const char *text, int line, int column, const char *message)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct scn_swf_log log;
    struct sim_error err = {0};

    assert_int_equal(scn_swf_read_memory(text, strlen(text), "x.swf", arena, &log, &err),
                     SIM_ESCHEMA);
    assert_string_equal(err.message, message);
    assert_string_equal(err.file, "x.swf");
    assert_int_equal(err.line, line);
    assert_int_equal(err.column, column);
    sim_arena_destroy(arena);
}

#define JOB "1 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"

static void a_bad_line_is_an_error_with_its_number(void **state)
{
    (void)state;
    refused("; x\n" JOB "1 2 3\n", 3, 6, "the line has 3 fields; a job has 18 numbers");
    refused(JOB "1 0 x 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", 2, 5,
            "field 3 is not a number; a job has 18, -1 where unknown");
    refused("1 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n", 1, 44,
            "the line has more than 18 fields; a job has 18 numbers");
    refused("1 0 1e3 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", 1, 5,
            "field 3 is not a number; a job has 18, -1 where unknown");
    refused("1 - 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", 1, 3,
            "field 2 is not a number; a job has 18, -1 where unknown");
    refused("1 0 1. 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", 1, 5,
            "field 3 is not a number; a job has 18, -1 where unknown");
    refused("99999999999999999999 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", 1, 1,
            "field 1 is not a number; a job has 18, -1 where unknown");
    refused("job_id,start\n1,2\n", 1, 1, "field 1 is not a number; a job has 18, -1 where unknown");
}

static void a_raw_log_is_cleaned_by_the_rules(void **state)
{
    /* id submit wait run used - - requested estimate */
#define L(id, submit, run, used, requested, estimate)                                              \
#id " " #submit " 0 " #run " " #used " -1 -1 " #requested " " #estimate                        \
        " -1 1 1 1 1 1 1 -1 -1\n"
    static const char text[] = L(1, 50, 10, 4, 4, 20) L(2, 40, 10, 4, -1, 20) L(3, 40, 30, 4, 4, 20)
        L(4, 60, 0, 4, 4, 20) L(5, 61, -1, 4, 4, 20) L(6, 62, 10, 4, 101, 20) L(7, 63, 10, 0, 0, 20)
            L(8, 64, 10, 4, 2, -1) L(9, -1, 10, 4, 2, 20) L(10, 30, 0, 4, 4, 20)
                L(11, 99, 7, 9, 100, 7);
    struct sim_arena *arena = sim_arena_create(0);
    struct scn_swf_log log = read_text(arena, text);
    struct scn_swf_report report;
    static const int64_t id[] = {2, 3, 1, 8, 11}, submit[] = {0, 0, 10, 24, 59},
                         run[] = {10, 20, 10, 10, 7}, estimate[] = {20, 20, 20, 10, 7},
                         procs[] = {4, 4, 4, 2, 100};

    (void)state;
    assert_int_equal(scn_swf_clean(&log, 100, &report, NULL), SIM_OK);
    assert_int_equal(log.count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_true(log.job[i].id == id[i] && log.job[i].submit_s == submit[i]);
        assert_true(log.job[i].run_s == run[i] && log.job[i].estimate_s == estimate[i]);
        assert_true(log.job[i].procs_requested == procs[i] && log.job[i].procs_used == procs[i]);
    }
    assert_int_equal(report.read, 11);
    assert_int_equal(report.kept, 5);
    assert_int_equal(report.dropped_no_run, 3);
    assert_int_equal(report.dropped_no_procs + report.dropped_too_wide, 2);
    assert_int_equal(report.dropped_no_submit, 1);
    assert_int_equal(report.clamped_run, 1);
    assert_int_equal(report.estimate_from_run, 1);
    assert_int_equal(report.procs_from_used, 1);
    assert_true(report.shift_s == 40);
    assert_true(report.moved_in_order == 3);
    sim_arena_destroy(arena);
}

static void an_empty_machine_is_refused_and_an_empty_log_is_fine(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct scn_swf_log log = read_text(arena, "; nothing\n");
    struct scn_swf_report report;

    (void)state;
    assert_int_equal(scn_swf_clean(&log, 0, &report, NULL), SIM_EUSAGE);
    assert_int_equal(scn_swf_clean(&log, 1, &report, NULL), SIM_OK);
    assert_int_equal(report.kept, 0);
    sim_arena_destroy(arena);
}

static void plain_and_gzipped_files_read_alike(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    char path[] = "/tmp/aifsim-swf-XXXXXX";
    struct scn_swf_log log;
    struct sim_error err;
    gzFile file;
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, small, sizeof small - 1), sizeof small - 1);
    close(fd);
    assert_int_equal(scn_swf_read(path, arena, &log, &err), SIM_OK);
    assert_int_equal(log.count, 2);
    file = gzopen(path, "wb");
    for (int i = 0; i < 50000; i++) /* 2 MB: over the end of a buffer */
        assert_true(gzprintf(file, "%d %s", i, &JOB[2]) > 0);
    gzclose(file);
    assert_int_equal(scn_swf_read(path, arena, &log, &err), SIM_OK);
    assert_int_equal(log.count, 50000);
    for (int i = 0; i < 50000; i++)
        assert_true(log.job[i].id == i && log.job[i].partition == 14);
    assert_int_equal(truncate(path, 5000), 0); /* cut in the middle: said, not swallowed */
    assert_int_equal(scn_swf_read(path, arena, &log, &err), SIM_EIO);
    assert_string_equal(err.message, "cannot read the log: unexpected end of file");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(scn_swf_read(path, arena, &log, &err), SIM_EIO);
    assert_int_equal(scn_swf_read("/tmp", arena, &log, &err), SIM_EIO);
    sim_arena_destroy(arena);
}

static void an_arena_that_is_full_is_reported(void **state)
{
    struct sim_arena *arena = sim_arena_create(1000);
    struct scn_swf_log log;
    struct sim_error err;

    (void)state;
    assert_int_equal(scn_swf_read_memory(JOB, sizeof JOB - 1, "x", arena, &log, &err), SIM_ENOMEM);
    sim_arena_destroy(arena);
}

static void shared_path(char path[300], const char *name)
{
    const char *shared = getenv("AIFSIM_SHARED");

    snprintf(path, 300, "%s/traces/swf/%s", shared ? shared : "../shared", name);
}

/* kth.swf is the published log, cleaned by others. */
static void the_published_kth_log_cleans_to_the_reference(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct scn_swf_log raw, clean;
    struct scn_swf_report report;
    char raw_path[300], clean_path[300];

    (void)state;
    shared_path(raw_path, "KTH-SP2-1996-unfiltered.swf");
    shared_path(clean_path, "kth.swf");
    if (access(raw_path, R_OK) != 0 || access(clean_path, R_OK) != 0) {
        printf("skipped: %s is not there\n", raw_path);
        sim_arena_destroy(arena);
        skip();
    }
    assert_int_equal(scn_swf_read(raw_path, arena, &raw, NULL), SIM_OK);
    assert_int_equal(scn_swf_read(clean_path, arena, &clean, NULL), SIM_OK);
    assert_true(raw.max_procs == 100);
    assert_int_equal(scn_swf_clean(&raw, 100, &report, NULL), SIM_OK);
    printf("KTH: %zu read, %zu kept, %zu without run, %zu too wide, %zu clamped\n", report.read,
           report.kept, report.dropped_no_run, report.dropped_too_wide, report.clamped_run);
    assert_int_equal(raw.count, clean.count);
    for (size_t i = 0; i < raw.count; i++) {
        const struct scn_swf_job *a = &raw.job[i], *b = &clean.job[i];

        if (a->submit_s != b->submit_s || a->run_s != b->run_s || a->estimate_s != b->estimate_s ||
            a->procs_requested != b->procs_requested)
            fail_msg("job %zu differs: id %lld and %lld", i, (long long)a->id, (long long)b->id);
    }
    sim_arena_destroy(arena);
}

static void two_million_jobs_a_second_are_read(void **state)
{
    enum { JOBS = 200000, LINE = 110 };
    char *text = malloc((size_t)JOBS * LINE);
    size_t used = 0;
    double best_s = 1e9;

    (void)state;
    assert_non_null(text);
    for (int i = 0; i < JOBS; i++)
        used += (size_t)sprintf(text + used,
                                "%8d %8d %6d %6d %5d     -1    -1 %5d %6d    -1  1 %3d %3d %3d -1 "
                                "-1 -1 -1\n",
                                i, 37 * i, i % 90001, i % 7919, i % 97, i % 97, i % 86400, i % 213,
                                i % 213, i % 3);
    for (int round = 0; round < 7; round++) {
        struct sim_arena *arena = sim_arena_create(0);
        struct timespec start, end;
        struct scn_swf_log log;

        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
        assert_int_equal(scn_swf_read_memory(text, used, "x", arena, &log, NULL), SIM_OK);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
        assert_int_equal(log.count, JOBS);
        double s =
            (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
        best_s = s < best_s ? s : best_s;
        sim_arena_destroy(arena);
    }
    printf("SWF: %.2f M jobs/s\n", JOBS / best_s / 1e6);
#ifdef TOY_IS_TIMED
    assert_true(JOBS / best_s > 1e6); /* half of the aim: the machine is shared */
#endif
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_and_header_are_read),
        cmocka_unit_test(a_bad_line_is_an_error_with_its_number),
        cmocka_unit_test(a_raw_log_is_cleaned_by_the_rules),
        cmocka_unit_test(an_empty_machine_is_refused_and_an_empty_log_is_fine),
        cmocka_unit_test(plain_and_gzipped_files_read_alike),
        cmocka_unit_test(an_arena_that_is_full_is_reported),
        cmocka_unit_test(the_published_kth_log_cleans_to_the_reference),
        cmocka_unit_test(two_million_jobs_a_second_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
