/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "output/page.h"
#include "output/tables.h"

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

static void add_queue_lines(struct out_plot *plot, const struct out_labels *labels,
                            const struct out_bins *bins, const size_t *chosen, size_t count,
                            double most)
{
    struct out_text *script = &plot->script;
    double at[OUT_PLOT_LINES_MAX] = {0};
    size_t order[OUT_PLOT_LINES_MAX];

    for (size_t k = 0; k < count; k++) {
        size_t tail = bins->count < 2 ? bins->count : 2, n = 0;

        at[k] = 0.0;
        order[k] = k;
        for (size_t b = bins->count - tail; b < bins->count; b++) {
            double value = bins->mean[b * bins->items + chosen[k]];
            at[k] += isfinite(value) ? (n++, value) : 0.0;
        }
        at[k] = n ? at[k] / (double)n : 0.0;
        out_bins_block(script, "queue", bins, chosen[k], 1.0);
    }
    out_plot_sort(order, count, at, false);
    spread(at, order, count, 0.045 * most, most);
    for (size_t k = 0; k < count; k++) {
        out_text_add(script, "set label %zu ", k + 1);
        out_page_quote(script, out_plot_title(plot, labels, chosen[k]), 22);
        out_text_add(script,
                     " at graph 1.05, first %g left\nset arrow from graph 1.012, first %g to "
                     "graph 1.043, first %g nohead linewidth 1.8 linecolor rgb '%s' dashtype %s\n",
                     at[k], at[k], at[k], out_plot_line[k].colour, out_plot_line[k].dash);
    }
    out_text_add(script, "plot ");
    for (size_t k = 0; k < count; k++)
        out_text_add(script, "%s$queue%zu with lines linewidth 1.8 linecolor rgb '%s' dashtype %s",
                     k ? ", " : "", chosen[k], out_plot_line[k].colour, out_plot_line[k].dash);
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

static double highest(const struct out_bins *bins, const size_t *chosen, size_t count)
{
    double most = 0.0;

    for (size_t b = 0; b < bins->count; b++)
        for (size_t k = 0; k < count; k++) {
            double value = bins->mean[b * bins->items + chosen[k]];

            most = isfinite(value) && value > most ? value : most;
        }
    return most;
}

enum sim_status out_plot_queue(struct out_plot *plot, bool *is_drawn, struct sim_error *err)
{
    const struct out_labels *labels = NULL;
    struct out_bins bins;
    size_t order[OUT_PLOT_ITEMS_MAX], count;
    double mean[OUT_PLOT_ITEMS_MAX], most, days;
    char number[OUT_NUMBER_BYTES], name[4 * OUT_PLOT_NAME_POINTS + 1], text[200];
    int64_t length = plot->summary->end_days - plot->summary->start_days;
    size_t step_hours = length > 90 ? 168 : length > 7 ? 24 : 1;
    enum sim_status status =
        out_bins_load(plot, "series/queue", step_hours, &bins, &labels, is_drawn, err);

    if (status || !*is_drawn)
        return free(bins.mean), status;
    for (size_t p = 0; p < bins.items; p++) {
        order[p] = p;
        mean[p] = out_bins_mean(&bins, p);
        mean[p] = isfinite(mean[p]) ? mean[p] : 0.0;
    }
    out_plot_sort(order, bins.items, mean, true);
    count = bins.items > OUT_PLOT_LINES_MAX ? OUT_PLOT_LINES_MAX : bins.items;
    most = highest(&bins, order, count);
    if (most <= 0.0)
        snprintf(plot->title, sizeof plot->title, "Nothing ever waited");
    else if (bins.items == 1)
        snprintf(plot->title, sizeof plot->title, "%s jobs wait at %s on average",
                 out_format_number(mean[0], NAN, number),
                 out_shorten(out_plot_title(plot, labels, 0), name, OUT_PLOT_NAME_POINTS));
    else
        snprintf(plot->title, sizeof plot->title,
                 "The longest queue stands at %s: %s jobs waiting on average",
                 out_shorten(out_plot_title(plot, labels, order[0]), name, OUT_PLOT_NAME_POINTS),
                 out_format_number(mean[order[0]], NAN, number));
    set_queue_words(length > 90  ? "Weekly"
                    : length > 7 ? "Daily"
                                 : "Hourly",
                    mean, order, bins.items, count, text, sizeof text);
    out_plot_caption(plot, text);
    plot->height_cm = 12.5;
    out_plot_frame(plot, 1.5, 2.1);
    out_page_grid(&plot->script, "y");
    days = (double)bins.count * bins.step_days;
    out_plot_date_tics(&plot->script, plot->summary->start_days, days, days, 13);
    out_text_add(&plot->script,
                 "set lmargin at screen 0.075\nset rmargin at screen 0.79\n"
                 "set xrange [0:%g]\nset yrange [0:%g]\nset ylabel 'jobs waiting' textcolor rgb "
                 "'" OUT_GREY "'\n",
                 days, most > 0.0 ? 1.05 * most : 1.0);
    add_queue_lines(plot, labels, &bins, order, count, most > 0.0 ? 1.05 * most : 1.0);
    free(bins.mean);
    return SIM_OK;
}
