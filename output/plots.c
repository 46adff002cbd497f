/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/plots.h"

#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/date_tics.h"
#include "output/files.h"
#include "output/gantt.h"
#include "output/map_europe.inc"
#include "output/page.h"
#include "output/tables.h"
#include "output/text.h"
#include "sim/calendar.h"

#define PLUS_MINUS "\xC2\xB1"
#define CO2        "CO\xE2\x82\x82"

enum {
    ITEMS_MAX = 256,
    PANELS_MAX = 24,
    LINES_MAX = 5,
    TITLE_BYTES = 1024,
    CELLS_MAX = 2000,
    CELLS_A_ROW_MAX = 400,
    NAME_POINTS = 22 /* of a name within a title */
};
/* An A4 page across, less its margins: 26 x 18.5 cm. */
static const double width_cm = OUT_PAGE_WIDTH_CM, height_cm = 17.0, height_max_cm = 18.5;

/* A line is told by its colour, its dash and the label at its end. */
static const struct {
    const char *colour;
    const char *dash;
} line_style[LINES_MAX] = {{OUT_BLUE, "1"},
                           {OUT_VERMILLION, "(12,4)"},
                           {OUT_GREEN, "(5,5)"},
                           {OUT_PURPLE, "(12,3,3,3)"},
                           {OUT_BLACK, "(2,6)"}};

struct plot {
    const struct out_result *result;
    const struct out_summary *summary;
    struct out_text script;
    const char *name;
    char title[TITLE_BYTES], caption[TITLE_BYTES], source[TITLE_BYTES];
    double height_cm;
};

/* ---- what all figures share ---- */

/* Cividis by ten points, so that it does not lean on gnuplot's own palettes. */
static void add_palette(struct out_text *script)
{
    out_text_add(script, "set palette defined (0 '#00224e', 1 '#123570', 2 '#3b496c', 3 '#575d6d', "
                         "4 '#707173', 5 '#8a8678', 6 '#a59c74', 7 '#c3b369', 8 '#e1cc55', "
                         "9 '#fee838')\n");
}

static struct out_page page_of(const struct plot *plot)
{
    return (struct out_page){plot->title, plot->caption, plot->source, plot->height_cm};
}

static void add_words(struct plot *plot)
{
    struct out_page page = page_of(plot);

    out_page_words(&plot->script, &page);
}

static void add_frame(struct plot *plot, double top_cm, double bottom_cm)
{
    struct out_page page = page_of(plot);

    out_page_frame(&plot->script, &page, top_cm, bottom_cm);
}

static const char *label_of(const struct out_labels *labels, size_t i)
{
    return labels && i < labels->count ? labels->text[i] : "?";
}

static const char *title_of(const struct plot *plot, const struct out_labels *labels, size_t i)
{
    return out_summary_title(plot->summary, label_of(labels, i));
}

static double mean_of(const struct out_figure *figure)
{
    return figure ? figure->mean : NAN;
}

/* "86 ± 2" with the interval when there is one. */
static const char *with_interval(double value, double half_width, char *buffer, size_t bytes)
{
    char number[OUT_NUMBER_BYTES], half[OUT_NUMBER_BYTES];

    out_format_number(value, half_width, number);
    if (isfinite(half_width) && half_width > 0.0)
        snprintf(buffer, bytes, "%s " PLUS_MINUS " %s", number,
                 out_format_half_width(value, half_width, half));
    else
        snprintf(buffer, bytes, "%s", number);
    return buffer;
}

static void set_caption(struct plot *plot, const char *what)
{
    char start[16], end[16], name[4 * 60 + 1];

    sim_date_format(plot->summary->start_days, start);
    sim_date_format(plot->summary->end_days, end);
    out_shorten(plot->summary->name, name, 60);
    snprintf(plot->caption, sizeof plot->caption, "%s", what);
    snprintf(plot->source, sizeof plot->source, "%s, %s to %s", name, start, end);
}

/* ---- who leads: a title claims it only where the intervals allow ---- */
struct rank {
    char name[4 * NAME_POINTS + 1], next_name[4 * NAME_POINTS + 1]; /* "": none */
    double most, half_width, next, next_half_width;
};

static void rank_add(struct rank *rank, const char *name, double value, double half_width)
{
    if (!isfinite(value))
        return;
    if (!rank->name[0] || value > rank->most) {
        memcpy(rank->next_name, rank->name, sizeof rank->name);
        rank->next = rank->most;
        rank->next_half_width = rank->half_width;
        out_shorten(name, rank->name, NAME_POINTS);
        rank->most = value;
        rank->half_width = half_width;
    } else if (!rank->next_name[0] || value > rank->next) {
        out_shorten(name, rank->next_name, NAME_POINTS);
        rank->next = value;
        rank->next_half_width = half_width;
    }
}

/* The two apart by more than the half-width of their difference, taken as independent; without
 * replications there is only the look of it. */
static bool is_clear(const struct rank *rank)
{
    double half = hypot(isfinite(rank->half_width) ? rank->half_width : 0.0,
                        isfinite(rank->next_half_width) ? rank->next_half_width : 0.0);

    return !rank->next_name[0] || rank->most - rank->next > half;
}

static const char *interval_words(const struct plot *plot)
{
    return plot->summary->replication_count > 1
               ? "Whiskers: 95 % interval of the mean over replications."
               : "One replication, so no intervals.";
}

/* ---- hours to days or weeks ---- */
struct bins {
    size_t count, items;
    double step_days, end_days; /* the last bin ends there, whole or not */
    double *mean;               /* [count][items], NaN where no hour has a value */
};

/* with_rest: a last bin that is not full counts; a line would only twitch there. */
static bool make_bins(const struct out_series_data *series, size_t step_hours, bool with_rest,
                      struct bins *bins)
{
    bins->items = series->item_count;
    bins->count = (series->row_count + step_hours - 1) / step_hours;
    if (!with_rest && bins->count > 1)
        bins->count = series->row_count / step_hours;
    bins->step_days = (double)step_hours / 24.0;
    bins->end_days = fmin((double)bins->count * bins->step_days, (double)series->row_count / 24.0);
    bins->mean = calloc(bins->count * bins->items + 1, sizeof *bins->mean);
    if (!bins->mean)
        return false;
    for (size_t b = 0; b < bins->count; b++)
        for (size_t i = 0; i < bins->items; i++) {
            double sum = 0.0;
            size_t n = 0;

            for (size_t h = b * step_hours; h < (b + 1) * step_hours && h < series->row_count;
                 h++) {
                float value = series->value[h * series->item_count + i];
                if (isfinite(value)) {
                    sum += (double)value;
                    n++;
                }
            }
            bins->mean[b * bins->items + i] = n ? sum / (double)n : NAN;
        }
    return true;
}

/* Hours, days, weeks or four weeks: what leaves few enough cells to be drawn one by one (a bitmap
 * would be smoothed by most viewers). */
static size_t step_hours_for(const struct out_series_data *series)
{
    static const size_t step_hours[] = {24, 168, 672};
    size_t i = 0;

    if (series->row_count <= 72)
        return 1;

    while (i < 2 && (series->item_count * (series->row_count / step_hours[i] + 1) > CELLS_MAX ||
                     series->row_count / step_hours[i] > CELLS_A_ROW_MAX))
        i++;
    return step_hours[i];
}

static double item_mean(const struct bins *bins, size_t item)
{
    double sum = 0.0;
    size_t n = 0;

    for (size_t b = 0; b < bins->count; b++)
        if (isfinite(bins->mean[b * bins->items + item])) {
            sum += bins->mean[b * bins->items + item];
            n++;
        }
    return n ? sum / (double)n : NAN;
}

/* Reads a series and its bins; SIM_OK with *has false when the file lacks it. step_hours 0: as
 * fits a heat map. */
static enum sim_status load_bins(struct plot *plot, const char *path, size_t step_hours,
                                 struct bins *bins, const struct out_labels **labels, bool *has,
                                 struct sim_error *err)
{
    struct out_series_data series;
    enum sim_status status;

