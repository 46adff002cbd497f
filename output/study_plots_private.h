/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/study_plots_private.h - what the files that draw a comparison share:
 *
 *   study_plots.c   one moment: differences, worlds, trade-off, regret, spread
 *   study_time.c    over time
 */
#ifndef OUTPUT_STUDY_PLOTS_PRIVATE_H
#define OUTPUT_STUDY_PLOTS_PRIVATE_H

#include "output/page.h"
#include "output/study.h"

enum { OUT_STUDY_TITLE_BYTES = 1024, OUT_STUDY_NAME_LETTERS = 26 };

struct out_study_plot {
    const struct out_study *study;
    struct out_text script;
    char title[OUT_STUDY_TITLE_BYTES], caption[OUT_STUDY_TITLE_BYTES],
        source[OUT_STUDY_TITLE_BYTES];
    double height_cm;
    size_t shown; /* options, the baseline first */
};

/* The caption, and whose data they are. */
void out_study_plot_words(struct out_study_plot *plot, const char *caption);

/* An option is told by colour, mark and place; the baseline, at place 0, is black. */
const char *out_study_plot_colour(size_t place);

/* False: nothing to draw. */
bool out_study_plot_over_time(struct out_study_plot *plot);

#endif /* OUTPUT_STUDY_PLOTS_PRIVATE_H */
