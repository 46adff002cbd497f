/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/trace_h5.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gsl/gsl_version.h>
#include <hdf5.h>
#include <openssl/opensslv.h>
#include <zlib.h>

#include "output/digest.h"
#include "output/files.h"
#include "output/h5.h"
#include "output/provenance.h"
#include "output/read_h5.h"
#include "output/spill.h"
#include "output/summary.h"
#include "output/tables.h"
#include "sim/calendar.h"

#define LOCK_NAME ".aifsim.lock"
#define TEMPORARY ".run-"
enum { PATH_BYTES = 512, TEXT_CHUNK_BYTES = 1 << 20, NAME_MAX_BYTES = 4096 };

struct out_run {
    const struct out_about *about;
    char dir[4096], temporary[4120];
    int dir_fd, temporary_fd, lock_fd;
    struct out_spill *spill; /* [traced_count] */
    size_t traced_count;
    bool with_tables;
};

const char *out_library_versions(void)
{
    return H5_VERS_INFO ", zlib " ZLIB_VERSION ", GSL " GSL_VERSION ", " OPENSSL_VERSION_TEXT;
}

/* ---- HDF5, quietly ---- */
void out_h5_setup(void)
{
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

static herr_t take_words(unsigned depth, const H5E_error2_t *error, void *words)
{
    if (depth == 0 && error->desc)
        snprintf(words, 300, "%s", error->desc);
    return 0;
}

enum sim_status out_h5_error(struct sim_error *err, const char *verb, const char *what)
{
    char words[300] = "HDF5 gives no reason";

    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_words, words);
    for (char *c = words; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    return sim_fail(err, SIM_EIO, "cannot %s '%.300s': %s", verb, what, words);
}

static hid_t text_type(size_t bytes)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, bytes ? bytes : 1);
    H5Tset_cset(type, H5T_CSET_UTF8);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    return type;
}

static hid_t file_type(enum sim_column_type type)
{
    switch (type) {
    case SIM_F64:
        return H5T_IEEE_F64LE;
    case SIM_F32:
        return H5T_IEEE_F32LE;
    case SIM_I64:
        return H5T_STD_I64LE;
    case SIM_I32:
        return H5T_STD_I32LE;
    default:
        return H5T_STD_U8LE;
    }
}

static enum sim_status put_attribute(hid_t at, const char *name, hid_t type, const void *value,
                                     struct sim_error *err)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(at, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool is_written = attribute >= 0 && H5Awrite(attribute, type, value) >= 0;

    if (attribute >= 0 && H5Aclose(attribute) < 0)
        is_written = false;
    H5Sclose(space);
    return is_written ? SIM_OK : out_h5_error(err, "write the attribute", name);
}

/* An attribute lives in a header of at most 64 kB. */
static enum sim_status put_text_attribute(hid_t at, const char *name, const char *text,
                                          struct sim_error *err)
{
    size_t bytes = strnlen(text, NAME_MAX_BYTES);
    enum sim_status status;
    char empty = '\0';
    hid_t type;

    while (bytes > 0 && (text[bytes] & 0xC0) == 0x80)
        bytes--; /* never half a character */
    type = text_type(bytes);
    status = put_attribute(at, name, type, bytes ? text : &empty, err);
    H5Tclose(type);
    return status;
}

static enum sim_status put_integer_attribute(hid_t at, const char *name, int64_t value,
                                             struct sim_error *err)
{
    return put_attribute(at, name, H5T_STD_I64LE, &value, err);
}

/* What every dataset carries. */
static enum sim_status describe(hid_t dataset, const char *unit, const char *description,
                                const char *labels, struct sim_error *err)
{
    enum sim_status status = put_text_attribute(dataset, "units", unit, err);

    if (!status)
        status = put_text_attribute(dataset, "description", description, err);
    if (!status && labels)
        status = put_text_attribute(dataset, "labels", labels, err);
    return status;
}

/* chunk NULL: contiguous. Groups on the way are made. */
static hid_t create_dataset(hid_t file, const char *path, hid_t type, int rank, const hsize_t *dims,
                            const hsize_t *chunk, bool is_deflated, bool is_shuffled)
{
    hid_t links = H5Pcreate(H5P_LINK_CREATE), plan = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(rank, dims, NULL), dataset = H5I_INVALID_HID;
    bool is_planned = H5Pset_create_intermediate_group(links, 1) >= 0 &&
                      H5Pset_obj_track_times(plan, 0) >= 0 &&
                      H5Pset_fill_time(plan, H5D_FILL_TIME_NEVER) >= 0;

    if (chunk)
        is_planned = is_planned && H5Pset_chunk(plan, rank, chunk) >= 0;
    if (is_shuffled)
        is_planned = is_planned && H5Pset_shuffle(plan) >= 0;
    if (is_deflated)
        is_planned = is_planned && H5Pset_deflate(plan, OUT_DEFLATE_LEVEL) >= 0;
    if (is_planned)
        dataset = H5Dcreate2(file, path, type, space, links, plan, H5P_DEFAULT);
    H5Sclose(space);
    H5Pclose(plan);
    H5Pclose(links);
    return dataset;
}