    *bins = (struct bins){0};
    *has = out_result_has(plot->result, 0, path);
    if (!*has)
        return SIM_OK;
    status = out_result_series(plot->result, 0, path, &series, err);
    if (status)
        return status;
    *labels = out_summary_labels(plot->summary, series.labels);
    if (!make_bins(&series, step_hours ? step_hours : step_hours_for(&series), step_hours == 0,
                   bins))
        status = sim_fail(err, SIM_ENOMEM, "no memory for the series '%s'", path);
    out_series_release(&series);
    *has = bins->count > 0 && bins->items > 0;
    if (bins->items > ITEMS_MAX)
        bins->items = 0, *has = false;
    return status;
}

static void partition_use(const struct plot *plot, const struct out_labels *labels, size_t p,
                          const struct bins *bins, double *mean, double *half_width)
{
    const struct out_figure *figure =
        out_summary_find_by(plot->summary, "utilisation", "partition", label_of(labels, p));
    *mean = figure ? figure->mean : item_mean(bins, p);
    *half_width = figure ? figure->half_width : NAN;
}

/* ---- 1: use, partition x day ---- */
static void add_use_matrix(struct plot *plot, const struct bins *bins)
{
    out_text_add(&plot->script, "$use << EOD\n");
    for (size_t p = bins->items; p-- > 0;) { /* the first partition on top */
        for (size_t b = 0; b < bins->count; b++) {
            double share = bins->mean[b * bins->items + p];
            out_text_add(&plot->script, "%s%.3g", b ? " " : "",
                         isfinite(share) ? 100.0 * share : 0.0);
        }
        out_text_add(&plot->script, "\n");
    }
    out_text_add(&plot->script, "EOD\n");
}

/* Where there is no machine yet, or no more, the picture is covered. */
static void add_absences(struct plot *plot, const struct bins *bins)
{
    for (size_t p = 0; p < bins->items; p++)
        for (size_t b = 0, end; b < bins->count; b = end) {
            double row = (double)(bins->items - 1 - p);

            for (end = b; end < bins->count && !isfinite(bins->mean[end * bins->items + p]);)
                end++;
            if (end > b)
                out_text_add(&plot->script,
                             "set object rectangle from %g,%g to %g,%g front fillcolor rgb "
                             "'#f2f2f2' fillstyle solid noborder\n",
                             (double)b * bins->step_days, row - 0.5,
                             fmin((double)end * bins->step_days, bins->end_days), row + 0.5);
            else
                end = b + 1;
        }
}

static void set_use_map_title(struct plot *plot, const struct out_labels *labels,
                              const struct bins *bins)
{
    struct rank rank = {0};
    char first[128], second[128];

    for (size_t p = 0; p < bins->items; p++) {
        double mean, half_width;

        partition_use(plot, labels, p, bins, &mean, &half_width);
        rank_add(&rank, title_of(plot, labels, p), 100.0 * mean, 100.0 * half_width);
    }
    with_interval(rank.most, rank.half_width, first, sizeof first);
    with_interval(rank.next, rank.next_half_width, second, sizeof second);
    if (!rank.name[0])
        snprintf(plot->title, sizeof plot->title, "No machine was there to be used");
    else if (!rank.next_name[0])
        snprintf(plot->title, sizeof plot->title, "%s is in use %s %% of the time", rank.name,
                 first);
    else if (is_clear(&rank))
        snprintf(plot->title, sizeof plot->title, "%s is the fullest machine (%s %% in use)",
                 rank.name, first);
    else
        snprintf(plot->title, sizeof plot->title,
                 "No machine clearly leads: %s %s %%, %s %s %% in use", rank.name, first,
                 rank.next_name, second);
}

static enum sim_status plot_use_map(struct plot *plot, bool *is_drawn, struct sim_error *err)
{
    struct out_text *script = &plot->script;
    const struct out_labels *labels = NULL;
    struct bins bins;
    double days;
    char number[OUT_NUMBER_BYTES], text[160];
    enum sim_status status =
        load_bins(plot, "series/utilisation", 0, &bins, &labels, is_drawn, err);

    if (status || !*is_drawn)
        return free(bins.mean), status;
    days = bins.end_days;
    set_use_map_title(plot, labels, &bins);
    snprintf(text, sizeof text,
             "Mean share in use by %s (GPUs; nodes where there are none), replication 0; grey: not "
             "there.",
             bins.step_days > 7.0    ? "four weeks"
             : bins.step_days > 1.0  ? "week"
             : bins.step_days == 1.0 ? "day"
                                     : "hour");
    set_caption(plot, text);
    /* a page; longer where rows would leave no room for letters of 9 points */
    plot->height_cm =
        fmax(fmin(height_max_cm, 4.4 + 0.75 * (double)bins.items), 4.0 + 0.36 * (double)bins.items);
    add_frame(plot, 1.8, 2.2);
    add_palette(script);
    add_use_matrix(plot, &bins);
    add_absences(plot, &bins);
    for (size_t p = 0; p < bins.items; p++) {
        double m, h;

        partition_use(plot, labels, p, &bins, &m, &h);
        out_text_add(script, "set label %zu '%s%s' at graph 1.012, first %zu left font ',9'\n",
                     p + 1, isfinite(m) ? out_format_number(100.0 * m, 100.0 * h, number) : "-",
                     isfinite(m) ? " %" : "", bins.items - 1 - p);
        out_text_add(script, "set ytics %s(", p ? "add " : "");
        out_page_quote(script, title_of(plot, labels, p), 24);
        out_text_add(script, " %zu)\n", bins.items - 1 - p);
    }
    out_text_add(script, "set ytics font ',9'\n");
    out_date_tics(script, plot->summary->start_days, days, days, 13);
    out_text_add(
        script,
        "set label 900 'mean' at graph 1.012, graph 1 left offset 0,0.8 textcolor rgb '" OUT_GREY
        "'\nset lmargin at screen 0.185\nset rmargin at screen 0.93\n"
        "set border 0\nset ytics scale 0\nset xrange [0:%g]\nset yrange [-0.5:%g]\n"
        "set cbrange [0:100]\nset cbtics 0,25,100 scale 0 offset 0,0.4\n"
        "set label 902 'in use, %%' at screen 0.715,%g right textcolor rgb '" OUT_GREY "'\n"
        "set colorbox horizontal user origin screen 0.73,%g size screen 0.2,%g noborder\n"
        "w = %g\nend(x) = x < %g ? x : %g\n"
        "plot $use using (($1+0.5)*w):2:($1*w):(end(($1+1)*w)):($2-0.46):($2+0.46):3 matrix "
        "with boxxyerror fillstyle solid 1 noborder linecolor palette\n",
        days, (double)bins.items - 0.5, 0.9 / plot->height_cm, 0.8 / plot->height_cm,
        0.3 / plot->height_cm, bins.step_days, days, days);
    free(bins.mean);
    return SIM_OK;
}

static void sort_by(size_t *order, size_t count, const double *key, bool is_descending)
{
    for (size_t i = 1; i < count; i++) { /* few items: insertion, stable */
        size_t moved = order[i], k = i;

        while (k > 0 &&
               (is_descending ? key[order[k - 1]] < key[moved] : key[order[k - 1]] > key[moved])) {
            order[k] = order[k - 1];
            k--;
        }
        order[k] = moved;
    }
}

/* ---- 2: use, a panel for each partition ---- */
static void add_series_block(struct out_text *script, const char *name, const struct bins *bins,
                             size_t item, double scale)
{
    out_text_add(script, "$%s%zu << EOD\n", name, item);
    for (size_t b = 0; b < bins->count; b++)
        out_text_add(script, "%g %.4g\n", ((double)b + 0.5) * bins->step_days,
                     scale * bins->mean[b * bins->items + item]);
    out_text_add(script, "EOD\n");
}

