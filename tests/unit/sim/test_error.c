/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/error.h"

static void a_failure_carries_its_status_and_text(void **state)
{
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(sim_fail(&err, SIM_EIO, "disk %d of '%s'", 3, "x"), SIM_EIO);
    assert_int_equal(err.status, SIM_EIO);
    assert_string_equal(err.message, "disk 3 of 'x'");
    assert_true(err.line == 0 && err.column == 0 && err.file[0] == '\0');
}

static void a_failure_with_a_place_carries_file_line_and_column(void **state)
{
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(sim_fail_at(&err, SIM_ESCHEMA, "a.yaml", 41, 14, "no"), SIM_ESCHEMA);
    assert_string_equal(err.file, "a.yaml");
    assert_true(err.line == 41 && err.column == 14 && err.status == SIM_ESCHEMA);
    assert_int_equal(sim_fail_at(&err, SIM_ESCHEMA, NULL, 1, 2, "no"), SIM_ESCHEMA);
    assert_string_equal(err.file, "");
}

static void a_failure_without_a_place_forgets_an_older_one(void **state)
{
    struct sim_error err = {0};

    (void)state;
    (void)sim_fail_at(&err, SIM_ESCHEMA, "a.yaml", 41, 14, "old");
    (void)sim_fail(&err, SIM_ENOMEM, "new");
    assert_true(err.line == 0 && err.column == 0 && err.file[0] == '\0');
}

static void nobody_needs_to_listen(void **state)
{
    (void)state;
    assert_int_equal(sim_fail(NULL, SIM_ETOOL, "%d", 1), SIM_ETOOL);
    assert_int_equal(sim_fail_at(NULL, SIM_ELOCKED, "a", 1, 1, "%d", 1), SIM_ELOCKED);
}

static void long_texts_are_cut_at_the_buffer(void **state)
{
    struct {
        struct sim_error err;
        unsigned char fence[16];
    } box;
    char text[2000];

    (void)state;
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memset(&box, 0xee, sizeof box);
    (void)sim_fail_at(&box.err, SIM_EIO, text, 1, 1, "%s", text);
    assert_int_equal(strlen(box.err.file), sizeof box.err.file - 1);
    assert_int_equal(strlen(box.err.message), sizeof box.err.message - 1);
    for (size_t i = 0; i < sizeof box.fence; i++)
        assert_int_equal(box.fence[i], 0xee);
}

static void exit_codes_are_those_of_the_manual(void **state)
{
    (void)state;
    assert_int_equal(sim_exit_code(SIM_OK), 0);
    assert_int_equal(sim_exit_code(SIM_ECHECK), 1);
    assert_int_equal(sim_exit_code(SIM_EUSAGE), 2);
    assert_int_equal(sim_exit_code(SIM_ESCHEMA), 2);
    assert_int_equal(sim_exit_code(SIM_EIO), 3);
    assert_int_equal(sim_exit_code(SIM_ETOOL), 4);
    assert_int_equal(sim_exit_code(SIM_ENOMEM), 5);
    assert_int_equal(sim_exit_code(SIM_ELIMIT), 5);
    assert_int_equal(sim_exit_code(SIM_ELOCKED), 6);
    assert_int_equal(sim_exit_code(SIM_EINVARIANT), 8);
    assert_int_equal(sim_exit_code(SIM_EINTERRUPTED), 128);
    assert_string_equal(sim_status_text(SIM_OK), "done");
    for (int s = SIM_OK; s <= SIM_EINTERRUPTED; s++)
        assert_true(strlen(sim_status_text((enum sim_status)s)) > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_carries_its_status_and_text),
        cmocka_unit_test(a_failure_with_a_place_carries_file_line_and_column),
        cmocka_unit_test(a_failure_without_a_place_forgets_an_older_one),
        cmocka_unit_test(nobody_needs_to_listen),
        cmocka_unit_test(long_texts_are_cut_at_the_buffer),
        cmocka_unit_test(exit_codes_are_those_of_the_manual),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
