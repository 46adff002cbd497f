/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/yaml_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/unit/scenarios/toy.h"

struct read {
    struct sim_arena *arena;
    struct scn_errors errors;
    struct scn_reader reader;
    struct scn_node *root;
    enum sim_status status;
};

static struct read *read_bytes(const char *text, size_t bytes)
{
    struct read *read = calloc(1, sizeof *read);

    assert_non_null(read);
    read->arena = sim_arena_create(0);
    scn_reader_init(&read->reader, read->arena, &read->errors);
    read->status = scn_read_memory(&read->reader, "x.yaml", text, bytes, &read->root);
    return read;
}

static void release(struct read *read)
{
    sim_arena_destroy(read->arena);
    free(read);
}

static void refused_bytes(const char *text, size_t bytes, const char *expected)
{
    struct read *read = read_bytes(text, bytes);
    char lines[SCN_ERRORS_MAX * 1100] = "", line[1100];

    for (size_t i = 0; i < read->errors.count; i++) {
        strcat(lines, i ? "\n" : "");
        strcat(lines, scn_error_format(&read->errors.error[i], line, sizeof line));
    }
    assert_string_equal(lines, expected);
    assert_int_equal(read->status, SIM_ESCHEMA);
    release(read);
}

static void refused(const char *text, const char *expected)
{
    refused_bytes(text, strlen(text), expected);
}

static void nodes_know_kind_text_and_place(void **state)
{
    static const char text[] = "a: 1\n\"b c\": [x, 'y']\nd:\n  e: {f: }\ng: |\n  h\n";
    struct read *read = read_bytes(text, sizeof text - 1);
    const struct scn_node *b, *f;

    (void)state;
    assert_int_equal(read->status, SIM_OK);
    assert_int_equal(read->root->kind, SCN_MAP);
    assert_int_equal(read->root->count, 4);
    b = scn_child(read->root, "b c");
    assert_int_equal(b->kind, SCN_LIST);
    assert_int_equal(b->count, 2);
    assert_string_equal(scn_file_of(b), "x.yaml");
    assert_int_equal(b->key->line, 2);
    assert_int_equal(b->key->column, 1);
    assert_int_equal(b->line, 2);
    assert_int_equal(b->column, 8);
    assert_false(b->first->quoted);
    assert_true(b->first->next->quoted);
    assert_string_equal(b->first->next->text, "y");
    assert_int_equal(b->first->next->column, 12);
    assert_string_equal(scn_file_of(b->first), "x.yaml");
    f = scn_find(read->root, "d.e.f", false, NULL);
    assert_true(scn_is_empty(f));
    assert_true(f->key->line == 4 && f->key->column == 7);
    assert_string_equal(scn_child(read->root, "g")->text, "h\n");
    release(read);
}

static void columns_count_characters_not_bytes(void **state)
{
    static const char text[] = "{\"\xC3\xA4\xE2\x82\xAC\": x}\n";
    struct read *read = read_bytes(text, sizeof text - 1);

    (void)state;
    assert_int_equal(read->root->first->column, 8);
    release(read);
}

static void paths_are_found_as_far_as_they_exist(void **state)
{
    static const char text[] = "a: {b: [1, {c: 2}]}\n";
    struct read *read = read_bytes(text, sizeof text - 1);
    const struct scn_node *node;
    size_t found;

    (void)state;
    assert_string_equal(scn_find(read->root, "a.b.1.c", false, &found)->text, "2");
    assert_int_equal(found, 7);
    assert_null(scn_find(read->root, "a.b.2", false, NULL));
    assert_null(scn_find(read->root, "a.x.c", false, NULL));
    node = scn_find(read->root, "a.x.c", true, &found);
    assert_string_equal(node->key->text, "a");
    assert_int_equal(found, 1);
    assert_ptr_equal(scn_find(read->root, "", false, NULL), read->root);
    release(read);
}

static void syntax_errors_name_both_places_and_a_remedy(void **state)
{
    (void)state;
    refused("name: [a\nseed: 3\n",
            "x.yaml:2:5: error: did not find expected ',' or ']' (while parsing a flow sequence "
            "that began at 1:7); close the list with ']' or separate its items by ','");
    refused("name: a: b\n", "x.yaml:1:8: error: mapping values are not allowed in this context; "
                            "put a text that contains ': ' in quotes, or check the indentation");
    refused("name: \"x\n", "x.yaml:2:1: error: found unexpected end of stream (while scanning a "
                           "quoted scalar that began at 1:7); close the quotes");
    refused("name: @x\n",
            "x.yaml:1:7: error: found character that cannot start any token (while scanning for "
            "the next token at 1:7); put the text in quotes");
    refused("a: 1\nb\n", "x.yaml:3:1: error: could not find expected ':' (while scanning a simple "
                         "key that began at 2:1); a key needs a ':' and a space before its value");
}

