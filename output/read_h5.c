/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/read_h5.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <hdf5.h>

#include "output/h5.h"
#include "sim/arena.h"
#include "sim/calendar.h"

/* Bounds on what a stranger's file can make us allocate. */
#define MEMORY_LIMIT ((size_t)2 << 30)
enum { BLOCK_BYTES = 1 << 20, ITEMS_MAX = 4000000, TEXT_MAX_BYTES = 64 << 20, META_MAX = 64 };

struct out_result_private {
    struct sim_arena *arena;
    hid_t file;
    struct {
        const char *name, *value;
    } meta[META_MAX];
    size_t meta_count;
};

/* Reading goes on after a failure, but does nothing: one check at the end. */
struct reader {
    struct out_result *result;
    struct sim_arena *arena;
    hid_t file;
    struct sim_error *err;
    enum sim_status status;
};

static void fail(struct reader *reader, const char *what, const char *why)
{
    if (!reader->status)
        reader->status = sim_fail(reader->err, SIM_EIO, "'%.300s' is damaged: '%s' %s",
                                  reader->result->path, what, why);
}

static void *take(struct reader *reader, size_t count, size_t size)
{
    void *memory = reader->status ? NULL : sim_arena_alloc(reader->arena, count, size);

    if (!memory && !reader->status)
        reader->status =
            sim_fail(reader->err, SIM_ENOMEM, "no memory to read '%.300s'", reader->result->path);
    return memory;
}

/* H5Lexists wants every group on the way to be there. */
static bool exists(hid_t file, const char *path)
{
    char part[512];

    if (strlen(path) >= sizeof part)
        return false;
    for (size_t i = 1; path[i]; i++)
        if (path[i] == '/') {
            snprintf(part, sizeof part, "%.*s", (int)i, path);
            if (H5Lexists(file, part, H5P_DEFAULT) <= 0)
                return false;
        }
    return H5Lexists(file, path, H5P_DEFAULT) > 0;
}

/* Opens a dataset of exactly `rank` dimensions; dims[rank]. */
static hid_t open_dataset(hid_t file, const char *path, int rank, hsize_t *dims)
{
    hid_t dataset = exists(file, path) ? H5Dopen2(file, path, H5P_DEFAULT) : H5I_INVALID_HID;
    hid_t space = dataset < 0 ? H5I_INVALID_HID : H5Dget_space(dataset);
    bool is_right = space >= 0 && H5Sget_simple_extent_ndims(space) == rank &&
                    H5Sget_simple_extent_dims(space, dims, NULL) == rank;

    if (space >= 0)
        H5Sclose(space);
    if (is_right)
        return dataset;
    if (dataset >= 0)
        H5Dclose(dataset);
    return H5I_INVALID_HID;
}

/* ---- texts ---- */

/* Size of a fixed-length string type; 0 when it is none. */
static size_t text_bytes(hid_t type)
{
    if (type < 0 || H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) > 0)
        return 0;
    return H5Tget_size(type);
}

static hid_t text_in_memory(size_t bytes)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, bytes + 1);
    H5Tset_cset(type, H5T_CSET_UTF8);
    H5Tset_strpad(type, H5T_STR_NULLTERM);
    return type;
}

/* One block of rows into the arena, packed. */
static bool take_texts(struct reader *reader, const char *buffer, size_t stride, size_t count,
                       const char **out)
{
    size_t total = 0;
    char *packed;

    for (size_t i = 0; i < count; i++)
        total += strlen(buffer + i * stride) + 1;
    packed = take(reader, total, 1);
    for (size_t i = 0; packed && i < count; i++) {
        size_t bytes = strlen(buffer + i * stride) + 1;

        memcpy(packed, buffer + i * stride, bytes);
        out[i] = packed;
        packed += bytes;
    }
    return packed != NULL;
}

static bool read_blocks(struct reader *reader, hid_t dataset, size_t width, size_t count,
                        const char **out)
{
    size_t block = width + 1 >= BLOCK_BYTES ? 1 : BLOCK_BYTES / (width + 1);
    char *buffer = malloc(block * (width + 1));
    hid_t type = text_in_memory(width), space = H5Dget_space(dataset);
    bool is_read = buffer != NULL;

    for (size_t i = 0; is_read && i < count; i += block) {
        hsize_t start = i, rows = count - i < block ? count - i : block;
        hid_t memory = H5Screate_simple(1, &rows, NULL);

        is_read = H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &rows, NULL) >= 0 &&
                  H5Dread(dataset, type, memory, space, H5P_DEFAULT, buffer) >= 0 &&
                  take_texts(reader, buffer, width + 1, rows, out + i);
        H5Sclose(memory);
    }
    H5Sclose(space);
    H5Tclose(type);
    free(buffer);
    return is_read;
}