static enum sim_status put_array(hid_t file, const char *path, hid_t type, int rank,
                                 const hsize_t *dims, const void *value, const char *unit,
                                 const char *description, struct sim_error *err)
{
    hid_t dataset = create_dataset(file, path, type, rank, dims, NULL, false, false);
    bool is_empty = dims[0] == 0 || (rank > 1 && dims[1] == 0);
    enum sim_status status;

    if (dataset < 0)
        return out_h5_error(err, "make", path);
    status = describe(dataset, unit, description, NULL, err);
    if (!status && !is_empty && H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) < 0)
        status = out_h5_error(err, "write", path);
    if (H5Dclose(dataset) < 0 && !status)
        status = out_h5_error(err, "close", path);
    return status;
}

/* ---- columns of text: one member of an array of structs ---- */
struct text_column {
    const char *path, *description;
    const void *first; /* the member in item 0 */
    size_t stride, count;
};

/* base may be NULL when there are no items. */
static const void *member_of(const void *base, size_t offset)
{
    return base ? (const char *)base + offset : NULL;
}

static const char *text_at(const struct text_column *column, size_t i)
{
    const char *text;

    memcpy(&text, (const char *)column->first + i * column->stride, sizeof text);
    return text ? text : "";
}

static enum sim_status write_texts(hid_t dataset, hid_t type, const struct text_column *column,
                                   size_t width, size_t block, struct sim_error *err)
{
    char *buffer = calloc(block, width);
    hid_t space = H5Dget_space(dataset);
    bool is_written = buffer != NULL;

    for (size_t i = 0; is_written && i < column->count; i += block) {
        hsize_t start = i, rows = column->count - i < block ? column->count - i : block;
        hid_t memory = H5Screate_simple(1, &rows, NULL);

        memset(buffer, 0, block * width);
        for (size_t k = 0; k < rows; k++) {
            const char *text = text_at(column, i + k);
            memcpy(buffer + k * width, text, strlen(text));
        }
        is_written = H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &rows, NULL) >= 0 &&
                     H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, buffer) >= 0;
        H5Sclose(memory);
    }
    H5Sclose(space);
    if (!buffer)
        return sim_fail(err, SIM_ENOMEM, "no memory to write '%s'", column->path);
    free(buffer);
    return is_written ? SIM_OK : out_h5_error(err, "write", column->path);
}

static enum sim_status put_texts(hid_t file, const struct text_column *column,
                                 struct sim_error *err)
{
    size_t width = 1, block;
    hsize_t dims = column->count, chunk;
    hid_t type, dataset;
    enum sim_status status;

    for (size_t i = 0; i < column->count; i++) {
        size_t bytes = strlen(text_at(column, i));
        width = bytes > width ? bytes : width;
    }
    block = width >= TEXT_CHUNK_BYTES ? 1 : TEXT_CHUNK_BYTES / width;
    block = block > column->count ? column->count : block;
    chunk = block;
    type = text_type(width);
    dataset =
        create_dataset(file, column->path, type, 1, &dims, dims ? &chunk : NULL, dims > 0, false);
    if (dataset < 0) {
        H5Tclose(type);
        return out_h5_error(err, "make", column->path);
    }
    status = describe(dataset, "1", column->description, NULL, err);
    if (!status && dims)
        status = write_texts(dataset, type, column, width, block, err);
    H5Tclose(type);
    if (H5Dclose(dataset) < 0 && !status)
        status = out_h5_error(err, "close", column->path);
    return status;
}

/* ---- the parts of a result ---- */
static enum sim_status put_scenario(hid_t file, const char *text, struct sim_error *err)
{
    struct text_column column = {.path = "/meta/scenario",
                                 .description = "the scenario as resolved, canonical text",
                                 .first = &text,
                                 .stride = sizeof text,
                                 .count = 1};

    return put_texts(file, &column, err);
}

static enum sim_status put_meta(hid_t file, const struct out_about *about,
                                const struct out_summary *summary, const char *digest,
                                struct sim_error *err)
{
    char start[16], end[16], seed[24];
    enum sim_status status = put_scenario(file, about->scenario_text, err);
    hid_t meta = status ? H5I_INVALID_HID : H5Gopen2(file, "/meta", H5P_DEFAULT);
    const struct out_attribute texts[] = {
        {"format", OUT_RESULT_FORMAT},
        {"version", about->version},
        {"name", about->name},
        {"seed", seed},
        {"window_start", start},
        {"window_end", end},
        {"libraries", out_library_versions()},
        {"digest", digest},
    };

