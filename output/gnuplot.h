/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/gnuplot.h - the one door to gnuplot: script, quoting, process, checks.
 *
 * A script is text of ours plus numbers; a scenario's words enter it through out_gnuplot_quote
 * alone. gnuplot runs without a shell, in an empty folder of its own, with a clean environment,
 * limits, 30 s and (where the kernel allows) a filter that lets it start no process and open no
 * socket. The picture comes back through memory, is checked to be whole and is renamed into
 * place; the script stays beside it, so that `gnuplot NAME.gp` redraws it.
 *
 * Errors   SIM_ETOOL: gnuplot is missing, failed, complained or left a broken picture (the
 *          message holds its words); SIM_EIO; SIM_ENOMEM (also a script that failed to grow).
 * Threads  none shared; the process is forked, so better call it when no other thread runs.
 */
#ifndef OUTPUT_GNUPLOT_H
#define OUTPUT_GNUPLOT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "output/text.h"
#include "sim/error.h"

enum out_format { OUT_FORMAT_SVG, OUT_FORMAT_PNG, OUT_FORMAT_PDF };

/* "svg" | "png" | "pdf"; false for anything else. */
bool out_format_parse(const char *text, enum out_format *format);
const char *out_format_name(enum out_format format);

/* A script is a struct out_text: out_text_add takes text of ours and numbers, never a scenario's
 * words. Running out of memory is told by out_gnuplot_draw. */

/* Appends 'text': ' becomes U+2019; control, bidi and non-characters and broken UTF-8 are
 * dropped; "]]>" is broken up; cut at 200 characters. */
void out_gnuplot_quote(struct out_text *script, const char *text);

struct out_picture {
    const char *dir;  /* exists */
    const char *name; /* [a-z0-9-]+, ours */
    enum out_format format;
    double width_cm, height_cm;
    const atomic_int *stop; /* may be NULL: not 0 ends gnuplot, too */
};

/* Draws script (without terminal and output lines) as DIR/NAME.<format> and keeps DIR/NAME.gp.
 * SIM_EINTERRUPTED when *stop was raised. */
SIM_NODISCARD enum sim_status out_gnuplot_draw(const struct out_text *script,
                                               const struct out_picture *picture,
                                               struct sim_error *err);

/* Is a picture whole? SVG well-formed to </svg>, PNG chunk by chunk to IEND, PDF to %%EOF.
 * SIM_ETOOL with what is wrong. */
SIM_NODISCARD enum sim_status out_picture_check(const char *bytes, size_t byte_count,
                                                enum out_format format, struct sim_error *err);

#endif /* OUTPUT_GNUPLOT_H */
