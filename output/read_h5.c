/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/read_h5.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "output/digest.h"
#include "output/h5.h"
#include "sim/arena.h"
#include "sim/calendar.h"
#include "sim/stats.h"

/* Bounds on what a stranger's file can make us allocate. */
#define MEMORY_LIMIT ((size_t)2 << 30)
enum { META_MAX = 64 };

struct out_result_private {
    struct sim_arena *arena;
    hid_t file;
    struct {
        const char *name, *value;
    } meta[META_MAX];
    size_t meta_count;
};

struct reader {
    struct out_h5_reader h5;
    struct out_result *result;
};

/* ---- the parts ---- */
static void read_meta_texts(struct reader *reader, hid_t meta)
{
    struct out_result_private *private = reader->result->private;
    ssize_t length = 1;
    char name[128];
    char *value = malloc(65536);

    if (!value)
        out_h5_fail(&reader->h5, "/meta", "needs more memory than there is");
    for (hsize_t i = 0; !reader->h5.status && private->meta_count < META_MAX; i++) {
        length = H5Aget_name_by_idx(meta, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof name,
                                    H5P_DEFAULT);
        if (length < 0)
            break;
        if ((size_t)length >= sizeof name || !out_h5_read_attribute(meta, name, value, 65536))
            continue;
        private->meta[private->meta_count].name = sim_arena_strdup(reader->h5.arena, name);
        private->meta[private->meta_count].value = sim_arena_strdup(reader->h5.arena, value);
        if (private->meta[private->meta_count].value)
        private->meta_count++;
    }
    free(value);
}

static const char *need_meta(struct reader *reader, const char *name)
{
    const char *value = out_result_meta(reader->result, name);

    if (!value)
        out_h5_fail(&reader->h5, name, "is missing in /meta");
    return value ? value : "";
}

static void read_window(struct reader *reader)
{
    struct out_summary *summary = &reader->result->summary;
    const char *start = need_meta(reader, "window_start"), *end = need_meta(reader, "window_end");
    const char *seed = need_meta(reader, "seed");

    if (reader->h5.status)
        return;
    if (sim_date_parse(start, &summary->start_days, NULL) ||
        sim_date_parse(end, &summary->end_days, NULL) || summary->end_days < summary->start_days)
        out_h5_fail(&reader->h5, "window_start", "and window_end are no window");
    errno = 0;
    summary->seed = strtoull(seed, NULL, 10);
    if (errno)
        out_h5_fail(&reader->h5, "seed", "is no number");
}

static void read_meta(struct reader *reader)
{
    struct out_result *result = reader->result;
    char format[64];
    int64_t version;
    size_t count;
    const char **scenario;
    hid_t meta = out_h5_exists(reader->h5.file, "/meta")
                     ? H5Gopen2(reader->h5.file, "/meta", H5P_DEFAULT)
                     : H5I_INVALID_HID;

    if (meta < 0 || !out_h5_read_attribute(meta, "format", format, sizeof format) ||
        strcmp(format, OUT_RESULT_FORMAT) != 0 || H5Aexists(meta, "format_version") <= 0) {
        if (meta >= 0)
            H5Gclose(meta);
        reader->h5.status =
            sim_fail(reader->h5.err, SIM_EIO, "'%.300s' is not a result of aifsim", result->path);
        return;
    }
    version = out_h5_read_integer_attribute(meta, "format_version", 0);
    if (version != OUT_RESULT_FORMAT_VERSION)
        reader->h5.status = sim_fail(reader->h5.err, SIM_EIO,
                                     "'%.300s' has format %lld; this program reads format %d",
                                     result->path, (long long)version, OUT_RESULT_FORMAT_VERSION);
    result->summary.is_complete = out_h5_read_integer_attribute(meta, "complete", 1) != 0;
    result->summary.replications_asked =
        (size_t)out_h5_read_integer_attribute(meta, "replications_asked", 0);
    read_meta_texts(reader, meta);
    H5Gclose(meta);
    read_window(reader);
    result->summary.version = need_meta(reader, "version");
    result->summary.name = need_meta(reader, "name");
    result->digest = need_meta(reader, "digest");
    scenario = out_h5_read_texts(&reader->h5, "/meta/scenario", &count);
    if (!reader->h5.status && count != 1)
        out_h5_fail(&reader->h5, "/meta/scenario", "is not one text");
    result->scenario_text = scenario && count == 1 ? scenario[0] : "";
    result->column = out_h5_read_texts(&reader->h5, "/meta/columns", &result->column_count);
}