    if (status)
        return status;
    if (meta < 0)
        return out_h5_error(err, "open", "/meta");
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)about->seed);
    sim_date_format(about->start_days, start);
    sim_date_format(about->end_days, end);
    for (size_t i = 0; !status && i < sizeof texts / sizeof *texts; i++)
        status = put_text_attribute(meta, texts[i].name, texts[i].value, err);
    for (size_t i = 0; !status && i < about->extra_count; i++)
        status = put_text_attribute(meta, about->extra[i].name, about->extra[i].value, err);
    if (!status)
        status = put_integer_attribute(meta, "format_version", OUT_RESULT_FORMAT_VERSION, err);
    if (!status)
        status = put_integer_attribute(meta, "complete", summary->is_complete, err);
    if (!status)
        status = put_integer_attribute(meta, "replications_asked",
                                       (int64_t)summary->replications_asked, err);
    if (!status)
        status = put_integer_attribute(meta, "replications_done",
                                       (int64_t)summary->replication_count, err);
    if (H5Gclose(meta) < 0 && !status)
        status = out_h5_error(err, "close", "/meta");
    return status;
}

static enum sim_status put_inputs(hid_t file, const struct out_about *about, struct sim_error *err)
{
    static const struct {
        const char *path, *description;
        size_t offset;
    } member[] = {
        {"/inputs/path", "resolved key", offsetof(struct sim_input, path)},
        {"/inputs/value", "its value, in `unit`", offsetof(struct sim_input, value)},
        {"/inputs/unit", "1 = none", offsetof(struct sim_input, unit)},
        {"/inputs/source", "where the figure comes from", offsetof(struct sim_input, source)},
        {"/inputs/quality", "high, medium, assumption, default or empty",
         offsetof(struct sim_input, quality)},
        {"/inputs/origin", "file:line:column, default or --set",
         offsetof(struct sim_input, origin)},
    };
    enum sim_status status = SIM_OK;

    for (size_t m = 0; !status && m < sizeof member / sizeof *member; m++) {
        struct text_column column = {.path = member[m].path,
                                     .description = member[m].description,
                                     .first = member_of(about->input, member[m].offset),
                                     .stride = sizeof *about->input,
                                     .count = about->input_count};
        status = put_texts(file, &column, err);
    }
    return status;
}

static enum sim_status put_labels(hid_t file, const struct out_about *about, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    for (size_t i = 0; !status && i < about->label_count; i++) {
        struct text_column column = {.path = about->labels[i].path,
                                     .description = "what the codes stand for, from 0",
                                     .first = about->labels[i].text,
                                     .stride = sizeof(const char *),
                                     .count = about->labels[i].count};
        status = put_texts(file, &column, err);
    }
    return status;
}

static const char *better_text(enum mdl_better better)
{
    return better == MDL_BETTER_HIGH ? "high" : better == MDL_BETTER_LOW ? "low" : "";
}

static enum sim_status put_figure_texts(hid_t file, const struct out_summary *summary,
                                        struct sim_error *err)
{
    static const struct {
        const char *path, *description;
        size_t offset;
    } member[] = {
        {"/summary/figures/name", "which figure", offsetof(struct out_figure, name)},
        {"/summary/figures/statistic", "p50, p95, mean ... or empty",
         offsetof(struct out_figure, statistic)},
        {"/summary/figures/group", "selector, kind=sme; empty = all",
         offsetof(struct out_figure, selector)},
        {"/summary/figures/unit", "of mean and half_width", offsetof(struct out_figure, unit)},
        {"/summary/figures/method", "how it was computed", offsetof(struct out_figure, method)},
        {"/summary/figures/plot", "the standard plot that shows it, or empty",
         offsetof(struct out_figure, plot)},
        {"/summary/figures/help", "what it is", offsetof(struct out_figure, help)},
    };
    const char **better = calloc(summary->figure_count + 1, sizeof *better);
    enum sim_status status = better ? SIM_OK : sim_fail(err, SIM_ENOMEM, "no memory for figures");

    for (size_t m = 0; !status && m < sizeof member / sizeof *member; m++) {
        struct text_column column = {.path = member[m].path,
                                     .description = member[m].description,
                                     .first = member_of(summary->figure, member[m].offset),
                                     .stride = sizeof *summary->figure,
                                     .count = summary->figure_count};
        status = put_texts(file, &column, err);
    }
    for (size_t f = 0; !status && f < summary->figure_count; f++)
        better[f] = better_text(summary->figure[f].better);
    if (!status) {
        struct text_column column = {.path = "/summary/figures/better",
                                     .description = "which way is better: high, low or empty",
                                     .first = better,
                                     .stride = sizeof *better,
                                     .count = summary->figure_count};
        status = put_texts(file, &column, err);
    }
    free(better);
    return status;
}

static enum sim_status put_summary(hid_t file, const struct out_summary *summary,
                                   struct sim_error *err)
{
    const size_t count = summary->figure_count;
    const hsize_t dims[2] = {summary->replication_count, count};
    double *mean = calloc(count + 1, sizeof *mean), *half = calloc(count + 1, sizeof *half);
    int64_t *n = calloc(count + 1, sizeof *n);
    enum sim_status status = put_figure_texts(file, summary, err);

