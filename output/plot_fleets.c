/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "output/panels.h"
#include "output/tables.h"

enum { FLEETS_MAX = 6 };

/* What a quantity is drawn in. */
struct scale {
    double unit;
    const char *name;
};

static struct scale scale_of_bytes(double most)
{
    return most >= 2e15   ? (struct scale){1e15, "PB"}
           : most >= 2e12 ? (struct scale){1e12, "TB"}
           : most >= 2e9  ? (struct scale){1e9, "GB"}
                          : (struct scale){1e6, "MB"};
}

static struct scale scale_of_seconds(double most)
{
    return most >= 2.0 * 86400.0  ? (struct scale){86400.0, "d"}
           : most >= 2.0 * 3600.0 ? (struct scale){3600.0, "h"}
           : most >= 120.0        ? (struct scale){60.0, "min"}
                                  : (struct scale){1.0, "s"};
}

/* Less than a kilobyte is the rounding of a fluid. */
static const double NOTHING_BYTES = 1000.0;

static double highest(const struct out_bins *bins, size_t item)
{
    double most = 0.0;

    for (size_t b = 0; b < bins->count; b++)
        if (isfinite(bins->mean[b * bins->items + item]))
            most = fmax(most, bins->mean[b * bins->items + item]);
    return most;
}

struct fleets {
    const struct out_labels *labels;
    struct out_bins backlog, age;
};

static double most_waiting(const struct fleets *fleets, size_t item)
{
    double most = highest(&fleets->backlog, item);

    return most > NOTHING_BYTES ? most : 0.0;
}

/* What people call a fleet. */
static const char *name_of(const struct out_plot *plot, const struct fleets *fleets, size_t item)
{
    const char *key = out_plot_label(fleets->labels, item), *title;
    char path[200];

    snprintf(path, sizeof path, "fleets.%.100s.title", key);
    title = out_summary_input(plot->summary, path);
    return title && *title ? title : key;
}

static double deadline_of(const struct out_plot *plot, const char *fleet)
{
    char path[200];
    double deadline;

    snprintf(path, sizeof path, "fleets.%.100s.deadline", fleet);
    deadline = out_plot_input(plot, path);
    return deadline > 0.0 ? deadline : (double)NAN;
}

/* One panel of a fleet: what waits, or how old data are, and the level that it should stay below
 * (NaN: there is none). The data block is panel p's own. */
static void add_panel(struct out_plot *plot, const struct out_panels *panels, size_t p,
                      const char *title, struct scale scale, struct out_span span, double level)
{
    char text[300];

    snprintf(text, sizeof text, "%s, %s", title, scale.name);
    out_panel_place(plot, panels, p, text);
    out_page_axis(&plot->script, 'y', span, 3);
    if (isfinite(level))
        out_text_add(&plot->script,
                     "set arrow from graph 0, first %g to graph 1, first %g nohead front linewidth "
                     "1.6 linecolor rgb '" OUT_VERMILLION "' dashtype (12,4)\n",
                     level / scale.unit, level / scale.unit);
    out_text_add(&plot->script,
                 "plot $panel%zu using 1:2 with lines linecolor rgb '" OUT_BLUE
                 "' linewidth 1.6\nunset arrow\n",
                 p);
    out_panel_end(plot);
}

/* What is below `least` is nothing. */
static void add_block(struct out_plot *plot, size_t p, const struct out_bins *bins, size_t item,
                      struct scale scale, double least)
{
    out_text_add(&plot->script, "$panel%zu << EOD\n", p);
    for (size_t b = 0; b < bins->count; b++) {
        double value = bins->mean[b * bins->items + item];

        out_text_add(&plot->script, "%g %.4g\n", ((double)b + 0.5) * bins->step_days,
                     (value < least ? 0.0 : value) / scale.unit);
    }
    out_text_add(&plot->script, "EOD\n");
}

static struct scale age_scale(const struct out_plot *plot, const struct fleets *fleets, size_t item)
{
    double deadline = deadline_of(plot, out_plot_label(fleets->labels, item));

    return scale_of_seconds(fmax(highest(&fleets->age, item), isfinite(deadline) ? deadline : 0.0));
}

