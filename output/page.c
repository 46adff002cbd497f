/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/page.h"

#include <string.h>

#include "output/gnuplot.h"

enum { TITLE_POINTS = 104 }; /* fit the width at 12 pt */
static const double PLAIN_BELOW = 1e5, PREFIXES_END = 1e15;

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

/* Six digits and more as "1.52 M": gnuplot would write 1.52e+06. */
static void add_large_tics(struct out_text *script, char axis, double first, double step,
                           size_t count)
{
    static const char prefix[] = {'k', 'M', 'G', 'T'};
    double largest = fmax(fabs(first), fabs(first + step * (double)count)), unit = 1e3;
    size_t which = 0;

    for (; which + 1 < sizeof prefix && largest >= 1e3 * unit; which++)
        unit *= 1e3;
    out_text_add(script, "set %ctics (", axis);
    for (size_t i = 0; i <= count; i++) {
        double at = first + step * (double)i;

        if (fabs(at) < 0.5 * step)
            out_text_add(script, "%s'0' 0", i ? ", " : "");
        else
            out_text_add(script, "%s'%.6g %c' %.9g", i ? ", " : "", at / unit, prefix[which], at);
    }
    out_text_add(script, ")\n");
}

void out_page_axis(struct out_text *script, char axis, struct out_span span, int most)
{
    double step, first, last, largest;

    if (!(span.low <= span.high))
        span = (struct out_span){0, 1};
    if (!(span.high - span.low > 1e-9 * fabs(span.high))) {
        double room = span.low == 0 ? 1 : 0.1 * fabs(span.low);

        span = (struct out_span){span.low - room, span.high + room};
    }
    step = round_step((span.high - span.low) / most);
    first = step * floor(span.low / step);
    last = step * ceil(span.high / step);
    out_text_add(script, "set %crange [%.9g:%.9g]\n", axis, first, last);
    largest = fmax(fabs(first), fabs(last));
    if (largest < PLAIN_BELOW || largest >= PREFIXES_END)
        out_text_add(script, "set %ctics %.9g\n", axis, step);
    else
        add_large_tics(script, axis, first, step, (size_t)lround((last - first) / step));
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
