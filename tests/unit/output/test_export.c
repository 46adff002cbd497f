/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "output/export.h"
#include "tests/unit/output/fixture.h"

static struct fixture fixture;
static struct out_result *result;
static const char *const evil[] = {"=HYPERLINK(\"x\")", "a \"b\", c"};
static const struct mdl_expectation expect[] = {{2, 0.25, NAN, false}, {0, NAN, 7, true}};

static int set_up(void **state)
{
    struct sim_error err = {0};

    (void)state;
    fixture_create(&fixture, FIXTURE_SMALL);
    fixture.labels[2].text = evil;
    fixture.about.expect = expect;
    fixture.about.expect_count = 2;
    if (fixture_write(&fixture, OUT_TRACE_JOBS, &err) ||
        out_result_open(fixture_path(&fixture, "result.h5"), &result, &err)) {
        print_message("%s\n", err.message);
        return -1;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    out_result_close(result);
    fixture_destroy(&fixture);
    return 0;
}

/* The export, to be freed. */
static char *text_of(const char *table, const char *series, enum out_export_format format)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&text, &bytes);

    assert_non_null(file);
    assert_int_equal(table ? out_export_table(file, result, 0, table, format, NULL)
                           : out_export_series(file, result, 0, series, format, NULL),
                     SIM_OK);
    fclose(file);
    return text;
}

static size_t lines_of(const char *text)
{
    size_t lines = 0;

    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

/* More than two chunks, each row in its place. */
static void every_row_of_a_table_is_there(void **state)
{
    char *text = text_of("jobs", NULL, OUT_EXPORT_CSV), *line = text;

    (void)state;
    assert_true(fixture.job_count > 2 * OUT_CHUNK_ROWS);
    assert_int_equal(lines_of(text), fixture.job_count + 1);
    assert_non_null(strstr(text, "time_submit_s"));
    assert_memory_equal(text, "id,", 3);
    for (size_t i = 0; i < fixture.job_count; i++) {
        line = strchr(line, '\n') + 1;
        assert_true(strtoll(line, NULL, 10) == (long long)fixture_job(i).id);
    }
    free(text);
}

static void codes_are_names_and_names_no_formulas(void **state)
{
    char *text = text_of("jobs", NULL, OUT_EXPORT_CSV);

    (void)state;
    assert_non_null(strstr(text, "\"'=HYPERLINK(\"\"x\"\")\""));
    assert_non_null(strstr(text, "\"a \"\"b\"\", c\""));
    assert_null(strstr(text, ",=HYPER"));
    free(text);
    text = text_of("jobs", NULL, OUT_EXPORT_JSON);
    assert_non_null(strstr(text, "\"outcome\": \"=HYPERLINK(\\\"x\\\")\""));
    assert_non_null(strstr(text, "\"time_start_s\": null"));
    free(text);
}

static void series_have_their_hours_and_items(void **state)
{
    char *text = text_of(NULL, "utilisation", OUT_EXPORT_CSV), *line = text, *at;

    (void)state;
    assert_ptr_equal(strstr(text, "time,alpha.gpu,alpha.ai,beta.main\n2026-01-01T00:00Z,"), text);
    assert_int_equal(lines_of(text), fixture.hours + 1);
    for (size_t hour = 0; hour < fixture.hours; hour++) {
        line = strchr(line, '\n') + 1;
        at = strchr(line, ',');
        for (size_t p = 0; p < 3; p++, at = strpbrk(at + 1, ",\n"))
            assert_true(strtof(at + 1, NULL) == fixture_share(&fixture, hour, p));
    }
    free(text);
    text = text_of(NULL, "power", OUT_EXPORT_JSON);
    assert_non_null(strstr(text, "\"unit\": \"W\""));
    assert_non_null(strstr(text, "\"items\": [\"alpha\", \"beta\"]"));
    assert_non_null(strstr(text, "[\"2026-02-09T23:00Z\", 1e+06, 2e+06]\n  ]\n}"));
    free(text);
}

static void what_is_not_there_is_told(void **state)
{
    struct sim_error err;

    (void)state;
    assert_int_equal(out_export_table(stdout, result, 0, "ledger", OUT_EXPORT_CSV, &err), SIM_EIO);
    assert_non_null(strstr(err.message, "no table 'ledger'"));
    assert_int_equal(out_export_table(stdout, result, 1, "jobs", OUT_EXPORT_CSV, &err), SIM_EIO);
    assert_int_equal(out_export_series(stdout, result, 0, "powr", OUT_EXPORT_CSV, &err),
                     SIM_EUSAGE);
    assert_non_null(strstr(err.message, "did you mean 'power'?"));
}

static void a_full_disk_is_noticed(void **state)
{
    FILE *file = fopen("/dev/full", "w");
    struct sim_error err;

    (void)state;
    if (!file)
        skip();
    assert_int_equal(out_export_table(file, result, 0, "jobs", OUT_EXPORT_JSON, &err), SIM_EIO);
    clearerr(file);
    assert_int_equal(out_export_series(file, result, 0, "power", OUT_EXPORT_CSV, &err), SIM_EIO);
    fclose(file);
}

static void expectations_read_back(void **state)
{
    const struct out_summary *summary = &result->summary;

    (void)state;
    assert_int_equal(summary->expect_count, 2);
    assert_true(summary->expect[0].figure == 2 && summary->expect[0].at_least == 0.25 &&
                isnan(summary->expect[0].at_most));
    assert_true(summary->expect[1].figure == 0 && summary->expect[1].at_most == 7 &&
                summary->expect[1].is_open && !summary->expect[0].is_open);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_a_table_is_there),
        cmocka_unit_test(codes_are_names_and_names_no_formulas),
        cmocka_unit_test(series_have_their_hours_and_items),
        cmocka_unit_test(what_is_not_there_is_told),
        cmocka_unit_test(a_full_disk_is_noticed),
        cmocka_unit_test(expectations_read_back),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
