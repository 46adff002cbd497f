/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "output/provenance.h"
#include "output/tables.h"
#include "output/text.h"
#include "tests/unit/output/fixture.h"

static struct fixture fixture;
static struct out_summary *summary;
static char *text;
static size_t text_bytes;

typedef enum sim_status print_fn(FILE *file, const struct out_summary *summary,
                                 struct sim_error *err);

static int set_up(void **state)
{
    (void)state;
    fixture_create(&fixture, FIXTURE_SMALL);
    return out_summary_create(&fixture.about, fixture.value, fixture.beyond, fixture.replications,
                              &summary, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    out_summary_destroy(summary);
    fixture_destroy(&fixture);
    free(text);
    text = NULL;
    return 0;
}

static const char *print(print_fn *print_to)
{
    FILE *file = open_memstream(&text, &text_bytes);

    assert_non_null(file);
    assert_int_equal(print_to(file, summary, NULL), SIM_OK);
    fclose(file);
    return text;
}

static enum sim_status print_json(FILE *file, const struct out_summary *what, struct sim_error *err)
{
    return out_write_json(file, what, "abc", err);
}

static enum sim_status print_expectations(FILE *file, const struct out_summary *what,
                                          struct sim_error *err)
{
    size_t missed;

    return out_print_expectations(file, what, &missed, err);
}

static void number_is(double value, double half_width, const char *expected, const char *half)
{
    char buffer[OUT_NUMBER_BYTES];

    assert_string_equal(out_format_number(value, half_width, buffer), expected);
    if (half)
        assert_string_equal(out_format_half_width(value, half_width, buffer), half);
}

static void digits_follow_the_half_width_and_stop_at_three(void **state)
{
    (void)state;
    number_is(57.63, NAN, "57.6", NULL);
    number_is(57.63, 0.0, "57.6", NULL);
    number_is(57.63, 7.4, "57.6", "7.4");
    number_is(57.63, 24.0, "58", "24");
    number_is(57.63, 0.004, "57.6", "<0.1");
    number_is(0.8124, 0.00821, "0.812", "0.008");
    number_is(0.8124, 0.12, "0.81", "0.12");
    number_is(1234.0, 4.0, "1230", "<10");
    number_is(1234567.0, NAN,
              "1\xE2\x80\xAF"
              "230\xE2\x80\xAF"
              "000",
              NULL);
    number_is(9.996, NAN, "10.0", NULL);
    number_is(-0.0004, 0.2, "-0.0004", "0.20");
    number_is(-0.0001, 0.2, "0.00", "0.20");
    number_is(-3.2, 160.0, "-3", "160");
    number_is(-12.0, 160.0, "-10", "160");
    number_is(-0.42, 28.0, "-0.4", "28");
    number_is(87.0, 93.0, "87", "93");
    number_is(0.0, NAN, "0", NULL);
    number_is(NAN, NAN, "-", NULL);
    number_is(INFINITY, NAN, "-", NULL);
}

static void the_summary_fits_a_terminal_and_holds_no_control(void **state)
{
    const char *line = print(out_print_summary);

    (void)state;
    for (const char *next = line; *next;) {
        uint32_t point = out_utf8_next(&next);
        assert_true(point == '\n' || !out_is_unprintable(point));
    }
    while (*line) {
        char row[1024];
        size_t length = strcspn(line, "\n");

        assert_true(length < sizeof row);
        memcpy(row, line, length);
        row[length] = '\0';
        assert_true(out_text_width(row) <= 100);
        assert_true(length == 0 || row[length - 1] != ' ');
        line += length + 1;
    }
}

static const char *line_of(const char *whole, const char *start)
{
    static char line[512];
    const char *found = strstr(whole, start);

    assert_non_null(found);
    snprintf(line, sizeof line, "%.*s", (int)strcspn(found, "\n"), found);
    return line;
}

static void the_summary_says_what_the_figures_say(void **state)
{
    const struct out_figure *use =
        out_summary_find_by(summary, "utilisation", "partition", "beta.main");
    const struct out_figure *wait = out_summary_find_by(summary, "wait.p95", "kind", "sme");
    char number[OUT_NUMBER_BYTES];

    (void)state;
    print(out_print_summary);
    assert_non_null(strstr(text, "2026-01-01 to 2026-02-10"));
    assert_non_null(strstr(text, "2 replications"));
    out_format_number(100.0 * use->mean, 100.0 * use->half_width, number);
    assert_non_null(strstr(line_of(text, "  main"), number));
    out_format_number(wait->mean, wait->half_width, number);
    assert_non_null(strstr(line_of(text, "SMEs "), number));
    assert_non_null(strstr(line_of(text, "Hours and energy"), "GPU-hours"));
    assert_non_null(strstr(text, "millions"));
    assert_non_null(strstr(text, "\nH100e    ")); /* words that need it are explained */
    assert_null(strstr(text, "PARTIAL"));
    assert_non_null(strstr(text, "GWh"));
    assert_non_null(strstr(text, "\xC2\xB1"));
}

static void one_replication_shows_no_intervals(void **state)
{
    (void)state;
    out_summary_destroy(summary);
    assert_int_equal(
        out_summary_create(&fixture.about, fixture.value, fixture.beyond, 1, &summary, NULL),
        SIM_OK);
    print(out_print_summary);
    assert_null(strstr(text, "\xC2\xB1"));
    assert_non_null(strstr(text, "1 of 2 replications \xC2\xB7"));
    assert_non_null(strstr(text, "PARTIAL"));
}

static void no_figures_print_a_title_and_no_table(void **state)
{
    (void)state;
    summary->figure_count = 0;
    print(out_print_summary);
    assert_null(strstr(text, "Use and waiting"));
}

static void csv_has_one_row_a_figure(void **state)
{
    size_t lines = 0;

    (void)state;
    print(out_write_csv);
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, fixture.about.figure_count + 1);
    assert_memory_equal(
        text,
        "figure,statistic,selector,unit,value,half_width,n,method,at_least,at_most,met,bound\n",
        84);
    assert_non_null(strstr(text, "\nwait,p95,kind=sme,h,"));
    assert_non_null(strstr(text, ",2,\"flow, \"\"sketch\"\" 1 %\",,,,\n"));
}

