/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/trace.h - where the models write records; output/ implements it, cli/ plugs it in.
 *
 * A table is a list of columns over one record struct. Models describe their tables once
 * (const, static) and hand over one record at a time; the sink copies the columns out at once,
 * so the record may live on the stack.
 *
 * Errors   a failing sink returns a status; the model aborts its run with it.
 * Threads  one trace per replication.
 * Cost     about 2 ns a column.
 */
#ifndef SIM_TRACE_H
#define SIM_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

enum sim_column_type { SIM_F64, SIM_F32, SIM_I64, SIM_I32, SIM_U8 };

struct sim_column {
    const char *name; /* with its unit as suffix: "time_start_s" */
    enum sim_column_type type;
    const char *unit; /* "s", "1", "J"; enums and codes: "1" */
    const char *description;
    size_t offset;      /* in the record */
    const char *labels; /* codes: the dataset of strings that names them, e.g.
                           "/labels/partition"; NULL for numbers */
};

struct sim_table {
    const char *path; /* below the replication's group: "jobs", "ledger" */
    const char *description;
    const struct sim_column *columns;
    size_t column_count;
};

/* Hourly series: one dataset [time][item]. */
struct sim_series {
    const char *path; /* "series/utilisation" */
    const char *unit, *description;
    const char *labels; /* dataset that names the items: "/labels/partition" */
    size_t item_count;
};

struct sim_trace {
    /* One row of table. table is one of those announced to the sink. */
    enum sim_status (*row)(struct sim_trace *trace, const struct sim_table *table,
                           const void *record, struct sim_error *err);
    /* One row of a series: value[item_count]. */
    enum sim_status (*sample)(struct sim_trace *trace, const struct sim_series *series,
                              const float *value, struct sim_error *err);
    /* Are rows of table of any use? NULL: of every table. Asked before the run, of tables with many
     * rows that take time to make. */
    bool (*wants)(const struct sim_trace *trace, const struct sim_table *table);
};

#endif /* SIM_TRACE_H */