static void read_inputs(struct reader *reader)
{
    size_t count;
    const char **path = out_h5_read_texts(&reader->h5, "/inputs/path", &count);
    const char **value = out_h5_read_texts_of(&reader->h5, "/inputs/value", count);
    const char **unit = out_h5_read_texts_of(&reader->h5, "/inputs/unit", count);
    const char **source = out_h5_read_texts_of(&reader->h5, "/inputs/source", count);
    const char **quality = out_h5_read_texts_of(&reader->h5, "/inputs/quality", count);
    const char **origin = out_h5_read_texts_of(&reader->h5, "/inputs/origin", count);
    struct sim_input *input = out_h5_take(&reader->h5, count, sizeof *input);

    if (!input)
        return;
    for (size_t i = 0; i < count; i++)
        input[i] = (struct sim_input){.path = path[i],
                                      .value = value[i],
                                      .unit = unit[i],
                                      .source = source[i],
                                      .quality = quality[i],
                                      .origin = origin[i]};
    reader->result->summary.input = input;
    reader->result->summary.input_count = count;
}

static size_t link_count(hid_t file, const char *path)
{
    H5G_info_t info;

    if (!out_h5_exists(file, path) || H5Gget_info_by_name(file, path, &info, H5P_DEFAULT) < 0)
        return 0;
    return info.nlinks < OUT_H5_ITEMS_MAX ? info.nlinks : OUT_H5_ITEMS_MAX;
}

/* Name of the i-th link of a group by name; false when it does not fit. */
static bool link_name(hid_t file, const char *group, size_t i, char *name, size_t bytes)
{
    ssize_t length =
        H5Lget_name_by_idx(file, group, H5_INDEX_NAME, H5_ITER_INC, i, name, bytes, H5P_DEFAULT);

    return length > 0 && (size_t)length < bytes;
}

static void read_labels(struct reader *reader)
{
    size_t count = reader->h5.status ? 0 : link_count(reader->h5.file, "/labels");
    struct out_labels *labels = out_h5_take(&reader->h5, count, sizeof *labels);
    char name[128], path[160];

    for (size_t i = 0; labels && i < count && !reader->h5.status; i++) {
        if (!link_name(reader->h5.file, "/labels", i, name, sizeof name)) {
            out_h5_fail(&reader->h5, "/labels", "cannot be listed");
            break;
        }
        snprintf(path, sizeof path, "/labels/%s", name);
        labels[i].path = sim_arena_strdup(reader->h5.arena, path);
        labels[i].text = out_h5_read_texts(&reader->h5, path, &labels[i].count);
        if (!labels[i].path)
            out_h5_fail(&reader->h5, path, "needs more memory than there is");
    }
    if (reader->h5.status)
        return;
    reader->result->summary.labels = labels;
    reader->result->summary.label_count = count;
}

static void read_replications(struct reader *reader, size_t figure_count)
{
    struct out_summary *summary = &reader->result->summary;
    hsize_t want[2] = {0, figure_count}, dims[2] = {0, 0};
    hid_t dataset;

    if (reader->h5.status)
        return;
    dataset = out_h5_open_dataset(reader->h5.file, "/summary/replications", 2, dims);
    if (dataset >= 0)
        H5Dclose(dataset);
    if (dataset < 0 || dims[0] > OUT_H5_ITEMS_MAX) {
        out_h5_fail(&reader->h5, "/summary/replications", "is missing or has another shape");
        return;
    }
    want[0] = dims[0];
    summary->value = out_h5_read_numbers(&reader->h5, "/summary/replications", H5T_NATIVE_DOUBLE, 2,
                                         want, sizeof(double));
    summary->beyond = out_h5_read_numbers(&reader->h5, "/summary/beyond", H5T_NATIVE_UINT8, 2, want,
                                          sizeof(uint8_t));
    summary->replication_count = dims[0];
    if (summary->replications_asked < dims[0])
        summary->replications_asked = dims[0];
}

