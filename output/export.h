/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/export.h - tables and series of a result as CSV or JSON, row by row.
 *
 *   table    a column each, codes as their names; JSON: an object a row
 *   series   a row an hour: its beginning in UTC, then a column each item
 *
 * OUT_ALL_REPLICATIONS instead of the number of one: those of all that are in the file, one after
 * the other, each row with its replication in front.
 *
 * What is written was read through before and matches its SHA-256.
 *
 * Text is guarded as in output/tables.h: no formula for a spreadsheet, no broken UTF-8.
 *
 * Memory   blocks of OUT_CHUNK_ROWS values a column, whatever the number of rows.
 * Errors   SIM_EIO: the result does not hold it, or the stream took less than everything.
 */
#ifndef OUTPUT_EXPORT_H
#define OUTPUT_EXPORT_H

#include <stdint.h>
#include <stdio.h>

#include "output/read_h5.h"
#include "sim/error.h"

#define OUT_ALL_REPLICATIONS SIZE_MAX

enum out_export_format { OUT_EXPORT_CSV, OUT_EXPORT_JSON };

/* table: "jobs", "ledger". */
SIM_NODISCARD enum sim_status out_export_table(FILE *file, struct out_result *result,
                                               size_t replication, const char *table,
                                               enum out_export_format format,
                                               struct sim_error *err);

/* name: "utilisation"; a wrong one is answered with those that are there. */
SIM_NODISCARD enum sim_status out_export_series(FILE *file, struct out_result *result,
                                                size_t replication, const char *name,
                                                enum out_export_format format,
                                                struct sim_error *err);

#endif /* OUTPUT_EXPORT_H */