/* Mean and variance of n bins from `first` on; NaN when the item was not there all the time. */
static void moments(const struct bins *bins, size_t item, size_t first, size_t n, double *mean,
                    double *variance)
{
    *mean = *variance = 0.0;
    for (size_t b = first; b < first + n; b++)
        *mean += bins->mean[b * bins->items + item] / (double)n;
    for (size_t b = first; b < first + n; b++)
        *variance += pow(bins->mean[b * bins->items + item] - *mean, 2.0) / (double)(n - 1);
}

/* From the first to the last quarter of the time. Ups and downs of one replication are not a
 * finding: *is_clear tells whether the change exceeds three standard errors. */
static double change_of(const struct bins *weeks, size_t item, bool *is_clear)
{
    size_t n = weeks->count / 4;
    double first, last, before, after;

    *is_clear = false;
    if (n < 3)
        return NAN;
    moments(weeks, item, 0, n, &first, &before);
    moments(weeks, item, weeks->count - n, n, &last, &after);
    *is_clear = fabs(last - first) > 3.0 * sqrt((before + after) / (double)n);
    return last - first;
}

/* The `most` items that changed most (a machine that was not there all the time changed least), in
 * the order of the scenario. Returns how many. */
static size_t choose_panels(const struct bins *weeks, size_t most, size_t *chosen)
{
    size_t order[ITEMS_MAX], count = weeks->items < most ? weeks->items : most;
    double key[ITEMS_MAX] = {0};
    bool is_clear;

    for (size_t p = 0; p < weeks->items; p++) {
        order[p] = p;
        key[p] = fabs(change_of(weeks, p, &is_clear));
        key[p] = isfinite(key[p]) ? key[p] : -1.0;
    }
    sort_by(order, weeks->items, key, true);
    for (size_t k = 0; k < count; k++)
        key[order[k]] = INFINITY;
    count = 0;
    for (size_t p = 0; p < weeks->items; p++)
        if (isinf(key[p]))
            chosen[count++] = p;
    return count;
}

static void set_use_lines_title(struct plot *plot, const struct out_labels *labels,
                                const struct bins *weeks)
{
    size_t most = SIZE_MAX;
    double change = 0.0;
    bool is_any = false;
    char number[OUT_NUMBER_BYTES], name[4 * NAME_POINTS + 1];

    for (size_t p = 0; p < weeks->items; p++) {
        bool is_clear;
        double here = change_of(weeks, p, &is_clear);

        is_any = is_any || isfinite(here);
        if (is_clear && (most == SIZE_MAX || fabs(here) > fabs(change))) {
            most = p;
            change = here;
        }
    }
    if (!is_any)
        snprintf(plot->title, sizeof plot->title, "The share of each machine in use over time");
    else if (most == SIZE_MAX || fabs(change) < 0.02)
        snprintf(
            plot->title, sizeof plot->title,
            "No machine's use changed beyond its ups and downs between first and last quarter");
    else {
        snprintf(number, sizeof number, "%.0f", 100.0 * fabs(change));
        snprintf(plot->title, sizeof plot->title,
                 "%s changed most: %s %s points from the first to the last quarter",
                 out_shorten(title_of(plot, labels, most), name, NAME_POINTS),
                 change > 0.0 ? "up" : "down", number);
    }
}

/* Panel number p is of that item. */
static void add_panel(struct plot *plot, const struct out_labels *labels, size_t item, size_t p,
                      size_t columns, size_t rows, bool is_last_row, double days)
{
    struct out_text *script = &plot->script;
    size_t column = p % columns, row = p / columns;
    double left = 0.065, right = columns > 1 ? 0.99 : 0.975, bottom = 1.9 / plot->height_cm;
    double top = 1.0 - 1.35 / plot->height_cm;
    double width = (right - left) / (double)columns, height = (top - bottom) / (double)rows;
    double x = left + (double)column * width, y = top - (double)(row + 1) * height;

    out_text_add(script,
                 "set lmargin at screen %g\nset rmargin at screen %g\nset bmargin at screen %g\n"
                 "set tmargin at screen %g\nset label 1 ",
                 x, x + width - 0.02, y + 0.3 / plot->height_cm,
                 y + height - 0.75 / plot->height_cm);
    out_page_quote(script, title_of(plot, labels, item), columns > 3 ? 30 : 40);
    out_text_add(script, " at graph 0, graph 1 left offset 0,0.7 front\n");
    out_text_add(script, "%s\n%s\n", column ? "set format y ''" : "set format y '%g'",
                 is_last_row ? "set format x '%g'" : "set format x ''");
    if (is_last_row)
        out_date_tics(script, plot->summary->start_days, days, columns > 1 ? 0.85 * days : days,
                      columns > 3 ? 3 : 12 / (int)columns);
    else
        out_text_add(script, "set xtics (");
    if (!is_last_row)
        out_text_add(script, "'' 0)\n");
    out_text_add(script,
                 "plot $fine%zu with lines linecolor rgb '#9ac7e3' linewidth 0.8, "
                 "$coarse%zu with lines linecolor rgb '" OUT_BLUE "' linewidth 2.2\n"
                 "unset label 1001\nunset label 1002\nunset label 1003\nunset label 901\n",
                 item, item);
}

/* A thin line of short means and a thick one of long ones, by the length of the window. */
struct zoom {
    size_t fine_hours, coarse_hours;
    const char *words;
};

static struct zoom zoom_of(const struct plot *plot)
{
    int64_t days = plot->summary->end_days - plot->summary->start_days;

    return days <= 3    ? (struct zoom){1, 6, "means of six hours (dark) and hours (light)"}
           : days <= 28 ? (struct zoom){1, 24, "daily mean (dark), hourly mean (light)"}
                        : (struct zoom){24, 168, "weekly mean (dark), daily mean (light)"};
}

static enum sim_status plot_use_lines(struct plot *plot, bool *is_drawn, struct sim_error *err)
{
    static const char path[] = "series/utilisation";
    struct out_text *script = &plot->script;
    const struct out_labels *labels = NULL;
    struct bins fine = {0}, coarse;
    const struct zoom zoom = zoom_of(plot);
    size_t chosen[ITEMS_MAX], shown, columns, rows;
    char what[200], which[80] = "";
    double days;
    enum sim_status status =
        load_bins(plot, path, zoom.coarse_hours, &coarse, &labels, is_drawn, err);

    if (!status && *is_drawn)
        status = load_bins(plot, path, zoom.fine_hours, &fine, &labels, is_drawn, err);
    if (status || !*is_drawn) {
        free(coarse.mean);
        free(fine.mean);
        return status;
    }
    shown = choose_panels(&coarse, PANELS_MAX, chosen);
    columns = shown <= 3 ? shown : shown <= 12 ? 3 : 4;
    rows = (shown + columns - 1) / columns;
    days = (double)fine.count * fine.step_days;
    set_use_lines_title(plot, labels, &coarse);
    if (shown < coarse.items)
        snprintf(which, sizeof which, "; the %zu of %zu that changed most", shown, coarse.items);
    snprintf(what, sizeof what,
             "Share of GPUs (of nodes where there are none) in use, replication 0: %s%s.",
             zoom.words, which);
    set_caption(plot, what);
    plot->height_cm = fmin(17.0, 3.4 + 3.4 * (double)rows);
    add_frame(plot, 1.35, 1.9);
    out_page_grid(script, "y");
    for (size_t p = 0; p < shown; p++) {
        add_series_block(script, "fine", &fine, chosen[p], 100.0);
        add_series_block(script, "coarse", &coarse, chosen[p], 100.0);
    }
    out_text_add(script,
                 "set label 901 'in use, %%' at screen 0.014,0.5 center rotate by 90 textcolor rgb "
                 "'" OUT_GREY
                 "'\nset xrange [0:%g]\nset yrange [0:100]\nset ytics 0,50,100\nset multiplot\n",
                 days);
    for (size_t p = 0; p < shown; p++)
        add_panel(plot, labels, chosen[p], p, columns, rows, p + columns >= shown, days);
    out_text_add(script, "unset multiplot\n");
    free(coarse.mean);
    free(fine.mean);
    return SIM_OK;
}