static enum mdl_better better_of(const char *text)
{
    return !strcmp(text, "high")  ? MDL_BETTER_HIGH
           : !strcmp(text, "low") ? MDL_BETTER_LOW
                                  : MDL_BETTER_NEITHER;
}

/* Not in the file: it follows from the name. *row: where the last one was found, since figures of
 * a name stand together. */
static bool is_share(const char *name, const char *statistic, size_t *row)
{
    struct mdl_figure_about about;

    for (int pass = 0; pass < 2; pass++)
        for (size_t i = pass ? 0 : *row; mdl_figure_about(i, &about); i++)
            if (!strcmp(about.name, name) && !strcmp(about.statistic, statistic)) {
                *row = i;
                return about.is_share;
            }
    return false;
}

static void read_figures(struct reader *reader)
{
    size_t count;
    const char **name = out_h5_read_texts(&reader->h5, "/summary/figures/name", &count);
    const char **statistic = out_h5_read_texts_of(&reader->h5, "/summary/figures/statistic", count);
    const char **group = out_h5_read_texts_of(&reader->h5, "/summary/figures/group", count);
    const char **unit = out_h5_read_texts_of(&reader->h5, "/summary/figures/unit", count);
    const char **method = out_h5_read_texts_of(&reader->h5, "/summary/figures/method", count);
    const char **plot = out_h5_read_texts_of(&reader->h5, "/summary/figures/plot", count);
    const char **help = out_h5_read_texts_of(&reader->h5, "/summary/figures/help", count);
    const char **better = out_h5_read_texts_of(&reader->h5, "/summary/figures/better", count);
    const hsize_t dims = count;
    const double *mean = out_h5_read_numbers(&reader->h5, "/summary/figures/mean",
                                             H5T_NATIVE_DOUBLE, 1, &dims, sizeof *mean);
    const double *half = out_h5_read_numbers(&reader->h5, "/summary/figures/half_width",
                                             H5T_NATIVE_DOUBLE, 1, &dims, sizeof *half);
    const int64_t *n = out_h5_read_numbers(&reader->h5, "/summary/figures/n", H5T_NATIVE_INT64, 1,
                                           &dims, sizeof *n);
    const uint8_t *bound = out_h5_read_numbers(&reader->h5, "/summary/figures/is_lower_bound",
                                               H5T_NATIVE_UINT8, 1, &dims, sizeof *bound);
    struct out_figure *figure = out_h5_take(&reader->h5, count, sizeof *figure);
    size_t row = 0;

    if (!figure)
        return;
    for (size_t f = 0; f < count; f++)
        figure[f] = (struct out_figure){.name = name[f],
                                        .statistic = statistic[f],
                                        .selector = group[f],
                                        .unit = unit[f],
                                        .method = method[f],
                                        .plot = plot[f],
                                        .help = help[f],
                                        .better = better_of(better[f]),
                                        .is_share = is_share(name[f], statistic[f], &row),
                                        .mean = mean[f],
                                        .half_width = half[f],
                                        .n = n[f] < 0 ? 0 : (size_t)n[f],
                                        .is_lower_bound = bound[f] != 0};
    reader->result->summary.figure = figure;
    reader->result->summary.figure_count = count;
    read_replications(reader, count);
}

