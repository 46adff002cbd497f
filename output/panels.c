/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/panels.h"

#include <math.h>

struct out_zoom out_plot_zoom(const struct out_plot *plot)
{
    int64_t days = plot->summary->end_days - plot->summary->start_days;

    if (days <= 3)
        return (struct out_zoom){1, 6, "means of six hours (dark) and hours (light)", "hourly"};
    if (days <= 28)
        return (struct out_zoom){1, 24, "daily mean (dark), hourly mean (light)", "hourly"};
    return (struct out_zoom){24, 168, "weekly mean (dark), daily mean (light)", "daily"};
}

void out_panels_lay(struct out_plot *plot, struct out_panels *panels)
{
    size_t shown = panels->count;

    panels->columns = shown <= 3 ? shown : shown <= 12 ? 3 : 4;
    panels->rows = (shown + panels->columns - 1) / panels->columns;
    plot->height_cm = fmin(17.0, 3.4 + 3.4 * (double)panels->rows);
}

void out_panels_begin(struct out_plot *plot, const struct out_panels *panels, const char *words)
{
    out_text_add(&plot->script,
                 "set label 901 '%s' at screen 0.014,0.5 center rotate by 90 textcolor rgb "
                 "'" OUT_GREY "'\nset xrange [0:%g]\nset multiplot\n",
                 words, panels->days);
}

void out_panel_place(struct out_plot *plot, const struct out_panels *panels, size_t p,
                     const char *title)
{
    struct out_text *script = &plot->script;
    size_t columns = panels->columns, column = p % columns, row = p / columns;
    bool is_last_row = p + columns >= panels->count;
    double left = 0.065, right = columns > 1 ? 0.99 : 0.975, bottom = 1.9 / plot->height_cm;
    double top = 1.0 - 1.35 / plot->height_cm, gap = panels->has_own_scales ? 0.06 : 0.02;
    double width = (right - left) / (double)columns, height = (top - bottom) / (double)panels->rows;
    double x = left + (double)column * width, y = top - (double)(row + 1) * height;

    out_text_add(script,
                 "set lmargin at screen %g\nset rmargin at screen %g\nset bmargin at screen %g\n"
                 "set tmargin at screen %g\nset label 1 ",
                 x, x + width - (column + 1 < columns || gap < 0.03 ? gap : 0.02),
                 y + 0.3 / plot->height_cm, y + height - 0.75 / plot->height_cm);
    out_page_quote(script, title, columns > 3 ? 30 : 40);
    out_text_add(script, " at graph 0, graph 1 left offset 0,0.7 front\n%s\n%s\n",
                 column && !panels->has_own_scales ? "set format y ''" : "set format y '%g'",
                 is_last_row ? "set format x '%g'" : "set format x ''");
    if (is_last_row)
        out_plot_date_tics(script, plot->summary->start_days, panels->days,
                           columns > 1 ? 0.85 * panels->days : panels->days,
                           columns > 3 ? 3 : 12 / (int)columns);
    else
        out_text_add(script, "set xtics ('' 0)\n");
}

void out_panel_end(struct out_plot *plot)
{
    out_text_add(&plot->script, "unset label 1001\nunset label 1002\nunset label 1003\n"
                                "unset label 901\n");
}

void out_panels_end(struct out_plot *plot)
{
    out_text_add(&plot->script, "unset multiplot\n");
}
