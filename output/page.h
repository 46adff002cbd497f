/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/page.h - what all figures share: colours, the words around a picture, axes, names.
 *
 * Colours  Okabe and Ito (2008); on white the five below keep a contrast of 3 and more.
 * Memory   appends to a script; running out of memory is told by out_gnuplot_draw.
 */
#ifndef OUTPUT_PAGE_H
#define OUTPUT_PAGE_H

#include <math.h>

#include "output/text.h"

#define OUT_BLUE          "#0072B2"
#define OUT_VERMILLION    "#D55E00"
#define OUT_GREEN         "#009E73"
#define OUT_PURPLE        "#CC79A7"
#define OUT_BLACK         "#000000"
#define OUT_GREY          "#595959"
#define OUT_PAGE_WIDTH_CM 26.0 /* an A4 page across, less its margins */

struct out_page {
    const char *title, *caption, *source; /* the finding; what is drawn; whose it is */
    double height_cm;
};

/* Title on top; below the picture a line that says what is drawn, and one whose it is. */
void out_page_words(struct out_text *script, const struct out_page *page);

/* Words and the look of the axes; top_cm and bottom_cm: room above and below them. */
void out_page_frame(struct out_text *script, const struct out_page *page, double top_cm,
                    double bottom_cm);

void out_page_grid(struct out_text *script, const char *axes);

struct out_span { /* of what is drawn along an axis */
    double low, high;
};

#define OUT_SPAN_EMPTY ((struct out_span){INFINITY, -INFINITY})

void out_span_add(struct out_span *span, double value); /* NaN and infinities: nothing */

/* Range and tics of axis 'x' or 'y': round ends, about `most` steps. A span of one value, which
 * gnuplot complains about, gets room on both sides; one of none is 0 to 1. */
void out_page_axis(struct out_text *script, char axis, struct out_span span, int most);

/* Width in letters of usual width. */
double out_page_letters(const char *text);

/* A name, quoted, where room is for `most` letters. */
void out_page_quote(struct out_text *script, const char *text, size_t most);

#endif /* OUTPUT_PAGE_H */
