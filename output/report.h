/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/report.h - a study or the result of a run as one HTML page.
 *
 * Of a study: question, answer, options, key figures, what holds over the worlds, figures; of a
 * run: what was expected, the figures as tables and pictures; of both: assumptions with source and
 * quality, and how to make it again. One file: pictures are SVG inside it, nothing is loaded from
 * elsewhere, no script. Sentences are chosen among fixed ones by computed conditions
 * (output/study_tables.h). A pure function of the file: the same bytes twice.
 *
 * Source   headings, tables and alternatives to pictures as WCAG 2.1 (EN 301 549, clause 9) asks.
 * Errors   SIM_EIO, SIM_ETOOL (gnuplot), SIM_ENOMEM, SIM_EINTERRUPTED.
 */
#ifndef OUTPUT_REPORT_H
#define OUTPUT_REPORT_H

#include <stdatomic.h>
#include <stddef.h>

#include "sim/error.h"

/* Writes file under a temporary name and renames it. *byte_count: its size; may be NULL. */
SIM_NODISCARD enum sim_status out_report(const char *path, const char *file, const atomic_int *stop,
                                         size_t *byte_count, struct sim_error *err);

#endif /* OUTPUT_REPORT_H */