static void csv_numbers_read_back_to_the_bit(void **state)
{
    const char *row;
    const struct out_figure *wait = out_summary_find_by(summary, "wait.p95", "kind", "sme");

    (void)state;
    print(out_write_csv);
    row = strstr(text, "\nwait,p95,kind=sme,h,") + strlen("\nwait,p95,kind=sme,h,");
    assert_true(strtod(row, NULL) == wait->mean);
    assert_true(strtod(strchr(row, ',') + 1, NULL) == wait->half_width);
}

static void lower_bounds_are_told_as_such_everywhere(void **state)
{
    size_t f = fixture_row(&fixture, "wait", "p95", "kind=sme");
    struct mdl_expectation of_wait = {f, NAN, 5, false};
    char wanted[80], number[OUT_NUMBER_BYTES];

    (void)state;
    fixture.value[f] = fixture.value[fixture.about.figure_count + f] = 7.9;
    fixture.beyond[f] = 1;
    fixture.about.expect = &of_wait;
    fixture.about.expect_count = 1;
    out_summary_destroy(summary);
    assert_int_equal(
        out_summary_create(&fixture.about, fixture.value, fixture.beyond, 2, &summary, NULL), 0);
    assert_string_equal(out_format_mean(&summary->figure[f], 1, number), "> 7.90");
    print(out_print_summary);
    assert_non_null(strstr(line_of(text, "SMEs "), "> 7.90"));
    assert_non_null(strstr(text, "\n> 7.9    "));
    free(text);
    print(print_json);
    assert_non_null(
        strstr(line_of(text, "    {\"figure\": \"wait\", \"statistic\": \"p95\", \"selector\": "
                             "\"kind=sme\""),
               "\"half_width\": null, \"n\": 2, \"is_lower_bound\": true,"));
    free(text);
    print(out_write_csv);
    snprintf(wanted, sizeof wanted, "wait,p95,kind=sme,h,7.9,,2,");
    assert_non_null(strstr(line_of(text, wanted), ",,5,0,>"));
    assert_non_null(strstr(line_of(text, "utilisation,,,"), ",,,,"));
    free(text);
    print(print_expectations);
    assert_non_null(strstr(text, "missed  wait.p95{kind=sme}"));
    assert_non_null(strstr(text, " > 7.90 h, expected at most 5 h"));
    of_wait.at_most = 8;
    free(text);
    print(print_expectations);
    assert_non_null(strstr(text, "open    wait.p95{kind=sme}"));
}