static void tabs_as_indentation_are_refused(void **state)
{
    (void)state;
    refused("a:\n\tb: 1\n", "x.yaml:2:1: error: a tab in the indentation; use spaces");
    refused("a:\n  b: 1\n  \tc: 2\n", "x.yaml:3:3: error: a tab in the indentation; use spaces");
}

static void anchors_aliases_merge_keys_and_tags_are_refused_all_at_once(void **state)
{
    (void)state;
    refused("a: &x {b: 1}\nc: *x\n<<: {d: 1}\ne: !!int 3\nf: !own [1]\ng: ! x\n",
            "x.yaml:1:4: error: anchor '&x' is refused; write the value where it is used, or use "
            "'extends'\n"
            "x.yaml:2:4: error: alias '*x' is refused; write the value out, or quote it\n"
            "x.yaml:3:1: error: merge key '<<' is refused; write the keys out, or use 'extends'\n"
            "x.yaml:4:4: error: tag '!!int' is refused; delete it, the key says what its value is\n"
            "x.yaml:5:4: error: tag '!own' is refused; delete it, the key says what its value is\n"
            "x.yaml:6:4: error: tag '!' is refused; delete it, the key says what its value is");
}

static void a_quoted_merge_sign_is_an_ordinary_key(void **state)
{
    struct read *read = read_bytes("\"<<\": 1\n", 8);

    (void)state;
    assert_int_equal(read->status, SIM_OK);
    release(read);
}

static void duplicate_keys_are_refused_in_small_and_large_maps(void **state)
{
    char text[4096] = "";
    struct read *read;

    (void)state;
    refused("a: 1\nb: {c: 1, c: 2, c: 3}\n\"a\": 2\n",
            "x.yaml:2:11: error: key 'c' stands twice in one mapping, first at 2:5; delete one\n"
            "x.yaml:2:17: error: key 'c' stands twice in one mapping, first at 2:5; delete one\n"
            "x.yaml:3:1: error: key 'a' stands twice in one mapping, first at 1:1; delete one");
    for (int i = 0; i < 100; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "k%d: 1\n", i * 7 % 99);
    refused(text,
            "x.yaml:100:1: error: key 'k0' stands twice in one mapping, first at 1:1; delete one");
    read = read_bytes("a: 1\na: 2\n", 10); /* reading went on, the first stays */
    assert_non_null(read->root);
    assert_string_equal(scn_child(read->root, "a")->text, "1");
    assert_true(read->root->first->next->refused);
    release(read);
}

static void encodings_other_than_utf8_are_refused_with_their_place(void **state)
{
    (void)state;
    refused_bytes("a: 1\nb\xC3\xA4\0: 2\n", 12,
                  "x.yaml:2:3: error: a NUL byte is not text; if this is UTF-16, save it as UTF-8");
    refused_bytes("\xFF\xFE"
                  "a\0",
                  4, "x.yaml:1:1: error: the file is UTF-16; save it as UTF-8");
    refused("a: 1\nb: \xC3\xA4\xE4\n",
            "x.yaml:2:5: error: byte 0xE4 is not UTF-8; save the file as UTF-8");
    refused("a: \xC0\xAF\n", "x.yaml:1:4: error: byte 0xC0 is not UTF-8; save the file as UTF-8");
    refused("a: \xED\xA0\x80\n",
            "x.yaml:1:4: error: byte 0xED is not UTF-8; save the file as UTF-8");
    refused("a: \xF5\x80\x80\x80\n",
            "x.yaml:1:4: error: byte 0xF5 is not UTF-8; save the file as UTF-8");
    refused("a: \xE2\x82", "x.yaml:1:4: error: byte 0xE2 is not UTF-8; save the file as UTF-8");
    refused("a: \x1B[31m\n", "x.yaml:1:4: error: character U+001B is not allowed; delete it");
    refused("a: 1\r\nb: 2\rc: \x07\n",
            "x.yaml:3:4: error: character U+0007 is not allowed; delete it");
    refused("a: \"\\0\"\n",
            "x.yaml:1:4: error: the value contains NUL; a value is text of at most 4096 bytes");
}