    if (!status && (!mean || !half || !n))
        status = sim_fail(err, SIM_ENOMEM, "no memory for figures");
    for (size_t f = 0; !status && f < count; f++) {
        mean[f] = summary->figure[f].mean;
        half[f] = summary->figure[f].half_width;
        n[f] = (int64_t)summary->figure[f].n;
    }
    if (!status)
        status = put_array(file, "/summary/figures/mean", H5T_IEEE_F64LE, 1, dims + 1, mean,
                           "see unit", "mean over replications; NaN: none has it", err);
    if (!status)
        status = put_array(file, "/summary/figures/half_width", H5T_IEEE_F64LE, 1, dims + 1, half,
                           "see unit",
                           "half-width of the 95 % Student t interval of the mean over "
                           "replications; NaN below two",
                           err);
    if (!status)
        status = put_array(file, "/summary/figures/n", H5T_STD_I64LE, 1, dims + 1, n, "1",
                           "replications that have the figure", err);
    if (!status)
        status = put_array(file, "/summary/replications", H5T_IEEE_F64LE, 2, dims, summary->value,
                           "see /summary/figures/unit",
                           "[replication][figure]; NaN: too few in that replication", err);
    free(mean);
    free(half);
    free(n);
    return status;
}

/* What the scenario expects, beside what came. */
static enum sim_status put_expectations(hid_t file, const struct out_summary *summary,
                                        struct sim_error *err)
{
    const size_t count = summary->expect_count;
    const hsize_t dims = count;
    double *bound = calloc(count + 1, sizeof *bound);
    int64_t *whole = calloc(count + 1, sizeof *whole);
    enum sim_status status = SIM_OK;

    if (!bound || !whole)
        status = sim_fail(err, SIM_ENOMEM, "no memory for expectations");
    for (size_t i = 0; !status && i < count; i++)
        whole[i] = (int64_t)summary->expect[i].figure;
    if (!status)
        status = put_array(file, "/summary/expect/figure", H5T_STD_I64LE, 1, &dims, whole, "1",
                           "row of /summary/figures that it is about", err);
    for (size_t i = 0; !status && i < count; i++)
        bound[i] = summary->expect[i].at_least;
    if (!status)
        status = put_array(file, "/summary/expect/at_least", H5T_IEEE_F64LE, 1, &dims, bound,
                           "see /summary/figures/unit", "lower bound; NaN: none", err);
    for (size_t i = 0; !status && i < count; i++)
        bound[i] = summary->expect[i].at_most;
    if (!status)
        status = put_array(file, "/summary/expect/at_most", H5T_IEEE_F64LE, 1, &dims, bound,
                           "see /summary/figures/unit", "upper bound; NaN: none", err);
    for (size_t i = 0; !status && i < count; i++)
        whole[i] = mdl_expectation_verdict(&summary->expect[i],
                                           summary->figure[summary->expect[i].figure].mean);
    if (!status)
        status = put_array(file, "/summary/expect/met", H5T_STD_I64LE, 1, &dims, whole, "1",
                           "1: the mean lies within the bounds, 0: it does not, -1: open (no "
                           "value, or too short a window)",
                           err);
    free(bound);
    free(whole);
    return status;
}

/* ---- columns: from the spills, chunk by chunk ---- */
static void hex_of(const unsigned char *bytes, size_t count, char *hex)
{
    for (size_t i = 0; i < count; i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
}

static uint32_t largest_chunk(const struct out_column *column)
{
    uint32_t largest = 1;

    for (size_t k = 0; k < column->chunk_count; k++)
        if (column->chunk[k].byte_count > largest)
            largest = column->chunk[k].byte_count;
    return largest;
}

static enum sim_status copy_chunks(hid_t dataset, const struct out_spill *spill,
                                   const struct out_column *column, const char *path,
                                   struct sim_error *err)
{
    unsigned char *buffer = malloc(largest_chunk(column));
    enum sim_status status = SIM_OK;

    if (!buffer)
        return sim_fail(err, SIM_ENOMEM, "no memory to copy '%s'", path);
    for (size_t k = 0; !status && k < column->chunk_count; k++) {
        const hsize_t at[2] = {k * column->chunk_rows, 0};

        status = out_spill_read(spill, &column->chunk[k], buffer, err);
        if (!status &&
            H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, at, column->chunk[k].byte_count, buffer) < 0)
            status = out_h5_error(err, "write", path);
    }
    free(buffer);
    return status;
}

