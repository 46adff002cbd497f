/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/support/swf_lines.h - cleaned SWF logs and lists of start times, for tests only.
 *
 * A line is job, submit, -, run, -, -, -, procs (field 8), estimate (field 9), ...; lines that
 * begin with ';' are comments, of which "; MaxProcs: N" is read.
 *
 * Errors   a file that cannot be read gives NULL; a line that cannot be read aborts.
 */
#ifndef TESTS_SUPPORT_SWF_LINES_H
#define TESTS_SUPPORT_SWF_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "models/compute/job.h"

struct swf_log {
    size_t count;
    struct mdl_job *jobs; /* [count], as mdl_replay_create wants them */
    uint32_t procs;       /* MaxProcs; 0 = not said */
};

struct swf_log *swf_log_read(const char *path);
void swf_log_free(struct swf_log *log);

/* The widest job. */
uint32_t swf_log_width_max(const struct swf_log *log);

/* Column `column` (from 0) of a CSV file of whole numbers below one header line; *count values. */
int64_t *csv_column_read(const char *path, int column, size_t *count);

#endif /* TESTS_SUPPORT_SWF_LINES_H */
