/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/whole_file.h - a stream to a file that gets its name when all of it is written.
 *
 * Errors   SIM_EIO with the name and the system's words; SIM_ENOMEM.
 * Threads  none shared; reads the process's umask by setting it for a moment.
 */
#ifndef OUTPUT_WHOLE_FILE_H
#define OUTPUT_WHOLE_FILE_H

#include <stdio.h>

#include "sim/error.h"

struct out_whole_file {
    FILE *stream;
    const char *name;     /* borrowed */
    char temporary[4096]; /* beside it, until the end */
    int fd, failure;      /* errno of the first write that failed; 0: none did */
};

/* What lies at `name` must be a regular file, or nothing. */
SIM_NODISCARD enum sim_status out_whole_file_begin(struct out_whole_file *file, const char *name,
                                                   struct sim_error *err);

/* status: of what was written. Unless that and the rest are SIM_OK the name keeps what it has. */
enum sim_status out_whole_file_end(struct out_whole_file *file, enum sim_status status,
                                   struct sim_error *err);

#endif /* OUTPUT_WHOLE_FILE_H */