static enum sim_status put_column(hid_t file, const struct out_spill *spill,
                                  const struct out_column *column, const char *path,
                                  const char *unit, const char *description, const char *labels,
                                  bool is_series, struct sim_error *err)
{
    const hsize_t dims[2] = {column->row_count, column->width};
    hsize_t chunk[2] = {dims[0] < column->chunk_rows ? dims[0] : column->chunk_rows, dims[1]};
    bool is_chunked = dims[0] > 0 && dims[1] > 0, is_packed = !out_type_is_float(column->type);
    char sha[OUT_DIGEST_BYTES];
    enum sim_status status;
    hid_t dataset = create_dataset(file, path, file_type(column->type), is_series ? 2 : 1, dims,
                                   is_chunked ? chunk : NULL, is_chunked && is_packed,
                                   is_chunked && is_packed && column->value_bytes > 1);

    if (dataset < 0)
        return out_h5_error(err, "make", path);
    hex_of(column->digest, sizeof column->digest, sha);
    status = describe(dataset, unit, description, labels, err);
    if (!status)
        status = put_text_attribute(dataset, "sha256", sha, err);
    if (!status)
        status = copy_chunks(dataset, spill, column, path, err);
    if (H5Dclose(dataset) < 0 && !status)
        status = out_h5_error(err, "close", path);
    return status;
}

/* Calls visit for every column of every traced replication, in canonical order. */
typedef enum sim_status column_fn(void *context, const struct out_spill *spill,
                                  const struct out_column *column, const char *path,
                                  const char *unit, const char *description, const char *labels,
                                  bool is_series, struct sim_error *err);

static enum sim_status visit_spill(const struct out_spill *spill, size_t replication,
                                   column_fn *visit, void *context, struct sim_error *err)
{
    char path[PATH_BYTES];
    enum sim_status status = SIM_OK;

    for (size_t t = 0; t < spill->table_count; t++)
        for (size_t c = 0; !status && c < spill->table[t].table->column_count; c++) {
            const struct sim_column *column = &spill->table[t].table->columns[c];

            snprintf(path, sizeof path, "/replications/%04zu/%s/%s", replication,
                     spill->table[t].table->path, column->name);
            status = visit(context, spill, &spill->table[t].column[c], path, column->unit,
                           column->description, column->labels, false, err);
        }
    for (size_t s = 0; !status && s < spill->series_count; s++) {
        const struct sim_series *series = spill->series[s].series;

        snprintf(path, sizeof path, "/replications/%04zu/%s", replication, series->path);
        status = visit(context, spill, &spill->series[s].column, path, series->unit,
                       series->description, series->labels, true, err);
    }
    return status;
}

static enum sim_status visit_columns(const struct out_run *run, size_t replication_count,
                                     column_fn *visit, void *context, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    for (size_t r = 0; !status && r < run->traced_count && r < replication_count; r++)
        if (run->spill[r].is_open)
            status = visit_spill(&run->spill[r], r, visit, context, err);
    return status;
}

static enum sim_status visit_to_write(void *context, const struct out_spill *spill,
                                      const struct out_column *column, const char *path,
                                      const char *unit, const char *description, const char *labels,
                                      bool is_series, struct sim_error *err)
{
    return put_column(*(hid_t *)context, spill, column, path, unit, description, labels, is_series,
                      err);
}

static enum sim_status visit_to_digest(void *context, const struct out_spill *spill,
                                       const struct out_column *column, const char *path,
                                       const char *unit, const char *description,
                                       const char *labels, bool is_series, struct sim_error *err)
{
    (void)spill, (void)unit, (void)description, (void)labels, (void)is_series, (void)err;
    out_digest_column(context, path, column->row_count, column->width, column->digest);
    return SIM_OK;
}

/* What lies in the file is what was spilled. That the packing itself can be undone is the
 * business of the tests, which read through HDF5's filters. */
static enum sim_status visit_to_verify(void *context, const struct out_spill *spill,
                                       const struct out_column *column, const char *path,
                                       const char *unit, const char *description,
                                       const char *labels, bool is_series, struct sim_error *err)
{
    hid_t dataset = H5Dopen2(*(hid_t *)context, path, H5P_DEFAULT);
    uint32_t most = largest_chunk(column);
    unsigned char *written = malloc(most), *spilled = malloc(most);
    enum sim_status status = SIM_OK;

    (void)unit, (void)description, (void)labels, (void)is_series;
    if (dataset < 0)
        status = out_h5_error(err, "read back", path);
    else if (!written || !spilled)
        status = sim_fail(err, SIM_ENOMEM, "no memory to verify '%s'", path);
    for (size_t k = 0; !status && k < column->chunk_count; k++) {
        const struct out_spilled_chunk *chunk = &column->chunk[k];
        const hsize_t at[2] = {k * column->chunk_rows, 0};
        hsize_t bytes = 0;
        uint32_t filters = 0;

        status = out_spill_read(spill, chunk, spilled, err);
        if (!status &&
            (H5Dget_chunk_storage_size(dataset, at, &bytes) < 0 || bytes != chunk->byte_count ||
             H5Dread_chunk(dataset, H5P_DEFAULT, at, &filters, written) < 0 || filters != 0 ||
             memcmp(written, spilled, bytes) != 0))
            status = sim_fail(err, SIM_EIO, "'%s' was written, but reads back differently", path);
    }
    free(written);
    free(spilled);
    if (dataset >= 0)
        H5Dclose(dataset);
    return status;
}

