/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/preview.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "output/read_h5.h"
#include "output/tables.h"
#include "output/text.h"
#include "sim/calendar.h"

enum { NAME_COLUMNS = 22, NUMBER_COLUMNS = 16, QUEUES = 5, ITEMS_MAX = 256 };

struct preview {
    FILE *file;
    const struct out_result *result;
    const struct out_summary *summary;
    size_t room; /* columns for bars and curves */
};

/* ---- parts of a line ---- */

static void put_spaces(FILE *file, size_t count)
{
    while (count-- > 0)
        fputc(' ', file);
}

static void put_name(const struct preview *preview, const char *name)
{
    char brief[4 * NAME_COLUMNS + 1];

    out_shorten(name, brief, NAME_COLUMNS);
    fputs(brief, preview->file);
    put_spaces(preview->file, NAME_COLUMNS - out_text_width(brief));
}

static void put_right(const struct preview *preview, const char *text)
{
    size_t width = out_text_width(text);

    put_spaces(preview->file, width < NUMBER_COLUMNS ? NUMBER_COLUMNS - width : 1);
    fputs(text, preview->file);
}

/* "7.9 ±2.8", "> 7.9", "-" of no figure */
static void put_mean(const struct preview *preview, const struct out_figure *figure, double scale)
{
    char number[OUT_NUMBER_BYTES], half[OUT_NUMBER_BYTES], text[2 * OUT_NUMBER_BYTES + 4];

    if (figure && isfinite(figure->mean) && figure->half_width > 0.0)
        snprintf(text, sizeof text, "%s \xC2\xB1%s", out_format_mean(figure, scale, number),
                 out_format_half_width(scale * figure->mean, scale * figure->half_width, half));
    else
        snprintf(text, sizeof text, "%s", figure ? out_format_mean(figure, scale, number) : "-");
    put_right(preview, text);
}

/* A full block for each column of room, and one in eighths (U+258F, the thinnest, to U+2589). */
static void put_bar(const struct preview *preview, double value, double most)
{
    size_t eighths = most > 0.0 && value > 0.0
                         ? (size_t)lround(8.0 * (double)preview->room * fmin(1.0, value / most))
                         : 0;

    fputs("  ", preview->file);
    for (size_t i = 0; i < eighths / 8; i++)
        fputs("\xE2\x96\x88", preview->file);
    if (eighths % 8)
        fprintf(preview->file, "\xE2\x96%c", (char)(0x90 - (int)(eighths % 8)));
    fputc('\n', preview->file);
}

/* The mean of the hours that fall into a column; NaN where no hour has a value. */
static double cell_mean(const struct out_series_data *series, size_t item, size_t cell,
                        size_t cells)
{
    size_t from = cell * series->row_count / cells, to = (cell + 1) * series->row_count / cells;
    double sum = 0.0;
    size_t n = 0;

    for (size_t row = from; row < to; row++) {
        double value = (double)series->value[row * series->item_count + item];

        if (isfinite(value)) {
            sum += value;
            n++;
        }
    }
    return n ? sum / (double)n : NAN;
}

static size_t cells_of(const struct preview *preview, const struct out_series_data *series)
{
    return series->row_count < preview->room ? series->row_count : preview->room;
}

/* U+2581, the lowest, to U+2588; a space where there is nothing. */
static void put_curve(const struct preview *preview, const struct out_series_data *series,
                      size_t item, double most)
{
    size_t cells = cells_of(preview, series);

    fputs("  ", preview->file);
    for (size_t cell = 0; cell < cells; cell++) {
        double value = cell_mean(series, item, cell, cells);
        int level = most > 0.0 ? (int)(8.0 * fmin(1.0, fmax(0.0, value) / most)) : 0;

        if (isfinite(value))
            fprintf(preview->file, "\xE2\x96%c", (char)(0x81 + (level < 8 ? level : 7)));
        else
            fputc(' ', preview->file);
    }
    fputc('\n', preview->file);
}

/* "Share in use   %   2026-01-01 ... 2027-01-01": cells 0 leaves the dates out. */
static void put_head(const struct preview *preview, const char *what, const char *unit,
                     size_t cells)
{
    char start[16], end[16];

    fputc('\n', preview->file);
    fputs(what, preview->file);
    put_spaces(preview->file, NAME_COLUMNS - out_text_width(what));
    put_right(preview, unit);
    if (cells >= 22) {
        sim_date_format(preview->summary->start_days, start);
        sim_date_format(preview->summary->end_days, end);
        fprintf(preview->file, "  %s%*s", start, (int)(cells - 10), end);
    }
    fputc('\n', preview->file);
}

static const char *label_of(const struct preview *preview, const struct out_series_data *series,
                            size_t item)
{
    const struct out_labels *labels = out_summary_labels(preview->summary, series->labels);

    return labels && item < labels->count ? labels->text[item] : "?";
}

/* ---- curves ---- */