static void read_expectations(struct reader *reader)
{
    struct out_summary *summary = &reader->result->summary;
    struct mdl_expectation *expect;
    const double *at_least, *at_most;
    const int64_t *figure, *met;
    hsize_t dims = 0;
    hid_t dataset;

    if (reader->h5.status || !out_h5_exists(reader->h5.file, "/summary/expect"))
        return;
    dataset = out_h5_open_dataset(reader->h5.file, "/summary/expect/figure", 1, &dims);
    if (dataset >= 0)
        H5Dclose(dataset);
    if (dataset < 0 || dims > OUT_H5_ITEMS_MAX) {
        out_h5_fail(&reader->h5, "/summary/expect/figure", "is missing or has another shape");
        return;
    }
    figure = out_h5_read_numbers(&reader->h5, "/summary/expect/figure", H5T_NATIVE_INT64, 1, &dims,
                                 sizeof *figure);
    at_least = out_h5_read_numbers(&reader->h5, "/summary/expect/at_least", H5T_NATIVE_DOUBLE, 1,
                                   &dims, sizeof *at_least);
    at_most = out_h5_read_numbers(&reader->h5, "/summary/expect/at_most", H5T_NATIVE_DOUBLE, 1,
                                  &dims, sizeof *at_most);
    met = out_h5_read_numbers(&reader->h5, "/summary/expect/met", H5T_NATIVE_INT64, 1, &dims,
                              sizeof *met);
    expect = out_h5_take(&reader->h5, dims, sizeof *expect);
    for (size_t i = 0; expect && i < dims; i++) {
        if (figure[i] < 0 || (uint64_t)figure[i] >= summary->figure_count) {
            out_h5_fail(&reader->h5, "/summary/expect/figure", "names a figure that is not there");
            return;
        }
        expect[i] = (struct mdl_expectation){(size_t)figure[i], at_least[i], at_most[i],
                                             met[i] == MDL_VERDICT_OPEN};
    }
    if (!expect)
        return;
    summary->expect = expect;
    summary->expect_count = dims;
}

static void count_traces(struct reader *reader)
{
    char path[64];

    do
        snprintf(path, sizeof path, "/replications/%04zu", reader->result->trace_count);
    while (out_h5_exists(reader->h5.file, path) &&
           ++reader->result->trace_count < OUT_H5_ITEMS_MAX);
}

/* ---- against the digest ---- */

/* The SHA-256 that a column carries. */
static bool read_sha(hid_t dataset, unsigned char sha[32])
{
    char hex[OUT_DIGEST_BYTES], *end;

    if (!out_h5_read_attribute(dataset, "sha256", hex, sizeof hex) ||
        strspn(hex, "0123456789abcdef") != OUT_DIGEST_BYTES - 1)
        return false;
    for (size_t i = 0; i < 32; i++) {
        const char pair[] = {hex[2 * i], hex[2 * i + 1], '\0'};

        sha[i] = (unsigned char)strtoul(pair, &end, 16);
    }
    return true;
}

static void digest_column(struct reader *reader, struct out_digest *digest, const char *path)
{
    hsize_t dims[2] = {0, 1};
    unsigned char sha[32];
    hid_t dataset = out_h5_open_dataset(reader->h5.file, path, 1, dims);

    if (dataset < 0)
        dataset = out_h5_open_dataset(reader->h5.file, path, 2, dims);
    if (dataset < 0 || !read_sha(dataset, sha))
        out_h5_fail(&reader->h5, path, "is missing or has no SHA-256");
    else
        out_digest_column(digest, path, dims[0], dims[1], sha);
    if (dataset >= 0)
        H5Dclose(dataset);
}

static bool is_close(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b || fabs(a - b) <= 1e-9 * fabs(a);
}

/* The digest covers the values; means and intervals follow from them. */
static void check_figures(struct reader *reader)
{
    const struct out_summary *summary = &reader->result->summary;
    size_t figures = summary->figure_count, replications = summary->replication_count;
    double *gather = out_h5_take(&reader->h5, replications, sizeof *gather);

    for (size_t f = 0; gather && f < figures; f++) {
        const struct out_figure *figure = &summary->figure[f];
        double mean = NAN, half;
        size_t n;

        for (size_t r = 0; r < replications; r++)
            gather[r] = summary->value[r * figures + f];
        half = sim_interval_t(gather, replications, 0.95, &mean, &n);
        if (figure->is_lower_bound)
            half = NAN;
        if (n != figure->n || !is_close(half, figure->half_width) ||
            !is_close(n ? mean : NAN, figure->mean))
            out_h5_fail(&reader->h5, "/summary/figures",
                        "does not follow from /summary/replications");
    }
}

