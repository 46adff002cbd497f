/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/fit_plot.h"

static const double width_cm = 26.0, height_cm = 17.0;

/* Okabe and Ito's vermillion with dashes on black: told apart without colours too. */
#define LOG_STYLE   "linecolor rgb '#000000' linewidth 1.6 dashtype 1"
#define MODEL_STYLE "linecolor rgb '#d55e00' linewidth 1.6 dashtype (12,4)"

static void add_data(struct out_text *script, const struct out_fit_panel *panel, size_t number)
{
    out_text_add(script, "$p%zu << EOD\n", number);
    for (size_t i = 0; i < panel->count; i++)
        out_text_add(script, "%.6g %.6g %.6g\n", panel->x[i], panel->log[i], panel->model[i]);
    out_text_add(script, "EOD\n");
}

static void add_panel(struct out_text *script, const struct out_fit_panel *panel, size_t number)
{
    size_t column = number % 2, row = number / 2;

    out_text_add(script,
                 "unset label\nset lmargin at screen %g\nset rmargin at screen %g\n"
                 "set tmargin at screen %g\nset bmargin at screen %g\n"
                 "set title '%s' font 'sans-serif,11'\nset xlabel '%s'\nset ylabel '%s'\n",
                 column ? 0.56 : 0.07, column ? 0.97 : 0.48, row ? 0.44 : 0.88, row ? 0.16 : 0.60,
                 panel->title, panel->x_label, panel->y_label);
    if (panel->count < 2) {
        out_text_add(script, "unset logscale\nset xrange [0:1]\nset yrange [0:1]\n"
                             "set label 1 'not told by the log' at graph 0.5,0.5 center\n"
                             "plot NaN notitle\n");
        return;
    }
    out_text_add(script, "%s\nset xrange [%g:%g]\nset yrange [0:*]\n",
                 panel->is_log ? "set logscale x\nset key right bottom"
                               : "unset logscale\nset key right top",
                 panel->x[0], panel->x[panel->count - 1] * (1 + 1e-6));
    out_text_add(script,
                 "plot $p%zu using 1:2 with lines " LOG_STYLE " title 'log', "
                 "'' using 1:3 with lines " MODEL_STYLE " title 'model'\n",
                 number);
}

enum sim_status out_plot_fit(const struct out_fit_plot *plot, const char *dir,
                             enum out_format format, struct sim_error *err)
{
    struct out_text script = {.bytes = NULL};
    enum sim_status status;

    for (size_t i = 0; i < OUT_FIT_PANELS; i++)
        add_data(&script, &plot->panel[i], i);
    out_text_add(&script, "set encoding utf8\nset format x '%%g'\nset multiplot\nset label 1001 ");
    out_gnuplot_quote(&script, plot->title);
    out_text_add(&script, " at screen 0.02,0.965 left front font 'sans-serif,12'\nset label 1002 ");
    out_gnuplot_quote(&script, plot->caption);
    out_text_add(&script, " at screen 0.02,0.04 left front textcolor rgb '#595959'\n");
    out_text_add(&script, "unset border\nunset tics\nunset key\nset xrange [0:1]\n"
                          "set yrange [0:1]\nplot NaN notitle\n"
                          "set border 3\nset xtics nomirror out scale 0.6\n"
                          "set ytics nomirror out scale 0.6\nset key\n");
    for (size_t i = 0; i < OUT_FIT_PANELS; i++)
        add_panel(&script, &plot->panel[i], i);
    out_text_add(&script, "unset multiplot\n");
    status = out_gnuplot_draw(&script,
                              &(struct out_picture){.dir = dir,
                                                    .name = "fit",
                                                    .format = format,
                                                    .width_cm = width_cm,
                                                    .height_cm = height_cm},
                              err);
    out_text_release(&script);
    return status;
}
