/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/panels.h"
#include "output/tables.h"

enum { PANELS_MAX = 12 };

struct loads {
    struct out_bins all, background; /* background.items 0: links have none */
    const struct out_labels *labels;
    double mean[OUT_PLOT_ITEMS_MAX]; /* all, over the window */
};

/* "a-b >" and "a-b <" are the two directions of one link. */
static bool is_same_link(const char *a, const char *b)
{
    size_t bytes = strcspn(a, " ");

    return bytes == strcspn(b, " ") && strncmp(a, b, bytes) == 0;
}

/* The fuller direction of each of the fullest links. */
static size_t choose(const struct loads *loads, size_t *chosen)
{
    size_t order[OUT_PLOT_ITEMS_MAX], count = 0;

    for (size_t i = 0; i < loads->all.items; i++)
        order[i] = i;
    out_plot_sort(order, loads->all.items, loads->mean, true);
    for (size_t k = 0; k < loads->all.items && count < PANELS_MAX; k++) {
        bool is_shown = !(loads->mean[order[k]] > 0.0);

        for (size_t p = 0; p < count && !is_shown; p++)
            is_shown = is_same_link(out_plot_label(loads->labels, chosen[p]),
                                    out_plot_label(loads->labels, order[k]));
        if (!is_shown)
            chosen[count++] = order[k];
    }
    return count;
}

static double background_mean(const struct loads *loads, size_t item)
{
    double mean = loads->background.items ? out_bins_mean(&loads->background, item) : 0.0;

    return isfinite(mean) ? mean : 0.0;
}

static double highest(const struct loads *loads, const size_t *chosen, size_t count)
{
    double most = 0.0;

    for (size_t p = 0; p < count; p++)
        for (size_t b = 0; b < loads->all.count; b++)
            most = fmax(most, loads->all.mean[b * loads->all.items + chosen[p]]);
    return most;
}

static void add_panel(struct out_plot *plot, const struct out_panels *panels,
                      const struct loads *loads, size_t item, size_t p)
{
    out_panel_place(plot, panels, p, out_plot_label(loads->labels, item));
    if (loads->background.items)
        out_text_add(&plot->script,
                     "plot $all%zu with filledcurves y1=0 fillcolor rgb '" OUT_BLUE
                     "' fillstyle solid 1.0 noborder, $others%zu with filledcurves y1=0 fillcolor "
                     "rgb '#bdbdbd' fillstyle solid 1.0 noborder, $all%zu with lines linecolor "
                     "rgb '" OUT_BLUE "' linewidth 1\n",
                     item, item, item);
    else
        out_text_add(&plot->script,
                     "plot $all%zu with filledcurves y1=0 fillcolor rgb '" OUT_BLUE
                     "' fillstyle solid 1.0 noborder\n",
                     item);
    out_panel_end(plot);
}

static void set_title(struct out_plot *plot, const struct loads *loads, size_t item)
{
    double background = background_mean(loads, item);
    char first[OUT_NUMBER_BYTES], second[OUT_NUMBER_BYTES], name[4 * 40 + 1];

    out_shorten(out_plot_label(loads->labels, item), name, 40);
    out_format_number(100.0 * loads->mean[item], NAN, first);
    if (background > 0.0)
        snprintf(plot->title, sizeof plot->title,
                 "The fullest link is %s: %s %% on average, %s %% by others", name, first,
                 out_format_number(100.0 * background, NAN, second));
    else
        snprintf(plot->title, sizeof plot->title, "The fullest link is %s: %s %% on average", name,
                 first);
}

static void set_caption(struct out_plot *plot, const struct loads *loads, size_t shown,
                        const char *step)
{
    char text[400];

    snprintf(text, sizeof text,
             "Bytes moved over capacity, %s means, replication 0: %s; the fuller direction of the "
             "%zu fullest links.",
             step,
             loads->background.items ? "grey the traffic of others, blue on top what is simulated"
                                     : "what is simulated",
             shown);
    out_plot_caption(plot, text);
}

static void draw(struct out_plot *plot, const struct loads *loads, const char *step)
{
    size_t chosen[OUT_PLOT_ITEMS_MAX];
    struct out_panels panels = {.count = choose(loads, chosen),
                                .days = (double)loads->all.count * loads->all.step_days};
    struct out_span span = {0.0, 100.0 * highest(loads, chosen, panels.count)};

    set_title(plot, loads, chosen[0]);
    set_caption(plot, loads, panels.count, step);
    out_panels_lay(plot, &panels);
    out_plot_frame(plot, 1.35, 1.9);
    out_page_grid(&plot->script, "y");
    for (size_t p = 0; p < panels.count; p++) {
        out_bins_block(&plot->script, "all", &loads->all, chosen[p], 100.0);
        if (loads->background.items)
            out_bins_block(&plot->script, "others", &loads->background, chosen[p], 100.0);
    }
    out_panels_begin(plot, &panels, "load, %");
    out_page_axis(&plot->script, 'y', span, 4);
    for (size_t p = 0; p < panels.count; p++)
        add_panel(plot, &panels, loads, chosen[p], p);
    out_panels_end(plot);
}

enum sim_status out_plot_links(struct out_plot *plot, bool *is_drawn, struct sim_error *err)
{
    const struct out_zoom zoom = out_plot_zoom(plot);
    const struct out_labels *labels;
    struct loads loads = {0};
    double most = 0.0;
    bool has_background = false;
    enum sim_status status = out_bins_load(plot, "series/link_load", zoom.fine_hours, &loads.all,
                                           &loads.labels, is_drawn, err);

    if (!status && *is_drawn)
        status = out_bins_load(plot, "series/link_background", zoom.fine_hours, &loads.background,
                               &labels, &has_background, err);
    for (size_t i = 0; !status && *is_drawn && i < loads.all.items; i++) {
        loads.mean[i] = out_bins_mean(&loads.all, i);
        loads.mean[i] = isfinite(loads.mean[i]) ? loads.mean[i] : 0.0;
        most = fmax(most, loads.mean[i]);
    }
    *is_drawn = *is_drawn && most > 0.0;
    if (!status && *is_drawn)
        draw(plot, &loads, zoom.fine_words);
    free(loads.all.mean);
    free(loads.background.mean);
    return status;
}
