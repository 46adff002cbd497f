/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/log_file.h - a log of a real machine, in whatever format, cleaned and scaled.
 *
 * A first line that begins with ';' or with numbers between blanks is SWF (scenarios/swf.h),
 * another one the header of a table (scenarios/csv_log.h), unless the format is told. Plain or
 * gzipped, by content. Cleaned by the rules of scn_swf_clean after run times, requested times and
 * widths were scaled; the gaps between submits are divided by scale_load.
 *
 * Memory   40 bytes a job in the arena that is given; 80 more a job while it is read.
 * Errors   SIM_ESCHEMA with file:line:column, SIM_EIO, SIM_ENOMEM.
 */
#ifndef SCN_LOG_FILE_H
#define SCN_LOG_FILE_H

#include "models/demand/log.h"
#include "scenarios/csv_log.h"
#include "scenarios/load.h"
#include "sim/arena.h"

struct scn_log_request {
    int fd; /* as scn_open_below gives it; closed in any case */
    const char *name;
    enum mdl_log_format format;
    const struct mdl_log_columns *columns;      /* NULL: by format, or guessed */
    double scale_load, scale_time, scale_width; /* 1: as logged */
    int64_t width; /* of the machine, wider jobs are dropped; 0: as the header says, else any */
    struct sim_arena *arena;
};

struct scn_log_about {
    enum mdl_log_format format;      /* found */
    char map[SCN_CSV_LOG_MAP_BYTES]; /* of a table's columns; "" for SWF */
};

SIM_NODISCARD enum sim_status scn_log_read(const struct scn_log_request *request,
                                           struct mdl_log *log, struct scn_log_about *about,
                                           struct sim_error *err);

/* The counts one by one: "dropped: no run time", for people and for /inputs. */
struct scn_log_count {
    const char *name; /* "no_run" */
    const char *text;
    size_t offset; /* of a uint64_t in struct mdl_log_counts */
};
extern const struct scn_log_count scn_log_count_rows[]; /* up to a row without name */

static inline uint64_t scn_log_count(const struct mdl_log_counts *counts,
                                     const struct scn_log_count *row)
{
    return *(const uint64_t *)(const void *)((const char *)counts + row->offset);
}

/* Adds rows `PREFIX.format`, `.columns` and `.jobs.*` to the inputs of a scenario, of which the
 * result keeps a copy; origin = the file. */
SIM_NODISCARD enum sim_status scn_log_inputs(const struct mdl_log *log,
                                             const struct scn_log_about *about, const char *prefix,
                                             const char *origin, struct sim_arena *arena,
                                             struct scn_scenario *scenario, struct sim_error *err);

#endif /* SCN_LOG_FILE_H */