/* Descriptions of tables hang on their groups. */
static enum sim_status describe_tables(hid_t file, const struct out_run *run,
                                       size_t replication_count, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    for (size_t r = 0; !status && r < run->traced_count && r < replication_count; r++)
        for (size_t t = 0; !status && t < run->spill[r].table_count; t++) {
            const struct sim_table *table = run->spill[r].table[t].table;
            char path[PATH_BYTES];
            hid_t group;

            if (table->column_count == 0)
                continue;
            snprintf(path, sizeof path, "/replications/%04zu/%s", r, table->path);
            group = H5Gopen2(file, path, H5P_DEFAULT);
            if (group < 0)
                return out_h5_error(err, "open", path);
            status = put_text_attribute(group, "description", table->description, err);
            H5Gclose(group);
        }
    return status;
}

/* ---- the file ---- */
static enum sim_status digest_of(const struct out_run *run, const struct out_summary *summary,
                                 const char *scenario_text, size_t replication_count,
                                 char hex[OUT_DIGEST_BYTES], struct sim_error *err)
{
    struct out_digest digest;
    enum sim_status status;

    out_digest_begin(&digest);
    out_digest_summary(&digest, summary, scenario_text);
    status = visit_columns(run, replication_count, visit_to_digest, &digest, err);
    if (!out_digest_end(&digest, hex) && !status)
        status = sim_fail(err, SIM_ENOMEM, "no memory for the digest");
    return status;
}

static enum sim_status write_parts(hid_t file, const struct out_run *run,
                                   const struct out_summary *summary, const char *digest,
                                   struct sim_error *err)
{
    size_t replications = summary->replication_count;
    enum sim_status status = put_meta(file, run->about, summary, digest, err);

    if (!status)
        status = put_inputs(file, run->about, err);
    if (!status)
        status = put_labels(file, run->about, err);
    if (!status)
        status = put_summary(file, summary, err);
    if (!status && summary->expect_count)
        status = put_expectations(file, summary, err);
    if (!status)
        status = visit_columns(run, replications, visit_to_write, &file, err);
    if (!status)
        status = describe_tables(file, run, replications, err);
    return status;
}

static enum sim_status write_file(const struct out_run *run, const char *path,
                                  const struct out_summary *summary, const char *digest,
                                  struct sim_error *err)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t file = H5I_INVALID_HID;
    enum sim_status status;

    if (H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0)
        file = H5Fcreate(path, H5F_ACC_EXCL, H5P_DEFAULT, access);
    H5Pclose(access);
    if (file < 0)
        return out_h5_error(err, "make", path);
    status = write_parts(file, run, summary, digest, err);
    if (H5Fclose(file) < 0 && !status)
        status = out_h5_error(err, "close", path);
    return status;
}

static enum sim_status verify_file(const struct out_run *run, const char *path,
                                   size_t replication_count, const char *digest,
                                   struct sim_error *err)
{
    struct out_result *result;
    char again[OUT_DIGEST_BYTES];
    hid_t file;
    enum sim_status status = out_result_open(path, &result, err);

    if (status)
        return status;
    status = digest_of(run, &result->summary, result->scenario_text, replication_count, again, err);
    if (!status && (strcmp(again, digest) != 0 || strcmp(result->digest, digest) != 0))
        status = sim_fail(err, SIM_EIO, "'%.300s' was written, but reads back differently", path);
    out_result_close(result);
    if (status)
        return status;
    file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0)
        return out_h5_error(err, "read back", path);
    status = visit_columns(run, replication_count, visit_to_verify, &file, err);
    if (H5Fclose(file) < 0 && !status)
        status = out_h5_error(err, "close", path);
    return status;
}

/* ---- summary.csv and summary.json ---- */
typedef enum sim_status writer_fn(FILE *file, const struct out_summary *summary, const char *digest,
                                  struct sim_error *err);

static enum sim_status write_csv(FILE *file, const struct out_summary *summary, const char *digest,
                                 struct sim_error *err)
{
    (void)digest;
    return out_write_csv(file, summary, err);
}

static enum sim_status write_text_file(const struct out_run *run, const char *name,
                                       writer_fn *write_to, const struct out_summary *summary,
                                       const char *digest, struct sim_error *err)
{
    char *bytes = NULL;
    size_t byte_count = 0;
    FILE *file = open_memstream(&bytes, &byte_count);
    enum sim_status status;

    if (!file)
        return sim_fail(err, SIM_ENOMEM, "no memory for %s", name);
    status = write_to(file, summary, digest, err);
    if (fclose(file) != 0 && !status)
        status = sim_fail(err, SIM_ENOMEM, "no memory for %s", name);
    if (!status)
        status = out_replace_file(run->temporary_fd, name, bytes, byte_count, err);
    free(bytes);
    return status;
}

/* Of the result, and of the tables that go with it. */
static const char *const whole_names[] = {"result.h5", "summary.csv", "summary.json"};
static const char *const partial_names[] = {"result.partial.h5", "summary.partial.csv",
                                            "summary.partial.json"};