/* ---- 3: the queue ---- */

/* Labels at the ends of lines, pushed apart to keep `gap` between them. */
static void spread(double *at, const size_t *order, size_t count, double gap, double most)
{
    for (size_t k = 1; k < count; k++) /* order: ascending */
        if (at[order[k]] < at[order[k - 1]] + gap)
            at[order[k]] = at[order[k - 1]] + gap;
    for (size_t k = count; k-- > 0;) {
        double ceiling = k + 1 < count ? at[order[k + 1]] - gap : most;
        if (at[order[k]] > ceiling)
            at[order[k]] = ceiling;
    }
}

static void add_queue_lines(struct plot *plot, const struct out_labels *labels,
                            const struct bins *bins, const size_t *chosen, size_t count,
                            double most)
{
    struct out_text *script = &plot->script;
    double at[LINES_MAX] = {0};
    size_t order[LINES_MAX];

    for (size_t k = 0; k < count; k++) {
        size_t tail = bins->count < 2 ? bins->count : 2, n = 0;

        at[k] = 0.0;
        order[k] = k;
        for (size_t b = bins->count - tail; b < bins->count; b++) {
            double value = bins->mean[b * bins->items + chosen[k]];
            at[k] += isfinite(value) ? (n++, value) : 0.0;
        }
        at[k] = n ? at[k] / (double)n : 0.0;
        add_series_block(script, "queue", bins, chosen[k], 1.0);
    }
    sort_by(order, count, at, false);
    spread(at, order, count, 0.045 * most, most);
    for (size_t k = 0; k < count; k++) {
        out_text_add(script, "set label %zu ", k + 1);
        out_page_quote(script, title_of(plot, labels, chosen[k]), 22);
        out_text_add(script,
                     " at graph 1.05, first %g left\nset arrow from graph 1.012, first %g to "
                     "graph 1.043, first %g nohead linewidth 1.8 linecolor rgb '%s' dashtype %s\n",
                     at[k], at[k], at[k], line_style[k].colour, line_style[k].dash);
    }
    out_text_add(script, "plot ");
    for (size_t k = 0; k < count; k++)
        out_text_add(script, "%s$queue%zu with lines linewidth 1.8 linecolor rgb '%s' dashtype %s",
                     k ? ", " : "", chosen[k], line_style[k].colour, line_style[k].dash);
    out_text_add(script, "\n");
}

static void set_queue_words(const char *step, const double *mean, const size_t *order, size_t items,
                            size_t count, char *text, size_t bytes)
{
    double all = 0.0, shown = 0.0;

    for (size_t p = 0; p < items; p++) {
        all += mean[order[p]];
        shown += p < count ? mean[order[p]] : 0.0;
    }
    if (count == items)
        snprintf(text, bytes, "%s means, replication 0.", step);
    else
        snprintf(text, bytes,
                 "%s means, replication 0; the %zu longest of %zu queues, %.0f %% of all that "
                 "waits.",
                 step, count, items, all > 0.0 ? 100.0 * shown / all : 100.0);
}

static double highest(const struct bins *bins, const size_t *chosen, size_t count)
{
    double most = 0.0;

    for (size_t b = 0; b < bins->count; b++)
        for (size_t k = 0; k < count; k++) {
            double value = bins->mean[b * bins->items + chosen[k]];

            most = isfinite(value) && value > most ? value : most;
        }
    return most;
}

static enum sim_status plot_queue(struct plot *plot, bool *is_drawn, struct sim_error *err)
{
    const struct out_labels *labels = NULL;
    struct bins bins;
    size_t order[ITEMS_MAX], count;
    double mean[ITEMS_MAX], most, days;
    char number[OUT_NUMBER_BYTES], name[4 * NAME_POINTS + 1], text[200];
    int64_t length = plot->summary->end_days - plot->summary->start_days;
    size_t step_hours = length > 90 ? 168 : length > 7 ? 24 : 1;
    enum sim_status status =
        load_bins(plot, "series/queue", step_hours, &bins, &labels, is_drawn, err);

    if (status || !*is_drawn)
        return free(bins.mean), status;
    for (size_t p = 0; p < bins.items; p++) {
        order[p] = p;
        mean[p] = item_mean(&bins, p);
        mean[p] = isfinite(mean[p]) ? mean[p] : 0.0;
    }
    sort_by(order, bins.items, mean, true);
    count = bins.items > LINES_MAX ? LINES_MAX : bins.items;
    most = highest(&bins, order, count);
    if (most <= 0.0)
        snprintf(plot->title, sizeof plot->title, "Nothing ever waited");
    else if (bins.items == 1)
        snprintf(plot->title, sizeof plot->title, "%s jobs wait at %s on average",
                 out_format_number(mean[0], NAN, number),
                 out_shorten(title_of(plot, labels, 0), name, NAME_POINTS));
    else
        snprintf(plot->title, sizeof plot->title,
                 "The longest queue stands at %s: %s jobs waiting on average",
                 out_shorten(title_of(plot, labels, order[0]), name, NAME_POINTS),
                 out_format_number(mean[order[0]], NAN, number));
    set_queue_words(length > 90  ? "Weekly"
                    : length > 7 ? "Daily"
                                 : "Hourly",
                    mean, order, bins.items, count, text, sizeof text);
    set_caption(plot, text);
    plot->height_cm = 12.5;
    add_frame(plot, 1.5, 2.1);
    out_page_grid(&plot->script, "y");
    days = (double)bins.count * bins.step_days;
    out_date_tics(&plot->script, plot->summary->start_days, days, days, 13);
    out_text_add(&plot->script,
                 "set lmargin at screen 0.075\nset rmargin at screen 0.79\n"
                 "set xrange [0:%g]\nset yrange [0:%g]\nset ylabel 'jobs waiting' textcolor rgb "
                 "'" OUT_GREY "'\n",
                 days, most > 0.0 ? 1.05 * most : 1.0);
    add_queue_lines(plot, labels, &bins, order, count, most > 0.0 ? 1.05 * most : 1.0);
    free(bins.mean);
    return SIM_OK;
}

/* ---- 4: waits by kind of user ---- */
static const struct {
    const char *figure, *words, *colour;
    int point; /* filled: circle, triangle, square */
    double up; /* rows: whiskers that overlap are told apart */
    int side;  /* of the label: -1 left of the whisker, 0 above, 1 right of it */
} wait_statistic[] = {{"wait.p50", "50 % of jobs", OUT_BLUE, 7, 0.0, -1},
                      {"wait.p90", "90 % of jobs", OUT_VERMILLION, 9, 0.16, 0},
                      {"wait.p95", "95 % of jobs", OUT_GREEN, 5, -0.16, 1}};
enum { WAITS = sizeof wait_statistic / sizeof *wait_statistic };
static const double shortest_wait_h = 0.01;

/* In the words of the axis: "11 min", "6.5 ± 0.5 h", "> 3.2 d"; the interval always gives the
 * digits and is shown on request. */
static const char *wait_words(const struct out_figure *wait, bool with_half, char *buffer,
                              size_t bytes)
{
    double hours = wait->mean, half_width = wait->half_width;
    double scale = hours < 0.95 ? 60.0 : hours < 72.0 ? 1.0 : 1.0 / 24.0;
    const char *unit = hours < 0.95 ? "min" : hours < 72.0 ? "h" : "d";
    char number[128];

    if (wait->is_lower_bound)
        snprintf(buffer, bytes, "%s %s", out_format_mean(wait, scale, number), unit);
    else if (hours * 60.0 < 0.5)
        snprintf(buffer, bytes, "under 1 min");
    else if (with_half)
        snprintf(buffer, bytes, "%s %s",
                 with_interval(hours * scale, half_width * scale, number, sizeof number), unit);
    else
        snprintf(buffer, bytes, "%s %s",
                 out_format_number(hours * scale, half_width * scale, number), unit);
    return buffer;
}