static void put_use(const struct preview *preview, const struct out_series_data *series)
{
    put_head(preview, "Share in use", "%", cells_of(preview, series));
    for (size_t p = 0; p < series->item_count; p++) {
        const char *name = label_of(preview, series, p);
        const struct out_figure *use =
            out_summary_find_by(preview->summary, "utilisation", "partition", name);

        put_name(preview, out_summary_title(preview->summary, name));
        put_mean(preview, use, 100.0);
        put_curve(preview, series, p, 1.0);
    }
}

/* The partitions with the longest queues on average, the longest first; how many wait at all. */
static size_t longest(const struct out_series_data *series, size_t chosen[QUEUES],
                      double mean[QUEUES])
{
    size_t count = 0;

    for (size_t p = 0; p < series->item_count; p++) {
        double here = cell_mean(series, p, 0, 1);
        size_t at = count < QUEUES ? count : QUEUES - 1;

        if (!(here > 0.0) || (count == QUEUES && here <= mean[QUEUES - 1]))
            continue;
        for (; at > 0 && mean[at - 1] < here; at--) {
            mean[at] = mean[at - 1];
            chosen[at] = chosen[at - 1];
        }
        mean[at] = here;
        chosen[at] = p;
        count += count < QUEUES;
    }
    return count;
}

static void put_queues(const struct preview *preview, const struct out_series_data *series)
{
    size_t chosen[QUEUES], cells = cells_of(preview, series);
    double mean[QUEUES] = {0}, most = 0.0;
    size_t count = longest(series, chosen, mean);
    char number[OUT_NUMBER_BYTES];

    if (count == 0)
        return;
    for (size_t k = 0; k < count; k++)
        for (size_t cell = 0; cell < cells; cell++)
            most = fmax(most, cell_mean(series, chosen[k], cell, cells)); /* NaN is passed over */
    put_head(preview, "Jobs waiting", "mean", cells);
    for (size_t k = 0; k < count; k++) {
        put_name(preview,
                 out_summary_title(preview->summary, label_of(preview, series, chosen[k])));
        put_right(preview, out_format_number(mean[k], NAN, number));
        put_curve(preview, series, chosen[k], most);
    }
    put_spaces(preview->file, NAME_COLUMNS + NUMBER_COLUMNS + 2);
    fprintf(preview->file, "\xE2\x96\x88 is %s\n", out_format_number(most, NAN, number));
}

static enum sim_status put_series(const struct preview *preview, const char *path,
                                  void (*put)(const struct preview *,
                                              const struct out_series_data *),
                                  struct sim_error *err)
{
    struct out_series_data series;
    enum sim_status status;

    if (!out_result_has(preview->result, 0, path))
        return SIM_OK;
    status = out_result_series(preview->result, 0, path, &series, err);
    if (status)
        return status;
    if (series.row_count > 0)
        put(preview, &series);
    out_series_release(&series);
    return SIM_OK;
}

/* ---- bars ---- */

static void put_bars(const struct preview *preview, const char *what, const char *figure,
                     const char *key)
{
    const char *item[ITEMS_MAX], *unit = "";
    size_t count = out_summary_items(preview->summary, key, item, ITEMS_MAX);
    double most = 0.0;

    count = count < ITEMS_MAX ? count : ITEMS_MAX;
    for (size_t i = 0; i < count; i++) {
        const struct out_figure *here = out_summary_find_by(preview->summary, figure, key, item[i]);

        if (here && here->mean > most) {
            most = here->mean;
            unit = here->unit;
        }
    }
    if (most <= 0.0)
        return;
    put_head(preview, what, unit, 0);
    for (size_t i = 0; i < count; i++) {
        const struct out_figure *here = out_summary_find_by(preview->summary, figure, key, item[i]);

        if (!here || !isfinite(here->mean))
            continue;
        put_name(preview, out_summary_title(preview->summary, item[i]));
        put_mean(preview, here, 1.0);
        put_bar(preview, here->mean, most);
    }
}

enum sim_status out_preview(FILE *file, const char *result_path, size_t columns,
                            struct sim_error *err)
{
    struct preview preview = {.file = file};
    struct out_result *result;
    char name[4 * OUT_PREVIEW_COLUMNS_MIN + 1];
    enum sim_status status = out_result_open(result_path, &result, err);

    if (status)
        return status;
    columns = columns < OUT_PREVIEW_COLUMNS_MIN   ? OUT_PREVIEW_COLUMNS_MIN
              : columns > OUT_PREVIEW_COLUMNS_MAX ? OUT_PREVIEW_COLUMNS_MAX
                                                  : columns;
    preview.result = result;
    preview.summary = &result->summary;
    preview.room = columns - NAME_COLUMNS - NUMBER_COLUMNS - 2;
    fprintf(file, "%s\n", out_shorten(result->summary.name, name, OUT_PREVIEW_COLUMNS_MIN));
    status = put_series(&preview, "series/utilisation", put_use, err);
    if (!status)
        status = put_series(&preview, "series/queue", put_queues, err);
    if (!status) {
        put_bars(&preview, "95 % start within", "wait.p95", "kind");
        put_bars(&preview, "Energy", "energy", "site");
    }
    out_result_close(result);
    if (!status && ferror(file))
        status = sim_fail(err, SIM_EIO, "cannot write the preview");
    return status;
}
