/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <hdf5.h>

#include "output/read_h5.h"
#include "tests/unit/output/damage.h"
#include "tests/unit/output/fixture.h"

static struct fixture fixture;
static struct out_result *result;

static int set_up(void **state)
{
    struct sim_error err = {0};

    (void)state;
    fixture_create(&fixture, FIXTURE_SMALL);
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

static void meta_reads_back(void **state)
{
    (void)state;
    assert_string_equal(result->summary.name, fixture_hostile[4]);
    assert_string_equal(result->summary.version, "0.0.0");
    assert_true(result->summary.seed == UINT64_MAX);
    assert_int_equal(result->summary.start_days, fixture.about.start_days);
    assert_int_equal(result->summary.end_days, fixture.about.end_days);
    assert_string_equal(result->scenario_text, fixture.about.scenario_text);
    assert_string_equal(out_result_meta(result, "option"), "plan");
    assert_null(out_result_meta(result, "host"));
    assert_int_equal(strlen(result->digest), 64);
    assert_int_equal(result->trace_count, 1);
}

static void hostile_inputs_read_back_byte_by_byte(void **state)
{
    (void)state;
    assert_int_equal(result->summary.input_count, fixture.about.input_count);
    for (size_t i = 0; i < fixture.about.input_count; i++) {
        const struct sim_input *is = &result->summary.input[i], *was = &fixture.input[i];

        assert_string_equal(is->path, was->path);
        assert_string_equal(is->value, was->value);
        assert_string_equal(is->unit, was->unit);
        assert_string_equal(is->source, was->source);
        assert_string_equal(is->quality, was->quality);
        assert_string_equal(is->origin, was->origin);
    }
    assert_string_equal(out_summary_title(&result->summary, "beta"), fixture_hostile[2]);
    assert_string_equal(out_summary_title(&result->summary, "beta.main"), "beta.main");
}

static void labels_read_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const struct out_labels *was = &fixture.labels[i];
        const struct out_labels *is = out_summary_labels(&result->summary, was->path);

        assert_non_null(is);
        assert_int_equal(is->count, was->count);
        for (size_t k = 0; k < was->count; k++)
            assert_string_equal(is->text[k], was->text[k]);
    }
}

static void figures_read_back_to_the_bit(void **state)
{
    size_t count = fixture.about.figure_count;

    (void)state;
    assert_int_equal(result->summary.figure_count, count);
    assert_int_equal(result->summary.replication_count, 2);
    assert_memory_equal(result->summary.value, fixture.value, 2 * count * sizeof(double));
    for (size_t f = 0; f < count; f++) {
        assert_string_equal(result->summary.figure[f].name, fixture.figure[f].name);
        assert_string_equal(result->summary.figure[f].statistic, fixture.figure[f].statistic);
        assert_string_equal(result->summary.figure[f].selector, fixture.figure[f].selector);
        assert_string_equal(result->summary.figure[f].method, fixture.figure[f].method);
        assert_int_equal(result->summary.figure[f].better, MDL_BETTER_LOW);
    }
}

/* Two values: the half-width is t(0.975, 1) = 12.7062 times half their distance. */
static void intervals_are_students_over_replications(void **state)
{
    const struct out_figure *all = out_summary_find(&result->summary, "utilisation", "");
    double a = fixture.value[0], b = fixture.value[fixture.about.figure_count];

    (void)state;
    assert_non_null(all);
    assert_true(fabs(all->mean - (a + b) / 2.0) < 1e-12);
    assert_true(fabs(all->half_width - 12.7062 * fabs(a - b) / 2.0) < 1e-4 * all->half_width);
    assert_int_equal(all->n, 2);
    assert_int_equal(result->summary.figure[3].n, 1); /* NaN in one of two */
    assert_true(isnan(result->summary.figure[3].half_width));
}

