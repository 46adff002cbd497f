/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/provenance.h - under which circumstances a result was made: DIR/run.log.
 *
 * What may differ between two equal runs (host, time, threads, seconds) goes here and never into
 * the result. Blocks are appended, so the file tells the history of its folder.
 *
 * Errors   SIM_EIO. Threads: none shared.
 */
#ifndef OUTPUT_PROVENANCE_H
#define OUTPUT_PROVENANCE_H

#include <stddef.h>

#include "sim/error.h"

struct out_circumstances {
    const char *command; /* as typed, for people */
    const char *version;
    const char *outcome; /* "done", "interrupted" ... */
    const char *digest;  /* NULL when there is none */
    size_t replication_count, thread_count;
    double wall_s, cpu_s;
};

/* Looks up host, time and peak memory itself. */
SIM_NODISCARD enum sim_status out_run_log(const char *dir, const struct out_circumstances *what,
                                          struct sim_error *err);

/* What this program was built with: "HDF5 library version: 1.10.8, zlib 1.2.13, ...". Defined in
 * trace_h5.c. */
const char *out_library_versions(void);

#endif /* OUTPUT_PROVENANCE_H */
