/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "output/page.h"
#include "output/panels.h"
#include "output/tables.h"

static void partition_use(const struct out_plot *plot, const struct out_labels *labels, size_t p,
                          const struct out_bins *bins, double *mean, double *half_width)
{
    const struct out_figure *figure =
        out_summary_find_by(plot->summary, "utilisation", "partition", out_plot_label(labels, p));
    *mean = figure ? figure->mean : out_bins_mean(bins, p);
    *half_width = figure ? figure->half_width : NAN;
}

/* ---- use, partition x day ---- */
static void add_use_matrix(struct out_plot *plot, const struct out_bins *bins)
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
static void add_absences(struct out_plot *plot, const struct out_bins *bins)
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

static void set_use_map_title(struct out_plot *plot, const struct out_labels *labels,
                              const struct out_bins *bins)
{
    struct out_rank rank = {0};
    char first[128], second[128];

    for (size_t p = 0; p < bins->items; p++) {
        double mean, half_width;

        partition_use(plot, labels, p, bins, &mean, &half_width);
        out_rank_add(&rank, out_plot_title(plot, labels, p), 100.0 * mean, 100.0 * half_width);
    }
    out_plot_with_interval(rank.most, rank.half_width, first, sizeof first);
    out_plot_with_interval(rank.next, rank.next_half_width, second, sizeof second);
    if (!rank.name[0])
        snprintf(plot->title, sizeof plot->title, "No machine was there to be used");
    else if (!(rank.most > 0))
        snprintf(plot->title, sizeof plot->title, "No machine is in use");
    else if (!rank.next_name[0])
        snprintf(plot->title, sizeof plot->title, "%s is in use %s %% of the time", rank.name,
                 first);
    else if (out_rank_is_clear(&rank))
        snprintf(plot->title, sizeof plot->title, "%s is the fullest machine (%s %% in use)",
                 rank.name, first);
    else
        snprintf(plot->title, sizeof plot->title,
                 "No machine clearly leads: %s %s %%, %s %s %% in use", rank.name, first,
                 rank.next_name, second);
}

enum sim_status out_plot_use_map(struct out_plot *plot, bool *is_drawn, struct sim_error *err)
{
    struct out_text *script = &plot->script;
    const struct out_labels *labels = NULL;
    struct out_bins bins;
    double days;
    char number[OUT_NUMBER_BYTES], text[160];
    enum sim_status status =
        out_bins_load(plot, "series/utilisation", 0, &bins, &labels, is_drawn, err);

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
    out_plot_caption(plot, text);
    /* a page; longer where rows would leave no room for letters of 9 points */
    plot->height_cm = fmax(fmin(OUT_PLOT_HEIGHT_MAX_CM, 4.4 + 0.75 * (double)bins.items),
                           4.0 + 0.36 * (double)bins.items);
    out_plot_frame(plot, 1.8, 2.2);
    out_plot_palette(script);
    add_use_matrix(plot, &bins);
    add_absences(plot, &bins);
    for (size_t p = 0; p < bins.items; p++) {
        double m, h;

        partition_use(plot, labels, p, &bins, &m, &h);
        out_text_add(script, "set label %zu '%s%s' at graph 1.012, first %zu left font ',9'\n",
                     p + 1, isfinite(m) ? out_format_number(100.0 * m, 100.0 * h, number) : "-",
                     isfinite(m) ? " %" : "", bins.items - 1 - p);
        out_text_add(script, "set ytics %s(", p ? "add " : "");
        out_page_quote(script, out_plot_title(plot, labels, p), 24);
        out_text_add(script, " %zu)\n", bins.items - 1 - p);
    }
    out_text_add(script, "set ytics font ',9'\n");
    out_plot_date_tics(script, plot->summary->start_days, days, days, 13);
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

/* ---- use, a panel for each partition ---- */
/* Mean and variance of n bins from `first` on; NaN when the item was not there all the time. */
static void moments(const struct out_bins *bins, size_t item, size_t first, size_t n, double *mean,
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
static double change_of(const struct out_bins *weeks, size_t item, bool *is_clear)
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
static size_t choose_panels(const struct out_bins *weeks, size_t most, size_t *chosen)
{
    size_t order[OUT_PLOT_ITEMS_MAX], count = weeks->items < most ? weeks->items : most;
    double key[OUT_PLOT_ITEMS_MAX] = {0};
    bool is_clear;

    for (size_t p = 0; p < weeks->items; p++) {
        order[p] = p;
        key[p] = fabs(change_of(weeks, p, &is_clear));
        key[p] = isfinite(key[p]) ? key[p] : -1.0;
    }
    out_plot_sort(order, weeks->items, key, true);
    for (size_t k = 0; k < count; k++)
        key[order[k]] = INFINITY;
    count = 0;
    for (size_t p = 0; p < weeks->items; p++)
        if (isinf(key[p]))
            chosen[count++] = p;
    return count;
}

static void set_use_lines_title(struct out_plot *plot, const struct out_labels *labels,
                                const struct out_bins *weeks)
{
    size_t most = SIZE_MAX;
    double change = 0.0;
    bool is_any = false;
    char number[OUT_NUMBER_BYTES], name[4 * OUT_PLOT_NAME_POINTS + 1];

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
                 out_shorten(out_plot_title(plot, labels, most), name, OUT_PLOT_NAME_POINTS),
                 change > 0.0 ? "up" : "down", number);
    }
}

