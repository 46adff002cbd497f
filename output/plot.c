/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "output/tables.h"
#include "sim/calendar.h"

#define PLUS_MINUS "\xC2\xB1"

enum { CELLS_MAX = 2000, CELLS_A_ROW_MAX = 400 };

const struct out_plot_line_style out_plot_line[OUT_PLOT_LINES_MAX] = {{OUT_BLUE, "1"},
                                                                      {OUT_VERMILLION, "(12,4)"},
                                                                      {OUT_GREEN, "(5,5)"},
                                                                      {OUT_PURPLE, "(12,3,3,3)"},
                                                                      {OUT_BLACK, "(2,6)"}};

/* ---- the page ---- */

/* Cividis by ten points, so that it does not lean on gnuplot's own palettes. */
void out_plot_palette(struct out_text *script)
{
    out_text_add(script, "set palette defined (0 '#00224e', 1 '#123570', 2 '#3b496c', 3 '#575d6d', "
                         "4 '#707173', 5 '#8a8678', 6 '#a59c74', 7 '#c3b369', 8 '#e1cc55', "
                         "9 '#fee838')\n");
}

static struct out_page page_of(const struct out_plot *plot)
{
    return (struct out_page){plot->title, plot->caption, plot->source, plot->height_cm};
}

void out_plot_words(struct out_plot *plot)
{
    struct out_page page = page_of(plot);

    out_page_words(&plot->script, &page);
}

void out_plot_frame(struct out_plot *plot, double top_cm, double bottom_cm)
{
    struct out_page page = page_of(plot);

    out_page_frame(&plot->script, &page, top_cm, bottom_cm);
}

static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* A few days: every sixth hour. */
static void add_hour_tics(struct out_text *script, int64_t start_days, double last, int most)
{
    int step = 4.0 * last > most ? 12 : 6;

    out_text_add(script, "set xtics (");
    for (int hour = 0; hour <= 24.0 * last; hour += step) {
        struct sim_date date = sim_date_from_days(start_days + hour / 24);

        out_text_add(script, "%s", hour ? ", " : "");
        if (hour % 24)
            out_text_add(script, "'%02d:00' %g", hour % 24, hour / 24.0);
        else
            out_text_add(script, "'%d %s' %d", date.day, month_names[date.month - 1], hour / 24);
    }
    out_text_add(script, ")\n");
}

/* A short window: days with their month. */
static void add_day_tics(struct out_text *script, int64_t start_days, double last, int most)
{
    static const int steps[] = {1, 2, 7, 14, 28};
    int step = 0;

    while (step < 4 && last / steps[step] > most)
        step++;
    out_text_add(script, "set xtics (");
    for (int day = 0; day <= last; day += steps[step]) {
        struct sim_date date = sim_date_from_days(start_days + day);

        out_text_add(script, "%s'%d %s' %d", day ? ", " : "", date.day, month_names[date.month - 1],
                     day);
    }
    out_text_add(script, ")\n");
}

/* Month names on an axis of days since start, at most about `most` of them, none behind `last`. */
void out_plot_date_tics(struct out_text *script, int64_t start_days, double days, double last,
                        int most)
{
    static const int steps[] = {1, 2, 3, 6, 12, 24, 60, 120};
    int step = 0, count = 0;
    struct sim_date date = sim_date_from_days(start_days);

    if (days <= 3.0) {
        add_hour_tics(script, start_days, last, most);
        return;
    }
    if (days <= 100.0) {
        add_day_tics(script, start_days, last, most);
        return;
    }

    while (step < 7 && days / 30.4 / steps[step] > most)
        step++;
    if (date.day > 1) {
        date.day = 1;
        date.month++;
    }
    out_text_add(script, "set xtics (");
    for (;; date.month++) {
        double at;

        if (date.month > 12) {
            date.month = 1;
            date.year++;
        }
        at = (double)(sim_days_from_date(date) - start_days);
        if (at > last)
            break;
        if ((date.month - 1) % (steps[step] > 12 ? 12 : steps[step]) ||
            (steps[step] > 12 && date.year % (steps[step] / 12)))
            continue;
        if (date.month == 1 || count == 0)
            out_text_add(script, "%s'%s %d' %g", count++ ? ", " : "", month_names[date.month - 1],
                         date.year, at);
        else
            out_text_add(script, "%s'%s' %g", count++ ? ", " : "", month_names[date.month - 1], at);
    }
    out_text_add(script, ")\n");
}

const char *out_plot_label(const struct out_labels *labels, size_t i)
{
    return labels && i < labels->count ? labels->text[i] : "?";
}