static void set_waits_title(struct plot *plot, const char *const *kind, size_t count)
{
    const struct out_figure *shortest = NULL, *longest = NULL;
    const char *who_starts = "";
    struct rank rank = {0};
    size_t bounds = 0;
    char a[128], b[128];

    for (size_t k = 0; k < count; k++) {
        const struct out_figure *here =
            out_summary_find_by(plot->summary, "wait.p95", "kind", kind[k]);
        if (!here || !isfinite(here->mean))
            continue;
        rank_add(&rank, out_kind_words(kind[k]), here->mean, here->half_width);
        bounds += here->is_lower_bound;
        longest = !longest || here->mean > longest->mean ? here : longest;
        if (!shortest || here->mean < shortest->mean) {
            shortest = here;
            who_starts = out_kind_words(kind[k]);
        }
    }
    if (!rank.name[0]) {
        snprintf(plot->title, sizeof plot->title, "Too few jobs for a 95 %% quantile of waiting");
        return;
    }
    wait_words(longest, true, a, sizeof a);
    wait_words(shortest, true, b, sizeof b);
    if (!rank.next_name[0])
        snprintf(plot->title, sizeof plot->title, "95 %% of the jobs of %s start within %s",
                 rank.name, a);
    else if (!bounds && !strcmp(a, b))
        snprintf(plot->title, sizeof plot->title,
                 "95 %% of the jobs of every user kind start in %s", a);
    else if (is_clear(&rank) && bounds == longest->is_lower_bound) /* no other may be longer */
        snprintf(plot->title, sizeof plot->title,
                 "Jobs of %s wait longest: 95 %% start within %s; those of %s: %s", rank.name, a,
                 who_starts, b);
    else
        snprintf(plot->title, sizeof plot->title,
                 "No user kind clearly waits longest: 95 %% start in %s (%.40s) to %s "
                 "(%.40s)",
                 b, who_starts, a, rank.name);
}

static double at_least(double hours)
{
    return hours > shortest_wait_h ? hours : shortest_wait_h;
}

static void add_wait_blocks(struct plot *plot, const char *const *kind, size_t count, double *low,
                            double *high)
{
    for (int s = 0; s < WAITS; s++) {
        out_text_add(&plot->script, "$wait%d << EOD\n", s);
        for (size_t k = 0; k < count; k++) {
            const struct out_figure *figure =
                out_summary_find_by(plot->summary, wait_statistic[s].figure, "kind", kind[k]);
            double half = figure && isfinite(figure->half_width) ? figure->half_width : 0.0;

            if (!figure || !isfinite(figure->mean))
                continue;
            out_text_add(&plot->script, "%g %g %g %g\n", at_least(figure->mean),
                         (double)(count - 1 - k) + wait_statistic[s].up,
                         at_least(figure->mean - half), at_least(figure->mean + half));
            *low = fmin(*low, at_least(figure->mean - half));
            *high = fmax(*high, at_least(figure->mean + half));
        }
        out_text_add(&plot->script, "NaN NaN NaN NaN\nEOD\n");
    }
}

static bool has_bounds(const struct plot *plot, const char *const *kind, size_t count)
{
    for (size_t k = 0; k < count; k++)
        for (int s = 0; s < WAITS; s++) {
            const struct out_figure *figure =
                out_summary_find_by(plot->summary, wait_statistic[s].figure, "kind", kind[k]);

            if (figure && figure->is_lower_bound)
                return true;
        }
    return false;
}

static void add_wait_labels(struct plot *plot, const char *const *kind, size_t count)
{
    static const char *const place[] = {"right offset -1.2,0", "center offset 0,0.95",
                                        "left offset 1.2,0", "left offset 4,0"};
    char words[160];
    int tag = 100;

    for (size_t k = 0; k < count; k++)
        for (int s = 0; s < WAITS; s++) {
            const struct out_figure *figure =
                out_summary_find_by(plot->summary, wait_statistic[s].figure, "kind", kind[k]);
            double half, y;

            if (!figure || !isfinite(figure->mean))
                continue;
            half = isfinite(figure->half_width) ? wait_statistic[s].side * figure->half_width : 0.0;
            y = (double)(count - 1 - k) + wait_statistic[s].up;
            out_text_add(
                &plot->script, "set label %d '%s' at %g,%g %s\n", tag++,
                wait_words(figure, false, words, sizeof words), at_least(figure->mean + half), y,
                place[wait_statistic[s].side + 1 + (s == WAITS - 1 && figure->is_lower_bound)]);
            if (figure->is_lower_bound)
                out_text_add(&plot->script,
                             "set arrow from %g,%g rto character 3,0 size character 0.8,20 filled "
                             "linewidth 1.6 linecolor rgb '%s'\n",
                             at_least(figure->mean), y, wait_statistic[s].colour);
        }
}

static enum sim_status plot_waits(struct plot *plot, bool *is_drawn, struct sim_error *err)
{
    struct out_text *script = &plot->script;
    const char *kind[ITEMS_MAX];
    size_t count = out_summary_items(plot->summary, "kind", kind, PANELS_MAX), with = 0;
    double low = 1e300, high = 0.0, room;
    char text[220];

    (void)err;
    for (size_t k = 0; k < count; k++)
        if (isfinite(mean_of(out_summary_find_by(plot->summary, "wait.p50", "kind", kind[k]))))
            kind[with++] = kind[k];
    *is_drawn = with > 0;
    if (!*is_drawn)
        return SIM_OK;
    set_waits_title(plot, kind, with);
    snprintf(text, sizeof text, "Time from ready (data at the site) to start; logarithmic axis. %s",
             has_bounds(plot, kind, with) ? "> and arrow: beyond the longest wait seen."
                                          : interval_words(plot));
    set_caption(plot, text);
    plot->height_cm = fmin(17.0, 5.4 + 1.5 * (double)with);
    add_frame(plot, 2.1, 2.9);
    add_wait_blocks(plot, kind, with, &low, &high);
    add_wait_labels(plot, kind, with);
    if (high <= 0.0)
        low = 0.1, high = 10.0;
    room = fmax(1.7, pow(high / low, 0.16)); /* for the labels on either side */
    for (size_t k = 0; k < with; k++) {
        out_text_add(script, "set ytics %s(", k ? "add " : "");
        out_page_quote(script, out_kind_words(kind[k]), 18);
        out_text_add(script, " %zu)\n", with - 1 - k);
    }
    out_page_grid(script, "x");
    out_text_add(
        script,
        "set lmargin at screen 0.135\nset rmargin at screen 0.97\n"
        "set border 1\nset logscale x\nset xrange [%g:%g]\nset yrange [-0.6:%g]\nset "
        "ytics scale 0\n"
        "set xtics ('under 1 min' 0.01, '6 min' 0.1, '30 min' 0.5, '1 h' 1, '3 h' 3, "
        "'6 h' 6, '12 h' 12, '1 day' 24, '2 days' 48, '4 days' 96, '1 week' 168, '2 weeks' 336, "
        "'1 month' 730, '3 months' 2190, '1 year' 8766)\n"
        "set xlabel 'wait until this share of the jobs has started (min, h, days; logarithmic)' "
        "textcolor rgb '" OUT_GREY "'\n"
        "set key at graph 1, graph 1 right bottom horizontal samplen 1 width 1\nplot ",
        low / room, room * high, (double)with - 0.2);
    for (int s = 0; s < WAITS; s++)
        out_text_add(script,
                     "%s$wait%d using 1:2:3:4 with xerrorbars linecolor rgb '%s' linewidth 1.6 "
                     "pointtype %d pointsize 1.1 title '%s'",
                     s ? ", " : "", s, wait_statistic[s].colour, wait_statistic[s].point,
                     wait_statistic[s].words);
    out_text_add(script, "\n");
    return SIM_OK;
}

/* ---- 5 and 6: energy and carbon by site ---- */
struct bars {
    const char *figure, *base_unit, *words;
    double divisor, most;
    const char *unit;
};

