/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/gantt.h - which jobs held which units of a machine, when.
 *
 * A result says when a job started and ended and how wide it was, not on which units it ran:
 * those are interchangeable. Here every job takes the lowest units that are free at its start,
 * in order of start; a job that is torn apart by that has several bars.
 *
 * Memory   out_gantt_release; of a table at most OUT_GANTT_ROWS_MAX rows are looked at.
 * Errors   those of reading; SIM_ENOMEM.
 */
#ifndef OUTPUT_GANTT_H
#define OUTPUT_GANTT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output/read_h5.h"
#include "output/text.h"

enum { OUT_GANTT_JOBS_MAX = 500, OUT_GANTT_ROWS_MAX = 1 << 20, OUT_GANTT_SLICES_MAX = 20 };

struct out_gantt_bar {
    double start_s, end_s;
    uint32_t low, count; /* units */
    int64_t id;          /* of the job */
    size_t job;          /* in order of start */
};

struct out_gantt {
    size_t bar_count, job_count;
    size_t started; /* jobs looked at that ran; the first job_count are shown */
    struct out_gantt_bar *bar;
    uint32_t units;  /* the highest that was held */
    bool has_gpus;   /* a unit is an accelerator or a slice of one, else a node */
    uint32_t slices; /* of an accelerator, as far as the jobs tell; 1: they are whole */
};

struct out_gantt_job {
    double start_s, end_s;
    int64_t id;
    uint32_t width;
};

/* The fewest equal slices of an accelerator, at most OUT_GANTT_SLICES_MAX, of which each job has a
 * whole number; 1 when there is no such number. */
uint32_t out_gantt_slices(const int64_t *gpus_milli, size_t count);

/* job[count]: in order of start; the first OUT_GANTT_JOBS_MAX are placed. */
SIM_NODISCARD enum sim_status out_gantt_place(const struct out_gantt_job *job, size_t count,
                                              struct out_gantt *gantt, struct sim_error *err);

/* The first jobs of the first replication's table; none when there is no table or the scenario
 * has more than one partition. */
SIM_NODISCARD enum sim_status out_gantt_read(const struct out_result *result,
                                             struct out_gantt *gantt, struct sim_error *err);
void out_gantt_release(struct out_gantt *gantt);

/* Bars as the block $bars and the command that draws them, times in `unit_s` seconds. */
void out_gantt_draw(const struct out_gantt *gantt, double unit_s, struct out_text *script);

#endif /* OUTPUT_GANTT_H */
