/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/export.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/records.h"
#include "output/tables.h"
#include "sim/calendar.h"
#include "sim/nearest.h"

enum { COLUMNS_MAX = 64, PATH_BYTES = 256, VALUE_BYTES = 8 };

struct column {
    const char *name;
    char path[PATH_BYTES];
    struct out_dataset about;
    const struct out_labels *labels; /* NULL: a number */
    unsigned char *value;            /* [OUT_CHUNK_ROWS] of the type */
};

struct export
{
    FILE *file;
    const struct out_result *result;
    size_t replication;
    enum out_export_format format;
    struct column column[COLUMNS_MAX];
    size_t column_count, row_count;
    bool with_replication, has_rows; /* has_rows: one was written, so JSON needs a comma */
};

static size_t bytes_of(enum sim_column_type type)
{
    return type == SIM_F64 || type == SIM_I64 ? 8 : type == SIM_U8 ? 1 : 4;
}

/* ---- values ---- */

static void put_text(const struct export *export, const char *text)
{
    if (export->format == OUT_EXPORT_CSV)
        out_put_csv_text(export->file, text);
    else
        out_put_json_text(export->file, text);
}

/* A float has nine digits at most, not the seventeen of its double. */
static void put_real(const struct export *export, double x, bool is_single)
{
    char text[32];

    if (!is_single || !isfinite(x)) {
        out_put_number(export->file, x, export->format == OUT_EXPORT_CSV ? "" : "null");
        return;
    }
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtof(text, NULL) == (float)x)
            break;
    }
    fputs(text, export->file);
}

static int64_t whole_at(const struct column *column, size_t row)
{
    const unsigned char *at = column->value + row * bytes_of(column->about.type);
    int64_t wide;
    int32_t narrow;

    if (column->about.type == SIM_U8)
        return *at;
    if (column->about.type == SIM_I32) {
        memcpy(&narrow, at, sizeof narrow);
        return narrow;
    }
    memcpy(&wide, at, sizeof wide);
    return wide;
}

static void put_value(const struct export *export, const struct column *column, size_t row)
{
    const unsigned char *at = column->value + row * bytes_of(column->about.type);
    int64_t whole;
    double real;
    float single;

    if (column->about.type == SIM_F64) {
        memcpy(&real, at, sizeof real);
        put_real(export, real, false);
        return;
    }
    if (column->about.type == SIM_F32) {
        memcpy(&single, at, sizeof single);
        put_real(export, (double)single, true);
        return;
    }
    whole = whole_at(column, row);
    if (column->labels && whole >= 0 && (uint64_t)whole < column->labels->count)
        put_text(export, column->labels->text[whole]);
    else
        fprintf(export->file, "%lld", (long long)whole);
}

/* ---- tables ---- */

static enum sim_status add_column(struct export *export, const char *table, const char *name,
                                  struct sim_error *err)
{
    struct column *column = &export->column[export->column_count];
    enum sim_status status;

    for (size_t c = 0; c < export->column_count; c++)
        if (!strcmp(export->column[c].name, name))
            return SIM_OK;
    if (export->column_count == COLUMNS_MAX)
        return sim_fail(err, SIM_ELIMIT, "'%.80s' has more than %d columns", table, COLUMNS_MAX);
    *column = (struct column){.name = name};
    snprintf(column->path, sizeof column->path, "%.100s/%.100s", table, name);
    status =
        out_result_dataset(export->result, export->replication, column->path, &column->about, err);
    if (status)
        return status;
    if (column->about.item_count != 1 ||
        (export->column_count && column->about.row_count != export->row_count))
        return sim_fail(err, SIM_EIO, "'%.100s' has another length than its neighbours",
                        column->path);
    export->row_count = column->about.row_count;
    column->labels = *column->about.labels
                         ? out_summary_labels(&export->result->summary, column->about.labels)
                         : NULL;
    column->value = malloc((size_t)OUT_CHUNK_ROWS * VALUE_BYTES);
    if (!column->value)
        return sim_fail(err, SIM_ENOMEM, "no memory to read '%.100s'", column->path);
    export->column_count++;
    return SIM_OK;
}

/* In the order of the models' tables; a file lists them by name. */
static enum sim_status find_columns(struct export *export, struct out_result *result,
                                    const char *table, struct sim_error *err)
{
    const struct sim_table *const known[] = {&mdl_jobs_table, &mdl_ledger_table};
    const char *const *names = out_result_columns(result, export->replication, table);
    enum sim_status status = SIM_OK;

    if (!names)
        return sim_fail(err, SIM_EIO, "'%.200s' holds no table '%.40s'; run with --trace jobs",
                        result->path, table);
    for (size_t t = 0; t < sizeof known / sizeof *known; t++) {
        if (strcmp(known[t]->path, table) != 0)
            continue;
        for (size_t c = 0; c < known[t]->column_count && !status; c++)
            for (size_t i = 0; names[i] && !status; i++)
                if (!strcmp(names[i], known[t]->columns[c].name))
                    status = add_column(export, table, names[i], err);
    }
    for (size_t i = 0; names[i] && !status; i++)
        status = add_column(export, table, names[i], err);
    return status;
}

