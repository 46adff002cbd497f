/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/lines.h - the lines of a file, plain or gzipped, one by one.
 *
 * Memory   one buffer of 1 MiB while a file is read; a line has at most 64 KiB.
 * Errors   what the receiver returns; SIM_EIO when the file cannot be read or is cut short,
 *          SIM_ESCHEMA for a line that is too long, SIM_ENOMEM.
 */
#ifndef SCN_LINES_H
#define SCN_LINES_H

#include <stddef.h>

#include "sim/error.h"

/* [line, end) without its line feed; number counts from 1. Anything but SIM_OK ends the reading. */
typedef enum sim_status scn_line_fn(void *context, const char *line, const char *end,
                                    size_t number);

/* fd: as scn_open_below gives it, closed in any case. name stands in messages. */
SIM_NODISCARD enum sim_status scn_lines_of_fd(int fd, const char *name, scn_line_fn *each,
                                              void *context, struct sim_error *err);
SIM_NODISCARD enum sim_status scn_lines_of_memory(const char *text, size_t bytes, scn_line_fn *each,
                                                  void *context);

#endif /* SCN_LINES_H */
