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

/* Of the page: where the axis begins and ends. */
#define LEFT  0.135
#define RIGHT 0.97

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

static double half_width(const struct out_figure *figure)
{
    return isfinite(figure->half_width) ? figure->half_width : 0.0;
}

/* An interval that includes 0 has no lower end on a logarithmic axis: its whisker runs off. */
static bool runs_off(const struct out_figure *figure)
{
    return half_width(figure) > 0.0 && figure->mean - half_width(figure) < shortest_wait_h;
}

static void add_wait_blocks(struct out_plot *plot, const char *const *kind, size_t count,
                            double *low, double *high)
{
    for (int s = 0; s < WAITS; s++) {
        out_text_add(&plot->script, "$wait%d << EOD\n", s);
        for (size_t k = 0; k < count; k++) {
            const struct out_figure *figure =
                out_summary_find_by(plot->summary, wait_statistic[s].figure, "kind", kind[k]);
            double mean, high_end, low_end;

            if (!figure || !isfinite(figure->mean))
                continue;
            mean = at_least(figure->mean);
            high_end = at_least(figure->mean + half_width(figure));
            low_end = at_least(figure->mean - half_width(figure));
            out_text_add(&plot->script, "%g %g %g %g\n", mean,
                         (double)(count - 1 - k) + wait_statistic[s].up,
                         runs_off(figure) ? 1e-3 * shortest_wait_h : low_end, high_end);
            *low = fmin(*low, runs_off(figure) ? mean : low_end);
            *high = fmax(*high, high_end);
        }
        out_text_add(&plot->script, "NaN NaN NaN NaN\nEOD\n");
    }
}

static bool is_bound(const struct out_figure *figure)
{
    return figure->is_lower_bound;
}

static bool has_one(const struct out_plot *plot, const char *const *kind, size_t count,
                    bool (*is_such)(const struct out_figure *figure))
{
    for (size_t k = 0; k < count; k++)
        for (int s = 0; s < WAITS; s++) {
            const struct out_figure *figure =
                out_summary_find_by(plot->summary, wait_statistic[s].figure, "kind", kind[k]);

            if (figure && isfinite(figure->mean) && is_such(figure))
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
            double y;
            int side;

            if (!figure || !isfinite(figure->mean))
                continue;
            side = runs_off(figure) && wait_statistic[s].side < 0 ? 1 : wait_statistic[s].side;
            y = (double)(count - 1 - k) + wait_statistic[s].up;
            out_text_add(&plot->script, "set label %d '%s' at %g,%g %s\n", tag++,
                         wait_words(figure, false, words, sizeof words),
                         at_least(figure->mean + side * half_width(figure)), y,
                         place[side + 1 + (s == WAITS - 1 && figure->is_lower_bound)]);
            if (figure->is_lower_bound)
                out_text_add(&plot->script,
                             "set arrow from %g,%g rto character 3,0 size character 0.8,20 filled "
                             "linewidth 1.6 linecolor rgb '%s'\n",
                             at_least(figure->mean), y, wait_statistic[s].colour);
        }
}

/* Ticks in order of importance, each where there is room beside those before it. */
static void add_wait_tics(struct out_text *script, double low, double high)
{
    static const struct {
        double hours;
        const char *words;
    } tic[] = {{1, "1 h"},       {24, "1 day"},    {168, "1 week"},       {730, "1 month"},
               {8766, "1 year"}, {0.1, "6 min"},   {0.01, "under 1 min"}, {6, "6 h"},
               {0.5, "30 min"},  {3, "3 h"},       {12, "12 h"},          {48, "2 days"},
               {96, "4 days"},   {336, "2 weeks"}, {2190, "3 months"}};
    enum { TICS = sizeof tic / sizeof *tic };
    const double axis_cm = (RIGHT - LEFT) * OUT_PAGE_WIDTH_CM, letter_cm = 0.2, gap_cm = 0.4;
    size_t kept[TICS], count = 0;

    out_text_add(script, "set xtics (");
    for (size_t i = 0; i < TICS; i++) {
        bool has_room = tic[i].hours >= low && tic[i].hours <= high;

        for (size_t k = 0; has_room && k < count; k++) {
            double apart_cm =
                axis_cm * fabs(log(tic[i].hours / tic[kept[k]].hours)) / log(high / low);
            double letters = out_page_letters(tic[i].words) + out_page_letters(tic[kept[k]].words);

            has_room = apart_cm > letter_cm * letters / 2.0 + gap_cm;
        }
        if (!has_room)
            continue;
        out_text_add(script, "%s'%s' %g", count ? ", " : "", tic[i].words, tic[i].hours);
        kept[count++] = i;
    }
    out_text_add(script, ")\n");
}

static void set_waits_caption(struct out_plot *plot, const char *const *kind, size_t count)
{
    char text[300];

    snprintf(
        text, sizeof text, "Time from ready (data at the site) to start; logarithmic axis. %s%s",
        has_one(plot, kind, count, is_bound) ? "> and arrow: beyond the longest wait seen."
                                             : out_plot_interval_words(plot),
        has_one(plot, kind, count, runs_off) ? " Those that run off to the left include 0." : "");
    out_plot_caption(plot, text);
}

enum sim_status out_plot_waits(struct out_plot *plot, bool *is_drawn, struct sim_error *err)
{
    struct out_text *script = &plot->script;
    const char *kind[OUT_PLOT_ITEMS_MAX];
    size_t count = out_summary_items(plot->summary, "kind", kind, OUT_PLOT_PANELS_MAX), with = 0;
    double low = 1e300, high = 0.0, room;

    (void)err;
    for (size_t k = 0; k < count; k++)
        if (isfinite(
                out_plot_mean(out_summary_find_by(plot->summary, "wait.p50", "kind", kind[k]))))
            kind[with++] = kind[k];
    *is_drawn = with > 0;
    if (!*is_drawn)
        return SIM_OK;
    set_waits_title(plot, kind, with);
    set_waits_caption(plot, kind, with);
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
    add_wait_tics(script, low / room, room * high);
    out_text_add(
        script,
        "set lmargin at screen %g\nset rmargin at screen %g\n"
        "set border 1\nset logscale x\nset xrange [%g:%g]\nset yrange [-0.6:%g]\nset "
        "ytics scale 0\n"
        "set xlabel 'wait until this share of the jobs has started (min, h, days; logarithmic)' "
        "textcolor rgb '" OUT_GREY "'\n"
        "set key at graph 1, graph 1 right bottom horizontal samplen 1 width 1\nplot ",
        LEFT, RIGHT, low / room, room * high, (double)with - 0.2);
    for (int s = 0; s < WAITS; s++)
        out_text_add(script,
                     "%s$wait%d using 1:2:3:4 with xerrorbars linecolor rgb '%s' linewidth 1.6 "
                     "pointtype %d pointsize 1.1 title '%s'",
                     s ? ", " : "", s, wait_statistic[s].colour, wait_statistic[s].point,
                     wait_statistic[s].words);
    out_text_add(script, "\n");
    return SIM_OK;
}
