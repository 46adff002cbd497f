/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/page.h"

#include <string.h>

#include "output/gnuplot.h"

enum { TITLE_POINTS = 104 }; /* fit the width at 12 pt */

/* Title on top; below the picture a line that says what is drawn, and one whose it is. */
void out_page_words(struct out_text *script, const struct out_page *page)
{
    double line = 1.0 / page->height_cm;
    char title[4 * TITLE_POINTS + 1];

    out_text_add(script, "set label 1001 ");
    out_gnuplot_quote(script, out_shorten(page->title, title, TITLE_POINTS));
    out_text_add(script, " at screen 0.02,%g left front font 'sans-serif,12'\nset label 1002 ",
                 1.0 - 0.65 * line);
    out_gnuplot_quote(script, page->caption);
    out_text_add(script,
                 " at screen 0.02,%g left front textcolor rgb '" OUT_GREY "'\nset label 1003 ",
                 0.9 * line);
    out_gnuplot_quote(script, page->source);
    out_text_add(script, " at screen 0.02,%g left front textcolor rgb '" OUT_GREY "'\n",
                 0.4 * line);
}

/* top_cm and bottom_cm: room above and below the axes. */
void out_page_frame(struct out_text *script, const struct out_page *page, double top_cm,
                    double bottom_cm)
{
    out_text_add(script,
                 "set encoding utf8\nset tics nomirror out scale 0.6 textcolor rgb '" OUT_GREY
                 "'\nset format '%%g'\nset border 3 linecolor rgb '#8a8a8a' linewidth 0.8\n"
                 "set key off\nset tmargin at screen %g\nset bmargin at screen %g\n",
                 1.0 - top_cm / page->height_cm, bottom_cm / page->height_cm);
    out_page_words(script, page);
}

void out_page_grid(struct out_text *script, const char *axes)
{
    out_text_add(script, "set grid %s linecolor rgb '#d9d9d9' linewidth 0.6 linetype 1\n", axes);
}

void out_span_add(struct out_span *span, double value)
{
    if (!isfinite(value))
        return;
    span->low = fmin(span->low, value);
    span->high = fmax(span->high, value);
}

/* 1, 2 or 5 times a power of ten, at least that much. */
static double round_step(double least)
{
    double power = pow(10, floor(log10(least)));

    return power * (least <= power ? 1 : least <= 2 * power ? 2 : least <= 5 * power ? 5 : 10);
}

void out_page_axis(struct out_text *script, char axis, struct out_span span, int most)
{
    double step;

    if (!(span.low <= span.high))
        span = (struct out_span){0, 1};
    if (!(span.high - span.low > 1e-9 * fabs(span.high))) {
        double room = span.low == 0 ? 1 : 0.1 * fabs(span.low);

        span = (struct out_span){span.low - room, span.high + room};
    }
    step = round_step((span.high - span.low) / most);
    out_text_add(script, "set %crange [%.9g:%.9g]\nset %ctics %.9g\n", axis,
                 step * floor(span.low / step), step * ceil(span.high / step), axis, step);
}

/* In letters of usual width: capitals are wider (measured with DejaVu Sans), i and l narrower. */
double out_page_letters(const char *text)
{
    double wide = 0.0;

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if ((c & 0xC0) == 0x80)
            continue; /* within a character */
        wide += strchr("MW@%", c)      ? 1.6
                : c >= 'A' && c <= 'Z' ? 1.2
                : strchr("ijl.,' ", c) ? 0.5
                                       : 1.0;
    }
    return wide;
}

/* A name where room is short. */
void out_page_quote(struct out_text *script, const char *text, size_t most)
{
    char brief[4 * 64 + 1];
    size_t points = most;

    do
        out_shorten(text, brief, points--);
    while (points > 4 && out_page_letters(brief) > (double)most);
    out_gnuplot_quote(script, brief);
}