static void csv_cells_that_look_like_formulas_are_disarmed(void **state)
{
    static const char *const hostile[] = {"=1+1", "+1", "-1", "@x", "\tx", "\rx"};

    (void)state;
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        char wanted[32];

        fixture.figure[0].name = hostile[i];
        out_summary_destroy(summary);
        assert_int_equal(
            out_summary_create(&fixture.about, fixture.value, fixture.beyond, 2, &summary, NULL),
            0);
        print(out_write_csv);
        snprintf(wanted, sizeof wanted, "\n\"'%s\",", hostile[i]);
        assert_non_null(strstr(text, wanted));
        free(text);
        text = NULL;
    }
}

static void json_is_json_with_nulls_and_escapes(void **state)
{
    FILE *file;
    char command[512];

    (void)state;
    print(print_json);
    assert_null(strchr(text, '<'));
    assert_null(strchr(text, '\x1b'));
    assert_non_null(strstr(text, "\\u003cscript>"));
    assert_non_null(strstr(text, "\"half_width\": null"));
    assert_null(strstr(text, "nan"));
    assert_non_null(strstr(text, "\"seed\": \"18446744073709551615\""));
    if (system("/usr/bin/python3 -c 'import json' 2>/dev/null") != 0) {
        print_message("skipped: no python3 to read the JSON back\n");
        return;
    }
    file = fopen(fixture_path(&fixture, "x.json"), "w");
    fwrite(text, 1, text_bytes, file);
    fclose(file);
    snprintf(command, sizeof command,
             "/usr/bin/python3 -c 'import json; j = json.load(open(\"%s\")); "
             "assert len(j[\"figures\"]) == %zu and j[\"digest\"] == \"abc\"'",
             fixture_path(&fixture, "x.json"), fixture.about.figure_count);
    assert_int_equal(system(command), 0);
}

static void a_full_disk_is_noticed(void **state)
{
    print_fn *const print_to[] = {out_print_summary, out_write_csv, print_json};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        FILE *file = fopen("/dev/full", "w");
        struct sim_error err = {0};

        assert_non_null(file);
        assert_int_equal(print_to[i](file, summary, &err), SIM_EIO);
        fclose(file);
    }
}

static void the_log_of_a_folder_grows_and_stays_on_its_lines(void **state)
{
    struct out_circumstances what = {.command = "aifsim run\n  digest        forged",
                                     .version = "1",
                                     .outcome = "done",
                                     .replication_count = 3,
                                     .thread_count = 2,
                                     .wall_s = 1.5,
                                     .cpu_s = 2.75,
                                     .digest = "d1"};
    char *log;
    size_t bytes, first;

    (void)state;
    assert_int_equal(out_run_log(fixture.dir, &what, NULL), SIM_OK);
    log = fixture_read(fixture_path(&fixture, "run.log"), &first);
    assert_non_null(strstr(log, "\n  threads       2\n"));
    assert_non_null(strstr(log, "HDF5"));
    assert_null(strstr(log, "\n  digest        forged"));
    free(log);
    assert_int_equal(out_run_log(fixture.dir, &what, NULL), SIM_OK);
    log = fixture_read(fixture_path(&fixture, "run.log"), &bytes);
    assert_true(bytes > first + 100);
    free(log);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(digits_follow_the_half_width_and_stop_at_three),
        TEST(the_summary_fits_a_terminal_and_holds_no_control),
        TEST(the_summary_says_what_the_figures_say),
        TEST(one_replication_shows_no_intervals),
        TEST(no_figures_print_a_title_and_no_table),
        TEST(csv_has_one_row_a_figure),
        TEST(csv_numbers_read_back_to_the_bit),
        TEST(lower_bounds_are_told_as_such_everywhere),
        TEST(csv_cells_that_look_like_formulas_are_disarmed),
        TEST(json_is_json_with_nulls_and_escapes),
        TEST(a_full_disk_is_noticed),
        TEST(the_log_of_a_folder_grows_and_stays_on_its_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
