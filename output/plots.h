/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/plots.h - the standard figures of a run, drawn from nothing but its result file.
 *
 *   use-map    share in use, partition x day (or week)   waits   by kind of user
 *   use-lines  weekly means, a panel for each partition  energy  and carbon, by site
 *   queue      the longest queues over time              europe  sites by hours and share in use
 *   flows      map of what links carry, and how full     links   the fullest links over time
 *   storage    how full tiers of storage are over time   fleets  backlog and age over time
 *   gantt      the first 500 jobs of a single partition (output/gantt.h)
 *
 * A title is a finding computed from the data; the caption says what is drawn, from how many
 * replications, with which interval. Figures whose data are not in the file are left out.
 *
 * Colours  Okabe and Ito (2008), each with a dash and a marker of its own; cividis (Nunez,
 *          Anderton and Renslow 2018, doi:10.1371/journal.pone.0199239) for shares.
 * Map      Natural Earth, public domain; Lambert azimuthal equal-area, centre 52 N 10 E
 *          (EPSG:3035, on the sphere). No position on the status of any territory.
 * Errors   SIM_EIO, SIM_ETOOL (gnuplot), SIM_ENOMEM, SIM_ELOCKED (another process draws there).
 */
#ifndef OUTPUT_PLOTS_H
#define OUTPUT_PLOTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "output/gnuplot.h"
#include "output/read_h5.h"
#include "sim/error.h"

/* What was drawn, for a report: name ("waits"), title (the finding), caption (what is drawn),
 * source (scenario and window). */
typedef void out_plot_fn(void *context, const char *name, const char *title, const char *caption,
                         const char *source);

struct out_plotting {
    const char *result_path, *dir; /* dir is made when missing */
    enum out_format format;
    bool verify;       /* read all of the result first, not just what is drawn */
    out_plot_fn *tell; /* may be NULL */
    void *context;
    const atomic_int *stop; /* may be NULL: not 0 ends the drawing with SIM_EINTERRUPTED */
};

/* Draws all figures. *count, which may be NULL, becomes how many there are. */
SIM_NODISCARD enum sim_status out_plot_result(const struct out_plotting *what, size_t *count,
                                              struct sim_error *err);

/* Removes what out_plot_result left in dir, and dir when nothing else is in it: pictures by the
 * names of the standard plots, each only where its script, which says whose it is, lies beside
 * it. *count becomes how many plots went. */
SIM_NODISCARD enum sim_status out_plot_remove(const char *dir, size_t *count,
                                              struct sim_error *err);

/* Is there a standard plot of this name? */
bool out_plot_exists(const char *name);

/* x and y in km east and north of 52 N 10 E. Sphere of 6371 km. */
void out_project(double lat_deg, double lon_deg, double *x_km, double *y_km);

#endif /* OUTPUT_PLOTS_H */
