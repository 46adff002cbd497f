/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/unit/output/fixture.h"
#include "output/read_h5.h"

static struct fixture fixture;

static int set_up(void **state)
{
    (void)state;
    fixture_create(&fixture, FIXTURE_SMALL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_destroy(&fixture);
    return 0;
}

static size_t entries(const char *dir)
{
    DIR *folder = opendir(dir);
    size_t count = 0;

    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 2;
}

/* A second later and in another folder: time and place must not show. */
static void equal_runs_are_equal_files(void **state)
{
    static const char *const name[] = {"result.h5", "summary.csv", "summary.json"};
    char a[128], b[128], first[OUT_DIGEST_BYTES], second[OUT_DIGEST_BYTES], path[256];
    struct sim_error err = {0};

    (void)state;
    snprintf(a, sizeof a, "%s/a", fixture.dir);
    snprintf(b, sizeof b, "%s/b", fixture.dir);
    assert_int_equal(fixture_write_to(&fixture, a, OUT_TRACE_JOBS, first, &err), SIM_OK);
    sleep(1);
    assert_int_equal(fixture_write_to(&fixture, b, OUT_TRACE_JOBS, second, &err), SIM_OK);
    assert_string_equal(first, second);
    assert_int_equal(strlen(first), 64);
    for (size_t i = 0; i < 3; i++) {
        size_t bytes_a, bytes_b;
        char *text_a, *text_b;

        snprintf(path, sizeof path, "%s/%s", a, name[i]);
        text_a = fixture_read(path, &bytes_a);
        snprintf(path, sizeof path, "%s/%s", b, name[i]);
        text_b = fixture_read(path, &bytes_b);
        assert_non_null(text_a);
        assert_non_null(text_b);
        assert_int_equal(bytes_a, bytes_b);
        assert_memory_equal(text_a, text_b, bytes_a);
        free(text_a);
        free(text_b);
    }
}

static void digest_of(size_t changed, char *digest)
{
    struct fixture other;
    struct out_run *run;
    struct sim_trace *trace;
    struct fixture_job job = fixture_job(1);
    float value[FIXTURE_NAMES] = {0};

    fixture_create(&other, FIXTURE_SMALL);
    if (changed == 1)
        other.about.seed--;
    if (changed == 2)
        other.value[7] = nextafter(other.value[7], 0.0);
    if (changed == 3)
        job.nodes++;
    if (changed == 4)
        other.input[0].value = "50.000001";
    if (changed == 5)
        value[1] = 1e-30f;
    if (changed == 6)
        other.partition_name[1] = "alpha.other";
    if (changed == 7)
        other.input[0].origin = "elsewhere.yaml:2:2"; /* no value */
    assert_int_equal(out_run_create(other.dir, &other.about, OUT_TRACE_JOBS, false, &run, NULL), 0);
    trace = out_run_trace(run, 0);
    assert_int_equal(trace->row(trace, &fixture_jobs, &job, NULL), SIM_OK);
    assert_int_equal(trace->sample(trace, &other.series[0], value, NULL), SIM_OK);
    assert_int_equal(out_run_finish(run, other.value, other.beyond, 2, digest, NULL), SIM_OK);
    fixture_destroy(&other);
}

static void the_digest_sees_every_value_and_no_origin(void **state)
{
    char base[OUT_DIGEST_BYTES], other[OUT_DIGEST_BYTES];

    (void)state;
    digest_of(0, base);
    for (size_t changed = 1; changed <= 6; changed++) {
        digest_of(changed, other);
        assert_string_not_equal(base, other);
    }
    digest_of(7, other);
    assert_string_equal(base, other);
}

static void a_folder_belongs_to_one_run_at_a_time(void **state)
{
    struct out_run *first, *second;
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(
        out_run_create(fixture.dir, &fixture.about, OUT_TRACE_NONE, false, &first, &err), SIM_OK);
    assert_int_equal(
        out_run_create(fixture.dir, &fixture.about, OUT_TRACE_NONE, false, &second, &err),
        SIM_ELOCKED);
    assert_non_null(strstr(err.message, fixture.dir));
    out_run_abandon(first);
    assert_int_equal(entries(fixture.dir), 0);
    assert_int_equal(
        out_run_create(fixture.dir, &fixture.about, OUT_TRACE_NONE, false, &second, &err), SIM_OK);
    out_run_abandon(second);
}

static void what_a_killed_run_left_is_removed_by_the_next(void **state)
{
    int status;
    pid_t child = fork();
    struct sim_error err = {0};

    (void)state;
    if (child == 0) {
        struct out_run *run;
        if (out_run_create(fixture.dir, &fixture.about, OUT_TRACE_JOBS, false, &run, NULL))
            _exit(1);
        if (fixture_fill(&fixture, out_run_trace(run, 0), NULL))
            _exit(1);
        raise(SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(entries(fixture.dir), 2); /* lock and folder */
    assert_int_equal(fixture_write(&fixture, OUT_TRACE_SUMMARY, &err), SIM_OK);
    assert_int_equal(entries(fixture.dir), 3);
}

static void only_the_traced_replications_have_a_sink(void **state)
{
    struct out_run *run;

    (void)state;
    assert_int_equal(out_run_create(fixture.dir, &fixture.about, OUT_TRACE_NONE, true, &run, NULL),
                     SIM_OK);
    assert_null(out_run_trace(run, 0));
    out_run_abandon(run);
    assert_int_equal(out_run_create(fixture.dir, &fixture.about, OUT_TRACE_JOBS, false, &run, NULL),
                     SIM_OK);
    assert_non_null(out_run_trace(run, 0));
    assert_null(out_run_trace(run, 1));
    out_run_abandon(run);
    assert_int_equal(
        out_run_create(fixture.dir, &fixture.about, OUT_TRACE_SUMMARY, true, &run, NULL), SIM_OK);
    assert_non_null(out_run_trace(run, 1));
    assert_null(out_run_trace(run, 2));
    out_run_abandon(run);
}

static void names_hdf5_cannot_hold_are_refused(void **state)
{
    struct out_labels wrong = {"/labels/a b", 0, NULL};
    struct out_run *run;
    struct sim_error err = {0};

    (void)state;
    fixture.about.labels = &wrong;
    fixture.about.label_count = 1;
    assert_int_equal(out_run_create(fixture.dir, &fixture.about, OUT_TRACE_NONE, false, &run, &err),
                     SIM_EUSAGE);
}

static void a_broken_run_touches_no_final_name(void **state)
{
    struct out_run *run;
    char digest[OUT_DIGEST_BYTES];

    (void)state;
    assert_int_equal(out_run_create(fixture.dir, &fixture.about, OUT_TRACE_NONE, false, &run, NULL),
                     SIM_OK);
    assert_int_equal(out_run_finish_broken(run, fixture.value, fixture.beyond, 2, digest, NULL),
                     SIM_OK);
    assert_true(fixture_exists(fixture_path(&fixture, "result.h5.broken")));
    assert_int_equal(entries(fixture.dir), 1);
}

static void a_run_cut_short_says_so_and_leaves_the_whole_one_alone(void **state)
{
    struct out_run *run;
    struct out_result *result;
    char digest[OUT_DIGEST_BYTES], whole[OUT_DIGEST_BYTES];

    (void)state;
    for (size_t count = 2; count > 0; count--) {
        assert_int_equal(
            out_run_create(fixture.dir, &fixture.about, OUT_TRACE_NONE, false, &run, NULL), 0);
        assert_int_equal(out_run_finish(run, fixture.value, fixture.beyond, count,
                                        count == 2 ? whole : digest, NULL),
                         0);
    }
    assert_int_equal(out_result_open(fixture_path(&fixture, "result.h5"), &result, NULL), 0);
    assert_true(result->summary.is_complete);
    assert_string_equal(result->digest, whole);
    out_result_close(result);
    assert_int_equal(out_result_open(fixture_path(&fixture, "result.partial.h5"), &result, NULL),
                     0);
    assert_false(result->summary.is_complete);
    assert_int_equal(result->summary.replication_count, 1);
    assert_int_equal(result->summary.replications_asked, 2);
    assert_string_equal(result->digest, digest);
    out_result_close(result);
    assert_int_equal(entries(fixture.dir), 6); /* each with its summary.csv and .json */
    assert_int_equal(fixture_write(&fixture, OUT_TRACE_NONE, NULL), SIM_OK);
    assert_int_equal(entries(fixture.dir), 3); /* the next whole one takes the partial one away */
}

/* Runs in a child whose files may not grow beyond `limit` bytes; its status is the exit code. */
static int write_with_limit(rlim_t limit)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        struct rlimit file = {limit, limit};
        struct sim_error err = {0};

        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &file) != 0)
            _exit(99);
        exit(fixture_write(&fixture, OUT_TRACE_JOBS, &err)); /* with HDF5's end of program */
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void a_disk_that_fills_up_anywhere_leaves_the_old_result(void **state)
{
    size_t before_bytes, after_bytes, full;
    char *before, *after;
    int failures = 0;

    (void)state;
    assert_int_equal(fixture_write(&fixture, OUT_TRACE_JOBS, NULL), SIM_OK);
    before = fixture_read(fixture_path(&fixture, "result.h5"), &before_bytes);
    assert_non_null(before);
    fixture.value[5] += 1.0; /* a new result would differ */
    full = before_bytes + 4096;
    for (size_t limit = 0; limit < full; limit += full / 37) {
        int status = write_with_limit(limit);

        if (status == SIM_OK)
            break;
        failures++;
        assert_int_equal(status, SIM_EIO);
        after = fixture_read(fixture_path(&fixture, "result.h5"), &after_bytes);
        assert_non_null(after);
        assert_int_equal(before_bytes, after_bytes);
        assert_memory_equal(before, after, after_bytes);
        free(after);
        assert_int_equal(entries(fixture.dir), 3);
    }
    assert_true(failures > 20);
    assert_int_equal(write_with_limit(full), SIM_OK);
    after = fixture_read(fixture_path(&fixture, "result.h5"), &after_bytes);
    assert_true(before_bytes != after_bytes || memcmp(before, after, after_bytes) != 0);
    free(after);
    free(before);
}

static void a_sink_that_failed_keeps_failing(void **state)
{
    int status;
    pid_t child = fork();

    (void)state;
    if (child == 0) {
        struct rlimit file = {1000, 1000};
        struct out_run *run;
        struct sim_trace *trace;
        struct sim_error err = {0};
        struct fixture_job job = fixture_job(0);
        char digest[OUT_DIGEST_BYTES];

        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &file) != 0 ||
            out_run_create(fixture.dir, &fixture.about, OUT_TRACE_JOBS, false, &run, NULL))
            _exit(1);
        trace = out_run_trace(run, 0);
        if (fixture_fill(&fixture, trace, &err) != SIM_EIO || err.status != SIM_EIO)
            _exit(2);
        if (trace->row(trace, &fixture_jobs, &job, &err) != SIM_EIO)
            _exit(3);
        if (out_run_trace_end(run, 0, &err) != SIM_EIO)
            _exit(4);
        _exit(out_run_finish(run, fixture.value, fixture.beyond, 2, digest, &err) == SIM_EIO ? 0
                                                                                             : 5);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(entries(fixture.dir), 0);
}

static void a_folder_that_cannot_be_made_is_an_error(void **state)
{
    struct out_run *run;
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(out_run_create(fixture_path(&fixture, "no/such"), &fixture.about,
                                    OUT_TRACE_NONE, false, &run, &err),
                     SIM_EIO);
    assert_non_null(strstr(err.message, "no/such"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(equal_runs_are_equal_files),
        TEST(the_digest_sees_every_value_and_no_origin),
        TEST(a_folder_belongs_to_one_run_at_a_time),
        TEST(what_a_killed_run_left_is_removed_by_the_next),
        TEST(only_the_traced_replications_have_a_sink),
        TEST(names_hdf5_cannot_hold_are_refused),
        TEST(a_broken_run_touches_no_final_name),
        TEST(a_run_cut_short_says_so_and_leaves_the_whole_one_alone),
        TEST(a_disk_that_fills_up_anywhere_leaves_the_old_result),
        TEST(a_sink_that_failed_keeps_failing),
        TEST(a_folder_that_cannot_be_made_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