enum { NAMES = sizeof whole_names / sizeof *whole_names };

/* What an interrupted run left is of no use beside a whole result. */
static void remove_partial(const struct out_run *run)
{
    for (int i = 0; i < NAMES; i++)
        unlinkat(run->dir_fd, partial_names[i], 0);
}

static enum sim_status write_and_move(const struct out_run *run, const double *value,
                                      size_t replication_count, bool is_broken, char *digest,
                                      struct sim_error *err)
{
    const char *const *names =
        replication_count < run->about->replication_count ? partial_names : whole_names;
    struct out_summary *summary = NULL;
    char path[4200];
    enum sim_status status =
        out_summary_create(run->about, value, replication_count, &summary, err);

    if (status)
        return status;
    summary->is_complete = summary->is_complete && !is_broken;
    snprintf(path, sizeof path, "%s/%s", run->temporary, names[0]);
    status = digest_of(run, summary, run->about->scenario_text, replication_count, digest, err);
    if (!status)
        status = write_file(run, path, summary, digest, err);
    if (!status)
        status = verify_file(run, path, replication_count, digest, err);
    if (!status && is_broken) {
        status = out_move_file(run->temporary_fd, names[0], run->dir_fd, "result.h5.broken", err);
    } else {
        if (!status)
            status = write_text_file(run, names[1], write_csv, summary, digest, err);
        if (!status)
            status = write_text_file(run, names[2], out_write_json, summary, digest, err);
        for (int i = 0; !status && i < NAMES; i++)
            status = out_move_file(run->temporary_fd, names[i], run->dir_fd, names[i], err);
        if (!status && summary->is_complete)
            remove_partial(run);
    }
    out_summary_destroy(summary);
    return status;
}

/* ---- the folder ---- */

/* The lock belongs to the open file, so it ends with the process, however that ends. */
static enum sim_status take_lock(struct out_run *run, struct sim_error *err)
{
    struct stat opened, named;