static const char **read_texts(struct reader *reader, const char *path, size_t *count)
{
    hsize_t dims = 0;
    hid_t dataset, type;
    size_t width;
    const char **text;

    *count = 0;
    if (reader->status)
        return NULL;
    dataset = open_dataset(reader->file, path, 1, &dims);
    if (dataset < 0) {
        fail(reader, path, "is missing or has no single dimension");
        return NULL;
    }
    type = H5Dget_type(dataset);
    width = text_bytes(type);
    H5Tclose(type);
    text = width ? take(reader, dims < ITEMS_MAX ? dims : 0, sizeof *text) : NULL;
    if (width == 0 || width > TEXT_MAX_BYTES || dims > ITEMS_MAX)
        fail(reader, path, "holds no text, or too much");
    else if (text && !read_blocks(reader, dataset, width, dims, text))
        fail(reader, path, "cannot be read");
    H5Dclose(dataset);
    *count = reader->status ? 0 : dims;
    return reader->status ? NULL : text;
}

/* As read_texts, but there must be `count`. */
static const char **read_texts_of(struct reader *reader, const char *path, size_t count)
{
    size_t found;
    const char **text = read_texts(reader, path, &found);

    if (!reader->status && found != count)
        fail(reader, path, "has another length than its neighbours");
    return reader->status ? NULL : text;
}

static bool read_attribute(hid_t at, const char *name, char *buffer, size_t bytes)
{
    hid_t attribute = H5Aexists(at, name) > 0 ? H5Aopen(at, name, H5P_DEFAULT) : H5I_INVALID_HID;
    hid_t type = attribute < 0 ? H5I_INVALID_HID : H5Aget_type(attribute);
    size_t width = text_bytes(type);
    bool is_read = false;

    if (width > 0 && width < bytes) {
        hid_t memory = text_in_memory(width);

        is_read = H5Aread(attribute, memory, buffer) >= 0;
        H5Tclose(memory);
    }
    if (type >= 0)
        H5Tclose(type);
    if (attribute >= 0)
        H5Aclose(attribute);
    return is_read;
}

/* A file that does not tell is as a whole one. */
static int64_t read_integer_attribute(hid_t at, const char *name, int64_t otherwise)
{
    hid_t attribute = H5Aexists(at, name) > 0 ? H5Aopen(at, name, H5P_DEFAULT) : H5I_INVALID_HID;
    int64_t value = otherwise;

    if (attribute >= 0 && H5Aread(attribute, H5T_NATIVE_INT64, &value) < 0)
        value = otherwise;
    if (attribute >= 0)
        H5Aclose(attribute);
    return value;
}

/* ---- numbers ---- */
static void *read_numbers(struct reader *reader, const char *path, hid_t type, int rank,
                          const hsize_t *want, size_t value_bytes)
{
    hsize_t dims[2] = {0, 1};
    hid_t dataset;
    size_t count;
    void *value;

    if (reader->status)
        return NULL;
    dataset = open_dataset(reader->file, path, rank, dims);
    if (dataset < 0 || dims[0] != want[0] || (rank > 1 && dims[1] != want[1])) {
        if (dataset >= 0)
            H5Dclose(dataset);
        fail(reader, path, "is missing or has another shape");
        return NULL;
    }
    count = (size_t)(dims[0] * (rank > 1 ? dims[1] : 1));
    value = take(reader, count, value_bytes);
    if (value && count && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) < 0)
        fail(reader, path, "cannot be read");
    H5Dclose(dataset);
    return reader->status ? NULL : value;
}

