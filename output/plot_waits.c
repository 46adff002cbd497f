/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "output/page.h"
#include "output/tables.h"

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
                 out_plot_with_interval(hours * scale, half_width * scale, number, sizeof number),
                 unit);
    else
        snprintf(buffer, bytes, "%s %s",
                 out_format_number(hours * scale, half_width * scale, number), unit);
    return buffer;
}

static void set_waits_title(struct out_plot *plot, const char *const *kind, size_t count)
{
    const struct out_figure *shortest = NULL, *longest = NULL;
    const char *who_starts = "";
    struct out_rank rank = {0};
    size_t bounds = 0;
    char a[128], b[128];

    for (size_t k = 0; k < count; k++) {
        const struct out_figure *here =
            out_summary_find_by(plot->summary, "wait.p95", "kind", kind[k]);
        if (!here || !isfinite(here->mean))
            continue;
        out_rank_add(&rank, out_kind_words(kind[k]), here->mean, here->half_width);
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
    else if (out_rank_is_clear(&rank) &&
             bounds == longest->is_lower_bound) /* no other may be longer */
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

static void add_wait_blocks(struct out_plot *plot, const char *const *kind, size_t count,
                            double *low, double *high)
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

static bool has_bounds(const struct out_plot *plot, const char *const *kind, size_t count)
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

static void add_wait_labels(struct out_plot *plot, const char *const *kind, size_t count)
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

enum sim_status out_plot_waits(struct out_plot *plot, bool *is_drawn, struct sim_error *err)
{
    struct out_text *script = &plot->script;
    const char *kind[OUT_PLOT_ITEMS_MAX];
    size_t count = out_summary_items(plot->summary, "kind", kind, OUT_PLOT_PANELS_MAX), with = 0;
    double low = 1e300, high = 0.0, room;
    char text[220];

    (void)err;
    for (size_t k = 0; k < count; k++)
        if (isfinite(
                out_plot_mean(out_summary_find_by(plot->summary, "wait.p50", "kind", kind[k]))))
            kind[with++] = kind[k];
    *is_drawn = with > 0;
    if (!*is_drawn)
        return SIM_OK;
    set_waits_title(plot, kind, with);
    snprintf(text, sizeof text, "Time from ready (data at the site) to start; logarithmic axis. %s",
             has_bounds(plot, kind, with) ? "> and arrow: beyond the longest wait seen."
                                          : out_plot_interval_words(plot));
    out_plot_caption(plot, text);
    plot->height_cm = fmin(17.0, 5.4 + 1.5 * (double)with);
    out_plot_frame(plot, 2.1, 2.9);
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