static void a_byte_order_mark_of_utf8_is_accepted(void **state)
{
    struct read *read = read_bytes("\xEF\xBB\xBF"
                                   "a: 1\n",
                                   8);

    (void)state;
    assert_int_equal(read->status, SIM_OK);
    assert_string_equal(scn_child(read->root, "a")->text, "1");
    release(read);
}

static void documents_directives_and_odd_keys_are_refused(void **state)
{
    (void)state;
    refused("a: 1\n---\nb: 1\n",
            "x.yaml:2:1: error: a second document begins here; keep one document a file");
    refused("%YAML 1.1\n---\na: 1\n",
            "x.yaml:1:1: error: directives are refused; delete the lines that start with '%'");
    refused("? [a]\n: 1\n",
            "x.yaml:1:3: error: a key is a mapping or a list; write text, in quotes "
            "if it has brackets");
    refused("\"\": 1\n", "x.yaml:1:1: error: a key is empty; write its name before ':'");
    refused("*a : 1\n",
            "x.yaml:1:1: error: alias '*a' is refused; write the value out, or quote it");
    refused("", "x.yaml:1:1: error: the file is empty; a scenario begins with 'aifsim: 1'");
    refused("# only this\n",
            "x.yaml:1:1: error: the file is empty; a scenario begins with 'aifsim: 1'");
}

static char *repeat(const char *head, const char *part, size_t count)
{
    size_t used = strlen(head), bytes = strlen(part);
    char *text = malloc(used + bytes * count + 1);

    assert_non_null(text);
    strcpy(text, head);
    for (size_t i = 0; i < count; i++, used += bytes)
        memcpy(text + used, part, bytes);
    text[used] = '\0';
    return text;
}

static double slowest_s;

/* Every refusal takes under a second and 64 MB (asserted at three, as the machine is shared;
 * what is quadratic takes ten). */