    for (int tries = 0; tries < 100; tries++) {
        run->lock_fd =
            openat(run->dir_fd, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (run->lock_fd < 0)
            return sim_fail(err, SIM_EIO, "cannot make '%.300s/%s': %s", run->dir, LOCK_NAME,
                            strerrordesc_np(errno));
        if (flock(run->lock_fd, LOCK_EX | LOCK_NB) != 0) {
            int why = errno;

            close(run->lock_fd);
            run->lock_fd = -1;
            if (why == EWOULDBLOCK)
                return sim_fail(err, SIM_ELOCKED, "another run is writing to '%.300s'", run->dir);
            return sim_fail(err, SIM_EIO, "cannot lock '%.300s/%s': %s", run->dir, LOCK_NAME,
                            strerrordesc_np(why));
        }
        /* Its last owner may have removed the name between our open and our lock. */
        if (fstat(run->lock_fd, &opened) == 0 &&
            fstatat(run->dir_fd, LOCK_NAME, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
            opened.st_ino == named.st_ino && opened.st_dev == named.st_dev)
            return SIM_OK;
        close(run->lock_fd);
        run->lock_fd = -1;
    }
    return sim_fail(err, SIM_ELOCKED, "another run is writing to '%.300s'", run->dir);
}

static void remove_folder(int dir_fd, const char *name)
{
    int fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);

    if (!folder) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(fd, entry->d_name, 0);
    closedir(folder);
    unlinkat(dir_fd, name, AT_REMOVEDIR);
}

/* Who holds the lock knows that no other temporary folder is in use. */
static void remove_leftovers(const struct out_run *run)
{
    int fd = openat(run->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);

    if (!folder) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (!strncmp(entry->d_name, TEMPORARY, strlen(TEMPORARY)) &&
            strlen(entry->d_name) == strlen(TEMPORARY) + 6)
            remove_folder(run->dir_fd, entry->d_name);
    closedir(folder);
}

static enum sim_status make_temporary(struct out_run *run, struct sim_error *err)
{
    snprintf(run->temporary, sizeof run->temporary, "%s/" TEMPORARY "XXXXXX", run->dir);
    if (!mkdtemp(run->temporary)) {
        run->temporary[0] = '\0';
        return sim_fail(err, SIM_EIO, "cannot make a folder in '%.300s': %s", run->dir,
                        strerrordesc_np(errno));
    }
    return out_open_dir(run->temporary, &run->temporary_fd, err);
}

static void destroy(struct out_run *run)
{
    for (size_t r = 0; r < run->traced_count; r++)
        out_spill_release(&run->spill[r]);
    free(run->spill);
    if (run->temporary_fd >= 0)
        close(run->temporary_fd);
    if (run->temporary[0])
        remove_folder(run->dir_fd, strrchr(run->temporary, '/') + 1);
    if (run->lock_fd >= 0) {
        unlinkat(run->dir_fd, LOCK_NAME, 0);
        close(run->lock_fd);
    }
    if (run->dir_fd >= 0)
        close(run->dir_fd);
    free(run);
}

/* ---- names: ours, but a wrong one would be HDF5's riddle later ---- */
static bool is_h5_name(const char *name, bool with_slash)
{
    size_t length = strspn(name, with_slash ? "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                              "0123456789_-/"
                                            : "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                              "0123456789_-");

    return length > 0 && name[length] == '\0' && length < 128;
}

static enum sim_status check_names(const struct out_about *about, struct sim_error *err)
{
    for (size_t i = 0; i < about->label_count; i++)
        if (!is_h5_name(about->labels[i].path, true))
            return sim_fail(err, SIM_EUSAGE, "'%.80s' cannot name labels", about->labels[i].path);
    for (size_t i = 0; i < about->extra_count; i++)
        if (!is_h5_name(about->extra[i].name, false))
            return sim_fail(err, SIM_EUSAGE, "'%.80s' cannot name an attribute",
                            about->extra[i].name);
    for (size_t i = 0; i < about->series_count; i++)
        if (!is_h5_name(about->series[i]->path, true))
            return sim_fail(err, SIM_EUSAGE, "'%.80s' cannot name a series",
                            about->series[i]->path);
    for (size_t i = 0; i < about->table_count; i++) {
        if (!is_h5_name(about->table[i]->path, true))
            return sim_fail(err, SIM_EUSAGE, "'%.80s' cannot name a table", about->table[i]->path);
        for (size_t c = 0; c < about->table[i]->column_count; c++)
            if (!is_h5_name(about->table[i]->columns[c].name, false))
                return sim_fail(err, SIM_EUSAGE, "'%.80s' cannot name a column",
                                about->table[i]->columns[c].name);
    }
    return SIM_OK;
}

/* ---- public ---- */
enum sim_status out_run_create(const char *dir, const struct out_about *about,
                               enum out_trace_level level, bool all_replications,
                               struct out_run **out, struct sim_error *err)
{
    struct out_run *run;
    enum sim_status status = check_names(about, err);

    if (status)
        return status;
    if (strlen(dir) >= sizeof run->dir)
        return sim_fail(err, SIM_EUSAGE, "the name of the output folder is too long");
    run = calloc(1, sizeof *run);
    if (!run)
        return sim_fail(err, SIM_ENOMEM, "no memory for a run's output");
    run->about = about;
    run->dir_fd = run->temporary_fd = run->lock_fd = -1;
    run->with_tables = level >= OUT_TRACE_JOBS;
    snprintf(run->dir, sizeof run->dir, "%s", dir);
    if (level != OUT_TRACE_NONE)
        run->traced_count =
            all_replications || about->replication_count == 0 ? about->replication_count : 1;
    run->spill = calloc(run->traced_count + 1, sizeof *run->spill);
    status = run->spill ? SIM_OK : sim_fail(err, SIM_ENOMEM, "no memory for a run's output");
    if (!status)
        status = out_make_dir(dir, err);
    if (!status)
        status = out_open_dir(dir, &run->dir_fd, err);
    if (!status)
        status = take_lock(run, err);
    if (!status) {
        remove_leftovers(run);
        status = make_temporary(run, err);
    }
    if (status) {
        destroy(run);
        return status;
    }
    *out = run;
    return SIM_OK;
}

struct sim_trace *out_run_trace(struct out_run *run, size_t replication)
{
    struct out_spill *spill;
    char name[32];

    if (replication >= run->traced_count)
        return NULL;
    spill = &run->spill[replication];
    if (!spill->is_open) {
        snprintf(name, sizeof name, "%04zu.spill", replication);
        out_spill_begin(spill, run->temporary_fd, name, run->about, run->with_tables);
    }
    return &spill->trace;
}

enum sim_status out_run_trace_end(struct out_run *run, size_t replication, struct sim_error *err)
{
    if (replication >= run->traced_count || !run->spill[replication].is_open)
        return SIM_OK;
    return out_spill_end(&run->spill[replication], err);
}

static enum sim_status finish(struct out_run *run, const double *value, size_t replication_count,
                              bool is_broken, char *digest, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    out_h5_setup();
    for (size_t r = 0; !status && r < run->traced_count && r < replication_count; r++)
        if (run->spill[r].is_open)
            status = out_spill_end(&run->spill[r], err);
    if (!status)
        status = write_and_move(run, value, replication_count, is_broken, digest, err);
    destroy(run);
    return status;
}

enum sim_status out_run_finish(struct out_run *run, const double *value, size_t replication_count,
                               char digest[OUT_DIGEST_BYTES], struct sim_error *err)
{
    return finish(run, value, replication_count, false, digest, err);
}

enum sim_status out_run_finish_broken(struct out_run *run, const double *value,
                                      size_t replication_count, char digest[OUT_DIGEST_BYTES],
                                      struct sim_error *err)
{
    return finish(run, value, replication_count, true, digest, err);
}

void out_run_abandon(struct out_run *run)
{
    if (run)
        destroy(run);
}