/* In the second replication 95 % had not started: the mean is a lower bound, without interval. */
static void a_bound_in_one_replication_makes_the_mean_one(void **state)
{
    struct out_result *bounded;
    struct out_summary *made = NULL;
    char dir[160], digest[OUT_DIGEST_BYTES], without[OUT_DIGEST_BYTES];
    size_t f = fixture_row(&fixture, "wait", "p95", "kind=sme"), count = fixture.about.figure_count;
    const struct out_figure *wait;

    (void)state;
    fixture.beyond[count + f] = 1;
    assert_int_equal(
        out_summary_create(&fixture.about, fixture.value, fixture.beyond, 2, &made, NULL), SIM_OK);
    snprintf(dir, sizeof dir, "%s/bounded", fixture.dir);
    fixture.beyond[count + f] = 0;
    assert_int_equal(fixture_write_to(&fixture, dir, OUT_TRACE_NONE, without, NULL), SIM_OK);
    fixture.beyond[count + f] = 1;
    assert_int_equal(fixture_write_to(&fixture, dir, OUT_TRACE_NONE, digest, NULL), SIM_OK);
    fixture.beyond[count + f] = 0;
    strcat(dir, "/result.h5");
    assert_int_equal(out_result_open(dir, &bounded, NULL), SIM_OK);
    wait = &bounded->summary.figure[f];
    assert_true(wait->is_lower_bound && made->figure[f].is_lower_bound);
    assert_true(wait->mean == (fixture.value[f] + fixture.value[count + f]) / 2);
    assert_true(wait->mean == made->figure[f].mean);
    assert_true(isnan(wait->half_width) && isnan(made->figure[f].half_width));
    assert_int_equal(wait->n, 2);
    for (size_t i = 0; i < 2 * count; i++)
        assert_int_equal(bounded->summary.beyond[i], i == count + f);
    assert_false(result->summary.figure[f].is_lower_bound);
    assert_string_not_equal(bounded->digest, without);
    out_summary_destroy(made);
    out_result_close(bounded);
}

static void a_full_name_finds_figures_however_they_are_split(void **state)
{
    (void)state;
    assert_non_null(out_summary_find(&result->summary, "wait.p95", "kind=sme"));
    assert_non_null(out_summary_find_by(&result->summary, "energy", "site", "alpha"));
    assert_null(out_summary_find(&result->summary, "wait", "kind=sme"));
    assert_null(out_summary_find(&result->summary, "wait.p9", "kind=sme"));
    assert_null(out_summary_find(&result->summary, "wait.p95", "kind=nobody"));
}

static void series_read_back_with_what_is_missing(void **state)
{
    struct out_series_data series;
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(out_result_series(result, 0, "series/utilisation", &series, &err), SIM_OK);
    assert_int_equal(series.row_count, fixture.hours);
    assert_int_equal(series.item_count, 3);
    assert_string_equal(series.unit, "1");
    assert_string_equal(series.labels, "/labels/partition");
    for (size_t h = 0; h < series.row_count; h++)
        for (size_t p = 0; p < 3; p++)
            assert_true(series.value[h * 3 + p] == fixture_share(&fixture, h, p));
    out_series_release(&series);
    assert_int_equal(out_result_series(result, 0, "series/nothing", &series, &err), SIM_EIO);
    assert_int_equal(out_result_series(result, 1, "series/utilisation", &series, &err), SIM_EIO);
}

static enum sim_status check_chunk(void *context, const struct out_column_chunk *chunk,
                                   struct sim_error *err)
{
    size_t *seen = context;
    const int64_t *id = chunk->value;

    assert_int_equal(chunk->type, SIM_I64);
    assert_int_equal(chunk->first_row, *seen);
    assert_int_equal(chunk->total_rows, 40000);
    for (size_t i = 0; i < chunk->row_count; i++)
        if (id[i] != fixture_job(chunk->first_row + i).id)
            return sim_fail(err, SIM_ECHECK, "row %zu", chunk->first_row + i);
    *seen += chunk->row_count;
    return SIM_OK;
}

static enum sim_status check_start(void *context, const struct out_column_chunk *chunk,
                                   struct sim_error *err)
{
    const double *start = chunk->value;

    (void)context;
    assert_int_equal(chunk->type, SIM_F64);
    for (size_t i = 0; i < chunk->row_count; i++) {
        double was = fixture_job(chunk->first_row + i).time_start_s;
        if (memcmp(&start[i], &was, sizeof was) != 0)
            return sim_fail(err, SIM_ECHECK, "row %zu", chunk->first_row + i);
    }
    return SIM_OK;
}