static void check_digest(struct reader *reader)
{
    struct out_result *result = reader->result;
    char hex[OUT_DIGEST_BYTES];
    struct out_digest digest;

    if (reader->h5.status)
        return;
    out_digest_begin(&digest);
    out_digest_summary(&digest, &result->summary, result->scenario_text);
    for (size_t i = 0; !reader->h5.status && i < result->column_count; i++)
        digest_column(reader, &digest, result->column[i]);
    if (!out_digest_end(&digest, hex))
        out_h5_fail(&reader->h5, "/meta", "needs more memory than there is");
    else if (!reader->h5.status && strcmp(hex, result->digest) != 0)
        out_h5_fail_digest(&reader->h5, hex, result->digest);
    if (!reader->h5.status)
        check_figures(reader);
}

/* ---- public ---- */

/* A run that was cut short leaves another name. */
static enum sim_status check_is_whole(const char *path, struct sim_error *err)
{
    static const char whole[] = "result.h5";
    size_t length = strlen(path), folder = length - (sizeof whole - 1);
    char partial[4200];

    if (length < sizeof whole - 1 || strcmp(path + folder, whole) != 0 || access(path, F_OK) == 0)
        return SIM_OK;
    snprintf(partial, sizeof partial, "%.*sresult.partial.h5", (int)folder, path);
    if (access(partial, F_OK) != 0)
        return SIM_OK;
    return sim_fail(err, SIM_EIO,
                    "no '%.300s': its run was cut short; name '%.300s' to read what was finished",
                    path, partial);
}

enum sim_status out_result_open(const char *path, struct out_result **out, struct sim_error *err)
{
    struct sim_arena *arena = sim_arena_create(MEMORY_LIMIT);
    struct out_result *result = arena ? sim_arena_alloc(arena, 1, sizeof *result) : NULL;
    struct reader reader = {.h5 = {.path = path, .arena = arena, .err = err}, .result = result};

    if (result) {
        result->private = sim_arena_alloc(arena, 1, sizeof *result->private);
        result->path = sim_arena_strdup(arena, path);
    }
    if (!result || !result->private || !result->path) {
        sim_arena_destroy(arena);
        return sim_fail(err, SIM_ENOMEM, "no memory to read '%.300s'", path);
    }
    result->private->arena = arena;
    reader.h5.status = check_is_whole(path, err);
    if (!reader.h5.status)
        reader.h5.status = out_h5_open(path, "result", &reader.h5.file, err);
    if (reader.h5.status) {
        sim_arena_destroy(arena);
        return reader.h5.status;
    }
    result->private->file = reader.h5.file;
    read_meta(&reader);
    read_inputs(&reader);
    read_labels(&reader);
    read_figures(&reader);
    read_expectations(&reader);
    check_digest(&reader);
    if (reader.h5.status) {
        out_result_close(result);
        return reader.h5.status;
    }
    count_traces(&reader);
    *out = result;
    return SIM_OK;
}

void out_result_close(struct out_result *result)
{
    if (!result)
        return;
    H5Fclose(result->private->file);
    sim_arena_destroy(result->private->arena); /* result lies in it */
}

const char *out_result_meta(const struct out_result *result, const char *name)
{
    for (size_t i = 0; i < result->private->meta_count; i++)
        if (!strcmp(result->private->meta[i].name, name))
            return result->private->meta[i].value;
    return NULL;
}

static void full_path(char *buffer, size_t bytes, size_t replication, const char *path)
{
    snprintf(buffer, bytes, "/replications/%04zu/%.200s", replication, path);
}

bool out_result_has(const struct out_result *result, size_t replication, const char *path)
{
    char whole[256];

    full_path(whole, sizeof whole, replication, path);
    return out_h5_exists(result->private->file, whole);
}