static void refused_fast(const char *head, const char *part, size_t count, const char *message)
{
    char *text = repeat(head, part, count);
    struct timespec start, end;
    struct read *read;
    double seconds;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    read = read_bytes(text, strlen(text));
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    seconds = (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    assert_int_equal(read->status, SIM_ESCHEMA);
    assert_non_null(strstr(read->errors.error[0].message, message));
    assert_true(sim_arena_bytes(read->arena) < (size_t)48 << 20);
    slowest_s = seconds > slowest_s ? seconds : slowest_s;
#ifdef TOY_IS_TIMED
    assert_true(seconds < 3.0);
#endif
    release(read);
    free(text);
}

static void limits_hold_while_reading(void **state)
{
    (void)state;
    refused_fast("", "[", 1000000, "nested deeper than 64 levels");
    refused_fast("", "- ", 1000000, "nested deeper than 64 levels");
    refused_fast("", "{a: ", 100000, "nested deeper than 64 levels");
    refused_fast("x: [", "a,", 2000000, "more than 1000000 values and keys");
    refused_fast("x: [", "[],", 1390000, "more than 1000000 values and keys");
    refused_fast("x: [", "{},", 1390000, "more than 1000000 values and keys");
    refused_fast("x: {", "a: b,", 800000, "more than 1000000 values and keys");
    refused_fast("", "a:\n", 1300000, "more than 1000000 values and keys");
    refused_fast("x: [", "\"a\": b,", 590000, "more than 1000000 values and keys");
    refused_fast("x: ", "a", 4000000, "the value is too long");
    refused_fast("", "# comment\n", 500000, "the file has more than 4 MiB");
    refused_fast("x: [", "*a,", 1000000, "alias '*a' is refused");
    refused_fast("x: \"", "\\\n", 1000000, "found unexpected end of stream");
    refused_fast("", "? ", 1000000, "a key is a mapping");
    printf("slowest refusal: %.2f s\n", slowest_s);
}

static void depth_64_is_still_read(void **state)
{
    char *open = repeat("", "[", 64), *text = repeat(open, "]", 64);
    struct read *read = read_bytes(text, 128);

    (void)state;
    assert_int_equal(read->status, SIM_OK);
    release(read);
    free(open);
    free(text);
}

static void the_files_of_a_load_share_one_limit(void **state)
{
    char *text = repeat("", "# comment\n", 400000);
    struct read *read = read_bytes("a: 1\n", 5);
    struct scn_node *root;

    (void)state;
    assert_int_equal(scn_read_memory(&read->reader, "1", text, 4000000, &root), SIM_ESCHEMA);
    assert_int_equal(scn_read_memory(&read->reader, "2", text, 4000000, &root), SIM_ESCHEMA);
    assert_int_equal(scn_read_memory(&read->reader, "3", text, 4000000, &root), SIM_ESCHEMA);
    assert_non_null(strstr(read->errors.error[1].message, "the file is empty"));
    assert_string_equal(read->errors.error[2].message,
                        "the files of the scenario have more than 8 MiB together");
    release(read);
    free(text);
}

static void foreign_text_is_cut_and_made_visible(void **state)
{
    char buffer[SCN_PRINTABLE_BYTES], *text;

    (void)state;
    assert_string_equal(scn_printable("a\x1B[2J\tb", buffer), "a\\x1B[2J\\x09b");
    assert_string_equal(scn_printable("gr\xC3\xBC\xC3\x9F", buffer), "gr\xC3\xBC\xC3\x9F");
    assert_string_equal(scn_printable("x\xE2\x80\xAEy", buffer), "x\\xE2\\x80\\xAEy");
    assert_string_equal(scn_printable("x\xE2\x81\xA6y", buffer), "x\\xE2\\x81\\xA6y");
    assert_string_equal(scn_printable("\xC2\x85\xFF", buffer), "\\xC2\\x85\\xFF");
    assert_string_equal(scn_printable("\xEF\xBB\xBF", buffer), "\\xEF\\xBB\\xBF");
    text = repeat("", "x", 81);
    assert_int_equal(strlen(scn_printable(text, buffer)), 83);
    assert_string_equal(buffer + 80, "...");
    free(text);
    text = repeat("", "\xF0\x9F\x98\x80", 100); /* the most bytes that can come out */
    assert_int_equal(strlen(scn_printable(text, buffer)), 4 * 80 + 3);
    free(text);
    text = repeat("", "\x01", 100);
    assert_int_equal(strlen(scn_printable(text, buffer)), 83);
    free(text);
    assert_true(scn_is_printable("gr\xC3\xBC\xC3\x9F"));
    assert_false(scn_is_printable("a\nb"));
    assert_false(scn_is_printable("\xE2\x80\x8B"));
}

static void errors_are_collected_up_to_twenty_and_sorted_by_place(void **state)
{
    struct scn_errors errors = {0};
    char line[300];

    (void)state;
    scn_errors_add(&errors, SIM_ESCHEMA, "b", 2, 1, "one");
    scn_errors_add(&errors, SIM_ESCHEMA, "a", 9, 9, "two");
    scn_errors_add(&errors, SIM_ESCHEMA, "b", 1, 7, "three");
    scn_errors_add(&errors, SIM_ESCHEMA, "a", 9, 2, "four");
    scn_errors_add(&errors, SIM_ESCHEMA, "a", 9, 2, "five");
    scn_errors_sort(&errors);
    assert_string_equal(errors.error[0].message, "three");
    assert_string_equal(errors.error[1].message, "one");
    assert_string_equal(errors.error[2].message, "four");
    assert_string_equal(errors.error[3].message, "five");
    assert_string_equal(errors.error[4].message, "two");
    assert_string_equal(scn_error_format(&errors.error[0], line, sizeof line),
                        "b:1:7: error: three");
    for (int i = 5; i < 20; i++)
        scn_errors_add(&errors, SIM_ESCHEMA, "a", 1, 1, "%d", i);
    assert_false(errors.more);
    assert_int_equal(scn_errors_add(&errors, SIM_EIO, "a", 1, 1, "x"), SIM_EIO);
    assert_true(errors.more);
    assert_int_equal(errors.count, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_know_kind_text_and_place),
        cmocka_unit_test(columns_count_characters_not_bytes),
        cmocka_unit_test(paths_are_found_as_far_as_they_exist),
        cmocka_unit_test(syntax_errors_name_both_places_and_a_remedy),
        cmocka_unit_test(tabs_as_indentation_are_refused),
        cmocka_unit_test(anchors_aliases_merge_keys_and_tags_are_refused_all_at_once),
        cmocka_unit_test(a_quoted_merge_sign_is_an_ordinary_key),
        cmocka_unit_test(duplicate_keys_are_refused_in_small_and_large_maps),
        cmocka_unit_test(encodings_other_than_utf8_are_refused_with_their_place),
        cmocka_unit_test(a_byte_order_mark_of_utf8_is_accepted),
        cmocka_unit_test(documents_directives_and_odd_keys_are_refused),
        cmocka_unit_test(limits_hold_while_reading),
        cmocka_unit_test(depth_64_is_still_read),
        cmocka_unit_test(the_files_of_a_load_share_one_limit),
        cmocka_unit_test(foreign_text_is_cut_and_made_visible),
        cmocka_unit_test(errors_are_collected_up_to_twenty_and_sorted_by_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