/* ---- the parts ---- */
static void read_meta_texts(struct reader *reader, hid_t meta)
{
    struct out_result_private *private = reader->result->private;
    ssize_t length = 1;
    char name[128];
    char *value = malloc(65536);

    if (!value)
        fail(reader, "/meta", "needs more memory than there is");
    for (hsize_t i = 0; !reader->status && private->meta_count < META_MAX; i++) {
        length = H5Aget_name_by_idx(meta, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof name,
                                    H5P_DEFAULT);
        if (length < 0)
            break;
        if ((size_t)length >= sizeof name || !read_attribute(meta, name, value, 65536))
            continue;
        private->meta[private->meta_count].name = sim_arena_strdup(reader->arena, name);
        private->meta[private->meta_count].value = sim_arena_strdup(reader->arena, value);
        if (private->meta[private->meta_count].value)
        private->meta_count++;
    }
    free(value);
}

static const char *need_meta(struct reader *reader, const char *name)
{
    const char *value = out_result_meta(reader->result, name);

    if (!value)
        fail(reader, name, "is missing in /meta");
    return value ? value : "";
}

static void read_window(struct reader *reader)
{
    struct out_summary *summary = &reader->result->summary;
    const char *start = need_meta(reader, "window_start"), *end = need_meta(reader, "window_end");
    const char *seed = need_meta(reader, "seed");

    if (reader->status)
        return;
    if (sim_date_parse(start, &summary->start_days, NULL) ||
        sim_date_parse(end, &summary->end_days, NULL) || summary->end_days < summary->start_days)
        fail(reader, "window_start", "and window_end are no window");
    errno = 0;
    summary->seed = strtoull(seed, NULL, 10);
    if (errno)
        fail(reader, "seed", "is no number");
}

static void read_meta(struct reader *reader)
{
    struct out_result *result = reader->result;
    char format[64];
    int64_t version;
    size_t count;
    const char **scenario;
    hid_t meta = exists(reader->file, "/meta") ? H5Gopen2(reader->file, "/meta", H5P_DEFAULT)
                                               : H5I_INVALID_HID;

    if (meta < 0 || !read_attribute(meta, "format", format, sizeof format) ||
        strcmp(format, OUT_RESULT_FORMAT) != 0 || H5Aexists(meta, "format_version") <= 0) {
        if (meta >= 0)
            H5Gclose(meta);
        reader->status =
            sim_fail(reader->err, SIM_EIO, "'%.300s' is not a result of aifsim", result->path);
        return;
    }
    version = read_integer_attribute(meta, "format_version", 0);
    if (version != OUT_RESULT_FORMAT_VERSION)
        reader->status =
            sim_fail(reader->err, SIM_EIO, "'%.300s' has format %lld; this program reads format %d",
                     result->path, (long long)version, OUT_RESULT_FORMAT_VERSION);
    result->summary.is_complete = read_integer_attribute(meta, "complete", 1) != 0;
    result->summary.replications_asked =
        (size_t)read_integer_attribute(meta, "replications_asked", 0);
    read_meta_texts(reader, meta);
    H5Gclose(meta);
    read_window(reader);
    result->summary.version = need_meta(reader, "version");
    result->summary.name = need_meta(reader, "name");
    result->digest = need_meta(reader, "digest");
    scenario = read_texts(reader, "/meta/scenario", &count);
    if (!reader->status && count != 1)
        fail(reader, "/meta/scenario", "is not one text");
    result->scenario_text = scenario && count == 1 ? scenario[0] : "";
}

static void read_inputs(struct reader *reader)
{
    size_t count;
    const char **path = read_texts(reader, "/inputs/path", &count);
    const char **value = read_texts_of(reader, "/inputs/value", count);
    const char **unit = read_texts_of(reader, "/inputs/unit", count);
    const char **source = read_texts_of(reader, "/inputs/source", count);
    const char **quality = read_texts_of(reader, "/inputs/quality", count);
    const char **origin = read_texts_of(reader, "/inputs/origin", count);
    struct sim_input *input = take(reader, count, sizeof *input);

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

    if (!exists(file, path) || H5Gget_info_by_name(file, path, &info, H5P_DEFAULT) < 0)
        return 0;
    return info.nlinks < ITEMS_MAX ? info.nlinks : ITEMS_MAX;
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
    size_t count = reader->status ? 0 : link_count(reader->file, "/labels");
    struct out_labels *labels = take(reader, count, sizeof *labels);
    char name[128], path[160];

    for (size_t i = 0; labels && i < count && !reader->status; i++) {
        if (!link_name(reader->file, "/labels", i, name, sizeof name)) {
            fail(reader, "/labels", "cannot be listed");
            break;
        }
        snprintf(path, sizeof path, "/labels/%s", name);
        labels[i].path = sim_arena_strdup(reader->arena, path);
        labels[i].text = read_texts(reader, path, &labels[i].count);
        if (!labels[i].path)
            fail(reader, path, "needs more memory than there is");
    }
    if (reader->status)
        return;
    reader->result->summary.labels = labels;
    reader->result->summary.label_count = count;
}