static enum sim_status compare_sha(hid_t dataset, EVP_MD_CTX *sha, const struct out_result *result,
                                   const char *path, struct sim_error *err)
{
    unsigned char is[32], should_be[32];

    if (EVP_DigestFinal_ex(sha, is, NULL) != 1)
        return sim_fail(err, SIM_ENOMEM, "no memory for a digest");
    if (!read_sha(dataset, should_be) || memcmp(is, should_be, sizeof is) != 0)
        return sim_fail(err, SIM_EIO, "'%.200s' is damaged: '%s' does not match its SHA-256",
                        result->path, path);
    return SIM_OK;
}

static enum sim_status check_series(hid_t dataset, const struct out_series_data *series,
                                    const struct out_result *result, const char *path,
                                    struct sim_error *err)
{
    EVP_MD_CTX *sha = EVP_MD_CTX_new();
    size_t bytes = series->row_count * series->item_count * sizeof *series->value;
    enum sim_status status;

    if (!sha || EVP_DigestInit_ex(sha, EVP_sha256(), NULL) != 1 ||
        EVP_DigestUpdate(sha, series->value, bytes) != 1)
        status = sim_fail(err, SIM_ENOMEM, "no memory for a digest");
    else
        status = compare_sha(dataset, sha, result, path, err);
    EVP_MD_CTX_free(sha);
    return status;
}

enum sim_status out_result_series(const struct out_result *result, size_t replication,
                                  const char *path, struct out_series_data *out,
                                  struct sim_error *err)
{
    char whole[256];
    hsize_t dims[2] = {0, 0};
    enum sim_status status = SIM_OK;
    hid_t dataset;

    full_path(whole, sizeof whole, replication, path);
    dataset = out_h5_open_dataset(result->private->file, whole, 2, dims);
    if (dataset < 0)
        return sim_fail(err, SIM_EIO, "'%.300s' holds no series '%s'", result->path, whole);
    *out = (struct out_series_data){.row_count = dims[0], .item_count = dims[1]};
    if (dims[1] > OUT_H5_ITEMS_MAX || (dims[1] && dims[0] > MEMORY_LIMIT / sizeof(float) / dims[1]))
        status = sim_fail(err, SIM_ELIMIT, "the series '%s' is too large", whole);
    if (!status) {
        out->value = malloc((size_t)(dims[0] * dims[1]) * sizeof(float) + 1);
        if (!out->value)
            status = sim_fail(err, SIM_ENOMEM, "no memory to read '%s'", whole);
    }
    if (!status && dims[0] && dims[1] &&
        H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, out->value) < 0)
        status = out_h5_error(err, "read", whole);
    if (!status)
        status = check_series(dataset, out, result, whole, err);
    if (!out_h5_read_attribute(dataset, "units", out->unit, sizeof out->unit))
        out->unit[0] = '\0';
    if (!out_h5_read_attribute(dataset, "labels", out->labels, sizeof out->labels))
        out->labels[0] = '\0';
    H5Dclose(dataset);
    if (status)
        out_series_release(out);
    return status;
}

void out_series_release(struct out_series_data *series)
{
    free(series->value);
    series->value = NULL;
}

static bool type_of(hid_t dataset, enum sim_column_type *type, hid_t *memory)
{
    hid_t stored = H5Dget_type(dataset);
    H5T_class_t class = H5Tget_class(stored);
    size_t bytes = H5Tget_size(stored);
    bool is_unsigned = class == H5T_INTEGER && H5Tget_sign(stored) == H5T_SGN_NONE;

    H5Tclose(stored);
    if (class == H5T_FLOAT) {
        *type = bytes == 8 ? SIM_F64 : SIM_F32;
        *memory = bytes == 8 ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT;
    } else if (class == H5T_INTEGER) {
        *type = bytes == 8 ? SIM_I64 : bytes == 4 ? SIM_I32 : SIM_U8;
        *memory = bytes == 8 ? H5T_NATIVE_INT64 : bytes == 4 ? H5T_NATIVE_INT32 : H5T_NATIVE_UINT8;
        return bytes == 1 ? is_unsigned : (bytes == 4 || bytes == 8) && !is_unsigned;
    }
    return class == H5T_FLOAT && (bytes == 4 || bytes == 8);
}

