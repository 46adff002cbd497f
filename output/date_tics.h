/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/date_tics.h - dates on the x axis of a figure that counts days from the start.
 *
 * Memory   appends to a script; running out of memory is told by out_gnuplot_draw.
 */
#ifndef OUTPUT_DATE_TICS_H
#define OUTPUT_DATE_TICS_H

#include <stdint.h>

#include "output/text.h"

/* Hours, days or months as the window of so many days asks for, at most about `most` of them, none
 * behind `last`, in days from start_days (since 1970-01-01). */
void out_date_tics(struct out_text *script, int64_t start_days, double days, double last, int most);

#endif /* OUTPUT_DATE_TICS_H */
