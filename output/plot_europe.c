/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/map.h"
#include "output/page.h"
#include "output/tables.h"

struct place {
    const char *key;
    bool is_shown; /* it has a place, and that lies on the map */
    double x_km, y_km, hours, hours_half, use, use_half, radius_km;
};

static const double largest_radius_km = 210.0, number_fits_km = 85.0;

static bool has_by_site(const struct out_plot *plot, const char *figure)
{
    const char *site[OUT_PLOT_ITEMS_MAX];
    size_t sites = out_summary_items(plot->summary, "site", site, OUT_PLOT_ITEMS_MAX);

    for (size_t s = 0; s < sites; s++)
        if (out_summary_find_by(plot->summary, figure, "site", site[s]))
            return true;
    return false;
}

static bool is_on_map(const struct out_plot *plot, struct place *place)
{
    char path[256];

    snprintf(path, sizeof path, "sites.%.100s.place", place->key);
    return out_map_find(plot, path, &place->x_km, &place->y_km);
}

/* All sites, in scenario order. */
static size_t find_places(const struct out_plot *plot, const char *hours, struct place *place)
{
    const char *site[OUT_PLOT_ITEMS_MAX];
    size_t sites = out_summary_items(plot->summary, "site", site, OUT_PLOT_ITEMS_MAX), count = 0;
    double most = 0.0;

    for (size_t s = 0; s < sites; s++) {
        const struct out_figure *use =
            out_summary_find_by(plot->summary, "utilisation", "site", site[s]);
        const struct out_figure *delivered;
        struct place *here = &place[count];

        *here = (struct place){
            .key = site[s], .use = out_plot_mean(use), .use_half = use ? use->half_width : NAN};
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

static void add_places(struct out_plot *plot, const struct place *place, const size_t *order,
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
static void add_place_table(struct out_plot *plot, const struct place *place, const size_t *order,
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

enum sim_status out_plot_europe(struct out_plot *plot, bool *is_drawn, struct sim_error *err)
{
    bool is_h100e = has_by_site(plot, "h100e_hours.allocated");
    const char *hours = is_h100e ? "h100e_hours.allocated" : "gpu_hours.allocated";
    const char *word = is_h100e ? "H100e-hours" : "GPU-hours";
    struct out_text *script = &plot->script;
    struct place place[OUT_PLOT_ITEMS_MAX];
    size_t order[OUT_PLOT_ITEMS_MAX], count = find_places(plot, hours, place), outside = 0;
    double key[OUT_PLOT_ITEMS_MAX], all = 0.0, divisor;
    struct out_rank rank = {0};
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
    out_plot_sort(order, count, key, true);
    divisor = key[order[0]] >= 2e6 ? 1e6 : key[order[0]] >= 2e3 ? 1e3 : 1.0;
    snprintf(unit, sizeof unit, "%s%s",
             divisor > 1e3   ? "million "
             : divisor > 1.0 ? "thousand "
                             : "",
             is_h100e ? "H100e-h" : "GPU-h");
    for (size_t s = 0; s < count; s++)
        out_rank_add(&rank, out_summary_title(plot->summary, place[order[s]].key), key[order[s]],
                     place[order[s]].hours_half);
    snprintf(text, sizeof text, "delivers the most %s", word);
    out_rank_say(&rank, all, text, plot->title, sizeof plot->title);
    out_plot_capitalise(plot->title);
    if (!rank.next_name[0])
        snprintf(plot->title, sizeof plot->title, "%s of %s, the only site", word, rank.name);
    snprintf(text, sizeof text, "Area of a circle: %s delivered%s. " OUT_MAP_WORDS, word,
             outside ? " (*: not on the map)" : "");
    count = count > 40 ? 40 : count;
    out_plot_caption(plot, text);
    out_plot_frame(plot, 1.2, 1.4);
    out_plot_palette(script);
    out_map_begin(script);
    add_places(plot, place, order, count);
    add_place_table(plot, place, order, count, divisor, unit);
    out_text_add(script,
                 "set cbrange [0:100]\nset cbtics 0,25,100 scale 0\n"
                 "set cblabel 'in use, %%' textcolor rgb '" OUT_GREY "'\n"
                 "set colorbox horizontal user origin screen 0.665,0.13 size screen 0.31,0.022 "
                 "noborder\nset style fill solid 1.0\n");
    out_map_land(script);
    out_text_add(script, ", $sites using 1:2:3:4 with circles linecolor palette linewidth 1 "
                         "fillstyle solid border linecolor rgb '#000000'\n");
    return SIM_OK;
}