static enum sim_status visit_rows(hid_t dataset, hid_t memory_type, hsize_t total,
                                  enum sim_column_type type, void *buffer, EVP_MD_CTX *sha,
                                  const char *path, out_column_fn *visit, void *context,
                                  struct sim_error *err)
{
    hid_t space = H5Dget_space(dataset);
    enum sim_status status = SIM_OK;

    for (hsize_t first = 0; !status && first < total; first += OUT_CHUNK_ROWS) {
        hsize_t rows = total - first < OUT_CHUNK_ROWS ? total - first : OUT_CHUNK_ROWS;
        hid_t memory = H5Screate_simple(1, &rows, NULL);
        struct out_column_chunk chunk = {.type = type,
                                         .first_row = first,
                                         .row_count = rows,
                                         .total_rows = total,
                                         .value = buffer};

        if (H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, NULL, &rows, NULL) < 0 ||
            H5Dread(dataset, memory_type, memory, space, H5P_DEFAULT, buffer) < 0)
            status = out_h5_error(err, "read", path);
        H5Sclose(memory);
        if (!status && EVP_DigestUpdate(sha, buffer, rows * H5Tget_size(memory_type)) != 1)
            status = sim_fail(err, SIM_ENOMEM, "no memory for a digest");
        if (!status)
            status = visit(context, &chunk, err);
    }
    H5Sclose(space);
    return status;
}

enum sim_status out_result_column(const struct out_result *result, size_t replication,
                                  const char *table, const char *column, out_column_fn *visit,
                                  void *context, struct sim_error *err)
{
    char whole[256], path[256];
    enum sim_column_type type = SIM_F64;
    hid_t dataset, memory = H5T_NATIVE_DOUBLE;
    hsize_t dims = 0;
    enum sim_status status;
    EVP_MD_CTX *sha;
    void *buffer;

    snprintf(path, sizeof path, "%.100s/%.100s", table, column);
    full_path(whole, sizeof whole, replication, path);
    dataset = out_h5_open_dataset(result->private->file, whole, 1, &dims);
    if (dataset < 0)
        return sim_fail(err, SIM_EIO, "'%.300s' holds no column '%s'", result->path, whole);
    buffer = malloc(OUT_CHUNK_ROWS * sizeof(uint64_t));
    sha = EVP_MD_CTX_new();
    if (!buffer || !sha || EVP_DigestInit_ex(sha, EVP_sha256(), NULL) != 1)
        status = sim_fail(err, SIM_ENOMEM, "no memory to read '%s'", whole);
    else if (!type_of(dataset, &type, &memory))
        status = sim_fail(err, SIM_EIO, "the column '%s' is of a type of its own", whole);
    else
        status = visit_rows(dataset, memory, dims, type, buffer, sha, whole, visit, context, err);
    if (!status)
        status = compare_sha(dataset, sha, result, whole, err);
    EVP_MD_CTX_free(sha);
    free(buffer);
    H5Dclose(dataset);
    return status;
}

static enum sim_status look_at_nothing(void *context, const struct out_column_chunk *chunk,
                                       struct sim_error *err)
{
    (void)context, (void)chunk, (void)err;
    return SIM_OK;
}

/* Reading in full is the check. */
static enum sim_status check_column(const struct out_result *result, const char *path,
                                    struct sim_error *err)
{
    struct out_series_data series;
    char table[128], column[128];
    size_t replication;
    int from = 0;
    enum sim_status status;

    if (sscanf(path, "/replications/%9zu/%127[^/]/%n%127[^/]", &replication, table, &from,
               column) != 3)
        return sim_fail(err, SIM_EIO, "'%.200s' is damaged: '%.100s' in /meta/columns is no path",
                        result->path, path);
    if (strcmp(table, "series") != 0)
        return out_result_column(result, replication, table, column, look_at_nothing, NULL, err);
    status = out_result_series(result, replication, path + from - strlen("series/"), &series, err);
    if (!status)
        out_series_release(&series);
    return status;
}

