/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/output/fixture.h"

static void verify_level(enum out_trace_level level)
{
    struct fixture fixture;
    struct sim_error err = {0};

    fixture_create(&fixture, FIXTURE_SMALL);
    assert_int_equal(fixture_write(&fixture, level, &err), SIM_OK);
    if (out_result_verify(fixture_path(&fixture, "result.h5"), &err) != SIM_OK)
        fail_msg("level %d: %s", (int)level, err.message);
    fixture_destroy(&fixture);
}

static void what_was_written_reads_back_at_every_level(void **state)
{
    (void)state;
    verify_level(OUT_TRACE_NONE);
    verify_level(OUT_TRACE_SUMMARY);
    verify_level(OUT_TRACE_JOBS);
}

/* Where the stamp of a job lies in the file: floats are not packed. */
static size_t find_stamp(const char *bytes, size_t byte_count, double stamp)
{
    for (size_t i = 0; i + sizeof stamp <= byte_count; i++) {
        if (memcmp(bytes + i, &stamp, sizeof stamp) == 0)
            return i;
    }
    return SIZE_MAX;
}

static void one_changed_bit_of_one_stamp_is_noticed(void **state)
{
    struct fixture fixture;
    struct sim_error err = {0};
    const char *path;
    char *bytes;
    size_t byte_count = 0, at;
    FILE *file;

    (void)state;
    fixture_create(&fixture, FIXTURE_SMALL);
    assert_int_equal(fixture_write(&fixture, OUT_TRACE_JOBS, &err), SIM_OK);
    path = fixture_path(&fixture, "result.h5");
    bytes = fixture_read(path, &byte_count);
    at = find_stamp(bytes, byte_count, fixture_job(1003).time_submit_s);
    assert_true(at != SIZE_MAX);
    file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, (long)at, SEEK_SET);
    fputc(bytes[at] ^ 1, file);
    assert_int_equal(fclose(file), 0);

    assert_int_equal(out_result_verify(path, &err), SIM_EIO);
    assert_non_null(strstr(err.message, "does not match its SHA-256"));
    free(bytes);
    fixture_destroy(&fixture);
}

static void a_file_that_is_not_there_is_an_error(void **state)
{
    struct fixture fixture;
    struct sim_error err = {0};

    (void)state;
    fixture_create(&fixture, FIXTURE_SMALL);
    assert_int_equal(out_result_verify("no/such/result.h5", &err), SIM_EIO);
    fixture_destroy(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_reads_back_at_every_level),
        cmocka_unit_test(one_changed_bit_of_one_stamp_is_noticed),
        cmocka_unit_test(a_file_that_is_not_there_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
