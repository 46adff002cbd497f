/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/swf.h - logs of real machines in the Standard Workload Format, plain or gzipped.
 *
 * Eighteen numbers a line, -1 for unknown; lines that start with ';' are the header. Fractional
 * seconds (some logs have them in the run time) are rounded to the nearest second.
 *
 * Units    seconds; submit_s counts from the log's UnixStartTime.
 * Memory   jobs live in the caller's arena (sim_arena_resize), 80 bytes each.
 * Errors   the first bad line is SIM_ESCHEMA with its number; a file that cannot be read SIM_EIO.
 * Cost     5 to 9 million jobs/s.
 * Source   Chapin et al., "Benchmarks and Standards for the Evaluation of Parallel Job
 *          Schedulers", JSSPP 1999; Parallel Workloads Archive, format version 2.2.
 */
#ifndef SCN_SWF_H
#define SCN_SWF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/arena.h"
#include "sim/error.h"

struct scn_swf_job {
    int64_t id;
    int64_t submit_s, wait_s, run_s;     /* -1: unknown */
    int64_t estimate_s;                  /* requested time; -1: none */
    int32_t procs_used, procs_requested; /* -1: unknown */
    int32_t status;                      /* 0 failed, 1 completed, 2..4 partial, 5 cancelled, -1 */
    int32_t user, group, queue, partition;
    float part_frac;   /* of the one processor that is requested; 0: all (CSV) */
    bool has_estimate; /* set by scn_swf_clean: estimate_s is not just the run time */
};

struct scn_swf_log {
    struct scn_swf_job *job; /* [count], file order */
    size_t count;
    int64_t max_procs, max_nodes, max_jobs, unix_start_s; /* from the header; -1: not given */
    size_t line_count;
    size_t rounded_procs; /* parts of a processor that were made a whole one (CSV) */
    size_t renumbered;    /* ids that are no numbers: the line's taken (CSV) */
};

/* What scn_swf_clean did, by reason; one job counts once in the dropped ones. */
struct scn_swf_report {
    size_t read, kept;
    size_t dropped_no_run;    /* run <= 0 or unknown */
    size_t dropped_no_submit; /* submit unknown */
    size_t dropped_no_procs;  /* processors unknown or zero */
    size_t dropped_too_wide;  /* more of them than the machine has */
    size_t clamped_run;       /* run > estimate: killed at the limit */
    size_t estimate_from_run; /* no requested time: the run time taken */
    size_t procs_from_used;   /* no requested processors: the allocated ones taken */
    size_t moved_in_order;    /* submits out of order, sorted */
    int64_t shift_s;          /* subtracted from every submit */
};

/* For those who see the lines first (scenarios/log_file.c) or have other fields (csv_log.c). */
struct scn_swf_reader {
    struct scn_swf_log *log;
    struct sim_arena *arena;
    const char *name;
    size_t room; /* of log->job */
    struct sim_error *err;
};
struct scn_swf_reader scn_swf_begin(struct scn_swf_log *log, struct sim_arena *arena,
                                    const char *name, struct sim_error *err);
SIM_NODISCARD enum sim_status scn_swf_line(struct scn_swf_reader *reader, const char *line,
                                           const char *end, size_t number);
SIM_NODISCARD enum sim_status scn_swf_add(struct scn_swf_reader *reader,
                                          const struct scn_swf_job *job);

/* path: plain or .gz (by content). fd: as scn_open_below gives it, closed in any case. */
SIM_NODISCARD enum sim_status scn_swf_read(const char *path, struct sim_arena *arena,
                                           struct scn_swf_log *log, struct sim_error *err);
SIM_NODISCARD enum sim_status scn_swf_read_fd(int fd, const char *name, struct sim_arena *arena,
                                              struct scn_swf_log *log, struct sim_error *err);
SIM_NODISCARD enum sim_status scn_swf_read_memory(const char *text, size_t bytes, const char *name,
                                                  struct sim_arena *arena, struct scn_swf_log *log,
                                                  struct sim_error *err);

/* In place: procs = requested if > 0, else used (both fields are set to it); estimate = requested
 * time if > 0, else run; jobs without run, or with procs outside 1..procs, go; run is clamped to
 * the estimate; submits are shifted to start at 0 and sorted, file order breaking ties. */
SIM_NODISCARD enum sim_status scn_swf_clean(struct scn_swf_log *log, int64_t procs,
                                            struct scn_swf_report *report, struct sim_error *err);

#endif /* SCN_SWF_H */