static void scale_bars(const struct plot *plot, struct bars *bars, const char *const *site,
                       const size_t *order, size_t count, const char *unit_k)
{
    bars->most = 0.0;
    for (size_t s = 0; s < count; s++) {
        const struct out_figure *figure =
            out_summary_find_by(plot->summary, bars->figure, "site", site[order[s]]);
        if (figure && isfinite(figure->mean))
            bars->most =
                fmax(bars->most,
                     figure->mean + (isfinite(figure->half_width) ? figure->half_width : 0.0));
    }
    bars->divisor = bars->most >= 2000.0 ? 1000.0 : 1.0;
    bars->unit = bars->most >= 2000.0 ? unit_k : bars->base_unit;
    bars->most /= bars->divisor;
}

static void add_bars(struct plot *plot, const struct bars *bars, const char *block,
                     const char *const *site, const size_t *order, size_t count, const char *colour,
                     double left, double right, bool with_names)
{
    struct out_text *script = &plot->script;
    char text[128];

    out_text_add(script, "$%s << EOD\n", block);
    for (size_t k = 0; k < count; k++) {
        const struct out_figure *figure =
            out_summary_find_by(plot->summary, bars->figure, "site", site[order[k]]);
        double mean = mean_of(figure) / bars->divisor;
        double half = figure ? figure->half_width / bars->divisor : NAN;

        if (isfinite(mean))
            out_text_add(script, "%g %zu %g %g\n", mean, count - 1 - k,
                         isfinite(half) ? mean - half : mean, isfinite(half) ? mean + half : mean);
    }
    out_text_add(script, "NaN NaN NaN NaN\nEOD\nunset label\n");
    if (with_names) /* the first panel carries what belongs to the page */
        add_words(plot);
    for (size_t k = 0; k < count; k++) {
        const struct out_figure *figure =
            out_summary_find_by(plot->summary, bars->figure, "site", site[order[k]]);
        double half = figure ? figure->half_width / bars->divisor : NAN;
        double end = mean_of(figure) / bars->divisor + (isfinite(half) ? half : 0.0);

        if (isfinite(end))
            out_text_add(script, "set label %zu '%s' at %g,%zu left offset 0.8,0\n", k + 1,
                         with_interval(figure->mean / bars->divisor, half, text, sizeof text), end,
                         count - 1 - k);
        out_text_add(script, "set ytics %s(", k ? "add " : "");
        out_page_quote(script, with_names ? out_summary_title(plot->summary, site[order[k]]) : "",
                       22);
        out_text_add(script, " %zu)\n", count - 1 - k);
    }
    out_text_add(script,
                 "set lmargin at screen %g\nset rmargin at screen %g\nset xrange [0:%g]\n"
                 "set xlabel '%s, %s' textcolor rgb '" OUT_GREY "'\n"
                 "plot $%s using (0):2:(0):1:($2-0.34):($2+0.34) with boxxyerror fillstyle solid "
                 "border linecolor rgb '#404040' linewidth 0.7 fillcolor rgb '%s', "
                 "$%s using 1:2:3:4 with xerrorbars pointtype -1 linewidth 1.4 "
                 "linecolor rgb '#000000'\n",
                 left, right, bars->most > 0.0 ? 1.38 * bars->most : 1.0, bars->words, bars->unit,
                 block, colour, block);
}

static double rank_sites(const struct plot *plot, const char *figure, const char *const *site,
                         size_t count, struct rank *rank)
{
    double all = 0.0;

    *rank = (struct rank){0};
    for (size_t s = 0; s < count; s++) {
        const struct out_figure *here = out_summary_find_by(plot->summary, figure, "site", site[s]);

        if (!here || !isfinite(here->mean))
            continue;
        rank_add(rank, out_summary_title(plot->summary, site[s]), here->mean, here->half_width);
        all += here->mean;
    }
    return all;
}

/* "bsc uses the most energy (35 %)" or that none clearly does. */
static void say_share(const struct rank *rank, double all, const char *claim, char *text,
                      size_t bytes)
{
    double first = all > 0.0 ? 100.0 * rank->most / all : 0.0;
    double second = all > 0.0 ? 100.0 * rank->next / all : 0.0;

    if (is_clear(rank))
        snprintf(text, bytes, "%s %s (%.0f %%)", rank->name, claim, first);
    else
        snprintf(text, bytes, "no site clearly %s (%s %.0f %%, %s %.0f %%)", claim, rank->name,
                 first, rank->next_name, second);
}

static void capitalise(char *text)
{
    if (!strncmp(text, "no site ", 8))
        text[0] = 'N';
}

static void set_energy_title(struct plot *plot, const char *const *site, size_t count)
{
    struct rank energy, carbon;
    char uses[320], emits[320];
    double all_energy = rank_sites(plot, "energy", site, count, &energy);
    double all_carbon = rank_sites(plot, "carbon.location", site, count, &carbon);
    bool has_carbon = carbon.name[0] && all_carbon > 0.0;

    if (!energy.next_name[0]) {
        snprintf(plot->title, sizeof plot->title, "Energy%s of %s, the only site",
                 has_carbon ? " and " CO2 : "", energy.name);
        return;
    }
    say_share(&energy, all_energy, "uses the most energy", uses, sizeof uses);
    if (has_carbon)
        say_share(&carbon, all_carbon, "emits the most " CO2, emits, sizeof emits);
    if (has_carbon && is_clear(&energy) && is_clear(&carbon) && !strcmp(energy.name, carbon.name))
        snprintf(plot->title, sizeof plot->title,
                 "%s leads in both: %.0f %% of the energy, %.0f %% of the " CO2, energy.name,
                 100.0 * energy.most / all_energy, 100.0 * carbon.most / all_carbon);
    else if (has_carbon)
        snprintf(plot->title, sizeof plot->title, "%s; %s", uses, emits);
    else
        snprintf(plot->title, sizeof plot->title, "%s", uses);
    capitalise(plot->title);
}

static enum sim_status plot_energy(struct plot *plot, bool *is_drawn, struct sim_error *err)
{
    struct bars energy = {.figure = "energy", .base_unit = "MWh", .words = "energy"};
    struct bars carbon = {
        .figure = "carbon.location", .base_unit = "t", .words = CO2 " of the grids"};
    const char *site[ITEMS_MAX];
    size_t order[ITEMS_MAX], count = 0, sites;
    double key[ITEMS_MAX], all = 0.0;
    char text[220], which[64];

    (void)err;
    sites = out_summary_items(plot->summary, "site", site, ITEMS_MAX);
    for (size_t s = 0; s < sites; s++) {
        double mean = mean_of(out_summary_find_by(plot->summary, "energy", "site", site[s]));

        if (!isfinite(mean))
            continue;
        all += mean;
        key[count] = mean;
        order[count] = count;
        site[count++] = site[s];
    }
    *is_drawn = all > 0.0; /* machines without a power draw nothing */
    if (!*is_drawn)
        return SIM_OK;
    sort_by(order, count, key, true);
    set_energy_title(plot, site, count);
    snprintf(which, sizeof which, "; the %d largest of %zu sites", PANELS_MAX, count);
    snprintf(text, sizeof text, "Sum over the window, cooling included%s. %s",
             count > PANELS_MAX ? which : "", interval_words(plot));
    count = count > PANELS_MAX ? PANELS_MAX : count;
    set_caption(plot, text);
    plot->height_cm = fmin(17.0, 4.5 + 0.95 * (double)count);
    scale_bars(plot, &energy, site, order, count, "GWh");
    scale_bars(plot, &carbon, site, order, count, "kt");
    add_frame(plot, 1.4, 2.9);
    out_page_grid(&plot->script, "x");
    out_text_add(&plot->script,
                 "set border 1\nset yrange [-0.6:%g]\nset ytics scale 0\nset bars 0.5\n"
                 "set multiplot\n",
                 (double)count - 0.4);
    add_bars(plot, &energy, "energy", site, order, count, "#56B4E9", 0.205, 0.57, true);
    if (carbon.most > 0.0)
        add_bars(plot, &carbon, "carbon", site, order, count, "#E69F00", 0.615, 0.98, false);
    out_text_add(&plot->script, "unset multiplot\n");
    return SIM_OK;
}