static void add_fleet(struct out_plot *plot, const struct out_panels *panels,
                      const struct fleets *fleets, size_t item, size_t p)
{
    double waiting = most_waiting(fleets, item), oldest = highest(&fleets->age, item);
    double deadline = deadline_of(plot, out_plot_label(fleets->labels, item));
    struct scale bytes = scale_of_bytes(waiting), seconds = age_scale(plot, fleets, item);
    char name[4 * 26 + 1], title[4 * 26 + 20];

    out_shorten(name_of(plot, fleets, item), name, 26);
    snprintf(title, sizeof title, "%s: waiting", name);
    add_panel(plot, panels, 2 * p, title, bytes,
              (struct out_span){0.0, waiting > 0.0 ? waiting / bytes.unit : 1.0}, NAN);
    snprintf(title, sizeof title, "%s: age", name);
    oldest = fmax(oldest, isfinite(deadline) ? 1.05 * deadline : 0.0);
    add_panel(plot, panels, 2 * p + 1, title, seconds,
              (struct out_span){0.0, oldest / seconds.unit}, deadline);
}

static void set_title(struct out_plot *plot, const struct fleets *fleets)
{
    const struct out_figure *worst = NULL;
    size_t which = 0;
    char number[OUT_NUMBER_BYTES], name[4 * OUT_PLOT_NAME_POINTS + 1];

    for (size_t i = 0; i < fleets->age.items; i++) {
        const char *fleet = out_plot_label(fleets->labels, i);
        const struct out_figure *over =
            out_summary_find_by(plot->summary, "age.over_deadline", "fleet", fleet);

        if (over && isfinite(over->mean) && (!worst || over->mean > worst->mean)) {
            worst = over;
            which = i;
        }
    }
    if (!worst)
        snprintf(plot->title, sizeof plot->title, "What waits to be sent, and how old data are");
    else if (!(worst->mean > 0.0))
        snprintf(plot->title, sizeof plot->title, "No fleet's data are past their deadline");
    else
        snprintf(plot->title, sizeof plot->title,
                 "%s is past its deadline most often: %s %% of devices and time",
                 out_shorten(name_of(plot, fleets, which), name, OUT_PLOT_NAME_POINTS),
                 out_format_number(100.0 * worst->mean, NAN, number));
}

static void set_caption(struct out_plot *plot, size_t shown, size_t all, bool is_daily)
{
    char text[400], which[80] = "";

    if (shown < all)
        snprintf(which, sizeof which, " The %zu of %zu fleets whose data get oldest.", shown, all);
    snprintf(text, sizeof text,
             "%s means, replication 0: data recorded that wait to be sent, age of what has arrived "
             "(covered devices at work). Dashed: the deadline.%s",
             is_daily ? "Daily" : "Hourly", which);
    out_plot_caption(plot, text);
}

static void draw(struct out_plot *plot, const struct fleets *fleets)
{
    size_t order[OUT_PLOT_ITEMS_MAX], all = fleets->backlog.items;
    size_t count = all < FLEETS_MAX ? all : FLEETS_MAX;
    double key[OUT_PLOT_ITEMS_MAX];
    struct out_panels panels = {.count = 2 * count,
                                .columns = 2,
                                .rows = count,
                                .days = fleets->backlog.end_days,
                                .has_own_scales = true};

    for (size_t i = 0; i < all; i++) {
        order[i] = i;
        key[i] = highest(&fleets->age, i);
    }
    if (count < all) /* else in the order of the scenario */
        out_plot_sort(order, all, key, true);
    set_title(plot, fleets);
    set_caption(plot, count, all, fleets->backlog.step_days >= 1.0);
    plot->height_cm = fmin(OUT_PLOT_HEIGHT_MAX_CM, 3.4 + 3.4 * (double)count);
    out_plot_frame(plot, 1.35, 1.9);
    out_page_grid(&plot->script, "y");
    for (size_t p = 0; p < count; p++) {
        add_block(plot, 2 * p, &fleets->backlog, order[p],
                  scale_of_bytes(most_waiting(fleets, order[p])), NOTHING_BYTES);
        add_block(plot, 2 * p + 1, &fleets->age, order[p], age_scale(plot, fleets, order[p]), 0.0);
    }
    out_panels_begin(plot, &panels, "");
    for (size_t p = 0; p < count; p++)
        add_fleet(plot, &panels, fleets, order[p], p);
    out_panels_end(plot);
}

enum sim_status out_plot_fleets(struct out_plot *plot, bool *is_drawn, struct sim_error *err)
{
    int64_t length = plot->summary->end_days - plot->summary->start_days;
    size_t step_hours = length > 62 ? 24 : 1; /* the day's rhythm is the point */
    struct fleets fleets = {0};
    enum sim_status status = out_bins_load(plot, "series/backlog", step_hours, &fleets.backlog,
                                           &fleets.labels, is_drawn, err);

    if (!status && *is_drawn)
        status = out_bins_load(plot, "series/age", step_hours, &fleets.age, &fleets.labels,
                               is_drawn, err);
    if (!status && *is_drawn)
        draw(plot, &fleets);
    free(fleets.backlog.mean);
    free(fleets.age.mean);
    return status;
}