static enum sim_status check_small(void *context, const struct out_column_chunk *chunk,
                                   struct sim_error *err)
{
    (void)context;
    for (size_t i = 0; i < chunk->row_count; i++) {
        struct fixture_job job = fixture_job(chunk->first_row + i);
        bool is_same = chunk->type == SIM_U8 ? ((const uint8_t *)chunk->value)[i] == job.outcome
                                             : ((const int32_t *)chunk->value)[i] == job.nodes;
        if (!is_same)
            return sim_fail(err, SIM_ECHECK, "row %zu", chunk->first_row + i);
    }
    return SIM_OK;
}

/* Through HDF5's own filters: what we pack ourselves must come out of them. */
static void columns_of_every_type_read_back_through_the_filters(void **state)
{
    size_t seen = 0;
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(out_result_column(result, 0, "jobs", "id", check_chunk, &seen, &err), SIM_OK);
    assert_int_equal(seen, 40000);
    assert_int_equal(out_result_column(result, 0, "jobs", "time_start_s", check_start, NULL, &err),
                     SIM_OK);
    assert_int_equal(out_result_column(result, 0, "jobs", "nodes", check_small, NULL, &err),
                     SIM_OK);
    assert_int_equal(out_result_column(result, 0, "jobs", "outcome", check_small, NULL, &err),
                     SIM_OK);
    assert_int_equal(out_result_column(result, 0, "jobs", "nothing", check_small, NULL, &err),
                     SIM_EIO);
}

static void tables_that_were_not_announced_are_not_there(void **state)
{
    const char *const *columns = out_result_columns(result, 0, "jobs");

    (void)state;
    assert_non_null(columns);
    assert_string_equal(columns[0], "id");
    assert_string_equal(columns[5], "time_submit_s");
    assert_null(columns[6]);
    assert_null(out_result_columns(result, 0, "attempts"));
}

static void refused(const char *name, const char *bytes, size_t byte_count, const char *why)
{
    struct out_result *other;
    struct sim_error err = {0};
    FILE *file = fopen(fixture_path(&fixture, name), "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, byte_count, file), byte_count);
    fclose(file);
    assert_int_equal(out_result_open(fixture_path(&fixture, name), &other, &err), SIM_EIO);
    assert_non_null(strstr(err.message, name));
    if (why)
        assert_non_null(strstr(err.message, why));
}

/* HDF5 of the same age, of somebody else. */
static void make_foreign(const char *path)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), file;

    H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_LATEST);
    file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    assert_true(file >= 0);
    H5Fclose(file);
    H5Pclose(access);
}

static enum sim_status look_at_nothing(void *context, const struct out_column_chunk *chunk,
                                       struct sim_error *err)
{
    (void)context, (void)chunk, (void)err;
    return SIM_OK;
}

static void what_is_not_ours_or_not_whole_is_refused(void **state)
{
    struct out_result *other;
    struct sim_error err = {0};
    size_t bytes = 0;
    char *whole = fixture_read(fixture_path(&fixture, "result.h5"), &bytes);

    (void)state;
    assert_int_equal(out_result_open("/nonexistent.h5", &other, &err), SIM_EIO);
    refused("empty.h5", "", 0, NULL);
    refused("text.h5", "hello", 5, NULL);
    refused("short.h5", whole, bytes / 2, NULL);
    whole[8] = 0;
    refused("old.h5", whole, bytes, "one of format 1");
    free(whole);
    make_foreign(fixture_path(&fixture, "foreign.h5"));
    assert_int_equal(out_result_open(fixture_path(&fixture, "foreign.h5"), &other, &err), SIM_EIO);
    assert_non_null(strstr(err.message, "is not a result of aifsim"));
}

/* Changes one value of the array at `path` through HDF5, as a wrong hand would. */
static void change_first(const char *file_path, const char *path)
{
    hid_t file = H5Fopen(file_path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT), space = H5Dget_space(dataset);
    const hsize_t first[2] = {0, 0}, one[2] = {1, 1};
    hid_t memory = H5Screate_simple(1, one, NULL);
    double value = 0.125;

    assert_true(dataset >= 0);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, first, NULL, one, NULL);
    assert_true(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, &value) >= 0);
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(dataset);
    assert_true(H5Fclose(file) >= 0);
}

