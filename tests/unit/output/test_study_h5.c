/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/study.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/output/damage.h"
#include "tests/unit/output/study.h"

static char dir[] = "/tmp/aifsim-study-XXXXXX";
static char file[64], table[64];

static int set_up(void **state)
{
    (void)state;
    strcpy(dir + sizeof dir - 7, "XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    snprintf(file, sizeof file, "%s/study.h5", dir);
    snprintf(table, sizeof table, "%s/study.csv", dir);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(file);
    unlink(table);
    return rmdir(dir); /* nothing else was left */
}

static void assert_same_numbers(const double *a, const double *b, size_t count)
{
    assert_memory_equal(a, b, count * sizeof *a);
}

static void what_is_written_reads_back_the_same(void **state)
{
    const struct out_study *back;
    struct study_fixture f;
    char digest[OUT_DIGEST_BYTES];

    (void)state;
    fixture_fill(&f);
    assert_int_equal(out_study_write(dir, &f.study, digest, NULL), SIM_OK);
    assert_true(out_study_is_one(file));
    assert_int_equal(out_study_open(file, &back, NULL), SIM_OK);
    assert_string_equal(back->digest, digest);
    assert_string_equal(back->question, f.study.question);
    assert_string_equal(back->command, f.study.command);
    assert_string_equal(back->scenario_text, f.study.scenario_text);
    assert_int_equal(back->seed, 7);
    assert_int_equal(back->start_days, f.study.start_days);
    assert_int_equal(back->end_days, f.study.end_days);
    assert_true(back->level == 0.95);
    assert_int_equal(back->comparisons, 2);
    assert_int_equal(back->baseline, 1);
    assert_int_equal(back->replication_count, R);
    assert_string_equal(back->option_title[0], "A faster one");
    assert_string_equal(back->world_kind[2], "draw");
    assert_string_equal(back->key_name[1], "utilisation{site=desk}");
    assert_string_equal(back->change_value[0], "30 min");
    assert_string_equal(back->verdict[1], "worse");
    assert_same_numbers(back->value, f.value, O * W * R * F);
    assert_same_numbers(back->difference_half_width, f.adjusted, O * K);
    assert_same_numbers(back->variance_ratio, f.ratio, O * K);
    assert_same_numbers(back->regret, f.regret, K * O * W);
    assert_same_numbers(back->robustness, f.robustness, K * O * M);
    out_study_close(back);
}

static void the_digest_is_of_every_value_but_not_of_places(void **state)
{
    static const char *const elsewhere[] = {"a.yaml:1:1", "b.yaml:2:2"};
    char one[OUT_DIGEST_BYTES], two[OUT_DIGEST_BYTES];
    struct study_fixture f;

    (void)state;
    fixture_fill(&f);
    assert_int_equal(out_study_write(dir, &f.study, one, NULL), SIM_OK);
    f.study.input_origin = elsewhere;
    f.study.version = "0.1";
    f.study.command = "aifsim compare ../desk.yaml";
    assert_int_equal(out_study_write(dir, &f.study, two, NULL), SIM_OK);
    assert_string_equal(one, two);
    f.value[O * W * R * F - 1] += 1;
    assert_int_equal(out_study_write(dir, &f.study, two, NULL), SIM_OK);
    assert_string_not_equal(one, two);
    f.value[O * W * R * F - 1] -= 1;
    f.verdict[0] = "leans better";
    assert_int_equal(out_study_write(dir, &f.study, two, NULL), SIM_OK);
    assert_string_not_equal(one, two);
}

static void the_table_has_a_row_for_each_option_world_and_figure(void **state)
{
    char digest[OUT_DIGEST_BYTES], line[300];
    struct study_fixture f;
    size_t rows = 0;
    FILE *csv;

    (void)state;
    fixture_fill(&f);
    for (size_t r = 0; r < R; r++) /* the last world of the first option has no utilisation */
        f.value[((0 * W + 2) * R + r) * F + 1] = NAN;
    assert_int_equal(out_study_write(dir, &f.study, digest, NULL), SIM_OK);
    csv = fopen(table, "r");
    assert_non_null(csv);
    while (fgets(line, sizeof line, csv)) {
        if (rows == 1) { /* the baseline first; mean of 18.25, 20.25, 22.25; 4.3027 x 2 / sqrt 3 */
            assert_true(strncmp(line, "plan,as planned,wait,mean,,h,20.25,4.968275", 43) == 0);
            assert_non_null(strstr(line, ",3,,,\n"));
        }
        rows++;
    }
    fclose(csv);
    assert_int_equal(rows, 1 + O * W * F - 1);
    /* what the last line says: option less baseline, which has other values by 18 */
    assert_non_null(strstr(line, "fast,draw 1,wait,mean,,h,"));
    assert_non_null(strstr(line, ",3,-18,0,\n"));
}

static void a_damaged_file_is_refused(void **state)
{
    const struct out_study *back = NULL;
    char digest[OUT_DIGEST_BYTES];
    struct sim_error err = {.status = SIM_OK};
    struct study_fixture f;
    struct stat at;
    int fd;

    (void)state;
    fixture_fill(&f);
    assert_int_equal(out_study_write(dir, &f.study, digest, NULL), SIM_OK);
    assert_int_equal(stat(file, &at), 0);
    assert_int_equal(truncate(file, at.st_size / 2), 0);
    assert_int_equal(out_study_open(file, &back, &err), SIM_EIO);
    assert_null(back);
    fd = open(file, O_WRONLY | O_TRUNC);
    assert_true(write(fd, "no study", 8) == 8);
    close(fd);
    assert_int_equal(out_study_open(file, &back, &err), SIM_EIO);
    assert_non_null(strstr(err.message, "is not a study of aifsim"));
    assert_false(out_study_is_one(file));
    assert_false(out_study_is_one("/nowhere/at/all"));
}

static bool reads(const char *path)
{
    const struct out_study *back = NULL;
    struct sim_error err = {.status = SIM_OK};
    bool is_read = out_study_open(path, &back, &err) == SIM_OK;

    if (!is_read) {
        assert_int_equal(err.status, SIM_EIO);
        assert_non_null(strstr(err.message, path));
    }
    out_study_close(back);
    return is_read;
}

static void damage_is_refused(void **state)
{
    char digest[OUT_DIGEST_BYTES];
    struct study_fixture f;
    size_t tries, refused;

    (void)state;
    fixture_fill(&f);
    assert_int_equal(out_study_write(dir, &f.study, digest, NULL), SIM_OK);
    refused = damage_all_over(file, reads, &tries);
    assert_true(reads(file));
    assert_true(refused > tries / 2 + 50 && refused < tries);
}

static void what_a_stranger_put_in_place_is_refused(void **state)
{
    static const char *const name[] = {"/meta/question", "/study/options/name", "/study/values",
                                       "/study/keys/figure", "/study/verdicts/verdict"};
    char digest[OUT_DIGEST_BYTES];
    struct study_fixture f;

    (void)state;
    fixture_fill(&f);
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        for (int kind = 0; kind < DAMAGE_KINDS; kind++) {
            assert_int_equal(out_study_write(dir, &f.study, digest, NULL), SIM_OK);
            damage_replace(file, name[i], (enum damage_kind)kind);
            if (reads(file))
                fail_msg("%s: a thing of kind %d was read", name[i], kind);
        }
}

static void a_changed_value_is_told_by_the_digest(void **state)
{
    const double value = 0.125;
    const struct out_study *back = NULL;
    struct sim_error err = {.status = SIM_OK};
    char digest[OUT_DIGEST_BYTES];
    struct study_fixture f;
    hid_t h5, dataset, scalar = H5Screate(H5S_SCALAR), space;
    const hsize_t first[2] = {0, 0};

    (void)state;
    fixture_fill(&f);
    assert_int_equal(out_study_write(dir, &f.study, digest, NULL), SIM_OK);
    h5 = H5Fopen(file, H5F_ACC_RDWR, H5P_DEFAULT);
    dataset = H5Dopen2(h5, "/study/differences/mean", H5P_DEFAULT);
    space = H5Dget_space(dataset);
    H5Sselect_elements(space, H5S_SELECT_SET, 1, first);
    assert_true(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, scalar, space, H5P_DEFAULT, &value) >= 0);
    H5Sclose(scalar);
    H5Sclose(space);
    H5Dclose(dataset);
    H5Fclose(h5);
    assert_int_equal(out_study_open(file, &back, &err), SIM_EIO);
    assert_non_null(strstr(err.message, "its digest is"));
}

/* The name keeps the last study that was whole. */
static void a_study_that_cannot_be_written_leaves_the_last_one(void **state)
{
    const struct out_study *back;
    char digest[OUT_DIGEST_BYTES], again[OUT_DIGEST_BYTES];
    struct study_fixture f;

    (void)state;
    fixture_fill(&f);
    assert_int_equal(out_study_write(dir, &f.study, digest, NULL), SIM_OK);
    f.study.key_figure =
        (const double[]){0, 5}; /* a figure that is not there: refused on reading */
    assert_int_equal(out_study_write(dir, &f.study, again, NULL), SIM_EIO);
    assert_int_equal(out_study_open(file, &back, NULL), SIM_OK);
    assert_string_equal(back->digest, digest);
    out_study_close(back);
    assert_int_equal(out_study_write("/nowhere/at/all", &f.study, again, NULL), SIM_EIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_reads_back_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_digest_is_of_every_value_but_not_of_places, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_table_has_a_row_for_each_option_world_and_figure,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_file_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_stranger_put_in_place_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_changed_value_is_told_by_the_digest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_study_that_cannot_be_written_leaves_the_last_one, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
