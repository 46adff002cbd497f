/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli/progress.h - how far a run has come, on standard error.
 *
 * On a terminal one line that is written over, twice a second: simulated date, records per
 * second, per cent, time left. Otherwise a plain line a minute. Nothing when quiet.
 *
 * Units    simulated time in ns; wall time in seconds of the monotonic clock.
 * Memory   state[count] belongs to cli_progress (calloc), until cli_progress_end.
 * Threads  workers write state by atomics; tick and end are called by the main thread.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/plan.h"
#include "sim/error.h"
#include "sim/sim.h"

struct cli_progress {
    struct sim_progress *state; /* [count]: hand it to exp_replications */
    size_t count, threads;
    size_t wanted; /* until a rule looks again; at first, and at most, count */
    const struct mdl_plan *plan;
    bool is_quiet, is_terminal, has_line;
    double begin_s, shown_s;
};

SIM_NODISCARD enum sim_status cli_progress_begin(struct cli_progress *progress,
                                                 const struct mdl_plan *plan, size_t count,
                                                 size_t threads, bool is_quiet,
                                                 struct sim_error *err);
void cli_progress_tick(struct cli_progress *progress);
void cli_progress_end(struct cli_progress *progress); /* removes the line, frees state */

/* Seconds since begin. */
double cli_progress_elapsed_s(const struct cli_progress *progress);

/* "2026-03-01  1/4 replications  812k records/s  17 %  0:42 left" into line; "1/10 replications (at
 * most 200)" where a rule may stop before. elapsed_s > 0. */
void cli_progress_line(const struct cli_progress *progress, double elapsed_s, char *line,
                       size_t line_bytes);

#endif /* CLI_PROGRESS_H */