static void figures_that_do_not_match_the_digest_are_refused(void **state)
{
    static const struct {
        const char *path, *why;
    } all[] = {{"/summary/replications", "its digest is"},
               {"/summary/figures/mean", "does not follow from"},
               {"/summary/figures/half_width", "does not follow from"}};
    const char *path = fixture_path(&fixture, "result.h5");
    struct out_result *other;
    struct sim_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_int_equal(fixture_write(&fixture, OUT_TRACE_NONE, &err), SIM_OK);
        change_first(path, all[i].path);
        assert_int_equal(out_result_open(path, &other, &err), SIM_EIO);
        assert_non_null(strstr(err.message, all[i].why));
    }
}

static void a_changed_value_is_told_when_its_column_was_read(void **state)
{
    const char *path = fixture_path(&fixture, "result.h5");
    struct out_series_data series;
    struct out_result *other;
    struct sim_error err = {0};

    (void)state;
    assert_int_equal(fixture_write(&fixture, OUT_TRACE_JOBS, &err), SIM_OK);
    change_first(path, "/replications/0000/series/utilisation");
    change_first(path, "/replications/0000/jobs/time_start_s");
    assert_int_equal(out_result_open(path, &other, &err), SIM_OK);
    assert_int_equal(out_result_series(other, 0, "series/utilisation", &series, &err), SIM_EIO);
    assert_int_equal(
        out_result_column(other, 0, "jobs", "time_start_s", look_at_nothing, NULL, &err), SIM_EIO);
    assert_non_null(strstr(err.message, "does not match its SHA-256"));
    assert_int_equal(out_result_check(other, "/replications/0000/jobs/id", &err), SIM_OK);
    assert_int_equal(out_result_check(other, "/replications/0000/jobs", &err), SIM_EIO);
    out_result_close(other);
}

static bool reads(const char *path)
{
    struct sim_error err = {.status = SIM_OK};
    struct out_result *other = NULL;
    bool is_read = !out_result_open(path, &other, &err) && !out_result_check(other, "", &err);

    if (!is_read) {
        assert_int_equal(err.status, SIM_EIO);
        assert_non_null(strstr(err.message, path));
    }
    out_result_close(other);
    return is_read;
}

/* Refused, or read as before where the byte means nothing; never a crash. */
static void damage_is_refused(void **state)
{
    const char *path = fixture_path(&fixture, "result.h5");
    size_t tries, refused_count;

    (void)state;
    assert_int_equal(fixture_write(&fixture, OUT_TRACE_NONE, NULL), SIM_OK);
    refused_count = damage_all_over(path, reads, &tries);
    assert_true(reads(path));
    assert_true(refused_count > tries / 2 + 50 && refused_count < tries);
}

static void what_a_stranger_put_in_place_is_refused(void **state)
{
    static const char *const name[] = {"/meta/columns",
                                       "/inputs/path",
                                       "/labels/site",
                                       "/summary/figures/mean",
                                       "/summary/replications",
                                       "/replications/0000/series/queue",
                                       "/replications/0000/jobs/id"};
    char path[300], other[300];
    size_t byte_count;
    char *bytes;

    (void)state;
    assert_int_equal(fixture_write(&fixture, OUT_TRACE_JOBS, NULL), SIM_OK);
    snprintf(path, sizeof path, "%s", fixture_path(&fixture, "result.h5"));
    snprintf(other, sizeof other, "%s", fixture_path(&fixture, "other.h5"));
    bytes = fixture_read(path, &byte_count);
    damage_write(other, bytes, byte_count);
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        for (int kind = 0; kind < DAMAGE_KINDS; kind++) {
            damage_write(path, bytes, byte_count);
            damage_replace(path, name[i], (enum damage_kind)kind);
            if (reads(path))
                fail_msg("%s: a thing of kind %d was read", name[i], kind);
        }
    free(bytes);
}

