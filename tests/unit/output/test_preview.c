/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "output/preview.h"
#include "output/text.h"
#include "tests/unit/output/fixture.h"

static struct fixture fixture;

static int tear_down(void **state)
{
    (void)state;
    fixture_destroy(&fixture);
    return 0;
}

static char *preview_of(enum fixture_size size, enum out_trace_level level, size_t columns)
{
    struct sim_error err = {0};
    size_t bytes = 0;
    char *text = NULL;
    FILE *file = open_memstream(&text, &bytes);

    assert_non_null(file);
    fixture_create(&fixture, size);
    assert_int_equal(fixture_write(&fixture, level, &err), SIM_OK);
    assert_int_equal(out_preview(file, fixture_path(&fixture, "result.h5"), columns, &err), SIM_OK);
    fclose(file);
    return text;
}

static size_t widest_line(const char *text)
{
    size_t widest = 0;
    char line[2048];

    while (*text) {
        size_t bytes = strcspn(text, "\n"), width;

        assert_true(bytes < sizeof line);
        memcpy(line, text, bytes);
        line[bytes] = '\0';
        width = out_text_width(line);
        widest = width > widest ? width : widest;
        text += bytes + (text[bytes] == '\n');
    }
    return widest;
}

static void seven_sites_give_curves_and_bars(void **state)
{
    char *text = preview_of(FIXTURE_SEVEN, OUT_TRACE_SUMMARY, 80);

    (void)state;
    assert_non_null(strstr(text, "\nShare in use"));
    assert_non_null(strstr(text, "\nJobs waiting"));
    assert_non_null(strstr(text, "\n95 % start within"));
    assert_non_null(strstr(text, "\nEnergy"));
    assert_non_null(strstr(text, "\nHammerHAI"));
    assert_non_null(strstr(text, "\xE2\x96\x88\n")); /* the longest bar is full */
    free(text);
}

static void no_line_is_wider_than_the_terminal(void **state)
{
    static const size_t columns[] = {50, 80, 133, 200};
    char *text;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        text = preview_of(FIXTURE_SEVEN, OUT_TRACE_SUMMARY, columns[i]);
        assert_int_equal(widest_line(text), columns[i]);
        free(text);
        fixture_destroy(&fixture);
    }
    text = preview_of(FIXTURE_SEVEN, OUT_TRACE_SUMMARY, 1);
    assert_int_equal(widest_line(text), OUT_PREVIEW_COLUMNS_MIN);
    free(text);
    fixture_destroy(&fixture);
    text = preview_of(FIXTURE_SEVEN, OUT_TRACE_SUMMARY, 100000);
    assert_int_equal(widest_line(text), OUT_PREVIEW_COLUMNS_MAX);
    free(text);
}

static void without_series_there_are_bars_alone(void **state)
{
    char *text = preview_of(FIXTURE_SEVEN, OUT_TRACE_NONE, 80);

    (void)state;
    assert_null(strstr(text, "Share in use"));
    assert_non_null(strstr(text, "95 % start within"));
    free(text);
}

/* The names of the small fixture hold escapes, line breaks and marks that turn text around. */
static void names_bring_no_control_bytes(void **state)
{
    char *text = preview_of(FIXTURE_SMALL, OUT_TRACE_SUMMARY, 80);

    (void)state;
    for (const char *next = text; *next;) {
        uint32_t point = out_utf8_next(&next);

        assert_true(point == '\n' || !out_is_unprintable(point));
    }
    assert_null(strstr(text, "\n!touch"));
    free(text);
}

static void a_file_that_is_no_result_is_refused(void **state)
{
    struct sim_error err = {0};

    (void)state;
    fixture_create(&fixture, FIXTURE_SMALL);
    assert_int_equal(out_preview(stdout, "/dev/null", 80, &err), SIM_EIO);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(seven_sites_give_curves_and_bars),    TEST(no_line_is_wider_than_the_terminal),
        TEST(without_series_there_are_bars_alone), TEST(names_bring_no_control_bytes),
        TEST(a_file_that_is_no_result_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
