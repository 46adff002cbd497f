/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/panels.h"
#include "output/tables.h"

enum { PANELS_MAX = 12 };

/* A tier "lumi.scratch" of the scenario. */
struct tier {
    char path[300];                            /* "sites.lumi.storage.scratch" */
    double capacity_bytes, purge_from, quotas; /* NaN: no purge, no quota; parts of the capacity */
};

static double input_of(const struct out_plot *plot, const char *tier, const char *key)
{
    char path[400];

    snprintf(path, sizeof path, "%s.%s", tier, key);
    return out_plot_input(plot, path);
}

/* The sum of "{firms: 5e13, labs: 1e13}"; NaN: there are none. */
static double sum_of(const char *shares)
{
    double sum = 0.0;
    bool is_any = false;

    for (const char *at = shares; at && (at = strchr(at, ':')); at++) {
        sum += strtod(at + 1, NULL);
        is_any = true;
    }
    return is_any ? sum : (double)NAN;
}

static struct tier tier_of(const struct out_plot *plot, const char *label)
{
    const char *dot = strchr(label, '.');
    char path[400];
    struct tier tier = {.purge_from = NAN};

    snprintf(tier.path, sizeof tier.path, "sites.%.*s.storage.%.100s", dot ? (int)(dot - label) : 0,
             label, dot ? dot + 1 : label);
    tier.capacity_bytes = input_of(plot, tier.path, "capacity");
    if (input_of(plot, tier.path, "purge.untouched") > 0.0)
        tier.purge_from = input_of(plot, tier.path, "purge.from");
    snprintf(path, sizeof path, "%s.quota", tier.path);
    tier.quotas = sum_of(out_summary_input(plot->summary, path)) / tier.capacity_bytes;
    return tier;
}

/* The fullest tiers first, at most PANELS_MAX that ever held anything. */
static size_t choose(const struct out_bins *bins, size_t *order, double *mean)
{
    size_t count = 0;

    for (size_t i = 0; i < bins->items; i++) {
        mean[i] = out_bins_mean(bins, i);
        if (mean[i] > 0.0)
            order[count++] = i;
    }
    out_plot_sort(order, count, mean, true);
    return count < PANELS_MAX ? count : PANELS_MAX;
}

/* "pharos.scratch, 10 PB" */
static void name_of(const struct out_plot *plot, const struct out_labels *labels, size_t item,
                    double capacity_bytes, char *text, size_t bytes)
{
    char number[OUT_NUMBER_BYTES], name[4 * 28 + 1];
    bool is_large = capacity_bytes >= 1e15;

    out_shorten(out_plot_title(plot, labels, item), name, 28);
    if (isfinite(capacity_bytes))
        snprintf(text, bytes, "%s, %s %s", name,
                 out_format_number(capacity_bytes / (is_large ? 1e15 : 1e12), NAN, number),
                 is_large ? "PB" : "TB");
    else
        snprintf(text, bytes, "%s", name);
}

static void add_level(struct out_plot *plot, double frac, const char *colour, const char *dash)
{
    if (frac > 0.0 && frac <= 1.0)
        out_text_add(&plot->script,
                     "set arrow from graph 0, first %g to graph 1, first %g nohead front linewidth "
                     "1.6 linecolor rgb '%s' dashtype %s\n",
                     100.0 * frac, 100.0 * frac, colour, dash);
}

static void add_panel(struct out_plot *plot, const struct out_panels *panels,
                      const struct out_labels *labels, size_t item, size_t p)
{
    struct tier tier = tier_of(plot, out_plot_label(labels, item));
    char title[200];

    name_of(plot, labels, item, tier.capacity_bytes, title, sizeof title);
    out_panel_place(plot, panels, p, title);
    add_level(plot, tier.purge_from, OUT_VERMILLION, "(12,4)");
    add_level(plot, tier.quotas, OUT_PURPLE, "(3,4)");
    out_text_add(&plot->script,
                 "plot $fine%zu with lines linecolor rgb '#9ac7e3' linewidth 0.8, "
                 "$coarse%zu with lines linecolor rgb '" OUT_BLUE "' linewidth 2.2\nunset arrow\n",
                 item, item);
    out_panel_end(plot);
}