/* ---- 7: the map ---- */
struct place {
    const char *key;
    bool is_shown; /* it has a place, and that lies on the map */
    double x_km, y_km, hours, hours_half, use, use_half, radius_km;
};

static const double largest_radius_km = 210.0, number_fits_km = 85.0;

void out_project(double lat_deg, double lon_deg, double *x_km, double *y_km)
{
    const double to_rad = 0.017453292519943295, radius = 6371.0;
    double phi = lat_deg * to_rad, lambda = (lon_deg - 10.0) * to_rad, phi0 = 52.0 * to_rad;
    double k =
        radius * sqrt(2.0 / (1.0 + sin(phi0) * sin(phi) + cos(phi0) * cos(phi) * cos(lambda)));

    *x_km = k * cos(phi) * sin(lambda);
    *y_km = k * (cos(phi0) * sin(phi) - sin(phi0) * cos(phi) * cos(lambda));
}

static void add_land(struct out_text *script, const char *block, bool is_eu)
{
    out_text_add(script, "$%s << EOD\n", block);
    for (size_t r = 0; r < sizeof map_rings / sizeof *map_rings; r++) {
        if (map_rings[r].is_eu != is_eu)
            continue;
        for (size_t i = 0; i < map_rings[r].count; i++)
            out_text_add(script, "%d %d\n", map_points[map_rings[r].first + i][0],
                         map_points[map_rings[r].first + i][1]);
        out_text_add(script, "\n");
    }
    out_text_add(script, "EOD\n");
}

static bool read_angle(const struct plot *plot, const char *site, const char *which, double *angle)
{
    char path[256], *end;
    const char *value;

    snprintf(path, sizeof path, "sites.%.100s.place.%s", site, which);
    value = out_summary_input(plot->summary, path);
    if (!value || !*value)
        return false;
    *angle = strtod(value, &end);
    return *end == '\0' && isfinite(*angle);
}

static bool has_by_site(const struct plot *plot, const char *figure)
{
    const char *site[ITEMS_MAX];
    size_t sites = out_summary_items(plot->summary, "site", site, ITEMS_MAX);

    for (size_t s = 0; s < sites; s++)
        if (out_summary_find_by(plot->summary, figure, "site", site[s]))
            return true;
    return false;
}

static bool is_on_map(const struct plot *plot, struct place *place)
{
    double lat, lon;

    if (!read_angle(plot, place->key, "lat", &lat) || !read_angle(plot, place->key, "lon", &lon))
        return false;
    out_project(lat, lon, &place->x_km, &place->y_km);
    return place->x_km >= MAP_X0 && place->x_km <= MAP_X1 && place->y_km >= MAP_Y0 &&
           place->y_km <= MAP_Y1;
}

/* All sites, in scenario order. */
static size_t find_places(const struct plot *plot, const char *hours, struct place *place)
{
    const char *site[ITEMS_MAX];
    size_t sites = out_summary_items(plot->summary, "site", site, ITEMS_MAX), count = 0;
    double most = 0.0;

    for (size_t s = 0; s < sites; s++) {
        const struct out_figure *use =
            out_summary_find_by(plot->summary, "utilisation", "site", site[s]);
        const struct out_figure *delivered;
        struct place *here = &place[count];

        *here = (struct place){
            .key = site[s], .use = mean_of(use), .use_half = use ? use->half_width : NAN};
        here->is_shown = is_on_map(plot, here);
        delivered = out_summary_find_by(plot->summary, hours, "site", site[s]);
        here->hours = delivered && isfinite(delivered->mean) ? delivered->mean : 0.0;
        here->hours_half = delivered ? delivered->half_width : NAN;
        most = fmax(most, here->hours);
        count++;
    }
    for (size_t s = 0; s < count; s++)
        place[s].radius_km = most > 0.0 ? largest_radius_km * sqrt(place[s].hours / most) : 0.0;
    return count;
}

static void add_places(struct plot *plot, const struct place *place, const size_t *order,
                       size_t count)
{
    struct out_text *script = &plot->script;

    out_text_add(script, "$sites << EOD\n");
    for (size_t k = 0; k < count; k++) { /* large ones first, so that small ones stay visible */
        const struct place *here = &place[order[k]];

        if (!here->is_shown)
            continue;
        out_text_add(script, "%g %g %g %g\n", here->x_km, here->y_km, fmax(here->radius_km, 12.0),
                     isfinite(here->use) ? 100.0 * here->use : 0.0);
    }
    out_text_add(script, "NaN NaN NaN NaN\nEOD\n");
    for (size_t k = 0; k < count; k++) {
        const struct place *here = &place[order[k]];
        bool is_inside = here->radius_km >= number_fits_km;

        if (!here->is_shown)
            continue;

        out_text_add(script, "set label %zu '%zu' at %g,%g %s front textcolor rgb '%s'\n", k + 1,
                     k + 1, here->x_km + (is_inside ? 0.0 : here->radius_km + 25.0), here->y_km,
                     is_inside ? "center" : "left",
                     is_inside && here->use < 0.5 ? "#ffffff" : "#000000");
    }
}

/* The table beside the map: number, site, hours, share in use. */
static void add_place_table(struct plot *plot, const struct place *place, const size_t *order,
                            size_t count, double divisor, const char *unit)
{
    struct out_text *script = &plot->script;
    char number[OUT_NUMBER_BYTES];
    double top = 0.86, step = count > 16 ? 0.66 / (double)count : 0.042;

    out_text_add(
        script,
        "set label 801 '%s' at screen 0.875,%g right front textcolor rgb '" OUT_GREY "'\n"
        "set label 802 'in use, %%' at screen 0.975,%g right front textcolor rgb '" OUT_GREY "'\n",
        unit, top, top);
    for (size_t k = 0; k < count; k++) {
        const struct place *here = &place[order[k]];
        double y = top - step * (double)(k + 1);

        out_text_add(script, "set label %zu '%zu%s' at screen 0.655,%g right front\nset label %zu ",
                     200 + k, k + 1, here->is_shown ? "" : "*", y, 300 + k);
        out_page_quote(script, out_summary_title(plot->summary, here->key), 22);
        out_text_add(script, " at screen 0.665,%g left front\n", y);
        out_text_add(script, "set label %zu '%s' at screen 0.875,%g right front\n", 400 + k,
                     out_format_number(here->hours / divisor, NAN, number), y);
        out_text_add(script, "set label %zu '%s' at screen 0.975,%g right front\n", 500 + k,
                     out_format_number(100.0 * here->use, 100.0 * here->use_half, number), y);
    }
}

static enum sim_status plot_europe(struct plot *plot, bool *is_drawn, struct sim_error *err)
{
    bool is_h100e = has_by_site(plot, "h100e_hours.allocated");
    const char *hours = is_h100e ? "h100e_hours.allocated" : "gpu_hours.allocated";
    const char *word = is_h100e ? "H100e-hours" : "GPU-hours";
    struct out_text *script = &plot->script;
    struct place place[ITEMS_MAX];
    size_t order[ITEMS_MAX], count = find_places(plot, hours, place), outside = 0;
    double key[ITEMS_MAX], all = 0.0, divisor;
    struct rank rank = {0};
    char text[200], unit[48];

