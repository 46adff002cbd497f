/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/trace_h5.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_version.h>
#include <openssl/opensslv.h>
#include <zlib.h>

#include "output/digest.h"
#include "output/files.h"
#include "output/folder.h"
#include "output/h5.h"
#include "output/provenance.h"
#include "output/read_h5.h"
#include "output/spill.h"
#include "output/summary.h"
#include "output/tables.h"
#include "sim/arena.h"
#include "sim/calendar.h"

enum { PATH_BYTES = 512 };

struct out_run {
    const struct out_about *about;
    struct out_folder folder;
    struct out_spill *spill; /* [traced_count] */
    size_t traced_count;
    bool with_tables;
};

const char *out_library_versions(void)
{
    return H5_VERS_INFO ", zlib " ZLIB_VERSION ", GSL " GSL_VERSION ", " OPENSSL_VERSION_TEXT;
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

/* ---- the parts of a result ---- */
static enum sim_status put_scenario(hid_t file, const char *text, struct sim_error *err)
{
    struct out_h5_texts column = {.path = "/meta/scenario",
                                  .description = "the scenario as resolved, canonical text",
                                  .first = &text,
                                  .stride = sizeof text,
                                  .count = 1};

    return out_h5_put_texts(file, &column, err);
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
        status = out_h5_put_text_attribute(meta, texts[i].name, texts[i].value, err);
    for (size_t i = 0; !status && i < about->extra_count; i++)
        status = out_h5_put_text_attribute(meta, about->extra[i].name, about->extra[i].value, err);
    if (!status)
        status =
            out_h5_put_integer_attribute(meta, "format_version", OUT_RESULT_FORMAT_VERSION, err);
    if (!status)
        status = out_h5_put_integer_attribute(meta, "complete", summary->is_complete, err);
    if (!status)
        status = out_h5_put_integer_attribute(meta, "replications_asked",
                                              (int64_t)summary->replications_asked, err);
    if (!status)
        status = out_h5_put_integer_attribute(meta, "replications_done",
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
        struct out_h5_texts column = {.path = member[m].path,
                                      .description = member[m].description,
                                      .first = out_h5_member(about->input, member[m].offset),
                                      .stride = sizeof *about->input,
                                      .count = about->input_count};
        status = out_h5_put_texts(file, &column, err);
    }
    return status;
}

static enum sim_status put_labels(hid_t file, const struct out_about *about, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    for (size_t i = 0; !status && i < about->label_count; i++) {
        struct out_h5_texts column = {.path = about->labels[i].path,
                                      .description = "what the codes stand for, from 0",
                                      .first = about->labels[i].text,
                                      .stride = sizeof(const char *),
                                      .count = about->labels[i].count};
        status = out_h5_put_texts(file, &column, err);
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
        struct out_h5_texts column = {.path = member[m].path,
                                      .description = member[m].description,
                                      .first = out_h5_member(summary->figure, member[m].offset),
                                      .stride = sizeof *summary->figure,
                                      .count = summary->figure_count};
        status = out_h5_put_texts(file, &column, err);
    }
    for (size_t f = 0; !status && f < summary->figure_count; f++)
        better[f] = better_text(summary->figure[f].better);
    if (!status) {
        struct out_h5_texts column = {.path = "/summary/figures/better",
                                      .description = "which way is better: high, low or empty",
                                      .first = better,
                                      .stride = sizeof *better,
                                      .count = summary->figure_count};
        status = out_h5_put_texts(file, &column, err);
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
    uint8_t *bound = calloc(count + 1, sizeof *bound);
    enum sim_status status = put_figure_texts(file, summary, err);

    if (!status && (!mean || !half || !n || !bound))
        status = sim_fail(err, SIM_ENOMEM, "no memory for figures");
    for (size_t f = 0; !status && f < count; f++) {
        mean[f] = summary->figure[f].mean;
        half[f] = summary->figure[f].half_width;
        n[f] = (int64_t)summary->figure[f].n;
        bound[f] = summary->figure[f].is_lower_bound;
    }
    if (!status)
        status = out_h5_put_array(file, "/summary/figures/mean", H5T_IEEE_F64LE, 1, dims + 1, mean,
                                  "see unit", "mean over replications; NaN: none has it", err);
    if (!status)
        status = out_h5_put_array(file, "/summary/figures/half_width", H5T_IEEE_F64LE, 1, dims + 1,
                                  half, "see unit",
                                  "half-width of the 95 % Student t interval of the mean over "
                                  "replications; NaN below two, and of a lower bound",
                                  err);
    if (!status)
        status = out_h5_put_array(file, "/summary/figures/n", H5T_STD_I64LE, 1, dims + 1, n, "1",
                                  "replications that have the figure", err);
    if (!status)
        status = out_h5_put_array(
            file, "/summary/figures/is_lower_bound", H5T_STD_U8LE, 1, dims + 1, bound, "1",
            "1: the mean is a lower bound, since in a replication the quantile lies "
            "beyond the last observation",
            err);
    if (!status)
        status = out_h5_put_array(file, "/summary/replications", H5T_IEEE_F64LE, 2, dims,
                                  summary->value, "see /summary/figures/unit",
                                  "[replication][figure]; NaN: too few in that replication", err);
    if (!status)
        status =
            out_h5_put_array(file, "/summary/beyond", H5T_STD_U8LE, 2, dims, summary->beyond, "1",
                             "[replication][figure]; 1: the quantile lies beyond the last "
                             "observation, which stands in /summary/replications as a lower bound",
                             err);
    free(bound);
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
        status = out_h5_put_array(file, "/summary/expect/figure", H5T_STD_I64LE, 1, &dims, whole,
                                  "1", "row of /summary/figures that it is about", err);
    for (size_t i = 0; !status && i < count; i++)
        bound[i] = summary->expect[i].at_least;
    if (!status)
        status = out_h5_put_array(file, "/summary/expect/at_least", H5T_IEEE_F64LE, 1, &dims, bound,
                                  "see /summary/figures/unit", "lower bound; NaN: none", err);
    for (size_t i = 0; !status && i < count; i++)
        bound[i] = summary->expect[i].at_most;
    if (!status)
        status = out_h5_put_array(file, "/summary/expect/at_most", H5T_IEEE_F64LE, 1, &dims, bound,
                                  "see /summary/figures/unit", "upper bound; NaN: none", err);
    for (size_t i = 0; !status && i < count; i++)
        whole[i] = out_summary_verdict(summary, &summary->expect[i]);
    if (!status)
        status =
            out_h5_put_array(file, "/summary/expect/met", H5T_STD_I64LE, 1, &dims, whole, "1",
                             "1: the mean lies within the bounds, 0: it does not, -1: open (no "
                             "value or a lower bound that does not tell, or too short a window)",
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
    hid_t dataset = out_h5_create_dataset(file, path, file_type(column->type), is_series ? 2 : 1,
                                          dims, is_chunked ? chunk : NULL, is_chunked && is_packed,
                                          is_chunked && is_packed && column->value_bytes > 1);

    if (dataset < 0)
        return out_h5_error(err, "make", path);
    hex_of(column->digest, sizeof column->digest, sha);
    status = out_h5_describe(dataset, unit, description, labels, err);
    if (!status)
        status = out_h5_put_text_attribute(dataset, "sha256", sha, err);
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

/* The paths of all columns, in the order in which the digest takes them. */
struct column_list {
    struct sim_arena *arena;
    const char **path;
    size_t count;
};

static enum sim_status visit_to_list(void *context, const struct out_spill *spill,
                                     const struct out_column *column, const char *path,
                                     const char *unit, const char *description, const char *labels,
                                     bool is_series, struct sim_error *err)
{
    struct column_list *list = context;

    (void)spill, (void)column, (void)unit, (void)description, (void)labels, (void)is_series;
    if (list->path) {
        list->path[list->count] = sim_arena_strdup(list->arena, path);
        if (!list->path[list->count])
            return sim_fail(err, SIM_ENOMEM, "no memory for the names of columns");
    }
    list->count++;
    return SIM_OK;
}

static enum sim_status put_column_list(hid_t file, const struct out_run *run,
                                       size_t replication_count, struct sim_error *err)
{
    struct column_list list = {.arena = sim_arena_create(0)};
    struct out_h5_texts text = {.path = "/meta/columns",
                                .description = "columns and series as the digest takes them",
                                .stride = sizeof *list.path};
    enum sim_status status = SIM_OK;

    if (list.arena)
        status = visit_columns(run, replication_count, visit_to_list, &list, err);
    if (list.arena && !status)
        list.path = sim_arena_alloc(list.arena, list.count, sizeof *list.path);
    if (!list.path && !status)
        status = sim_fail(err, SIM_ENOMEM, "no memory for the names of columns");
    list.count = 0;
    if (!status)
        status = visit_columns(run, replication_count, visit_to_list, &list, err);
    text.first = list.path;
    text.count = list.count;
    if (!status)
        status = out_h5_put_texts(file, &text, err);
    sim_arena_destroy(list.arena);
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
            status = out_h5_put_text_attribute(group, "description", table->description, err);
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
        status = put_column_list(file, run, replications, err);
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
    hid_t file;
    enum sim_status status = out_h5_create(path, &file, err);

    if (status)
        return status;
    status = write_parts(file, run, summary, digest, err);
    return out_h5_close(file, path, status, err);
}

static enum sim_status verify_file(const struct out_run *run, const char *path,
                                   size_t replication_count, const char *digest,
                                   struct sim_error *err)
{
    struct out_result *result;
    hid_t file;
    enum sim_status status = out_result_open(path, &result, err); /* by the digest it carries */

    if (status)
        return status;
    if (strcmp(result->digest, digest) != 0)
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
        status = out_replace_file(run->folder.temporary_fd, name, bytes, byte_count, err);
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
        unlinkat(run->folder.dir_fd, partial_names[i], 0);
}

static enum sim_status write_and_move(const struct out_run *run, const double *value,
                                      const uint8_t *beyond, size_t replication_count,
                                      bool is_broken, char *digest, struct sim_error *err)
{
    const char *const *names =
        replication_count < run->about->replication_count ? partial_names : whole_names;
    struct out_summary *summary = NULL;
    char path[4200];
    enum sim_status status =
        out_summary_create(run->about, value, beyond, replication_count, &summary, err);

    if (status)
        return status;
    summary->is_complete = summary->is_complete && !is_broken;
    snprintf(path, sizeof path, "%s/%s", run->folder.temporary, names[0]);
    status = digest_of(run, summary, run->about->scenario_text, replication_count, digest, err);
    if (!status)
        status = write_file(run, path, summary, digest, err);
    if (!status)
        status = verify_file(run, path, replication_count, digest, err);
    if (!status && is_broken) {
        status = out_move_file(run->folder.temporary_fd, names[0], run->folder.dir_fd,
                               "result.h5.broken", err);
    } else {
        if (!status)
            status = write_text_file(run, names[1], write_csv, summary, digest, err);
        if (!status)
            status = write_text_file(run, names[2], out_write_json, summary, digest, err);
        for (int i = 0; !status && i < NAMES; i++)
            status = out_move_file(run->folder.temporary_fd, names[i], run->folder.dir_fd, names[i],
                                   err);
        if (!status && summary->is_complete)
            remove_partial(run);
    }
    out_summary_destroy(summary);
    return status;
}

/* ---- the end ---- */

static void destroy(struct out_run *run)
{
    for (size_t r = 0; r < run->traced_count; r++)
        out_spill_release(&run->spill[r]);
    free(run->spill);
    out_folder_close(&run->folder);
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
    run = calloc(1, sizeof *run);
    if (!run)
        return sim_fail(err, SIM_ENOMEM, "no memory for a run's output");
    run->about = about;
    run->folder.dir_fd = run->folder.temporary_fd = run->folder.lock_fd = -1;
    run->with_tables = level >= OUT_TRACE_JOBS;
    if (level != OUT_TRACE_NONE)
        run->traced_count =
            all_replications || about->replication_count == 0 ? about->replication_count : 1;
    run->spill = calloc(run->traced_count + 1, sizeof *run->spill);
    status = run->spill ? SIM_OK : sim_fail(err, SIM_ENOMEM, "no memory for a run's output");
    if (!status)
        status = out_folder_open(dir, &run->folder, err);
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
        out_spill_begin(spill, run->folder.temporary_fd, name, run->about, run->with_tables);
    }
    return &spill->trace;
}

enum sim_status out_run_trace_end(struct out_run *run, size_t replication, struct sim_error *err)
{
    if (replication >= run->traced_count || !run->spill[replication].is_open)
        return SIM_OK;
    return out_spill_end(&run->spill[replication], err);
}

static enum sim_status finish(struct out_run *run, const double *value, const uint8_t *beyond,
                              size_t replication_count, bool is_broken, char *digest,
                              struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    out_h5_setup();
    for (size_t r = 0; !status && r < run->traced_count && r < replication_count; r++)
        if (run->spill[r].is_open)
            status = out_spill_end(&run->spill[r], err);
    if (!status)
        status = write_and_move(run, value, beyond, replication_count, is_broken, digest, err);
    destroy(run);
    return status;
}

enum sim_status out_run_finish(struct out_run *run, const double *value, const uint8_t *beyond,
                               size_t replication_count, char digest[OUT_DIGEST_BYTES],
                               struct sim_error *err)
{
    return finish(run, value, beyond, replication_count, false, digest, err);
}

enum sim_status out_run_finish_broken(struct out_run *run, const double *value,
                                      const uint8_t *beyond, size_t replication_count,
                                      char digest[OUT_DIGEST_BYTES], struct sim_error *err)
{
    return finish(run, value, beyond, replication_count, true, digest, err);
}

void out_run_abandon(struct out_run *run)
{
    if (run)
        destroy(run);
}