static void set_title(struct out_plot *plot, const struct out_labels *labels, size_t item,
                      double mean)
{
    const char *label = out_plot_label(labels, item);
    const struct out_figure *most =
        out_summary_find_by(plot->summary, "storage.fill.max", "tier", label);
    char first[OUT_NUMBER_BYTES], second[OUT_NUMBER_BYTES], name[4 * OUT_PLOT_NAME_POINTS + 1];

    out_shorten(out_plot_title(plot, labels, item), name, OUT_PLOT_NAME_POINTS);
    out_format_number(100.0 * mean, NAN, first);
    if (most && isfinite(most->mean))
        snprintf(plot->title, sizeof plot->title,
                 "%s is the fullest storage: %s %% on average, %s %% at most", name, first,
                 out_format_number(100.0 * most->mean, NAN, second));
    else
        snprintf(plot->title, sizeof plot->title, "%s is the fullest storage: %s %% on average",
                 name, first);
}

/* Says what the levels are that are drawn. */
static void set_caption(struct out_plot *plot, const struct out_labels *labels,
                        const struct out_panels *panels, const size_t *order, size_t all,
                        const char *zoom)
{
    bool has_purge = false, has_quota = false;
    char text[400], which[80] = "";

    for (size_t p = 0; p < panels->count; p++) {
        struct tier tier = tier_of(plot, out_plot_label(labels, order[p]));

        has_purge = has_purge || isfinite(tier.purge_from);
        has_quota = has_quota || (tier.quotas > 0.0 && tier.quotas <= 1.0);
    }
    if (panels->count < all)
        snprintf(which, sizeof which, "; the %zu fullest of %zu tiers", panels->count, all);
    snprintf(text, sizeof text, "Data stored over capacity, replication 0: %s%s.%s%s", zoom, which,
             has_purge ? " Dashed: the purge acts from here." : "",
             has_quota ? " Dotted: all quotas together." : "");
    out_plot_caption(plot, text);
}

enum sim_status out_plot_storage(struct out_plot *plot, bool *is_drawn, struct sim_error *err)
{
    static const char path[] = "series/storage_fill";
    const struct out_zoom zoom = out_plot_zoom(plot);
    const struct out_labels *labels = NULL;
    struct out_bins fine = {0}, coarse;
    struct out_panels panels = {0};
    size_t order[OUT_PLOT_ITEMS_MAX];
    double mean[OUT_PLOT_ITEMS_MAX];
    enum sim_status status =
        out_bins_load(plot, path, zoom.coarse_hours, &coarse, &labels, is_drawn, err);

    if (!status && *is_drawn)
        status = out_bins_load(plot, path, zoom.fine_hours, &fine, &labels, is_drawn, err);
    if (!status && *is_drawn)
        panels.count = choose(&fine, order, mean);
    *is_drawn = *is_drawn && panels.count > 0;
    if (!status && *is_drawn) {
        panels.days = (double)fine.count * fine.step_days;
        set_title(plot, labels, order[0], mean[order[0]]);
        set_caption(plot, labels, &panels, order, fine.items, zoom.words);
        out_panels_lay(plot, &panels);
        out_plot_frame(plot, 1.35, 1.9);
        out_page_grid(&plot->script, "y");
        for (size_t p = 0; p < panels.count; p++) {
            out_bins_block(&plot->script, "fine", &fine, order[p], 100.0);
            out_bins_block(&plot->script, "coarse", &coarse, order[p], 100.0);
        }
        out_panels_begin(plot, &panels, "filled, %");
        out_text_add(&plot->script, "set yrange [0:100]\nset ytics 0,50,100\n");
        for (size_t p = 0; p < panels.count; p++)
            add_panel(plot, &panels, labels, order[p], p);
        out_panels_end(plot);
    }
    free(coarse.mean);
    free(fine.mean);
    return status;
}