static void read_replications(struct reader *reader, size_t figure_count)
{
    struct out_summary *summary = &reader->result->summary;
    hsize_t want[2] = {0, figure_count}, dims[2] = {0, 0};
    hid_t dataset;

    if (reader->status)
        return;
    dataset = open_dataset(reader->file, "/summary/replications", 2, dims);
    if (dataset >= 0)
        H5Dclose(dataset);
    if (dataset < 0 || dims[0] > ITEMS_MAX) {
        fail(reader, "/summary/replications", "is missing or has another shape");
        return;
    }
    want[0] = dims[0];
    summary->value =
        read_numbers(reader, "/summary/replications", H5T_NATIVE_DOUBLE, 2, want, sizeof(double));
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

/* Not in the file: it follows from the name. */
static bool is_share(const char *name, const char *statistic)
{
    struct mdl_figure_about about;

    for (size_t i = 0; mdl_figure_about(i, &about); i++)
        if (!strcmp(about.name, name) && !strcmp(about.statistic, statistic))
            return about.is_share;
    return false;
}

static void read_figures(struct reader *reader)
{
    size_t count;
    const char **name = read_texts(reader, "/summary/figures/name", &count);
    const char **statistic = read_texts_of(reader, "/summary/figures/statistic", count);
    const char **group = read_texts_of(reader, "/summary/figures/group", count);
    const char **unit = read_texts_of(reader, "/summary/figures/unit", count);
    const char **method = read_texts_of(reader, "/summary/figures/method", count);
    const char **plot = read_texts_of(reader, "/summary/figures/plot", count);
    const char **help = read_texts_of(reader, "/summary/figures/help", count);
    const char **better = read_texts_of(reader, "/summary/figures/better", count);
    const hsize_t dims = count;
    const double *mean =
        read_numbers(reader, "/summary/figures/mean", H5T_NATIVE_DOUBLE, 1, &dims, sizeof *mean);
    const double *half = read_numbers(reader, "/summary/figures/half_width", H5T_NATIVE_DOUBLE, 1,
                                      &dims, sizeof *half);
    const int64_t *n =
        read_numbers(reader, "/summary/figures/n", H5T_NATIVE_INT64, 1, &dims, sizeof *n);
    struct out_figure *figure = take(reader, count, sizeof *figure);

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
                                        .is_share = is_share(name[f], statistic[f]),
                                        .mean = mean[f],
                                        .half_width = half[f],
                                        .n = n[f] < 0 ? 0 : (size_t)n[f]};
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

    if (reader->status || !exists(reader->file, "/summary/expect"))
        return;
    dataset = open_dataset(reader->file, "/summary/expect/figure", 1, &dims);
    if (dataset >= 0)
        H5Dclose(dataset);
    if (dataset < 0 || dims > ITEMS_MAX) {
        fail(reader, "/summary/expect/figure", "is missing or has another shape");
        return;
    }
    figure =
        read_numbers(reader, "/summary/expect/figure", H5T_NATIVE_INT64, 1, &dims, sizeof *figure);
    at_least = read_numbers(reader, "/summary/expect/at_least", H5T_NATIVE_DOUBLE, 1, &dims,
                            sizeof *at_least);
    at_most = read_numbers(reader, "/summary/expect/at_most", H5T_NATIVE_DOUBLE, 1, &dims,
                           sizeof *at_most);
    met = read_numbers(reader, "/summary/expect/met", H5T_NATIVE_INT64, 1, &dims, sizeof *met);
    expect = take(reader, dims, sizeof *expect);
    for (size_t i = 0; expect && i < dims; i++) {
        if (figure[i] < 0 || (uint64_t)figure[i] >= summary->figure_count) {
            fail(reader, "/summary/expect/figure", "names a figure that is not there");
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
    while (exists(reader->file, path) && ++reader->result->trace_count < ITEMS_MAX);
}

/* ---- public ---- */
/* HDF5 would wait for a FIFO. */
static enum sim_status check_readable(const char *path, struct sim_error *err)
{
    struct stat at;

    if (access(path, R_OK) != 0 || stat(path, &at) != 0)
        return sim_fail(err, SIM_EIO, "cannot read '%.300s': %s", path, strerrordesc_np(errno));
    if (!S_ISREG(at.st_mode))
        return sim_fail(err, SIM_EIO, "cannot read '%.300s': not a regular file", path);
    return SIM_OK;
}

enum sim_status out_result_open(const char *path, struct out_result **out, struct sim_error *err)
{
    struct sim_arena *arena = sim_arena_create(MEMORY_LIMIT);
    struct out_result *result = arena ? sim_arena_alloc(arena, 1, sizeof *result) : NULL;
    struct reader reader = {.result = result, .arena = arena, .err = err};

    if (result) {
        result->private = sim_arena_alloc(arena, 1, sizeof *result->private);
        result->path = sim_arena_strdup(arena, path);
    }
    if (!result || !result->private || !result->path) {
        sim_arena_destroy(arena);
        return sim_fail(err, SIM_ENOMEM, "no memory to read '%.300s'", path);
    }
    out_h5_setup();
    result->private->arena = arena;
    reader.status = check_readable(path, err);
    if (reader.status) {
        sim_arena_destroy(arena);
        return reader.status;
    }
    reader.file = result->private->file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (reader.file < 0) {
        reader.status = out_h5_error(err, "open as HDF5", path);
        sim_arena_destroy(arena);
        return reader.status;
    }
    read_meta(&reader);
    read_inputs(&reader);
    read_labels(&reader);
    read_figures(&reader);
    read_expectations(&reader);
    if (reader.status) {
        out_result_close(result);
        return reader.status;
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
    return exists(result->private->file, whole);
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
    dataset = open_dataset(result->private->file, whole, 2, dims);
    if (dataset < 0)
        return sim_fail(err, SIM_EIO, "'%.300s' holds no series '%s'", result->path, whole);
    *out = (struct out_series_data){.row_count = dims[0], .item_count = dims[1]};
    if (dims[1] > ITEMS_MAX || (dims[1] && dims[0] > MEMORY_LIMIT / sizeof(float) / dims[1]))
        status = sim_fail(err, SIM_ELIMIT, "the series '%s' is too large", whole);
    if (!status) {
        out->value = malloc((size_t)(dims[0] * dims[1]) * sizeof(float) + 1);
        if (!out->value)
            status = sim_fail(err, SIM_ENOMEM, "no memory to read '%s'", whole);
    }
    if (!status && dims[0] && dims[1] &&
        H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, out->value) < 0)
        status = out_h5_error(err, "read", whole);
    if (!read_attribute(dataset, "units", out->unit, sizeof out->unit))
        out->unit[0] = '\0';
    if (!read_attribute(dataset, "labels", out->labels, sizeof out->labels))
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
                                  enum sim_column_type type, void *buffer, const char *path,
                                  out_column_fn *visit, void *context, struct sim_error *err)
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
    void *buffer;

    snprintf(path, sizeof path, "%.100s/%.100s", table, column);
    full_path(whole, sizeof whole, replication, path);
    dataset = open_dataset(result->private->file, whole, 1, &dims);
    if (dataset < 0)
        return sim_fail(err, SIM_EIO, "'%.300s' holds no column '%s'", result->path, whole);
    buffer = malloc(OUT_CHUNK_ROWS * sizeof(uint64_t));
    if (!buffer)
        status = sim_fail(err, SIM_ENOMEM, "no memory to read '%s'", whole);
    else if (!type_of(dataset, &type, &memory))
        status = sim_fail(err, SIM_EIO, "the column '%s' is of a type of its own", whole);
    else
        status = visit_rows(dataset, memory, dims, type, buffer, whole, visit, context, err);
    free(buffer);
    H5Dclose(dataset);
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
    *dataset = open_dataset(result->private->file, whole, 1, dims);
    if (*dataset < 0) {
        rank = 2;
        *dataset = open_dataset(result->private->file, whole, 2, dims);
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
    if (!read_attribute(dataset, "units", out->unit, sizeof out->unit))
        out->unit[0] = '\0';
    if (!read_attribute(dataset, "labels", out->labels, sizeof out->labels))
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
    if (!exists(result->private->file, whole))
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