/* Between the rows of JSON; the last one has no comma. */
static void begin_row(struct export *export)
{
    if (export->format == OUT_EXPORT_JSON && export->has_rows)
        fputs(",\n", export->file);
    export->has_rows = true;
}

static void end_rows(const struct export *export)
{
    if (export->format == OUT_EXPORT_JSON)
        fputs(export->has_rows ? "\n  ]\n}\n" : "  ]\n}\n", export->file);
}

static void put_row(struct export *export, size_t row)
{
    bool is_csv = export->format == OUT_EXPORT_CSV;

    begin_row(export);
    fputs(is_csv ? "" : "    {", export->file);
    if (export->with_replication)
        fprintf(export->file, is_csv ? "%zu," : "\"replication\": %zu, ", export->replication);
    for (size_t c = 0; c < export->column_count; c++) {
        fputs(c == 0 ? "" : is_csv ? "," : ", ", export->file);
        if (!is_csv) {
            out_put_json_text(export->file, export->column[c].name);
            fputs(": ", export->file);
        }
        put_value(export, &export->column[c], row);
    }
    fputs(is_csv ? "\n" : "}", export->file);
}

static enum sim_status put_rows(struct export *export, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    for (size_t first = 0; first < export->row_count && !status; first += OUT_CHUNK_ROWS) {
        size_t left = export->row_count - first,
               rows = left < OUT_CHUNK_ROWS ? left : OUT_CHUNK_ROWS;

        for (size_t c = 0; c < export->column_count && !status; c++)
            status = out_result_rows(export->result, export->replication, export->column[c].path,
                                     first, rows, export->column[c].value, err);
        for (size_t i = 0; i < rows && !status; i++)
            put_row(export, i);
        if (!status && ferror(export->file))
            status = sim_fail(err, SIM_EIO, "cannot write the export");
    }
    return status;
}

static void put_table_head(const struct export *export, const char *table)
{
    if (export->format == OUT_EXPORT_JSON) {
        fputs("{\n  \"table\": ", export->file);
        out_put_json_text(export->file, table);
        fputs(",\n  \"rows\": [\n", export->file);
        return;
    }
    if (export->with_replication)
        fputs("replication,", export->file);
    for (size_t c = 0; c < export->column_count; c++) {
        fputs(c ? "," : "", export->file);
        out_put_csv_text(export->file, export->column[c].name);
    }
    fputc('\n', export->file);
}

static enum sim_status check_stream(FILE *file, struct sim_error *err)
{
    if (fflush(file) != 0 || ferror(file))
        return sim_fail(err, SIM_EIO, "cannot write the export");
    return SIM_OK;
}

static void forget_columns(struct export *export)
{
    for (size_t c = 0; c < export->column_count; c++)
        free(export->column[c].value);
    export->column_count = 0;
}

/* The replications that are asked for: from *first on, so many. */
static size_t choose(struct export *export, size_t replication, size_t *first)
{
    export->with_replication = replication == OUT_ALL_REPLICATIONS;
    *first = export->with_replication ? 0 : replication;
    return export->with_replication && export->result->trace_count ? export->result->trace_count
                                                                   : 1;
}

/* Before a row of it is written: what is damaged is not handed on. */
static enum sim_status check_replications(const struct out_result *result, size_t first,
                                          size_t count, const char *path, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    for (size_t r = first; r < first + count && !status; r++) {
        char whole[PATH_BYTES + 32];

        snprintf(whole, sizeof whole, "/replications/%04zu/%.200s", r, path);
        status = out_result_check(result, whole, err);
    }
    return status;
}

enum sim_status out_export_table(FILE *file, struct out_result *result, size_t replication,
                                 const char *table, enum out_export_format format,
                                 struct sim_error *err)
{
    struct export *export = calloc(1, sizeof *export);
    size_t first, count;
    enum sim_status status = SIM_OK;

    if (!export)
        return sim_fail(err, SIM_ENOMEM, "no memory to export '%.80s'", table);
    export->file = file;
    export->result = result;
    export->format = format;
    count = choose(export, replication, &first);
    status = check_replications(result, first, count, table, err);
    for (size_t r = first; r < first + count && !status; r++) {
        export->replication = r;
        forget_columns(export);
        status = find_columns(export, result, table, err);
        if (!status && r == first)
            put_table_head(export, table);
        if (!status)
            status = put_rows(export, err);
    }
    if (!status)
        end_rows(export);
    forget_columns(export);
    free(export);
    return status ? status : check_stream(file, err);
}

/* ---- series ---- */

struct series {
    struct export *export;
    const struct out_dataset *about;
    const struct out_labels *labels;
    const float *value; /* [rows][item_count] */
};

static void put_item_name(const struct series *series, size_t i)
{
    char number[24];

    snprintf(number, sizeof number, "%zu", i);
    put_text(series->export,
             series->labels && i < series->labels->count ? series->labels->text[i] : number);
}

