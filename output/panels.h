/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/panels.h - small multiples: panels of one look over the same days, in rows and columns.
 */
#ifndef OUTPUT_PANELS_H
#define OUTPUT_PANELS_H

#include "output/plot.h"

struct out_panels {
    size_t count, columns, rows;
    double days;
    bool has_own_scales; /* each panel has numbers at its axis, else the first of a row */
};

/* Columns, rows and the height of the page, by the number of panels. */
void out_panels_lay(struct out_plot *plot, struct out_panels *panels);
/* After the frame: what is along all axes ("in use, %"); the days. */
void out_panels_begin(struct out_plot *plot, const struct out_panels *panels, const char *words);
/* Place, title and dates of panel p; a plot command follows. */
void out_panel_place(struct out_plot *plot, const struct out_panels *panels, size_t p,
                     const char *title);
/* Behind the plot command: the words of the page are drawn once. */
void out_panel_end(struct out_plot *plot);
void out_panels_end(struct out_plot *plot);

/* A thin line of short means and a thick one of long ones, by the length of the window. */
struct out_zoom {
    size_t fine_hours, coarse_hours;
    const char *words, *fine_words;
};
struct out_zoom out_plot_zoom(const struct out_plot *plot);

#endif /* OUTPUT_PANELS_H */
