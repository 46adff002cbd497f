/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/preview.h - the main figures of a result as bars and curves of block characters, for a
 * terminal where no display is at hand; gnuplot is not needed.
 *
 *   share in use   a curve for each partition, 0 to 100 %    waits    a bar for each kind of user
 *   jobs waiting   the longest queues                        energy   a bar for each site
 *
 * Figures whose data are not in the file are left out. Nothing but text, blocks and line ends is
 * written: no colour, no control bytes, also none from a scenario's names. UTF-8.
 *
 * Errors   SIM_EIO (result or stream), SIM_ENOMEM.
 */
#ifndef OUTPUT_PREVIEW_H
#define OUTPUT_PREVIEW_H

#include <stddef.h>
#include <stdio.h>

#include "sim/error.h"

enum { OUT_PREVIEW_COLUMNS_MIN = 50, OUT_PREVIEW_COLUMNS = 80, OUT_PREVIEW_COLUMNS_MAX = 200 };

/* No line is longer than columns, which is taken into the range above. */
SIM_NODISCARD enum sim_status out_preview(FILE *file, const char *result_path, size_t columns,
                                          struct sim_error *err);

#endif /* OUTPUT_PREVIEW_H */