static void put_hour(const struct series *series, size_t hour)
{
    FILE *file = series->export->file;
    char date[16];

    sim_date_format(series->export->result->summary.start_days + (int64_t)(hour / 24), date);
    fprintf(file, "%sT%02zu:00Z", date, hour % 24);
}

static void put_series_head(const struct series *series, const char *name)
{
    FILE *file = series->export->file;
    bool is_csv = series->export->format == OUT_EXPORT_CSV;

    if (is_csv) {
        fputs(series->export->with_replication ? "replication,time" : "time", file);
    } else {
        fputs("{\n  \"series\": ", file);
        out_put_json_text(file, name);
        fputs(",\n  \"unit\": ", file);
        out_put_json_text(file, series->about->unit);
        fputs(",\n  \"items\": [", file);
    }
    for (size_t i = 0; i < series->about->item_count; i++) {
        fputs(is_csv ? "," : i ? ", " : "", file);
        put_item_name(series, i);
    }
    fputs(is_csv ? "\n" : "],\n  \"rows\": [\n", file);
}

static void put_series_row(const struct series *series, size_t hour, size_t row)
{
    const float *value = series->value + row * series->about->item_count;
    FILE *file = series->export->file;
    bool is_csv = series->export->format == OUT_EXPORT_CSV;

    begin_row(series->export);
    fputs(is_csv ? "" : "    [", file);
    if (series->export->with_replication)
        fprintf(file, is_csv ? "%zu," : "%zu, ", series->export->replication);
    fputs(is_csv ? "" : "\"", file);
    put_hour(series, hour);
    fputs(is_csv ? "" : "\"", file);
    for (size_t i = 0; i < series->about->item_count; i++) {
        fputs(is_csv ? "," : ", ", file);
        put_real(series->export, (double)value[i], true);
    }
    fputs(is_csv ? "\n" : "]", file);
}

/* So many rows that a block holds OUT_CHUNK_ROWS values, at least one row. */
static enum sim_status put_series(struct series *series, const char *path, struct sim_error *err)
{
    struct export *export = series->export;
    size_t items = series->about->item_count,
           most = items ? OUT_CHUNK_ROWS / items : OUT_CHUNK_ROWS;
    size_t block = most ? most : 1;
    float *value = malloc((block * items + 1) * sizeof *value);
    enum sim_status status = SIM_OK;

    if (!value)
        return sim_fail(err, SIM_ENOMEM, "no memory to read '%.100s'", path);
    series->value = value;
    for (size_t first = 0; first < series->about->row_count && !status; first += block) {
        size_t left = series->about->row_count - first, rows = left < block ? left : block;

        status =
            out_result_rows(export->result, export->replication, path, first, rows, value, err);
        for (size_t i = 0; i < rows && !status; i++)
            put_series_row(series, first + i, i);
        if (!status && ferror(export->file))
            status = sim_fail(err, SIM_EIO, "cannot write the export");
    }
    free(value);
    return status;
}

static enum sim_status refuse_series(struct out_result *result, size_t replication,
                                     const char *name, struct sim_error *err)
{
    const char *const *names = out_result_columns(result, replication, "series");
    const char *nearest;
    char list[200] = "";
    size_t count = 0;

    while (names && names[count])
        count++;
    if (count == 0)
        return sim_fail(err, SIM_EIO, "'%.200s' holds no series; run with --trace summary",
                        result->path);
    nearest = sim_nearest(name, names, count);
    if (nearest)
        return sim_fail(err, SIM_EUSAGE, "there is no series '%.80s'; did you mean '%s'?", name,
                        nearest);
    for (size_t i = 0; i < count; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "", names[i]);
    return sim_fail(err, SIM_EUSAGE, "there is no series '%.80s'; there are %s", name, list);
}

enum sim_status out_export_series(FILE *file, struct out_result *result, size_t replication,
                                  const char *name, enum out_export_format format,
                                  struct sim_error *err)
{
    struct export export = {.file = file, .result = result, .format = format};
    struct out_dataset about;
    struct series series = {.export = &export, .about = &about};
    char path[PATH_BYTES];
    size_t first, count = choose(&export, replication, &first);
    enum sim_status status;

    snprintf(path, sizeof path, "series/%.100s", name);
    if (strchr(name, '/') || !out_result_has(result, first, path))
        return refuse_series(result, first, name, err);
    status = check_replications(result, first, count, path, err);
    if (!status)
        status = out_result_dataset(result, first, path, &about, err);
    if (status)
        return status;
    if (about.type != SIM_F32)
        return sim_fail(err, SIM_EIO, "'%.100s' is of a type of its own", path);
    series.labels = out_summary_labels(&result->summary, about.labels);
    put_series_head(&series, name);
    for (size_t r = first; r < first + count && !status; r++) {
        export.replication = r;
        status = put_series(&series, path, err);
    }
    if (!status)
        end_rows(&export);
    return status ? status : check_stream(file, err);
}
