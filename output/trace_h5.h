/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/trace_h5.h - a run written to DIR/result.h5, with summary.csv and summary.json beside it.
 *
 * The sinks behind sim/trace.h gather columns, compress whole chunks and spill them to a file of
 * their own; out_run_finish copies the spills into HDF5 under a temporary name, reads everything
 * back, and renames. A final name holds a complete, verified result or the previous one; a run
 * that was cut short has names of its own, DIR/result.partial.h5 and summary.partial.*, which the
 * next complete result removes.
 *
 *   out_run_create -> out_run_trace (any thread) -> out_run_trace_end -> out_run_finish
 *                                                                    or  out_run_abandon
 *
 * Layout   DESIGN.md section 6 and docs/output.md. Chunks of 16,384 rows; floats unfiltered,
 *          integers shuffled and deflated. Nothing about host, time or threads enters the file:
 *          two equal runs are equal byte by byte.
 * Digest   SHA-256 over names and little-endian values in canonical order, so that it does not
 *          depend on zlib or HDF5 versions. Each column has a SHA-256 of its own; the digest is
 *          over those and everything in /meta, /inputs, /labels and /summary, except versions.
 * Memory   about 0.25 MB per column of each replication that is traced and not ended; 24 bytes
 *          per chunk spilled; nothing else grows with rows.
 * Errors   SIM_EIO (disk full, no permission, what was read back differs), SIM_ELOCKED (another
 *          run owns DIR), SIM_ENOMEM, SIM_EUSAGE (a name HDF5 cannot hold, an unknown column).
 *          A sink that failed keeps failing, and so does out_run_finish.
 * Threads  create, finish and abandon on one thread; out_run_trace may be called by any, and each
 *          trace belongs to the thread that uses it. Only finish calls HDF5.
 * Cost     about 0.3 us for a row of 17 columns, sink and finish together (bench_trace).
 */
#ifndef OUTPUT_TRACE_H5_H
#define OUTPUT_TRACE_H5_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/figures/expectation.h"
#include "models/figures/figures.h"
#include "sim/error.h"
#include "sim/field.h"
#include "sim/trace.h"

#define OUT_RESULT_FORMAT "aifsim-result"
enum { OUT_RESULT_FORMAT_VERSION = 2, OUT_CHUNK_ROWS = 16384, OUT_DIGEST_BYTES = 65 };

struct out_labels {
    const char *path; /* "/labels/partition" */
    size_t count;
    const char *const *text;
};

struct out_attribute {
    const char *name, *value; /* "option", "late-money" */
};

/* Everything is borrowed and must live until finish or abandon. */
struct out_about {
    const char *version;       /* of the program */
    const char *name;          /* of the scenario, for people */
    const char *scenario_text; /* canonical */
    uint64_t seed;
    size_t replication_count;     /* as many as are asked for; fewer at the end: cut short */
    int64_t start_days, end_days; /* window, days since 1970-01-01 */
    const struct sim_input *input;
    size_t input_count;
    const struct mdl_figure *figure;
    size_t figure_count;
    const struct mdl_expectation *expect; /* rows of figure */
    size_t expect_count;
    const struct sim_table *const *table; /* jobs, ledger, ...: those the level asks for */
    size_t table_count;
    const struct sim_series *const *series;
    size_t series_count;
    const struct out_labels *labels;
    size_t label_count;
    const struct out_attribute *extra; /* further attributes of /meta */
    size_t extra_count;
};

enum out_trace_level {
    OUT_TRACE_NONE,
    OUT_TRACE_SUMMARY, /* the series */
    OUT_TRACE_JOBS,    /* and the tables of `about` */
    OUT_TRACE_FULL     /* the same here: `about` holds more tables */
};

struct out_run;

/* Makes DIR (one level), takes its lock, removes what a killed run left, makes a temporary
 * folder of mode 0700 inside. */
SIM_NODISCARD enum sim_status out_run_create(const char *dir, const struct out_about *about,
                                             enum out_trace_level level, bool all_replications,
                                             struct out_run **out, struct sim_error *err);

/* The sink of a replication, owned by run; NULL when that replication is not traced (level none,
 * or not replication 0 unless all_replications). Trouble in opening it is reported by its first
 * row and by finish. Rows of tables and series that `about` does not hold are dropped. */
struct sim_trace *out_run_trace(struct out_run *run, size_t replication);

/* Spills what is left and gives the buffers back; by the thread of the trace. Optional: finish
 * does it for those that were not ended. Nothing to do for a replication without a trace. */
SIM_NODISCARD enum sim_status out_run_trace_end(struct out_run *run, size_t replication,
                                                struct sim_error *err);

/* value[replication_count][figure_count], and beyond[][] like it: 1 where that is a bound from
 * below; replication_count <= that of `about`: when it is less, the rest was not run, and the
 * result is a partial one. Destroys run in any case, also on failure;
 * digest becomes 64 hex digits. */
SIM_NODISCARD enum sim_status out_run_finish(struct out_run *run, const double *value,
                                             const uint8_t *beyond, size_t replication_count,
                                             char digest[OUT_DIGEST_BYTES], struct sim_error *err);

/* For a run whose invariants broke: the same, but DIR/result.h5.broken, and no final name moves. */
SIM_NODISCARD enum sim_status out_run_finish_broken(struct out_run *run, const double *value,
                                                    const uint8_t *beyond, size_t replication_count,
                                                    char digest[OUT_DIGEST_BYTES],
                                                    struct sim_error *err);

/* Removes spills and temporary folder, frees run. NULL is fine. */
void out_run_abandon(struct out_run *run);

#endif /* OUTPUT_TRACE_H5_H */
