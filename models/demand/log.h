/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/log.h - the jobs of a real machine, as a source submits them again.
 *
 * What a log says is kept as it is (cleaned by the reader): submits, run times, requested times,
 * widths, users, outcomes. Widths count processors: accelerators, or nodes of a machine without.
 *
 * Units    seconds; submits count from the first job.
 * Memory   40 bytes a job, in the reader's arena; read-only, shared by all replications.
 */
#ifndef MODELS_DEMAND_LOG_H
#define MODELS_DEMAND_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MDL_LOG_S_MAX = 2000000000 }; /* 63 years: longer than any machine stands */

struct mdl_log_job {
    int64_t id; /* the log's */
    int64_t submit_s;
    int32_t run_s, walltime_s; /* 1 <= run <= walltime */
    uint32_t width;            /* > 0 */
    uint32_t user;    /* 1 and up without gaps, in the order of the log's numbers; 0: unknown */
    uint8_t outcome;  /* enum mdl_outcome */
    bool has_request; /* the walltime is what the user asked for, not the run time */
    float part_frac;  /* of its one processor that it asks for; 0: all it has */
};

/* What became of the lines; a job that was dropped counts once. */
struct mdl_log_counts {
    uint64_t read, kept;
    uint64_t no_run, no_submit, no_width, too_wide; /* dropped */
    uint64_t clamped;                               /* run > requested time: cut there */
    uint64_t without_request;                       /* no requested time: the run time taken */
    uint64_t width_from_used; /* no requested width: the allocated one taken */
    uint64_t rounded_width;   /* a part of a processor, whole ones in `width` */
    uint64_t renumbered;      /* its id is no number: the line's taken */
    uint64_t moved;           /* out of order, sorted by submit */
};

struct mdl_log {
    const struct mdl_log_job *job; /* [count], submits do not fall */
    size_t count;
    uint32_t width_max, user_max;
    int64_t machine_width; /* what the header says; 0: nothing */
    int64_t first_unix_s;  /* moment of the first submit, since 1970; -1: the log does not say */
    struct mdl_log_counts counts;
};

/* What a column of a CSV log can stand for. */
enum mdl_log_column {
    MDL_LOG_ID,
    MDL_LOG_SUBMIT,
    MDL_LOG_START,
    MDL_LOG_END,
    MDL_LOG_RUN,
    MDL_LOG_WALLTIME,
    MDL_LOG_GPUS,
    MDL_LOG_PART,
    MDL_LOG_USER,
    MDL_LOG_STATE,
    MDL_LOG_COLUMN_COUNT
};
extern const char *const mdl_log_column_names[]; /* NULL-terminated */

struct mdl_log_columns {
    const char *of[MDL_LOG_COLUMN_COUNT]; /* "duration:ms"; NULL or "": there is none */
};

enum mdl_log_format { /* closed set */
                      MDL_LOG_AUTO,
                      MDL_LOG_SWF,
                      MDL_LOG_CSV,
                      MDL_LOG_PHILLY,
                      MDL_LOG_ALIBABA,
                      MDL_LOG_SURF,
                      MDL_LOG_FORMAT_COUNT
};
extern const char *const mdl_log_format_names[]; /* NULL-terminated */

#endif /* MODELS_DEMAND_LOG_H */
