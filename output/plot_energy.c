/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "output/page.h"

#define CO2 "CO\xE2\x82\x82"

struct bars {
    const char *figure, *base_unit, *words;
    double divisor, most;
    const char *unit;
};

static void scale_bars(const struct out_plot *plot, struct bars *bars, const char *const *site,
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

static void add_bars(struct out_plot *plot, const struct bars *bars, const char *block,
                     const char *const *site, const size_t *order, size_t count, const char *colour,
                     double left, double right, bool with_names)
{
    struct out_text *script = &plot->script;
    char text[128];

    out_text_add(script, "$%s << EOD\n", block);
    for (size_t k = 0; k < count; k++) {
        const struct out_figure *figure =
            out_summary_find_by(plot->summary, bars->figure, "site", site[order[k]]);
        double mean = out_plot_mean(figure) / bars->divisor;
        double half = figure ? figure->half_width / bars->divisor : NAN;

        if (isfinite(mean))
            out_text_add(script, "%g %zu %g %g\n", mean, count - 1 - k,
                         isfinite(half) ? mean - half : mean, isfinite(half) ? mean + half : mean);
    }
    out_text_add(script, "NaN NaN NaN NaN\nEOD\nunset label\n");
    if (with_names) /* the first panel carries what belongs to the page */
        out_plot_words(plot);
    for (size_t k = 0; k < count; k++) {
        const struct out_figure *figure =
            out_summary_find_by(plot->summary, bars->figure, "site", site[order[k]]);
        double half = figure ? figure->half_width / bars->divisor : NAN;
        double end = out_plot_mean(figure) / bars->divisor + (isfinite(half) ? half : 0.0);

        if (isfinite(end))
            out_text_add(
                script, "set label %zu '%s' at %g,%zu left offset 0.8,0\n", k + 1,
                out_plot_with_interval(figure->mean / bars->divisor, half, text, sizeof text), end,
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

static double rank_sites(const struct out_plot *plot, const char *figure, const char *const *site,
                         size_t count, struct out_rank *rank)
{
    double all = 0.0;

    *rank = (struct out_rank){0};
    for (size_t s = 0; s < count; s++) {
        const struct out_figure *here = out_summary_find_by(plot->summary, figure, "site", site[s]);

        if (!here || !isfinite(here->mean))
            continue;
        out_rank_add(rank, out_summary_title(plot->summary, site[s]), here->mean, here->half_width);
        all += here->mean;
    }
    return all;
}

static void set_energy_title(struct out_plot *plot, const char *const *site, size_t count)
{
    struct out_rank energy, carbon;
    char uses[320], emits[320];
    double all_energy = rank_sites(plot, "energy", site, count, &energy);
    double all_carbon = rank_sites(plot, "carbon.location", site, count, &carbon);
    bool has_carbon = carbon.name[0] && all_carbon > 0.0;

    if (!energy.next_name[0]) {
        snprintf(plot->title, sizeof plot->title, "Energy%s of %s, the only site",
                 has_carbon ? " and " CO2 : "", energy.name);
        return;
    }
    out_rank_say(&energy, all_energy, "uses the most energy", uses, sizeof uses);
    if (has_carbon)
        out_rank_say(&carbon, all_carbon, "emits the most " CO2, emits, sizeof emits);
    if (has_carbon && out_rank_is_clear(&energy) && out_rank_is_clear(&carbon) &&
        !strcmp(energy.name, carbon.name))
        snprintf(plot->title, sizeof plot->title,
                 "%s leads in both: %.0f %% of the energy, %.0f %% of the " CO2, energy.name,
                 100.0 * energy.most / all_energy, 100.0 * carbon.most / all_carbon);
    else if (has_carbon)
        snprintf(plot->title, sizeof plot->title, "%s; %s", uses, emits);
    else
        snprintf(plot->title, sizeof plot->title, "%s", uses);
    out_plot_capitalise(plot->title);
}

enum sim_status out_plot_energy(struct out_plot *plot, bool *is_drawn, struct sim_error *err)
{
    struct bars energy = {.figure = "energy", .base_unit = "MWh", .words = "energy"};
    struct bars carbon = {
        .figure = "carbon.location", .base_unit = "t", .words = CO2 " of the grids"};
    const char *site[OUT_PLOT_ITEMS_MAX];
    size_t order[OUT_PLOT_ITEMS_MAX], count = 0, sites;
    double key[OUT_PLOT_ITEMS_MAX], all = 0.0;
    char text[220], which[64];

    (void)err;
    sites = out_summary_items(plot->summary, "site", site, OUT_PLOT_ITEMS_MAX);
    for (size_t s = 0; s < sites; s++) {
        double mean = out_plot_mean(out_summary_find_by(plot->summary, "energy", "site", site[s]));

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
    out_plot_sort(order, count, key, true);
    set_energy_title(plot, site, count);
    snprintf(which, sizeof which, "; the %d largest of %zu sites", OUT_PLOT_PANELS_MAX, count);
    snprintf(text, sizeof text, "Sum over the window, cooling included%s. %s",
             count > OUT_PLOT_PANELS_MAX ? which : "", out_plot_interval_words(plot));
    count = count > OUT_PLOT_PANELS_MAX ? OUT_PLOT_PANELS_MAX : count;
    out_plot_caption(plot, text);
    plot->height_cm = fmin(17.0, 4.5 + 0.95 * (double)count);
    scale_bars(plot, &energy, site, order, count, "GWh");
    scale_bars(plot, &carbon, site, order, count, "kt");
    out_plot_frame(plot, 1.4, 2.9);
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
