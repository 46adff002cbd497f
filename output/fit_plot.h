/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/fit_plot.h - a log against the model that was fitted to it: four panels.
 *
 * Errors   SIM_EIO, SIM_ETOOL (gnuplot), SIM_ENOMEM.
 */
#ifndef OUTPUT_FIT_PLOT_H
#define OUTPUT_FIT_PLOT_H

#include "output/gnuplot.h"

enum { OUT_FIT_PANELS = 4 };

struct out_fit_panel {
    const char *title, *x_label, *y_label; /* ours */
    bool is_log;                           /* the axis of x */
    size_t count;                          /* 0: the panel stays empty */
    const double *x, *log, *model;
};

struct out_fit_plot {
    const char *title, *caption;
    struct out_fit_panel panel[OUT_FIT_PANELS];
};

/* DIR/fit.<format>, and its script beside it. dir exists. */
SIM_NODISCARD enum sim_status out_plot_fit(const struct out_fit_plot *plot, const char *dir,
                                           enum out_format format, struct sim_error *err);

#endif /* OUTPUT_FIT_PLOT_H */
