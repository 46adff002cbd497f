/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct read {
    struct sim_arena *arena;
    struct scn_errors errors;
    struct scn_reader reader;
    struct scn_csv csv;
    enum sim_status status;
};

static struct read *read_limited(const char *text, size_t bytes, size_t limit)
{
    struct read *read = calloc(1, sizeof *read);

    assert_non_null(read);
    read->arena = sim_arena_create(limit);
    if (!read->arena) {
        free(read);
        return NULL;
    }
    scn_reader_init(&read->reader, read->arena, &read->errors);
    read->status = scn_csv_read(&read->reader, "x.csv", text, bytes, &read->csv);
    return read;
}

static struct read *read_text(const char *text)
{
    return read_limited(text, strlen(text), 0);
}

static void release(struct read *read)
{
    sim_arena_destroy(read->arena);
    free(read);
}

static void assert_cell(const struct read *read, size_t row, size_t column, const char *expected)
{
    const struct scn_cell *cell = scn_csv_at(&read->csv, row, column);
    char text[300];

    snprintf(text, sizeof text, "%u:%u %s", cell->line, cell->column, cell->text);
    assert_string_equal(text, expected);
}

static void cells_know_their_text_and_place(void **state)
{
    struct read *read = read_text("\xEF\xBB\xBFkey, name ,n\r\n"
                                  "a,\"x, \"\"y\"\"\",1\r\n"
                                  "\r\n"
                                  "\xC3\xA9t\xC3\xA9,, 2.5 \n"
                                  "c,\" z \" ,");

    (void)state;
    assert_int_equal(read->errors.count, 0);
    assert_int_equal(read->status, SIM_OK);
    assert_int_equal(read->csv.columns, 3);
    assert_int_equal(read->csv.rows, 3);
    assert_string_equal(read->csv.head[1].text, "name");
    assert_int_equal(read->csv.head[1].column, 6);
    assert_int_equal(scn_csv_column(&read->csv, "n"), 2);
    assert_true(scn_csv_column(&read->csv, "m") == SIZE_MAX);
    assert_cell(read, 0, 0, "2:1 a");
    assert_cell(read, 0, 1, "2:3 x, \"y\"");
    assert_cell(read, 0, 2, "2:14 1");
    assert_cell(read, 1, 0, "4:1 \xC3\xA9t\xC3\xA9");
    assert_cell(read, 1, 1, "4:5 ");
    assert_cell(read, 1, 2, "4:7 2.5");
    assert_cell(read, 2, 1, "5:3  z ");
    assert_cell(read, 2, 2, "5:10 ");
    release(read);
}

static void refused(const char *text, const char *expected)
{
    struct read *read = read_text(text);
    char lines[4096] = "", line[1400];

    for (size_t i = 0; i < read->errors.count; i++) {
        strcat(lines, scn_error_format(&read->errors.error[i], line, sizeof line));
        strcat(lines, "\n");
    }
    assert_string_equal(lines, expected);
    assert_int_equal(read->status, SIM_ESCHEMA);
    release(read);
}

static void mistakes_are_told_with_their_place(void **state)
{
    (void)state;
    refused("", "x.csv:1:1: error: the file is empty; a table begins with the names of its "
                "columns\n");
    refused("a,b\n", "x.csv:2:1: error: the table has no rows below its header\n");
    refused("a,b\n1,2\n1,5,2\n3\n",
            "x.csv:3:1: error: 3 cells stand here, but the header names 2 columns; put text with "
            "commas in quotes, and write a decimal point, not a comma\n"
            "x.csv:4:1: error: 1 cells stand here, but the header names 2 columns; put text with "
            "commas in quotes, and write a decimal point, not a comma\n");
    refused("a;b\n1,5;2\n",
            "x.csv:1:1: error: the columns are not separated by commas; write commas between them "
            "and points in decimal numbers\n");
    refused("a,b,a\n1,2,3\n", "x.csv:1:5: error: there are two columns 'a'\n");
    refused("a,,b\n1,2,3\n", "x.csv:1:3: error: a column without a name\n");
    refused("a,b\n1,\"2\n3,4\n",
            "x.csv:2:3: error: the quote that begins here is not closed on its line\n");
    refused("a,b\n\"1\"x,2\n", "x.csv:2:4: error: text after the closing quote; write a comma, or "
                               "\"\" for a quote inside\n");
    refused("a,b\n1,\x1B[2J\n", "x.csv:2:3: error: the cell has control characters, or is not "
                                "UTF-8; save the file as plain UTF-8 text\n");
    refused("a,b\n1,caf\xE9\n", "x.csv:2:3: error: the cell has control characters, or is not "
                                "UTF-8; save the file as plain UTF-8 text\n");
}

static void a_nul_is_no_text(void **state)
{
    struct read *read = read_limited("a,b\n1,2\0 3\n", 12, 0);

    (void)state;
    assert_int_equal(read->status, SIM_ESCHEMA);
    assert_int_equal(read->errors.error[0].line, 2);
    release(read);
}

static void limits_hold(void **state)
{
    size_t bytes = SCN_FILE_BYTES_MAX + 1;
    char *text = malloc(bytes + 1);
    struct read *read;

    (void)state;
    assert_non_null(text);
    memset(text, ',', bytes); /* columns without end */
    text[bytes] = '\0';
    read = read_limited(text, 100000, 0);
    assert_int_equal(read->status, SIM_ESCHEMA);
    release(read);
    read = read_limited(text, bytes, 0);
    assert_non_null(strstr(read->errors.error[0].message, "more than"));
    release(read);
    memset(text, 'x', bytes);
    memcpy(text, "a\n", 2);
    read = read_limited(text, 10000, 0);
    assert_non_null(strstr(read->errors.error[0].message, "4096 bytes"));
    release(read);
    free(text);
}

static void running_out_of_memory_is_told_at_every_size(void **state)
{
    static const char text[] = "a,b\n1,2\n";
    bool is_done = false;

    (void)state;
    for (size_t limit = 64; !is_done; limit += 64) {
        struct read *read = read_limited(text, strlen(text), limit);

        if (!read)
            continue;
        is_done = read->status == SIM_OK;
        assert_true(is_done || read->status == SIM_ENOMEM);
        release(read);
        assert_true(limit < 1 << 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_know_their_text_and_place),
        cmocka_unit_test(mistakes_are_told_with_their_place),
        cmocka_unit_test(a_nul_is_no_text),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(running_out_of_memory_is_told_at_every_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