static void add_panel(struct out_plot *plot, const struct out_panels *panels,
                      const struct out_labels *labels, size_t item, size_t p)
{
    out_panel_place(plot, panels, p, out_plot_title(plot, labels, item));
    out_text_add(&plot->script,
                 "plot $fine%zu with lines linecolor rgb '#9ac7e3' linewidth 0.8, "
                 "$coarse%zu with lines linecolor rgb '" OUT_BLUE "' linewidth 2.2\n",
                 item, item);
    out_panel_end(plot);
}

enum sim_status out_plot_use_lines(struct out_plot *plot, bool *is_drawn, struct sim_error *err)
{
    static const char path[] = "series/utilisation";
    struct out_text *script = &plot->script;
    const struct out_labels *labels = NULL;
    struct out_bins fine = {0}, coarse;
    const struct out_zoom zoom = out_plot_zoom(plot);
    size_t chosen[OUT_PLOT_ITEMS_MAX];
    struct out_panels panels = {0};
    char what[200], which[80] = "";
    enum sim_status status =
        out_bins_load(plot, path, zoom.coarse_hours, &coarse, &labels, is_drawn, err);

    if (!status && *is_drawn)
        status = out_bins_load(plot, path, zoom.fine_hours, &fine, &labels, is_drawn, err);
    if (status || !*is_drawn) {
        free(coarse.mean);
        free(fine.mean);
        return status;
    }
    panels.count = choose_panels(&coarse, OUT_PLOT_PANELS_MAX, chosen);
    panels.days = (double)fine.count * fine.step_days;
    set_use_lines_title(plot, labels, &coarse);
    if (panels.count < coarse.items)
        snprintf(which, sizeof which, "; the %zu of %zu that changed most", panels.count,
                 coarse.items);
    snprintf(what, sizeof what,
             "Share of GPUs (of nodes where there are none) in use, replication 0: %s%s.",
             zoom.words, which);
    out_plot_caption(plot, what);
    out_panels_lay(plot, &panels);
    out_plot_frame(plot, 1.35, 1.9);
    out_page_grid(script, "y");
    for (size_t p = 0; p < panels.count; p++) {
        out_bins_block(script, "fine", &fine, chosen[p], 100.0);
        out_bins_block(script, "coarse", &coarse, chosen[p], 100.0);
    }
    out_panels_begin(plot, &panels, "in use, %");
    out_text_add(script, "set yrange [0:100]\nset ytics 0,50,100\n");
    for (size_t p = 0; p < panels.count; p++)
        add_panel(plot, &panels, labels, chosen[p], p);
    out_panels_end(plot);
    free(coarse.mean);
    free(fine.mean);
    return SIM_OK;
}