const char *out_plot_title(const struct out_plot *plot, const struct out_labels *labels, size_t i)
{
    return out_summary_title(plot->summary, out_plot_label(labels, i));
}

double out_plot_input(const struct out_plot *plot, const char *path)
{
    const char *value = out_summary_input(plot->summary, path);
    char *end;
    double number = value ? strtod(value, &end) : (double)NAN;

    return value && end != value && *end == '\0' ? number : (double)NAN;
}

double out_plot_mean(const struct out_figure *figure)
{
    return figure ? figure->mean : NAN;
}

/* "86 ± 2" with the interval when there is one. */
const char *out_plot_with_interval(double value, double half_width, char *buffer, size_t bytes)
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

void out_plot_caption(struct out_plot *plot, const char *what)
{
    char start[16], end[16], name[4 * 60 + 1];

    sim_date_format(plot->summary->start_days, start);
    sim_date_format(plot->summary->end_days, end);
    out_shorten(plot->summary->name, name, 60);
    snprintf(plot->caption, sizeof plot->caption, "%s", what);
    snprintf(plot->source, sizeof plot->source, "%s, %s to %s", name, start, end);
}

void out_plot_sort(size_t *order, size_t count, const double *key, bool is_descending)
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

/* ---- who leads: a title claims it only where the intervals allow ---- */
void out_rank_add(struct out_rank *rank, const char *name, double value, double half_width)
{
    if (!isfinite(value))
        return;
    if (!rank->name[0] || value > rank->most) {
        memcpy(rank->next_name, rank->name, sizeof rank->name);
        rank->next = rank->most;
        rank->next_half_width = rank->half_width;
        out_shorten(name, rank->name, OUT_PLOT_NAME_POINTS);
        rank->most = value;
        rank->half_width = half_width;
    } else if (!rank->next_name[0] || value > rank->next) {
        out_shorten(name, rank->next_name, OUT_PLOT_NAME_POINTS);
        rank->next = value;
        rank->next_half_width = half_width;
    }
}

/* The two apart by more than the half-width of their difference, taken as independent; without
 * replications there is only the look of it. */
bool out_rank_is_clear(const struct out_rank *rank)
{
    double half = hypot(isfinite(rank->half_width) ? rank->half_width : 0.0,
                        isfinite(rank->next_half_width) ? rank->next_half_width : 0.0);

    return !rank->next_name[0] || rank->most - rank->next > half;
}

const char *out_plot_interval_words(const struct out_plot *plot)
{
    return plot->summary->replication_count > 1
               ? "Whiskers: 95 % interval of the mean over replications."
               : "One replication, so no intervals.";
}

/* "bsc uses the most energy (35 %)" or that none clearly does. */
void out_rank_say(const struct out_rank *rank, double all, const char *claim, char *text,
                  size_t bytes)
{
    double first = all > 0.0 ? 100.0 * rank->most / all : 0.0;
    double second = all > 0.0 ? 100.0 * rank->next / all : 0.0;

    if (out_rank_is_clear(rank))
        snprintf(text, bytes, "%s %s (%.0f %%)", rank->name, claim, first);
    else
        snprintf(text, bytes, "no site clearly %s (%s %.0f %%, %s %.0f %%)", claim, rank->name,
                 first, rank->next_name, second);
}

void out_plot_capitalise(char *text)
{
    if (!strncmp(text, "no site ", 8))
        text[0] = 'N';
}

/* ---- hours to days or weeks ---- */
/* with_rest: a last bin that is not full counts; a line would only twitch there. */
static bool make_bins(const struct out_series_data *series, size_t step_hours, bool with_rest,
                      struct out_bins *bins)
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

double out_bins_mean(const struct out_bins *bins, size_t item)
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
enum sim_status out_bins_load(struct out_plot *plot, const char *path, size_t step_hours,
                              struct out_bins *bins, const struct out_labels **labels, bool *has,
                              struct sim_error *err)
{
    struct out_series_data series;
    enum sim_status status;

    *bins = (struct out_bins){0};
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
    if (bins->items > OUT_PLOT_ITEMS_MAX)
        bins->items = 0, *has = false;
    return status;
}

void out_bins_block(struct out_text *script, const char *name, const struct out_bins *bins,
                    size_t item, double scale)
{
    out_text_add(script, "$%s%zu << EOD\n", name, item);
    for (size_t b = 0; b < bins->count; b++)
        out_text_add(script, "%g %.4g\n", ((double)b + 0.5) * bins->step_days,
                     scale * bins->mean[b * bins->items + item]);
    out_text_add(script, "EOD\n");
}