    (void)err;
    for (size_t s = 0; s < count; s++) {
        order[s] = s;
        key[s] = place[s].hours;
        all += place[s].hours;
        outside += !place[s].is_shown;
    }
    *is_drawn = all > 0.0 && outside < count;
    if (!*is_drawn)
        return SIM_OK;
    sort_by(order, count, key, true);
    divisor = key[order[0]] >= 2e6 ? 1e6 : key[order[0]] >= 2e3 ? 1e3 : 1.0;
    snprintf(unit, sizeof unit, "%s%s",
             divisor > 1e3   ? "million "
             : divisor > 1.0 ? "thousand "
                             : "",
             is_h100e ? "H100e-h" : "GPU-h");
    for (size_t s = 0; s < count; s++)
        rank_add(&rank, out_summary_title(plot->summary, place[order[s]].key), key[order[s]],
                 place[order[s]].hours_half);
    snprintf(text, sizeof text, "delivers the most %s", word);
    say_share(&rank, all, text, plot->title, sizeof plot->title);
    capitalise(plot->title);
    if (!rank.next_name[0])
        snprintf(plot->title, sizeof plot->title, "%s of %s, the only site", word, rank.name);
    snprintf(text, sizeof text,
             "Area of a circle: %s delivered%s. Boundaries: Natural Earth; no "
             "position on status.",
             word, outside ? " (*: not on the map)" : "");
    count = count > 40 ? 40 : count;
    set_caption(plot, text);
    add_frame(plot, 1.2, 1.4);
    add_palette(script);
    add_land(script, "eu", true);
    add_land(script, "other", false);
    add_places(plot, place, order, count);
    add_place_table(plot, place, order, count, divisor, unit);
    out_text_add(script,
                 "set lmargin at screen 0.02\nset rmargin at screen 0.622\n"
                 "unset border\nunset xtics\nunset ytics\n"
                 "set xrange [%d:%d]\nset yrange [%d:%d]\nset size ratio -1\n"
                 "set cbrange [0:100]\nset cbtics 0,25,100 scale 0\n"
                 "set cblabel 'in use, %%' textcolor rgb '" OUT_GREY "'\n"
                 "set colorbox horizontal user origin screen 0.665,0.13 size screen 0.31,0.022 "
                 "noborder\nset style fill solid 1.0\n"
                 "plot $other using 1:2 with filledcurves closed fillcolor rgb '#eeeeee' "
                 "fillstyle solid border linecolor rgb '#ffffff' linewidth 0.7, "
                 "$eu using 1:2 with filledcurves closed fillcolor rgb '#d3d9df' "
                 "fillstyle solid border linecolor rgb '#ffffff' linewidth 0.7, "
                 "$sites using 1:2:3:4 with circles linecolor palette linewidth 1 "
                 "fillstyle solid border linecolor rgb '#000000'\n",
                 MAP_X0, MAP_X1, MAP_Y0, MAP_Y1);
    return SIM_OK;
}

/* ---- jobs on a machine ---- */

static double longest_end_s(const struct out_gantt *gantt)
{
    double last = 0;

    for (size_t i = 0; i < gantt->bar_count; i++)
        last = fmax(last, gantt->bar[i].end_s);
    return last;
}

static void draw_gantt(struct plot *plot, const struct out_gantt *gantt)
{
    double span_s = longest_end_s(gantt) - gantt->bar[0].start_s;
    const char *unit = span_s < 7200 ? "s" : span_s < 6 * 86400 ? "h" : "d";
    double unit_s = *unit == 's' ? 1 : *unit == 'h' ? 3600 : 86400;
    char what[240];

    snprintf(plot->title, sizeof plot->title, "%s%zu jobs on up to %u %s",
             gantt->job_count < gantt->started ? "The first " : "", gantt->job_count, gantt->units,
             gantt->has_gpus ? "accelerators" : "nodes");
    snprintf(what, sizeof what,
             "Each job takes the lowest %s free at its start, in order of start; which ones it "
             "really had is not recorded.",
             gantt->has_gpus ? "accelerators" : "nodes");
    set_caption(plot, what);
    add_frame(plot, 1.2, 2.6);
    out_text_add(&plot->script,
                 "set lmargin at screen 0.07\nset rmargin at screen 0.975\n"
                 "set xlabel 'time from the start, %s'\nset ylabel '%s'\n",
                 unit, gantt->has_gpus ? "accelerators" : "nodes");
    out_gantt_draw(gantt, unit_s, &plot->script);
}

static enum sim_status plot_gantt(struct plot *plot, bool *is_drawn, struct sim_error *err)
{
    struct out_gantt gantt;
    enum sim_status status = out_gantt_read(plot->result, &gantt, err);

    *is_drawn = !status && gantt.bar_count > 0;
    if (*is_drawn)
        draw_gantt(plot, &gantt);
    out_gantt_release(&gantt);
    return status;
}

/* ---- all of them ---- */
typedef enum sim_status plot_function(struct plot *plot, bool *is_drawn, struct sim_error *err);

static const struct {
    const char *name;
    plot_function *make;
} plots[] = {
    {"use-map", plot_use_map}, {"use-lines", plot_use_lines}, {"queue", plot_queue},
    {"waits", plot_waits},     {"energy", plot_energy},       {"europe", plot_europe},
    {"gantt", plot_gantt},
};

bool out_plot_exists(const char *name)
{
    for (size_t i = 0; i < sizeof plots / sizeof *plots; i++)
        if (!strcmp(plots[i].name, name))
            return true;
    return false;
}

static enum sim_status draw_one(const struct out_result *result, size_t which,
                                const struct out_plotting *what, size_t *count,
                                struct sim_error *err)
{
    struct plot plot = {.result = result,
                        .summary = &result->summary,
                        .name = plots[which].name,
                        .height_cm = height_cm};
    bool is_drawn = false;
    enum sim_status status = plots[which].make(&plot, &is_drawn, err);

    if (!status && is_drawn)
        status = out_gnuplot_draw(&plot.script,
                                  &(struct out_picture){.dir = what->dir,
                                                        .name = plot.name,
                                                        .format = what->format,
                                                        .width_cm = width_cm,
                                                        .height_cm = plot.height_cm,
                                                        .stop = what->stop},
                                  err);
    if (!status && is_drawn) {
        *count += 1;
        if (what->tell)
            what->tell(what->context, plot.name, plot.title, plot.caption, plot.source);
    }
    out_text_release(&plot.script);
    return status;
}

enum sim_status out_plot_result(const struct out_plotting *what, size_t *count,
                                struct sim_error *err)
{
    struct out_result *result;
    size_t drawn = 0;
    enum sim_status status = out_result_open(what->result_path, &result, err);

    if (status)
        return status;
    status = out_make_dir(what->dir, err);
    for (size_t i = 0; !status && i < sizeof plots / sizeof *plots; i++)
        status = draw_one(result, i, what, &drawn, err);
    out_result_close(result);
    if (count)
        *count = drawn;
    return status;
}

/* ---- and away with them ---- */

/* Every script begins with how to run it (output/gnuplot.c). */
static bool is_ours(int dir_fd, const char *name)
{
    char file[80], wanted[80], found[80] = "";
    int fd;

    snprintf(file, sizeof file, "%s.gp", name);
    snprintf(wanted, sizeof wanted, "# gnuplot %s.gp\n", name);
    fd = openat(dir_fd, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return false;
    (void)!read(fd, found, strlen(wanted));
    close(fd);
    return strcmp(found, wanted) == 0;
}

static void remove_plot(int dir_fd, const char *name)
{
    static const enum out_format formats[] = {OUT_FORMAT_SVG, OUT_FORMAT_PNG, OUT_FORMAT_PDF};
    char file[80];

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        snprintf(file, sizeof file, "%s.%s", name, out_format_name(formats[i]));
        unlinkat(dir_fd, file, 0);
    }
    snprintf(file, sizeof file, "%s.gp", name); /* last: it is the proof */
    unlinkat(dir_fd, file, 0);
}

enum sim_status out_plot_remove(const char *dir, size_t *count, struct sim_error *err)
{
    int dir_fd;
    enum sim_status status;

    *count = 0;
    if (access(dir, F_OK) != 0)
        return SIM_OK;
    status = out_open_dir(dir, &dir_fd, err);
    if (status)
        return status;
    for (size_t i = 0; i < sizeof plots / sizeof *plots; i++)
        if (is_ours(dir_fd, plots[i].name)) {
            remove_plot(dir_fd, plots[i].name);
            *count += 1;
        }
    close(dir_fd);
    rmdir(dir); /* stays when anything else is in it */
    return SIM_OK;
}