static void a_run_without_traces_holds_figures_only(void **state)
{
    struct out_result *other;
    char dir[128], path[160];

    (void)state;
    snprintf(dir, sizeof dir, "%s/none", fixture.dir);
    snprintf(path, sizeof path, "%s/result.h5", dir);
    assert_int_equal(fixture_write_to(&fixture, dir, OUT_TRACE_NONE, NULL, NULL), SIM_OK);
    assert_int_equal(out_result_open(path, &other, NULL), SIM_OK);
    assert_int_equal(other->trace_count, 0);
    assert_int_equal(other->summary.figure_count, fixture.about.figure_count);
    assert_false(out_result_has(other, 0, "series/utilisation"));
    out_result_close(other);
}

static void a_run_with_nothing_in_it_reads_back(void **state)
{
    struct out_about empty = {.version = "0", .name = "", .scenario_text = ""};
    struct out_result *other;
    struct out_run *run;
    char digest[OUT_DIGEST_BYTES], path[160];
    double none = 0.0;
    uint8_t never = 0;

    (void)state;
    snprintf(path, sizeof path, "%s/void", fixture.dir);
    assert_int_equal(out_run_create(path, &empty, OUT_TRACE_FULL, false, &run, NULL), SIM_OK);
    assert_int_equal(out_run_finish(run, &none, &never, 0, digest, NULL), SIM_OK);
    strcat(path, "/result.h5");
    assert_int_equal(out_result_open(path, &other, NULL), SIM_OK);
    assert_string_equal(other->digest, digest);
    assert_int_equal(other->summary.input_count, 0);
    out_result_close(other);
}

/* Others must open it too; h5py is a test's helper, never needed to run. */
static void h5py_opens_it(void **state)
{
    static const char script[] =
        "import sys, h5py\n"
        "f = h5py.File(sys.argv[1], 'r')\n"
        "j = f['replications/0000/jobs']\n"
        "assert j['id'].shape == (40000,) and j['id'][39999] == 3 * 39999 - 5\n"
        "assert j['outcome'].attrs['labels'] == b'/labels/outcome'\n"
        "assert f['labels/outcome'].asstr()[1] == 'failed'\n"
        "u = f['replications/0000/series/utilisation']\n"
        "assert u.shape == (960, 3) and u.dtype == 'f4'\n"
        "assert j['time_start_s'].compression is None and j['id'].compression == 'gzip'\n"
        "assert j['id'].chunks == (16384,) and j['id'].shuffle\n"
        "missing = []\n"
        "def look(name, o):\n"
        "    if isinstance(o, h5py.Dataset) and not {'units', 'description'} <= set(o.attrs):\n"
        "        missing.append(name)\n"
        "f.visititems(look)\n"
        "assert not missing, missing\n"
        "assert f['meta'].attrs['seed'] == b'18446744073709551615'\n";
    char path[128], command[400];
    FILE *file;

    (void)state;
    if (system("/usr/bin/python3 -c 'import h5py' 2>/dev/null") != 0) {
        print_message("skipped: no python3 with h5py\n");
        skip();
    }
    snprintf(path, sizeof path, "%s/look.py", fixture.dir);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(script, file);
    fclose(file);
    snprintf(command, sizeof command, "/usr/bin/python3 '%s' '%s/result.h5'", path, fixture.dir);
    assert_int_equal(system(command), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(meta_reads_back),
        TEST(hostile_inputs_read_back_byte_by_byte),
        TEST(labels_read_back),
        TEST(figures_read_back_to_the_bit),
        TEST(intervals_are_students_over_replications),
        TEST(a_bound_in_one_replication_makes_the_mean_one),
        TEST(a_full_name_finds_figures_however_they_are_split),
        TEST(series_read_back_with_what_is_missing),
        TEST(columns_of_every_type_read_back_through_the_filters),
        TEST(tables_that_were_not_announced_are_not_there),
        TEST(what_is_not_ours_or_not_whole_is_refused),
        TEST(figures_that_do_not_match_the_digest_are_refused),
        TEST(a_changed_value_is_told_when_its_column_was_read),
        TEST(damage_is_refused),
        TEST(what_a_stranger_put_in_place_is_refused),
        TEST(a_run_without_traces_holds_figures_only),
        TEST(a_run_with_nothing_in_it_reads_back),
        TEST(h5py_opens_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
