/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/plot.h - what the standard figures of a run share (output/plots.c draws them all): the
 * page, dates on an axis, who leads, hours gathered into days or weeks.
 *
 * Memory   scripts grow; running out is told by out_gnuplot_draw. Bins are the caller's (free
 * mean). Errors   SIM_EIO, SIM_ENOMEM.
 */
#ifndef OUTPUT_PLOT_H
#define OUTPUT_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output/page.h"
#include "output/read_h5.h"
#include "output/text.h"
#include "sim/error.h"

#define OUT_PLOT_HEIGHT_CM     17.0
#define OUT_PLOT_HEIGHT_MAX_CM 18.5 /* an A4 page across, less its margins: 26 x 18.5 cm */

enum {
    OUT_PLOT_ITEMS_MAX = 256,
    OUT_PLOT_PANELS_MAX = 24,
    OUT_PLOT_LINES_MAX = 5,
    OUT_PLOT_TITLE_BYTES = 1024,
    OUT_PLOT_NAME_POINTS = 22 /* of a name within a title */
};

struct out_plot {
    const struct out_result *result;
    const struct out_summary *summary;
    struct out_text script;
    const char *name;
    char title[OUT_PLOT_TITLE_BYTES], caption[OUT_PLOT_TITLE_BYTES], source[OUT_PLOT_TITLE_BYTES];
    double height_cm;
};

/* ---- the figures, one function each; *is_drawn false: its data are not in the file ---- */
typedef enum sim_status out_plot_make(struct out_plot *plot, bool *is_drawn, struct sim_error *err);

out_plot_make out_plot_use_map, out_plot_use_lines, out_plot_queue, out_plot_waits, out_plot_energy,
    out_plot_europe, out_plot_flows, out_plot_links, out_plot_storage, out_plot_fleets,
    out_plot_gantt;

/* ---- the page ---- */

/* A line is told by its colour, its dash and the label at its end. */
struct out_plot_line_style {
    const char *colour, *dash;
};
extern const struct out_plot_line_style out_plot_line[OUT_PLOT_LINES_MAX];

void out_plot_palette(struct out_text *script);
void out_plot_words(struct out_plot *plot);
void out_plot_frame(struct out_plot *plot, double top_cm, double bottom_cm);

/* Dates on an axis of days since start, at most about `most` of them, none behind `last`. */
void out_plot_date_tics(struct out_text *script, int64_t start_days, double days, double last,
                        int most);

/* The i-th key of a list, and what people call it. */
const char *out_plot_label(const struct out_labels *labels, size_t i);
const char *out_plot_title(const struct out_plot *plot, const struct out_labels *labels, size_t i);

double out_plot_input(const struct out_plot *plot, const char *path); /* NAN: no such number */
double out_plot_mean(const struct out_figure *figure);                /* NAN: no such figure */

/* "86 ± 2" with the interval when there is one. */
const char *out_plot_with_interval(double value, double half_width, char *buffer, size_t bytes);
const char *out_plot_interval_words(const struct out_plot *plot);
void out_plot_caption(struct out_plot *plot, const char *what); /* and the source */
void out_plot_capitalise(char *text);                           /* "no site ..." */

/* order[count]: indices into key; stable. */
void out_plot_sort(size_t *order, size_t count, const double *key, bool is_descending);

/* ---- who leads: a title claims it only where the intervals allow ---- */
struct out_rank {
    char name[4 * OUT_PLOT_NAME_POINTS + 1], next_name[4 * OUT_PLOT_NAME_POINTS + 1]; /* "": none */
    double most, half_width, next, next_half_width;
};

void out_rank_add(struct out_rank *rank, const char *name, double value, double half_width);
bool out_rank_is_clear(const struct out_rank *rank);

/* "bsc uses the most energy (35 %)" or that none clearly does. */
void out_rank_say(const struct out_rank *rank, double all, const char *claim, char *text,
                  size_t bytes);

/* ---- hours to days or weeks ---- */
struct out_bins {
    size_t count, items;
    double step_days, end_days; /* the last bin ends there, whole or not */
    double *mean;               /* [count][items], NaN where no hour has a value */
};

/* Reads a series and its bins; SIM_OK with *has false when the file lacks it. step_hours 0: as
 * fits a heat map. */
SIM_NODISCARD enum sim_status out_bins_load(struct out_plot *plot, const char *path,
                                            size_t step_hours, struct out_bins *bins,
                                            const struct out_labels **labels, bool *has,
                                            struct sim_error *err);
double out_bins_mean(const struct out_bins *bins, size_t item);

/* A data block of gnuplot's, $NAMEitem: day, value. */
void out_bins_block(struct out_text *script, const char *name, const struct out_bins *bins,
                    size_t item, double scale);

#endif /* OUTPUT_PLOT_H */