enum sim_status out_result_check(const struct out_result *result, const char *path,
                                 struct sim_error *err)
{
    size_t length = strlen(path);
    enum sim_status status = SIM_OK;

    for (size_t i = 0; !status && i < result->column_count; i++) {
        const char *column = result->column[i];

        if (strncmp(column, path, length) == 0 && (!column[length] || column[length] == '/'))
            status = check_column(result, column, err);
    }
    return status;
}

/* Opens a column or a series; the caller closes *dataset when that is SIM_OK. */
static enum sim_status open_rows(const struct out_result *result, size_t replication,
                                 const char *path, hid_t *dataset, hid_t *memory,
                                 struct out_dataset *out, struct sim_error *err)
{
    hsize_t dims[2] = {0, 1};
    char whole[256];
    int rank = 1;

    full_path(whole, sizeof whole, replication, path);
    *dataset = out_h5_open_dataset(result->private->file, whole, 1, dims);
    if (*dataset < 0) {
        rank = 2;
        *dataset = out_h5_open_dataset(result->private->file, whole, 2, dims);
    }
    if (*dataset < 0)
        return sim_fail(err, SIM_EIO, "'%.300s' holds no '%s'", result->path, whole);
    *out = (struct out_dataset){.row_count = dims[0], .item_count = rank == 2 ? dims[1] : 1};
    if (type_of(*dataset, &out->type, memory))
        return SIM_OK;
    H5Dclose(*dataset);
    return sim_fail(err, SIM_EIO, "'%s' is of a type of its own", whole);
}

enum sim_status out_result_dataset(const struct out_result *result, size_t replication,
                                   const char *path, struct out_dataset *out, struct sim_error *err)
{
    hid_t dataset, memory;
    enum sim_status status = open_rows(result, replication, path, &dataset, &memory, out, err);

    if (status)
        return status;
    if (!out_h5_read_attribute(dataset, "units", out->unit, sizeof out->unit))
        out->unit[0] = '\0';
    if (!out_h5_read_attribute(dataset, "labels", out->labels, sizeof out->labels))
        out->labels[0] = '\0';
    H5Dclose(dataset);
    return SIM_OK;
}

enum sim_status out_result_rows(const struct out_result *result, size_t replication,
                                const char *path, size_t first, size_t count, void *value,
                                struct sim_error *err)
{
    struct out_dataset about;
    hid_t dataset, type, space, memory;
    enum sim_status status = open_rows(result, replication, path, &dataset, &type, &about, err);
    hsize_t start[2] = {first, 0}, block[2] = {count, 1};
    int rank;

    if (status)
        return status;
    block[1] = about.item_count;
    space = H5Dget_space(dataset);
    rank = H5Sget_simple_extent_ndims(space);
    memory = H5Screate_simple(rank, block, NULL);
    if (count && about.item_count &&
        (H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, block, NULL) < 0 ||
         H5Dread(dataset, type, memory, space, H5P_DEFAULT, value) < 0))
        status = out_h5_error(err, "read", path);
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(dataset);
    return status;
}

const char *const *out_result_columns(struct out_result *result, size_t replication,
                                      const char *table)
{
    struct sim_arena *arena = result->private->arena;
    char whole[256], name[128];
    size_t count;
    const char **names;

    full_path(whole, sizeof whole, replication, table);
    if (!out_h5_exists(result->private->file, whole))
        return NULL;
    count = link_count(result->private->file, whole);
    names = sim_arena_alloc(arena, count + 1, sizeof *names);
    for (size_t i = 0; names && i < count; i++) {
        if (!link_name(result->private->file, whole, i, name, sizeof name))
            return NULL;
        names[i] = sim_arena_strdup(arena, name);
        if (!names[i])
            return NULL;
    }
    return names;
}
