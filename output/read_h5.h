/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/read_h5.h - a result read back and checked.
 *
 * out_result_open reads everything that is small (figures, labels, inputs, meta) and refuses a
 * file that is not ours or not whole, by the digest it carries; series are read one at a time,
 * columns chunk by chunk, each against the SHA-256 that went into the digest (out_result_rows,
 * which reads a part, checks nothing: out_result_check does, for a table or a series, beforehand).
 * Plots, tables and the report see a run only through this.
 *
 * Memory   the result owns all it shows; series are the caller's (out_series_release).
 * Errors   SIM_EIO: cannot be read, is no result of this program, is damaged, of a newer format.
 * Threads  one at a time, for all results (HDF5 has one lock).
 */
#ifndef OUTPUT_READ_H5_H
#define OUTPUT_READ_H5_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output/summary.h"
#include "output/trace_h5.h"
#include "sim/error.h"
#include "sim/trace.h"

struct out_result_private;

struct out_result {
    struct out_summary summary;
    const char *path;
    const char *digest; /* 64 hex digits */
    const char *scenario_text;
    size_t trace_count;        /* replications below /replications: the first of these */
    const char *const *column; /* paths of all columns and series, in the digest's order */
    size_t column_count;
    struct out_result_private *private;
};

SIM_NODISCARD enum sim_status out_result_open(const char *path, struct out_result **out,
                                              struct sim_error *err);
void out_result_close(struct out_result *result);

/* A value of /meta ("version", or one of `extra`); NULL when there is none. */
const char *out_result_meta(const struct out_result *result, const char *name);

struct out_series_data {
    size_t row_count, item_count;
    float *value; /* [row_count][item_count], hour by hour from the start of the window */
    char unit[32];
    char labels[64]; /* "/labels/partition" */
};

bool out_result_has(const struct out_result *result, size_t replication, const char *path);

/* path: "series/utilisation". */
SIM_NODISCARD enum sim_status out_result_series(const struct out_result *result, size_t replication,
                                                const char *path, struct out_series_data *out,
                                                struct sim_error *err);
void out_series_release(struct out_series_data *series);

/* What lies at `path` ("/replications/0000/jobs", one series; "" is everything) read through.
 * Cost: about a second a gigabyte. */
SIM_NODISCARD enum sim_status out_result_check(const struct out_result *result, const char *path,
                                               struct sim_error *err);

struct out_column_chunk {
    enum sim_column_type type;
    size_t first_row, row_count, total_rows;
    const void *value; /* [row_count] of the type */
};

/* SIM_OK to go on; anything else ends the reading and is handed up. */
typedef enum sim_status out_column_fn(void *context, const struct out_column_chunk *chunk,
                                      struct sim_error *err);

/* A column ("jobs", "time_start_s") in chunks of at most OUT_CHUNK_ROWS rows, in order. That it is
 * damaged may show at its end only. */
SIM_NODISCARD enum sim_status out_result_column(const struct out_result *result, size_t replication,
                                                const char *table, const char *column,
                                                out_column_fn *visit, void *context,
                                                struct sim_error *err);

/* A column ("jobs/id") or a series ("series/queue"), and part of its rows. */
struct out_dataset {
    enum sim_column_type type;
    size_t row_count, item_count; /* item_count 1: a column */
    char unit[32];
    char labels[64]; /* "/labels/site", or empty */
};
SIM_NODISCARD enum sim_status out_result_dataset(const struct out_result *result,
                                                 size_t replication, const char *path,
                                                 struct out_dataset *out, struct sim_error *err);

/* value[count][item_count] of the type, from row `first`; the rows must be there. */
SIM_NODISCARD enum sim_status out_result_rows(const struct out_result *result, size_t replication,
                                              const char *path, size_t first, size_t count,
                                              void *value, struct sim_error *err);

/* Names of the columns of a table, sorted; NULL-terminated, owned by result; NULL when the
 * table is not there. */
const char *const *out_result_columns(struct out_result *result, size_t replication,
                                      const char *table);

#endif /* OUTPUT_READ_H5_H */
